// TLS client hellos. Source: RFC 8446 §4.1.2, RFC 6066 (server name), RFC 7301 (ALPN), RFC 9849 (Encrypted Client Hello).
import { be16 } from './bytes.ts'

/** What a client hello says. Lists are in its order and hold GREASE (RFC 8701) values as they came. */
export type Hello = {
  readonly version: number
  readonly ciphers: readonly number[]
  readonly extensions: readonly number[]
  readonly groups: readonly number[]
  readonly formats: readonly number[]
  readonly signatures: readonly number[]
  readonly versions: readonly number[]
  /** Protocols offered; bytes as latin1. */
  readonly alpn: readonly string[]
  /** Server name as it came; '' where there is none. */
  readonly name: string
  /** It carries an Encrypted Client Hello (or its predecessor ESNI): the name may be a cover. */
  readonly encrypted: boolean
}

/** Longest hello that is put together; those of 2025 with post-quantum keys have 1.8 KB. */
export const longestHello = 32 * 1024

const extension = {
  name: 0,
  groups: 10,
  formats: 11,
  signatures: 13,
  alpn: 16,
  versions: 43,
  ech: 0xfe0d,
  esni: 0xffce,
}

/**
 * The client hello in TLS records at `from`. `more`: it goes on behind `to`. null: none.
 * It may be cut into several records (Chromium and middleboxes do).
 */
export function helloOfRecords(b: Buffer, from: number, to: number): Hello | 'more' | null {
  if (from === to) return 'more'
  if (b[from] !== 22 || (to - from > 1 && b[from + 1] !== 3)) return null
  if (to - from < 6) return 'more'
  if (b[from + 5] !== 1) return null
  const first = be16(b, from + 3)
  if (first < 4) return helloOfPieces(b, from, to)
  if (to - from < 9) return 'more'
  const length = (b[from + 6]! << 16) | be16(b, from + 7)
  if (length > longestHello) return null
  if (first < length + 4) return helloOfPieces(b, from, to)
  return to < from + 9 + length ? 'more' : helloOfMessage(b, from + 5, from + 9 + length)
}

function helloOfPieces(b: Buffer, from: number, to: number): Hello | 'more' | null {
  const parts: Buffer[] = []
  let size = 0
  let wanted = 4
  for (let at = from; size < wanted; ) {
    if (at + 5 > to) return 'more'
    const part = be16(b, at + 3)
    if (b[at] !== 22 || b[at + 1] !== 3 || part === 0) return null
    if (at + 5 + part > to) return 'more'
    parts.push(b.subarray(at + 5, at + 5 + part))
    size += part
    at += 5 + part
    if (size < wanted || wanted > 4) continue
    const message = Buffer.concat(parts)
    wanted = 4 + ((message[1]! << 16) | be16(message, 2))
    if (wanted > longestHello) return null
  }
  return helloOfMessage(Buffer.concat(parts), 0, wanted)
}

/** The hello in a handshake message (type and length first) from `from` to `to`. null: none, or damaged. */
export function helloOfMessage(b: Buffer, from: number, to: number): Hello | null {
  if (to - from < 42 || b[from] !== 1) return null
  const hello = {
    version: be16(b, from + 4),
    ciphers: [] as number[],
    extensions: [] as number[],
    groups: [] as number[],
    formats: [] as number[],
    signatures: [] as number[],
    versions: [] as number[],
    alpn: [] as string[],
    name: '',
    encrypted: false,
  }
  let at = from + 38
  at += 1 + b[at]!
  if (at + 2 > to) return null
  const ciphers = be16(b, at)
  if (at + 2 + ciphers + 1 > to) return null
  readWords(b, at + 2, at + 2 + ciphers, hello.ciphers)
  at += 2 + ciphers
  at += 1 + b[at]!
  // hellos of SSL 3 and TLS 1.0 may have no extensions
  if (at + 2 > to) return at === to ? hello : null
  const end = at + 2 + be16(b, at)
  if (end > to) return null
  at += 2
  while (at + 4 <= end) {
    const type = be16(b, at)
    const next = at + 4 + be16(b, at + 2)
    if (next > end) return null
    hello.extensions.push(type)
    readExtension(b, type, at + 4, next, hello)
    at = next
  }
  return hello
}

type Writable = {
  groups: number[]
  formats: number[]
  signatures: number[]
  versions: number[]
  alpn: string[]
  name: string
  encrypted: boolean
}

function readExtension(b: Buffer, type: number, at: number, end: number, hello: Writable): void {
  switch (type) {
    case extension.name: {
      // a list, of which no client sends more than one; type 0 is a host name
      const length = at + 5 <= end && b[at + 2] === 0 ? be16(b, at + 3) : 0
      if (at + 5 + length <= end) hello.name = nameText(b, at + 5, at + 5 + length)
      return
    }
    case extension.groups:
      readWords(b, at + 2, end, hello.groups)
      return
    case extension.signatures:
      readWords(b, at + 2, end, hello.signatures)
      return
    case extension.versions:
      readWords(b, at + 1, end, hello.versions)
      return
    case extension.formats:
      for (let i = at + 1; i < end; i++) hello.formats.push(b[i]!)
      return
    case extension.alpn:
      for (let i = at + 2; i < end && i + 1 + b[i]! <= end; i += 1 + b[i]!)
        if (hello.alpn.length < 32) hello.alpn.push(b.toString('latin1', i + 1, i + 1 + b[i]!))
      return
    case extension.ech:
    case extension.esni:
      hello.encrypted = true
  }
}

function readWords(b: Uint8Array, from: number, to: number, into: number[]): void {
  for (let at = from; at + 2 <= to; at += 2) into.push(be16(b, at))
}

const nameText = (b: Buffer, from: number, to: number): string =>
  b.toString('utf8', from, Math.min(to, from + 1024)).replace(/[\x00-\x1f\x7f]/g, '\ufffd')
