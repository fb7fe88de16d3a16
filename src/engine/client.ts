// One client for both engines: the official ClickHouse client, over TCP to a server or over a Unix socket to the child.
import { Agent } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { createClient } from '@clickhouse/client'
import { explain } from './explain.ts'
import { type QueryLimits, settingsOf } from './limits.ts'
import { bind, type Params } from './params.ts'
import { rowsOf } from './rows.ts'

export type Where =
  | { readonly socket: string }
  | { readonly url: string; readonly username?: string; readonly password?: string }

/** All of these throw `UserError` for what the operator can mend, and ClickHouse's own error otherwise. */
export type Client = {
  query<T>(sql: string, params?: Params, limits?: QueryLimits): Promise<T[]>
  /** Batches of rows, for results that may be large. */
  stream<T>(sql: string, params?: Params, limits?: QueryLimits): AsyncIterable<T[]>
  /** A statement without a result. */
  run(sql: string, params?: Params, limits?: QueryLimits): Promise<void>
  /** Statements without results and parameters, one after the other. Stops at the first that fails. */
  script(statements: readonly string[]): Promise<void>
  /** Rows as text, in one insert. */
  insert(
    table: string,
    columns: readonly string[],
    rows: string,
    format?: 'JSONEachRow' | 'TabSeparated',
  ): Promise<void>
  /** `INSERT … SELECT … FROM input('line String') FORMAT LineAsString` with streamed bytes: servers only (chdb loses the rows). */
  insertStream(sql: string, bytes: AsyncIterable<Buffer>, params?: Params): Promise<void>
  /** `INSERT INTO t (…) SELECT … FROM input('structure') FORMAT TabSeparated`: rows that share most columns, as text of the others. */
  insertSelect(sql: string, rows: string, params?: Params): Promise<void>
  close(): Promise<void>
}

const connections = 16

export function openClient(where: Where, database: string | undefined): Client {
  const embedded = 'socket' in where
  const client = createClient({
    ...(embedded ? { url: 'http://engine.invalid', http_agent: socketAgent(where.socket) } : where),
    ...(database ? { database } : {}),
    application: 'codling',
    max_open_connections: connections,
    // longer than the longest statement may take (ingest: 6 h)
    request_timeout: 7 * 3_600_000,
    compression: { request: false, response: false },
    log: { level: 127 as never },
  })
  const settings = (limits?: QueryLimits) => ({ clickhouse_settings: settingsOf(limits) as Record<string, string> })
  const rows = (sql: string, params?: Params, limits?: QueryLimits) =>
    client.query({ query: bind(sql, params), format: 'JSONEachRow', ...settings(limits) })
  const send = async (sql: string, bytes: AsyncIterable<Buffer> | Buffer[], limits?: QueryLimits) => {
    const values = Readable.from(bytes, { objectMode: false })
    const { stream } = await client.exec({ query: sql, values, ...settings(limits) })
    stream.resume()
    await new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject))
  }
  const run: Client['run'] = (sql, params, limits) =>
    said(async () => void (await client.command({ query: bind(sql, params), ...settings(limits) })))
  return {
    query: <T>(sql: string, params?: Params, limits?: QueryLimits) =>
      said(async () => (await rows(sql, params, limits)).json<T>()),
    async *stream<T>(sql: string, params?: Params, limits?: QueryLimits) {
      try {
        const query = `${bind(sql, params)}\nFORMAT JSONEachRow`
        const { stream } = await client.exec({ query, ...settings(limits) })
        yield* rowsOf<T>(stream)
      } catch (error) {
        throw explain(error)
      }
    },
    run,
    async script(statements) {
      // chdb takes many in one request (45 statements: 8 ms each alone, 4 ms together), the HTTP interface one
      if (embedded) await run(statements.join(';\n'))
      else for (const statement of statements) await run(statement)
    },
    insert: (table, columns, rows, format = 'JSONEachRow') =>
      said(() =>
        send(`INSERT INTO ${table} (${columns.map((column) => `\`${column}\``).join(', ')}) FORMAT ${format}`, [
          Buffer.from(rows),
        ]),
      ),
    insertStream: (sql, bytes, params) => said(() => send(bind(sql, params), bytes, { threads: 1, seconds: 6 * 3600 })),
    insertSelect: (sql, rows, params) => said(() => send(bind(sql, params), [Buffer.from(rows)])),
    close: () => client.close(),
  }
}

function socketAgent(socket: string): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  agent.createConnection = () => connect(socket)
  return agent
}

async function said<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw explain(error)
  }
}
