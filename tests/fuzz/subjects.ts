// What is fuzzed: every parser written in TypeScript. Read off the lists, so that a new format or feed is in by itself.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { formats } from '../../src/formats/index.ts'
import { type FeedIndicator, readFeed } from '../../src/intel/index.ts'
import { type CodeFormat, defaultLimits, type Format, type Problem, UserError } from '../../src/model/index.ts'
import { findSources } from '../../src/sources/index.ts'
import { tarOf, zipOf } from '../../src/sources/testing.ts'
import { alone } from '../conformance/alone.ts'
import { fixturesOf, frozenNow, root } from '../conformance/harness.ts'
import { parseAlone } from '../conformance/parse.ts'
import { fitsTable, parsedFits, problemFits } from './fit.ts'
import type { Input, Seed } from './mutate.ts'

export type Outcome = {
  readonly rows: number
  readonly problems: number
  /** What must not depend on the chunks that the bytes came in; undefined where there are none. */
  readonly told?: unknown
}

export type Subject = {
  /** Id of the format; `feed-<kind>`; `recognise`; `archives`; `containers`. */
  readonly id: string
  seeds(): readonly Seed[] | Promise<readonly Seed[]>
  /** Throws where the parser does, or where what came out is not what may. */
  run(input: Input): Promise<Outcome>
}

const headBytes = 64 * 1024

const fixtureSeeds = (format: Format): Seed[] =>
  fixturesOf(format.id).map(({ input }) => ({ name: basename(input), bytes: readFileSync(input) }))

function sniffed(format: Format, { bytes, name }: Input): void {
  const answer = format.sniff(bytes.subarray(0, headBytes), name)
  if (!['yes', 'maybe', 'no'].includes(answer)) throw new Error(`${format.id} sniffs ${answer}`)
}

const ofFormat = (format: CodeFormat): Subject => ({
  id: format.id,
  seeds: () => fixtureSeeds(format),
  async run(input) {
    sniffed(format, input)
    const parsed = await parseAlone(format, input.bytes, input.name, { chunk: input.chunk })
    parsedFits(format, parsed)
    const { rows, problems } = parsed
    return { rows: rows.length, problems: problems.length, told: { rows, problems } }
  },
})

/** Recognition by all formats, and what those that the engine parses work out from the head: variant and parameters. */
const recognition: Subject = {
  id: 'recognise',
  seeds: () => formats.flatMap(fixtureSeeds),
  async run(input) {
    const head = input.bytes.subarray(0, headBytes)
    let claimed = 0
    await alone(() => {
      for (const format of formats) {
        sniffed(format, input)
        if (format.kind === 'code') continue
        for (const variant of format.variants) {
          if (variant.accepts(head, input.name)) claimed++
          variant.params?.(head, { name: input.name, notAfter: frozenNow })
        }
      }
    })
    return { rows: claimed, problems: 0 }
  },
}

async function* piecesOf({ bytes, chunk }: Input): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk)
}

const feedFolder = new URL('src/intel/fixtures/', root).pathname

const ofFeed = (kind: string): Subject => ({
  id: `feed-${kind}`,
  seeds: () =>
    readdirSync(join(feedFolder, kind)).map((name) => ({ name, bytes: readFileSync(join(feedFolder, kind, name)) })),
  async run(input) {
    const indicators: FeedIndicator[] = []
    const report = await alone(() =>
      readFeed(
        { path: input.name, name: input.name, now: frozenNow, bytes: () => piecesOf(input) },
        { add: (batch) => void indicators.push(...batch) },
      ),
    )
    for (const { record, ...row } of indicators) {
      if (!Number.isSafeInteger(record) || record < 1) throw new Error(`an indicator's record: ${record}`)
      fitsTable('indicator', row, ['kind', 'value', 'raw', 'feed', 'state'], null)
    }
    if (report.indicators !== indicators.length)
      throw new Error(`the report counts ${report.indicators} indicators, ${indicators.length} came`)
    report.problems.forEach(problemFits)
    const problems = Object.values(report.problemCounts).reduce((sum, count) => sum + count, 0)
    // of what is no feed only the head is read, in as many chunks as hold it; bad encoding is told when a chunk is met
    const bytes = report.format === null ? 0 : report.bytes
    const told = { ...report, bytes, problems: report.problems.map((one) => JSON.stringify(one)).sort(), indicators }
    return { rows: indicators.length, problems, told }
  },
})

/** Small enough that a bomb is stopped at once. */
const limits = { ...defaultLimits, maxBytes: 8 * 1024 ** 2, maxMembers: 200, ratioFloor: 1024 ** 2 }

async function archiveSeeds(): Promise<Seed[]> {
  const data = readFileSync(fixturesOf('apple-ips')[0]!.input)
  const members = ['a.ips', 'b/c.ips'].map((name) => ({ name, data }))
  const tar = await tarOf(...members, { name: `${'long/'.repeat(40)}d.ips`, data }, { name: 'link', linkname: 'a.ips' })
  const zip = zipOf(...members, { name: 'stored', data, method: 0 }, { name: 'zstd', data, method: 93 })
  return [
    { name: 'a.tar', bytes: tar },
    { name: 'a.zip', bytes: zip },
    { name: 'wide.zip', bytes: zipOf({ name: 'a', data, zip64: true }) },
    { name: 'a.gz', bytes: Buffer.concat([gzipSync(data), gzipSync(data)]) },
    { name: 'a.zst', bytes: zstdCompressSync(data) },
    { name: 'a.tgz', bytes: gzipSync(tar, { level: 0 }) },
    {
      name: 'deep.zip',
      bytes: zipOf({ name: 'in.tar', data: tar, method: 0 }, { name: 'in.zip', data: zip, method: 0 }),
    },
  ]
}

/** Archives and compression. The engine is not met here, so the bytes of each source are read and dropped. */
const archives: Subject = {
  id: 'archives',
  seeds: archiveSeeds,
  async run({ bytes, name }) {
    const folder = mkdtempSync(join(tmpdir(), 'codling-fuzz-'))
    const problems: Problem[] = []
    let sources = 0
    try {
      writeFileSync(join(folder, name), bytes)
      let read = 0
      for await (const found of findSources(join(folder, name), limits)) {
        if (found.kind === 'problem') problems.push(found.problem)
        else {
          sources++
          await found.source.head(headBytes)
          for await (const chunk of found.source.open((problem) => void problems.push(problem))) read += chunk.length
        }
      }
      // heads are read apart from what is opened
      if (read > 2 * limits.maxBytes) throw new Error(`${read} bytes came out of ${bytes.length}`)
      problems.forEach(problemFits)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    return { rows: sources, problems: problems.length }
  },
}

const seedFolder = join(import.meta.dirname, 'seeds')

/** Files of a backup and a database with its log that are damaged one at a time: the rest is as it was. */
const parts = [
  'logged.db',
  'logged.db-wal',
  'backup/Manifest.db',
  'backup/Info.plist',
  'backup/9f/9f35bfead55c8dc461a1f8ee5db6873162f78788',
  'encrypted/Manifest.db',
  'encrypted/Manifest.plist',
  'encrypted/48/485948e2e2f489edc56faecc487a6575018d6542',
]

/** Backups, plain and encrypted (the password is `password`), and databases with a write-ahead log. */
const containers: Subject = {
  id: 'containers',
  seeds: () => parts.map((name) => ({ name, bytes: readFileSync(join(seedFolder, name)) })),
  async run({ bytes, name }) {
    const folder = mkdtempSync(join(tmpdir(), 'codling-fuzz-'))
    const problems: Problem[] = []
    let sources = 0
    try {
      const [top] = name.split('/')
      for (const part of name.startsWith('logged') ? ['logged.db', 'logged.db-wal'] : [top!])
        cpSync(join(seedFolder, part), join(folder, part), { recursive: true })
      writeFileSync(join(folder, name), bytes)
      const options = { backupPassword: async () => 'password' }
      let read = 0
      for await (const found of findSources(folder, limits, undefined, options)) {
        if (found.kind === 'problem') problems.push(found.problem)
        else {
          sources++
          for await (const chunk of found.source.open((problem) => void problems.push(problem))) read += chunk.length
        }
      }
      if (read > 2 * limits.maxBytes) throw new Error(`${read} bytes came out of ${bytes.length}`)
      problems.forEach(problemFits)
    } catch (error) {
      // the key bag was changed so that the password is wrong
      if (!(error instanceof UserError)) throw error
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    return { rows: sources, problems: problems.length }
  },
}

export const subjects: readonly Subject[] = [
  ...formats.filter((format) => format.kind === 'code').map(ofFormat),
  ...readdirSync(feedFolder).sort().map(ofFeed),
  recognition,
  archives,
  containers,
]
