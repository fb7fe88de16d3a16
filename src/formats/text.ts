// Looking at the beginning of text: what several formats need to recognise themselves. Pure; never throws.
import { readFileSync } from 'node:fs'
import type { EvidenceTable, SqlVariant } from '../model/index.ts'

/** Complete lines of `head`, without the one that `head` cuts off (unless it is the only one). */
export function headLines(head: Buffer, most = 20): string[] {
  const lines = head.toString('utf8').split('\n', most + 1)
  if (lines.length > 1) lines.pop()
  return lines.slice(0, most).map((line) => line.replace(/\r$/, ''))
}

/** The first objects of NDJSON text; [] when the first line with text is not an object. */
export function headObjects(head: Buffer, most = 5): Record<string, unknown>[] {
  const objects: Record<string, unknown>[] = []
  for (const line of headLines(head, most * 2)) {
    if (line.trim() === '') continue
    try {
      const value: unknown = JSON.parse(line)
      if (value === null || typeof value !== 'object' || Array.isArray(value)) break
      objects.push(value as Record<string, unknown>)
    } catch {
      if (objects.length === 0) continue // a broken first line must not hide the format
      break
    }
    if (objects.length === most) break
  }
  return objects
}

/** Does any of the first objects have all of `keys`? */
export const anyHas = (objects: readonly Record<string, unknown>[], ...keys: string[]): boolean =>
  objects.some((object) => keys.every((key) => key in object))

/** The text of an SQL file beside a format: `sqlFile(import.meta.url, 'ndjson.sql')`. */
export const sqlFile = (base: string, name: string): string => readFileSync(new URL(name, base), 'utf8')

/** The spelling of a format that has but one: an SQL file for each table, and `problems.sql`. */
export const onlyVariant = (
  base: string,
  id: string,
  files: Partial<Record<EvidenceTable, string>>,
  params?: SqlVariant['params'],
): [SqlVariant] => [
  {
    id,
    accepts: () => true,
    parts: Object.entries(files).map(([table, file]) => ({ table: table as EvidenceTable, sql: sqlFile(base, file) })),
    problems: sqlFile(base, 'problems.sql'),
    ...(params ? { params } : {}),
  },
]

/** The first lines that are no JSON: a document that quotes a log line is not that log. */
export const plainLines = (head: Buffer, most = 20): string[] =>
  headLines(head, most).filter((line) => !/^\s*["{]/.test(line))
