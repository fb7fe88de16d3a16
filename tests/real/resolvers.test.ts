// Resolver and proxy logs that nobody of this project wrote, compared with what their publisher reads in them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '../../src/engine/index.ts'
import { formats } from '../../src/formats/index.ts'
import { formatNamed, openTestEngine, readBytes } from '../conformance/harness.ts'

const data = join(import.meta.dirname, '../../../shared/data/nsm-logs')
const here = existsSync(data)
const products: Readonly<Record<string, string>> = {
  bind: 'bind-query',
  ddi: 'bind-query',
  dns_logs: 'cloudflare-gateway-dns',
  gateway_dns: 'cloudflare-gateway-dns',
  squid: 'squid',
  'umbrella-dns': 'umbrella-dns',
  unbound: 'unbound',
}
const files = here
  ? Object.keys(products).flatMap((product) =>
      readdirSync(join(data, 'sekoia', product)).map((name) => `${product}/${name}`),
    )
  : []
if (!here) console.warn('tests/real/resolvers: the folder of real samples is missing; 61 files left out')

type Json = { readonly [key: string]: Json } & string
type Shown = Readonly<Record<string, unknown>>
const at = (value: Json, path: string): unknown =>
  path.split('.').reduce<Json | undefined>((inner, key) => inner?.[key], value)

const plainName = (name: unknown): string => String(name).toLowerCase().replace(/\.$/, '')
const iso = (ts: unknown): string => new Date(`${String(ts).replace(' ', 'T').slice(0, 23)}Z`).toISOString()

type Compared = readonly [path: string, ours: (row: Shown) => unknown, theirs?: (value: unknown) => unknown]
const compared: readonly Compared[] = [
  [
    '@timestamp',
    (row) => iso(row.ts_end ?? row.ts),
    (value) => new Date(String(value).replace(/(\.\d{3})\d*/, '$1')).toISOString(),
  ],
  ['source.ip', (row) => row.src_ip],
  ['source.port', (row) => row.src_port],
  ['destination.ip', (row) => row.dst_ip],
  ['destination.port', (row) => row.dst_port],
  ['destination.domain', (row) => row.domain, plainName],
  ['server.ip', (row) => row.dst_ip],
  ['dns.question.name', (row) => row.domain, plainName],
  ['dns.question.type', (row) => row.qtype],
  ['dns.response_code', (row) => row.status, (value) => String(value).toUpperCase()],
  ['dns.resolved_ip', (row) => row.answers],
  ['network.transport', (row) => row.transport],
  ['url.full', (row) => row.url],
  ['url.port', (row) => row.dst_port],
  ['user.name', (row) => row.user],
  ['user_agent.original', (row) => row.user_agent],
  ['http.request.referrer', (row) => row.referrer],
  ['http.response.status_code', (row) => Number(String(row.status).split('/').at(-1))],
  ['http.response.bytes', (row) => row.bytes_in],
  ['event.duration', (row) => Number(row.duration ?? 0) / 1000],
  ['action.type', (row) => row.action],
]

/** Messages that name no contact: no row, whatever time they bear. */
const noContact: Readonly<Record<string, string>> = {
  'bind/resolution_log_01.json': 'the server asks another server; no client is named',
  'bind/resolution_log_03.json': 'validation of an answer; no client is named',
  'bind/resolution_log_04.json': 'validation of an answer; no client is named',
  'bind/resolution_log_06.json': 'a lame server; no client is named',
  'bind/rpz_log_04.json': 'a policy zone was loaded anew',
  'bind/rpz_log_06.json': 'zone transfer',
  'bind/rpz_log_07.json': 'zone transfer',
  'bind/rpz_log_09.json': 'zone with a bad owner name',
  'bind/rpz_log_11.json': 'zone refresh',
  'bind/rpz_log_12.json': 'zone transfer',
  'bind/rpz_log_14.json': 'zone transfer',
  'bind/rpz_log_16.json': 'zone transfer',
  'bind/rpz_log_17.json': 'zone transfer',
  'bind/rpz_log_19.json': 'zone transfer',
  'ddi/query_log_dhcp_10.json': 'DHCP: an offer is no lease',
  'ddi/query_log_dhcp_11.json': 'DHCP: no address yet',
  'ddi/query_log_dhcp_13.json': 'DHCP: no address yet',
  'ddi/query_log_dhcp_3.json': 'DHCP: a request is no lease',
  'ddi/query_log_dhcp_4.json': 'DHCP: a request is no lease',
  'ddi/query_log_dhcp_6.json': 'DHCP: a request is no lease',
  'ddi/query_log_dhcp_8.json': 'DHCP lease in Infoblox’s own form, not read yet',
  'ddi/query_log_dhcp_9.json': 'DHCP: a request is no lease',
  'unbound/error2.json': 'an error without client, and without the name of the program',
  'unbound/info_recursion.json': 'statistics',
  'unbound/server_stats.json': 'statistics',
}

const device = 'most granular identity of a client: a device, not a user'
const network = 'most granular identity of a network: not a user'
/** Fields where the published expectation is not what the message says. */
const theirsIsWrong: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'bind/rpz_log_01.json': { 'dns.question.type': 'NAME/TYPE/CLASS is taken for NAME/CLASS/TYPE' },
  'bind/rpz_log_02.json': { 'dns.question.type': 'NAME/TYPE/CLASS is taken for NAME/CLASS/TYPE' },
  'umbrella-dns/DNS_Tunnel.json': { 'user.name': network },
  'umbrella-dns/umbrella-dns-2.json': { 'user.name': network },
  'umbrella-dns/umbrella-dns-5.json': { 'user.name': network },
  'umbrella-dns/umbrella-dns-6.json': { 'user.name': device },
}

let engine: Engine
beforeAll(async () => {
  if (here) engine = await openTestEngine()
})
afterAll(() => engine?.close())

async function read(text: string) {
  const { ingested, lines } = await readBytes(engine, Buffer.from(text), 'message.log')
  const shown = lines.map((line) => JSON.parse(line) as Shown)
  return {
    format: ingested.format?.id ?? null,
    rows: shown.filter((row) => row.table === 'network'),
    problems: shown.filter((row) => row.table === 'problem'),
  }
}

/** Most BIND messages were published without the time that stood before them: they are read as they are, and behind a time. */
const stamp = '05-Jul-2023 12:00:00.123 '
const timeless = (file: string, message: string): boolean => /^(bind|ddi)\//.test(file) && !/^\d\d-[A-Z]/.test(message)

type Sample = { readonly file: string; readonly message: string; readonly expected: Json }

/** Samples that are read together: those of a product, but what is in another spelling by itself. */
const groups: Readonly<Record<string, readonly Sample[]>> = Object.groupBy(
  files.map((file) => {
    const { input, expected } = JSON.parse(readFileSync(join(data, 'sekoia', file), 'utf8'))
    return { file, message: String(input.message).trimEnd(), expected: expected as Json }
  }),
  ({ file }) => (file === 'squid/common_log_format_1.json' ? 'squid, common' : file.split('/')[0]!),
) as Record<string, Sample[]>

describe.runIf(here)('published expectations', () => {
  test.each(Object.keys(groups))('%s', async (group) => {
    const samples = groups[group]!
    const id = products[group.split(',')[0]!]!
    const text = samples.map(({ file, message }) => `${timeless(file, message) ? stamp : ''}${message}\n`).join('')
    const { format, rows, problems } = await read(text)
    expect(format).toBe(id)
    expect(rows.map((row) => row.record)).toEqual(
      samples.flatMap(({ file }, index) => (file in noContact ? [] : [index + 1])),
    )
    for (const problem of problems) expect(Object.keys(noContact)).toContain(samples[Number(problem.record) - 1]!.file)
    const wrong: Record<string, Record<string, string>> = {}
    for (const [index, { file, message, expected }] of samples.entries()) {
      const row = rows.find((candidate) => candidate.record === index + 1)
      if (!row) continue
      expect(formatNamed(formats, id).sniff(Buffer.from(message), 'message.log'), file).toBe('yes')
      const told = compared.filter(([path]) => at(expected, path) !== undefined)
      expect(told.length, `${file}: fields to compare`).toBeGreaterThan(2)
      for (const [path, ours, theirs] of told) {
        const value = at(expected, path)
        const wanted = theirs ? theirs(value) : value
        const got = ours(row) ?? (typeof wanted === 'number' ? 0 : '')
        if (JSON.stringify(got) === JSON.stringify(wanted)) continue
        wrong[file] = { ...wrong[file], [path]: theirsIsWrong[file]?.[path] ?? `ours ${got}, theirs ${wanted}` }
      }
    }
    const listed = Object.entries(theirsIsWrong).filter(([file]) => samples.some((sample) => sample.file === file))
    expect(wrong).toEqual(Object.fromEntries(listed))
  })

  test('without the time that stood before them BIND’s messages give no row', async () => {
    const messages = files.flatMap((file) =>
      Object.values(groups)
        .flat()
        .filter((sample) => sample.file === file && timeless(file, sample.message)),
    )
    const { rows, problems } = await read(messages.map(({ message }) => `${message}\n`).join(''))
    expect(rows).toEqual([])
    const codes = new Map(problems.map((problem) => [problem.record, problem.code]))
    // twenty samples of a code are kept
    for (const [record, code] of codes)
      expect(code).toBe(messages[Number(record) - 1]!.file in noContact ? 'bad_record' : 'bad_time')
    expect(codes.size).toBeGreaterThan(20)
  })

  test('the tables of exceptions name files that exist', () => {
    expect(files).toEqual(expect.arrayContaining([...Object.keys(noContact), ...Object.keys(theirsIsWrong)]))
  })
})

describe.runIf(here)('AdGuard Home', () => {
  test('every line is a row, read a second time by JSON.parse alone', async () => {
    const text = readFileSync(join(data, 'adguardhome_querylog.json'), 'utf8')
    const records = text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(
        (line) =>
          JSON.parse(line) as {
            T: string
            QH: string
            QT: string
            IP: string
            Elapsed: number
            Result: { IsFiltered?: boolean }
          },
      )
    const { format, rows, problems } = await read(text)
    expect(format).toBe('adguard-home')
    expect(problems).toEqual([])
    expect(rows.map((row) => [iso(row.ts), row.domain, row.qtype, row.src_ip, row.action, row.duration])).toEqual(
      records.map((record) => [
        new Date(record.T.replace(/(\.\d{3})\d*/, '$1')).toISOString(),
        record.QH,
        record.QT,
        record.IP,
        record.Result.IsFiltered ? 'blocked' : 'allowed',
        Math.floor(record.Elapsed / 1000),
      ]),
    )
    // answers as a DNS library reads them out of the same messages
    expect(rows.map((row) => row.answers ?? [])).toEqual(
      records.map((record) => addresses(record as unknown as { Answer: string })),
    )
  })
})

/** Addresses by walking the message byte by byte: a second, slower way than the engine’s. */
function addresses(record: { Answer: string }): string[] {
  const bytes = Buffer.from(record.Answer, 'base64')
  const skipName = (from: number): number => {
    let position = from
    for (;;) {
      const length = bytes[position]!
      if (length >= 192) return position + 2
      if (length === 0) return position + 1
      position += length + 1
    }
  }
  let position = skipName(12) + 4
  const found: string[] = []
  for (let n = 0; n < bytes.readUInt16BE(6); n++) {
    position = skipName(position)
    const type = bytes.readUInt16BE(position)
    const length = bytes.readUInt16BE(position + 8)
    const body = bytes.subarray(position + 10, position + 10 + length)
    if (type === 1) found.push([...body].join('.'))
    if (type === 28)
      found.push(new URL(`http://[${body.toString('hex').replace(/(.{4})(?=.)/g, '$1:')}]`).hostname.slice(1, -1))
    position += 10 + length
  }
  return found
}

describe.runIf(here)('recognition', () => {
  test('no message of another product is taken for one of these', () => {
    const mine = new Set(Object.values(products).concat('dnsmasq', 'adguard-home', 'nextdns'))
    const others = readdirSync(join(data, 'sekoia')).filter((product) => !(product in products))
    const taken: string[] = []
    for (const product of others)
      for (const name of readdirSync(join(data, 'sekoia', product))) {
        const { input } = JSON.parse(readFileSync(join(data, 'sekoia', product, name), 'utf8')) as {
          input: { message: string }
        }
        for (const format of formats)
          if (mine.has(format.id) && format.sniff(Buffer.from(input.message), name) !== 'no')
            taken.push(`${product}/${name}: ${format.id}`)
      }
    expect(taken).toEqual([])
  })
})
