// What AN1756 looks at: visits of devices, worked out by days; surprises and effects.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { placeOf } from '../analytics/an1756/place.ts'
import { queries } from '../analytics/an1756/queries.ts'
import type { EffectRow, EpisodeRow } from '../analytics/an1756/row.ts'
import type { Observed } from '../analytics/an1756/sequence.ts'
import { type Engine, openWriter, type Params } from '../engine/index.ts'
import { called, flowName, sourceDay, subjectHour, type Table, visit, visitDay } from '../model/index.ts'

/** Rows of `network` that are aggregated at once: bounds the memory (10 M rows and the whole analysis: 1.3 GB). */
const rowsTogether = 2_000_000

const version = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string }
).version

/** How visits are worked out. Lists of names, and so the places of names, change with the version. */
const recipe = createHash('sha256')
  .update(
    [
      version,
      queries.subjectHour,
      queries.called,
      queries.namedHour,
      queries.unnamed,
      queries.namedDay,
      queries.visit,
    ].join('\0'),
  )
  .digest('hex')
  .slice(0, 16)

/** Finds the days that committed sources tell of, once for each source. Reads nothing but the times of new sources. */
export async function buildHours(engine: Engine, signal: AbortSignal): Promise<void> {
  const days = await engine.query<{ source: number; day: number; rows: number }>(
    `WITH fresh AS (SELECT id FROM source_live WHERE rows['network'] > 0 AND id NOT IN (SELECT source FROM source_day))
SELECT source, intDiv(toUnixTimestamp64Micro(ts), 86400000000) AS day, count() AS rows FROM network WHERE source IN (SELECT id FROM fresh) GROUP BY source, day
UNION ALL SELECT id AS source, 0 AS day, 0 AS rows FROM fresh`,
  )
  signal.throwIfAborted()
  const writer = openWriter(engine, sourceDay, sourceDay.name)
  for (const row of days) await writer.write(row)
  await writer.flush()
}

type Day = { readonly day: number; readonly rows: number; readonly inputs: string }

/**
 * Visits of all devices: of each day whose rows, or the devices behind whose subjects, are not those that its visits were
 * worked out from. `identity` must be there, and the days of all sources (`buildHours`). A run that is killed leaves a day
 * without its row in `visit_day`: the next one works it out.
 */
export async function buildVisits(engine: Engine, _sources: readonly number[], signal: AbortSignal): Promise<void> {
  const done = await engine.query<{ day: number; inputs: string; recipe: string }>(
    'SELECT day, inputs, recipe FROM visit_day',
  )
  if (done.some((row) => row.recipe !== recipe)) {
    // the days last: until then the next run would do the same
    for (const table of ['place', 'visit', 'visit_day']) await engine.run(`TRUNCATE TABLE ${table}`)
    done.length = 0
  }
  const known = new Map(done.map(({ day, inputs }) => [day, inputs]))
  const days = await engine.query<Day>(queries.days)
  const dirty = days.filter(({ day, inputs }) => known.get(day) !== inputs)
  const clean = new Set(days.filter((day) => !dirty.includes(day)).map(({ day }) => day))
  await dropAllBut(engine, clean)
  const batches = batchesOf(dirty)
  const told = await engine.query<DaySource>(
    'SELECT s.id AS id, d.day AS day, s.device AS device, s.device_from AS device_from FROM source_day AS d INNER JOIN source_live AS s ON s.id = d.source WHERE d.rows > 0 ORDER BY id, day',
  )
  // names are placed here while the engine counts
  let placing = placeNames(engine, idsOf(told, batches[0] ?? []))
  placing.catch(() => {})
  for (const [index, batch] of batches.entries()) {
    signal.throwIfAborted()
    const days = batch.map(({ day }) => day)
    const before = batch.flatMap(({ day }) => [{ day: day - 1 }, { day }])
    for (const table of working) await engine.run(`TRUNCATE TABLE ${table.name}`)
    const params = { days, sources: idsOf(told, before), ...labelsOf(told) }
    await fill(engine, subjectHour, queries.subjectHour, params)
    await fill(engine, called, queries.called, params)
    await fill(engine, flowName, queries.namedHour, params)
    await fill(engine, flowName, queries.unnamed)
    await fill(engine, flowName, queries.namedDay)
    await placing
    placing = placeNames(engine, idsOf(told, batches[index + 1] ?? []))
    placing.catch(() => {})
    await fill(engine, visit, queries.visit, params)
    const writer = openWriter(engine, visitDay, visitDay.name)
    for (const { day, inputs } of batch) await writer.write({ day, inputs, recipe })
    await writer.flush()
  }
  for (const table of working) await engine.run(`TRUNCATE TABLE ${table.name}`)
}

const working = [subjectHour, called, flowName]

const fill = (engine: Engine, table: Table, sql: string, params: Params = {}): Promise<void> => {
  const columns = Object.keys(table.columns).join(', ')
  return engine.run(`INSERT INTO ${table.name} (${columns})\nSELECT ${columns} FROM (\n${sql}\n)`, params, {
    seconds: 3600,
  })
}

const dayOfVisit = 'toUInt32(intDiv(toUnixTimestamp64Micro(hour), 86400000000))'

/** Takes back what was worked out for other days, by a run that was killed too: the mark of a day goes first. */
async function dropAllBut(engine: Engine, clean: ReadonlySet<number>): Promise<void> {
  const there = await engine.query<{ day: number }>(
    `SELECT day FROM visit_day UNION DISTINCT SELECT ${dayOfVisit} AS day FROM visit`,
  )
  const days = there.map(({ day }) => day).filter((day) => !clean.has(day))
  if (days.length === 0) return
  await engine.run('DELETE FROM visit_day WHERE day IN {days:Array(UInt32)}', { days })
  await engine.run(`DELETE FROM visit WHERE ${dayOfVisit} IN {days:Array(UInt32)}`, { days })
}

/** Days in their order: what was called how on a day is looked up the day after. */
function batchesOf(days: readonly Day[]): Day[][] {
  const batches: Day[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const day of days) {
    if (size + day.rows > rowsTogether) {
      batches.push([])
      size = 0
    }
    batches.at(-1)!.push(day)
    size += day.rows
  }
  return batches
}

type DaySource = { readonly id: number; readonly day: number; readonly device: string; readonly device_from: string }

const idsOf = (told: readonly DaySource[], days: readonly { readonly day: number }[]): number[] => {
  const wanted = new Set(days.map(({ day }) => day))
  return [...new Set(told.filter(({ day }) => wanted.has(day)).map(({ id }) => id))]
}

/** Devices that sources were given as a whole; with an entry that none has, since `transform` takes no empty lists. */
const labelsOf = (told: readonly DaySource[]): Params => {
  const own = new Map(told.filter(({ device }) => device !== '').map((source) => [source.id, source]))
  const labelled = [...own.values(), { id: 0, device: '', device_from: '' }]
  return {
    labelled: labelled.map(({ id }) => id),
    labels: labelled.map(({ device }) => device),
    froms: labelled.map(({ device_from }) => device_from),
  }
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0' }
const escaped = (text: string): string => text.replaceAll(/[\\\t\n\r\0]/g, (c) => escapes[c]!)

/** Gives each name and address of these sources its place, once. */
async function placeNames(engine: Engine, sources: readonly number[]): Promise<void> {
  if (sources.length === 0) return
  const waiting = engine.stream<{ value: string }>(
    "SELECT DISTINCT value FROM name WHERE kind IN ('domain', 'ip') AND source IN {sources:Array(UInt64)} AND value NOT IN (SELECT value FROM place)",
    { sources },
  )
  let lines: string[] = []
  const store = async (): Promise<void> => {
    if (lines.length > 0)
      await engine.insertSelect(
        "INSERT INTO place (value, destination, class, id, destination_id, size) SELECT value, destination, class, sipHash64(value), sipHash64(destination), length(value) FROM input('value String, destination String, class String') FORMAT TabSeparated",
        lines.join(''),
      )
    lines = []
  }
  for await (const batch of waiting) {
    for (const { value } of batch) {
      const { destination, class: kind } = placeOf(value)
      lines.push(`${escaped(value)}\t${escaped(destination)}\t${escaped(kind)}\n`)
    }
    if (lines.length >= 50_000) await store()
  }
  await store()
}

/** What AN1756 judges, asked of `visit` and `device_event`. */
export async function observe(engine: Engine, sources: readonly number[]): Promise<Observed> {
  const devices = await engine.query<{ who: string; days: number }>(
    `SELECT who, uniqExact(${dayOfVisit}) AS days FROM visit GROUP BY who ORDER BY who`,
  )
  const few = Math.max(2, Math.ceil(devices.length * 0.05))
  const collect = async <T>(rows: AsyncIterable<readonly T[]>): Promise<T[]> => {
    const list: T[] = []
    for await (const batch of rows) for (const row of batch) list.push(row)
    return list
  }
  // rows of the one are taken apart here while the engine works out the other
  const [episodes, effects] = await Promise.all([
    collect(engine.stream<EpisodeRow>(queries.episodes, { few, much: 300_000 })),
    collect(engine.stream<EffectRow>(queries.effects, { sources })),
  ])
  return { episodes, effects, devices }
}
