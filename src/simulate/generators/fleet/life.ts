// One device while its events are made: who has it, its days, what is to happen to it.
import type { Micros } from '../../../model/index.ts'
import { openRandom, type Random } from '../../random.ts'
import type { FleetOptions, InstalledApp, Profile } from '../../world.ts'
import type { App, Catalogue } from './catalogue.ts'
import { dayLength, hashOf, hour, minute } from './draw.ts'
import type { Away } from './leases.ts'
import { builds, type Day, type Person } from './people.ts'
import type { Waves } from './waves.ts'
import type { Wire } from './wire.ts'

/** What management would see of a device, apart from its system and apps. */
export type Security = {
  readonly passcode: boolean
  readonly lockdown: boolean
  readonly profiles: readonly Profile[]
  readonly certificates: readonly string[]
}
type Change = {
  readonly ts: Micros
  /** µs after `ts` at which the device tells by itself; null: only when it is asked. */
  readonly told: number | null
  apply(before: Security): Security
}

export type Fleet = {
  readonly options: FleetOptions
  readonly catalogue: Catalogue
  readonly waves: Waves
  readonly end: Micros
}

export type Life = {
  readonly fleet: Fleet
  readonly person: Person
  readonly days: readonly Day[]
  readonly wire: Wire
  /** A stream for each mechanism, so that one does not disturb another. */
  stream(label: string): Random
  readonly aways: readonly Away[]
  /** Stretches without benign crashes or changes, around decoys that are to stand alone. */
  readonly quiet: { readonly from: Micros; readonly to: Micros }[]
  readonly changes: Change[]
}

export const openLife = (
  fleet: Fleet,
  person: Person,
  days: readonly Day[],
  wire: Wire,
  aways: readonly Away[],
): Life => ({
  fleet,
  person,
  days,
  wire,
  stream: (label) => openRandom(fleet.options.seed, `${label}/${person.index}`),
  aways,
  quiet: [],
  changes: [],
})

export const isQuiet = (life: Life, ts: Micros): boolean => life.quiet.some(({ from, to }) => from <= ts && ts <= to)

const dayAt = (life: Life, ts: Micros): Day | undefined =>
  life.days[Math.max(0, Math.floor((ts - life.fleet.options.start) / dayLength))]

export function isAwake(life: Life, ts: Micros): boolean {
  const day = dayAt(life, ts)
  if (day === undefined) return false
  if (ts >= day.wake) return ts < day.sleep
  const before = life.days[day.number - 1]
  return before !== undefined && ts < before.sleep
}

export function isLocked(life: Life, ts: Micros): boolean {
  const day = dayAt(life, ts)
  const now = (d: Day | undefined): boolean => d?.sessions.some(({ from, to }) => from <= ts && ts < to) ?? false
  return !now(day) && !(day !== undefined && now(life.days[day.number - 1]))
}

/** The first session that begins after `ts`; without one, `ts` alone for some minutes. */
export function sessionAfter(life: Life, ts: Micros): { readonly from: Micros; readonly to: Micros } {
  for (const day of life.days) {
    if (day.sleep < ts) continue
    const found = day.sessions.find(({ from }) => from >= ts)
    if (found !== undefined) return found
  }
  return { from: ts, to: ts + 5 * minute }
}

/** Apps that are there at a time, in the order in which they are liked. */
export const appsAt = (life: Life, ts: Micros): readonly App[] =>
  life.person.apps.filter(({ since }) => since <= ts).map(({ app }) => app)

/** When this device takes an update that was released at `released`: at night, within three days. */
export const updatedAt = (life: Life, what: string, released: Micros): Micros =>
  released + (hashOf(`${what}/${life.person.device.serial}`) / 2 ** 32) ** 2 * 3 * dayLength

/** Makers release every 9 to 20 days, each with a rhythm of its own. */
function releasesBefore(app: App, start: Micros, ts: Micros): number {
  const h = hashOf(app.bundle)
  const every = (9 + (h % 12)) * dayLength
  return Math.max(0, Math.floor((ts - start + ((h >>> 8) % 20) * dayLength) / every))
}

/** Version that this device has of an app. */
export function versionAt(life: Life, app: App, ts: Micros): string {
  const { options, waves } = life.fleet
  if (app.firstParty) return builds[buildAt(life, ts)]!.version
  const lag = (hashOf(`${app.bundle}/lag/${life.person.device.serial}`) % 48) * hour
  const minor = releasesBefore(app, options.start, ts - lag)
  const { bad } = waves
  const patch =
    bad !== null && app.bundle === bad.app.bundle
      ? ts >= updatedAt(life, bad.app.bundle, bad.fixed)
        ? '.2'
        : ts >= updatedAt(life, bad.app.bundle, bad.released)
          ? '.1'
          : ''
      : ''
  return `${app.major}.${minor}${patch}`
}

/** Place in `builds` at a time. */
export function buildAt(life: Life, ts: Micros): number {
  const { osUpdate } = life.fleet.waves
  const { build } = life.person
  return osUpdate !== null && build === osUpdate.from && ts >= osAt(life) ? osUpdate.to : build
}

/** When this device installs the update of the system; at night. */
export function osAt(life: Life): Micros {
  const { osUpdate } = life.fleet.waves
  if (osUpdate === null || life.person.build !== osUpdate.from) return Number.POSITIVE_INFINITY
  const wanted = updatedAt(life, 'os', osUpdate.released)
  const night = life.days.find(({ dark, wake }) => dark.length > 0 && wake > wanted)
  return night?.dark[Math.floor(night.dark.length / 2)] ?? Number.POSITIVE_INFINITY
}

/** `iPhone OS 18.6.2 (22G100)` */
export function osText(life: Life, ts: Micros): string {
  const { version, build } = builds[buildAt(life, ts)]!
  return `iPhone OS ${version} (${build})`
}

export const installedApps = (life: Life, ts: Micros): InstalledApp[] =>
  appsAt(life, ts)
    .filter(({ firstParty }) => !firstParty)
    .map((app) => ({
      identifier: app.bundle,
      name: app.name,
      version: versionAt(life, app, ts),
      managed: app.managed,
    }))
