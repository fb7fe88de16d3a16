// Telemetry overlaps in practice: rotated, growing, compressed, collected twice. Whatever the way, the store shows the same.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ScanResult } from '../../src/pipeline/contract.ts'
import {
  type Contents,
  contentsOf,
  feed,
  findingText,
  folderOf,
  now,
  put,
  scanHere,
  temporary,
  zeekDns,
} from './harness.ts'

type Shown = Pick<Contents, string> & { readonly results: readonly ScanResult[] }

/** Scans each group of paths into one store, one after the other, and gives back what the store shows in the end. */
async function shownAfter(groups: readonly (readonly string[])[], intel: string): Promise<Shown> {
  const store = join(temporary(), 'store')
  const results: ScanResult[] = []
  for (const [at, paths] of groups.entries())
    results.push(await scanHere(paths, { store, intel: [intel], now: now + at * minute }))
  const { network, device_event, finding, stray } = await contentsOf(store)
  return { network, device_event, finding, stray, results } as unknown as Shown
}

/** µs between scans. */
const minute = 60e6

const tables = ({ results: _, ...shown }: Shown): unknown => shown

let intel: string
beforeAll(() => {
  intel = put(join(temporary(), 'list.txt'), feed)
})

/** dnsmasq repeats lines exactly, and has no id: only how often a line occurs tells its occurrences apart. */
const dnsmasq = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => {
    const n = from + i
    const clock = new Date(Date.UTC(2026, 8, 14) + Math.floor(n / 3) * 1000).toISOString().slice(11, 19)
    return `Sep 14 ${clock} dnsmasq[412]: query[A] ${n % 30 < 3 ? 'c.evil.example' : `name-${Math.floor(n / 3) % 7}.example.org`} from 192.0.2.9\n`
  }).join('')

const zeekTsv = (from: number, count: number): string =>
  [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    '#path\tdns',
    '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\tqtype_name\trcode_name\tanswers',
    '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tstring\tstring\tvector[string]',
    ...Array.from({ length: count }, (_, i) => {
      const n = from + i
      return `${Date.UTC(2026, 8, 14) / 1000 + n}.250000\tD${n}\t192.0.2.${10 + (n % 5)}\t4000\t192.0.2.1\t53\tudp\t${n % 20 === 3 ? 'x.bad.test' : 'www.example.org'}\tA\tNOERROR\t198.51.100.7`
    }),
    '',
  ].join('\n')

const kinds = [
  { title: 'zeek-dns as NDJSON', name: 'dns.log', header: 0, make: zeekDns },
  { title: 'zeek-dns as TSV', name: 'dns.log', header: 7, make: zeekTsv },
  { title: 'dnsmasq', name: 'dnsmasq.log', header: 0, make: dnsmasq },
] as const

describe.each(kinds)('$title', ({ name, make }) => {
  let plain: Shown
  let file: string
  beforeAll(async () => {
    file = put(join(temporary(), name), make(0, 600))
    plain = await shownAfter([[file]], intel)
  })

  test('the plain file: all rows, and findings to compare with', () => {
    expect(plain.network).toHaveLength(600)
    expect(plain.finding!.length).toBeGreaterThan(0)
    expect(plain.results[0]!.sources[0]!.status).toBe('ok')
  })

  test('with its gzip, in either order', async () => {
    const zipped = put(join(temporary(), `${name}.gz`), gzipSync(make(0, 600)))
    for (const paths of [[file, zipped], [zipped]])
      expect(tables(await shownAfter([paths], intel))).toEqual(tables(plain))
  })

  test('as two halves that overlap, in one scan and in two, in either order', async () => {
    const [first, second] = [folderOf({ [name]: make(0, 420) }), folderOf({ [name]: make(210, 390) })]
    for (const groups of [[[first, second]], [[second], [first]]])
      expect(tables(await shownAfter(groups, intel))).toEqual(tables(plain))
  })

  test('growing, scanned three times', async () => {
    const folder = temporary()
    const store = join(temporary(), 'store')
    const seen: number[] = []
    for (const [at, count] of [150, 400, 600].entries()) {
      put(join(folder, name), make(0, count))
      const result = await scanHere([folder], { store, intel: [intel], now: now + at * minute })
      seen.push(result.sources[0]!.rows.network ?? 0)
    }
    expect(seen, 'rows that each scan added').toEqual([150, 250, 200])
    const { network, finding, stray } = await contentsOf(store)
    expect({ network, stray }).toEqual({ network: plain.network, stray: [] })
    expect(finding).toEqual(plain.finding)
  })

  test('rotated into a .gz while the current file goes on', async () => {
    const folder = folderOf({ [name]: make(300, 300), [`${name}.1.gz`]: gzipSync(make(0, 300)) })
    expect(tables(await shownAfter([[folder]], intel))).toEqual(tables(plain))
  })

  test('twice into one store: nothing is added, and nothing is new', async () => {
    const store = join(temporary(), 'store')
    await scanHere([file], { store, intel: [intel] })
    const before = await contentsOf(store)
    const again = await scanHere([file], { store, intel: [intel], now: now + minute })
    expect(again.sources.map((source) => source.known)).toEqual([true])
    expect(again.findings.map((finding) => finding.new)).not.toContain(true)
    expect(again.findings.map(findingText).sort()).toEqual(before.finding)
    expect(again.totals.new_findings).toBe(0)
    expect(await contentsOf(store)).toEqual(before)
  })
})

const incident = (id: string): string =>
  `${JSON.stringify({ app_name: 'exampled', timestamp: '2026-09-14 10:15:30.00 +0100', app_version: '', slice_uuid: 'aaaaaaaa-0000-3000-8000-000000000001', build_version: '', platform: 2, is_first_party: 1, bug_type: '309', os_version: 'iPhone OS 18.3 (22D63)', name: 'exampled', incident_id: id })}
${JSON.stringify({ captureTime: '2026-09-14 10:15:29.0000 +0100', procName: 'exampled', procPath: '/usr/libexec/exampled', osVersion: { train: 'iPhone OS 18.3', build: '22D63' }, modelCode: 'iPhone15,3', crashReporterKey: 'c0ffee', incident: id, pid: 77, exception: { type: 'EXC_BAD_ACCESS', signal: 'SIGSEGV', codes: '0x1, 0x0' }, faultingThread: 0, threads: [{ frames: [{ imageOffset: 4, imageIndex: 0 }] }], usedImages: [{ uuid: 'aaaaaaaa-0000-3000-8000-000000000001', path: '/usr/libexec/exampled', base: 4096, size: 65536, source: 'P' }] }, null, 2)}`

test('one .ips by three ways is one event', async () => {
  const id = '00000000-1111-4222-8333-00000000abcd'
  const folder = folderOf({
    'sysdiagnose/crashes_and_spins/exampled-2026-09-14-101530.ips': incident(id),
    'Sync/phone/exampled-2026-09-14-101530.ips.ca.synced': incident(id),
    'backup/CrashReporter/exampled-copy.ips': incident(id),
  })
  const { device_event, results } = await shownAfter([[folder]], intel)
  expect(results[0]!.sources).toHaveLength(3)
  expect(device_event).toHaveLength(1)
  // and with other white space, as tools that print JSON anew leave it
  const printed = put(join(temporary(), 'printed.ips'), incident(id).replaceAll(/\n {2}/g, '\n    '))
  expect((await shownAfter([[folder], [printed]], intel)).device_event).toHaveLength(1)
})

const contact = (domain: string, first: string, last: string, hits: number): string =>
  `${JSON.stringify({ domain, firstTimeStamp: `2026-09-${first}T08:00:00.000+00:00`, context: '', timeStamp: `2026-09-${last}T08:00:00.000+00:00`, domainType: 2, initiatedType: 'AppInitiated', hits, type: 'networkActivity', domainOwner: '', bundleID: 'com.example.chat' })}\n`

test('weekly privacy reports that share days: each summary once, the widest', async () => {
  const first = contact('c.evil.example', '14', '18', 3) + contact('www.example.org', '15', '16', 2)
  const second = contact('c.evil.example', '14', '22', 9) + contact('www.example.org', '15', '16', 2)
  const name = 'App_Privacy_Report_v4_2026-09-22T18_05_11.ndjson'
  const [one, two] = [folderOf({ [`phone/${name}`]: first }), folderOf({ [`phone/${name}`]: second })]
  const plain = await shownAfter([[two]], intel)
  expect(plain.network).toHaveLength(2)
  expect(plain.finding).toHaveLength(1)
  for (const groups of [[[one, two]], [[two, one]], [[one], [two], [one]]])
    expect(tables(await shownAfter(groups, intel))).toEqual(tables(plain))
})

test('the same files in any order give the same rows, findings and counts', async () => {
  const folder = temporary()
  mkdirSync(join(folder, 'a'))
  const files = [
    put(join(folder, 'a/dns.log'), zeekDns(0, 300)),
    put(join(folder, 'a/dnsmasq.log'), dnsmasq(0, 300)),
    put(join(folder, 'b/dns.log'), zeekTsv(0, 200)),
    put(join(folder, 'c/dns.log'), zeekDns(200, 200)),
  ]
  const plain = await shownAfter([files], intel)
  expect(plain.finding!.length).toBeGreaterThan(3)
  for (const order of [
    [3, 2, 1, 0],
    [2, 0, 3, 1],
  ])
    expect(tables(await shownAfter([order.map((at) => files[at]!)], intel))).toEqual(tables(plain))
})
