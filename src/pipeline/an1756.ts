// Runs AN1756 over committed rows: hours → visits → surprises and effects → chains → findings, or leads.
import { an1756 } from '../analytics/an1756/analytic.ts'
import type { Chain } from '../analytics/an1756/chain.ts'
import type { Facts } from '../analytics/an1756/judge.ts'
import { defaults, type Params } from '../analytics/an1756/params.ts'
import { endpointOf } from '../analytics/an1756/place.ts'
import type { Row } from '../analytics/an1756/row.ts'
import { findSequences } from '../analytics/an1756/sequence.ts'
import type { Engine } from '../engine/index.ts'
import type { Blind, Finding } from '../model/index.ts'
import { buildHours, buildVisits, observe } from './sequence.ts'

export type SequenceOptions = {
  readonly params?: Partial<Params>
  /** Findings of AN1700: a chain that ends at a listed destination is critical. */
  readonly indicated: readonly Finding[]
  readonly signal: AbortSignal
}

export type Sequenced = {
  readonly findings: readonly Finding[]
  readonly leads: readonly Finding[]
  readonly blind: readonly Blind[]
}

const nothing: Sequenced = { findings: [], leads: [], blind: [] }

/** What a contact leads to may show for so long: records of this time are its evidence. s */
const contactTime = 3600

/** All that the store holds counts: a baseline is never of one scan alone. `identity` must have been rebuilt. */
export async function runAn1756(engine: Engine, options: SequenceOptions): Promise<Sequenced> {
  const sources = await engine.query<{ id: number; network: number; events: number }>(
    "SELECT id, rows['network'] AS network, rows['device_event'] AS events FROM source_live WHERE network > 0 OR events > 0",
  )
  if (!sources.some(({ network }) => network > 0) || !sources.some(({ events }) => events > 0)) return nothing
  const ids = sources.map(({ id }) => id)
  await buildHours(engine, options.signal)
  await buildVisits(engine, ids, options.signal)
  const params = { ...defaults, ...options.params }
  const sequence = findSequences(await observe(engine, ids), params)
  const { fleet } = sequence
  const told = fleet.sufficient ? sequence.reported : sequence.leads
  const facts: Facts = {
    chain: (number) => told[number] ?? null,
    deviceWeeks: fleet.deviceDays / 7,
    budget: params.AlertBudget,
    sufficient: fleet.sufficient,
    rank: (number) => number + 1,
    indicated: (who, destination) =>
      options.indicated.some(
        ({ device, destination: met }) =>
          met !== null &&
          (who === `device ${device.id}` || who === `label ${device.name}` || who === `address ${device.address}`) &&
          (met.value === destination || met.value.endsWith(`.${destination}`)),
      ),
  }
  const rows = await evidence(engine, told, ids)
  const findings = rows.flatMap((row) => an1756.judge(row, facts) ?? [])
  if (fleet.sufficient) return { ...nothing, findings }
  return {
    findings: [],
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
