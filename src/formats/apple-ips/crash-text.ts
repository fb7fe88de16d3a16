// The text body of a crash or resource report (bug types 109, 185, 202 …; crash files of iOS 14 and earlier, and exports).
import { brief, hex, kindOfResource, platformOf, systemOf } from './apple.ts'
import { details, type Facts, type Piece } from './facts.ts'
import { counterOf, type Image } from './images.ts'
import { whole } from './json.ts'
import { faultAddress, kindOfEnd } from './termination.ts'

const framesKept = 12
const maxImages = 20_000
/** A report of a hundred threads has some ten thousand lines. */
const maxLines = 1_000_000
/** Only so much of a line is looked at. Mangled Swift symbols reach a few thousand characters; what counts stands before them. */
const maxLine = 2000

const field = /^\s{0,40}([A-Z][A-Za-z /-]{1,40}?):\s*(.*)$/
const threadHead = /^\s{0,40}Thread (\d{1,6})(?: (Crashed|Attributed|Highlighted))?:/
const lastException = /^\s{0,40}Last Exception Backtrace:/
const threadState = /^\s{0,40}Thread (\d{1,6}) crashed with /
const frameLine = /^\s{0,40}(\d{1,4})\s+(\S.{0,80}?)\s+((?:0x)?[0-9a-f]{1,20})\s+(.{0,300})/i
const imageLine =
  /^\s{0,40}(0x[0-9a-f]{1,16})\s+-\s+(0x[0-9a-f]{1,16})\s+(?:\+\s?)?(\S.{0,200}?)\s+\(?[a-z0-9_]{1,12}\)?\s+</i
const registers = /\b(pc|rip|lr|far|esr):\s*(0x[0-9a-f]{1,16})/gi

type Text = {
  /** First value of each `Name:` line before the threads. */
  readonly fields: ReadonlyMap<string, string>
  readonly frames: readonly string[]
  readonly registers: ReadonlyMap<string, string>
  readonly images: readonly Image[]
  /** Frames of the exception that nobody caught. */
  readonly lastException: readonly string[]
  /** The list of images came, and none of it is broken. */
  readonly imagesComplete: boolean
  /** `EOF` stands at the end (iOS 11 to 16; not iOS 9 and before). */
  readonly ended: boolean
  readonly tooLong: boolean
  /** Thread that crashed, as its own heading says. */
  readonly thread: string
  readonly threadNames: ReadonlyMap<string, string>
}

/** Columns of a text report. */
export function crashOfText(body: string): Piece {
  const report = readText(body)
  const get = (name: string) => report.fields.get(name) ?? ''
  const [type, signal] = splitTail(get('Exception Type'))
  const subtype = get('Exception Subtype')
  const codes = get('Exception Codes')
  const ending = terminationOf(get('Termination Reason'))
  const os = systemOf(get('OS Version'))
  const model = get('Hardware Model') || get('Hardware model') || get('Model')
  const [process, pid] = splitTail(get('Process') || get('Command'))
  const [parent, parentPid] = splitTail(get('Parent Process') || get('Parent'))
  const event = get('Event')
  const thread =
    report.thread || (get('Triggered by Thread') || get('Crashed Thread') || get('Highlighted Thread')).split(' ')[0]!
  const kind = kindOfEnd(type, subtype, codes, ending.code) || kindOfResource(event)
  const pc = whole(report.registers.get('pc') ?? report.registers.get('rip'))
  const facts: Facts = {
    ...(kind === '' ? {} : { kind }),
    crash_reporter_key: unlessMasked(get('CrashReporter Key')),
    udid: get('UDID'),
    hardware: model,
    os_version: os.version,
    os_build: os.build,
    platform: platformOf(os.name, model, ''),
    app: get('Identifier'),
    app_version: versionOf(get('Version'), os.version),
    process,
    process_path: get('Path'),
    parent: parent === 'UNKNOWN' ? '' : parent,
    first_party: { Yes: 'yes', No: 'no' }[get('Is First Party')] ?? '',
    incident_id: get('Incident Identifier'),
    exception_type: type,
    exception_subtype: subtype,
    exception_codes: codes,
    signal,
    termination_namespace: ending.namespace,
    termination_code: hex(ending.code),
    termination_reason: brief(
      [ending.reason, get('Termination Description'), get('Termination Signal')].filter(Boolean).join('; '),
      1000,
    ),
    fault_address: hex(faultAddress(type, subtype, codes)),
    ...counterOf(pc, report.images, report.imagesComplete && report.ended, hex),
    category: type === 'EXC_RESOURCE' ? subtype : event,
    detail: details({
      ...Object.fromEntries(plainFields.map((name) => [name, get(name)])),
      pid: pid || get('PID'),
      parentPid,
      faultingThread: thread,
      queue: report.threadNames.get(thread) ?? '',
      far: report.registers.get('far') ?? '',
      esr: report.registers.get('esr') ?? '',
      lr: report.registers.get('lr') ?? '',
      frames: report.frames.join('\n'),
      lastExceptionBacktrace: report.lastException.join('\n'),
    }),
  }
  const end = get('End time')
  // Crashes end with their images; resource reports need not have any.
  const cut = report.tooLong ? 'size_limit' : !report.imagesComplete && !report.ended && type !== '' ? 'truncated' : ''
  return { facts, times: [get('Date/Time'), get('Date')], ...(end === '' ? {} : { end }), cut }
}

/** Fields that become details under Apple's own name. */
const plainFields = [
  'Beta Identifier',
  'Code Type',
  'Role',
  'Coalition',
  'Launch Time',
  'Release Type',
  'Exception Note',
  'Exception Message',
  'Terminating Process',
  'Thermal Level',
  'VM Region Info',
  'Action taken',
  'CPU',
  'CPU limit',
  'CPU used',
  'Wakeups',
  'Wakeups limit',
  'Writes',
  'Writes limit',
  'Writes caused',
  'Footprint',
  'Memory limit',
  'Limit duration',
  'Duration',
  'Reset count',
  'Boot failure count',
  'Boot faults',
  'Boot stage',
  'Boot app',
] as const

function readText(body: string): Text {
  const fields = new Map<string, string>()
  const frames: string[] = []
  const found = new Map<string, string>()
  const images: Image[] = []
  const threadNames = new Map<string, string>()
  let thread = ''
  let section: 'fields' | 'frames' | 'state' | 'images' | 'none' = 'fields'
  let complete = false
  let ended = false
  let lines = 0
  const lastFrames: string[] = []
  let target = frames
  for (const line of linesOf(body)) {
    if (++lines > maxLines) break
    if (/^\s{0,40}Binary Images/.test(line)) {
      section = 'images'
      continue
    }
    if (section === 'images') {
      const image = imageLine.exec(line)
      if (image !== null && images.length < maxImages) {
        images.push({ name: image[3]!, start: BigInt(image[1]!), end: BigInt(image[2]!) + 1n })
        complete = true
      } else if (/^\s{0,40}0x/.test(line)) complete = false
      if (/^\s{0,40}EOF$/.test(line)) ended = true
      continue
    }
    const heading = threadHead.exec(line)
    if (heading !== null || lastException.test(line)) {
      // `Thread 21:` without a word is the one that crashed where `Triggered by Thread` says so (iOS 8 resource reports).
      const triggered = fields.get('Triggered by Thread') ?? fields.get('Highlighted Thread')
      const crashed = heading !== null && (heading[2] !== undefined || heading[1] === triggered)
      target = heading === null ? lastFrames : frames
      section = (heading === null || crashed) && target.length === 0 ? 'frames' : 'none'
      if (crashed) thread ||= heading[1]!
      continue
    }
    const state = threadState.exec(line)
    if (state !== null) {
      section = found.size === 0 ? 'state' : 'none'
      thread ||= state[1]!
      continue
    }
    if (section === 'frames') {
      const frame = frameLine.exec(line)
      if (frame === null) section = 'none'
      else if (target.length < framesKept) target.push(brief(frameText(frame[2]!, frame[4]!), 100))
      continue
    }
    if (section === 'state') {
      for (const [, name, value] of line.matchAll(registers))
        if (!found.has(name!)) found.set(name!, hex(BigInt(value!)))
      if (line.trim() === '') section = 'none'
      continue
    }
    const named = /^\s{0,40}Thread (\d{1,6}) name:\s*(.*)$/.exec(line)
    if (named !== null) {
      if (threadNames.size < 10_000) threadNames.set(named[1]!, named[2]!.replace(/^.{0,100}Dispatch queue:\s*/, ''))
      section = 'none'
      continue
    }
    const pair = field.exec(line)
    // Fields of resource reports follow the stacks' heading, so they are taken wherever they stand: the first one counts.
    if (pair !== null && fields.size < 500 && !fields.has(pair[1]!)) fields.set(pair[1]!, pair[2]!.trim())
  }
  return {
    fields,
    frames,
    registers: found,
    images,
    imagesComplete: complete,
    ended,
    tooLong: lines > maxLines,
    lastException: lastFrames,
    thread,
    threadNames,
  }
}

/** Symbolicated copies (iOS 8 to 11) write `0x193c9c000 + 0xe0c // mach_msg_trap + 0x8`: the name counts. */
function frameText(image: string, place: string): string {
  const name = place.indexOf('// ')
  return `${image} ${name < 0 ? place : place.slice(name + 3)}`.replace(/\s+/g, ' ').trim()
}

function* linesOf(body: string): Generator<string> {
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\n', at)
    const stop = end < 0 ? body.length : end
    yield body.slice(at, Math.min(stop, at + maxLine)).trimEnd()
    at = stop + 1
  }
}

/** `SpringBoard [58]` → ['SpringBoard', '58']; `EXC_CRASH (SIGABRT)` → ['EXC_CRASH', 'SIGABRT']. */
function splitTail(written: string): [string, string] {
  const tail = /^(.{0,200}?)\s*(?:\[(\d{1,10})\]|\((SIG[A-Z0-9]{1,10})\))\s*$/.exec(written)
  return tail === null ? [written, ''] : [tail[1]!, tail[2] ?? tail[3]!]
}

/** `Version: 1 (1.0)` is build (version) until iOS 14, and version (build) since iOS 15. `???`: none. */
function versionOf(written: string, system: string): string {
  const parts = /^(.{1,80}?) \((.{1,80})\)$/.exec(written)
  const version = parts === null ? written : Number.parseInt(system, 10) >= 15 ? parts[1]! : parts[2]!
  return version.startsWith('???') ? '' : version
}

/** Reports that were made anonymous for publication say CRASHREPORTER_KEY; a key is 40 hex digits. */
const unlessMasked = (key: string) => (/^[0-9a-f-]{8,64}$/i.test(key) ? key.toLowerCase() : '')

type Ending = { readonly namespace: string; readonly code: bigint | null; readonly reason: string }

/** `Namespace SPRINGBOARD, Code 0x8badf00d`, `SIGNAL 5 Trace/BPT trap: 5`, `FRONTBOARD 2343432205`. */
function terminationOf(written: string): Ending {
  const parts = /^(?:Namespace )?([A-Za-z_]{1,40}),? (?:Code )?\[?(0x[0-9a-f]{1,16}|\d{1,20})\]?\s*(.*)$/i.exec(written)
  if (parts === null) return { namespace: '', code: null, reason: written }
  return { namespace: parts[1]!, code: whole(parts[2]), reason: parts[3]! }
}
