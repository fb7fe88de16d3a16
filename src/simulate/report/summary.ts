// Numbers with their intervals, for each generator and for all fleets together.
import type { FleetResult } from '../evaluate.ts'
import {
  averagePrecision,
  overSeeds,
  recallAt,
  recallAtInterval,
  type Scored,
  timeToDetect,
} from '../measure/curves.ts'
import { bootstrapInterval, type Interval, ratePer1000, wilson } from '../measure/intervals.ts'
import { areaOver } from './area.ts'
import { detectedAfter, itemsOf, type Judged, margin } from './claims.ts'
import { scorers } from './scorers.ts'

const day = 86_400

export const budgets = [1, 3.3, 10] as const

/** Below so many fleets a bootstrap over fleets says less than the items themselves. */
const fewestFleets = 6
/** Items drawn in all: keeps the bootstrap of a scorer that reports everything within seconds. */
const mostDrawn = 2e7

export type Share = Interval & { readonly share: number; readonly count: number; readonly of: number }
export type Estimate = { readonly value: number; readonly low: number | null; readonly high: number | null }

export type Preset = {
  readonly budget: number
  readonly recall: Share
  readonly precision: Share
  readonly wrong: { readonly count: number; readonly rate: number; readonly low: number; readonly high: number } | null
}
export type Equal = {
  readonly budget: number
  /** False findings that the budget allows in these device-weeks. 0: too few of them to tell this budget from none. */
  readonly allowed: number
  readonly recall: Share
}

export type ScorerSummary = {
  readonly id: string
  readonly title: string
  readonly items: { readonly attacks: number; readonly wrong: number }
  readonly perDeviceDay: number
  /** With the budget set beforehand; empty for a scorer whose score is no rate. */
  readonly preset: readonly Preset[]
  /** At equal false findings: the threshold is chosen on the same items, for every scorer alike. */
  readonly equal: readonly Equal[]
  readonly averagePrecision: Estimate | null
  /** Over attacks and six-hour windows of devices; a window without a claim ranks last. */
  readonly auroc: Estimate | null
  /** s from the start of the attack, half and nine tenths of all attacks; at the set budget, else at equal false findings. */
  readonly timeToDetect: {
    readonly share: number
    readonly seconds: number | null
    readonly low: number
    readonly high: number | null
  }[]
}

export type Group = {
  readonly name: string
  readonly fleets: number
  readonly deviceWeeks: number
  readonly attacks: number
  readonly scorers: readonly ScorerSummary[]
  /** Of the product, at the set budget. */
  readonly scenarios: readonly (Share & { readonly scenario: string })[]
  readonly ablation: readonly {
    readonly without: string
    readonly preset: Share
    readonly equal: Share
    readonly averagePrecision: number
  }[]
}

const weeksOf = (fleets: readonly FleetResult[]): number =>
  fleets.reduce((sum, { deviceDays }) => sum + deviceDays / 7, 0)

/** A score of −ln(findings by chance in 1,000 device-weeks) within the budget. */
const thresholdOf = (budget: number): number => -Math.log(budget)

/** Over fleets drawn anew where there are enough and they differ; else Wilson's. */
function shareOf(perFleet: readonly { readonly count: number; readonly of: number }[]): Share {
  const count = perFleet.reduce((sum, one) => sum + one.count, 0)
  const of = perFleet.reduce((sum, one) => sum + one.of, 0)
  const share = of === 0 ? 0 : count / of
  const simple = wilson(count, of)
  if (perFleet.length < fewestFleets) return { count, of, share, ...simple }
  const drawn = bootstrapInterval(perFleet, (fleets) => {
    const all = fleets.reduce((sum, one) => sum + one.of, 0)
    return all === 0 ? null : fleets.reduce((sum, one) => sum + one.count, 0) / all
  })
  // fleets that do not differ say nothing of how sure it is
  return { count, of, share, ...(drawn === null || drawn.low === drawn.high ? simple : drawn) }
}

type Pool = {
  readonly fleets: readonly FleetResult[]
  readonly judged: readonly Judged[]
  readonly items: readonly Scored[]
  readonly weeks: number
}

function poolOf(fleets: readonly FleetResult[], of: (fleet: FleetResult) => Judged): Pool {
  const judged = fleets.map(of)
  return { fleets, judged, items: judged.flatMap((one, i) => itemsOf(one, i)), weeks: weeksOf(fleets) }
}

function presetOf({ judged, weeks }: Pool, budget: number): Preset {
  const least = thresholdOf(budget)
  const counts = judged.map(({ attacks, wrong }) => ({
    found: attacks.filter(({ score }) => score >= least).length,
    of: attacks.length,
    wrong: wrong.filter((score) => score >= least).length,
  }))
  const wrong = counts.reduce((sum, one) => sum + one.wrong, 0)
  const rate = ratePer1000(wrong, weeks)
  return {
    budget,
    recall: shareOf(counts.map((one) => ({ count: one.found, of: one.of }))),
    precision: shareOf(counts.map((one) => ({ count: one.found, of: one.found + one.wrong }))),
    wrong: rate && { count: wrong, ...rate },
  }
}

function equalOf(
  { fleets, judged, items, weeks }: Pool,
  budget: number,
): (Equal & { readonly threshold: number }) | null {
  const at = recallAt(items, weeks, budget)
  if (at === null) return null
  // beyond the false findings that are allowed nothing is found, however fleets are drawn: they need not be sorted
  const first = 2 * at.allowed + 2
  const top = judged.flatMap(({ attacks, wrong }, i) =>
    itemsOf({ attacks, wrong: [...wrong].sort((a, b) => b - a).slice(0, first) }, i),
  )
  const interval =
    fleets.length < fewestFleets
      ? null
      : recallAtInterval(top, new Map(fleets.map(({ deviceDays }, i) => [i, deviceDays / 7])), budget)
  const { low, high } = interval === null || interval.low === interval.high ? wilson(at.found, at.positives) : interval
  return {
    budget,
    allowed: at.allowed,
    threshold: at.threshold,
    recall: { count: at.found, of: at.positives, share: at.recall, low, high },
  }
}

const draws = (items: number): { draws: number } => ({
  draws: Math.round(Math.min(2000, Math.max(200, mostDrawn / 10 / Math.max(1, items)))),
})

/** False items below the last attack that has a score change neither recall nor precision where any is gained. */
function thatCount(items: readonly Scored[]): Scored[] {
  const floor = items.reduce(
    (least, one) => (one.truth && one.score > Number.NEGATIVE_INFINITY ? Math.min(least, one.score) : least),
    Number.POSITIVE_INFINITY,
  )
  return items.filter((one) => one.truth || one.score >= floor)
}

function averagePrecisionOf(pool: Pool): Estimate | null {
  const items = thatCount(pool.items)
  const value = averagePrecision(items)
  if (value === null) return null
  const interval = pool.fleets.length < fewestFleets ? null : overSeeds(items, averagePrecision, draws(items.length))
  return { value, low: interval?.low ?? null, high: interval?.high ?? null }
}

function summaryOf(fleets: readonly FleetResult[], scorer: (typeof scorers)[number], budget: number): ScorerSummary {
  const pool = poolOf(fleets, (fleet) => fleet.judged[scorer.id]!)
  const equal = budgets.map((one) => equalOf(pool, one)).filter((one) => one !== null)
  const least = scorer.calibrated ? thresholdOf(budget) : (equalOf(pool, budget)?.threshold ?? Number.POSITIVE_INFINITY)
  const times = pool.judged.flatMap(({ attacks }) => attacks.map((one) => detectedAfter(one, least)))
  const days = fleets.reduce((sum, { deviceDays }) => sum + deviceDays, 0)
  return {
    id: scorer.id,
    title: scorer.title,
    items: {
      attacks: pool.items.filter(({ truth }) => truth).length,
      wrong: pool.items.filter(({ truth }) => !truth).length,
    },
    perDeviceDay: days === 0 ? 0 : fleets.reduce((sum, { claims }) => sum + claims[scorer.id]!, 0) / days,
    preset: scorer.calibrated ? budgetsWith(budget).map((one) => presetOf(pool, one)) : [],
    equal: equal.map(({ threshold: _, ...rest }) => rest),
    averagePrecision: averagePrecisionOf(pool),
    auroc: areaOver(
      fleets.map((fleet) => ({ judged: fleet.judged[scorer.id]!, windows: (fleet.deviceDays * day) / margin })),
      fewestFleets,
    ),
    timeToDetect: [0.5, 0.9].flatMap((share) => {
      const found = timeToDetect(times, share)
      return found === null ? [] : [{ share, ...found }]
    }),
  }
}

/** The three that are reported, and the one that was set. */
export const budgetsWith = (budget: number): number[] => [...new Set([...budgets, budget])].sort((a, b) => a - b)

function scenariosOf(fleets: readonly FleetResult[], budget: number): Group['scenarios'] {
  const found = fleets.flatMap(({ judged }) => judged.codling!.attacks)
  return [...Map.groupBy(found, ({ attack }) => attack.scenario)]
    .map(([scenario, list]) => {
      const count = list.filter(({ score }) => score >= thresholdOf(budget)).length
      return { scenario, count, of: list.length, share: count / list.length, ...wilson(count, list.length) }
    })
    .sort((a, b) => (a.scenario < b.scenario ? -1 : 1))
}

function ablationOf(fleets: readonly FleetResult[], budget: number): Group['ablation'] {
  const names = ['', ...Object.keys(fleets[0]?.without ?? {})]
  if (names.length === 1) return []
  return names.flatMap((without) => {
    const pool = poolOf(fleets, (fleet) => (without === '' ? fleet.judged.codling! : fleet.without[without]!))
    const equal = equalOf(pool, budget)
    if (equal === null) return []
    const preset = presetOf(pool, budget).recall
    return [{ without, preset, equal: equal.recall, averagePrecision: averagePrecision(pool.items) ?? 0 }]
  })
}

/** A group for each generator, and one for all where there are several. */
export function groupsOf(results: readonly FleetResult[], budget: number): Group[] {
  const by = [...Map.groupBy(results, ({ generator }) => generator)]
  const named: [string, readonly FleetResult[]][] = by.length > 1 ? [...by, ['all', results]] : by
  return named.map(([name, fleets]) => ({
    name,
    fleets: fleets.length,
    deviceWeeks: weeksOf(fleets),
    attacks: fleets.reduce((sum, { truth }) => sum + truth.attack, 0),
    scorers: scorers.map((scorer) => summaryOf(fleets, scorer, budget)),
    scenarios: scenariosOf(fleets, budget),
    ablation: ablationOf(fleets, budget),
  }))
}
