// Reads fixtures and what was made of them through sources and pipeline, into one store of the whole test file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Engine } from '../../src/engine/index.ts'
import { defaultLimits, type Format } from '../../src/model/index.ts'
import { type Ingested, ingestSource } from '../../src/pipeline/ingest.ts'
import { findSources } from '../../src/sources/index.ts'
import { type Fixture, fixtureBytes, forget, frozenNow, goldenLines, openTestEngine } from './harness.ts'

export type Golden = { readonly table: string; readonly record: number } & Readonly<Record<string, unknown>>
export type File = readonly [name: string, bytes: Buffer]
export type Reading = {
  readonly ingested: readonly Ingested[]
  /** Lines of a golden file. */
  readonly lines: readonly string[]
  readonly rows: readonly Golden[]
  readonly problems: readonly Golden[]
  readonly raws: readonly { readonly table: string; readonly record: number; readonly raw: string }[]
}

export type Reader = {
  /** Files in this order into an empty store, read as `format`, or as what they look like. */
  files(files: readonly File[], format: Format | undefined): Promise<Reading>
  /** A fixture as it is; read once, however often it is asked for. */
  fixture(fixture: Fixture, format: Format | undefined): Promise<Reading>
  close(): Promise<void>
}

export async function openReader(): Promise<Reader> {
  const engine = await openTestEngine()
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'))
  const met = new Map<string, Promise<Reading>>()
  const files: Reader['files'] = async (list, format) => {
    const ingested: Ingested[] = []
    for (const [name, bytes] of list) ingested.push(...(await ingestFile(engine, join(folder, name), bytes, format)))
    const reading = await readAll(engine, ingested)
    await forget(engine)
    return reading
  }
  return {
    files,
    fixture(fixture, format) {
      const known = met.get(fixture.input)
      if (known) return known
      const reading = files([[basename(fixture.input), fixtureBytes(fixture)]], format)
      met.set(fixture.input, reading)
      return reading
    },
    async close() {
      await engine.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function ingestFile(
  engine: Engine,
  path: string,
  bytes: Buffer,
  format: Format | undefined,
): Promise<Ingested[]> {
  const ingested: Ingested[] = []
  const options = { now: frozenNow, device: null, signal: new AbortController().signal, ...(format ? { format } : {}) }
  writeFileSync(path, bytes)
  for await (const found of findSources(path, defaultLimits))
    if (found.kind === 'source') ingested.push(await ingestSource(engine, found.source, options))
  rmSync(path)
  return ingested
}

async function readAll(engine: Engine, ingested: readonly Ingested[]): Promise<Reading> {
  const ids = [...new Set(ingested.flatMap(({ id }) => (id === null ? [] : [id])))]
  const lines: string[] = []
  const raws: Reading['raws'][number][] = []
  for (const id of ids) {
    lines.push(...(await goldenLines(engine, id)))
    for (const table of ['network', 'device_event', 'identity_event'])
      if (lines.some((line) => line.startsWith(`{"table":"${table}"`)))
        raws.push(
          ...(await engine.query<Reading['raws'][number]>(
            `SELECT '${table}' AS table, record, raw FROM ${table} WHERE source = {id:UInt64}`,
            { id },
          )),
        )
  }
  const parsed = lines.map((line) => JSON.parse(line) as Golden)
  return {
    ingested,
    lines,
    raws,
    rows: parsed.filter((row) => row.table !== 'problem'),
    problems: parsed.filter((row) => row.table === 'problem'),
  }
}

/** What the tables hold, wherever it was read: rows without their place, in order. Statements of identity are a set. */
export function tablesOf(reading: Reading): string[] {
  const rows = reading.rows.map(({ record: _, ...row }) => JSON.stringify(row))
  const statement = (row: string): boolean => row.startsWith('{"table":"identity_event"')
  return [...rows.filter((row) => !statement(row)), ...new Set(rows.filter(statement))].sort()
}
