// RITA’s beacon score, to be compared with. Written from its behaviour; none of its code is here.
// Source of the formula: activecm/rita v5, analysis/beacons.go and analysis/analysis.go with the default configuration.

/** Seconds; `to` is the last moment of the data set, not of the pair. */
export type Span = { readonly from: number; readonly to: number }

/** Each part, and their mean, lies in [0, 1]. */
export type RitaScore = {
  readonly score: number
  readonly timestamps: number
  readonly sizes: number
  readonly duration: number
  readonly histogram: number
}

const bins = 24
const day = 86_400
/** Fewer distinct seconds give no three intervals: RITA does not score. */
const fewestTimes = 4
/** From so many connections on RITA calls the pair a strobe and does not score it: one a second for a day. */
const mostConnections = 86_400
const fewestHours = 6
const idealRun = 12
const fewestHoursOfModes = 11
/** Bars whose heights differ by less than this share of the highest count as one mode. */
const modeWidth = 0.05
const outliers = 1

const thousandth = (x: number): number => Math.round(x * 1000) / 1000
const thousandthUp = (x: number): number => Math.ceil(x * 1000) / 1000
const clamp = (x: number): number => Math.min(1, Math.max(0, x))

function medianOfSorted(sorted: ArrayLike<number>, from = 0, to = sorted.length): number {
  const middle = (from + to) >>> 1
  return (to - from) % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Mean of (1 − |Bowley’s skewness|) and of (median − MAD)/median, which is `noMedian` for medians below 1. */
function evenness(values: readonly number[], noMedian: number): number {
  const sorted = Float64Array.from(values).sort()
  const half = sorted.length >>> 1
  // quartiles are medians of the halves, without the middle one of an odd number (montanaflynn/stats)
  const q1 = medianOfSorted(sorted, 0, half)
  const q2 = medianOfSorted(sorted)
  const q3 = medianOfSorted(sorted, sorted.length - half, sorted.length)
  const usable = q3 - q1 >= 10 && q2 !== q1 && q2 !== q3
  const bowley = 1 - Math.abs(usable ? (q1 + q3 - 2 * q2) / (q3 - q1) : 0)
  const mad = medianOfSorted(sorted.map((v) => Math.abs(v - q2)).sort())
  const steady = q2 < 1 ? noMedian : clamp((q2 - mad) / q2)
  return thousandth((bowley + steady) / 2)
}

/** Part 1, of the gaps above zero between whole seconds. `times` in seconds, in any order. Null: fewer than four distinct. */
export function ritaTimestamps(times: readonly number[]): number | null {
  const sorted = Float64Array.from(times, Math.floor).sort()
  const gaps: number[] = []
  for (let i = 1; i < sorted.length; i++) if (sorted[i] !== sorted[i - 1]) gaps.push(sorted[i]! - sorted[i - 1]!)
  return gaps.length < fewestTimes - 1 ? null : evenness(gaps, 1)
}

/** Part 2, of the bytes of each connection. Null: fewer than three. */
export function ritaSizes(bytes: readonly number[]): number | null {
  return bytes.length < 3 ? null : evenness(bytes, 0)
}

/** Connections in each of 24 equal parts of the span; what lies outside it goes to the first or last. */
export function ritaBars(times: readonly number[], span: Span): number[] {
  const bars = new Array<number>(bins).fill(0)
  const width = (span.to - span.from) / bins
  for (const t of times) {
    const at = Math.floor((Math.floor(t) - span.from) / width)
    bars[Math.min(bins - 1, Math.max(0, at))]!++
  }
  return bars
}

/** Longest run of filled bars; the last is followed by the first. */
function longestRun(bars: readonly number[]): number {
  let longest = 0
  let run = 0
  for (let i = 0; i < 2 * bars.length; i++) {
    run = bars[i % bars.length]! > 0 ? run + 1 : 0
    if (run > longest) longest = run
  }
  return Math.min(longest, bars.length)
}

/** Part 3: how much of the span the pair covers, or how many hours on end. 0 below six filled bars of 24. */
export function ritaDuration(times: readonly number[], span: Span): number {
  const bars = ritaBars(times, span)
  if (bars.filter((n) => n > 0).length < fewestHours) return 0
  const first = Math.floor(times.reduce((a, b) => Math.min(a, b)))
  const last = Math.floor(times.reduce((a, b) => Math.max(a, b)))
  const covered = clamp(thousandthUp((last - first) / (span.to - span.from)))
  return Math.max(covered, clamp(thousandthUp(longestRun(bars) / idealRun)))
}

/** Part 4: how even the bars are, or how many of them (but one) have one of the two commonest heights. */
export function ritaHistogram(times: readonly number[], span: Span): number {
  const bars = ritaBars(times, span)
  const filled = bars.filter((n) => n > 0)
  if (filled.length === 0) return 0
  const mean = bars.reduce((a, b) => a + b) / bins
  const deviation = Math.sqrt(bars.reduce((sum, n) => sum + (n - mean) ** 2, 0) / bins)
  const even = deviation > mean ? 0 : thousandth(1 - deviation / mean)
  if (filled.length < fewestHoursOfModes) return even
  const width = Math.ceil(Math.max(...filled) * modeWidth)
  const modes = new Map<number, number>()
  for (const n of filled) modes.set(Math.floor(n / width), (modes.get(Math.floor(n / width)) ?? 0) + 1)
  const [first = 0, second = 0] = [...modes.values()].sort((a, b) => b - a)
  return Math.max(even, clamp(thousandth((first + second) / Math.max(1, filled.length - outliers))))
}

/**
 * Score of one pair of device and destination: `times` in seconds and `bytes`, one a connection, `span` of the data.
 * Without RITA’s modifiers (prevalence, first seen, signature): they add the same to every kind of rare contact.
 * Null where RITA gives none: fewer than 4 distinct seconds, 86,400 connections or more, an empty span.
 */
export function ritaScore(times: readonly number[], bytes: readonly number[], span: Span): RitaScore | null {
  if (times.length >= mostConnections || span.to <= span.from) return null
  const timestamps = ritaTimestamps(times)
  const sizes = ritaSizes(bytes)
  if (timestamps === null || sizes === null) return null
  const duration = ritaDuration(times, span)
  const histogram = ritaHistogram(times, span)
  return { score: thousandth((timestamps + sizes + duration + histogram) / 4), timestamps, sizes, duration, histogram }
}

/**
 * RITA as it is run: it looks at 24 hours at a time, so the greatest of the days’ scores. `times` in seconds from 0.
 * A last part of less than a day is left out, unless there is nothing else. Null: no day has a score.
 */
export function ritaByDay(times: readonly number[], bytes: readonly number[], spanSeconds: number): number | null {
  const days = Math.max(1, Math.floor(spanSeconds / day))
  const parts = Array.from({ length: days }, () => ({ times: [] as number[], bytes: [] as number[] }))
  times.forEach((t, i) => {
    const part = parts[Math.floor(t / day)]
    part?.times.push(t)
    part?.bytes.push(bytes[i]!)
  })
  let best: number | null = null
  parts.forEach((part, i) => {
    const span = { from: i * day, to: Math.min(spanSeconds, (i + 1) * day) }
    const score = ritaScore(part.times, part.bytes, span)?.score ?? null
    if (score !== null && (best === null || score > best)) best = score
  })
  return best
}

/** The same formula over the whole span at once, which RITA does not do: its best case for slow channels. */
export function ritaOverall(times: readonly number[], bytes: readonly number[], spanSeconds: number): number | null {
  return ritaScore(times, bytes, { from: 0, to: spanSeconds })?.score ?? null
}
