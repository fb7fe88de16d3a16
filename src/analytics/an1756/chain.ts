// Chains: a surprise and an effect on one device, close in time, and how many as unlikely chance alone would bring.
import type { Effect } from './effects.ts'
import type { Surprise } from './surprise.ts'
import { atLeast, sortedOf } from './tail.ts'

export type Chain = {
  readonly who: string
  readonly surprise: Surprise
  readonly effect: Effect
  /** Contact to effect, s; negative where the effect came first. */
  readonly gap: number
  /** ln of what the two rates and the gap come to: the lower, the less likely together. */
  readonly oddness: number
  /** Chains at least as odd that chance brings to the whole fleet in the time looked at. */
  readonly expected: number
}

/** Clocks of sensor and device differ: a contact this much after its effect still counts as before it. s */
export const tolerance = 120

/** The gap itself is weighed: a chain within a minute says more than one at the end of the window. Exponent found on tuning fleets. */
const gapWeight = 0.35
const gapFloor = 600

/** Kin: the process takes what the destination sends. Half as likely by chance, twice as telling. */
function kin(surprise: Surprise, effect: Effect): number {
  if (effect.group === 'web' && surprise.kind === 'new_name') return 0.7
  if (surprise.app !== '' && surprise.app === effect.row.app) return 0.5
  if (effect.group === 'messages') return 0.7
  return 1
}

function oddnessOf(surprise: Surprise, effect: Effect, gap: number, window: number): number {
  const near = ((Math.abs(gap) + gapFloor) / (window + gapFloor)) ** gapWeight
  return Math.log(surprise.chance) + Math.log(effect.chance) + Math.log(near) + Math.log(kin(surprise, effect))
}

/** For each effect of `effects` the oddest surprise within the window, either way round. Both lists of one device, by time. */
function pair(surprises: readonly Surprise[], effects: readonly Effect[], window: number): Omit<Chain, 'expected'>[] {
  const chains: Omit<Chain, 'expected'>[] = []
  let from = 0
  for (const effect of effects) {
    while (from < surprises.length && surprises[from]!.at < effect.at - window) from++
    let best: Omit<Chain, 'expected'> | null = null
    for (let i = from; i < surprises.length && surprises[i]!.at <= effect.at + window; i++) {
      const surprise = surprises[i]!
      const gap = effect.at - surprise.at
      const oddness = oddnessOf(surprise, effect, gap, window)
      if (best === null || oddness < best.oddness) best = { who: surprise.who, surprise, effect, gap, oddness }
    }
    if (best !== null) chains.push(best)
  }
  return chains
}

/** One chain a device and window: the oddest; others that share its surprise or lie in its window belong to it. */
function apart(chains: readonly Omit<Chain, 'expected'>[], window: number): Omit<Chain, 'expected'>[] {
  const kept: Omit<Chain, 'expected'>[] = []
  for (const chain of [...chains].sort((a, b) => a.oddness - b.oddness))
    if (
      !kept.some((other) => other.surprise === chain.surprise || Math.abs(other.effect.at - chain.effect.at) <= window)
    )
      kept.push(chain)
  return kept
}

const byWho = <T extends { who: string; at: number }>(list: readonly T[]): Map<string, T[]> => {
  const groups = Map.groupBy(list, (one) => one.who)
  for (const group of groups.values()) group.sort((a, b) => a.at - b.at)
  return groups
}

export type Chained = {
  /** Oddest first. */
  readonly chains: readonly Chain[]
  /** Oddness of the chains that chance brought, ascending, and how many fleets’ worth of pairs were tried. */
  readonly nulls: { readonly oddness: Float64Array; readonly fleets: number }
}

/**
 * Chains of every device, and what chance brings: one device’s surprises with another’s effects at the same clock times,
 * all pairs, so that day rhythm and fleet waves stay. `left`: devices that alert leave the null.
 */
export function findChains(
  surprises: readonly Surprise[],
  effects: readonly Effect[],
  devices: readonly string[],
  window: number,
  left: ReadonlySet<string>,
): Chained {
  const surprisesOf = byWho(surprises)
  const effectsOf = byWho(effects)
  const own: Omit<Chain, 'expected'>[] = []
  for (const who of devices)
    own.push(...apart(pair(surprisesOf.get(who) ?? [], effectsOf.get(who) ?? [], window), window))
  const others = devices.filter((who) => !left.has(who))
  const oddness: number[] = []
  for (const a of others) {
    const mine = surprisesOf.get(a)
    if (!mine) continue
    for (const b of others) {
      const theirs = a === b ? undefined : effectsOf.get(b)
      if (theirs) for (const chain of apart(pair(mine, theirs, window), window)) oddness.push(chain.oddness)
    }
  }
  // each device’s surprises met the effects of all others: as many fleets as a device has others, scaled to the devices left
  const fleets = ((others.length - 1) * others.length) / Math.max(1, devices.length)
  const nulls = { oddness: sortedOf(oddness), fleets }
  const chains = own
    .map((chain) => ({ ...chain, expected: expectedOf(nulls, chain.oddness) }))
    .sort((a, b) => a.oddness - b.oddness)
  return { chains, nulls }
}

/** Chains at least as odd by chance in one fleet: (n + ½) / fleets; Infinity where nothing could be calibrated. */
export function expectedOf(nulls: Chained['nulls'], oddness: number): number {
  if (nulls.fleets <= 0) return Number.POSITIVE_INFINITY
  const less = nulls.oddness.length - atLeast(nulls.oddness, oddness) + 0
  return (less + 0.5) / nulls.fleets
}
