// A fleet on disk through the whole path, up to what AN1756 judges: the half of an evaluation that knows the store.
import { join } from 'node:path'
import type { Observed } from '../analytics/an1756/sequence.ts'
import { type Engine, openEngine } from '../engine/index.ts'
import { deviceMap } from '../formats/device-map/format.ts'
import { defaultLimits, type Micros, type Source, UserError } from '../model/index.ts'
import { findSources } from '../sources/index.ts'
import { rebuildIdentity } from './identity.ts'
import { ingestSource } from './ingest.ts'
import { openLedger } from './ledger.ts'
import { buildHours, buildVisits, observe } from './sequence.ts'

export type FleetObserved = {
  readonly observed: Observed
  /** Name in the map of devices by `who` of the rows. */
  readonly names: ReadonlyMap<string, string>
  /** Sources by status. */
  readonly sources: Readonly<Record<string, number>>
}

export type FleetOptions = {
  readonly version: string
  readonly now: Micros
  readonly signal: AbortSignal
  /** What is being done, and bytes read of all; 0 of 0 where that says nothing. */
  progress?(phase: string, bytes: number): void
}

/** Left out: it lists once more, by week, what the sensor saw, and costs a third of the reading. */
const isPrivacyReport = (source: Source): boolean => source.name.startsWith('App_Privacy_Report')

/**
 * Reads `dir` (zeek/, devices/, mdm/ and devices.csv, as `simulate` writes them) into a store of its own below it.
 * App Privacy Reports are left out. Throws a UserError when a source cannot be read: what is measured must be whole.
 */
export async function observeFleet(dir: string, options: FleetOptions): Promise<FleetObserved> {
  const { version, signal } = options
  const engine = await openEngine({ store: join(dir, 'store'), version })
  try {
    const { sources, status } = await readAll(engine, dir, options)
    signal.throwIfAborted()
    options.progress?.('Working out visits', 0)
    await rebuildIdentity(engine)
    await buildHours(engine, signal)
    await buildVisits(engine, sources, signal)
    const observed = await observe(engine, sources)
    const names = await engine.query<{ who: string; name: string }>(
      "SELECT concat('device ', device) AS who, any(name) AS name FROM identity WHERE device != '' GROUP BY device",
    )
    return { observed, names: new Map(names.map(({ who, name }) => [who, name])), sources: status }
  } finally {
    await engine.close()
  }
}

async function readAll(
  engine: Engine,
  dir: string,
  { now, signal, progress }: FleetOptions,
): Promise<{ sources: number[]; status: Record<string, number> }> {
  const sources: number[] = []
  const status: Record<string, number> = {}
  const ledger = openLedger(engine)
  let bytes = 0
  for (const part of ['devices.csv', 'zeek', 'devices', 'mdm'])
    for await (const found of findSources(join(dir, part), defaultLimits, signal)) {
      if (found.kind === 'problem') throw unreadable(found.path, found.problem.detail)
      const { source } = found
      if (isPrivacyReport(source)) continue
      const folder = part === 'devices' ? source.folders.at(-1) : undefined
      const read = await ingestSource(engine, source, {
        now,
        device: folder === undefined ? null : { name: folder, from: 'folder' },
        signal,
        ...(part === 'devices.csv' ? { format: deviceMap } : {}),
        ledger,
        progress: (more) => {
          bytes += more
          progress?.('Reading', bytes)
        },
      })
      status[read.status] = (status[read.status] ?? 0) + 1
      if (read.status !== 'ok') throw unreadable(read.path, read.stored.samples[0]?.detail ?? read.status)
      if (read.id !== null && part !== 'devices.csv') sources.push(read.id)
    }
  await ledger.flush()
  return { sources, status }
}

const unreadable = (path: string, why: string): UserError =>
  new UserError(
    `${path} cannot be read back.`,
    why,
    'This is a fault of the simulated fleet or of the format; say which generator and seed made it.',
  )
