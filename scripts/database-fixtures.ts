// node scripts/database-fixtures.ts [FORMAT …]: writes the databases among the fixtures, made up from top to bottom, and damaged
// where the case is called so. Then: npm run golden FORMAT, and read the difference.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { root } from './run.ts'

type Cell = string | number | null | Uint8Array
export type Rows = readonly (readonly Cell[])[]
type Damage = (bytes: Buffer) => Buffer

/** The bytes of a database: statements, then rows by table. Pages of 1,024 bytes keep it small. */
export function databaseOf(schema: string, rows: Readonly<Record<string, Rows>>, after = ''): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'fixture-'))
  const file = join(folder, 'a.db')
  try {
    const db = new DatabaseSync(file)
    db.exec(`PRAGMA page_size = 1024; ${schema}`)
    for (const [table, list] of Object.entries(rows))
      for (const row of list) db.prepare(`INSERT INTO "${table}" VALUES (${row.map(() => '?').join(', ')})`).run(...row)
    if (after !== '') db.exec(after)
    db.close()
    return readFileSync(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Kept with a write-ahead log that is not beside it: the header says so, and nothing else. */
const withLogMode: Damage = (bytes) => {
  const copy = Buffer.from(bytes)
  copy.fill(2, 18, 20)
  return copy
}
const cut =
  (share: number): Damage =>
  (bytes) =>
    bytes.subarray(0, Math.floor(bytes.length * share))
/** Pages from 1, as SQLite counts. */
const spoil =
  (...pages: number[]): Damage =>
  (bytes) => {
    const copy = Buffer.from(bytes)
    for (const page of pages) copy.fill(0xff, (page - 1) * 1024, page * 1024)
    return copy
  }
/** No header and no pattern, as SQLCipher leaves it. */
function scrambled(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let x = 88_172_645
  for (let i = 0; i < length; i++) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    bytes[i] = x & 255
  }
  return bytes
}

type Case = { readonly file: string; readonly bytes: () => Buffer }
const cases: Record<string, Record<string, Case>> = {}

const add = (format: string, name: string, file: string, bytes: () => Buffer): void => {
  cases[format] ??= {}
  cases[format][name] = { file, bytes }
}

// 2026-03-01T12:00:00Z, in seconds since 2001 and since 1970
const apple = 794_059_200
const unix = apple + 978_307_200

const usageSchema = `
  CREATE TABLE ZLIVEUSAGE ( Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, Z_OPT INTEGER, ZKIND INTEGER, ZMETADATA INTEGER, ZTAG INTEGER, ZHASPROCESS INTEGER, ZBILLCYCLEEND TIMESTAMP, ZTIMESTAMP TIMESTAMP, ZWIFIIN FLOAT, ZWIFIOUT FLOAT, ZWWANIN FLOAT, ZWWANOUT FLOAT );
  CREATE TABLE ZPROCESS ( Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, Z_OPT INTEGER, ZFIRSTTIMESTAMP TIMESTAMP, ZTIMESTAMP TIMESTAMP, ZBUNDLENAME VARCHAR, ZPROCNAME VARCHAR );`
const usageRows = {
  ZLIVEUSAGE: [
    [1, 5, 1, 0, 0, 1, 2, null, apple + 100.5, 0, 0, 253438, 1024],
    [2, 5, 1, 255, 0, 1, 2, null, apple + 200, 7000, 300, 0, 0],
    [3, 5, 1, 0, 0, 1, 6, null, apple + 300, 10, 20, 30, 40],
    // its process is number 4, which is gone
    [4, 5, 1, 0, 0, 1, 4, null, apple + 400, 500, 60000, 0, 0],
    [5, 5, 1, 0, 0, 1, 5, null, null, 1, 1, 1, 1],
  ],
  ZPROCESS: [
    [1, 7, 1, apple, apple + 0.5, 'com.example.calendar', '1FB47783-A2FE-47D9-B256-DF50EF44BBA4/com.example.calendar'],
    [2, 7, 1, apple + 1.25, apple + 86400, 'com.example.chat', 'mDNSResponder/com.example.chat'],
    [3, 7, 1, apple + 2, apple + 3, null, 'CumulativeUsageTr'],
    [6, 7, 1, null, apple + 9, 'com.example.other', 'otherd'],
    [7, 7, 1, null, null, null, 'timeless'],
    [8, 7, 1, apple + 50, null, null, 'apsd/com.example.push'],
    [9, 7, 1, 'soon', -1, null, Buffer.from([1, 2, 3])],
  ],
} as const satisfies Record<string, Rows>
const usage = (): Buffer => databaseOf(usageSchema, usageRows)
const manyProcesses = (): Buffer =>
  databaseOf(usageSchema, {
    ZPROCESS: Array.from({ length: 60 }, (_, i) => [
      i + 1,
      7,
      1,
      apple + i,
      apple + 60 + i,
      `com.example.app${i}`,
      `process${i}${'x'.repeat(20)}`,
    ]),
  })

add('data-usage', 'backup', 'DataUsage.sqlite', usage)
add('data-usage', 'kept-with-a-log', 'netusage.sqlite', () => withLogMode(usage()))
add('data-usage', 'lower-case-and-older', 'input.db', () =>
  databaseOf(
    'CREATE TABLE "zliveusage" (z_pk INTEGER PRIMARY KEY, zhasprocess INTEGER, ztimestamp TIMESTAMP, zwifiin FLOAT); CREATE TABLE [zprocess] (z_pk INTEGER PRIMARY KEY, ztimestamp TIMESTAMP, zprocname VARCHAR);',
    { zliveusage: [[1, 1, apple, 99]], zprocess: [[1, apple + 1, 'olderd']] },
  ),
)
add('data-usage', 'cut', 'DataUsage.sqlite', () => cut(0.6)(manyProcesses()))
add('data-usage', 'damaged-page', 'DataUsage.sqlite', () => spoil(5)(manyProcesses()))
add('data-usage', 'damaged-root', 'DataUsage.sqlite', () => spoil(3)(manyProcesses()))
add('data-usage', 'encrypted', 'DataUsage.sqlite', () => scrambled(4096))
add('data-usage', 'no-database', 'DataUsage.sqlite', () => Buffer.from('this was never a database\n'))
add('data-usage', 'without-row-numbers', 'DataUsage.sqlite', () =>
  databaseOf(
    'CREATE TABLE ZLIVEUSAGE (Z_PK INTEGER PRIMARY KEY, ZTIMESTAMP REAL) WITHOUT ROWID; CREATE TABLE ZPROCESS (Z_PK INTEGER PRIMARY KEY, ZTIMESTAMP REAL, ZPROCNAME TEXT) WITHOUT ROWID;',
    { ZPROCESS: [[1, apple, 'plaind']] },
  ),
)
// what a database may bring along to be run
add('data-usage', 'hostile', 'DataUsage.sqlite', () =>
  databaseOf(
    `CREATE TABLE ZPROCESS (Z_PK INTEGER PRIMARY KEY, rowid TEXT, ZTIMESTAMP REAL, ZPROCNAME TEXT GENERATED ALWAYS AS (hex(zeroblob(1000000))) VIRTUAL, ZBUNDLENAME TEXT);
     CREATE TABLE secret (a);
     CREATE VIEW ZLIVEUSAGE AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS Z_PK, 1 AS ZHASPROCESS, a AS ZTIMESTAMP FROM n, secret;
     INSERT INTO ZPROCESS (Z_PK, rowid, ZTIMESTAMP, ZBUNDLENAME) VALUES (3, 'x', ${apple}, 'com.example.hidden'), (9223372036854775807, 'y', ${apple + 1}, '${'long'.repeat(2000)}');`,
    {},
  ),
)

const powerSchema = `
  CREATE TABLE 'PLStorageOperator_EventForward_TimeOffset' ('ID' INTEGER PRIMARY KEY AUTOINCREMENT, 'timestamp' REAL, 'baseband' REAL, 'kernel' REAL, 'system' REAL);
  CREATE TABLE 'PLProcessNetworkAgent_EventInterval_UsageDiff' ('ID' INTEGER PRIMARY KEY AUTOINCREMENT, 'timestamp' REAL, 'BundleName' TEXT, 'CellIn' INTEGER, 'CellOut' INTEGER, 'ProcessName' TEXT, 'WifiIn' INTEGER, 'WifiOut' INTEGER, 'timestampEnd' REAL);
  CREATE TABLE 'PLConfigAgent_EventNone_Config' ('ID' INTEGER PRIMARY KEY AUTOINCREMENT, 'timestamp' REAL, 'BootArgs' TEXT, 'Build' TEXT, 'Device' TEXT, 'DeviceBootReasons' TEXT, 'DeviceBootTime' REAL);
  CREATE TABLE 'PLProcessMonitorAgent_EventForward_ProcessID' ('ID' INTEGER PRIMARY KEY AUTOINCREMENT, 'timestamp' REAL, 'BundleID' TEXT, 'CoalitionID' INTEGER, 'PID' INTEGER, 'ProcessName' TEXT);
  CREATE TABLE 'PLApplicationAgent_EventPoint_ApplicationExitReason' ('ID' INTEGER PRIMARY KEY AUTOINCREMENT, 'timestamp' REAL, 'Identifier' TEXT, 'Reason' INTEGER, 'pid' INTEGER, 'Subcode' INTEGER);
  CREATE TABLE 'PLApplicationAgent_EventNone_AllApps' ('ID' INTEGER PRIMARY KEY AUTOINCREMENT, 'timestamp' REAL, 'AppBuildVersion' TEXT, 'AppBundleId' TEXT, 'AppBundleVersion' TEXT, 'AppDeletedDate' INTEGER, 'AppExecutable' TEXT, 'AppIs3rdParty' INTEGER, 'AppIsBeta' INTEGER, 'AppName' TEXT);
  CREATE TABLE 'PLApplicationAgent_EventForward_ApplicationDidUninstall' ('ID' INTEGER PRIMARY KEY AUTOINCREMENT, 'timestamp' REAL, 'AppBundleId' TEXT, 'AppName' TEXT);`
const powerRows = {
  PLStorageOperator_EventForward_TimeOffset: [
    [1, unix, 0, -1e9, -300.5],
    [2, unix + 1000, 0, -1e9, -600],
    [3, null, 0, 0, 0],
  ],
  PLProcessNetworkAgent_EventInterval_UsageDiff: [
    [1, unix - 10, 'com.example.chat', 1, 2, 'com.example.chat', 30, 40, unix + 290],
    [2, unix + 100, null, 0, 0, 'atc', 48809, 5504, unix + 1100],
    [3, unix + 2000, null, null, null, 'nothing', null, null, null],
    [4, 'never', null, 1, 1, 'x', 1, 1, 1],
  ],
  PLConfigAgent_EventNone_Config: [
    [1, unix + 10, '', '23C55', 'D83', 'btn_rst', unix - 90],
    [2, unix + 3000, '', '23C55', 'D83', null, null],
  ],
  PLProcessMonitorAgent_EventForward_ProcessID: [
    [1, unix + 20, 'com.example.chat', 5, 431, 'Chat'],
    [2, unix + 21, null, 6, 432, 'exampled'],
  ],
  PLApplicationAgent_EventPoint_ApplicationExitReason: [[1, unix + 50, 'com.example.chat', 7, 431, 3]],
  PLApplicationAgent_EventNone_AllApps: [
    [1, unix + 60, '229', 'com.example.chat', '1.0', 0, 'Chat', 1, 0, 'Chat'],
    [2, unix + 60, '9', 'com.example.gone', '2.0', unix - 5000, 'Gone', 1, 1, 'Gone'],
  ],
  PLApplicationAgent_EventForward_ApplicationDidUninstall: [[1, unix + 70, 'com.example.gone', 'Gone']],
} as const satisfies Record<string, Rows>

add('powerlog', 'sysdiagnose', 'CurrentPowerlog.PLSQL', () => databaseOf(powerSchema, powerRows))
add('powerlog', 'no-offsets', 'powerlog_2026-03-01_12-00_84E2141B.PLSQL', () =>
  databaseOf(powerSchema.split(';').slice(1).join(';'), {
    PLProcessNetworkAgent_EventInterval_UsageDiff: powerRows.PLProcessNetworkAgent_EventInterval_UsageDiff.slice(0, 1),
  }),
)
add('powerlog', 'cut', 'CurrentPowerlog.PLSQL', () => cut(0.5)(databaseOf(powerSchema, powerRows)))

for (const format of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(cases))
  for (const [name, { file, bytes }] of Object.entries(cases[format] ?? {})) {
    const path = join(root, 'src/formats', format, 'fixtures', name, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes())
    console.log(path.slice(root.length))
  }
