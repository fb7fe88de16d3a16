// Exceptions and terminations: the same facts in JSON and in text reports.
import { kindOfResource, type ReportKind, watchdogCode } from './apple.ts'
import { whole } from './json.ts'

const addressIn = /\bat (0x[0-9a-f]{1,16})\b/i
const secondCode = /^\s*0x[0-9a-f]{1,16},\s*(0x[0-9a-f]{1,16})\s*$/i

/**
 * Address that a bad access touched, as `KERN_INVALID_ADDRESS at 0x…` states it; else the second code of EXC_BAD_ACCESS.
 * null: not stated. Where Apple adds `-> 0x…` (possible pointer authentication failure) the first one was touched.
 */
export function faultAddress(type: string, subtype: string, codes: string): bigint | null {
  const stated = addressIn.exec(subtype) ?? addressIn.exec(codes)
  if (stated !== null) return whole(stated[1])
  return type === 'EXC_BAD_ACCESS' ? whole(secondCode.exec(codes)?.[1]) : null
}

/** What exception and termination make of a report: a resource, a watchdog kill, or '' when they leave it what it is. */
export function kindOfEnd(type: string, subtype: string, codes: string, code: bigint | null): ReportKind | '' {
  // iOS 6 and before: `Exception Type: 00000020`, `Exception Codes: 0x8badf00d`.
  if (code === watchdogCode || (!type.startsWith('EXC_BAD') && /\b0x0{0,8}8badf00d\b/i.test(codes))) return 'watchdog'
  return type === 'EXC_RESOURCE' ? kindOfResource(subtype) : ''
}
