// A backup of iTunes, Finder or libimobiledevice is a container as an archive is: Manifest.db says which file lay where on
// the device, and its content stands under the hash of that (iOS 10 and later).
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { type Found, type Limits, type Problem, type SourceOptions, UserError } from '../model/index.ts'
import { isDict, type PlistDict, readPlist, textAt } from '../plist/index.ts'
import { readDatabase } from '../sqlite/index.ts'
import { type ClassKeys, dataAt, decrypted, fileFacts, openKey, unlock } from './backup-keys.ts'
import { joined, mainOf } from './beside.ts'
import { budgetOf, type Content, gather, problemOf, reasonOf, type Tell } from './content.ts'
import { explore } from './explore.ts'
import { fileContent, type Spool } from './files.ts'
import { judgeName } from './member.ts'

export type BackupWalk = {
  readonly limits: Limits
  readonly spool: Spool
  readonly signal: AbortSignal | undefined
  readonly options: SourceOptions
}

/** Where a backup is: as shown, on disk, and the folders above with its own. */
export type BackupPlace = { readonly shown: string; readonly folders: readonly string[]; readonly file: string }

/** Files of the container itself. */
const own = ['Manifest.db', 'Manifest.plist', 'Manifest.mbdb', 'Status.plist']
const beside = ['-wal', '-shm', '-journal'].map((end) => `Manifest.db${end}`)

export const isBackup = (names: ReadonlySet<string>): boolean =>
  names.has('Manifest.db') && ['Manifest.plist', 'Info.plist', 'Status.plist'].some((name) => names.has(name))

/** Property lists of a backup; Info.plist holds the icons of the apps. */
const maxPlist = 64 * 1024 ** 2

async function plistAt(place: BackupPlace, name: string, walk: BackupWalk): Promise<PlistDict | null> {
  const file = join(place.file, name)
  if (!isFile(file)) return null
  const content = fileContent({ path: name, name, folders: [], file }, maxPlist)
  const { value } = readPlist(await gather(content.bytes(() => {}, walk.signal)))
  return isDict(value) ? value : null
}

const sizeOf = (file: string): number => lstatSync(file, { throwIfNoEntry: false })?.size ?? 0
const isFile = (file: string): boolean => {
  try {
    return lstatSync(file).isFile()
  } catch {
    return false
  }
}

const nameOfContent = /^[0-9a-f]{40}$/i
/** UDID as devices write it: 40 digits, or 8 and 16 since the iPhone XS. */
const udid = /^(?:[0-9a-f]{40}|[0-9a-f]{8}-[0-9a-f]{16})$/i

/** The folder that names the device of a backup: its UDID, whatever the folder on disk is called. */
export async function deviceFolder(place: BackupPlace, walk: BackupWalk): Promise<readonly string[]> {
  const info = await plistAt(place, 'Info.plist', walk)
  const stated = info
    ? ['Target Identifier', 'Unique Identifier'].map((key) => textAt(info, key)).find((id) => udid.test(id))
    : undefined
  return stated === undefined || place.folders.at(-1) === stated ? place.folders : [...place.folders, stated]
}

type Entry = {
  readonly id: string
  readonly domain: string
  readonly path: string
  readonly wrapped: Buffer | null
  readonly size: number
}

const found = (place: BackupPlace, member: string, problem: Problem): Found => ({
  kind: 'problem',
  path: member === '' ? place.shown : `${place.shown}!${member}`,
  storedBytes: 0,
  problem,
})

/** Pictures, films, recordings, books: no format reads them, and they are most of a backup. */
const mediaDomains = new Set(['CameraRollDomain', 'MediaDomain', 'BooksDomain', 'TonesDomain'])
const mediaEnding =
  /\.(?:jpe?g|png|gif|hei[cf]|webp|tiff?|bmp|dng|aae|mov|mp4|m4[avrb]|mp3|aac|caf|wav|amr|opus|epub|pdf|ttf|otf|thm|ithmb|ktx|strings|car|nib)$/i

/**
 * The members of a backup by their names on the device. `taken` is filled with the names of files that are accounted for:
 * what else lies in the folder is a plain file. Throws `UserError` for a password that is wrong.
 */
export async function* fromBackup(
  place: BackupPlace,
  walk: BackupWalk,
  taken: (name: string) => void,
): AsyncGenerator<Found> {
  for (const name of [...own, ...beside]) taken(name)
  const manifest = await plistAt(place, 'Manifest.plist', walk)
  let keys: ClassKeys | null = null
  let key: Buffer | null = null
  if (manifest && textAt(manifest, 'IsEncrypted') === 'yes') {
    const opened = await openBackup(place, manifest, walk)
    if (typeof opened === 'string') {
      yield found(place, 'Manifest.db', problemOf('encrypted', opened))
      yield* foundContents(place, taken)
      return
    }
    keys = opened
    const wrapped = dataAt(manifest, 'ManifestKey')
    // before iOS 10.2 the manifest was not encrypted
    key = wrapped ? openKey(keys, wrapped) : null
    if (wrapped && key === null) {
      yield found(
        place,
        'Manifest.db',
        problemOf('encrypted', 'the key of its manifest is damaged: what is encrypted cannot be read'),
      )
      yield* foundContents(place, taken)
      return
    }
  }
  const entries: Entry[] = []
  let damaged = false
  for await (const told of readManifest(place, walk, key, keys !== null, entries)) {
    damaged = true
    yield found(place, 'Manifest.db', told)
  }
  for (const { id } of entries) taken(id)
  if (damaged && entries.length === 0) yield* foundContents(place, taken)
  yield* members(place, entries, keys, walk)
}

/** Class keys, or why there are none. */
async function openBackup(
  place: BackupPlace,
  manifest: PlistDict,
  { options }: BackupWalk,
): Promise<ClassKeys | string> {
  const bag = dataAt(manifest, 'BackupKeyBag')
  const password = bag ? ((await options.backupPassword?.(place.shown)) ?? null) : null
  if (bag === null) return 'the backup is encrypted, and its key bag (BackupKeyBag of Manifest.plist) is missing'
  if (password === null)
    return 'the backup is encrypted: give its password with --backup-password-file FILE, or start the scan in a terminal to be asked for it'
  const opened = await unlock(bag, password)
  if (opened.kind === 'keys') return opened.keys
  if (opened.kind === 'damaged') return 'the backup is encrypted, and its key bag is damaged'
  throw new UserError(
    `The password does not open the backup ${place.shown}.`,
    'Its keys were made with another password: that of the backup, set in Finder or iTunes, which is not the passcode of the device.',
    'Give the right one with --backup-password-file FILE, or leave the option out to read what is not encrypted.',
  )
}

/** Encrypted contents that nobody can read are not looked at one by one. */
async function* foundContents(place: BackupPlace, taken: (name: string) => void): AsyncGenerator<Found> {
  const { readdir } = await import('node:fs/promises')
  let count = 0
  for (let i = 0; i < 256; i++) {
    const folder = i.toString(16).padStart(2, '0')
    const names = await readdir(join(place.file, folder)).catch(() => [])
    for (const name of names)
      if (nameOfContent.test(name)) {
        taken(name)
        count++
      }
  }
  if (count > 0)
    yield found(
      place,
      '',
      problemOf(
        'encrypted',
        `${count} files of the backup were not looked at: their names and keys are in its manifest`,
      ),
    )
}

/** The files that the manifest names. Yields what is wrong with it. */
async function* readManifest(
  place: BackupPlace,
  walk: BackupWalk,
  key: Buffer | null,
  encrypted: boolean,
  entries: Entry[],
): AsyncGenerator<Problem> {
  const plain = await manifestContent(place, walk)
  const told: Problem[] = []
  const tell: Tell = (problem) => void told.push(problem)
  const raw = plain.bytes(tell, walk.signal)
  const bytes = key
    ? decrypted(raw, key, -1, (byte) => tell(problemOf('truncated', 'it ends within a block', byte)))
    : raw
  const signal = walk.signal ?? new AbortController().signal
  const columns = ['fileID', 'domain', 'relativePath', 'flags', ...(encrypted ? ['file'] : [])]
  for await (const answer of readDatabase(bytes, [{ table: 'Files', columns, longest: 65_536 }], signal)) {
    if (answer.kind === 'problem') yield problemOf(answer.code, answer.detail, answer.byte)
    if (answer.kind !== 'rows') continue
    for (const { values } of answer.rows) {
      const [id, domain, path, flags, blob] = values
      // 1: a file; 2: a folder; 4: a link
      if (flags !== 1 || typeof id !== 'string' || typeof domain !== 'string' || typeof path !== 'string') continue
      if (entries.length >= walk.limits.maxMembers) {
        yield problemOf('count_limit', `more than ${walk.limits.maxMembers} files; the rest was left out`)
        return
      }
      const facts = blob instanceof Uint8Array ? fileFacts(blob) : null
      entries.push({ id, domain, path, wrapped: facts?.wrapped ?? null, size: facts?.size ?? -1 })
    }
  }
  yield* told
}

async function manifestContent(place: BackupPlace, walk: BackupWalk): Promise<Content> {
  const at = (name: string) => {
    const file = join(place.file, name)
    return { ...fileContent({ path: name, name, folders: [], file }, walk.limits.maxBytes), file }
  }
  const main = at('Manifest.db')
  const log = isFile(join(place.file, 'Manifest.db-wal')) ? at('Manifest.db-wal') : null
  return (log && (await joined(main, { log, journal: null }, walk.signal))) ?? main
}

async function* members(
  place: BackupPlace,
  entries: readonly Entry[],
  keys: ClassKeys | null,
  walk: BackupWalk,
): AsyncGenerator<Found> {
  const full = (entry: Entry): string => `${entry.domain}/${entry.path}`
  const sorted = [...entries].sort((a, b) => (full(a) < full(b) ? -1 : 1))
  const byPath = new Map(sorted.map((entry) => [full(entry), entry]))
  const missing: string[] = []
  let media = 0
  const used = new Set<Entry>()
  for (const entry of sorted) {
    walk.signal?.throwIfAborted()
    if (used.has(entry)) continue
    const name = judgeName(full(entry), walk.limits.maxName)
    if (name.kind === 'bad' || !nameOfContent.test(entry.id)) {
      const [shown, why] =
        name.kind === 'bad'
          ? [name.shown, name.why]
          : [name.parts.join('/'), 'its content has no name as backups give them']
      yield found(place, shown, problemOf('bad_path', why))
      continue
    }
    if (mediaDomains.has(entry.domain) || mediaEnding.test(entry.path)) {
      media++
      continue
    }
    if (!isFile(fileOf(place, entry))) {
      missing.push(full(entry))
      continue
    }
    const copies: string[] = []
    try {
      const content = contentOf(place, entry, name.parts, keys, walk)
      if (typeof content !== 'object') {
        yield found(place, full(entry), problemOf('encrypted', content))
        continue
      }
      const beside = mainOf(entry.path) === null ? byPath.get(`${full(entry)}-wal`) : undefined
      const one = beside ? await withLogOf(place, content, beside, keys, walk, copies) : null
      if (one) for (const end of ['-wal', '-shm']) used.add(byPath.get(full(entry) + end) ?? entry)
      const size = sizeOf(fileOf(place, entry)) + (one ? sizeOf(fileOf(place, beside!)) : 0)
      const { limits, spool, signal } = walk
      yield* explore(one ?? content, 0, { limits, spool, signal, budget: budgetOf(size) })
    } finally {
      for (const copy of copies) walk.spool.drop(copy)
    }
  }
  if (media > 0)
    yield found(
      place,
      '',
      problemOf(
        'unknown_kind',
        `${media} pictures, films, recordings, books and resources were left out: no format reads them`,
      ),
    )
  if (missing.length > 0)
    yield found(
      place,
      '',
      problemOf(
        'unreadable',
        `${missing.length} files that the manifest names are not there, the first is ${missing[0]}: the backup was not finished, or this is a part of it`,
      ),
    )
}

const fileOf = (place: BackupPlace, { id }: Entry): string => join(place.file, id.slice(0, 2), id)

/** The content of a file in plain, or why there is none. */
function contentOf(
  place: BackupPlace,
  entry: Entry,
  parts: readonly string[],
  keys: ClassKeys | null,
  walk: BackupWalk,
): Content | string {
  const at = { path: `${place.shown}!${parts.join('/')}`, name: parts.at(-1)!, folders: place.folders }
  const file = fileOf(place, entry)
  const stored = { ...fileContent({ ...at, file }, walk.limits.maxBytes), file }
  if (keys === null || (entry.wrapped === null && entry.size <= 0)) return stored
  const key = entry.wrapped ? openKey(keys, entry.wrapped) : null
  if (key === null) return 'its key is missing in the manifest, or is not of this backup'
  return {
    ...stored,
    file: null,
    bytes: (tell, signal) =>
      decrypted(stored.bytes(tell, signal), key, entry.size, (byte) =>
        tell(problemOf('truncated', 'it ends within a block', byte)),
      ),
  }
}

/** With its write-ahead log, which has to stand on disk in plain. */
async function withLogOf(
  place: BackupPlace,
  main: Content,
  entry: Entry,
  keys: ClassKeys | null,
  walk: BackupWalk,
  copies: string[],
): Promise<Content | null> {
  if (!isFile(fileOf(place, entry))) return null
  const log = contentOf(place, entry, [entry.path.split('/').at(-1)!], keys, walk)
  if (typeof log === 'string') return null
  if (log.file !== null) return joined(main, { log: { ...log, file: log.file }, journal: null }, walk.signal)
  try {
    const copy = await walk.spool.store(log.bytes(() => {}, walk.signal))
    copies.push(copy.file)
    const plain = fileContent(
      { path: log.path, name: log.name, folders: [], file: copy.file },
      walk.limits.maxBytes,
      copy.held,
    )
    return await joined(main, { log: { ...plain, file: copy.file }, journal: null }, walk.signal)
  } catch (error) {
    walk.signal?.throwIfAborted()
    const why = problemOf('unreadable', `its write-ahead log was not used: ${reasonOf(error)}`)
    return {
      ...main,
      async *bytes(tell, signal) {
        yield* main.bytes(tell, signal)
        tell(why)
      },
    }
  }
}
