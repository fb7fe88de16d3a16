// Looking at the beginning of CSV text: fields of a line and where a header puts them. Pure; never throws.
import type { SqlParams } from '../model/index.ts'
import { headLines } from './text.ts'

export type Delimiter = ',' | ';' | '\t' | '|'

/** Fields of one line as `csvFields` in SQL gives them (RFC 4180 quotes, blanks before a quote); [] when a quote is not closed. */
export function csvLine(line: string, delimiter: Delimiter = ','): string[] {
  const fields: string[] = []
  let at = 0
  while (at <= line.length) {
    let start = at
    while (line[start] === ' ') start++
    if (line[start] === '"') {
      let text = ''
      let end = start + 1
      for (;;) {
        const quote = line.indexOf('"', end)
        if (quote < 0) return []
        text += line.slice(end, quote)
        end = quote + 1
        if (line[end] !== '"') break
        text += '"'
        end++
      }
      fields.push(text)
      const next = line.indexOf(delimiter, end)
      at = next < 0 ? line.length + 1 : next + 1
    } else {
      const next = line.indexOf(delimiter, at)
      fields.push(line.slice(at, next < 0 ? line.length : next))
      at = next < 0 ? line.length + 1 : next + 1
    }
  }
  return fields
}

/** The first lines with text as fields; without byte order mark. */
export const csvHead = (head: Buffer, delimiter: Delimiter = ',', most = 10): string[][] =>
  headLines(head, most * 2)
    .map((line) => line.replace(/^\ufeff/, ''))
    .filter((line) => line.trim() !== '')
    .slice(0, most)
    .map((line) => csvLine(line, delimiter))

/** Column names by which headers are compared: `Most Granular Identity` → `mostgranularidentity`. */
export const columnWord = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/**
 * Positions for SQL: `{f:Array(UInt32)}` holds, for each of `wanted` (each perhaps with several spellings), its column
 * from 1 in `header`, or 0 when it is not there.
 */
export function csvPositions(header: readonly string[], wanted: readonly (readonly string[])[]): SqlParams {
  const words = header.map(columnWord)
  return { f: wanted.map((spellings) => Math.max(0, ...spellings.map((word) => words.indexOf(word) + 1))) }
}
