// IPv4, IPv6, TCP and UDP headers → positions in a packet.
import { be16, be32 } from './bytes.ts'
import type { Packet } from './frame.ts'
import { answer } from './link.ts'

export const protocol = { icmp: 1, tcp: 6, udp: 17, icmp6: 58 } as const

const names: Readonly<Record<number, string>> = {
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
  103: 'pim',
  112: 'vrrp',
  132: 'sctp',
}

/** Name of an IP protocol (IANA), its number where it is none of the usual. */
export const protocolName = (number: number): string => names[number] ?? String(number)

export const flag = { fin: 1, syn: 2, rst: 4, push: 8, ack: 16 } as const

/** A fragment that is not the first has no ports: it cannot be told whose it is. */
export const laterFragment = 1

/** Fills `packet` from the IP header at `at`. 0: done; `laterFragment`; or one of `answer`. */
export function readIp(packet: Packet, at: number): number {
  const { bytes: b, to } = packet.frame
  packet.srcPort = packet.dstPort = packet.flags = 0
  if (at + 20 > to) return answer.cut
  const version = b[at]! >> 4
  if (version === 4) return readFour(packet, b, at, to)
  return version === 6 ? readSix(packet, b, at, to) : answer.damaged
}

function readFour(packet: Packet, b: Uint8Array, at: number, to: number): number {
  const header = (b[at]! & 15) * 4
  const total = be16(b, at + 2)
  if (header < 20 || (total !== 0 && total < header)) return answer.damaged
  packet.v6 = false
  packet.src = at + 12
  packet.dst = at + 16
  packet.protocol = b[at + 9]!
  // 0: the network card cuts the segment up later (TSO)
  const end = total === 0 ? at + packet.frame.wire - (at - packet.frame.from) : at + total
  if ((be16(b, at + 6) & 0x1fff) !== 0) return laterFragment
  return readTransport(packet, b, at + header, end, to)
}

/** Extension headers that may stand before the transport: hop by hop, routing, fragment, authentication, destination. */
const extensions = new Set([0, 43, 44, 51, 60, 135])

function readSix(packet: Packet, b: Uint8Array, at: number, to: number): number {
  if (at + 40 > to) return answer.cut
  packet.v6 = true
  packet.src = at + 8
  packet.dst = at + 24
  const length = be16(b, at + 4)
  const end = length === 0 ? packet.frame.from + packet.frame.wire : at + 40 + length
  let next = b[at + 6]!
  let from = at + 40
  for (let i = 0; i < 10 && extensions.has(next); i++) {
    if (from + 8 > to) return answer.cut
    if (next === 44 && (be16(b, from + 2) & 0xfff8) !== 0) {
      packet.protocol = b[from]!
      return laterFragment
    }
    const size = next === 44 ? 8 : next === 51 ? (b[from + 1]! + 2) * 4 : (b[from + 1]! + 1) * 8
    next = b[from]!
    from += size
  }
  packet.protocol = next
  return readTransport(packet, b, from, end, to)
}

function readTransport(packet: Packet, b: Uint8Array, at: number, end: number, to: number): number {
  let header = 0
  if (packet.protocol === protocol.tcp) {
    if (at + 14 > to) return answer.cut
    header = (b[at + 12]! >> 4) * 4
    if (header < 20) return answer.damaged
    packet.seq = be32(b, at + 4)
    packet.flags = b[at + 13]!
  } else if (packet.protocol === protocol.udp) {
    if (at + 8 > to) return answer.cut
    header = 8
  }
  if (header > 0) {
    packet.srcPort = be16(b, at)
    packet.dstPort = be16(b, at + 2)
  }
  packet.from = Math.min(at + header, to)
  packet.to = Math.max(packet.from, Math.min(end, to))
  packet.length = Math.max(0, end - at - header)
  return 0
}
