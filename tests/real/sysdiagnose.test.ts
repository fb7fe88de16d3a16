// Parts of real sysdiagnoses, counted a second time by plain search; and made-up archives, as a device writes them, for
// what no sample shows: whose the members are, when they were taken, and how much memory a large one needs.
// SYSDIAGNOSE_MB=1024 makes the large archive that large (48 otherwise).
import { createWriteStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import tar from 'tar-stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openEngine } from '../../src/engine/index.ts'
import { pickFormat } from '../../src/formats/index.ts'
import { rebuildIdentity } from '../../src/pipeline/identity.ts'
import { fixtureBytes, fixturesOf } from '../conformance/harness.ts'
import { type Golden, openReader, type Reader, type Reading } from '../conformance/reading.ts'
import { codling, openRandom, residentBytes, scanHere, temporary, treeOf } from '../e2e/harness.ts'

const folder = join(import.meta.dirname, '../../../shared/data/ios-sysdiagnose')
const here = existsSync(folder)
if (!here) console.warn('tests/real/sysdiagnose: the folder of real samples is missing; 6 tests left out')

/** Files and the format that claims them; '' where none does, with the reason. */
const expected: readonly (readonly [RegExp, string, string?])[] = [
  [/^mobile_installation\.log\.0$/, 'sysdiagnose-log'],
  [/^ios_sysdiag\.log$/, 'sysdiagnose-log'],
  [/^ios_lockdownd\.log$/, 'lockdownd'],
  [/^neuralnet\/netstat\.txt$/, 'netstat-txt'],
  [/^neuralnet\/skywalk\.txt$/, 'skywalk'],
  [/^neuralnet\/ifconfig\.txt$/, '', 'interfaces and their counters: no process, app, profile or endpoint'],
  [/SOURCES\.md$/, '', 'prose about the samples'],
]
/** Held to by the tests of other formats. */
const elsewhere = /^powerlog_|^neuralnet\/spindump/

describe.skipIf(!here)('parts of real sysdiagnoses (left out where the samples are missing)', () => {
  let reader: Reader
  beforeAll(async () => {
    reader = await openReader()
  })
  afterAll(() => reader?.close())

  const agreed = { of: 0, same: 0 }
  /** Both counts must be the same; the sum is printed at the end. */
  const agree = (what: string, ours: number, independent: number): void => {
    agreed.of += independent
    agreed.same += Math.min(ours, independent)
    expect(ours, what).toBe(independent)
  }
  afterAll(() => console.log(`sysdiagnose: ${agreed.same} of ${agreed.of} records agree with independent counts`))

  const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8')
  const read = (file: string): Promise<Reading> =>
    reader.files([[basename(file), readFileSync(join(folder, file))]], undefined)
  const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0
  const of = (rows: readonly Golden[], category: string): readonly Golden[] =>
    rows.filter((row) => row.category === category)

  test('every file is claimed, or listed with the reason why not', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(join(folder, name)).isFile(),
    )
    for (const file of files.filter((name) => !elsewhere.test(name))) {
      const entry = expected.find(([pattern]) => pattern.test(file))
      expect(entry, `${file}: in no list`).toBeDefined()
      const head = readFileSync(join(folder, file)).subarray(0, 65_536)
      expect(pickFormat(head, basename(file))?.id ?? '', file).toBe(entry![1])
    }
  })

  test('mobile_installation.log: each line a row, each event of its kind', async () => {
    const text = textOf('mobile_installation.log.0')
    const { rows, problems } = await read('mobile_installation.log.0')
    expect(problems).toEqual([])
    agree('lines with a time', rows.length, count(text, /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d /gm))
    const independent = {
      installed: /: Install Successful for \(/g,
      install_requested: /: Install of "/g,
      install_started: /: Installing </g,
      update_patched: /: Attempting Delta patch update of /g,
      uninstall_requested: /: Uninstall requested by /g,
      uninstalled: /: Uninstalling identifier /g,
      container_live: /: Made container live for \S+ at \/private\/var\/containers\/Bundle\/Application\//g,
      container_removed: /: Destroying container .* at \/private\/var\/containers\/Bundle\/Application\//g,
    }
    for (const [category, pattern] of Object.entries(independent))
      agree(category, of(rows, category).length, count(text, pattern))
    const apps = new Set([...text.matchAll(/: Install Successful for \(([^)]+)\)/g)].map(([, app]) => app))
    expect(new Set(of(rows, 'installed').map((row) => row.app))).toEqual(apps)
    const versions = [...text.matchAll(/ShortVersion=([^>]+)>/g)].map(([, v]) => v).filter((v) => v !== '(null)')
    expect(of(rows, 'install_started').flatMap((row) => row.app_version ?? [])).toEqual(versions)
  })

  // the counts are those of plaso's own tests of these two samples
  test('plaso reads as many records', async () => {
    const installd = await read('ios_sysdiag.log')
    agree('ios_sysdiag.log', installd.rows.length, 28)
    const lockdown = await read('ios_lockdownd.log')
    agree('ios_lockdownd.log', lockdown.rows.length, 153)
    expect([...installd.problems, ...lockdown.problems]).toEqual([])
  })

  test('lockdownd.log: who asked for what', async () => {
    const text = textOf('ios_lockdownd.log')
    const { rows } = await read('ios_lockdownd.log')
    agree('values', of(rows, 'lockdown_get_value').length, count(text, / attempting to get \[/g))
    agree('services', of(rows, 'lockdown_start_service').length, count(text, / attempting to spawn \S+ service/g))
    const keys = [...text.matchAll(/attempting to get (?:\[[^\]]*\]:)?\[([^\]]*)\]/g)].map(([, key]) => key)
    expect(of(rows, 'lockdown_get_value').map((row) => (row.detail as Record<string, string>).key ?? '(null)')).toEqual(
      keys,
    )
  })

  test('netstat.txt and skywalk.txt: each socket and flow with its process', async () => {
    for (const [file, from, to, owner] of [
      ['neuralnet/netstat.txt', 'Active Internet connections', 'Active LOCAL', /\s(\S+):(\d+)\s+[0-9a-f]{5} /],
      ['neuralnet/skywalk.txt', 'Proto Local Address', '#', /\s(\S+)\.(\d+)$/],
    ] as const) {
      const text = textOf(file)
      const begun = text.indexOf(`\n${from}`)
      const section = text.slice(begun, text.indexOf(`\n${to}`, begun + 1))
      const owners = section.split('\n').flatMap((line) => {
        const [, name, pid] = /^\s*(?:[0-9a-f]+ +[0-9a-f]+ +)?(?:tcp|udp|quic)\d/.test(line)
          ? (owner.exec(line) ?? [])
          : []
        return name === undefined ? [] : [`${name} ${pid}`]
      })
      const { rows, problems } = await read(file)
      expect(problems).toEqual([])
      agree(file, rows.length, owners.length)
      expect(rows.map((row) => `${row.process} ${(row.detail as Record<string, string>).pid}`)).toEqual(owners)
    }
  })
})

const stamp = 'sysdiagnose_2026.03.05_13-29-15-0500_iPhone-OS_iPhone_23C55'
const takenAt = '2026-03-05T18:29:15.000Z'

type Member = readonly [name: string, bytes: Buffer | { readonly size: number; chunks(): Generator<Buffer> }]

/** A `.tar.gz` below a new folder, written as a stream. */
async function archiveOf(members: Iterable<Member>): Promise<string> {
  const path = join(temporary(), `${stamp}.tar.gz`)
  const pack = tar.pack()
  const written = pipeline(pack, createGzip({ level: 1 }), createWriteStream(path))
  for (const [name, bytes] of members) {
    if (Buffer.isBuffer(bytes)) pack.entry({ name: `${stamp}/${name}` }, bytes)
    else {
      // tar-stream's streams are streamx's: the same to use, another type
      const entry = pack.entry({ name: `${stamp}/${name}`, size: bytes.size }) as unknown as NodeJS.WritableStream
      await pipeline(Readable.from(bytes.chunks()), entry)
    }
  }
  pack.finalize()
  await written
  return path
}

const fixture = (format: string, name: string): Buffer =>
  fixtureBytes(fixturesOf(format).find((one) => one.name === name)!)

/** Where a sysdiagnose has them, and the format that reads them. */
const places: readonly (readonly [place: string, format: string, fixture: string])[] = [
  ['remotectl_dumpstate.txt', 'sysdiagnose-remotectl', 'ios-26'],
  ['ps.txt', 'ps-txt', 'ios-16'],
  ['logs/Networking/netstat.txt', 'netstat-txt', 'ios-26'],
  ['logs/Networking/skywalk.txt', 'skywalk', 'ios-26'],
  ['logs/MobileInstallation/mobile_installation.log.0', 'sysdiagnose-log', 'installd'],
  ['logs/MobileActivation/mobileactivationd.log.1', 'sysdiagnose-log', 'mobileactivationd'],
  ['logs/MobileContainerManager/containermanagerd.log.0', 'sysdiagnose-log', 'containermanagerd'],
  ['logs/MobileLockdown/lockdownd.log', 'lockdownd', 'ios-16'],
  ['logs/MCState/Shared/profile-0a1b.stub', 'mc-state', 'stub-xml'],
  ['logs/MCState/Shared/MCProfileEvents.plist', 'mc-state', 'events-binary'],
  ['logs/MCState/Shared/PayloadManifest.plist', 'mc-state', 'manifest'],
  ['logs/SystemVersion/SystemVersion.plist', 'system-version', 'xml'],
  ['system_logs.logarchive/Extra/shutdown.0.log', 'shutdown-log', 'ios-26'],
  ['crashes_and_spins/JetsamEvent-2026-03-05-101112.ips', 'apple-ips', '298-jetsam'],
  ['crashes_and_spins/Panics/panic-full-2026-03-05-101112.000.ips', 'apple-ips', '210-panic'],
  ['crashes_and_spins/exampled.cpu_resource-2026-03-05-101112.ips', 'apple-ips', '202-cpu'],
  ['crashes_and_spins/exampled.wakeups_resource-2026-03-05-101112.ips', 'apple-ips', '142-wakeups'],
  ['crashes_and_spins/exampled.diskwrites_resource-2026-03-05-101112.ips', 'apple-ips', '145-disk-writes'],
  ['crashes_and_spins/stacks-2026-03-05-101112.ips', 'apple-ips', '288-stackshot'],
]

test('a whole archive: every member is claimed, all are of one device, and snapshots have its time', async () => {
  const archive = await archiveOf([
    ...places.map(([place, format, name]): Member => [place, fixture(format, name)]),
    ['ifconfig.txt', Buffer.from('lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 16384\n')],
  ])
  const store = join(temporary(), 'store')
  const scanned = await scanHere([archive], { store })
  const claimed = new Map(
    scanned.sources.map((source) => [source.path.replace(`${archive}!${stamp}/`, ''), source.format ?? '']),
  )
  expect(claimed.get('ifconfig.txt')).toBe('')
  for (const [place, format] of places) expect([place, claimed.get(place)]).toEqual([place, format])
  const held = new Map(scanned.sources.map((source) => [basename(source.path), [source.first, source.last]]))
  expect(held.get('mobileactivationd.log.1')).toEqual(['2026-05-20T12:58:04.000Z', '2026-05-20T13:08:15.000Z'])
  expect(held.get('lockdownd.log')).toEqual(['2026-03-04T06:35:07.106Z', '2026-03-04T06:39:22.050Z'])
  for (const snapshot of ['ps.txt', 'netstat.txt', 'skywalk.txt', 'SystemVersion.plist'])
    expect([snapshot, held.get(snapshot)]).toEqual([snapshot, [takenAt, takenAt]])
  const engine = await openEngine({ store, version: 'test' })
  try {
    // worked out anew: it is kept only while a scan needs it
    expect(await rebuildIdentity(engine)).toMatchObject({ devices: 1 })
    const known = await engine.query<{ subject: string }>(
      "SELECT subject FROM identity WHERE device = '00008120-00EEEE0000000001'",
    )
    expect(known.some(({ subject }) => subject.startsWith(`${stamp}\u001ffolder`))).toBe(true)
    const labels = await engine.query<{ device: string }>(
      "SELECT DISTINCT device FROM device_event WHERE crash_reporter_key = '' ORDER BY device",
    )
    expect(labels).toEqual([{ device: stamp }])
  } finally {
    await engine.close()
  }
})

const megabytes = Number(process.env.SYSDIAGNOSE_MB ?? 48)

/** Lines of a daemon's log, of pseudo-random apps, until there are `size` bytes. */
function largeLog(size: number, seed: number) {
  return {
    size,
    *chunks(): Generator<Buffer> {
      const random = openRandom(seed)
      const id = (): string =>
        Math.floor(random() * 0xffffffff)
          .toString(16)
          .padStart(8, '0')
      for (let left = size, second = 0; left > 0; second++) {
        const clock = new Date(Date.UTC(2026, 1, 1) + second * 1000)
        const [, month, day, time] = /^\w+, (\d+) (\w+) \d+ (\S+)/.exec(clock.toUTCString())!.map(String)
        const head = `Sun ${day} ${month!.padStart(2)} ${time} 2026 [231] <notice> (0x16b48f000)`
        const lines = Array.from({ length: 200 }, (_, i) =>
          i % 20 === 0
            ? `${head} -[MIInstaller performInstallationWithError:]: Install Successful for (Customer:org.example.${id()}); Overall: 1s`
            : `${head} -[MIContainer makeContainerLiveReplacingContainer:reason:withError:]: Made container live for org.example.${id()} at /private/var/mobile/Containers/Data/Application/${id()}-${id()}`,
        )
        const bytes = Buffer.from(`${lines.join('\n')}\n`).subarray(0, left)
        left -= bytes.length
        yield bytes
      }
    },
  }
}

/** Bytes of no format, as the binary logs of a sysdiagnose. */
function largeBinary(size: number, seed: number) {
  return {
    size,
    *chunks(): Generator<Buffer> {
      const random = openRandom(seed)
      for (let left = size; left > 0; left -= 65_536)
        yield Buffer.from(Uint8Array.from({ length: Math.min(left, 65_536) }, () => random() * 256))
    },
  }
}

test(`an archive of ${megabytes} MB of logs is read in less than 1 GB of memory`, { timeout: 900_000 }, async () => {
  const part = Math.floor((megabytes * 1024 ** 2) / 8)
  const archive = await archiveOf([
    ['remotectl_dumpstate.txt', fixture('sysdiagnose-remotectl', 'ios-26')],
    ...[1, 2, 3, 4, 5].map((n): Member => [`logs/MobileInstallation/mobile_installation.log.${n}`, largeLog(part, n)]),
    ['logs/MobileContainerManager/containermanagerd.log.0', largeLog(2 * part, 7)],
    ['system_logs.logarchive/Persist/0000000000000001.tracev3', largeBinary(part, 8)],
  ])
  let peak = 0
  const before = new Set(treeOf(process.pid))
  const watch = setInterval(() => {
    const resident = treeOf(process.pid)
      .filter((pid) => !before.has(pid))
      .reduce((sum, pid) => sum + residentBytes(pid), 0)
    peak = Math.max(peak, resident)
  }, 100)
  const begun = performance.now()
  const run = await codling(['scan', archive, '--json', '-', '--quiet'], { limitMs: 800_000 })
  clearInterval(watch)
  const seconds = (performance.now() - begun) / 1000
  expect(run.code, run.stderr).toBe(0)
  const { sources } = JSON.parse(run.stdout) as {
    sources: { format: string | null; rows: { device_event?: number } }[]
  }
  const rows = sources.reduce((sum, source) => sum + (source.rows.device_event ?? 0), 0)
  expect(sources.filter(({ format }) => format === 'sysdiagnose-log')).toHaveLength(6)
  expect(rows).toBeGreaterThan(megabytes * 2000)
  console.log(
    `sysdiagnose of ${megabytes} MB (archive ${(statSync(archive).size / 1024 ** 2).toFixed(0)} MB): ${rows} rows in ${seconds.toFixed(1)} s, peak ${(peak / 1024 ** 2).toFixed(0)} MB`,
  )
  if (process.platform === 'linux') {
    expect(peak).toBeGreaterThan(0)
    expect(peak).toBeLessThan(1024 ** 3)
  }
})
