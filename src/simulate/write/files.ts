// Files that grow while a fleet is made: text is collected and written in large pieces, and no file stays open.
import { appendFile, mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Micros, plainMessage, UserError } from '../../model/index.ts'

/** A file that lines are added to. What was not written yet: `pieces`, then `text`. */
export type Growing = { readonly path: string; text: string; pieces: Buffer[]; size: number; begun: boolean }

export type Files = {
  /** The file at this path below the folder; the same value each time. */
  grow(path: string): Growing
  /** Adds text. A promise, when there is one, asks the caller to wait until the disk has caught up. */
  add(file: Growing, text: string): void | Promise<void>
  /** Writes a whole file. `modified` becomes its modification time. */
  put(path: string, text: string, modified?: Micros): Promise<void>
  /** Writes what is left and says how much was written. */
  finish(): Promise<{ readonly files: number; readonly bytes: number }>
}

/** Text becomes bytes early: strings that grow longer live through collections of garbage, which took a third of the time. */
const piece = 16 * 1024
const chunk = 256 * 1024
/** Bytes that may wait in memory: a year of days times five logs would else hold 450 MB. */
const mostWaiting = 48 * 1024 ** 2
/** Bytes on their way to the disk before the caller is asked to wait for it. */
const mostUnderway = 16 * 1024 ** 2

/** Throws a UserError, at the next call, when a file cannot be written. */
export function openFiles(dir: string): Files {
  const growing = new Map<string, Growing>()
  const folders = new Set<string>()
  let tail: Promise<void> = Promise.resolve()
  let failure: unknown = null
  let waiting = 0
  let underway = 0
  let written = 0
  let bytes = 0

  const rest = (): void => {
    if (failure === null) return
    throw new UserError(
      `${dir} cannot be written.`,
      plainMessage(failure),
      'Name another folder with --out, on a disk that has room; about 1 KB is needed for each contact.',
      { cause: failure },
    )
  }
  const ready = async (path: string): Promise<string> => {
    const full = join(dir, path)
    const folder = dirname(full)
    if (!folders.has(folder)) {
      await mkdir(folder, { recursive: true })
      folders.add(folder)
    }
    return full
  }
  // one after the other: pieces of a file must not overtake each other
  const then = (step: () => Promise<void>): Promise<void> => {
    tail = tail.then(async () => {
      if (failure !== null) return
      try {
        await step()
      } catch (error) {
        failure = error
      }
    })
    return tail
  }
  const settle = (file: Growing): void => {
    if (file.text === '') return
    const data = Buffer.from(file.text, 'utf8')
    waiting += data.length - file.text.length
    file.text = ''
    file.pieces.push(data)
    file.size += data.length
  }
  const flush = (file: Growing): Promise<void> => {
    settle(file)
    const data = Buffer.concat(file.pieces, file.size)
    file.pieces = []
    file.size = 0
    if (!file.begun) written++
    file.begun = true
    waiting -= data.length
    bytes += data.length
    underway += data.length
    const done = then(async () => {
      await appendFile(await ready(file.path), data)
      underway -= data.length
    })
    // the loop turns in any case: the disk goes on, and signals and progress are heard
    return underway > mostUnderway ? done : setImmediate()
  }
  const flushAll = (): Promise<void> => {
    for (const file of growing.values()) if (file.text !== '' || file.size > 0) void flush(file)
    return tail
  }
  return {
    grow(path) {
      let file = growing.get(path)
      if (file === undefined) {
        file = { path, text: '', pieces: [], size: 0, begun: false }
        growing.set(path, file)
      }
      return file
    },
    add(file, text) {
      if (failure !== null) rest()
      file.text += text
      waiting += text.length
      if (waiting >= mostWaiting) return flushAll()
      if (file.text.length < piece) return
      settle(file)
      if (file.size >= chunk) return flush(file)
    },
    async put(path, text, modified) {
      rest()
      const data = Buffer.from(text, 'utf8')
      written++
      bytes += data.length
      await then(async () => {
        const full = await ready(path)
        await writeFile(full, data)
        if (modified !== undefined) await utimes(full, modified / 1e6, modified / 1e6)
      })
      rest()
    },
    async finish() {
      await flushAll()
      rest()
      return { files: written, bytes }
    },
  }
}

/** A name as a part of a path: separators, control characters and leading dots replaced, at most 120 characters. */
export function pathPart(name: string): string {
  const safe = name
    .toWellFormed()
    .replaceAll(/[/\\:\u0000-\u001f\u007f]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 120)
    .toWellFormed()
  return safe === '' ? '_' : safe
}
