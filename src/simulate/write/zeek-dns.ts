// Zeek’s dns.log, and the row of conn.log that each question over UDP has.
import type { Micros } from '../../model/index.ts'
import { openRandom } from '../random.ts'
import type { Contact, Lookup } from '../world.ts'
import type { Files } from './files.ts'
import { quoted, zeekQuoted } from './json.ts'
import { clientPort, connectionUid, connTail, endpoints, type Logs, seconds } from './zeek.ts'

/** IANA DNS parameters. */
const types: Record<Lookup['type'], number> = {
  A: 1,
  CNAME: 5,
  NULL: 10,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  HTTPS: 65,
}
const codes: Record<Lookup['code'], number> = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 }

/** The resolver of the network that an address lies in: its first host, as DHCP of small sites gives it. */
export function resolverOf(address: string): string {
  if (address.includes(':')) return 'fd00::53'
  return address.replace(/\d+$/, '1')
}

const answer = (type: Lookup['type'], text: string): string =>
  zeekQuoted(type === 'TXT' ? `TXT ${Buffer.byteLength(text)} ${text}` : text)

/** Writes questions: dns.log, and conn.log under the same uid. */
export function lookupWriter(
  files: Files,
  logsOf: (ts: Micros) => Logs,
  seed: number,
): (q: Lookup, from: string) => void | Promise<void> {
  const random = openRandom(seed, 'zeek-dns')
  return (q, from) => {
    const logs = logsOf(q.ts)
    const resolver = resolverOf(from)
    const uid = connectionUid(random)
    const rtt = Math.round(1500 + random.exponential() * 18_000)
    const head = `{"ts":${seconds(q.ts)}${endpoints(uid, from, clientPort(random), resolver, 53)}`
    // sizes of the messages: header and question, then 12 bytes and the data for each answer (RFC 1035)
    const question = 17 + q.host.length + 1
    const data = q.answers.reduce((n, text) => n + 12 + (q.type === 'A' ? 4 : text.length + 2), 0)
    const flow: Contact = {
      kind: 'contact',
      ts: q.ts,
      device: q.device,
      app: '',
      host: '',
      address: resolver,
      port: 53,
      transport: 'udp',
      service: 'dns',
      duration: rtt,
      bytesOut: question,
      bytesIn: question + data,
      outcome: 'closed',
      byUser: false,
    }
    const conn = files.add(logs.conn, head + connTail(flow, { state: 'SF', history: 'Dd' }, 'dns'))
    const list = q.answers.map((text) => answer(q.type, text)).join(',')
    const lives = q.answers.map(() => `${random.whole(1, 60) * 5}.0`).join(',')
    const row = files.add(
      logs.dns,
      `${head},"proto":"udp","trans_id":${random.whole(0, 65_535)},"rtt":${seconds(rtt)},"query":${zeekQuoted(q.host)}` +
        `,"qclass":1,"qclass_name":"C_INTERNET","qtype":${types[q.type]},"qtype_name":${quoted(q.type)}` +
        `,"rcode":${codes[q.code]},"rcode_name":"${q.code}","AA":false,"TC":false,"RD":true,"RA":true,"Z":0` +
        (list === '' ? '' : `,"answers":[${list}],"TTLs":[${lives}]`) +
        `,"rejected":${q.code === 'REFUSED'}}\n`,
    )
    return row ?? conn
  }
}
