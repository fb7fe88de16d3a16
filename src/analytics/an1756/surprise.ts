// Surprises: what a device did in the network that its fleet does rarely, each with how often others do the like.
import type { EpisodeRow } from './row.ts'
import { behaviour } from './signals/behaviour.ts'
import { breadth } from './signals/breadth.ts'
import { generated } from './signals/generated.ts'
import { newNames } from './signals/new-name.ts'
import { tunnels } from './signals/tunnel.ts'
import { shipped, type Tuning } from './tuning/tuning.ts'

export type SurpriseKind = 'new_name' | 'breadth' | 'tunnel' | 'generated'

export type Surprise = {
  readonly kind: SurpriseKind
  readonly who: string
  /** First moment of it, s. Its evidence may grow for a day. */
  readonly at: number
  readonly destination: string
  readonly class: string
  readonly app: string
  /** −ln of how rare each signal is, by its name; what the finding is explained with. */
  readonly signals: Readonly<Record<string, number>>
  /** Sum of the signals. */
  readonly strength: number
  /** Last contact of the device with anything, s. */
  readonly ended: number
  /** Other devices with a surprise of this kind at least as strong, a device-day: (n + ½) / device-days, and the device’s own rate. */
  readonly chance: number
  readonly facts: Readonly<Record<string, number | string>>
}

/** Devices with network telemetry, and the days of each. */
export type Fleet = { readonly size: number; readonly deviceDays: number; readonly days: ReadonlyMap<string, number> }

/** Names of the signals that an evaluation may leave out. */
export const signalNames: readonly string[] = behaviour.map(([name]) => name)

/**
 * All surprises of a fleet. `least`: internal services that are new within a window, from which on it is odd. `without`:
 * signals of `signalNames` and kinds that an evaluation leaves out to see what they earn. `tuning`: what makes none.
 */
export function findSurprises(
  episodes: readonly EpisodeRow[],
  fleet: Fleet,
  least: number,
  without: ReadonlySet<string> = new Set(),
  tuning: Tuning = shipped,
): Surprise[] {
  const heard = (kind: SurpriseKind): EpisodeRow[] =>
    episodes.filter((row) => !tuning.quiet(kind, { destination: row.destination, class: row.class, at: row.t0 }))
  return [
    ...newNames(heard('new_name'), fleet, without),
    ...breadth(heard('breadth'), least, fleet),
    ...tunnels(heard('tunnel'), fleet),
    ...generated(heard('generated'), fleet),
  ].filter(({ kind }) => !without.has(kind))
}
