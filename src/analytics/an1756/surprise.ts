// Surprises: what a device did in the network that its fleet does rarely, each with how often others do the like.
import { endpointOf } from './place.ts'
import { minutesOf, regularity } from './regular.ts'
import type { EpisodeRow } from './row.ts'
import { atLeast, oddness, sortedOf } from './tail.ts'
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

const day = 86_400

const window = 6 * 3600

/** How well a destination is known: what is odd at a name that nobody else meets is not odd at one that all do. */
const knownness = (row: EpisodeRow, fleet: number): string =>
  row.class === 'internal'
    ? 'internal'
    : row.others_soon === 0
      ? 'alone'
      : row.others_soon <= Math.max(2, fleet * 0.02)
        ? 'few'
        : 'many'

/** A device’s own first day is no baseline: everything is new to it then. */
const settled = (row: EpisodeRow): boolean => row.t0 >= row.began + day

type Signal = readonly [name: string, weight: number, of: (row: EpisodeRow) => number]

/**
 * What a device does at a destination in the first day. Each is compared with what others do at destinations as well
 * known. Weights: rounded from a logistic regression on tuning fleets; they order, and how often the order comes by
 * chance is measured.
 */
const behaviour: readonly Signal[] = [
  // beyond a working day it says no more: what runs round the clock is as often a private service
  ['active hours', 1, (row) => Math.min(row.hours_day, 9)],
  ['contacts', 0.6, (row) => row.contacts_day],
  ['regularity', 0.4, (row) => (row.hours_all < 4 ? 0 : regularity(minutesOf(row.hours)))],
  ['failures', 0.5, (row) => (row.failed_day < 3 ? 0 : row.failed_day / row.contacts_day)],
  // at a name that others know as well: against what they do there
  ['hours against others', 0.2, (row) => (row.others === 0 ? 0 : row.hours_day / (1 + row.hours_others))],
  [
    'upload against others',
    0.2,
    (row) => (row.others === 0 || row.out_day < 100_000 ? 0 : row.out_day / (10_000 + row.out_others)),
  ],
]

/** Names of the signals that an evaluation may leave out. */
export const signalNames: readonly string[] = behaviour.map(([name]) => name)

type Found = Omit<Surprise, 'kind' | 'chance' | 'strength'>

/** Devices with network telemetry, and the days of each. */
export type Fleet = { readonly size: number; readonly deviceDays: number; readonly days: ReadonlyMap<string, number> }

/** Raw strengths → surprises: each is ranked among all others of its kind, so that nothing rests on how signals depend. */
function ranked(kind: SurpriseKind, found: readonly Found[], { deviceDays, days }: Fleet): Surprise[] {
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

function newNames(episodes: readonly EpisodeRow[], fleet: Fleet, without: ReadonlySet<string>): Surprise[] {
  const counted = behaviour.filter(([name]) => !without.has(name))
  const settledRows = episodes.filter((row) => settled(row) && row.class !== 'internal')
  const groups = Map.groupBy(settledRows, (row) => knownness(row, fleet.size))
  const found = [...groups].flatMap(([known, rows]) => {
    const values = counted.map(([, , of]) => rows.map(of))
    const tails = values.map(sortedOf)
    const rarity = -Math.log(rows.length / Math.max(rows.length, settledRows.length))
    return rows.map((row, n) => {
      const signals: Record<string, number> = { rarity: 0.3 * rarity }
      counted.forEach(([name, weight], i) => {
        signals[name] = weight * oddness(tails[i]!, values[i]![n]!)
      })
      return {
        who: row.who,
        at: row.t0,
        destination: row.destination,
        class: row.class,
        app: row.app,
        ended: row.ended,
        signals,
        facts: {
          known,
          others_soon: row.others_soon,
          hours: row.hours_day,
          out: row.out_day,
          in: row.in_day,
          contacts: row.contacts_day,
        },
      }
    })
  })
  return ranked('new_name', found, fleet)
}

/** Internal services that are new to a device, in windows of six hours that begin with one; refusals weigh as much again. */
function breadth(episodes: readonly EpisodeRow[], least: number, fleet: Fleet): Surprise[] {
  const internal = episodes.filter((row) => row.class === 'internal' && settled(row))
  const portOf = (row: EpisodeRow): string => endpointOf(row.destination).port
  // endpoints that hardly anybody else knows: printing and casting scans meet them all over the fleet, on their own ports
  const seldom = (row: EpisodeRow): boolean => row.others <= 2
  const users = new Map(
    [...Map.groupBy(internal.filter(seldom), portOf)].map(([port, rows]) => [
      port,
      new Set(rows.map((row) => row.who)).size,
    ]),
  )
  const rarity = (row: EpisodeRow): number => Math.log((fleet.size + 1) / (users.get(portOf(row))! + 1))
  const found = [...Map.groupBy(internal, (row) => row.who)].flatMap(([who, rows]) => {
    const out: Found[] = []
    const sorted = [...rows].sort((a, b) => a.t0 - b.t0)
    for (let i = 0; i < sorted.length; ) {
      const first = sorted[i]!
      let j = i
      while (j < sorted.length && sorted[j]!.t0 <= first.t0 + window) j++
      const inside = sorted.slice(i, j).filter(seldom)
      const hosts = new Set(inside.map((row) => endpointOf(row.destination).host))
      const failed = inside.filter((row) => row.failed_day > 0).length
      const odd = inside.reduce((sum, row) => sum + rarity(row), 0)
      if (inside.length >= least && odd > 0)
        out.push({
          who,
          at: inside[0]!.t0,
          destination: inside[0]!.destination,
          class: 'internal',
          app: '',
          ended: first.ended,
          // a sweep of hundreds says no more than one of thirty
          signals: {
            services: Math.log(Math.min(odd, 30 * Math.log(fleet.size))),
            failures: Math.log(1 + failed / inside.length),
          },
          facts: { services: inside.length, hosts: hosts.size, failed },
        })
      i = j
    }
    return out
  })
  return ranked('breadth', found, fleet)
}

/** Many names below one that few know, or questions for types that carry data: a tunnel. */
function tunnels(episodes: readonly EpisodeRow[], fleet: Fleet): Surprise[] {
  const found = episodes
    .filter(
      (row) => row.class !== 'internal' && row.others <= fleet.size * 0.1 && (row.names_day >= 20 || row.odd_day >= 20),
    )
    .map((row) => ({
      who: row.who,
      at: row.t0,
      destination: row.destination,
      class: row.class,
      app: row.app,
      ended: row.ended,
      signals: {
        names: Math.log(1 + row.names_day),
        length: Math.log(1 + row.longest_day / Math.max(1, row.names_day)),
        types: Math.log(1 + row.odd_day),
        rarity: row.others === 0 ? 2 : row.others <= 2 ? 1 : 0,
      },
      facts: { names: row.names_day, odd: row.odd_day, others: row.others },
    }))
  return ranked('tunnel', found, fleet)
}

/** Names that nobody else asks for and that do not exist, many at once: generated. */
function generated(episodes: readonly EpisodeRow[], fleet: Fleet): Surprise[] {
  const failing = episodes.filter(
    (row) =>
      row.others === 0 &&
      (row.class === '' || row.class === 'dynamic_dns') &&
      row.failed_day > 0 &&
      row.failed_day >= row.contacts_day,
  )
  const found = [...Map.groupBy(failing, (row) => `${row.who} ${Math.floor(row.t0 / window)}`).values()].flatMap(
    (rows) =>
      rows.length < 5
        ? []
        : [
            {
              who: rows[0]!.who,
              at: Math.min(...rows.map((row) => row.t0)),
              destination: rows[0]!.destination,
              class: '',
              app: '',
              ended: rows[0]!.ended,
              signals: { names: Math.log(rows.length) },
              facts: { names: rows.length },
            },
          ],
  )
  return ranked('generated', found, fleet)
}

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
