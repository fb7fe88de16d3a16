// Databases with the log that they are kept with: read as one, and compared with what SQLite itself makes of the two.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { scratch, take, tarOf, zipOf } from './testing.ts'

/** A folder with `a.db` and `a.db-wal`: ten rows in the one, and `more` in the other. `then`: changes after that. */
function withLog(more: number, then: (db: DatabaseSync) => void = () => {}, pageSize = 1024): string {
  const [work, folder] = [scratch(), scratch()]
  const file = join(work, 'a.db')
  const db = new DatabaseSync(file)
  db.exec(
    `PRAGMA page_size = ${pageSize}; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT);`,
  )
  const insert = (from: number, count: number): void => {
    for (let i = from; i < from + count; i++)
      db.prepare('INSERT INTO t (b) VALUES (?)').run(`row ${i} ${'x'.repeat(200)}`)
  }
  insert(0, 10)
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  insert(10, more)
  then(db)
  for (const end of ['', '-wal', '-shm']) copyFileSync(file + end, join(folder, `a.db${end}`))
  db.close()
  return folder
}

/** What SQLite says of an image that stands alone. */
function rowsOf(image: Buffer): string[] {
  const folder = scratch()
  const file = join(folder, 'alone.db')
  writeFileSync(file, image)
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    return db
      .prepare('SELECT a, b FROM t ORDER BY a')
      .all()
      .map((row) => `${row.a} ${row.b}`)
  } finally {
    db.close()
  }
}

/** What SQLite says of the database with its log. */
function rowsWithLog(folder: string): string[] {
  const copy = scratch()
  for (const end of ['', '-wal']) copyFileSync(join(folder, `a.db${end}`), join(copy, `a.db${end}`))
  const db = new DatabaseSync(join(copy, 'a.db'))
  try {
    return db
      .prepare('SELECT a, b FROM t ORDER BY a')
      .all()
      .map((row) => `${row.a} ${row.b}`)
  } finally {
    db.close()
  }
}

describe('a database and its log', () => {
  test.each([
    ['rows that were added', 50, undefined, 1024],
    ['large pages', 50, undefined, 65_536],
    [
      'rows that were changed and deleted',
      5,
      (db: DatabaseSync) => db.exec("UPDATE t SET b = 'new' WHERE a = 3; DELETE FROM t WHERE a < 3"),
      1024,
    ],
    ['a database that shrank', 400, (db: DatabaseSync) => db.exec('DELETE FROM t WHERE a > 2; VACUUM'), 1024],
    [
      'a log that was begun anew',
      20,
      (db: DatabaseSync) => db.exec("PRAGMA wal_checkpoint(RESTART); INSERT INTO t (b) VALUES ('last')"),
      1024,
    ],
    ['an empty log', 0, undefined, 1024],
  ])('%s', async (_, more, then, pageSize) => {
    const folder = withLog(more, then, pageSize)
    const { sources, problems } = await take(folder)
    expect(problems).toEqual([])
    expect(sources.map(({ name, problems: told }) => [name, told])).toEqual([['a.db', []]])
    const rows = rowsOf(sources[0]!.data)
    expect(rows).toEqual(rowsWithLog(folder))
    expect(rows.length).toBeGreaterThan(0)
    expect([...sources[0]!.data.subarray(18, 20)]).toEqual(more === 0 ? [2, 2] : [1, 1])
  })

  test('all of it stands in the log', async () => {
    const folder = withLog(30)
    const log = scratch()
    const db = new DatabaseSync(join(log, 'a.db'))
    db.exec(
      'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES (1, 2)',
    )
    rmSync(join(folder, 'a.db-shm'))
    copyFileSync(join(log, 'a.db-wal'), join(folder, 'a.db-wal'))
    db.close()
    writeFileSync(join(folder, 'a.db'), '')
    const { sources } = await take(folder)
    expect(rowsOf(sources[0]!.data)).toEqual(['1 2'])
  })

  test('given by its name, it takes the log beside it along', async () => {
    const folder = withLog(20)
    const { sources } = await take(join(folder, 'a.db'))
    expect(rowsOf(sources[0]!.data)).toHaveLength(30)
  })

  test('in a zip, whichever comes first', async () => {
    const folder = withLog(20)
    const [main, log, shared] = ['', '-wal', '-shm'].map((end) => ({
      name: `in/a.db${end}`,
      data: readFileSync(join(folder, `a.db${end}`)),
    }))
    for (const members of [
      [main!, shared!, log!],
      [log!, main!],
      [shared!, log!, main!],
    ]) {
      const path = join(scratch(), 'a.zip')
      writeFileSync(path, zipOf(...members))
      const { sources, problems } = await take(path)
      expect([sources.map((one) => one.path), problems]).toEqual([['a.zip!in/a.db'], []])
      expect(rowsOf(sources[0]!.data)).toHaveLength(30)
    }
  })

  test('in a tar, whichever comes first, and others between', async () => {
    const folder = withLog(20)
    const [main, log, shared] = ['', '-wal', '-shm'].map((end) => ({
      name: `in/a.db${end}`,
      data: readFileSync(join(folder, `a.db${end}`)),
    }))
    const other = { name: 'other.txt', data: 'text' }
    for (const members of [
      [main!, other, shared!, log!],
      [log!, main!, other],
      [shared!, log!, other, main!],
    ]) {
      const path = join(scratch(), 'a.tar')
      writeFileSync(path, await tarOf(...members))
      const { sources, problems } = await take(path)
      expect([sources.map((one) => one.path).sort(), problems]).toEqual([['a.tar!in/a.db', 'a.tar!other.txt'], []])
      expect(rowsOf(sources.find(({ name }) => name === 'a.db')!.data)).toHaveLength(30)
    }
  })
})

describe('what is not sound', () => {
  const damaged = async (change: (log: Buffer) => Buffer) => {
    const folder = withLog(20)
    const log = join(folder, 'a.db-wal')
    writeFileSync(log, change(readFileSync(log)))
    const { sources } = await take(folder)
    return {
      rows: rowsOf(sources[0]!.data),
      sqlite: rowsWithLog(folder),
      told: sources[0]!.problems,
      names: sources.map(({ name }) => name),
    }
  }

  test('cut within a page: what was finished before counts, and the rest is told', async () => {
    const { rows, sqlite, told } = await damaged((log) => log.subarray(0, Math.floor(log.length * 0.7)))
    expect(rows).toEqual(sqlite)
    expect(rows.length).toBeGreaterThan(10)
    expect(rows.length).toBeLessThan(30)
    expect(told.map(({ code }) => code)).toEqual(['truncated'])
  })

  test('a wrong byte: as far as the checksum fits', async () => {
    const { rows, sqlite, told } = await damaged((log) => {
      log[Math.floor(log.length / 2)]! ^= 1
      return log
    })
    expect(rows).toEqual(sqlite)
    expect(told[0]!.detail).toContain('checksum is wrong at byte')
  })

  test('a transaction that was not finished is left out', async () => {
    // the page count of the last frame says that a transaction ends with it; without it the sum does not fit either
    const { rows, sqlite, told } = await damaged((log) => log.subarray(0, log.length - 24 - 1024))
    expect(rows).toEqual(sqlite)
    expect(told.length + rows.length).toBeGreaterThan(10)
  })

  test('a log of another database, and what is no log', async () => {
    const foreign = withLog(5)
    copyFileSync(join(withLog(5, undefined, 4096), 'a.db-wal'), join(foreign, 'a.db-wal'))
    const [one] = (await take(foreign)).sources
    expect(rowsOf(one!.data.fill(1, 18, 20))).toHaveLength(10)
    expect(one!.problems.map(({ code }) => code)).toEqual(['bad_record'])
    const folder = withLog(3)
    writeFileSync(join(folder, 'a.db-wal'), 'plain text')
    const { sources } = await take(folder)
    expect(sources.map(({ name }) => name)).toEqual(['a.db', 'a.db-wal'])
  })

  test('a log without its database is named', async () => {
    const folder = withLog(3)
    rmSync(join(folder, 'a.db'))
    const { sources, problems } = await take(folder)
    expect(sources).toEqual([])
    expect(problems.map(({ detail }) => detail)).toEqual([
      'the index (-shm) of a write-ahead log without the database is not read: put the database and its -wal into one folder',
      'the write-ahead log (-wal) of a database without the database is not read: put both into one folder',
    ])
  })

  test('names that only look like it', async () => {
    const folder = scratch()
    for (const name of ['notes', 'notes-wal', 'b-journal', '-wal']) writeFileSync(join(folder, name), `text of ${name}`)
    mkdirSync(join(folder, 'c'))
    writeFileSync(join(folder, 'c-wal'), 'text')
    const { sources } = await take(folder)
    expect(sources.map(({ name }) => name).sort()).toEqual(['-wal', 'b-journal', 'c-wal', 'notes', 'notes-wal'])
  })

  test('a rollback journal that is still hot is told', async () => {
    const folder = withLog(0)
    rmSync(join(folder, 'a.db-wal'))
    writeFileSync(
      join(folder, 'a.db-journal'),
      Buffer.concat([Buffer.from('d9d505f920a163d7', 'hex'), Buffer.alloc(504)]),
    )
    const { sources } = await take(folder)
    expect(sources.map(({ name, problems }) => [name, problems.map(({ code }) => code)])).toEqual([
      ['a.db', ['changed']],
    ])
  })

  test('a page number and a size that somebody made up give no terabytes', async () => {
    const folder = withLog(1)
    const log = readFileSync(join(folder, 'a.db-wal'))
    const frame = 24 + 1024
    // one frame that says: the database has four billion pages
    const first = log.subarray(0, 32 + frame)
    first.writeUInt32BE(0xfffffff0, 32 + 4)
    const big = first.readUInt32BE(0) === 0x377f0683
    let [s0, s1] = [first.readUInt32BE(24), first.readUInt32BE(28)]
    const add = (bytes: Buffer): void => {
      for (let at = 0; at < bytes.length; at += 8) {
        s0 = (s0 + (big ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + s1) >>> 0
        s1 = (s1 + (big ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + s0) >>> 0
      }
    }
    add(first.subarray(32, 40))
    add(first.subarray(56))
    first.writeUInt32BE(s0, 48)
    first.writeUInt32BE(s1, 52)
    writeFileSync(join(folder, 'a.db-wal'), first)
    const { sources } = await take(folder)
    expect(sources[0]!.data.length).toBeLessThan(100_000)
    expect(sources[0]!.problems.map(({ code }) => code)).toEqual(['bad_record'])
  })
})
