// Zeek’s two spellings, for all its logs: NDJSON, and TSV whose `#fields` header names the columns.
import type { SqlParams } from '../model/index.ts'
import { anyHas, headLines, headObjects } from './text.ts'

/** Column positions (from 1) by field name; null when the text has no Zeek header. */
export function zeekFields(head: Buffer): Map<string, number> | null {
  const lines = headLines(head, 40)
  const fields = lines.find((line) => line.startsWith('#fields'))
  if (!fields) return null
  // labelled variants (CTU datasets) append columns after blanks instead of tabs
  const names = fields.slice('#fields'.length).trim().split(/\t+| {2,}/)
  return new Map(names.map((name, index) => [name, index + 1]))
}

/** Name of the log (`dns`, `conn` …) that a Zeek TSV header states. */
export const zeekPath = (head: Buffer): string | null => {
  const line = headLines(head, 40).find((text) => text.startsWith('#path'))
  return line ? (line.split(/\t| +/)[1] ?? null) : null
}

export const isZeekTsv = (head: Buffer): boolean => head.subarray(0, 10).toString('latin1').startsWith('#separator') || zeekFields(head) !== null

/** NDJSON objects that carry the keys of a Zeek log. `_path` is written by zeek-archiver and Corelight. */
export function isZeekJson(head: Buffer, path: string, ...keys: string[]): boolean {
  const objects = headObjects(head)
  if (objects.some((object) => typeof object._path === 'string' && object._path !== path)) return false
  return anyHas(objects, 'ts', ...keys)
}

/** Positions for SQL: `{f:Array(UInt32)}` holds, for each of `names`, its column from 1, or 0 when the log lacks it. */
export const positions = (head: Buffer, names: readonly string[]): SqlParams => {
  const fields = zeekFields(head)
  return { f: names.map((name) => fields?.get(name) ?? 0) }
}
