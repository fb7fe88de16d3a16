// Backups as containers: names on the device, logs beside databases, encryption, and what is wrong with them.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { defaultLimits, type Limits, type Problem, UserError } from '../model/index.ts'
import { gather } from './content.ts'
import { findSources } from './index.ts'
import { type BackupFile, backupOf, deviceId } from './testing/backup.ts'
import { scratch, zipOf } from './testing.ts'

async function takeAll(folder: string, password: string | null = null, limits: Partial<Limits> = {}) {
  const sources: { path: string; name: string; folders: readonly string[]; data: Buffer; told: Problem[] }[] = []
  const problems: string[] = []
  const asked: string[] = []
  const shown = (path: string) => path.replace(folder, 'backup')
  const options = {
    backupPassword: async (path: string) => {
      asked.push(shown(path))
      return password
    },
  }
  for await (const found of findSources(folder, { ...defaultLimits, ...limits }, undefined, options)) {
    if (found.kind === 'problem') {
      problems.push(`${shown(found.path)}: ${found.problem.code}: ${found.problem.detail}`)
      continue
    }
    const { source } = found
    const told: Problem[] = []
    const data = await gather(source.open((problem) => told.push(problem)))
    expect((await source.head(16)).equals(data.subarray(0, 16))).toBe(true)
    sources.push({ path: shown(source.path), name: source.name, folders: source.folders, data, told })
  }
  return {
    sources,
    problems,
    asked,
    texts: Object.fromEntries(sources.map(({ path, data }) => [path, data.toString()])),
  }
}

const files: readonly BackupFile[] = [
  { domain: 'HomeDomain', path: 'Library/Safari/note.txt', data: 'a text on the device' },
  { domain: 'AppDomain-com.example.app', path: 'Documents/empty.log', data: '' },
  { domain: 'WirelessDomain', path: 'Library/large.bin', data: Buffer.alloc(300_001, 'large ') },
]

describe('as it is', () => {
  test('members have their names on the device, and the folder names the device', async () => {
    const { sources, problems, texts } = await takeAll(backupOf(files))
    expect(Object.keys(texts)).toEqual([
      'backup!AppDomain-com.example.app/Documents/empty.log',
      'backup!HomeDomain/Library/Safari/note.txt',
      'backup!WirelessDomain/Library/large.bin',
      'backup/Info.plist',
    ])
    expect(texts['backup!HomeDomain/Library/Safari/note.txt']).toBe('a text on the device')
    expect(problems).toEqual([])
    for (const { folders } of sources) expect(folders.at(-1)).toBe(deviceId)
    expect(sources[1]!.name).toBe('note.txt')
  })

  test('what the manifest does not name is a plain file', async () => {
    const folder = backupOf(files)
    mkdirSync(join(folder, 'ab'))
    writeFileSync(join(folder, 'ab', 'stray.txt'), 'stray')
    writeFileSync(join(folder, 'notes.txt'), 'notes')
    const { texts } = await takeAll(folder)
    expect([texts['backup/ab/stray.txt'], texts['backup/notes.txt']]).toEqual(['stray', 'notes'])
    expect(Object.keys(texts)).toHaveLength(6)
  })

  test('media are counted and not opened; what is missing is told once', async () => {
    const more: BackupFile[] = ['a.jpg', 'b.HEIC', 'c.mov'].map((name) => ({
      domain: 'HomeDomain',
      path: `x/${name}`,
      data: 'x',
    }))
    const lost: BackupFile[] = Array.from({ length: 30 }, (_, i) => ({
      domain: 'HomeDomain',
      path: `gone/${i}`,
      data: '',
      missing: true,
    }))
    const { problems, sources } = await takeAll(
      backupOf([...files, ...more, ...lost, { domain: 'CameraRollDomain', path: 'a.plist', data: '' }]),
    )
    expect(problems).toEqual([
      'backup: unknown_kind: 4 pictures, films, recordings, books and resources were left out: no format reads them',
      'backup: unreadable: 30 files that the manifest names are not there, the first is HomeDomain/gone/0: the backup was not finished, or this is a part of it',
    ])
    expect(sources).toHaveLength(4)
  })

  test('tricks with names and paths lead nowhere', async () => {
    const outside = scratch()
    writeFileSync(join(outside, 'secret'), 'secret')
    const { problems, texts } = await takeAll(
      backupOf([
        { domain: 'HomeDomain', path: '../../up.txt', data: 'x' },
        {
          domain: 'HomeDomain',
          path: 'a.txt',
          data: 'x',
          id: `../../${outside.split('/').at(-1)}/secret`,
          missing: true,
        },
        { domain: '', path: 'absolute', data: 'x' },
      ]),
    )
    expect(problems.map((line) => line.split(': ')[1])).toEqual(['bad_path', 'bad_path', 'bad_path'])
    expect(Object.values(texts).join()).not.toContain('secret')
  })

  test('a manifest that is no database, or damaged: told, and the rest is explored', async () => {
    const folder = backupOf(files)
    writeFileSync(join(folder, 'Manifest.db'), 'nothing')
    const { problems } = await takeAll(folder)
    expect(problems.map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
      'backup!Manifest.db: bad_record',
      'backup: encrypted',
    ])
  })

  test('packed, it is told what to do, and its members are sources by their content names', async () => {
    const folder = backupOf(files)
    const path = join(scratch(), 'backup.zip')
    const members = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(join(folder, name)).isFile(),
    )
    writeFileSync(path, zipOf(...members.map((name) => ({ name, data: readFileSync(join(folder, name)) }))))
    const { problems, sources } = await takeAll(path)
    expect(problems).toEqual([
      'backup!Manifest.db: unreadable: the manifest of a backup inside an archive: unpack it and give the folder',
    ])
    expect(sources).toHaveLength(members.length - 1)
  })

  test('more files than the limit', async () => {
    const many = Array.from({ length: 20 }, (_, i) => ({
      domain: 'HomeDomain',
      path: `${i}`,
      data: 'x',
      id: `aa${String(i).padStart(38, '0')}`,
      missing: i > 9,
    }))
    const { problems, sources } = await takeAll(backupOf(many), null, { maxMembers: 12 })
    expect(problems[0]).toContain('count_limit: more than 12 files')
    expect(sources.filter(({ path }) => path.includes('!'))).toHaveLength(10)
  })
})

/** A database with five rows, three of them in its log. */
function withLog(): { readonly main: Buffer; readonly log: Buffer } {
  const [folder, copy] = [scratch(), scratch()]
  const db = new DatabaseSync(join(folder, 'a.db'))
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); PRAGMA wal_checkpoint(TRUNCATE); INSERT INTO t VALUES (3), (4), (5)',
  )
  for (const end of ['', '-wal']) copyFileSync(join(folder, `a.db${end}`), join(copy, `a.db${end}`))
  db.close()
  return { main: readFileSync(join(copy, 'a.db')), log: readFileSync(join(copy, 'a.db-wal')) }
}

function countOf(image: Buffer): unknown {
  const file = join(scratch(), 'a.db')
  writeFileSync(file, image)
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    return db.prepare('SELECT count(*) AS n FROM t').get()
  } finally {
    db.close()
  }
}

describe.each([
  ['plain', null, false],
  ['encrypted', 'pass word é', false],
  ['encrypted before iOS 10.2', 'pass', true],
] as const)('%s', (_, password, old) => {
  test('every file comes out as it went in', async () => {
    const folder = backupOf(files, password, old)
    const { texts, problems, asked, sources } = await takeAll(folder, password)
    expect(problems).toEqual([])
    for (const { domain, path, data } of files) expect(texts[`backup!${domain}/${path}`]).toBe(data.toString())
    expect(sources.flatMap(({ told }) => told)).toEqual([])
    expect(asked).toEqual(password === null ? [] : ['backup'])
  })

  test('a database has its log', async () => {
    const { main, log } = withLog()
    const folder = backupOf(
      [
        { domain: 'HomeDomain', path: 'Library/a.db', data: main },
        { domain: 'HomeDomain', path: 'Library/a.db-wal', data: log },
      ],
      password,
      old,
    )
    const { sources } = await takeAll(folder, password)
    expect(sources.map(({ name }) => name)).toEqual(['a.db', 'Info.plist'])
    expect(countOf(sources[0]!.data)).toEqual({ n: 5 })
  })
})

describe('encrypted', () => {
  const folderOf = () => backupOf(files, 'right')

  test('without a password: told with the remedy, and what is not encrypted is read', async () => {
    const { problems, texts } = await takeAll(folderOf(), null)
    expect(problems).toEqual([
      'backup!Manifest.db: encrypted: the backup is encrypted: give its password with --backup-password-file FILE, or start the scan in a terminal to be asked for it',
      'backup: encrypted: 3 files of the backup were not looked at: their names and keys are in its manifest',
    ])
    expect(Object.keys(texts)).toEqual(['backup/Info.plist'])
  })

  test('a wrong password is the operator’s to mend', async () => {
    const error = await takeAll(folderOf(), 'wrong').catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(UserError)
    expect((error as UserError).message).toContain('The password does not open the backup')
    expect((error as UserError).next).toContain('--backup-password-file')
  })

  test('a file that was cut off: told, and read as far as it goes', async () => {
    const folder = folderOf()
    const [name] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => existsSync(join(folder, path)) && statSync(join(folder, path)).size > 300_000,
    )
    truncateSync(join(folder, name!), 100_003)
    const { sources } = await takeAll(folder, 'right')
    const large = sources.find((source) => source.name === 'large.bin')!
    expect(large.data.length).toBe(100_000)
    expect(large.told.map(({ code }) => code)).toContain('truncated')
  })

  test('a key bag that is damaged, and one that would take for ever', async () => {
    for (const change of [
      (bag: Buffer) => bag.fill(255, 4, 8),
      (bag: Buffer) => bag.fill(255, bag.indexOf('ITER') + 8, bag.indexOf('ITER') + 12),
    ]) {
      const folder = folderOf()
      const plist = readFileSync(join(folder, 'Manifest.plist'))
      change(plist.subarray(plist.indexOf('VERS')))
      writeFileSync(join(folder, 'Manifest.plist'), plist)
      const { problems } = await takeAll(folder, 'right')
      expect(problems[0]).toContain('its key bag is damaged')
    }
  })

  test('nothing in plain stays behind', async () => {
    await takeAll(folderOf(), 'right')
    const left = readdirSync(tmpdir()).filter((name) => name.startsWith(`codling-db-${process.pid}-`))
    expect(left.flatMap((name) => readdirSync(join(tmpdir(), name)))).toEqual([])
  })
})
