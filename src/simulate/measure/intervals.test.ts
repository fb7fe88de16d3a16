import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bootstrapInterval, poissonInterval, quantileOfSorted, ratePer1000, wilson } from './intervals.ts'
import { binomialUpTo, chiSquareQuantile, gammaQuantile, incompleteGamma, logGamma, normalQuantile } from './special.ts'

describe('special functions against closed forms', () => {
  it('Γ of whole and half numbers', () => {
    expect(logGamma(1)).toBeCloseTo(0, 13)
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 12)
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12)
    expect(logGamma(0.25) + logGamma(0.75)).toBeCloseTo(Math.log(Math.PI * Math.SQRT2), 12)
  })

  it('the incomplete gamma function of shape 1 is exponential, of shape 3 a finite sum', () => {
    for (const x of [1e-6, 0.1, 1, 1.9, 2.1, 5, 40]) {
      expect(incompleteGamma(1, x).upper / Math.exp(-x)).toBeCloseTo(1, 12)
      expect(incompleteGamma(3, x).upper / (Math.exp(-x) * (1 + x + x ** 2 / 2))).toBeCloseTo(1, 12)
      expect(incompleteGamma(1, x).lower / -Math.expm1(-x)).toBeCloseTo(1, 12)
    }
  })

  it('the quantile gives back what the function took', () => {
    const p = fc.oneof(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), fc.constantFrom(0.025, 0.5, 0.975))
    fc.assert(
      fc.property(p, fc.double({ min: 0.05, max: 5000, noNaN: true }), (p, shape) => {
        const { lower, upper } = incompleteGamma(shape, gammaQuantile(p, shape))
        expect(Math.abs(lower / p - 1) < 1e-9 || Math.abs(upper / (1 - p) - 1) < 1e-9).toBe(true)
      }),
    )
  })

  it('quantiles that every table prints', () => {
    expect(chiSquareQuantile(0.95, 2)).toBeCloseTo(-2 * Math.log(0.05), 12)
    expect(chiSquareQuantile(0.95, 1)).toBeCloseTo(3.841458820694124, 11)
    expect(chiSquareQuantile(0.025, 10)).toBeCloseTo(3.246972780236842, 11)
    expect(chiSquareQuantile(0.975, 100)).toBeCloseTo(129.56119718583659, 9)
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12)
    expect(normalQuantile(0.005)).toBeCloseTo(-2.5758293035489004, 11)
    expect(normalQuantile(0.5)).toBe(0)
  })

  it('binomial sums', () => {
    expect(binomialUpTo(2, 5, 0.5)).toBeCloseTo(0.5, 12)
    expect(binomialUpTo(0, 10, 0.1)).toBeCloseTo(0.9 ** 10, 12)
    expect([binomialUpTo(-1, 5, 0.5), binomialUpTo(5, 5, 0.5)]).toEqual([0, 1])
  })
})

describe('wilson', () => {
  it('10 of 10 reaches down to n/(n + z²), 0 of 10 as far up', () => {
    const z2 = 1.959963984540054 ** 2
    expect(wilson(10, 10)).toEqual({ low: expect.closeTo(10 / (10 + z2), 12), high: 1 })
    expect(wilson(0, 10)).toEqual({ low: 0, high: expect.closeTo(z2 / (10 + z2), 12) })
  })

  it('12 of 12 is as little as 0.757', () => {
    expect(wilson(12, 12).low).toBeCloseTo(0.7575, 4)
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 })
  })

  it('holds the share, lies in [0, 1], and mirrors', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (hits, misses) => {
        fc.pre(hits + misses > 0)
        const of = hits + misses
        const [one, other] = [wilson(hits, of), wilson(misses, of)]
        expect(one.low).toBeGreaterThanOrEqual(0)
        expect(one.high).toBeLessThanOrEqual(1)
        expect(one.low).toBeLessThanOrEqual(hits / of)
        expect(one.high).toBeGreaterThanOrEqual(hits / of)
        expect(one.low).toBeCloseTo(1 - other.high, 10)
      }),
    )
  })
})

describe('poisson', () => {
  it('Garwood’s own kind of table', () => {
    expect(poissonInterval(0)).toEqual({ low: 0, high: expect.closeTo(-Math.log(0.025), 12) })
    expect(poissonInterval(1).low).toBeCloseTo(-Math.log(0.975), 12)
    expect(poissonInterval(1).high).toBeCloseTo(5.571643390938898, 10)
    expect(poissonInterval(10).low).toBeCloseTo(4.795389, 5)
    expect(poissonInterval(10).high).toBeCloseTo(18.390356, 5)
  })

  it('no false finding in 300 device-weeks shows fewer than about 12 in 1,000', () => {
    const rate = ratePer1000(0, 300)!
    expect([rate.rate, rate.low]).toEqual([0, 0])
    expect(rate.high).toBeCloseTo(12.296, 3)
    // one-sided, as “fewer than 10 per 1,000” is usually meant
    expect(ratePer1000(0, 300, 0.9)!.high).toBeCloseTo(9.986, 3)
    expect(ratePer1000(3, 1000)!.rate).toBe(3)
    expect(ratePer1000(0, 0)).toBeNull()
  })

  it('each end puts its half of the error beyond the count', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), (count) => {
        const { low, high } = poissonInterval(count)
        // P(X ≥ count | low) = P(count, low), P(X ≤ count | high) = Q(count + 1, high)
        expect(incompleteGamma(count, low).lower).toBeCloseTo(0.025, 10)
        expect(incompleteGamma(count + 1, high).upper).toBeCloseTo(0.025, 10)
      }),
    )
  })
})

describe('bootstrap', () => {
  const mean = (drawn: readonly number[]) => drawn.reduce((a, b) => a + b, 0) / drawn.length

  it('comes close to the normal interval of a mean of many', () => {
    const values = Array.from({ length: 100 }, (_, i) => i)
    const { low, high } = bootstrapInterval(values, mean)!
    // σ = √((100² − 1)/12) = 28.87, standard error 2.887
    expect(low).toBeGreaterThan(49.5 - 1.96 * 2.887 - 0.5)
    expect(low).toBeLessThan(49.5 - 1.96 * 2.887 + 0.5)
    expect(high).toBeGreaterThan(49.5 + 1.96 * 2.887 - 0.5)
    expect(high).toBeLessThan(49.5 + 1.96 * 2.887 + 0.5)
  })

  it('two clusters give what two clusters can', () => {
    // (0, 0), (0, 1), (1, 0), (1, 1): both ends are met in a quarter of the draws each
    expect(bootstrapInterval([0, 1], mean)).toEqual({ low: 0, high: 1 })
  })

  it('the same options, the same interval', () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6]
    expect(bootstrapInterval(values, mean, { seed: 3 })).toEqual(bootstrapInterval(values, mean, { seed: 3 }))
    expect(bootstrapInterval(values, mean, { seed: 3, draws: 50 })).not.toEqual(
      bootstrapInterval(values, mean, { seed: 4, draws: 50 }),
    )
  })

  it('says nothing of one cluster, nor where the statistic rarely exists', () => {
    expect(bootstrapInterval([1], mean)).toBeNull()
    expect(bootstrapInterval([1, 2, 3], () => null)).toBeNull()
  })

  it('quantiles are linear between values, and may be infinite', () => {
    expect(quantileOfSorted([1, 2, 4], 0.75)).toBe(3)
    expect(quantileOfSorted([], 0.5)).toBeNull()
    expect(quantileOfSorted([0, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 0.75)).toBe(
      Number.POSITIVE_INFINITY,
    )
  })
})
