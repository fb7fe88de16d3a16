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

/** Deviation over mean of the values (above zero) that lie between the 10th and the 80th percentile. */
function variation(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const n = sorted.length
  const at = (share: number) => sorted[Math.min(Math.floor(share * n + 0.5), n - 1)]!
  const [low, high] = [at(0.1), at(0.8)]
  const kept = sorted.subarray(sorted.indexOf(low), sorted.lastIndexOf(high) + 1)
  const mean = kept.reduce((a, b) => a + b, 0) / kept.length
  const variance = kept.reduce((sum, v) => sum + (v - mean) ** 2, 0) / kept.length
  return Math.sqrt(variance) / Math.abs(mean)
}

/** Sums of counts and of their squares before each bucket, and the filled buckets: most are empty, which saves time. */
type Series = {
  readonly counts: Float64Array
  readonly sums: Float64Array
  readonly squares: Float64Array
  readonly filled: readonly number[]
}

function seriesOf(counts: Float64Array, filled: readonly number[]): Series {
  const sums = new Float64Array(counts.length + 1)
  const squares = new Float64Array(counts.length + 1)
  for (let i = 0; i < counts.length; i++) {
    sums[i + 1] = sums[i]! + counts[i]!
    squares[i + 1] = squares[i]! + counts[i]! * counts[i]!
  }
  return { counts, sums, squares, filled }
}

/** Correlation of whole periods in [a, b) with the period after each. 1 where a side does not vary, as they have it. */
function correlation({ counts, sums, squares, filled }: Series, a: number, b: number, period: number): number {
  const turns = Math.floor((b - a) / period) - 1
  const n = period * turns
  // their mean leaves out the first period and mostly the last two
  const meanTo = a + period * (Math.floor((b - a + 1) / period) - 2)
  const mean = meanTo > a + period ? (sums[meanTo]! - sums[a + period]!) / (meanTo - a - period) : 0
  const [from, to] = [a + period, a + period + n]
  const [x, y] = [sums[to]! - sums[from]!, sums[a + n]! - sums[a]!]
  // exact where nothing varies: the mean is whole then, as the counts are
  const xx = squares[to]! - squares[from]! - 2 * mean * x + n * mean * mean
  const yy = squares[a + n]! - squares[a]! - 2 * mean * y + n * mean * mean
  let products = 0
  for (const i of filled) if (i >= from && i < to) products += counts[i]! * counts[i - period]!
  const z = Math.sqrt(xx * yy)
  return z === 0 ? 1 : (products - mean * (x + y) + n * mean * mean) / z
}

/** Of counts in [a, b). A period’s value is averaged with those of its multiples from the third on. */
function greatestAutocovariance(counts: Float64Array, filled: readonly number[], a: number, b: number): number {
  const series = seriesOf(counts, filled)
  const longest = Math.floor((b - a) / fewestPeriods)
  const single = Array.from({ length: longest + 1 }, (_, p) => (p < 2 ? 0 : correlation(series, a, b, p)))
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
  const sums = [sent, ...(received ? [received] : [])].map((bytes) => ({ bytes, of: new Float64Array(buckets) }))
  for (let i = firstAfter(times, now - windowSeconds); i < times.length && times[i]! <= now; i++) {
    // buckets run backwards from now
    const at = Math.floor((now - times[i]!) / bucketSeconds)
    if (at >= buckets) continue
    counts[at]!++
    for (const { bytes, of } of sums) of[at]! += bytes[i]!
  }
  const filled: number[] = []
  for (let i = 0; i < buckets; i++) if (counts[i]! > 0) filled.push(i)
  if (filled.length < fewestPeriods + 1) return null
  const a = filled[0]!
  const b = filled.at(-1)! + 1
  if (b - a < 2 * fewestPeriods) return null
  const ofBytes = sums
    .map(({ of }) => filled.map((i) => of[i]! / counts[i]!).filter((mean) => mean !== 0))
    .filter((means) => means.length > fewestPeriods)
    .map(variation)
  const bytes = ofBytes.length === 0 ? null : Math.min(...ofBytes)
  const dense = filled.length > Math.floor(leastFilled * (b - a))
  const ofCounts = dense ? variation(filled.map((i) => counts[i]!)) : null
  const autocovariance = greatestAutocovariance(counts, filled, a, b)
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
