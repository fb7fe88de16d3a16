// What a world said, written and read back through the real pipeline.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Engine, openEngine } from '../../engine/index.ts'
import type { ScanResult } from '../../pipeline/contract.ts'
import { everything, scan } from '../../pipeline/scan.ts'
import { type Simulated, simulate } from '../simulate.ts'
import type { Generator } from '../world.ts'
import {
  classOf,
  contacts,
  crashClasses,
  devices,
  events,
  generatorOf,
  hostile,
  hostileHost,
  moment,
  truth,
  worldOptions,
} from './testing.ts'

const made: string[] = []
const temporary = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'simulate-'))
  made.push(folder)
  return folder
}
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

const read = (dir: string, store: string, feed: string): Promise<ScanResult> => {
  const intel = join(temporary(), 'feed.txt')
  writeFileSync(intel, feed)
  return scan({
    version: 'test',
    paths: ['zeek', 'devices', 'mdm'].map((name) => join(dir, name)),
    intel: [intel],
    devices: join(dir, 'devices.csv'),
    device: null,
    warninglists: [],
    formats: [],
    store,
    server: null,
    ...everything,
    lookbackDays: null,
    now: Date.UTC(2026, 10, 1) * 1000,
    signal: new AbortController().signal,
  })
}

type Row = Record<string, string | number | readonly string[] | Record<string, string>>
const micros = (written: unknown): number => {
  const [, whole, part = ''] = /^(.*?)(?:\.(\d+))?$/.exec(String(written).replace(' ', 'T'))!
  return Date.parse(`${whole}Z`) * 1000 + Number(part.padEnd(6, '0'))
}

type Hooked = { readonly raw_payload: string; readonly udid: string }

/** Every file below a folder with its bytes. */
const contentsOf = (dir: string): Map<string, string> =>
  new Map(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(dir.length), readFileSync(path, 'latin1')]),
  )

describe('a small world, written and read', () => {
  let dir: string
  let result: ScanResult
  let engine: Engine
  let simulated: Simulated
  let flows: Row[]
  let named: Row[]

  beforeAll(async () => {
    dir = join(temporary(), 'fleet')
    simulated = await simulate(generatorOf(events), worldOptions, dir)
    const store = join(temporary(), 'store')
    result = await read(dir, store, 'api.example.com\nlate.example.com\n')
    engine = await openEngine({ store, version: 'test' })
    flows = await engine.query<Row>("SELECT * FROM network WHERE kind = 'flow' AND dst_port != 53 ORDER BY ts")
    named = await engine.query<Row>("SELECT * FROM network WHERE kind IN ('tls', 'http') ORDER BY ts")
  })
  afterAll(() => engine?.close())

  it('has no file that is not read whole, and counts what it wrote', () => {
    expect(result.sources.filter(({ status }) => status !== 'ok').map(({ path, status }) => [path, status])).toEqual([])
    expect(result.sources.flatMap(({ problems }) => Object.keys(problems ?? {}))).toEqual([])
    const files = contentsOf(dir)
    expect(simulated).toMatchObject({
      devices: 2,
      files: files.size,
      bytes: [...files.values()].reduce((n, text) => n + text.length, 0),
      truth: { attack: 1, decoy: 0, confounder: 0 },
    })
    expect(simulated.events).toMatchObject({ contact: contacts.length, lookup: 3, crash: 20, posture: 1, jetsam: 1 })
  })

  it('holds each contact as a flow: time, ends, bytes, length, outcome', () => {
    const states: Record<string, string[]> = {
      closed: ['SF'],
      open: ['S1'],
      unanswered: ['S0'],
      refused: ['REJ'],
      reset: ['RSTO', 'RSTR'],
      malformed: ['SF'],
    }
    expect(flows).toHaveLength(contacts.length)
    for (const [i, c] of contacts.entries()) {
      const row = flows[i]!
      expect(micros(row.ts)).toBe(c.ts)
      expect(row).toMatchObject({ dst_ip: c.address, dst_port: c.port, transport: c.transport })
      expect([row.bytes_out, row.bytes_in, row.duration].map(Number)).toEqual([c.bytesOut, c.bytesIn, c.duration])
      expect(states[c.outcome]).toContain(row.status)
      expect(row.app).toBe('')
    }
    expect(flows.map((row) => row.service)).toEqual([
      'ssl',
      'ssl',
      '',
      '',
      'ssl',
      '',
      'ssl',
      'quic,ssl',
      'http',
      'smb',
      '',
      'ssl',
      'ssl',
      'ssl',
    ])
  })

  it('gives a device its address until it changes', () => {
    expect(flows.map((row) => row.src_ip)).toEqual([...Array<string>(12).fill('10.1.0.20'), '10.1.0.77', 'fd00:12::20'])
    const csv = readFileSync(join(dir, 'devices.csv'), 'utf8')
    expect(csv).toContain(',10.1.0.20,02:00:5e:00:00:01,SIM000000001,')
    expect(csv).toMatch(/,10\.1\.0\.20,.*,,2026-06-03T12:00:00\.000Z\n/)
    expect(csv).toMatch(/,10\.1\.0\.77,.*,2026-06-03T12:00:00\.000Z,\n/)
  })

  it('ties every row to its device through the map, before and after its address changed', () => {
    expect(result.findings.map(({ device, user, destination }) => [device.name, user, destination?.value])).toEqual([
      ['sales-iphone-001', hostile, 'api.example.com'],
      ['lab-ipad-002', 'lab', 'late.example.com'],
    ])
    expect(micros(result.findings[0]!.last_seen.replace('Z', ''))).toBeGreaterThanOrEqual(moment(2, 12))
    expect(result.findings[0]!.evidence.map(({ raw }) => raw).join()).toContain('api.example.com')
  })

  it('names the host where the sensor saw it, and shares the uid', () => {
    expect(named.map((row) => [row.domain, row.service, row.status])).toEqual([
      ['api.example.com', 'ssl', 'established'],
      ['api.example.com', 'ssl', 'established'],
      ['api.example.com', 'ssl', 'established'],
      ['api.example.com', 'ssl', 'not established'],
      [hostileHost, 'ssl', 'established'],
      ['quic.example.com', 'quic', ''],
      ['plain.example.com', 'http', '200'],
      ['api.example.com', 'ssl', 'established'],
      ['api.example.com', 'ssl', 'established'],
      ['late.example.com', 'ssl', 'established'],
    ])
    const uidOf = (row: Row): string => (JSON.parse(row.raw as string) as { uid: string }).uid
    const uids = flows.map(uidOf)
    expect(new Set(uids).size).toBe(contacts.length)
    for (const row of named) {
      expect(uidOf(row)).toMatch(/^C[0-9A-Za-z]{17}$/)
      const flow = flows[uids.indexOf(uidOf(row))]!
      expect([row.src_ip, row.src_port, row.dst_ip]).toEqual([flow.src_ip, flow.src_port, flow.dst_ip])
    }
  })

  it('holds each question, its answers, and its flow to the resolver', async () => {
    const rows = await engine.query<Row>("SELECT * FROM network WHERE kind = 'dns' ORDER BY ts")
    expect(rows.map((row) => [row.src_ip, row.domain, row.qtype, row.status, row.answers, row.dst_ip])).toEqual([
      ['10.1.0.20', 'api.example.com', 'A', 'NOERROR', ['203.0.113.5'], '10.1.0.1'],
      ['10.1.0.20', 'gone.example.com', 'AAAA', 'NXDOMAIN', [], '10.1.0.1'],
      ['fd00:12::20', 'x.tunnel.example', 'TXT', 'NOERROR', ['TXT 7 a "b" c'], 'fd00::53'],
    ])
    const [flow] = await engine.query<{ n: number; names: number }>(
      "SELECT toUInt32(count()) AS n, toUInt32(countIf(bytes_out > 0 AND status = 'SF')) AS names FROM network WHERE kind = 'flow' AND dst_port = 53",
    )
    expect(flow).toEqual({ n: 3, names: 3 })
  })

  it('sums up the apps of a week in the privacy report', async () => {
    const rows = await engine.query<Row>(
      "SELECT device, app, if(domain = '', dst_ip, domain) AS host, toUInt32(hits) AS hits, initiated, context, ts, ts_end FROM network WHERE kind = 'app_domain' ORDER BY ts",
    )
    expect(rows.map((row) => [row.device, row.app, row.host, row.hits, row.initiated, row.context])).toEqual([
      ['sales-iphone-001', 'com.example.chat', 'api.example.com', 1, 'user', hostile],
      ['sales-iphone-001', 'com.example.chat', 'api.example.com', 7, 'app', ''],
      ['sales-iphone-001', 'com.example.chat', hostileHost, 1, 'app', ''],
      ['sales-iphone-001', 'com.example.chat', 'quic.example.com', 1, 'app', ''],
      ['sales-iphone-001', 'com.example.chat', 'plain.example.com', 1, 'app', ''],
      ['sales-iphone-001', 'com.example.mail', '203.0.113.5', 1, 'app', ''],
    ])
    expect([micros(rows[1]!.ts), micros(rows[1]!.ts_end)]).toEqual([moment(0, 10), moment(2, 12)])
  })

  it('writes each class of crash so that it is told from the others', async () => {
    const rows = await engine.query<Row>("SELECT * FROM device_event WHERE bug_type = '309' ORDER BY ts")
    expect(rows.map(classOf)).toEqual([...crashClasses, ...crashClasses])
    for (const [i, row] of rows.entries()) {
      const app = i >= crashClasses.length
      const own = app ? devices[1]! : devices[0]!
      expect(micros(row.ts)).toBe(app ? moment(4, 1 + i - crashClasses.length) : moment(3, 1 + i, 432_100))
      expect(row).toMatchObject({
        process: app ? 'Chat "α"/β' : 'imagent',
        app: app ? 'com.example.chat' : '',
        app_version: app ? '4.2' : '',
        first_party: app ? 'no' : 'yes',
        locked: app ? 'no' : 'yes',
        hardware: own.model,
        crash_reporter_key: own.crashReporterKey,
        device: own.name,
        os_version: '18.6.2',
        os_build: '22G100',
        platform: 'ios',
        pc_known: 1,
      })
    }
    expect(new Set(rows.map((row) => row.incident_id)).size).toBe(20)
  })

  it('writes restarts and resource reports', async () => {
    const rows = await engine.query<Row>(
      "SELECT kind, bug_type, process, device, ts, detail FROM device_event WHERE kind IN ('panic', 'force_reset', 'jetsam', 'cpu', 'disk_writes') ORDER BY ts",
    )
    expect(rows.map((row) => [row.kind, row.bug_type, row.process, row.device])).toEqual([
      ['panic', '210', 'kernel_task', 'sales-iphone-001'],
      ['force_reset', '151', 'kernel_task', 'sales-iphone-001'],
      ['jetsam', '298', 'Parley', 'sales-iphone-001'],
      ['cpu', '202', 'photoanalysisd', 'sales-iphone-001'],
      ['disk_writes', '145', 'Parley', 'sales-iphone-001'],
    ])
    expect(rows.map((row) => micros(row.ts))).toEqual([
      moment(5, 1, 250_000),
      ...[2, 3, 4, 5].map((hours) => moment(5, hours)),
    ])
    expect((rows[0]!.detail as Record<string, string>).panicString).toContain('"example" @Driver.cpp:12')
  })

  it('writes the posture as device management answers it', async () => {
    const rows = await engine.query<Row>(
      "SELECT kind, category, app, detail, udid, ts FROM device_event WHERE kind IN ('posture', 'profile', 'certificate', 'app') ORDER BY ts, kind, category, app",
    )
    const facts = rows.filter(({ kind }) => kind === 'posture')
    const stated = (category: string): unknown =>
      (facts.find((row) => row.category === category)?.detail as Record<string, string> | undefined)?.value
    expect(
      ['os_version', 'os_build', 'supervised', 'passcode_present', 'managed_app_list', 'lockdown_mode'].map(stated),
    ).toEqual(['18.6.2', '22G100', 'yes', 'yes', 'com.example.work', 'no'])
    const listed = rows.filter(({ kind }) => kind !== 'posture')
    expect(listed.map(({ kind, category, app }) => [kind, category || app])).toEqual([
      ['profile', 'com.example.wifi'],
      ['certificate', 'Example Root <CA>'],
      ['app', 'com.example.chat'],
      ['app', 'com.example.work'],
      ['app', 'com.example.work'],
    ])
    expect(listed[0]!.detail).toMatchObject({ name: hostile, organization: 'Example & Sons', managed: 'yes' })
    expect(new Set(rows.map(({ udid }) => udid))).toEqual(new Set([devices[0]!.udid]))
    expect(micros(rows[0]!.ts)).toBe(moment(6, 8))
  })

  it('tells the truth in a file of its own', () => {
    expect(readFileSync(join(dir, 'truth.jsonl'), 'utf8')).toBe(`${JSON.stringify(truth[0])}\n`)
    expect(readFileSync(join(dir, 'README.txt'), 'utf8')).toMatch(/^Everything in this folder is simulated.*\n$/)
  })
})

describe('simulate', () => {
  it('gives the same bytes for the same seed, and others for another', async () => {
    const [a, b, c] = [join(temporary(), 'a'), join(temporary(), 'b'), join(temporary(), 'c')]
    await simulate(generatorOf(events), worldOptions, a)
    await simulate(generatorOf(events), worldOptions, b)
    await simulate(generatorOf(events), { ...worldOptions, seed: 8 }, c)
    expect(contentsOf(b)).toEqual(contentsOf(a))
    const conn = '/zeek/2026-06-01/conn.log'
    expect(contentsOf(c).get(conn)).not.toBe(contentsOf(a).get(conn))
    expect([...contentsOf(c).values()].join('')).not.toContain('undefined')
  })

  it('takes a change of address that is told after the contacts it concerns', async () => {
    const late = [...events.filter(({ kind }) => kind !== 'address'), events.find(({ kind }) => kind === 'address')!]
    const [a, b] = [join(temporary(), 'a'), join(temporary(), 'b')]
    await simulate(generatorOf(events), worldOptions, a)
    const made = await simulate(generatorOf(late), worldOptions, b)
    expect(contentsOf(b)).toEqual(contentsOf(a))
    expect(made.events.contact).toBe(contacts.length)
  })

  it('moves rows of one connection together through days, whatever the order of telling', async () => {
    const dir = join(temporary(), 'fleet')
    await simulate(generatorOf(events.toReversed()), worldOptions, dir)
    expect(readdirSync(join(dir, 'zeek')).sort()).toEqual(['2026-06-01', '2026-06-02', '2026-06-03', '2026-06-08'])
    expect(readdirSync(join(dir, 'zeek/2026-06-02')).sort()).toEqual(['conn.log', 'http.log', 'quic.log'])
  })

  it('keeps all lines when a file outgrows what may wait in memory', async () => {
    const dir = join(temporary(), 'fleet')
    const many = 5_000
    const told: Generator = {
      ...generatorOf([]),
      async generate(_, begin, out) {
        await begin(devices)
        // not awaited: order and number of lines must not depend on it
        for (let i = 0; i < many; i++) void out({ ...contacts[0]!, ts: moment(0, 0, i), bytesOut: i })
        return []
      },
    }
    await simulate(told, worldOptions, dir)
    const lines = readFileSync(join(dir, 'zeek/2026-06-01/conn.log'), 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { orig_bytes: number }).orig_bytes)).toEqual(
      Array.from({ length: many }, (_, i) => i),
    )
    const report = readdirSync(join(dir, 'devices/sales-iphone-001'))
    expect(report).toHaveLength(1)
  })

  it('writes property lists instead of webhooks when asked', async () => {
    const dir = join(temporary(), 'fleet')
    await simulate(generatorOf(events), worldOptions, dir, undefined, { mdm: 'plist' })
    const folder = join(dir, 'devices/sales-iphone-001/mdm')
    const names = readdirSync(folder).sort()
    expect(names.map((name) => name.replace(/^.*Z-/, ''))).toEqual([
      'CertificateList.plist',
      'DeviceInformation.plist',
      'ProfileList.plist',
      'SecurityInfo.plist',
      'DeclarativeManagement.plist',
      'InstalledApplicationList.plist',
      'ManagedApplicationList.plist',
    ])
    expect(names[0]).toBe('20260607T080000Z-CertificateList.plist')
    // 300 ms after each other
    const times = names.map((name) => statSync(join(folder, name)).mtimeMs - moment(6, 8) / 1000)
    expect(times.sort((a, b) => a - b)).toEqual([0, 300, 600, 900, 1200, 1500, 1800])
    const profiles = readFileSync(join(folder, names[2]!), 'utf8')
    expect(profiles).toContain('<string>Zoë "O\'Hara", &lt;b&gt;&amp;\\ \u2028 日本</string>')
    expect(profiles).toContain(`<key>UDID</key>\n\t<string>${devices[0]!.udid}</string>`)
    expect(readdirSync(dir)).not.toContain('mdm')
  })

  it('wraps the same property lists in webhooks', async () => {
    const [a, b] = [join(temporary(), 'a'), join(temporary(), 'b')]
    await simulate(generatorOf(events), worldOptions, a)
    await simulate(generatorOf(events), worldOptions, b, undefined, { mdm: 'plist' })
    const folder = join(b, 'devices/sales-iphone-001/mdm')
    const lists = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .sort()
    const hooks = readFileSync(join(a, 'mdm/webhooks.ndjson'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { created_at: string; acknowledge_event?: Hooked; checkin_event?: Hooked })
    expect(
      hooks
        .map((hook) => Buffer.from((hook.acknowledge_event ?? hook.checkin_event)!.raw_payload, 'base64').toString())
        .sort(),
    ).toEqual(lists)
    expect(hooks[0]).toMatchObject({
      topic: 'mdm.Connect',
      created_at: '2026-06-07T08:00:00.000Z',
      acknowledge_event: { status: 'Acknowledged', udid: devices[0]!.udid },
    })
  })

  it('refuses a folder that is not empty, and leaves it alone', async () => {
    const dir = temporary()
    writeFileSync(join(dir, 'mine.txt'), 'mine')
    await expect(simulate(generatorOf(events), worldOptions, dir)).rejects.toThrow(/is not empty/)
    expect(readdirSync(dir)).toEqual(['mine.txt'])
  })

  it('says so when the folder cannot be made or written', async () => {
    const file = join(temporary(), 'file')
    writeFileSync(file, '')
    await expect(simulate(generatorOf(events), worldOptions, join(file, 'below'))).rejects.toThrow(/cannot be written/)
  })

  it('keeps hostile names of devices and processes inside the folder', async () => {
    const dir = join(temporary(), 'fleet')
    const named = devices.map((device, i) => ({ ...device, name: i === 0 ? '../../up' : '..' }))
    const told: Generator = {
      ...generatorOf([]),
      async generate(_, begin, out) {
        await begin(named)
        for (const event of events) await out(event.kind === 'crash' ? { ...event, process: '../../\ud800\n' } : event)
        return []
      },
    }
    const before = contentsOf(join(dir, '..'))
    expect(before.size).toBe(0)
    await simulate(told, worldOptions, dir)
    expect(readdirSync(join(dir, '..'))).toEqual(['fleet'])
    expect(readdirSync(join(dir, 'devices')).sort()).toEqual(['_', '__.._up'])
  })

  it('stops when it is told to', async () => {
    const stop = new AbortController()
    const dir = join(temporary(), 'fleet')
    const endless: Generator = {
      ...generatorOf([]),
      async generate(_, begin, out) {
        await begin(devices)
        for (let i = 0; ; i++) {
          if (i === 20_000) stop.abort()
          await out({ ...contacts[0]!, ts: moment(0, 0, i) })
        }
      },
    }
    await expect(
      simulate(endless, worldOptions, dir, undefined, { mdm: 'webhook', signal: stop.signal }),
    ).rejects.toThrow(/abort/i)
    expect(readdirSync(dir)).not.toContain('README.txt')
  })

  it('tells a generator that breaks its contract', async () => {
    const without: Generator = { ...generatorOf([]), generate: async () => [] }
    await expect(simulate(without, worldOptions, join(temporary(), 'a'))).rejects.toThrow(/no devices/)
    const stray = generatorOf([{ ...contacts[0]!, device: 9 }])
    await expect(simulate(stray, worldOptions, join(temporary(), 'b'))).rejects.toThrow(/device 9/)
  })
})
