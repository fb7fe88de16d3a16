// Lengths of time and draws that the parts of this generator share.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'

/** Lengths in µs. */
export const second = 1e6
export const minute = 60e6
export const hour = 3_600e6
export const dayLength = 86_400e6

/** Between `low` and `high`, each order of magnitude as likely as the next. */
export const logUniform = (random: Random, low: number, high: number): number =>
  low * Math.exp(random.next() * Math.log(high / low))

/** `sigma` is the spread of the natural logarithm. */
export const logNormal = (random: Random, median: number, sigma: number): number =>
  median * Math.exp(sigma * random.normal())

export const between = (random: Random, low: number, high: number): number => low + random.next() * (high - low)

export function weighted<T>(random: Random, list: readonly (readonly [T, number])[]): T {
  let left = random.next() * list.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [value, weight] of list) {
    left -= weight
    if (left < 0) return value
  }
  return list.at(-1)![0]
}

/** A new list in random order (Fisher and Yates). */
export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const result = [...list]
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.whole(0, i)
    const kept = result[i]!
    result[i] = result[j]!
    result[j] = kept
  }
  return result
}

/** Exactly round(n · share) of n are true, in random order: few attacks would otherwise miss their rate by far. */
export const marks = (random: Random, n: number, share: number): boolean[] =>
  shuffled(
    random,
    Array.from({ length: n }, (_, i) => i < Math.round(n * share)),
  )

/** FNV-1a, 32 bit, of UTF-16 units: what a name always has, such as its address. */
export function hashOf(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) >>> 0
  h ^= h >>> 15
  h = Math.imul(h, 0x85ebca6b) >>> 0
  return (h ^ (h >>> 13)) >>> 0
}

export const iso = (ts: Micros): string => new Date(Math.floor(ts / 1000)).toISOString()
