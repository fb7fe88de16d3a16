// Reads bytes through the real engine, as a scan does, and gives back what was stored. Used by golden files and conformance.
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Engine, openEngine } from '../../src/engine/index.ts'
import { type Column, type Format, type Source, tables } from '../../src/model/index.ts'
import { type Ingested, ingestSource } from '../../src/pipeline/ingest.ts'

/** 2026-11-01T00:00:00Z: the newest time that fixtures can hold. */
export const frozenNow = Date.UTC(2026, 10, 1) * 1000

export const root = new URL('../../', import.meta.url)

export type Fixture = {
  readonly format: string
  readonly name: string
  readonly folder: string
  readonly input: string
}

/** Every fixture of a format: `src/formats/<id>/fixtures/<case>/input.*`. */
export function fixturesOf(id: string): Fixture[] {
  const folder = new URL(`src/formats/${id}/fixtures/`, root).pathname
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const input = readdirSync(join(folder, name)).find((file) => !file.startsWith('rows.'))
      if (!input) throw new Error(`${id}/fixtures/${name} holds no input`)
      return { format: id, name, folder: join(folder, name), input: join(folder, name, input) }
    })
}

export const openTestEngine = (): Promise<Engine> => openEngine({ store: null, version: 'test' })

/** A source over bytes in memory, spooled to a file of its own; `remove` deletes it. */
export async function sourceOf(bytes: Buffer, name: string): Promise<Source & { remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'codling-test-'))
  const file = join(folder, 'bytes')
  await writeFile(file, bytes)
  return {
    path: name,
    name: basename(name),
    folders: [],
    storedBytes: bytes.length,
    plainFile: file,
    head: async (n) => bytes.subarray(0, n),
    async *open() {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

export type ReadBack = { readonly ingested: Ingested; readonly lines: string[] }

/** Rows and problems of bytes, as the lines of a golden file. The engine is left without the source. */
export async function readBytes(engine: Engine, bytes: Buffer, name: string, format?: Format): Promise<ReadBack> {
  const source = await sourceOf(bytes, name)
  try {
    const ingested = await ingestSource(engine, source, {
      now: frozenNow,
      device: null,
      signal: new AbortController().signal,
      ...(format ? { format } : {}),
    })
    const lines = ingested.id === null ? [] : await goldenLines(engine, ingested.id)
    await forget(engine)
    return { ingested, lines }
  } finally {
    await source.remove()
  }
}

/** Removes everything from a test engine. */
export async function forget(engine: Engine): Promise<void> {
  for (const table of tables)
    if (table.name !== 'indicator')
      await engine.run(`TRUNCATE TABLE ${table.role === 'evidence' ? `${table.name}_raw` : table.name}`)
}

const empty = (column: Column, value: unknown): boolean =>
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0) ||
  value === '1970-01-01 00:00:00.000000' ||
  (typeof value === 'number' && value === Number(column.fallback ?? 0))

/** One JSON line per row, columns in the order of the table, empty ones left out; problems last. */
export async function goldenLines(engine: Engine, id: number): Promise<string[]> {
  const lines: string[] = []
  for (const name of ['network', 'device_event', 'identity_event', 'problem']) {
    const table = tables.find((candidate) => candidate.name === name)!
    const rows = await engine.query<Record<string, unknown>>(
      `SELECT * FROM ${name} WHERE source = {id:UInt64} ORDER BY record, ts${name === 'problem' ? '' : ', event_key, raw'}`.replace(
        ', ts',
        name === 'problem' ? '' : ', ts',
      ),
      { id },
    )
    for (const row of rows) {
      const shown: Record<string, unknown> = { table: name }
      for (const [column, declared] of Object.entries(table.columns) as [string, Column][]) {
        if (column === 'source' || column === 'raw') continue
        const value = row[column]
        if (column === 'record' || !empty(declared, value)) shown[column] = value
      }
      lines.push(JSON.stringify(shown))
    }
  }
  return lines
}

export const goldenFile = (fixture: Fixture): string => join(fixture.folder, 'rows.jsonl')

export const readGolden = (fixture: Fixture): string[] => {
  try {
    return readFileSync(goldenFile(fixture), 'utf8').split('\n').filter(Boolean)
  } catch {
    return []
  }
}

export const fixtureBytes = (fixture: Fixture): Buffer => readFileSync(fixture.input)

export const formatNamed = (formats: readonly Format[], id: string): Format =>
  formats.find((format) => format.id === id)!
