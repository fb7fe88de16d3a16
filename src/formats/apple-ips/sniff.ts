// Is it one of Apple's reports? Decided by structure; the name only helps where the structure is damaged.
import type { Sniff } from '../../model/index.ts'
import { decode } from './decode.ts'
import { type JsonObject, object, readJson } from './json.ts'

const reportName = /\.(?:ips|crash|panic)(?:\.|$)/i
/** Lines that open Apple's text reports. */
const textField =
  /^[ \t]{0,40}(Incident Identifier|CrashReporter Key|Beta Identifier|Hardware Model|Process|Path|Identifier|Code Type|Parent Process|Date\/Time|OS Version|Report Version|Exception Type|Exception Codes|Triggered by Thread|Crashed Thread|Highlighted Thread|Command|Event|Reset count|Boot failure count)[ \t]*:/
/** One of these is in every text report, and in no other log. */
const telling = ['Incident Identifier', 'CrashReporter Key', 'Exception Type', 'Report Version']
const maxLines = 2000

/** `yes`: a report's header, body or text fields. `maybe`: named like one, and one of its keys is left. Pure; never throws. */
export function sniffReport(bytes: Buffer, name: string): Sniff {
  const head = decode(bytes.subarray(0, 64 * 1024)).text.trimStart()
  if (head === '') return 'no'
  if (!head.startsWith('{')) return looksLikeText(head) ? 'yes' : 'no'
  const lineEnd = head.indexOf('\n')
  const line = lineEnd < 0 ? head : head.slice(0, lineEnd)
  const first = readJson(line)
  if (first.stop === '' && line.slice(first.end).trim() === '') {
    const value = object(first.value)
    return isHeader(value) || isBody((key) => Object.hasOwn(value, key)) ? 'yes' : 'no'
  }
  // Printed over many lines, cut off by the end of the head, or damaged: look for the keys.
  const has = (key: string) => head.includes(`"${key}"`)
  const header =
    /"bug_type"\s{0,4}:\s{0,4}"?\d{1,4}\b/.test(head) && (has('os_version') || has('incident_id') || has('timestamp'))
  if (header || isBody(has)) return 'yes'
  const some = has('bug_type') || has('incident_id') || has('crashReporterKey') || looksLikeText(head)
  return reportName.test(name) && some ? 'maybe' : 'no'
}

/** Every header since iOS 8 has `bug_type` and the system; other logs have neither. */
function isHeader(value: JsonObject): boolean {
  return (
    /^\d{1,4}$/.test(String(value.bug_type)) && ['os_version', 'incident_id', 'timestamp'].some((key) => key in value)
  )
}

/** A body without its header. Crash reporters of third parties (KSCrash, PLCrashReporter's JSON, MetricKit) use other names. */
function isBody(has: (key: string) => boolean): boolean {
  const about = has('crashReporterKey') || has('incident')
  return (
    about && ['usedImages', 'panicString', 'largestProcess', 'memoryStatus', 'processByPid', 'captureTime'].some(has)
  )
}

function looksLikeText(head: string): boolean {
  const seen = new Set<string>()
  let at = 0
  for (let i = 0; i < maxLines && at < head.length; i++) {
    const end = head.indexOf('\n', at)
    const name = textField.exec(head.slice(at, end < 0 ? undefined : Math.min(end, at + 80)))?.[1]
    if (name !== undefined) seen.add(name)
    if (end < 0) break
    at = end + 1
  }
  return seen.size >= 3 && telling.some((name) => seen.has(name))
}
