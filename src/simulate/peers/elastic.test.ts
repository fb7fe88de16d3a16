import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openRandom } from '../random.ts'
import { elasticRun, elasticScore, elasticVerdict } from './elastic.ts'

const hour = 3600
const day = 24 * hour
const window = 6 * hour
const every = (seconds: number, n: number, from = 30) => Array.from({ length: n }, (_, i) => from + i * seconds)
const same = (n: number, bytes = 500) => new Array<number>(n).fill(bytes)
/** Bytes that vary far too much for the rule of bytes. */
const wild = (n: number) => Array.from({ length: n }, (_, i) => 100 * 2 ** (i % 8))

describe('one run, by hand', () => {
  it('too little to judge: six filled buckets, or less than twelve minutes', () => {
    expect(elasticRun(every(hour, 6), same(6), window)).toBeNull()
    expect(elasticRun(every(60, 11), same(11), window)).toBeNull()
    expect(elasticRun(every(60, 12), same(12), window)).not.toBeNull()
  })

  it('what lies before the six hours or after now is not seen', () => {
    const times = [...every(1800, 6, 0), ...every(1800, 12, window + 1)]
    expect(elasticRun(times, same(18), 2 * window + hour)!.flagged).toBe(true)
    expect(elasticRun(times, same(18), window)).toBeNull()
  })

  it('even bytes are flagged, whatever the times', () => {
    // minutes 0, 7, 30, 31, 100, 180, 290: nothing repeats
    const times = [0, 7, 30, 31, 100, 180, 290].map((m) => 30 + 60 * m)
    expect(elasticRun(times, same(7), window)).toMatchObject({ flagged: true, bytes: 0, counts: null, score: 100 })
    const uneven = elasticRun(times, wild(7), window)!
    expect(uneven.flagged).toBe(false)
    expect(uneven.score).toBeLessThan(1)
  })

  it('variation is of what lies between the 10th and the 80th percentile', () => {
    // seven buckets: ranks round(0.7) = 1 and round(5.6) = 6 of 0 … 6, so only the least is left out
    const times = every(1800, 7)
    const run = elasticRun(times, [1, 90, 100, 110, 90, 100, 110], window)!
    // mean 100, variance 200/3
    expect(run.bytes).toBeCloseTo(Math.sqrt(200 / 3) / 100, 12)
    expect(run.bytes).toBeGreaterThan(0.05)
  })

  it('the direction that varies less counts', () => {
    const run = elasticRun(every(1800, 10), wild(10), window, same(10))!
    expect(run.bytes).toBe(0)
    expect(elasticRun(every(1800, 10), wild(10), window, wild(10))!.bytes).toBeGreaterThan(0.5)
  })

  it('counts are judged where more than half of the buckets are filled', () => {
    expect(elasticRun(every(60, 300), wild(300), window)!.counts).toBe(0)
    // every second minute of 41: 21 filled of 41 is more than 20
    expect(elasticRun(every(120, 21), wild(21), window)!.counts).toBe(0)
    expect(elasticRun(every(180, 21), wild(21), window)!.counts).toBeNull()
  })

  it('a period of ten minutes correlates with itself, noise does not', () => {
    expect(elasticRun(every(600, 36), wild(36), window)!.autocovariance).toBeCloseTo(1, 6)
    const random = openRandom(1, 'elastic noise')
    const times = Array.from({ length: 36 }, () => random.next() * window).sort((a, b) => a - b)
    expect(elasticRun(times, wild(36), window)!.autocovariance).toBeLessThan(0.5)
  })

  it('a pair is flagged exactly where its score reaches 1', () => {
    const contact = fc.tuple(fc.double({ min: 0, max: window, noNaN: true }), fc.integer({ min: 95, max: 110 }))
    fc.assert(
      fc.property(fc.array(contact, { minLength: 7, maxLength: 60 }), (contacts) => {
        const sorted = contacts.toSorted((a, b) => a[0] - b[0])
        const run = elasticRun(
          sorted.map(([t]) => t),
          sorted.map(([, n]) => n),
          window,
        )
        if (run !== null) expect(run.score >= 1).toBe(run.flagged)
      }),
    )
  })
})

describe('over a day', () => {
  it('runs every hour from the sixth on', () => {
    // seven contacts in the first hour and a half: all in the window of six o’clock, two in that of seven
    const { share, flagged } = elasticVerdict(every(900, 7), same(7), day)
    expect(flagged).toBe(true)
    expect(share).toBeCloseTo(1 / 19, 12)
    expect(elasticVerdict(every(60, 30), same(30), hour)).toMatchObject({ share: 1 })
    expect(elasticScore([], [], day)).toBe(0)
  })

  /**
   * Days built by other hands: the push is flagged always, a channel of an hour on 0 to 35 % of the days. How sizes and
   * jitter were drawn is not known. Here: jitter 0, 10, 30 and 90 %, sizes ± 20 %.
   */
  const flaggedDays = (interval: number, jitter: number, sizes: number): number => {
    const days = Array.from({ length: 100 }, (_, i) => {
      const random = openRandom(i, `elastic/${interval}/${jitter}`)
      const times: number[] = []
      for (let t = random.next() * interval; t < day; t += interval * (1 + jitter * (2 * random.next() - 1)))
        times.push(t)
      const bytes = times.map(() => 600 * Math.exp(sizes * random.normal()))
      return elasticVerdict(times, bytes, day).flagged
    })
    return days.filter(Boolean).length / days.length
  }

  it('published: a harmless push keep-alive of 900 s always', () => {
    expect(flaggedDays(900, 0.002, 0.03)).toBe(1)
  })

  it.each([0, 0.1, 0.3, 0.9])('published: the channel of an hour in at most 35 %% of the days, jitter %s', (jitter) => {
    expect(flaggedDays(hour, jitter, 0.2)).toBeLessThanOrEqual(0.35)
  })

  it('the channel of an hour is flagged on some days: the criterion is met by accident', () => {
    expect(flaggedDays(hour, 0.9, 0.2)).toBeGreaterThan(0)
  })
})
