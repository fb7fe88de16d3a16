// Time and hashing that all parts share. Times and durations are microseconds.
import type { Micros } from '../../../model/index.ts'

export const second = 1_000_000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

/** ISO 8601 UTC, to the millisecond. */
export const iso = (ts: Micros): string => new Date(ts / 1000).toISOString()

/** 0 is Sunday. `offset` is local time minus UTC. */
export const weekday = (ts: Micros, offset: Micros): number => (Math.floor((ts + offset) / day) + 4) % 7

/** FNV-1a over UTF-16 units with a last mixing: the same text gives the same number in every fleet. */
export function hash32(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h ^= h >>> 16
  h = Math.imul(h, 0x45d9f3b)
  return (h ^ (h >>> 16)) >>> 0
}
