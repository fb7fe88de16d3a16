// What Codling makes of a file: which format and why, what was read, and what was not. Nothing is kept.
import { type Engine, openEngine } from '../engine/index.ts'
import { formats } from '../formats/index.ts'
import { suggestMap } from '../formats/mapped/suggest.ts'
import {
  type Column,
  defaultLimits,
  type EvidenceTable,
  type Format,
  type Micros,
  type Problem,
  type Source,
  type SourceOptions,
  UserError,
} from '../model/index.ts'
import { findSources } from '../sources/index.ts'
import { sourceResult } from './coverage.ts'
import { failedSource, type Ingested, ingestSource } from './ingest.ts'
import type { FormatsResult, InspectedSource, InspectResult } from './inspect-contract.ts'
import { tableOf } from './rows.ts'

export type InspectOptions = {
  readonly version: string
  readonly paths: readonly string[]
  /** Formats that are asked before the list: the operator’s mappings. */
  readonly formats: readonly Format[]
  /** Rows of each table that are shown. */
  readonly rows: number
  /** What only the operator can give: the password of an encrypted backup. */
  readonly sourceOptions?: SourceOptions
  readonly now: Micros
  readonly signal: AbortSignal
}

/** Reads every path into a temporary store of its own. Throws `UserError` for a path that does not exist, and the reason of `signal`. */
export async function inspect(options: InspectOptions): Promise<InspectResult> {
  const files: InspectResult['files'] = []
  for (const path of options.paths) files.push({ path, sources: await inspectPath(path, options) })
  return { schema: 'codling.inspect/1', codling: { version: options.version }, files }
}

async function inspectPath(path: string, options: InspectOptions): Promise<InspectedSource[]> {
  // a store for each path: rows that another file holds as well would not be counted again
  const engine = await openEngine({ store: null, version: options.version })
  const sources: InspectedSource[] = []
  try {
    for await (const found of findSources(path, defaultLimits, options.signal, options.sourceOptions))
      sources.push(
        found.kind === 'problem'
          ? unread(found.path, found.problem)
          : await inspectSource(engine, found.source, options),
      )
  } finally {
    await engine.close()
  }
  return sources
}

const headBytes = 64 * 1024

async function inspectSource(engine: Engine, source: Source, options: InspectOptions): Promise<InspectedSource> {
  const head = await source.head(headBytes)
  const asked = [...options.formats, ...formats]
  const answers = asked.flatMap((format) => {
    const answer = format.sniff(head, source.name)
    return answer === 'no' ? [] : [{ format: format.id, answer }]
  })
  let item: Ingested
  try {
    item = await ingestSource(engine, source, {
      now: options.now,
      device: null,
      signal: options.signal,
      extraFormats: options.formats,
    })
  } catch (error) {
    if (options.signal.aborted || error instanceof UserError) throw error
    item = failedSource(source.path, error)
  }
  const { format } = item
  const variant =
    format?.kind === 'sql'
      ? (format.variants.find((one) => one.accepts(head, source.name)) ?? format.variants[0]!).id
      : null
  return {
    ...told(item),
    format_version: format?.version ?? null,
    variant,
    answers,
    asked: asked.length,
    tables: await firstRows(engine, item, options.rows),
    looks: format === null ? looksLike(head) : null,
    map: format === null && suggestMap(head, source.name) !== null,
  }
}

type Told = Pick<
  InspectedSource,
  | 'path'
  | 'format'
  | 'status'
  | 'rows'
  | 'problems'
  | 'samples'
  | 'first'
  | 'last'
  | 'bytes'
  | 'title'
  | 'repeats'
  | 'shares'
  | 'blind'
>

function told(item: Ingested): Told {
  const { known, coverage, ...rest } = sourceResult(item, [])
  return { ...rest, title: item.format?.title ?? null, repeats: known, shares: coverage.shares, blind: coverage.blind }
}

/** What could not be read at all: damaged, encrypted, a link. */
function unread(path: string, problem: Problem): InspectedSource {
  const item = failedSource(path, '')
  const stored = { ...item.stored, problems: { [problem.code]: 1 }, samples: [problem] }
  return {
    ...told({ ...item, stored }),
    format_version: null,
    variant: null,
    answers: [],
    asked: 0,
    tables: [],
    looks: null,
    map: false,
  }
}

/** The first rows of each table, without columns that are empty, and without those that the pipeline stamps. */
async function firstRows(engine: Engine, item: Ingested, most: number): Promise<InspectedSource['tables']> {
  const shown: InspectedSource['tables'] = []
  if (item.id === null || most === 0) return shown
  for (const table of Object.keys(item.stored.rows) as EvidenceTable[]) {
    const rows = await engine.query<Record<string, unknown>>(
      `SELECT * EXCEPT (source) FROM ${table} WHERE source = {id:UInt64} ORDER BY record, ts, event_key LIMIT {most:UInt32}`,
      { id: item.id, most },
    )
    const { columns } = tableOf(table)
    shown.push({
      table,
      rows: rows.map((row) =>
        Object.fromEntries(Object.entries(row).filter(([name, value]) => !isEmpty(columns[name] as Column, value))),
      ),
    })
  }
  return shown
}

const isEmpty = (column: Column, value: unknown): boolean =>
  value === '' ||
  (typeof value === 'string' && value.startsWith('1970-01-01 00:00:00')) ||
  (typeof value === 'number' && value === Number(column.fallback ?? 0)) ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0)

const magics: readonly (readonly [start: string, what: string])[] = [
  ['SQLite format 3\0', 'an SQLite database'],
  ['\xff\xd8\xff', 'a JPEG picture'],
  ['\x89PNG', 'a PNG picture'],
  ['%PDF', 'a PDF document'],
  ['bplist00', 'a binary property list'],
  ['\x7fELF', 'an ELF program'],
  ['\xca\xfe\xba\xbe', 'a Mach-O program or Java class'],
  ['\xcf\xfa\xed\xfe', 'a Mach-O program'],
  ['tracev3', 'Apple’s unified log'],
]

/** What the beginning of unrecognised bytes says of them, in a few words. */
export function looksLike(head: Buffer): string {
  if (head.length === 0) return 'empty'
  const start = head.toString('latin1', 0, 32)
  const known = magics.find(([magic]) => start.startsWith(magic))
  if (known) return known[1]
  const text = head.toString('utf8', 0, 4096)
  if (head.subarray(0, 4096).includes(0) || /[\ufffd]/.test(text.slice(0, -4))) return 'binary data'
  if (/^[\s\ufeff]*[[{]/.test(text)) {
    const keys = [...new Set([...text.matchAll(/"([A-Za-z_@#$][\w@.#$-]{0,40})"\s{0,10}:/g)].map((match) => match[1]!))]
    return keys.length > 0 ? `JSON with the keys ${keys.slice(0, 8).join(', ')}` : 'JSON, or text that begins like it'
  }
  if (/^[\s\ufeff]*<\?xml|^[\s\ufeff]*<!DOCTYPE/i.test(text)) return 'XML or HTML'
  const lines = text.split('\n')
  const commas = lines.slice(0, 5).map((line) => line.split(',').length)
  if (commas.length > 1 && commas[0]! > 2 && commas.slice(0, -1).every((count) => count === commas[0])) return 'CSV'
  return 'text'
}

/** Every format with what it claims, by id. */
export const describeFormats = (version: string): FormatsResult => ({
  schema: 'codling.formats/1',
  codling: { version },
  formats: [...formats]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((format) => ({
      id: format.id,
      title: format.title,
      version: format.version,
      names: [...format.names],
      parsed_by: format.kind === 'sql' ? ('engine' as const) : ('code' as const),
      variants: format.kind === 'sql' ? format.variants.map(({ id }) => id) : [],
      one_device: format.oneDevice === true,
      claims: Object.entries(format.claims).map(([table, claim]) => ({
        table,
        time: claim.time,
        always: [...claim.always],
        sometimes: [...claim.sometimes],
        blind: [...claim.blind],
        attack: claim.attack.map(({ dataComponent, logSource }) => ({
          data_component: dataComponent,
          log_source: logSource,
        })),
      })),
    })),
})
