// The distinct values of a source, so that indicators and rarity are worked out once a value and not once a row.
import { type Engine, openWriter, type QueryLimits, rawName } from '../engine/index.ts'
import { name as nameTable } from '../model/index.ts'
import { canonicalName, isPlainName } from '../names/index.ts'
import type { Ledger } from './ledger.ts'
import { type Stored, subjectColumns } from './rows.ts'

/** Names that SQL’s folding has made canonical already: labels of LDH and underscore, the last with a letter in it. */
const plain = "match(value, '^([a-z0-9_-]+[.])*[a-z0-9_-]*[a-z_-][a-z0-9_-]*$')"

const kinds: readonly (readonly [kind: string, column: string])[] = [
  ['ip', 'dst_ip'],
  ['app', 'app'],
  ['process', 'process'],
  ['ja3', 'ja3'],
  ['ja4', 'ja4'],
  ['cert', 'cert_sha1'],
  ['cert', 'cert_sha256'],
]

const distinct = (kind: string, value: string, by: string): string =>
  `SELECT {id:UInt64} AS source, '${kind}' AS kind, ${value} AS value, min(ts) AS first, max(greatest(ts, ts_end)) AS last, count() AS rows
FROM ${rawName('network')} WHERE source = {id:UInt64} AND ${by} != '' GROUP BY ${by}`

/**
 * Distinct subjects of a table: what its records say of their device. Never grouped by `device` alone: chdb 3.4 then gives
 * values of other sources too, from the dictionary that they share.
 */
function subjectsOf(table: 'network' | 'device_event'): string {
  const columns = subjectColumns[table].map((column) => column || "''")
  const by = ['device', ...subjectColumns[table].filter((column) => column !== '')].join(', ')
  const value = `arrayStringConcat([device, if(device = '', '', {from:String}), ${columns.join(', ')}], '\\x1F')`
  return `SELECT {id:UInt64} AS source, 'subject' AS kind, ${value} AS value, min(ts) AS first, max(greatest(ts, ts_end)) AS last, count() AS rows
FROM ${rawName(table)} WHERE source = {id:UInt64} GROUP BY ${by}`
}

/**
 * Fills `name` from the rows of a source that the engine parsed. Names that need more than folding are counted in the
 * same pass, go through names/ once each, and are completed.
 */
export async function storeNames(
  engine: Engine,
  id: number,
  stored: Stored,
  deviceFrom: string,
  limits: QueryLimits,
): Promise<void> {
  const target = rawName('name')
  const subjects = (['network', 'device_event'] as const).filter((table) => stored.rows[table]).map(subjectsOf)
  if (subjects.length === 0) return
  const parts = kinds
    .filter(([, column]) => stored.coverage[`network.${column}`])
    .map(([kind, column]) => distinct(kind, column, column))
  if (stored.coverage['network.domain']) parts.push(distinct('domain', 'domain', 'domain'))
  await engine.run(
    `INSERT INTO ${target} (source, kind, value, first, last, rows)\n${[...subjects, ...parts].join('\nUNION ALL\n')}`,
    { id, from: deviceFrom },
    limits,
  )
  if (!stored.coverage['network.domain']) return
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

/** Fills `name` from what a parser in TypeScript met. Key: kind, NUL, value. */
export async function storeNameRows(
  ledger: Ledger,
  id: number,
  names: ReadonlyMap<string, { first: number; last: number; rows: number }>,
): Promise<void> {
  const writer = ledger.writer(nameTable)
  for (const [key, entry] of names) {
    const [kind, value] = key.split('\u0000') as [string, string]
    const canonical = kind === 'domain' && !isPlainName(value) ? (canonicalName(value)?.value ?? value) : ''
    await writer.write({ source: id, kind, value, canonical, ...entry })
  }
}
