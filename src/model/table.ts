// A table is declared once, as a value. Row type, DDL, documentation and API schema are all derived from it.

/** ClickHouse types in use. Every new one needs a case in `RowValue`, in the writer (`engine/write.ts`) and in `docs`. */
export type ColumnType =
  | 'String'
  | 'LowCardinality(String)'
  | 'UInt8'
  | 'UInt16'
  | 'UInt32'
  | 'UInt64'
  | 'Int64'
  | 'Float64'
  | "DateTime64(6, 'UTC')"
  | 'Array(String)'
  | 'Map(String, String)'
  | 'Map(String, UInt64)'

export type Column = {
  readonly type: ColumnType
  /** What one value says, in a sentence. */
  readonly means: string
  /** Unit of a number: `bytes`, `µs`, … */
  readonly unit?: string
  /** What the type's empty value ('' · 0 · -1 · [] · 1970) says here. Nothing is nullable: an empty value with a meaning is cheaper and cannot be forgotten in a comparison. */
  readonly empty: string
  /** Used when a row does not give the column; default: the type's own empty value. */
  readonly fallback?: string
  readonly codec?: string
}

export type Table<C extends Record<string, Column> = Record<string, Column>> = {
  readonly name: string
  /** One line: what a row is. */
  readonly title: string
  /** OCSF class that a row maps to, or the reason why there is none. */
  readonly ocsf: string
  /**
   * `evidence`: written per source, visible through a view of committed sources only. `state`: append-only records of
   * Codling itself. `working`: kept in memory while a run needs it, and gone with the engine.
   */
  readonly role: 'evidence' | 'state' | 'working'
  readonly order: readonly string[]
  readonly columns: C
}

/** Microseconds since 1970-01-01T00:00:00Z. Exact in a double until the year 2255. */
export type Micros = number

type RowValue<T extends ColumnType> = T extends 'String' | 'LowCardinality(String)'
  ? string
  : T extends 'Array(String)'
    ? readonly string[]
    : T extends 'Map(String, String)'
      ? Readonly<Record<string, string>>
      : T extends 'Map(String, UInt64)'
        ? Readonly<Record<string, number>>
        : number // whole numbers and floats; DateTime64 as Micros

/** A row of a table as TypeScript sees it. Times are `Micros`. */
export type Row<T extends Table> = { -readonly [K in keyof T['columns']]: RowValue<T['columns'][K]['type']> }

export function defineTable<const C extends Record<string, Column>>(table: Table<C>): Table<C> {
  return table
}

const text = (means: string, empty = 'not stated'): { type: 'String'; means: string; empty: string } => ({
  type: 'String',
  means,
  empty,
})
const word = (
  means: string,
  empty = 'not stated',
): { type: 'LowCardinality(String)'; means: string; empty: string } => ({
  type: 'LowCardinality(String)',
  means,
  empty,
})
const time = (means: string, empty = 'not stated') =>
  ({ type: "DateTime64(6, 'UTC')", means, empty, codec: 'Delta, LZ4' }) as const
/** Whole number where -1 says "not stated", so that 0 can mean zero. */
const amount = (means: string, unit: string) =>
  ({ type: 'Int64', means, unit, empty: '-1: not stated', fallback: '-1' }) as const
const port = (means: string) => ({ type: 'UInt16', means, empty: '0: not stated' }) as const

export const columns = { text, word, time, amount, port }
