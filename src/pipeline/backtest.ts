// What another parameter, or a tuning file, would have done to the findings of a stored history.
import type { Chain } from '../analytics/an1756/chain.ts'
import { idsOf } from '../analytics/an1756/life.ts'
import { defaults, type Params, params } from '../analytics/an1756/params.ts'
import { findSequences, type Sequence } from '../analytics/an1756/sequence.ts'
import { titleOf } from '../analytics/an1756/words.ts'
import { type Engine, openEngine } from '../engine/index.ts'
import { type Micros, UserError } from '../model/index.ts'
import { observeStore, toldBefore } from './an1756.ts'
import type { Backtest, BacktestFinding } from './backtest-contract.ts'
import { isoMicros } from './coverage.ts'
import { rebuildIdentity } from './identity.ts'
import type { TuningRead } from './tuning.ts'

export type BacktestOptions = {
  readonly version: string
  readonly store: string | null
  readonly server: string | null
  readonly set: Partial<Params>
  readonly tuning: TuningRead | null
  readonly tuningFiles: readonly string[]
  /** Effects outside do not count; the baseline is all that the store holds. null: from the first, to the last. */
  readonly from: Micros | null
  readonly to: Micros | null
  readonly signal: AbortSignal
  progress?(phase: string): void
}

const hour = 3600

/** Reads the store and judges it twice. Throws a `UserError` where there is nothing to judge. Findings are not stored. */
export async function backtest(options: BacktestOptions): Promise<Backtest> {
  const engine = await openEngine({ store: options.store, server: options.server, version: options.version })
  try {
    options.progress?.('Reading the history')
    await rebuildIdentity(engine)
    const all = await observeStore(engine, options.signal)
    if (all === null)
      throw new UserError(
        'This store holds nothing that AN1756 could judge.',
        'It needs network telemetry and events of devices (crash reports or answers of a management server); one of them is missing.',
        'Name the store of a scan that read both.',
      )
    const told = await toldBefore(engine)
    const names = await namesOf(engine)
    const days = await daysWithin(engine, options)
    options.signal.throwIfAborted()
    options.progress?.('Judging')
    const changed = { ...defaults, ...options.set }
    const before = findSequences(all.observed, defaults)
    const after = findSequences(all.observed, changed, new Set(), options.tuning?.tuning)
    const ids = {
      before: idsOf(before.chains, told, defaults.CrashCorrelationWindow * hour),
      after: idsOf(after.chains, told, changed.CrashCorrelationWindow * hour),
    }
    const deviceWeeks = all.observed.devices
      .filter(isJudged(all.observed.devices))
      .reduce((sum, { who }) => sum + (days.get(who) ?? 0) / 7, 0)
    const counts = ({ effect }: Chain): boolean =>
      (options.from === null || effect.at * 1e6 >= options.from) &&
      (options.to === null || effect.at * 1e6 <= options.to)
    const compared = compare(before, after, counts)
    const shown = ({ old, fresh }: Pair): BacktestFinding => {
      const chain = old ?? fresh!
      const { surprise, effect } = chain
      return {
        id: (old && ids.before.get(old)) ?? ids.after.get(chain)!,
        device: names.get(chain.who) ?? chain.who.replace(/^(device|label|address) /, ''),
        at: isoMicros(Math.min(surprise.at, effect.at) * 1e6),
        title: titleOf(chain),
        destination: surprise.kind === 'breadth' || surprise.kind === 'generated' ? null : surprise.destination,
        before: old?.expected ?? null,
        after: fresh?.expected ?? null,
      }
    }
    const side = ({ fleet, reported }: Sequence, budget: number): Backtest['before'] => {
      const findings = reported.filter(counts)
      const least = findings.reduce((most, { expected }) => Math.max(most, expected), 0)
      return {
        sufficient: fleet.sufficient,
        findings: findings.length,
        per_1000_device_weeks: deviceWeeks > 0 ? (findings.length / deviceWeeks) * 1000 : 0,
        budget,
        by_chance: (least * deviceWeeks) / (fleet.deviceDays / 7),
      }
    }
    return {
      schema: 'codling.backtest/1',
      codling: { version: options.version },
      analytic: 'AN1756',
      from: options.from === null ? null : isoMicros(options.from),
      to: options.to === null ? null : isoMicros(options.to),
      fleet: { devices: before.fleet.devices, days: before.fleet.days, device_weeks: deviceWeeks },
      changes: (Object.keys(options.set) as (keyof Params)[]).map((name) => ({
        name,
        unit: params[name].unit,
        before: defaults[name],
        after: changed[name],
      })),
      tuning: { files: [...options.tuningFiles], entries: options.tuning?.entries ?? 0 },
      before: side(before, defaults.AlertBudget),
      after: side(after, changed.AlertBudget),
      kept: compared.kept.map(shown),
      gained: compared.gained.map(shown),
      lost: compared.lost.map(shown),
    }
  } finally {
    await engine.close()
  }
}

/** A chain as it is and as it would be; null where it is none on that side. */
type Pair = { readonly old: Chain | null; readonly fresh: Chain | null }

/** The same effect, or the same contact: another window may make another effect the oddest. */
const sameStory = (a: Chain, b: Chain): boolean =>
  a.who === b.who &&
  (a.effect.row === b.effect.row ||
    (a.surprise.kind === b.surprise.kind &&
      a.surprise.destination === b.surprise.destination &&
      a.surprise.at === b.surprise.at))

function compare(
  before: Sequence,
  after: Sequence,
  counts: (chain: Chain) => boolean,
): Record<'kept' | 'gained' | 'lost', Pair[]> {
  const fresh = after.reported.filter(counts)
  const kept: Pair[] = []
  const lost: Pair[] = []
  for (const old of before.reported.filter(counts)) {
    const found = fresh.findIndex((chain) => sameStory(old, chain))
    if (found >= 0) kept.push({ old, fresh: fresh.splice(found, 1)[0]! })
    else lost.push({ old, fresh: after.chains.find((chain) => sameStory(old, chain)) ?? null })
  }
  const gained = fresh.map((chain) => ({
    old: before.chains.find((one) => sameStory(one, chain)) ?? null,
    fresh: chain,
  }))
  return { kept, gained, lost }
}

/** Addresses that nobody has named are no devices, unless there is nothing else (findSequences). */
function isJudged(devices: readonly { readonly who: string }[]): (device: { readonly who: string }) => boolean {
  const isNamed = ({ who }: { readonly who: string }): boolean => !who.startsWith('address ')
  return devices.some(isNamed) ? isNamed : () => true
}

/** Days with network telemetry by device, within the span. */
async function daysWithin(engine: Engine, { from, to }: BacktestOptions): Promise<Map<string, number>> {
  const rows = await engine.query<{ who: string; days: number }>(
    'SELECT who, uniqExact(toDate(hour)) AS days FROM visit WHERE toUnixTimestamp64Micro(hour) > {from:Int64} - 3600000000 AND toUnixTimestamp64Micro(hour) <= {to:Int64} GROUP BY who',
    { from: from ?? 0, to: to ?? Number.MAX_SAFE_INTEGER },
  )
  return new Map(rows.map(({ who, days }) => [who, days]))
}

async function namesOf(engine: Engine): Promise<Map<string, string>> {
  const rows = await engine.query<{ who: string; name: string }>(
    "SELECT concat('device ', i.device) AS who, max(i.name) AS name FROM identity AS i WHERE i.device != '' AND i.name != '' GROUP BY i.device",
  )
  return new Map(rows.map(({ who, name }) => [who, name]))
}
