// Classic pcap: a header and packets one after another. Source: draft-ietf-opsawg-pcap; `modified` as in libpcap’s sf-pcap.c.
import { be16, be32, le16, le32 } from './bytes.ts'
import type { Kind, ReaderState } from './reader.ts'

/** First four bytes, read as little-endian: byte order, nanoseconds, length of a packet’s header. */
const kinds = new Map([
  [0xa1b2c3d4, { little: true, nano: false, header: 16 }],
  [0xd4c3b2a1, { little: false, nano: false, header: 16 }],
  [0xa1b23c4d, { little: true, nano: true, header: 16 }],
  [0x4d3cb2a1, { little: false, nano: true, header: 16 }],
  // Kuznetzov’s patch of libpcap, on old Linux devices: an interface and a protocol behind the lengths
  [0xa1b2cd34, { little: true, nano: false, header: 24 }],
  [0x34cdb2a1, { little: false, nano: false, header: 24 }],
])

/** Longest packet that libpcap writes, whatever the snap length says; loopback with large segments stays below. */
const longestPacket = 1024 ** 2

/** Does a file header stand at `at`? 24 bytes are needed. */
export function isPcap(b: Uint8Array, at: number): boolean {
  if (b.length - at < 24) return false
  const kind = kinds.get(le32(b, at))
  return (
    kind !== undefined && (kind.little ? le16 : be16)(b, at + 4) === 2 && (kind.little ? le16 : be16)(b, at + 6) <= 4
  )
}

export function openPcap(state: ReaderState): Kind {
  const { frame, take, tell } = state
  let header = 0
  let little = true
  let nano = false

  const open = (b: Buffer, at: number): number => {
    const kind = kinds.get(le32(b, at))!
    little = kind.little
    nano = kind.nano
    header = kind.header
    // the upper bits say whether packets end with a check sum
    frame.link = (little ? le32 : be32)(b, at + 20) & 0xffff
    frame.little = little
    frame.iface = ''
    frame.optionsFrom = frame.optionsTo = 0
    return at + 24
  }

  return {
    step(b, at) {
      if (header === 0) return open(b, at)
      const left = b.length - at
      if (left < header) {
        state.needed = header
        return at
      }
      // captures that were joined with `cat`; as a time of packets these numbers lie beyond 2055
      if (kinds.has(le32(b, at))) {
        if (left < 24) {
          state.needed = 24
          return at
        }
        if (isPcap(b, at)) return open(b, at)
      }
      const word = little ? le32 : be32
      const captured = word(b, at + 8)
      if (captured > longestPacket) {
        const record = state.record + 1
        tell('bad_record', record, state.base + at, `packet ${record} states ${captured} bytes; the rest was left out`)
        return -1
      }
      const end = at + header + captured
      if (end > b.length) {
        state.needed = header + captured
        return at
      }
      const fraction = word(b, at + 4)
      frame.bytes = b
      frame.from = at + header
      frame.to = end
      frame.wire = Math.max(word(b, at + 12), captured)
      frame.ts = word(b, at) * 1e6 + (nano ? Math.floor(fraction / 1000) : fraction)
      frame.record = ++state.record
      frame.byte = state.base + at
      take(frame)
      return end
    },
  }
}
