// AN1756 over a month, against one GROUP BY over the same rows in the same engine; then what one more day costs.
import { fileURLToPath } from 'node:url'
import type { Bench } from './index.ts'
import { makeMonth } from './month.ts'
import { run } from './process.ts'
import { conclude, engineVersion, machineOf, megabytes, printTable, secondsText, spreadOf } from './report.ts'
import type { Phase } from './sequence-once.ts'

const once = fileURLToPath(new URL('./sequence-once.ts', import.meta.url))

export const sequenceBench: Bench = {
  id: 'sequence',
  title: 'AN1756 over a month of network rows and device events, against one GROUP BY over them; and one more day',
  options: { rows: 10_000_000, events: 100_000, runs: 1 },
  async run({ rows, events, runs }) {
    const store = await makeMonth(rows!, events!)
    const rounds: Phase[][] = []
    let memory: number | null = null
    for (let round = 0; round < runs!; round++) {
      const one = await run([process.execPath, '--no-warnings', once, store])
      rounds.push(JSON.parse(one.stdout) as Phase[])
      if (one.memory !== null) memory = Math.max(memory ?? 0, one.memory)
    }
    const first = rounds[0]!
    const spread = (index: number, key: 'wall' | 'cpu', against?: number) =>
      spreadOf(rounds.map((phases) => phases[index]![key] / (against === undefined ? 1 : phases[against]![key])))
    const at = (id: Phase['id']): number => first.findIndex((phase) => phase.id === id)
    const table = first.map((phase, index) => ({
      ...phase,
      wall: spread(index, 'wall'),
      cpu: spread(index, 'cpu'),
      againstGroup: spread(index, 'wall', at('group')),
      againstMonth: spread(index, 'wall', at('month')),
      cpuAgainstGroup: spread(index, 'cpu', at('group')),
      cpuAgainstMonth: spread(index, 'cpu', at('month')),
    }))
    printTable(
      ['', 'wall', '÷ GROUP BY', '÷ month', 'CPU', '÷ GROUP BY', '÷ month', 'found'],
      table.map((row) => [
        row.title,
        secondsText(row.wall),
        row.againstGroup.median.toFixed(2),
        row.againstMonth.median.toFixed(2),
        secondsText(row.cpu),
        row.cpuAgainstGroup.median.toFixed(2),
        row.cpuAgainstMonth.median.toFixed(2),
        row.found,
      ]),
    )
    console.log(`\nMemory at most ${megabytes(memory)}, all processes together.`)
    const right = first.every((phase) => phase.right)
    console.log(right ? 'Each step found what it had to.' : 'WRONG: see the last column.')
    const [month, day] = [table[at('month')]!, table[at('day')]!]
    conclude(
      'sequence',
      machineOf(engineVersion()),
      { rows, events, memory, table, rounds },
      `${rows} rows, ${events} events: GROUP BY ${table[at('group')]!.wall.median.toFixed(2)} s, month ${month.wall.median.toFixed(2)} s (${month.againstGroup.median.toFixed(1)} ×), day ${day.wall.median.toFixed(2)} s (${day.againstMonth.median.toFixed(2)} of the month), ${megabytes(memory)}`,
    )
    return right
  },
}
