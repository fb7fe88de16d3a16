// The result of an evaluation as one value: what the command prints, and what the page and the tables are made of.
import { cpus, totalmem } from 'node:os'
import type { EvaluateOptions, FleetResult } from '../evaluate.ts'
import { type RegularTable, tally } from './contact.ts'
import { scorers } from './scorers.ts'
import { type Group, groupsOf } from './summary.ts'

export type Evaluation = {
  readonly schema: 'codling.evaluate/1'
  readonly codling: { readonly version: string }
  readonly options: {
    readonly generators: readonly { readonly id: string; readonly title: string }[]
    readonly seeds: readonly number[]
    readonly devices: number
    readonly days: number
    readonly budget: number
    readonly rates: EvaluateOptions['rates']
  }
  /** What it ran on: processors, and memory in bytes. */
  readonly machine: { readonly processors: number; readonly memory: number }
  readonly notes: readonly string[]
  readonly scorers: readonly { readonly id: string; readonly title: string; readonly means: string }[]
  readonly fleets: readonly (Omit<FleetResult, 'judged' | 'without' | 'claims'> & {
    readonly findingsPerDeviceDay: Readonly<Record<string, number>>
  })[]
  readonly groups: readonly Group[]
  /** Every attack with the product's best chain: findings as odd that chance brings in 1,000 device-weeks. Null: no chain. */
  readonly attacks: readonly {
    readonly generator: string
    readonly seed: number
    readonly id: string
    readonly scenario: string
    readonly device: string
    readonly expected: number | null
  }[]
  readonly regular: readonly (RegularTable & { readonly tally: ReturnType<typeof tally> })[]
}

type Given = Pick<EvaluateOptions, 'generators' | 'seeds' | 'devices' | 'days' | 'budget' | 'rates'>

const notes = [
  'Simulated fleets flatter whoever made them. The generators fleet, agents and processes have different mechanisms; agents and processes were written without sight of the detector.',
  'A finding counts as true when its device was attacked and all it rests on lies within six hours of the attack; for every scorer alike, which flatters those that claim much. Each attack counts once.',
  'Per device and six hours one finding counts, the most suspicious. AUROC is over attacks and six-hour windows of devices; a window without a finding ranks last, so that it says little about budgets anybody would set.',
  'Of Zeek’s logs, crash and system reports and answers to device management all is read, through the real formats; App Privacy Reports are left out, and the logs of all days are joined into one file each.',
  'Peers see contacts by the minute and the mean size of a pair’s first day as the size of each: an approximation, as single contacts are not kept. Destinations that many devices know are not shown to them, in their favour.',
  'Time to detect is when surprise and effect are both there; the rank of a finding rests on what the device did at the name in the day that follows, until then it is provisional.',
]

export function documentOf(
  version: string,
  options: Given,
  results: readonly FleetResult[],
  regular: readonly RegularTable[],
): Evaluation {
  const groups = groupsOf(results, options.budget)
  const few = results.some(({ sufficient }) => !sufficient)
  const { seeds, devices, days, budget, rates } = options
  return {
    schema: 'codling.evaluate/1',
    codling: { version },
    options: {
      generators: options.generators.map(({ id, title }) => ({ id, title })),
      seeds,
      devices,
      days,
      budget,
      rates,
    },
    machine: { processors: cpus().length, memory: totalmem() },
    notes: few
      ? [
          ...notes,
          'Some fleets are too small or too short for a baseline: the product would report nothing there, only leads.',
        ]
      : notes,
    scorers: scorers.map(({ id, title, means }) => ({ id, title, means })),
    fleets: results.map(({ judged: _, without: __, claims, ...rest }) => ({
      ...rest,
      findingsPerDeviceDay: Object.fromEntries(
        Object.entries(claims).map(([id, count]) => [id, rest.deviceDays === 0 ? 0 : count / rest.deviceDays]),
      ),
    })),
    groups,
    attacks: results.flatMap(({ generator, seed, judged }) =>
      judged.codling!.attacks.map(({ attack, score }) => ({
        generator,
        seed,
        id: attack.id,
        scenario: attack.scenario,
        device: attack.device,
        expected: score === Number.NEGATIVE_INFINITY ? null : Math.exp(-score),
      })),
    ),
    regular: regular.map((table) => ({ ...table, tally: tally(table) })),
  }
}
