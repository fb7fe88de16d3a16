// Which kind of feed is this? By content; the name only helps where the content cannot tell (a list of process names).

import { type CsvShape, fieldsOf, headless, isComment } from './feeds/csv.ts'
import { hostsLine, valueOfLine } from './feeds/lines.ts'
import { columnsOf } from './feeds/rows.ts'
import { type Hint, hintOf } from './kinds.ts'
import { normalise } from './normal.ts'

export type Recognised =
  | { readonly format: 'json' | 'stalkerware' | 'hosts' | 'rpz' }
  | { readonly format: 'csv'; readonly shape: CsvShape }
  | { readonly format: 'list'; readonly hint: Hint }
  | null

/** Share of the lines that must be indicators before something without structure is taken for a list of them. */
const enough = 0.5
const linesLookedAt = 500
/** Extensions of what is never a list, although some of its lines may look like one. */
const prose =
  /\.(?:md|rst|html?|rules|py|js|ts|sh|conf|cfg|ini|toml)$|^(?:licen[cs]e|readme|copying|notice|changelog)(?:\.\w+)?$/i

/** `head`: first 64 KiB as text; `whole`: it is all there is. Pure. */
export function recognise(head: string, name: string, whole: boolean): Recognised {
  const start = head.trimStart()
  if (start === '') return null
  if (start[0] === '{' || (start[0] === '[' && /^\[\s*(?:[{[\]]|$)/.test(start))) return { format: 'json' }
  // The last line of a head may be cut in the middle.
  const all = head.split(/\r?\n/)
  const lines = (whole ? all : all.slice(0, -1)).slice(0, linesLookedAt)
  const data = lines.filter((l) => l.trim() !== '' && !isComment(l))
  if (isStalkerware(data)) return { format: 'stalkerware' }
  if (prose.test(name)) return null
  if (isRpz(lines)) return { format: 'rpz' }
  if (share(data, (l) => hostsLine.test(l)) >= enough) return { format: 'hosts' }
  return csvOf(lines, data) ?? listOf(data, name)
}

function share(lines: readonly string[], is: (line: string) => boolean): number {
  return lines.length === 0 ? 0 : lines.filter(is).length / lines.length
}

const isStalkerware = (data: readonly string[]): boolean =>
  /^- (?:name|names|type):/.test(data[0] ?? '') &&
  data.some((l) => /^\s+(?:packages|certificates|websites|distribution|c2|ios_bundles):/.test(l))

function isRpz(lines: readonly string[]): boolean {
  const records = lines.map((l) => l.replace(/;.*$/, '')).filter((l) => l.trim() !== '')
  const first = records[0] ?? ''
  return /^\$(?:TTL|ORIGIN)\s/i.test(first) || /^\S+\s+(?:\d+\w?\s+)?(?:IN\s+)?(?:\d+\w?\s+)?SOA\s/i.test(first)
}

const delimiters = [',', ';', '\t', '|']

function csvOf(lines: readonly string[], data: readonly string[]): Recognised {
  const first = data[0]
  if (first === undefined) return null
  for (const delimiter of delimiters) {
    const header = headerOf(first, delimiter)
    if (header !== null && data.length > 1)
      return { format: 'csv', shape: { delimiter, columns: header, header: true } }
  }
  const delimiter = delimiters.find((d) => share(data, (l) => l.includes(d)) >= enough)
  if (delimiter === undefined) return null
  // abuse.ch writes its header as the last comment before the data.
  const comment = lines.slice(0, lines.indexOf(first)).findLast((l) => l.includes(delimiter))
  const commented = comment === undefined ? null : headerOf(comment.replace(/^\s*[#;!]+\s*/, ''), delimiter)
  if (commented !== null) return { format: 'csv', shape: { delimiter, columns: commented, header: false } }
  const firsts = data.map((l) => fieldsOf(l, delimiter)?.[0] ?? '')
  if (share(firsts, (v) => isIndicator('any', v)) < enough) return null
  return { format: 'csv', shape: { delimiter, columns: headless('any'), header: false } }
}

/** A header has several words, none of them an indicator, and one of them names a column that can hold one. */
function headerOf(line: string, delimiter: string): CsvShape['columns'] | null {
  const names = fieldsOf(line, delimiter)
  if (names === null || names.some((n) => isIndicator('any', n))) return null
  if (names.length === 1 && delimiter !== ',') return null
  return columnsOf(names)
}

/** What a list holds whose file is called `processes.txt`, `file_paths.txt`, `sha256.csv` …; null: its name does not tell. */
const hintOfFile = (name: string): Hint | null => {
  const stem = name.replace(/\.[a-z0-9]{1,5}$/i, '')
  return /^files?$/i.test(stem) ? 'file_name' : hintOf(stem)
}

function listOf(data: readonly string[], name: string): Recognised {
  const values = data.map(valueOfLine)
  const told = hintOfFile(name)
  if (told !== null && share(values, (v) => isIndicator(told, v)) >= enough) return { format: 'list', hint: told }
  return share(values, (v) => isIndicator('any', v)) >= enough ? { format: 'list', hint: 'any' } : null
}

/** Also true of what a reviewer must see first. A long line with blanks is prose, in a file of whatever name. */
function isIndicator(hint: Hint, value: string): boolean {
  const mayHaveBlanks = hint === 'file_path' || ((hint === 'process' || hint === 'file_name') && value.length <= 64)
  if (value.length > 2048 || (/\s/.test(value) && !mayHaveBlanks)) return false
  return !('refused' in normalise(hint, value))
}
