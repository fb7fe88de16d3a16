// Bytes of a feed → text, in bounded memory.
import type { Collector } from './collect.ts'

export const maxLine = 16 * 1024 ** 2
/** V8 cannot make a string of more than 536,870,888 characters (Node 24). */
export const maxWhole = 512_000_000
const headBytes = 64 * 1024
/** What the decoder writes for bytes that are no text. */
const replacement = '\ufffd'

export type Opened = {
  /** First 64 KiB at most. */
  readonly head: Buffer
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be'
  /** The bytes from the start, once. */
  readonly bytes: AsyncIterable<Buffer>
  /** Stops reading; for feeds that are not read to the end. */
  close(): Promise<void>
}

/** Reads the head and keeps it for whoever reads on. Every byte is counted in the report. Stops on `signal`. */
export async function openBytes(source: AsyncIterable<Buffer>, out: Collector, signal?: AbortSignal): Promise<Opened> {
  const chunks = source[Symbol.asyncIterator]()
  const next = async (): Promise<Buffer | null> => {
    signal?.throwIfAborted()
    const { value, done } = await chunks.next()
    if (done) return null
    out.addBytes(value.length)
    return value
  }
  const first: Buffer[] = []
  let length = 0
  while (length < headBytes) {
    const chunk = await next()
    if (chunk === null) break
    first.push(chunk)
    length += chunk.length
  }
  const start = Buffer.concat(first)
  async function* replay(): AsyncGenerator<Buffer> {
    yield start
    for (let chunk = await next(); chunk !== null; chunk = await next()) yield chunk
  }
  const head = start.subarray(0, headBytes)
  return {
    head,
    encoding: encodingOf(head),
    bytes: replay(),
    close: async () => void (await chunks.return?.()),
  }
}

/** By the byte-order mark, else by where zeros stand in the first 512 bytes: ASCII text in UTF-16 is half zeros. */
function encodingOf(head: Buffer): Opened['encoding'] {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const n = Math.min(head.length, 512) & ~1
  let even = 0
  let odd = 0
  for (let i = 0; i < n; i += 2) {
    if (head[i] === 0) even++
    if (head[i + 1] === 0) odd++
  }
  if (n >= 8 && odd * 2 > n * 0.7 && even === 0) return 'utf-16le'
  if (n >= 8 && even * 2 > n * 0.7 && odd === 0) return 'utf-16be'
  return 'utf-8'
}

/** Text of some bytes without their byte-order mark; bad bytes become U+FFFD. */
export const textOf = (bytes: Buffer, encoding: Opened['encoding']): string => new TextDecoder(encoding).decode(bytes)

/** Lines as they come out of one chunk; the first of them is line `first` of the feed, from 1. */
export type Lines = { readonly first: number; readonly lines: readonly string[] }

/** The lines of a feed without LF or CR LF. A line of more than 16 MiB is cut there, and is a problem. */
export async function* linesOf(feed: Opened, out: Collector): AsyncGenerator<Lines> {
  const decoder = new TextDecoder(feed.encoding)
  let first = 1
  let rest = ''
  /** Inside a line that was cut: what follows is let go, up to its end. */
  let cut = false
  let replaced = false
  /** The text so far ends in CR. To look at `rest` would put its pieces together anew with every chunk of a long line. */
  let returned = false
  for await (const chunk of feed.bytes) {
    const text = decoder.decode(chunk, { stream: true })
    if (!replaced && text.includes(replacement)) {
      replaced = true
      const above = text.slice(0, text.indexOf(replacement)).split('\n').length - 1
      out.problem('encoding', first + above, 'not UTF-8: bad bytes were replaced')
    }
    const returns = returned || text.includes('\r')
    if (text !== '') returned = text.endsWith('\r')
    const lines = text.split('\n')
    if (!cut) lines[0] = rest + lines[0]
    rest = lines.pop()!
    if (cut && lines.length > 0) {
      lines.shift()
      first++
      cut = false
    } else if (cut) rest = ''
    if (rest.length > maxLine) {
      out.problem('line_too_long', first + lines.length, `longer than ${maxLine} characters`, rest.slice(0, 200))
      rest = ''
      cut = true
    }
    if (lines.length > 0) {
      yield { first, lines: returns ? lines.map(withoutReturn) : lines }
      first += lines.length
    }
  }
  rest += decoder.decode()
  if (rest !== '' && !cut) yield { first, lines: [withoutReturn(rest)] }
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line)

/** All of a feed as one string; null (and a problem) when it is larger than `limit` bytes. */
export async function wholeText(feed: Opened, out: Collector, limit: number): Promise<string | null> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of feed.bytes) {
    length += chunk.length
    if (length > limit) {
      out.problem('size_limit', 0, `larger than ${limit} bytes: this kind of feed is read whole`)
      return null
    }
    chunks.push(chunk)
  }
  const text = textOf(Buffer.concat(chunks), feed.encoding)
  if (text.includes(replacement)) out.problem('encoding', 0, 'not UTF-8: bad bytes were replaced')
  return text
}
