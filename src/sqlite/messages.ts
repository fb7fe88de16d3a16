// What the room and its worker say to each other.
import type { ProblemCode } from '../model/index.ts'

/** Text as at most `longest` characters, a blob as so many bytes. */
export type Wanted = { readonly table: string; readonly columns: readonly string[]; readonly longest?: number }

/** A number is a safe integer or a real; integers beyond are bigints. */
export type Value = string | number | bigint | Uint8Array | null

/** `values` in the order of `Wanted.columns`; a column that the table does not have is null. `rowid`: null in a table without. */
export type DatabaseRow = { readonly rowid: number | bigint | null; readonly values: readonly Value[] }

/** What was read, in the order of the tables that were asked for. */
export type Told =
  | { readonly kind: 'table'; readonly table: string; readonly missing: readonly string[] }
  | { readonly kind: 'rows'; readonly table: string; readonly rows: readonly DatabaseRow[] }
  /** `table`: '' where the whole database is meant. */
  | { readonly kind: 'problem'; readonly table: string; readonly code: ProblemCode; readonly detail: string }

export type Request = {
  readonly file: string
  readonly bytes: number
  readonly wanted: readonly Wanted[]
  /** Shared counters: batches that were taken by whoever asked. */
  readonly taken: SharedArrayBuffer
}

export type Answer = Told | { readonly kind: 'done' }
