// The tables of an evaluation, as text in cells: terminal, markdown and page draw the same ones.
import type { Interval } from '../measure/intervals.ts'
import type { Evaluation } from './document.ts'
import type { Estimate, Group, ScorerSummary, Share } from './summary.ts'

export type TextTable = {
  readonly id: string
  readonly title: string
  readonly note: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const two = (n: number): string => n.toFixed(2)
const ends = ({ low, high }: Interval, form = two): string => `${form(low)}–${form(high)}`
const share = (s: Share): string => `${two(s.share)} (${ends(s)})`
const estimate = (e: Estimate | null): string =>
  e === null ? '–' : `${two(e.value)}${e.low === null || e.high === null ? '' : ` (${two(e.low)}–${two(e.high)})`}`
const rate = (n: number): string => (n >= 100 ? n.toFixed(0) : n >= 10 ? n.toFixed(1) : two(n))

/** Seconds in the unit that people say. */
export function span(seconds: number | null): string {
  if (seconds === null) return 'never'
  if (seconds < 60) return 'at once'
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`
  return seconds < 2 * 86_400 ? `${(seconds / 3600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} d`
}

const timeOf = (scorer: ScorerSummary, wanted: number): string => {
  const found = scorer.timeToDetect.find((one) => one.share === wanted)
  return found === undefined ? '–' : `${span(found.seconds)} (${span(found.low)}–${span(found.high)})`
}

const sizeOf = ({ name, fleets, deviceWeeks, attacks }: Group): string =>
  `${name}: ${fleets} ${fleets === 1 ? 'fleet' : 'fleets'}, ${Math.round(deviceWeeks).toLocaleString('en-US')} device-weeks, ${attacks} attacks`

function ranking(group: Group): TextTable {
  const equal = group.scorers[0]?.equal ?? []
  return {
    id: `ranking-${group.name}`,
    title: `Product, halves, toys and peers: ${sizeOf(group)}`,
    note: `Recall where each scorer makes as many false findings (${equal
      .map(({ budget, allowed }) => `${budget} per 1,000 device-weeks allow ${allowed} here`)
      .join(', ')}); in brackets 95 % intervals.`,
    head: [
      'scorer',
      'findings a device-day',
      ...equal.map(({ budget }) => `recall at ${budget}`),
      'average precision',
      'AUROC',
    ],
    rows: group.scorers.map((one) => [
      one.title,
      one.perDeviceDay === 0 ? '0' : one.perDeviceDay.toFixed(3),
      ...one.equal.map(({ recall }) => share(recall)),
      estimate(one.averagePrecision),
      estimate(one.auroc),
    ]),
  }
}

function budgeted(evaluation: Evaluation): TextTable {
  const set = evaluation.options.budget
  return {
    id: 'budget',
    title: 'The budget as it was set beforehand, and what came of it',
    note: `Budget and false findings per 1,000 device-weeks (exact intervals after Garwood). Devices that alert at ${set} left the null; other budgets are read off the same run. Time from the start of the attack until half of all attacks are found.`,
    head: ['fleets', 'scorer', 'budget', 'recall', 'false findings', 'precision', 'half found after'],
    rows: evaluation.groups.flatMap((group) =>
      group.scorers.flatMap((one) =>
        one.preset
          .filter(({ budget }) => one.id === 'codling' || budget === set)
          .map(({ budget, recall, precision, wrong }) => [
            group.name,
            one.title,
            String(budget),
            `${recall.count}/${recall.of} ${share(recall)}`,
            wrong === null ? '–' : `${wrong.count}: ${rate(wrong.rate)} (${ends(wrong, rate)})`,
            precision.of === 0 ? '–' : share(precision),
            budget === set ? timeOf(one, 0.5) : '',
          ]),
      ),
    ),
  }
}

const scenarios = ({ groups, options }: Evaluation): TextTable => ({
  id: 'scenarios',
  title: `Attacks found at the budget of ${options.budget}, by scenario`,
  note: 'Intervals after Wilson.',
  head: ['fleets', 'scenario', 'found', 'recall'],
  rows: groups.flatMap((group) =>
    group.scenarios.map((one) => [group.name, one.scenario, `${one.count}/${one.of}`, share(one)]),
  ),
})

function ablation({ groups, options }: Evaluation): TextTable {
  const group = groups.at(-1)
  return {
    id: 'ablation',
    title: `What each part earns: recall at ${options.budget} with it left out (${group ? sizeOf(group) : 'no fleet'})`,
    note: 'Weights of what remains are not fitted anew. Differences within the intervals prove nothing.',
    head: ['left out', 'recall, budget set', 'recall, equal false findings', 'average precision'],
    rows: (group?.ablation ?? []).map((one) => [
      one.without === '' ? 'nothing' : one.without,
      share(one.preset),
      share(one.equal),
      two(one.averagePrecision),
    ]),
  }
}

const fleets = ({ fleets: list }: Evaluation): TextTable => ({
  id: 'fleets',
  title: 'Fleets',
  note: 'Seconds from simulation to judgement, ablation included.',
  head: ['generator', 'seed', 'devices', 'device-days', 'attacks', 'decoys', 'confounders', 'baseline', 'seconds'],
  rows: list.map((one) => [
    one.generator,
    String(one.seed),
    String(one.devices),
    String(one.deviceDays),
    String(one.truth.attack),
    String(one.truth.decoy),
    String(one.truth.confounder),
    one.sufficient ? 'sufficient' : 'insufficient',
    one.seconds.toFixed(0),
  ]),
})

function regular(table: Evaluation['regular'][number]): TextTable {
  const { ahead, surelyAhead, behind, surelyBehind } = table.tally
  const of = table.rows.length
  return {
    id: `regular-${table.days}`,
    title: `Regular contact over ${table.days} ${table.days === 1 ? 'day' : 'days'}: AUROC of channels against harmless mechanisms`,
    note: `Seed ${table.seed}, ${table.channels} channels in each cell, ${table.harmless} harmless pairs of each of five mechanisms (push, mail, analytics, sync, people). Ahead of all peers in ${ahead} of ${of} cells (beyond chance in ${surelyAhead}), behind one in ${behind} (beyond chance in ${surelyBehind}). After the bar: against push keep-alive alone. Regularity was written with sight of these mechanisms, and tried on seed 11; a channel of 8 to 30 minutes whose clock drifts with hardly any jitter passes for a keep-alive.`,
    head: ['interval', 'jitter', 'missed', 'regularity', ...(table.rows[0]?.contests ?? []).map(({ peer }) => peer)],
    rows: table.rows.map(({ cell, auroc, low, high, against, contests }) => [
      span(cell.interval),
      `${cell.jitter * 100} %`,
      `${cell.missed * 100} %`,
      `${two(auroc)} (${ends({ low, high })}) | ${two(against.push)}`,
      ...contests.map((one) => `${two(one.auroc)} | ${two(one.push)}`),
    ]),
  }
}

/** All that have rows. */
export const tablesOf = (evaluation: Evaluation): TextTable[] =>
  [
    budgeted(evaluation),
    ...evaluation.groups.map(ranking),
    scenarios(evaluation),
    ablation(evaluation),
    fleets(evaluation),
    ...evaluation.regular.map(regular),
  ].filter(({ rows }) => rows.length > 0)
