import { describe, expect, it } from 'vitest'
import { elasticScore } from '../peers/elastic.ts'
import { ritaByDay } from '../peers/rita.ts'
import { openRandom } from '../random.ts'
import { cells, channel, channelOf, harmless, harmlessOf, mechanisms } from './contacts.ts'
import { compareCells, evaluateCells, type Scorer } from './regular.ts'

const hour = 3600
const day = 24 * hour
const week = 7 * day
const gapsOf = (times: readonly number[]) => times.slice(1).map((t, i) => t - times[i]!)

describe('channels', () => {
  it('every cell once', () => {
    expect(cells.length).toBe(36)
    expect(new Set(cells.map((c) => JSON.stringify(c))).size).toBe(36)
    expect(Math.max(...cells.map((c) => c.interval))).toBe(day)
  })

  it('without jitter and misses every gap is the interval', () => {
    const { times, bytes } = channelOf(1, { interval: hour, jitter: 0, missed: 0 }, 0, week)
    expect(times.length).toBe(168)
    expect(times.length).toBe(bytes.length)
    for (const gap of gapsOf(times)) expect(gap).toBeCloseTo(hour, 6)
    expect(bytes.every((n) => Number.isInteger(n) && n > 0)).toBe(true)
  })

  it('jitter fills interval × (1 ± jitter), its mean being the interval', () => {
    const gaps = gapsOf(channelOf(1, { interval: 60, jitter: 0.9, missed: 0 }, 0, week).times)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(6 - 1e-6)
    expect(Math.min(...gaps)).toBeLessThan(7)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(114 + 1e-6)
    expect(Math.max(...gaps)).toBeGreaterThan(113)
    expect(gaps.reduce((a, b) => a + b) / gaps.length).toBeCloseTo(60, -0.5)
  })

  it('a half of the wakes missed leaves a half, at multiples of the interval', () => {
    const { times } = channelOf(1, { interval: 60, jitter: 0, missed: 0.5 }, 0, week)
    expect(times.length).toBeGreaterThan(0.47 * 10_080)
    expect(times.length).toBeLessThan(0.53 * 10_080)
    for (const gap of gapsOf(times)) expect(gap / 60).toBeCloseTo(Math.round(gap / 60), 6)
  })

  it('a channel is the same for its seed and number, and another for others', () => {
    const cell = { interval: 600, jitter: 0.3, missed: 0.5 }
    expect(channelOf(1, cell, 2, week)).toEqual(channelOf(1, cell, 2, week))
    expect(channelOf(1, cell, 3, week)).not.toEqual(channelOf(1, cell, 2, week))
    expect(channelOf(2, cell, 2, week)).not.toEqual(channelOf(1, cell, 2, week))
    expect(channel(openRandom(1, 'a'), cell, week).times.every((t) => t >= 0 && t < week)).toBe(true)
  })
})

describe('harmless mechanisms', () => {
  it.each(mechanisms)('%s: sorted, within the span, one size each', (mechanism) => {
    for (let i = 0; i < 30; i++) {
      const { times, bytes } = harmless(openRandom(i, mechanism), mechanism, week)
      expect(bytes.length).toBe(times.length)
      expect(gapsOf(times).every((gap) => gap >= 0)).toBe(true)
      expect(times.every((t) => t >= 0 && t < week)).toBe(true)
      expect(bytes.every((n) => Number.isInteger(n) && n > 0)).toBe(true)
    }
  })

  /** Share of the contacts between 1 and 5 o’clock; 1/6 for what knows no night. */
  const atNight = (mechanism: (typeof mechanisms)[number]): number => {
    const times = Array.from({ length: 40 }, (_, i) => harmlessOf(1, mechanism, i, week).times).flat()
    return times.filter((t) => t % day > hour && t % day < 5 * hour).length / times.length
  }

  it('push knows no night, people sleep, mail is rarer, sync has its hour then', () => {
    expect(atNight('push')).toBeCloseTo(1 / 6, 1)
    expect(atNight('push')).toBeGreaterThan(0.16)
    expect(atNight('people')).toBeLessThan(0.02)
    expect(atNight('mail')).toBeLessThan(0.08)
    expect(atNight('sync')).toBeGreaterThan(0.25)
  })
})

describe('the grid', () => {
  const small = { days: 7, seed: 3, channels: 25, harmless: 8 }
  const hourly = { interval: hour, jitter: 0, missed: 0 }
  const slow = { interval: 3 * hour, jitter: 0.3, missed: 0 }
  const daily = { interval: day, jitter: 0.3, missed: 0.5 }
  const count: Scorer = (times) => times.length
  /** How near to whole hours the gaps are; a scorer made for one cell. */
  const hours: Scorer = (times) => gapsOf(times).filter((gap) => Math.abs(gap - hour) < 1).length / times.length

  it('a scorer made for a cell is perfect there, and Newcombe’s interval has a width', () => {
    const [result] = evaluateCells(hours, { ...small, cells: [hourly] })
    expect(result).toMatchObject({ cell: hourly, auroc: 1, scored: 1, high: 1 })
    expect(result!.low).toBeLessThan(0.99)
    expect(Object.values(result!.against)).toEqual([1, 1, 1, 1, 1])
  })

  it('a constant is chance, and what is not scored ranks last', () => {
    expect(evaluateCells(() => 1, { ...small, cells: [hourly] })[0]).toMatchObject({ auroc: 0.5 })
    const never = evaluateCells((times) => (times.length < 20 ? null : 1), { ...small, cells: [daily] })[0]!
    expect(never.scored).toBe(0)
    expect(never.auroc).toBe(0)
  })

  it('a comparison is what both have alone, and turns with its sides', () => {
    const options = { ...small, cells: [hourly, slow] }
    const [both, single] = [compareCells(hours, count, options), evaluateCells(hours, options)]
    both.forEach(({ a, b, difference, low, high }, i) => {
      expect(a.auroc).toBe(single[i]!.auroc)
      expect(difference).toBeCloseTo(a.auroc - b.auroc, 12)
      expect(low).toBeLessThanOrEqual(difference)
      expect(high).toBeGreaterThanOrEqual(difference)
    })
    const turned = compareCells(count, hours, options)
    expect(turned[0]!.low).toBeCloseTo(-both[0]!.high, 12)
    expect(both[0]!.low).toBeGreaterThan(0)
  })

  it('peers put a harmless push above nearly every channel of three hours', () => {
    for (const peer of [ritaByDay, elasticScore])
      expect(evaluateCells(peer, { ...small, cells: [slow] })[0]!.against.push).toBeLessThan(0.05)
  })
})
