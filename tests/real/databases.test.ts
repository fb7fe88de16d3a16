// Real databases and a real backup (a part of one), counted a second time by SQLite's own SELECT over a copy: another build
// of SQLite, without worker, sandbox and salvage, and for logs without our laying them over.
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import yauzl from 'yauzl'
import { formats, pickFormat } from '../../src/formats/index.ts'
import { type CodeFormat, defaultLimits } from '../../src/model/index.ts'
import { gather } from '../../src/sources/content.ts'
import { findSources } from '../../src/sources/index.ts'
import { type Parsed, parseAlone } from '../conformance/parse.ts'

const data = join(import.meta.dirname, '../../../shared/data')
const backup = join(data, 'ios-backup/mvt/ios_backup')
const here = existsSync(backup)
if (!here) console.warn('tests/real/databases: the folder of real samples is missing; 10 tests left out')

type Row = Readonly<Record<string, unknown>>

/** Rows that SQLite gives, with a log beside it where there is one. */
function independent(files: Readonly<Record<string, Buffer>>, sql: string): Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'independent-'))
  try {
    for (const [end, bytes] of Object.entries(files)) writeFileSync(join(folder, `a.db${end}`), bytes)
    const db = new DatabaseSync(join(folder, 'a.db'))
    const rows = db.prepare(sql).all()
    db.close()
    return rows
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const numberOf = (files: Readonly<Record<string, Buffer>>, sql: string): number =>
  Number(Object.values(independent(files, sql)[0]!)[0])

/** What a real backup is: files by the hash of where they lay. */
const contents = (): string[] =>
  readdirSync(backup, { recursive: true, encoding: 'utf8' }).filter((path) => /^[0-9a-f]{2}\/[0-9a-f]{40}$/.test(path))
const contentOf = (domain: string, path: string): Buffer => {
  const id = createHash('sha1').update(`${domain}-${path}`).digest('hex')
  return readFileSync(join(backup, id.slice(0, 2), id))
}

describe.skipIf(!here)('databases of real devices (left out where the samples are missing)', () => {
  const agreed = { of: 0, same: 0 }
  const agree = (what: string, ours: number, theirs: number): void => {
    agreed.of += theirs
    agreed.same += Math.min(ours, theirs)
    expect(ours, what).toBe(theirs)
  }
  afterAll(() =>
    console.log(
      `databases: ${agreed.same} of ${agreed.of} rows agree with SQLite's own counts (${((100 * agreed.same) / agreed.of).toFixed(1)} %)`,
    ),
  )

  type Member = {
    readonly path: string
    readonly format: string
    readonly parsed: Parsed
    readonly folders: readonly string[]
  }
  const members = new Map<string, Member>()
  const problems: string[] = []
  let unclaimed: string[] = []
  const read = async (path: string): Promise<Member[]> => {
    const list: Member[] = []
    for await (const found of findSources(path, defaultLimits)) {
      if (found.kind === 'problem') {
        problems.push(`${basename(found.path)}: ${found.problem.detail}`)
        continue
      }
      const { source } = found
      const format = pickFormat(await source.head(65_536), source.name)
      if (format === null) unclaimed = [...unclaimed, source.path]
      if (format?.kind !== 'code') continue
      const bytes = await gather(source.open((problem) => problems.push(`${source.name}: ${problem.detail}`)))
      list.push({
        path: source.path,
        format: format.id,
        parsed: await parseAlone(format as CodeFormat, bytes, source.name),
        folders: source.folders,
      })
    }
    return list
  }
  /** Opening a database for writing would leave a trace beside it. */
  const listing = (): string[] => readdirSync(backup, { recursive: true, encoding: 'utf8' }).sort()
  let before: string[] = []
  beforeAll(async () => {
    before = listing()
    for (const member of await read(backup)) members.set(member.format, member)
  }, 60_000)

  const rowsOf = (format: string): Row[] => {
    expect(members.get(format)?.parsed.problems, format).toEqual([])
    return members.get(format)!.parsed.rows.map(({ row }) => row)
  }
  const dataUsage = { '': here ? contentOf('WirelessDomain', 'Library/Databases/DataUsage.sqlite') : Buffer.alloc(0) }

  test('the members of a backup: those that are there, by the names that the manifest gives', () => {
    const manifest = { '': readFileSync(join(backup, 'Manifest.db')) }
    const named = independent(manifest, 'SELECT fileID, domain, relativePath FROM Files WHERE flags = 1')
    const media = problems.find((line) => line.includes('pictures'))!.match(/\d+/)!
    const missing = problems.find((line) => line.includes('are not there'))!.match(/: (\d+) /)!
    const there = contents().map((path) => basename(path))
    const members_ = [...unclaimed, ...[...members.values()].map(({ path }) => path)].filter((path) =>
      path.includes('!'),
    )
    const known = named.filter(({ fileID }) => there.includes(String(fileID)))
    agree('members', members_.length, known.length)
    expect(members_.map((path) => path.split('!')[1]).sort()).toEqual(
      known.map(({ domain, relativePath }) => `${domain}/${relativePath}`).sort(),
    )
    agree('files that the manifest names', members_.length + Number(media[0]) + Number(missing[1]), named.length)
  })

  test('DataUsage: each process, its times and its bytes', () => {
    const rows = rowsOf('data-usage')
    const orphans = numberOf(
      dataUsage,
      'SELECT count(*) FROM ZLIVEUSAGE WHERE ZHASPROCESS NOT IN (SELECT Z_PK FROM ZPROCESS)',
    )
    agree('processes', rows.length, numberOf(dataUsage, 'SELECT count(*) FROM ZPROCESS') + orphans)
    const raws = rows.map(
      ({ raw }) => JSON.parse(String(raw)) as { usage?: unknown[]; numbers_missing_before?: number },
    )
    agree(
      'counters',
      raws.reduce((sum, { usage }) => sum + (usage?.length ?? 0), orphans),
      numberOf(dataUsage, 'SELECT count(*) FROM ZLIVEUSAGE'),
    )
    const total = (column: string): number => rows.reduce((sum, row) => sum + Math.max(0, Number(row[column])), 0)
    expect(total('bytes_in')).toBe(numberOf(dataUsage, 'SELECT sum(ZWIFIIN + ZWWANIN) FROM ZLIVEUSAGE'))
    expect(total('bytes_out')).toBe(numberOf(dataUsage, 'SELECT sum(ZWIFIOUT + ZWWANOUT) FROM ZLIVEUSAGE'))
    const [first] = independent(dataUsage, 'SELECT min(ZFIRSTTIMESTAMP) AS a, max(ZTIMESTAMP) AS b FROM ZPROCESS')
    const micros = (seconds: unknown): number => Math.round((Number(seconds) + 978_307_200) * 1e6)
    expect(Math.min(...rows.map(({ ts }) => Number(ts)))).toBe(micros(first!.a))
    expect(Math.max(...rows.map(({ ts_end }) => Number(ts_end)))).toBe(micros(first!.b))
    // a number that no process has is told with the next one
    const gaps = numberOf(dataUsage, 'SELECT max(Z_PK) - min(Z_PK) + 1 - count(*) FROM ZPROCESS')
    agree(
      'numbers that are missing',
      raws.reduce((sum, raw) => sum + (raw.numbers_missing_before ?? 0), 0),
      gaps,
    )
  })

  test.each([
    ['tcc', ['HomeDomain', 'Library/TCC/TCC.db'], 'SELECT count(*) FROM access'],
    [
      'safari-tabs',
      ['HomeDomain', 'Library/Safari/BrowserState.db'],
      "SELECT count(*) FROM tabs WHERE url LIKE 'http%'",
    ],
    [
      'resource-load-statistics',
      ['AppDomain-com.google.chrome.ios', 'Library/WebKit/WebsiteData/ResourceLoadStatistics/observations.db'],
      'SELECT count(*) FROM ObservedDomains',
    ],
  ] as const)('%s', (format, [domain, path], sql) => {
    agree(format, rowsOf(format).length, numberOf({ '': contentOf(domain, path) }, sql))
  })

  test('Info.plist: the device, and each app that it names', () => {
    const rows = rowsOf('itunes-backup-info')
    const bytes = readFileSync(join(backup, 'Info.plist')).toString('latin1')
    expect(rows.filter(({ kind }) => kind === 'inventory')).toHaveLength(1)
    for (const { app } of rows.filter(({ kind }) => kind === 'app')) expect(bytes).toContain(app)
    expect(rows.filter(({ kind }) => kind === 'app').length).toBeGreaterThan(3)
    for (const { folders } of members.values()) expect(bytes.toLowerCase()).toContain(folders.at(-1)!.toLowerCase())
  })

  test('powerlog: network use, processes, apps and boots, table by table', async () => {
    const folder = join(data, 'ios-sysdiagnose')
    const file = join(folder, readdirSync(folder).find((name) => /^powerlog_.*\.PLSQL\.gz$/.test(name))!)
    const [member] = await read(file)
    expect([member!.format, member!.parsed.problems]).toEqual(['powerlog', []])
    const database = { '': gunzipSync(readFileSync(file)) }
    const rows = member!.parsed.rows.map(({ row }) => row)
    const count = (is: (row: Row) => boolean): number => rows.filter(is).length
    const table = (name: string, where = ''): number => numberOf(database, `SELECT count(*) FROM ${name} ${where}`)
    agree(
      'network use',
      count(({ kind }) => kind === 'flow'),
      table('PLProcessNetworkAgent_EventInterval_UsageDiff'),
    )
    agree(
      'processes',
      count(({ category }) => category === 'process_start'),
      table('PLProcessMonitorAgent_EventForward_ProcessID'),
    )
    agree(
      'apps',
      count(({ category }) => category === 'app_listed'),
      table('PLApplicationAgent_EventNone_AllApps'),
    )
    agree(
      'boots',
      count(({ kind }) => kind === 'reboot'),
      table('PLConfigAgent_EventNone_Config', 'WHERE DeviceBootTime > 0'),
    )
    const bytes = rows.filter(({ kind }) => kind === 'flow').reduce((sum, row) => sum + Number(row.bytes_in), 0)
    expect(bytes).toBe(
      numberOf(database, 'SELECT sum(WifiIn + CellIn) FROM PLProcessNetworkAgent_EventInterval_UsageDiff'),
    )
    // APOLLO's way of bringing a time to the clock of the system
    const adjusted = independent(
      database,
      `SELECT u.ID AS id, u.timestamp + (SELECT system FROM PLStorageOperator_EventForward_TimeOffset t WHERE t.timestamp <= u.timestamp ORDER BY t.timestamp DESC LIMIT 1) AS at
       FROM PLProcessNetworkAgent_EventInterval_UsageDiff u ORDER BY u.ID`,
    )
    const ours = rows.filter(({ kind }) => kind === 'flow').map(({ ts }) => Number(ts))
    expect(ours.map((ts, i) => Math.abs(ts - Number(adjusted[i]!.at) * 1e6) < 2)).toEqual(ours.map(() => true))
  })

  test('storeSystem.db: with the log beside it in the zip', async () => {
    const zip = readdirSync(join(data, 'ios-backup/ileapp')).find((name) => name.includes('storeSystemAppInstalls'))!
    const file = join(data, 'ios-backup/ileapp', zip)
    const list = await read(file)
    expect(list.map(({ format }) => format)).toEqual(['store-system'])
    const parts: Record<string, Buffer> = {}
    const opened = await yauzl.openPromise(file)
    for await (const entry of opened.eachEntry()) {
      const end = /storeSystem\.db(-wal)?$/.exec(entry.fileName)
      if (end) parts[end[1] ?? ''] = await gather((await opened.openReadStreamPromise(entry)) as AsyncIterable<Buffer>)
    }
    const sql = 'SELECT count(*) FROM app_updates'
    agree('updates', list[0]!.parsed.rows.length, numberOf(parts, sql))
    const installed = (files: Record<string, Buffer>): number =>
      numberOf(files, 'SELECT count(install_date) FROM app_updates')
    expect(list[0]!.parsed.rows.filter(({ row }) => row.category === 'updated')).toHaveLength(installed(parts))
    const alone = Buffer.from(parts['']!)
    alone.fill(1, 18, 20)
    const changed = 'SELECT bundle_id, timestamp, install_date, update_state FROM app_updates ORDER BY pid'
    const without = new Set(independent({ '': alone }, changed).map((row) => JSON.stringify(row)))
    const fresh = independent(parts, changed).filter((row) => !without.has(JSON.stringify(row)))
    console.log(`storeSystem.db: ${fresh.length} of ${numberOf(parts, sql)} updates stand in its log alone`)
  })

  test('a real backup that is damaged page by page loses no row in silence', async () => {
    const whole = rowsOf('data-usage').length
    const format = formats.find(({ id }) => id === 'data-usage') as CodeFormat
    for (let page = 1; page < dataUsage[''].length / 4096; page++) {
      const bytes = Buffer.from(dataUsage[''])
      bytes.fill(0xa5, page * 4096, (page + 1) * 4096)
      const { rows, problems: told } = await parseAlone(format, bytes, 'DataUsage.sqlite')
      const counted = rows.reduce(
        (sum, { row }) => sum + ((JSON.parse(String(row.raw)) as { usage?: unknown[] }).usage?.length ?? 1),
        0,
      )
      if (rows.length < whole || counted === 0) expect(told.length, `page ${page + 1}`).toBeGreaterThan(0)
    }
  }, 60_000)

  test('the folder is left as it was', () => {
    expect(listing()).toEqual(before)
  })
})
