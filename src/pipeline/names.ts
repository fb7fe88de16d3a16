// The distinct values of a source, so that indicators and rarity are worked out once a value and not once a row.
import { type Engine, openWriter, type QueryLimits, rawName } from '../engine/index.ts'
import { type EvidenceTable, name as nameTable } from '../model/index.ts'
import { canonicalName, isPlainName } from '../names/index.ts'
import type { Ledger } from './ledger.ts'
import { type Span, subjectColumns } from './rows.ts'

/** Names that SQL’s folding has made canonical already: labels of LDH and underscore, the last with a letter in it. */
const plain = "match(value, '^([a-z0-9_-]+[.])*[a-z0-9_-]*[a-z_-][a-z0-9_-]*$')"

/** Kinds of names, and the columns of `network` that hold them. */
export const nameKinds: readonly (readonly [kind: string, column: string])[] = [
  ['ip', 'dst_ip'],
  ['app', 'app'],
  ['process', 'process'],
  ['ja3', 'ja3'],
  ['ja4', 'ja4'],
  ['cert', 'cert_sha1'],
  ['cert', 'cert_sha256'],
  ['domain', 'domain'],
]

const measures = 'min(ts) AS first, max(greatest(ts, ts_end)) AS last, count() AS rows'

/** Rows of the source. Qualified: `source` alone would be the constant of that name that is selected, and match all rows. */
const rowsOf = (table: EvidenceTable): string => `FROM ${rawName(table)} WHERE ${rawName(table)}.source = {id:UInt64}`

const distinct = (kind: string, column: string): string =>
  `SELECT {id:UInt64} AS source, '${kind}' AS kind, ${column} AS value, ${measures}
${rowsOf('network')} AND ${column} != '' GROUP BY ${column}`

type Subjects = keyof typeof subjectColumns

/** Distinct subjects of a table: what its records say of their device. Columns that the format never fills are empty. */
function subjectsOf(table: Subjects, filled: ReadonlySet<string>): string {
  const by = ['device', ...subjectColumns[table]].filter((column) => filled.has(column))
  const part = (column: string): string => (filled.has(column) ? column : "''")
  const from = filled.has('device') ? "if(device = '', '', {from:String})" : "''"
  const parts = [part('device'), from, ...subjectColumns[table].map(part)]
  return `SELECT {id:UInt64} AS source, 'subject' AS kind, arrayStringConcat([${parts.join(', ')}], '\\x1F') AS value, ${measures}
${rowsOf(table)} GROUP BY ${by.length > 0 ? by.join(', ') : 'tuple()'}`
}

/**
 * Fills `name` from the rows of a source that the engine parsed. Names that need more than folding are counted in the
 * same pass, go through names/ once each, and are completed.
 */
export async function storeNames(
  engine: Engine,
  id: number,
  /** Columns that the format may fill, by table. */
  filled: ReadonlyMap<EvidenceTable, ReadonlySet<string>>,
  deviceFrom: string,
  limits: QueryLimits,
): Promise<void> {
  const target = rawName('name')
  const met = filled.get('network') ?? new Set()
  const parts = [
    ...(Object.keys(subjectColumns) as Subjects[]).flatMap((table) => {
      const columns = filled.get(table)
      return columns ? [subjectsOf(table, columns)] : []
    }),
    ...nameKinds.filter(([, column]) => met.has(column)).map(([kind, column]) => distinct(kind, column)),
  ]
  if (parts.length === 0) return
  await engine.run(
    `INSERT INTO ${target} (source, kind, value, first, last, rows)\n${parts.join('\nUNION ALL\n')}`,
    { id, from: deviceFrom },
    limits,
  )
  if (!met.has('domain')) return
  const odd = `FROM ${target} WHERE source = {id:UInt64} AND kind = 'domain' AND canonical = '' AND NOT ${plain}`
  const batches = engine.stream<{ value: string; first: number; last: number; rows: number }>(
    `SELECT value, toUnixTimestamp64Micro(first) AS first, toUnixTimestamp64Micro(last) AS last, rows ${odd}`,
    { id },
    limits,
  )
  let some = false
  const writer = openWriter(engine, nameTable, target)
  for await (const batch of batches)
    for (const row of batch) {
      some = true
      await writer.write({
        source: id,
        kind: 'domain',
        ...row,
        canonical: canonicalName(row.value)?.value ?? row.value,
      })
    }
  if (!some) return
  await writer.flush()
  await engine.run(
    `DELETE FROM ${target} WHERE source = {id:UInt64} AND kind = 'domain' AND canonical = '' AND NOT ${plain}`,
    { id },
  )
}

/** Fills `name` from what a parser in TypeScript met: spans by value, by kind. */
export async function storeNameRows(
  ledger: Ledger,
  id: number,
  names: ReadonlyMap<string, ReadonlyMap<string, Readonly<Span>>>,
): Promise<void> {
  const writer = ledger.writer(nameTable)
  for (const [kind, spans] of names)
    for (const [value, span] of spans) {
      const canonical = kind === 'domain' && !isPlainName(value) ? (canonicalName(value)?.value ?? value) : ''
      await writer.write({ source: id, kind, value, canonical, ...span })
    }
}
