// What AN1756 looks at: hours of each source, worked out once; visits of devices; surprises and effects.
import { placeOf } from '../analytics/an1756/place.ts'
import { queries } from '../analytics/an1756/queries.ts'
import type { EffectRow, EpisodeRow } from '../analytics/an1756/row.ts'
import type { Observed } from '../analytics/an1756/sequence.ts'
import { type Engine, openWriter, rawName } from '../engine/index.ts'
import { hourly, place as placeTable, visit } from '../model/index.ts'

/** Rows of `network` that are aggregated at once: bounds the memory of the aggregation. */
const rowsTogether = 5_000_000

/** Works `hourly` out for committed sources that it lacks: a day that is added costs that day. */
export async function buildHours(engine: Engine, signal: AbortSignal): Promise<void> {
  const waiting = await engine.query<{ id: number; n: number }>(
    "SELECT id, rows['network'] AS n FROM source_live WHERE n > 0 AND id NOT IN (SELECT source FROM derived) ORDER BY first",
  )
  let batch: number[] = []
  let size = 0
  const store = async (): Promise<void> => {
    if (batch.length === 0) return
    signal.throwIfAborted()
    // what a killed run left
    await engine.run(`DELETE FROM ${rawName('hourly')} WHERE source IN ({sources:Array(UInt64)})`, { sources: batch })
    const columns = Object.keys(hourly.columns).join(', ')
    await engine.run(
      `INSERT INTO ${rawName('hourly')} (${columns})\nSELECT ${columns} FROM (\n${queries.hourly}\n)`,
      { sources: batch },
      { seconds: 3600 },
    )
    await engine.run('INSERT INTO derived SELECT arrayJoin({sources:Array(UInt64)})', { sources: batch })
    batch = []
    size = 0
  }
  for (const { id, n } of waiting) {
    batch.push(id)
    size += n
    if (size >= rowsTogether) await store()
  }
  await store()
}

/** Places of all values, and visits of all devices. `identity` must be there. */
export async function buildVisits(engine: Engine, sources: readonly number[], signal: AbortSignal): Promise<void> {
  await engine.run('TRUNCATE TABLE place')
  await engine.run('TRUNCATE TABLE visit')
  const writer = openWriter(engine, placeTable, 'place')
  for await (const batch of engine.stream<{ value: string }>('SELECT DISTINCT value FROM hourly'))
    for (const { value } of batch) await writer.write({ value, ...placeOf(value) })
  await writer.flush()
  signal.throwIfAborted()
  const columns = Object.keys(visit.columns).join(', ')
  await engine.run(
    `INSERT INTO visit (${columns})\nSELECT ${columns} FROM (\n${queries.visit}\n)`,
    { sources },
    { seconds: 3600 },
  )
}

/** What AN1756 judges, asked of `visit` and `device_event`. */
export async function observe(engine: Engine, sources: readonly number[]): Promise<Observed> {
  const devices = await engine.query<{ who: string; days: number }>(
    'SELECT who, uniq(toDate(hour)) AS days FROM visit GROUP BY who ORDER BY who',
  )
  const few = Math.max(2, Math.ceil(devices.length * 0.05))
  const collect = async <T>(rows: AsyncIterable<readonly T[]>): Promise<T[]> => {
    const list: T[] = []
    for await (const batch of rows) for (const row of batch) list.push(row)
    return list
  }
  const episodes = await collect(engine.stream<EpisodeRow>(queries.episodes, { few, much: 300_000 }))
  const effects = await collect(engine.stream<EffectRow>(queries.effects, { sources }))
  return { episodes, effects, devices }
}
