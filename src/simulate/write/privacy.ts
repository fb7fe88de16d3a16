// App Privacy Reports: what each app contacted, summed up by week and host. Daemons do not stand in it.
import type { Micros } from '../../model/index.ts'
import { openRandom } from '../random.ts'
import type { Contact, Device, FleetOptions } from '../world.ts'
import { privacyStamp, privacyTime, zoneOf } from './clock.ts'
import { type Files, type Growing, pathPart } from './files.ts'
import { quoted } from './json.ts'

type Row = {
  readonly week: number
  readonly app: string
  readonly host: string
  readonly byUser: boolean
  readonly context: string
  first: Micros
  last: Micros
  hits: number
}

const week = 7 * 86_400e6
/** Sums that may wait in memory, some 150 MB. The device that came first is then written, as it stands. */
const mostRows = 400_000

/** Writes a report a week for each device that has one; the last covers what is left of the time. */
export function privacyWriter(
  files: Files,
  devices: readonly Device[],
  options: FleetOptions,
  limit = mostRows,
): { add(c: Contact): void | Promise<void>; finish(): Promise<void> } {
  const sums = new Map<number, Map<string, Row>>()
  let rows = 0
  const end = options.start + options.days * 86_400e6
  const lastWeek = Math.max(0, Math.ceil(options.days / 7) - 1)

  const write = async (index: number, sum: Map<string, Row>): Promise<void> => {
    const device = devices[index]!
    const zone = zoneOf(options.seed, device)
    const reports = new Map<number, Growing>()
    for (const row of sum.values()) {
      let report = reports.get(row.week)
      if (report === undefined) {
        const random = openRandom(options.seed, `privacy/${device.name}/${row.week}`)
        const taken = Math.min(options.start + (row.week + 1) * week, end) + random.whole(60, 9_000) * 1e6
        const name = `App_Privacy_Report_v4_${privacyStamp(taken, zone)}.ndjson`
        report = files.grow(`devices/${pathPart(device.name)}/${name}`)
        reports.set(row.week, report)
      }
      await files.add(report, rowText(row, zone))
    }
  }
  return {
    add(c) {
      if (c.app === '') return
      const host = c.host || c.address
      const number = Math.min(lastWeek, Math.max(0, Math.floor((c.ts - options.start) / week)))
      const context = c.context ?? ''
      const key = `${number}\n${c.byUser}\n${c.app}\n${host}\n${context}`
      let sum = sums.get(c.device)
      if (sum === undefined) {
        sum = new Map()
        sums.set(c.device, sum)
      }
      const row = sum.get(key)
      if (row !== undefined) {
        if (c.ts < row.first) row.first = c.ts
        if (c.ts > row.last) row.last = c.ts
        row.hits++
        return
      }
      sum.set(key, { week: number, app: c.app, host, byUser: c.byUser, context, first: c.ts, last: c.ts, hits: 1 })
      rows++
      if (rows <= limit) return
      const [oldest, its] = sums.entries().next().value!
      sums.delete(oldest)
      rows -= its.size
      return write(oldest, its)
    },
    async finish() {
      for (const [index, sum] of sums) await write(index, sum)
      sums.clear()
    },
  }
}

// keys in the order of real reports of iOS 15; `context` goes with contextVerificationType 2 there
const rowText = (row: Row, zone: number): string =>
  `{"timeStamp":"${privacyTime(row.last, zone)}","initiatedType":"${row.byUser ? 'NonAppInitiated' : 'AppInitiated'}"` +
  `,"context":${quoted(row.context)},"domain":${quoted(row.host)},"contextVerificationType":${row.context === '' ? 0 : 2}` +
  `,"type":"networkActivity","domainType":2,"firstTimeStamp":"${privacyTime(row.first, zone)}"` +
  `,"bundleID":${quoted(row.app)},"domainOwner":"","hits":${row.hits},"domainClassification":1}\n`
