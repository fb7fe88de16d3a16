// How often others do the like: what every kind of surprise is given at the end.
import type { EpisodeRow } from '../row.ts'
import type { Fleet, Surprise, SurpriseKind } from '../surprise.ts'
import { atLeast, sortedOf } from '../tail.ts'

const day = 86_400

/** A device’s own first day is no baseline: everything is new to it then. */
export const settled = (row: EpisodeRow): boolean => row.t0 >= row.began + day

export type Found = Omit<Surprise, 'kind' | 'chance' | 'strength'>

/** Raw strengths → surprises: each is ranked among all others of its kind, so that nothing rests on how signals depend. */
export function ranked(kind: SurpriseKind, found: readonly Found[], { deviceDays, days }: Fleet): Surprise[] {
  // once for each: the sums below meet every pair of a device
  const rated = found.map((one) => ({
    ...one,
    kind,
    strength: Object.values(one.signals).reduce((sum, value) => sum + value, 0),
  }))
  const byDevice = Map.groupBy(rated, ({ who }) => who)
  // of each device its strongest: an administrator who scans every day tells how rare that is in the fleet once, not daily
  const strongest = sortedOf(
    [...byDevice.values()].map((mine) => mine.reduce((most, { strength }) => Math.max(most, strength), -Infinity)),
  )
  return rated.map((one) => {
    const x = one.strength
    const mine = byDevice.get(one.who)!
    // a device’s own repeats on other days count against it, nearly as strong ones too: its own rate
    const repeats = mine.filter((other) => other.strength >= x - 1 && Math.abs(other.at - one.at) > 2 * day)
    const ownRate = repeats.length / Math.max(1, days.get(one.who) ?? 1)
    return { ...one, chance: (atLeast(strongest, x) - 1 + 0.5) / deviceDays + ownRate }
  })
}
