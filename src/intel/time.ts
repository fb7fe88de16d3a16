// Times as feeds write them.
import type { Micros } from '../model/index.ts'

/** Beyond this year a feed means "for ever" (9999 is usual), and microseconds are no longer exact in a double. */
const lastYear = 2255
const text =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?$/i

/**
 * ISO 8601 (also with a blank for the T, `UTC` for the Z, a date alone) or Unix seconds, as string or number.
 * A time without a zone is taken as UTC, which abuse.ch, OTX and MISP mean. 0: not stated, not readable, or for ever.
 */
export function timeOf(value: unknown): Micros {
  if (typeof value === 'number') return secondsOf(value)
  if (typeof value !== 'string') return 0
  const s = value.trim()
  if (/^\d{9,11}$/.test(s)) return secondsOf(Number(s))
  const m = text.exec(s)
  if (m === null) return 0
  const part = (i: number): number => Number(m[i] ?? 0)
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)]
  if (year < 1970 || year > lastYear || month < 1 || month > 12 || day < 1 || day > 31) return 0
  if (hour > 23 || minute > 59 || second > 60) return 0
  const micros = Number((m[7] ?? '').padEnd(6, '0').slice(0, 6))
  const zone = /^([+-])(\d\d):?(\d\d)$/.exec(m[8] ?? '')
  const shift = zone === null ? 0 : (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3]))
  const at = Date.UTC(year, month - 1, day, hour, minute, second) * 1000 + micros - shift * 60e6
  return Math.max(at, 0)
}

function secondsOf(seconds: number): Micros {
  if (!Number.isFinite(seconds) || seconds <= 0 || seconds > Date.UTC(lastYear) / 1000) return 0
  return Math.round(seconds * 1e6)
}
