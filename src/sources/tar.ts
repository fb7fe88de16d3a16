// tar: ustar, GNU and pax names, old v7. Written by hand because tar-stream 3.2 gives nothing of a member that is cut off
// within what it has buffered (0 of 9,000 bytes), stops at the first damaged header and cannot skip a GNU sparse map.
import type { Problem } from '../model/index.ts'
import { gather, problemOf } from './content.ts'

export type TarEntry =
  | { readonly kind: 'file'; readonly name: string; readonly size: number; readonly body: AsyncIterable<Buffer> }
  | { readonly kind: 'folder' }
  | { readonly kind: 'problem'; readonly name: string; readonly problem: Problem }

const block = 512
/** Names and pax records longer than this are taken for damage. */
const maxMeta = 1024 * 1024

type Header = { name: string; readonly type: string; size: number; readonly sparseMap: boolean }
type Pax = { path?: string; size?: number; sparse?: boolean }

/** Is this the first header of a tar? `head` needs 512 bytes. */
export const looksLikeTar = (head: Buffer): boolean =>
  head.length >= block && (readHeader(head) !== null || isUstar(head))

const isUstar = (head: Buffer): boolean => head.toString('latin1', 257, 262) === 'ustar'
const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0)
const textAt = (head: Buffer, start: number, length: number): string => {
  const end = head.indexOf(0, start)
  return head.toString('utf8', start, end === -1 || end > start + length ? start + length : end)
}

/** Octal digits, or base 256 where the first bit is set (GNU, for 8 GiB and more). NaN: neither. */
function numberAt(head: Buffer, start: number, length: number): number {
  if (head[start]! & 0x80) {
    let value = head[start]! & 0x7f
    for (let i = start + 1; i < start + length; i++) value = value * 256 + head[i]!
    return Number.isSafeInteger(value) ? value : Number.NaN
  }
  const digits = textAt(head, start, length).trim()
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : Number.NaN
}

/** Null: not a header, or a damaged one. */
function readHeader(head: Buffer): Header | null {
  const sum = numberAt(head, 148, 8)
  let plain = 8 * 32
  let signed = 8 * 32 // some old writers summed signed bytes
  for (let i = 0; i < block; i++) {
    if (i >= 148 && i < 156) continue
    plain += head[i]!
    signed += head.readInt8(i)
  }
  if (sum !== plain && sum !== signed) return null
  const size = numberAt(head, 124, 12)
  const name = textAt(head, 0, 100)
  if (!Number.isSafeInteger(size) || plain === 8 * 32) return null
  const type = head[156] === 0 ? '0' : String.fromCharCode(head[156]!)
  const prefix = head.toString('latin1', 257, 263) === 'ustar\0' ? textAt(head, 345, 155) : ''
  return { name: prefix ? `${prefix}/${name}` : name, type, size, sparseMap: type === 'S' && head[482] === 1 }
}

/** `length key=value\n` records, as POSIX has them. What does not fit is left out. */
function readPax(data: Buffer): Pax {
  const pax: Pax = {}
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(32, at)
    if (space === -1 || space - at > 10) break
    const length = Number(data.toString('latin1', at, space))
    if (!Number.isInteger(length) || length <= space - at + 1) break
    const record = data.toString('utf8', space + 1, at + length - 1)
    const equals = record.indexOf('=')
    const key = record.slice(0, equals)
    const value = record.slice(equals + 1)
    if (key === 'path') pax.path = value
    else if (key === 'size' && /^\d{1,16}$/.test(value)) pax.size = Number(value)
    else if (key === 'GNU.sparse.name') pax.path = value
    if (key.startsWith('GNU.sparse.')) pax.sparse = true
    at += length
  }
  return pax
}

/** Reads a stream of chunks in the portions that are asked for. */
function reader(bytes: AsyncIterable<Buffer>) {
  const input = bytes[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  let offset = 0
  async function* stream(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      if (rest.length === 0) {
        const next = await input.next()
        if (next.done) return
        rest = next.value
        continue
      }
      const part = rest.subarray(0, left)
      rest = rest.subarray(part.length)
      offset += part.length
      left -= part.length
      yield part
    }
  }
  return {
    stream,
    /** Exactly `length` bytes, fewer at the end. */
    async take(length: number): Promise<Buffer> {
      if (rest.length >= length) {
        const part = rest.subarray(0, length)
        rest = rest.subarray(length)
        offset += length
        return part
      }
      return gather(stream(length))
    },
    /** Passes over `length` bytes; false where the data end before. */
    async skip(length: number): Promise<boolean> {
      const target = offset + length
      for await (const _ of stream(length)) void _
      return offset === target
    },
    offset: () => offset,
    close: async () => void (await input.return?.()),
  }
}

/**
 * The members in the order of the stream. A body must be read before the next member is asked for; what was not read is
 * passed over. Damage is told and the next sound header is looked for. Names are as written: the caller judges them.
 */
export async function* tarEntries(bytes: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const input = reader(bytes)
  const trouble = (name: string, problem: Problem): TarEntry => ({ kind: 'problem', name, problem })
  let pax: Pax = {}
  let everywhere: Pax = {}
  let longName: string | null = null
  let endMark = false
  let lost = false
  try {
    for (;;) {
      const at = input.offset()
      const head = await input.take(block)
      if (head.length === 0) {
        if (!endMark && !lost)
          yield trouble('', problemOf('truncated', 'it has no end mark: members may be missing', at))
        return
      }
      if (head.length < block) {
        if (!isZero(head)) yield trouble('', problemOf('compressed_damaged', 'it ends in the middle of a header', at))
        return
      }
      if (isZero(head)) {
        endMark = true
        continue
      }
      const header = readHeader(head)
      if (header === null) {
        // Told once for each stretch.
        if (!lost)
          yield trouble(
            '',
            problemOf('compressed_damaged', `no sound header at byte ${at}; the next one is looked for`, at),
          )
        lost = true
        continue
      }
      lost = false
      endMark = false
      const padded = (size: number) => Math.ceil(size / block) * block
      if ('xgLK'.includes(header.type)) {
        if (header.size > maxMeta) {
          yield trouble('', problemOf('compressed_damaged', `a name or attribute record of ${header.size} bytes`, at))
          await input.skip(padded(header.size))
          continue
        }
        const data = await input.take(header.size)
        await input.skip(padded(header.size) - header.size)
        if (header.type === 'x') pax = readPax(data)
        else if (header.type === 'g') everywhere = { ...everywhere, ...readPax(data) }
        else if (header.type === 'L') longName = textAt(data, 0, data.length)
        continue
      }
      const told = { ...everywhere, ...pax }
      const name = told.path ?? longName ?? header.name
      const size = told.size ?? header.size
      pax = {}
      longName = null
      if (header.sparseMap) while ((await input.take(block))[504] === 1);
      const bodyStart = input.offset()
      if (header.type === 'S' || told.sparse)
        yield trouble(name, problemOf('unreadable', 'a sparse member; pack it without --sparse'))
      else if (header.type === '1' || header.type === '2')
        yield trouble(name, problemOf('link', `leads to ${textAt(head, 157, 100)}`))
      else if ('346'.includes(header.type)) yield trouble(name, problemOf('unreadable', 'a device or pipe'))
      else if ('5DV'.includes(header.type) || (header.type === '0' && name.endsWith('/') && size === 0))
        yield { kind: 'folder' }
      else if (header.type === '0' || header.type === '7') yield { kind: 'file', name, size, body: input.stream(size) }
      else yield trouble(name, problemOf('unknown_kind', `member of type ${JSON.stringify(header.type)}`))
      // Links, folders and devices have no data whatever their size says, except the list in a GNU dump folder.
      const length = '123456V'.includes(header.type) ? 0 : padded(size)
      if (!(await input.skip(bodyStart + length - input.offset()))) {
        const where = input.offset()
        if (where < bodyStart + size) {
          yield trouble('', problemOf('compressed_damaged', 'it ends in the middle of its last member', where))
          return
        }
      }
    }
  } finally {
    await input.close()
  }
}
