// The life of an AN1756 finding in a store: provisional, confirmed, withdrawn, with one id, whatever comes late.
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { explained } from '../../src/cli/render/explained.ts'
import { renderReport } from '../../src/cli/render/report.ts'
import { renderTerminal } from '../../src/cli/render/terminal.ts'
import { type ScanFinding, type ScanResult, scanSchema } from '../../src/pipeline/contract.ts'
import { storedFinding } from '../../src/pipeline/stored.ts'
import { analyticFolder } from '../conformance/cases.ts'
import { now, put, scanHere, temporary, zeekDnsLine } from './harness.ts'

const folder = join(analyticFolder('AN1756'), 'cases', 'fires-contact-then-crash')
const devices = join(folder, 'devices.csv')
const linesOf = (log: string): { ts: number; line: string }[] =>
  gunzipSync(readFileSync(join(folder, 'data', `${log}.log.gz`)))
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => ({ ts: JSON.parse(line).ts as number, line }))
    .sort((a, b) => a.ts - b.ts)
const logs = { conn: linesOf('conn'), ssl: linesOf('ssl') }
const phones = readdirSync(join(folder, 'data')).filter((name) => name.startsWith('phone'))

const at = (text: string): number => Date.parse(`2026-05-${text}Z`) / 1000
const report = 'imagent-2026-05-10-132401.ips'

/** A store that is scanned once a day: each scan has a later clock. */
function openHouse() {
  const store = temporary()
  const data = temporary()
  let scans = 0
  return {
    store,
    /** Zeek logs as they stand at a time, s; a later one has the same beginning. */
    network(until: number, more: readonly { ts: number; conn: string; ssl: string }[] = []): string[] {
      return (['conn', 'ssl'] as const).map((log) =>
        put(
          join(data, `${log}.log`),
          [
            ...logs[log].filter(({ ts }) => ts < until).map(({ line }) => line),
            ...more.map((one) => one[log]),
            '',
          ].join('\n'),
        ),
      )
    },
    /** Reports of all devices, but for those left out. */
    crashes(left: readonly string[] = []): string[] {
      return phones.map((phone) => {
        cpSync(join(folder, 'data', phone), join(data, phone), {
          recursive: true,
          filter: (path) => !left.some((name) => path.endsWith(name)),
        })
        return join(data, phone)
      })
    },
    /** The report of the attack’s crash, told as another one: of a device, at a time of day, of a number. */
    report(phone: string, time: string, n: number): string {
      const text = readFileSync(join(folder, 'data', 'phone-07', report), 'utf8')
        .replaceAll('13:24:0', `${time}:0`)
        .replaceAll('6E07DF03', `6E07DF${n}`)
        .replaceAll(/a{39}7/g, `${'a'.repeat(40 - String(Number(phone.slice(-2))).length)}${Number(phone.slice(-2))}`)
      return put(join(data, 'more', phone, `imagent-${n}.ips`), text)
    },
    async scan(paths: readonly string[], alertBudget: number | null = null): Promise<ScanResult> {
      const result = await scanHere(paths, { devices, store, alertBudget, now: now + scans++ * 86_400e6 })
      scanSchema.parse(result)
      return result
    },
  }
}

/** The name that the victim met, met by another device as well. */
const met = (n: number, ts: number): { ts: number; conn: string; ssl: string } => {
  const flow = {
    ts,
    uid: `Cmet${n}`,
    'id.orig_h': `10.1.0.${n + 10}`,
    'id.orig_p': 40_000 + n,
    'id.resp_h': '203.0.113.52',
    'id.resp_p': 443,
  }
  return {
    ts,
    conn: JSON.stringify({
      ...flow,
      proto: 'tcp',
      service: 'ssl',
      duration: 3,
      orig_bytes: 90_000,
      resp_bytes: 4000,
      conn_state: 'SF',
    }),
    ssl: JSON.stringify({ ...flow, version: 'TLSv13', server_name: 'sync-relay.example', established: true }),
  }
}

const life = (list: readonly ScanFinding[]) => list.map(({ id, state, severity }) => ({ id, state, severity }))
const idOf = (result: ScanResult): string => {
  expect(result.findings).toHaveLength(1)
  return result.findings[0]!.id
}

test('provisional, then confirmed, with one id, and the same as if all had come at once', async () => {
  const house = openHouse()
  const early = await house.scan([...house.network(at('10T16:00')), ...house.crashes()])
  const id = idOf(early)
  expect(life(early.findings)).toEqual([{ id, state: 'provisional', severity: 'high' }])
  expect(early.findings[0]!.caveats.map(({ code }) => code)).toContain('provisional')
  const late = await house.scan(house.network(at('13T00:00')))
  expect(life(late.findings)).toEqual([{ id, state: 'confirmed', severity: 'high' }])
  expect(late.findings[0]!.caveats.map(({ code }) => code)).not.toContain('provisional')
  expect(late.findings[0]!.new).toBe(false)
  expect(late.history).toEqual([])
  const other = openHouse()
  const whole = await other.scan([...other.network(at('13T00:00')), ...other.crashes()])
  expect(whole.findings.map((finding) => ({ ...finding, evidence: 0, links: 0 }))).toEqual(
    late.findings.map((finding) => ({ ...finding, new: true, evidence: 0, links: 0 })),
  )
}, 90_000)

test('a crash report that arrives days later makes the finding that it would have made in time', async () => {
  const orders = await Promise.all([
    (async () => {
      const house = openHouse()
      const first = await house.scan([...house.network(at('13T00:00')), ...house.crashes([report])])
      expect(first.findings).toEqual([])
      return house.scan(house.crashes())
    })(),
    (async () => {
      const house = openHouse()
      await house.scan(house.crashes())
      await house.scan(house.network(at('10T09:00')))
      return house.scan(house.network(at('13T00:00')))
    })(),
  ])
  const house = openHouse()
  const whole = await house.scan([...house.network(at('13T00:00')), ...house.crashes()])
  for (const one of orders) {
    expect(life(one.findings)).toEqual(life(whole.findings))
    expect(one.findings[0]!.baseline).toEqual(whole.findings[0]!.baseline)
    expect(one.history).toEqual([])
  }
}, 90_000)

test('an earlier crash that arrives late joins the finding, which keeps its id', async () => {
  const house = openHouse()
  const id = idOf(await house.scan([...house.network(at('13T00:00')), ...house.crashes()]))
  const later = await house.scan([house.report('phone-07', '13:11', 11)])
  expect(life(later.findings)).toEqual([{ id, state: 'confirmed', severity: 'high' }])
  expect(later.history).toEqual([])
}, 60_000)

test('what the fleet turns out to know is withdrawn with the reason, and never silently gone', async () => {
  const house = openHouse()
  const id = idOf(await house.scan([...house.network(at('10T16:00')), ...house.crashes()]))
  const others = Array.from({ length: 14 }, (_, i) => i + 8).flatMap((n) =>
    Array.from({ length: 60 }, (_, i) => met(n, at('10T16:30') + i * 360 + n)),
  )
  const later = await house.scan(house.network(at('10T16:00'), others))
  expect(later.findings).toEqual([])
  expect(life(later.history)).toEqual([{ id, state: 'withdrawn', severity: 'info' }])
  const [caveat] = later.history[0]!.caveats
  expect(caveat!.code).toBe('withdrawn')
  expect(caveat!.text).toContain('The fleet knows sync-relay.example now: 14 other devices met it.')
  const again = await house.scan(house.network(at('10T16:00'), others))
  expect(again.history).toEqual(later.history)
  // every face of it says so
  const stored = await storedFinding({ version: 'test', store: house.store, server: null, id })
  expect(explained(stored, { colour: false, width: 100 })).toContain('withdrawn')
  expect(renderReport(again)).toContain('14 other devices met it')
  expect(renderTerminal(again, { colour: false, width: 200, reportPath: null, jsonPath: null })).toMatch(
    /Withdrawn.*\n.*phone-07/,
  )
}, 60_000)

test('a wave of the same crash withdraws a finding and is named', async () => {
  const house = openHouse()
  const id = idOf(await house.scan([...house.network(at('13T00:00')), ...house.crashes()]))
  const wave = ['01', '02', '03', '04', '05', '06'].map((n, i) => house.report(`phone-${n}`, `15:1${i}`, 20 + i))
  const later = await house.scan(wave)
  expect(later.findings).toEqual([])
  expect(life(later.history)).toEqual([{ id, state: 'withdrawn', severity: 'info' }])
  expect(later.history[0]!.caveats[0]!.text).toContain('part of a wave: 6 other devices had the same within a day')
}, 60_000)

test('a stricter budget withdraws, and what is a finding again has the id that it had', async () => {
  const house = openHouse()
  const paths = [...house.network(at('13T00:00')), ...house.crashes()]
  const id = idOf(await house.scan(paths))
  const strict = await house.scan(paths, 0.1)
  expect(strict.findings).toEqual([])
  expect(strict.history[0]!.caveats[0]!.text).toMatch(/^Withdrawn\. The budget allows .+, and allowed /)
  const again = await house.scan(paths)
  expect(life(again.findings)).toEqual([{ id, state: 'confirmed', severity: 'high' }])
  expect(again.history).toEqual([])
}, 60_000)

test('a device that falls silent after the contact, while its fleet does not: a further link with its own number', async () => {
  const house = openHouse()
  const stops = at('10T19:00')
  const paths = (['conn', 'ssl'] as const).map((log) =>
    put(
      join(temporary(), `${log}.log`),
      logs[log]
        .filter(({ ts, line }) => ts < stops || !line.includes('"10.1.0.17"'))
        .map(({ line }) => `${line}\n`)
        .join(''),
    ),
  )
  const result = await house.scan([...paths, ...house.crashes()])
  expect(life(result.findings)).toEqual([{ id: idOf(result), state: 'provisional', severity: 'high' }])
  const absence = result.findings[0]!.links.find(({ kind }) => kind === 'absence')
  expect(absence).toMatchObject({ ts: '2026-05-10T19:00:00.000Z' })
  expect(absence!.text).toMatch(
    /^Nothing of the device in the network to the end of what was read.*once in \d+ device-days/,
  )
  expect(absence!.probability).toBeLessThanOrEqual(0.1)
  // it is heard to the end: no such link
  const whole = await openHouse().scan([...house.network(at('13T00:00')), ...house.crashes()])
  expect(whole.findings[0]!.links.map(({ kind }) => kind)).toEqual(['new_name', 'protection'])
}, 60_000)

test('clocks that differ are found out from what two sources tell alike, stated, and given tolerance', async () => {
  const house = openHouse()
  const late = 300
  // names that one device alone met, as its own report tells them, five minutes late
  const reports = [4, 5, 6, 7].map((n) => {
    const own = logs.ssl
      .map(({ line }) => JSON.parse(line) as { ts: number; 'id.orig_h': string; server_name: string })
      .filter((one) => one['id.orig_h'] === `10.1.0.${n + 10}` && /^[0-9a-f]{8}[.]example$/.test(one.server_name))
    const lines = own.map(({ ts, server_name: domain }) => {
      const time = new Date((ts + late) * 1000).toISOString()
      return JSON.stringify({
        type: 'networkActivity',
        bundleID: 'com.example.web',
        domain,
        domainType: 2,
        hits: 1,
        initiatedType: 'AppInitiated',
        context: '',
        firstTimeStamp: time,
        timeStamp: time,
      })
    })
    return put(join(temporary(), `phone-0${n}`, 'App_Privacy_Report_v4_2026-05-13.ndjson'), `${lines.join('\n')}\n`)
  })
  const result = await house.scan([...house.network(at('13T00:00')), ...house.crashes(), ...reports])
  const clockOf = (part: string) => result.sources.find(({ path }) => path.includes(part))!.coverage.clock
  const report = clockOf('App_Privacy')!
  expect(report.against).toBe('zeek')
  expect(report.ahead).toBeGreaterThan(298)
  expect(report.ahead).toBeLessThan(301)
  expect(report.matches).toBeGreaterThanOrEqual(60)
  expect(clockOf('ssl.log')).toMatchObject({ against: 'device', ahead: -report.ahead })
  // reports of crashes tell no contacts
  expect(clockOf('imagent')).toBeNull()
  const skew = result.findings[0]!.caveats.find(({ code }) => code === 'clock_skew')
  expect(skew!.text).toMatch(
    /^The device’s own report is (4 min 59 s|5 min) ahead of zeek .*tolerance of (6 min 59 s|7 min)[.]$/,
  )
  expect(renderReport(result)).toContain('ahead of zeek (median of')
}, 60_000)

test('times after the moment when a source was read are told: its clock is ahead', async () => {
  const log = put(join(temporary(), 'dns.log'), `${zeekDnsLine(0)}\n`)
  const read = Date.UTC(2026, 8, 14) * 1000 - 600e6
  const result = await scanHere([log], { now: read })
  expect(result.sources[0]!.coverage.clock).toEqual({
    against: 'the moment when it was read',
    ahead: 600,
    low: 600,
    high: 600,
    matches: 0,
  })
}, 60_000)
