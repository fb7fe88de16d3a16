// A flow: what two endpoints sent each other, kept while it lasts.
import type { Micros } from '../../model/index.ts'
import { flag, protocol } from './ip.ts'
import type { Quic } from './quic.ts'
import type { Side } from './stream.ts'

/** A look-up that waits for its answer, or was told. */
export type Lookup = {
  readonly id: number
  readonly name: string
  readonly type: string
  readonly ts: Micros
  readonly record: number
  readonly process: string
  readonly pid: number
  told: boolean
}

/** A request whose response has not been seen. */
export type Request = {
  readonly ts: Micros
  readonly record: number
  readonly method: string
  readonly host: string
  readonly target: string
  readonly referrer: string
  readonly agent: string
}

export type Flow = {
  readonly hash: number
  readonly v6: boolean
  readonly protocol: number
  /** Addresses as four words; of IPv4 only the last. */
  c0: number
  c1: number
  c2: number
  c3: number
  s0: number
  s1: number
  s2: number
  s3: number
  /** The addresses as text, and all that tells the flow from others. */
  readonly client: string
  readonly server: string
  readonly ends: string
  clientPort: number
  serverPort: number
  /** Next in the same bucket; neighbours by the time of the last packet. */
  chain: Flow | null
  older: Flow | null
  newer: Flow | null
  first: Micros
  last: Micros
  /** Packets in the file: the first, and the last. */
  record: number
  lastRecord: number
  packetsOut: number
  packetsIn: number
  bytesOut: number
  bytesIn: number
  wireOut: number
  wireIn: number
  flagsOut: number
  flagsIn: number
  /** Who reset first: 0 nobody, 1 the client, 2 the server. */
  reset: number
  sequence: number
  mac: string
  iface: string
  process: string
  pid: number
  /** Application protocol, once known; and the name that the flow itself carries. */
  service: string
  name: string
  host: string
  out: Side | null
  in: Side | null
  quic: Quic | null
  lookups: Map<string, Lookup> | null
  requests: Request[] | null
  /** Bytes of a request’s body that are still to come; and whether CONNECT was asked for. */
  body: number
  tunnel: boolean
}

/** Idle time after which packets begin a new flow: those of Zeek (5 minutes TCP, 1 minute the others). */
export const idle = (flow: Flow): Micros => (flow.protocol === protocol.tcp ? 300e6 : 60e6)

const { fin, syn, rst } = flag

/** Has a TCP connection come to its end? Another SYN then begins a new one. */
export const isOver = (flow: Flow): boolean =>
  flow.protocol === protocol.tcp && (flow.reset !== 0 || (flow.flagsOut & flow.flagsIn & fin) !== 0)

/**
 * State as Zeek’s conn.log writes it (S0, S1, SF, REJ, RSTO …; Zeek documentation, Conn::Info$conn_state), so that a capture and
 * a sensor say the same of one connection. UDP: S0 without an answer, SF with one, SHR answers only. Others: OTH.
 */
export function stateOf(flow: Flow): string {
  if (flow.protocol === protocol.udp) return flow.packetsIn === 0 ? 'S0' : flow.packetsOut === 0 ? 'SHR' : 'SF'
  if (flow.protocol !== protocol.tcp) return 'OTH'
  const { flagsOut, flagsIn } = flow
  const asked = (flagsOut & syn) !== 0
  const answered = (flagsIn & syn) !== 0
  if (asked && answered) {
    if ((flagsOut & flagsIn & fin) !== 0) return 'SF'
    if (flow.reset !== 0) return flow.reset === 1 ? 'RSTO' : 'RSTR'
    return (flagsOut & fin) !== 0 ? 'S2' : (flagsIn & fin) !== 0 ? 'S3' : 'S1'
  }
  if (asked && (flagsIn & rst) !== 0) return 'REJ'
  if (asked && flow.packetsIn === 0) return (flagsOut & rst) !== 0 ? 'RSTOS0' : (flagsOut & fin) !== 0 ? 'SH' : 'S0'
  if (answered && flow.packetsOut === 0) return (flagsIn & rst) !== 0 ? 'RSTRH' : (flagsIn & fin) !== 0 ? 'SHR' : 'OTH'
  return 'OTH'
}
