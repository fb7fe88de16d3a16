// The process that holds ClickHouse (chdb). It speaks the ClickHouse HTTP interface on a Unix socket, so that the same
// client serves the embedded engine and a server. A native crash, a long query or full thread pool stays in here.
// Arguments: data directory, socket path, `temporary` or `kept`. It ends when its standard input ends: at a word from its parent, or with it.
import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { dirname, join } from 'node:path'
import type { Session } from 'chdb'
import { engineConfig, settingsOf } from './limits.ts'

const [directory, socketPath, keeping] = process.argv.slice(2) as [string, string, string]

/** One Session runs one query at a time (measured: `select 1` waited 14.8 s behind a long one), hence a pool. */
const poolSize = 4

/** Session with the settings and the database that were set on it last. */
type Seat = { readonly session: Session; said: string }

async function openSeats(): Promise<Seat[]> {
  const { Session } = await import('chdb')
  const config = join(dirname(socketPath), 'engine.xml')
  writeFileSync(config, engineConfig(keeping === 'temporary'))
  const options = { connectionArgs: [`--config-file=${config}`] }
  const seats = Array.from({ length: poolSize }, () => ({ session: new Session(directory, options), said: '' }))
  dieOfCrashes()
  return seats
}

/**
 * ClickHouse's handlers of fatal signals wait minutes for a thread that chdb does not have (3.4): the parent would wait
 * with them. Node gives a signal back to the system when its last listener goes.
 */
function dieOfCrashes(): void {
  for (const signal of ['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGFPE', 'SIGILL'] as const) {
    const listener = () => {}
    process.on(signal, listener)
    process.off(signal, listener)
  }
}

const idle: Seat[] = []
const waiting: ((seat: Seat) => void)[] = []
const acquire = (): Promise<Seat> => {
  const seat = idle.pop()
  return seat ? Promise.resolve(seat) : new Promise((resolve) => waiting.push(resolve))
}
const release = (seat: Seat): void => {
  const next = waiting.shift()
  if (next) next(seat)
  else idle.push(seat)
}

const settingNames = Object.keys(settingsOf())

/** Sets what the client sends with a query, where it differs from what the session has. */
function prepare(seat: Seat, search: URLSearchParams): void {
  const settings = settingNames.flatMap((name) => {
    const value = search.get(name)
    return value !== null && /^[\w.]+$/.test(value) ? [`${name} = '${value}'`] : []
  })
  const database = search.get('database')
  const statements = [
    ...(settings.length > 0 ? [`SET ${settings.join(', ')}`] : []),
    ...(database && /^\w+$/.test(database) ? [`USE ${database}`] : []),
  ]
  const said = statements.join(';')
  if (seat.said === said) return
  seat.said = ''
  for (const statement of statements) seat.session.query(statement)
  seat.said = said
}

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const insertHead = /^\s*INSERT\s+INTO\s+([\w.`]+)\s*\(([^)]*)\)\s*FORMAT\s+(\w+)\s*$/i

/** `INSERT … SELECT … FROM input('structure') FORMAT x`, which chdb takes without an error and stores nothing of. */
const insertInput = /^([\s\S]*\bFROM )input\('((?:[^'\\]|\\.)*)'\)([\s\S]*?)\bFORMAT (\w+)\s*$/

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://engine')
  const body = await readBody(request)
  const inUrl = url.searchParams.get('query')
  const seat = await acquire()
  try {
    prepare(seat, url.searchParams)
    const insert = inUrl === null ? null : insertHead.exec(inUrl)
    const selected = inUrl === null || insert ? null : insertInput.exec(inUrl)
    if (selected) {
      if (body.length > 0) await storeSelected(seat.session, selected, body)
      response.end()
      return
    }
    if (insert) {
      if (body.length > 0) await store(seat.session, insert, body)
      response.end()
      return
    }
    const sql = inUrl ?? body.toString('utf8')
    const format = /\nFORMAT (\w+)$/.exec(sql) // as the client ends what it wants rows of
    if (format) await stream(seat.session, sql.slice(0, format.index), format[1]!, response)
    else response.end(Buffer.from((await seat.session.queryAsync(sql, { format: 'TSV' })).bytes()))
  } catch (error) {
    const message = messageOf(error)
    response.statusCode = 500
    response.setHeader('X-ClickHouse-Exception-Code', /Code: (\d+)/.exec(message)?.[1] ?? '1000')
    response.end(message)
  } finally {
    release(seat)
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Types of columns as `file()` wants them told; a table does not change while the engine runs. */
const structures = new Map<string, string>()

async function structureOf(session: Session, table: string, columns: readonly string[]): Promise<string> {
  const key = `${table} ${columns.join(' ')}`
  const known = structures.get(key)
  if (known) return known
  const described = await session.queryAsync(
    `SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = '${table}'`,
    { format: 'JSONCompact' },
  )
  const types = new Map((JSON.parse(described.text()) as { data: [string, string][] }).data)
  const structure = columns.map((column) => `\`${column}\` ${types.get(column)}`).join(', ')
  structures.set(key, structure)
  return structure
}

let bodies = 0

/**
 * Rows of a request. `session.insert` parses with one thread and costs 10 µs a row; text that names every column is read
 * from a file instead (measured with 100,000 indicators: 1.04 s against 0.29 s). JSON rows leave columns out, and only
 * an insert knows what those default to.
 */
async function store(session: Session, [, table, list, format]: RegExpExecArray, values: Buffer): Promise<void> {
  const columns = list!.split(',').map((column) => column.trim().replaceAll('`', ''))
  if (format !== 'TabSeparated') {
    await session.insert({ table: table!, columns, format: format as 'JSONEachRow', values })
    return
  }
  const structure = (await structureOf(session, table!, columns)).replaceAll("'", "\\'")
  await withBody(values, (file) =>
    session.queryAsync(`INSERT INTO ${table} (${list}) SELECT * FROM file('${file}', 'TabSeparated', '${structure}')`, {
      format: 'TSV',
    }),
  )
}

const storeSelected = (
  session: Session,
  [, before, structure, after, format]: RegExpExecArray,
  values: Buffer,
): Promise<void> =>
  withBody(values, (file) =>
    session.queryAsync(`${before}file('${file}', '${format}', '${structure}')${after}`, { format: 'TSV' }),
  )

async function withBody(values: Buffer, use: (file: string) => Promise<unknown>): Promise<void> {
  const file = join(dirname(socketPath), `body-${++bodies}.tsv`)
  try {
    await writeFile(file, values)
    await use(file)
  } finally {
    await rm(file, { force: true })
  }
}

/** Sends a result as it comes. An error after the first bytes is told in the stream, as ClickHouse does since 25.11. */
async function stream(session: Session, sql: string, format: string, response: ServerResponse): Promise<void> {
  const tag = randomBytes(8).toString('hex')
  response.setHeader('X-ClickHouse-Exception-Tag', tag)
  let begun = false
  try {
    for await (const chunk of session.queryStream(sql, { format })) {
      begun = true
      if (!response.write(chunk.raw())) await writable(response)
      if (response.destroyed) return
    }
    response.end()
  } catch (error) {
    if (!begun) throw error
    const message = `${messageOf(error)
      .replaceAll(/[\r\n]+/g, ' ')
      .slice(0, 4000)}\n`
    response.end(`\r\n__exception__\r\n${tag}\r\n${message}${Buffer.byteLength(message)} ${tag}\r\n__exception__\r\n`)
  }
}

const writable = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const go = () => {
      response.off('drain', go).off('close', go)
      resolve()
    }
    response.on('drain', go).on('close', go)
    if (response.destroyed) go()
  })

let goodbye = false

function end(): void {
  const busy = idle.length < poolSize
  for (const seat of idle) seat.session.close()
  // the parent removes its folder; a parent that was killed has not said goodbye and cannot
  if (!goodbye) rmSync(dirname(socketPath), { recursive: true, force: true })
  // a running query cannot be stopped, and an orderly end would wait for it; the store survives this (kill -9 was tried)
  if (busy) process.kill(process.pid, 'SIGKILL')
  process.exit(0)
}

process.stdin.on('end', end).on('error', end)
process.stdin.on('data', () => {
  goodbye = true
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {}) // the parent decides when to end
try {
  idle.push(...(await openSeats()))
} catch (error) {
  const { code } = error as NodeJS.ErrnoException
  process.stdout.write(`failed ${code ?? ''} ${messageOf(error).replaceAll(/\s+/g, ' ')}\n`, () => process.exit(1))
}
const server = createServer(
  { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, maxHeaderSize: 64 * 1024 ** 2 },
  (request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  },
)
if (idle.length > 0) server.listen(socketPath, () => process.stdout.write('ready\n'))
