// Devices and the habits of those who carry them. Made one at a time, each from its own stream of random numbers.
import type { Micros } from '../../../model/index.ts'
import { openRandom, type Random, zipfOf } from '../../random.ts'
import type { Device, FleetOptions } from '../../world.ts'
import { type App, type Catalogue, makeApp, popularSites } from './catalogue.ts'
import { between, dayLength, hour, logNormal, shuffled, weighted } from './draw.ts'
import { type Away, firstAddress } from './leases.ts'
import { hostName } from './names.ts'
import { makeService, type Service } from './services.ts'

/** An app and since when it is there; −Infinity: before the simulated time. */
type Installed = { readonly app: App; readonly since: Micros; readonly private: boolean }

export type Person = {
  readonly index: number
  readonly device: Device
  /** In the order in which they are liked. */
  readonly apps: readonly Installed[]
  readonly favourites: readonly string[]
  /** Hours after midnight UTC. */
  readonly wakes: number
  readonly sleeps: number
  /** Times a day that the device is taken up. */
  readonly pickups: number
  /** 1 is ordinary. */
  readonly activity: number
  readonly admin: boolean
  /** iCloud Private Relay hides what Safari asks for. */
  readonly relay: boolean
  readonly supervised: boolean
  readonly passcode: boolean
  readonly lockdown: boolean
  /** Place in `builds` at the beginning. */
  readonly build: number
  /** Uses an app that asks its maker about hashes by DNS, as virus scanners do. */
  readonly hashLookups: boolean
  /** A profile sends its questions to a resolver over HTTPS: the sensor sees none. */
  readonly doh: boolean
  /** A phone that others reach the internet through. */
  readonly tethers: boolean
  readonly service: Service | null
}

/** Releases of iOS; Apple, “Apple security releases” (support article 100100) and its build numbers. */
export const builds = [
  { version: '17.7.10', build: '21H450' },
  { version: '18.5', build: '22F76' },
  { version: '18.6.1', build: '22G90' },
  { version: '18.6.2', build: '22G100' },
  { version: '26.0.1', build: '23A355' },
] as const

const groups: readonly (readonly [string, number])[] = [
  ['sales', 30],
  ['field', 25],
  ['engineering', 18],
  ['support', 12],
  ['finance', 8],
  ['board', 3],
  ['it', 4],
]
const models: readonly (readonly [string, number])[] = [
  ['iPhone13,2', 12],
  ['iPhone14,5', 18],
  ['iPhone14,7', 14],
  ['iPhone15,2', 16],
  ['iPhone15,4', 12],
  ['iPhone16,1', 10],
  ['iPhone17,3', 6],
  ['iPhone18,1', 4],
  ['iPad13,18', 5],
  ['iPad14,3', 3],
]
const chips: Readonly<Record<string, string>> = {
  iPhone13: '8101',
  iPhone14: '8110',
  iPhone15: '8120',
  iPhone16: '8130',
  iPhone17: '8140',
  iPhone18: '8150',
  iPad13: '8103',
  iPad14: '8112',
}
const given =
  'anna ben carla david elif femi greta hugo ines jonas kate liam mara nils olga paul rosa sven tara uli'.split(' ')
const family =
  'abel baker costa diaz evans fischer gruber hall ito jensen kovac lang meyer novak okoye peters ruiz stein'.split(' ')

/** `sales-iphone-014`, with everything that identifies it. */
export function makeDevice(seed: number, index: number): Device {
  const random = openRandom(seed, `device/${index}`)
  const group = weighted(random, groups)
  const model = weighted(random, models)
  const kind = model.startsWith('iPad') ? 'ipad' : 'iphone'
  return {
    name: `${group}-${kind}-${String(index + 1).padStart(3, '0')}`,
    user: `${random.pick(given)}.${random.pick(family)}${index + 1}`,
    group,
    address: firstAddress(seed, index),
    mac: `${random.pick(['02', '06', '0a', '0e', '3c', '7a'])}:${Array.from({ length: 5 }, () => random.hex(2)).join(':')}`,
    serial: `F${random.hex(9)}`.toUpperCase(),
    udid: `0000${chips[model.split(',')[0]!] ?? '8110'}-${random.hex(16).toUpperCase()}`,
    crashReporterKey: random.hex(40),
    model,
    privacyReport: random.chance(0.35),
  }
}

/** Apps are chosen by Zipf’s law: the popular ones are on many devices, most are on few. */
function chooseApps(random: Random, catalogue: Catalogue, options: FleetOptions): Installed[] {
  const popular = zipfOf(catalogue.apps.length, 0.7)
  const before = new Set<number>()
  const wanted = random.whole(18, 40)
  while (before.size < wanted) before.add(popular(random))
  const later = new Map<number, Micros>()
  for (let i = random.poisson(0.06 * options.days); i > 0; i--) {
    const rank = popular(random)
    if (!before.has(rank)) later.set(rank, options.start + random.next() * options.days * dayLength)
  }
  const always = (app: App): Installed => ({ app, since: Number.NEGATIVE_INFINITY, private: false })
  const liked = [...catalogue.apple, ...Array.from(before, (rank) => catalogue.apps[rank]!)].map(always)
  return [
    ...liked,
    ...catalogue.managed.filter(() => random.chance(0.8)).map(always),
    ...Array.from(later, ([rank, since]) => ({ app: catalogue.apps[rank]!, since, private: false })),
    ...privateApps(random, catalogue, options),
  ]
}

/** Apps that nobody else has: of a club, a car, a child’s school. Some come in the midst of it. */
function privateApps(random: Random, catalogue: Catalogue, options: FleetOptions): Installed[] {
  return Array.from({ length: random.poisson(0.25) }, () => {
    const app = makeApp(random, random.pick(['tool', 'chat', 'feed', 'game']), catalogue.sdks)
    const since = random.chance(0.5)
      ? Number.NEGATIVE_INFINITY
      : options.start + between(random, 1, Math.max(1.5, options.days - 1)) * dayLength
    return { app, since, private: true }
  })
}

export function makePerson(options: FleetOptions, catalogue: Catalogue, index: number): Person {
  const { seed } = options
  const device = makeDevice(seed, index)
  const random = openRandom(seed, `person/${index}`)
  const wakes = 5.8 + 0.9 * random.normal()
  const service = makeService(options, catalogue, index)
  return {
    index,
    device,
    apps: shuffled(random, [
      ...chooseApps(random, catalogue, options),
      ...(service?.app ? [{ app: service.app, since: service.since, private: true }] : []),
    ]),
    favourites: Array.from({ length: random.whole(10, 40) }, () =>
      // a quarter of what people return to is theirs alone
      random.chance(0.25) ? hostName(random) : catalogue.site(Math.min(popularSites - 1, catalogue.drawSite(random))),
    ),
    wakes,
    sleeps: wakes + 16.3 + 0.8 * random.normal(),
    pickups: logNormal(random, 24, 0.35),
    activity: logNormal(random, 1, 0.22),
    // the first device of every forty at the least, or small fleets would have nobody who scans
    admin: index % 40 === 7 || (device.group === 'it' && random.chance(0.5)),
    relay: random.chance(0.06),
    supervised: random.chance(0.8),
    passcode: random.chance(0.985),
    lockdown: random.chance(0.02),
    build: weighted(random, [
      [0, 6],
      [1, 10],
      [2, 60],
      [3, 14],
      [4, 10],
    ]),
    hashLookups: random.chance(0.1),
    doh: random.chance(0.08),
    tethers: random.chance(0.12),
    service,
  }
}

/** One day of a device. Times in µs since 1970. */
export type Day = {
  readonly number: number
  readonly start: Micros
  readonly wake: Micros
  /** May be after midnight. */
  readonly sleep: Micros
  readonly weekend: boolean
  readonly sessions: readonly { readonly from: Micros; readonly to: Micros }[]
  /** Moments before `wake` at which the radio of the sleeping device is on. */
  readonly dark: readonly Micros[]
}

/** Most is done in the morning, at noon and in the evening. Fractions of the time awake. */
const peaks: readonly (readonly [readonly [number, number], number])[] = [
  [[0.08, 0.06], 3],
  [[0.38, 0.08], 3],
  [[0.85, 0.08], 5],
]

export function makeDays(options: FleetOptions, person: Person, aways: readonly Away[]): Day[] {
  const random = openRandom(options.seed, `days/${person.index}`)
  const days: Day[] = []
  // hours by which the sun is late where this person goes
  const zone = between(random, -7, 8)
  let slept = options.start - hour
  for (let number = 0; number < options.days; number++) {
    const start = options.start + number * dayLength
    const weekday = new Date(start / 1000).getUTCDay()
    const weekend = weekday === 0 || weekday === 6
    const abroad = aways.some(({ from, to, pool }) => pool === 72 && from < start + dayLength / 2 && start < to)
    const late = (weekend ? 1.3 : 0) + (abroad ? zone : 0)
    const wake = Math.max(slept + hour, start + (person.wakes + late + 0.4 * random.normal()) * hour)
    const sleep = Math.max(wake + 9 * hour, start + (person.sleeps + late * 0.8 + 0.5 * random.normal()) * hour)
    const sessions = Array.from({ length: random.poisson(person.pickups * logNormal(random, 1, 0.2)) }, () => {
      let at = random.next()
      if (random.chance(0.6)) {
        const [middle, width] = weighted(random, peaks)
        at = Math.min(0.999, Math.max(0, middle + width * random.normal()))
      }
      const from = wake + at * (sleep - wake)
      return { from, to: from + Math.min(1.5 * hour, logNormal(random, 150e6, 1.1)) }
    }).sort((a, b) => a.from - b.from)
    const dark: Micros[] = []
    for (let t = slept; t < wake; t += random.exponential() * 40 * 60e6) if (t > slept) dark.push(t)
    days.push({ number, start, wake, sleep, weekend, sessions, dark })
    slept = sleep
  }
  return days
}
