// The newest time that a source can hold: what a log without a year is dated by.
import { stat } from 'node:fs/promises'
import type { Micros, Source } from '../model/index.ts'

const dated = /(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)/
const day = 86_400_000
/** Name that Apple gives the archive and its top folder: when it was taken, with the offset of the device. */
const taken =
  /sysdiagnose_(20\d\d)\.(0[1-9]|1[0-2])\.(0[1-9]|[12]\d|3[01])_([01]\d|2[0-3])-([0-5]\d)-([0-5]\d)([+-][01]\d)([0-5]\d)/

/**
 * The end of the day that the file name states (logrotate's dateext: `pihole.log-20260921`, written just after the day
 * it is about), else when the sysdiagnose that it is a part of was taken, else when the file or the backup was last written, else `now`;
 * never later than `now`. Copies keep names better than times, so names go first.
 */
export async function newestTime(source: Pick<Source, 'path' | 'name'>, now: Micros): Promise<Micros> {
  const [, year, month, date] = dated.exec(source.name) ?? []
  if (year) return Math.min(now, (Date.UTC(Number(year), Number(month) - 1, Number(date)) + day) * 1000)
  const stamp = taken.exec(source.path)
  if (stamp) {
    const [, y, m, d, hours, minutes, seconds, offset, rest] = stamp
    return Math.min(now, Date.parse(`${y}-${m}-${d}T${hours}:${minutes}:${seconds}${offset}:${rest}`) * 1000)
  }
  if (source.path === '-') return now
  const [outer, ...inside] = source.path.split('!')
  try {
    // a backup is written in one go, its manifest last; of an archive the time says when it was packed
    const file = inside.length === 0 ? source.path : `${outer}/Manifest.db`
    return Math.min(now, Math.ceil((await stat(file)).mtimeMs) * 1000)
  } catch {
    return now
  }
}
