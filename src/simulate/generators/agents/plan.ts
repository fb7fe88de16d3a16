// What is true of the whole fleet: its company with servers, systems and releases, things that happen to everybody, and
// which devices are attacked or only look like it.
import type { Micros } from '../../../model/index.ts'
import { openRandom, type Random } from '../../random.ts'
import type { Contact, FleetOptions, Profile, Truth } from '../../world.ts'
import { type Hoster, hosterOf, type Move } from './addresses.ts'
import { type App, catalogue, movedName, smallApp } from './catalogue.ts'
import { day, hash32, hour, iso, minute } from './clock.ts'
import { domainOf, plainWord, tenantOf } from './words.ts'

export type Server = {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly service: Contact['service']
  readonly role: 'files' | 'web' | 'git' | 'directory' | 'printer' | 'screen' | 'machine'
}

export type Build = { readonly version: string; readonly build: string }
export const osName = (b: Build): string => `iPhone OS ${b.version} (${b.build})`

/** Releases in order; https://support.apple.com/100100 gives versions, builds as in Apple's update manifests. */
export const builds: readonly Build[] = [
  { version: '18.5', build: '22F76' },
  { version: '18.6', build: '22G86' },
  { version: '18.6.2', build: '22G100' },
  { version: '18.7.1', build: '22H31' },
  { version: '26.0.1', build: '23A355' },
  { version: '26.1', build: '23B85' },
  { version: '26.2', build: '23C55' },
]

export type Scenario = 'zero_click' | 'drive_by' | 'slow_channel' | 'lateral' | 'dns_tunnel'
export type Decoy = 'network_alone' | 'crash_alone' | 'wrong_order' | 'outside_window'

export type Campaign = {
  readonly id: string
  readonly scenario: Scenario | Decoy
  /** About when it begins; the agents settle the moment. */
  readonly about: Micros
  readonly ordinary: boolean
  readonly hidden: boolean
}

export type Plan = {
  readonly options: FleetOptions
  readonly end: Micros
  readonly org: string
  readonly offset: Micros
  readonly servers: readonly Server[]
  readonly inside: ReadonlyMap<string, string>
  readonly small: readonly App[]
  /** Private apps that a few devices get on a day. */
  readonly inhouse: readonly { readonly app: App; readonly at: Micros; readonly devices: ReadonlySet<number> }[]
  readonly base: readonly Profile[]
  readonly wave: { readonly app: App; readonly at: Micros; readonly fixed: Micros; readonly newHost: string } | null
  readonly update: { readonly at: Micros; readonly to: Build } | null
  readonly reroute: { readonly at: Micros; readonly until: Micros } | null
  readonly move: Move | null
  readonly profile: { readonly at: Micros; readonly profile: Profile } | null
  readonly travellers: ReadonlySet<number>
  readonly campaigns: ReadonlyMap<number, Campaign>
  readonly truth: readonly Truth[]
}

function shuffled(random: Random, n: number): number[] {
  const list = Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = random.whole(0, i)
    const kept = list[i]!
    list[i] = list[j]!
    list[j] = kept
  }
  return list
}

function planServers(random: Random, org: string): Server[] {
  const servers: Server[] = []
  const add = (
    label: string,
    net: string,
    last: number,
    port: number,
    service: Server['service'],
    role: Server['role'],
  ) => servers.push({ name: `${label}.${org}`, address: `${net}.${last}`, port, service, role })
  for (let i = 1; i <= 6; i++) add(`files${i}`, '10.10.4', 10 + i, 445, 'smb', 'files')
  for (const [i, label] of 'intranet wiki mdm travel hr tickets erp lunch'.split(' ').entries())
    add(label, '10.10.8', 20 + i, 443, 'ssl', 'web')
  add('git', '10.10.9', 5, 443, 'ssl', 'git')
  add('packages', '10.10.9', 6, 443, 'ssl', 'git')
  for (let i = 1; i <= 2; i++) {
    add(`dc${i}`, '10.10.1', 10 + i, 88, 'krb', 'directory')
    add(`ldap${i}`, '10.10.1', 20 + i, 389, 'ldap', 'directory')
  }
  for (let i = 1; i <= 18; i++) add(`print-${i}`, '10.30.2', 20 + i, 631, 'ipp', 'printer')
  for (let i = 1; i <= 24; i++) add(`room-${i}`, '10.30.6', 10 + i, random.pick([7000, 8009]), '', 'screen')
  for (let i = 1; i <= 60; i++) {
    const [port, service] = random.pick([
      [22, 'ssh'],
      [3389, 'rdp'],
      [443, 'ssl'],
      [8443, 'ssl'],
      [5432, ''],
    ] as const)
    add(`srv${String(i).padStart(3, '0')}`, `10.10.${16 + (i % 5)}`, 4 + i, port, service, 'machine')
  }
  return servers
}

/** About when attacks begin: nine of ten after the quiet first week and not in the last two days. */
function when(random: Random, o: FleetOptions): Micros {
  const last = Math.max(o.days - 2, o.days * 0.8)
  const from = Math.min(7, o.days * 0.5)
  const early = random.chance(0.1) && o.days > 9
  const days = early ? 1 + 5 * random.next() : from + (last - from) * random.next()
  return o.start + days * day
}

function planCampaigns(random: Random, o: FleetOptions): Map<number, Campaign> {
  const free = shuffled(random, o.devices)
  const taken = new Map<number, Campaign>()
  const scenarios = ['zero_click', 'drive_by', 'slow_channel', 'lateral', 'dns_tunnel'] as const
  const count = Math.round(o.rates.attacked * o.devices)
  let order: number[] = []
  for (let n = 0; n < count; n++) {
    if (order.length === 0) order = shuffled(random, scenarios.length)
    const scenario = scenarios[order.pop()!]!
    const ordinary = random.chance(o.rates.ordinary)
    const hidden = random.chance(o.rates.hidden)
    taken.set(free.pop()!, { id: `agents-attack-${n + 1}`, scenario, about: when(random, o), ordinary, hidden })
  }
  for (const scenario of ['network_alone', 'crash_alone', 'wrong_order', 'outside_window'] as const) {
    for (let n = 0; n < Math.round(o.rates.decoys * o.devices) && free.length > 0; n++) {
      const hidden = random.chance(o.rates.hidden)
      const about = when(random, o)
      taken.set(free.pop()!, { id: `agents-${scenario}-${n + 1}`, scenario, about, ordinary: false, hidden })
    }
  }
  return taken
}

export function makePlan(options: FleetOptions): Plan {
  const o = options
  const random = openRandom(o.seed, 'agents/plan')
  const org = `${plainWord(random)}-group.com`
  const offset = random.pick([1, 2, 0]) * hour
  const servers = planServers(random, org)
  const truth: Truth[] = []
  const end = o.start + o.days * day
  const someDay = (): Micros =>
    o.start + Math.floor((0.15 + 0.75 * random.next()) * o.days) * day + random.whole(6, 15) * hour
  const tell = (scenario: string, from: Micros, to: Micros, hosts: string[], notes: Truth['notes'] = {}): void => {
    const last = iso(Math.min(to, end))
    truth.push({
      id: `agents-${scenario}`,
      kind: 'confounder',
      scenario,
      device: '',
      start: iso(from),
      end: last,
      effect: null,
      hosts,
      notes,
    })
  }
  const payloads = (name: string, list: string[]): Profile => ({
    identifier: `com.${org.split('.')[0]}.${name.toLowerCase().replace(/ /g, '-')}`,
    uuid: random.uuid(),
    name,
    organization: org,
    managed: true,
    payloads: list,
  })
  const base = [
    payloads('Management', ['com.apple.mdm', 'com.apple.security.scep', 'com.apple.security.root']),
    payloads('Office WiFi', ['com.apple.wifi.managed', 'com.apple.security.pem']),
    payloads('Tunnel', ['com.apple.vpn.managed']),
    payloads('Passcode and restrictions', ['com.apple.mobiledevice.passwordpolicy', 'com.apple.applicationaccess']),
  ]

  const at = someDay()
  const waved = random.pick(catalogue.filter((app) => !app.firstParty && app.liked >= 0.3 && app.kind !== 'web'))
  const wave = random.chance(0.85)
    ? {
        app: waved,
        at,
        fixed: at + random.whole(24, 60) * hour,
        newHost: `${random.pick(['events2', 'rtc-edge', 'ingest-eu'])}.${waved.api[0]!.split('.').slice(-2).join('.')}`,
      }
    : null
  if (wave) tell('app_update_crashes', wave.at, wave.fixed + day, [wave.newHost], { app: wave.app.bundle })
  const update = random.chance(0.85) ? { at: someDay(), to: builds.at(-1)! } : null
  if (update)
    tell('os_update', update.at, update.at + 3 * day, ['updates.cdn-apple.com', 'gs.apple.com'], {
      version: update.to.version,
    })
  const rerouteAt = someDay()
  const reroute = random.chance(0.85) ? { at: rerouteAt, until: rerouteAt + random.whole(3, 60) * hour } : null
  if (reroute) tell('vpn_reroute', reroute.at, reroute.until, [])
  const [from, to] = random.pick([
    ['fastly', 'cloudfront'],
    ['akamai', 'fastly'],
    ['cloudfront', 'akamai'],
    ['gcp', 'aws'],
  ] as const) as readonly [Hoster, Hoster]
  const move = random.chance(0.85) ? { at: someDay(), from, to } : null
  if (move) {
    const moved = catalogue.filter((app) => !app.firstParty && app.media.some((host) => hosterOf(host) === move.from))
    tell(
      'cdn_move',
      move.at,
      end,
      moved.map((app) => movedName(app, move)),
      { from, to },
    )
  }
  const profile = random.chance(0.85)
    ? {
        at: someDay(),
        profile: payloads('Web filter', [
          'com.apple.webcontent-filter',
          'com.apple.security.root',
          'com.apple.dnsSettings.managed',
        ]),
      }
    : null
  if (profile) tell('mdm_profile', profile.at, profile.at + 2 * day, [], { identifier: profile.profile.identifier })

  const inhouse = Array.from({ length: Math.max(1, Math.round(o.devices / 40)) }, (_, n) => {
    const name = `${random.pick(['Field', 'Expense', 'Stock', 'Visit', 'Audit', 'Safety'])}${random.pick(['Kit', 'Desk', 'Pro', 'Mate'])}`
    const cloud = random.chance(0.5)
    const host = cloud
      ? tenantOf(5_000_000 + random.whole(0, 1e6))
      : `${name.toLowerCase()}.${domainOf(9_000_000 + random.whole(0, 1e6))}`
    const app: App = {
      bundle: `com.${org.split('.')[0]}.${name.toLowerCase()}${n}`,
      name,
      process: name,
      kind: 'work',
      firstParty: false,
      liked: 0,
      api: [host],
      media: [tenantOf(6_000_000 + random.whole(0, 1e6))],
      sdk: ['o4504.ingest.sentry.io'],
      refresh: 6,
      push: 2,
      version: `0.${random.whole(1, 9)}.0`,
    }
    const size = Math.max(1, random.poisson(o.devices * 0.03))
    return {
      app,
      at: o.start + random.next() * o.days * 0.9 * day,
      devices: new Set(shuffled(random, o.devices).slice(0, size)),
    }
  })

  return {
    options,
    end,
    org,
    offset,
    servers,
    base,
    wave,
    update,
    reroute,
    move,
    profile,
    inhouse,
    truth,
    inside: new Map(servers.map((server) => [server.name, server.address])),
    small: Array.from({ length: 600 }, (_, n) => smallApp((hash32(`${o.seed}`) % 100_000) + n)),
    travellers: new Set(shuffled(random, o.devices).filter(() => o.days >= 6 && random.chance(0.06))),
    campaigns: planCampaigns(openRandom(o.seed, 'agents/campaigns'), o),
  }
}

/** When this device takes over something that is rolled out from `at` on. */
export const rollout = (random: Random, at: Micros, hours: number): Micros =>
  at + Math.min(hours * 3, 0.3 + random.exponential() * hours * 0.5) * hour + random.whole(0, 59) * minute
