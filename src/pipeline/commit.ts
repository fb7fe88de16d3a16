// The commit of a source, and what keeps the store free of doubles and leftovers.
import { type Engine, rawName } from '../engine/index.ts'
import {
  type EvidenceTable,
  type Format,
  type Problem,
  problem as problemTable,
  type Source,
  tables,
} from '../model/index.ts'
import type { IngestOptions } from './ingested.ts'
import type { Ledger } from './ledger.ts'
import { countProblem, readBack, type Stored } from './rows.ts'
import { statusOf } from './status.ts'

export type KnownSource = {
  readonly id: number
  readonly sha256: string
  readonly bytes: number
  readonly format_version: number
  readonly status: string
  readonly rows: Record<string, number>
  readonly problems: Record<string, number>
}

const evidence = tables.filter((table) => table.role === 'evidence').map((table) => table.name)

/** What makes the same bytes other rows: the device that the operator or the folder gives them. */
const identityOf = (sha256: string, options: Pick<IngestOptions, 'device'>): string =>
  options.device ? `${sha256} device=${options.device.name}` : sha256

/** Committed sources of this format that could be the same bytes (any version of the format), by size or by hash. */
export async function findKnown(
  engine: Engine,
  ledger: Ledger,
  format: Format,
  options: IngestOptions,
  facts: { bytes: number } | { sha256: string },
): Promise<KnownSource[]> {
  const entries = await ledger.entries(format.id)
  if (
    entries &&
    !entries.some((entry) => ('bytes' in facts ? entry.bytes === facts.bytes : entry.sha256.startsWith(facts.sha256)))
  )
    return []
  await ledger.flush()
  const by = 'bytes' in facts ? 'bytes = {bytes:UInt64}' : 'startsWith(sha256, {sha256:String})'
  const rows = await engine.query<KnownSource>(
    `SELECT id, sha256, bytes, format_version, status, rows, problems FROM source_live WHERE format = {format:String} AND ${by}`,
    { format: format.id, ...facts },
  )
  const suffix = identityOf('', options)
  return rows
    .filter((row) => row.sha256.slice(64) === suffix)
    .map((row) => ({ ...row, sha256: row.sha256.slice(0, 64) }))
}

/** Removes the rows of a source that was not committed. */
export async function dropRows(engine: Engine, id: number): Promise<void> {
  for (const name of evidence) await engine.run(`DELETE FROM ${rawName(name)} WHERE source = {id:UInt64}`, { id })
}

/** At the start: removes what a killed run left, and finishes what it had begun after a commit. */
export async function sweep(engine: Engine): Promise<void> {
  for (const name of evidence) {
    const stray = `source NOT IN (SELECT id FROM source)`
    const [row] = await engine.query<{ n: number }>(`SELECT count() AS n FROM ${rawName(name)} WHERE ${stray}`)
    if (row!.n > 0) await engine.run(`DELETE FROM ${rawName(name)} WHERE ${stray}`)
  }
  const open = await engine.query<{ id: number }>(
    "SELECT id FROM source WHERE coverage['widens'] = 1 AND id NOT IN (SELECT source FROM settled)",
  )
  for (const { id } of open) await settle(engine, id)
}

const keyed: readonly EvidenceTable[] = ['network', 'device_event', 'identity_event']

/**
 * Same record in another file: its own key, else the hash of record and device. A device’s own event (an .ips with its
 * incident id) is the same wherever it lies; a network record is the same only for the same device.
 */
const keyOf = (table: EvidenceTable): string =>
  table === 'network'
    ? "if(event_key != '', concat(event_key, ' ', device), toString(sipHash64(raw, device)))"
    : "if(event_key != '', event_key, toString(sipHash64(raw, device)))"

/** Ids of sources of the format, committed or about to be, whose time overlaps what was stored. */
async function findOverlapping(engine: Engine, ledger: Ledger, format: Format, stored: Stored): Promise<number[]> {
  const entries = await ledger.entries(format.id)
  if (entries)
    return entries.flatMap((entry) =>
      entry.last > 0 && entry.last >= stored.first && entry.first <= stored.last ? [entry.id] : [],
    )
  await ledger.flush()
  const rows = await engine.query<{ id: number }>(
    'SELECT id FROM source_live WHERE format = {format:String} AND toUnixTimestamp64Micro(last) >= {first:Int64} AND toUnixTimestamp64Micro(first) <= {last:Int64} AND last > 0',
    { format: format.id, first: stored.first, last: stored.last },
  )
  return rows.map((row) => row.id)
}

/**
 * Removes from the new source what committed sources of its format that overlap it in time hold already. A key that occurs n times
 * there and m times here keeps m − n rows here. Of records with a key of their own the widest (latest end) is kept:
 * where the new one is wider, the older row is removed after the commit (`settle`).
 */
async function dropDoubles(
  engine: Engine,
  ledger: Ledger,
  id: number,
  format: Format,
  stored: Stored,
): Promise<{ widens: boolean; dropped: boolean }> {
  if (stored.last === 0) return { widens: false, dropped: false }
  const overlapping = await findOverlapping(engine, ledger, format, stored)
  if (overlapping.length === 0) return { widens: false, dropped: false }
  await ledger.flush()
  let widens = false
  let dropped = false
  for (const table of keyed) {
    if (!stored.rows[table]) continue
    const raw = rawName(table)
    const key = keyOf(table)
    const others = `source IN (${overlapping.join(', ')}) AND ts BETWEEN fromUnixTimestamp64Micro({first:Int64}) AND fromUnixTimestamp64Micro({last:Int64})`
    const known = `SELECT ${key} AS k, count() AS c, max(ts_end) AS e FROM ${raw} WHERE ${others} GROUP BY k`
    const mine = `SELECT record, event_key != '' AS own, ts_end AS e, ${key} AS k, row_number() OVER (PARTITION BY k ORDER BY ts_end DESC, record) AS n FROM ${raw} WHERE source = {id:UInt64}`
    const params = { id, first: stored.first, last: stored.last }
    const [count] = await engine.query<{ doubles: number; wider: number }>(
      `SELECT countIf(NOT (m.own AND m.e > o.e)) AS doubles, countIf(m.own AND m.e > o.e) AS wider FROM (${mine}) AS m INNER JOIN (${known}) AS o ON m.k = o.k WHERE m.n <= o.c`,
      params,
    )
    if (count!.wider > 0) widens = true
    if (count!.doubles === 0) continue
    dropped = true
    await engine.run(
      `DELETE FROM ${raw} WHERE source = {id:UInt64} AND record IN (SELECT m.record FROM (${mine}) AS m INNER JOIN (${known}) AS o ON m.k = o.k WHERE m.n <= o.c AND NOT (m.own AND m.e > o.e))`,
      params,
    )
  }
  return { widens, dropped }
}

/** Removes older, narrower rows whose key the committed source `id` holds. Can be repeated. */
async function settle(engine: Engine, id: number): Promise<void> {
  for (const table of keyed) {
    const raw = rawName(table)
    const narrower = `source != {id:UInt64} AND event_key != '' AND source IN (SELECT id FROM source) AND ${keyOf(table)} IN (SELECT ${keyOf(table)} FROM ${raw} WHERE source = {id:UInt64} AND event_key != '')`
    if (table === 'network') {
      // their days are worked out anew
      await engine.run(
        `DELETE FROM source_day WHERE source IN (SELECT DISTINCT source FROM ${raw} WHERE ${narrower})`,
        {
          id,
        },
      )
    }
    await engine.run(`DELETE FROM ${raw} WHERE ${narrower}`, { id })
  }
  await engine.run('INSERT INTO settled SELECT {id:UInt64}', { id })
}

export type Commit = {
  readonly source: Source
  readonly format: Format
  readonly id: number
  readonly stored: Stored
  readonly problems: readonly Problem[]
  readonly facts: {
    readonly sha256: string
    readonly headSha256: string
    readonly bytes: number
    readonly lines: number
  }
  readonly options: IngestOptions
  /** Source of the same bytes read by an older version of the format; 0: none. */
  readonly replaces: number
}

/** Hands the row of the source to the ledger: once that is written, its rows count. Returns what is stored in the end. */
export async function commitSource(engine: Engine, ledger: Ledger, commit: Commit): Promise<Stored> {
  const { id, format, options, facts } = commit
  const given = commit.stored
  for (const problem of commit.problems) countProblem(given, problem)
  const { widens, dropped } = await dropDoubles(engine, ledger, id, format, given)
  const stored = dropped
    ? {
        ...(await readBack(engine, id, format.claims, Object.keys(given.rows) as EvidenceTable[])),
        problems: given.problems,
        samples: given.samples,
      }
    : given
  if (stored.samples.length > 0) {
    const writer = ledger.writer(problemTable)
    for (const sample of stored.samples) await writer.write({ source: id, ...sample })
  }
  const rows = Object.values(given.rows).reduce((sum, count) => sum + count, 0)
  await ledger.commit({
    id,
    sha256: identityOf(facts.sha256, options),
    head: facts.headSha256,
    path: commit.source.path,
    format: format.id,
    format_version: format.version,
    status: statusOf(rows, given.problems, facts.bytes),
    rows: stored.rows,
    problems: given.problems,
    coverage: widens ? { ...stored.coverage, widens: 1 } : stored.coverage,
    first: stored.first,
    last: stored.last,
    bytes: facts.bytes,
    lines: facts.lines,
    replaces: commit.replaces,
    device: options.device?.name ?? '',
    device_from: options.device?.from ?? '',
    committed: options.now,
  })
  if (widens) {
    await ledger.flush()
    await settle(engine, id)
  }
  return stored
}
