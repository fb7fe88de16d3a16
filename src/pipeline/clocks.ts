// How far the clocks of a store differ: near effects only.
import { queries } from '../analytics/an1756/queries.ts'
import {
  type Clock,
  clockOf,
  clockOfSource,
  deviceClock,
  leastMatches,
  type SkewRow,
} from '../analytics/an1756/skew.ts'
import type { Engine } from '../engine/index.ts'
import type { Micros } from '../model/index.ts'

/** Pairs of clocks that tell of the same contacts. `identity` must be there. */
export async function findSkews(engine: Engine, sources: readonly number[]): Promise<SkewRow[]> {
  const told = await engine.query<{ id: number; format: string }>(
    "SELECT id, format FROM source_live WHERE id IN ({sources:Array(UInt64)}) AND rows['network'] > 0 ORDER BY id",
    { sources },
  )
  const clocks = told.map(({ format }) => clockOf(format))
  // one clock alone cannot be compared with anything
  if (new Set(clocks).size < 2) return []
  return engine.query<SkewRow>(queries.skew, { sources: told.map(({ id }) => id), clocks, least: leastMatches })
}

type Told = {
  readonly id: number | null
  readonly format: string | null
  readonly network: boolean
  readonly last: Micros
}

const minute = 60e6

/**
 * The clock of each source, by its id; null: not estimated. One that nothing can be compared with, but that tells of
 * times after it was read, is ahead by at least that.
 */
export async function clocksOf(
  engine: Engine,
  sources: readonly Told[],
  skews: readonly SkewRow[],
  now: Micros,
): Promise<Map<number, Clock | null>> {
  const owners = await ownersOf(
    engine,
    skews.length === 0
      ? []
      : sources.flatMap(({ id, format }) => (id !== null && clockOf(format ?? '') === deviceClock ? [id] : [])),
  )
  return new Map(
    sources.flatMap(({ id, format, network, last }): [number, Clock | null][] => {
      if (id === null || last <= 0) return []
      const clock = network ? clockOfSource(skews, format ?? '', owners.get(id) ?? '') : null
      const ahead = (last - now) / 1e6
      const future = { against: 'the moment when it was read', ahead, low: ahead, high: ahead, matches: 0 }
      return [[id, clock ?? (last - now > minute ? future : null)]]
    }),
  )
}

/** Devices that reports are about. */
async function ownersOf(engine: Engine, sources: readonly number[]): Promise<Map<number, string>> {
  if (sources.length === 0) return new Map()
  const rows = await engine.query<{ source: number; who: string }>(
    `SELECT h.source AS source, multiIf(i.device != '', concat('device ', i.device), i.name != '', concat('label ', i.name), '') AS who
    FROM (SELECT source, any(value) AS subject, max(name.last) AS at FROM name WHERE kind = 'subject' AND source IN ({sources:Array(UInt64)}) GROUP BY source) AS h
    ASOF LEFT JOIN identity AS i ON i.subject = h.subject AND i.from <= h.at`,
    { sources },
  )
  return new Map(rows.map(({ source, who }) => [source, who]))
}
