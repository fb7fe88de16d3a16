// From contacts to files: which lines stand in which log, in what order, and where the story ended up.
import { gzipSync } from 'node:zlib'
import { byTime, type Contact, type Line } from './contact.ts'
import { type AddressOf, addressBook, type Device, makeFleet, makeLeases } from './fleet.ts'
import { adguardOf, nextdnsHeader, nextdnsOf, piholeOf, squidOf } from './gateways.ts'
import { diagnosticReports, type Report } from './ips.ts'
import { privacyReport, reporting, reportName } from './privacy.ts'
import { random } from './random.ts'
import { stories } from './story.ts'
import { at, dateOf, dayOf, days } from './time.ts'
import { ordinaryWeek } from './traffic.ts'
import { dhcpOf, dnsTsv, type ZeekLog, type ZeekRecord, zeekOf } from './zeek.ts'

export type DataFile = {
  readonly path: string
  /** Id of the format that must claim it; null: nobody does. */
  readonly format: string | null
  readonly lines: readonly Line[]
  /** Whole content, where it is not made of lines. */
  readonly text?: string
  /** It ends in the middle of its record. */
  readonly truncated?: boolean
  readonly note?: string
}

export type Made = {
  readonly files: readonly DataFile[]
  readonly fleet: readonly Device[]
  readonly reports: readonly Report[]
  readonly addressOf: AddressOf
}

const header = (text: string): Line => ({ ts: 0, text, gives: null })
const logs: readonly ZeekLog[] = ['conn', 'dns', 'ssl', 'http', 'dhcp']

export function makeData(seed: number): Made {
  const fleet = makeFleet(seed)
  const leases = makeLeases(seed, fleet)
  const addressOf = addressBook(leases)
  const contacts = [
    ...ordinaryWeek(seed, fleet),
    ...stories.flatMap((s) => s.contacts.map((c): Contact => ({ ...c, story: s.id }))),
  ].toSorted((a, b) => a.ts - b.ts)
  const at_ = (site: Contact['site']): Contact[] => contacts.filter((c) => c.site === site)
  const gateway = (site: Contact['site'], write: (c: Contact, r: ReturnType<typeof random>) => Line[]): Line[] => {
    const r = random(seed, `gateway/${site}`)
    return at_(site)
      .filter((c) => c.host !== '')
      .flatMap((c) => write(c, r))
      .toSorted((a, b) => a.ts - b.ts)
  }
  const device = (id: string): Device => fleet.find((d) => d.id === id)!

  const r = random(seed, 'zeek')
  const renewed = new Set<string>()
  const zeek = [
    ...leases.map((l) => {
      const key = `${l.mac} ${l.ip} ${dayOf(l.from)}`
      const again = renewed.has(key)
      renewed.add(key)
      return dhcpOf(l, again, r)
    }),
    ...at_('hq').flatMap((c) => zeekOf(c, addressOf, r)),
  ].toSorted(byTime)

  const squid = gateway('proxy', (c, rr) => squidOf(c, addressOf, c.device === 'finance-ipad-1' ? 'e.holm' : '-', rr))
  const reports = diagnosticReports(seed, fleet)
  const files: DataFile[] = [
    ...zeekFiles(zeek),
    { path: 'proxy/access.log.1.gz', format: 'squid', lines: squid.filter((x) => x.ts < at('18 00:00:00')) },
    { path: 'proxy/access.log', format: 'squid', lines: squid.filter((x) => x.ts >= at('18 00:00:00')) },
    {
      path: 'branch/pihole.log-20260921',
      format: 'dnsmasq',
      lines: gateway('branch', (c, rr) => piholeOf(c, addressOf, rr)),
      note: 'the year is not in the log; the file name has it',
    },
    {
      path: 'press-house/querylog.json',
      format: 'adguard-home',
      lines: gateway('press_house', (c, rr) => adguardOf(c, addressOf, rr)),
    },
    {
      path: 'road/nextdns-2026-09-21.csv',
      format: 'nextdns',
      lines: [header(nextdnsHeader), ...gateway('road', (c, rr) => nextdnsOf(c, device(c.device), rr))],
    },
    ...reporting.map(
      (id): DataFile => ({
        path: `devices/${id}/${reportName}`,
        format: 'app-privacy-report',
        lines: privacyReport(seed, id, contacts),
      }),
    ),
    ...reports.map(
      (x): DataFile => ({
        path: x.path,
        format: 'apple-ips',
        lines: [{ ts: x.ts, text: '', gives: 'device_event' }],
        text: x.text,
        truncated: x.truncated,
        note: x.about,
      }),
    ),
    {
      path: 'notes.txt',
      format: null,
      lines: [],
      text: 'Week of 14 September. Leila collected the phones on Sunday evening; the sensor was restarted on Thursday.\n',
      note: 'no format claims it',
    },
  ]
  return { files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), fleet, reports, addressOf }
}

/** A folder a day, rotated and compressed; Sunday still lies in `current/`, whose dns.log was not rotated since Saturday noon. */
function zeekFiles(records: readonly ZeekRecord[]): DataFile[] {
  return days.flatMap((day) =>
    logs.map((log): DataFile => {
      const mine = (from: number, to: number): ZeekRecord[] =>
        records.filter((x) => x.log === log && from <= x.ts && x.ts < to)
      const start = at(`${day} 00:00:00`)
      const today = mine(start, start + 86_400_000)
      const file = (name: string, lines: readonly Line[], note?: string): DataFile => ({
        path: `zeek/${name}`,
        format: `zeek-${log}`,
        lines,
        ...(note ? { note } : {}),
      })
      if (day === 20) {
        if (log !== 'dns') return file(`current/${log}.log`, today)
        return file(
          'current/dns.log',
          mine(at('19 12:00:00'), start + 86_400_000),
          'begins with lines that zeek/2026-09-19/dns.log.gz also holds',
        )
      }
      if (day === 16 && log === 'dns')
        return file(
          `${dateOf(day)}/dns.log`,
          dnsTsv(today, dateOf(day)),
          'TSV: the sensor ran with its default writer for a day',
        )
      if (day === 17 && log === 'http') return file(`${dateOf(day)}/http.log`, damaged(today), 'three lines are broken')
      return file(`${dateOf(day)}/${log}.log.gz`, today)
    }),
  )
}

/** Lines as a sensor leaves them that is killed while it writes. */
function damaged(lines: readonly Line[]): Line[] {
  const broken = (text: string): Line => ({ ts: 0, text, gives: 'bad_record' })
  const ordinary = lines.filter((x) => !x.story)
  const [a, b] = [ordinary[2]!, ordinary[5]!]
  return lines.flatMap((x) => {
    if (x === a) return [broken(x.text.slice(0, 71)), x]
    if (x === b) return [x, broken('sensor restarted'), broken(x.text.replace(/\}$/, ''))]
    return [x]
  })
}

export function contentOf(file: DataFile): string {
  return file.text ?? file.lines.map((x) => `${x.text}\n`).join('')
}

/** Bytes 4–9 of a gzip file (time, flags, system) are set, since Node fills in the system it runs on. */
export function gzip(text: string): Buffer {
  const bytes = gzipSync(Buffer.from(text), { level: 9 })
  bytes.fill(0, 4, 8)
  bytes[9] = 255
  return bytes
}
