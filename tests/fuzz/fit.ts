// What rows, indicators and problems must be, whatever the bytes were. Each function throws with the first thing amiss.
import {
  type Column,
  type ColumnType,
  type EvidenceTable,
  type Format,
  type Problem,
  problemCodes,
  type Table,
  tables,
} from '../../src/model/index.ts'
import type { Parsed } from '../conformance/parse.ts'

const shown = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 200)

const isText = (value: unknown): boolean => typeof value === 'string'
const whole = (least: number, most: number) => (value: unknown) =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
const isMap = (of: (value: unknown) => boolean) => (value: unknown) =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && Object.values(value).every(of)

const fits: Readonly<Record<ColumnType, (value: unknown) => boolean>> = {
  String: isText,
  'LowCardinality(String)': isText,
  UInt8: whole(0, 2 ** 8 - 1),
  UInt16: whole(0, 2 ** 16 - 1),
  UInt32: whole(0, 2 ** 32 - 1),
  UInt64: whole(0, Number.MAX_SAFE_INTEGER),
  Int64: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  Float64: (value) => Number.isFinite(value),
  // the writer moves what lies beyond 1970 and 2255 to the edge
  "DateTime64(6, 'UTC')": (value) => Number.isFinite(value),
  'Array(String)': (value) => Array.isArray(value) && value.every(isText),
  'Map(String, String)': isMap(isText),
  'Map(String, UInt64)': isMap(whole(0, Number.MAX_SAFE_INTEGER)),
}

const isEmpty = (column: Column, value: unknown): boolean =>
  value === undefined ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'number' && value === Number(column.fallback ?? 0))

const tableNamed = (name: string): Table => tables.find((table) => table.name === name) as Table

/** Each value fits the type of its column; `always` are filled, and nothing is but `always` and `allowed`. */
export function fitsTable(
  table: string,
  row: Readonly<Record<string, unknown>>,
  always: readonly string[],
  allowed: readonly string[] | null,
): void {
  const { columns } = tableNamed(table)
  for (const [name, value] of Object.entries(row)) {
    if (value === undefined) continue
    const column = columns[name]
    if (!column) throw new Error(`${table} has no column ${name}`)
    if (!fits[column.type](value)) throw new Error(`${table}.${name} is ${column.type}, and got ${shown(value)}`)
    if (allowed && !allowed.includes(name) && !isEmpty(column, value))
      throw new Error(`${table}.${name} is filled and not claimed: ${shown(value)}`)
  }
  for (const name of always)
    if (isEmpty(columns[name]!, row[name])) throw new Error(`${table}.${name} is claimed "always", and is empty`)
}

export function problemFits(problem: Problem): void {
  if (!(problem.code in problemCodes)) throw new Error(`no such problem code: ${shown(problem.code)}`)
  if (!whole(0, Number.MAX_SAFE_INTEGER)(problem.record)) throw new Error(`a problem's record: ${shown(problem)}`)
  if (!whole(-1, Number.MAX_SAFE_INTEGER)(problem.byte)) throw new Error(`a problem's byte: ${shown(problem)}`)
  if (!isText(problem.detail) || !isText(problem.sample)) throw new Error(`a problem's words: ${shown(problem)}`)
}

/** As conformance asks of fixtures: rows of claimed tables and columns, problems with known codes. */
export function parsedFits(format: Format, parsed: Parsed): void {
  for (const { table, record, row } of parsed.rows) {
    const claim = format.claims[table as EvidenceTable]
    if (!claim) throw new Error(`${table} is not claimed`)
    if (!whole(1, Number.MAX_SAFE_INTEGER)(record)) throw new Error(`a row's record: ${shown(record)}`)
    if (!Number.isFinite(row.ts)) throw new Error(`${table}.ts: ${shown(row.ts)}`)
    fitsTable(table, row, claim.always, [...claim.always, ...claim.sometimes, 'ts', 'raw'])
  }
  parsed.problems.forEach(problemFits)
}
