// How long indicators take to load: a scan of a tiny log with them, less the same scan with one indicator.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench } from './index.ts'
import { makeIndicators } from './log.ts'
import { type Measured, run } from './process.ts'
import { conclude, engineVersion, machineOf, megabytes, printTable, secondsText, spreadOf } from './report.ts'
import { codling } from './scan.ts'

const tiny =
  '{"ts":1789990000.5,"uid":"C1","id.orig_h":"10.0.0.9","id.orig_p":50000,"id.resp_h":"10.0.0.53","id.resp_p":53,"proto":"udp","trans_id":7,"query":"www.apple.com","qtype_name":"A","rcode_name":"NOERROR","answers":["17.1.1.1"]}\n'

export const intelBench: Bench = {
  id: 'intel',
  title: 'loading indicators: a scan of one event with N of them, less the same scan with one',
  options: { indicators: 1_500_000, runs: 3 },
  async run({ indicators, runs }) {
    const folder = mkdtempSync(join(tmpdir(), 'codling-bench-run-'))
    try {
      const log = join(folder, 'dns.log')
      writeFileSync(log, tiny)
      const all = await makeIndicators(join(folder, 'all'), indicators!)
      const one = await makeIndicators(join(folder, 'one'), 1)
      const rounds: { few: Measured; many: Measured }[] = []
      let right = true
      for (let round = 0; round < runs!; round++) {
        const few = await run(codling(log, '--intel', one))
        const many = await run(codling(log, '--intel', all))
        rounds.push({ few, many })
        const { totals } = JSON.parse(many.stdout) as {
          totals: { indicators: { loaded: number; review: number; rejected: number } }
        }
        right &&= totals.indicators.loaded === indicators
      }
      const rows = [
        {
          way: 'scan with 1 indicator',
          wall: spreadOf(rounds.map(({ few }) => few.wall)),
          cpu: spreadOf(rounds.map(({ few }) => few.cpu)),
          memory: Math.max(...rounds.map(({ few }) => few.memory ?? 0)),
        },
        {
          way: `scan with ${indicators}`,
          wall: spreadOf(rounds.map(({ many }) => many.wall)),
          cpu: spreadOf(rounds.map(({ many }) => many.cpu)),
          memory: Math.max(...rounds.map(({ many }) => many.memory ?? 0)),
        },
        {
          way: 'difference: loading',
          wall: spreadOf(rounds.map(({ few, many }) => many.wall - few.wall)),
          cpu: spreadOf(rounds.map(({ few, many }) => many.cpu - few.cpu)),
          memory: null,
        },
      ]
      printTable(
        ['', 'wall', 'CPU', 'memory'],
        rows.map((row) => [
          row.way,
          secondsText(row.wall),
          secondsText(row.cpu),
          row.memory === null ? '' : megabytes(row.memory || null),
        ]),
      )
      console.log(right ? '\nAll were loaded.' : '\nWRONG: not all were loaded.')
      conclude(
        'intel',
        machineOf(engineVersion()),
        { rows },
        `${indicators} indicators load in ${rows[2]!.wall.median.toFixed(2)} s (whole command ${rows[1]!.wall.median.toFixed(2)} s)`,
      )
      return right
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
