// Link layers: where in a frame does IP begin? Source: tcpdump.org/linktypes.html; libpcap’s sll.h; bsd/net/pktap.h of xnu.
import { be16, be32, le16, le32 } from './bytes.ts'
import type { Packet } from './frame.ts'

const dlt = {
  null: 0,
  ethernet: 1,
  ppp: 9,
  rawBsd: 12,
  rawOpenBsd: 14,
  raw: 101,
  wifi: 105,
  loop: 108,
  linuxCooked: 113,
  radiotap: 127,
  user2: 149,
  ipv4: 228,
  ipv6: 229,
  pktap: 258,
  linuxCooked2: 276,
} as const

/** `notIp`: a frame of another protocol (ARP, LLDP …). `cut`: it ends too early. `unknown`: a link layer not read here. */
export const answer = { notIp: -1, cut: -2, unknown: -3, damaged: -4 } as const

const etherIp4 = 0x0800
const etherIp6 = 0x86dd
const tags = new Set([0x8100, 0x88a8, 0x9100])
const pktapLength = 108

/** Offset of the IP header, or one of `answer`. Fills the MAC addresses of `packet`, and `frame.pktap`. */
export function networkOf(packet: Packet): number {
  const { frame } = packet
  frame.pktap = -1
  packet.srcMac = packet.dstMac = -1
  return behind(packet, frame.link, frame.from, 0)
}

function behind(packet: Packet, link: number, at: number, depth: number): number {
  const { bytes: b, to } = packet.frame
  switch (link) {
    case dlt.ethernet:
      if (at + 14 > to) return answer.cut
      packet.dstMac = at
      packet.srcMac = at + 6
      return ofType(b, at + 12, to)
    case dlt.rawBsd:
    case dlt.rawOpenBsd:
    case dlt.raw:
    case dlt.ipv4:
    case dlt.ipv6:
      return ofVersion(b, at, to)
    case dlt.null:
    case dlt.loop:
      return at + 4 > to ? answer.cut : ofVersion(b, at + 4, to)
    case dlt.linuxCooked:
      if (at + 16 > to) return answer.cut
      if (be16(b, at + 4) === 6) packet.srcMac = at + 6
      return ofType(b, at + 14, to)
    case dlt.linuxCooked2:
      if (at + 20 > to) return answer.cut
      if (b[at + 11] === 6) packet.srcMac = at + 12
      return ofEtherType(be16(b, at), at + 20)
    case dlt.ppp:
      return ofPpp(b, at, to)
    case dlt.radiotap: {
      if (at + 4 > to) return answer.cut
      const next = at + le16(b, at + 2)
      return next > to ? answer.cut : ofWifi(packet, next)
    }
    case dlt.wifi:
      return ofWifi(packet, at)
    case dlt.user2:
    case dlt.pktap:
      return depth > 0 ? answer.damaged : ofPktap(packet, link, at)
    default:
      return answer.unknown
  }
}

/** EtherType at `at`, behind VLAN tags and PPPoE; IEEE 802.3 frames have a length there. */
function ofType(b: Uint8Array, at: number, to: number): number {
  let type = be16(b, at)
  let next = at + 2
  for (let i = 0; i < 4 && tags.has(type) && next + 4 <= to; i++) {
    type = be16(b, next + 2)
    next += 4
  }
  if (type === 0x8864) return ofPpp(b, next + 6, to)
  return type < 0x600 ? ofSnap(b, next, to) : ofEtherType(type, next)
}

const ofEtherType = (type: number, next: number): number =>
  type === etherIp4 || type === etherIp6 ? next : answer.notIp

function ofSnap(b: Uint8Array, at: number, to: number): number {
  if (at + 8 > to) return answer.notIp
  return be32(b, at) >>> 8 === 0xaaaa03 ? ofEtherType(be16(b, at + 6), at + 8) : answer.notIp
}

function ofPpp(b: Uint8Array, at: number, to: number): number {
  const start = b[at] === 0xff && b[at + 1] === 3 ? at + 2 : at
  if (start + 2 > to) return answer.cut
  const protocol = be16(b, start)
  return protocol === 0x0021 || protocol === 0x0057 ? start + 2 : answer.notIp
}

function ofVersion(b: Uint8Array, at: number, to: number): number {
  if (at >= to) return answer.cut
  const version = b[at]! >> 4
  return version === 4 || version === 6 ? at : answer.notIp
}

/** Data frames of an open network, or of a capture that was decrypted; encrypted ones show no IP. */
function ofWifi(packet: Packet, at: number): number {
  const { bytes: b, to } = packet.frame
  if (at + 24 > to) return at + 2 > to ? answer.cut : answer.notIp
  const control = b[at]!
  const flags = b[at + 1]!
  const isData = (control & 0x0c) === 8 && (control & 0x40) === 0
  if (!isData || (flags & 0x40) !== 0) return answer.notIp
  const direction = flags & 3
  packet.dstMac = (direction & 1) === 0 ? at + 4 : at + 16
  packet.srcMac = direction === 0 || direction === 1 ? at + 10 : direction === 2 ? at + 16 : at + 24
  let next = at + (direction === 3 ? 30 : 24)
  if (control & 0x80) next += flags & 0x80 ? 6 : 2
  return next > to ? answer.cut : ofSnap(b, next, to)
}

function ofPktap(packet: Packet, link: number, at: number): number {
  const { frame } = packet
  const { bytes: b, to } = frame
  if (at + pktapLength > to) return link === dlt.user2 ? answer.unknown : answer.cut
  const length = le32(b, at)
  // DLT_USER2 is anybody’s number: it is PKTAP where the header says so
  if (length < pktapLength || length > 1024 || le32(b, at + 4) !== 1)
    return link === dlt.user2 ? answer.unknown : answer.damaged
  frame.pktap = at
  const inner = le32(b, at + 8)
  const next = at + length
  if (next > to) return answer.cut
  const found = behind(packet, inner, next, 1)
  if (found >= 0 || (inner !== dlt.raw && inner !== dlt.rawBsd && inner !== dlt.null)) return found
  // pdp_ip and utun state a raw link type and put four bytes of protocol family before IP, or the other way round
  const other = ofVersion(b, inner === dlt.null ? next : next + 4, to)
  return other >= 0 ? other : found
}
