// The JSON body of a crash or user fault (bug types 309, 308, 385; iOS 15 and later).
import { type AppleTime, appleTime, baseName, brief, hex, platformOf, systemOf } from './apple.ts'
import { details, type Facts, type Piece } from './facts.ts'
import { counterOf, type Image } from './images.ts'
import { array, type JsonObject, object, text, whole } from './json.ts'
import { faultAddress, kindOfEnd } from './termination.ts'

const framesKept = 12
/** Details that stand under their own key, where the report has them. */
const plainKeys = [
  'codeSigningMonitor',
  'codeSigningTrustLevel',
  'codeSigningValidationCategory',
  'codeSigningID',
  'codeSigningTeamID',
  'codeSigningFlags',
  'developerMode',
  'lowPowerMode',
  'faultingThread',
  'isCorpse',
  'isLightWeightCorpse',
  'isNonFatal',
  'wasUnlockedSinceBoot',
  'bootSessionUUID',
  'basebandVersion',
  'coalitionName',
  'responsibleProc',
  'procRole',
  'procLaunch',
  'pid',
  'parentPid',
  'uptime',
  'ktriageinfo',
] as const

/** Columns of a JSON crash. `complete`: the body is whole, so that its list of images is. */
export function crashOfJson(body: JsonObject, complete: boolean): Piece {
  const system = object(body.osVersion)
  const os = systemOf(`${text(system.train)} (${text(system.build)})`)
  const bundle = object(body.bundleInfo)
  const exception = object(body.exception)
  const termination = object(body.termination)
  const type = text(exception.type)
  const subtype = text(exception.subtype)
  const codes = text(exception.codes)
  const code = whole(termination.code)
  const faulting = faultingThread(body)
  const state = object(faulting.threadState)
  const register = (name: string) => whole(object(state[name]).value)
  const images = imagesOf(body)
  const frames = array(faulting.frames).map(object)
  // A light-weight corpse (user faults of iOS 26) has no registers: all are 0, and the first frame tells the place.
  const pc = truth(body.isLightWeightCorpse) && register('pc') === 0n ? addressOf(frames[0], body) : register('pc')
  const counter = counterOf(pc, images, complete, hex)
  const kind = kindOfEnd(type, subtype, codes, code)
  const facts: Facts = {
    ...(kind === '' ? {} : { kind }),
    crash_reporter_key: text(body.crashReporterKey),
    hardware: text(body.modelCode),
    os_version: os.version,
    os_build: os.build,
    platform: platformOf(os.name, text(body.modelCode), ''),
    app: text(bundle.CFBundleIdentifier),
    app_version: text(bundle.CFBundleShortVersionString),
    process: text(body.procName),
    process_path: text(body.procPath),
    parent: text(body.parentProc),
    incident_id: text(body.incident),
    bug_type: text(body.bug_type),
    exception_type: type,
    exception_subtype: subtype,
    exception_codes: codes,
    signal: text(exception.signal),
    termination_namespace: text(termination.namespace),
    termination_code: hex(code),
    termination_reason: reasonOf(termination),
    fault_address: hex(faultAddress(type, subtype, codes)),
    ...counter,
    locked: yesNo(body.isLocked),
    category: type === 'EXC_RESOURCE' ? subtype : '',
    detail: details({
      ...Object.fromEntries(plainKeys.map((key) => [key, text(body[key])])),
      queue: text(faulting.queue),
      thread: text(faulting.name),
      far: hex(register('far')),
      esr: `${hex(register('esr'))} ${text(object(state.esr).description)}`,
      lr: hex(register('lr')),
      frames: framesOf(frames, body),
      lastExceptionBacktrace: framesOf(array(body.lastExceptionBacktrace).map(object), body),
      message: text(exception.message),
      byProc: text(termination.byProc),
      exceptionReason: text(object(body.exceptionReason).composed_message),
      vmRegionInfo: text(body.vmRegionInfo ?? body.vmregioninfo),
      asi: linesOf(body.asi),
      reportNotes: array(body.reportNotes).slice(0, 10).map(text).join('\n'),
    }),
  }
  return { facts, times: [text(body.captureTime)] }
}

/** yes | no from 1, true, 0, false; '' from all else. */
export function yesNo(value: unknown): string {
  if (value === 1 || value === true || value === '1' || value === 'true') return 'yes'
  return value === 0 || value === false || value === '0' || value === 'false' ? 'no' : ''
}

const truth = (value: unknown) => yesNo(value) === 'yes'

function faultingThread(body: JsonObject): JsonObject {
  const threads = array(body.threads)
  const index = body.faultingThread
  return object(typeof index === 'number' ? threads[index] : threads.find((t) => truth(object(t).triggered)))
}

/**
 * Images that have a range. The shared cache counts as one: reports list only those of its images that some frame is in,
 * and a counter inside the cache is not outside every image.
 */
function imagesOf(body: JsonObject): readonly Image[] {
  const listed = array(body.usedImages).map((image) => ranged(object(image), nameOf(object(image))))
  const cache = ranged(object(body.sharedCache), 'dyld_shared_cache')
  return [...listed, cache].filter((image) => image !== null)
}

function ranged(image: JsonObject, name: string): Image | null {
  const start = whole(image.base)
  const size = whole(image.size)
  return start === null || size === null || size <= 0n ? null : { name, start, end: start + size }
}

/** iOS 26 names neither path nor name of the shared cache: `source` is S there. */
function nameOf(image: JsonObject): string {
  const named = text(image.name) || baseName(text(image.path))
  return named || (image.source === 'S' ? 'dyld_shared_cache' : text(image.uuid))
}

function addressOf(frame: JsonObject | undefined, body: JsonObject): bigint | null {
  if (frame === undefined) return null
  const base = whole(imageOf(frame, body).base)
  const offset = whole(frame.imageOffset)
  return base === null || offset === null ? null : base + offset
}

const imageOf = (frame: JsonObject, body: JsonObject) =>
  object(array(body.usedImages)[Number(text(frame.imageIndex) || -1)])

/** `libfoo.dylib bar + 12` a line; addresses outside every image as they are. */
function framesOf(frames: readonly JsonObject[], body: JsonObject): string {
  const line = (frame: JsonObject) => {
    const image = imageOf(frame, body)
    const size = whole(image.size)
    const place = size === null || size <= 0n ? hex(addressOf(frame, body) ?? whole(frame.imageOffset)) : nameOf(image)
    const symbol = text(frame.symbol)
    const offset = text(symbol === '' ? frame.imageOffset : frame.symbolLocation)
    return brief(`${place} ${symbol}${offset === '' ? '' : ` + ${offset}`}`.replace(/ {2,}/g, ' ').trim(), 100)
  }
  return brief(frames.slice(0, framesKept).map(line).join('\n'), 1000)
}

function reasonOf(termination: JsonObject): string {
  const reasons = array(termination.reasons).length > 0 ? termination.reasons : termination.details
  return brief([text(termination.indicator), linesOf(reasons)].filter((part) => part !== '').join('; '), 1000)
}

/** Application-specific information comes as lists of lines under the names of libraries, as a list, or as text. */
function linesOf(value: unknown): string {
  const lists = Array.isArray(value) ? [value] : Object.values(object(value))
  const lines = lists.slice(0, 20).flatMap((list) => array(list).slice(0, 20).map(text))
  return text(value) || lines.filter((line) => line !== '').join('\n')
}

/** Reads the best of the written times: the first that has an offset, else the first that can be read at all. */
export function bestTime(written: readonly string[]): AppleTime | null {
  const times = written.map(appleTime).filter((time) => time !== null)
  return times.find((time) => time.zone) ?? times[0] ?? null
}
