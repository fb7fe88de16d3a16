// A store with a month of network rows and device events, written in SQL straight into the raw tables, with committed
// `source` rows: all views see them as they see what a scan has read. One source for each day and log, as a sensor rotates.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Engine, openEngine, openWriter, rawName } from '../src/engine/index.ts'
import { identityEvent, source as sourceTable } from '../src/model/index.ts'

/** Raised when the same numbers would give other data. */
const recipe = 3

const devices = 300
export const days = 30

/** 2026-09-01T00:00:00Z, s. */
const began = 1_788_220_800
const day = 86_400

/** Logs of a day: dns, flow, tls, and crash reports. */
const logs = ['dns', 'flow', 'tls', 'event'] as const
type Log = (typeof logs)[number]
const formats: Readonly<Record<Log, string>> = {
  dns: 'zeek-dns',
  flow: 'zeek-conn',
  tls: 'zeek-ssl',
  event: 'apple-ips',
}

/** Fixed, and with room for days: the day that is added has sources of its own. */
export const sourceId = (log: Log, on: number): number => 1_000_000 + on * 10 + logs.indexOf(log)

/** Rows of `network` that come of a contact, on average: a query in 85 of 100, a handshake in 70, a flow, a second flow in 60. */
const rowsOfContact = 0.85 + 0.7 + 1 + 0.6

/** Uniform in [0, 1), by a number (of the contact, of what it is part of) and a salt. */
const chance = (salt: number, of = 'c'): string => `cityHash64(${of}, ${salt}) / 18446744073709551616.0`

/** Contacts with one name within an hour that belong together: a page, an app in use. */
const together = 3

/**
 * Contacts of a day. Seven of ten go to services of the device’s apps (40 of 600 apps, the ones that all have more often),
 * the rest to a long tail by Zipf; two in 100 to internal services. Three names share an address at a shared host.
 */
const contacts = (on: number, count: number): string => `
SELECT
  number + ${on * 10_000_000} AS c,
  intDiv(c, ${together}) AS s,
  toUInt32(cityHash64(s, 1) % ${devices}) AS device,
  -- few at night; the hours differ by device
  toUInt32(pow(${chance(2, 's')}, 0.6) * 20 + device % 4) AS hour,
  fromUnixTimestamp64Micro(toInt64((${began + on * day} + hour * 3600 + ${chance(3)} * 3599) * 1000000), 'UTC') AS at,
  ${chance(4, 's')} AS what,
  toUInt32(pow(40, ${chance(5, 's')})) AS slot,
  toUInt32(if(slot < 12, slot, 12 + cityHash64(device, slot, 6) % 600)) AS appnumber,
  toUInt32(pow(80000, ${chance(7, 's')})) AS rank,
  if(what < 0.7, concat('org.example.app', toString(appnumber)), if(what < 0.98, 'com.apple.mobilesafari', '')) AS client,
  multiIf(
    what >= 0.98, '',
    what < 0.7, concat(['api', 'cdn', 'push', 'telemetry'][1 + cityHash64(s, 8) % 4], '.service', toString(appnumber), ['.com', '.net', '.io'][1 + appnumber % 3]),
    concat(['www', 'static', 'img', 'm'][1 + cityHash64(s, 9) % 4], '.site', toString(rank), ['.com', '.org', '.de', '.co.uk'][1 + rank % 4])) AS host,
  if(what >= 0.98,
    concat('10.200.', toString(device % 20), '.', toString(1 + toUInt32(pow(60, ${chance(10, 's')})))),
    -- one of two addresses of a service; sites share theirs by threes
    IPv4NumToString(toUInt32(1500000000 + if(what < 0.7, cityHash64(appnumber, cityHash64(c, 11) % 2, 12), cityHash64(intDiv(rank, 3), 13)) % 200000000))) AS address,
  if(what >= 0.98, [toUInt16(443), 22, 445, 631, 9100][1 + cityHash64(address) % 5], toUInt16(443)) AS to_port,
  -- a sensor in the device’s VPN tells the app of a third of the records
  cityHash64(s, 14) % 3 = 0 AS told,
  concat('10.', toString(20 + intDiv(device, 200)), '.', toString(intDiv(device, 200)), '.', toString(2 + device % 200)) AS ip
FROM numbers(${count})`

const columnsOf = (log: Log): string =>
  log === 'dns'
    ? `'dns' AS kind, host AS domain, '10.0.0.53' AS dst_ip, toUInt16(53) AS dst_port, 'udp' AS transport, 'dns' AS service, if(cityHash64(c, 20) % 3 = 0, 'AAAA', 'A') AS qtype, if(cityHash64(c, 21) % 50 = 0, 'NXDOMAIN', 'NOERROR') AS status, if(qtype = 'A', [address], emptyArrayString()) AS answers, toInt64(-1) AS bytes_out, toInt64(-1) AS bytes_in, '' AS app`
    : log === 'flow'
      ? `'flow' AS kind, '' AS domain, address AS dst_ip, to_port AS dst_port, 'tcp' AS transport, 'ssl' AS service, '' AS qtype, if(cityHash64(c, 22, part) % 33 = 0, 'S0', 'SF') AS status, emptyArrayString() AS answers, toInt64(300 * pow(2000, cityHash64(c, 23, part) / 18446744073709551616.0)) AS bytes_out, toInt64(500 * pow(20000, cityHash64(c, 24, part) / 18446744073709551616.0)) AS bytes_in, if(told, client, '') AS app`
      : `'tls' AS kind, host AS domain, address AS dst_ip, to_port AS dst_port, 'tcp' AS transport, 'ssl' AS service, '' AS qtype, 'T' AS status, emptyArrayString() AS answers, toInt64(-1) AS bytes_out, toInt64(-1) AS bytes_in, if(told, client, '') AS app`

/** Numbers of the records that a contact leaves in a log. */
const partsOf: Readonly<Record<Exclude<Log, 'event'>, string>> = {
  dns: "if(host != '' AND cityHash64(c, 30) % 100 < 85, [0], [])",
  flow: 'if(cityHash64(c, 31) % 100 < 60, [0, 1], [0])',
  tls: "if(host != '' AND cityHash64(c, 32) % 100 < 70, [0], [])",
}

const fillNetwork = (log: Exclude<Log, 'event'>, on: number, count: number): string => `
INSERT INTO ${rawName('network')} (source, record, ts, kind, src_ip, src_port, app, domain, dst_ip, dst_port, transport, service, qtype, status, answers, bytes_out, bytes_in, raw)
SELECT ${sourceId(log, on)}, (c % 10000000) * 2 + part + 1, at + toIntervalMicrosecond(1000000 * part + ${log === 'dns' ? 0 : 40_000}), kind, ip, toUInt16(49152 + cityHash64(c) % 16000), app, domain, dst_ip, dst_port, transport, service, qtype, status, answers, bytes_out, bytes_in, concat('{"c":', toString(c), ',"part":', toString(part), '}')
FROM (SELECT *, part, ${columnsOf(log)} FROM (${contacts(on, count)}) ARRAY JOIN ${partsOf[log]} AS part)`

/**
 * What devices tell in a month: crashes of daemons and apps, by classes as benign ones have them, jetsam, resource reports,
 * forced restarts, panics; and what management servers are told again and again: apps and states.
 */
const fillEvents = (on: number, count: number): string => `
INSERT INTO ${rawName('device_event')} (source, record, ts, kind, device, platform, os_version, os_build, app, process, first_party, bug_type, exception_type, exception_subtype, signal, termination_namespace, category, detail, incident_id, event_key, raw)
SELECT ${sourceId('event', on)}, number + 1, fromUnixTimestamp64Micro(toInt64((${began + on * day} + 86399 * ${chance(40)}) * 1000000), 'UTC'),
  multiIf(k < 200, 'crash', k < 400, 'jetsam', k < 480, 'cpu', k < 485, 'force_reset', k < 486, 'panic', k < 700, 'posture', 'app') AS kind, concat('phone-', leftPad(toString(cityHash64(c, 41) % ${devices}), 3, '0')),
  'ios', '26.1', '23B85',
  if(kind = 'app' OR kind = 'crash' AND NOT own, concat('org.example.app', toString(cityHash64(c, 43) % 600)), ''),
  multiIf(kind IN ('posture', 'app', 'force_reset', 'panic'), '', own, concat('daemon', toString(cityHash64(c, 44) % 40)), concat('App', toString(cityHash64(c, 43) % 600))), if(own, 'yes', 'no'), '309',
  multiIf(kind != 'crash', '', e < 550, 'EXC_CRASH', 'EXC_BAD_ACCESS'),
  multiIf(kind != 'crash' OR e < 550, '', e < 880, 'KERN_INVALID_ADDRESS at 0x0000000000000010', e < 940, 'KERN_INVALID_ADDRESS at 0x0000004141414140', e < 970, 'KERN_PROTECTION_FAILURE at 0x0000000104fc8000', e < 985, 'KERN_INVALID_ADDRESS at 0x0011223344556677 (possible pointer authentication failure)', 'KERN_INVALID_ADDRESS at 0x00000000deadbee0'),
  multiIf(kind != 'crash', '', e < 550, 'SIGABRT', 'SIGSEGV'), if(kind = 'crash', 'SIGNAL', ''),
  if(kind = 'posture', ['passcode_present', 'lockdown_mode', 'mdm_enrolled', 'os_version'][1 + e % 4], '') AS category,
  if(kind = 'posture', map('value', ['yes', 'no', 'yes', '26.1'][1 + e % 4]), map()),
  toString(c), toString(c), concat('{"incident":', toString(c), '}')
FROM (SELECT number, number + ${on * 10_000_000} AS c, cityHash64(c, 45) % 1000 AS k, cityHash64(c, 46) % 1000 AS e, cityHash64(c, 42) % 2 = 0 AS own FROM numbers(${count}))`

/** Names as a scan fills them: subjects, and what was contacted. */
const fillNames = (log: Log, on: number): string => `
INSERT INTO ${rawName('name')} (source, kind, value, first, last, rows)
SELECT source, 'subject', subjectOf(device, if(device = '', '', 'record'), user, ${log === 'event' ? "'', '', ''" : 'src_ip, src_mac, src_host'})${log === 'event' ? " || repeat('\\x1F', 3)" : ''} AS value, min(ts), max(ts), count()
FROM ${rawName(log === 'event' ? 'device_event' : 'network')} WHERE source = ${sourceId(log, on)} GROUP BY source, value${
  log === 'event'
    ? ''
    : ['domain', 'dst_ip', 'app']
        .map(
          (column) => `
UNION ALL
SELECT source, '${column === 'dst_ip' ? 'ip' : column}' AS kind, ${column} AS value, min(ts), max(ts), count() FROM ${rawName('network')} WHERE source = ${sourceId(log, on)} AND ${column} != '' GROUP BY source, value`,
        )
        .join('')
}`

const sourceRow = async (engine: Engine, log: Log, on: number) => {
  const table = log === 'event' ? 'device_event' : 'network'
  const [row] = await engine.query<{ n: number; first: number; last: number }>(
    `SELECT count() AS n, toUnixTimestamp64Micro(min(ts)) AS first, toUnixTimestamp64Micro(max(ts)) AS last FROM ${rawName(table)} WHERE source = ${sourceId(log, on)}`,
  )
  return {
    id: sourceId(log, on),
    sha256: createHash('sha256').update(`${log} ${on}`).digest('hex'),
    head: '',
    path: `bench/${log}.${on}.log`,
    format: formats[log],
    format_version: 1,
    status: 'ok',
    rows: { [table]: row!.n },
    problems: {},
    coverage: {},
    first: row!.first,
    last: row!.last,
    bytes: 1,
    lines: row!.n,
    replaces: 0,
    device: '',
    device_from: '',
    committed: began * 1e6,
  }
}

/** Commits the sources of a day: from here on its rows count. */
export async function commitDay(engine: Engine, on: number): Promise<void> {
  const writer = openWriter(engine, sourceTable, 'source')
  for (const log of logs) await writer.write(await sourceRow(engine, log, on))
  await writer.flush()
}

/** Takes the commit of a day back. */
export const withdrawDay = (engine: Engine, on: number): Promise<void> =>
  engine.run('DELETE FROM source WHERE id IN ({ids:Array(UInt64)})', { ids: logs.map((log) => sourceId(log, on)) })

/** The store of `rows` rows and `events` events a month, and one day more that is not committed. Made once. */
export async function makeMonth(rows: number, events: number): Promise<string> {
  const folder = join(tmpdir(), 'codling-bench')
  mkdirSync(folder, { recursive: true })
  const store = join(folder, `month-${recipe}-${rows}-${events}`)
  if (existsSync(join(store, 'made'))) return store
  process.stderr.write(`bench: makes ${rows} rows and ${events} events in ${folder}\n`)
  const part = `${store}.part`
  rmSync(part, { recursive: true, force: true })
  rmSync(store, { recursive: true, force: true })
  const engine = await openEngine({ store: part, version: 'bench' })
  try {
    const map = openWriter(engine, identityEvent, rawName('identity_event'))
    for (let device = 0; device < devices; device++)
      await map.write({
        source: 1,
        record: device + 1,
        ts: 0,
        kind: 'map',
        device: `phone-${String(device).padStart(3, '0')}`,
        ip: `10.${20 + Math.floor(device / 200)}.${Math.floor(device / 200)}.${2 + (device % 200)}`,
        raw: 'x',
      })
    await map.flush()
    const writer = openWriter(engine, sourceTable, 'source')
    await writer.write({
      id: 1,
      path: 'bench/devices.csv',
      format: 'device-map',
      status: 'ok',
      rows: { identity_event: devices },
    })
    await writer.flush()
    const each = Math.round(rows / days / rowsOfContact)
    for (let on = 0; on <= days; on++) {
      for (const log of logs) {
        await engine.run(
          log === 'event' ? fillEvents(on, Math.round(events / days)) : fillNetwork(log, on, each),
          {},
          { seconds: 3600 },
        )
        await engine.run(fillNames(log, on))
      }
      if (on < days) await commitDay(engine, on)
      process.stderr.write(`\rbench: day ${on + 1} of ${days + 1}`)
    }
    process.stderr.write('\n')
    // merges in the background would be measured with what comes first
    for (const table of ['network', 'device_event', 'name'])
      await engine.run(`OPTIMIZE TABLE ${rawName(table)} FINAL`, {}, { seconds: 3600 })
  } finally {
    await engine.close()
  }
  writeFileSync(join(part, 'made'), '')
  renameSync(part, store)
  return store
}
