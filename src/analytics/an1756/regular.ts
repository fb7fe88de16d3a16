// How much contacts look like a program's own timer, whatever its length and jitter, when some are missed: a radio sleeps.
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
const hour = 60
const day = 24 * hour

/**
 * 0 (people, bursts, a day with its night, or a connection that is merely kept open) … 1 (a timer), for times in minutes,
 * ascending; 0 below four. Three readings of the same times, the best counts: one clock that never shifts, gaps of one
 * length more or less (their spread over their mean: 0.7 where every second wake is missed, 1 where nothing is planned),
 * as much in every hour. What rests at night is not a timer's doing, unless it comes once or twice a day only.
 */
export function regularity(times: readonly number[]): number {
  if (times.length < least) return 0
  const gaps: number[] = []
  for (let i = 1; i < times.length; i++) if (times[i]! > times[i - 1]!) gaps.push(times[i]! - times[i - 1]!)
  if (gaps.length < least - 1) return 0
  const sorted = sortedOf(gaps)
  const clock = clockOf(gaps, sorted)
  if (clock.off > resolution && isKeptOpen(gaps, sorted[sorted.length >> 1]!)) return 0
  const even = Math.max(clock.fit, 1 - variation(gaps), 1 - variation(countsByHour(times)), 0)
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  const sleepless = mean > day / 2 ? 1 : Math.min(1, 20 * chanceOfRhythm(times))
  return even * sleepless * (1 - 1 / Math.sqrt(gaps.length + 1))
}

/** Deviation over mean. */
function variation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) / mean
}

/** Of the whole hours between the first and the last. */
function countsByHour(times: readonly number[]): number[] {
  const first = times[0]!
  const counts = new Array<number>(Math.max(1, Math.floor((times.at(-1)! - first) / hour))).fill(0)
  for (const time of times) {
    const at = Math.floor((time - first) / hour)
    if (at < counts.length) counts[at]!++
  }
  return counts
}

/** p of Rayleigh's test: that times spread over the hours of the day so unevenly, if the hour meant nothing. */
function chanceOfRhythm(times: readonly number[]): number {
  let [x, y] = [0, 0]
  for (const time of times) {
    x += Math.cos((2 * Math.PI * time) / day)
    y += Math.sin((2 * Math.PI * time) / day)
  }
  return Math.exp(-(x * x + y * y) / times.length)
}

/** Rounding to minutes alone leaves an exact clock 0.29 min off. */
const resolution = 0.45

/**
 * Push and the like: a connection is kept alive at the length that carriers allow (8 to 30 minutes), anew after each
 * exchange, so that the phase drifts and changes of network shift it. A channel with so little jitter that its clock
 * drifts looks the same: there, only how rare the name is tells.
 */
function isKeptOpen(gaps: readonly number[], median: number): boolean {
  if (median < 8 || median > 30) return false
  return gaps.filter((gap) => Math.abs(gap - median) <= 1 + 0.03 * median).length >= 0.6 * gaps.length
}

/** How well one clock explains the times: `fit` 0 … 1, and minutes that they are off it. */
function clockOf(gaps: readonly number[], sorted: Float64Array): { readonly fit: number; readonly off: number } {
  let best = { fit: 0, off: Number.POSITIVE_INFINITY }
  // the period is the common gap; the lower ones are least moved by missed wakes
  for (const share of [0.02, 0.1, 0.25, 0.5]) {
    const period = sorted[Math.floor(share * (sorted.length - 1))]!
    // at the resolution of a minute every time fits a shorter one
    if (period < 3) continue
    const found = straightness(gaps, period)
    if (found.fit > best.fit) best = found
  }
  return best
}

/** Residual of times over their numbers, which the period gives and then is refined by. Evenly spread phases leave 1/√12. */
function straightness(gaps: readonly number[], base: number): { readonly fit: number; readonly off: number } {
  let [number, time, period] = [0, 0, base]
  let [k, t, kk, kt, tt] = [0, 0, 0, 0, 0]
  for (const gap of gaps) {
    time += gap
    number += Math.max(1, Math.round(gap / period))
    if (number > 3) period = time / number
    k += number
    t += time
    kk += number * number
    kt += number * time
    tt += time * time
  }
  const n = gaps.length + 1
  const [ofK, ofT, both] = [kk - (k * k) / n, tt - (t * t) / n, kt - (k * t) / n]
  const off = Math.sqrt(Math.max(0, ofT - (both * both) / ofK) / n)
  // few wakes of many say little: any times fit a clock that is fast enough
  const filled = Math.min(1, (5 * gaps.length) / number)
  return { fit: Math.max(0, 1 - (off * Math.sqrt(12) * ofK) / both) * filled, off }
}
