// Surprises: what a device did in the network that its fleet does rarely, each with how often others do the like.
import { minutesOf, regularity } from './regular.ts'
import type { EpisodeRow, SurgeRow } from './row.ts'
import { atLeast, oddness, sortedOf } from './tail.ts'

export type SurpriseKind = 'new_name' | 'surge' | 'breadth' | 'tunnel' | 'generated'

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
  /** Surprises of this kind at least as strong on other devices, a device-day: (n + ½) / device-days. */
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

type Signal = readonly [name: string, of: (row: EpisodeRow) => number]

/** What a device does at a destination in the first day. Each is compared with what others do at destinations as well known. */
const behaviour: readonly Signal[] = [
  ['upload', (row) => row.out_day],
  ['active hours', (row) => row.hours_day],
  ['upload ratio', (row) => (row.out_day < 50_000 ? 0 : row.out_day / (row.out_day + row.in_day + 1))],
  ['regularity', (row) => (row.hours_all < 4 ? 0 : regularity(minutesOf(row.hours)))],
  ['failures', (row) => (row.failed_day < 3 ? 0 : row.failed_day / row.contacts_day)],
]

/** Raw strengths → surprises: each is ranked among all others of its kind, so that nothing rests on how signals depend. */
function ranked(
  kind: SurpriseKind,
  found: readonly Omit<Surprise, 'kind' | 'chance'>[],
  deviceDays: number,
): Surprise[] {
  const strength = (one: Omit<Surprise, 'kind' | 'chance'>): number =>
    Object.values(one.signals).reduce((sum, value) => sum + value, 0)
  const all = sortedOf(found.map(strength))
  const mine = new Map(
    [...Map.groupBy(found, (one) => one.who)].map(([who, list]) => [who, sortedOf(list.map(strength))]),
  )
  return found.map((one) => {
    const x = strength(one)
    const own = atLeast(mine.get(one.who)!, x)
    // a device’s own repeats count against it as much as those of all others
    return { ...one, kind, chance: (atLeast(all, x) - own + 0.5 + (own - 1) * 0.5) / deviceDays }
  })
}

function newNames(episodes: readonly EpisodeRow[], fleet: number, deviceDays: number): Surprise[] {
  const settledRows = episodes.filter((row) => settled(row) && row.class !== 'internal' && row.class !== 'apple')
  const groups = Map.groupBy(settledRows, (row) => knownness(row, fleet))
  const found = [...groups].flatMap(([known, rows]) => {
    const tails = behaviour.map(([, of]) => sortedOf(rows.map(of)))
    const rarity = -Math.log(rows.length / Math.max(rows.length, settledRows.length))
    return rows.map((row) => {
      const signals: Record<string, number> = { rarity }
      behaviour.forEach(([name, of], i) => {
        signals[name] = oddness(tails[i]!, of(row))
      })
      return {
        who: row.who,
        at: row.t0,
        destination: row.destination,
        class: row.class,
        app: row.app,
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
  return ranked('new_name', found, deviceDays)
}

function surges(rows: readonly SurgeRow[], deviceDays: number): Surprise[] {
  return ranked(
    'surge',
    rows.map((row) => ({
      who: row.who,
      at: row.at,
      destination: row.destination,
      class: row.class,
      app: row.app,
      signals: { surge: Math.log(row.out / Math.max(1000, row.out_before)), upload: Math.log(row.out / 100_000) },
      facts: { out: row.out, before: row.out_before, days: row.days_before },
    })),
    deviceDays,
  )
}

/** Internal services that are new to a device, in windows of six hours that begin with one; refusals weigh as much again. */
function breadth(episodes: readonly EpisodeRow[], least: number, deviceDays: number): Surprise[] {
  const internal = episodes.filter((row) => row.class === 'internal' && settled(row))
  const found = [...Map.groupBy(internal, (row) => row.who)].flatMap(([who, rows]) => {
    const out: Omit<Surprise, 'kind' | 'chance'>[] = []
    const sorted = [...rows].sort((a, b) => a.t0 - b.t0)
    for (let i = 0; i < sorted.length; ) {
      const first = sorted[i]!
      let j = i
      while (j < sorted.length && sorted[j]!.t0 <= first.t0 + window) j++
      const inside = sorted.slice(i, j)
      const hosts = new Set(inside.map((row) => row.destination.slice(0, row.destination.lastIndexOf(':'))))
      const failed = inside.filter((row) => row.failed_day > 0).length
      const rare = inside.filter((row) => row.others === 0).length
      if (inside.length >= least)
        out.push({
          who,
          at: first.t0,
          destination: first.destination,
          class: 'internal',
          app: '',
          signals: {
            services: Math.log(inside.length),
            hosts: Math.log(hosts.size + 1),
            failures: Math.log(1 + failed),
            rare: Math.log(1 + rare),
          },
          facts: { services: inside.length, hosts: hosts.size, failed, rare },
        })
      i = j
    }
    return out
  })
  return ranked('breadth', found, deviceDays)
}

/** Many names below one that few know, or questions for types that carry data: a tunnel. */
function tunnels(episodes: readonly EpisodeRow[], deviceDays: number): Surprise[] {
  const found = episodes
    .filter((row) => row.class !== 'apple' && (row.names_day >= 20 || row.odd_day >= 20))
    .map((row) => ({
      who: row.who,
      at: row.t0,
      destination: row.destination,
      class: row.class,
      app: row.app,
      signals: {
        names: Math.log(1 + row.names_day),
        length: Math.log(1 + row.longest_day / Math.max(1, row.names_day)),
        types: Math.log(1 + row.odd_day),
        rarity: row.others === 0 ? 2 : row.others <= 2 ? 1 : 0,
      },
      facts: { names: row.names_day, odd: row.odd_day, others: row.others },
    }))
  return ranked('tunnel', found, deviceDays)
}

/** Names that nobody else asks for and that do not exist, many at once: generated. */
function generated(episodes: readonly EpisodeRow[], deviceDays: number): Surprise[] {
  const failing = episodes.filter(
    (row) => row.others === 0 && row.class === '' && row.failed_day > 0 && row.failed_day >= row.contacts_day,
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
              signals: { names: Math.log(rows.length) },
              facts: { names: rows.length },
            },
          ],
  )
  return ranked('generated', found, deviceDays)
}

/** All surprises of a fleet. `deviceDays`: of all devices with network telemetry. */
export function findSurprises(
  episodes: readonly EpisodeRow[],
  surgeRows: readonly SurgeRow[],
  fleet: number,
  deviceDays: number,
  least: number,
): Surprise[] {
  return [
    ...newNames(episodes, fleet, deviceDays),
    ...surges(surgeRows, deviceDays),
    ...breadth(episodes, least, deviceDays),
    ...tunnels(episodes, deviceDays),
    ...generated(episodes, deviceDays),
  ]
}
