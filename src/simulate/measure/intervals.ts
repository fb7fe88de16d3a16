// How sure a measured number is.
import { openRandom } from '../random.ts'
import { chiSquareQuantile, normalQuantile } from './special.ts'

export type Interval = { readonly low: number; readonly high: number }

/** Interval of a share by Wilson’s score (Wilson 1927). `level` 0 … 1. [0, 1] where nothing was counted. */
export function wilson(hits: number, of: number, level = 0.95): Interval {
  if (of === 0) return { low: 0, high: 1 }
  const z = normalQuantile((1 + level) / 2)
  const share = hits / of
  const centre = (share + z ** 2 / (2 * of)) / (1 + z ** 2 / of)
  const half = (z / (1 + z ** 2 / of)) * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2))
  // the ends are exact there; rounding would leave them beyond
  return { low: hits === 0 ? 0 : centre - half, high: hits === of ? 1 : centre + half }
}

/** Exact interval of the mean of a Poisson law of which `count` was seen (Garwood 1936). */
export function poissonInterval(count: number, level = 0.95): Interval {
  const tail = (1 - level) / 2
  // nothing seen: zero is possible, and a law of no degrees of freedom has no quantiles
  const low = count === 0 ? 0 : chiSquareQuantile(tail, 2 * count) / 2
  return { low, high: chiSquareQuantile(1 - tail, 2 * count + 2) / 2 }
}

export type Rate = Interval & { readonly rate: number }

/** Findings per 1,000 device-weeks with their exact interval. Null: no device-week was watched. */
export function ratePer1000(count: number, deviceWeeks: number, level = 0.95): Rate | null {
  if (deviceWeeks <= 0) return null
  const { low, high } = poissonInterval(count, level)
  const per = 1000 / deviceWeeks
  return { rate: count * per, low: low * per, high: high * per }
}

/** Quantile of sorted values, linear between them (Hyndman and Fan 1996, type 7). Null: no values. */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number | null {
  if (sorted.length === 0) return null
  const at = p * (sorted.length - 1)
  const below = Math.floor(at)
  const above = Math.min(sorted.length - 1, below + 1)
  // equal neighbours may be infinite
  if (sorted[below] === sorted[above]) return sorted[below]!
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!)
}

export type BootstrapOptions = {
  readonly level?: number
  /** 2,000 leave an error of about 0.3 percentage points in the level. */
  readonly draws?: number
  readonly seed?: number
}

/**
 * Percentile interval (Efron 1979) of a statistic of whole clusters that are drawn with replacement: what happens
 * within a fleet of one seed is not independent, so seeds are drawn, never findings. The same options give the same.
 * Null: fewer than two clusters, or the statistic does not exist (null) in more than half of the draws. With few
 * clusters (below ten) the interval is too short; say how many there were.
 */
export function bootstrapInterval<T>(
  clusters: readonly T[],
  statistic: (drawn: readonly T[]) => number | null,
  options: BootstrapOptions = {},
): Interval | null {
  const { level = 0.95, draws = 2000, seed = 1 } = options
  if (clusters.length < 2) return null
  const random = openRandom(seed, 'bootstrap')
  const values: number[] = []
  for (let i = 0; i < draws; i++) {
    const value = statistic(clusters.map(() => random.pick(clusters)))
    if (value !== null) values.push(value)
  }
  if (values.length < draws / 2) return null
  values.sort((a, b) => a - b)
  return { low: quantileOfSorted(values, (1 - level) / 2)!, high: quantileOfSorted(values, (1 + level) / 2)! }
}
