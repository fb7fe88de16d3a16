// Rows on their way into the store, and what is known of them afterwards.
import { type Engine, type QueryLimits, rawName } from '../engine/index.ts'
import { type EvidenceTable, type Format, type Out, type Problem, type Table, tables } from '../model/index.ts'
import type { Ledger } from './ledger.ts'
import { nameKinds, storeNameRows } from './names.ts'

export type Sample = {
  readonly code: string
  readonly record: number
  readonly byte: number
  readonly detail: string
  readonly sample: string
}

/** What a source left in the store. */
export type Stored = {
  rows: Record<string, number>
  problems: Record<string, number>
  samples: Sample[]
  /** Rows that hold a column: `network.app` → 17. */
  coverage: Record<string, number>
  /** Micros; 0: no row. */
  first: number
  last: number
  /** Lines that rows were made of; known where the engine parsed them into one table. */
  lines?: number
}

/** Columns whose share of rows is told to the reader. */
export const covered: Readonly<Record<EvidenceTable, readonly string[]>> = {
  network: [
    'device',
    'user',
    'src_ip',
    'src_host',
    'src_mac',
    'app',
    'process',
    'domain',
    'dst_ip',
    'url',
    'ja3',
    'ja4',
    'cert_sha1',
    'cert_sha256',
  ],
  device_event: ['device', 'user', 'crash_reporter_key', 'serial', 'app', 'process', 'os_build'],
  identity_event: ['device', 'user', 'ip', 'mac', 'host'],
}

/** Samples kept for a source and code. */
const samplesKept = 20

export const tableOf = (name: string): Table => tables.find((table) => table.name === name) as Table

/** Columns that a source may fill: those its format claims, and the device where one is given for the whole source. */
export const filledBy = (claims: Format['claims'], table: EvidenceTable, device: boolean): ReadonlySet<string> =>
  new Set([...(device ? ['device'] : []), ...(claims[table]?.always ?? []), ...(claims[table]?.sometimes ?? [])])

/** Counts of what stands in the raw tables for a source: of the columns that its format claims, the others are empty. */
export async function readBack(
  engine: Engine,
  id: number,
  claims: Format['claims'],
  names: readonly EvidenceTable[],
  limits: QueryLimits = {},
): Promise<Stored> {
  const stored: Stored = { rows: {}, problems: {}, samples: [], coverage: {}, first: 0, last: 0 }
  for (const name of names) {
    const claimed = filledBy(claims, name, true)
    const columns = covered[name].filter((column) => claimed.has(column))
    const counts = columns.map((column) => `countIf(${column} != '') AS \`${column}\``)
    const [row] = await engine.query<Record<string, number>>(
      `SELECT count() AS n, toUnixTimestamp64Micro(minIf(ts, ts > toDateTime64(0, 6, 'UTC'))) AS first, toUnixTimestamp64Micro(max(greatest(ts, ts_end))) AS last, groupBitmap(record) AS lines, ${counts.join(', ')} FROM ${rawName(name)} WHERE source = {id:UInt64}`,
      { id },
      limits,
    )
    const n = row!.n!
    if (n === 0) continue
    stored.rows[name] = n
    if (names.length === 1) stored.lines = row!.lines!
    if (row!.first! > 0) stored.first = stored.first === 0 ? row!.first! : Math.min(stored.first, row!.first!)
    stored.last = Math.max(stored.last, row!.last!)
    for (const column of columns) if (row![column]! > 0) stored.coverage[`${name}.${column}`] = row![column]!
  }
  return stored
}

/** Tells the lines that no part of the SQL took: counts by code into `stored`, samples into the store. */
export async function storeProblems(
  engine: Engine,
  id: number,
  names: readonly EvidenceTable[],
  relation: string,
  problemsSql: string,
  params: Readonly<Record<string, unknown>>,
  stored: Stored,
): Promise<void> {
  const taken = names.map((name) => `SELECT record FROM ${rawName(name)} WHERE source = ${id}`).join(' UNION ALL ')
  const left = `${relation}_left`
  await engine.run(
    `CREATE OR REPLACE VIEW ${left} AS SELECT record, line FROM ${relation} WHERE record NOT IN (${taken})`,
  )
  try {
    const rows = await engine.query<{ code: string; n: number; picked: [number, string, string][] }>(
      `SELECT code, count() AS n, arraySort(groupArraySample(${samplesKept}, 1)((record, detail, substringUTF8(line, 1, 200)))) AS picked\nFROM (\n${problemsSql}\n) GROUP BY code`,
      { ...params, lines: left },
      { seconds: 6 * 3600 },
    )
    for (const row of rows) {
      stored.problems[row.code] = (stored.problems[row.code] ?? 0) + row.n
      for (const [record, detail, sample] of row.picked)
        stored.samples.push({ code: row.code, record, byte: -1, detail, sample })
    }
  } finally {
    await engine.run(`DROP VIEW IF EXISTS ${left}`)
  }
}

/** Columns of a subject after device and where that came from, in the order of `subjectFrom`; '' where the table has none. */
export const subjectColumns = {
  network: ['user', 'src_ip', 'src_mac', 'src_host'],
  device_event: ['user', '', '', '', 'crash_reporter_key', 'serial', 'udid'],
} as const

export type Collector = { readonly out: Out; finish(): Promise<Stored> }

/** First and last time of a value, micros, and the rows that hold it. */
export type Span = { first: number; last: number; rows: number }

const coverageOf = (table: EvidenceTable) => covered[table].map((column) => ({ column, rows: 0 }))

/** Takes rows from a parser written in TypeScript: stamps them, counts them, hands them to the ledger. */
export function openCollector(
  ledger: Ledger,
  id: number,
  format: Format,
  device: { readonly name: string; readonly from: string } | null,
): Collector {
  const stored: Stored = { rows: {}, problems: {}, samples: [], coverage: {}, first: 0, last: 0 }
  const writers = new Map(
    (Object.keys(format.claims) as EvidenceTable[]).map((name) => [name, ledger.writer(tableOf(name))]),
  )
  const counted = new Map([...writers.keys()].map((table) => [table, coverageOf(table)]))
  const names = new Map<string, Map<string, Span>>()
  const seen = (kind: string, value: unknown, first: number, last: number): void => {
    if (typeof value !== 'string' || value === '') return
    const values = names.get(kind) ?? new Map<string, Span>()
    if (values.size === 0) names.set(kind, values)
    const span = values.get(value)
    if (span === undefined) values.set(value, { first, last, rows: 1 })
    else {
      if (first < span.first) span.first = first
      if (last > span.last) span.last = last
      span.rows++
    }
  }
  const out: Out = {
    row(table, record, given) {
      const row = given as Record<string, unknown> & { ts: number; ts_end?: number }
      stored.rows[table] = (stored.rows[table] ?? 0) + 1
      const end = Math.max(row.ts, row.ts_end ?? 0)
      // a statement that holds always has no time
      if (row.ts > 0) stored.first = stored.first === 0 ? row.ts : Math.min(stored.first, row.ts)
      stored.last = Math.max(stored.last, end)
      const full: Record<string, unknown> = { ...row, source: id, record, device: row.device || (device?.name ?? '') }
      for (const count of counted.get(table)!) {
        const value = full[count.column]
        if (value !== undefined && value !== '') count.rows++
      }
      if (table !== 'identity_event') {
        let subject = `${full.device}\u001f${full.device ? (device?.from ?? 'record') : ''}`
        for (const column of subjectColumns[table as keyof typeof subjectColumns]) {
          const value = row[column]
          subject += typeof value === 'string' ? `\u001f${value}` : '\u001f'
        }
        seen('subject', subject, row.ts, end)
      }
      if (table === 'network') for (const [kind, column] of nameKinds) seen(kind, row[column], row.ts, end)
      return writers.get(table)!.write(full)
    },
    problem: (problem) => countProblem(stored, problem),
  }
  return {
    out,
    async finish() {
      if (names.size > 0) await storeNameRows(ledger, id, names)
      for (const [table, columns] of counted)
        for (const { column, rows } of columns) if (rows > 0) stored.coverage[`${table}.${column}`] = rows
      return stored
    },
  }
}

export function countProblem(stored: Stored, problem: Problem): void {
  const count = (stored.problems[problem.code] ?? 0) + 1
  stored.problems[problem.code] = count
  if (count <= samplesKept) stored.samples.push({ ...problem, sample: problem.sample.slice(0, 200) })
}
