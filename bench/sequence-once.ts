// One process that measures AN1756 in a store of bench/month.ts. Argument: the store. Prints a list of `Phase` as JSON.
import { readdirSync, readFileSync } from 'node:fs'
import { openEngine } from '../src/engine/index.ts'
import { runAn1756 } from '../src/pipeline/an1756.ts'
import { rebuildIdentity } from '../src/pipeline/identity.ts'
import { buildHours, buildVisits } from '../src/pipeline/sequence.ts'
import { commitDay, days, withdrawDay } from './month.ts'

export type Phase = {
  readonly id: 'group' | 'month' | 'month visits' | 'day' | 'day visits'
  readonly title: string
  /** Seconds. */
  readonly wall: number
  /** Seconds of processor time, of this process and the engine. */
  readonly cpu: number
  readonly found: string
  readonly right: boolean
}

/** Processor time of this process and its children, s. */
function cpuTime(): number {
  let ticks = 0
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (Number(fields[1]) === process.pid) ticks += Number(fields[11]) + Number(fields[12])
    } catch {
      // it has ended
    }
  }
  const { user, system } = process.cpuUsage()
  return ticks / 100 + (user + system) / 1e6
}

type Found = { readonly found: string; readonly right: boolean }
type Measured = Found & { readonly wall: number; readonly cpu: number }

async function measure(work: () => Promise<Found>): Promise<Measured> {
  const wall = performance.now()
  const cpu = cpuTime()
  const found = await work()
  return { ...found, wall: (performance.now() - wall) / 1000, cpu: cpuTime() - cpu }
}

/** The whole of what was measured in two parts. */
const both = (one: Measured, other: Measured): Measured => ({
  wall: one.wall + other.wall,
  cpu: one.cpu + other.cpu,
  found: `${one.found}, ${other.found}`,
  right: one.right && other.right,
})

/** Every column is asked for, or the engine would not work it out. */
const group = `SELECT count() AS n, sum(contacts) AS contacts, sum(bytes) AS bytes, sum(addresses) AS addresses FROM
(
  SELECT src_ip AS device, app, domain, toStartOfHour(ts) AS hour, count() AS contacts, sum(greatest(bytes_out, 0) + greatest(bytes_in, 0)) AS bytes, uniq(dst_ip) AS addresses
  FROM network GROUP BY device, app, domain, hour
)`

const engine = await openEngine({ store: process.argv[2]!, version: 'bench' })
const signal = new AbortController().signal
const forget = async (): Promise<void> => {
  for (const table of ['source_day', 'place', 'visit', 'visit_day']) await engine.run(`TRUNCATE TABLE ${table}`)
}
const hashOfVisits = async (): Promise<string> => {
  const [row] = await engine.query<{ hash: string }>(
    'SELECT toString(groupBitXor(sipHash64(pair, hour, contacts, failed, bytes_out, bytes_in, minutes, names, longest, odd, first, last))) AS hash FROM visit',
  )
  return row!.hash
}
const visits = async (): Promise<Found> => {
  await buildHours(engine, signal)
  await buildVisits(engine, [], signal)
  const [row] = await engine.query<{ n: number; days: number }>(
    'SELECT count() AS n, (SELECT count() FROM visit_day) AS days FROM visit',
  )
  return { found: `${row!.n} visits of ${row!.days} days`, right: row!.n > 0 && row!.days >= days }
}
const judge = async (): Promise<Found> => {
  const { findings } = await runAn1756(engine, { indicated: [], signal })
  return { found: `${findings.length} findings`, right: findings.length > 0 }
}
try {
  await withdrawDay(engine, days)
  await forget()
  await rebuildIdentity(engine)
  const grouped = await measure(async () => {
    const [row] = await engine.query<{ n: number }>(group, {}, { seconds: 3600, memory: 4 * 1024 ** 3 })
    return { found: `${row!.n} groups`, right: row!.n > 0 }
  })
  const monthVisits = await measure(visits)
  const monthJudged = await measure(judge)
  await commitDay(engine, days)
  await rebuildIdentity(engine)
  const dayVisits = await measure(visits)
  const dayJudged = await measure(judge)
  // the day that was added must have left what all days give from nothing
  const stepwise = await hashOfVisits()
  await forget()
  await visits()
  const same = stepwise === (await hashOfVisits())
  const phases: Phase[] = [
    { id: 'group', title: 'GROUP BY device, app, domain, hour', ...grouped },
    { id: 'month', title: 'AN1756 over the month, nothing derived', ...both(monthVisits, monthJudged) },
    { id: 'month visits', title: '  of it: rows → visits', ...monthVisits },
    { id: 'day', title: 'AN1756 with one more day', ...both(dayVisits, dayJudged) },
    { id: 'day visits', title: '  of it: rows → visits', ...dayVisits, right: same },
  ]
  process.stdout.write(JSON.stringify(phases))
} finally {
  await engine.close()
}
