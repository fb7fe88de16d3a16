// The flows that are going on: found by their addresses and ports in either direction, the longest silent ones told first.
import { addressAt, be32, hexOf } from './bytes.ts'
import { type Flow, idle, isOver } from './flow.ts'
import type { Packet } from './frame.ts'
import { flag, protocol } from './ip.ts'

export type Flows = {
  /** The flow of the packet, new or known, with the packet counted. `fromClient` says which way it went. */
  take(packet: Packet): Flow
  fromClient(): boolean
  /** Tells all that are left, in the order of their last packets. */
  end(): void
}

const buckets = 1 << 16
/** Longest search in a bucket. Chance leaves it below 20 at the limit; addresses made up for it do not. */
const longestChain = 64
const longestIdle = 300e6

/** Murmur’s last step: each bit of the input moves half of the others. */
function mix(word: number): number {
  let h = word ^ (word >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** Ports that services answer on, where the packets do not say who began. */
const served = new Set([53, 80, 123, 443, 853, 993, 995, 1900, 5223, 5228, 5353, 8080, 8443])
const isServer = (port: number): boolean => port < 1024 || served.has(port)

/** `limit`: flows kept at once. `tell` gets each flow when it is over, or `early` because there are too many. */
export function openFlows(limit: number, tell: (flow: Flow, early: boolean) => void): Flows {
  const table: (Flow | null)[] = new Array<Flow | null>(buckets).fill(null)
  let oldest: Flow | null = null
  let newest: Flow | null = null
  let count = 0
  let outward = true

  const remove = (flow: Flow, early = false): void => {
    const at = flow.hash & (buckets - 1)
    if (table[at] === flow) table[at] = flow.chain
    else for (let f = table[at]!; f !== null; f = f.chain!) if (f.chain === flow) f.chain = flow.chain
    unlink(flow)
    count--
    tell(flow, early)
  }

  const unlink = (flow: Flow): void => {
    if (flow.older === null) oldest = flow.newer
    else flow.older.newer = flow.newer
    if (flow.newer === null) newest = flow.older
    else flow.newer.older = flow.older
    flow.older = flow.newer = null
  }

  const append = (flow: Flow): void => {
    flow.older = newest
    if (newest === null) oldest = flow
    else newest.newer = flow
    newest = flow
  }

  const find = (packet: Packet, hash: number, words: Words): Flow | null => {
    let n = 0
    let last: Flow | null = null
    for (let flow = table[hash & (buckets - 1)]!; flow !== null; flow = flow.chain!) {
      if (flow.hash === hash && flow.protocol === packet.protocol && flow.v6 === packet.v6) {
        if (isForward(flow, packet, words)) {
          outward = true
          return flow
        }
        if (isBackward(flow, packet, words)) {
          outward = false
          return flow
        }
      }
      last = flow
      n++
    }
    if (n >= longestChain && last !== null) {
      remove(last, true)
    }
    return null
  }

  return {
    fromClient: () => outward,
    take(packet) {
      const words = wordsOf(packet)
      const ports = packet.srcPort ^ packet.dstPort ^ (packet.protocol << 16) ^ (packet.v6 ? 1 << 24 : 0)
      // the same for both directions
      const hash = (mix(words.source) + mix(words.target) + mix(ports)) | 0
      const { ts } = packet.frame
      let flow = find(packet, hash, words)
      if (flow !== null && (ts - flow.last > idle(flow) || isAnew(flow, packet))) {
        remove(flow)
        flow = null
      }
      if (flow === null) {
        if (count >= limit) remove(oldest!, true)
        flow = newFlow(packet, hash, words)
        outward = flow.clientPort === packet.srcPort && flow.c3 === words.a3
        const at = hash & (buckets - 1)
        flow.chain = table[at]!
        table[at] = flow
        append(flow)
        count++
        while (oldest !== null && ts - oldest.last > longestIdle) remove(oldest)
      } else if (flow !== newest) {
        unlink(flow)
        append(flow)
      }
      add(flow, packet, outward)
      return flow
    },
    end() {
      while (oldest !== null) remove(oldest)
    },
  }
}

/** Addresses of the packet at hand as words, and a word of each for the hash. Filled anew each time. */
type Words = typeof shared
const shared = { a0: 0, a1: 0, a2: 0, a3: 0, b0: 0, b1: 0, b2: 0, b3: 0, source: 0, target: 0 }

function wordsOf(packet: Packet): Words {
  const { bytes } = packet.frame
  const { src, dst } = packet
  if (!packet.v6) {
    shared.a0 = shared.a1 = shared.a2 = shared.b0 = shared.b1 = shared.b2 = 0
    shared.source = shared.a3 = be32(bytes, src)
    shared.target = shared.b3 = be32(bytes, dst)
    return shared
  }
  shared.a0 = be32(bytes, src)
  shared.a1 = be32(bytes, src + 4)
  shared.a2 = be32(bytes, src + 8)
  shared.a3 = be32(bytes, src + 12)
  shared.b0 = be32(bytes, dst)
  shared.b1 = be32(bytes, dst + 4)
  shared.b2 = be32(bytes, dst + 8)
  shared.b3 = be32(bytes, dst + 12)
  shared.source = mix(shared.a0 ^ mix(shared.a1)) ^ mix(shared.a2) ^ shared.a3
  shared.target = mix(shared.b0 ^ mix(shared.b1)) ^ mix(shared.b2) ^ shared.b3
  return shared
}

const isForward = (flow: Flow, packet: Packet, w: Words): boolean =>
  flow.c3 === w.a3 &&
  flow.s3 === w.b3 &&
  flow.clientPort === packet.srcPort &&
  flow.serverPort === packet.dstPort &&
  flow.c2 === w.a2 &&
  flow.c1 === w.a1 &&
  flow.c0 === w.a0 &&
  flow.s2 === w.b2 &&
  flow.s1 === w.b1 &&
  flow.s0 === w.b0

const isBackward = (flow: Flow, packet: Packet, w: Words): boolean =>
  flow.c3 === w.b3 &&
  flow.s3 === w.a3 &&
  flow.clientPort === packet.dstPort &&
  flow.serverPort === packet.srcPort &&
  flow.c2 === w.b2 &&
  flow.c1 === w.b1 &&
  flow.c0 === w.b0 &&
  flow.s2 === w.a2 &&
  flow.s1 === w.a1 &&
  flow.s0 === w.a0

/** Is the packet the first of another connection that uses the ports of one that has ended? */
const isAnew = (flow: Flow, packet: Packet): boolean =>
  (packet.flags & (flag.syn | flag.ack)) === flag.syn && isOver(flow) && packet.seq !== flow.sequence

/** Did the server send this packet, as far as a single packet tells? */
function fromServer({ protocol: number, flags, srcPort, dstPort }: Packet): boolean {
  if (number === protocol.tcp && (flags & flag.syn) !== 0) return (flags & flag.ack) !== 0
  return isServer(srcPort) && !isServer(dstPort)
}

function newFlow(packet: Packet, hash: number, w: Words): Flow {
  const { frame } = packet
  const back = fromServer(packet)
  const mac = back ? packet.dstMac : packet.srcMac
  const length = packet.v6 ? 16 : 4
  const client = addressAt(frame.bytes, back ? packet.dst : packet.src, length)
  const server = addressAt(frame.bytes, back ? packet.src : packet.dst, length)
  const clientPort = back ? packet.dstPort : packet.srcPort
  const serverPort = back ? packet.srcPort : packet.dstPort
  return {
    hash,
    v6: packet.v6,
    protocol: packet.protocol,
    c0: back ? w.b0 : w.a0,
    c1: back ? w.b1 : w.a1,
    c2: back ? w.b2 : w.a2,
    c3: back ? w.b3 : w.a3,
    s0: back ? w.a0 : w.b0,
    s1: back ? w.a1 : w.b1,
    s2: back ? w.a2 : w.b2,
    s3: back ? w.a3 : w.b3,
    client,
    server,
    ends: `${packet.protocol} ${client} ${clientPort} ${server} ${serverPort}`,
    clientPort,
    serverPort,
    chain: null,
    older: null,
    newer: null,
    first: frame.ts,
    last: frame.ts,
    record: frame.record,
    lastRecord: frame.record,
    packetsOut: 0,
    packetsIn: 0,
    bytesOut: 0,
    bytesIn: 0,
    wireOut: 0,
    wireIn: 0,
    flagsOut: 0,
    flagsIn: 0,
    reset: 0,
    sequence: packet.seq,
    mac: mac < 0 ? '' : hexOf(frame.bytes, mac, 6, ':'),
    iface: frame.iface,
    process: '',
    pid: -1,
    service: '',
    name: '',
    host: '',
    out: null,
    in: null,
    quic: null,
    lookups: null,
    requests: null,
    body: 0,
    tunnel: false,
  }
}

function add(flow: Flow, packet: Packet, outward: boolean): void {
  const { frame, flags } = packet
  if (frame.ts > flow.last) flow.last = frame.ts
  else if (frame.ts < flow.first) flow.first = frame.ts
  flow.lastRecord = frame.record
  if (flow.reset === 0 && (flags & flag.rst) !== 0) flow.reset = outward ? 1 : 2
  if (outward) {
    flow.packetsOut++
    flow.bytesOut += packet.length
    flow.wireOut += frame.wire
    flow.flagsOut |= flags
  } else {
    flow.packetsIn++
    flow.bytesIn += packet.length
    flow.wireIn += frame.wire
    flow.flagsIn |= flags
  }
}
