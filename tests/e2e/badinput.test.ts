// Whatever bytes and names come in, the scan ends well: each source is told with what was wrong and where.
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { formats } from '../../src/formats/index.ts'
import { problemCodes } from '../../src/model/index.ts'
import type { ScanResult } from '../../src/pipeline/contract.ts'
import { fixturesOf } from '../conformance/harness.ts'
import { type Fixture, feedFixtures } from './fixtures.ts'
import {
  codling,
  feed,
  folderOf,
  openRandom,
  put,
  randomBytes,
  residentBytes,
  scanHere,
  temporary,
  treeOf,
  until,
  zeekDns,
  zeekDnsLine,
} from './harness.ts'

const bom = (...bytes: number[]): Buffer => Buffer.from(bytes)
const little = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('utf8'), 'utf16le')
const big = (bytes: Buffer): Buffer => little(bytes).swap16()
const quarter = (bytes: Buffer, n: number): Buffer => bytes.subarray(0, Math.floor((bytes.length * n) / 4))
const deep = 100_000

const damages: Readonly<Record<string, (good: Buffer) => Buffer>> = {
  empty: () => Buffer.alloc(0),
  'cut-1': (good) => quarter(good, 1),
  'cut-2': (good) => quarter(good, 2),
  'cut-3': (good) => quarter(good, 3),
  random: (good) => randomBytes(3000, openRandom(good.length)),
  'random-after': (good) => Buffer.concat([good, randomBytes(3000, openRandom(good.length + 1))]),
  'utf16-le-bom': (good) => Buffer.concat([bom(0xff, 0xfe), little(good)]),
  'utf16-le': little,
  'utf16-be-bom': (good) => Buffer.concat([bom(0xfe, 0xff), big(good)]),
  'utf16-be': big,
  'latin-1': (good) => Buffer.from(good.toString('latin1').replaceAll('e', 'é'), 'latin1'),
  'only-arrays': (good) => Buffer.concat([quarter(good, 2), Buffer.from(`\n${'['.repeat(deep)}`)]),
  'only-objects': (good) => Buffer.concat([good, Buffer.from(`\n${'{"a":'.repeat(deep)}\n`)]),
  'bomb-alone': () => Buffer.from('{"a":'.repeat(deep)),
  zeroes: (good) => Buffer.concat([quarter(good, 2), Buffer.alloc(4000), good.subarray(good.length >> 1)]),
}

/** The largest fixture of each format up to 64 KiB: it has most to lose. */
const chosen = (all: readonly Fixture[]): Fixture[] => {
  const size = (fixture: Fixture): number => readFileSync(fixture.input).length
  return all
    .filter((fixture) => size(fixture) <= 65_536)
    .toSorted((a, b) => size(b) - size(a))
    .slice(0, 1)
}

/** Damages that every format meets; of the others it meets every third, so that the engine has a third of the work. */
const always = new Set(['empty', 'cut-2', 'utf16-le-bom', 'only-objects'])

/** A folder `<what>/<damage>/<name>` of damaged copies. */
function damaged(
  all: readonly Fixture[],
  what: (fixture: Fixture) => string,
  every: number,
): { folder: string; files: number } {
  const folder = temporary()
  let files = 0
  for (const [n, fixture] of all.entries())
    for (const [at, [damage, harm]] of Object.entries(damages).entries()) {
      if (!always.has(damage) && (n + at) % every !== 0) continue
      put(join(folder, what(fixture), damage, basename(fixture.input)), harm(readFileSync(fixture.input)))
      files++
    }
  return { folder, files }
}

type Told = ScanResult['sources'][number]

/** What is not right in how a source was told; nothing where all is. */
function complaintsOf(source: Told): string[] {
  const complaints: string[] = []
  const problems = Object.values(source.problems).reduce((sum, count) => sum + count, 0)
  const rows = Object.values(source.rows).reduce((sum, count) => sum + count, 0)
  if (source.problems.engine) complaints.push(`the engine failed: ${source.samples[0]?.detail}`)
  for (const code of Object.keys(source.problems)) if (!(code in problemCodes)) complaints.push(`unknown code ${code}`)
  if (source.status === 'failed' && problems === 0) complaints.push('failed without a reason')
  // other damages leave good records, which another copy may have brought in already
  const nothingGood = /\/(random|bomb-alone|utf16-[lb]e)\//.test(source.path)
  if (nothingGood && source.format && rows + problems === 0)
    complaints.push(`${source.bytes} bytes of ${source.format} gave nothing: no row, no problem`)
  if (problems > 0 && source.samples.length === 0) complaints.push('problems without a sample')
  const wholeSource = new Set(['encoding', 'unreadable', 'too_deep'])
  for (const { code, record, byte } of source.samples)
    if (record <= 0 && byte < 0 && !wholeSource.has(code)) complaints.push(`${code} without a position`)
  return complaints
}

const complaints = (sources: readonly Told[], folder: string): string[] =>
  sources.flatMap((source) => complaintsOf(source).map((text) => `${source.path.slice(folder.length + 1)}: ${text}`))

describe('damaged bytes', () => {
  test('of every format are told with their position, and harm no other source', { timeout: 600_000 }, async () => {
    const fixtures = formats.flatMap((format) => chosen(fixturesOf(format.id)))
    expect(fixtures).toHaveLength(formats.length)
    const { folder, files } = damaged(fixtures, (fixture) => `${fixture.format}-${fixture.name}`, 3)
    put(join(folder, 'zz/dns.log'), zeekDns(0, 20))
    const result = await scanHere([folder])
    expect(result.sources).toHaveLength(files + 1)
    expect(complaints(result.sources, folder)).toEqual([])
    const last = result.sources.at(-1)!
    expect([last.status, last.rows]).toEqual(['ok', { network: 20 }])
    // not vacuous: most of the damaged files are recognised, and give rows beside their problems
    const status = result.totals.sources
    expect((status.partial ?? 0) + (status.failed ?? 0)).toBeGreaterThan(fixtures.length)
    expect(status.unclaimed).toBeGreaterThan(fixtures.length)
  })

  test('of every kind of feed load what can be loaded and tell the rest', { timeout: 200_000 }, async () => {
    const fixtures = feedFixtures()
    const { folder, files } = damaged(fixtures, (fixture) => `${fixture.format}-${fixture.name}`, 1)
    const log = put(join(temporary(), 'dns.log'), zeekDns(0, 20))
    put(join(folder, 'zz/list.txt'), feed)
    const result = await scanHere([log], { intel: [folder] })
    const { feeds } = result.totals.indicators
    expect(feeds).toHaveLength(files + 1)
    expect(feeds.at(-1)).toMatchObject({ format: 'list', indicators: 2 })
    expect(result.findings.length).toBeGreaterThan(0)
    const silent = feeds.filter(
      ({ format, indicators, rejected, review, problems }) =>
        // a zone that ends behind its SOA record lists nothing
        format !== null && format !== 'rpz' && indicators + rejected + review + problems.length === 0,
    )
    expect(silent.map(({ path, format }) => `${path.slice(folder.length + 1)} as ${format}`)).toEqual([])
    expect(feeds.filter(({ problems }) => problems.length > 0).length).toBeGreaterThan(fixtures.length)
  })
})

/** `before`, then one line of `bytes` bytes that starts with `open` and ends with `close`, then `after`. */
function hugeLine(
  path: string,
  bytes: number,
  parts: { before: string; open: string; close: string; after: string },
): string {
  const file = openSync(path, 'w')
  const fill = Buffer.alloc(1024 ** 2, 'a')
  writeSync(file, parts.before + parts.open)
  for (let done = 0; done < bytes; done += fill.length) writeSync(file, fill)
  writeSync(file, `${parts.close}\n${parts.after}`)
  closeSync(file)
  return path
}

test('lines of 100 MB, in a log, a report and a feed, need little memory', { timeout: 300_000 }, async () => {
  const folder = temporary()
  const bytes = 100 * 1024 ** 2
  const name = zeekDnsLine(1, 'x.evil.example')
  const [open, close] = name.split('x.evil.example') as [string, string]
  hugeLine(join(folder, 'dns.log'), bytes, { before: zeekDns(0, 10), open, close, after: zeekDns(100, 10) })
  const report = fixturesOf('apple-ips').find((fixture) => fixture.name === '309-crash')!
  const good = readFileSync(report.input, 'utf8')
  const at = good.lastIndexOf('}')
  hugeLine(join(folder, 'crash.ips'), bytes, { before: good.slice(0, at), open: ', "x": "', close: '"}', after: '' })
  const list = hugeLine(join(temporary(), 'list.txt'), bytes, {
    before: feed,
    open: '',
    close: '.test',
    after: 'after.test\n',
  })
  let peak = 0
  const json = join(temporary(), 'result.json')
  const run = await codling(['scan', folder, '--intel', list, '--json', json, '--quiet'], {
    limitMs: 200_000,
    started(child) {
      const timer = setInterval(() => {
        const now = treeOf(child.pid!).reduce((sum, pid) => sum + residentBytes(pid), 0)
        peak = Math.max(peak, now)
      }, 50)
      child.once('close', () => clearInterval(timer))
    },
  })
  expect([run.code, run.stderr]).toEqual([0, ''])
  const result = JSON.parse(readFileSync(json, 'utf8')) as ScanResult
  const told = Object.fromEntries(result.sources.map((source) => [basename(source.path), source]))
  expect(told['dns.log']).toMatchObject({ status: 'partial', rows: { network: 20 } })
  expect(told['dns.log']!.problems.line_too_long).toBe(1)
  expect(told['dns.log']!.samples.find(({ code }) => code === 'line_too_long')).toMatchObject({ record: 11 })
  expect(Object.keys(told['crash.ips']!.problems)).not.toEqual([])
  expect(told['crash.ips']!.problems.engine).toBeUndefined()
  expect(result.totals.indicators.loaded).toBe(3)
  if (process.platform === 'linux') {
    expect(peak).toBeGreaterThan(50 * 1024 ** 2)
    expect(peak, `${Math.round(peak / 1024 ** 2)} MiB in all processes`).toBeLessThan(1.5 * 1024 ** 3)
  }
})

const hostileNames = [
  '*.log',
  '{a,b}.log',
  '?.log',
  '[a-z].log',
  "it's.log",
  'say "hi".log',
  'two\nlines.log',
  'back\\slash.log',
  '..log',
  '...',
  '-n.log',
  '--store.log',
  'blank name .log',
  '🍎💥.log',
  '\u001b[31mred\u001b[0m.log',
  '\u202egol.exe.log',
  '$(touch pwned).log',
  '`id`;.log',
  '%2e%2e%2f.log',
  '<script>alert(1)</script>'.replaceAll('/', '∕'),
  `${'n'.repeat(251)}.log`,
]

describe('hostile names', () => {
  test('each file is read once, as itself and under its own name', async () => {
    const folder = temporary()
    for (const [at, name] of hostileNames.entries()) writeFileSync(join(folder, name), zeekDns(at * 1000, at + 1))
    const result = await scanHere([folder])
    const rows = Object.fromEntries(result.sources.map((source) => [basename(source.path), source.rows.network]))
    expect(rows).toEqual(Object.fromEntries(hostileNames.map((name, at) => [name, at + 1])))
    expect(result.totals.rows.network).toBe((hostileNames.length * (hostileNames.length + 1)) / 2)
    // given one by one, too: the engine takes none of them for a pattern
    const some = hostileNames.slice(0, 4).map((name) => join(folder, name))
    const alone = await scanHere(some)
    expect(alone.sources.map((source) => source.rows.network)).toEqual([1, 2, 3, 4])
  })

  test('members of archives stay inside, and what leads out is told', async () => {
    const folder = temporary()
    const inside = join(folder, 'inside')
    mkdirSync(inside)
    put(join(folder, 'outside.log'), zeekDns(0, 5))
    put(join(inside, 'dns.log'), zeekDns(100, 7))
    put(join(inside, '*.log'), zeekDns(200, 3))
    symlinkSync('/etc/passwd', join(inside, 'passwd'))
    const archive = join(temporary(), 'logs.tar')
    execFileSync('tar', ['-cPf', archive, '-C', inside, '../outside.log', 'dns.log', '*.log', 'passwd'])
    const result = await scanHere([archive])
    const shown = result.sources.map(({ path, status, rows, problems }) => ({
      path: path.split('!')[1],
      status,
      rows,
      problems,
    }))
    expect(shown).toContainEqual({ path: 'dns.log', status: 'ok', rows: { network: 7 }, problems: {} })
    expect(shown).toContainEqual({ path: '*.log', status: 'ok', rows: { network: 3 }, problems: {} })
    expect(result.totals.rows.network).toBe(10)
    expect(result.totals.problems).toMatchObject({ bad_path: 1, link: 1 })
  })

  test('links, pipes and what cannot be read are told and passed over', async () => {
    const folder = folderOf({ 'dns.log': zeekDns(0, 4), 'b.gz': gzipSync(zeekDns(10, 4)).subarray(0, 60) })
    symlinkSync('dns.log', join(folder, 'link.log'))
    symlinkSync('.', join(folder, 'loop'))
    symlinkSync('nowhere', join(folder, 'dangling.log'))
    execFileSync('mkfifo', [join(folder, 'pipe.log')])
    const locked = join(folder, 'locked.log')
    copyFileSync(join(folder, 'dns.log'), locked)
    const root = process.getuid?.() === 0
    if (!root) execFileSync('chmod', ['000', locked])
    const result = await scanHere([folder])
    const told = Object.fromEntries(
      result.sources.map((s) => [basename(s.path), [s.status, ...Object.keys(s.problems)]]),
    )
    expect(told).toMatchObject({
      'dns.log': ['ok'],
      'link.log': ['skipped', 'link'],
      loop: ['skipped', 'link'],
      'dangling.log': ['skipped', 'link'],
      'pipe.log': ['failed', 'unreadable'],
    })
    if (!root) expect(told['locked.log']).toEqual(['failed', 'unreadable'])
    expect(result.totals.rows.network).toBeGreaterThanOrEqual(4)
  })
})

test('what stands in the data reaches terminal and page as text, never as markup or control codes', async () => {
  const script = '<script>alert(1)</script>'
  const rows = [
    ['c.evil.example', `\u001b[2J\u001b]0;owned\u0007${script}`],
    [`"><img src=x onerror=alert(2)>.evil.example`, '\u009b31m\u202egnp'],
    ['&lt;b&gt;.evil.example', '</title></style></script><h1>x'],
  ] as const
  const log = rows
    .map(([host, agent], n) =>
      JSON.stringify({
        ts: Date.UTC(2026, 8, 14) / 1000 + n,
        uid: `C${n}`,
        'id.orig_h': '192.0.2.77',
        'id.orig_p': 50_000,
        'id.resp_h': '198.51.100.9',
        'id.resp_p': 80,
        trans_depth: 1,
        request_body_len: 0,
        method: 'GET',
        host,
        uri: `/${script}\u001b[31m`,
        user_agent: agent,
        status_code: 200,
      }),
    )
    .join('\n')
  const folder = folderOf({ [`\u001b[31m${script.replace('/', '')}.log`]: log })
  const intel = put(join(temporary(), `<b>\u001b[1mfeed.txt`), feed)
  const report = join(temporary(), 'report.html')
  const run = await codling(['scan', folder, '--intel', intel, '--report', report])
  expect(run.code, run.stderr).toBe(0)
  expect(run.stdout).toContain('evil.example')
  const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/
  expect(run.stdout).not.toMatch(control)
  expect(run.stderr).not.toMatch(control)
  const page = readFileSync(report, 'utf8')
  expect(page).toContain('evil.example')
  expect(page).not.toMatch(control)
  for (const raw of [script, '<img src=x', '<h1>x', '<b>feed']) expect(page.includes(raw), raw).toBe(false)
})

test('a scan is stopped in the middle of a pipe that never ends', async () => {
  const folder = temporary()
  const pipe = join(folder, 'endless')
  execFileSync('mkfifo', [pipe])
  const stop = new AbortController()
  const scanned = scanHere([pipe], { signal: stop.signal }).then(
    () => 'done',
    (error: Error) => error.name,
  )
  setTimeout(() => stop.abort(), 1500)
  let ended: string | null = null
  void scanned.then((how) => {
    ended = how
  })
  expect(await until(() => ended !== null, 20_000)).toBe(true)
  expect(['done', 'AbortError', 'UserError']).toContain(ended)
})
