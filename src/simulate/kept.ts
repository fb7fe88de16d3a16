// Fleets already judged, on disk: an evaluation of hours goes on where it was stopped.
import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EvaluateOptions, FleetResult } from './evaluate.ts'

export type Kept = {
  /** What an earlier run kept of this fleet, made and judged with the same options; null: nothing that can be read. */
  get(generator: string, seed: number): FleetResult | null
  put(result: FleetResult): void
}

/** Scores of what was never seen are −∞, which JSON does not know. */
const minusInfinity = '-Infinity'
const written = (_: string, value: unknown): unknown => (value === Number.NEGATIVE_INFINITY ? minusInfinity : value)
const readBack = (_: string, value: unknown): unknown => (value === minusInfinity ? Number.NEGATIVE_INFINITY : value)

/**
 * Results of fleets in `dir`, one file each, named after generator, seed and a hash of everything else that they depend on
 * but the code: after a change of generators, formats or analytics take another folder. `dir` is there.
 */
export function keptIn(
  dir: string,
  version: string,
  options: Pick<EvaluateOptions, 'devices' | 'days' | 'start' | 'rates' | 'budget' | 'ablation'>,
): Kept {
  const { devices, days, start, rates, budget, ablation } = options
  const basis = JSON.stringify([version, devices, days, start, Object.entries(rates).sort(), budget, ablation])
  const hash = createHash('sha256').update(basis).digest('hex').slice(0, 12)
  const fileOf = (generator: string, seed: number): string => join(dir, `${generator}-${seed}-${hash}.json`)
  return {
    get(generator, seed) {
      try {
        return JSON.parse(readFileSync(fileOf(generator, seed), 'utf8'), readBack) as FleetResult
      } catch {
        return null
      }
    },
    put(result) {
      const file = fileOf(result.generator, result.seed)
      // whole or not at all: a run may be stopped in the middle of writing
      writeFileSync(`${file}.part`, JSON.stringify(result, written))
      renameSync(`${file}.part`, file)
    },
  }
}
