// From file to findings against the engine alone, grep and a ten-line script on the same file, in turns.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Bench } from './index.ts'
import { dropLog, type Given, makeLog } from './log.ts'
import { type Measured, run } from './process.ts'
import {
  conclude,
  engineVersion,
  machineOf,
  megabytes,
  printTable,
  type Spread,
  secondsText,
  spreadOf,
} from './report.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
/** The whole command as a user of a clone types it. */
export const codling = (...args: string[]): string[] => [here('../codling'), 'scan', ...args, '--quiet', '--json', '-']

type Way = {
  readonly title: string
  command(given: Given, scratch: string): readonly string[]
  /** What it found, said in words, and whether that is the truth. */
  judge(given: Given, measured: Measured): { readonly said: string; readonly right: boolean }
}

const lines = (given: Given, count: number): { said: string; right: boolean } => ({
  said: `${count} of ${given.hits} lines`,
  right: count === given.hits,
})

const has = (program: string): boolean => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const grep = has('rg') ? 'rg' : 'grep'

const ways: readonly Way[] = [
  {
    title: 'engine alone',
    command: (given, scratch) => [
      process.execPath,
      '--no-warnings',
      here('./bare.ts'),
      given.log,
      join(scratch, 'bare'),
    ],
    judge(given, measured) {
      const { insert, rows } = JSON.parse(measured.stdout) as { insert: number; rows: number }
      return { said: `${rows} rows, INSERT ${insert.toFixed(2)} s`, right: rows === given.events }
    },
  },
  {
    title: 'codling scan',
    command: (given) => codling(given.log, '--intel', given.indicators),
    judge(given, measured) {
      const result = JSON.parse(measured.stdout) as {
        findings: { indicator: { value: string }; device: { address: string }; count: number }[]
      }
      const found = result.findings.map((finding) => `${finding.indicator.value} ${finding.device.address}`).sort()
      const contacts = result.findings.reduce((sum, finding) => sum + finding.count, 0)
      return {
        said: `${found.length} of ${given.contacts.length} findings, ${contacts} of ${given.hits} lines`,
        right: contacts === given.hits && found.join('\n') === given.contacts.join('\n'),
      }
    },
  },
  {
    title: `${grep} -F -f`,
    command: (given) => [grep, '-c', '-F', '-f', given.indicators, given.log],
    judge: (given, measured) => lines(given, Number(measured.stdout)),
  },
  {
    title: 'script with a set',
    command: (given) => [process.execPath, '--no-warnings', here('./set.ts'), given.log, given.indicators],
    judge: (given, measured) => lines(given, Number(measured.stdout)),
  },
]

export const scanBench: Bench = {
  id: 'scan',
  title: 'file to findings: a Zeek DNS log and a list of indicators, against the engine alone',
  options: { events: 1_000_000, indicators: 100_000, runs: 3 },
  async run({ events, indicators, runs }) {
    const given = await makeLog(events!, indicators!)
    console.log(
      `${given.events} events, ${(given.bytes / given.events).toFixed(0)} bytes a line; ${indicators} indicators, ${given.contacts.length} contacts to find on ${given.hits} lines; ${runs} rounds\n`,
    )
    const measured = ways.map(() => [] as Measured[])
    const verdicts = ways.map(() => ({ said: '', right: true }))
    try {
      for (let round = 0; round < runs!; round++)
        for (const [index, way] of ways.entries()) {
          const scratch = mkdtempSync(join(tmpdir(), 'codling-bench-run-'))
          try {
            const one = await run(way.command(given, scratch))
            measured[index]!.push(one)
            const verdict = way.judge(given, one)
            verdicts[index] = { said: verdict.said, right: verdict.right && verdicts[index]!.right }
          } finally {
            rmSync(scratch, { recursive: true, force: true })
          }
        }
    } finally {
      // 2 GB and more are not left lying about
      if (given.bytes > 2e9) dropLog(given)
    }
    return tell(given, measured, verdicts)
  },
}

/** Each round's own ratio to the engine alone: the machine may be busier in one round than in another. */
const ratiosOf = (measured: readonly (readonly Measured[])[], index: number, key: 'wall' | 'cpu'): Spread =>
  spreadOf(measured[index]!.map((one, round) => one[key] / measured[0]![round]![key]))

function tell(
  given: Given,
  measured: readonly (readonly Measured[])[],
  verdicts: readonly { said: string; right: boolean }[],
): boolean {
  const rows = ways.map((way, index) => {
    const own = measured[index]!
    const memories = own.flatMap((one) => (one.memory === null ? [] : [one.memory]))
    return {
      way: way.title,
      wall: spreadOf(own.map((one) => one.wall)),
      ratio: ratiosOf(measured, index, 'wall'),
      cpu: spreadOf(own.map((one) => one.cpu)),
      cpuRatio: ratiosOf(measured, index, 'cpu'),
      memory: memories.length > 0 ? Math.max(...memories) : null,
      ...verdicts[index]!,
    }
  })
  printTable(
    ['', 'wall', 'ratio', 'CPU', 'ratio', 'memory', 'right', 'found'],
    rows.map((row) => [
      row.way,
      secondsText(row.wall),
      row.ratio.median.toFixed(2),
      secondsText(row.cpu),
      row.cpuRatio.median.toFixed(2),
      megabytes(row.memory),
      row.right ? 'yes' : 'no',
      row.said,
    ]),
  )
  const own = rows[1]!
  conclude(
    'scan',
    machineOf(engineVersion()),
    {
      given: { ...given, contacts: given.contacts.length },
      rows,
      rounds: measured.map((list) => list.map(({ wall, cpu, memory }) => ({ wall, cpu, memory }))),
    },
    `${given.events} events: ${own.wall.median.toFixed(2)} s, ${own.ratio.median.toFixed(2)} × the engine alone, ${megabytes(own.memory)}`,
  )
  return own.right
}
