// Databases that are sound, hostile, damaged, truncated or none, and what it costs to read them.
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { type DatabaseTold, databaseLimits, readDatabase, type Wanted } from './index.ts'

function bytesOf(statements: string, fill: (db: DatabaseSync) => void = () => {}): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-test-'))
  const db = new DatabaseSync(join(folder, 'a.db'))
  try {
    db.exec(statements)
    fill(db)
    db.close()
    return readFileSync(join(folder, 'a.db'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const rowsOf = (told: readonly DatabaseTold[]) => told.flatMap((one) => (one.kind === 'rows' ? one.rows : []))
const problemsOf = (told: readonly DatabaseTold[]) => told.flatMap((one) => (one.kind === 'problem' ? [one] : []))

async function read(
  bytes: Buffer,
  wanted: readonly Wanted[],
  limits = databaseLimits,
  signal = new AbortController().signal,
): Promise<DatabaseTold[]> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += 5000) yield bytes.subarray(at, at + 5000)
  }
  const told: DatabaseTold[] = []
  for await (const one of readDatabase(chunks(), wanted, signal, limits)) told.push(one)
  return told
}

const many = (count: number): Buffer =>
  bytesOf('PRAGMA page_size = 4096; CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c REAL); BEGIN', (db) => {
    const insert = db.prepare('INSERT INTO t (b, c) VALUES (?, ?)')
    for (let i = 0; i < count; i++) insert.run(`row ${i} ${'x'.repeat(60)}`, i / 7)
    db.exec('COMMIT')
  })
const t: Wanted = { table: 'T', columns: ['b', 'C'] }

describe('what is stored', () => {
  test('values of every type, in the order of the rows; columns and tables in any case', async () => {
    const bytes = bytesOf(
      `CREATE TABLE Odd ("a ""b" TEXT, n INTEGER, r REAL, x BLOB);
       INSERT INTO Odd VALUES ('é\u{1f34e}', 9007199254740991, 1.5, x'00ff'), (NULL, 9223372036854775807, -2, x'01'), ('7', 7, 1e300, 'text');`,
    )
    const told = await read(bytes, [{ table: 'oDD', columns: ['A "B', 'N', 'r', 'X', 'none'] }])
    expect(told[0]).toEqual({ kind: 'table', table: 'oDD', missing: ['none'] })
    expect(rowsOf(told)).toEqual([
      { rowid: 1, values: ['é\u{1f34e}', 9007199254740991, 1.5, new Uint8Array([0, 255]), null] },
      { rowid: 2, values: [null, 9223372036854775807n, -2, new Uint8Array([1]), null] },
      { rowid: 3, values: ['7', 7, 1e300, 'text', null] },
    ])
  })

  test('texts and blobs are cut', async () => {
    const bytes = bytesOf('CREATE TABLE t (a, b); INSERT INTO t VALUES (hex(zeroblob(5000000)), zeroblob(5000000))')
    const [row] = rowsOf(await read(bytes, [{ table: 't', columns: ['a', 'b'], longest: 10 }]))
    expect(row!.values).toEqual(['0000000000', new Uint8Array(10)])
  })

  test('a table without rows and one that is not there', async () => {
    const told = await read(bytesOf('CREATE TABLE t (a)'), [t, { table: 'nowhere', columns: ['a'] }])
    expect(told).toEqual([{ kind: 'table', table: 'T', missing: ['b', 'C'] }])
  })

  test('kept with a write-ahead log: read without it', async () => {
    const bytes = many(10)
    bytes.fill(2, 18, 20)
    expect(rowsOf(await read(bytes, [t]))).toHaveLength(10)
  })

  test('100,000 rows come in order, whoever reads slowly', async () => {
    const told = await read(many(100_000), [t])
    expect(rowsOf(told).map(({ rowid }) => rowid)).toEqual(Array.from({ length: 100_000 }, (_, i) => i + 1))
    expect(problemsOf(told)).toEqual([])
  })
})

describe('damage', () => {
  const whole = many(5000)
  const spoiled = (from: number, to: number): Buffer => {
    const copy = Buffer.from(whole)
    copy.fill(0xff, from * 4096, to * 4096)
    return copy
  }

  test('rows behind broken pages are found, and what was lost is told with its place', async () => {
    const told = await read(spoiled(40, 43), [t])
    const ids = new Set(rowsOf(told).map(({ rowid }) => Number(rowid)))
    expect(ids.size).toBeGreaterThan(4800)
    const lost = Array.from({ length: 5000 }, (_, i) => i + 1).filter((id) => !ids.has(id))
    expect(lost.at(-1)! - lost[0]!).toBe(lost.length - 1)
    expect(problemsOf(told).map(({ detail }) => detail)).toEqual([
      `database disk image is malformed: rows from ${lost[0]} up to row ${lost.at(-1)! + 1} cannot be read`,
    ])
  })

  test('a table whose root is gone does not take the others with it', async () => {
    const bytes = bytesOf(
      'PRAGMA page_size = 512; CREATE TABLE a (x); CREATE TABLE b (x); INSERT INTO a VALUES (1); INSERT INTO b VALUES (2)',
    )
    bytes.fill(0xff, 512, 1024)
    const told = await read(
      bytes,
      ['a', 'b'].map((table) => ({ table, columns: ['x'] })),
    )
    expect(rowsOf(told).map(({ values }) => values)).toEqual([[2]])
    expect(problemsOf(told).map(({ table }) => table)).toEqual(['a'])
  })

  test('a schema that is damaged in one place is read without it', async () => {
    const bytes = bytesOf('CREATE TABLE a (x); CREATE TABLE b (x); INSERT INTO b VALUES (2)')
    const at = bytes.indexOf('CREATE TABLE a')
    bytes.write('CREATE TABLX', at)
    const told = await read(bytes, [{ table: 'b', columns: ['x'] }])
    expect(rowsOf(told).map(({ values }) => values)).toEqual([[2]])
    expect(problemsOf(told).map(({ code }) => code)).toEqual(['bad_record'])
  })

  test('cut off: told with the byte, and read as far as it goes', async () => {
    const told = await read(whole.subarray(0, 200_000), [t])
    expect(problemsOf(told)[0]).toMatchObject({ code: 'truncated', byte: 200_000 })
    expect(rowsOf(told).length).toBeGreaterThan(1000)
  })

  test('pages that lead round in a circle end', async () => {
    const bytes = Buffer.from(whole)
    // every child of the root is the first leaf
    const root = 4096
    const cells = bytes.readUInt16BE(root + 3)
    const first = bytes.readUInt32BE(root + bytes.readUInt16BE(root + 12))
    for (let i = 0; i < cells; i++) bytes.writeUInt32BE(first, root + bytes.readUInt16BE(root + 12 + 2 * i))
    const told = await read(bytes, [t])
    const ids = rowsOf(told).map(({ rowid }) => Number(rowid))
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
    expect(problemsOf(told).length).toBeGreaterThan(0)
  })

  test.each([
    ['nothing', Buffer.alloc(0), []],
    ['text', Buffer.from('SQLite? no'), ['bad_record']],
    ['a header alone', whole.subarray(0, 60), ['bad_record']],
    [
      'a page size that is none',
      Buffer.concat([whole.subarray(0, 16), Buffer.from([3, 3]), whole.subarray(18)]),
      ['bad_record'],
    ],
  ] as const)('%s', async (_, bytes, codes) => {
    const told = await read(bytes, [t])
    expect(rowsOf(told)).toEqual([])
    expect(problemsOf(told).map(({ code }) => code)).toEqual(codes)
  })
})

describe('hostile', () => {
  test('views, virtual tables and generated columns are told, and nothing of them is run', async () => {
    const bytes = bytesOf(
      `CREATE TABLE plain (a, b AS (hex(zeroblob(400000000))) VIRTUAL);
       INSERT INTO plain (a) VALUES (1);
       CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS a FROM n;
       CREATE VIRTUAL TABLE f USING fts5(a);`,
    )
    const told = await read(
      bytes,
      ['v', 'f', 'plain'].map((table) => ({ table, columns: ['a', 'b'] })),
    )
    expect(rowsOf(told).map(({ values }) => values)).toEqual([[1, null]])
    expect(problemsOf(told).map(({ table, code }) => [table, code])).toEqual([
      ['v', 'unknown_kind'],
      ['f', 'unknown_kind'],
      ['plain', 'unknown_kind'],
    ])
  })

  test('an index that tells other values than the table is not asked', async () => {
    const bytes = bytesOf(
      "PRAGMA page_size = 512; CREATE TABLE t (a TEXT); CREATE INDEX i ON t (a); INSERT INTO t VALUES ('true value')",
    )
    bytes.write('false', bytes.lastIndexOf('true value'))
    const values = rowsOf(await read(bytes, [{ table: 't', columns: ['a'] }])).map((row) => row.values[0])
    expect(values).toEqual([bytes.indexOf('true value') < 1024 ? 'true value' : 'falsevalue'])
  })

  test('a worker that is silent is ended, and the next database is read', async () => {
    const [problem] = problemsOf(await read(many(20_000), [t], { ...databaseLimits, silence: 0 }))
    expect(problem).toMatchObject({ code: 'unreadable', detail: 'no rows within 0 s; it was given up' })
    expect(rowsOf(await read(many(3), [t]))).toHaveLength(3)
  })

  test('more bytes than the limit are left out', async () => {
    const told = await read(many(5000), [t], { ...databaseLimits, maxBytes: 100_000 })
    expect(problemsOf(told).map(({ code }) => code)).toContain('size_limit')
  })
})

describe('when it is stopped', () => {
  test('abort ends it with its reason, and no copy stays behind', async () => {
    const control = new AbortController()
    const bytes = many(50_000)
    const reading = (async () => {
      let rows = 0
      for await (const one of readDatabase(
        (async function* () {
          yield bytes
        })(),
        [t],
        control.signal,
      ))
        if (one.kind === 'rows' && ++rows === 2) control.abort(new Error('enough'))
    })()
    await expect(reading).rejects.toThrow('enough')
    const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(`codling-db-${process.pid}-`))
    const own = folders.filter(
      (name) => existsSync(join(tmpdir(), name)) && readdirSync(join(tmpdir(), name)).length > 0,
    )
    expect(own).toEqual([])
  })

  test('what a process that was killed left behind is removed by the next', () => {
    const dead = spawnSync(process.execPath, ['-e', ''])
    const folder = join(tmpdir(), `codling-db-${dead.pid}-test`)
    mkdirSync(folder)
    writeFileSync(join(folder, '1.db'), 'evidence')
    const before = Date.now() / 1000 - 7200
    utimesSync(folder, before, before)
    const script = `const { readDatabase } = await import(${JSON.stringify(new URL('read.ts', import.meta.url).href)}); for await (const _ of readDatabase([Buffer.from('x')], [], new AbortController().signal));`
    const run = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', script])
    expect(run.stderr.toString()).toBe('')
    expect(existsSync(folder)).toBe(false)
  })
})
