// JSON bodies about the whole device: jetsam (298), panic (210), forced reset (151), stackshot (288, 188).
import { brief, platformOf, systemOf } from './apple.ts'
import { details, type Facts, type Piece } from './facts.ts'
import { array, type JsonObject, object, text, whole } from './json.ts'

/** What jetsam, panic and stackshot bodies have in common. */
function deviceOf(body: JsonObject): Facts {
  const os = systemOf(text(body.build))
  return {
    crash_reporter_key: text(body.crashReporterKey),
    hardware: text(body.product),
    os_version: os.version,
    os_build: os.build,
    platform: platformOf(os.name, text(body.product), ''),
    incident_id: text(body.incident),
    bug_type: text(body.bug_type),
  }
}

const memoryKeys = ['free', 'active', 'inactive', 'wired', 'anonymous', 'fileBacked', 'purgeable'] as const

function memoryOf(status: JsonObject): Record<string, string> {
  const pageSize = whole(status.pageSize)
  const pages = object(status.memoryPages)
  const bytes = memoryKeys.map((key) => [`memoryPages.${key}`, inBytes(pages[key], pageSize)] as const)
  return {
    pageSize: text(status.pageSize),
    compressorSize: text(status.compressorSize),
    ...Object.fromEntries(bytes),
  }
}

/** A number of pages in bytes; '' where either is missing. */
function inBytes(pages: unknown, pageSize: bigint | null): string {
  const count = whole(pages)
  return count === null || pageSize === null ? '' : `${count * pageSize} bytes`
}

export type Killed = { readonly facts: Facts; readonly key: string }

/** More processes than a device can run: the rest of a made-up report is counted, not stored. */
export const maxKilled = 1000

/**
 * A jetsam report and the processes it says were killed: those with a `reason`. All others only were there.
 * `killed` is empty in reports that name no victim; `largestProcess` is then a detail, not an accusation.
 */
export function jetsamOf(body: JsonObject): Piece & { readonly killed: readonly Killed[]; readonly left: number } {
  const status = object(body.memoryStatus)
  const pageSize = whole(status.pageSize)
  const victims = array(body.processes)
    .map(object)
    .filter((process) => text(process.reason) !== '')
  const facts: Facts = {
    ...deviceOf(body),
    kind: 'jetsam',
    detail: details({
      ...memoryOf(status),
      largestProcess: text(body.largestProcess),
      processes: String(array(body.processes).length),
      timeDelta: text(body.timeDelta),
    }),
  }
  const killed = victims.slice(0, maxKilled).map((process) => ({
    key: `${text(process.name)}:${text(process.pid)}`,
    facts: {
      process: text(process.name),
      category: text(process.reason),
      detail: details({
        pid: text(process.pid),
        states: array(process.states).slice(0, 20).map(text).join(' '),
        rpages: inBytes(process.rpages, pageSize),
        lifetimeMax: inBytes(process.lifetimeMax, pageSize),
        uuid: text(process.uuid),
        fds: text(process.fds),
        cpuTime: text(process.cpuTime),
        age: text(process.age),
        coalition: text(process.coalition),
        killDelta: text(process.killDelta),
        genCount: text(process.genCount),
        // Apple's key ends with a colon (iOS 16 and later).
        freeze_skip_reason: text(process['freeze_skip_reason:'] ?? process.freeze_skip_reason),
      }),
    },
  }))
  return { facts, times: [text(body.date)], killed, left: victims.length - killed.length }
}

const panicked = /Panicked task 0x[0-9a-f]{1,16}: [^\n]{0,200}?pid (\d{1,10}): ([^\n]{1,200})/i
const calendar = /Calendar\s{0,8}: 0x([0-9a-f]{1,16}) 0x([0-9a-f]{1,8})/i
const registerState = /\b(pc|far|esr|lr):? +(0x[0-9a-f]{1,16})/g

/**
 * A panic, or a reset that the user forced (its text stands in `string`). `epoch` is the moment of the panic by the
 * device's own clock, in seconds since 1970; null where the text has none. `date` is when the report was written,
 * after the device had started again.
 */
export function panicOf(body: JsonObject): Piece & { readonly epoch: number | null } {
  const panic = text(body.panicString) || text(body.string)
  const task = panicked.exec(panic)
  const clock = calendar.exec(panic)
  const state: Record<string, string> = {}
  for (const [, name, value] of panic.slice(0, 20_000).matchAll(registerState)) state[name!] ??= value!
  // Without a register dump the only `lr:` are those of the backtrace.
  if (state.pc === undefined) delete state.lr
  const seconds = clock === null ? 0 : Number.parseInt(clock[1]!, 16) + Number.parseInt(clock[2]!, 16) / 1e6
  const facts: Facts = {
    ...deviceOf(body),
    process: task?.[2]?.trim() ?? '',
    pc: state.pc ?? '',
    fault_address: state.far ?? '',
    detail: details({
      panicString: brief(firstLine(panic), 500),
      'Panicked task': task === null ? '' : brief(task[0], 200),
      pid: task?.[1] ?? '',
      esr: state.esr ?? '',
      lr: state.lr ?? '',
      panicFlags: text(body.panicFlags),
      otherString: firstLine(text(body.otherString).trim()),
      kernel: text(body.kernel),
      socId: text(body.socId),
      date: text(body.date),
      ...memoryOf(object(body.memoryStatus)),
    }),
  }
  return { facts, times: [text(body.date)], epoch: seconds > 0 ? seconds : null }
}

/** A stackshot: why it was taken, and who was in front. */
export function stackshotOf(body: JsonObject): Piece {
  const processes = object(body.processByPid)
  const front = array(body.frontmostPids).slice(0, 20).map(text)
  const facts: Facts = {
    ...deviceOf(body),
    category: text(body.reason).slice(0, 200),
    detail: details({
      reason: text(body.reason),
      exception: text(body.exception) || text(object(body.exception).type),
      frontmostPids: front.join(' '),
      frontmost: front
        .map((pid) => text(object(processes[pid]).procname))
        .filter(Boolean)
        .join(' '),
      processes: String(Object.keys(processes).length),
      kernel: text(body.kernel),
      ...memoryOf(object(body.memoryStatus)),
    }),
  }
  return { facts, times: [text(body.captureTime), text(body.date)] }
}

const firstLine = (value: string) => value.slice(0, value.indexOf('\n') < 0 ? undefined : value.indexOf('\n'))
