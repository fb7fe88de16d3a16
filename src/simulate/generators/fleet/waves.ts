// What happens to the whole fleet at once, or to a traveller: it looks like attacks and is none.
import type { Micros } from '../../../model/index.ts'
import { openRandom } from '../../random.ts'
import type { FleetOptions, Truth } from '../../world.ts'
import type { App, Catalogue } from './catalogue.ts'
import { between, dayLength, hashOf, hour, iso } from './draw.ts'
import type { Away } from './leases.ts'
import { addressOf, hostName, siteName, word } from './names.ts'
import { builds } from './people.ts'
import type { AddressBook } from './wire.ts'

export type Waves = {
  /** A popular app whose new version crashes until it is fixed. */
  readonly bad: { readonly app: App; readonly released: Micros; readonly fixed: Micros } | null
  readonly osUpdate: { readonly from: number; readonly to: number; readonly released: Micros } | null
  /** Most devices are led through another gateway for some hours. */
  readonly vpn: { readonly from: Micros; readonly to: Micros; readonly gateway: string } | null
  /** Third parties that get new names and addresses, by their place in the catalogue. */
  readonly cdn: { readonly at: Micros; readonly moved: ReadonlyMap<string, string> } | null
  readonly profile: { readonly at: Micros; readonly identifier: string; readonly host: string } | null
}

/** Fleets of less than this many days have none of them: there is no before and after. */
const leastDays = 3

export function makeWaves(options: FleetOptions, catalogue: Catalogue): Waves {
  const random = openRandom(options.seed, 'waves')
  const { days, start, rates } = options
  if (days < leastDays) return { bad: null, osUpdate: null, vpn: null, cdn: null, profile: null }
  const on = (low: number, high: number, hours: number): Micros =>
    start + (Math.floor(between(random, low * days, high * days)) + hours / 24) * dayLength
  const released = on(0.3, 0.75, between(random, 6, 14))
  const from = on(0.3, 0.85, between(random, 8, 16))
  const at = on(0.3, 0.8, between(random, 0, 24))
  const moved = new Map<string, string>()
  const edge = `edge.${siteName(random)}`
  for (let i = 0; i < 9; i++) {
    const host = catalogue.thirdParties[random.whole(0, 40)]!
    moved.set(host, `${word(random, 2)}.${edge}`)
  }
  return {
    bad:
      rates.crashes > 0
        ? {
            app: catalogue.apps[random.whole(2, 12)]!,
            released,
            fixed: released + between(random, 1.2, 2.5) * dayLength,
          }
        : null,
    osUpdate: { from: 2, to: 3, released: on(0.25, 0.7, 17) },
    vpn: { from, to: from + between(random, 5, 28) * hour, gateway: `vpn2.${catalogue.domain}` },
    cdn: { at, moved },
    profile: {
      at: on(0.35, 0.85, between(random, 7, 12)),
      identifier: `com.${catalogue.company}.filter`,
      host: hostName(random).replace(/^(www|m|shop)\./, 'filter.'),
    },
  }
}

/** Six of ten devices are led around. */
export const isRerouted = (waves: Waves, index: number): boolean =>
  waves.vpn !== null && hashOf(`${waves.vpn.gateway}/${waves.vpn.from}/${index}`) % 10 < 6

/** Journeys: a tenth of the devices is abroad for two to five days. */
export function tripOf(options: FleetOptions, index: number): Away | null {
  const random = openRandom(options.seed, `trip/${index}`)
  if (options.days < leastDays || !random.chance(0.1)) return null
  const from = options.start + between(random, 0.1, 0.85) * options.days * dayLength
  return { from, to: from + between(random, 2, 5) * dayLength, pool: 72 }
}

export function awaysOf(options: FleetOptions, waves: Waves, index: number): Away[] {
  const trip = tripOf(options, index)
  const { vpn } = waves
  return [
    ...(trip === null ? [] : [trip]),
    ...(vpn !== null && isRerouted(waves, index) ? [{ from: vpn.from, to: vpn.to, pool: 64 as const }] : []),
  ]
}

/** Addresses as they are before and after the CDN moved. */
export const bookOf =
  (waves: Waves): AddressBook =>
  (host, ts) =>
    addressOf(host, waves.cdn !== null && ts >= waves.cdn.at && host.includes('cdn') ? 1 : 0)

/** The name under which a third party is reached. */
export const movedName = (waves: Waves, host: string, ts: Micros): string =>
  waves.cdn !== null && ts >= waves.cdn.at ? (waves.cdn.moved.get(host) ?? host) : host

export function wavesTruth(waves: Waves, end: Micros): Truth[] {
  const one = (scenario: string, from: Micros, to: Micros, hosts: readonly string[], notes: Truth['notes']): Truth => ({
    id: `confounder-${scenario}`,
    kind: 'confounder',
    scenario,
    device: '',
    start: iso(from),
    end: iso(Math.min(to, end - 1)),
    effect: null,
    hosts,
    notes,
  })
  const { bad, osUpdate, vpn, cdn, profile } = waves
  return [
    ...(bad === null
      ? []
      : [one('app_crash_wave', bad.released, bad.fixed + 3 * dayLength, [], { app: bad.app.bundle })]),
    ...(osUpdate === null
      ? []
      : [
          one('os_update', osUpdate.released, osUpdate.released + 4 * dayLength, ['updates.cdn-apple.com'], {
            version: builds[osUpdate.to]!.version,
          }),
        ]),
    ...(vpn === null ? [] : [one('vpn_reroute', vpn.from, vpn.to, [vpn.gateway], {})]),
    ...(cdn === null ? [] : [one('cdn_move', cdn.at, end, [...new Set(cdn.moved.values())], {})]),
    ...(profile === null
      ? []
      : [one('mdm_profile', profile.at, profile.at + dayLength, [profile.host], { profile: profile.identifier })]),
  ]
}
