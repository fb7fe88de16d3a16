// Empirical tails: how often something at least as extreme is seen, with the size of the sample.

/** Ascending copy, for `atLeast`. */
export const sortedOf = (values: Iterable<number>): Float64Array => Float64Array.from(values).sort()

/** Index of the first of `length` ascending values that is ≥ x; `length` where none is. */
export function firstAtLeast(length: number, valueAt: (index: number) => number, x: number): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (valueAt(middle) < x) low = middle + 1
    else high = middle
  }
  return low
}

/** How many of the ascending values are ≥ x. */
export const atLeast = (sorted: Float64Array, x: number): number =>
  sorted.length - firstAtLeast(sorted.length, (index) => sorted[index]!, x)

/**
 * −ln P(X ≥ x) among the sample, with half a case added so that nothing is impossible: (n≥ + ½) / (n + 1).
 * 0 for an empty sample: nothing is known, so nothing is odd.
 */
export function oddness(sorted: Float64Array, x: number): number {
  if (sorted.length === 0) return 0
  return -Math.log((atLeast(sorted, x) + 0.5) / (sorted.length + 1))
}
