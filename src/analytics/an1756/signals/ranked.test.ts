// How rare a surprise is: by devices, not by events. Rules: docs/spec/an1756.md, before S4.
import { expect, test } from 'vitest'
import type { EpisodeRow } from '../row.ts'
import { findSurprises } from '../surprise.ts'
import { episode } from './testing.ts'

const day = 86_400

/** First contacts with internal services: `n` hosts on one day of a device. */
const sweep = (who: string, at: number, n: number, from = 0): EpisodeRow[] =>
  Array.from({ length: n }, (_, i) =>
    episode({ who, destination: `10.0.${from}.${i + 1}:445`, class: 'internal', t0: at + i }),
  )

const devices = Array.from({ length: 30 }, (_, i) => `device ${i}`)
const fleet = { size: 30, deviceDays: 420, days: new Map(devices.map((who) => [who, 14])) }
const admin = Array.from({ length: 9 }, (_, i) => sweep('device 1', (i + 3) * day, 20, i)).flat()

test('an administrator who scans nine days tells once how rare that is in the fleet', () => {
  const alone = findSurprises(sweep('device 0', 5 * day, 8, 100), fleet, 3).find(({ who }) => who === 'device 0')!
  expect(alone.chance).toBeCloseTo(0.5 / 420)
  const found = findSurprises([...admin, ...sweep('device 0', 5 * day, 8, 100)], fleet, 3)
  expect(found.find(({ who }) => who === 'device 0')!.chance).toBeCloseTo(1.5 / 420)
})

test('a device’s own repeats on other days count against it, those within two days do not', () => {
  const found = findSurprises(admin, fleet, 3)
  expect(found).toHaveLength(9)
  // of nine on days 3 to 11, seven or fewer lie more than two days away
  expect(found.find(({ at }) => at === 3 * day)!.chance).toBeCloseTo(0.5 / 420 + 6 / 14)
})
