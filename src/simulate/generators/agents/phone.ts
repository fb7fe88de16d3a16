// One phone with its person: what every part of the simulation reads and adds to.
import type { Micros } from '../../../model/index.ts'
import { openRandom, type Random } from '../../random.ts'
import type { Device, Posture, WorldEvent } from '../../world.ts'
import { type App, catalogue, nextVersion } from './catalogue.ts'
import { day, hash32, hour, minute } from './clock.ts'
import { keepDiary, makePerson, type Person, type Stay, stayAt } from './diary.ts'
import { type Build, builds, osName, type Plan, rollout } from './plan.ts'
import { openWire, type Wire } from './wire.ts'
import { personName } from './words.ts'

export type Owned = {
  readonly app: App
  readonly weight: number
  readonly since: Micros
  readonly releases: readonly { readonly at: Micros; readonly version: string }[]
  /** Next wished refresh in the background. */
  due: Micros
}

/** The screen is on and this app is in front. */
export type Look = { readonly from: Micros; readonly to: Micros; readonly bundle: string }

/** A moment at which something could have crashed. */
export type Chance = {
  readonly ts: Micros
  readonly process: string
  readonly app: App | null
  readonly firstParty: boolean
  readonly weight: number
}

export type State = Omit<Posture, 'kind' | 'ts' | 'device'>
export type Change = { readonly at: Micros; readonly apply: (state: State) => State }

export type Phone = {
  readonly index: number
  readonly device: Device
  readonly plan: Plan
  readonly person: Person
  readonly stays: readonly Stay[]
  readonly wire: Wire
  readonly apps: readonly Owned[]
  readonly managed: boolean
  readonly supervised: boolean
  readonly systems: readonly { readonly at: Micros; readonly build: Build }[]
  readonly events: WorldEvent[]
  /** Ascending moments at which code in the background may run. */
  readonly wakes: Micros[]
  readonly looks: Look[]
  readonly chances: Chance[]
  /** Spans in which nothing crashes by chance, so that a decoy is what its truth says. */
  readonly quiet: (readonly [Micros, Micros])[]
  readonly checkins: Micros[]
  readonly changes: Change[]
  random(label: string): Random
}

const groups = ['sales', 'sales', 'finance', 'engineering', 'engineering', 'legal', 'field', 'field', 'board', 'it']
const models =
  'iPhone14,2 iPhone14,5 iPhone14,7 iPhone15,2 iPhone15,4 iPhone16,1 iPhone16,2 iPhone17,1 iPhone17,3 iPhone18,1 iPhone18,3'.split(
    ' ',
  )

/** Address at home in the office, and through the tunnel: its pool is dealt anew each night at 03:00 UTC. */
export function addressAt(plan: Plan, index: number, ts: Micros, office: boolean): string {
  if (office) return `10.20.${index >>> 7}.${10 + (index & 127)}`
  const size = Math.ceil(plan.options.devices * 1.25) + 3
  const night = Math.floor((ts - 3 * hour) / day)
  const lease = (index + night * 17) % size
  const moved = plan.reroute && ts >= plan.reroute.at && ts < plan.reroute.until
  return `10.${moved ? 97 : 96}.${lease >>> 7}.${10 + (lease & 127)}`
}

const groupOf = (plan: Plan, index: number): string =>
  groups[hash32(`${plan.options.seed}/group/${index}`) % groups.length]!

function personOf(plan: Plan, index: number): Person {
  const random = openRandom(plan.options.seed, `agents/${index}/person`)
  return makePerson(random, groupOf(plan, index), plan.options.days, plan.travellers.has(index), plan.offset)
}

export function makeDevice(plan: Plan, index: number): Device {
  const random = openRandom(plan.options.seed, `agents/${index}/device`)
  const [given, family] = personName(random)
  const group = groupOf(plan, index)
  const person = personOf(plan, index)
  const serial = Array.from({ length: 10 }, () => random.pick([...'CDFGHJKLMNPQRTVWXY0123456789'])).join('')
  return {
    name: `${group}-iphone-${String(index + 1).padStart(3, '0')}`,
    user: `${given}.${family}${index + 1}`,
    group,
    address: addressAt(plan, index, plan.options.start, !person.tunnel),
    mac: ['3c', '22', 'fb', random.hex(2), random.hex(2), random.hex(2)].join(':'),
    serial,
    udid: `${random.pick(['00008110', '00008120', '00008130', '00008140'])}-${random.hex(16).toUpperCase()}`,
    crashReporterKey: random.hex(40),
    model: random.pick(models),
    privacyReport: random.chance(0.35),
  }
}

function releasesOf(random: Random, app: App, plan: Plan): Owned['releases'] {
  const releases = [{ at: 0, version: app.version }]
  let at = plan.options.start + random.next() * 18 * day
  for (let version = app.version; at < plan.end; at += (8 + 14 * random.next()) * day) {
    version = nextVersion(version, random)
    releases.push({ at: Math.round(at), version })
  }
  if (plan.wave?.app.bundle !== app.bundle) return releases
  const taken = rollout(random, plan.wave.at, 12)
  return [
    { at: 0, version: app.version },
    { at: taken, version: `${app.version}.1` },
    { at: Math.max(taken + hour, rollout(random, plan.wave.fixed, 10)), version: `${app.version}.2` },
  ]
}

export function makePhone(plan: Plan, index: number, device: Device): Phone {
  const { options, end } = plan
  const random = (label: string): Random => openRandom(options.seed, `agents/${index}/${label}`)
  const person = personOf(plan, index)
  const own = random('own')
  const stays = keepDiary(random('diary'), person, options.start, options.days)
  const apps: Owned[] = []
  const install = (app: App, weight: number, since: Micros): void => {
    const due = Math.max(since, options.start) + own.next() * 6 * hour
    apps.push({ app, weight, since, releases: releasesOf(random(`app/${app.bundle}`), app, plan), due })
  }
  for (const app of catalogue) if (own.chance(app.liked)) install(app, Math.exp(0.9 * own.normal()), 0)
  const count = own.whole(5, 24)
  const had = new Set<App>()
  for (let n = 0; n < count; n++) {
    // popularity falls with the rank, so that each person has some that nobody else has
    const app = plan.small[Math.floor(plan.small.length * own.next() ** 2)]!
    if (had.has(app)) continue
    had.add(app)
    install(
      app,
      0.35 * Math.exp(own.normal()),
      own.chance(0.15) ? options.start + own.next() * (end - options.start) : 0,
    )
  }
  for (const { app, at, devices } of plan.inhouse)
    if (devices.has(index)) install(app, 1.2, at + own.next() * 20 * hour)

  const systems = [{ at: 0, build: builds[Math.min(builds.length - 2, own.whole(1, 3) + own.whole(0, 3))]! }]
  if (plan.update && own.chance(0.85))
    systems.push({ at: Math.round(rollout(own, plan.update.at, 20)), build: plan.update.to })
  else if (own.chance(0.1))
    systems.push({ at: options.start + own.whole(1, options.days * 20) * hour, build: builds[5]! })
  const events: WorldEvent[] = []
  const jolts = plan.reroute ? [plan.reroute.at, plan.reroute.until] : []
  const around = {
    jolts,
    device: index,
    stays,
    failures: options.rates.failures,
    move: plan.move,
    inside: plan.inside,
    end,
    events,
  }
  const managed = own.chance(0.92)
  return {
    index,
    device,
    plan,
    person,
    stays,
    apps,
    events,
    managed,
    systems,
    random,
    supervised: managed && own.chance(0.7),
    wire: openWire(random('wire'), around),
    wakes: [],
    looks: [],
    chances: [],
    quiet: [],
    checkins: [],
    changes: [],
  }
}

export const buildAt = (phone: Phone, ts: Micros): Build => phone.systems.findLast((x) => x.at <= ts)!.build
export const osAt = (phone: Phone, ts: Micros): string => osName(buildAt(phone, ts))
export const versionAt = (owned: Owned, ts: Micros): string => owned.releases.findLast((x) => x.at <= ts)!.version

function firstAfter<T>(list: readonly T[], ts: Micros, at: (item: T) => Micros): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (at(list[middle]!) < ts) low = middle + 1
    else high = middle
  }
  return low
}

export const lookAt = (phone: Phone, ts: Micros): Look | null => {
  const n = firstAfter(phone.looks, ts, (look) => look.to)
  const look = phone.looks[n]
  return look && look.from <= ts ? look : null
}

export const stayOf = (phone: Phone, ts: Micros): Stay => stayAt(phone.stays, ts)

/** First moment from `ts` on at which code in the background runs: at once while the screen is on. */
export function nextWake(phone: Phone, ts: Micros): Micros {
  if (lookAt(phone, ts)) return ts
  return phone.wakes[firstAfter(phone.wakes, ts, (x) => x)] ?? Number.POSITIVE_INFINITY
}

/** The phone’s addresses from stay to stay, told when they change. */
export function tellAddresses(phone: Phone): void {
  const { plan, index } = phone
  let last = phone.device.address
  const tell = (ts: Micros, office: boolean): void => {
    const address = addressAt(plan, index, ts, office)
    if (address === last || ts >= plan.end) return
    last = address
    phone.events.push({ kind: 'address', ts, device: index, address })
  }
  for (const stay of phone.stays) {
    if (!stay.seen && !phone.person.tunnel) continue
    const office = stay.net === 'office' || !phone.person.tunnel
    tell(stay.from, office)
    if (office) continue
    const changes: Micros[] = []
    for (let t = Math.ceil((stay.from - 3 * hour) / day) * day + 3 * hour; t < stay.to; t += day) changes.push(t)
    for (const t of [plan.reroute?.at, plan.reroute?.until]) if (t && t > stay.from && t < stay.to) changes.push(t)
    for (const t of changes.sort((a, b) => a - b)) tell(t, false)
  }
}

/** Sorts what was gathered out of order. */
export function settle(phone: Phone): void {
  phone.wakes.sort((a, b) => a - b)
  phone.looks.sort((a, b) => a.from - b.from)
  // a look that ends after the next begins would break the search
  for (let i = phone.looks.length - 2; i >= 0; i--) {
    const next = phone.looks[i + 1]!
    const look = phone.looks[i]!
    if (look.to > next.from) phone.looks[i] = { ...look, to: Math.max(look.from, next.from - minute / 60) }
  }
}
