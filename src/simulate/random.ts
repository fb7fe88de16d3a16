// Random numbers that are the same everywhere, and the distributions that generators share.

export type Random = {
  /** Uniform in [0, 1). */
  next(): number
  /** Whole number in [from, to]. */
  whole(from: number, to: number): number
  pick<T>(list: readonly T[]): T
  chance(p: number): boolean
  /** Mean 1. */
  exponential(): number
  normal(): number
  poisson(mean: number): number
  hex(digits: number): string
  uuid(): string
}

/** FNV-1a, 32 bit. */
export function hash32(text: string): number {
  let h = 0x811c9dc5
  for (const byte of Buffer.from(text, 'utf8')) h = Math.imul(h ^ byte, 0x01000193) >>> 0
  return h
}

/** Uniform in [0, 1), from 32 bits of state (T. Ettinger 2017). */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A stream of its own for every label, so that adding to one part of a fleet leaves the others as they are. */
export function openRandom(seed: number, label: string): Random {
  const next = mulberry32(hash32(`${seed}/${label}`))
  const exponential = (): number => -Math.log(1 - next())
  // Box and Muller 1958; the second value is left unused, so that a draw costs the same number of steps always
  const normal = (): number => Math.sqrt(2 * exponential()) * Math.cos(2 * Math.PI * next())
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => '0123456789abcdef'[whole(0, 15)]).join('')
  return {
    next,
    whole,
    pick: (list) => list[whole(0, list.length - 1)]!,
    chance: (p) => next() < p,
    exponential,
    normal,
    poisson(mean) {
      // arrivals of a unit-rate process until `mean`; a normal law where that would take long
      if (mean > 500) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
      let n = 0
      for (let t = exponential(); t < mean; t += exponential()) n++
      return n
    },
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`.toUpperCase(),
  }
}

/** Ranks 0 … n−1 by Zipf’s law with this exponent. */
export function zipfOf(n: number, exponent: number): (random: Pick<Random, 'next'>) => number {
  const upTo = new Float64Array(n)
  let sum = 0
  for (let i = 0; i < n; i++) {
    sum += 1 / (i + 1) ** exponent
    upTo[i] = sum
  }
  return (random) => {
    const wanted = random.next() * sum
    let low = 0
    let high = n - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (upTo[middle]! < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}
