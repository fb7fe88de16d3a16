// Zeek’s logs as NDJSON: conn, ssl, http and quic. Source of the fields: Zeek documentation, base/protocols/*/main.zeek.
import type { Micros } from '../../model/index.ts'
import { openRandom, type Random } from '../random.ts'
import type { Contact, Outcome } from '../world.ts'
import { utcDay } from './clock.ts'
import type { Files, Growing } from './files.ts'
import { quoted, zeekQuoted } from './json.ts'

const logNames = ['conn', 'dns', 'ssl', 'quic', 'http'] as const
export type Logs = Record<(typeof logNames)[number], Growing>
const day = 86_400e6

/** The logs of the UTC day that a time falls on. */
export function openLogs(files: Files): (ts: Micros) => Logs {
  const days = new Map<number, Logs>()
  let last = Number.NaN
  let logs: Logs
  return (ts) => {
    const number = Math.floor(ts / day)
    if (number === last) return logs
    let found = days.get(number)
    if (found === undefined) {
      const folder = `zeek/${utcDay(ts)}`
      found = Object.fromEntries(logNames.map((name) => [name, files.grow(`${folder}/${name}.log`)])) as Logs
      days.set(number, found)
    }
    last = number
    logs = found
    return found
  }
}

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const pairs = Array.from(digits).flatMap((a) => Array.from(digits, (b) => a + b))
const twoPairs = pairs.length ** 2

/** Zeek’s uid: C and 17 digits of base 62. Four draws of 32 bits, two pairs from each: a digit a draw took twice as long. */
export function connectionUid(random: Random): string {
  let uid = 'C'
  for (let i = 0; i < 4; i++) {
    const n = Math.floor(random.next() * twoPairs)
    uid += pairs[n % pairs.length]! + pairs[(n / pairs.length) | 0]!
  }
  return uid + digits[random.whole(0, 61)]!
}

/** Microseconds as seconds with six digits: a time, or a length. */
export const seconds = (us: number): string => {
  const n = Math.floor(us)
  return `${Math.floor(n / 1e6)}.${String(1e6 + (n % 1e6)).slice(1)}`
}

/** `"ts":…` to `"id.resp_p":…`, which all logs of a connection begin with; `rest` begins after the time. */
export const endpoints = (uid: string, from: string, fromPort: number, to: string, toPort: number): string =>
  `,"uid":"${uid}","id.orig_h":${quoted(from)},"id.orig_p":${fromPort},"id.resp_h":${quoted(to)},"id.resp_p":${toPort}`

const own = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|f[cd][0-9a-f]{2}:|fe80:)/i

const amount = (n: number): number => (n > 0 ? Math.round(n) : 0)

type State = { readonly state: string; readonly history: string }
const tcp: Record<Outcome, State> = {
  closed: { state: 'SF', history: 'ShADadFf' },
  open: { state: 'S1', history: 'ShADad' },
  unanswered: { state: 'S0', history: 'S' },
  refused: { state: 'REJ', history: 'Sr' },
  reset: { state: 'RSTO', history: 'ShADadR' },
  malformed: { state: 'SF', history: 'ShADadFf' },
}
const resetByServer: State = { state: 'RSTR', history: 'ShADadr' }
const udpAnswered: State = { state: 'SF', history: 'Dd' }
const udpAlone: State = { state: 'S0', history: 'D' }

function stateOf(c: Contact, random: Random): State {
  // UDP has no refusal: an unreachable port leaves the packets without an answer
  if (c.transport === 'udp') return c.outcome === 'unanswered' || c.outcome === 'refused' ? udpAlone : udpAnswered
  return c.outcome === 'reset' && random.chance(0.5) ? resetByServer : tcp[c.outcome]
}

/** What conn.log calls the service: none for bytes that broke off an analyzer, and QUIC together with the TLS in it. */
const serviceOf = (c: Contact): string =>
  c.outcome === 'malformed' || ((c.outcome === 'unanswered' || c.outcome === 'refused') && c.service !== 'quic')
    ? ''
    : c.service === 'quic'
      ? 'quic,ssl'
      : c.service

/** A row of conn.log but for its beginning. */
export function connTail(c: Contact, { state, history }: State, service: string): string {
  const out = amount(c.bytesOut)
  const back = amount(c.bytesIn)
  const isTcp = c.transport === 'tcp'
  const header = isTcp ? 52 : 28
  // a lone packet has no duration, and then Zeek states no bytes either
  const lone = c.duration <= 0 && state === 'S0' && isTcp
  const outPackets = Math.ceil(out / 1350) + (isTcp ? (state === 'S0' || state === 'REJ' ? 1 : 4) : out === 0 ? 1 : 0)
  const backPackets = state === 'S0' ? 0 : Math.ceil(back / 1350) + (isTcp ? (state === 'REJ' ? 1 : 3) : 0)
  return (
    `,"proto":"${c.transport}"` +
    (service === '' ? '' : `,"service":${quoted(service)}`) +
    (lone ? '' : `,"duration":${seconds(Math.max(0, c.duration))},"orig_bytes":${out},"resp_bytes":${back}`) +
    `,"conn_state":"${state}","local_orig":true,"local_resp":${own.test(c.address)},"missed_bytes":0,"history":"${history}"` +
    `,"orig_pkts":${outPackets},"orig_ip_bytes":${out + header * outPackets}` +
    `,"resp_pkts":${backPackets},"resp_ip_bytes":${back + header * backPackets}}\n`
  )
}

const sslTail = (host: string, established: boolean): string =>
  (established ? ',"version":"TLSv13","cipher":"TLS_AES_128_GCM_SHA256","curve":"x25519"' : '') +
  (host === '' ? '' : `,"server_name":${zeekQuoted(host)}`) +
  `,"resumed":false${established ? ',"next_protocol":"h2"' : ''},"established":${established}` +
  `,"ssl_history":"${established ? 'CsiI' : 'C'}"}\n`

const quicTail = (host: string, dcid: string, answered: boolean): string =>
  `,"version":"1","client_initial_dcid":"${dcid}"` +
  (answered ? `,"server_scid":"${dcid.slice(4)}${dcid.slice(0, 4)}"` : '') +
  (host === '' ? '' : `,"server_name":${zeekQuoted(host)}`) +
  `,"client_protocol":"h3","history":"${answered ? 'ISisH' : 'I'}"}\n`

const httpTail = (c: Contact): string => {
  const post = c.bytesOut > 4000 && c.bytesOut > c.bytesIn
  return (
    `,"trans_depth":1,"method":"${post ? 'POST' : 'GET'}"` +
    (c.host === '' ? '' : `,"host":${zeekQuoted(c.host)}`) +
    `,"uri":"/","version":"1.1","user_agent":"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15"` +
    `,"request_body_len":${post ? amount(c.bytesOut) : 0},"response_body_len":${amount(c.bytesIn)}` +
    (c.bytesIn > 0 ? ',"status_code":200,"status_msg":"OK"' : '') +
    '}\n'
  )
}

const octets = Array.from({ length: 256 }, (_, n) => n.toString(16).padStart(2, '0'))
const hex8 = (random: Random): string => {
  const n = Math.floor(random.next() * 2 ** 32)
  return octets[n >>> 24]! + octets[(n >>> 16) & 255]! + octets[(n >>> 8) & 255]! + octets[n & 255]!
}

/** First and last port that iOS gives out by itself (IANA dynamic range). */
export const clientPort = (random: Random): number => random.whole(49_152, 65_535)

/** Writes contacts: a row of conn.log each, and of ssl.log, quic.log or http.log where the sensor saw a name. */
export function contactWriter(
  files: Files,
  logsOf: (ts: Micros) => Logs,
  seed: number,
): (c: Contact, from: string) => void | Promise<void> {
  const random = openRandom(seed, 'zeek')
  return (c, from) => {
    const logs = logsOf(c.ts)
    const state = stateOf(c, random)
    const ends = endpoints(connectionUid(random), from, clientPort(random), c.address, c.port)
    // connections without an answer have no handshake; of QUIC the first packet already bears the name
    const spoke = c.outcome !== 'refused' && (c.outcome !== 'unanswered' || c.service === 'quic')
    const conn = files.add(logs.conn, `{"ts":${seconds(c.ts)}${ends}${connTail(c, state, serviceOf(c))}`)
    if (!spoke || (c.service !== 'ssl' && c.service !== 'quic' && c.service !== 'http')) return conn
    // the first packet of the handshake follows the first of the connection: one round trip over TCP
    const delay = c.service === 'quic' ? 0 : Math.min(Math.max(0, c.duration), 8_000 + random.next() * 60_000)
    const head = `{"ts":${seconds(c.ts + delay)}${ends}`
    const row =
      c.service === 'ssl'
        ? files.add(logs.ssl, head + sslTail(c.host, c.outcome !== 'malformed' && c.bytesIn > 0))
        : c.service === 'quic'
          ? files.add(logs.quic, head + quicTail(c.host, hex8(random) + hex8(random), c.outcome !== 'unanswered'))
          : c.outcome === 'malformed'
            ? undefined
            : files.add(logs.http, head + httpTail(c))
    return row ?? conn
  }
}
