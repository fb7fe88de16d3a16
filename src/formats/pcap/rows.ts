// Rows of the table `network` and `identity_event` out of flows and what was read in them. `raw` is a summary in JSON of what a
// row was made of: packets are not kept.
import type { GivenRow, Micros } from '../../model/index.ts'
import type { Dhcp } from './dhcp.ts'
import { lowerAscii, type Message } from './dns.ts'
import { ja3Of, ja4Of } from './fingerprint.ts'
import { type Flow, type Lookup, type Request, stateOf } from './flow.ts'
import type { Hello } from './hello.ts'
import { hostOf, urlOf } from './http.ts'
import { protocolName } from './ip.ts'

export type NetworkRow = GivenRow<'network'>
export type LeaseRow = GivenRow<'identity_event'>

/** `domain` and, where it was written otherwise, `domain_raw`. */
function named(written: string): { domain: string; domain_raw: string } {
  const last = written.charCodeAt(written.length - 1)
  const domain = lowerAscii(last === 0x2e || last <= 0x20 ? written.trim().replace(/\.+$/, '') : written.trimStart())
  return { domain, domain_raw: domain === written ? '' : written }
}

/** JSON of the facts that are stated: '', -1 and false say that one is not. A third of the time of JSON.stringify with a filter. */
function summary(facts: Readonly<Record<string, string | number | boolean | readonly string[]>>): string {
  let text = '{'
  for (const name in facts) {
    const value = facts[name]!
    if (value === '' || value === -1 || value === false) continue
    text += `${text === '{' ? '' : ','}"${name}":${typeof value === 'number' ? value : JSON.stringify(value)}`
  }
  return `${text}}`
}

/** Endpoints and process: what all rows of a flow have in common. */
function common(flow: Flow, kind: string, ts: Micros, process: string) {
  return {
    ts,
    kind,
    src_mac: flow.mac === '00:00:00:00:00:00' ? '' : flow.mac,
    src_ip: flow.client,
    src_port: flow.clientPort,
    src_host: flow.host,
    dst_ip: flow.server,
    dst_port: flow.serverPort,
    transport: protocolName(flow.protocol),
    service: flow.service,
    process,
    attribution: process === '' ? '' : 'packet_metadata',
  }
}

const keyOf = (what: string, flow: Flow, ts: Micros, more = ''): string => `pcap ${what} ${flow.ends} ${ts}${more}`

export function flowRow(flow: Flow): NetworkRow {
  return {
    ...common(flow, 'flow', flow.first, flow.process),
    ...named(flow.name),
    ts_end: flow.last,
    status: stateOf(flow),
    bytes_out: flow.bytesOut,
    bytes_in: flow.bytesIn,
    duration: flow.last - flow.first,
    event_key: keyOf('flow', flow, flow.first),
    raw: summary({
      kind: 'flow',
      packet: flow.record,
      last_packet: flow.lastRecord,
      packets_out: flow.packetsOut,
      packets_in: flow.packetsIn,
      wire_out: flow.wireOut,
      wire_in: flow.wireIn,
      flags_out: flow.protocol === 6 ? flagNames(flow.flagsOut) : '',
      flags_in: flow.protocol === 6 ? flagNames(flow.flagsIn) : '',
      interface: flow.iface,
      pid: flow.pid,
    }),
  }
}

const flagNames = (flags: number): string => [...'FSRPAUEC'].filter((_, bit) => (flags >> bit) & 1).join('')

/** `record` and `ts`: the packet that completed the hello. `quic`: its version; '' over TCP. */
export function tlsRow(flow: Flow, hello: Hello, ts: Micros, record: number, quic: string): NetworkRow {
  return {
    ...common(flow, 'tls', ts, flow.process),
    ...named(hello.name),
    transport: quic === '' ? 'tcp' : 'quic',
    ja3: ja3Of(hello),
    ja4: ja4Of(hello, quic === '' ? 't' : 'q'),
    event_key: keyOf('tls', flow, ts),
    raw: summary({
      kind: 'tls',
      packet: record,
      quic,
      alpn: hello.alpn.map((name) => name.slice(0, 32).replace(/[^\x20-\x7e]/g, '?')).slice(0, 8),
      ciphers: hello.ciphers.length,
      extensions: hello.extensions.length,
      encrypted_hello: hello.encrypted,
      interface: flow.iface,
      pid: flow.pid,
    }),
  }
}

/** A look-up with its answer, or without one (`answer` null). Times in Micros; `at`: of the answer. */
export function dnsRow(
  flow: Flow,
  lookup: Lookup,
  answer: Message | null,
  at: Micros,
  record: number,
  asked: boolean,
): NetworkRow {
  return {
    ...common(flow, 'dns', lookup.ts, lookup.process),
    ...named(lookup.name),
    qtype: lookup.type,
    status: answer?.rcode ?? '',
    answers: answer?.answers ?? [],
    duration: answer !== null && asked ? Math.max(0, at - lookup.ts) : -1,
    event_key: keyOf('dns', flow, lookup.ts, ` ${lookup.id} ${lookup.type} ${lookup.name}`),
    raw: summary({
      kind: 'dns',
      packet: lookup.record,
      answer_packet: answer === null ? -1 : record,
      id: lookup.id,
      name: lookup.name,
      type: lookup.type,
      answers: answer?.answers.length ?? -1,
      damaged: answer !== null && !answer.whole,
      interface: flow.iface,
      pid: lookup.pid,
    }),
  }
}

export function httpRow(flow: Flow, request: Request, status: string): NetworkRow {
  const host = hostOf(request)
  const { domain } = named(host)
  return {
    ...common(flow, 'http', request.ts, flow.process),
    service: 'http',
    domain,
    domain_raw: request.host === domain ? '' : request.host,
    url: urlOf(request, flow.server, flow.serverPort),
    status,
    referrer: request.referrer,
    user_agent: request.agent,
    event_key: keyOf('http', flow, request.ts, ` ${request.record} ${request.target}`.slice(0, 300)),
    raw: summary({
      kind: 'http',
      packet: request.record,
      method: request.method,
      host: request.host,
      target: request.target.slice(0, 500),
      interface: flow.iface,
      pid: flow.pid,
    }),
  }
}

export function leaseRow(dhcp: Dhcp, ts: Micros, record: number): LeaseRow {
  return {
    ts,
    ...(dhcp.seconds > 0 ? { ts_end: ts + dhcp.seconds * 1e6 } : {}),
    kind: 'lease',
    ip: dhcp.leased,
    mac: dhcp.mac,
    host: dhcp.host,
    event_key: `pcap lease ${dhcp.leased} ${dhcp.mac} ${ts}`,
    raw: summary({ kind: 'lease', packet: record, seconds: dhcp.seconds }),
  }
}
