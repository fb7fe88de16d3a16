// The command line as a script or a person at a terminal meets it.
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { scanSchema } from '../../src/pipeline/contract.ts'
import { codling, feed, folderOf, namesIn, put, temporary, zeekDns } from './harness.ts'

let log: string
let intel: string
beforeAll(() => {
  log = put(join(temporary(), 'dns.log'), zeekDns(0, 200))
  intel = put(join(temporary(), 'list.txt'), feed)
})

const escapes = /\u001b|\r/

describe('help', () => {
  test.each([[['--help']], [['scan', '--help']], [['map', '--help']]])('%j', async (args) => {
    const run = await codling(args)
    expect([run.code, run.stderr]).toEqual([0, ''])
    expect(run.stdout).toMatch(/^Usage: codling/)
    if (args.length > 1) expect(run.stdout).toMatch(/Examples?:\n +(zcat .*\| )?codling /)
    if (args[0] === 'scan') expect(run.stdout).toMatch(/Exit codes: 0 .*, 2 .*, 3 /)
  })

  test('no command at all shows the help and is an error', async () => {
    const run = await codling([])
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('Usage: codling')
  })
})

describe('what the operator can mend: 2, in words, without a stack', () => {
  const missing = '/nowhere/at/all.log'
  test.each<[string, () => string[], RegExp]>([
    ['an unknown option', () => ['scan', log, '--colour'], /unknown option '--colour'/],
    ['an unknown command', () => ['scna', log], /unknown command 'scna'/],
    ['no path', () => ['scan'], /missing required argument 'path'/],
    [
      'a severity that is none',
      () => ['scan', log, '--fail-on', 'severe'],
      /'severe' is invalid.*info, low, medium, high, critical/,
    ],
    ['a time that is none', () => ['scan', log, '--from', 'yesterday'], /'yesterday' is invalid.*2026-09-14/s],
    ['a look-back that is none', () => ['scan', log, '--lookback', '-3'], /It must be a number of days/],
    ['two ways to name devices', () => ['scan', log, '--device', 'a', '--devices', intel], /cannot be used with/],
    ['a path that is missing', () => ['scan', missing], /no file or folder.*all\.log.*Why: .*Next: /s],
    ['a feed that is missing', () => ['scan', log, '--intel', missing], /no file or folder.*all\.log.*Why: .*Next: /s],
    ['a map of devices that is missing', () => ['scan', log, '--devices', missing], /all\.log.*Why: .*Next: /s],
    [
      'a map of devices that is a log',
      () => ['scan', log, '--devices', log],
      /map of devices .*dns\.log names no device.*Why: .*Next: /s,
    ],
    ['a warning list that is none', () => ['scan', log, '--warninglist', log], /No warning list.*Why: .*Next: /s],
    ['a mapping that is none', () => ['scan', log, '--map', intel], /Why: .*Next: /s],
    ['a store that is a file', () => ['scan', log, '--store', log], /store .*dns\.log.*Why: .*Next: /s],
    [
      'a server that is not there',
      () => ['scan', log, '--server', 'http://127.0.0.1:1/db'],
      /cannot be reached.*Why: .*Next: /s,
    ],
    ['a server that is no URL', () => ['scan', log, '--server', 'ftp://x'], /--server.*Why: .*Next: /s],
  ])('%s', async (_, args, words) => {
    const run = await codling(args())
    expect(run.code, run.stderr).toBe(2)
    expect(run.stdout).toBe('')
    expect(run.stderr).toMatch(words)
    expect(run.stderr).not.toMatch(/\n\s+at |a bug/)
  })

  test('no source could be read', async () => {
    const folder = folderOf({ 'a.bin': Buffer.from([1, 2, 3]), 'b.txt': 'Dear Ada,\n' })
    const run = await codling(['scan', folder, '--intel', intel])
    expect(run.code).toBe(2)
    expect(run.stdout).toContain('a.bin')
    const quiet = await codling(['scan', folder, '--quiet'])
    expect([quiet.code, quiet.stdout, quiet.stderr]).toEqual([2, '', 'codling: no source could be read.\n'])
  })

  test.each([
    ['--json', 'a folder that does not exist', () => join(temporary(), 'none/result.json')],
    ['--report', 'a folder that does not exist', () => join(temporary(), 'none/report.html')],
    ['--report', 'a folder', () => temporary()],
  ])('%s into %s: told before the long work', async (option, _, path) => {
    const store = join(temporary(), 'store')
    const run = await codling(['scan', log, '--intel', intel, '--store', store, option, path()])
    expect(run.code, run.stderr).toBe(2)
    expect(run.stderr).toMatch(/cannot be written.*Why: .*Next: /s)
    expect(run.stdout).toBe('')
    expect(existsSync(store), 'the store, which the work begins with').toBe(false)
  })
})

describe('results', () => {
  test('--json - is one document of the schema on standard output and nothing else', async () => {
    const run = await codling(['scan', log, '--intel', intel, '--json', '-'])
    expect([run.code, run.stderr]).toEqual([0, ''])
    const result = scanSchema.strict().parse(JSON.parse(run.stdout))
    expect(result.sources.map(({ status, rows }) => [status, rows])).toEqual([['ok', { network: 200 }]])
    expect(result.findings.length).toBeGreaterThan(0)
    expect(result.findings.reduce((sum, finding) => sum + finding.count, 0)).toBe(4)
  })

  test('findings at or above --fail-on: 3, and the report all the same', async () => {
    const report = join(temporary(), 'report.html')
    const json = join(temporary(), 'result.json')
    const run = await codling([
      'scan',
      log,
      '--intel',
      intel,
      '--fail-on',
      'medium',
      '--report',
      report,
      '--json',
      json,
      '--quiet',
    ])
    expect([run.code, run.stdout, run.stderr]).toEqual([3, '', ''])
    expect(readFileSync(report, 'utf8')).toMatch(/^<!doctype html>/i)
    scanSchema.parse(JSON.parse(readFileSync(json, 'utf8')))
    const critical = await codling(['scan', log, '--intel', intel, '--fail-on', 'critical', '--quiet'])
    expect(critical.code).toBe(0)
  })

  test('into a pipe: no escape codes, no progress; without feeds it says that it is blind', async () => {
    const run = await codling(['scan', log], { env: { FORCE_COLOR: '1' } })
    expect(run.code).toBe(0)
    expect(run.stdout).not.toMatch(escapes)
    expect(run.stderr).not.toMatch(escapes)
    expect(run.stdout).toMatch(/indicator|feed/i)
    const plain = await codling(['scan', log, '--intel', intel], { env: { NO_COLOR: '1' } })
    expect(plain.stdout).not.toMatch(escapes)
    expect(plain.stderr).toBe('')
  })

  test('standard input, with every option that narrows', async () => {
    const text = zeekDns(0, 200)
    const found = async (...args: string[]): Promise<number[]> => {
      const run = await codling(['scan', '-', '--intel', intel, '--json', '-', ...args], { input: text })
      expect([run.code, run.stderr]).toEqual([0, ''])
      const result = scanSchema.parse(JSON.parse(run.stdout))
      expect(result.sources[0]!.path).toBe('-')
      return result.findings.map((finding) => finding.count).sort()
    }
    expect(await found()).toEqual([2, 2])
    // two devices, with contacts at 0:07 and 1:47, 0:57 and 2:37
    expect(await found('--from', '2026-09-14T00:01:00Z')).toEqual([1, 1])
    expect(await found('--to', '2026-09-14T00:01:00')).toEqual([1, 1])
    expect(await found('--to', '2026-09-13')).toEqual([])
  })

  test('--device and --devices name the device', async () => {
    const one = await codling(['scan', log, '--intel', intel, '--device', 'Ada’s iPhone', '--json', '-'])
    const named = scanSchema.parse(JSON.parse(one.stdout))
    expect(new Set(named.findings.map((finding) => finding.device.name))).toEqual(new Set(['Ada’s iPhone']))
    const map = put(join(temporary(), 'devices.csv'), 'device,user,ip\nphone-17,ada,192.0.2.17\n')
    const two = await codling(['scan', log, '--intel', intel, '--devices', map, '--json', '-'])
    const mapped = scanSchema.parse(JSON.parse(two.stdout))
    expect(mapped.findings.map(({ device, user }) => [device.name, device.address, user])).toContainEqual([
      'phone-17',
      '192.0.2.17',
      'ada',
    ])
    expect(mapped.totals.devices).toBe(1)
  })

  test('--lookback limits how far before valid_from a contact counts', async () => {
    const bundle = {
      type: 'bundle',
      id: 'bundle--00000000-0000-4000-8000-000000000001',
      objects: [
        {
          type: 'indicator',
          spec_version: '2.1',
          id: 'indicator--00000000-0000-4000-8000-000000000002',
          created: '2026-09-24T00:00:00Z',
          modified: '2026-09-24T00:00:00Z',
          valid_from: '2026-09-24T00:00:00Z',
          pattern_type: 'stix',
          pattern: "[domain-name:value='evil.example']",
        },
      ],
    }
    const stix = put(join(temporary(), 'bundle.json'), JSON.stringify(bundle))
    const counts: number[] = []
    for (const days of ['5', '30']) {
      const run = await codling(['scan', log, '--intel', stix, '--lookback', days, '--json', '-'])
      const { findings } = scanSchema.parse(JSON.parse(run.stdout))
      counts.push(findings.length)
      expect(findings.every((finding) => finding.retroactive)).toBe(true)
    }
    expect(counts).toEqual([0, 2])
  })
})

test('two scans at once on one store: one is told who holds it', async () => {
  const store = join(temporary(), 'store')
  const big = put(join(temporary(), 'dns.log'), zeekDns(0, 50_000))
  const runs = await Promise.all([1, 2].map(() => codling(['scan', big, '--store', store, '--quiet'])))
  const codes = runs.map((run) => run.code).sort()
  expect(codes, runs.map((run) => run.stderr).join('')).toEqual([0, 2])
  expect(runs.find((run) => run.code === 2)!.stderr).toMatch(/in use by another process.*Why: .*Next: /s)
  const after = await codling(['scan', big, '--store', store, '--json', '-'])
  const result = scanSchema.parse(JSON.parse(after.stdout))
  expect(result.sources.map(({ known, rows }) => [known, rows])).toEqual([[true, { network: 50_000 }]])
})

test('a scan leaves nothing in the temporary folder, whether it succeeds or fails', async () => {
  const scratch = temporary()
  mkdirSync(join(scratch, 'tmp'))
  const env = { TMPDIR: join(scratch, 'tmp') }
  await codling(['scan', log, '--intel', intel, '--quiet'], { env })
  await codling(['scan', join(scratch, 'missing')], { env })
  expect(namesIn(join(scratch, 'tmp'))).toEqual([])
})
