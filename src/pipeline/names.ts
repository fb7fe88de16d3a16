// The distinct values of a source, so that indicators and rarity are worked out once a value and not once a row.
import { type Engine, openWriter, rawName } from '../engine/index.ts'
import { name as nameTable } from '../model/index.ts'
import { canonicalName } from '../names/index.ts'
import type { Stored } from './rows.ts'

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

const distinct = (kind: string, column: string): string =>
  `SELECT {id:UInt64} AS source, '${kind}' AS kind, ${column} AS value, min(ts) AS first, max(greatest(ts, ts_end)) AS last, count() AS rows
FROM ${rawName('network')} WHERE source = {id:UInt64} AND ${column} != '' GROUP BY ${column}`

/** Fills `name` from the rows of a source that the engine parsed. */
export async function storeNames(engine: Engine, id: number, stored: Stored, deviceFrom: string): Promise<void> {
  if (!stored.rows.network) return
  const target = rawName('name')
  await engine.run(
    `INSERT INTO ${target} (source, kind, value, first, last, rows)
SELECT {id:UInt64}, 'subject', subjectOf(device, if(device = '', '', {from:String}), user, src_ip, src_mac, src_host), min(ts), max(greatest(ts, ts_end)), count()
FROM ${rawName('network')} WHERE source = {id:UInt64} GROUP BY device, user, src_ip, src_mac, src_host`,
    { id, from: deviceFrom },
  )
  for (const [kind, column] of kinds)
    if (stored.coverage[`network.${column}`])
      await engine.run(`INSERT INTO ${target} (source, kind, value, first, last, rows)\n${distinct(kind, column)}`, { id })
  if (!stored.coverage['network.domain']) return
  // one pass over the rows; names that need more than folding go through names/ and are completed afterwards
  await engine.run(`INSERT INTO ${target} (source, kind, value, first, last, rows)\n${distinct('domain', 'domain')}`, { id })
  const odd = `FROM ${target} WHERE source = {id:UInt64} AND kind = 'domain' AND canonical = '' AND NOT ${plain}`
  const [count] = await engine.query<{ n: number }>(`SELECT count() AS n ${odd}`, { id })
  if (count!.n === 0) return
  const writer = openWriter(engine, nameTable, target)
  const batches = engine.stream<{ value: string; first: number; last: number; rows: number }>(
    `SELECT value, toUnixTimestamp64Micro(first) AS first, toUnixTimestamp64Micro(last) AS last, rows ${odd}`,
    { id },
  )
  for await (const batch of batches)
    for (const row of batch) await writer.write({ source: id, kind: 'domain', ...row, canonical: canonicalName(row.value)?.value ?? row.value })
  await writer.flush()
  await engine.run(`DELETE FROM ${target} WHERE source = {id:UInt64} AND kind = 'domain' AND canonical = '' AND NOT ${plain}`, { id })
}

/** Fills `name` from what a parser in TypeScript met. Key: kind, NUL, value. */
export async function storeNameRows(engine: Engine, id: number, names: ReadonlyMap<string, { first: number; last: number; rows: number }>): Promise<void> {
  const writer = openWriter(engine, nameTable, rawName('name'))
  for (const [key, entry] of names) {
    const [kind, value] = key.split('\u0000') as [string, string]
    const canonical = kind === 'domain' ? (canonicalName(value)?.value ?? value) : value
    await writer.write({ source: id, kind, value, canonical: canonical === value ? '' : canonical, ...entry })
  }
  await writer.flush()
}
