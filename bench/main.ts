// npm run bench -- ID [--option N …]: measures, and prints times as ratios to something measured in the same run.
import { parseArgs } from 'node:util'
import { type Bench, benches } from './index.ts'

const usage = (): string =>
  `npm run bench -- ID [--option N …]\n${benches
    .map(
      (bench) =>
        `  ${bench.id.padEnd(8)} ${bench.title}\n           ${Object.entries(bench.options)
          .map(([name, value]) => `--${name} ${value}`)
          .join(' ')}\n`,
    )
    .join('')}`

/** Options of a bench as numbers; null when they are none. */
function read(bench: Bench, args: readonly string[]): Record<string, number> | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: Object.fromEntries(Object.keys(bench.options).map((name) => [name, { type: 'string' as const }])),
    })
    const numbers = Object.fromEntries(
      Object.entries(bench.options).map(([name, usual]) => [name, Number(values[name] ?? usual)]),
    )
    return Object.values(numbers).every((number) => Number.isInteger(number) && number > 0) ? numbers : null
  } catch {
    return null
  }
}

const [id, ...rest] = process.argv.slice(2)
const bench = benches.find((one) => one.id === id)
const options = bench ? read(bench, rest) : null
if (!bench || !options) {
  process.stderr.write(usage())
  process.exitCode = 2
} else process.exitCode = (await bench.run(options)) ? 0 : 1
