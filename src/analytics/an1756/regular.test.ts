// What is a timer, and what only looks like one.
import { describe, expect, test } from 'vitest'
import { minutesOf, regularity } from './regular.ts'

const hour = 60
const day = 24 * hour
const days = 7

/** Deterministic numbers in 0 ≤ x < 1 (mulberry32). */
function openRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const minutes = (times: readonly number[]): number[] => [...new Set(times.map(Math.floor))].sort((a, b) => a - b)

/** Wakes every `interval` × (1 ± jitter), of which some are missed. */
function timer(interval: number, jitter: number, missed: number, random = openRandom(1)): number[] {
  const times: number[] = []
  for (let t = random() * interval; t < days * day; t += interval * (1 + jitter * (2 * random() - 1)))
    if (random() >= missed) times.push(t)
  return minutes(times)
}

/** Anew after each exchange, with a drift of 1 %; a change of network shifts it five times a day. */
function push(interval: number, random = openRandom(2)): number[] {
  const times: number[] = []
  for (let t = 0; t < days * day; ) {
    times.push(t)
    t += random() < (5 * interval) / day ? random() * interval : interval * (1 + 0.02 * (random() - 0.5))
  }
  return minutes(times)
}

/** A few taps each time, six times a day between 7 and 23 o'clock. */
function people(random = openRandom(3)): number[] {
  const times: number[] = []
  for (let d = 0; d < days; d++)
    for (let n = 0; n < 6; n++) {
      let t = d * day + 7 * hour + random() * 16 * hour
      for (let taps = 1 + Math.floor(8 * random()); taps > 0; taps--) {
        times.push(t)
        t += 2 * random()
      }
    }
  return minutes(times)
}

/** Fetched every quarter of an hour by day, hardly at night. */
function mail(random = openRandom(4)): number[] {
  const times: number[] = []
  for (let t = 0; t < days * day; t += 15) if (t % day > 7 * hour || random() < 0.2) times.push(t + 0.3 * random())
  return minutes(times)
}

const harmless = { people: people(), mail: mail(), push10: push(10), push15: push(15), push28: push(28) }

describe('a timer of any length ranks above what is harmless', () => {
  test.each(
    [1, 10, hour, 3 * hour, 6 * hour].flatMap((interval) =>
      [0, 0.3, 0.9].flatMap((jitter) => [0, 0.5].map((missed): [number, number, number] => [interval, jitter, missed])),
    ),
  )('every %d min, jitter %d, missed %d', (interval, jitter, missed) => {
    const score = regularity(timer(interval, jitter, missed))
    expect(score).toBeGreaterThan(Math.max(...Object.values(harmless).map(regularity)) + 0.05)
    expect(score).toBeLessThanOrEqual(1)
  })

  test('once a day too, where a week is little', () => {
    expect(regularity(timer(day, 0, 0))).toBeGreaterThan(0.5)
  })

  test('more jitter and more missed wakes are less regular', () => {
    const scores = [timer(hour, 0, 0), timer(hour, 0.3, 0), timer(hour, 0.9, 0), timer(hour, 0.9, 0.5)].map(regularity)
    expect(scores).toEqual([...scores].sort((a, b) => b - a))
    expect(new Set(scores).size).toBe(4)
  })
})

describe('what is no timer', () => {
  test.each(Object.entries(harmless))('%s', (_, times) => {
    expect(times.length).toBeGreaterThan(50)
    expect(regularity(times)).toBeLessThan(0.05)
  })

  test('an exact clock of a keep-alive’s length is a timer all the same', () => {
    expect(regularity(timer(15, 0, 0))).toBeGreaterThan(0.8)
  })

  test('fewer than four times say nothing, nor do equal ones', () => {
    expect(regularity([])).toBe(0)
    expect(regularity([1, 2, 3])).toBe(0)
    expect(regularity([5, 5, 5, 5, 5])).toBe(0)
  })

  test('any times give a number from 0 to 1', () => {
    const random = openRandom(5)
    for (let n = 0; n < 200; n++) {
      const times = minutes(Array.from({ length: 4 + Math.floor(60 * random()) }, () => 10 ** (5 * random())))
      const score = regularity(times)
      expect(score).toBeGreaterThanOrEqual(0)
      expect(score).toBeLessThanOrEqual(1)
    }
  })
})

test('minutes of rows: bits of both halves, in order', () => {
  expect(
    minutesOf([
      [7200, 3, 0b101, 0],
      [10_800, 2, 2 ** 31, 1 << 27],
    ]),
  ).toEqual([120, 122, 180 + 31, 180 + 59])
})
