// What formats of SQLite databases share: recognising one by its tables, reading rows with checked values, and telling
// what is damaged. The database itself is opened in `sqlite/`.
import type { EvidenceTable, GivenRow, Micros, Out, ParseContext, Problem, ProblemCode, Sniff } from '../model/index.ts'
import { isDatabase, readDatabase, type Value } from '../sqlite/index.ts'
import { brief } from './apple.ts'
import { destinationOf } from './json-events.ts'

/** A row as it was stored. Texts are cut at 4,096 characters. */
export type Stored = {
  readonly record: number
  readonly rowid: number | bigint | null
  /** '' where it is null or no text; numbers as decimal text. */
  text(column: string): string
  /** A whole number that fits a double, or a real that is rounded; null for everything else. */
  whole(column: string): number | null
  /** null for everything that is no number. */
  real(column: string): number | null
  /** What is not null, with the table and the number of the row; of blobs their length. */
  shown(): Record<string, unknown>
  /** The same as JSON. */
  raw(): string
}

export type TableReader = {
  readonly table: string
  readonly columns: readonly string[]
  /** In other versions there is a view of this name, which is not read and not missed. */
  readonly view?: boolean
  take(row: Stored): void | Promise<void>
}

export type Emit = {
  /** `raw` and `record` are those of the stored row, unless they are given. */
  row<T extends EvidenceTable>(
    table: T,
    stored: Pick<Stored, 'record' | 'raw'>,
    row: Omit<GivenRow<T>, 'raw'>,
  ): void | Promise<void>
  flaw(code: ProblemCode, stored: Pick<Stored, 'record' | 'raw'>, detail: string): void
}

/** Tables in the order in which they are read, and what is to be done when all were. */
export type Reading = {
  readonly tables: readonly TableReader[]
  finish?(): void | Promise<void>
}

const rawLength = 4096
/** The head that sniffing is promised. */
const headLength = 64 * 1024

/**
 * `yes`: a database whose schema, as far as the head shows it, declares all of `tables`. `maybe`: the name says so; the
 * schema may stand behind the head, or be encrypted or damaged. Pure, never throws.
 */
export function sniffDatabase(bytes: Buffer, name: string, tables: readonly string[], names: RegExp): Sniff {
  if (bytes.length === 0) return 'no'
  const named = names.test(name) ? 'maybe' : 'no'
  if (!isDatabase(bytes)) return named
  const head = bytes.toString('latin1', 0, headLength).toLowerCase()
  const declares = (table: string): boolean =>
    ['', '"', "'", '`', '['].some((quote) =>
      head.includes(`create table ${quote}${table.toLowerCase()}${quote === '[' ? ']' : quote}`),
    )
  return tables.every(declares) ? 'yes' : named
}

/** Reads a database table by table. `open` is given what rows are handed to, and says what to read. */
export async function parseDatabase(
  bytes: AsyncIterable<Buffer>,
  out: Out,
  context: ParseContext,
  open: (emit: Emit, context: ParseContext) => Reading,
): Promise<void> {
  let record = 0
  let told = 0
  const tell = (problem: Problem): void => {
    told++
    out.problem(problem)
  }
  const reading = open(
    {
      row: (table, stored, row) => out.row(table, stored.record, { ...row, raw: stored.raw() } as never),
      flaw: (code, stored, detail) =>
        tell({ code, record: stored.record, byte: -1, detail, sample: stored.raw().slice(0, 200) }),
    },
    context,
  )
  const readers = new Map(reading.tables.map((reader) => [reader.table, reader]))
  let found = 0
  for await (const answer of readDatabase(bytes, reading.tables, context.signal)) {
    context.signal.throwIfAborted()
    if (answer.kind === 'table') found++
    else if (answer.kind === 'problem' && readers.get(answer.table)?.view && answer.code === 'unknown_kind') continue
    else if (answer.kind === 'problem')
      tell({
        code: answer.code,
        record: record + 1,
        byte: answer.byte,
        detail: answer.table === '' ? answer.detail : `${brief(answer.table, 100)}: ${answer.detail}`,
        sample: '',
      })
    else {
      const reader = readers.get(answer.table)!
      for (const row of answer.rows) await reader.take(storedRow(++record, answer.table, reader.columns, row))
    }
  }
  await reading.finish?.()
  if (found === 0 && told === 0) {
    const names = reading.tables.map(({ table }) => table).join(', ')
    tell({ code: 'missing_field', record: 1, byte: 0, detail: `it has none of the tables ${names}`, sample: '' })
  }
}

function storedRow(
  record: number,
  table: string,
  columns: readonly string[],
  row: { readonly rowid: number | bigint | null; readonly values: readonly Value[] },
): Stored {
  const at = (column: string): Value => row.values[columns.indexOf(column)] ?? null
  const real = (column: string): number | null => {
    const value = at(column)
    return typeof value === 'number' && Number.isFinite(value) ? value : null
  }
  const shown = (): Record<string, unknown> => {
    const all: Record<string, unknown> = { table }
    if (row.rowid !== null) all.rowid = plain(row.rowid)
    for (let i = 0; i < columns.length; i++) {
      const value = row.values[i]
      if (value !== null && value !== undefined) all[columns[i]!] = plain(value)
    }
    return all
  }
  return {
    record,
    rowid: row.rowid,
    text(column) {
      const value = at(column)
      return value === null || value instanceof Uint8Array ? '' : String(value)
    },
    real,
    whole(column) {
      const value = real(column)
      const rounded = value === null ? null : Math.round(value)
      return rounded !== null && Number.isSafeInteger(rounded) ? rounded : null
    },
    shown,
    raw: () => jsonWithin(shown()),
  }
}

const plain = (value: Value): unknown =>
  typeof value === 'bigint' ? String(value) : value instanceof Uint8Array ? `${value.length} bytes` : value

/** A JSON object of at most some 4,096 characters: long texts are cut, so that it stays one. */
export function jsonWithin(object: Readonly<Record<string, unknown>>): string {
  const whole = JSON.stringify(object)
  if (whole.length <= rawLength) return whole
  const texts = Object.values(object).filter((value) => typeof value === 'string').length
  const longest = Math.max(40, Math.floor(rawLength / (2 * Math.max(1, texts))))
  return JSON.stringify(
    Object.fromEntries(
      Object.entries(object).map(([key, value]) => [key, typeof value === 'string' ? brief(value, longest) : value]),
    ),
  )
}

/** 1970 in the seconds of Core Data, which begin in 2001. */
const appleEpoch = 978_307_200
/** 2255: exact in a double. */
const latest: Micros = 9_000_000_000_000_000

/** Seconds since 1970 → time; null: none that a device can have been switched on at. */
export function unixTime(seconds: number | null): Micros | null {
  if (seconds === null) return null
  const micros = Math.round(seconds * 1e6)
  return micros > 0 && micros < latest ? micros : null
}

/** Seconds since 2001-01-01 → time. 0 and what lies before is no time. */
export const appleSeconds = (seconds: number | null): Micros | null =>
  seconds === null || seconds <= 0 ? null : unixTime(seconds + appleEpoch)

/** A number of bytes or hits; -1: not stated. */
export const amountOf = (value: number | null): number => (value === null || value < 0 ? -1 : value)

const uuid = /^[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}$/i

/**
 * `mDNSResponder/com.example.app` → the process and the app that it worked for. The process is '' where only a UUID stands
 * for it (iOS 12 to 15, apps that were set up with the device).
 */
export function ownerOf(process: string, bundle: string): { readonly process: string; readonly app: string } {
  const slash = process.indexOf('/')
  const name = slash < 0 ? process : process.slice(0, slash)
  return { process: uuid.test(name) ? '' : name, app: bundle || (slash < 0 ? '' : process.slice(slash + 1)) }
}

/** A URL as a browser keeps it → where it leads; null: nowhere on a network (`about:`, `data:`, `file:`). */
export const visited = (url: string): ReturnType<typeof destinationOf> =>
  /^(?:https?|wss?|ftp):/i.test(url) ? destinationOf(url) : null
