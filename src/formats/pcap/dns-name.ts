// Names in DNS messages (RFC 1035 §4.1.4), written as text.
import { isUtf8 } from 'node:buffer'
import { be16 } from './bytes.ts'

const scratch = Buffer.alloc(512)

/** Name at `at` of the message from `base` to `to`; `next` is behind it. Without the final dot; '' is the root. null: damaged. */
export type Name = { text: string; next: number }

/**
 * Labels that are not plain ASCII are given as UTF-8 where they are it (mDNS), else with the bytes as `\ddd` (RFC 4343); a dot
 * inside a label as `\.`. Compression pointers must lead back, so that no name can go in circles.
 */
export function nameAt(b: Buffer, base: number, at: number, to: number): Name | null {
  let length = 0
  let next = -1
  let from = at
  let lowest = at
  let plain = true
  for (let labels = 0; labels < 128; labels++) {
    if (from >= to) return null
    const size = b[from]!
    if (size === 0) {
      if (next < 0) next = from + 1
      return { text: length === 0 ? '' : textOf(length, plain), next }
    }
    if (size >= 0xc0) {
      if (from + 2 > to) return null
      if (next < 0) next = from + 2
      const target = base + (be16(b, from) & 0x3fff)
      if (target >= lowest) return null
      lowest = from = target
      continue
    }
    if (size > 63 || from + 1 + size > to || length + size + 1 > 255) return null
    scratch[length++] = size
    for (let i = 1; i <= size; i++) {
      const byte = b[from + i]!
      if (byte <= 0x20 || byte >= 0x7f || byte === 0x2e || byte === 0x5c) plain = false
      scratch[length++] = byte
    }
    from += 1 + size
  }
  return null
}

/** Text of the labels in `scratch`, each behind its length. */
function textOf(length: number, plain: boolean): string {
  if (plain) {
    for (let at = 0; at < length; ) {
      const size = scratch[at]!
      scratch[at] = 0x2e
      at += 1 + size
    }
    return scratch.toString('latin1', 1, length)
  }
  const labels: string[] = []
  for (let at = 0; at < length; at += 1 + scratch[at]!)
    labels.push(labelOf(scratch.subarray(at + 1, at + 1 + scratch[at]!)))
  return labels.join('.')
}

/** Each byte as RFC 4343 writes it. */
const written = Array.from({ length: 256 }, (_, byte) =>
  byte <= 0x20 || byte >= 0x7f
    ? `\\${String(byte).padStart(3, '0')}`
    : byte === 0x2e || byte === 0x5c
      ? `\\${String.fromCharCode(byte)}`
      : String.fromCharCode(byte),
)

function labelOf(bytes: Buffer): string {
  // a TextDecoder that throws took a fifth of the time of a tunnel whose labels are bytes
  if (isUtf8(bytes)) {
    const text = bytes.toString('utf8')
    if (!/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(text)) return text.replace(/[\\.]/g, '\\$&')
  }
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += written[bytes[i]!]!
  return text
}
