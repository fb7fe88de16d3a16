// The devices of a fleet and what is fixed about each of them.
import { openRandom, type Random, zipfOf } from '../../random.ts'
import type { Certificate, Device, FleetOptions, Profile } from '../../world.ts'
import { type App, endpoint, publicApps, sdks } from './catalog.ts'
import { cumulate, drawIndex, logNormal, shuffled } from './points.ts'
import { domain, hostName, label, person, tenant, word } from './words.ts'

export type Build = { readonly version: string; readonly build: string }

/** Builds as Apple released them, oldest first; the last of each line is where an update leads. */
export const builds: readonly Build[] = [
  { version: '18.5', build: '22F76' },
  { version: '18.6', build: '22G86' },
  { version: '18.6.1', build: '22G90' },
  { version: '18.6.2', build: '22G100' },
  { version: '18.7.1', build: '22H31' },
  { version: '26.0', build: '23A341' },
  { version: '26.0.1', build: '23A355' },
  { version: '26.1', build: '23B85' },
]

/** Model, first build index, last build index, weight. iPhone18,x came with iOS 26 and memory tagging (MTE). */
const models: readonly (readonly [string, number, number, number])[] = [
  ['iPhone12,1', 0, 4, 8],
  ['iPhone13,2', 0, 7, 14],
  ['iPhone14,5', 0, 7, 18],
  ['iPhone14,7', 0, 7, 12],
  ['iPhone15,2', 0, 7, 16],
  ['iPhone15,4', 0, 7, 14],
  ['iPhone16,1', 0, 7, 14],
  ['iPhone17,3', 0, 7, 12],
  ['iPhone18,3', 5, 7, 8],
]

export type Persona = {
  readonly index: number
  readonly device: Device
  readonly apps: readonly App[]
  /** Cumulated weights of `apps`: how often each is opened. */
  readonly taste: Float64Array
  readonly build: Build
  /** Where an update leads. */
  readonly newest: Build
  readonly tagging: boolean
  readonly managed: boolean
  /** Reports changes of its state at once (declarative management), not only when asked. */
  readonly prompt: boolean
  readonly supervised: boolean
  readonly lockdown: boolean
  readonly administrator: boolean
  /** Uses the security service that asks questions of DNS about every link. */
  readonly reputation: boolean
  readonly traffic: number
  readonly partition: number
  /** Profile of its owner’s, installed long ago. */
  readonly own: Profile | undefined
}

export type Org = {
  readonly name: string
  /** Suffix of names inside. */
  readonly inside: string
  readonly mdm: string
  /** Hours that local time is ahead of UTC. */
  readonly zone: number
  readonly baseline: readonly Profile[]
  readonly root: Certificate
}

export function certificate(random: Random, commonName: string, identity: boolean): Certificate {
  // SEQUENCE of 0x0300 bytes: looks like a certificate to what only hashes it
  const der = Buffer.from(`30820300${random.hex(1536)}`, 'hex').toString('base64')
  return { commonName, identity, der }
}

export function profile(
  random: Random,
  identifier: string,
  name: string,
  organization: string,
  managed: boolean,
  payloads: readonly string[],
): Profile {
  return { identifier, uuid: random.uuid(), name, organization, managed, payloads }
}

export function openOrg(seed: number): Org {
  const random = openRandom(seed, 'org')
  const name = label(random).replace(/[^a-z]/g, '')
  const baseline = [
    profile(random, `com.${name}.mdm`, 'MDM Profile', name, true, ['com.apple.mdm', 'com.apple.security.scep']),
    profile(random, `com.${name}.wifi`, 'Corporate Wi-Fi', name, true, ['com.apple.wifi.managed']),
    profile(random, `com.${name}.restrictions`, 'Restrictions', name, true, [
      'com.apple.applicationaccess',
      'com.apple.mobiledevice.passwordpolicy',
    ]),
    profile(random, `com.${name}.trust`, 'Trust', name, true, ['com.apple.security.root', 'com.apple.vpn.managed']),
  ]
  const root = certificate(random, `${name} Root CA`, false)
  return { name, inside: `${name}.internal`, mdm: `mdm.${name}.com`, zone: random.whole(-6, 3), baseline, root }
}

/** Apps of the fleet: those that everyone knows, and smaller ones with backends of their own. */
export function openApps(seed: number): App[] {
  const random = openRandom(seed, 'apps')
  const small = Array.from({ length: 140 }, (): App => makeApp(random))
  return [...publicApps, ...small]
}

/** An app nobody has heard of, with one to three backends. */
export function makeApp(random: Random): App {
  const own = domain(random)
  const hosts = [`${random.pick(['api', 'app', 'mobile', 'backend'])}.${own}`]
  if (random.chance(0.5)) hosts.push(random.chance(0.5) ? tenant(random) : `cdn.${own}`)
  if (random.chance(0.2)) hosts.push(hostName(random))
  const process = `${word(random)}${word(random)}`.replace(/^./, (c) => c.toUpperCase())
  return {
    bundle: `com.${label(random).replace(/[^a-z0-9]/g, '')}.${process.toLowerCase()}`,
    name: process,
    process,
    endpoints: hosts.map((host) => endpoint(host, '', logNormal(random, 2000, 0.5), logNormal(random, 9000, 0.9))),
    sdks: shuffled(random, sdks).slice(0, random.whole(0, 4)),
    firstParty: false,
  }
}

const groupNames = ['sales', 'support', 'engineering', 'finance', 'field', 'executive', 'legal', 'warehouse']

/** Address in the network that the sensor watches: 10.20.16.20 and on, 200 a block. */
export function leaseOf(index: number): string {
  const block = 16 + Math.floor(index / 200)
  return `10.${20 + (block >> 8)}.${block & 255}.${20 + (index % 200)}`
}

const spread = zipfOf(publicApps.length + 140, 0.75)

export function openPersona(options: FleetOptions, apps: readonly App[], index: number): Persona {
  const random = openRandom(options.seed, `persona/${index}`)
  const group = groupNames[drawIndex(random, cumulate([22, 14, 18, 8, 16, 4, 4, 14]))]!
  const [model, first, last] = models[drawIndex(random, cumulate(models.map((m) => m[3])))]!
  // most devices lag the newest build by little
  const build = Math.max(first, last - Math.min(4, Math.floor(1.3 * random.exponential())))
  const chosen = new Set<number>()
  for (const wanted = random.whole(22, 40); chosen.size < wanted; ) chosen.add(spread(random))
  const own = shuffled(random, [...chosen])
  const managed = random.chance(0.88)
  const device: Device = {
    name: `${group}-iphone-${String(index + 1).padStart(3, '0')}`,
    user: person(random),
    group,
    address: leaseOf(index),
    // locally administered: private Wi-Fi addresses
    mac: `${random.hex(1)}${random.pick(['2', '6', 'a', 'e'])}${Array.from({ length: 5 }, () => `:${random.hex(2)}`).join('')}`,
    serial: Array.from({ length: 10 }, () => random.pick([...'CDFGHJKLMNPQRTVWXY0123456789'])).join(''),
    udid: `00008${random.pick(['030', '101', '110', '120', '130', '140'])}-${random.hex(16).toUpperCase()}`,
    crashReporterKey: random.hex(40),
    model,
    privacyReport: random.chance(0.4),
  }
  return {
    index,
    device,
    apps: own.map((k) => apps[k]!),
    taste: cumulate(own.map((_, rank) => 1 / (rank + 1) ** 1.05)),
    build: builds[build]!,
    newest: builds[Math.max(build, last)]!,
    tagging: model.startsWith('iPhone18,'),
    managed,
    prompt: random.chance(0.6),
    supervised: managed && random.chance(0.7),
    lockdown: random.chance(0.02),
    administrator: group === 'engineering' && random.chance(0.15),
    reputation: random.chance(0.1),
    traffic: logNormal(random, 0.96, 0.28),
    partition: random.whole(20, 160),
    own: random.chance(0.08) ? ownProfile(random) : undefined,
  }
}

/** A harmless profile that its owner installed. */
export function ownProfile(random: Random): Profile {
  const [name, payload] = random.pick([
    ['eduroam', 'com.apple.wifi.managed'],
    ['DNS filter', 'com.apple.dnsSettings.managed'],
    ['iOS Beta Software Profile', 'com.apple.seedconfig'],
    ['Hotel Wi-Fi', 'com.apple.wifi.managed'],
    ['Family VPN', 'com.apple.vpn.managed'],
    ['Debugging proxy CA', 'com.apple.security.root'],
    ['School calendar', 'com.apple.subscribedcalendar.account'],
  ] as const)
  const maker = label(random)
  return profile(random, `com.${maker.replace(/[^a-z0-9]/g, '')}.${random.hex(4)}`, name, maker, false, [payload])
}
