// Makes packets and captures for tests. Nothing here reads any: what the reader does wrong, this cannot do wrong the same way.
import { createCipheriv } from 'node:crypto'

const u8 = (...bytes: number[]): Buffer => Buffer.from(bytes)
export const u16 = (value: number): Buffer => u8(value >> 8, value & 255)
export const u32 = (value: number): Buffer => u8(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)
export const join = (...parts: (Buffer | number[])[]): Buffer => Buffer.concat(parts.map((part) => Buffer.from(part)))
const sized16 = (body: Buffer): Buffer => join(u16(body.length), body)
const sized8 = (body: Buffer): Buffer => join([body.length], body)

const four = (ip: string): Buffer => Buffer.from(ip.split('.').map(Number))
function six(ip: string): Buffer {
  const [head = '', tail = ''] = ip.split('::')
  const words = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((part) => Number.parseInt(part, 16))
  const [first, last] = [words(head), words(tail)]
  return join(...[...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last].map(u16))
}
export const mac = (text: string): Buffer => Buffer.from(text.replaceAll(':', ''), 'hex')

export const phone = '02:00:5e:00:53:01'
export const router = '02:00:5e:00:53:fe'

/** IPv4 or IPv6, told by the addresses. `fragment`: offset in units of 8 bytes. */
export function ip(src: string, dst: string, protocol: number, payload: Buffer, fragment = 0): Buffer {
  if (src.includes(':')) return join(u32(0x60000000), u16(payload.length), [protocol, 64], six(src), six(dst), payload)
  const head = join(
    [0x45, 0],
    u16(20 + payload.length),
    u16(7),
    u16(fragment),
    [64, protocol],
    u16(0),
    four(src),
    four(dst),
  )
  return join(head, payload)
}

export const udp = (from: number, to: number, payload: Buffer): Buffer =>
  join(u16(from), u16(to), u16(8 + payload.length), u16(0), payload)

/** `flags` as letters: S, A, F, R, P. */
export function tcp(from: number, to: number, seq: number, flags: string, payload: Buffer = Buffer.alloc(0)): Buffer {
  const bits = [...flags].reduce((sum, letter) => sum | (1 << 'FSRPA'.indexOf(letter)), 0)
  return join(u16(from), u16(to), u32(seq), u32(0), [0x50, bits], u16(65535), u32(0), payload)
}

export const ethernet = (payload: Buffer, from = phone, to = router, type?: number): Buffer =>
  join(mac(to), mac(from), u16(type ?? (payload[0]! >> 4 === 6 ? 0x86dd : 0x0800)), payload)

export const nameBytes = (name: string): Buffer =>
  join(
    ...name
      .split('.')
      .filter(Boolean)
      .map((label) => sized8(Buffer.from(label))),
    [0],
  )

export type Answer = { readonly type: number; readonly data: Buffer; readonly name?: Buffer }

/** A DNS message about one name; `flags` of a response begin with 8. */
export function dns(id: number, flags: number, name: string, type: number, answers: readonly Answer[] = []): Buffer {
  const records = answers.map((answer) =>
    join(answer.name ?? u16(0xc00c), u16(answer.type), u16(1), u32(60), sized16(answer.data)),
  )
  return join(u16(id), u16(flags), u16(1), u16(answers.length), u32(0), nameBytes(name), u16(type), u16(1), ...records)
}
export const a = (address: string): Answer => ({ type: 1, data: four(address) })
export const aaaa = (address: string): Answer => ({ type: 28, data: six(address) })

/** An HTTPS record for `.` with address hints. */
export const https = (v4: string, v6: string): Answer => ({
  type: 65,
  data: join(u16(1), [0], u16(4), sized16(four(v4)), u16(6), sized16(six(v6))),
})

export type HelloFacts = {
  readonly name?: string
  readonly alpn?: readonly string[]
  readonly ciphers?: readonly number[]
  readonly more?: readonly (readonly [type: number, body: Buffer])[]
}

/** A client hello as handshake message. */
export function hello({ name, alpn = [], ciphers = [0x1301, 0x1302, 0xc02b], more = [] }: HelloFacts): Buffer {
  const list: (readonly [number, Buffer])[] = [[0x2a2a, Buffer.alloc(0)]]
  if (name !== undefined) list.push([0, sized16(join([0], sized16(Buffer.from(name))))])
  list.push([10, sized16(join(u16(0x1a1a), u16(29), u16(23)))], [11, sized8(u8(0))])
  list.push([13, sized16(join(u16(0x0403), u16(0x0804)))])
  if (alpn.length > 0) list.push([16, sized16(join(...alpn.map((protocol) => sized8(Buffer.from(protocol)))))])
  list.push([43, sized8(join(u16(0x3a3a), u16(0x0304), u16(0x0303)))], ...more)
  const extensions = join(...list.map(([type, body]) => join(u16(type), sized16(body))))
  const body = join(
    u16(0x0303),
    Buffer.alloc(32, 7),
    sized8(Buffer.alloc(32, 9)),
    sized16(join(...[0x0a0a, ...ciphers].map(u16))),
    [1, 0],
    sized16(extensions),
  )
  return join([1, 0], u16(body.length), body)
}

/** A handshake message in TLS records of at most `size` bytes. */
export function records(message: Buffer, size = 16_384): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < message.length; at += size)
    parts.push(join([22, 3, 1], sized16(message.subarray(at, at + size))))
  return join(...parts)
}

/** Keys of RFC 9001 A.1 and RFC 9369 A.1, for the id 8394c8f03e515708: not derived here, but copied from there. */
export const quicKeys = {
  1: ['1f369613dd76d5467730efcbe3b1a22d', 'fa044b2f42a3fd3b46fb255c', '9f50449e04a0e810283a1e9933adedd2'],
  2: ['8b1a0bc121284290a29e0971b5cd045d', '91f73e2351d8fa91660e909f', '45b95e15235d6f45a6b19cbcb0294ba9'],
} as const

/** CRYPTO frame. */
export const crypto = (offset: number, data: Buffer): Buffer =>
  join([6], u16(0x4000 | offset), u16(0x4000 | data.length), data)

/** A protected Initial packet of a client. */
export function initial(version: 1 | 2, number: number, frames: Buffer): Buffer {
  const [key, iv, header] = quicKeys[version].map((hex) => Buffer.from(hex, 'hex')) as [Buffer, Buffer, Buffer]
  const plain = join(frames, Buffer.alloc(Math.max(0, 1100 - frames.length)))
  const id = Buffer.from('8394c8f03e515708', 'hex')
  const first = version === 1 ? 0xc3 : 0xd3
  const head = join(
    [first],
    version === 1 ? u32(1) : u32(0x6b3343cf),
    sized8(id),
    [0, 0],
    u16(0x4000 | (plain.length + 20)),
    u32(number),
  )
  const nonce = Buffer.from(iv)
  nonce[11]! ^= number
  const cipher = createCipheriv('aes-128-gcm', key, nonce).setAAD(head)
  const sealed = join(cipher.update(plain), cipher.final(), cipher.getAuthTag())
  const mask = createCipheriv('aes-128-ecb', header, null).update(sealed.subarray(0, 16))
  head[0]! ^= mask[0]! & 15
  for (let i = 0; i < 4; i++) head[head.length - 4 + i]! ^= mask[1 + i]!
  return join(head, sealed)
}

/** An App’s packet with Apple’s header before it. */
export function pktap(inner: number, packet: Buffer, pid: number, command: string, epid = -1, effective = ''): Buffer {
  const header = Buffer.alloc(156)
  header.writeUInt32LE(156, 0)
  header.writeUInt32LE(1, 4)
  header.writeUInt32LE(inner, 8)
  header.write('en0', 12)
  header.writeInt32LE(pid, 52)
  header.write(command, 56)
  header.writeInt32LE(epid, 84)
  header.write(effective, 88)
  return join(header, packet)
}

/** Seconds since 1970 with fraction, and the frame; `wire`: its length before a snap length cut it. */
export type Timed = readonly [seconds: number, frame: Buffer, wire?: number]

/** A classic pcap. */
export function pcapFile(
  link: number,
  packets: readonly Timed[],
  { big = false, nano = false, snap = 262_144 } = {},
): Buffer {
  const word = (value: number): Buffer => (big ? u32(value) : u32(value).reverse())
  const half = (value: number): Buffer => (big ? u16(value) : u16(value).reverse())
  const magic = nano ? 0xa1b23c4d : 0xa1b2c3d4
  const head = join(word(magic), half(2), half(4), word(0), word(0), word(snap), word(link))
  const list = packets.map(([seconds, frame, wire = frame.length]) => {
    const micros = Math.round((seconds - Math.floor(seconds)) * 1e6)
    return join(word(Math.floor(seconds)), word(micros * (nano ? 1000 : 1)), word(frame.length), word(wire), frame)
  })
  return join(head, ...list)
}

/** Blocks of a pcapng section in one byte order. */
export function pcapngBlocks(big = false) {
  const word = (value: number): Buffer => (big ? u32(value) : u32(value).reverse())
  const half = (value: number): Buffer => (big ? u16(value) : u16(value).reverse())
  const padded = (bytes: Buffer): Buffer => join(bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4))
  const option = (code: number, body: Buffer): Buffer => join(half(code), half(body.length), padded(body))
  const block = (type: number, body: Buffer): Buffer =>
    join(word(type), word(12 + body.length), body, word(12 + body.length))
  const options = (list: readonly (readonly [number, Buffer])[]): Buffer =>
    list.length === 0 ? Buffer.alloc(0) : join(...list.map(([code, body]) => option(code, body)), word(0))
  return {
    word,
    block,
    section: () => block(0x0a0d0d0a, join(word(0x1a2b3c4d), half(1), half(0), word(0xffffffff), word(0xffffffff))),
    face: (link: number, list: readonly (readonly [number, Buffer])[] = [], snap = 0) =>
      block(1, join(half(link), half(0), word(snap), options(list))),
    /** `units`: of the interface, a second. */
    packet(
      face: number,
      seconds: number,
      units: number,
      frame: Buffer,
      list: readonly (readonly [number, Buffer])[] = [],
    ) {
      const time = (BigInt(Math.round(seconds * 1e6)) * BigInt(units)) / 1_000_000n
      const times = join(word(Number(time >> 32n)), word(Number(time & 0xffffffffn)))
      return block(6, join(word(face), times, word(frame.length), word(frame.length), padded(frame), options(list)))
    },
    simple: (frame: Buffer) => block(3, join(word(frame.length), padded(frame))),
    /** The obsolete packet block. */
    old(face: number, micros: number, frame: Buffer) {
      const times = join(word(Math.floor(micros / 2 ** 32)), word(micros % 2 ** 32))
      return block(2, join(half(face), half(0), times, word(frame.length), word(frame.length), padded(frame)))
    },
    process: (pid: number, name: string) => block(0x80000001, join(word(pid), options([[2, Buffer.from(name)]]))),
  }
}
