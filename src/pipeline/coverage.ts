// What each source held and what it could not show; which analytics were blind and what would help.
import { analytics } from '../analytics/index.ts'
import type { Engine } from '../engine/index.ts'
import type { Blind, EvidenceTable, Format } from '../model/index.ts'
import type { SourceResult } from './contract.ts'
import type { Ingested } from './ingest.ts'

export const isoMicros = (micros: number): string => new Date(Math.floor(micros / 1000)).toISOString()

/** 2007, µs: the first iPhone. What tells of one before has a clock that was not set, or counts from when it was switched on. */
const firstPhone = Date.UTC(2007, 0, 1) * 1000
const unset = 'when it was: it holds times before the first iPhone, so a clock was not set'
const clockWasUnset = ({ stored }: Ingested): boolean => stored.first > 0 && stored.first < firstPhone

/** First and last time of all sources, ISO 8601; null where none holds a time. Sources whose clock was not set do not count beside others. */
export function spanOf(items: readonly Ingested[]): { readonly first: string | null; readonly last: string | null } {
  const timed = items.filter(({ stored }) => stored.first > 0)
  const set = timed.filter((item) => !clockWasUnset(item))
  const those = (set.length > 0 ? set : timed).map(({ stored }) => stored)
  if (those.length === 0) return { first: null, last: null }
  return {
    first: isoMicros(Math.min(...those.map(({ first }) => first))),
    last: isoMicros(Math.max(...those.map(({ last }) => last))),
  }
}

type Gap = { readonly from: string; readonly to: string }

const shown = 20
const minute = 60e6

/**
 * Silences that stand out: between two times of activity, longer than an hour and than five times what 95 of 100 silences
 * of that source last. `slots` are starts of active ten-minute slots in µs, ascending. The longest 20, in order of time.
 */
export function gapsIn(slots: readonly number[], slot = 10 * minute): Gap[] {
  const silences: { from: number; to: number }[] = []
  for (let i = 1; i < slots.length; i++) {
    const from = slots[i - 1]! + slot
    if (slots[i]! > from) silences.push({ from, to: slots[i]! })
  }
  if (silences.length === 0) return []
  const lengths = [
    ...Array<number>(slots.length - 1 - silences.length).fill(0),
    ...silences.map((gap) => gap.to - gap.from),
  ].sort((a, b) => a - b)
  const usual = lengths[Math.floor(0.95 * (lengths.length - 1))]!
  const least = Math.max(60 * minute, 5 * usual)
  return silences
    .filter((gap) => gap.to - gap.from > least)
    .sort((a, b) => b.to - b.from - (a.to - a.from))
    .slice(0, shown)
    .sort((a, b) => a.from - b.from)
    .map((gap) => ({ from: isoMicros(gap.from), to: isoMicros(gap.to) }))
}

/** Sources whose times are asked for at once: 200,000 slots each at most. */
const asked = 50

/** Gaps of sources with network rows, by source. */
export async function findGaps(engine: Engine, sources: readonly number[]): Promise<Map<number, Gap[]>> {
  const gaps = new Map<number, Gap[]>()
  for (let i = 0; i < sources.length; i += asked) {
    const rows = await engine.query<{ source: number; slots: number[] }>(
      'SELECT source, arraySort(groupUniqArray(200000)(toUnixTimestamp(toStartOfInterval(ts, INTERVAL 10 MINUTE)))) AS slots FROM network WHERE source IN ({sources:Array(UInt64)}) GROUP BY source',
      { sources: sources.slice(i, i + asked) },
    )
    for (const row of rows) gaps.set(row.source, gapsIn(row.slots.map((seconds) => seconds * 1e6)))
  }
  return gaps
}

export function sourceResult(item: Ingested, gaps: readonly Gap[]): SourceResult {
  const { stored } = item
  const shares: Record<string, number> = {}
  for (const [key, count] of Object.entries(stored.coverage)) {
    const table = key.split('.')[0]!
    if (stored.rows[table]) shares[key] = Math.round((count / stored.rows[table]) * 1000) / 1000
  }
  return {
    path: item.path,
    format: item.format?.id ?? null,
    status: item.status,
    known: item.known,
    rows: stored.rows,
    problems: stored.problems,
    samples: stored.samples.slice(0, 20),
    first: stored.first > 0 ? isoMicros(stored.first) : null,
    last: stored.last > 0 ? isoMicros(stored.last) : null,
    bytes: item.bytes,
    coverage: {
      shares,
      gaps: [...gaps],
      blind: [...(clockWasUnset(item) ? [unset] : []), ...(item.format ? blindSpots(item.format) : [])],
    },
  }
}

const blindSpots = (format: Format): string[] => [
  ...new Set(Object.values(format.claims).flatMap((claim) => claim?.blind ?? [])),
]

/** Analytics whose needs were not met by what was read. */
export function findBlind(sources: readonly Ingested[], approvedIndicators: number): Blind[] {
  const filled = (table: string, columns: readonly string[] | undefined): boolean => {
    if (table === 'indicator') return approvedIndicators > 0
    return sources.some((source) =>
      columns
        ? columns.some((column) => (source.stored.coverage[`${table}.${column}`] ?? 0) > 0)
        : (source.stored.rows[table as EvidenceTable] ?? 0) > 0,
    )
  }
  const blind = analytics.flatMap((analytic) =>
    analytic.needs
      .filter((need) => !filled(need.table, need.anyOf))
      .map((need) => ({ analytic: analytic.id, ...need.blind })),
  )
  return [...blind, ...partly(sources)]
}

/** Not blind altogether: what the telemetry that was read leaves out for AN1700. */
function partly(sources: readonly Ingested[]): Blind[] {
  const network = sources.filter((source) => (source.stored.rows.network ?? 0) > 0)
  if (network.length === 0) return []
  const has = (column: string): boolean =>
    network.some((source) => (source.stored.coverage[`network.${column}`] ?? 0) > 0)
  const spots: Blind[] = []
  if (!has('app') && !has('process'))
    spots.push({
      analytic: 'AN1700',
      reason: 'No telemetry tells which app or process made a contact.',
      remedy:
        'Collect App Privacy Reports from the devices, or use a per-app VPN or a packet capture with process names.',
    })
  if (!has('domain'))
    spots.push({
      analytic: 'AN1700',
      reason: 'No telemetry holds names, only addresses: indicators that are domains could not match.',
      remedy: 'Add DNS, TLS or proxy logs.',
    })
  const reports = network.every((source) => source.format?.id === 'app-privacy-report')
  if (reports)
    spots.push({
      analytic: 'AN1700',
      reason:
        'App Privacy Reports cover apps of the last seven days, not system services: contacts of an implant outside an app do not appear in them.',
      remedy: 'Add DNS, proxy or sensor logs of the networks that the devices use.',
    })
  return spots
}
