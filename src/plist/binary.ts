// Binary property lists (bplist00). Source: CFBinaryPList.c of Apple's open Core Foundation.
import { maxDepth, maxValues, type PlistRead, type PlistStop, type PlistValue } from './plist.ts'

export const binaryMagic = 'bplist00'
const trailerLength = 32

type Trailer = {
  readonly offsetSize: number
  readonly refSize: number
  readonly objects: number
  readonly top: number
  readonly table: number
}

/** The trailer of bytes that are one binary property list from first to last; null: they are not. */
export function trailerOf(bytes: Buffer): Trailer | null {
  const at = bytes.length - trailerLength
  if (at < binaryMagic.length + 1) return null
  const [offsetSize, refSize] = [bytes[at + 6]!, bytes[at + 7]!]
  const [objects, top, table] = [8, 16, 24].map((from) => Number(bytes.readBigUInt64BE(at + from))) as [
    number,
    number,
    number,
  ]
  const sizes = offsetSize >= 1 && offsetSize <= 8 && refSize >= 1 && refSize <= 8
  const fits = sizes && objects > 0 && top < objects && table >= binaryMagic.length + 1
  return fits && table + objects * offsetSize === at ? { offsetSize, refSize, objects, top, table } : null
}

/**
 * Reads one binary property list. Each object is read once, however often it is referred to; one that contains itself is
 * malformed. Never throws.
 */
export function readBinary(bytes: Buffer): PlistRead {
  const trailer = trailerOf(bytes)
  if (trailer === null) return { value: null, stop: 'truncated', at: bytes.length }
  const fail = (stop: PlistStop, at: number): Failure => ({ stop, at })
  const done = new Map<number, PlistValue | Failure>()
  const open = new Set<number>()
  let references = 0

  const read = (index: number, depth: number): PlistValue | Failure => {
    const known = done.get(index)
    if (known !== undefined) return known
    if (index >= trailer.objects) return fail('malformed', trailer.table)
    const at = uintAt(bytes, trailer.table + index * trailer.offsetSize, trailer.offsetSize)
    if (at < binaryMagic.length || at >= trailer.table || open.has(index))
      return fail('malformed', Math.min(at, trailer.table))
    if (depth > maxDepth) return fail('too_deep', at)
    open.add(index)
    const value = readObject(at, depth)
    open.delete(index)
    done.set(index, value)
    return value
  }

  const readObject = (at: number, depth: number): PlistValue | Failure => {
    const type = bytes[at]! >> 4
    const low = bytes[at]! & 15
    if (type === 0) return low === 9 ? true : low === 8 ? false : ''
    if (type === 1 || type === 2 || type === 3)
      return numberAt(bytes, at, type, low, trailer.table) ?? fail('malformed', at)
    if (type === 8) return at + 2 + low > trailer.table ? fail('malformed', at) : String(uintAt(bytes, at + 1, low + 1))
    const sized = sizeAt(bytes, at, low, trailer.table)
    if (sized === null) return fail('malformed', at)
    const { count, from } = sized
    const width =
      type === 6 ? 2 : type === 4 || type === 5 || type === 7 ? 1 : type === 13 ? 2 * trailer.refSize : trailer.refSize
    if (from + count * width > trailer.table) return fail('malformed', at)
    if (type === 4) return Buffer.from(bytes.subarray(from, from + count))
    if (type === 5) return bytes.toString('latin1', from, from + count)
    if (type === 7) return bytes.toString('utf8', from, from + count)
    if (type === 6)
      return Buffer.from(bytes.subarray(from, from + 2 * count))
        .swap16()
        .toString('utf16le')
    if (type !== 10 && type !== 12 && type !== 13) return fail('malformed', at)
    references += count
    if (references > maxValues) return fail('too_many', at)
    const ref = (i: number): number => uintAt(bytes, from + i * trailer.refSize, trailer.refSize)
    if (type !== 13) {
      const list: PlistValue[] = []
      for (let i = 0; i < count; i++) {
        const value = read(ref(i), depth + 1)
        if (isFailure(value)) return value
        list.push(value)
      }
      return list
    }
    const entries = new Map<string, PlistValue>()
    for (let i = 0; i < count; i++) {
      const key = read(ref(i), depth + 1)
      if (isFailure(key)) return key
      if (typeof key !== 'string') return fail('malformed', at)
      const value = read(ref(count + i), depth + 1)
      if (isFailure(value)) return value
      entries.set(key, value)
    }
    return { entries, from: 0, to: 0 }
  }

  const value = read(trailer.top, 0)
  return isFailure(value) ? { value: null, ...value } : { value, stop: '', at: bytes.length }
}

type Failure = { readonly stop: PlistStop; readonly at: number }

function isFailure(value: PlistValue | Failure): value is Failure {
  return typeof value === 'object' && 'stop' in value
}

/** Unsigned integer of 1 to 16 bytes; beyond 2^53 it is not exact, and no offset or count is that large. */
function uintAt(bytes: Buffer, at: number, size: number): number {
  let value = 0
  for (let i = 0; i < size; i++) value = value * 256 + bytes[at + i]!
  return value
}

/** Count of a string, data or container, and where its content begins; null: it does not fit. */
function sizeAt(bytes: Buffer, at: number, low: number, end: number): { count: number; from: number } | null {
  if (low !== 15) return { count: low, from: at + 1 }
  const marker = bytes[at + 1]!
  const size = 2 ** (marker & 15)
  if (marker >> 4 !== 1 || size > 8 || at + 2 + size > end) return null
  return { count: uintAt(bytes, at + 2, size), from: at + 2 + size }
}

/** Integer, real or date as text; null: it does not fit. Dates count seconds from 2001. */
function numberAt(bytes: Buffer, at: number, type: 1 | 2 | 3, low: number, end: number): string | null {
  const size = 2 ** low
  if (low > 4 || at + 1 + size > end) return null
  if (type === 1) {
    if (size < 8) return String(uintAt(bytes, at + 1, size))
    // integers of 16 bytes hold unsigned ones of 8
    return String(size === 8 ? bytes.readBigInt64BE(at + 1) : bytes.readBigUInt64BE(at + 9))
  }
  if (size !== 4 && size !== 8) return null
  const real = size === 4 ? bytes.readFloatBE(at + 1) : bytes.readDoubleBE(at + 1)
  if (type === 2) return String(real)
  const date = Date.UTC(2001, 0, 1) + real * 1000
  return Math.abs(date) < 8e15 ? new Date(date).toISOString().replace('.000Z', 'Z') : null
}
