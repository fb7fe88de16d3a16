// QUIC Initial packets: the keys follow from the client’s first packet (RFC 9001 §5), so that anybody on the way can read its
// TLS hello. Versions 1 and 2 (RFC 9369), the drafts since 22, and Facebook’s mvfst of draft 22 and 27.
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { be16, be32 } from './bytes.ts'
import { type Hello, helloOfMessage, longestHello } from './hello.ts'

const salts = {
  22: '7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a',
  23: 'c3eef712c72ebb5a11a7d2432bb46365bef9f502',
  29: 'afbfec289993d24c9e9786f19c6111e04390a899',
  1: '38762cf7f55934b34d179ae6a4c80cadccbb7f0a',
  2: '0dede3def700a6db819381be6e269dcbf9bd2ed9',
}

type Version = { readonly salt: Buffer; readonly initial: number; readonly label: string; readonly name: string }

const versionOf = (salt: string, name: string, initial = 0, label = 'quic'): Version => ({
  salt: Buffer.from(salt, 'hex'),
  initial,
  label,
  name,
})

const versions = new Map<number, Version>([
  [1, versionOf(salts[1], '1')],
  [0x6b3343cf, versionOf(salts[2], '2', 1, 'quicv2')],
  [0xfaceb001, versionOf(salts[22], 'mvfst-22')],
  [0xfaceb002, versionOf(salts[23], 'mvfst-27')],
  [0xfaceb00e, versionOf(salts[23], 'mvfst-exp')],
])
for (let draft = 22; draft <= 34; draft++) {
  const salt = draft < 23 ? salts[22] : draft < 29 ? salts[23] : draft < 33 ? salts[29] : salts[1]
  versions.set(0xff000000 + draft, versionOf(salt, `draft-${draft}`))
}

type Keys = { readonly key: Buffer; readonly iv: Buffer; readonly header: Buffer }

/** What is known of a client’s hello while its packets come in. */
export type Quic = {
  keys: Keys | null
  /** Bytes of the CRYPTO stream, and which of them are there. */
  stream: Buffer
  pieces: [from: number, to: number][]
  tries: number
  version: string
}

export const newQuic = (): Quic => ({ keys: null, stream: Buffer.alloc(0), pieces: [], tries: 0, version: '' })

/** Packets of a flow that are tried: a hello of 32 KiB would need some 27. Each costs 30 µs. */
export const mostTries = 32
const mostPieces = 64

/** Does a long header of a version that is known stand at `from`, of an Initial packet? */
export function isInitial(b: Uint8Array, from: number, to: number): boolean {
  if (to - from < 7 || (b[from]! & 0xc0) !== 0xc0) return false
  const version = versions.get(be32(b, from + 1))
  return version !== undefined && ((b[from]! >> 4) & 3) === version.initial && b[from + 5]! <= 20
}

/** Takes a datagram of the client. The hello once it is whole; null: not yet, or this was none. Never throws. */
export function takeDatagram(quic: Quic, b: Buffer, from: number, to: number): Hello | null {
  for (let at = from; at < to && isInitial(b, at, to); ) {
    const next = takeInitial(quic, b, at, to)
    if (next < 0) break
    at = next
  }
  return helloOf(quic)
}

function helloOf({ stream, pieces }: Quic): Hello | null {
  const first = pieces[0]
  if (first === undefined || first[0] !== 0 || first[1] < 4) return null
  const length = 4 + (stream[1]! << 16) + be16(stream, 2)
  return length <= longestHello && first[1] >= length ? helloOfMessage(stream, 0, length) : null
}

/** Position behind the packet; -1: it cannot be read. */
function takeInitial(quic: Quic, b: Buffer, at: number, to: number): number {
  const version = versions.get(be32(b, at + 1))!
  const ids = at + 6 + b[at + 5]!
  if (ids >= to) return -1
  const token = varintAt(b, ids + 1 + b[ids]!, to)
  if (token.next < 0) return -1
  const length = varintAt(b, token.next + token.value, to)
  if (length.next < 0) return -1
  const end = length.next + length.value
  if (end > to || length.value < 20) return -1
  quic.version = version.name
  quic.tries++
  const id = b.subarray(at + 6, ids)
  quic.keys ??= keysOf(version, id)
  let plain = open(quic.keys, b, at, length.next, end)
  if (plain === null) {
    // after a Retry the client begins anew, with keys from the id that the server chose
    const keys = keysOf(version, id)
    plain = open(keys, b, at, length.next, end)
    if (plain === null) return end
    quic.keys = keys
  }
  readFrames(quic, plain)
  return end
}

const nothing = { value: 0, next: -1 }

function varintAt(b: Uint8Array, at: number, to: number): { value: number; next: number } {
  if (at >= to) return nothing
  const size = 1 << (b[at]! >> 6)
  if (at + size > to) return nothing
  let value = b[at]! & 0x3f
  for (let i = 1; i < size; i++) value = value * 256 + b[at + i]!
  return { value, next: at + size }
}

const hmac = (key: Buffer, data: Buffer): Buffer => createHmac('sha256', key).update(data).digest()

/** HKDF-Expand-Label of TLS 1.3 for up to 32 bytes. */
function expand(secret: Buffer, label: string, length: number): Buffer {
  const full = `tls13 ${label}`
  const info = Buffer.from([0, length, full.length, ...Buffer.from(full), 0, 1])
  return hmac(secret, info).subarray(0, length)
}

function keysOf({ salt, label }: Version, id: Buffer): Keys {
  const client = expand(hmac(salt, id), 'client in', 32)
  return {
    key: expand(client, `${label} key`, 16),
    iv: expand(client, `${label} iv`, 12),
    header: expand(client, `${label} hp`, 16),
  }
}

/** Takes protection away from the packet at `at` whose number begins at `number`. null: other keys. */
function open(keys: Keys, b: Buffer, at: number, number: number, end: number): Buffer | null {
  const mask = createCipheriv('aes-128-ecb', keys.header, null).update(b.subarray(number + 4, number + 20))
  const head = Buffer.from(b.subarray(at, number + 4))
  head[0] = head[0]! ^ (mask[0]! & 0x0f)
  const size = (head[0]! & 3) + 1
  const nonce = Buffer.from(keys.iv)
  for (let i = 0; i < size; i++) {
    const place = number - at + i
    head[place] = head[place]! ^ mask[1 + i]!
    nonce[12 - size + i] = nonce[12 - size + i]! ^ head[place]!
  }
  const from = number + size
  if (end - from < 17) return null
  try {
    const cipher = createDecipheriv('aes-128-gcm', keys.key, nonce)
    cipher.setAAD(head.subarray(0, number - at + size))
    cipher.setAuthTag(b.subarray(end - 16, end))
    const plain = cipher.update(b.subarray(from, end - 16))
    cipher.final()
    return plain
  } catch {
    return null
  }
}

const frame = { padding: 0, ping: 1, ack: 2, ackEcn: 3, crypto: 6 }

function readFrames(quic: Quic, b: Buffer): void {
  for (let at = 0; at < b.length; ) {
    const type = b[at++]!
    if (type === frame.padding || type === frame.ping) continue
    if (type === frame.ack || type === frame.ackEcn) {
      at = behindAck(b, at, type === frame.ackEcn)
      if (at < 0) return
      continue
    }
    if (type !== frame.crypto) return
    const offset = varintAt(b, at, b.length)
    const length = offset.next < 0 ? nothing : varintAt(b, offset.next, b.length)
    if (length.next < 0 || length.next + length.value > b.length) return
    at = length.next + length.value
    keep(quic, b, length.next, at, offset.value)
  }
}

function behindAck(b: Buffer, from: number, ecn: boolean): number {
  const largest = varintAt(b, from, b.length)
  const delay = largest.next < 0 ? nothing : varintAt(b, largest.next, b.length)
  const ranges = delay.next < 0 ? nothing : varintAt(b, delay.next, b.length)
  if (ranges.next < 0 || ranges.value > b.length) return -1
  let at = ranges.next
  for (let left = 1 + ranges.value * 2 + (ecn ? 3 : 0); left > 0; left--) {
    at = varintAt(b, at, b.length).next
    if (at < 0) return -1
  }
  return at
}

function keep(quic: Quic, b: Buffer, from: number, to: number, offset: number): void {
  const end = offset + to - from
  if (to === from || end > longestHello || quic.pieces.length >= mostPieces) return
  if (quic.stream.length < end) {
    const larger = Buffer.alloc(Math.min(longestHello, Math.max(2048, end * 2)))
    quic.stream.copy(larger)
    quic.stream = larger
  }
  b.copy(quic.stream, offset, from, to)
  quic.pieces.push([offset, end])
  quic.pieces.sort((one, other) => one[0] - other[0])
  const joined: [number, number][] = []
  for (const piece of quic.pieces) {
    const before = joined.at(-1)
    if (before && piece[0] <= before[1]) before[1] = Math.max(before[1], piece[1])
    else joined.push(piece)
  }
  quic.pieces = joined
}
