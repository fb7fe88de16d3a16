// Lines: their bound, and what one pass over the bytes tells of them.
import { createHash } from 'node:crypto'
import type { Problem } from '../model/index.ts'
import type { Tell } from './content.ts'

const newline = 10
const sampleBytes = 200

/**
 * Cuts every line after `maxLine` bytes (its newline not counted); the rest of the line is dropped, its newline kept.
 * Each cut is told once as `line_too_long`, with the number of the line from 1 and the offset of its first byte in the
 * bytes as they came. Holds one chunk, never a line.
 */
export async function* boundLines(
  bytes: AsyncIterable<Buffer>,
  maxLine: number,
  problem: Tell,
): AsyncGenerator<Buffer> {
  let record = 1
  /** Offset of the chunk, and of the present line. */
  let offset = 0
  let start = 0
  /** First bytes of the present line that came in earlier chunks. */
  let sample = Buffer.alloc(0)
  let told = false
  for await (const chunk of bytes) {
    let keep = 0
    for (let at = 0; at < chunk.length; ) {
      const found = chunk.indexOf(newline, at)
      const end = found === -1 ? chunk.length : found
      const room = maxLine - (offset + at - start)
      if (end - at > room) {
        if (!told) {
          const first = Buffer.concat([sample, chunk.subarray(at, Math.min(end, at + sampleBytes))])
          problem(cutLine(record, start, maxLine, first))
        }
        told = true
        const last = at + Math.max(0, room)
        if (last > keep) yield chunk.subarray(keep, last)
        keep = end
      }
      if (found === -1) {
        if (sample.length < sampleBytes) sample = Buffer.concat([sample, chunk.subarray(at, at + sampleBytes)])
        break
      }
      at = found + 1
      record++
      start = offset + at
      told = false
      if (sample.length > 0) sample = Buffer.alloc(0)
    }
    if (keep < chunk.length) yield chunk.subarray(keep)
    offset += chunk.length
  }
}

const cutLine = (record: number, byte: number, maxLine: number, first: Buffer): Problem => ({
  code: 'line_too_long',
  record,
  byte,
  detail: `cut after ${maxLine} bytes`,
  sample: first.toString('utf8', 0, sampleBytes),
})

export type Measure = {
  /** Of all bytes, lower-case hex. */
  readonly sha256: string
  readonly bytes: number
  /** Newlines, and one more where the last line has none. */
  readonly lines: number
  readonly endsWithNewline: boolean
  /** Bytes of the longest line without its newline. */
  readonly longestLine: number
  /** Lines over `maxLine`: as many as `boundLines` would cut. */
  readonly tooLong: number
  /** SHA-256 of the first `headBytes` bytes, of all where there are fewer. */
  readonly headSha256: string
  /** SHA-256 of the first n bytes, for every n of `digestAt` that is not beyond the end. */
  readonly digests: Readonly<Record<number, string>>
}

/** Hashes and counts in one pass; holds one chunk. Takes the bytes as they are: nothing is cut. */
export async function measure(
  bytes: AsyncIterable<Buffer>,
  options: { readonly maxLine: number; readonly headBytes: number; readonly digestAt?: readonly number[] },
): Promise<Measure> {
  const { maxLine, headBytes, digestAt = [] } = options
  const hash = createHash('sha256')
  const marks = [...new Set([headBytes, ...digestAt])].sort((a, b) => a - b)
  const reached = new Map<number, string>()
  let size = 0
  let newlines = 0
  let start = 0
  let longestLine = 0
  let tooLong = 0
  const lineEnds = (length: number) => {
    if (length > longestLine) longestLine = length
    if (length > maxLine) tooLong++
  }
  for await (const chunk of bytes) {
    let hashed = 0
    while (marks.length > 0 && marks[0]! <= size + chunk.length) {
      const mark = marks.shift()!
      hash.update(chunk.subarray(hashed, mark - size))
      hashed = mark - size
      reached.set(mark, hash.copy().digest('hex'))
    }
    hash.update(hashed === 0 ? chunk : chunk.subarray(hashed))
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, at + 1)) {
      newlines++
      lineEnds(size + at - start)
      start = size + at + 1
    }
    size += chunk.length
  }
  const endsWithNewline = size > 0 && start === size
  if (!endsWithNewline) lineEnds(size - start)
  const sha256 = hash.copy().digest('hex')
  for (const mark of marks) if (mark === size) reached.set(mark, sha256)
  return {
    sha256,
    bytes: size,
    lines: newlines + (size > start ? 1 : 0),
    endsWithNewline,
    longestLine,
    tooLong,
    headSha256: reached.get(headBytes) ?? sha256,
    digests: Object.fromEntries(digestAt.flatMap((n) => (reached.has(n) ? [[n, reached.get(n)!]] : []))),
  }
}
