// Runs AN1700 over committed rows of the sources named: candidates → stretches of validity → query → judge → findings.
import {
  an1700,
  assertions as assertionsSql,
  candidates,
  joinPrevalent,
  urls as urlsSql,
} from '../analytics/an1700/analytic.ts'
import type { Facts, IndicatorFacts, Row } from '../analytics/an1700/row.ts'
import { type Engine, openWriter } from '../engine/index.ts'
import { matchWarninglists, stateAtEvent, type Warninglist } from '../intel/index.ts'
import {
  type Finding,
  finding as findingTable,
  type Micros,
  match as matchTable,
  scanSource as scanSourceTable,
  severityRank,
} from '../model/index.ts'
import { canonicalUrl } from '../names/index.ts'
import { forever } from './identity.ts'

export type AnalyseOptions = {
  readonly now: Micros
  /** Sources that the findings are about. */
  readonly sources: readonly number[]
  /** Contacts outside are left out. Micros. */
  readonly from: Micros
  readonly to: Micros
  /** Days before `valid_from` that a contact still counts; null: all. */
  readonly lookbackDays: number | null
  readonly warninglists: readonly Warninglist[]
  /** Devices and addresses with network telemetry; known when `identity` is there. */
  readonly fleet: number | Promise<number>
}

export type Analysed = { readonly findings: Finding[]; readonly history: Finding[] }

type AssertionRow = {
  readonly id: string
  readonly kind: string
  readonly value: string
  readonly url: string
  readonly feed: string
  readonly families: readonly string[]
  readonly targeted: number
  readonly confidence: number
  readonly valid_from: number
  readonly valid_until: number
  readonly published: number
  readonly state: string
}

/** Findings about the sources named. What a store knows besides of the same device and indicator counts with them. */
export async function runAn1700(engine: Engine, options: AnalyseOptions): Promise<Analysed> {
  const [named, live] = await Promise.all([
    contactsOf(engine, options.sources, options),
    engine.query<{ id: number }>("SELECT id FROM source_live WHERE NOT startsWith(format, 'intel:')"),
  ])
  if (named.rows.length === 0) return { findings: [], history: [] }
  const all = new Set([...options.sources, ...live.map(({ id }) => id)])
  if (all.size === new Set(options.sources).size) return judgeContacts(engine, named, options)
  // a growing log adds a source with each scan: judged alone, its finding would forget what was counted before
  const keyOf = ({ indicator, ended, who }: Row): string => `${indicator} ${ended} ${who}`
  const keys = new Set(named.rows.map(keyOf))
  const whole = await contactsOf(engine, [...all], options)
  return judgeContacts(engine, { ...whole, rows: whole.rows.filter((row) => keys.has(keyOf(row))) }, options)
}

type Contacts = { readonly rows: readonly Row[]; readonly assertions: Assertions }

/** Contacts with indicators in these sources. */
async function contactsOf(engine: Engine, sources: readonly number[], options: AnalyseOptions): Promise<Contacts> {
  const run = Math.floor(Math.random() * 2 ** 48) + 1
  try {
    const writer = openWriter(engine, scanSourceTable, 'scan_source')
    for (const source of sources) await writer.write({ run, source })
    await writer.flush()
    return await findContacts(engine, run, options)
  } finally {
    await Promise.all([
      engine.run('ALTER TABLE scan_source DELETE WHERE run = {run:UInt64}', { run }),
      engine.run('ALTER TABLE match DELETE WHERE run = {run:UInt64}', { run }),
    ])
  }
}

async function findContacts(engine: Engine, run: number, options: AnalyseOptions): Promise<Contacts> {
  await engine.run(
    `INSERT INTO match (run, kind, value, how, indicator, phase)\nSELECT {run:UInt64}, kind, value, how, indicator, 'candidate' FROM (\n${candidates}\n)`,
    { run },
    { seconds: 3600 },
  )
  const met = await engine.query<{ kind: string; value: string; how: string; indicator: string }>(
    'SELECT kind, value, how, indicator FROM match WHERE run = {run:UInt64} ORDER BY kind, value, indicator',
    { run },
  )
  if (met.length === 0) return { rows: [], assertions: new Map() }
  const assertions = await loadAssertions(engine, run)
  const writer = openWriter(engine, matchTable, 'match')
  const writeStretches = async (kind: string, value: string, indicator: string, how: string): Promise<void> => {
    for (const stretch of stretchesOf(assertions.get(indicator) ?? [], options.lookbackDays))
      await writer.write({ run, kind, value, indicator, how, ...stretch })
  }
  for (const row of met) if (row.how !== 'url_only') await writeStretches(row.kind, row.value, row.indicator, row.how)
  const listed = new Set(met.flatMap((row) => (row.how === 'url' || row.how === 'url_only' ? [row.indicator] : [])))
  if (listed.size > 0)
    await matchUrls(engine, run, listed, assertions, (url, indicator) => writeStretches('url', url, indicator, 'url'))
  await writer.flush()
  await options.fleet
  const rows = await engine.query<Row>(an1700.query, { run, from: options.from, to: options.to }, { seconds: 3600 })
  return { rows, assertions }
}

async function judgeContacts(
  engine: Engine,
  { rows, assertions }: Contacts,
  options: AnalyseOptions,
): Promise<Analysed> {
  const fleet = await options.fleet
  const facts = factsOf(assertions, fleet, options)
  const judged = rows.flatMap((row) => {
    const finding = an1700.judge(row, facts)
    return finding ? [{ finding, row }] : []
  })
  const ended = (how: string): Finding[] => judged.flatMap(({ finding, row }) => (row.ended === how ? [finding] : []))
  const marked = await stored(engine, joinPrevalent(ended('revoked'), fleet))
  return {
    findings: bySeverity([...joinPrevalent(ended(''), fleet), ...marked]),
    history: bySeverity(ended('expired')),
  }
}

/** URLs are compared in canonical form whatever their scheme, each as it was written once. */
async function matchUrls(
  engine: Engine,
  run: number,
  listed: ReadonlySet<string>,
  assertions: Assertions,
  add: (url: string, indicator: string) => Promise<void>,
): Promise<void> {
  const keyOf = (url: string): string => url.slice(url.indexOf('://') + 3)
  const byKey = Map.groupBy(listed, (indicator) => keyOf(assertions.get(indicator)?.[0]?.url ?? ''))
  for await (const batch of engine.stream<{ url: string }>(urlsSql, { run }))
    for (const { url } of batch) {
      const canonical = canonicalUrl(url)
      if (canonical !== null) for (const indicator of byKey.get(keyOf(canonical.url)) ?? []) await add(url, indicator)
    }
}

type Assertions = ReadonlyMap<string, readonly AssertionRow[]>

/** All assertions of an indicator; of each feed only what it said last. */
async function loadAssertions(engine: Engine, run: number): Promise<Assertions> {
  const rows = await engine.query<AssertionRow>(assertionsSql, { run })
  const byId = new Map<string, AssertionRow[]>()
  for (const row of rows) {
    const list = byId.get(row.id)
    if (list) list.push(row)
    else byId.set(row.id, [row])
  }
  return byId
}

type Stretch = { readonly phase: string; readonly from: Micros; readonly to: Micros }

const day = 86_400e6

/** Stretches of event time in which the indicator counts, or had ended. Where it does not count there is none. */
export function stretchesOf(assertions: readonly AssertionRow[], lookbackDays: number | null): Stretch[] {
  const edges = new Set([0, forever])
  for (const assertion of assertions) {
    for (const edge of [assertion.valid_from, assertion.valid_until]) if (edge > 0) edges.add(edge)
    if (lookbackDays !== null && assertion.valid_from > 0)
      edges.add(Math.max(0, assertion.valid_from - lookbackDays * day))
  }
  const ordered = [...edges].sort((a, b) => a - b)
  const stretches: Stretch[] = []
  for (let i = 0; i + 1 < ordered.length; i++) {
    const [from, to] = [ordered[i]!, ordered[i + 1]!]
    const state = stateAtEvent(assertions, from, { lookbackDays })
    const phase = state.hit
      ? state.retroactive
        ? 'retroactive'
        : 'valid'
      : state.state_at_event === 'expired' || state.state_at_event === 'revoked'
        ? state.state_at_event
        : null
    if (phase !== null) stretches.push({ phase, from, to })
  }
  return stretches
}

/** A confidence below this is Low on STIX 2.1’s scale (appendix A: None/Low/Med/High; Low is 1–29). */
const suspicion = 30

function factsOf(assertions: Assertions, fleet: number, options: AnalyseOptions): Facts {
  return {
    fleet,
    warnings: (kind, host, url) => matchWarninglists(options.warninglists, { kind, value: host, url }),
    indicator(id, eventTime): IndicatorFacts | null {
      const own = assertions.get(id)
      if (!own || own.length === 0) return null
      const state = stateAtEvent(own, eventTime, { lookbackDays: options.lookbackDays })
      const stated = own.map((assertion) => assertion.confidence).filter((confidence) => confidence >= 0)
      const starts = own.map((assertion) => assertion.valid_from).filter((time) => time > 0)
      const since = own.map((assertion) => assertion.valid_from || assertion.published).filter((time) => time > 0)
      // one assertion without an end leaves the indicator without an end
      const endless = own.some((assertion) => assertion.valid_until === 0)
      return {
        id,
        kind: own[0]!.kind,
        value: own[0]!.value,
        url: own[0]!.url,
        families: [...new Set(own.flatMap((assertion) => assertion.families))].sort(),
        feeds: [...new Set(own.map((assertion) => assertion.feed))].sort(),
        targeted: own.some((assertion) => assertion.targeted === 1),
        statedConfidence: stated.length > 0 ? Math.max(...stated) : null,
        confidence: state.hit ? state.confidence : 20,
        state: state.state_at_event,
        validFrom: starts.length > 0 ? Math.min(...starts) : 0,
        validUntil: endless ? 0 : Math.max(...own.map((assertion) => assertion.valid_until)),
        since: since.length > 0 ? Math.max(...since) : 0,
        aged: state.aged,
        doubtful: stated.length === own.length && stated.every((confidence) => confidence < suspicion),
        retroactive: state.retroactive,
      }
    },
  }
}

/** Those that the store holds: a revoked indicator makes no new finding, it only marks. */
async function stored(engine: Engine, findings: readonly Finding[]): Promise<Finding[]> {
  if (findings.length === 0) return []
  const known = new Set((await engine.query<{ id: string }>('SELECT DISTINCT id FROM finding')).map((row) => row.id))
  return findings.filter((finding) => known.has(finding.id))
}

const nameOf = ({ device, user }: Finding): string => device.name ?? device.id ?? device.address ?? user ?? ''
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Most severe and surest first; then by time, device and destination, so that a reader finds the same order again. */
export const bySeverity = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort(
    (a, b) =>
      severityRank(b.severity) - severityRank(a.severity) ||
      b.score - a.score ||
      compare(a.first_seen, b.first_seen) ||
      compare(nameOf(a), nameOf(b)) ||
      compare(a.destination?.value ?? '', b.destination?.value ?? '') ||
      compare(a.id, b.id),
  )

/** Stores what is new or was judged otherwise, and says which findings the store did not know before. */
export async function storeFindings(engine: Engine, findings: readonly Finding[], now: Micros): Promise<Finding[]> {
  if (findings.length === 0) return []
  const known = new Map<string, { first: number; body: string }>()
  for (const row of await engine.query<{ id: string; first: number; body: string }>(
    'SELECT id, toUnixTimestamp64Micro(min(first_judged)) AS first, argMax(body, judged) AS body FROM finding GROUP BY id',
  ))
    known.set(row.id, row)
  const writer = openWriter(engine, findingTable, 'finding')
  const told: Finding[] = []
  for (const finding of findings) {
    const old = known.get(finding.id)
    const body = JSON.stringify({ ...finding, new: false })
    told.push({ ...finding, new: !old })
    if (old?.body !== body)
      await writer.write({
        id: finding.id,
        analytic: finding.analytic,
        version: finding.version,
        judged: now,
        first_judged: old?.first ?? now,
        severity: finding.severity,
        body,
      })
  }
  await writer.flush()
  return told
}
