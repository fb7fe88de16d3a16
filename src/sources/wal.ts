// A SQLite database and its write-ahead log are one content: the committed pages of `<name>-wal` are laid over `<name>`.
// The log: https://sqlite.org/fileformat2.html, 4. A frame counts when its salt is that of the log's header, its running
// checksum fits, and a frame that ends a transaction follows it or is it.
import { type FileHandle, open } from 'node:fs/promises'
import { headerLength, headerOf, isDatabase, modeBytes } from '../sqlite/index.ts'
import { type Content, headOf, problemOf, reasonOf, type Tell } from './content.ts'
import { readOnly } from './files.ts'

const logHeader = 32
const frameHeader = 24
/** Pages that a log may replace: 4 GB and more of them, and some 200 MB to remember where. */
const maxPages = 2_000_000
const mostHoles = 1000

const magics = [0x377f0682, 0x377f0683]
/** Is this the beginning of a write-ahead log? */
export const isLog = (head: Buffer): boolean => head.length >= logHeader && magics.includes(head.readUInt32BE(0))

/** What lies beside a database: its log, the index of the log (of no use without SQLite), its rollback journal. */
export const besides = ['-wal', '-shm', '-journal'] as const

type Sum = readonly [number, number]

function checksum(data: Buffer, [a, b]: Sum, big: boolean): Sum {
  let s0 = a
  let s1 = b
  for (let at = 0; at + 8 <= data.length; at += 8) {
    s0 = (s0 + (big ? data.readUInt32BE(at) : data.readUInt32LE(at)) + s1) >>> 0
    s1 = (s1 + (big ? data.readUInt32BE(at + 4) : data.readUInt32LE(at + 4)) + s0) >>> 0
  }
  return [s0, s1]
}

type Index = {
  readonly pageSize: number
  /** Pages of the database after the last transaction. */
  readonly pages: number
  /** Page, from 1 → byte of it in the log. */
  readonly at: ReadonlyMap<number, number>
  readonly flaw: string
}

/** Reads the log once from first to last. null: nothing in it counts. Memory: 100 bytes a page that was changed. */
async function indexOf(bytes: AsyncIterable<Buffer>): Promise<Index | null> {
  let rest: Buffer = Buffer.alloc(0)
  let head: { pageSize: number; big: boolean; salt: Buffer } | null = null
  let sum: Sum = [0, 0]
  let offset = logHeader
  let pages = 0
  let flaw = ''
  let stale = false
  const at = new Map<number, number>()
  const open = new Map<number, number>()
  reading: for await (const chunk of bytes) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    if (head === null) {
      if (rest.length < logHeader) continue
      if (!isLog(rest)) return null
      const pageSize = rest.readUInt32BE(8)
      const big = rest.readUInt32BE(0) === magics[1]
      sum = checksum(rest.subarray(0, 24), sum, big)
      if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) return null
      if (sum[0] !== rest.readUInt32BE(24) || sum[1] !== rest.readUInt32BE(28)) return null
      head = { pageSize, big, salt: Buffer.from(rest.subarray(16, 24)) }
      rest = rest.subarray(logHeader)
    }
    const length = frameHeader + head.pageSize
    let from = 0
    for (; rest.length - from >= length; from += length) {
      const frame = rest.subarray(from, from + length)
      // frames of an earlier round follow: the log is written anew from its start
      if (!frame.subarray(8, 16).equals(head.salt)) {
        stale = true
        break reading
      }
      sum = checksum(frame.subarray(frameHeader), checksum(frame.subarray(0, 8), sum, head.big), head.big)
      const page = frame.readUInt32BE(0)
      if (sum[0] !== frame.readUInt32BE(16) || sum[1] !== frame.readUInt32BE(20) || page === 0) {
        flaw = `its checksum is wrong at byte ${offset}`
        break reading
      }
      open.set(page, offset + frameHeader)
      offset += length
      const after = frame.readUInt32BE(4)
      if (after > 0) {
        for (const [number, place] of open) at.set(number, place)
        open.clear()
        pages = after
      }
      if (at.size + open.size > maxPages) {
        flaw = `it changes more than ${maxPages} pages`
        break reading
      }
    }
    rest = rest.subarray(from)
  }
  if (head === null) return null
  if (flaw === '' && !stale && rest.length > 0 && (rest.length < 16 || rest.subarray(8, 16).equals(head.salt)))
    flaw = `it ends within a page, at byte ${offset}`
  if (flaw === '' && open.size > 0) flaw = `its last ${open.size} pages belong to a transaction that was not finished`
  return pages === 0 && flaw === '' ? null : { pageSize: head.pageSize, pages, at, flaw }
}

/** Is the content a database, or nothing at all (as long as nothing was moved out of the log), and the other its log? */
export async function belongTogether(main: Content, log: Content, signal?: AbortSignal): Promise<boolean> {
  const [head, logHead] = await Promise.all([
    headOf(main, headerLength, () => {}, signal),
    headOf(log, logHeader, () => {}, signal),
  ])
  return (head.length === 0 || isDatabase(head)) && (logHead.length === 0 || isLog(logHead))
}

/**
 * The database as it stands after the last transaction of its log, as one plain image that needs no log. `log.file` must
 * be given. What of the log could not be used is told.
 */
export function withLog(main: Content, log: Content & { readonly file: string | Buffer }): Content {
  let known: Promise<Index | null> | null = null
  return {
    ...main,
    file: null,
    async *bytes(tell, signal) {
      known ??= indexOf(log.bytes(() => {}, signal))
      // the reason of a signal is for him who gave it
      const index = await known.catch((error: unknown) => {
        known = null
        throw error
      })
      if (index === null) yield* main.bytes(tell, signal)
      else if (index.pages === 0) yield* withFlaw(main.bytes(tell, signal), index.flaw, tell)
      else yield* withFlaw(laid(main, log.file, index, tell, signal), index.flaw, tell)
    },
  }
}

async function* withFlaw(bytes: AsyncIterable<Buffer>, flaw: string, tell: Tell): AsyncGenerator<Buffer> {
  yield* bytes
  if (flaw !== '') tell(problemOf('truncated', `of its write-ahead log only what is sound was used: ${flaw}`))
}

async function* laid(
  main: Content,
  log: string | Buffer,
  index: Index,
  tell: Tell,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const { pageSize, pages, at } = index
  let handle: FileHandle
  try {
    handle = await open(log, readOnly)
  } catch (error) {
    tell(problemOf('unreadable', `its write-ahead log cannot be read: ${reasonOf(error)}`))
    yield* main.bytes(tell, signal)
    return
  }
  let next = 1
  /** Whole pages, as they stand in the database, from `next` on: those of the log are put over them. */
  const lay = async (block: Buffer): Promise<Buffer> => {
    const count = Math.min(block.length / pageSize, pages - next + 1)
    const copy = Buffer.from(block.subarray(0, count * pageSize))
    for (let i = 0; i < count; i++) {
      const place = at.get(next + i)
      if (place !== undefined) await handle.read(copy, i * pageSize, pageSize, place)
    }
    if (next === 1 && count > 0) copy.fill(modeBytes.without, modeBytes.from, modeBytes.to)
    next += count
    return copy
  }
  try {
    let rest: Buffer = Buffer.alloc(0)
    for await (const chunk of main.bytes(tell, signal)) {
      if (next > pages) break
      const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      const size = headerOf(all.subarray(0, headerLength))?.pageSize
      if (next === 1 && size !== undefined && size !== pageSize) {
        tell(problemOf('bad_record', 'its write-ahead log has pages of another size and was not used'))
        yield all
        for await (const more of skip(main.bytes(tell, signal), all.length)) yield more
        return
      }
      const whole = all.length - (all.length % pageSize)
      if (whole > 0) yield await lay(all.subarray(0, whole))
      rest = all.subarray(whole)
    }
    // Pages that were added and given up again stand in neither; a number that somebody made up would mean terabytes.
    const beyond = [...at.keys()].filter((page) => page >= next).length
    if (pages - next + 1 > 2 * beyond + mostHoles) {
      tell(
        problemOf(
          'bad_record',
          `its write-ahead log says that it has ${pages} pages, and holds ${beyond} of those that are missing`,
        ),
      )
      return
    }
    while (next <= pages) {
      signal?.throwIfAborted()
      const block = Buffer.alloc(pageSize * Math.min(256, pages - next + 1))
      // of the last page of a database that was cut off
      rest.copy(block)
      rest = Buffer.alloc(0)
      yield await lay(block)
    }
  } finally {
    await handle.close()
  }
}

async function* skip(bytes: AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  let left = length
  for await (const chunk of bytes) {
    if (chunk.length > left) yield chunk.subarray(left)
    left = Math.max(0, left - chunk.length)
  }
}
