// What a bench prints: the machine, a table, and the same as a Markdown line.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type Spread = { readonly median: number; readonly min: number; readonly max: number }

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return {
    median: sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2,
    min: sorted[0]!,
    max: sorted.at(-1)!,
  }
}

export const secondsText = (spread: Spread): string =>
  spread.min === spread.max
    ? `${spread.median.toFixed(2)} s`
    : `${spread.median.toFixed(2)} s (${spread.min.toFixed(2)}–${spread.max.toFixed(2)})`

export const megabytes = (bytes: number | null): string =>
  bytes === null ? 'not told' : `${Math.round(bytes / 1024 ** 2)} MB`

export type Machine = {
  readonly cpu: string
  readonly cores: number
  readonly memory: string
  readonly system: string
  readonly node: string
  readonly engine: string
}

/** The machine that this runs on. `engine`: version that the engine states of itself. */
export function machineOf(engine: string): Machine {
  const all = cpus()
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memory: `${Math.round(totalmem() / 1024 ** 3)} GB`,
    system: `${process.platform} ${release()}`,
    node: process.version,
    engine,
  }
}

/** Asks the embedded engine for its version, in a process of its own. */
export const engineVersion = (): string =>
  execFileSync(
    process.execPath,
    [
      '--no-warnings',
      '--input-type=module',
      '-e',
      "import { query } from 'chdb'; console.log(String(query('SELECT version()', 'TSV')).trim())",
    ],
    { encoding: 'utf8' },
  ).trim()

export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
  console.log(line(head))
  console.log(widths.map((width) => '─'.repeat(width)).join('  '))
  for (const row of rows) console.log(line(row))
}

const results = fileURLToPath(new URL('./results/', import.meta.url))

/** Prints the machine and the Markdown line, and keeps everything that was measured in bench/results/. */
export function conclude(bench: string, machine: Machine, measured: unknown, markdown: string): void {
  const when = new Date().toISOString()
  console.log(
    `\n${machine.cpu}, ${machine.cores} cores, ${machine.memory}, ${machine.system}; Node ${machine.node}, ClickHouse ${machine.engine}`,
  )
  console.log(
    `\nFor docs/benchmarks.md:\n| ${when.slice(0, 10)} | ${bench} | ${machine.cpu}, ${machine.cores} cores | ${markdown} |`,
  )
  mkdirSync(results, { recursive: true })
  const file = join(results, `${bench.replaceAll(' ', '-')}-${when.replaceAll(/[:.]/g, '-')}.json`)
  writeFileSync(file, `${JSON.stringify({ bench, when, machine, measured }, null, 1)}\n`)
  console.log(`\nAll numbers: ${file}`)
}
