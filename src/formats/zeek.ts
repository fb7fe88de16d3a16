// Zeek’s two spellings, for all its logs: NDJSON, and TSV whose `#fields` header names the columns.
import type { EvidenceTable, Sniff, SqlParams, SqlVariant } from '../model/index.ts'
import { anyHas, headLines, headObjects, sqlFile } from './text.ts'

type Header = {
  readonly separator: string
  readonly setSeparator: string
  readonly unset: string
  readonly empty: string
  /** Name of the log (`dns`, `conn` …); '' when the header does not say. */
  readonly path: string
  readonly names: readonly string[]
  /** Columns as the separator alone divides them. */
  readonly columns: number
}

/** What the `#` lines at the head of a Zeek TSV log say; null when there is no `#fields`. */
function zeekHeader(head: Buffer): Header | null {
  const lines = headLines(head, 40)
  const fields = lines.find((line) => line.startsWith('#fields'))
  if (fields === undefined) return null
  const separator =
    bytesOf(lines.find((line) => line.startsWith('#separator '))?.slice('#separator '.length) ?? '') || '\t'
  const value = (key: string, usual: string) => {
    const line = lines.find((text) => text.startsWith(key + separator) || text.startsWith(`${key} `))
    return bytesOf(line?.slice(key.length + 1) ?? '') || usual
  }
  const names = fields.slice('#fields'.length).split(separator).slice(1)
  return {
    separator,
    setSeparator: value('#set_separator', ','),
    unset: value('#unset_field', '-'),
    empty: value('#empty_field', '(empty)'),
    path: value('#path', ''),
    // Labels of the CTU datasets stand behind blanks in the last column, in the header as in the records.
    names: names.flatMap((name) => name.trim().split(/ {2,}/)),
    columns: names.length,
  }
}

/** `\x09` as Zeek writes it in its header. */
const bytesOf = (text: string): string =>
  text.trim().replaceAll(/\\x([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** `_path` of Corelight and of zeek-archiver: also open (not yet closed), long and reduced logs. */
const pathNames = (path: string, said: unknown): boolean =>
  typeof said !== 'string' || new RegExp(`^(open_)?${path}(_long|_red)?$`).test(said)

const isZeekJson = (head: Buffer, path: string, keys: readonly string[]): boolean => {
  const objects = headObjects(head)
  return objects.every((object) => pathNames(path, object._path)) && anyHas(objects, 'ts', ...keys)
}

/** A log whose header was cut off (rotated by hand): known by its name and the first columns that every Zeek log has. */
const isHeaderless = (head: Buffer, name: string, path: string): boolean =>
  new RegExp(`^(open_)?${path}[._-]`).test(name) &&
  headLines(head, 5).some((line) => /^\d{1,10}\.\d{1,6}\tC[0-9A-Za-z]{8,20}[,\t]/.test(line))

export type ZeekLog = {
  readonly path: string
  /** Keys beside `ts` that tell this log from all others in NDJSON. */
  readonly keys: readonly string[]
  /** Columns that `tsv.sql` reads, in the order of its `f`. */
  readonly fields: readonly string[]
  readonly table: EvidenceTable
  /** `import.meta.url` of the format: its folder holds ndjson.sql and tsv.sql. */
  readonly base: string
  readonly ndjsonProblems?: string
  readonly tsvProblems?: string
}

/** Recognition and variants of a Zeek log: all that the logs have in common. */
export function zeekLog(log: ZeekLog): { sniff(head: Buffer, name: string): Sniff; variants: readonly SqlVariant[] } {
  const isJson = (head: Buffer): boolean => isZeekJson(head, log.path, log.keys)
  const isTsv = (head: Buffer): boolean => zeekHeader(head)?.path === log.path
  const table = log.table
  return {
    sniff(head, name) {
      if (isJson(head) || isTsv(head)) return 'yes'
      return zeekHeader(head) === null && isHeaderless(head, name, log.path) ? 'maybe' : 'no'
    },
    variants: [
      {
        id: 'ndjson',
        accepts: (head) => isJson(head) || (zeekHeader(head) === null && headObjects(head).length > 0),
        parts: [{ table, sql: sqlFile(log.base, 'ndjson.sql') }],
        problems: log.ndjsonProblems ?? sqlFile(import.meta.url, 'zeek-ndjson-problems.sql'),
      },
      {
        id: 'tsv',
        accepts: () => true,
        parts: [{ table, sql: sqlFile(log.base, 'tsv.sql') }],
        problems: log.tsvProblems ?? sqlFile(import.meta.url, 'zeek-tsv-problems.sql'),
        params: (head) => tsvParams(head, log.fields),
      },
    ],
  }
}

/**
 * What tsv.sql is bound with: `f`, for each of `fields` its column from 1, or 0 when the log lacks it; `n`, columns that
 * a whole record has at least (0: no header); `labelled`, 1 where labels stand behind blanks; the marks of the header.
 */
function tsvParams(head: Buffer, fields: readonly string[]): SqlParams {
  const header = zeekHeader(head)
  return {
    f: fields.map((name) => (header?.names.indexOf(name) ?? -1) + 1),
    n: header?.columns ?? 0,
    labelled: header !== null && header.names.length > header.columns ? 1 : 0,
    separator: header?.separator ?? '\t',
    sets: header?.setSeparator ?? ',',
    unset: header?.unset ?? '-',
    empty: header?.empty ?? '(empty)',
    header: header === null ? '' : header.names.join(' '),
  }
}
