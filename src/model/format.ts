// What a format is: a value in a list. See docs/spec/format.md.
import type { Problem } from './errors.ts'
import type { EvidenceRow, EvidenceTable } from './tables.ts'

/** Columns that the pipeline stamps; a format never fills them. */
export type Stamped = 'source' | 'record'

/** What a format says of one table that it fills. Coverage is computed from this: it is data, not prose. */
export type Claim = {
  readonly time: {
    /** What `ts` is in this format: the query, the start of the flow, the first of many contacts … */
    readonly means: string
    readonly precision: 'microsecond' | 'millisecond' | 'second' | 'minute' | 'day'
    /** `stated`: with offset or epoch. `assumed_utc`: the record has no zone. `assumed_year`: no year either. */
    readonly zone: 'stated' | 'assumed_utc' | 'assumed_year'
  }
  /** Columns filled in every row; held to by conformance. */
  readonly always: readonly string[]
  /** Columns filled in some rows. */
  readonly sometimes: readonly string[]
  /** What this telemetry cannot show, in words for the reader of a report. */
  readonly blind: readonly string[]
  /** ATT&CK data component and log source that it stands for. */
  readonly attack: readonly { readonly dataComponent: string; readonly logSource: string }[]
}

export type Sniff = 'yes' | 'maybe' | 'no'

/** A row as a format gives it: every column optional but those the table needs. Times are `Micros`. */
export type GivenRow<T extends EvidenceTable> = Partial<Omit<EvidenceRow[T], Stamped>> & { ts: number; raw: string }

export type Out = {
  /** `record` counts from 1. Returns when the row may be followed by another (back-pressure). */
  row<T extends EvidenceTable>(table: T, record: number, row: GivenRow<T>): void | Promise<void>
  problem(problem: Problem): void
}

/** What a parser knows about the bytes besides the bytes themselves. */
export type ParseContext = {
  readonly name: string
  /** Newest time the source can hold (its modification time, else the scan's start): for logs without a year. Micros. */
  readonly notAfter: number
  readonly signal: AbortSignal
}

/** Values bound into a format's SQL: `{name:Type}`. Worked out from the head of the source. */
export type SqlParams = Readonly<Record<string, string | number | readonly string[] | readonly number[]>>

type Shape = {
  readonly id: string
  readonly title: string
  /** Raised when the same bytes would give other rows; older rows are then replaced. */
  readonly version: number
  /** File names that this format usually has, as in `dns.log`, `*.ips`: for docs and messages. */
  readonly names: readonly string[]
  readonly claims: Partial<Record<EvidenceTable, Claim>>
  /** The file is about the one device that it comes from, so the folder it lies in may name that device. */
  readonly oneDevice?: boolean
  /**
   * Is this format in `head` (first 64 KiB at most, perhaps empty or garbage)? Pure, never throws.
   * `yes`: structure recognised. `maybe`: it could be, and the file name says so.
   */
  sniff(head: Buffer, name: string): Sniff
}

/** One SELECT for one table. It reads `{lines:Identifier}` (record UInt64, line String) and names the columns it fills. */
export type SqlPart = {
  readonly table: EvidenceTable
  /** Text of the `.sql` file. Columns it does not name get the table's fallback. */
  readonly sql: string
}

/** One spelling of a text format (NDJSON, TSV, a syslog line …), parsed by the engine line by line. */
export type SqlVariant = {
  readonly id: string
  /** Is the text written in this spelling? Pure; the first variant that says so is taken. */
  accepts(head: Buffer, name: string): boolean
  readonly parts: readonly SqlPart[]
  /**
   * SELECT record, code, detail, line FROM {lines:Identifier}, where `lines` holds only the lines that no part took.
   * Lines to be passed over in silence (blank, comment, header) are left out by its WHERE.
   */
  readonly problems: string
  /** Parameters of the SQL from the head and context: column positions, the year … Pure. */
  params?(head: Buffer, context: Pick<ParseContext, 'name' | 'notAfter'>): SqlParams
}

/** Text that the engine parses. */
export type SqlFormat = Shape & { readonly kind: 'sql'; readonly variants: readonly SqlVariant[] }

/** Binary or nested data, parsed in TypeScript in one pass over the bytes. Never throws on bad data. */
export type CodeFormat = Shape & {
  readonly kind: 'code'
  parse(bytes: AsyncIterable<Buffer>, out: Out, context: ParseContext): Promise<void>
}

export type Format = SqlFormat | CodeFormat

export const defineFormat = <F extends Format>(format: F): F => format
