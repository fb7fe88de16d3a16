// Chains: a surprise and an effect on one device, close in time, and how many as unlikely chance alone would bring.
import { type Effect, isNewApp, isThirdParty } from './effects.ts'
import type { Surprise } from './surprise.ts'
import { atLeast, firstAtLeast, sortedOf } from './tail.ts'

export type Chain = Pair & {
  /** Chains at least as odd that chance brings to the whole fleet in the time looked at. */
  readonly expected: number
  /** Earliest effect of the device within the window before `effect`, or that itself: what the id of a finding comes from. */
  readonly first: Effect
}

/** A chain before it is known what chance brings. */
type Pair = {
  readonly who: string
  readonly surprise: Surprise
  readonly effect: Effect
  /** Contact to effect, s; negative where the effect came first. */
  readonly gap: number
  /** ln of what the two rates and the gap come to: the lower, the less likely together. */
  readonly oddness: number
  /** A contact this much after its effect still counted as before it, s. */
  readonly tolerance: number
}

/** Clocks of sensor and device differ: a contact this much after its effect still counts as before it. s */
export const tolerance = 120

/** The gap itself is weighed: a chain within minutes says more than one at the end of the window. From tuning fleets. */
const gapWeight = 0.7
/** s */
const gapFloor = 300
/** What a second surprise of another kind, and a second effect in the window, add to the first. */
const secondWeight = 0.5
/** Effects more common than once in so many device-days make no chain. */
export const leastEffect = 1 / 0.3

/** ln of the rate of a contact counts a little more than that of an effect: effects are fewer, and their rates rougher. From tuning fleets. */
const surpriseWeight = 1.2

/**
 * Kin: the process takes what the destination sends. Half as likely by chance, twice as telling; more likely by chance
 * where it takes nothing foreign and yet came first, or is an app that somebody installed and did not make the contact.
 */
function kin(surprise: Surprise, effect: Effect, gap: number): number {
  if (isThirdParty(effect.row) && surprise.app !== effect.row.app) return 3
  if (gap < -tolerance && effect.group === '') return 2
  if (effect.group === 'web' && surprise.kind === 'new_name') return 0.7
  if (surprise.app !== '' && surprise.app === effect.row.app) return 0.5
  if (effect.group === 'messages') return 0.7
  return 1
}

/** `without`: parts that an evaluation leaves out to see what they earn: 'gap weight', 'second evidence', 'kinship'. */
type Limits = {
  readonly window: number
  readonly deviation: number
  readonly without?: ReadonlySet<string>
  /** By device, s: where clocks are known to differ. Others: `tolerance`. */
  readonly tolerances?: ReadonlyMap<string, number> | undefined
}

function oddnessOf(surprise: Surprise, effect: Effect, gap: number, { window, without }: Limits): number {
  const weight = without?.has('gap weight') ? 0 : gapWeight
  const near = ((Math.min(window, Math.abs(gap)) + gapFloor) / (window + gapFloor)) ** weight
  const kinship = without?.has('kinship') ? 1 : kin(surprise, effect, gap)
  return surpriseWeight * Math.log(surprise.chance) + Math.log(effect.chance) + Math.log(near) + Math.log(kinship)
}

/**
 * Zero-click delivery comes over Apple’s own services, so that a crash of Apple’s own processes may come before the first
 * odd contact; nothing else does.
 */
const mayComeFirst = ({ row }: Effect): boolean =>
  (row.kind === 'crash' || row.kind === 'user_fault') && !isThirdParty(row)

/** For each effect of `effects` the oddest surprise within the window, either way round. Both lists of one device, by time. */
function pair(surprises: readonly Surprise[], effects: readonly Effect[], limits: Limits): Pair[] {
  const { window } = limits
  const chains: Pair[] = []
  for (const [index, effect] of effects.entries()) {
    const spare = Math.min(window, limits.tolerances?.get(effect.who) ?? tolerance)
    const until = effect.at + (mayComeFirst(effect) ? window : spare)
    const from = firstAtLeast(surprises.length, (i) => surprises[i]!.at, effect.row.since - window)
    let best: Pair | null = null
    for (let i = from; i < surprises.length && surprises[i]!.at <= until; i++) {
      const surprise = surprises[i]!
      // of a change that was told at the next answer only the interval is known: the longest gap that fits counts
      const gap = effect.at - surprise.at
      const oddness = oddnessOf(surprise, effect, gap, limits)
      if (best === null || oddness < best.oddness)
        best = { who: surprise.who, surprise, effect, gap, oddness, tolerance: spare }
    }
    if (best === null) continue
    if (limits.without?.has('second evidence')) {
      chains.push(best)
      continue
    }
    // a second surprise of another kind, and a second effect, in the same window
    let second = 0
    for (let i = from; i < surprises.length && surprises[i]!.at <= until; i++) {
      const other = surprises[i]!
      if (other.kind !== best.surprise.kind) second = Math.min(second, Math.log(other.chance / 0.3))
    }
    let again = 0
    for (let i = index - 1; i >= 0 && effects[i]!.at >= effect.at - window; i--)
      again = Math.min(again, Math.log(effects[i]!.chance / 0.3))
    for (let i = index + 1; i < effects.length && effects[i]!.at <= effect.at + window; i++)
      again = Math.min(again, Math.log(effects[i]!.chance / 0.3))
    chains.push({ ...best, oddness: best.oddness + secondWeight * (second + again) })
  }
  return chains
}

/** One chain a device and window: the oddest; others that share its surprise or lie in its window belong to it. */
function apart(chains: readonly Pair[], window: number): Pair[] {
  const kept: Pair[] = []
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
 * all pairs, so that day rhythm and fleet waves stay. `window`: s. `deviation`: surprises more common than once in so
 * many device-days make no chain, 0 lets all through. `left`: devices that alert leave the null.
 */
export function findChains(
  surprises: readonly Surprise[],
  effects: readonly Effect[],
  devices: readonly string[],
  limits: Limits,
  left: ReadonlySet<string>,
): Chained {
  const { window, deviation } = limits
  const surprisesOf = byWho(surprises.filter((one) => one.chance * deviation <= 1))
  // a new app that calls home for the first time and crashes is its own trouble
  const effectsOf = byWho(
    effects.filter((effect) => !isNewApp(effect.row) && (deviation === 0 || effect.chance <= 1 / leastEffect)),
  )
  const own: Pair[] = []
  for (const who of devices)
    own.push(...apart(pair(surprisesOf.get(who) ?? [], effectsOf.get(who) ?? [], limits), window))
  const others = devices.filter((who) => !left.has(who))
  const oddness: number[] = []
  for (const a of others) {
    const mine = surprisesOf.get(a)
    if (!mine) continue
    for (const b of others) {
      const theirs = a === b ? undefined : effectsOf.get(b)
      if (theirs) for (const chain of apart(pair(mine, theirs, limits), window)) oddness.push(chain.oddness)
    }
  }
  // each device’s surprises met the effects of all others: as many fleets as a device has others, scaled to the devices left
  const fleets =
    ((others.length - 1) * others.length) / Math.max(1, devices.length) / together(others, surprisesOf, effectsOf)
  const nulls = { oddness: sortedOf(oddness), fleets }
  const chains = own
    .map((chain) => ({
      ...chain,
      expected: expectedOf(nulls, chain.oddness),
      first: effectsOf.get(chain.who)!.find((effect) => effect.at >= chain.effect.at - window)!,
    }))
    .sort((a, b) => a.oddness - b.oddness)
  return { chains, nulls }
}

/**
 * Devices that are used more meet more new names and crash more: what chance brings on one device exceeds the product of
 * means by this factor, n·Σ s·e / (Σ s · Σ e) over devices; at least 1.
 */
function together(
  devices: readonly string[],
  surprisesOf: ReadonlyMap<string, readonly Surprise[]>,
  effectsOf: ReadonlyMap<string, readonly Effect[]>,
): number {
  let both = 0
  let s = 0
  let e = 0
  for (const who of devices) {
    const surprises = surprisesOf.get(who)?.filter((one) => one.chance < 1).length ?? 0
    const effects = effectsOf.get(who)?.length ?? 0
    both += surprises * effects
    s += surprises
    e += effects
  }
  return s * e === 0 ? 1 : Math.max(1, (devices.length * both) / (s * e))
}

/** Chains at least as odd by chance in one fleet: (n + ½) / fleets; Infinity where nothing could be calibrated. */
export function expectedOf(nulls: Chained['nulls'], oddness: number): number {
  if (nulls.fleets <= 0) return Number.POSITIVE_INFINITY
  const odder = nulls.oddness.length - atLeast(nulls.oddness, oddness)
  return (odder + 0.5) / nulls.fleets
}
