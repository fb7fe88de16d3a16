// How regular contacts are, when some are missed: a radio sleeps, so a timer of 10 minutes shows gaps of 10, 20, 50.
import { sortedOf } from './tail.ts'

/** Minutes since 1970 at which there was a contact, ascending, from rows [hour in s, contacts, minutes 0–31, 32–59]. */
export function minutesOf(hours: readonly (readonly number[])[]): number[] {
  const minutes: number[] = []
  for (const [hour, , low, high] of hours)
    for (let m = 0; m < 60; m++)
      if (((m < 32 ? low! >>> m : high! >>> (m - 32)) & 1) === 1) minutes.push(hour! / 60 + m)
  return minutes
}

const least = 4

/**
 * 0 (chance, or people) … 1 (a timer), for times in one unit, ascending; 0 below four. Two readings of the same times,
 * the better counts. Phase: with period T the times t fall together on a circle of length T, |Σ e^{2πit/T}|/n, less what
 * chance gives (1/√n); missed wakes do not move the others, jitter J widens the peak (sinc). Gaps: a timer that starts
 * anew after each contact drifts, but its gaps stay near whole multiples of one length; people’s gaps spread over decades
 * (spread of ln gap after taking out multiples).
 */
export function regularity(times: readonly number[]): number {
  if (times.length < least) return 0
  const gaps: number[] = []
  for (let i = 1; i < times.length; i++) if (times[i]! > times[i - 1]!) gaps.push(times[i]! - times[i - 1]!)
  if (gaps.length < least - 1) return 0
  const sorted = sortedOf(gaps)
  // the period is the common gap or a fraction of it; the lower quartile is least moved by missed wakes
  let best = 0
  for (const q of [0.1, 0.25, 0.5]) {
    const base = sorted[Math.floor(q * (sorted.length - 1))]!
    for (const factor of [0.8, 0.9, 1, 1.1, 1.25]) best = Math.max(best, alignment(gaps, base * factor))
  }
  return best
}

/** Share of the spread of the gaps that whole multiples of `period` explain, against gaps spread evenly: 0 … 1. */
function alignment(gaps: readonly number[], period: number): number {
  if (period <= 0) return 0
  let error = 0
  let inside = 0
  for (const gap of gaps) {
    const times = gap / period
    const whole = Math.max(1, Math.round(times))
    if (whole > 12) continue
    inside++
    error += Math.min(1, (Math.abs(times - whole) / 0.5) ** 2)
  }
  // an even spread has E[(2u)²] = 1/3 around the nearest whole number
  const explained = inside === 0 ? 0 : 1 - (error / inside) * 3
  return Math.max(0, explained) * (inside / gaps.length) * (1 - 1 / Math.sqrt(gaps.length + 1))
}
