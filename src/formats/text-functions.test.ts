// The SQL functions that text formats share (engine/ddl.ts), each held to cases and to a second way of working it out.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestEngine } from '../../tests/conformance/harness.ts'
import type { Engine } from '../engine/index.ts'
import { csvLine, csvPositions, type Delimiter } from './csv.ts'

let engine: Engine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine.close())

/** The values of an expression over each of `inputs` (`x`). */
const each = async <T>(expression: string, inputs: readonly string[]): Promise<T[]> => {
  const rows = await engine.query<{ v: T }>(
    `SELECT ${expression} AS v FROM (SELECT arrayJoin(arrayEnumerate({inputs:Array(String)})) AS i, {inputs:Array(String)}[i] AS x) ORDER BY i`,
    { inputs },
  )
  return rows.map((row) => row.v)
}

const csv: readonly (readonly [string, readonly string[]])[] = [
  ['a,b,c', ['a', 'b', 'c']],
  ['a,,', ['a', '', '']],
  ['', ['']],
  ['"a,b","c ""d"""', ['a,b', 'c "d"']],
  [' "a", "b" ,c d', ['a', 'b', 'c d']],
  ['"",x', ['', 'x']],
  ['"a""",""""', ['a"', '"']],
  ['é,"ü,ö"', ['é', 'ü,ö']],
  ['"open,a', []],
  ['"', []],
  ['"","",""', ['', '', '']],
  ['""","', ['",']],
]

test('csvFields cuts as RFC 4180 says, with blanks before a quote', async () => {
  expect(
    await each(
      "csvFields(x, ',')",
      csv.map(([line]) => line),
    ),
  ).toEqual(csv.map(([, fields]) => fields))
  expect(
    await each(
      "csvFields(x, ',')",
      csv.map(([line]) => `${line}\r`),
    ),
  ).toEqual(csv.map(([, fields]) => fields))
  expect(csv.map(([line]) => csvLine(line))).toEqual(csv.map(([, fields]) => fields))
})

test('csvFields and csvLine agree on random rows of every delimiter', async () => {
  let state = 42
  const next = (n: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * n)
  }
  for (const delimiter of [',', ';', '\t', '|'] as Delimiter[]) {
    const alphabet = ['a', 'b c', '"', ',', ';', '\t', '|', 'ü', '.', '[', ']', '^', '\\']
    const rows = Array.from({ length: 300 }, () =>
      Array.from({ length: 1 + next(6) }, () =>
        Array.from({ length: next(5) }, () => alphabet[next(alphabet.length)]!).join(''),
      ),
    )
    const lines = rows.map((row) =>
      row
        .map((cell) => (/["\s]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell))
        .join(delimiter),
    )
    expect(lines.map((line) => csvLine(line, delimiter))).toEqual(rows)
    expect(
      await engine.query(
        'SELECT csvFields(x, {d:String}) AS v FROM (SELECT arrayJoin(arrayEnumerate({inputs:Array(String)})) AS i, {inputs:Array(String)}[i] AS x) ORDER BY i',
        { inputs: lines, d: delimiter },
      ),
    ).toEqual(rows.map((v) => ({ v })))
  }
})

test('a header puts columns in their place', () => {
  expect(csvPositions(['Time', ' Client IP', 'query_type'], [['querytype'], ['ip', 'clientip'], ['absent']])).toEqual({
    f: [3, 2, 0],
  })
})

const iso = (time: string): number => Date.parse(time) * 1000
const words = (expression: string): string => `toUnixTimestamp64Micro(${expression})`

test('a time without a year is the newest that is not in the future', async () => {
  const newest = iso('2026-11-01T00:00:00Z')
  const cases: readonly (readonly [string, string | null])[] = [
    ['May  9 22:04:25', '2026-05-09T22:04:25Z'],
    ['May 9 22:04:25.25', '2026-05-09T22:04:25.250Z'],
    ['Nov  1 23:59:59', '2026-11-01T23:59:59Z'],
    ['Nov  2 00:00:01', '2025-11-02T00:00:01Z'],
    ['Dec 31 23:59:59', '2025-12-31T23:59:59Z'],
    ['Jan  1 00:00:00', '2026-01-01T00:00:00Z'],
    ['Feb 29 12:00:00', '2024-02-29T12:00:00Z'],
    ['<30>Mar  3 01:02:03', '2026-03-03T01:02:03Z'],
    ['<30> Mar  3 01:02:03', '2026-03-03T01:02:03Z'],
    ['<30>1 2024-05-09T22:04:25.5+02:00', '2024-05-09T20:04:25.500Z'],
    ['2024-05-09 22:04:25,125 x', '2024-05-09T22:04:25.125Z'],
    ['05-Jul-2023 12:00:00.123 x', '2023-07-05T12:00:00.123Z'],
    ['Feb 30 12:00:00', null],
    ['Apr 31 12:00:00', null],
    ['Xyz  9 22:04:25', null],
    ['anM  9 22:04:25', null],
    ['May  9 25:04:25', null],
    ['May  0 22:04:25', null],
    ['May  9 22:04', null],
    ['2024-13-09T22:04:25Z', null],
    ['', null],
  ]
  expect(
    await each(
      words(`logTime(x, ${newest})`),
      cases.map(([text]) => text),
    ),
  ).toEqual(cases.map(([, time]) => (time === null ? 0 : iso(time))))
  // a log read in the first days of a year reaches back over its beginning
  expect(
    await each(words(`logTime(x, ${iso('2027-01-01T00:10:00Z')})`), [
      'Dec 31 23:59:59',
      'Jan  1 00:00:01',
      'Jan  2 00:00:01',
      'Jan  3 00:00:01',
    ]),
  ).toEqual(['2026-12-31T23:59:59Z', '2027-01-01T00:00:01Z', '2027-01-02T00:00:01Z', '2026-01-03T00:00:01Z'].map(iso))
})

test('times as numbers and as ISO 8601', async () => {
  const cases: readonly (readonly [string, number])[] = [
    ['1778357065', 1_778_357_065_000_000],
    ['1778357065.5', 1_778_357_065_500_000],
    ['1778357065123', 1_778_357_065_123_000],
    ['1778357065123456', 1_778_357_065_123_456],
    ['1778357065123456789', 1_778_357_065_123_456],
    ['2026-05-09T22:04:25+02:00', iso('2026-05-09T20:04:25Z')],
    ['2026-05-09 20:04', iso('2026-05-09T20:04:00Z')],
    ['12345', 0],
    ['99999999999999999999', 0],
    ['1.2.3.4', 0],
    ['2026-05-09', 0],
    ['2026-05-09T25:00:00Z', 0],
    ['2026-02-30T20:00:00Z', 0],
    ['2026-00-09T20:00:00Z', 0],
    ['May 9 2026', 0],
    ['now', 0],
  ]
  expect(
    await each(
      words('anyTime(x)'),
      cases.map(([text]) => text),
    ),
  ).toEqual(cases.map(([, time]) => time))
})

test('codes of DNS have names, and unknown ones keep their number', async () => {
  expect(await each('[rcodeName(toInt64(x)), qtypeName(toInt64(x))]', ['0', '3', '5', '28', '65', '4711'])).toEqual([
    ['NOERROR', 'TYPE0'],
    ['NXDOMAIN', 'TYPE3'],
    ['REFUSED', 'CNAME'],
    ['28', 'AAAA'],
    ['65', 'HTTPS'],
    ['4711', 'TYPE4711'],
  ])
})

test('addresses of a DNS message; bytes that are none do no harm', async () => {
  const question = '03777777076578616d706c650000010001'
  const a = 'c00c00010001000000100004cb00710a'
  const aaaa = 'c00c001c000100000010001020010db8000000000000000000000007'
  const cname = 'c00c000500010000001000060363646ec00c'
  const header = (answers: number): string => `000781800001${answers.toString(16).padStart(4, '0')}00000000`
  const message = (...records: string[]): string =>
    Buffer.from(`${header(records.length)}${question}${records.join('')}`, 'hex').toString('base64')
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [message(cname, a, aaaa), ['203.0.113.10', '2001:db8::7']],
    [message(), []],
    [message(a).slice(0, -4), []],
    [Buffer.from(`${header(255)}${question}`, 'hex').toString('base64'), []],
    [Buffer.alloc(5000, 0xc0).toString('base64'), []],
    [Buffer.alloc(5000, 0).toString('base64'), []],
    ['***', []],
    ['', []],
  ]
  expect(
    await each(
      'dnsAddresses(tryBase64Decode(x))',
      cases.map(([text]) => text),
    ),
  ).toEqual(cases.map(([, found]) => found))
})
