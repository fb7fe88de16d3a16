// One client for both engines: the official ClickHouse client, over TCP to a server or over a Unix socket to the child.
import { Agent } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { ClickHouseError, type ClickHouseClient, createClient } from '@clickhouse/client'
import { UserError } from '../model/index.ts'
import { type QueryLimits, settingsOf } from './limits.ts'

export type Params = Readonly<Record<string, unknown>>

export type Where =
  | { readonly socket: string }
  | { readonly url: string; readonly username?: string; readonly password?: string }

export type Client = {
  query<T>(sql: string, params?: Params, limits?: QueryLimits): Promise<T[]>
  /** Batches of rows, for results that may be large. */
  stream<T>(sql: string, params?: Params, limits?: QueryLimits): AsyncIterable<T[]>
  /** A statement without a result. */
  run(sql: string, params?: Params, limits?: QueryLimits): Promise<void>
  /** Rows as NDJSON, in one insert. */
  insert(table: string, columns: readonly string[], ndjson: string): Promise<void>
  /** `INSERT … SELECT … FROM input('line String') FORMAT LineAsString` with streamed bytes: servers only (chdb loses the rows). */
  insertStream(sql: string, bytes: AsyncIterable<Buffer>, params?: Params): Promise<void>
  close(): Promise<void>
}

export function openClient(where: Where, database: string | undefined): Client {
  const agent = new Agent({ keepAlive: false, maxSockets: 16 })
  if ('socket' in where) agent.createConnection = () => connect(where.socket)
  const client: ClickHouseClient = createClient({
    url: 'socket' in where ? 'http://engine.invalid' : where.url,
    ...('socket' in where ? {} : { ...(where.username ? { username: where.username } : {}), ...(where.password ? { password: where.password } : {}) }),
    ...(database ? { database } : {}),
    application: 'codling',
    http_agent: agent,
    request_timeout: 3_600_000,
    compression: { request: false, response: false },
    log: { level: 127 as never },
  })
  const options = (params: Params | undefined, limits: QueryLimits | undefined) => ({
    ...(params ? { query_params: params as Record<string, unknown> } : {}),
    clickhouse_settings: settingsOf(limits) as Record<string, string>,
  })
  return {
    async query<T>(sql: string, params?: Params, limits?: QueryLimits) {
      const result = await said(() => client.query({ query: sql, format: 'JSONEachRow', ...options(params, limits) }))
      return said(() => result.json<T>())
    },
    async *stream<T>(sql: string, params?: Params, limits?: QueryLimits) {
      const result = await said(() => client.query({ query: sql, format: 'JSONEachRow', ...options(params, limits) }))
      for await (const rows of result.stream<T>()) yield rows.map((row) => row.json<T>())
    },
    async run(sql, params, limits) {
      await said(() => client.command({ query: sql, ...options(params, limits) }))
    },
    async insert(table, columns, ndjson) {
      await said(async () => {
        const { stream } = await client.exec({
          query: `INSERT INTO ${table} (${columns.map((column) => `\`${column}\``).join(', ')}) FORMAT JSONEachRow`,
          values: Readable.from([Buffer.from(ndjson)], { objectMode: false }),
          ...options(undefined, undefined),
        })
        stream.resume()
        await new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject))
      })
    },
    async insertStream(sql, bytes, params) {
      await said(async () => {
        const { stream } = await client.exec({
          query: sql,
          values: Readable.from(bytes, { objectMode: false }),
          ...options(params, { threads: 1 }),
        })
        stream.resume()
        await new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject))
      })
    },
    close: () => client.close(),
  }
}

/** Turns what an operator can mend into a sentence; leaves the rest as it is (a bug). */
async function said<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw explain(error)
  }
}

export function explain(error: unknown): unknown {
  const code = error instanceof ClickHouseError ? error.code : (error as NodeJS.ErrnoException | null)?.code
  const message = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').slice(0, 400) : ''
  const options = { cause: error }
  switch (String(code)) {
    case '516':
    case '192':
    case '194':
      return new UserError('The ClickHouse server refused the sign-in.', 'User name or password is wrong.', 'Give them as --server http://user:password@host:8123/database (percent-encode special characters).', options)
    case '497':
      return new UserError('The ClickHouse user may not do this.', message, 'Grant it CREATE, INSERT, SELECT, ALTER DELETE and CREATE FUNCTION on the database.', options)
    case '81':
      return new UserError('The database does not exist on the server.', message, 'Create it, or name another one in --server http://…/database.', options)
    case '243':
    case 'ENOSPC':
      return new UserError('The disk is full.', message || 'No space is left for the store.', 'Free some space, or name a store on another disk with --store DIR.', options)
    case '159':
      return new UserError('A query took too long and was stopped.', message, 'Narrow the scan with --from and --to, or use a ClickHouse server with --server.', options)
    case '241':
      return new UserError('A query needed more memory than it may use.', message, 'Narrow the scan with --from and --to, or use a ClickHouse server with --server.', options)
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EHOSTUNREACH':
    case 'ETIMEDOUT':
      return new UserError('The ClickHouse server cannot be reached.', message, 'Check host and port in --server http://user:password@host:8123/database, and that the server runs.', options)
  }
  if (/No space left|NOT_ENOUGH_SPACE/i.test(message)) return new UserError('The disk is full.', message, 'Free some space, or name a store on another disk with --store DIR.', options)
  return error
}
