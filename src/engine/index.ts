// The only room that knows ClickHouse: connect, prepare the schema, write, query.
import { createWriteStream, symlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { UserError } from '../model/index.ts'
import { type Client, openClient, type Params } from './client.ts'
import { startEmbedded } from './embedded.ts'
import type { QueryLimits } from './limits.ts'
import { prepareSchema } from './schema.ts'

export type { Client, Params } from './client.ts'
export { explain } from './client.ts'
export { functions, rawName } from './ddl.ts'
export type { QueryLimits } from './limits.ts'
export { schemaVersion } from './schema.ts'
export { openWriter, timeText, type Writer } from './write.ts'

/** Text offered to SQL as a relation (record UInt64, line String). */
export type Lines = { readonly relation: string; release(): Promise<void> }

export type Engine = Client & {
  readonly kind: 'embedded' | 'server'
  /** Private folder for spool files; gone after `close`. */
  readonly scratch: string
  /** Makes a plain UTF-8 file readable as a relation of its lines. The engine sees only a name of our own. */
  lines(file: string): Promise<Lines>
}

export type EngineOptions = {
  /** Folder of the store; null: a temporary one. Ignored with `server`. */
  readonly store: string | null
  /** `http://user:password@host:port/database` */
  readonly server?: string
  readonly version: string
}

export async function openEngine(options: EngineOptions): Promise<Engine> {
  return options.server === undefined ? openEmbedded(options) : openServer(options.server, options)
}

async function openEmbedded(options: EngineOptions): Promise<Engine> {
  const child = await startEmbedded(options.store)
  try {
    const bare = openClient({ socket: child.socket }, undefined)
    await bare.run('CREATE DATABASE IF NOT EXISTS codling')
    await bare.close()
    const client = openClient({ socket: child.socket }, 'codling')
    await prepareSchema(client, options.version)
    let count = 0
    return {
      ...guard(client, child.exited),
      kind: 'embedded',
      scratch: child.scratch,
      async lines(file) {
        const relation = `lines_${++count}`
        // file() takes a name for a glob and tells the format from it: it gets a link with a name of ours
        const link = join(child.scratch, `${relation}.txt`)
        symlinkSync(file, link)
        await client.run(
          `CREATE OR REPLACE VIEW ${relation} AS SELECT _row_number + 1 AS record, line FROM file('${link}', 'LineAsString', 'line String')`,
        )
        return {
          relation,
          async release() {
            await client.run(`DROP VIEW IF EXISTS ${relation}`)
            await rm(link, { force: true })
          },
        }
      },
      async close() {
        await client.close()
        await child.stop()
      },
    }
  } catch (error) {
    await child.stop()
    throw error
  }
}

/** When the child dies (a native crash, the kernel’s memory killer), say so instead of a broken socket. */
function guard(client: Client, exited: Promise<number | null>): Client {
  let gone = false
  exited.then(
    () => {
      gone = true
    },
    () => {},
  )
  const told = (error: unknown): unknown => {
    const code = (error as NodeJS.ErrnoException | null)?.code
    return gone || code === 'ECONNRESET' || code === 'EPIPE' || code === 'ENOENT'
      ? new EngineCrash('The engine process ended unexpectedly (a crash, or the system ran out of memory).', { cause: error })
      : error
  }
  const wrap =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      try {
        return await call(...args)
      } catch (error) {
        throw told(error)
      }
    }
  return {
    query: wrap(client.query) as Client['query'],
    stream: client.stream,
    run: wrap(client.run),
    insert: wrap(client.insert),
    insertStream: wrap(client.insertStream),
    close: client.close,
  }
}

/** The embedded engine died. The source that was being read failed; a new engine can go on with the next. */
export class EngineCrash extends Error {
  override name = 'EngineCrash'
}

async function openServer(server: string, options: EngineOptions): Promise<Engine> {
  let url: URL
  try {
    url = new URL(server)
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error('not http')
  } catch (error) {
    throw new UserError('--server is not a URL that can be used.', 'It must look like http://user:password@host:8123/database.', 'Correct it and run the command again.', { cause: error })
  }
  const database = decodeURIComponent(url.pathname.replace(/^\/+|\/+$/g, '')) || 'codling'
  if (!/^\w{1,64}$/.test(database))
    throw new UserError('The database in --server has a name that cannot be used.', 'Letters, digits and _ only.', 'Name another database: http://user:password@host:8123/database.')
  const username = decodeURIComponent(url.username)
  const password = decodeURIComponent(url.password)
  const where = {
    url: `${url.protocol}//${url.host}`,
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
  }
  const client = openClient(where, database)
  try {
    await client.query('SELECT 1')
  } catch (error) {
    if (!(error instanceof UserError && /database does not exist/.test(error.message))) throw error
    const bare = openClient(where, undefined)
    await bare.run(`CREATE DATABASE IF NOT EXISTS ${database}`)
    await bare.close()
  }
  await prepareSchema(client, options.version)
  const scratch = await mkdtemp(join(tmpdir(), `codling-${process.pid}-`))
  let count = 0
  return {
    ...client,
    kind: 'server',
    scratch,
    async lines(file) {
      const { createReadStream } = await import('node:fs')
      const relation = `lines_${process.pid}_${Date.now().toString(36)}_${++count}`
      await client.run(`CREATE TABLE ${relation} (record UInt64, line String) ENGINE = MergeTree ORDER BY record`)
      // one stream read by one thread: row numbers are line numbers
      await client.insertStream(
        `INSERT INTO ${relation} SELECT rowNumberInAllBlocks() + 1, line FROM input('line String') FORMAT LineAsString`,
        createReadStream(file, { highWaterMark: 1024 ** 2 }),
      )
      return { relation, release: () => client.run(`DROP TABLE IF EXISTS ${relation}`) }
    },
    async close() {
      await client.close()
      await rm(scratch, { recursive: true, force: true })
    },
  }
}

/** Writes bytes to a spool file of our own naming and returns its path. */
export async function spool(engine: Engine, bytes: AsyncIterable<Buffer>, name: string): Promise<string> {
  const file = join(engine.scratch, name)
  await pipeline(bytes, createWriteStream(file, { mode: 0o600, highWaterMark: 1024 ** 2 }))
  return file
}

export type Limited = { readonly params?: Params; readonly limits?: QueryLimits }
