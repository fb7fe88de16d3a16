import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  auroc,
  averagePrecision,
  foundBy,
  overSeeds,
  precisionRecall,
  recallAt,
  recallAtInterval,
  rocCurve,
  type Scored,
  timeToDetect,
} from './curves.ts'

const none = Number.NEGATIVE_INFINITY
const item = (score: number, truth: boolean, seed = 1): Scored => ({ score, truth, seed })
/** Downwards: + true, − false; all scores differ. */
const ranked = (signs: string, seed = 1) => [...signs].map((sign, i) => item(100 - i, sign === '+', seed))

const items = fc.array(
  fc.record({
    score: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(none)),
    truth: fc.boolean(),
    seed: fc.integer({ min: 1, max: 4 }),
  }),
  { maxLength: 40 },
)

describe('curves', () => {
  it('by hand: + − + −', () => {
    expect(rocCurve(ranked('+-+-')).map((p) => [p.falseShare, p.trueShare])).toEqual([
      [0, 0],
      [0, 0.5],
      [0.5, 0.5],
      [0.5, 1],
      [1, 1],
    ])
    expect(precisionRecall(ranked('+-+-')).map((p) => [p.recall, p.precision])).toEqual([
      [0.5, 1],
      [0.5, 0.5],
      [1, 2 / 3],
      [1, 0.5],
    ])
    expect(averagePrecision(ranked('+-+-'))).toBeCloseTo(0.5 + 0.5 * (2 / 3), 12)
    expect(auroc(ranked('+-+-'))).toBe(0.75)
  })

  it('equal scores are one step, in whatever order they stand', () => {
    const tied = [item(2, true), item(1, false), item(1, true), item(1, false)]
    for (const order of [tied, tied.toReversed()]) {
      expect(rocCurve(order).map((p) => [p.falseShare, p.trueShare])).toEqual([
        [0, 0],
        [0, 0.5],
        [1, 1],
      ])
      expect(averagePrecision(order)).toBe(0.5 + 0.5 * 0.5)
    }
  })

  it('attacks that nothing reported count against recall and precision', () => {
    const missed = [item(1, true), item(none, true)]
    expect(averagePrecision(missed)).toBe(0.5)
    expect(recallAt(missed, 1000, 1)).toMatchObject({ found: 1, positives: 2, recall: 0.5 })
    expect(rocCurve([...missed, item(0, false)]).map((p) => [p.falseShare, p.trueShare])).toEqual([
      [0, 0],
      [0, 0.5],
      [1, 0.5],
      [1, 1],
    ])
  })

  it('nothing true, nothing false, nothing at all', () => {
    expect([averagePrecision([]), auroc([]), recallAt([], 10, 1), timeToDetect([], 0.5)]).toEqual([
      null,
      null,
      null,
      null,
    ])
    expect([rocCurve([item(1, true)]), precisionRecall([item(1, false)])]).toEqual([[], []])
    expect(averagePrecision([item(1, true)])).toBe(1)
  })

  it('the area below the ROC curve is the AUROC', () => {
    fc.assert(
      fc.property(items, (all) => {
        const curve = rocCurve(all)
        fc.pre(curve.length > 0)
        const area = curve
          .slice(1)
          .reduce(
            (sum, p, i) => sum + ((p.falseShare - curve[i]!.falseShare) * (p.trueShare + curve[i]!.trueShare)) / 2,
            0,
          )
        expect(area).toBeCloseTo(auroc(all)!, 12)
      }),
    )
  })

  it('rising maps and order change no measure', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 0, max: 3 }), (all, per1000) => {
        const moved = all.map((i) => ({ ...i, score: i.score ** 3 + 7 })).reverse()
        expect(averagePrecision(moved)).toEqual(averagePrecision(all))
        expect(recallAt(moved, 1000, per1000)?.recall).toEqual(recallAt(all, 1000, per1000)?.recall)
      }),
    )
  })
})

describe('recall at a budget', () => {
  it('by hand: − + + − + in 500 device-weeks', () => {
    const all = ranked('-++-+')
    // 1 in 1,000 allows half a finding in 500: none, and the first is false
    expect(recallAt(all, 500, 1)).toMatchObject({ allowed: 0, found: 0, threshold: Number.POSITIVE_INFINITY })
    expect(recallAt(all, 500, 2)).toMatchObject({ allowed: 1, found: 2, wrong: 1, threshold: 98 })
    expect(recallAt(all, 500, 3.3)).toMatchObject({ allowed: 1, found: 2 })
    expect(recallAt(all, 500, 10)).toMatchObject({ allowed: 5, found: 3, recall: 1, wrong: 2 })
  })

  it('3.3 for 1,000 device-weeks in 10,000 are 33', () => {
    expect(recallAt([item(1, true)], 10_000, 3.3)!.allowed).toBe(33)
    // rounding leaves 28999.999999999996 device-weeks here
    expect(recallAt([item(1, true)], 0.29 * 100_000, 1)!.allowed).toBe(29)
  })

  it('a tie that would break the budget is left out as a whole', () => {
    expect(recallAt([item(2, true), item(1, true), item(1, false)], 100, 1)).toMatchObject({ found: 1, wrong: 0 })
  })

  it('never spends more than it may, and a greater budget never finds less', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 0, max: 20 }), (all, budget) => {
        const at = recallAt(all, 1000, budget)
        fc.pre(at !== null)
        expect(at!.wrong).toBeLessThanOrEqual(budget)
        expect(recallAt(all, 1000, budget + 1)!.found).toBeGreaterThanOrEqual(at!.found)
      }),
    )
  })

  it('its interval draws fleets, silent ones too', () => {
    const weeks = new Map(Array.from({ length: 12 }, (_, i) => [i, 100]))
    const half = Array.from({ length: 12 }, (_, i) => item(i % 2 ? 5 : none, true, i))
    const { low, high } = recallAtInterval(half, weeks, 1)!
    expect(low).toBeGreaterThan(0.1)
    expect(low).toBeLessThan(0.35)
    expect(high).toBeGreaterThan(0.65)
    expect(high).toBeLessThan(0.9)
    // a silent thirteenth adds device-weeks and no attacks
    expect(recallAtInterval(half, new Map([...weeks, [12, 100]]), 1)).not.toBeNull()
    // one fleet alone holds a false finding above all, the others hold nothing that is false
    const spoilt = [...half, item(9, false, 0)]
    expect(recallAtInterval(spoilt, weeks, 1)!.low).toBeLessThan(low)
    expect(() => recallAtInterval(half, new Map([[0, 100]]), 1)).toThrow('device-weeks')
  })

  it('pools seeds for other measures', () => {
    const all = Array.from({ length: 10 }, (_, seed) => ranked('++-+--', seed)).flat()
    const { low, high } = overSeeds(all, auroc)!
    // all fleets are alike
    expect(low).toBeCloseTo(auroc(all)!, 12)
    expect(high).toBeCloseTo(low, 12)
    expect(overSeeds(ranked('+-'), auroc)).toBeNull()
  })
})

describe('time to detect', () => {
  it('counts what was never found as later than all', () => {
    const times = [30, null, 10, 20]
    expect(timeToDetect(times, 0.5)!.seconds).toBe(20)
    expect(timeToDetect(times, 0.75)!.seconds).toBe(30)
    expect(timeToDetect(times, 0.9)).toMatchObject({ seconds: null, high: null })
    expect(foundBy(times)).toEqual([
      { seconds: 10, share: 0.25 },
      { seconds: 20, share: 0.5 },
      { seconds: 30, share: 0.75 },
    ])
    expect(foundBy([5, 5, null])).toEqual([{ seconds: 5, share: 2 / 3 }])
  })

  it('the median of ten lies between the second and the ninth', () => {
    // P(Bin(10, ½) ≤ 1) = 11/1024 ≤ 0.025 < P(≤ 2) = 56/1024
    const times = Array.from({ length: 10 }, (_, i) => 10 * (i + 1))
    expect(timeToDetect(times, 0.5)).toEqual({ seconds: 50, low: 20, high: 90 })
    expect(timeToDetect(times, 0.9)).toMatchObject({ seconds: 90, high: null })
    expect(timeToDetect([7], 0.5)).toEqual({ seconds: 7, low: 0, high: null })
    // hardly any was found: all that can be said is “later than the last”
    expect(timeToDetect([1, 2, ...new Array(98).fill(null)], 0.5)).toEqual({ seconds: null, low: 2, high: null })
  })
})
