// Numbers and addresses out of bytes, without a slice.

export const be16 = (b: Uint8Array, at: number): number => (b[at]! << 8) | b[at + 1]!
export const be32 = (b: Uint8Array, at: number): number =>
  ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0
export const le16 = (b: Uint8Array, at: number): number => b[at]! | (b[at + 1]! << 8)
export const le32 = (b: Uint8Array, at: number): number =>
  (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)) >>> 0

const hexPair = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

/** Bytes from `at` as lower-case hex with `between` between them. */
export function hexOf(b: Uint8Array, at: number, length: number, between = ''): string {
  let text = ''
  for (let i = 0; i < length; i++) text += (i > 0 ? between : '') + hexPair[b[at + i]!]!
  return text
}

const fourOf = (word: number): string => `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`

/** Address at `at` in canonical text: 4 bytes, else 16 (RFC 5952; IPv4 mapped into IPv6 as IPv4, as `canonicalIp` has it). */
export function addressAt(b: Uint8Array, at: number, length: 4 | 16): string {
  if (length === 4) return fourOf(be32(b, at))
  return sixOf(be32(b, at), be32(b, at + 4), be32(b, at + 8), be32(b, at + 12))
}

function sixOf(w0: number, w1: number, w2: number, w3: number): string {
  if (w0 === 0 && w1 === 0 && w2 >>> 0 === 0xffff) return fourOf(w3)
  const parts = [w0 >>> 16, w0 & 0xffff, w1 >>> 16, w1 & 0xffff, w2 >>> 16, w2 & 0xffff, w3 >>> 16, w3 & 0xffff]
  let start = -1
  let longest = 1
  for (let i = 0; i < 8; i++) {
    let n = 0
    while (i + n < 8 && parts[i + n] === 0) n++
    if (n > longest) {
      longest = n
      start = i
    }
    i += n
  }
  const text = (list: readonly number[]) => list.map((part) => part.toString(16)).join(':')
  return start < 0 ? text(parts) : `${text(parts.slice(0, start))}::${text(parts.slice(start + longest))}`
}
