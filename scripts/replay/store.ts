// Real files through the product: a scan as anybody runs it, and what the store holds afterwards.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, openEngine } from '../../src/engine/index.ts'
import { mappedFormat, parseMap } from '../../src/formats/mapped/map.ts'
import type { ScanResult } from '../../src/pipeline/contract.ts'
import { everything, scan } from '../../src/pipeline/scan.ts'

/** 2026-11-01: the clock of a replay stands still. µs */
const now = Date.UTC(2026, 10, 1) * 1000
const version = 'replay'

const argus = join(import.meta.dirname, '../../examples/maps/argus-binetflow.yaml')

/** Scans into a store of its own, asks it what `ask` wants to know, and removes it. */
export async function scanned<T>(
  paths: readonly string[],
  ask: (engine: Engine, result: ScanResult) => Promise<T>,
  device: string | null = null,
): Promise<T> {
  const store = mkdtempSync(join(tmpdir(), 'codling-replay-'))
  try {
    const result = await scan({
      version,
      paths,
      intel: [],
      devices: null,
      device,
      warninglists: [],
      formats: [mappedFormat(parseMap(readFileSync(argus, 'utf8'), argus))],
      store: join(store, 'store'),
      server: null,
      ...everything,
      lookbackDays: null,
      now,
      signal: new AbortController().signal,
    })
    const engine = await openEngine({ store: join(store, 'store'), version })
    try {
      return await ask(engine, result)
    } finally {
      await engine.close()
    }
  } finally {
    rmSync(store, { recursive: true, force: true })
  }
}
