import { expect, it } from 'vitest'
import { openRandom } from '../../random.ts'
import { openActivity, openLink } from './activity.ts'
import { addressIn, networkOf } from './addresses.ts'
import { beta, hawkes, renewal, schedule } from './points.ts'
import { openKitchen, openRestaurant } from './restaurant.ts'

const random = (label: string) => openRandom(1, label)

it('beta has the mean a/(a + b)', () => {
  const by = random('beta')
  const mean = Array.from({ length: 20_000 }, () => beta(by, 0.3, 1.2)).reduce((a, b) => a + b) / 20_000
  expect(mean).toBeCloseTo(0.2, 1)
})

it('a Hawkes process has the rate of its immigrants over 1 − branching, in order', () => {
  const times = hawkes(random('hawkes'), 1000, 2, 0.5, 0.1)
  expect(times.length).toBeGreaterThan(3600)
  expect(times.length).toBeLessThan(4400)
  expect(times).toEqual([...times].sort((a, b) => a - b))
})

it('renewals keep to their span', () => {
  const by = random('renewal')
  const times = renewal(by, 10, 110, () => by.exponential())
  expect(times.length).toBeGreaterThan(60)
  expect(times.every((t) => t >= 10 && t < 110)).toBe(true)
})

it('a timer of a device that never wakes misses half', () => {
  const asleep = schedule(random('schedule'), 0, 100_000, 100, 0.1, () => false).length
  expect(asleep).toBeGreaterThan(400)
  expect(asleep).toBeLessThan(600)
  expect(schedule(random('schedule'), 0, 100_000, 100, 0.1, () => true).length).toBeGreaterThan(990)
})

it('the clock of use runs by day and stands by night', () => {
  const { at, total, state } = openActivity(random('activity'), 10, () => 0)
  const hours = Array.from({ length: 2000 }, (_, i) => (at((i / 2000) * total) / 3600) % 24)
  expect(hours.filter((h) => h > 2 && h < 5).length).toBeLessThan(100)
  expect(state(3.5 * 3600)).toBe(0)
})

it('the link fails as often as asked for', () => {
  const { failure } = openLink(random('link'), 5e6, 0.03)
  let sum = 0
  for (let s = 0; s < 5e6; s += 100) sum += failure(s)
  expect(sum / 5e4).toBeGreaterThan(0.02)
  expect(sum / 5e4).toBeLessThan(0.035)
})

it('addresses are stable, and a CDN shares them', () => {
  expect(networkOf('something.pages.dev')).toBe('cloudflare')
  expect(addressIn('aws', 'a.example.com', 0)).toBe(addressIn('aws', 'a.example.com', 3))
  const edges = new Set(Array.from({ length: 2000 }, (_, i) => addressIn('fastly', `${i}.example.com`, 0)))
  expect(edges.size).toBeLessThan(200)
})

it('the long tail grows by a power of the visits', () => {
  const visit = openRestaurant(random('visits'), openKitchen(1).group('sales'), 0)
  const names = Array.from({ length: 4000 }, visit)
  const early = new Set(names.slice(0, 1000)).size
  const all = new Set(names).size
  expect(all / early).toBeGreaterThan(1.6)
  expect(all / early).toBeLessThan(3.6)
})
