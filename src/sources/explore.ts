// From bytes to sources: takes off one layer of compression or archive after the other.
import type { Found, Limits, Problem, Source } from '../model/index.ts'
import { headerLength, headerOf, isDatabase, modeBytes } from '../sqlite/index.ts'
import { joined, mainOf } from './beside.ts'
import { type Budget, type Content, gather, headOf, meterOf, problemOf, reasonOf } from './content.ts'
import { type Codec, decompress } from './decompress.ts'
import { fileContent, type Spool } from './files.ts'
import { judgeName, plainName } from './member.ts'
import { recognise } from './recognise.ts'
import { type TarEntry, tarEntries } from './tar.ts'
import { markOf, toUtf8 } from './text.ts'
import { zipEntries } from './zip.ts'

export type Run = {
  readonly limits: Limits
  readonly spool: Spool
  readonly budget: Budget
  readonly signal: AbortSignal | undefined
}

/** What formats may look at: `Format.sniff` is promised no more. */
const headSize = 64 * 1024

/** `depth`: layers already taken off. */
export async function* explore(content: Content, depth: number, run: Run): AsyncGenerator<Found> {
  run.signal?.throwIfAborted()
  const told: Problem[] = []
  const head = await headOf(content, headSize, (problem) => told.push(problem), run.signal)
  const seen = recognise(head)
  // Nothing at all came out: whoever looks at the head only would take it for an empty file.
  if (head.length === 0 && told.length > 0) yield* told.map((problem) => lost(content, problem, run))
  else if (seen.kind === 'plain' && isManifest(content, head))
    yield lost(
      content,
      problemOf('unreadable', 'the manifest of a backup inside an archive: unpack it and give the folder'),
      run,
    )
  else if (seen.kind === 'plain') yield { kind: 'source', source: sourceOf(content, head, run) }
  else if (seen.kind === 'unsupported')
    yield lost(content, problemOf('unreadable', `${seen.title} is not read: ${seen.remedy}`), run)
  // A tar right inside a compression is one layer with it: `.tar.gz` is one thing to everybody.
  else if (seen.kind === 'tar') yield* exploreTar(content, depth + (content.file === null ? 0 : 1), run)
  else if (depth >= run.limits.maxDepth)
    yield lost(content, problemOf('too_deep', `more than ${run.limits.maxDepth} layers`), run)
  else if (seen.kind === 'zip') yield* exploreZip(content, depth + 1, run)
  else yield* explore(decompressed(content, seen.kind, run), depth + 1, run)
}

/** Of a backup that is packed: its members are found by what they hold, but not by their names. */
const isManifest = ({ name, path }: Content, head: Buffer): boolean =>
  name === 'Manifest.db' && path.includes('!') && isDatabase(head) && head.includes('relativePath')

const lost = (content: Content, problem: Problem, run: Run, member = ''): Found => ({
  kind: 'problem',
  path: member === '' ? content.path : `${content.path}!${member}`,
  storedBytes: run.budget.stored,
  problem,
})

function decompressed(content: Content, codec: Codec, { limits, budget }: Run): Content {
  const meter = meterOf(limits, budget)
  return {
    ...content,
    file: null,
    async *bytes(tell, signal) {
      let taken = 0
      const below: Problem[] = []
      const plain = decompress(
        codec,
        (again) => content.bytes(again ? () => {} : (problem) => below.push(problem), signal),
        (why, byte) => below.push(problemOf('compressed_damaged', why, byte)),
        (bytes) => {
          taken = bytes
        },
      )
      yield* meter(plain, () => taken, tell)
      below.forEach(tell)
    },
  }
}

function sourceOf(content: Content, rawHead: Buffer, { budget, limits, signal: outer }: Run): Source {
  const mark = markOf(rawHead)
  const inPlace = typeof content.file === 'string' && !mark && budget.stored <= limits.maxBytes
  return {
    path: content.path,
    name: plainName(content.name),
    folders: content.folders,
    storedBytes: budget.stored,
    plainFile: inPlace ? (content.file as string) : null,
    async head(n) {
      if (!mark) return rawHead.subarray(0, n)
      const whole = (async function* () {
        yield rawHead
      })()
      return (await gather(toUtf8(whole, mark, () => {}))).subarray(0, Math.min(n, headSize))
    },
    open(tell, signal, lent) {
      const either = signal && outer ? AbortSignal.any([signal, outer]) : (signal ?? outer)
      return mark ? toUtf8(content.bytes(tell, either), mark, tell) : content.bytes(tell, either, lent)
    },
  }
}

/** Counts a member; the problem that ends the walk through this archive, or null. */
function overrun({ limits, budget }: Run): Problem | null {
  budget.members++
  if (budget.stopped)
    return problemOf(budget.stopped, 'the outermost file went over its limit; further members were left out')
  if (budget.members <= limits.maxMembers) return null
  budget.stopped = 'count_limit'
  return problemOf('count_limit', `more than ${limits.maxMembers} members`)
}

async function* exploreTar(content: Content, depth: number, run: Run): AsyncGenerator<Found> {
  if (depth > run.limits.maxDepth) {
    yield lost(content, problemOf('too_deep', `more than ${run.limits.maxDepth} layers`), run)
    return
  }
  const told: Problem[] = []
  const held: Member[] = []
  const hold = (member: Member): boolean => held.length < mostHeld && held.push(member) > 0
  try {
    for await (const entry of tarEntries(content.bytes((problem) => told.push(problem), run.signal))) {
      run.signal?.throwIfAborted()
      const end = overrun(run)
      if (end) {
        if (!told.some(({ code }) => code === end.code)) told.push(end)
        break
      }
      if (entry.kind === 'problem') yield lost(content, entry.problem, run, entry.name.slice(0, 200))
      else if (entry.kind === 'file') yield* exploreTarMember(content, entry, told, depth, run, hold)
    }
    yield* exploreHeld(held, depth, run)
  } finally {
    for (const { file } of held) run.spool.drop(file as string)
  }
  yield* told.map((problem) => lost(content, problem, run))
}

/** Where a member stands; its folders follow those of the archive. */
const placeOf = (content: Content, parts: readonly string[]): Omit<Content, 'file' | 'bytes'> => ({
  path: `${content.path}!${parts.join('/')}`,
  name: parts.at(-1)!,
  folders: [...content.folders, ...parts.slice(0, -1)],
})

async function* exploreTarMember(
  content: Content,
  entry: Extract<TarEntry, { kind: 'file' }>,
  told: readonly Problem[],
  depth: number,
  run: Run,
  hold: (member: Member) => boolean,
): AsyncGenerator<Found> {
  const name = judgeName(entry.name, run.limits.maxName)
  if (name.kind === 'bad') {
    yield lost(content, problemOf('bad_path', name.why), run, name.shown)
    return
  }
  const place = placeOf(content, name.parts)
  const copy = await copyOf(entry.body, run)
  if (typeof copy === 'string') {
    yield lost(content, problemOf('unreadable', copy), run, name.parts.join('/'))
    return
  }
  const { file, size, held } = copy
  const whole = fileContent({ ...place, file }, run.limits.maxBytes, held)
  const why = `the archive ends after ${size} of ${entry.size} bytes`
  const cut = size < entry.size ? problemOf(told.at(-1)?.code ?? 'compressed_damaged', why, size) : null
  const member: Member = { ...(cut ? cutOff(whole, cut) : whole), file }
  if (await isPart(member, run.signal)) {
    if (hold(member)) return
    yield lost(
      content,
      problemOf('count_limit', 'too many databases with logs: it was read without its log'),
      run,
      name.parts.join('/'),
    )
  }
  try {
    yield* explore(member, depth, run)
  } finally {
    run.spool.drop(file)
  }
}

/** A private copy of a member. */
type Member = Content & { readonly file: string | Buffer }

/** A database that is kept with a log, and what lies beside one: in a stream either may come first. */
async function isPart(member: Member, signal: AbortSignal | undefined): Promise<boolean> {
  if (mainOf(member.name) !== null) return true
  const header = headerOf(await headOf(member, headerLength, () => {}, signal))
  return header !== null && header.mode === modeBytes.with
}

/** Copies that are kept until the end of an archive. */
const mostHeld = 2000

/** What was held, now that the archive has ended: databases with their logs, and whatever belongs to none. */
async function* exploreHeld(held: readonly Member[], depth: number, run: Run): AsyncGenerator<Found> {
  const byPath = new Map(held.map((member) => [member.path, member]))
  const taken = new Set<Member>()
  for (const member of held) {
    const [log, journal, shared] = (['-wal', '-journal', '-shm'] as const).map(
      (end) => byPath.get(member.path + end) ?? null,
    )
    const one = log || journal ? await joined(member, { log: log ?? null, journal: journal ?? null }, run.signal) : null
    if (!one) continue
    for (const part of [member, log, journal, shared]) if (part) taken.add(part)
    yield* explore(one, depth, run)
  }
  for (const member of held) if (!taken.has(member)) yield* explore(member, depth, run)
}

/** A private copy, or why there is none. */
async function copyOf(bytes: AsyncIterable<Buffer>, { spool, signal }: Run) {
  try {
    return await spool.store(bytes)
  } catch (error) {
    if (signal?.aborted) throw error
    return reasonOf(error)
  }
}

/** The same content that tells at its end why it is not whole. */
export const cutOff = (content: Content, why: Problem): Content => ({
  ...content,
  async *bytes(tell, signal) {
    yield* content.bytes(tell, signal)
    tell(why)
  },
})

async function* exploreZip(content: Content, depth: number, run: Run): AsyncGenerator<Found> {
  if (content.file !== null) {
    yield* exploreZipFile(content, content.file, depth, run)
    return
  }
  // A zip has its directory at the end: what cannot be read backwards is copied first.
  const told: Problem[] = []
  const copy = await copyOf(
    content.bytes((problem) => told.push(problem), run.signal),
    run,
  )
  if (typeof copy === 'string') yield lost(content, problemOf('unreadable', copy), run)
  else {
    try {
      yield* exploreZipFile(content, copy.file, depth, run)
    } finally {
      run.spool.drop(copy.file)
    }
  }
  yield* told.map((problem) => lost(content, problem, run))
}

async function* exploreZipFile(
  content: Content,
  file: string | Buffer,
  depth: number,
  run: Run,
): AsyncGenerator<Found> {
  const logs = await zipLogs(content, file, run)
  try {
    for await (const entry of zipEntries(file, run.limits, run.budget)) {
      run.signal?.throwIfAborted()
      const end = overrun(run)
      if (end) {
        yield lost(content, end, run)
        return
      }
      if (entry.kind === 'problem') yield lost(content, entry.problem, run, entry.name.slice(0, 200))
      if (entry.kind !== 'file') continue
      const name = judgeName(entry.name, run.limits.maxName)
      if (name.kind === 'bad') {
        yield lost(content, problemOf('bad_path', name.why), run, name.shown)
        continue
      }
      const main = mainOf(entry.name)
      // those that belong to no database after all are explored at the end
      if (main !== null && logs.has(main)) continue
      const member = { ...placeOf(content, name.parts), file: null, bytes: entry.bytes }
      const log = logs.get(entry.name)
      const one = log ? await joined(member, { log, journal: null }, run.signal) : null
      if (one) logs.set(entry.name, null)
      yield* explore(one ?? member, depth, run)
    }
    for (const log of logs.values()) if (log) yield* explore(log, depth, run)
  } finally {
    for (const file of logs.files) run.spool.drop(file)
  }
}

/** Copies of the write-ahead logs in a zip whose database is in it too, by the name of the database; null: used. */
type ZipLogs = Map<string, Member | null> & { readonly files: string[] }

async function zipLogs(content: Content, file: string | Buffer, run: Run): Promise<ZipLogs> {
  const logs: ZipLogs = Object.assign(new Map<string, Member | null>(), { files: [] as string[] })
  const names = new Set<string>()
  for await (const entry of zipEntries(file, run.limits, run.budget)) {
    run.signal?.throwIfAborted()
    // the walk proper tells what is wrong, and stops at the limit
    if (entry.kind === 'file' && names.size < run.limits.maxMembers) names.add(entry.name)
  }
  const wanted = [...names].filter((name) => name.endsWith('-wal') && names.has(name.slice(0, -4))).slice(0, mostHeld)
  if (wanted.length === 0) return logs
  for await (const entry of zipEntries(file, run.limits, run.budget)) {
    if (entry.kind !== 'file' || !wanted.includes(entry.name) || logs.has(entry.name.slice(0, -4))) continue
    const name = judgeName(entry.name, run.limits.maxName)
    if (name.kind === 'bad') continue
    const told: Problem[] = []
    const copy = await copyOf(
      entry.bytes((problem) => told.push(problem), run.signal),
      run,
    )
    if (typeof copy === 'string') continue
    logs.files.push(copy.file)
    const whole = fileContent({ ...placeOf(content, name.parts), file: copy.file }, run.limits.maxBytes, copy.held)
    logs.set(entry.name.slice(0, -4), { ...(told[0] ? cutOff(whole, told[0]) : whole), file: copy.file })
  }
  return logs
}
