// Holds databases and backups to every numbered line of docs/spec/databases.md.
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Command } from 'commander'
import { afterAll, describe, expect } from 'vitest'
import { scanCommand } from '../../src/cli/commands/scan.ts'
import { formats } from '../../src/formats/index.ts'
import { type CodeFormat, defaultLimits, UserError } from '../../src/model/index.ts'
import { gather } from '../../src/sources/content.ts'
import { findSources } from '../../src/sources/index.ts'
import { backupOf, deviceId } from '../../src/sources/testing/backup.ts'
import { fixtureBytes, fixturesOf, root } from './harness.ts'
import { parseAlone } from './parse.ts'
import { openSpec } from './spec.ts'

const { spec, close } = openSpec('databases')

/** Formats that read databases: told by what they import. */
const readers = formats.filter(
  (format): format is CodeFormat =>
    format.kind === 'code' &&
    readFileSync(new URL(`src/formats/${format.id}/format.ts`, root), 'utf8').includes("'../database.ts'"),
)
const soundOf = (format: CodeFormat): Buffer => {
  const sound = fixturesOf(format.id).find((one) => !/damaged|cut|encrypted|no-database|hostile/.test(one.name))!
  return fixtureBytes(sound)
}

const folders: string[] = []
const folderOf = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'databases-'))
  folders.push(folder)
  return folder
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

async function pathsOf(
  path: string,
  password: string | null = null,
): Promise<{ paths: string[]; problems: string[]; devices: Set<string> }> {
  const paths: string[] = []
  const problems: string[] = []
  const devices = new Set<string>()
  for await (const found of findSources(path, defaultLimits, undefined, { backupPassword: async () => password }))
    if (found.kind === 'problem') problems.push(`${found.problem.code} ${found.path.slice(path.length)}`)
    else {
      paths.push(found.source.path.slice(path.length))
      devices.add(found.source.folders.at(-1)!)
      await gather(found.source.open((problem) => void problems.push(problem.code)))
    }
  return { paths, problems, devices }
}

/** Statements that change what the tables of a database mean, without changing its tables. */
function disguised(bytes: Buffer): Buffer {
  const file = join(folderOf(), 'a.db')
  writeFileSync(file, bytes)
  const db = new DatabaseSync(file)
  const tables = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .all()
    .map(({ name }) => String(name))
  for (const name of tables) {
    db.exec(`ALTER TABLE "${name}" RENAME TO "real ${name}"`)
    db.exec(
      `CREATE VIEW "${name}" AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n`,
    )
  }
  db.close()
  return readFileSync(file)
}

describe('databases and backups', () => {
  spec('D1', 'nothing of the file is run', async () => {
    expect(readers.length).toBeGreaterThan(6)
    for (const format of readers) {
      const started = performance.now()
      const { rows, problems } = await parseAlone(format, disguised(soundOf(format)), format.names[0]!)
      expect([rows, problems.length > 0], format.id).toEqual([[], true])
      expect(performance.now() - started).toBeLessThan(10_000)
    }
  })

  spec('D2', 'what is damaged is told with its place, and nothing else is lost', async () => {
    for (const format of readers) {
      const whole = soundOf(format)
      const sound = await parseAlone(format, whole, format.names[0]!)
      for (let page = 2; page <= whole.length / 1024; page++) {
        const bytes = Buffer.from(whole).fill(0x5a, (page - 1) * 1024, page * 1024)
        const { rows, problems } = await parseAlone(format, bytes, format.names[0]!)
        const lost = problems.filter(({ detail }) =>
          /malformed|out of order|cannot be read|not a database|more rows than/.test(detail),
        )
        if (rows.length < sound.rows.length) expect(lost.length, `${format.id}, page ${page}`).toBeGreaterThan(0)
      }
      for (const bytes of [Buffer.from('x'), Buffer.alloc(4096, 'abc')]) {
        const [problem] = (await parseAlone(format, bytes, format.names[0]!)).problems
        expect([problem?.code, problem?.record], format.id).toEqual(['bad_record', 1])
      }
    }
  })

  spec('D3', 'a database and its log are one source', async () => {
    const [work, folder] = [folderOf(), folderOf()]
    const db = new DatabaseSync(join(work, 'a.db'))
    db.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)')
    for (const end of ['', '-wal', '-shm']) copyFileSync(join(work, `a.db${end}`), join(folder, `a.db${end}`))
    db.close()
    expect(await pathsOf(folder)).toMatchObject({ paths: ['/a.db'], problems: [] })
    rmSync(join(folder, 'a.db'))
    expect((await pathsOf(folder)).problems).toEqual(['unreadable /a.db-shm', 'unreadable /a.db-wal'])
  })

  spec('D4', 'a backup is a container', async () => {
    const { paths, problems, devices } = await pathsOf(
      backupOf([
        { domain: 'HomeDomain', path: 'Library/a.txt', data: 'a' },
        { domain: 'HomeDomain', path: '../b.txt', data: 'b' },
        { domain: 'HomeDomain', path: 'c.txt', data: '', missing: true },
        { domain: 'CameraRollDomain', path: 'd.txt', data: 'd' },
      ]),
    )
    expect(paths).toEqual(['!HomeDomain/Library/a.txt', '/Info.plist'])
    expect(problems).toEqual(['bad_path !HomeDomain/../b.txt', 'unknown_kind ', 'unreadable '])
    expect([...devices]).toEqual([deviceId])
  })

  spec('D5', 'where a password comes from, and what happens without', async () => {
    const folder = backupOf([{ domain: 'HomeDomain', path: 'a.txt', data: 'a' }], 'right')
    expect((await pathsOf(folder, 'right')).paths).toContain('!HomeDomain/a.txt')
    await expect(pathsOf(folder, 'wrong')).rejects.toThrow(UserError)
    const { paths, problems } = await pathsOf(folder)
    expect([paths, problems]).toEqual([['/Info.plist'], ['encrypted !Manifest.db', 'encrypted ']])
    const program = new Command()
    scanCommand(program, 'test')
    const options = program.commands[0]!.options.map(({ flags }) => flags).filter((flags) => /pass/i.test(flags))
    expect(options).toEqual(['--backup-password-file <file>'])
    for (const file of ['src/cli/password.ts', 'src/cli/commands/scan.ts', 'src/sources/backup.ts'])
      expect(readFileSync(new URL(file, root), 'utf8')).not.toMatch(/process\.env\.(?!NO_COLOR)/)
  })

  spec('D6', 'no copy stays behind, and nobody else may look at one', async () => {
    const format = readers[0]!
    const own = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith(`codling-db-${process.pid}-`))
    await parseAlone(format, soundOf(format), format.names[0]!)
    expect(own()).toHaveLength(1)
    for (const name of own()) {
      expect(statSync(join(tmpdir(), name)).mode & 0o77).toBe(0)
      expect(readdirSync(join(tmpdir(), name))).toEqual([])
    }
  })

  spec('D7', 'what is private is not asked for', () => {
    const asked = readers.map(({ id }) => readFileSync(new URL(`src/formats/${id}/format.ts`, root), 'utf8')).join('\n')
    for (const word of [
      "'title'",
      "'text'",
      "'message'",
      'ABPerson',
      'ZWAMESSAGE',
      'CalendarItem',
      'ZINTERACTIONS',
      "'tab_sessions'",
      "'session_data'",
    ])
      expect(asked).not.toContain(word)
  })
})

describe('the list', close)
