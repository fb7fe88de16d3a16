// The process that holds ClickHouse (chdb). It speaks the ClickHouse HTTP interface on a Unix socket, so that the same
// client serves the embedded engine and a server. A native crash, a long query or full thread pool stays in here.
// Arguments: data directory, socket path. It ends when its standard input ends, that is, with its parent.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Session } from 'chdb'
import { boundValues } from './params.ts'

const [directory, socketPath] = process.argv.slice(2) as [string, string]

/** One Session runs one query at a time (measured: `select 1` waited 14.8 s behind a long one), hence a pool. */
const poolSize = 4

function openSessions(): Session[] {
  const sessions: Session[] = []
  for (let i = 0; i < poolSize; i++) sessions.push(new Session(directory, { connectionArgs: ['--mark_cache_size=134217728'] }))
  return sessions
}

const idle: Session[] = []
const waiting: ((session: Session) => void)[] = []
const acquire = (): Promise<Session> => {
  const session = idle.pop()
  return session ? Promise.resolve(session) : new Promise((resolve) => waiting.push(resolve))
}
const release = (session: Session): void => {
  const next = waiting.shift()
  if (next) next(session)
  else idle.push(session)
}

/** Settings that the client sends with every query; all of them, because `SET` stays on the Session. */
const settingNames = [
  'max_execution_time',
  'max_memory_usage',
  'max_threads',
  'max_insert_threads',
  'max_insert_block_size',
  'min_insert_block_size_rows',
  'min_insert_block_size_bytes',
  'max_bytes_before_external_group_by',
  'max_bytes_before_external_sort',
  'output_format_json_quote_64bit_integers',
  'mutations_sync',
  'lightweight_deletes_sync',
  'input_format_parallel_parsing',
  'max_read_buffer_size',
] as const

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const insertHead = /^\s*INSERT\s+INTO\s+([\w.`]+)\s*\(([^)]*)\)\s*FORMAT\s+(\w+)\s*$/i

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://engine')
  if (url.pathname === '/ping') {
    response.end('Ok.\n')
    return
  }
  const body = await readBody(request)
  const inUrl = url.searchParams.get('query')
  const sql = inUrl ?? body.toString('utf8')
  const session = await acquire()
  try {
    const settings = settingNames.flatMap((name) => {
      const value = url.searchParams.get(name)
      return value !== null && /^[\w.]+$/.test(value) ? [`${name}=${value}`] : []
    })
    if (settings.length > 0) session.query(`SET ${settings.join(', ')}`)
    const database = url.searchParams.get('database')
    if (database && /^\w+$/.test(database)) session.query(`USE ${database}`)
    const params = boundValues(sql, url.searchParams)

    const insert = inUrl && body.length > 0 ? insertHead.exec(inUrl) : null
    if (insert) {
      await session.insert({
        table: insert[1]!,
        columns: insert[2]!.split(',').map((column) => column.trim().replaceAll('`', '')),
        format: insert[3] as 'JSONEachRow',
        values: body,
      })
      response.end()
      return
    }
    const format = /\bFORMAT\s+(\w+)\s*;?\s*$/i.exec(sql)
    const statement = format ? sql.slice(0, format.index) : sql
    const options = format ? { format: format[1]! } : { format: 'TSV' }
    if (url.searchParams.get('wait_end_of_query') !== '1' && format) {
      const stream = session.queryStreamBind(statement, params, options)
      let begun = false
      try {
        for await (const chunk of stream) {
          begun = true
          if (!response.write(chunk.raw())) await new Promise((resolve) => response.once('drain', resolve))
          if (response.destroyed) break
        }
        response.end()
      } catch (error) {
        if (begun) response.destroy(error as Error)
        else throw error
      }
      return
    }
    const result = await session.queryBindAsync(statement, params, options)
    response.setHeader('X-ClickHouse-Summary', JSON.stringify({ read_rows: String(result.rowsRead) }))
    response.end(Buffer.from(result.bytes()))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const code = /Code: (\d+)/.exec(message)?.[1] ?? '1000'
    response.statusCode = 500
    response.setHeader('X-ClickHouse-Exception-Code', code)
    response.end(message)
  } finally {
    release(session)
  }
}

try {
  idle.push(...openSessions())
} catch (error) {
  process.stdout.write(`failed ${error instanceof Error ? error.message.replaceAll('\n', ' ') : String(error)}\n`)
  process.exit(1)
}
const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, maxHeaderSize: 64 * 1024 ** 2 }, (request, response) => {
  answer(request, response).catch((error: unknown) => response.destroy(error as Error))
})
server.listen(socketPath, () => process.stdout.write('ready\n'))
process.stdin.on('end', () => {
  for (const session of idle) session.close()
  process.exit(0)
})
process.stdin.resume()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {}) // the parent decides when to end
