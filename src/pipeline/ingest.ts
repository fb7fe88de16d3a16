// One source: bytes → rows → committed. Its rows count only once its row in `source` is written, which is the last thing
// that happens; whatever a crash leaves before that is swept at the next start.
import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rm, stat } from 'node:fs/promises'
import { type Engine, rawName, spool } from '../engine/index.ts'
import { pickFormat } from '../formats/index.ts'
import {
  type CodeFormat,
  defaultLimits,
  type EvidenceTable,
  type Format,
  type Limits,
  type Micros,
  type Problem,
  plainMessage,
  type Source,
  type SqlFormat,
} from '../model/index.ts'
import { boundLines, measure } from '../sources/index.ts'
import { commitSource, dropRows, findKnown, type KnownSource } from './commit.ts'
import { type Ledger, openLedger } from './ledger.ts'
import { storeNames } from './names.ts'
import { newestTime } from './newest.ts'
import { type Collector, filledBy, openCollector, readBack, type Stored, storeProblems } from './rows.ts'

export type IngestOptions = {
  readonly now: Micros
  readonly limits?: Limits
  /** Device that the whole source is about: from `--device`, or the folder it lies in. */
  readonly device: { readonly name: string; readonly from: 'option' | 'folder' } | null
  readonly signal: AbortSignal
  /** Read it as this format, whatever it looks like. */
  readonly format?: Format
  /** Formats that are asked before the list: the operator’s mappings. */
  readonly extraFormats?: readonly Format[]
  /** Where sources are committed together; none: this one is committed by itself. */
  readonly ledger?: Ledger
  /** The engine has been given a large source to parse: time for other work here. */
  engineBusy?(): void
  /** Decompressed bytes read since the last call. */
  progress?(bytes: number): void
}

export type Status = 'ok' | 'partial' | 'failed' | 'skipped' | 'unclaimed'

export type Ingested = {
  readonly id: number | null
  readonly path: string
  readonly format: Format | null
  readonly status: Status
  /** Its content was committed before; nothing was added. */
  readonly known: boolean
  readonly stored: Stored
  readonly bytes: number
}

const headBytes = 64 * 1024

/** Below this a source is measured before it is parsed, and parsed by one thread. */
const smallBytes = 4 * 1024 ** 2

const newId = (): number => randomBytes(6).readUIntBE(0, 6) + 1

const nothingStored: Stored = { rows: {}, problems: {}, samples: [], coverage: {}, first: 0, last: 0 }

/** Problems met while reading bytes, before any format sees them. */
function openProblems(): { list: Problem[]; add(problem: Problem): void } {
  const list: Problem[] = []
  return { list, add: (problem) => void list.push(problem) }
}

/** Reads one source into the store. Bad data never throws; only a broken engine, a full disk or `signal` do. */
export async function ingestSource(engine: Engine, source: Source, options: IngestOptions): Promise<Ingested> {
  const head = await source.head(headBytes)
  const format = options.format ?? pickFormat(head, source.name, options.extraFormats)
  if (!format)
    return {
      id: null,
      path: source.path,
      format: null,
      status: 'unclaimed',
      known: false,
      stored: nothingStored,
      bytes: head.length < headBytes ? head.length : source.storedBytes,
    }
  // a folder names a device only for files that are about one device
  const own = options.device?.from === 'folder' && !format.oneDevice ? { ...options, device: null } : options
  const ledger = options.ledger ?? openLedger(engine)
  const ingested =
    format.kind === 'sql'
      ? await ingestText(engine, ledger, source, format, head, own)
      : await ingestCode(engine, ledger, source, format, own)
  if (!options.ledger) await ledger.flush()
  return ingested
}

/** Text that the engine parses from a plain file (its own, or a spool file of ours). */
async function ingestText(
  engine: Engine,
  ledger: Ledger,
  source: Source,
  format: SqlFormat,
  head: Buffer,
  options: IngestOptions,
): Promise<Ingested> {
  const limits = options.limits ?? defaultLimits
  const problems = openProblems()
  const id = newId()
  const spooled: string[] = []
  const plain = source.plainFile
  const file =
    plain ?? (await spool(engine, counted(source.open(problems.add, options.signal), options), `spool-${id}`))
  if (!plain) spooled.push(file)
  try {
    const size = (await stat(file)).size
    const candidates = await findKnown(engine, ledger, format, options, { bytes: size })
    // A first meeting is parsed and hashed at the same time; what may be known is hashed first.
    // through `open`, because that is where damage of a spooled member and growth are told
    const measured = measure(
      plain ? counted(source.open(problems.add, options.signal, true), options) : readFile(file, size),
      { maxLine: limits.maxLine, headBytes },
    )
    measured.catch(() => {})
    const same = candidates.length > 0 ? sameBytes(candidates, (await measured).sha256, format) : none
    if (same.known) return await meetAgain(engine, source, format, same.known)
    let text = file
    const first = candidates.length > 0 || size < smallBytes || (await mayHoldLongLine(file, size, limits.maxLine))
    const early = first ? await measured : null
    if (early && early.longestLine > limits.maxLine)
      text = await bounded(engine, file, size, limits, problems.add, id, spooled)
    // cut lines are lines as well, so what was measured holds for the bounded text too
    let stored = await storeText(engine, format, text, early, measured, head, id, source, options)
    const facts = await measured
    if (facts.longestLine > limits.maxLine && text === file) {
      await dropRows(engine, id)
      text = await bounded(engine, file, size, limits, problems.add, id, spooled)
      stored = await storeText(engine, format, text, null, null, head, id, source, options)
    }
    if (plain && (await stat(file)).size !== facts.bytes) {
      // it grew while it was read: keep what stood there at the start, in one piece
      if (!problems.list.some((problem) => problem.code === 'changed'))
        problems.add({
          code: 'changed',
          record: 0,
          byte: facts.bytes,
          detail: 'the file changed while it was read',
          sample: '',
        })
      await dropRows(engine, id)
      text = await bounded(engine, file, facts.bytes, limits, problems.add, id, spooled)
      stored = await storeText(engine, format, text, null, null, head, id, source, options)
    }
    return await finish(engine, ledger, source, format, id, stored, problems.list, facts, options, same.replaces)
  } finally {
    await Promise.all(spooled.map((name) => rm(name, { force: true })))
  }
}

const probe = 64 * 1024

/**
 * A line over `maxLine` covers one of these probes whole, so few reads (1 % of the bytes) tell that there is none. The
 * engine must not meet it: over a line of 100 MB it took 1.2 GB and then failed.
 */
async function mayHoldLongLine(file: string, size: number, maxLine: number): Promise<boolean> {
  const step = Math.floor(maxLine / 2)
  if (step < probe) return size > maxLine
  const handle = await open(file)
  try {
    const bytes = Buffer.alloc(probe)
    for (let at = step; at + probe <= size; at += step) {
      const { bytesRead } = await handle.read(bytes, 0, probe, at)
      if (!bytes.subarray(0, bytesRead).includes(10)) return true
    }
    return false
  } finally {
    await handle.close()
  }
}

const readFile = (file: string, size: number): AsyncIterable<Buffer> =>
  size === 0 ? empty() : createReadStream(file, { end: size - 1, highWaterMark: 1024 ** 2 })

async function* empty(): AsyncGenerator<Buffer> {}

async function* counted(bytes: AsyncIterable<Buffer>, options: IngestOptions): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    options.progress?.(chunk.length)
    yield chunk
  }
}

async function bounded(
  engine: Engine,
  file: string,
  size: number,
  limits: Limits,
  problem: (p: Problem) => void,
  id: number,
  spooled: string[],
): Promise<string> {
  const name = await spool(
    engine,
    boundLines(readFile(file, size), limits.maxLine, problem),
    `bounded-${id}-${spooled.length}`,
  )
  spooled.push(name)
  return name
}

/** Runs the SQL of the variant that fits, and tells the lines that it did not take. */
async function storeText(
  engine: Engine,
  format: SqlFormat,
  file: string,
  facts: Facts | null,
  measured: Promise<Facts> | null,
  head: Buffer,
  id: number,
  source: Source,
  options: IngestOptions,
): Promise<Stored> {
  const variant = format.variants.find((candidate) => candidate.accepts(head, source.name)) ?? format.variants[0]!
  const context = { name: source.name, notAfter: await newestTime(source, options.now) }
  const params = { ...(variant.params?.(head, context) ?? {}), source: id, device: options.device?.name ?? '' }
  // a small source costs more in threads than in work
  const limits = facts && facts.bytes < smallBytes ? { seconds: 600, threads: 1 } : { seconds: 6 * 3600 }
  const lines = await engine.lines(file)
  try {
    for (const part of variant.parts) {
      const claim = format.claims[part.table]!
      const columns = [...new Set([...claim.always, ...claim.sometimes])]
      const chosen = columns.map((column) => `r.\`${column}\``)
      if (columns.includes('device')) chosen[columns.indexOf('device')] = "if(r.device = '', {device:String}, r.device)"
      else {
        columns.push('device')
        chosen.push('{device:String}')
      }
      const storing = engine.run(
        `INSERT INTO ${rawName(part.table)} (source, record, raw, ${columns.map((column) => `\`${column}\``).join(', ')})\nSELECT {source:UInt64}, r.record, r.raw, ${chosen.join(', ')}\nFROM (\n${part.sql}\n) AS r`,
        { ...params, lines: lines.relation },
        limits,
      )
      if (!facts) setImmediate(() => options.engineBusy?.())
      await storing
    }
    const tables = [...new Set(variant.parts.map((part) => part.table))]
    const filled = new Map(tables.map((table) => [table, filledBy(format.claims, table, params.device !== '')]))
    const naming = storeNames(engine, id, filled, options.device?.from ?? 'record', limits)
    naming.catch(() => {})
    const stored = await readBack(engine, id, format.claims, tables, limits)
    // where every line gave a row, nothing is left to tell (measured: 0.3 s of CPU for 1 M lines)
    const whole = stored.lines !== undefined && measured !== null && (await measured).lines === stored.lines
    if (!whole) await storeProblems(engine, id, tables, lines.relation, variant.problems, params, stored)
    await naming
    return stored
  } finally {
    await lines.release()
  }
}

/** Binary and nested data, parsed here. */
async function ingestCode(
  engine: Engine,
  ledger: Ledger,
  source: Source,
  format: CodeFormat,
  options: IngestOptions,
): Promise<Ingested> {
  const known = await metBefore(engine, ledger, source, format, options)
  if (known) return await meetAgain(engine, source, format, known)
  const problems = openProblems()
  const id = newId()
  const collector: Collector = openCollector(ledger, id, format, options.device)
  const tap = tapped(counted(source.open(problems.add, options.signal), options))
  try {
    await format.parse(tap.bytes, collector.out, {
      name: source.name,
      notAfter: await newestTime(source, options.now),
      signal: options.signal,
    })
    const facts = await tap.finish()
    const same = sameBytes(
      await findKnown(engine, ledger, format, options, { sha256: facts.sha256 }),
      facts.sha256,
      format,
    )
    if (same.known) {
      await ledger.flush()
      await dropRows(engine, id)
      return await meetAgain(engine, source, format, same.known)
    }
    const stored = await collector.finish()
    return await finish(engine, ledger, source, format, id, stored, problems.list, facts, options, same.replaces)
  } catch (error) {
    await ledger.flush().catch(() => {})
    await dropRows(engine, id)
    throw error
  }
}

/**
 * The committed source of these bytes. They are read once more for it, but only where one of their format could be it: to
 * take back rows that were stored in vain costs a second (measured on 60 small sources met again: 14 s, 5 s so).
 */
async function metBefore(
  engine: Engine,
  ledger: Ledger,
  source: Source,
  format: Format,
  options: IngestOptions,
): Promise<KnownSource | null> {
  const size = source.plainFile === null ? null : (await stat(source.plainFile)).size
  const entries = await ledger.entries(format.id)
  // standard input is read once
  const possible = !entries || entries.some(({ bytes }) => size === null || bytes === size)
  if (!possible || source.path.split('!')[0] === '-') return null
  const facts = await measure(
    source.open(() => {}, options.signal, true),
    {
      maxLine: Number.MAX_SAFE_INTEGER,
      headBytes,
    },
  )
  return sameBytes(await findKnown(engine, ledger, format, options, { sha256: facts.sha256 }), facts.sha256, format)
    .known
}

/** Bytes on their way to a parser, measured in passing; `finish` reads on to the end what the parser left. */
function tapped(bytes: AsyncIterable<Buffer>): {
  bytes: AsyncIterable<Buffer>
  finish(): Promise<Awaited<ReturnType<typeof measure>>>
} {
  const queue: Buffer[] = []
  let wake: (() => void) | null = null
  let over = false
  const facts = measure(
    (async function* () {
      for (;;) {
        const next = queue.shift()
        if (next) yield next
        else if (over) return
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    })(),
    { maxLine: Number.MAX_SAFE_INTEGER, headBytes },
  )
  facts.catch(() => {})
  const iterator = bytes[Symbol.asyncIterator]()
  const next = async (): Promise<IteratorResult<Buffer>> => {
    const result = await iterator.next()
    if (result.done) over = true
    else queue.push(result.value)
    wake?.()
    return result
  }
  return {
    bytes: { [Symbol.asyncIterator]: () => ({ next }) },
    async finish() {
      while (!over) await next()
      return facts
    },
  }
}

type Same = { readonly known: KnownSource | null; readonly replaces: number }
const none: Same = { known: null, replaces: 0 }

/** Among sources of this format: the one with these bytes and version, and one of an older version. */
function sameBytes(candidates: readonly KnownSource[], sha256: string, format: Format): Same {
  const same = candidates.filter((candidate) => candidate.sha256 === sha256)
  const known = same.find((candidate) => candidate.format_version === format.version) ?? null
  return {
    known,
    replaces: known ? 0 : (same.find((candidate) => candidate.format_version !== format.version)?.id ?? 0),
  }
}

async function meetAgain(engine: Engine, source: Source, format: Format, known: KnownSource): Promise<Ingested> {
  const tables = (Object.keys(format.claims) as EvidenceTable[]).filter((table) => (known.rows[table] ?? 0) > 0)
  const now = await readBack(engine, known.id, format.claims, tables)
  const samples =
    Object.keys(known.problems).length === 0
      ? []
      : await engine.query<Stored['samples'][number]>(
          'SELECT code, record, byte, detail, sample FROM problem WHERE source = {id:UInt64} ORDER BY record LIMIT 50',
          { id: known.id },
        )
  return {
    id: known.id,
    path: source.path,
    format,
    status: known.status as Status,
    known: true,
    stored: { ...now, problems: known.problems, samples },
    bytes: known.bytes,
  }
}

type Facts = { readonly sha256: string; readonly headSha256: string; readonly bytes: number; readonly lines: number }

async function finish(
  engine: Engine,
  ledger: Ledger,
  source: Source,
  format: Format,
  id: number,
  stored: Stored,
  problems: readonly Problem[],
  facts: Facts,
  options: IngestOptions,
  replaces: number,
): Promise<Ingested> {
  const all = await commitSource(engine, ledger, { source, format, id, stored, problems, facts, options, replaces })
  const rows = Object.values(all.rows).reduce((sum, count) => sum + count, 0)
  return {
    id,
    path: source.path,
    format,
    status: statusOf(rows, all.problems, facts.bytes),
    known: false,
    stored: all,
    bytes: facts.bytes,
  }
}

/** Problems that say something about a row, not that something is missing. */
const harmless = new Set(['wrong_platform', 'bad_name', 'unknown_field', 'encoding'])

/** `failed`: bytes but no row, and problems. `partial`: rows and problems. */
export function statusOf(rows: number, problems: Readonly<Record<string, number>>, bytes: number): Status {
  const bad = Object.entries(problems).some(([code, count]) => count > 0 && !harmless.has(code))
  if (!bad) return 'ok'
  return rows === 0 && bytes > 0 ? 'failed' : 'partial'
}

export function failedSource(path: string, error: unknown): Ingested {
  const detail = plainMessage(error)
  return {
    id: null,
    path,
    format: null,
    status: 'failed',
    known: false,
    stored: {
      ...nothingStored,
      problems: { engine: 1 },
      samples: [{ code: 'engine', record: 0, byte: -1, detail, sample: '' }],
    },
    bytes: 0,
  }
}
