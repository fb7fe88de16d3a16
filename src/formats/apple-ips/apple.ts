// Apple's vocabulary: bug types, operating systems, times, addresses.
import type { Micros } from '../../model/index.ts'

type Kind =
  | 'crash'
  | 'user_fault'
  | 'jetsam'
  | 'panic'
  | 'force_reset'
  | 'stackshot'
  | 'cpu'
  | 'wakeups'
  | 'disk_writes'
  | 'memory'
  | 'reset_counter'
  | 'analytics'
  | 'watchdog'
  | 'other'

export type { Kind as ReportKind }

/** Bug type → kind, where the content does not say more. `other`: a resource report whose text names the resource. */
export const kindOfBugType: Readonly<Record<string, Kind>> = {
  '109': 'crash',
  '309': 'crash',
  '308': 'user_fault',
  '298': 'jetsam',
  '210': 'panic',
  '151': 'force_reset',
  '188': 'stackshot',
  '288': 'stackshot',
  '115': 'reset_counter',
  '211': 'analytics',
  '142': 'wakeups',
  '145': 'disk_writes',
  '202': 'cpu',
  // 185 was seen for CPU (iOS 8.1) and for wakeups (iOS 8.3); 206, 327 and 385 are of the same family.
  '185': 'other',
  '206': 'other',
  '327': 'other',
  '385': 'other',
}

/** Resource of a report, from `Event: cpu usage`, `Exception Subtype: WAKEUPS`, `subtype: "MEMORY"` …; '' when it names none. */
export function kindOfResource(words: string): Kind | '' {
  const resource = words.slice(0, 100).toLowerCase()
  if (/\bcpu\b/.test(resource)) return 'cpu'
  if (/\bwake-?ups?\b/.test(resource)) return 'wakeups'
  if (/\b(?:disk|logical|dirty|io)\b/.test(resource)) return 'disk_writes'
  return /\b(?:memory|footprint|high_?watermark)\b/.test(resource) ? 'memory' : ''
}

/** FrontBoard, SpringBoard and assertiond end a hanging app with this code. */
export const watchdogCode = 0x8badf00dn

/** Mach-O platform number of the header. 7, 8, 9 and 12 are simulators: what they run on is a Mac. */
const platformOfNumber: Readonly<Record<string, string>> = {
  '1': 'macos',
  '2': 'ios',
  '3': 'tvos',
  '4': 'watchos',
  '6': 'macos',
  '7': 'macos',
  '8': 'macos',
  '9': 'macos',
  '11': 'visionos',
  '12': 'macos',
}

const platformOfSystem: readonly (readonly [RegExp, string])[] = [
  [/^(?:iPhone OS|iOS|iPadOS)\b/i, 'ios'],
  [/^(?:mac ?OS|bridgeOS)/i, 'macos'],
  [/^watch ?OS/i, 'watchos'],
  [/^(?:apple )?tv ?OS/i, 'tvos'],
  [/^(?:xrOS|visionOS)/i, 'visionos'],
]
const platformOfModel: readonly (readonly [RegExp, string])[] = [
  [/^(?:iPhone|iPad|iPod)\d/, 'ios'],
  [/^(?:Mac|iMac|VirtualMac)/, 'macos'],
  [/^Watch\d/, 'watchos'],
  [/^AppleTV\d/, 'tvos'],
  [/^RealityDevice\d/, 'visionos'],
]

const lookUp = (list: readonly (readonly [RegExp, string])[], value: string) =>
  list.find(([pattern]) => pattern.test(value))?.[1] ?? ''

/**
 * Platform of a report: its system's name decides, then the model, then the number in the header ('' when none says).
 * The number last: an iOS app on a Mac says 2 there, and user faults of iOS 26 call themselves simulated.
 */
export function platformOf(system: string, model: string, number: string): string {
  return lookUp(platformOfSystem, system) || lookUp(platformOfModel, model) || platformOfNumber[number] || ''
}

export type System = { readonly name: string; readonly version: string; readonly build: string }

/**
 * `iPhone OS 16.0 (20A362)`, `iPhone OS 14.2 (Build 18B5072f)` (resource reports) and `iPhone OS 16.4.1 (a) (20E772520a)`
 * (rapid security response) in their parts; '' for what is not there.
 */
export function systemOf(written: string): System {
  const match = /^([A-Za-z ]{0,30}?) ?(\d[\d.]{0,20}(?: \([a-z]\))?)?(?: \((?:Build )?([0-9A-Za-z]{3,20})\))?$/.exec(
    written.trim(),
  )
  return { name: match?.[1] ?? '', version: match?.[2] ?? '', build: match?.[3] ?? '' }
}

const timePattern = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: ?(?:(Z)|([+-])(\d\d):?(\d\d)))?$/

export type AppleTime = { readonly at: Micros; readonly zone: boolean }

/**
 * `2022-09-18 15:28:37.3451 +0900` as microseconds since 1970; `zone` is false where no offset is written (taken as UTC).
 * null: not a time, or not later than 1970. The fraction is what the report writes; iOS 9 repeats the seconds there (`35.35`).
 */
export function appleTime(written: string): AppleTime | null {
  const match = timePattern.exec(written.trim())
  if (match === null) return null
  const [, year, month, day, hour, minute, second, fraction = '', utc, sign, zoneHour, zoneMinute] = match
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day))
  if (new Date(date).getUTCDate() !== Number(day) || Number(month) > 12) return null
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null
  const offset = (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0)) * (sign === '-' ? -1 : 1)
  if (Math.abs(offset) > 14 * 60) return null
  const seconds = date / 1000 + Number(hour) * 3600 + (Number(minute) - offset) * 60 + Number(second)
  const at = seconds * 1e6 + Number(fraction.slice(0, 6).padEnd(6, '0'))
  // ClickHouse's DateTime64(6) ends with the year 2299.
  return at > 0 && Number(year) < 2299 ? { at, zone: utc !== undefined || sign !== undefined } : null
}

/** Address or code as `0x` and lower-case digits without leading zeros; '' for null. */
export function hex(value: bigint | null): string {
  return value === null || value < 0n ? '' : `0x${value.toString(16)}`
}

/** First `max` characters; a cut is shown. */
export function brief(value: string, max = 500): string {
  return value.length <= max ? value : `${value.slice(0, max - 1)}…`
}

/** Last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
