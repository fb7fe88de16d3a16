// Status reports of declarative management: JSON inside a check-in. They hold only what changed since the last one.
// Source of the items: Apple's device-management schema, declarative/status.

import { maxDepth, type PlistDict, type PlistValue, textAtPath } from '../../plist/plist.ts'
import { brief } from '../apple.ts'

type StatusReport = {
  readonly items: PlistDict
  /** What the report says of the device, under the keys of an answer. */
  readonly about: PlistDict
}

/** Keys of an answer → where a status report says the same. */
const aboutPaths = {
  UDID: 'device.identifier.udid',
  SerialNumber: 'device.identifier.serial-number',
  ProductName: 'device.model.identifier',
  OSVersion: 'device.operating-system.version',
  BuildVersion: 'device.operating-system.build-version',
}

/** The report of a check-in with `Endpoint` status; null: its `Data` are no report. Never throws. */
export function statusReportOf(data: PlistValue | undefined): StatusReport | null {
  if (!Buffer.isBuffer(data)) return null
  let value: unknown
  try {
    value = JSON.parse(data.toString('utf8'))
  } catch {
    return null
  }
  const given = typeof value === 'object' && value !== null && 'StatusItems' in value ? value.StatusItems : null
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return null
  const items = dictOf(given, 0)
  const about = Object.entries(aboutPaths).map(([key, path]) => [key, textAtPath(items, path)] as const)
  return { items, about: { entries: new Map(about), from: 0, to: 0 } }
}

/** Objects and scalars of JSON; lists are left out. */
function dictOf(given: object, depth: number): PlistDict {
  const entries = new Map<string, PlistValue>()
  for (const [key, value] of Object.entries(given)) {
    if (typeof value === 'boolean') entries.set(key, value)
    else if (typeof value === 'string' || typeof value === 'number') entries.set(key, brief(String(value), 1000))
    else if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < maxDepth)
      entries.set(key, dictOf(value, depth + 1))
  }
  return { entries, from: 0, to: 0 }
}
