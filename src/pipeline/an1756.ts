// Runs AN1756 over committed rows: hours → visits → surprises and effects → chains → findings, or leads.
import { type HeardRow, openAbsence } from '../analytics/an1756/absence.ts'
import { an1756 } from '../analytics/an1756/analytic.ts'
import { openBaseline } from '../analytics/an1756/baseline.ts'
import type { Chain } from '../analytics/an1756/chain.ts'
import type { Facts } from '../analytics/an1756/judge.ts'
import { idsOf, isAbout, type Known, type Present, type Told, withdraw } from '../analytics/an1756/life.ts'
import { defaults, type Params } from '../analytics/an1756/params.ts'
import { endpointOf } from '../analytics/an1756/place.ts'
import { queries } from '../analytics/an1756/queries.ts'
import type { Row } from '../analytics/an1756/row.ts'
import { findSequences, type Observed } from '../analytics/an1756/sequence.ts'
import { type SkewRow, skewsAt, tolerancesOf } from '../analytics/an1756/skew.ts'
import type { Tuning } from '../analytics/an1756/tuning/tuning.ts'
import type { Engine } from '../engine/index.ts'
import type { Blind, Finding } from '../model/index.ts'
import { findSkews } from './clocks.ts'
import { buildHours, buildVisits, observe } from './sequence.ts'

export type SequenceOptions = {
  readonly params?: Partial<Params>
  /** What makes no surprise; else what ships. */
  readonly tuning?: Tuning | undefined
  /** Findings of AN1700: a chain that ends at a listed destination is critical. */
  readonly indicated: readonly Finding[]
  readonly signal: AbortSignal
}

export type Sequenced = {
  readonly findings: readonly Finding[]
  /** Told by an earlier scan of this store, and no finding any more. */
  readonly withdrawn: readonly Finding[]
  readonly leads: readonly Finding[]
  readonly blind: readonly Blind[]
  /** Clocks of the store’s sources that could be compared. */
  readonly skews: readonly SkewRow[]
}

const nothing: Sequenced = { findings: [], withdrawn: [], leads: [], blind: [], skews: [] }

const hour = 3600

/** What a contact leads to may show for so long: records of this time are its evidence. s */
const contactTime = hour

/** All that the store holds counts: a baseline is never of one scan alone. `identity` must have been rebuilt. */
export async function runAn1756(engine: Engine, options: SequenceOptions): Promise<Sequenced> {
  const all = await observeStore(engine, options.signal)
  if (all === null) return nothing
  const { ids, observed, skews } = all
  const params = { ...defaults, ...options.params }
  const sequence = findSequences(observed, params, new Set(), options.tuning)
  const { fleet } = sequence
  const told = fleet.sufficient ? sequence.reported : sequence.leads
  const before = await toldBefore(engine)
  const window = params.CrashCorrelationWindow * hour
  const idOf = idsOf(fleet.sufficient ? sequence.chains : told, before, window)
  const baselineOf = fleet.sufficient ? openBaseline(observed, sequence, params.ProtocolAnomalyThreshold) : () => null
  const absenceOf =
    sequence.reported.length > 0
      ? openAbsence(
          await engine.query<HeardRow>(queries.heard, { sources: ids }),
          fleet.deviceDays,
          params.TrafficDeviationThreshold,
        )
      : () => null
  const facts: Facts = {
    chain: (number) => told[number] ?? null,
    id: (number) => idOf.get(told[number]!)!,
    baseline: (number) => baselineOf(told[number]!),
    absence: (number) => absenceOf(told[number]!),
    skews: (who) => skewsAt(skews, who),
    deviceWeeks: fleet.deviceDays / 7,
    budget: params.AlertBudget,
    sufficient: fleet.sufficient,
    rank: (number) => number + 1,
    indicated: (who, destination) =>
      options.indicated.some(
        ({ device, destination: met }) =>
          met !== null && isAbout(who, device) && (met.value === destination || met.value.endsWith(`.${destination}`)),
      ),
  }
  const rows = await evidence(engine, told, ids)
  const findings = rows.flatMap((row) => an1756.judge(row, facts) ?? [])
  const present = { sequence, ids: idOf, reported: sequence.reported, window, tuning: options.tuning }
  const withdrawn = await noLonger(engine, before, findings, present)
  if (fleet.sufficient) return { ...nothing, findings, withdrawn, skews }
  return {
    findings: [],
    withdrawn,
    skews,
    leads: findings,
    blind: [
      {
        analytic: 'AN1756',
        reason: `Insufficient baseline: ${fleet.devices} device${fleet.devices === 1 ? '' : 's'} and ${fleet.days} day${fleet.days === 1 ? '' : 's'} of network telemetry, where ${params.MinimumFleet} devices and ${params.MinimumHistory} days are needed to tell chance from chain. Chains are ranked as leads.`,
        remedy: 'Keep a store (--store DIR) and add the telemetry of more devices and days to it.',
      },
    ],
  }
}

/**
 * What is judged: all that the store holds, and the sources it comes from; null: no network telemetry, or no events of
 * devices. `identity` must have been rebuilt.
 */
export async function observeStore(
  engine: Engine,
  signal: AbortSignal,
): Promise<{
  readonly ids: readonly number[]
  readonly observed: Observed
  readonly skews: readonly SkewRow[]
} | null> {
  const sources = await engine.query<{ id: number; network: number; events: number }>(
    "SELECT id, rows['network'] AS network, rows['device_event'] AS events FROM source_live WHERE network > 0 OR events > 0",
  )
  if (!sources.some(({ network }) => network > 0) || !sources.some(({ events }) => events > 0)) return null
  const ids = sources.map(({ id }) => id)
  await buildHours(engine, signal)
  await buildVisits(engine, ids, signal)
  const skews = await findSkews(engine, ids)
  const observed = await observe(engine, ids)
  const devices = observed.devices.map(({ who }) => who)
  return { ids, observed: { ...observed, tolerances: tolerancesOf(skews, devices) }, skews }
}

/** Findings of AN1756 as the store told them last. */
export async function toldBefore(engine: Engine): Promise<Told[]> {
  const rows = await engine.query<{ body: string }>(
    "SELECT argMax(body, judged) AS body FROM finding WHERE analytic = 'AN1756' GROUP BY id ORDER BY id",
  )
  return rows.map(({ body }) => JSON.parse(body) as Told)
}

/** What was told before and is not among the findings of now: never gone without a word. */
async function noLonger(
  engine: Engine,
  before: readonly Told[],
  findings: readonly Finding[],
  present: Omit<Present, 'known'>,
): Promise<Told[]> {
  const now = new Set(present.sequence.fleet.sufficient ? findings.map(({ id }) => id) : [])
  const gone = before.filter(({ id }) => !now.has(id))
  if (gone.length === 0) return []
  const known = await engine.query<Known>(queries.known, {
    destinations: [...new Set(gone.flatMap(({ destination }) => destination?.value ?? []))],
    whos: gone.flatMap(({ device }) => [`device ${device.id}`, `label ${device.name}`, `address ${device.address}`]),
  })
  return gone.map((told) => withdraw(told, { ...present, known }))
}

/** Whose chains they are, and the records that show them. */
async function evidence(engine: Engine, chains: readonly Chain[], sources: readonly number[]): Promise<Row[]> {
  if (chains.length === 0) return []
  // an internal service is asked for by its address: the port is part of the destination only
  const placeOf = ({ surprise }: Chain): string =>
    surprise.class === 'internal' ? endpointOf(surprise.destination).host : surprise.destination
  return engine.query<Row>(an1756.query, {
    numbers: chains.map((_, number) => number),
    whos: chains.map(({ who }) => who),
    destinations: chains.map(placeOf),
    from: chains.map(({ surprise }) => surprise.at),
    to: chains.map(({ surprise }) => surprise.at + contactTime),
    events: chains.map(({ effect }) => effect.row.source),
    records: chains.map(({ effect }) => effect.row.record),
    sources,
  })
}
