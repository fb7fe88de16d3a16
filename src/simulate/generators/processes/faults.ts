// Crashes and resets of healthy devices, and how a crash is told.
import type { Random } from '../../random.ts'
import type { CrashClass, Restart } from '../../world.ts'
import { daemons, safari } from './catalog.ts'
import { cumulate, drawIndex } from './points.ts'
import { isCalm, type Scene } from './scene.ts'

const classes: readonly CrashClass[] = ['abort', 'null', 'wild', 'protection', 'pac', 'outside']
const benign = cumulate([55, 33, 6, 3, 1.5, 1.5])
// what corrupted memory ends in when the exploit fails
const exploited = cumulate([0, 0, 42, 24, 20, 14])

/** Why a healthy process crashes. With memory tagging (A19) half of the wild accesses are caught earlier. */
export function drawClass(random: Random, tagging: boolean): CrashClass {
  const drawn = classes[drawIndex(random, benign)]!
  return tagging && drawn === 'wild' && random.chance(0.5) ? 'mte' : drawn
}

export function drawExploited(random: Random, tagging: boolean): CrashClass {
  const drawn = classes[drawIndex(random, exploited)]!
  return tagging && drawn === 'wild' && random.chance(0.5) ? 'mte' : drawn
}

export function drawOrdinary(random: Random): CrashClass {
  return random.chance(0.62) ? 'abort' : 'null'
}

const webProcesses = new Set(['com.apple.WebKit.WebContent', 'com.apple.WebKit.Networking', 'com.apple.WebKit.GPU'])

/** False when it falls outside of the fleet. */
export function addCrash(
  scene: Scene,
  random: Random,
  s: number,
  process: string,
  kind: CrashClass,
  app = '',
  appVersion = '',
): boolean {
  if (s < 0 || s >= scene.end) return false
  scene.events.push({
    kind: 'crash',
    ts: scene.time(s),
    device: scene.persona.index,
    process,
    app: app || (webProcesses.has(process) ? process : ''),
    appVersion,
    firstParty: app === '' || app.startsWith('com.apple.'),
    class: kind,
    os: scene.osAt(s),
    locked: random.chance([0.95, 0.7, 0.1][scene.activity.state(s)]!),
  })
  return true
}

export function addRestart(scene: Scene, s: number, kind: Restart['kind'], process: string, text: string): boolean {
  if (s < 0 || s >= scene.end) return false
  scene.events.push({ kind, ts: scene.time(s), device: scene.persona.index, os: scene.osAt(s), process, text })
  return true
}

const panics = [
  'panic(cpu 1 caller 0xfffffff02a3c1f48): userspace watchdog timeout: no successful checkins from com.apple.SpringBoard in 180 seconds',
  'panic(cpu 0 caller 0xfffffff01e5b0c90): SMC PANIC - ASSERTION FAILED',
  'panic(cpu 3 caller 0xfffffff0214a8b1c): Kernel data abort. at pc 0xfffffff021c8d3a4, lr 0xfffffff021c8d390',
  'panic(cpu 5 caller 0xfffffff01d7f7720): DCP PANIC - ASSERT!',
]

export function panicText(random: Random): string {
  return random.pick(panics)
}

/** Points of a shot-noise process: crashes come alone or in short series of the same process. */
export function addFaults(scene: Scene): void {
  const random = scene.random('faults')
  const { activity, end, happenings, persona } = scene
  const { crashes } = scene.options.rates
  const weeks = end / (7 * 86_400)
  const calm = (s: number): boolean => isCalm(scene, s)
  const moment = (): number => (random.chance(0.75) ? activity.at(random.next() * activity.total) : random.next() * end)
  // a series adds a sixth: the mean stays as asked for
  for (let n = random.poisson((crashes * weeks * 5) / 6); n > 0; n--) {
    let s = moment()
    const daemon = random.chance(0.5)
    const app = persona.apps[drawIndex(random, persona.taste)]!
    const inSafari = !daemon && random.chance(0.15)
    const process = daemon ? random.pick(daemons) : inSafari ? 'MobileSafari' : app.process
    const bundle = daemon ? '' : inSafari ? safari : app.bundle
    const kind = drawClass(random, persona.tagging)
    do {
      if (calm(s)) addCrash(scene, random, s, process, kind, bundle, daemon ? '' : versionOf(bundle))
      s += 40 + 600 * random.exponential()
    } while (random.chance(1 / 6))
  }
  // what is killed and restarted for other reasons grows with how troubled the fleet is
  const trouble = Math.min(2, crashes / 0.6)
  const others: readonly (readonly [Restart['kind'] | 'watchdog', number])[] = [
    ['jetsam', 1.3],
    ['cpu', 0.3],
    ['disk_writes', 0.12],
    ['panic', 0.012],
    ['force_reset', 0.008],
    ['watchdog', 0.04],
  ]
  for (const [kind, aWeek] of others) {
    for (let n = random.poisson(aWeek * weeks * trouble); n > 0; n--) {
      const s = moment()
      if (!calm(s)) continue
      const app = persona.apps[drawIndex(random, persona.taste)]!
      const process = random.chance(0.1)
        ? random.pick(daemons)
        : random.chance(0.3)
          ? 'com.apple.WebKit.WebContent'
          : app.process
      if (kind === 'watchdog') addCrash(scene, random, s, app.process, 'watchdog', app.bundle, versionOf(app.bundle))
      else if (kind === 'panic') addRestart(scene, s, kind, '', panicText(random))
      else addRestart(scene, s, kind, kind === 'force_reset' ? '' : process, '')
    }
  }
  // the fleet’s waves: after an update of an app, and after a new system
  const { wave } = happenings
  if (crashes > 0 && persona.apps.some((app) => app.bundle === wave.app.bundle)) {
    for (let n = random.poisson(0.7 * trouble); n > 0; n--) {
      const s = wave.s + 86_400 * random.exponential()
      if (calm(s))
        addCrash(scene, random, s, wave.app.process, drawClass(random, persona.tagging), wave.app.bundle, wave.version)
    }
  }
  const updated = happenings.updatedAt(persona)
  for (let n = Number.isFinite(updated) ? random.poisson(0.35 * trouble) : 0; n > 0; n--) {
    const s = updated + 50_000 * random.exponential()
    if (calm(s)) addCrash(scene, random, s, random.pick(daemons), drawClass(random, persona.tagging))
  }
}

/** Version of an app before any update of the fleet. */
export function versionOf(bundle: string): string {
  return `${1 + (bundle.length % 23)}.${(bundle.charCodeAt(bundle.length - 1) * 7) % 19}.${bundle.charCodeAt(4) % 7}`
}
