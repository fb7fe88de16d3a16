// AUROC on items that are the same for every scorer: attacks, and six-hour windows of devices that nothing was done to.
import { newcombe } from '../measure/auroc.ts'
import { bootstrapInterval, type Interval } from '../measure/intervals.ts'
import type { Judged } from './claims.ts'

type Fleet = { readonly judged: Judged; readonly windows: number }

/** For each attack of `a`, what share of the windows of `b` ranks below it, summed. A window without a claim ranks last. */
function above(a: Fleet, sorted: Float64Array, windows: number): number {
  // two claims of one device lie a window apart, so that claims are at most as many as windows, but for the borders
  const quiet = Math.max(0, windows - sorted.length)
  return a.judged.attacks.reduce((sum, { score }) => {
    if (score === Number.NEGATIVE_INFINITY) return sum + quiet / 2
    const [less, upTo] = [countBelow(sorted, score, false), countBelow(sorted, score, true)]
    return sum + quiet + less + (upTo - less) / 2
  }, 0)
}

function countBelow(sorted: Float64Array, x: number, orEqual: boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < x || (orEqual && sorted[middle] === x)) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * P(attack above window) + ½ P(equal), over all attacks and all windows of the pooled fleets. The interval is over
 * fleets drawn anew from `fewest` on, else Newcombe's. Null: no attack, or no window.
 */
export function areaOver(fleets: readonly Fleet[], fewest: number): (Interval & { readonly value: number }) | null {
  const wrong = fleets.map(({ judged }) => Float64Array.from(judged.wrong).sort())
  const negatives = fleets.map(({ windows }, i) => Math.max(windows, wrong[i]!.length))
  const won = fleets.map((a) => fleets.map((b, j) => above(a, wrong[j]!, b.windows)))
  const areaOf = (drawn: readonly number[]): number | null => {
    const p = drawn.reduce((sum, i) => sum + fleets[i]!.judged.attacks.length, 0)
    const n = drawn.reduce((sum, i) => sum + negatives[i]!, 0)
    if (p === 0 || n === 0) return null
    return drawn.reduce((sum, i) => sum + drawn.reduce((own, j) => own + won[i]![j]!, 0), 0) / (p * n)
  }
  const numbers = fleets.map((_, i) => i)
  const value = areaOf(numbers)
  if (value === null) return null
  const drawn = fleets.length < fewest ? null : bootstrapInterval(numbers, areaOf)
  if (drawn !== null && drawn.low < drawn.high) return { value, ...drawn }
  const attacks = fleets.reduce((sum, { judged }) => sum + judged.attacks.length, 0)
  const windows = negatives.reduce((sum, n) => sum + n, 0)
  return { value, ...newcombe(value, attacks, windows) }
}
