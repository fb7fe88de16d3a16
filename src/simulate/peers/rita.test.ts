import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openRandom } from '../random.ts'
import {
  ritaBars,
  ritaByDay,
  ritaDuration,
  ritaHistogram,
  ritaOverall,
  ritaScore,
  ritaSizes,
  ritaTimestamps,
} from './rita.ts'

const hour = 3600
const day = 24 * hour
const whole = { from: 0, to: day }
const every = (seconds: number, n: number, from = 0) => Array.from({ length: n }, (_, i) => from + i * seconds)

describe('each part, by hand', () => {
  it('timestamps: skewness and deviation of the gaps', () => {
    // gaps 10, 20, 30, 60, 100 → quartiles of the halves 15, 30, 80: Bowley 1 − 35/65 = 6/13;
    // |gap − 30| is 20, 10, 0, 30, 70, median 20: 1/3; mean of both 0.397
    expect(ritaTimestamps([0, 10, 30, 60, 120, 220])).toBe(0.397)
    // gaps 8, 10, 10, 12 → quartiles 9, 10, 11: less than 10 apart, so not skewed; deviations 2, 0, 0, 2, median 1
    expect(ritaTimestamps([0, 8, 18, 28, 40])).toBe(0.95)
    expect(ritaTimestamps(every(60, 10))).toBe(1)
  })

  it('timestamps: skewness counts from quartiles ten seconds apart on, and not where two of them are one', () => {
    // gaps 100, 102, 106, 116 → quartiles 101, 104, 111: Bowley 1 − 4/10; deviations 4, 2, 2, 12, median 3
    expect(ritaTimestamps([0, 100, 202, 308, 424])).toBe(0.786)
    // 114 instead: quartiles 101, 104, 110
    expect(ritaTimestamps([0, 100, 202, 308, 422])).toBe(0.986)
    // gaps 10, 20, 60, 60, 60 → quartiles 15, 60, 60; gaps 60, 60, 60, 100, 200 → 60, 60, 150; deviations median 0
    expect(ritaTimestamps([0, 10, 30, 90, 150, 210])).toBe(1)
    expect(ritaTimestamps([0, 60, 120, 180, 280, 480])).toBe(1)
  })

  it('timestamps: order and connections within the same second change nothing', () => {
    expect(ritaTimestamps([120, 0, 60, 0.9, 30, 10, 220, 220.2])).toBe(0.397)
  })

  it('sizes: a median below a byte is as bad as can be, for times as good', () => {
    expect(ritaSizes([0, 0, 0, 0])).toBe(0.5)
    // quartiles 150, 250, 350 → not skewed; deviations 150, 50, 50, 150, median 100: 0.6
    expect(ritaSizes([400, 100, 300, 200])).toBe(0.8)
    // quartiles 22, 60, 500: Bowley 1 − 402/478 = 0.159; deviations 40, 36, 0, 340, 540, median 40: 1/3
    expect(ritaSizes([20, 24, 60, 400, 600])).toBe(0.246)
  })

  it('duration: nothing below six of 24 bars', () => {
    expect(ritaDuration(every(hour, 5), whole)).toBe(0)
    // six hours on end: half of the ideal twelve, and 5 h of 24 are covered
    expect(ritaDuration(every(hour, 6), whole)).toBe(0.5)
    // every third hour: no run, but 21 of 24 hours are covered
    expect(ritaDuration(every(3 * hour, 8), whole)).toBe(0.875)
  })

  it('duration: a run may be more than what is covered, and goes on from the last bar to the first', () => {
    // hours 0 … 7 of 24: 7/24 covered, a run of 8/12
    expect(ritaDuration(every(hour, 8), whole)).toBe(0.667)
    // hours 0 … 6 from 0:58 on and 19 … 23 until 23:01: 0.919 covered, twelve on end
    expect(ritaDuration([...every(hour, 7, 3500), ...every(hour, 5, 19 * hour + 100)], whole)).toBe(1)
  })

  it('histogram: one less variation, or nothing', () => {
    // half of the bars 1, half 3: mean 2, deviation 1 → 0.5; but they are two modes: 24 of 24 − 1
    const alternating = every(hour, 24).flatMap((t, i) => (i % 2 ? [t, t + 60, t + 120] : [t]))
    expect(ritaBars(alternating, whole).slice(0, 4)).toEqual([1, 3, 1, 3])
    expect(ritaHistogram(alternating, whole)).toBe(1)
    // ten filled bars of one: too few for modes; mean 10/24, deviation √(10/24 · 14/24) > mean → 0
    expect(ritaHistogram(every(hour, 10), whole)).toBe(0)
    // twelve filled bars of one: one mode, 12 of 11
    expect(ritaHistogram(every(hour, 12), whole)).toBe(1)
    // heights 2, 4, … 22 in eleven bars: eleven modes, two of which are 2 of 10; too uneven otherwise
    const stairs = every(hour, 11).flatMap((t, i) => every(1, 2 * (i + 1), t))
    expect(ritaHistogram(stairs, whole)).toBe(0.2)
  })

  it('the last moment belongs to the last bar', () => {
    expect(ritaBars([0, day], whole)).toEqual([1, ...new Array(22).fill(0), 1])
    // whole seconds: 10.9 is before the border at 10.5
    expect(ritaBars([10.9], { from: 0, to: 24 * 10.5 })[0]).toBe(1)
  })

  it('the mean of all four', () => {
    const score = ritaScore(every(3 * hour, 8), new Array(8).fill(500), whole)!
    expect(score).toEqual({ timestamps: 1, sizes: 1, duration: 0.875, histogram: 0, score: 0.719 })
  })
})

describe('what RITA does not score', () => {
  it('fewer than four distinct seconds, strobes, spans without length', () => {
    expect(ritaScore([0, 0.5, 60, 120], [1, 1, 1, 1], whole)).toBeNull()
    expect(ritaScore([0, 1, 60, 120], [1, 1, 1, 1], whole)).not.toBeNull()
    expect(ritaScore(every(1, 86_400), new Array(86_400).fill(1), whole)).toBeNull()
    expect(ritaScore(every(1, 86_399), new Array(86_399).fill(1), whole)).not.toBeNull()
    expect(ritaScore(every(1, 10), new Array(10).fill(1), { from: 5, to: 5 })).toBeNull()
    expect(ritaByDay(every(day, 30), new Array(30).fill(1), 30 * day)).toBeNull()
    expect(ritaOverall(every(day, 30), new Array(30).fill(1), 30 * day)).toBe(1)
  })
})

it('several days: the greatest of them', () => {
  const times = [...every(hour, 24), ...every(3 * hour, 8, day)]
  const bytes = times.map(() => 500)
  expect(ritaByDay(times, bytes, 2 * day)).toBe(1)
  expect(ritaByDay(times.slice(24), bytes.slice(24), 2 * day)).toBe(0.719)
  // 13 hours of a third day are not a day
  expect(ritaByDay(every(hour, 13, 2 * day), new Array(13).fill(500), 2.6 * day)).toBeNull()
})

it('every part lies in [0, 1], whatever comes in', () => {
  const contact = fc.tuple(fc.double({ min: 0, max: day, noNaN: true }), fc.nat(1_000_000))
  fc.assert(
    fc.property(fc.array(contact, { maxLength: 60 }), (contacts) => {
      const score = ritaScore(
        contacts.map(([t]) => t),
        contacts.map(([, n]) => n),
        whole,
      )
      for (const part of Object.values(score ?? {})) {
        expect(part).toBeGreaterThanOrEqual(0)
        expect(part).toBeLessThanOrEqual(1)
      }
    }),
  )
})

/**
 * Days built by other hands gave a push keep-alive 0.984 and channels 0.937, 0.613 and 0.387. How their sizes and
 * jitter were drawn is not known; these days (jitter ± 30 %, sizes ± 20 %, push ± 2 s and 3 %) meet them within 0.03.
 */
describe('published scores', () => {
  const medianOf = (interval: number, jitter: number, sizes: number): number => {
    const scores = Array.from({ length: 200 }, (_, i) => {
      const random = openRandom(i, `rita/${interval}`)
      const times: number[] = []
      for (let t = random.next() * interval; t < day; t += interval * (1 + jitter * (2 * random.next() - 1)))
        times.push(t)
      return ritaScore(
        times,
        times.map(() => 600 * Math.exp(sizes * random.normal())),
        whole,
      )?.score
    })
    const scored = scores.filter((s) => s !== undefined).sort((a, b) => a - b)
    return scored[scored.length >> 1]!
  }

  it.each([
    ['a harmless push keep-alive of 900 s', 900, 0.002, 0.03, 0.984],
    ['a channel of 600 s', 600, 0.3, 0.2, 0.937],
    ['of 3 h', 3 * hour, 0.3, 0.2, 0.613],
    ['of 6 h', 6 * hour, 0.3, 0.2, 0.387],
  ])('%s', (_, interval, jitter, sizes, published) => {
    expect(Math.abs(medianOf(interval, jitter, sizes) - published)).toBeLessThan(0.03)
  })
})
