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
    // ten buckets: ranks 1 … 8 of 0 … 9; mean 100, variance 600/8
    const ten = elasticRun(every(1800, 10), [1, 90, 90, 90, 100, 100, 110, 110, 110, 5000], window)!
    expect(ten.bytes).toBeCloseTo(Math.sqrt(75) / 100, 12)
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

  it('autocovariance of twelve minutes, by hand', () => {
    // counts from now backwards: 1 2 1 2 1 2 1 2 3 2 1 2; the mean of buckets 2 … 7 is 1.5, so bucket 8 is off by 1.5
    // and the others by ½: variances 9/4 + 9/4 in both sides, covariance 8/4 − 3/4 − 3/4 = ½
    const counts = [1, 2, 1, 2, 1, 2, 1, 2, 3, 2, 1, 2]
    const times = counts.flatMap((n, i) => new Array(n).fill(window - 30 - 60 * i)).toReversed()
    expect(elasticRun(times, wild(times.length), window)!.autocovariance).toBeCloseTo(1 / 9, 12)
    // what does not vary at all counts as periodic
    expect(elasticRun(every(60, 40), wild(40), window)!.autocovariance).toBe(1)
  })

  /** The definition, bucket by bucket. */
  function autocovarianceOf(counts: readonly number[]): number {
    const single = (p: number): number => {
      const turns = Math.floor(counts.length / p)
      const forMean = counts.slice(p, p * (Math.floor((counts.length + 1) / p) - 2))
      const mean = forMean.reduce((a, b) => a + b, 0) / (forMean.length || 1)
      const x = counts.slice(p, p * turns).map((n) => n - mean)
      const y = counts.slice(0, p * (turns - 1)).map((n) => n - mean)
      const dot = (a: number[], b: number[]) => a.reduce((sum, v, i) => sum + v * b[i]!, 0)
      const z = Math.sqrt(dot(x, x) * dot(y, y))
      return z === 0 ? 1 : dot(x, y) / z
    }
    const periods = Array.from({ length: Math.floor(counts.length / 6) - 1 }, (_, i) => i + 2)
    const averaged = periods.map((p) => {
      const of = periods.filter((q) => q === p || (q % p === 0 && q > 2 * p)).map(single)
      return of.reduce((a, b) => a + b) / of.length
    })
    return Math.max(...averaged)
  }

  it('any series: autocovariance by its definition, score and flag by the three thresholds', () => {
    const series = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 12, maxLength: 80 })
    const size = fc.oneof(fc.integer({ min: 95, max: 105 }), fc.integer({ min: 1, max: 1000 }))
    fc.assert(
      fc.property(series, fc.infiniteStream(size), (middle, sizes) => {
        const counts = [1, ...middle, 1]
        const times = counts.flatMap((n, i) => new Array<number>(n).fill(window - 30 - 60 * i)).toReversed()
        const run = elasticRun(times, [...sizes.take(times.length)], window)
        if (run === null) return
        expect(run.autocovariance).toBeCloseTo(autocovarianceOf(counts), 9)
        const relative = [
          0.05 / (run.bytes ?? Number.POSITIVE_INFINITY),
          0.1 / (run.counts ?? Number.POSITIVE_INFINITY),
        ]
        const greatest = Math.max(...relative.map((r) => Math.min(100, r)), run.autocovariance / 0.7, 0)
        expect(run.score).toBeCloseTo(greatest, 9)
        expect(run.flagged).toBe(run.score >= 1)
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
