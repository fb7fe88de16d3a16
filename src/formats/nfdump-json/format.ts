// Flows as nfdump prints them with `-o json`: an array of objects, each over many lines. One object a line is read by nfdump.
// Source of the fields: nfdump 1.6 and 1.7, output_json.c. No sample has confirmed the array; the fields are those of nfdump’s JSON lines.
import { defineFormat, type Micros } from '../../model/index.ts'
import { canonicalIp, canonicalName } from '../../names/index.ts'
import { contact, digestOf, flaw, type Json, jsonFormat, type Told, textAt, timeAt } from '../json-events.ts'
import { nfdumpClaims } from '../nfdump-claims.ts'

/** IANA protocol numbers, by the names that protocolName gives them in SQL. */
const protocols: Readonly<Record<string, string>> = {
  1: 'icmp',
  2: 'igmp',
  4: 'ipip',
  6: 'tcp',
  17: 'udp',
  41: 'ipv6',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  58: 'icmp6',
  89: 'ospf',
  112: 'vrrp',
  132: 'sctp',
}

const isFlow = (record: Json): boolean =>
  (record.type === 'FLOW' || record.type === 'EVENT') && ('first' in record || 't_first' in record || 'proto' in record)

/** A whole number that is stated; -1 else. */
function numberAt(record: Json, key: string): number {
  const value = Number(textAt(record, key) || Number.NaN)
  return Number.isSafeInteger(value) && value >= 0 ? value : -1
}

const portAt = (record: Json, key: string): number => {
  const port = numberAt(record, key)
  return port > 0 && port < 65_536 ? port : 0
}

function* take(record: Json): Generator<Told> {
  const ts: Micros | null = timeAt(record, 't_first', 'first')
  if (ts === null) return yield flaw('bad_time', 'the time of the first packet cannot be read')
  const from = canonicalIp(textAt(record, 'src4_addr', 'src6_addr'))
  const to = canonicalIp(textAt(record, 'dst4_addr', 'dst6_addr'))
  const proto = numberAt(record, 'proto')
  if (from === null || to === null || proto <= 0)
    return yield flaw('missing_field', 'an address or the protocol is missing')
  const end = Math.max(ts, timeAt(record, 't_last', 'last') ?? ts)
  const [fromPort, toPort] = [portAt(record, 'src_port'), portAt(record, 'dst_port')]
  // of flows of one direction the side with a port below 1024 served
  const reply = fromPort > 0 && fromPort < 1024 && toPort >= 1024
  const there = numberAt(record, 'in_bytes')
  const back = numberAt(record, 'out_bytes') > 0 ? numberAt(record, 'out_bytes') : -1
  const mac = textAt(record, 'in_src_mac').toLowerCase()
  const name = reply ? '' : textAt(record, 'sni')
  const known = name === '' ? null : canonicalName(name)
  const domain = known?.kind === 'domain' ? known.value : ''
  yield contact({
    ts,
    ts_end: end,
    kind: 'flow',
    src_mac: reply || mac === '00:00:00:00:00:00' ? '' : mac,
    src_ip: reply ? to : from,
    src_port: reply ? toPort : fromPort,
    dst_ip: reply ? from : to,
    dst_port: reply ? fromPort : toPort,
    domain,
    domain_raw: domain === '' || domain === name ? '' : name,
    transport: protocols[proto] ?? String(proto),
    bytes_out: reply ? back : there,
    bytes_in: reply ? there : back,
    duration: end - ts,
    event_key: `nfdump ${digestOf(record)}`,
  })
}

const format = jsonFormat({
  id: 'nfdump-json',
  title: 'nfdump flows (JSON array)',
  version: 1,
  names: ['*.json'],
  claims: {
    network: {
      ...nfdumpClaims,
      always: [...nfdumpClaims.always, 'event_key'],
      sometimes: [...nfdumpClaims.sometimes, 'domain', 'domain_raw'],
      blind: [...nfdumpClaims.blind, 'what stands behind the first 64 MiB: print large files as csv or ndjson'],
    },
  },
  marks: ['type', 'src4_addr|src6_addr', 'first|t_first'],
  is: isFlow,
  take,
})

export const nfdumpJson = defineFormat({
  ...format,
  sniff: (head, name) =>
    /^[\s\ufeff]*(?:\[|\{[ \t]*\r?\n)/.test(head.toString('utf8', 0, 1024)) ? format.sniff(head, name) : 'no',
})
