// What the layers of this room pass to each other: bytes that can be read again, and the bounds they share.
import type { Limits, Problem, ProblemCode } from '../model/index.ts'

export type Tell = (problem: Problem) => void

/** Bytes with a name, before it is known what they are. Every layer (file, gzip, member …) is one of these. */
export type Content = {
  /** As shown: `archive.tar!dir/member`. */
  readonly path: string
  /** Last part of the path: of a member its own last part. */
  readonly name: string
  readonly folders: readonly string[]
  /** Where exactly these bytes stand on disk; null: only `bytes` gives them. A Buffer: the name is not UTF-8. */
  readonly file: string | Buffer | null
  /** Can be called again, always from the start. Bad data are told and end the stream; throws only on `signal`. `lent` as in `Source.open`. */
  bytes(tell: Tell, signal?: AbortSignal, lent?: boolean): AsyncIterable<Buffer>
}

/** What one outermost file may cost, shared by everything inside it. */
export type Budget = {
  /** Size of the outermost file in bytes. */
  readonly stored: number
  /** Bytes that decompressors gave, each byte once however often it is read. */
  spent: number
  members: number
  /** Why nothing more is read from this file; null while all is well. */
  stopped: ProblemCode | null
}

export const budgetOf = (stored: number): Budget => ({ stored, spent: 0, members: 0, stopped: null })

/** A problem of the whole source, or with `byte` at an offset in it. */
export const problemOf = (code: ProblemCode, detail: string, byte = -1): Problem => ({
  code,
  record: 0,
  byte,
  detail,
  sample: '',
})

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'it is not there (any more)',
  EISDIR: 'it is a folder',
  EIO: 'the disk reports an input/output error',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its path is too long',
  ENOSPC: 'no space is left for a temporary copy',
  ENXIO: 'the device is not there',
}

/** An error of the operating system in words. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code
  return (code && reasons[code]) ?? (error instanceof Error ? error.message : String(error))
}

/** All of it; only for what is known to be small. */
export async function gather(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const chunk of bytes) parts.push(chunk)
  return Buffer.concat(parts)
}

/** The first `n` bytes, fewer where the content is shorter. Reads little more than it returns. */
export async function headOf(content: Content, n: number, tell: Tell, signal?: AbortSignal): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const chunk of content.bytes(tell, signal)) {
    parts.push(chunk)
    length += chunk.length
    if (length >= n) break
  }
  // A copy: the chunk may be a window on a far larger buffer.
  return Buffer.concat(parts, Math.min(n, length))
}

/**
 * Bounds what a decompressor gives: for each content one meter, made once, so that reading it again is not counted again.
 * `taken` says how many compressed bytes were read so far: a small bomb inside a large file is seen by its own ratio.
 */
export function meterOf(limits: Limits, budget: Budget) {
  let counted = 0
  /** Where reading ends, found once: `byte` is the number of bytes that may be given. */
  let stop: Problem | null = null
  /** `given`: bytes before the chunk. */
  function judge(given: number, length: number, taken: number): Problem | null {
    const fresh = given + length - counted
    if (fresh <= 0) return null
    if (budget.stopped) return problemOf(budget.stopped, 'the outermost file went over its limit', given)
    counted += fresh
    budget.spent += fresh
    const over = budget.spent - limits.maxBytes
    if (over > 0) {
      budget.stopped = 'size_limit'
      return problemOf(
        'size_limit',
        `more than ${limits.maxBytes} decompressed bytes`,
        given + Math.max(0, length - over),
      )
    }
    const ratio = (out: number, from: number) =>
      out > limits.ratioFloor && out > limits.maxRatio * from
        ? problemOf('ratio_limit', `${out} bytes out of ${from}: more than ${limits.maxRatio} times`, given)
        : null
    const whole = ratio(budget.spent, budget.stored)
    if (whole) budget.stopped = 'ratio_limit'
    return whole ?? ratio(given + length, taken)
  }
  return async function* meter(bytes: AsyncIterable<Buffer>, taken: () => number, tell: Tell): AsyncGenerator<Buffer> {
    let given = 0
    for await (const chunk of bytes) {
      stop ??= judge(given, chunk.length, taken())
      if (stop && given + chunk.length > stop.byte) {
        if (stop.byte > given) yield chunk.subarray(0, stop.byte - given)
        tell(stop)
        return
      }
      given += chunk.length
      yield chunk
    }
  }
}
