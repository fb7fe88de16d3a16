// A path, as the operator gives it, becomes sources.
import { constants, existsSync, lstatSync, type Stats } from 'node:fs'
import { open, opendir, realpath, stat } from 'node:fs/promises'
import { Socket } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { addAbortSignal, type Readable } from 'node:stream'
import { type Found, type Limits, type Problem, type SourceOptions, UserError } from '../model/index.ts'
import { deviceFolder, fromBackup, isBackup } from './backup.ts'
import { besidesIn, joined } from './beside.ts'
import { budgetOf, type Content, problemOf, reasonOf } from './content.ts'
import { cutOff, explore } from './explore.ts'
import { type Copy, fileContent, openSpool, type Spool } from './files.ts'
import { besides } from './wal.ts'

type Walk = {
  readonly limits: Limits
  readonly spool: Spool
  readonly signal: AbortSignal | undefined
  readonly options: SourceOptions
}
/** `shown`: as the operator gave it; `file`: where it is, a Buffer where its name is not UTF-8. */
type Place = { readonly shown: string; readonly folders: readonly string[]; readonly file: string | Buffer }

/**
 * Everything readable under `path`: a file, a folder (in the order of the names' bytes), an archive, or `-` for standard
 * input. What cannot be read comes as a problem with its path. A source and its `plainFile` can be used until the next
 * one is asked for: temporary copies are removed then.
 * Throws `UserError` where `path` does not exist, and the reason of `signal`.
 */
export async function* findSources(
  path: string,
  limits: Limits,
  signal?: AbortSignal,
  options: SourceOptions = {},
): AsyncGenerator<Found> {
  signal?.throwIfAborted()
  const walk: Walk = { limits, spool: openSpool(), signal, options }
  try {
    if (path === '-') yield* fromStream(process.stdin, path, [], walk)
    else yield* fromPath(path, walk)
  } finally {
    await walk.spool.close()
  }
}

const unread = (path: string, storedBytes: number, problem: Problem): Found => ({
  kind: 'problem',
  path,
  storedBytes,
  problem,
})

const foldersOf = (path: string): string[] =>
  path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..')

async function* fromPath(path: string, walk: Walk): AsyncGenerator<Found> {
  let facts: Stats
  let file: string
  try {
    facts = await stat(path)
    // A pipe in /dev/fd has no real path.
    file = facts.isFIFO() ? path : await realpath(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ERR_INVALID_ARG_VALUE') {
      yield unread(path, 0, problemOf('unreadable', reasonOf(error)))
      return
    }
    throw new UserError(
      `There is no file or folder ${JSON.stringify(path)}`,
      code === 'ENOTDIR' ? 'a part of the path is a file, not a folder' : 'the path does not exist',
      'Check the spelling; a relative path starts at the current folder.',
      { cause: error },
    )
  }
  const folders = foldersOf(path)
  if (facts.isDirectory()) yield* fromFolder({ shown: path, folders, file }, walk)
  else if (facts.isFile()) {
    const place = { shown: path, folders: folders.slice(0, -1), file }
    const ends = besidesIn(
      dirname(file),
      ['', ...besides].map((end) => basename(file) + end).filter((name) => existsSync(join(dirname(file), name))),
    ).get(basename(file))
    yield* (ends ? await asOne(place, ends, walk) : null) ?? fromFile(place, facts.size, walk)
  } else if (facts.isFIFO()) yield* fromPipe(path, folders.slice(0, -1), walk)
  else yield unread(path, 0, problemOf('unreadable', 'it is a device or socket'))
}

const contentAt = ({ shown, folders, file }: Place, limits: Limits): Content & { readonly file: string | Buffer } => {
  const at = { path: shown, name: basename(shown), folders, file }
  return { ...fileContent(at, limits.maxBytes), file }
}

async function* fromFile(place: Place, size: number, { limits, spool, signal }: Walk): AsyncGenerator<Found> {
  const content = contentAt(place, limits)
  yield* explore(content, 0, { limits, spool, signal, budget: budgetOf(size) })
}

/** A database and what lies beside it are one source; null: they do not belong together. */
async function asOne(place: Place, ends: ReadonlySet<string>, walk: Walk): Promise<AsyncGenerator<Found> | null> {
  const at = (end: string) =>
    contentAt({ ...place, shown: place.shown + end, file: `${place.file}${end}` }, walk.limits)
  const log = ends.has('-wal') ? at('-wal') : null
  const content = await joined(
    contentAt(place, walk.limits),
    { log, journal: ends.has('-journal') ? at('-journal') : null },
    walk.signal,
  )
  if (content === null) return null
  const stored = [place.file, ...(log ? [log.file] : [])].reduce((sum, file) => sum + sizeOf(file), 0)
  const { limits, spool, signal } = walk
  return explore(content, 0, { limits, spool, signal, budget: budgetOf(stored) })
}

const sizeOf = (file: string | Buffer): number => lstatSync(file, { throwIfNoEntry: false })?.size ?? 0

/** `without`: names that are accounted for, here and further down. */
async function* fromFolder(place: Place, walk: Walk, without?: ReadonlySet<string>): AsyncGenerator<Found> {
  const names: Buffer[] = []
  const problems: Problem[] = []
  try {
    for await (const entry of await opendir(place.file as string, { encoding: 'buffer' as BufferEncoding })) {
      walk.signal?.throwIfAborted()
      if (names.length >= walk.limits.maxMembers) {
        problems.push(problemOf('count_limit', `more than ${walk.limits.maxMembers} entries in one folder`))
        break
      }
      names.push(entry.name as unknown as Buffer)
    }
  } catch (error) {
    if (walk.signal?.aborted) throw error
    problems.push(problemOf('unreadable', reasonOf(error)))
  }
  names.sort(Buffer.compare)
  const shown = names.map(String)
  if (!without && typeof place.file === 'string' && isBackup(new Set(shown))) {
    const own = { shown: place.shown, folders: place.folders, file: place.file }
    const inside = { ...own, folders: await deviceFolder(own, walk) }
    const taken = new Set<string>()
    yield* fromBackup(inside, walk, (name) => void taken.add(name))
    // what the manifest does not name
    yield* fromNames(inside, names, walk, taken)
  } else yield* fromNames(place, names, walk, without)
  yield* problems.map((problem) => unread(place.shown, 0, problem))
}

async function* fromNames(
  place: Place,
  names: readonly Buffer[],
  walk: Walk,
  without: ReadonlySet<string> | undefined,
): AsyncGenerator<Found> {
  const beside = besidesIn(place.file, names.map(String))
  const taken = new Set<string>()
  for (const raw of names) {
    walk.signal?.throwIfAborted()
    const name = raw.toString()
    if (taken.has(name) || without?.has(name)) continue
    const ends = beside.get(name)
    const main = { shown: join(place.shown, name), folders: place.folders, file: join(place.file.toString(), name) }
    const one = ends ? await asOne(main, ends, walk) : null
    // names with these ends follow: they are longer
    if (one) for (const end of ends!) taken.add(name + end)
    yield* one ?? fromEntry(place, raw, walk, without)
  }
}

async function* fromEntry(
  parent: Place,
  raw: Buffer,
  walk: Walk,
  without?: ReadonlySet<string>,
): AsyncGenerator<Found> {
  const name = raw.toString()
  const shown = join(parent.shown, name)
  const exact = typeof parent.file === 'string' && Buffer.from(name).equals(raw)
  const file = exact
    ? join(parent.file as string, name)
    : Buffer.concat([Buffer.from(parent.file), Buffer.from('/'), raw])
  let facts: Stats
  try {
    facts = lstatSync(file)
  } catch (error) {
    yield unread(shown, 0, problemOf('unreadable', reasonOf(error)))
    return
  }
  if (facts.isSymbolicLink()) yield unread(shown, 0, problemOf('link', 'a symbolic link'))
  else if (facts.isDirectory()) {
    // the folders of a backup that hold its contents say nothing
    const folders = without && /^[0-9a-f]{2}$/.test(name) ? parent.folders : [...parent.folders, name]
    yield* fromFolder({ shown, folders, file }, walk, without)
  } else if (facts.isFile()) yield* fromFile({ shown, folders: parent.folders, file }, facts.size, walk)
  else yield unread(shown, 0, problemOf('unreadable', 'it is a device, pipe or socket'))
}

async function* fromPipe(path: string, folders: readonly string[], walk: Walk): AsyncGenerator<Found> {
  // A pipe that nobody writes to would hold a thread of the pool for ever, signal or not, if it were opened to wait.
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(reasonOf)
  if (typeof handle === 'string') {
    yield unread(path, 0, problemOf('unreadable', handle))
    return
  }
  try {
    yield* fromStream(new Socket({ fd: handle.fd, readable: true, writable: false }), path, folders, walk)
  } finally {
    await handle.close().catch(() => {}) // the socket has closed it
  }
}

/** Bytes that come once: copied to a private file, up to `maxBytes`, then looked at like any other. */
async function* fromStream(
  stream: Readable,
  path: string,
  folders: readonly string[],
  walk: Walk,
): AsyncGenerator<Found> {
  const { limits, spool, signal } = walk
  if (signal) addAbortSignal(signal, stream)
  let cut: Problem | null = null
  async function* bounded(): AsyncGenerator<Buffer> {
    let size = 0
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const part = chunk.subarray(0, limits.maxBytes - size)
      size += part.length
      if (part.length > 0) yield part
      if (part.length < chunk.length) {
        cut = problemOf('size_limit', `more than ${limits.maxBytes} bytes`, size)
        return
      }
    }
  }
  let copy: Copy
  try {
    copy = await spool.store(bounded())
  } catch (error) {
    signal?.throwIfAborted()
    yield unread(path, 0, problemOf('unreadable', reasonOf(error)))
    return
  }
  const place = { path, name: basename(path), folders, file: copy.file }
  const content = fileContent(place, limits.maxBytes, copy.held)
  const run = { limits, spool, signal, budget: budgetOf(copy.size) }
  yield* explore(cut ? cutOff(content, cut) : content, 0, run)
}
