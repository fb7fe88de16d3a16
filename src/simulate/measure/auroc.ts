// Area under the ROC curve, and whether one scorer’s is greater than another’s.
import type { Interval } from './intervals.ts'
import { normalQuantile } from './special.ts'

/** Scores of what should rank high, and of what should not. Greater is more suspicious; −∞: not scored at all. */
export type Split = { readonly positives: readonly number[]; readonly negatives: readonly number[] }

export type Measured = Interval & { readonly auroc: number }

/** Ranks from 1, ties sharing their mean. */
function midranks(values: readonly number[]): Float64Array {
  const order = values.map((_, i) => i).sort((i, j) => compare(values[i]!, values[j]!))
  const ranks = new Float64Array(values.length)
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + to + 1) / 2
    from = to
  }
  return ranks
}

/** By comparison, as −∞ − −∞ is not a number. */
function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) throw new Error('a score is not a number')
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * For each positive the share of negatives below it (ties half), for each negative the share of positives above it:
 * the structural components of DeLong et al. 1988, by ranks (Sun and Xu 2014).
 */
function components({ positives, negatives }: Split): { readonly above: Float64Array; readonly below: Float64Array } {
  const [m, n] = [positives.length, negatives.length]
  const all = midranks([...positives, ...negatives])
  const within = midranks(positives)
  const others = midranks(negatives)
  return {
    above: Float64Array.from(within, (rank, i) => (all[i]! - rank) / n),
    below: Float64Array.from(others, (rank, j) => 1 - (all[m + j]! - rank) / m),
  }
}

const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length

/** Null for fewer than two. */
function covariance(a: Float64Array, b: Float64Array): number | null {
  if (a.length < 2) return null
  const [meanA, meanB] = [mean(a), mean(b)]
  return a.reduce((sum, x, i) => sum + (x - meanA) * (b[i]! - meanB), 0) / (a.length - 1)
}

type Parts = ReturnType<typeof components>

function delong(a: Parts, b: Parts): number | null {
  const ofPositives = covariance(a.above, b.above)
  const ofNegatives = covariance(a.below, b.below)
  if (ofPositives === null || ofNegatives === null) return null
  return ofPositives / a.above.length + ofNegatives / a.below.length
}

/** P(positive > negative) + ½ P(equal), as Mann and Whitney 1947. Null: one side is empty. */
export function aurocOf(split: Split): number | null {
  if (split.positives.length === 0 || split.negatives.length === 0) return null
  return mean(components(split).above)
}

/** Interval that has a width where everything is in order too: method 5 of Newcombe 2006, by bisection. */
export function newcombe(auroc: number, positives: number, negatives: number, level = 0.95): Interval {
  const z = normalQuantile((1 + level) / 2)
  const half = (positives + negatives) / 2 - 1
  const spread = (a: number) =>
    z * Math.sqrt((a * (1 - a) * (1 + half * ((1 - a) / (2 - a) + a / (1 + a)))) / (positives * negatives))
  const end = (beyond: number): number => {
    // from the estimate, which is within its interval, towards the end of the range
    let [inside, outside] = [auroc, beyond]
    if (Math.abs(auroc - outside) <= spread(outside)) return outside
    for (let i = 0; i < 60; i++) {
      const middle = (inside + outside) / 2
      if (Math.abs(auroc - middle) <= spread(middle)) inside = middle
      else outside = middle
    }
    return (inside + outside) / 2
  }
  return { low: end(0), high: end(1) }
}

function measure(parts: Parts, level: number): Measured {
  const auroc = mean(parts.above)
  const variance = delong(parts, parts)
  // perfect order has no variance in the sample, which is not certainty
  if (variance === null || variance <= 0 || auroc <= 0 || auroc >= 1)
    return { auroc, ...newcombe(auroc, parts.above.length, parts.below.length, level) }
  const z = normalQuantile((1 + level) / 2)
  const logit = Math.log(auroc / (1 - auroc))
  const half = (z * Math.sqrt(variance)) / (auroc * (1 - auroc))
  const back = (x: number) => 1 / (1 + Math.exp(-x))
  return { auroc, low: back(logit - half), high: back(logit + half) }
}

/**
 * AUROC with its interval: DeLong’s variance on the logit scale, so that it stays within 0 … 1; Newcombe’s method 5
 * where the variance vanishes. Items count as independent: for items of few fleets use `bootstrapInterval`.
 * Null: one side is empty.
 */
export function aurocWithInterval(split: Split, level = 0.95): Measured | null {
  if (split.positives.length === 0 || split.negatives.length === 0) return null
  return measure(components(split), level)
}

export type Comparison = Interval & { readonly a: Measured; readonly b: Measured; readonly difference: number }

/**
 * AUROC of scorer `a` minus that of `b` on the same items in the same order, by DeLong’s covariance. Where one has no
 * variance, the interval is composed of the two single ones as if independent (Zou and Donner 2008), which is wider.
 * Null: one side is empty.
 */
export function compareAuroc(a: Split, b: Split, level = 0.95): Comparison | null {
  if (a.positives.length !== b.positives.length || a.negatives.length !== b.negatives.length)
    throw new Error('scorers are compared on the same items only')
  if (a.positives.length === 0 || a.negatives.length === 0) return null
  const [ofA, ofB] = [components(a), components(b)]
  const [first, second] = [measure(ofA, level), measure(ofB, level)]
  const difference = first.auroc - second.auroc
  const [vA, vB, cov] = [delong(ofA, ofA), delong(ofB, ofB), delong(ofA, ofB)]
  if (vA === null || vB === null || cov === null || vA <= 0 || vB <= 0)
    return {
      a: first,
      b: second,
      difference,
      low: difference - Math.hypot(first.auroc - first.low, second.high - second.auroc),
      high: difference + Math.hypot(first.high - first.auroc, second.auroc - second.low),
    }
  const half = normalQuantile((1 + level) / 2) * Math.sqrt(Math.max(0, vA + vB - 2 * cov))
  return {
    a: first,
    b: second,
    difference,
    low: Math.max(-1, difference - half),
    high: Math.min(1, difference + half),
  }
}
