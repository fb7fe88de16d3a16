// Elastic’s network beaconing, to be compared with. Written from its behaviour; none of its code is here.
// Source of the rules: elastic/integrations, package beaconing 1.3.3, transform pivot_transform. Its lists of process
// names and addresses that are never looked at are left out: they say nothing about a pair’s times.

const bucketSeconds = 60
const buckets = 360
const windowSeconds = bucketSeconds * buckets
const runEvery = 3600
const fewestPeriods = 6
const mostVariationOfBytes = 0.05
const mostVariationOfCounts = 0.1
const leastAutocovariance = 0.7
const leastFilled = 0.5
/** A perfectly even series would be infinitely far beyond its threshold. */
const mostRatio = 100

export type ElasticRun = {
  readonly flagged: boolean
  /** Coefficient of variation of the mean bytes of filled buckets, the lesser of both directions. Null: not looked at. */
  readonly bytes: number | null
  /** Coefficient of variation of the connections of filled buckets. Null: not looked at (half of the buckets empty). */
  readonly counts: number | null
  /** Greatest autocovariance at any period of 2 minutes to a sixth of the time covered, averaged over its multiples. */
  readonly autocovariance: number
  /** The greatest of the criteria, each relative to its threshold: from 1 on it is flagged; at most 100. */
  readonly score: number
}

/** Values between the 10th and the 80th percentile of those above zero: their deviation over their mean. */
function variation(values: readonly number[]): number {
  const sorted = values.filter((v) => v !== 0).sort((a, b) => a - b)
  const n = sorted.length
  const at = (share: number) => sorted[Math.min(Math.floor(share * n + 0.5), n - 1)]!
  const [low, high] = [at(0.1), at(0.8)]
  const kept = sorted.filter((v) => v >= low && v <= high)
  const mean = kept.reduce((a, b) => a + b, 0) / kept.length
  const variance = kept.reduce((sum, v) => sum + (v - mean) ** 2, 0) / kept.length
  return Math.sqrt(variance) / Math.abs(mean)
}

/** Correlation of whole periods with the period after each. 1 where a side does not vary, as they have it. */
function correlation(counts: ArrayLike<number>, a: number, b: number, period: number): number {
  const turns = Math.floor((b - a) / period) - 1
  let sum = 0
  // their mean leaves out the first period and mostly the last two
  const meanTo = a + period * (Math.floor((b - a + 1) / period) - 2)
  for (let i = a + period; i < meanTo; i++) sum += counts[i]!
  const mean = meanTo > a + period ? sum / (meanTo - a - period) : 0
  let xx = 0
  let yy = 0
  let xy = 0
  for (let i = a + period; i < a + period * (turns + 1); i++) {
    const x = counts[i]! - mean
    const y = counts[i - period]! - mean
    xx += x * x
    yy += y * y
    xy += x * y
  }
  const z = Math.sqrt(xx * yy)
  return z === 0 ? 1 : xy / z
}

/** Counts in [a, b). A period’s value is averaged with those of its multiples from the third on. */
function greatestAutocovariance(counts: ArrayLike<number>, a: number, b: number): number {
  const longest = Math.floor((b - a) / fewestPeriods)
  const single = Array.from({ length: longest + 1 }, (_, p) => (p < 2 ? 0 : correlation(counts, a, b, p)))
  let greatest = Number.NEGATIVE_INFINITY
  for (let p = 2; p <= longest; p++) {
    let sum = single[p]!
    let n = 1
    for (let multiple = 3 * p; multiple <= longest; multiple += p) {
      sum += single[multiple]!
      n++
    }
    if (sum / n > greatest) greatest = sum / n
  }
  return greatest
}

const relative = (variation: number, most: number): number => Math.min(mostRatio, most / variation)

/**
 * One run of the transform at second `now` over the six hours before it. `times` in seconds, sorted; `sent` and
 * `received` bytes of each connection (without `received` only one direction is judged).
 * Null: fewer than 7 filled buckets or less than 12 minutes covered; the transform then says “not beaconing”.
 */
export function elasticRun(
  times: readonly number[],
  sent: readonly number[],
  now: number,
  received?: readonly number[],
): ElasticRun | null {
  const counts = new Float64Array(buckets)
  const sums = [new Float64Array(buckets), new Float64Array(buckets)] as const
  for (let i = firstAfter(times, now - windowSeconds); i < times.length && times[i]! <= now; i++) {
    // buckets run backwards from now
    const at = Math.floor((now - times[i]!) / bucketSeconds)
    if (at >= buckets) continue
    counts[at]!++
    sums[0][at]! += sent[i]!
    if (received) sums[1][at]! += received[i]!
  }
  const a = counts.findIndex((n) => n > 0)
  const b = counts.findLastIndex((n) => n > 0) + 1
  const filled = counts.reduce((n, count) => n + (count > 0 ? 1 : 0), 0)
  if (b - a < 2 * fewestPeriods || filled < fewestPeriods + 1) return null
  const ofBytes = sums
    .map((sum) => Array.from(sum, (bytes, i) => (counts[i]! > 0 ? bytes / counts[i]! : 0)))
    .filter((means) => means.filter((mean) => mean !== 0).length > fewestPeriods)
    .map(variation)
  const bytes = ofBytes.length === 0 ? null : Math.min(...ofBytes)
  const ofCounts = filled > Math.floor(leastFilled * (b - a)) ? variation(Array.from(counts)) : null
  const autocovariance = greatestAutocovariance(counts, a, b)
  const score = Math.max(
    bytes === null ? 0 : relative(bytes, mostVariationOfBytes),
    ofCounts === null ? 0 : relative(ofCounts, mostVariationOfCounts),
    autocovariance / leastAutocovariance,
    0,
  )
  const flagged =
    (bytes !== null && bytes <= mostVariationOfBytes) ||
    (ofCounts !== null && ofCounts <= mostVariationOfCounts) ||
    autocovariance >= leastAutocovariance
  return { flagged, bytes, counts: ofCounts, autocovariance, score }
}

/** Index of the first time that is greater. */
function firstAfter(times: readonly number[], than: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle]! <= than) low = middle + 1
    else high = middle
  }
  return low
}

export type ElasticVerdict = {
  /** By at least one run. */
  readonly flagged: boolean
  /** Share of the runs that flagged the pair. */
  readonly share: number
  /** The greatest of the runs’ scores, 0 where no run had enough to judge. */
  readonly score: number
}

/**
 * The transform runs every hour; here from the sixth hour on, when its window is full (once, at the end, of shorter
 * spans). `times` in seconds from 0, sorted.
 */
export function elasticVerdict(times: readonly number[], sent: readonly number[], spanSeconds: number): ElasticVerdict {
  const runs: (ElasticRun | null)[] = []
  for (let now = Math.min(windowSeconds, spanSeconds); now <= spanSeconds; now += runEvery)
    runs.push(elasticRun(times, sent, now))
  const flagged = runs.filter((run) => run?.flagged).length
  const score = runs.reduce((most, run) => Math.max(most, run?.score ?? 0), 0)
  return { flagged: flagged > 0, share: flagged / runs.length, score }
}

/** The continuous score alone, for curves. */
export const elasticScore = (times: readonly number[], bytes: readonly number[], spanSeconds: number): number =>
  elasticVerdict(times, bytes, spanSeconds).score
