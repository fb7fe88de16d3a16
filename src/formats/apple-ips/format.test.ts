import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Column, deviceEvent, type GivenRow, type Problem, problem as problemTable } from '../../model/index.ts'
import { appleTime, systemOf } from './apple.ts'
import { appleIps } from './format.ts'
import { readJson } from './json.ts'

type Read = { rows: (GivenRow<'device_event'> & { record: number })[]; problems: Problem[] }

async function read(bytes: Buffer, chunk = 65_536, signal = new AbortController().signal): Promise<Read> {
  const got: Read = { rows: [], problems: [] }
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk)
  }
  const out = {
    row: (_table: string, record: number, row: object) =>
      void got.rows.push({ ...(row as Read['rows'][number]), record }),
    problem: (problem: Problem) => void got.problems.push(problem),
  }
  await appleIps.parse(chunks(), out, { name: 'input.ips', notAfter: 0, signal })
  return got
}

const folder = new URL('./fixtures/', import.meta.url)
const cases = readdirSync(folder).sort()
const inputOf = (name: string) => readdirSync(new URL(`${name}/`, folder)).find((file) => file.startsWith('input.'))!
const bytesOf = (name: string) => readFileSync(new URL(`${name}/${inputOf(name)}`, folder))
const one = async (name: string) => (await read(bytesOf(name))).rows[0]!
const codes = async (name: string) => (await read(bytesOf(name))).problems.map((problem) => problem.code)

/** The lines that `tests/conformance/harness.ts` writes, without an engine: columns in the table's order, empty ones left out. */
function golden({ rows, problems }: Read): string {
  const lines = rows.map((row) => shown('device_event', deviceEvent.columns, row))
  return [...lines, ...problems.map((problem) => shown('problem', problemTable.columns, problem))]
    .map((line) => `${line}\n`)
    .join('')
}

function shown(table: string, columns: Readonly<Record<string, Column>>, row: object): string {
  const line: Record<string, unknown> = { table }
  for (const [name, column] of Object.entries(columns)) {
    const value = (row as Record<string, unknown>)[name]
    if (name === 'raw' || value === undefined || value === '' || value === Number(column.fallback ?? 0)) continue
    if (typeof value === 'object' && Object.keys(value as object).length === 0) continue
    line[name] = column.type.startsWith('DateTime64') ? written(value as number) : value
  }
  return JSON.stringify(line)
}

const written = (micros: number) =>
  `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, 19).replace('T', ' ')}.${String(micros % 1e6).padStart(6, '0')}`

describe('golden files (UPDATE_GOLDEN=1 writes them anew)', () => {
  test.each(cases)('%s', async (name) => {
    const lines = golden(await read(bytesOf(name)))
    const file = new URL(`${name}/rows.jsonl`, folder)
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, lines)
    expect(lines).toBe(readFileSync(file, 'utf8'))
  })

  test('every kind of the table that a report can be has a case', async () => {
    const kinds = new Set(
      (await Promise.all(cases.map((name) => read(bytesOf(name))))).flatMap(({ rows }) => rows.map((row) => row.kind)),
    )
    const expected = [
      'analytics',
      'cpu',
      'crash',
      'disk_writes',
      'force_reset',
      'jetsam',
      'memory',
      'other',
      'panic',
      'reset_counter',
    ]
    expect([...kinds].sort()).toEqual([...expected, 'stackshot', 'user_fault', 'wakeups', 'watchdog'])
  })

  test('a row fills only what is claimed, and always what is claimed as such', async () => {
    const claim = appleIps.claims.device_event!
    for (const name of cases) {
      for (const { record: _, ts, ...row } of (await read(bytesOf(name))).rows) {
        expect(ts).toBeGreaterThan(0)
        const filled = Object.entries(row).filter(([, value]) => value !== '' && value !== 0)
        for (const [column] of filled) expect([...claim.always, ...claim.sometimes]).toContain(column)
        for (const column of claim.always) expect(filled.map(([key]) => key)).toContain(column)
      }
    }
  })
})

describe('what a report says', () => {
  test('the event’s own time with its offset, not the header’s', async () => {
    expect((await one('309-crash')).ts).toBe(Date.UTC(2025, 2, 4, 9, 15, 29) * 1000 + 123_400)
    expect((await one('109-text-without-header')).ts).toBe(Date.UTC(2019, 11, 26, 13, 24, 15) * 1000 + 680_600)
  })

  test('a panic happened when its own clock says, unless that clock was wrong', async () => {
    expect((await one('210-panic')).ts).toBe(Date.UTC(2025, 2, 4, 9, 14, 2) * 1000 + 0xc4c7a)
    expect((await one('210-panic-wrong-clock')).ts).toBe(Date.UTC(2025, 2, 4, 9, 15, 30) * 1000)
  })

  test('program counter: in an image, in the shared cache, outside all, and where it cannot be told', async () => {
    expect(await one('309-crash')).toMatchObject({ pc: '0x100001000', pc_image: 'examplepushd', pc_known: 1 })
    expect(await one('309-shared-cache')).toMatchObject({ pc_image: 'dyld_shared_cache', pc_known: 1 })
    expect(await one('309-null-call')).toMatchObject({ pc: '0x0', pc_known: 1 })
    expect((await one('309-null-call')).pc_image).toBeUndefined()
    expect(await one('308-user-fault')).toMatchObject({ pc: '0x1800003e8', pc_image: 'dyld_shared_cache' })
    expect((await one('truncated-body')).pc_known).toBeUndefined()
  })

  test('addresses beyond 2^53 keep every digit', async () => {
    expect((await one('309-crash')).detail).toMatchObject({ lr: '0xffffffff00000000', far: '0x41414141414149' })
  })

  test('one row for each process that jetsam killed, and only for those', async () => {
    const { rows } = await read(bytesOf('298-jetsam'))
    expect(rows.map((row) => [row.process, row.category, row.detail?.rpages])).toEqual([
      ['imexampled', 'per-process-limit', '114688000 bytes'],
      ['WebContentExample', 'vm-pageshortage', '147456000 bytes'],
      ['WebContentExample', 'vm-pageshortage', '149094400 bytes'],
    ])
    expect(new Set(rows.map((row) => row.event_key)).size).toBe(3)
    const [bystander] = (await read(bytesOf('298-jetsam-no-victim'))).rows
    expect([bystander!.process, bystander!.detail?.largestProcess]).toEqual([undefined, 'Sample'])
  })

  test('watchdog, resource and analytics by content, not by bug type or file name', async () => {
    expect((await one('309-watchdog')).kind).toBe('watchdog')
    expect((await one('185-exc-resource')).kind).toBe('wakeups')
    expect((await one('211-named-jetsam')).kind).toBe('analytics')
    expect(appleIps.sniff(bytesOf('211-named-jetsam'), 'JetsamEvent-2025-03-04-180009.ips')).toBe('yes')
  })

  test('another platform is kept and told apart', async () => {
    expect([(await one('macos-crash')).platform, (await one('watchos-crash')).platform]).toEqual(['macos', 'watchos'])
    expect(await codes('macos-crash')).toEqual(['wrong_platform'])
    expect(await codes('309-crash')).toEqual([])
  })

  test('JSON and text of one crash agree', async () => {
    const [bare, headed, indented] = [
      await one('109-text-without-header'),
      await one('109-header-and-text'),
      await one('109-indented-with-prose'),
    ]
    for (const key of [
      'ts',
      'process',
      'app',
      'app_version',
      'fault_address',
      'pc',
      'pc_image',
      'termination_code',
      'event_key',
    ] as const) {
      expect([headed[key], indented[key]], key).toEqual([bare[key], bare[key]])
    }
    expect(bare).toMatchObject({
      fault_address: '0x41fc821e000001b0',
      termination_code: '0xb',
      app_version: '1.4.4',
      signal: 'SIGSEGV',
    })
  })
})

describe('damage', () => {
  const whole = { process: 'examplepushd', kind: 'crash', exception_type: 'EXC_BAD_ACCESS', hardware: 'iPhone16,2' }
  test.each([
    ['damaged-header', ['bad_record']],
    ['damaged-body', ['bad_record']],
    ['truncated-body', ['truncated']],
    ['nested-too-deep', ['too_deep']],
    ['body-only', []],
    ['pretty-header', []],
    ['no-offset', ['bad_time']],
  ])('%s: what is left is read, and the rest told', async (name, expected) => {
    const { rows, problems } = await read(bytesOf(name))
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject(whole)
    expect(problems.map((problem) => problem.code)).toEqual(expected)
  })

  test('the header alone is a row; text without a time is none', async () => {
    expect(await one('header-only')).toMatchObject({ kind: 'crash', process: 'examplepushd' })
    expect(await codes('header-only')).toEqual(['truncated'])
    expect((await read(bytesOf('109-no-time'))).rows).toEqual([])
    expect(await codes('109-no-time')).toContain('bad_time')
  })

  test('chunks do not change rows; raw is the beginning as it stands', async () => {
    for (const name of cases) {
      const bytes = bytesOf(name)
      const [whole, pieces] = [await read(bytes), await read(bytes, 97)]
      expect(pieces).toEqual(whole)
      for (const row of whole.rows) expect(row.raw.length).toBeLessThanOrEqual(2 * 4096 + 1)
    }
    const text = bytesOf('109-text-without-header').toString()
    expect((await one('109-text-without-header')).raw).toBe(text.slice(0, 4096))
  })

  test('a truncated report never says that the counter was outside every image', async () => {
    for (const name of ['309-crash', '109-text-without-header', '109-header-and-text']) {
      const bytes = bytesOf(name)
      for (let length = 1; length < bytes.length - 8; length += 23) {
        const { rows } = await read(bytes.subarray(0, length))
        for (const row of rows)
          expect(row.pc_known !== 1 || row.pc_image !== undefined, `${name} at ${length}`).toBe(true)
      }
    }
  })

  test('more than 64 MiB: a problem, and what the beginning gives', async () => {
    const start = bytesOf('309-crash').toString().trimEnd().slice(0, -1)
    const bomb = Buffer.from(`${start},"fill":"${'x'.repeat(65 * 1024 ** 2)}"}`)
    const { rows, problems } = await read(bomb, 8 * 1024 ** 2)
    expect(rows[0]).toMatchObject(whole)
    expect(problems.map((problem) => problem.code)).toEqual(['size_limit', 'truncated'])
  })

  test('made-up masses are bounded: victims, wide numbers, lines', async () => {
    const header =
      '{"bug_type":"298","timestamp":"2025-03-04 10:15:30.00 +0100","os_version":"iPhone OS 18.3 (22D63)","incident_id":"x"}\n'
    const victims = (count: number) =>
      `${header}{"processes":[${'{"name":"a","pid":1,"reason":"x"},'.repeat(count - 1)}{"name":"b","pid":2,"reason":"x"}]}`
    const codesOf = async (text: string) => (await read(Buffer.from(text))).problems.map((problem) => problem.code)
    expect(await codesOf(victims(1000))).toEqual([])
    expect(await codesOf(victims(1001))).toEqual(['count_limit'])
    expect((await read(Buffer.from(victims(1001)))).rows).toHaveLength(1000)
    expect(await codesOf(`${header}{"a":[${'12345678901234567890,'.repeat(250_000)}1]}`)).toEqual(['size_limit'])
    expect(await codesOf(`${header}Date: 2025-03-04 10:15:29.00 +0100\n${'\n'.repeat(1_000_001)}`)).toEqual([
      'size_limit',
    ])
  })

  test('stops when aborted', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(read(bytesOf('309-crash'), 97, stop.signal)).rejects.toThrow()
  })
})

describe('sniff', () => {
  test.each(cases)('%s is claimed', (name) => {
    expect(appleIps.sniff(bytesOf(name), inputOf(name))).toBe('yes')
  })

  test.each([
    ['empty', ''],
    ['blanks', ' \n\n '],
    [
      'Zeek',
      '{"ts":1700000000.1,"uid":"C1","query":"example.com"}\n{"ts":1700000001.1,"uid":"C2","query":"example.org"}\n',
    ],
    [
      'privacy report',
      '{"type":"access","accessor":{"identifier":"com.example.app"},"timeStamp":"2025-01-01T00:00:00.000+01:00"}\n',
    ],
    [
      'a log that carries a report',
      '{"time":"2025-01-01","report":{"bug_type":"309","os_version":"iPhone OS 18.3 (22D63)"}}\n{"time":"2025-01-02"}\n',
    ],
    [
      'KSCrash',
      '{\n  "report": {"version": "3.1.0", "id": "x"},\n  "binary_images": [],\n  "crash": {"error": {"mach": {}}},\n  "system": {}\n}\n',
    ],
    [
      'MetricKit',
      '{"crashDiagnostics":[{"diagnosticMetaData":{"osVersion":"iPhone OS 18.3 (22D63)","exceptionType":1}}],"timeStampEnd":"2025-01-01 00:00:00"}',
    ],
    ['a bug tracker', '{"bug_type":"crash","timestamp":"2025-01-01","id":7}\n'],
    ['prose', 'Process: we first looked at the log.\nPath: none.\nEvent: a meeting\n'],
    [
      'panic excerpt',
      '  "build" : "iPhone OS 14.7.1 (18G82)",\n  "panicString" : "panic(cpu 5 caller 0xfffffff016de32d4): Kernel data abort.\n',
    ],
  ])('%s is not', (_, text) => {
    expect(appleIps.sniff(Buffer.from(text), 'Sample-2025-03-04-101530.ips')).toBe('no')
  })

  test('a header beyond repair counts by the name of the file', () => {
    const broken = Buffer.from('{"bug_type":"","incident_id\n{ "uptime" : 1')
    expect(appleIps.sniff(broken, 'Sample-2025-03-04-101530.ips')).toBe('maybe')
    expect(appleIps.sniff(broken, 'access.log')).toBe('no')
  })
})

describe('parts', () => {
  test.each([
    ['2022-09-18 15:28:37.00 +0900', Date.UTC(2022, 8, 18, 6, 28, 37) * 1000],
    ['2022-12-24 11:43:00.4712345 -0330', Date.UTC(2022, 11, 24, 15, 13, 0) * 1000 + 471_234],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29) * 1000],
  ])('time %s', (text, at) => {
    expect(appleTime(text)).toEqual({ at, zone: true })
  })

  test.each([
    '2023-02-29 00:00:00 +0000',
    '2022-13-01 00:00:00 +0000',
    '2022-09-18 25:00:00 +0000',
    '1970-01-01 00:00:00 +0000',
    '',
    'soon',
  ])('no time: %s', (text) => {
    expect(appleTime(text)).toBeNull()
  })

  test.each([
    ['iPhone OS 16.0 (20A362)', 'iPhone OS', '16.0', '20A362'],
    ['iPhone OS 14.2 (Build 18B5072f)', 'iPhone OS', '14.2', '18B5072f'],
    ['iPhone OS 16.4.1 (a) (20E772520a)', 'iPhone OS', '16.4.1 (a)', '20E772520a'],
    ['iOS 9.3.5 (13G36)', 'iOS', '9.3.5', '13G36'],
    ['', '', '', ''],
  ])('system %s', (text, name, version, build) => {
    expect(systemOf(text)).toEqual({ name, version, build })
  })

  test('JSON: numbers of 64 bits, brackets in strings, breaks', () => {
    expect(readJson('{"a":18446744005157134816,"b":1.0000000000000001,"c":"]}\\"","d":[12]}').value).toEqual({
      a: '18446744005157134816',
      b: 1,
      c: ']}"',
      d: [12],
    })
    expect(readJson('{"a":[{"b":1},{"c":2')).toMatchObject({ value: { a: [{ b: 1 }, {}] }, stop: 'truncated' })
    expect(readJson('{"a":1]')).toMatchObject({ stop: 'malformed' })
    expect(readJson('')).toMatchObject({ value: undefined, stop: 'truncated' })
  })
})

test('fuzz: 2,000 mutated fixtures and random bytes neither throw nor hang', async () => {
  let seed = 20_250_304
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * below)
  }
  const seeds = cases.map((name) => bytesOf(name))
  let rows = 0
  for (let round = 0; round < 2000; round++) {
    let bytes = Buffer.from(seeds[random(seeds.length)]!)
    if (round % 5 === 0) bytes = Buffer.from(Array.from({ length: random(600) }, () => random(256)))
    for (let i = random(8); i >= 0 && bytes.length > 2; i--) {
      const at = random(bytes.length)
      const how = random(4)
      if (how === 0) bytes[at] = random(256)
      else if (how === 1) bytes = bytes.subarray(0, at)
      else if (how === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(random(bytes.length))])
      else bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from('{"[}]:,\\\n0'[random(10)]!), bytes.subarray(at)])
    }
    expect(['yes', 'maybe', 'no']).toContain(appleIps.sniff(bytes.subarray(0, 65_536), 'input.ips'))
    const got = await read(bytes)
    rows += got.rows.length
    if (got.rows.length === 0) expect(got.problems.length).toBeGreaterThan(0)
    for (const row of got.rows) expect(Number.isSafeInteger(row.ts) && row.ts > 0).toBe(true)
  }
  expect(rows).toBeGreaterThan(800)
}, 60_000)
