// What a ranked list of findings is worth, over pooled fleets.
import { aurocOf, type Split } from './auroc.ts'
import { type BootstrapOptions, bootstrapInterval, type Interval } from './intervals.ts'
import { binomialUpTo } from './special.ts'

/**
 * One item that was or could have been reported: an attack (true; exactly one item each, with its best score, −∞ if
 * nothing reported it) or a false finding. Greater scores are reported first.
 */
export type Scored = { readonly score: number; readonly truth: boolean; readonly seed: number }

export const splitOf = (items: readonly Scored[]): Split => ({
  positives: items.filter((i) => i.truth).map((i) => i.score),
  negatives: items.filter((i) => !i.truth).map((i) => i.score),
})

export const auroc = (items: readonly Scored[]): number | null => aurocOf(splitOf(items))

type Step = { readonly threshold: number; readonly found: number; readonly wrong: number }

/** Counts of true and false at or above each score, downwards; equal scores are one step. −∞ is never reached. */
function stepsOf(items: readonly Scored[]): Step[] {
  if (items.some((i) => Number.isNaN(i.score))) throw new Error('a score is not a number')
  const sorted = items
    .filter((i) => i.score !== Number.NEGATIVE_INFINITY)
    .sort((a, b) => (a.score === b.score ? 0 : b.score - a.score))
  const steps: Step[] = []
  let found = 0
  let wrong = 0
  sorted.forEach((item, i) => {
    if (item.truth) found++
    else wrong++
    if (sorted[i + 1]?.score !== item.score) steps.push({ threshold: item.score, found, wrong })
  })
  return steps
}

const countTrue = (items: readonly Scored[]): number => items.filter((i) => i.truth).length

export type RocPoint = {
  readonly falseShare: number
  readonly trueShare: number
  /** Reported at or above it; +∞ for the origin. */
  readonly threshold: number
}

/** From (0, 0) to (1, 1); what was never scored is reached by the last, straight, part. Empty: one side is empty. */
export function rocCurve(items: readonly Scored[]): RocPoint[] {
  const positives = countTrue(items)
  const negatives = items.length - positives
  if (positives === 0 || negatives === 0) return []
  const points: RocPoint[] = [{ falseShare: 0, trueShare: 0, threshold: Number.POSITIVE_INFINITY }]
  for (const { threshold, found, wrong } of stepsOf(items))
    points.push({ falseShare: wrong / negatives, trueShare: found / positives, threshold })
  const last = points.at(-1)!
  if (last.falseShare < 1 || last.trueShare < 1)
    points.push({ falseShare: 1, trueShare: 1, threshold: Number.NEGATIVE_INFINITY })
  return points
}

export type RecallPoint = { readonly recall: number; readonly precision: number; readonly threshold: number }

/** One point for each distinct score, the greatest first. Empty: nothing is true, or nothing was reported. */
export function precisionRecall(items: readonly Scored[]): RecallPoint[] {
  const positives = countTrue(items)
  if (positives === 0) return []
  return stepsOf(items).map(({ threshold, found, wrong }) => ({
    recall: found / positives,
    precision: found / (found + wrong),
    threshold,
  }))
}

/** Σ (Rᵢ − Rᵢ₋₁) Pᵢ, without interpolation; attacks that nothing reported add nothing. Null: nothing is true. */
export function averagePrecision(items: readonly Scored[]): number | null {
  if (countTrue(items) === 0) return null
  let before = 0
  let sum = 0
  for (const { recall, precision } of precisionRecall(items)) {
    sum += (recall - before) * precision
    before = recall
  }
  return sum
}

export type RecallAt = {
  readonly found: number
  readonly positives: number
  readonly recall: number
  readonly wrong: number
  /** Whole false findings that the budget allows over these device-weeks. 0: too few to tell this budget from none. */
  readonly allowed: number
  /** Findings at or above it are reported. +∞: none can be. */
  readonly threshold: number
}

/**
 * Recall at the lowest threshold whose false findings stay within `per1000` for 1,000 device-weeks. Items of equal
 * score go together. The threshold is chosen on the same items, so this ranks scorers; whether a budget that was set
 * beforehand is kept is another question (`ratePer1000`). Null: nothing is true.
 */
export function recallAt(items: readonly Scored[], deviceWeeks: number, per1000: number): RecallAt | null {
  const positives = countTrue(items)
  if (positives === 0) return null
  // device-weeks are sums of fractions and may fall short of a whole number by rounding
  const allowed = Math.floor((per1000 * deviceWeeks) / 1000 + 1e-9)
  let best: Step = { threshold: Number.POSITIVE_INFINITY, found: 0, wrong: 0 }
  for (const step of stepsOf(items)) if (step.wrong <= allowed) best = step
  return { ...best, positives, recall: best.found / positives, allowed }
}

type Fleet = { readonly items: readonly Scored[]; readonly deviceWeeks: number }

/** Items by seed; seeds without any count too, as fleets in which nothing was found. */
function fleetsOf(items: readonly Scored[], deviceWeeks: ReadonlyMap<number, number>): Fleet[] {
  const by = Map.groupBy(items, (i) => i.seed)
  for (const seed of by.keys()) if (!deviceWeeks.has(seed)) throw new Error(`no device-weeks for seed ${seed}`)
  return [...deviceWeeks].map(([seed, weeks]) => ({ items: by.get(seed) ?? [], deviceWeeks: weeks }))
}

/** Interval of `recallAt` over fleets drawn anew, the threshold chosen anew in each draw. Null: as `bootstrapInterval`. */
export function recallAtInterval(
  items: readonly Scored[],
  deviceWeeks: ReadonlyMap<number, number>,
  per1000: number,
  options?: BootstrapOptions,
): Interval | null {
  const statistic = (fleets: readonly Fleet[]) =>
    recallAt(
      fleets.flatMap((f) => f.items),
      fleets.reduce((sum, f) => sum + f.deviceWeeks, 0),
      per1000,
    )?.recall ?? null
  return bootstrapInterval(fleetsOf(items, deviceWeeks), statistic, options)
}

/** Interval of any statistic of pooled items (`auroc`, `averagePrecision`) over seeds drawn anew. */
export function overSeeds(
  items: readonly Scored[],
  statistic: (items: readonly Scored[]) => number | null,
  options?: BootstrapOptions,
): Interval | null {
  const fleets = [...Map.groupBy(items, (i) => i.seed)].sort((a, b) => a[0] - b[0]).map(([, of]) => of)
  return bootstrapInterval(fleets, (drawn) => statistic(drawn.flat()), options)
}

export type DetectQuantile = {
  /** Seconds by which this share of all attacks was found. Null: it never was. */
  readonly seconds: number | null
  readonly low: number
  /** Null: without end, as too few were found. */
  readonly high: number | null
}

/**
 * Quantile of the time to detect over *all* attacks: `times` in seconds from the first contact, null for those never
 * found, which count as later than any. The interval is by order statistics and binomial law, so it assumes no shape.
 * Null: no attacks.
 */
export function timeToDetect(times: readonly (number | null)[], share: number, level = 0.95): DetectQuantile | null {
  const n = times.length
  if (n === 0) return null
  const sorted = times.filter((t) => t !== null).sort((a, b) => a - b)
  const tail = (1 - level) / 2
  const nth = (k: number): number | null => (k <= 0 ? 0 : (sorted[k - 1] ?? null))
  let below = 0
  while (below < n && binomialUpTo(below, n, share) <= tail) below++
  let above = below
  while (above <= n && binomialUpTo(above - 1, n, share) < 1 - tail) above++
  const low = nth(below)
  return {
    seconds: nth(Math.max(1, Math.ceil(share * n - 1e-9))),
    // where even the lower rank was never found, all that is known is: later than the last that was
    low: low ?? sorted.at(-1) ?? 0,
    high: above > n ? null : nth(above),
  }
}

/** Share of all attacks that were found by each time, for a picture; seconds, rising. */
export function foundBy(times: readonly (number | null)[]): { readonly seconds: number; readonly share: number }[] {
  const sorted = times.filter((t) => t !== null).sort((a, b) => a - b)
  return sorted.flatMap((seconds, i) => (sorted[i + 1] === seconds ? [] : [{ seconds, share: (i + 1) / times.length }]))
}
