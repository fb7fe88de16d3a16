// CSV: with a header that names its columns, or with indicators in the first column.
import type { Collector, Labels } from '../collect.ts'
import type { Hint } from '../kinds.ts'
import { linesOf, type Opened } from '../text.ts'
import { type Columns, takeRow } from './rows.ts'

export type CsvShape = {
  readonly delimiter: string
  readonly columns: Columns
  /** The first line that is no comment is the header. */
  readonly header: boolean
}

export const isComment = (line: string): boolean => /^\s*(?:[#;!]|\/\/)/.test(line)

/** A quoted cell may go on for this many lines: beyond, its quote was never meant to open one. */
const maxLinesInRecord = 100
const maxRecord = 1024 ** 2

/**
 * Fields of one record (RFC 4180; a quote inside an unquoted field is just a quote). null: a quote is still open.
 * By hand, because csv-parse gives up everything behind a quote that is never closed, and a feed must lose one record only.
 */
export function fieldsOf(record: string, delimiter: string): string[] | null {
  const fields: string[] = []
  let at = 0
  while (true) {
    while (record[at] === ' ') at++
    if (record[at] !== '"') {
      const end = record.indexOf(delimiter, at)
      fields.push((end < 0 ? record.slice(at) : record.slice(at, end)).trim())
      if (end < 0) return fields
      at = end + 1
      continue
    }
    let text = ''
    let from = at + 1
    while (true) {
      const quote = record.indexOf('"', from)
      if (quote < 0) return null
      text += record.slice(from, quote)
      from = quote + 1
      if (record[from] !== '"') break
      text += '"'
      from++
    }
    const end = record.indexOf(delimiter, from)
    fields.push(text + (end < 0 ? record.slice(from) : record.slice(from, end)).trimEnd())
    if (end < 0) return fields
    at = end + 1
  }
}

export async function readCsv(feed: Opened, shape: CsvShape, base: Labels, out: Collector): Promise<void> {
  let header = shape.header
  /** Lines of a record whose quote is still open. */
  let open: { first: number; lines: string[]; length: number } | null = null

  const take = (record: number, fields: readonly string[]): void => {
    if (header) {
      header = false
      return
    }
    takeRow(record, shape.columns, (at) => (at < 0 ? '' : (fields[at] ?? '')), base, out)
  }
  /** The quote was never closed: the first line is bad, those after it stand for themselves. */
  const giveUp = (lines: readonly string[], first: number): void => {
    out.reject('bad_record', first, 'a quote is never closed', lines[0]!)
    lines.slice(1).forEach((line, i) => {
      const fields = isPassedOver(line) ? [] : fieldsOf(line, shape.delimiter)
      if (fields === null) out.reject('bad_record', first + 1 + i, 'a quote is never closed', line)
      else if (fields.length > 0) take(first + 1 + i, fields)
    })
  }

  for await (const { first, lines } of linesOf(feed, out)) {
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i]!
      if (open === null) {
        if (isPassedOver(line)) continue
        const fields = fieldsOf(line, shape.delimiter)
        if (fields === null) open = { first: first + i, lines: [line], length: line.length }
        else take(first + i, fields)
        continue
      }
      open.lines.push(line)
      open.length += line.length + 1
      // Only a line with a quote can close one, so that a long open record is not read again with each line.
      const fields: string[] | null = line.includes('"') ? fieldsOf(open.lines.join('\n'), shape.delimiter) : null
      if (fields !== null) {
        take(open.first, fields)
        open = null
      } else if (open.lines.length >= maxLinesInRecord || open.length > maxRecord) {
        giveUp(open.lines, open.first)
        open = null
      }
    }
    if (out.full()) await out.flush()
  }
  if (open !== null) giveUp(open.lines, open.first)
}

const isPassedOver = (line: string): boolean => line === '' || line.trim() === '' || isComment(line)

/** Columns of a CSV without a header: the indicator first, a note in the second (Bambenek: value, what it is, time, link). */
export const headless = (hint: Hint): Columns => ({ fields: new Map([['note', 1]]), values: [{ at: 0, hint }] })
