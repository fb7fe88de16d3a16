// Hosts that 12,000 iOS apps met in their first 30 seconds, against what the product knows of names.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { placeOf } from '../../src/analytics/an1756/place.ts'
import { registrableDomain } from '../../src/names/index.ts'
import { wilson } from '../../src/simulate/measure/intervals.ts'
import { data, ends, labelled, linesOf, share, type TextTable } from './data.ts'

export type Met = { readonly destination: string; readonly class: string; readonly apps: number }

export type HostsResult = {
  readonly apps: number
  /** Rows of the file: app and host. */
  readonly contacts: number
  readonly hosts: number
  /** Destinations, those that most apps meet first. */
  readonly destinations: readonly Met[]
  readonly contactsByClass: ReadonlyMap<string, number>
}

export function replayHosts(): HostsResult {
  const seen = new Set<string>()
  const rows = linesOf(join(labelled, 'ios-app-traffic/iosHosts.csv'))
    .slice(1)
    .flatMap((line) => {
      const [app, host] = line.split(',').map((cell) => cell.trim().replaceAll('"', '').toLowerCase())
      if (!app || !host || seen.has(`${app} ${host}`)) return []
      seen.add(`${app} ${host}`)
      return [{ app, host, place: placeOf(host) }]
    })
  const destinations = [...Map.groupBy(rows, ({ place }) => place.destination)]
    .map(([destination, list]) => ({
      destination,
      // of several hosts below one domain the class that is known: graph.facebook.com is an SDK, facebook.com a top site
      class: list.find(({ place }) => place.class !== '')?.place.class ?? '',
      apps: new Set(list.map(({ app }) => app)).size,
    }))
    .sort((a, b) => b.apps - a.apps || (a.destination < b.destination ? -1 : 1))
  return {
    apps: new Set(rows.map(({ app }) => app)).size,
    contacts: rows.length,
    hosts: new Set(rows.map(({ host }) => host)).size,
    destinations,
    contactsByClass: new Map(
      [...Map.groupBy(rows, ({ place }) => place.class)].map(([name, list]) => [name, list.length]),
    ),
  }
}

/** Domains that Disconnect lists as those of trackers: a list that Codling's own was not made from. */
function trackers(): Set<string> {
  const text = readFileSync(join(data, 'tuning/disconnect/services.json'), 'utf8')
  const { categories } = JSON.parse(text) as { categories: Record<string, unknown> }
  const strings = (value: unknown): string[] =>
    typeof value === 'string'
      ? [value.toLowerCase()]
      : value !== null && typeof value === 'object'
        ? Object.values(value).flatMap(strings)
        : []
  // embedded content is no tracker by that list's own words
  const { Content: _, ...rest } = categories
  return new Set(strings(rest).flatMap((name) => registrableDomain(name) ?? []))
}

export type TrackersResult = { readonly met: readonly Met[]; readonly unknown: readonly Met[] }

/** Of the destinations that apps meet, those that Disconnect calls trackers. */
export function trackersOf({ destinations }: HostsResult): TrackersResult {
  const listed = trackers()
  const met = destinations.filter(({ destination }) => listed.has(destination))
  return { met, unknown: met.filter((one) => one.class === '') }
}

const bands = [1, 2, 5, 20, 100, 500] as const

export function hostsTable(result: HostsResult): TextTable {
  const { destinations, contacts, apps, contactsByClass } = result
  const rows = bands.map((from, i) => {
    const to = bands[i + 1] ?? Number.POSITIVE_INFINITY
    const inside = destinations.filter((one) => one.apps >= from && one.apps < to)
    const known = inside.filter((one) => one.class !== '')
    const met = inside.reduce((sum, one) => sum + one.apps, 0)
    return [
      to === Number.POSITIVE_INFINITY ? `${from} and more` : to === from + 1 ? `${from}` : `${from}–${to - 1}`,
      `${inside.length}`,
      `${known.length} ${share(known.length, inside.length)} (${ends(wilson(known.length, inside.length))})`,
      share(
        known.reduce((sum, one) => sum + one.apps, 0),
        met,
      ),
    ]
  })
  const classes = [...contactsByClass].filter(([name]) => name !== '').sort((a, b) => b[1] - a[1])
  const known = classes.reduce((sum, [, n]) => sum + n, 0)
  const often = destinations.filter((one) => one.apps >= 50)
  const tracking = trackersOf(result)
  const meetings = (met: readonly Met[]): number => met.reduce((sum, one) => sum + one.apps, 0)
  return {
    title: `Hosts of ${apps.toLocaleString('en-US')} iOS apps: what the product's classes know`,
    head: ['apps that meet it', 'destinations', 'known', 'of the meetings'],
    rows,
    notes: [
      `${contacts.toLocaleString('en-US')} pairs of app and host, ${result.hosts.toLocaleString('en-US')} hosts, ${destinations.length.toLocaleString('en-US')} destinations. ${share(known, contacts)} of the pairs fall into a known class: ${classes.map(([name, n]) => `${name} ${share(n, contacts)}`).join(', ')}.`,
      `Of ${often.length} destinations that 50 apps or more meet ${often.filter((one) => one.class !== '').length} are known. That is no proof: its SDKs were chosen with sight of these very lists.`,
      `Against a list that it was not made from: ${tracking.met.length} of the destinations are trackers according to Disconnect, ${tracking.unknown.length} of them (${share(tracking.unknown.length, tracking.met.length)}; ${ends(wilson(tracking.unknown.length, tracking.met.length))}) unknown to Codling; of the meetings with them ${share(meetings(tracking.unknown), meetings(tracking.met))}. Names are listed by \`node scripts/replay-labelled.ts hosts\`, the data stay out of this repository.`,
    ],
  }
}

/** The unknown destinations that most apps meet: for the terminal only. */
export const unknownOf = ({ destinations }: HostsResult, least: number): readonly Met[] =>
  destinations.filter((one) => one.class === '' && one.apps >= least)
