// pcapng: sections of blocks. Source: draft-ietf-opsawg-pcapng; Apple’s process block from libpcap of macOS (pcap-ng.h).
import { be16, be32, le16, le32 } from './bytes.ts'
import { addProcess } from './process.ts'
import type { Kind, ReaderState } from './reader.ts'

const sectionHeader = 0x0a0d0d0a
const orderMark = 0x1a2b3c4d
const block = { interface: 1, packet: 2, simple: 3, enhanced: 6, darwinProcess: 0x80000001 }
const option = { name: 2, resolution: 9, offset: 14 }
/** Longest block that is kept together: packets are 256 KiB at most, blocks of secrets and comments seldom longer. */
const longestRecord = 16 * 1024 ** 2
/** Interfaces of a section that are kept; a made-up file could describe millions. */
const mostInterfaces = 65_536

type Interface = {
  readonly link: number
  readonly snap: number
  readonly name: string
  /** Units per second: a power of ten or of two. */
  readonly units: number
  readonly offset: number
}

export const isPcapng = (b: Uint8Array, at: number): boolean =>
  b.length - at >= 24 &&
  be32(b, at) === sectionHeader &&
  (le32(b, at + 8) === orderMark || be32(b, at + 8) === orderMark)

/** Micros of a time of two words. Split where a double would not hold it: nanoseconds do not fit into 53 bits. */
function timeOf(high: number, low: number, { units, offset }: Interface): number {
  const whole = 4_294_967_296
  if (units === 1e6) return high * whole + low + offset * 1e6
  if (units > 1e6 && units <= 1e12 && units % 1e6 === 0) {
    const per = units / 1e6
    return high * Math.floor(whole / per) + Math.floor((high * (whole % per) + low) / per) + offset * 1e6
  }
  return Math.floor(((high * whole + low) / units) * 1e6) + offset * 1e6
}

export function openPcapng(state: ReaderState): Kind {
  const { frame, processes, take, tell } = state
  let word = le32
  let half = le16
  let interfaces: Interface[] = []

  const eachOption = (
    b: Buffer,
    from: number,
    to: number,
    visit: (code: number, at: number, length: number) => void,
  ) => {
    for (let at = from; at + 4 <= to; ) {
      const code = half(b, at)
      const length = half(b, at + 2)
      if (code === 0 || at + 4 + length > to) return
      visit(code, at + 4, length)
      at += 4 + ((length + 3) & ~3)
    }
  }

  const addInterface = (b: Buffer, at: number, end: number) => {
    let name = ''
    let units = 1e6
    let offset = 0
    eachOption(b, at + 16, end - 4, (code, from, length) => {
      if (code === option.name)
        name = b.toString('utf8', from, from + Math.min(length, 64)).replace(/[^\x20-\x7e]/g, '')
      if (code === option.resolution && length > 0) units = (b[from]! & 0x80 ? 2 : 10) ** (b[from]! & 0x7f)
      if (code === option.offset && length === 8) {
        const [high, low] = half === le16 ? [word(b, from + 4), word(b, from)] : [word(b, from), word(b, from + 4)]
        offset = (high | 0) * 4_294_967_296 + low
      }
    })
    if (interfaces.length < mostInterfaces)
      interfaces.push({ link: half(b, at + 8), snap: word(b, at + 12), name, units, offset })
  }

  const bad = (at: number, why: string): number => {
    tell('bad_record', state.record + 1, state.base + at, `${why}; the rest was left out`)
    return -1
  }

  /** Hands on the packet of `captured` bytes at `from`, if there is one. */
  const hand = (b: Buffer, at: number, from: number, captured: number, wire: number, end: number, id: number) => {
    state.record++
    const face = interfaces[id]
    if (face === undefined || from + captured > end - 4)
      return tell('bad_record', state.record, state.base + at, face ? 'longer than its block' : 'of no known interface')
    frame.bytes = b
    frame.from = from
    frame.to = from + captured
    frame.wire = Math.max(wire, captured)
    frame.record = state.record
    frame.link = face.link
    frame.iface = face.name
    frame.byte = state.base + at
    take(frame)
  }

  const packet = (b: Buffer, at: number, end: number, type: number): void => {
    frame.optionsFrom = frame.optionsTo = 0
    if (type === block.simple) {
      const wire = word(b, at + 8)
      const snap = interfaces[0]?.snap || longestRecord
      frame.ts = 0
      hand(b, at, at + 12, Math.min(wire, snap, end - at - 16), wire, end, 0)
      return
    }
    if (end - at < 32) {
      tell('bad_record', ++state.record, state.base + at, 'a packet block without a packet')
      return
    }
    const id = type === block.packet ? half(b, at + 8) : word(b, at + 8)
    const captured = word(b, at + 20)
    const face = interfaces[id]
    frame.ts = face === undefined ? 0 : timeOf(word(b, at + 12), word(b, at + 16), face)
    frame.optionsFrom = Math.min(at + 28 + ((captured + 3) & ~3), end - 4)
    frame.optionsTo = end - 4
    hand(b, at, at + 28, captured, word(b, at + 24), end, id)
  }

  return {
    step(b, at) {
      const left = b.length - at
      if (left < 12) {
        state.needed = 12
        return at
      }
      const section = be32(b, at) === sectionHeader
      if (section) {
        const little = le32(b, at + 8) === orderMark
        if (!little && be32(b, at + 8) !== orderMark) return bad(at, 'a section without a byte order')
        word = little ? le32 : be32
        half = little ? le16 : be16
        frame.little = little
      }
      const type = word(b, at)
      const total = word(b, at + 4)
      if (total < 12 || total % 4 !== 0) return bad(at, `a block of ${total} bytes`)
      if (total > longestRecord) {
        tell('size_limit', state.record + 1, state.base + at, `a block of ${total} bytes was left out`)
        state.skip = total - 12
        return at + 12
      }
      const end = at + total
      if (end > b.length) {
        state.needed = total
        return at
      }
      if (word(b, end - 4) !== total) return bad(at, 'the two lengths of a block differ')
      if (section) {
        interfaces = []
        processes.list.length = 0
      } else if (type === block.enhanced || type === block.packet || type === block.simple) {
        if (total < 16) tell('bad_record', ++state.record, state.base + at, 'a packet block without a packet')
        else packet(b, at, end, type)
      } else if (type === block.interface) {
        if (total >= 20) addInterface(b, at, end)
      } else if (type === block.darwinProcess && total >= 16) {
        let name = ''
        eachOption(b, at + 12, end - 4, (code, from, length) => {
          if (code === option.name) name = b.toString('utf8', from, from + Math.min(length, 256))
        })
        addProcess(processes, word(b, at + 8), name)
      }
      return end
    },
  }
}
