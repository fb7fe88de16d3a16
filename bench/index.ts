// The list of benches: one value each.
import { archiveBench } from './archive.ts'
import { formatsBench } from './formats.ts'
import { intelBench } from './intel.ts'
import { manyBench } from './many.ts'
import { scanBench } from './scan.ts'
import { sequenceBench } from './sequence.ts'

export type Bench = {
  readonly id: string
  readonly title: string
  /** Numbers that can be given as `--name N`, with what they are otherwise. */
  readonly options: Readonly<Record<string, number>>
  /** Measures, prints, and says whether the results were right (not whether they were fast). */
  run(options: Readonly<Record<string, number>>): Promise<boolean>
}

export const benches: readonly Bench[] = [scanBench, intelBench, manyBench, sequenceBench, formatsBench, archiveBench]
