// Effects: what an attack may leave behind on a device, each with how often the fleet sees the like by chance.
import { groupOf, parsesForeignInput } from './kin.ts'
import type { EffectRow } from './row.ts'
import { atLeast, sortedOf } from './tail.ts'
import { aftermathOf } from './tuning/aftermath.ts'

/** What kind of effect a row is. `''`: none that counts. */
export type EffectClass =
  | 'memory_tag'
  | 'outside_image'
  | 'pointer_authentication'
  | 'protection'
  | 'wild_address'
  | 'guard'
  | 'null_pointer'
  | 'abort'
  | 'watchdog'
  | 'jetsam'
  | 'panic'
  | 'force_reset'
  | 'resource'
  | 'odd_path'
  | 'profile'
  | 'certificate'
  | 'passcode'
  | 'lockdown_mode'
  | 'unenrolled'
  | 'integrity'
  | 'os_downgrade'

/** Page that a null pointer with an offset lies in. */
const nullPage = 0x10000n

const numberOf = (text: string): bigint | null => {
  const found = /0x[0-9a-f]{1,16}/i.exec(text)
  return found ? BigInt(found[0]) : null
}

/** Class of a crash. Weighed, never required: real exploits also end in an ordinary abort, and WebContent's JIT lies outside every image. */
function crashClass(row: EffectRow): EffectClass {
  const said = `${row.exception_type} ${row.exception_subtype} ${row.termination_namespace}`
  if (/MTE|0x106\b/i.test(said)) return 'memory_tag'
  if (/0?x?8badf00d/i.test(row.termination_code)) return 'watchdog'
  if (/EXC_GUARD/.test(said)) return 'guard'
  if (/pointer authentication/i.test(said)) return 'pointer_authentication'
  if (!/EXC_BAD_ACCESS|EXC_BAD_INSTRUCTION|SIGSEGV|SIGBUS/.test(`${said} ${row.signal}`)) return 'abort'
  const at = numberOf(row.exception_subtype) ?? numberOf(row.fault_address)
  if (at !== null && at < nullPage) return 'null_pointer'
  if (row.pc_known === 1 && row.pc_image === '') return 'outside_image'
  if (/PROTECTION_FAILURE/.test(row.exception_subtype)) return 'protection'
  return at === null ? 'abort' : 'wild_address'
}

const oddPath = /^\/private\/var\/(tmp|db|root)\//

const versionOrder = (a: string, b: string): number => {
  const [x, y] = [a.split('.').map(Number), b.split('.').map(Number)]
  for (let i = 0; i < Math.max(x.length, y.length); i++)
    if ((x[i] ?? 0) !== (y[i] ?? 0)) return (x[i] ?? 0) - (y[i] ?? 0)
  return 0
}

const off = /^(no|false|0|disabled|off)$/i

/** null: it says nothing about the security of the device (an OS update, a list that was told again). */
function postureClass(row: EffectRow): EffectClass | null {
  switch (row.category) {
    case 'passcode_present':
      return off.test(row.value) ? 'passcode' : null
    case 'lockdown_mode':
      return off.test(row.value) ? 'lockdown_mode' : null
    case 'mdm_enrolled':
      return off.test(row.value) ? 'unenrolled' : null
    case 'os_version':
      return versionOrder(row.value, row.before) < 0 ? 'os_downgrade' : null
    case 'certificate_list': {
      const old = new Set(row.before.split('\u001f'))
      return row.value.split('\u001f').some((id) => !old.has(id)) ? 'certificate' : null
    }
    case 'system_integrity_protection':
      return off.test(row.value) ? 'integrity' : null
    default:
      return /jailbr|compromis/.test(row.category) && !off.test(row.value) ? 'integrity' : null
  }
}

export function classOf(row: EffectRow): EffectClass | null {
  if (oddPath.test(row.process_path)) return 'odd_path'
  switch (row.kind) {
    case 'crash':
    case 'user_fault':
      return crashClass(row)
    case 'watchdog':
    case 'jetsam':
    case 'panic':
    case 'force_reset':
    case 'profile':
      return row.kind
    case 'cpu':
    case 'wakeups':
    case 'disk_writes':
    case 'memory':
      return 'resource'
    case 'posture':
      return postureClass(row)
    default:
      return null
  }
}

export type Effect = {
  readonly row: EffectRow
  readonly who: string
  /** s */
  readonly at: number
  readonly class: EffectClass
  /** Family of the process, '' for one that takes nothing foreign. */
  readonly group: string
  /** Events of this class by this process, a device-day, pooled where they are few. */
  readonly rate: number
  /** ln of share of attacks over rate: the higher, the more telling. */
  readonly weight: number
  /** Effects at least as rare as this one on other devices, a device-day: (n + ½) / device-days. */
  readonly chance: number
  /** Devices that had the same within a day: a wave after an update is a bug of the app. */
  readonly wave: number
}

const day = 86_400

/** Of an app that somebody installed, or a part of it. */
export const isThirdParty = (row: Pick<EffectRow, 'first_party' | 'app'>): boolean =>
  row.first_party === 'no' || (row.app !== '' && !row.app.startsWith('com.apple.'))

/** Whose rates are pooled: a process that the fleet knows by itself; third-party ones together, or every private app looks miraculous. */
const poolOf = (row: EffectRow): string => (isThirdParty(row) ? 'third-party' : row.process)

/**
 * How an attack shows itself, by class: shares that are judged, not measured, since nobody publishes them (real exploits
 * of 2021–2025 end in memory faults, in aborts after the fact, in a process that is gone without a report). Used only to
 * order effects; how often effects of that order come by chance is measured.
 */
const shareOfAttacks: Readonly<Record<EffectClass, number>> = {
  abort: 0.16,
  null_pointer: 0.08,
  wild_address: 0.12,
  protection: 0.12,
  pointer_authentication: 0.1,
  outside_image: 0.1,
  memory_tag: 0.06,
  guard: 0.04,
  watchdog: 0.03,
  jetsam: 0.03,
  panic: 0.05,
  force_reset: 0.05,
  resource: 0.01,
  odd_path: 0.2,
  profile: 0.08,
  certificate: 0.05,
  passcode: 0.05,
  lockdown_mode: 0.05,
  unenrolled: 0.04,
  integrity: 0.2,
  os_downgrade: 0.02,
}

/** Where an exploit would strike: what parses foreign input, rather than other system processes, rather than one app of many. */
const shareOfProcess = (row: EffectRow, pool: string): number =>
  parsesForeignInput(row.process) ? 1 : pool !== 'third-party' ? 0.4 : isNewApp(row) ? 0.01 : 0.1

/** A new app that crashes, and calls home for the first time, is its own trouble. s */
const newAppTime = 7 * 86_400
export const isNewApp = (row: EffectRow): boolean => row.app_since > 0 && row.at - row.app_since < newAppTime

/** Weight of "class and process go together by chance" against what was counted in the cell. */
const pooling = 2

/**
 * Effects with rates a device-day. The rate of a class in a process is drawn towards what class and process give if they
 * are independent, so that few data do not look miraculous; third-party processes are pooled. Ordered by share of attacks
 * over rate; `chance` counts effects of that order or more on other devices.
 */
export function weighEffects(rows: readonly EffectRow[], deviceDays: number, waveDevices: number): Effect[] {
  type Counted = { row: EffectRow; class: EffectClass; pool: string }
  const counted: Counted[] = rows.flatMap((row) => {
    const found = classOf(row)
    return found === null ? [] : [{ row, class: found, pool: poolOf(row) }]
  })
  const classes = new Map<string, number>()
  const pools = new Map<string, number>()
  const cells = new Map<string, number>()
  const add = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1)
  for (const one of counted) {
    add(classes, one.class)
    add(pools, one.pool)
    add(cells, `${one.class} ${one.pool}`)
  }
  const waves = wavesOf(counted)
  const oftener = aftermathOf(
    rows,
    counted.map(({ row }) => row),
    deviceDays,
  )
  const weighed = counted.map((one) => {
    const cell = cells.get(`${one.class} ${one.pool}`)!
    const independent = (classes.get(one.class)! * pools.get(one.pool)!) / counted.length
    const rate = ((cell - 0.5 + pooling * independent) / (1 + pooling) / deviceDays) * oftener(one.row)
    const wave = waves.get(one.row) ?? 0
    const share = shareOfAttacks[one.class] * shareOfProcess(one.row, one.pool)
    // what many devices have within a day is a bug that came with an update
    const weight = wave >= waveDevices ? -100 : Math.log(share / rate)
    return { ...one, wave, rate, weight }
  })
  const all = sortedOf(weighed.map((one) => one.weight))
  const own = new Map(
    [...Map.groupBy(weighed, (one) => one.row.who)].map(([who, list]) => [
      who,
      sortedOf(list.map((one) => one.weight)),
    ]),
  )
  return weighed.map((one) => ({
    row: one.row,
    who: one.row.who,
    at: one.row.at,
    class: one.class,
    group: groupOf(one.row.process),
    rate: one.rate,
    weight: one.weight,
    wave: one.wave,
    chance: (atLeast(all, one.weight) - atLeast(own.get(one.row.who)!, one.weight) + 0.5) / deviceDays,
  }))
}

/** Other devices that had the same class in the same process (of the same version) within a day before or after. */
function wavesOf(counted: readonly { row: EffectRow; class: EffectClass }[]): Map<EffectRow, number> {
  const waves = new Map<EffectRow, number>()
  const same = Map.groupBy(counted, ({ row, class: c }) => `${c} ${row.kind} ${row.category} ${row.process || row.app}`)
  for (const list of same.values()) {
    const sorted = [...list].sort((a, b) => a.row.at - b.row.at)
    let from = 0
    for (const [index, { row }] of sorted.entries()) {
      while (sorted[from]!.row.at < row.at - day) from++
      const near = new Set<string>()
      for (let i = from; i < sorted.length && sorted[i]!.row.at <= row.at + day; i++)
        if (i !== index) near.add(sorted[i]!.row.who)
      near.delete(row.who)
      waves.set(row, near.size)
    }
  }
  return waves
}
