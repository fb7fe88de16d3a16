// Zeek 7 at headquarters: conn, dns, ssl, http and dhcp, as NDJSON (json-logs policy) or as TSV.
import type { Contact, Line } from './contact.ts'
import type { AddressOf, Lease } from './fleet.ts'
import { hash32, type Random } from './random.ts'

export type ZeekLog = 'conn' | 'dns' | 'ssl' | 'http' | 'dhcp'
export type ZeekRecord = Line & { readonly log: ZeekLog; readonly fields: Readonly<Record<string, unknown>> }

const resolver = '10.20.0.53'
const base62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

const record = (log: ZeekLog, ts: number, fields: Record<string, unknown>, c?: Contact, kind?: string): ZeekRecord => {
  // Microseconds that no clock gives: taken from the record itself. Records of the story stay on the millisecond.
  const micros = c?.story ? 0 : hash32(JSON.stringify(fields)) % 1000
  const all = {
    ts: Number(`${Math.floor(ts / 1000)}.${String(ts % 1000).padStart(3, '0')}${String(micros).padStart(3, '0')}`),
    ...fields,
  }
  return {
    log,
    ts,
    fields: all,
    text: JSON.stringify(all),
    gives: log === 'dhcp' ? 'identity_event' : 'network',
    story: c?.story,
    ...(kind ? { kind } : {}),
  }
}

/** What Zeek writes about one contact. Answers come one line for each thing that the contact lets be seen. */
export function zeekOf(c: Contact, addressOf: AddressOf, r: Random): ZeekRecord[] {
  const client = c.device === '' ? c.address! : addressOf(c.device, c.ts)
  const port = r.whole(49_152, 65_500)
  const uid = `C${r.word(base62, 17)}`
  const ends = { 'id.orig_h': client, 'id.orig_p': port, 'id.resp_h': c.ip, 'id.resp_p': c.port }
  const out: ZeekRecord[] = []
  const opened = c.seen.includes('dns') ? c.ts + 38 : c.ts
  if (c.seen.includes('dns')) {
    out.push(
      record(
        'dns',
        c.ts,
        {
          uid: `C${r.word(base62, 17)}`,
          'id.orig_h': client,
          'id.orig_p': r.whole(49_152, 65_500),
          'id.resp_h': resolver,
          'id.resp_p': 53,
          proto: 'udp',
          trans_id: r.whole(1, 65_535),
          rtt: r.whole(8, 35) / 1000,
          query: c.host,
          qclass: 1,
          qclass_name: 'C_INTERNET',
          qtype: 1,
          qtype_name: 'A',
          rcode: 0,
          rcode_name: 'NOERROR',
          AA: false,
          TC: false,
          RD: true,
          RA: true,
          Z: 0,
          answers: [c.ip],
          TTLs: [r.pick([60, 300, 3600])],
          rejected: false,
        },
        c,
        'dns',
      ),
    )
  }
  if (c.seen.includes('tls')) {
    out.push(
      record(
        'ssl',
        opened + 21,
        {
          uid,
          ...ends,
          version: 'TLSv13',
          cipher: 'TLS_AES_128_GCM_SHA256',
          curve: 'x25519',
          server_name: c.host,
          resumed: false,
          established: true,
          ssl_history: 'CsiI',
        },
        c,
        'tls',
      ),
    )
  }
  if (c.seen.includes('http')) {
    out.push(
      record(
        'http',
        opened + 20,
        {
          uid,
          ...ends,
          trans_depth: 1,
          method: 'GET',
          host: c.host,
          uri: c.path,
          version: '1.1',
          user_agent: c.userAgent,
          request_body_len: 0,
          response_body_len: c.bytesIn,
          status_code: 200,
          status_msg: 'OK',
          tags: [],
        },
        c,
        'http',
      ),
    )
  }
  if (c.seen.includes('flow')) {
    const [out4, in4] = [4 + Math.ceil(c.bytesOut / 1400), 4 + Math.ceil(c.bytesIn / 1400)]
    out.push(
      record(
        'conn',
        opened,
        {
          uid,
          ...ends,
          proto: 'tcp',
          ...(c.seen.includes('tls') ? { service: 'ssl' } : c.seen.includes('http') ? { service: 'http' } : {}),
          duration: r.whole(120, 42_000) / 1000,
          orig_bytes: c.bytesOut,
          resp_bytes: c.bytesIn,
          conn_state: 'SF',
          local_orig: true,
          local_resp: false,
          missed_bytes: 0,
          history: 'ShADadFf',
          orig_pkts: out4,
          orig_ip_bytes: c.bytesOut + 52 * out4,
          resp_pkts: in4,
          resp_ip_bytes: c.bytesIn + 52 * in4,
        },
        c,
        'flow',
      ),
    )
  }
  return out
}

export const dhcpOf = (lease: Lease, renewal: boolean, r: Random): ZeekRecord =>
  record('dhcp', lease.from, {
    uids: [`C${r.word(base62, 17)}`],
    client_addr: lease.ip,
    server_addr: '10.20.30.1',
    mac: lease.mac,
    host_name: lease.host,
    domain: 'kestrel-lowe.example',
    requested_addr: lease.ip,
    assigned_addr: lease.ip,
    lease_time: (lease.until - lease.from) / 1000,
    msg_types: renewal ? ['REQUEST', 'ACK'] : ['DISCOVER', 'OFFER', 'REQUEST', 'ACK'],
    duration: r.whole(2, 900) / 1000,
  })

const dnsColumns: readonly (readonly [string, string])[] = [
  ['ts', 'time'],
  ['uid', 'string'],
  ['id.orig_h', 'addr'],
  ['id.orig_p', 'port'],
  ['id.resp_h', 'addr'],
  ['id.resp_p', 'port'],
  ['proto', 'enum'],
  ['trans_id', 'count'],
  ['rtt', 'interval'],
  ['query', 'string'],
  ['qclass', 'count'],
  ['qclass_name', 'string'],
  ['qtype', 'count'],
  ['qtype_name', 'string'],
  ['rcode', 'count'],
  ['rcode_name', 'string'],
  ['AA', 'bool'],
  ['TC', 'bool'],
  ['RD', 'bool'],
  ['RA', 'bool'],
  ['Z', 'count'],
  ['answers', 'vector[string]'],
  ['TTLs', 'vector[interval]'],
  ['rejected', 'bool'],
]

/** dns.log as Zeek’s default writer has it, with its header and footer. */
export function dnsTsv(records: readonly ZeekRecord[], date: string): Line[] {
  const cell = (value: unknown, type: string): string => {
    if (value === undefined) return '-'
    if (type === 'bool') return value ? 'T' : 'F'
    if (type === 'time' || type === 'interval') return (value as number).toFixed(6)
    if (type === 'vector[interval]') return (value as number[]).map((v) => v.toFixed(6)).join(',')
    return Array.isArray(value) ? value.join(',') : String(value)
  }
  const note = (text: string): Line => ({ ts: 0, text, gives: null })
  const stamp = (time: string): string => `${date}-${time}`
  return [
    ...[
      '#separator \\x09',
      '#set_separator\t,',
      '#empty_field\t(empty)',
      '#unset_field\t-',
      '#path\tdns',
      `#open\t${stamp('00-00-00')}`,
    ].map(note),
    note(`#fields\t${dnsColumns.map(([name]) => name).join('\t')}`),
    note(`#types\t${dnsColumns.map(([, type]) => type).join('\t')}`),
    ...records.map((x) => ({ ...x, text: dnsColumns.map(([name, type]) => cell(x.fields[name], type)).join('\t') })),
    note(`#close\t${stamp('23-59-59')}`),
  ]
}
