// What is asked and told of one source, however it is read: options, the outcome, and a source that is met again.
import { randomBytes } from 'node:crypto'
import type { Engine } from '../engine/index.ts'
import type { EvidenceTable, Format, Limits, Micros, Problem, Source } from '../model/index.ts'
import { commitSource, type KnownSource } from './commit.ts'
import type { Ledger } from './ledger.ts'
import { readBack, type Stored } from './rows.ts'
import { type Status, statusOf } from './status.ts'

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

/** What a format is told by. */
export const headBytes = 64 * 1024

export const newId = (): number => randomBytes(6).readUIntBE(0, 6) + 1

export const nothingStored: Stored = { rows: {}, problems: {}, samples: [], coverage: {}, first: 0, last: 0 }

/** Problems met while reading bytes, before any format sees them. */
export function openProblems(): { list: Problem[]; add(problem: Problem): void } {
  const list: Problem[] = []
  return { list, add: (problem) => void list.push(problem) }
}

/** Bytes on their way, told to the progress line. */
export async function* counted(bytes: AsyncIterable<Buffer>, options: IngestOptions): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    options.progress?.(chunk.length)
    yield chunk
  }
}

export type Same = { readonly known: KnownSource | null; readonly replaces: number }
export const none: Same = { known: null, replaces: 0 }

/** Among sources of this format: the one with these bytes and version, and one of an older version. */
export function sameBytes(candidates: readonly KnownSource[], sha256: string, format: Format): Same {
  const same = candidates.filter((candidate) => candidate.sha256 === sha256)
  const known = same.find((candidate) => candidate.format_version === format.version) ?? null
  return {
    known,
    replaces: known ? 0 : (same.find((candidate) => candidate.format_version !== format.version)?.id ?? 0),
  }
}

/** What the store holds of a source that was committed before. */
export async function meetAgain(engine: Engine, source: Source, format: Format, known: KnownSource): Promise<Ingested> {
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

export type Facts = {
  readonly sha256: string
  readonly headSha256: string
  readonly bytes: number
  readonly lines: number
}

/** Commits the source, and tells what it left. */
export async function finish(
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
