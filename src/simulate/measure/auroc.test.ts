import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openRandom } from '../random.ts'
import { aurocOf, aurocWithInterval, compareAuroc, newcombe, type Split } from './auroc.ts'
import { normalQuantile } from './special.ts'

const score = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(Number.NEGATIVE_INFINITY))
const split = fc.record({
  positives: fc.array(score, { minLength: 1, maxLength: 30 }),
  negatives: fc.array(score, { minLength: 1, maxLength: 30 }),
})

/** All pairs, as the definition says. */
function byPairs({ positives, negatives }: Split): number {
  let sum = 0
  for (const p of positives) for (const n of negatives) sum += p > n ? 1 : p === n ? 0.5 : 0
  return sum / positives.length / negatives.length
}

describe('auroc', () => {
  it('by hand: 3 against 2, 1 against nothing, a tie', () => {
    // pairs: 3>2, 3>1, 1<2, 1=1 → 2.5 of 4
    expect(aurocOf({ positives: [3, 1], negatives: [2, 1] })).toBe(0.625)
    expect(aurocOf({ positives: [], negatives: [1] })).toBeNull()
    expect(aurocOf({ positives: [1], negatives: [] })).toBeNull()
  })

  it('what no scorer scored is as good as chance', () => {
    const none = Number.NEGATIVE_INFINITY
    expect(aurocOf({ positives: [none, none], negatives: [none] })).toBe(0.5)
  })

  it('a score that is not a number is a bug', () => {
    expect(() => aurocOf({ positives: [Number.NaN], negatives: [1] })).toThrow('not a number')
  })

  it('is the share of pairs in order, ties half', () => {
    fc.assert(
      fc.property(split, (s) => {
        expect(aurocOf(s)).toBeCloseTo(byPairs(s), 12)
      }),
    )
  })

  it('rising maps change nothing, falling ones mirror it, sides swapped too', () => {
    fc.assert(
      fc.property(split, (s) => {
        const map = (f: (x: number) => number) => ({ positives: s.positives.map(f), negatives: s.negatives.map(f) })
        const own = aurocOf(s)!
        expect(aurocOf(map((x) => Math.exp(x / 3)))).toBeCloseTo(own, 12)
        expect(aurocOf(map((x) => x ** 3))).toBeCloseTo(own, 12)
        expect(aurocOf(map((x) => -x))).toBeCloseTo(1 - own, 12)
        expect(aurocOf({ positives: s.negatives, negatives: s.positives })).toBeCloseTo(1 - own, 12)
      }),
    )
  })
})

describe('interval', () => {
  it('DeLong by hand', () => {
    // positives 1, 3 against 0, 2: shares above ½, 1; below 1, ½. Both variances 1/8, over 2 each: variance 1/8.
    const { auroc, low, high } = aurocWithInterval({ positives: [1, 3], negatives: [0, 2] })!
    expect(auroc).toBe(0.75)
    const half = (normalQuantile(0.975) * Math.sqrt(1 / 8)) / (0.75 * 0.25)
    expect(low).toBeCloseTo(1 / (1 + Math.exp(half) / 3), 12)
    expect(high).toBeCloseTo(1 / (1 + Math.exp(-half) / 3), 12)
  })

  it('perfect order of few is not certainty', () => {
    const few = aurocWithInterval({ positives: [3, 4, 5], negatives: [0, 1, 2] })!
    expect([few.auroc, few.high]).toEqual([1, 1])
    expect(few.low).toBeLessThan(0.7)
    const many = aurocWithInterval({
      positives: new Array(100).fill(1),
      negatives: new Array(300).fill(0),
    })!
    expect(many.low).toBeGreaterThan(0.96)
    expect(many.low).toBeLessThan(1)
  })

  it('an end of Newcombe’s is where its own spread reaches the estimate', () => {
    const { low } = newcombe(1, 10, 10)
    const variance = (low * (1 - low) * (1 + 9 * ((1 - low) / (2 - low) + low / (1 + low)))) / 100
    expect(1 - low).toBeCloseTo(normalQuantile(0.975) * Math.sqrt(variance), 9)
    expect(newcombe(0, 10, 10).high).toBeCloseTo(1 - low, 9)
  })

  it('holds the estimate and lies in [0, 1]', () => {
    fc.assert(
      fc.property(split, (s) => {
        const { auroc, low, high } = aurocWithInterval(s)!
        expect(low).toBeGreaterThanOrEqual(0)
        expect(low).toBeLessThanOrEqual(auroc + 1e-12)
        expect(high).toBeGreaterThanOrEqual(auroc - 1e-12)
        expect(high).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('covers the truth in about 95 of 100 samples', () => {
    // normal laws one deviation apart: Φ(1/√2) = 0.7602
    const covered = Array.from({ length: 400 }, (_, i) => {
      const random = openRandom(i, 'coverage')
      const { low, high } = aurocWithInterval({
        positives: Array.from({ length: 40 }, () => 1 + random.normal()),
        negatives: Array.from({ length: 60 }, () => random.normal()),
      })!
      return low <= 0.76025 && 0.76025 <= high
    }).filter(Boolean).length
    expect(covered).toBeGreaterThan(365)
    expect(covered).toBeLessThan(395)
  })
})

describe('comparison', () => {
  const random = openRandom(1, 'comparison')
  const signal = (n: number, shift: number) => Array.from({ length: n }, () => shift + random.normal())
  const noisy = (values: readonly number[], much: number) => values.map((v) => v + much * random.normal())
  const good = { positives: signal(80, 1.5), negatives: signal(120, 0) }
  const worse = { positives: noisy(good.positives, 2), negatives: noisy(good.negatives, 2) }

  it('a scorer and itself do not differ', () => {
    const own = compareAuroc(good, good)!
    expect([own.difference, own.low, own.high]).toEqual([0, expect.closeTo(0, 6), expect.closeTo(0, 6)])
  })

  it('noise makes a scorer worse, surely with so many items; turned around, the signs turn', () => {
    const one = compareAuroc(good, worse)!
    expect(one.low).toBeGreaterThan(0)
    const other = compareAuroc(worse, good)!
    expect(other.low).toBeCloseTo(-one.high, 12)
    expect(other.difference).toBeCloseTo(-one.difference, 12)
  })

  it('by hand: b has two pairs in the wrong order that a has right', () => {
    const a = { positives: [1, 3], negatives: [0, 2] }
    const b = { positives: [3, 1], negatives: [0, 2] }
    // shares above ½, 1 and 1, ½; below 1, ½ in both: covariances −1/8 and 1/8, so the variance of the difference
    // is (1/8 + 1/8 + 1/8 + 1/8 + 2/8 − 2/8)/2 = 1/4
    const { difference, low, high } = compareAuroc(a, b)!
    expect(difference).toBe(0)
    expect(high).toBeCloseTo(normalQuantile(0.975) / 2, 12)
    expect(low).toBeCloseTo(-high, 12)
  })

  it('two perfect scorers may still differ', () => {
    const perfect = { positives: [3, 4, 5], negatives: [0, 1, 2] }
    const both = compareAuroc(perfect, { positives: [7, 7, 7], negatives: [1, 1, 1] })!
    expect(both.difference).toBe(0)
    expect(both.low).toBeLessThan(-0.1)
    expect(both.high).toBeGreaterThan(0.1)
  })

  it('needs the same items', () => {
    expect(() => compareAuroc({ positives: [1], negatives: [] }, { positives: [], negatives: [1] })).toThrow('same')
    expect(compareAuroc({ positives: [], negatives: [1] }, { positives: [], negatives: [1] })).toBeNull()
  })
})
