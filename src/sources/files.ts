// Bytes from disk and into private temporary files.
import { randomUUID } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Content, problemOf, reasonOf } from './content.ts'

/** Small first, so that a look at the head costs little; then large, so that hashing is not held up. */
const firstRead = 64 * 1024
const nextRead = 1024 * 1024
/**
 * A file of at most this many bytes is read and written in one go, and held: 20,000 crash reports of 2 kB took 21 s by
 * a dozen trips to the thread pool each, and 4 s so.
 */
const small = 64 * 1024
/** Neither a link nor a pipe that was put there meanwhile is followed or waited for. */
export const readOnly = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/**
 * A file on disk. What stood there when it was opened is read, and no more than `maxBytes` of it. Growth and change are
 * told as `changed`, what cannot be opened or read as `unreadable`.
 */
export function fileContent(
  at: Omit<Content, 'file' | 'bytes'> & { readonly file: string | Buffer },
  maxBytes: number,
  held: Buffer | null = null,
): Content {
  let whole = held
  return {
    ...at,
    async *bytes(tell, signal, lent = false) {
      await setImmediate() // what is held never waits: timers and signals need their turn
      signal?.throwIfAborted()
      whole ??= readSmall(at.file, maxBytes)
      if (whole !== null) {
        if (whole.length > 0) yield whole
        return
      }
      let handle: FileHandle
      try {
        handle = await open(at.file, readOnly)
      } catch (error) {
        tell(problemOf('unreadable', reasonOf(error)))
        return
      }
      let pending: Promise<Buffer> | null = null
      let position = 0
      try {
        const before = await handle.stat()
        const end = Math.min(before.size, maxBytes)
        // a new megabyte for each read costs more than reading it (measured: 0.6 s of CPU for 272 MB, collector included)
        const own = lent ? [Buffer.allocUnsafeSlow(nextRead), Buffer.allocUnsafeSlow(nextRead)] : []
        const chunk = (from: number, size: number): Promise<Buffer> => {
          const length = Math.min(size, end - from)
          const buffer = own.length > 0 ? own.reverse()[0]!.subarray(0, length) : Buffer.allocUnsafe(length)
          return handle.read(buffer, 0, buffer.length, from).then(({ bytesRead }) => buffer.subarray(0, bytesRead))
        }
        let size = firstRead
        while (position < end) {
          signal?.throwIfAborted()
          const got: Buffer = await (pending ?? chunk(position, size))
          pending = null
          if (got.length === 0) break
          const start = position
          position += got.length
          // Not after the first chunk: whoever wants only the head stops there.
          if (start > 0 && position < end) {
            pending = chunk(position, nextRead)
            pending.catch(() => {})
          }
          size = nextRead
          yield got
        }
        const after = await handle.stat()
        if (position < end) tell(problemOf('changed', `it shrank from ${before.size} to ${position} bytes`, position))
        else if (after.size !== before.size)
          tell(problemOf('changed', `it had ${before.size} bytes at the start and ${after.size} at the end`, position))
        else if (after.mtimeMs !== before.mtimeMs) tell(problemOf('changed', 'it was written to', position))
        if (before.size > end) tell(problemOf('size_limit', `${before.size} bytes, limit ${maxBytes}`, end))
      } catch (error) {
        if (signal?.aborted) throw error
        tell(problemOf('unreadable', reasonOf(error), position))
      } finally {
        await pending?.catch(() => {})
        await handle.close()
      }
    },
  }
}

/** All of a small file; null where it is not small or cannot be read: then the long way says why. */
function readSmall(file: string | Buffer, maxBytes: number): Buffer | null {
  let fd: number | null = null
  try {
    fd = openSync(file, readOnly)
    const facts = fstatSync(fd)
    if (!facts.isFile() || facts.size > Math.min(small, maxBytes)) return null
    const buffer = Buffer.allocUnsafeSlow(facts.size)
    return readSync(fd, buffer, 0, buffer.length, 0) === buffer.length ? buffer : null
  } catch {
    return null
  } finally {
    if (fd !== null) closeSync(fd)
  }
}

/** `held`: all of it, where it is small. */
export type Copy = { readonly file: string; readonly size: number; readonly held: Buffer | null }

/** A place for temporary copies. Names are ours: nothing from an archive ever becomes a path. */
export type Spool = {
  /** Writes the bytes to a new private file. The error of the disk is thrown, after the file is gone. */
  store(bytes: AsyncIterable<Buffer>): Promise<Copy>
  drop(file: string): void
  /** Removes everything. */
  close(): Promise<void>
}

export function openSpool(): Spool {
  let folder: string | null = null
  // `process.exit` in the middle of a scan skips every `finally`; evidence must not stay behind in /tmp.
  const sweep = () => folder && rmSync(folder, { recursive: true, force: true })
  const drop = (file: string) => {
    try {
      unlinkSync(file)
    } catch {
      // never written, or swept by the system: `close` removes the folder
    }
  }
  return {
    async store(bytes) {
      if (folder === null) {
        folder = await mkdtemp(join(tmpdir(), 'codling-')) // mode 0700
        process.once('exit', sweep)
      }
      const file = join(folder, randomUUID())
      const parts: Buffer[] = []
      let handle: FileHandle | null = null
      let size = 0
      let done = false
      try {
        for await (const chunk of bytes) {
          size += chunk.length
          parts.push(chunk)
          if (size <= small) continue
          handle ??= await open(file, 'wx', 0o600)
          for (const part of parts.splice(0)) await writeAll(handle, part)
        }
        const held = handle === null ? Buffer.concat(parts) : null
        if (held) writeFileSync(file, held, { flag: 'wx', mode: 0o600 })
        done = true
        return { file, size, held }
      } finally {
        await handle?.close()
        if (!done) drop(file)
      }
    },
    drop,
    async close() {
      process.off('exit', sweep)
      if (folder !== null) await rm(folder, { recursive: true, force: true })
      folder = null
    },
  }
}

async function writeAll(handle: FileHandle, data: Buffer): Promise<void> {
  for (let at = 0; at < data.length; ) at += (await handle.write(data, at)).bytesWritten
}
