// Bytes from disk and into private temporary files.
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Content, problemOf, reasonOf } from './content.ts'

/** Small first, so that a look at the head costs little; then large, so that hashing is not held up. */
const firstRead = 64 * 1024
const nextRead = 1024 * 1024

/**
 * A file on disk. What stood there when it was opened is read, and no more than `maxBytes` of it. Growth and change are
 * told as `changed`, what cannot be opened or read as `unreadable`.
 */
export function fileContent(
  at: Omit<Content, 'file' | 'bytes'> & { readonly file: string | Buffer },
  maxBytes: number,
): Content {
  return {
    ...at,
    async *bytes(tell, signal) {
      signal?.throwIfAborted()
      let handle: FileHandle
      try {
        handle = await open(at.file, 'r')
      } catch (error) {
        tell(problemOf('unreadable', reasonOf(error)))
        return
      }
      let pending: Promise<Buffer> | null = null
      let position = 0
      try {
        const before = await handle.stat()
        const end = Math.min(before.size, maxBytes)
        const chunk = (from: number, size: number): Promise<Buffer> => {
          const buffer = Buffer.allocUnsafe(Math.min(size, end - from))
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

/** A place for temporary copies. Names are ours: nothing from an archive ever becomes a path. */
export type Spool = {
  /** Writes the bytes to a new private file. The error of the disk is thrown, after the file is gone. */
  store(bytes: AsyncIterable<Buffer>): Promise<{ readonly file: string; readonly size: number }>
  drop(file: string): Promise<void>
  /** Removes everything. */
  close(): Promise<void>
}

export function openSpool(): Spool {
  let folder: string | null = null
  // `process.exit` in the middle of a scan skips every `finally`; evidence must not stay behind in /tmp.
  const sweep = () => folder && rmSync(folder, { recursive: true, force: true })
  const drop = (file: string) => rm(file, { force: true })
  return {
    async store(bytes) {
      if (folder === null) {
        folder = await mkdtemp(join(tmpdir(), 'codling-')) // mode 0700
        process.once('exit', sweep)
      }
      const file = join(folder, randomUUID())
      const handle = await open(file, 'wx', 0o600)
      let size = 0
      let whole = false
      try {
        for await (const chunk of bytes) {
          for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten
          size += chunk.length
        }
        whole = true
      } finally {
        await handle.close()
        if (!whole) await drop(file)
      }
      return { file, size }
    },
    drop,
    async close() {
      process.off('exit', sweep)
      if (folder !== null) await rm(folder, { recursive: true, force: true })
      folder = null
    },
  }
}
