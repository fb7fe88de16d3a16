// Distributions and point processes. Times are seconds unless a function says otherwise.
import type { Random } from '../../random.ts'

/** FNV-1a, 32 bit, of UTF-16 units: the same number for the same text everywhere. */
export function hashOf(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  // final mixing of MurmurHash3: FNV alone leaves the low bits of similar names alike
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Log-normal law by its median and the deviation of the logarithm. */
export function logNormal(random: Random, median: number, sigma: number): number {
  return median * Math.exp(sigma * random.normal())
}

export function logUniform(random: Random, from: number, to: number): number {
  return from * (to / from) ** random.next()
}

export function weibull(random: Random, scale: number, shape: number): number {
  return scale * random.exponential() ** (1 / shape)
}

/** Pareto law: never below `least`; the smaller `alpha`, the heavier the tail. */
export function pareto(random: Random, least: number, alpha: number): number {
  return least * (1 - random.next()) ** (-1 / alpha)
}

/** Gamma law of scale 1 (Marsaglia and Tsang 2000). */
export function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.next()) ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = random.normal()
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}

export function beta(random: Random, a: number, b: number): number {
  const x = gamma(random, a)
  return x / (x + gamma(random, b))
}

/** Index drawn by weights that are given cumulated. */
export function drawIndex(random: Random, upTo: ArrayLike<number>): number {
  const wanted = random.next() * upTo[upTo.length - 1]!
  let low = 0
  let high = upTo.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (upTo[middle]! <= wanted) low = middle + 1
    else high = middle
  }
  return low
}

export function cumulate(weights: readonly number[]): Float64Array {
  const upTo = new Float64Array(weights.length)
  let sum = 0
  weights.forEach((weight, i) => {
    sum += weight
    upTo[i] = sum
  })
  return upTo
}

export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const result = [...list]
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.whole(0, i)
    ;[result[i], result[j]] = [result[j]!, result[i]!]
  }
  return result
}

/** Renewal process in [from, to); the first gap is shortened by a uniform phase, as if it had begun long before. */
export function renewal(random: Random, from: number, to: number, gap: () => number): number[] {
  const result: number[] = []
  for (let t = from + random.next() * gap(); t < to; t += Math.max(gap(), 1e-6)) result.push(t)
  return result
}

/**
 * Hawkes process with exponential kernel on [0, to), by its cluster form (Hawkes and Oakes 1974): immigrants of a
 * constant rate, each point with Poisson(branching) children after exponential lags. Sorted.
 */
export function hawkes(random: Random, to: number, rate: number, branching: number, lag: number): number[] {
  const result: number[] = []
  for (let n = random.poisson(rate * to); n > 0; n--) result.push(random.next() * to)
  for (let i = 0; i < result.length; i++) {
    for (let n = random.poisson(branching); n > 0; n--) {
      const t = result[i]! + lag * random.exponential()
      if (t < to) result.push(t)
    }
  }
  return result.sort((a, b) => a - b)
}

/**
 * A timer in [from, to): every `period` ± `jitter` × period, with a slow drift (random walk of the phase, 0.1 %).
 * Points that `awake` denies are missed or wait for the next wake (half each), as iOS coalesces timers.
 */
export function schedule(
  random: Random,
  from: number,
  to: number,
  period: number,
  jitter: number,
  awake: (s: number) => boolean,
): number[] {
  const result: number[] = []
  let phase = 0
  for (let tick = from; tick < to; tick += period) {
    phase += 0.001 * period * random.normal()
    let t = tick + phase + jitter * period * (random.next() - 0.5)
    if (!awake(t)) {
      if (random.chance(0.5)) continue
      t += Math.min(period, 900) * random.next()
    }
    if (t >= from && t < to) result.push(t)
  }
  return result.sort((a, b) => a - b)
}
