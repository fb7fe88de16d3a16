// The only room that knows ClickHouse: connect, prepare the schema, write, query.
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Client, openClient } from './client.ts'
import { guard } from './crash.ts'
import { type Embedded, startEmbedded } from './embedded.ts'
import { keepEmpty } from './empty.ts'
import { explain } from './explain.ts'
import { makeScratch, sweepScratch } from './leftovers.ts'
import { type Lines, openFileLines, openStreamedLines, sweepLines } from './lines.ts'
import { prepareSchema } from './schema.ts'
import { connectServer, serverAddress } from './server.ts'

export type { Client } from './client.ts'
export { EngineCrash } from './crash.ts'
export { functions, rawName } from './ddl.ts'
export { explain, isQueryLimit } from './explain.ts'
export type { QueryLimits } from './limits.ts'
export type { Lines } from './lines.ts'
export type { Params } from './params.ts'
export { schemaVersion } from './schema.ts'
export { openWriter, timeText, type Writer } from './write.ts'

export type Engine = Client & {
  readonly kind: 'embedded' | 'server'
  /** A temporary store: what is not stored through this engine is not there. */
  readonly fresh: boolean
  /** Private folder for spool files; gone after `close`. */
  readonly scratch: string
  /** Makes a plain UTF-8 file readable as a relation of its lines. The engine sees only a name of our own. */
  lines(file: string): Promise<Lines>
}

export type EngineOptions = {
  /** Folder of the store; null: a temporary one. Ignored with `server`. */
  readonly store: string | null
  /** `http://user:password@host:port/database`; null: the embedded engine. */
  readonly server?: string | null
  readonly version: string
  /** The embedded engine of `store`, where the caller began to start it (`engine/embedded.ts`: little code to load). */
  readonly starting?: Promise<Embedded>
}

/** Opens the store and prepares its schema. Throws `UserError` for all that the operator can mend. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  return typeof options.server === 'string' ? openServer(options.server, options) : openEmbedded(options)
}

async function openEmbedded(options: EngineOptions): Promise<Engine> {
  const child = await (options.starting ?? startEmbedded(options.store))
  const bare = openClient({ socket: child.socket }, undefined)
  const client = guard(openClient({ socket: child.socket }, 'codling'), child.exited)
  const close = async () => {
    await bare.close()
    await client.close()
    await child.stop()
  }
  try {
    if (!child.empty) {
      await bare.run('CREATE DATABASE IF NOT EXISTS codling')
      await prepareSchema(client, options.version)
      await sweepLines(client, 'embedded')
    }
  } catch (error) {
    await close()
    throw error
  }
  if (options.store === null && !child.empty) await keepEmpty((store) => makeEmpty(store, options.version))
  return {
    ...client,
    kind: 'embedded',
    fresh: options.store === null,
    scratch: child.scratch,
    lines: openFileLines(client, child.scratch),
    close,
  }
}

async function makeEmpty(store: string, version: string): Promise<void> {
  await (await openEmbedded({ store, version })).close()
}

async function openServer(server: string, options: EngineOptions): Promise<Engine> {
  const client = await connectServer(serverAddress(server))
  try {
    await prepareSchema(client, options.version)
    await sweepLines(client, 'server')
  } catch (error) {
    await client.close()
    throw error
  }
  void sweepScratch()
  const scratch = makeScratch()
  const discard = () => rm(scratch, { recursive: true, force: true })
  return {
    ...client,
    kind: 'server',
    fresh: false,
    scratch,
    lines: openStreamedLines(client),
    async close() {
      await client.close()
      await discard()
    },
  }
}

/** Writes bytes to a spool file of our own naming and returns its path. Throws `UserError` when the disk is full. */
export async function spool(engine: Engine, bytes: AsyncIterable<Buffer>, name: string): Promise<string> {
  const file = join(engine.scratch, name)
  try {
    await pipeline(bytes, createWriteStream(file, { mode: 0o600, highWaterMark: 1024 ** 2 }))
  } catch (error) {
    throw explain(error)
  }
  return file
}
