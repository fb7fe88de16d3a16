// Tailscale network flow logs (JSON): an answer of the API (`{"logs":[…]}`), or one log a line as log streaming writes them, also in the
// envelope of Splunk’s collector (`event`).
// Source of the fields: Tailscale documentation, “Network flow logs”; tailscale.com/types/netlogtype (Message, Connection, Counts). A
// sample has confirmed virtualTraffic in an answer of the API; subnet, exit and physical traffic, srcNode and the streamed forms none.
import { defineFormat, type Micros } from '../../model/index.ts'
import { canonicalIp } from '../../names/index.ts'
import { contact, flaw, isObject, type Json, jsonFormat, type Told, textAt, timeAt } from '../json-events.ts'

/** `physicalTraffic` are the packets that carry the tunnels: from the node to where a peer is on the Internet. */
const traffics = ['virtualTraffic', 'subnetTraffic', 'exitTraffic', 'physicalTraffic'] as const
type Traffic = (typeof traffics)[number]

/** IANA protocol numbers that occur in a tunnel. */
const protocols: Readonly<Record<number, string>> = {
  1: 'icmp',
  2: 'igmp',
  6: 'tcp',
  17: 'udp',
  47: 'gre',
  50: 'esp',
  58: 'icmp6',
  132: 'sctp',
}

const inner = (record: Json): Json => (isObject(record.event) ? record.event : record)

const isLog = (record: Json): boolean => {
  const log = inner(record)
  return (
    typeof log.nodeId === 'string' &&
    ['start', 'end', 'logged'].some((key) => typeof log[key] === 'string') &&
    // a log that is cut off, or of an idle node, may hold none of them
    traffics.every((key) => log[key] === undefined || log[key] === null || Array.isArray(log[key]))
  )
}

type End = { readonly ip: string; readonly port: number }

/** `100.64.0.1:443`, `[fd7a::1]:443`, or an address alone; null when it holds no address. */
function endOf(written: unknown): End | null {
  const match = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9.]{7,15})|([0-9A-Fa-f:]{2,45}))(?::(\d{1,5}))?$/.exec(
    typeof written === 'string' ? written.slice(0, 64) : '',
  )
  const ip = match ? canonicalIp(match[1] ?? match[2] ?? match[3] ?? '') : null
  const port = Number(match?.[4] ?? 0)
  return ip === null || port > 65_535 ? null : { ip, port }
}

const countAt = (connection: Json, key: string): number => {
  const value = connection[key]
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : -1
}

/** Who the log says its node is: the name and user that newer logs carry, else the id. */
const nodeOf = (log: Json): { device: string; user: string } => ({
  device: textAt(log, 'srcNode.name') || textAt(log, 'nodeId'),
  user: textAt(log, 'srcNode.user'),
})

function flowOf(log: Json, traffic: Traffic, connection: Json, ts: Micros, end: Micros): Told {
  const at = `${textAt(log, 'nodeId')} ${ts} ${traffic} ${textAt(connection, 'proto')} ${textAt(connection, 'src')} ${textAt(connection, 'dst')}`
  const [src, dst] = [endOf(connection.src), endOf(connection.dst)]
  if (dst === null || (src === null && connection.src !== undefined && connection.src !== ''))
    return flaw(
      'missing_field',
      `${traffic}: src or dst is no address: ${textAt(connection, 'src')} ${textAt(connection, 'dst')}`,
    )
  const proto = Number(connection.proto ?? 0)
  const [sent, received] = [countAt(connection, 'txBytes'), countAt(connection, 'rxBytes')]
  const shared = { ts, ts_end: end, kind: 'flow', event_key: `tailscale ${at}` }
  if (traffic === 'physicalTraffic')
    // src is the address of the peer inside the tunnel, not whence the packets came
    return contact({
      ...shared,
      ...nodeOf(log),
      dst_ip: dst.ip,
      dst_port: dst.port,
      transport: protocols[proto] ?? 'udp',
      service: 'wireguard',
      bytes_out: sent,
      bytes_in: received,
    })
  const transport = protocols[proto] ?? (proto > 0 ? String(proto) : '')
  // src is always the side of the node: what it served (a port below 1024) is a contact of the other. NFS is asked from such a port.
  if (src !== null && src.port > 0 && src.port < 1024 && dst.port >= 1024 && dst.port !== 2049)
    return contact({
      ...shared,
      src_ip: dst.ip,
      src_port: dst.port,
      dst_ip: src.ip,
      dst_port: src.port,
      transport,
      bytes_out: received,
      bytes_in: sent,
    })
  return contact({
    ...shared,
    // behind a subnet router the client may be another machine
    ...(traffic === 'subnetTraffic' ? {} : nodeOf(log)),
    src_ip: src?.ip ?? '',
    src_port: src?.port ?? 0,
    dst_ip: dst.ip,
    dst_port: dst.port,
    transport,
    bytes_out: sent,
    bytes_in: received,
  })
}

function* take(record: Json): Generator<Told> {
  const log = inner(record)
  const ts = timeAt(log, 'start', 'logged')
  if (ts === null) return yield flaw('bad_time', 'start cannot be read as a time')
  const end = Math.max(ts, timeAt(log, 'end') ?? ts)
  let silent = true
  for (const traffic of traffics) {
    const list = log[traffic]
    if (!Array.isArray(list)) continue
    for (const connection of list) {
      silent = false
      yield isObject(connection)
        ? flowOf(log, traffic, connection, ts, end)
        : flaw('bad_record', `${traffic} holds what is no connection`)
    }
  }
  if (silent) yield flaw('missing_field', 'the log holds no traffic')
}

export const tailscaleFlow = defineFormat(
  jsonFormat({
    id: 'tailscale-flow',
    title: 'Tailscale network flow logs',
    version: 1,
    names: ['*.json', '*.ndjson'],
    claims: {
      network: {
        time: {
          means: 'when the window (some seconds) began in which the node counted the packets of the connection',
          precision: 'microsecond',
          zone: 'stated',
        },
        always: ['ts', 'ts_end', 'kind', 'dst_ip', 'event_key'],
        sometimes: [
          'device',
          'user',
          'src_ip',
          'src_port',
          'dst_port',
          'transport',
          'service',
          'bytes_out',
          'bytes_in',
        ],
        blind: [
          'traffic that does not pass Tailscale',
          'the name contacted',
          'which app connected',
          'who began the connection: told from the ports (below 1024 served)',
          'destinations of exit traffic, unless the tailnet is set to log them',
          'how long a connection lasted: each window is a row of its own',
        ],
        attack: [{ dataComponent: 'DC0113', logSource: 'NSM:Flow' }],
      },
    },
    marks: ['nodeId', 'virtualTraffic|subnetTraffic|exitTraffic|physicalTraffic'],
    pages: ['logs'],
    is: isLog,
    take,
  }),
)
