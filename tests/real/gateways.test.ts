// Logs of gateways, firewalls and sensors that nobody of this project wrote, compared with what their publisher reads in them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '../../src/engine/index.ts'
import { openTestEngine, readBytes } from '../conformance/harness.ts'

const data = join(import.meta.dirname, '../../../shared/data/nsm-logs')
const here = existsSync(data)
const products = [
  'aws-flow-logs',
  'cisco-meraki',
  'gateway_http',
  'gateway_network',
  'netflow',
  'paloalto-ngfw',
  'umbrella-ip',
  'umbrella-proxy',
  'zscaler-zia',
]
const files = here
  ? products.flatMap((product) => readdirSync(join(data, 'sekoia', product)).map((name) => `${product}/${name}`))
  : []
if (!here) console.warn('tests/real/gateways: the folder of real samples is missing; 106 files left out')

type Json = { readonly [key: string]: Json } & string
type Shown = Readonly<Record<string, unknown>>
const at = (value: Json, path: string): unknown =>
  path.split('.').reduce<Json | undefined>((inner, key) => inner?.[key], value)

const plainName = (name: unknown): string => String(name).toLowerCase().replace(/\.$/, '')
const second = (ts: unknown): string => `${String(ts).replace(' ', 'T').slice(0, 19)}Z`
const withoutScheme = (url: unknown): string => String(url).replace(/^[a-z]+:\/\//, '')
/** Publishers take `domain\user` and `user@domain` apart; the record is compared. */
const account = (name: unknown): string => String(name).replace(/^.*\\/, '').replace(/@.*$/, '').toLowerCase()

type Compared = readonly [path: string, ours: (row: Shown) => unknown, theirs?: (value: unknown) => unknown]
const compared: readonly Compared[] = [
  ['@timestamp', (row) => second(row.ts_end ?? row.ts), second],
  ['event.start', (row) => second(row.ts), second],
  ['source.ip', (row) => row.src_ip],
  ['source.mac', (row) => row.src_mac ?? row.mac, plainName],
  ['source.port', (row) => row.src_port],
  ['source.bytes', (row) => row.bytes_out ?? -1],
  ['destination.ip', (row) => row.dst_ip],
  ['destination.port', (row) => row.dst_port],
  ['destination.bytes', (row) => row.bytes_in ?? -1],
  ['destination.domain', (row) => row.domain, plainName],
  ['dns.question.name', (row) => row.domain, plainName],
  ['dns.question.type', (row) => row.qtype, (value) => String(value).toUpperCase()],
  ['dns.response_code', (row) => row.status],
  ['dns.resolved_ip', (row) => row.answers],
  ['tls.client.server_name', (row) => row.domain, plainName],
  ['tls.server.hash.sha256', (row) => row.cert_sha256],
  ['network.transport', (row) => row.transport],
  ['url.original', (row) => withoutScheme(row.url ?? ''), withoutScheme],
  ['url.domain', (row) => row.domain, plainName],
  ['user.name', (row) => account(row.user ?? ''), account],
  ['user_agent.original', (row) => row.user_agent],
  ['http.request.referrer', (row) => row.referrer],
  ['http.request.bytes', (row) => row.bytes_out ?? -1],
  ['http.response.bytes', (row) => row.bytes_in ?? -1],
  ['http.response.status_code', (row) => Number(row.status)],
]

/** Messages that give no row, and why. */
const noContact: Readonly<Record<string, string>> = {}

/** Fields where the published expectation is not what the message says, or says it of something else. */
const theirsIsWrong: Readonly<Record<string, Readonly<Record<string, string>>>> = {}

let engine: Engine
beforeAll(async () => {
  if (here) engine = await openTestEngine()
})
afterAll(() => engine?.close())

async function read(text: string | Buffer, name = 'message.log') {
  const { ingested, lines } = await readBytes(engine, Buffer.from(text), name)
  const shown = lines.map((line) => JSON.parse(line) as Shown)
  return {
    format: ingested.format?.id ?? null,
    rows: shown.filter((row) => row.table !== 'problem'),
    problems: shown.filter((row) => row.table === 'problem'),
  }
}

/** One message a line: publishers broke some over several. */
const oneLine = (message: string): string =>
  message.trimStart().startsWith('{') ? message.replaceAll('\n', ' ').trim() : message.replaceAll('\n', '').trimEnd()

type Sample = { readonly file: string; readonly message: string; readonly expected: Json }
const samples: readonly Sample[] = files.map((file) => {
  const { input, expected } = JSON.parse(readFileSync(join(data, 'sekoia', file), 'utf8'))
  return { file, message: oneLine(String(input.message)), expected: expected as Json }
})

describe.runIf(here)('published expectations', () => {
  const agreement = new Map<string, { same: number; all: number }>()
  afterAll(() => {
    let same = 0
    let all = 0
    for (const [format, one] of agreement) {
      same += one.same
      all += one.all
      console.info(`${format}: ${one.same} of ${one.all} fields agree (${((100 * one.same) / one.all).toFixed(1)} %)`)
    }
    console.info(`gateways: ${same} of ${all} fields agree (${((100 * same) / all).toFixed(1)} %)`)
  })

  test('each message is read as its publisher reads it, but where listed', async () => {
    const silent: string[] = []
    const wrong: Record<string, Record<string, string>> = {}
    const unclaimed: string[] = []
    for (const { file, message, expected } of samples) {
      const { format, rows, problems } = await read(`${message}\n`)
      if (format === null) {
        unclaimed.push(file)
        continue
      }
      const row = rows[0]
      if (!row) {
        silent.push(file)
        if (noContact[file]?.startsWith('problem')) expect(problems.length, file).toBe(1)
        continue
      }
      const counts = agreement.get(format) ?? { same: 0, all: 0 }
      agreement.set(format, counts)
      for (const [path, ours, theirs] of compared) {
        const value = at(expected, path)
        if (value === undefined) continue
        const wanted = theirs ? theirs(value) : value
        const got = ours(row) ?? (typeof wanted === 'number' ? 0 : '')
        const listed = theirsIsWrong[file]?.[path]
        counts.all++
        if (JSON.stringify(got) === JSON.stringify(wanted)) counts.same++
        else wrong[file] = { ...wrong[file], [path]: listed ?? `ours ${got}, theirs ${wanted}` }
      }
    }
    expect(unclaimed).toEqual([])
    expect(silent).toEqual(Object.keys(noContact).sort())
    expect(wrong).toEqual(theirsIsWrong)
  })
})

test.runIf(here)('Zeek x509: every certificate with its hash, read a second time by JSON.parse alone', async () => {
  for (const [file, unzip] of [
    ['zed/zeek-json/x509.json.gz', true],
    ['slips/test9-mixed-zeek-dir/x509.log', false],
  ] as const) {
    const stored = readFileSync(join(data, file))
    const bytes = unzip ? gunzipSync(stored) : stored
    const records = bytes
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as Record<string, string>)
    const { format, rows, problems } = await read(bytes, 'x509.log')
    expect(format).toBe('zeek-x509')
    expect(problems).toEqual([])
    expect(rows.map((row) => row.cert_sha256 ?? '')).toEqual(records.map((record) => record.fingerprint ?? ''))
    console.info(`zeek-x509: ${rows.length} of ${records.length} records of ${file} agree`)
  }
})
