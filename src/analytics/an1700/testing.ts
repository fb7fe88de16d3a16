// What the tests of AN1700 share: an engine that indicators, telemetry and a run are given to, and rows for the judge.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, openEngine, openWriter, rawName } from '../../engine/index.ts'
import { type FeedIndicator, indicatorId } from '../../intel/index.ts'
import {
  defaultLimits,
  type Finding,
  indicator as indicatorTable,
  name as nameTable,
  network as networkTable,
  scanSource as scanSourceTable,
  source as sourceTable,
  tables,
} from '../../model/index.ts'
import { canonicalName } from '../../names/index.ts'
import { type Analysed, type AnalyseOptions, runAn1700, storeFindings } from '../../pipeline/analyse.ts'
import { rebuildIdentity } from '../../pipeline/identity.ts'
import { ingestSource } from '../../pipeline/ingest.ts'
import { findSources } from '../../sources/index.ts'
import { candidates } from './analytic.ts'
import type { Facts, IndicatorFacts, Row } from './row.ts'

export const day = 86_400e6
/** 2026-09-15T10:00:00Z in µs. */
export const noon = Date.UTC(2026, 8, 15, 10) * 1000

export const indicatorOf = (over: Partial<FeedIndicator>): FeedIndicator => ({
  kind: 'domain',
  match: 'domain',
  value: 'evil.test',
  raw: '',
  url: '',
  feed: 'feed',
  families: [],
  targeted: 0,
  confidence: -1,
  valid_from: 0,
  valid_until: 0,
  published: 0,
  state: 'approved',
  reason: '',
  review: 0,
  record: 1,
  ...over,
})

/** One line of a Zeek dns.log. */
export const dnsLine = (client: string, query: string, at = noon): string =>
  `${JSON.stringify({ ts: at / 1e6, uid: `C${client}${query}${at}`, 'id.orig_h': client, 'id.orig_p': 50000, 'id.resp_h': '10.9.0.1', 'id.resp_p': 53, proto: 'udp', trans_id: 1, query })}\n`

export type Observed = { readonly kind: string; readonly value: string }
export type Bench = {
  readonly engine: Engine
  /** Removes everything. */
  clear(): Promise<void>
  /** Assertions of feeds; `added` in µs orders what a feed says twice. */
  list(indicators: readonly Partial<FeedIndicator>[], added?: number): Promise<void>
  /** Files, read in this order. Gives their sources. */
  read(files: Readonly<Record<string, string>>): Promise<number[]>
  /** Rows of `network` as a format would give them, in a source of their own. */
  rows(rows: readonly Readonly<Record<string, unknown>>[]): Promise<number>
  /** `kind value → kind of indicator, its value and URL` for all values, by candidates.sql alone. */
  matches(observed: readonly Observed[]): Promise<string[]>
  run(sources: readonly number[], options?: Partial<AnalyseOptions>): Promise<Analysed>
  /** As `run`, and stores what was found. */
  keep(sources: readonly number[], options?: Partial<AnalyseOptions>): Promise<Finding[]>
  close(): Promise<void>
}

export async function openBench(): Promise<Bench> {
  const engine = await openEngine({ store: null, version: 'test' })
  const folder = mkdtempSync(join(tmpdir(), 'an1700-'))
  let next = 1
  const commit = async (id: number): Promise<void> => {
    const writer = openWriter(engine, sourceTable, 'source')
    await writer.write({
      id,
      sha256: String(id).padStart(64, '0'),
      head: '',
      path: `rows-${id}`,
      format: 'rows',
      status: 'ok',
      committed: noon,
    })
    await writer.flush()
  }
  const bench: Bench = {
    engine,
    async clear() {
      for (const table of tables)
        await engine.run(`TRUNCATE TABLE ${table.role === 'evidence' ? rawName(table.name) : table.name}`)
    },
    async list(indicators, added = noon) {
      const writer = openWriter(engine, indicatorTable, 'indicator')
      for (const given of indicators) {
        const { record: _, ...row } = indicatorOf(given)
        await writer.write({ ...row, raw: row.value, id: indicatorId(row), added })
      }
      await writer.flush()
    },
    async read(files) {
      const ids: number[] = []
      for (const [name, text] of Object.entries(files)) {
        const path = join(folder, name)
        writeFileSync(path, text)
        for await (const found of findSources(path, defaultLimits)) {
          if (found.kind !== 'source') throw new Error(found.problem.detail)
          const { id } = await ingestSource(engine, found.source, {
            now: noon + 30 * day,
            device: null,
            signal: new AbortController().signal,
          })
          if (id !== null) ids.push(id)
        }
      }
      return [...new Set(ids)]
    },
    async rows(rows) {
      const id = next++
      const network = openWriter(engine, networkTable, rawName('network'))
      const names = openWriter(engine, nameTable, rawName('name'))
      const kinds = {
        domain: 'domain',
        dst_ip: 'ip',
        app: 'app',
        process: 'process',
        ja3: 'ja3',
        ja4: 'ja4',
        cert_sha256: 'cert',
      }
      for (const [i, row] of rows.entries()) {
        await network.write({ source: id, record: i + 1, ts: noon, kind: 'flow', raw: `row ${i + 1}`, ...row })
        for (const [column, kind] of Object.entries(kinds)) {
          const value = row[column]
          if (typeof value === 'string')
            await names.write({
              source: id,
              kind,
              value,
              canonical: kind === 'domain' ? (canonicalName(value)?.value ?? value) : '',
              first: noon,
              last: noon,
              rows: 1,
            })
        }
      }
      await network.flush()
      await names.flush()
      await commit(id)
      return id
    },
    async matches(observed) {
      const id = next++
      const names = openWriter(engine, nameTable, rawName('name'))
      for (const { kind, value } of observed)
        await names.write({
          source: id,
          kind,
          value,
          canonical: kind === 'domain' ? (canonicalName(value)?.value ?? value) : '',
          first: noon,
          last: noon,
          rows: 1,
        })
      await names.flush()
      await commit(id)
      const sources = openWriter(engine, scanSourceTable, 'scan_source')
      await sources.write({ run: id, source: id })
      await sources.flush()
      const met = await engine.query<{ kind: string; value: string; listed: string }>(
        `SELECT m.kind AS kind, m.value AS value, concat(any(i.kind), ' ', any(i.value), ' ', any(i.url)) AS listed FROM (\n${candidates}\n) AS m INNER JOIN indicator AS i ON i.id = m.indicator GROUP BY m.kind, m.value, m.indicator`,
        { run: id },
      )
      return met.map(({ kind, value, listed }) => `${kind} ${value} → ${listed}`).sort()
    },
    async run(sources, options = {}) {
      const { devices, addresses } = await rebuildIdentity(engine)
      return runAn1700(engine, {
        now: noon,
        sources,
        from: 0,
        to: 9e15,
        lookbackDays: null,
        warninglists: [],
        fleet: devices + addresses,
        ...options,
      })
    },
    async keep(sources, options) {
      const { findings } = await bench.run(sources, options)
      return storeFindings(engine, findings, noon)
    },
    async close() {
      await engine.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return bench
}

/** A row of query.sql: one look-up-and-contact of `x.evil.test` by a phone that the map knows, by no known app. */
export const rowOf = (over: Partial<Row> = {}): Row => ({
  indicator: 'i1',
  ended: '',
  who: 'device phone',
  judged_at: noon,
  valid_rows: 1,
  device_id: 'phone',
  device_name: 'phone',
  device_group: '',
  device_how: 'map:ip',
  candidates: 1,
  address: '10.0.0.1',
  user: '',
  raw: 'X.evil.test',
  observed: 'domain',
  value: 'x.evil.test',
  url_rows: 0,
  first: noon,
  last: noon,
  rows: 1,
  contacts: 1,
  kinds: { tls: 1 },
  apps: {},
  processes: {},
  attribution: '',
  blocked: 0,
  user_hits: 0,
  app_hits: 0,
  summaries: 0,
  referrer: '',
  evidence: [['2026-09-15 10:00:00.123456', 'ssl.log', 7, '{}']],
  ...over,
})

export const factsOf = (over: Partial<IndicatorFacts> = {}, more: Partial<Facts> = {}): Facts => ({
  indicator: (id) => ({
    id,
    kind: 'domain',
    value: 'evil.test',
    url: '',
    families: [],
    feeds: ['feed'],
    targeted: false,
    statedConfidence: null,
    confidence: 75,
    state: 'valid',
    validFrom: 0,
    validUntil: 0,
    since: 0,
    aged: false,
    doubtful: false,
    retroactive: false,
    ...over,
  }),
  warnings: () => [],
  fleet: 1,
  ...more,
})
