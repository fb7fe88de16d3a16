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
    [1, 5, 1, 0, 0, 1, 2, null, apple + 100.5, 0, 0, 250000, 1024],
    [2, 5, 1, 255, 0, 1, 2, null, apple + 200, 7000, 300, 0, 0],
    [3, 5, 1, 0, 0, 1, 6, null, apple + 300, 10, 20, 30, 40],
    // its process is number 4, which is gone
    [4, 5, 1, 0, 0, 1, 4, null, apple + 400, 500, 60000, 0, 0],
    [5, 5, 1, 0, 0, 1, 5, null, null, 1, 1, 1, 1],
  ],
  ZPROCESS: [
    [1, 7, 1, apple, apple + 0.5, 'com.example.calendar', '0A1B2C3D-0000-4000-8000-00000000000A/com.example.calendar'],
    [2, 7, 1, apple + 1.25, apple + 86400, 'com.example.chat', 'mDNSResponder/com.example.chat'],
    [3, 7, 1, apple + 2, apple + 3, null, 'SomethingUsageTra'],
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
add('data-usage', 'many', 'DataUsage.sqlite', manyProcesses)
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
    [2, unix + 100, null, 0, 0, 'atc', 40000, 5000, unix + 1100],
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
add('powerlog', 'no-offsets', 'powerlog_2026-03-01_12-00_0A1B2C3D.PLSQL', () =>
  databaseOf(powerSchema.split(';').slice(1).join(';'), {
    PLProcessNetworkAgent_EventInterval_UsageDiff: powerRows.PLProcessNetworkAgent_EventInterval_UsageDiff.slice(0, 1),
  }),
)
add('powerlog', 'cut', 'CurrentPowerlog.PLSQL', () => cut(0.5)(databaseOf(powerSchema, powerRows)))

const tccSchema = `
  CREATE TABLE admin (key TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL);
  CREATE TABLE access_overrides (service TEXT NOT NULL PRIMARY KEY);
  CREATE TABLE "access" (service TEXT NOT NULL, client TEXT NOT NULL, client_type INTEGER NOT NULL, auth_value INTEGER NOT NULL, auth_reason INTEGER NOT NULL, auth_version INTEGER NOT NULL, csreq BLOB, policy_id INTEGER, indirect_object_identifier_type INTEGER, indirect_object_identifier TEXT NOT NULL DEFAULT 'UNUSED', indirect_object_code_identity BLOB, flags INTEGER, last_modified INTEGER NOT NULL, PRIMARY KEY (service, client, client_type, indirect_object_identifier));`
const grant = (
  service: string,
  client: string,
  type: number,
  value: number,
  reason: number,
  time: Cell,
  target = 'UNUSED',
): readonly Cell[] => [service, client, type, value, reason, 1, null, null, 0, target, null, 0, time]
add('tcc', 'ios-18', 'TCC.db', () =>
  withLogMode(
    databaseOf(tccSchema, {
      access: [
        grant('kTCCServiceCamera', 'com.example.chat', 0, 2, 2, unix),
        grant('kTCCServiceMicrophone', 'com.example.chat', 0, 0, 3, unix + 5),
        grant('kTCCServicePhotos', 'com.example.chat', 0, 3, 3, unix + 6),
        grant('kTCCServiceMicrophone', '/usr/libexec/exampled', 1, 2, 4, unix + 7),
        grant('kTCCServiceAppleEvents', 'com.example.tool', 0, 9, 99, unix + 8, 'com.example.target'),
        grant('kTCCServiceMotion', 'com.example.late', 0, 2, 2, 9e15),
      ],
    }),
  ),
)
add('tcc', 'ios-11', 'TCC.db', () =>
  databaseOf(
    'CREATE TABLE access_overrides (service TEXT NOT NULL PRIMARY KEY); CREATE TABLE access (service TEXT NOT NULL, client TEXT NOT NULL, client_type INTEGER NOT NULL, allowed INTEGER NOT NULL, prompt_count INTEGER NOT NULL, csreq BLOB, policy_id INTEGER)',
    {
      access: [
        ['kTCCServiceAddressBook', 'com.example.old', 0, 1, 1, null, null],
        ['kTCCServiceCamera', 'com.example.old', 0, 0, 1, null, null],
      ],
    },
  ),
)
add('tcc', 'cut', 'TCC.db', () =>
  cut(0.8)(
    databaseOf(tccSchema, {
      access: Array.from({ length: 80 }, (_, i) =>
        grant('kTCCServiceCamera', `com.example.app${i}`, 0, 2, 2, unix + i),
      ),
    }),
  ),
)

const historySchema = `
  CREATE TABLE history_items (id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL UNIQUE, domain_expansion TEXT NULL, visit_count INTEGER NOT NULL, daily_visit_counts BLOB NOT NULL, weekly_visit_counts BLOB NULL, autocomplete_triggers BLOB NULL, should_recompute_derived_visit_counts INTEGER NOT NULL, visit_count_score INTEGER NOT NULL, status_code INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE history_visits (id INTEGER PRIMARY KEY AUTOINCREMENT, history_item INTEGER NOT NULL, visit_time REAL NOT NULL, title TEXT NULL, load_successful BOOLEAN NOT NULL DEFAULT 1, http_non_get BOOLEAN NOT NULL DEFAULT 0, synthesized BOOLEAN NOT NULL DEFAULT 0, redirect_source INTEGER NULL UNIQUE, redirect_destination INTEGER NULL UNIQUE, origin INTEGER NOT NULL DEFAULT 0, generation INTEGER NOT NULL DEFAULT 0, attributes INTEGER NOT NULL DEFAULT 0, score INTEGER NOT NULL DEFAULT 0);`
const page = (id: number, url: string): readonly Cell[] => [id, url, null, 1, Buffer.alloc(4), null, null, 0, 100, 0]
const visit = (
  id: number,
  item: number,
  time: Cell,
  loaded: number,
  from: number | null,
  to: number | null,
  origin = 0,
): readonly Cell[] => [id, item, time, 'a title that nobody reads', loaded, 0, 0, from, to, origin, 0, 0, 100]
add('safari-history', 'iphone', 'History.db', () =>
  databaseOf(historySchema, {
    history_items: [
      page(1, 'https://news.example/a?b=1#c'),
      page(2, 'http://short.example/x'),
      page(3, 'https://WWW.Landing.example:8443/y'),
      page(4, 'about:blank'),
      page(5, 'http://192.0.2.7/admin'),
    ],
    history_visits: [
      visit(1, 1, apple + 0.25, 1, null, null),
      visit(2, 2, apple + 10, 1, null, 3),
      visit(3, 3, apple + 10.5, 1, 2, null),
      visit(4, 4, apple + 11, 1, null, null),
      visit(5, 5, apple + 12, 0, null, null),
      visit(6, 1, apple + 3600, 1, null, null, 1),
      visit(7, 99, apple + 13, 1, null, null),
      visit(8, 1, 'soon', 1, null, null),
    ],
  }),
)
add('safari-history', 'damaged-page', 'History.db', () =>
  spoil(11)(
    databaseOf(historySchema, {
      history_items: Array.from({ length: 40 }, (_, i) => page(i + 1, `https://site${i}.example/${'p'.repeat(60)}`)),
      history_visits: Array.from({ length: 40 }, (_, i) => visit(i + 1, i + 1, apple + i, 1, null, null)),
    }),
  ),
)

add('safari-tabs', 'ios-14', 'BrowserState.db', () =>
  databaseOf(
    `CREATE TABLE browser_windows (id INTEGER PRIMARY KEY AUTOINCREMENT, uuid TEXT NOT NULL, type INTEGER DEFAULT 0);
     CREATE TABLE tabs (id INTEGER PRIMARY KEY AUTOINCREMENT, uuid TEXT NOT NULL UNIQUE, title TEXT, url TEXT COLLATE NOCASE, user_visible_url TEXT COLLATE NOCASE, order_index INTEGER NOT NULL, last_viewed_time REAL DEFAULT NULL, readinglist_bookmark_id INTEGER DEFAULT 0, opened_from_link BOOL DEFAULT 0, showing_reader BOOL DEFAULT 0, reader_view_top_scroll_offset INTEGER DEFAULT 0, private_browsing BOOL DEFAULT 0, displaying_standalone_image BOOL DEFAULT 0, browser_window_uuid TEXT NOT NULL, browser_window_id INTEGER NOT NULL);`,
    {
      tabs: [
        [1, 'A1', 'title', 'https://news.example/story', 'news.example', 0, apple + 60, 0, 0, 0, 0, 0, 0, 'w', 1],
        [2, 'A2', 'title', 'http://192.0.2.9/x', null, 1, apple + 61, 0, 1, 0, 0, 1, 0, 'w', 1],
        [3, 'A3', '', '', null, 2, null, 0, 0, 0, 0, 0, 0, 'w', 1],
        [4, 'A4', '', 'https://never.example/', null, 3, null, 0, 0, 0, 0, 0, 0, 'w', 1],
      ],
    },
  ),
)

const observed = `CREATE TABLE ObservedDomains (domainID INTEGER PRIMARY KEY, registrableDomain TEXT NOT NULL UNIQUE ON CONFLICT FAIL, lastSeen REAL NOT NULL, hadUserInteraction INTEGER NOT NULL, mostRecentUserInteractionTime REAL NOT NULL, grandfathered INTEGER NOT NULL, isPrevalent INTEGER NOT NULL, isVeryPrevalent INTEGER NOT NULL, dataRecordsRemoved INTEGER NOT NULL);
  CREATE TABLE TopLevelDomains (topLevelDomainID INTEGER PRIMARY KEY);`
add('resource-load-statistics', 'webkit', 'observations.db', () =>
  databaseOf(observed, {
    ObservedDomains: [
      [1, 'news.example', unix, 1, unix - 30.5, 0, 0, 0, 0],
      [2, 'tracker.example', unix + 5, 0, -1, 0, 1, 1, 0],
      [3, 'used.example', -1, 1, unix + 10, 0, 0, 0, 0],
      [4, '198.51.100.3', unix + 15, 0, -1, 0, 0, 0, 0],
      [5, 'Bücher.example', unix + 20, 0, -1, 0, 0, 0, 0],
      [6, 'timeless.example', -1, 0, -1, 0, 0, 0, 0],
      [7, '', unix, 0, -1, 0, 0, 0, 0],
    ],
  }),
)

add('store-system', 'ios-17', 'storeSystem.db', () =>
  databaseOf(
    `CREATE TABLE odr_asset_pack (pid INTEGER PRIMARY KEY, bundle_id TEXT);
     CREATE TABLE app_updates (pid INTEGER, bundle_id TEXT, install_date DATETIME, is_background INTEGER NOT NULL DEFAULT 0, is_offloaded INTEGER NOT NULL DEFAULT 0, is_profile_validated INTEGER NOT NULL DEFAULT 0, release_date DATETIME, store_item_id INTEGER NOT NULL DEFAULT 0, store_software_version_id INTEGER, timestamp DATETIME, update_state INTEGER NOT NULL DEFAULT 0, is_b2b_custom_app INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (pid));`,
    {
      app_updates: [
        [1, 'com.example.chat', apple + 500.25, 1, 0, 0, apple, 1000000001, 850000001, apple + 400, 1, 0],
        [2, 'com.example.bank', null, 0, 1, 1, apple, 0, null, apple + 410, 0, 1],
        [3, 'com.example.lost', null, 0, 0, 0, apple, 0, null, null, 0, 0],
        [-7, 'com.example.plain', null, 0, 0, 0, null, 0, null, apple + 420, 0, 0],
      ],
    },
  ),
)

const ftl = `
  CREATE TABLE ftl (id INTEGER PRIMARY KEY NOT NULL, value BLOB NOT NULL, description TEXT);
  CREATE TABLE query_storage (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp INTEGER NOT NULL, type INTEGER NOT NULL, status INTEGER NOT NULL, domain INTEGER NOT NULL, client INTEGER NOT NULL, forward INTEGER, additional_info INTEGER, reply_type INTEGER, reply_time REAL, dnssec INTEGER, list_id INTEGER, ede INTEGER);
  CREATE TABLE domain_by_id (id INTEGER PRIMARY KEY, domain TEXT NOT NULL);
  CREATE TABLE client_by_id (id INTEGER PRIMARY KEY, ip TEXT NOT NULL, name TEXT);
  CREATE VIEW queries AS SELECT id, timestamp, type, status, CASE typeof(domain) WHEN 'integer' THEN (SELECT domain FROM domain_by_id d WHERE d.id = q.domain) ELSE domain END domain, client FROM query_storage q;`
const query = (
  id: number,
  time: Cell,
  type: number,
  status: number,
  domain: Cell,
  client: Cell,
  reply: number | null,
): readonly Cell[] => [id, time, type, status, domain, client, 1, null, 3, reply, 0, null, -1]
add('pihole-ftl', 'ftl-6', 'pihole-FTL.db', () =>
  databaseOf(ftl, {
    domain_by_id: [
      [1, 'www.example.com'],
      [2, 'tracker.example'],
      [3, 'Bücher.example'],
      [4, ''],
    ],
    client_by_id: [
      [1, '192.0.2.40', 'Adas-iPhone.lan'],
      [2, '2001:db8::40', null],
      [3, 'not an address', ''],
    ],
    query_storage: [
      query(1, unix + 0.125, 1, 2, 1, 1, 0.0123),
      query(2, unix + 1, 16, 1, 2, 1, 0.0001),
      query(3, unix + 2, 2, 3, 3, 2, null),
      query(4, unix + 3, 165, 99, 1, 3, 0),
      query(5, unix + 4, 1, 0, 'kept.as.text.example', '198.51.100.7', 0),
      query(6, unix + 5, 1, 2, 77, 1, 0),
      query(7, unix + 6, 1, 2, 4, 1, 0),
      query(8, -5, 1, 2, 1, 1, 0),
    ],
  }),
)
add('pihole-ftl', 'ftl-4', 'pihole-FTL.db', () =>
  databaseOf(
    'CREATE TABLE ftl (id INTEGER PRIMARY KEY NOT NULL, value BLOB NOT NULL); CREATE TABLE queries (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp INTEGER NOT NULL, type INTEGER NOT NULL, status INTEGER NOT NULL, domain TEXT NOT NULL, client TEXT NOT NULL, forward TEXT)',
    {
      queries: [
        [1, unix, 1, 4, 'www.Example.com.', '192.0.2.41', null],
        [2, unix + 1, 6, 2, '7.2.0.192.in-addr.arpa', '192.0.2.41', '192.0.2.1'],
      ],
    },
  ),
)

for (const format of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(cases))
  for (const [name, { file, bytes }] of Object.entries(cases[format] ?? {})) {
    const path = join(root, 'src/formats', format, 'fixtures', name, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes())
    console.log(path.slice(root.length))
  }
