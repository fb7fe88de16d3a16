// npm run fuzz [-- --format ID] [--seed S] [--inputs N] [--only N]: bad bytes for every parser written in TypeScript.
import { parseArgs } from 'node:util'
import { subjects } from '../tests/fuzz/subjects.ts'
import { type Report, watch } from '../tests/fuzz/watch.ts'

const usage = `npm run fuzz [-- --format ID] [--seed S] [--inputs N] [--only N]
  --format ID   one of ${subjects.map(({ id }) => id).join(' ')}
  --seed S      the same seed makes the same inputs (default 1)
  --inputs N    how many for each (default 10000)
  --only N      that input alone, as a failure names it\n`

const megabytes = (bytes: number | undefined): string =>
  bytes === undefined ? 'ended' : `${bytes < 0 ? '' : '+'}${(bytes / 1024 ** 2).toFixed(1)} MB`

function tell({ subject, inputs, seconds, rows, problems, slowest, growth, failures }: Report): void {
  const cells = [
    `${inputs} inputs`.padStart(13),
    `${seconds.toFixed(1)} s`.padStart(8),
    `${rows} rows`.padStart(15),
    `${problems} problems`.padStart(17),
    `slowest ${slowest.ms.toFixed(0)} ms (${slowest.input})`.padStart(25),
    `heap ${megabytes(growth?.heap)}, RSS ${megabytes(growth?.rss)}`,
  ]
  console.log(`${failures.length === 0 ? '✓' : '✗'} ${subject.padEnd(24)} ${cells.join(' ')}`)
  for (const { input, why } of failures.slice(0, 10)) console.log(`  input ${input}: ${why}`)
  if (failures.length > 10) console.log(`  and ${failures.length - 10} more`)
}

/** A whole number from 0, or null. */
const numberOf = (text: string | undefined, usual: number): number | null =>
  text === undefined ? usual : /^\d{1,9}$/.test(text) ? Number(text) : null

async function main(args: string[]): Promise<number> {
  let values: { format?: string; seed?: string; inputs?: string; only?: string }
  try {
    const option = { type: 'string' } as const
    values = parseArgs({ args, options: { format: option, seed: option, inputs: option, only: option } }).values
  } catch {
    process.stderr.write(usage)
    return 2
  }
  const [seed, inputs, only] = [
    numberOf(values.seed, 1),
    numberOf(values.inputs, 10_000),
    numberOf(values.only, Number.NaN),
  ]
  const chosen = subjects.filter(({ id }) => values.format === undefined || id === values.format)
  if (seed === null || !inputs || only === null || chosen.length === 0) {
    process.stderr.write(usage)
    return 2
  }
  const range = Number.isNaN(only) ? { from: 0, to: inputs } : { from: only, to: only + 1 }
  console.log(`seed ${seed}, inputs ${range.from} to ${range.to - 1} for each of ${chosen.length}`)
  let failures = 0
  // a process for each: what one keeps is not counted against another
  for (const subject of chosen) {
    const [report] = await watch([subject], { seed, ...range })
    tell(report!)
    failures += report!.failures.length
  }
  console.log(`${failures} failures`)
  return failures > 0 ? 1 : 0
}

process.exitCode = await main(process.argv.slice(2))
