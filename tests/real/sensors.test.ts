// Zeek, Suricata and App Privacy Reports that nobody of this project wrote, counted and compared a second time by plain means.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '../../src/engine/index.ts'
import { openTestEngine, readBytes } from '../conformance/harness.ts'

const data = join(import.meta.dirname, '../../../shared/data')
const here = existsSync(data)
const inFolder = (folder: string, pattern: RegExp): string[] =>
  here
    ? readdirSync(join(data, folder))
        .filter((name) => pattern.test(name))
        .map((name) => join(folder, name))
    : []

const zeekLogs = [
  ...inFolder('nsm-logs/rita_json', /\.log$/),
  ...inFolder('nsm-logs/slips/test9-mixed-zeek-dir', /^(conn|dns|http|ssl|dhcp)\.log$/),
  ...inFolder('nsm-logs/slips/test14-malicious-zeek-dir', /^(conn|http)\.log$/),
  ...inFolder('labelled/slips/test18-ctu-sme-11', /^(conn|dns|dhcp|quic|ssl)\.log\.labeled$/),
  ...inFolder('nsm-logs/zed/zeek-default', /^dns\.log\.gz$/),
]
const reports = inFolder('ios-app-privacy-report', /\.ndjson$/)
const eve = 'nsm-logs/slips/test6-malicious.suricata.json.gz'
const sekoia = inFolder('nsm-logs/sekoia/suricata', /\.json$/)
if (!here) console.warn('tests/real/sensors: the folder of real samples is missing; 38 files left out')

type Shown = Readonly<Record<string, unknown>> & { readonly table: string; readonly record: number }
type Json = Readonly<Record<string, unknown>>

const bytesOf = (file: string): Buffer => {
  const bytes = readFileSync(join(data, file))
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes
}
const textLines = (bytes: Buffer): string[] => bytes.toString('utf8').split('\n')
const micros = (ts: unknown): number =>
  Date.parse(`${String(ts).replace(' ', 'T').slice(0, 23)}Z`) * 1000 + Number(String(ts).slice(23, 26))

let engine: Engine
beforeAll(async () => {
  if (here) engine = await openTestEngine()
})
afterAll(() => engine?.close())

async function read(bytes: Buffer, name: string) {
  const { ingested, lines } = await readBytes(engine, bytes, name)
  const shown = lines.map((line) => JSON.parse(line) as Shown)
  return {
    ingested,
    rows: shown.filter((row) => row.table !== 'problem'),
    problems: shown.filter((row) => row.table === 'problem'),
  }
}

/** Records of a Zeek log with their line numbers, read by splitting and JSON.parse alone. */
function zeekRecords(bytes: Buffer): Map<number, Json> {
  const records = new Map<number, Json>()
  let names: string[] = []
  for (const [at, line] of textLines(bytes).entries()) {
    if (line.startsWith('#fields')) names = line.split('\t').slice(1)
    if (line.startsWith('#') || line.trim() === '') continue
    const cells = line.split('\t')
    const record =
      names.length === 0
        ? JSON.parse(line)
        : Object.fromEntries(
            names.map((name, i) => [name, ['-', '(empty)'].includes(cells[i]!) ? undefined : cells[i]]),
          )
    records.set(at + 1, record)
  }
  return records
}

describe.runIf(here)('Zeek', () => {
  test.each(zeekLogs)('%s', async (file) => {
    const bytes = bytesOf(file)
    const kind = /(conn|dns|http|ssl|dhcp|quic)\.log/.exec(basename(file))![1]!
    const records = zeekRecords(bytes)
    const { ingested, rows, problems } = await read(bytes, basename(file).replace(/\.gz$/, ''))
    expect(ingested.format?.id).toBe(`zeek-${kind}`)
    expect(problems).toEqual([])
    expect(ingested.status).toBe('ok')
    const expected =
      kind === 'dhcp'
        ? [...records].filter(([, record]) => String(record.msg_types).split(',').includes('ACK'))
        : [...records]
    expect(rows.map((row) => row.record)).toEqual(expected.map(([at]) => at))
    for (const row of rows) {
      const record = records.get(row.record)!
      expect(Math.abs(micros(row.ts) - Number(record.ts) * 1e6)).toBeLessThan(2)
      if (kind === 'dhcp') {
        expect([row.ip, row.mac, row.host]).toEqual([
          record.assigned_addr,
          record.mac,
          String(record.host_name).toLowerCase(),
        ])
        continue
      }
      expect([row.src_ip, row.src_port ?? 0, row.dst_ip, row.dst_port ?? 0]).toEqual([
        record['id.orig_h'],
        Number(record['id.orig_p']),
        record['id.resp_h'],
        Number(record['id.resp_p']),
      ])
      const name = record.query ?? record.server_name ?? record.host
      expect(row.domain ?? '').toBe(
        String(name ?? '')
          .toLowerCase()
          .trim(),
      )
      if (kind === 'conn') {
        expect(row.status).toBe(record.conn_state)
        for (const [column, field] of [
          ['bytes_out', 'orig_bytes'],
          ['bytes_in', 'resp_bytes'],
        ] as const)
          expect(row[column] ?? -1, column).toBe(Number(record[field] ?? -1))
      }
      if (kind === 'dns')
        expect([row.qtype ?? '', row.status ?? '']).toEqual([record.qtype_name ?? '', record.rcode_name ?? ''])
      if (kind === 'http') {
        expect(String(row.url ?? '').endsWith(String(record.uri ?? ''))).toBe(true)
        expect(row.status ?? '').toBe(String(record.status_code ?? ''))
      }
      if (kind === 'ssl') expect(row.ja3 ?? '').toBe(record.ja3 ?? '')
    }
  })
})

describe.runIf(here)('Suricata', () => {
  test('a capture of a day: every contact, each DNS look-up once', async () => {
    const bytes = bytesOf(eve)
    const events = textLines(bytes).flatMap((line) =>
      line.trim() === '' ? [] : [JSON.parse(line) as { event_type: string; flow_id: number; dns: Json }],
    )
    const looked = new Set<string>()
    for (const { event_type, flow_id, dns } of events)
      if (event_type === 'dns') looked.add([flow_id, dns.id, dns.rrname, dns.rrtype].join(' '))
    const { ingested, rows, problems } = await read(bytes, 'eve.json')
    expect(ingested.format?.id).toBe('suricata-eve')
    expect(problems).toEqual([])
    const count = (type: string) => events.filter((event) => event.event_type === type).length
    const lookups = rows.filter((row) => row.kind === 'dns' && row.action === undefined)
    expect(lookups).toHaveLength(looked.size)
    expect(rows).toHaveLength(count('flow') + count('http') + count('tls') + count('alert') + looked.size)
    expect(rows.filter((row) => row.kind === 'flow' && row.action === undefined)).toHaveLength(count('flow'))
    expect(lookups.every((row) => row.dst_port === 53 || row.dst_port === 5353)).toBe(true)
  })

  /** Where we say otherwise than the other parser, and why. */
  const differs: Readonly<
    Record<
      string,
      { readonly why: string; readonly fields: readonly string[] } | { readonly why: string; readonly none: true }
    >
  > = {
    'dns_answer.json': {
      why: 'the source of the packet is the resolver: the client asked',
      fields: ['source.ip', 'source.port', 'destination.ip', 'destination.port'],
    },
    'alert.json': { why: 'no Host header: the URL is completed with the address', fields: ['url.original'] },
    'http.json': { why: 'url is the path alone: ours is the whole URL', fields: ['url.original'] },
    'anomaly.json': { why: 'a fault of decoding, no contact', none: true },
    'ftp.json': { why: 'the flow event beside it is the contact', none: true },
    'rdp.json': { why: 'the flow event beside it is the contact', none: true },
    'ssh.json': { why: 'the flow event beside it is the contact', none: true },
    'stats.json': { why: 'counters of the sensor', none: true },
  }

  test.each(sekoia)('%s', async (file) => {
    const { input, expected } = JSON.parse(readFileSync(join(data, file), 'utf8')) as {
      input: { message: string }
      expected: Json
    }
    const { ingested, rows, problems } = await read(Buffer.from(`${input.message}\n`), 'eve.json')
    expect(ingested.format?.id).toBe('suricata-eve')
    expect(problems).toEqual([])
    const other = differs[basename(file)]
    if (other && 'none' in other) return expect(rows, other.why).toEqual([])
    expect(rows).toHaveLength(1)
    const row = rows[0]!
    const at = (path: string): unknown =>
      path.split('.').reduce<unknown>((value, key) => (value as Json | undefined)?.[key], expected)
    const ours: Readonly<Record<string, unknown>> = {
      '@timestamp': new Date(micros(row.ts) / 1000).toISOString().slice(0, 23),
      'source.ip': row.src_ip,
      'source.port': row.src_port,
      'destination.ip': row.dst_ip,
      'destination.port': row.dst_port,
      'network.transport': String(row.transport).toUpperCase(),
      'dns.question.name': row.domain,
      'dns.question.type': row.qtype,
      'dns.response_code': row.status,
      'url.domain': row.domain,
      'url.original': row.url,
      'user_agent.original': row.user_agent,
      'action.name': row.action,
    }
    const compared = Object.entries(ours).filter(([path]) => at(path) !== undefined)
    expect(compared.length).toBeGreaterThan(5)
    const different = compared
      .filter(([path, value]) => (path === '@timestamp' ? String(at(path)).slice(0, 23) : at(path)) !== value)
      .map(([path]) => path)
    expect(different, other?.why).toEqual(other?.fields ?? [])
  })
})

describe.runIf(here)('App Privacy Report', () => {
  test.each(reports)('%s', async (file) => {
    const bytes = bytesOf(file)
    const entries = textLines(bytes).flatMap((line, i) =>
      line.trim() === '' ? [] : [{ at: i + 1, entry: JSON.parse(line) as Json }],
    )
    const { ingested, rows, problems } = await read(bytes, basename(file))
    expect(ingested.format?.id).toBe('app-privacy-report')
    expect(problems).toEqual([])
    const contacts = entries.filter(({ entry }) => entry.type === 'networkActivity')
    const network = rows.filter((row) => row.table === 'network')
    expect(network.map((row) => row.record)).toEqual(contacts.map(({ at }) => at))
    for (const [i, row] of network.entries()) {
      const { entry } = contacts[i]!
      expect([row.app, row.domain ?? row.dst_ip, row.hits ?? 1]).toEqual([
        entry.bundleID,
        String(entry.domain).toLowerCase(),
        entry.hits,
      ])
      expect([micros(row.ts) / 1000, micros(row.ts_end) / 1000]).toEqual([
        Date.parse(String(entry.firstTimeStamp)),
        Date.parse(String(entry.timeStamp)),
      ])
      expect(row.initiated).toBe(entry.initiatedType === 'AppInitiated' ? 'app' : 'user')
    }
    const begins = entries.filter(({ entry }) => entry.kind === 'intervalBegin')
    const ended = new Map(
      entries
        .filter(({ entry }) => entry.kind === 'intervalEnd')
        .map(({ entry }) => [entry.identifier, Date.parse(String(entry.timeStamp))]),
    )
    const access = rows.filter((row) => row.table === 'device_event')
    expect(access.map((row) => row.record)).toEqual(begins.map(({ at }) => at))
    for (const [i, row] of access.entries()) {
      const { entry } = begins[i]!
      expect([row.category, micros(row.ts) / 1000]).toEqual([entry.category, Date.parse(String(entry.timeStamp))])
      expect(row.ts_end === undefined ? undefined : micros(row.ts_end) / 1000).toBe(ended.get(entry.identifier))
    }
  })
})

test.runIf(!here)('the real samples are left out on this machine', () => {
  expect(zeekLogs.length + reports.length + sekoia.length).toBe(0)
})
