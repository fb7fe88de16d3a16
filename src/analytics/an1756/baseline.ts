// The baseline that a chain broke: what is usual in this fleet, what was seen, and the hours that it took. Pure.
import type { Chain } from './chain.ts'
import type { EpisodeRow } from './row.ts'
import type { Observed, Sequence } from './sequence.ts'
import type { Surprise, SurpriseKind } from './surprise.ts'
import { sortedOf } from './tail.ts'

export type Measure = {
  readonly name: string
  readonly unit: 'hours' | 'contacts' | 'bytes' | 'services' | 'names' | 'questions'
  readonly seen: number
  /** What half, 90 and 99 of 100 of the fleet stay at or below. */
  readonly half: number
  readonly ninety: number
  readonly ninety_nine: number
  /** Values below are not told apart; 0: all are. */
  readonly least: number
}

export type Baseline = {
  /** Chains at least as odd that chance brings to this fleet in this time, and how many the budget allows. */
  readonly expected: number
  readonly allowed: number
  /** ISO 8601 UTC. */
  readonly contact: string
  readonly effect: string
  /** What the chain is compared with, and how many of it the fleet has. */
  readonly compared: string
  readonly size: number
  readonly measures: readonly Measure[]
  /** By the hour, from one at the start of `from` on (ISO 8601 UTC); at most `mostHours`. */
  readonly course: { readonly what: string; readonly from: string; readonly hours: readonly number[] }
}

const hour = 3600
const day = 86_400
/** Two windows of two days and the day that evidence grows in: more cannot lie between contact and effect. */
const mostHours = 5 * 24

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString()

/** Value that the share `q` of ascending values stays at or below. `more`: that many lie below all of them. */
function quantile(ascending: Float64Array, q: number, more: number): number {
  const index = Math.ceil(q * (ascending.length + more)) - 1 - more
  return index < 0 ? 0 : (ascending[index] ?? 0)
}

type Compared = Pick<Measure, 'name' | 'unit'> & {
  /** Fact of a surprise that holds the value. */
  readonly fact: string
}

const compared: Readonly<Record<SurpriseKind, readonly Compared[]>> = {
  new_name: [
    { name: 'active hours in the first day', unit: 'hours', fact: 'hours' },
    { name: 'contacts in the first day', unit: 'contacts', fact: 'contacts' },
    { name: 'sent in the first day', unit: 'bytes', fact: 'out' },
  ],
  breadth: [{ name: 'internal services never met before, in six hours', unit: 'services', fact: 'services' }],
  tunnel: [
    { name: 'names below one name, in a day', unit: 'names', fact: 'names' },
    { name: 'questions for types that carry data, in a day', unit: 'questions', fact: 'odd' },
  ],
  generated: [{ name: 'names that do not exist, in six hours', unit: 'names', fact: 'names' }],
}

/** Episodes that a chain’s contact consists of. */
function partsOf({ surprise }: Chain, episodes: readonly EpisodeRow[]): readonly EpisodeRow[] {
  const own = episodes.filter(({ who }) => who === surprise.who)
  if (surprise.kind === 'new_name' || surprise.kind === 'tunnel')
    return own.filter(({ destination }) => destination === surprise.destination)
  const inside = own.filter(({ t0 }) => t0 >= surprise.at && t0 <= surprise.at + 6 * hour)
  return surprise.kind === 'breadth'
    ? inside.filter((row) => row.class === 'internal')
    : inside.filter((row) => row.others === 0 && row.failed_day > 0)
}

const courseNames: Readonly<Record<SurpriseKind, string>> = {
  new_name: 'contacts an hour',
  breadth: 'internal services met for the first time, an hour',
  tunnel: 'contacts an hour',
  generated: 'names that do not exist, an hour',
}

function courseOf(chain: Chain, episodes: readonly EpisodeRow[]): Baseline['course'] {
  const { surprise, effect } = chain
  const from = Math.floor((Math.min(surprise.at, effect.at) - hour) / hour) * hour
  const to = Math.max(surprise.at + day, effect.at + hour)
  const hours = Array<number>(Math.min(mostHours, Math.ceil((to - from) / hour))).fill(0)
  const add = (at: number, n: number): void => {
    const index = Math.floor((at - from) / hour)
    if (index >= 0 && index < hours.length) hours[index]! += n
  }
  for (const row of partsOf(chain, episodes))
    if (surprise.kind === 'new_name' || surprise.kind === 'tunnel')
      for (const [at, contacts] of row.hours) add(at, contacts)
    else add(row.t0, 1)
  return { what: courseNames[surprise.kind], from: iso(from), hours }
}

/** How the fleet’s surprises of each kind lie, sorted once for all chains. `least`: services from which on breadth counts. */
export function openBaseline(observed: Observed, sequence: Sequence, least: number): (chain: Chain) => Baseline {
  const { fleet } = sequence
  const byKind = Map.groupBy(sequence.surprises, ({ kind }) => kind)
  const sorted = new Map<string, Float64Array>()
  const valuesOf = (kind: SurpriseKind, fact: string): Float64Array => {
    const key = `${kind} ${fact}`
    const known = sorted.get(key)
    if (known) return known
    const values = sortedOf((byKind.get(kind) ?? []).map(({ facts }: Surprise) => Number(facts[fact] ?? 0)))
    sorted.set(key, values)
    return values
  }
  /** Of what is compared: how many there are, and from which value on they are surprises. */
  const sizeOf = (kind: SurpriseKind): { size: number; least: number; text: string } => {
    const found = byKind.get(kind)?.length ?? 0
    switch (kind) {
      case 'new_name':
        return { size: found, least: 0, text: 'names that were new to a device' }
      case 'tunnel':
        return {
          size: Math.max(found, Math.round(fleet.deviceDays)),
          least: 20,
          text: 'device-days',
        }
      default:
        return {
          size: Math.max(found, Math.round(fleet.deviceDays * 4)),
          least: kind === 'breadth' ? least : 5,
          text: 'windows of six hours on devices of this fleet',
        }
    }
  }
  return (chain) => {
    const { kind } = chain.surprise
    const { size, least: from, text } = sizeOf(kind)
    return {
      expected: chain.expected,
      allowed: fleet.allowed,
      contact: iso(chain.surprise.at),
      effect: iso(chain.effect.at),
      compared: text,
      size,
      measures: compared[kind].map(({ name, unit, fact }) => {
        const values = valuesOf(kind, fact)
        const at = (q: number): number => quantile(values, q, size - values.length)
        return {
          name,
          unit,
          seen: Number(chain.surprise.facts[fact] ?? 0),
          half: at(0.5),
          ninety: at(0.9),
          ninety_nine: at(0.99),
          least: from,
        }
      }),
      course: courseOf(chain, observed.episodes),
    }
  }
}
