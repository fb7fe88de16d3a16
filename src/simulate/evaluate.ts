// Fleets with ground truth through the whole path, one after the other, and what each scorer says of them.
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { defaults } from '../analytics/an1756/params.ts'
import { findSequences, type Observed, type Sequence } from '../analytics/an1756/sequence.ts'
import type { Micros } from '../model/index.ts'
import type { Kept } from './kept.ts'
import { type Ablation, ablations } from './report/ablation.ts'
import { apart, attacksOf, type Judged, judge } from './report/claims.ts'
import { chainClaims, scorers, type Watched } from './report/scorers.ts'
import { simulate } from './simulate.ts'
import type { Generator, Rates, Truth } from './world.ts'

export type EvaluateOptions = {
  readonly generators: readonly Generator[]
  readonly seeds: readonly number[]
  readonly devices: number
  readonly days: number
  readonly start: Micros
  readonly rates: Rates
  /** Findings by chance in 1,000 device-weeks. */
  readonly budget: number
  readonly ablation: boolean
  /** Folder for what is made and read; each fleet is removed before the next. */
  readonly work: string
  /** Where results of fleets are kept, so that a stopped run goes on; null: nowhere. */
  readonly kept: Kept | null
  readonly signal: AbortSignal
  progress?(phase: string, fleet: number, note: string): void
}

/** Reads a fleet that lies in a folder, and tells what the analytic judges. The pipeline's half; see pipeline/evaluate.ts. */
export type Observe = (
  dir: string,
  progress: (phase: string, bytes: number) => void,
) => Promise<{ readonly observed: Observed; readonly names: ReadonlyMap<string, string> }>

/** What one fleet gave. Small: what was observed is not kept. */
export type FleetResult = {
  readonly generator: string
  readonly seed: number
  readonly devices: number
  readonly deviceDays: number
  readonly truth: Readonly<Record<Truth['kind'], number>>
  /** The product would have reported: enough devices and days for a baseline. */
  readonly sufficient: boolean
  readonly seconds: number
  /** By scorer. Of `claims`, before those of one device and window are put together. */
  readonly judged: Readonly<Record<string, Judged>>
  readonly claims: Readonly<Record<string, number>>
  /** By what was left out; empty without ablation. */
  readonly without: Readonly<Record<string, Judged>>
}

/** Judges one fleet. Pure. */
export function judgeFleet(
  fleet: { readonly observed: Observed; readonly names: ReadonlyMap<string, string>; readonly truth: readonly Truth[] },
  budget: number,
  leftOut: readonly Ablation[],
): Pick<FleetResult, 'devices' | 'deviceDays' | 'sufficient' | 'truth' | 'judged' | 'claims' | 'without'> {
  const params = { ...defaults, AlertBudget: budget }
  const attacks = attacksOf(fleet.truth)
  const watched: Watched = { ...fleet, sequence: findSequences(fleet.observed, params) }
  const judged: Record<string, Judged> = {}
  const claims: Record<string, number> = {}
  for (const scorer of scorers) {
    const made = scorer.claims(watched)
    claims[scorer.id] = made.length
    judged[scorer.id] = judge(apart(made), attacks)
  }
  const without: Record<string, Judged> = {}
  for (const { name } of leftOut) {
    const sequence: Sequence = findSequences(fleet.observed, params, new Set([name]))
    without[name] = judge(apart(chainClaims(watched, sequence)), attacks)
  }
  const truth = { attack: 0, decoy: 0, confounder: 0 }
  for (const { kind } of fleet.truth) truth[kind]++
  const { devices, deviceDays, sufficient } = watched.sequence.fleet
  return { devices, deviceDays, sufficient, truth, judged, claims, without }
}

/** Makes, reads and judges every fleet. What it writes is gone afterwards. Throws the reason of `signal`. */
export async function evaluate(options: EvaluateOptions, observe: Observe): Promise<FleetResult[]> {
  const results: FleetResult[] = []
  for (const generator of options.generators)
    for (const seed of options.seeds) {
      options.signal.throwIfAborted()
      const before = options.kept?.get(generator.id, seed)
      if (before) {
        results.push(before)
        continue
      }
      const began = performance.now()
      const dir = await mkdtemp(join(options.work, 'codling-fleet-'))
      const name = `${generator.id} ${seed}`
      const tell = (phase: string, note: string): void => options.progress?.(phase, results.length, `${name}, ${note}`)
      try {
        const { devices, days, start, rates, signal } = options
        await simulate(
          generator,
          { devices, days, seed, start, rates },
          join(dir, 'fleet'),
          (done, of) => tell('Simulating', `${done} of ${of} devices`),
          { mdm: 'webhook', signal },
        )
        await joinDays(join(dir, 'fleet', 'zeek'))
        const { observed, names } = await observe(join(dir, 'fleet'), (phase, bytes) =>
          tell(phase, bytes > 0 ? `${Math.round(bytes / 1e6)} MB` : ''),
        )
        tell('Judging', '')
        const truth = await readTruth(join(dir, 'fleet', 'truth.jsonl'))
        const found = judgeFleet({ observed, names, truth }, options.budget, options.ablation ? ablations : [])
        const result = { generator: generator.id, seed, ...found, seconds: (performance.now() - began) / 1000 }
        options.kept?.put(result)
        results.push(result)
      } finally {
        await rm(dir, { recursive: true, force: true })
      }
    }
  return results
}

async function readTruth(path: string): Promise<Truth[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line) as Truth)
}

/** One file for each of Zeek's logs instead of one a day: a source costs the same however small it is. */
async function joinDays(zeek: string): Promise<void> {
  const days = (await readdir(zeek)).sort()
  for (const day of days) {
    for (const log of await readdir(join(zeek, day))) {
      const part = createReadStream(join(zeek, day, log), { highWaterMark: 1024 ** 2 })
      await pipeline(part, createWriteStream(join(zeek, log), { flags: 'a' }))
    }
    await rm(join(zeek, day), { recursive: true, force: true })
  }
}
