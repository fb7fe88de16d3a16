// What happens to a whole fleet, or to a traveller, and looks like something: days and places, drawn once.
import { openRandom } from '../../random.ts'
import type { FleetOptions, Profile, Truth } from '../../world.ts'
import type { App, Endpoint } from './catalog.ts'
import { borrowed, endpoint, sdks, thirdParties } from './catalog.ts'
import { leaseOf, type Org, type Persona, profile } from './fleet.ts'
import { hashOf, weibull } from './points.ts'
import { domain } from './words.ts'

const day = 86_400

export type Trip = { readonly from: number; readonly to: number; readonly zone: number }

export type Happenings = {
  /** The update of an app after which it crashes. */
  readonly wave: { readonly s: number; readonly app: App; readonly version: string; readonly backend: Endpoint }
  readonly gateway: Endpoint
  /** Seconds in which all traffic takes another way. */
  readonly detour: { readonly from: number; readonly to: number }
  readonly osDay: number
  readonly rollout: { readonly s: number; readonly profile: Profile }
  /** New names that came with the move of the CDN: hosts of everybody. */
  readonly movedAt: number
  trip(index: number): Trip | undefined
  /** Hours ahead of UTC while abroad. */
  zone(index: number, s: number): number | undefined
  /** Network that a name is served by since the move. */
  moved(host: string, s: number): string | undefined
  /** The name in use since the move: a third of the moved names are new ones. */
  renamed(host: string, s: number): string
  /** Second at which a device starts its new system; infinite when it does not. */
  updatedAt(persona: Persona): number
  /** Changes of address, in order. */
  addresses(index: number): { readonly s: number; readonly address: string }[]
  readonly truths: readonly Truth[]
}

export function iso(options: FleetOptions, s: number): string {
  return new Date(options.start / 1000 + s * 1000).toISOString()
}

export function openHappenings(options: FleetOptions, org: Org, apps: readonly App[]): Happenings {
  const { seed, days } = options
  const random = openRandom(seed, 'happenings')
  const end = days * day
  // within working hours of a random day; the first day stays as it is
  const moment = (): number => {
    const k = days > 2 ? random.whole(1, Math.max(1, Math.floor(days) - 2)) : 0
    return Math.min(end * 0.9, k * day + (8 + 9 * random.next() - org.zone) * 3600)
  }
  const app = apps[random.whole(0, 24)]!
  // the new version brings a host that nobody has met
  const backend = endpoint(`${random.pick(['telemetry', 'edge', 'v3'])}.${domain(random)}`, '', 2400, 5000)
  const wave = { s: moment(), app, version: `${random.whole(3, 40)}.${random.whole(0, 9)}.0`, backend }
  const osDay = Math.floor(moment() / day) * day + (17 - org.zone) * 3600
  const detourFrom = moment()
  const detour = { from: detourFrom, to: Math.min(end, detourFrom + day * (0.3 + 2 * random.next())) }
  const movedAt = moment()
  const [fromNetwork, toNetwork] = random.pick([
    ['akamai', 'fastly'],
    ['cloudfront', 'cloudflare'],
    ['fastly', 'cloudfront'],
    ['aws', 'cloudfront'],
  ] as const)
  const movers = new Set<string>()
  for (const { endpoints } of apps) {
    for (const to of endpoints) if (to.network === fromNetwork && hashOf(to.host) % 3 > 0) movers.add(to.host)
  }
  for (const to of [...sdks, ...thirdParties])
    if (to.network === fromNetwork && hashOf(to.host) % 3 > 0) movers.add(to.host)
  // names that attackers borrow keep theirs: the truth names them
  const newNames = new Map(
    [...movers]
      .filter((host) => hashOf(host) % 3 === 1 && !borrowed.includes(host))
      .map((host) => [host, host.replace('.', '-v2.')]),
  )
  const rolloutAt = moment()
  const rollout = {
    s: rolloutAt,
    profile: profile(random, `com.${org.name}.update${random.whole(2, 9)}`, 'Security Baseline', org.name, true, [
      random.pick(['com.apple.security.root', 'com.apple.dnsSettings.managed', 'com.apple.vpn.managed']),
      'com.apple.applicationaccess',
    ]),
  }

  const trips = { index: -1, trip: undefined as Trip | undefined }
  const trip = (index: number): Trip | undefined => {
    // asked for every five minutes of a device
    if (trips.index !== index) Object.assign(trips, { index, trip: makeTrip(index) })
    return trips.trip
  }
  const makeTrip = (index: number): Trip | undefined => {
    const by = openRandom(seed, `trip/${index}`)
    if (days < 4 || !by.chance(0.05)) return undefined
    const from = day * (1 + by.next() * (days - 3))
    return { from, to: Math.min(end, from + day * (1.5 + 4 * by.next())), zone: org.zone + by.pick([-6, -5, 3, 6, 8]) }
  }
  const updatedAt = (persona: Persona): number => {
    if (persona.newest === persona.build) return Number.POSITIVE_INFINITY
    const by = openRandom(seed, `update/${persona.index}`)
    // two thirds follow within days, mostly in the first night
    return by.chance(0.68) ? osDay + weibull(by, 0.7 * day, 0.8) : Number.POSITIVE_INFINITY
  }
  const swaps = (index: number): number => {
    const by = openRandom(seed, `lease/${index >> 1}`)
    return by.chance(0.2) && (index | 1) < options.devices ? by.next() * end : Number.POSITIVE_INFINITY
  }
  const addresses = (index: number): { s: number; address: string }[] => {
    const abroad = trip(index)
    const swap = swaps(index)
    const place = index % 200
    const block = Math.floor(index / 200)
    const at = (s: number): string => {
      if (abroad && s >= abroad.from && s < abroad.to) return `10.89.${block}.${20 + place}`
      if (s >= detour.from && s < detour.to) return `10.88.${block}.${20 + place}`
      return leaseOf(s >= swap ? index ^ 1 : index)
    }
    const times = [detour.from, detour.to, swap, ...(abroad ? [abroad.from, abroad.to] : [])]
    let before = leaseOf(index)
    const result: { s: number; address: string }[] = []
    for (const s of times.filter((t) => t < end).sort((a, b) => a - b)) {
      if (at(s) !== before) result.push({ s, address: at(s) })
      before = at(s)
    }
    return result
  }

  const truth = (scenario: string, from: number, to: number, hosts: string[], notes: Truth['notes']): Truth => ({
    id: `confounder-${scenario}`,
    kind: 'confounder',
    scenario,
    device: '',
    start: iso(options, from),
    end: iso(options, Math.min(end, to)),
    effect: null,
    hosts,
    notes,
  })
  const gateway = endpoint(`vpn2.${org.name}.com`, 'hosting', 60_000, 200_000, {
    port: 4500,
    transport: 'udp',
    service: '',
    spread: 1.2,
  })
  return {
    wave,
    gateway,
    detour,
    osDay,
    rollout,
    movedAt,
    trip,
    zone(index, s) {
      const abroad = trip(index)
      return abroad && s >= abroad.from && s < abroad.to ? abroad.zone : undefined
    },
    moved: (host, s) => (s >= movedAt && movers.has(host) ? toNetwork : undefined),
    renamed: (host, s) => (s >= movedAt && newNames.get(host)) || host,
    updatedAt,
    addresses,
    truths: [
      truth('app_update', wave.s, wave.s + 3 * day, [backend.host], { app: app.bundle, version: wave.version }),
      truth('os_update', osDay, osDay + 2 * day, [], {}),
      truth('vpn_reroute', detour.from, detour.to, [gateway.host], {}),
      truth('cdn_move', movedAt, end, [...movers, ...newNames.values()], { from: fromNetwork, to: toNetwork }),
      truth('mdm_profile', rollout.s, rollout.s + day, [], { profile: rollout.profile.identifier }),
    ],
  }
}
