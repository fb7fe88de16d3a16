// Crashes and restarts that have no cause but bugs. Their classes are those of exploits: a class alone proves nothing.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import type { CrashClass, Restart } from '../../world.ts'
import type { App } from './catalogue.ts'
import { between, dayLength, hour, logUniform, minute, weighted } from './draw.ts'
import { appsAt, isLocked, isQuiet, type Life, osAt, osText, sessionAfter, updatedAt, versionAt } from './life.ts'

const benignClasses: readonly (readonly [CrashClass, number])[] = [
  ['abort', 55],
  ['null', 33],
  ['wild', 6],
  ['protection', 3],
  ['pac', 1.5],
  ['outside', 1.5],
]

/** Daemons and services of iOS that leave reports on ordinary phones, those that parse foreign input among them. */
export const daemons: readonly (readonly [string, number])[] = [
  ['com.apple.WebKit.WebContent', 22],
  ['com.apple.WebKit.Networking', 4],
  ['com.apple.WebKit.GPU', 4],
  ['mediaserverd', 5],
  ['imagent', 3],
  ['IMTransferAgent', 2],
  ['MessagesBlastDoorService', 2],
  ['IMTranscoderAgent', 1],
  ['identityservicesd', 3],
  ['backboardd', 3],
  ['SpringBoard', 6],
  ['assistantd', 5],
  ['bluetoothd', 5],
  ['locationd', 4],
  ['nsurlsessiond', 4],
  ['sharingd', 4],
  ['homed', 3],
  ['passd', 2],
  ['photoanalysisd', 6],
  ['searchd', 5],
  ['healthd', 3],
  ['dasd', 2],
  ['mDNSResponder', 2],
  ['wifid', 3],
  ['rapportd', 3],
]

/** Memory tagging, iPhone 17 (models iPhone18,x) and later. */
export const hasTagging = (life: Life): boolean => life.person.device.model.startsWith('iPhone18,')

/** A class of the benign mix; where memory is tagged, some wild accesses are caught as tag faults. */
function benignClass(life: Life, random: Random): CrashClass {
  const kind = weighted(random, benignClasses)
  return kind === 'wild' && hasTagging(life) && random.chance(0.4) ? 'mte' : kind
}

export function addDaemonCrash(life: Life, ts: Micros, process: string, kind: CrashClass): void {
  life.wire.add({
    kind: 'crash',
    ts: Math.floor(ts),
    device: life.person.index,
    process,
    app: '',
    appVersion: '',
    firstParty: true,
    class: kind,
    os: osText(life, ts),
    locked: isLocked(life, ts),
  })
}

export function addAppCrash(life: Life, ts: Micros, app: App, kind: CrashClass): void {
  life.wire.add({
    kind: 'crash',
    ts: Math.floor(ts),
    device: life.person.index,
    process: app.process,
    app: app.bundle,
    appVersion: versionAt(life, app, ts),
    firstParty: app.firstParty,
    class: kind,
    os: osText(life, ts),
    locked: isLocked(life, ts),
  })
}

export function addRestart(life: Life, kind: Restart['kind'], ts: Micros, process: string, text = ''): void {
  life.wire.add({ kind, ts: Math.floor(ts), device: life.person.index, os: osText(life, ts), process, text })
}

export const panicText = (random: Random): string =>
  random.pick([
    'panic(cpu 2 caller 0xfffffff01a2b3c4d): "userspace watchdog timeout: no successful checkins from SpringBoard"',
    'panic(cpu 0 caller 0xfffffff02b3c4d5e): "AppleSocHot: hot hot hot" @AppleARMPMU.cpp',
    'panic(cpu 4 caller 0xfffffff01c2d3e4f): Kernel data abort. at pc 0xfffffff009a1b2c3',
  ])

/** Rates below were chosen for the default rate of crashes and follow it. */
const defaultCrashes = 0.6
/** Share of the benign crashes that come at any time; the others are of new private apps and of updates. */
const steady = 0.72

export function benignCrashes(life: Life, random: Random): void {
  const { options, end } = life.fleet
  const weeks = options.days / 7
  const anyTime = (): Micros => between(random, options.start, end)
  const inUse = (): Micros => sessionAfter(life, anyTime()).from + random.exponential() * minute
  const free = (ts: Micros): boolean => !isQuiet(life, ts)
  for (let i = random.poisson(options.rates.crashes * steady * weeks); i > 0; i--) {
    const kind = benignClass(life, random)
    if (random.chance(0.5)) {
      const process = weighted(random, daemons)
      // pages crash when somebody looks at them
      const ts = process.startsWith('com.apple.WebKit') ? inUse() : anyTime()
      if (free(ts)) addDaemonCrash(life, ts, process, kind)
    } else {
      const ts = random.chance(0.75) ? inUse() : anyTime()
      if (free(ts)) addAppCrash(life, ts, random.pick(appsAt(life, ts)), kind)
    }
  }
  const factor = options.rates.crashes / defaultCrashes
  newApps(life, factor, random)
  badVersion(life, factor, random)
  afterUpdate(life, factor, random)
}

/** After an update daemons crash on their new data, and apps are late to start. */
function afterUpdate(life: Life, factor: number, random: Random): void {
  const at = osAt(life)
  if (at >= life.fleet.end) return
  const moment = (): Micros => at + 10 * minute + random.next() * dayLength
  for (let i = random.poisson(0.2 * factor); i > 0; i--)
    addDaemonCrash(life, moment(), weighted(random, daemons), benignClass(life, random))
  for (let i = random.poisson(0.05 * factor); i > 0; i--) {
    const { from } = sessionAfter(life, moment())
    addAppCrash(life, from + 20e6, random.pick(appsAt(life, from)), 'watchdog')
  }
}

/** A new app that nobody else has crashes in its first days, in four of ten cases. */
function newApps(life: Life, factor: number, random: Random): void {
  for (const { app, since, private: own } of life.person.apps) {
    if (!own || since < life.fleet.options.start || !random.chance(Math.min(1, 0.4 * factor))) continue
    for (let i = random.whole(1, 4); i > 0; i--) {
      const ts =
        sessionAfter(life, since + logUniform(random, 3 * minute, 60 * hour)).from + random.exponential() * minute
      if (!isQuiet(life, ts)) addAppCrash(life, ts, app, benignClass(life, random))
    }
  }
}

/** The popular app whose new version crashes: on three of ten devices that have it, until they have the next one. */
function badVersion(life: Life, factor: number, random: Random): void {
  const { bad } = life.fleet.waves
  if (bad === null || !random.chance(Math.min(1, 0.3 * factor))) return
  if (!appsAt(life, bad.released).some(({ bundle }) => bundle === bad.app.bundle)) return
  const from = updatedAt(life, bad.app.bundle, bad.released)
  const to = updatedAt(life, bad.app.bundle, bad.fixed)
  for (let t = from; t < to; t += random.exponential() * 26 * hour) {
    const ts = sessionAfter(life, t).from + random.exponential() * minute
    if (ts < to && !isQuiet(life, ts)) addAppCrash(life, ts, bad.app, random.chance(0.9) ? 'null' : 'abort')
  }
}

/** Reports that are no crashes, each at its rate a device-week. */
export function benignRestarts(life: Life, random: Random): void {
  const { options, end } = life.fleet
  const expected = (options.days / 7) * (options.rates.crashes / defaultCrashes)
  const add = (kind: Restart['kind'], rate: number, process: (ts: Micros) => string): void => {
    for (let i = random.poisson(rate * expected); i > 0; i--) {
      const ts = between(random, options.start, end)
      if (!isQuiet(life, ts)) addRestart(life, kind, ts, process(ts), kind === 'panic' ? panicText(random) : '')
    }
  }
  const some = (ts: Micros): string =>
    random.chance(0.35) ? weighted(random, daemons) : random.pick(appsAt(life, ts)).process
  add('jetsam', 0.4, some)
  add('cpu', 0.1, some)
  add('disk_writes', 0.07, some)
  add('panic', 0.015, () => '')
  add('force_reset', 0.03, () => '')
}
