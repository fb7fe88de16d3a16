// A whole scan over real logs, reports and feeds: every file is read, or stands in the table below with the reason why not.
// Events are counted a second time by simple means: lines, JSON.parse, regular expressions.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ScanResult } from '../../src/pipeline/contract.ts'
import { scanHere } from '../e2e/harness.ts'

const data = join(import.meta.dirname, '../../../shared/data')
const folders = ['nsm-logs', 'ios-app-privacy-report', 'ios-crash']
const here = [...folders, 'threat-intel'].every((folder) => existsSync(join(data, folder)))
if (!here) console.warn('tests/real/scan: the folder of real telemetry is missing; 5 tests left out')

/** Files that no format claims, and why. */
const unclaimed: readonly (readonly [RegExp, string])[] = [
  [/SOURCES\.md$/, 'prose about the samples'],
  [/^nsm-logs\/sekoia\//, 'a test case: JSON around one message of the product, not its log'],
  [
    /zeek[^/]*\/(?:smtp|tunnel|arp|files|loaded_scripts|notice|packet_filter|pe|software|known_hosts|weird)\.log/,
    'a Zeek log that tells no contact of a device',
  ],
  [/^ios-crash\/exploit-panics\//, 'text pasted from a panic, without any header'],
  [/^ios-crash\/kscrash\//, 'KSCrash writes a format of its own'],
]

/** Claimed, but with something in it that cannot be read. */
const lacking: readonly (readonly [RegExp, string, RegExp])[] = [
  // a report without a time
  [/train_thermal\.crash$/, 'apple-ips', /^bad_time$/],
  // an example of the documentation: one of its addresses has a part of 888
  [/tailscale_network_flow_log\.doc-example\.json$/, 'tailscale-flow', /^missing_field$/],
]

const textOf = (path: string): string => {
  const bytes = readFileSync(join(data, path))
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}
const linesOf = (path: string): string[] =>
  textOf(path)
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
const files = here
  ? folders.flatMap((folder) =>
      readdirSync(join(data, folder), { recursive: true, encoding: 'utf8' })
        .map((name) => `${folder}/${name}`)
        .filter((path) => statSync(join(data, path)).isFile()),
    )
  : []
const matching = (pattern: RegExp): string[] => files.filter((path) => pattern.test(path)).sort()

/** Lines of several files, each as often as the file that holds it most: one sample repeats a line five times. */
function distinct(paths: readonly string[]): number {
  const most = new Map<string, number>()
  for (const path of paths)
    for (const [line, same] of Map.groupBy(linesOf(path), (text) => text))
      most.set(line, Math.max(most.get(line) ?? 0, same.length))
  return most.values().reduce((sum, count) => sum + count, 0)
}

type Event = {
  type?: string
  event_type?: string
  kind?: string
  src_ip?: string
  dest_ip?: string
  src_port?: number
  dest_port?: number
  dns?: { type: string; id: number; rrname: string }
}
const events = (paths: readonly string[]): Event[] => paths.flatMap(linesOf).map((line) => JSON.parse(line) as Event)

describe.skipIf(!here)('a scan of real telemetry', () => {
  let result: ScanResult
  const told = new Map<string, ScanResult['sources'][number]>()
  beforeAll(async () => {
    result = await scanHere(
      folders.map((folder) => join(data, folder)),
      { intel: [join(data, 'threat-intel')] },
    )
    for (const source of result.sources) told.set(source.path.slice(data.length + 1), source)
  }, 280_000)

  const rowsOf = (format: string, table: string): number =>
    result.sources.reduce(
      (sum, source) => sum + (source.format === format && !source.known ? (source.rows[table] ?? 0) : 0),
      0,
    )

  test('names every file once, and counts the same rows once', () => {
    const network = result.sources.filter(({ known }) => !known).reduce((sum, { rows }) => sum + (rows.network ?? 0), 0)
    expect(result.totals.rows.network).toBe(network)
    expect([...told.keys()].sort()).toEqual(files.toSorted())
  })

  test('reads every file, or leaves it for a reason that is known', () => {
    const surprises: string[] = []
    for (const [path, { status, format, problems }] of told) {
      const left = unclaimed.find(([pattern]) => pattern.test(path))
      const short = lacking.find(([pattern]) => pattern.test(path))
      const codes = Object.keys(problems).join(' ')
      if (status === 'unclaimed' && left) continue
      if ((status === 'failed' || status === 'partial') && short && format === short[1] && short[2].test(codes))
        continue
      if (status === 'ok' && format !== null && !left && !short) continue
      surprises.push(`${path}: ${status}, ${format}, ${codes}`)
    }
    expect(surprises).toEqual([])
    for (const [pattern, why] of [...unclaimed, ...lacking])
      expect(matching(pattern).length, `${pattern} stands for nothing (${why})`).toBeGreaterThan(0)
  })

  test('Zeek: a row for each line, and none for its copy in another file', () => {
    const zeek = (log: string): string[] =>
      matching(new RegExp(`(?:zeek[^/]*|rita_json)/(?:open_|ORIGINAL)?${log}\\.log(\\.gz)?$`))
    expect(told.get('nsm-logs/rita_json/dns.log')!.known, 'the same bytes as ORIGINALdns.log').toBe(true)
    for (const [format, log] of [
      ['zeek-conn', 'conn'],
      ['zeek-dns', 'dns'],
      ['zeek-ssl', 'ssl'],
      ['zeek-http', 'http'],
    ] as const)
      expect([log, rowsOf(format, 'network')]).toEqual([log, distinct(zeek(log))])
    expect(rowsOf('zeek-dhcp', 'identity_event')).toBe(distinct(zeek('dhcp')))
    expect(distinct(zeek('dns'))).toBeGreaterThan(50_000)
  })

  test('Suricata, AdGuard Home and App Privacy Reports: as many contacts and accesses', () => {
    const eve = events(matching(/suricata\.json\.gz$/))
    const contacts = eve.filter(({ event_type }) => ['flow', 'alert', 'http', 'tls', 'quic'].includes(event_type ?? ''))
    const asked = eve.filter(({ dns }) => dns?.type === 'query')
    // the sensor saw each look-up twice, before and behind the resolver’s interface
    const lookUps = new Set(asked.map(({ src_ip, src_port, dns }) => `${src_ip} ${src_port} ${dns!.id} ${dns!.rrname}`))
    const rows = rowsOf('suricata-eve', 'network')
    expect(rows).toBeGreaterThanOrEqual(contacts.length)
    expect(Math.abs(rows - contacts.length - lookUps.size)).toBeLessThanOrEqual(2)

    expect(rowsOf('adguard-home', 'network')).toBe(linesOf('nsm-logs/adguardhome_querylog.json').length)

    const reports = events(matching(/privacy-report\/.*\.ndjson$/))
    expect(rowsOf('app-privacy-report', 'network')).toBe(
      reports.filter(({ type }) => type === 'networkActivity').length,
    )
    // begin and end of an access are one row
    const accesses = reports.filter(({ type, kind }) => type === 'access' && kind !== 'intervalEnd')
    expect(rowsOf('app-privacy-report', 'device_event')).toBe(accesses.length)
  })

  test('crash reports: one event for each incident', () => {
    const reports = matching(/^ios-crash\/.*\.(?:ips|crash)$|macos-negatives\//).filter(
      (path) => !lacking.some(([pattern]) => pattern.test(path)),
    )
    const incidents = reports.map(
      (path) =>
        /(?:"incident_id":\s*"|^\s*Incident Identifier:\s*)([0-9A-Fa-f-]{36})/m
          .exec(textOf(path))?.[1]
          ?.toLowerCase() ?? path,
    )
    expect(rowsOf('apple-ips', 'device_event')).toBe(new Set(incidents).size)
    expect(told.get('ios-crash/macos-negatives/XCDYouTubeKit-54.txt')!.problems).toEqual({ wrong_platform: 1 })
  })
})
