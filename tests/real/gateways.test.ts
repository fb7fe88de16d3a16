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
  ['event.end', (row) => second(row.ts_end), second],
  ['source.ip', (row) => row.src_ip ?? row.ip],
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
  ['url.full', (row) => withoutScheme(row.url ?? ''), withoutScheme],
  ['user.name', (row) => account(row.user ?? ''), account],
  ['user.email', (row) => row.user],
  ['source.user.name', (row) => account(row.user ?? ''), account],
  ['network.application', (row) => row.service],
  ['user_agent.original', (row) => row.user_agent],
  ['http.request.referrer', (row) => row.referrer],
  ['http.request.bytes', (row) => row.bytes_out ?? -1],
  ['http.response.bytes', (row) => row.bytes_in ?? -1],
  ['http.response.status_code', (row) => Number(row.status)],
]

/** The same fact, which the publisher puts elsewhere for one product: product, our place → theirs. */
const elsewhere: readonly (readonly [file: RegExp, usual: string, theirs: string, why: string])[] = [
  [
    /^aws-flow-logs\//,
    '@timestamp',
    'event.end',
    'stamped with the start of the flow; we compare the end with the end',
  ],
  [
    /^umbrella-proxy\//,
    'source.ip',
    'source.nat.ip',
    'source.ip is the address of the network, nat.ip that of the client',
  ],
  [/^cisco-meraki\/\w+vpn_connect/, 'source.ip', 'source.nat.ip', 'nat.ip is the address inside the tunnel'],
  [/^zscaler-zia\//, 'user.name', 'user.email', 'user.name is the owner of the device, user.email who signed in'],
]

/** Messages that give no row, and why. `problem` where one is told. */
const noContact: readonly (readonly [file: RegExp, why: string])[] = [
  [/^gateway_http\/test_[13568]\.json$/, 'Cloudflare Access: somebody signed in or enrolled; no format claims it'],
  [/^cisco-meraki\/\w+_vpn_(auth_failure|session_manager)\.json$/, 'a sign-in that gave nobody an address'],
  [/^netflow\//, 'problem: the record has neither a time nor the start of the exporter’s uptime'],
  [/^paloalto-ngfw\/globalprotect_csv\.json$/, 'a sign-in to the gateway before it has given an address'],
  [/^paloalto-ngfw\/globalprotect_cef\.json$/, 'an event without a destination: of CEF contacts are read alone'],
  [
    /^paloalto-ngfw\/(system_csv|auth_events_dsv|test_(auth_(fail|success)|event_reason|system|timestamp|username|cloud_election|dns_proxy|ntp_sync|registration|upgrade|user_authentication|wildfire_failure)\w*)\.json$/,
    'the firewall tells of itself, or of a sign-in to it',
  ],
  [
    /^zscaler-zia\/test_(event_audit\d|saas_security_event|tunnel_\w+)\.json$/,
    'audit, tunnels, files in cloud services',
  ],
]

/** Fields where the published expectation is not what the message says, or says it of something else. */
const theirsIsWrong: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'gateway_http/test_http.json': {
    'destination.port': 'the message has 0 for not stated; the port of the URL is taken',
  },
  'paloalto-ngfw/test_new_globalprotect.json': {
    'source.ip': 'the public address; a lease is about the private one, which they leave out',
  },
  'paloalto-ngfw/test_traffic_event_3_json.json': { '@timestamp': 'the high-resolution time is the later one' },
  'paloalto-ngfw/wildfire1_json.json': { '@timestamp': 'the high-resolution time is the later one' },
  'paloalto-ngfw/traffic2_csv.json': {
    '@timestamp': 'rt is when the log was received; start, which they give as event.start, is when it happened',
    'source.bytes': 'PAN-OS writes BytesSent to out: the packets they give agree with that',
    'destination.bytes': 'PAN-OS writes BytesReceived to in',
  },
  'paloalto-ngfw/traffic_cef.json': {
    '@timestamp': 'rt is when the log was received; start, which they give as event.start, is when it happened',
    'source.bytes': 'PAN-OS writes BytesSent to out: the packets they give agree with that',
    'destination.bytes': 'PAN-OS writes BytesReceived to in',
  },
  'paloalto-ngfw/udp_deny_csv.json': { 'source.port': '130000 is no port' },
  'zscaler-zia/test_event_firewall.json': {
    'source.bytes': 'outbytes is what the client sent (NSS feed format), inbytes what it received',
    'destination.bytes': 'inbytes is what the client received',
  },
  'zscaler-zia/test_event_web2.json': {
    'url.domain': 'hostname and URL name different hosts; hostname is their destination.domain and ours',
    'user_agent.original': 'Unknown is what the feed writes where there is none',
  },
}

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
  const agreement = new Map<string, { same: number; listed: number; all: number }>()
  afterAll(() => {
    const tell = (name: string, { same, listed, all }: { same: number; listed: number; all: number }): void =>
      console.info(
        `${name}: ${same} of ${all} fields agree (${((100 * same) / all).toFixed(1)} %); of ${listed} the message says otherwise than its publisher, as listed; of the other ${all - listed} ${((100 * same) / (all - listed)).toFixed(1)} % agree`,
      )
    const sum = { same: 0, listed: 0, all: 0 }
    for (const [format, one] of agreement) {
      tell(format, one)
      for (const key of ['same', 'listed', 'all'] as const) sum[key] += one[key]
    }
    if (sum.all > 0) tell('gateways', sum)
  })

  test.each(products)('%s: each message is read as its publisher reads it, but where listed', async (product) => {
    const own = (file: string): boolean => file.startsWith(`${product}/`)
    const silent: string[] = []
    const wrong: Record<string, Record<string, string>> = {}
    for (const { file, message, expected } of samples.filter((sample) => own(sample.file))) {
      const { format, rows, problems } = await read(`${message}\n`)
      const row = rows[0]
      if (!row) {
        silent.push(file)
        const why = noContact.find(([is]) => is.test(file))?.[1] ?? ''
        expect(problems.length, file).toBe(why.startsWith('problem') ? 1 : 0)
        continue
      }
      const counts = agreement.get(format!) ?? { same: 0, listed: 0, all: 0 }
      agreement.set(format!, counts)
      for (const [path, ours, theirs] of compared) {
        const place = elsewhere.find(([is, usual]) => is.test(file) && usual === path)?.[2] ?? path
        const value = at(expected, place)
        if (value === undefined) continue
        const wanted = theirs ? theirs(value) : value
        const got = ours(row) ?? (typeof wanted === 'number' ? 0 : '')
        const listed = theirsIsWrong[file]?.[path]
        counts.all++
        if (JSON.stringify(got) === JSON.stringify(wanted)) counts.same++
        else {
          if (listed) counts.listed++
          wrong[file] = { ...wrong[file], [path]: listed ?? `ours ${got}, theirs ${wanted}` }
        }
      }
    }
    expect(wrong).toEqual(Object.fromEntries(Object.entries(theirsIsWrong).filter(([file]) => own(file))))
    expect(silent.filter((file) => !noContact.some(([is]) => is.test(file)))).toEqual([])
    // and every reason is the reason of a file
    const reasons = noContact.filter(([is]) => is.source.startsWith(`^${product}\\/`))
    expect(reasons.filter(([is]) => !silent.some((file) => is.test(file)))).toEqual([])
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

test.runIf(here)(
  'Tailscale: every connection of the documented answer, but the one whose address is none',
  async () => {
    const bytes = readFileSync(join(data, 'tailscale_network_flow_log.doc-example.json'))
    const { logs } = JSON.parse(bytes.toString('utf8')) as {
      logs: { virtualTraffic: { txBytes: number; dst: string }[] }[]
    }
    const connections = logs.flatMap((log) => log.virtualTraffic)
    // 100.99.888.77 is the documentation’s own slip
    const good = connections.filter(
      ({ dst }) =>
        !dst
          .split(/[.:]/)
          .slice(0, 4)
          .some((part) => Number(part) > 255),
    )
    const { format, rows, problems } = await read(bytes, 'flows.json')
    expect(format).toBe('tailscale-flow')
    expect(problems.length).toBe(connections.length - good.length)
    const sent = (list: readonly unknown[]): number[] => list.map(Number).sort((a, b) => a - b)
    expect(sent(rows.map((row) => row.bytes_out))).toEqual(sent(good.map(({ txBytes }) => txBytes)))
    console.info(`tailscale-flow: ${rows.length} of ${connections.length} connections, ${problems.length} problem`)
  },
)
