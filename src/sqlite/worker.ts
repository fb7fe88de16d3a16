// The sandbox: opens one private copy at a time with SQLite in WebAssembly and reads declared columns of ordinary tables.
// Whatever a hostile database makes of this thread, it holds nothing else, and whoever asked ends it when it is silent.
import { parentPort } from 'node:worker_threads'
import sqlite from 'node-sqlite3-wasm'
import type { ProblemCode } from '../model/index.ts'
import type { Answer, DatabaseRow, Request, Value, Wanted } from './messages.ts'

// an error is no bug here, and its stack through WebAssembly takes longer than what failed
Error.stackTraceLimit = 0

type Db = InstanceType<typeof sqlite.Database>

const batchRows = 500
const batchBytes = 256 * 1024
/** Batches that may lie unread. */
const ahead = 4
const longestCell = 4096
/** Damaged stretches of one table after which it is given up: each costs up to 130 look-ups. */
const maxStretches = 1000
const [lowest, highest] = [-(2n ** 63n), 2n ** 63n - 1n]

const port = parentPort!
const say = (answer: Answer): void => port.postMessage(answer)
const problem = (table: string, code: ProblemCode, detail: string): void =>
  say({ kind: 'problem', table, code, detail })
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 200)
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

function openSender(table: string, taken: Int32Array) {
  let rows: DatabaseRow[] = []
  let bytes = 0
  let sent = 0
  const flush = (): void => {
    if (rows.length === 0) return
    say({ kind: 'rows', table, rows })
    sent++
    rows = []
    bytes = 0
    for (let done = Atomics.load(taken, 0); sent - done >= ahead; done = Atomics.load(taken, 0))
      Atomics.wait(taken, 0, done)
  }
  return {
    flush,
    add(row: DatabaseRow): void {
      rows.push(row)
      bytes += 32
      for (const value of row.values)
        if (typeof value === 'string') bytes += value.length
        else if (value instanceof Uint8Array) bytes += value.length
      if (rows.length >= batchRows || bytes >= batchBytes) flush()
    },
  }
}

/** Ordinary tables by name in lower case; what else has a name that is asked for is told. */
function tablesOf(db: Db, wanted: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>()
  const schema = 'SELECT type, name, substr(sql, 1, 200) AS start FROM sqlite_schema'
  withStatement(db, schema, (statement) => {
    for (const row of statement.iterate()) {
      const { type, name, start } = row as { type: unknown; name: unknown; start: unknown }
      if (typeof name !== 'string' || typeof start !== 'string' || !wanted.has(name.toLowerCase())) continue
      if (type === 'table' && !/^\s*create\s+virtual/i.test(start)) found.set(name.toLowerCase(), name)
      else if (type === 'table' || type === 'view')
        problem(
          name,
          'unknown_kind',
          'there is no ordinary table of this name but a view or virtual table, which is not read',
        )
    }
  })
  return found
}

/** Columns that hold what was stored in them: by name in lower case, as they are written. */
function columnsOf(db: Db, table: string): { readonly stored: Map<string, string>; readonly made: Set<string> } {
  const stored = new Map<string, string>()
  const made = new Set<string>()
  // hidden: 0 ordinary, 1 of a virtual table, 2 and 3 generated: an expression of the file would be run
  for (const row of db.all('SELECT name, hidden FROM pragma_table_xinfo(?)', [table])) {
    const { name, hidden } = row as { name: unknown; hidden: unknown }
    if (typeof name !== 'string') continue
    if (hidden === 0) stored.set(name.toLowerCase(), name)
    else made.add(name.toLowerCase())
  }
  return { stored, made }
}

/** How the number of a row can be asked for; null: it has none, or columns hide all its names. */
function rowidOf(db: Db, table: string, columns: ReadonlyMap<string, string>): string | null {
  for (const name of ['rowid', '_rowid_', 'oid'])
    if (!columns.has(name))
      try {
        db.prepare(`SELECT ${name} FROM ${quoted(table)} NOT INDEXED LIMIT 0`).finalize()
        return name
      } catch {
        return null
      }
  return null
}

const plain = (value: unknown): Value => {
  if (typeof value === 'bigint')
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
  // a view on the memory of WebAssembly must not be kept
  return value instanceof Uint8Array ? value.slice() : (value as Value)
}

/** `id`: its number as an integer, whatever it comes as. */
const numberOf = (id: unknown): bigint | null =>
  typeof id === 'bigint' ? id : typeof id === 'number' && Number.isInteger(id) ? BigInt(id) : null

function readTable(db: Db, { table, columns, longest = longestCell }: Wanted, name: string, request: Request): void {
  const { stored, made } = columnsOf(db, name)
  for (const column of columns)
    if (made.has(column.toLowerCase()))
      problem(table, 'unknown_kind', `its column ${column} is generated by an expression, which is not run`)
  say({ kind: 'table', table, missing: columns.filter((column) => !stored.has(column.toLowerCase())) })
  const rowid = rowidOf(db, name, stored)
  const cells = columns.map((column, i) => {
    const written = stored.get(column.toLowerCase())
    if (written === undefined) return `NULL AS c${i}`
    const cell = quoted(written)
    return `CASE WHEN typeof(${cell}) IN ('text', 'blob') THEN substr(${cell}, 1, ${longest}) ELSE ${cell} END AS c${i}`
  })
  // an index may be damaged where the table is not, or hold other values than it
  const from = `FROM ${quoted(name)} NOT INDEXED`
  const sender = openSender(table, new Int32Array(request.taken))
  // each row takes four bytes of the file at least: what gives more goes round in circles
  let left = Math.ceil(request.bytes / 4)
  const take = (row: Record<string, unknown>, id: bigint | null): void => {
    if (left-- <= 0) throw new Error('it gives more rows than the file can hold')
    sender.add({
      rowid: id === null ? null : (plain(id) as bigint),
      values: columns.map((_, i) => plain(row[`c${i}`])),
    })
  }
  const shown = cells.length > 0 ? `, ${cells.join(', ')}` : ''
  const flaw: Flaw = (code, detail) => {
    sender.flush()
    problem(table, code, detail)
  }
  if (rowid === null) scan(db, `SELECT NULL AS id${shown} ${from}`, take, flaw)
  else
    walk(
      db,
      `SELECT ${rowid} AS id${shown} ${from} WHERE ${rowid} >= ? ORDER BY ${rowid}`,
      `SELECT ${rowid} AS id ${from} WHERE ${rowid} >= ? ORDER BY ${rowid} LIMIT 1`,
      take,
      flaw,
    )
  sender.flush()
}

type Take = (row: Record<string, unknown>, id: bigint | null) => void
/** Tells what is wrong with a table, behind the rows that came before. */
type Flaw = (code: ProblemCode, detail: string) => void

function scan(db: Db, sql: string, take: Take, flaw: Flaw): void {
  let count = 0
  try {
    withStatement(db, sql, (statement) => {
      for (const row of statement.iterate()) {
        take(row as Record<string, unknown>, null)
        count++
      }
    })
  } catch (error) {
    flaw('bad_record', `${messageOf(error)}; ${count} rows came before, and none of the rest can be found`)
  }
}

/** In the order of row numbers; behind a damaged page it goes on with the next row that can be found. */
function walk(db: Db, sql: string, probe: string, take: Take, flaw: Flaw): void {
  let from = lowest
  for (let stretches = 0; ; stretches++) {
    const end = stretch(db, sql, from, take)
    if (end === null) return
    if (stretches >= maxStretches) {
      const most = `more than ${maxStretches} damaged places, the rest was left out`
      flaw('count_limit', `${end.why}; ${most}`)
      return
    }
    const start = end.last === null ? from : end.last + 1n
    const next = start > highest ? null : nextGood(db, probe, start)
    const first = start === lowest ? 'the first' : String(start)
    const upTo = next === null ? 'the end' : `row ${next}`
    flaw('bad_record', `${end.why}: rows from ${first} up to ${upTo} cannot be read`)
    if (next === null) return
    from = next
  }
}

type Statement = ReturnType<Db['prepare']>

/** A statement that failed says so once more when it is finalized, and cannot be used again. */
function withStatement<T>(db: Db, sql: string, use: (statement: Statement) => T): T {
  const statement = db.prepare(sql)
  try {
    return use(statement)
  } finally {
    try {
      statement.finalize()
    } catch {
      // told by `use`
    }
  }
}

/** Rows from a number on; null: up to the end, else why it broke off, and behind which row. */
function stretch(
  db: Db,
  sql: string,
  from: bigint,
  take: Take,
): { readonly why: string; readonly last: bigint | null } | null {
  let last: bigint | null = null
  try {
    return withStatement(db, sql, (statement) => {
      for (const row of statement.iterate([from])) {
        const id = numberOf((row as { id: unknown }).id)
        if (id === null || id < from || (last !== null && id <= last)) return { why: 'its rows are out of order', last }
        take(row as Record<string, unknown>, id)
        last = id
      }
      return null
    })
  } catch (error) {
    return { why: messageOf(error), last }
  }
}

/** The first number from which rows can be looked up again, and where there is one; null: none can. */
function nextGood(db: Db, probe: string, start: bigint): bigint | null {
  /** undefined: damaged here; null: nothing from here on. */
  const at = (id: bigint): bigint | null | undefined => {
    try {
      const row = withStatement(db, probe, (look) => look.get([id])) as { id: unknown } | null | undefined
      const found = row ? numberOf(row.id) : null
      return found === null || found >= id ? found : undefined
    } catch {
      return undefined
    }
  }
  let bad = start
  let step = 1n
  let good = start + step
  for (; good <= highest && at(good) === undefined; good = start + step) {
    bad = good
    step *= 2n
  }
  if (good > highest) {
    if (at(highest) === undefined) return null
    good = highest
  }
  while (good - bad > 1n) {
    const middle = bad + (good - bad) / 2n
    if (at(middle) === undefined) bad = middle
    else good = middle
  }
  return at(good) ?? null
}

/** A lock that is given back after each statement would cost a folder made and removed by the driver, hundreds of times a second. */
const pragmas = ['trusted_schema = OFF', 'cell_size_check = ON', 'temp_store = MEMORY', 'locking_mode = EXCLUSIVE']

function open(file: string): Db {
  const db = new sqlite.Database(file, { fileMustExist: true, readOnly: true })
  // none that needs the schema, which may be damaged
  for (const pragma of pragmas) db.exec(`PRAGMA ${pragma}`)
  return db
}

/** Opens it and finds the tables. A schema that is damaged in places is read without those. */
function findTables(db: Db, wanted: ReadonlySet<string>): Map<string, string> {
  try {
    return tablesOf(db, wanted)
  } catch (error) {
    const why = messageOf(error)
    // it is only read: what SQLite then lets pass is told, and cannot be written
    db.exec('PRAGMA writable_schema = ON')
    const found = tablesOf(db, wanted)
    problem('', 'bad_record', `${why}; what can be read of it was read`)
    return found
  }
}

function answer(request: Request): void {
  let db: Db | null = null
  try {
    db = open(request.file)
    const tables = findTables(db, new Set(request.wanted.map(({ table }) => table.toLowerCase())))
    for (const wanted of request.wanted) {
      const found = tables.get(wanted.table.toLowerCase())
      if (!found) continue
      try {
        readTable(db, wanted, found, request)
      } catch (error) {
        problem(wanted.table, 'bad_record', messageOf(error))
      }
    }
  } catch (error) {
    problem('', 'bad_record', messageOf(error))
  } finally {
    try {
      db?.close()
    } catch {
      // a statement that failed half-way; the memory goes with the worker
    }
  }
  say({ kind: 'done' })
}

port.on('message', answer)
