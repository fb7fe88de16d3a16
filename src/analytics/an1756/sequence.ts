// From what was observed to chains within the budget: surprises, effects, pairs, and what chance brings.
import { type Chain, type Chained, findChains } from './chain.ts'
import { type Effect, weighEffects } from './effects.ts'
import type { Params } from './params.ts'
import type { EffectRow, EpisodeRow } from './row.ts'
import { findSurprises, type Surprise } from './surprise.ts'
import { shipped, type Tuning } from './tuning/tuning.ts'

export type Observed = {
  readonly episodes: readonly EpisodeRow[]
  readonly effects: readonly EffectRow[]
  /** Devices with network telemetry, and the days of each. */
  readonly devices: readonly { readonly who: string; readonly days: number }[]
  /** Devices whose clocks are known to differ from those of what watches them, s: such a contact may come after its effect. */
  readonly tolerances?: ReadonlyMap<string, number> | undefined
}

export type Sequence = {
  /** Oddest first; `expected` is what chance brings of the like to this fleet in this time. */
  readonly chains: readonly Chain[]
  /** The chains within the budget. */
  readonly reported: readonly Chain[]
  /** Without a baseline: the chains that are oddest against what ships with the product, at most ten, outside the budget. */
  readonly leads: readonly Chain[]
  readonly nulls: Chained['nulls']
  readonly surprises: readonly Surprise[]
  readonly effects: readonly Effect[]
  readonly fleet: {
    readonly devices: number
    readonly deviceDays: number
    /** Days of history of the device that has most. */
    readonly days: number
    /** Enough devices and days for a baseline. */
    readonly sufficient: boolean
    /** Chains that the budget lets chance bring to this fleet in this time. */
    readonly allowed: number
    /** Devices with the same effect within a day from which on it is a wave. */
    readonly wave: number
  }
}

const hour = 3600
/**
 * Devices with chains as odd as so many for each 1,000 device-weeks leave the null, whatever the budget: an attack that stays
 * in it hides the others. On fleets without attacks that brought no more findings than the budget allows (2,980
 * device-weeks of tuning fleets: 3 where 3.0 were allowed, 6 of 9.8, 26 of 29.8).
 */
const leaving = 40
const mostLeads = 10

/** Few devices tell no rates: chains are ordered by how strong the signals are on the device itself and what attacks show. */
function leadsOf(
  surprises: readonly Surprise[],
  effects: readonly Effect[],
  devices: readonly string[],
  window: number,
  tuning: Tuning,
): Chain[] {
  return findChains(
    surprises
      .filter((surprise) => !tuning.quiet('lead', surprise))
      .map((surprise) => ({ ...surprise, chance: Math.exp(-surprise.strength) })),
    effects.map((effect) => ({ ...effect, chance: Math.exp(-effect.weight) })),
    devices,
    { window, deviation: 0 },
    new Set(),
  ).chains.slice(0, mostLeads)
}

/**
 * All of AN1756 but the wording. Pure. Addresses that nobody has named are no devices: effects cannot be tied to them, and
 * they would thin the null out; where no device has a name at all, they stand for devices. `without`: what an evaluation
 * leaves out to see what it earns (findSurprises, findChains). `tuning`: what makes no surprise.
 */
export function findSequences(
  observed: Observed,
  params: Params,
  without: ReadonlySet<string> = new Set(),
  tuning: Tuning = shipped,
): Sequence {
  const named = observed.devices.filter(({ who }) => !who.startsWith('address '))
  const devices = named.length > 0 ? named : observed.devices
  const known = new Set(devices.map(({ who }) => who))
  const days = new Map(devices.map((device) => [device.who, device.days]))
  const deviceDays = devices.reduce((sum, device) => sum + device.days, 0)
  const surprises = findSurprises(
    observed.episodes.filter(({ who }) => known.has(who)),
    { size: devices.length, deviceDays, days },
    params.ProtocolAnomalyThreshold,
    without,
    tuning,
  )
  const wave = Math.max(5, devices.length * 0.05)
  const effects = weighEffects(
    observed.effects.filter(({ who }) => known.has(who)),
    deviceDays,
    wave,
  )
  // a wave over the fleet is a bug of an update: in a small fleet its chance alone would not keep it out
  const single = effects.filter((effect) => effect.wave < wave)
  const limits = {
    window: params.CrashCorrelationWindow * hour,
    deviation: params.TrafficDeviationThreshold,
    without,
    tolerances: observed.tolerances,
  }
  const allowed = (params.AlertBudget * deviceDays) / 7 / 1000
  const names = [...known]
  const oddest = (leaving * deviceDays) / 7 / 1000
  let left: ReadonlySet<string> = new Set()
  let found = findChains(surprises, single, names, limits, left)
  // devices that alert leave the null, twice; the same devices would give the same chains
  for (let pass = 0; pass < 2; pass++) {
    const alerting = new Set(
      found.chains.filter((chain) => chain.expected <= Math.max(3 * allowed, oddest)).map((chain) => chain.who),
    )
    if (alerting.size === left.size && [...alerting].every((who) => left.has(who))) break
    left = alerting
    found = findChains(surprises, single, names, limits, left)
  }
  const longest = devices.reduce((most, device) => Math.max(most, device.days), 0)
  const sufficient = devices.length >= params.MinimumFleet && longest >= params.MinimumHistory
  return {
    chains: found.chains,
    leads: sufficient ? [] : leadsOf(surprises, single, names, limits.window, tuning),
    reported: sufficient ? found.chains.filter((chain) => chain.expected <= allowed) : [],
    nulls: found.nulls,
    surprises,
    effects,
    fleet: { devices: devices.length, deviceDays, days: longest, sufficient, allowed, wave },
  }
}
