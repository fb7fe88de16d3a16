// Mutated fixtures of every format and feed through the whole of a scan: no crash, no hang, every source gets a status.
// FUZZ_SEED repeats a run, FUZZ_RUNS makes more batches.
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { formats } from '../../src/formats/index.ts'
import { problemCodes } from '../../src/model/index.ts'
import type { ScanResult } from '../../src/pipeline/contract.ts'
import { fixturesOf } from '../conformance/harness.ts'
import { type Fixture, feedFixtures } from '../e2e/fixtures.ts'
import { openRandom, put, randomBytes, scanHere, temporary, zeekDns } from '../e2e/harness.ts'

const seed = Number(process.env.FUZZ_SEED ?? 1)
const runs = Number(process.env.FUZZ_RUNS ?? 1)
const filesInBatch = 48

type Random = () => number
const whole = (random: Random, below: number): number => Math.floor(random() * below)
const pick = <T>(random: Random, list: readonly T[]): T => list[whole(random, list.length)]!

/** Pieces that parsers trip over. */
const nasty = [
  ...[
    '\0',
    '\r',
    '\n',
    '\n\n',
    '\t',
    '"',
    '\\',
    '\\u0000',
    '\\ud800',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '#',
    '//',
    '%00',
    "'",
    ';',
  ],
  ...[
    'null',
    'true',
    '-1',
    '1e999',
    '-0',
    '18446744073709551616',
    '9007199254740993',
    'NaN',
    '0x7f.1',
    '::',
    '255.255.255.256',
  ],
  ...['1970-01-01T00:00:00Z', '9999-12-31T23:59:59.999999Z', '0000-00-00', '2026-02-30T25:61:61+99:99', '253402300800'],
  ...[
    '\u202e',
    '\ufeff',
    '\u00e4',
    '\ud83c\udf4e',
    'xn--',
    'xn--a',
    '..',
    '.',
    'a'.repeat(300),
    '{"a":'.repeat(200),
    '('.repeat(200),
  ],
].map((text) => Buffer.from(text))

type Mutation = (bytes: Buffer, random: Random) => Buffer

const splice = (bytes: Buffer, at: number, drop: number, put: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + drop)])

const lineAt = (bytes: Buffer, random: Random): [number, number] => {
  const start = bytes.lastIndexOf(10, whole(random, bytes.length)) + 1
  const end = bytes.indexOf(10, start)
  return [start, end < 0 ? bytes.length : end + 1]
}

const mutations: readonly Mutation[] = [
  (bytes, random) => splice(bytes, whole(random, bytes.length), 1, Buffer.from([whole(random, 256)])),
  (bytes, random) => splice(bytes, whole(random, bytes.length), 0, pick(random, nasty)),
  (bytes, random) => splice(bytes, whole(random, bytes.length), whole(random, 40), pick(random, nasty)),
  (bytes, random) => splice(bytes, whole(random, bytes.length), whole(random, 200), Buffer.alloc(0)),
  (bytes, random) => bytes.subarray(0, whole(random, bytes.length)),
  (bytes, random) => bytes.subarray(whole(random, bytes.length)),
  (bytes, random) => splice(bytes, whole(random, bytes.length), 0, randomBytes(whole(random, 64), random)),
  // a line twice, gone, or moved to the front
  (bytes, random) => {
    const [start, end] = lineAt(bytes, random)
    return splice(bytes, end, 0, bytes.subarray(start, end))
  },
  (bytes, random) => {
    const [start, end] = lineAt(bytes, random)
    return splice(bytes, start, end - start, Buffer.alloc(0))
  },
  (bytes, random) => {
    const [start, end] = lineAt(bytes, random)
    return Buffer.concat([bytes.subarray(start, end), bytes])
  },
  // a number, a quoted word or a separator replaced throughout
  (bytes, random) =>
    Buffer.from(
      bytes.toString('latin1').replaceAll(/\d{4,}/g, pick(random, ['0', '-1', '99999999999999999999', '1e400', ''])),
      'latin1',
    ),
  (bytes, random) =>
    Buffer.from(
      bytes.toString('latin1').replaceAll(pick(random, [',', '\t', ':', ' ', '"']), pick(random, [';', '\t', ' ', ''])),
      'latin1',
    ),
]

const mutated = (good: Buffer, random: Random): Buffer => {
  let bytes = good
  for (let n = 1 + whole(random, 6); n > 0 && bytes.length > 0; n--) bytes = pick(random, mutations)(bytes, random)
  return bytes
}

function batch(folder: string, pool: readonly Fixture[], random: Random): number {
  for (let n = 0; n < filesInBatch; n++) {
    const fixture = pick(random, pool)
    const bytes = mutated(readFileSync(fixture.input), random)
    const zipped = random() < 0.1
    put(
      join(folder, `${n}-${fixture.format}`, `${basename(fixture.input)}${zipped ? '.gz' : ''}`),
      zipped ? damagedGzip(bytes, random) : bytes,
    )
  }
  return filesInBatch
}

const damagedGzip = (bytes: Buffer, random: Random): Buffer => {
  const zipped = gzipSync(bytes)
  return random() < 0.5
    ? zipped
    : splice(zipped, 10 + whole(random, zipped.length - 10), 1, Buffer.from([whole(random, 256)]))
}

/** The bytes of a failure outlive the run, to become a fixture. */
function kept(paths: readonly string[], folder: string): string {
  const grave = join(tmpdir(), `codling-fuzz-${seed}`)
  for (const path of paths) {
    mkdirSync(grave, { recursive: true })
    copyFileSync(path, join(grave, path.slice(folder.length + 1).replaceAll('/', '-')))
  }
  return grave
}

const wrong = ({ status, problems, samples, rows }: ScanResult['sources'][number]): boolean => {
  const counted = Object.values(problems).reduce((sum, count) => sum + count, 0)
  return (
    problems.engine !== undefined ||
    Object.keys(problems).some((code) => !(code in problemCodes)) ||
    (status === 'failed' && counted === 0) ||
    (counted > 0 && samples.length === 0) ||
    (status === 'partial' && Object.keys(rows).length + counted === 0)
  )
}

for (let run = 0; run < runs; run++)
  test(`mutated logs and feeds, seed ${seed + run}`, { timeout: 300_000 }, async () => {
    const random = openRandom(seed + run)
    const logs = temporary()
    const feeds = temporary()
    const count = batch(
      logs,
      formats.flatMap((format) => fixturesOf(format.id)),
      random,
    )
    batch(feeds, feedFixtures(), random)
    put(join(logs, 'zz/dns.log'), zeekDns(0, 20))
    const result = await scanHere([logs], { intel: [feeds] })
    const bad = result.sources.filter(wrong)
    const seen = bad.map(({ path, format, status, problems, samples }) => ({
      path: path.slice(logs.length),
      format,
      status,
      problems,
      detail: samples[0]?.detail,
    }))
    expect(
      seen,
      bad.length > 0
        ? `kept in ${kept(
            bad.map(({ path }) => path.split('!')[0]!),
            logs,
          )}`
        : '',
    ).toEqual([])
    expect(result.sources.length).toBeGreaterThan(count)
    expect(result.totals.indicators.feeds.length).toBeGreaterThanOrEqual(filesInBatch)
    // the good file behind all the bad ones is read whole
    expect(result.sources.at(-1)).toMatchObject({ status: 'ok', rows: { network: 20 } })
    // not vacuous: mutated files are recognised and read
    expect(result.sources.filter(({ format }) => format !== null).length).toBeGreaterThan(filesInBatch / 3)
    expect(result.totals.rows.network).toBeGreaterThan(40)
  })
