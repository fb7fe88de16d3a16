// Every format of the list: its own fixtures repeated, through the product's way into a temporary store; beside those that
// the engine parses, the engine's bare parse of the same lines. BENCH_FORMATS=zeek-dns,squid measures these alone.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Engine, openEngine } from '../src/engine/index.ts'
import { formats } from '../src/formats/index.ts'
import {
  type CodeFormat,
  defaultLimits,
  type Format,
  plainMessage,
  type SqlFormat,
  type SqlVariant,
} from '../src/model/index.ts'
import { type Ingested, ingestSource } from '../src/pipeline/ingest.ts'
import { openLedger } from '../src/pipeline/ledger.ts'
import { findSources } from '../src/sources/index.ts'
import { type Fixture, fixtureBytes, fixturesOf, forget, frozenNow } from '../tests/conformance/harness.ts'
import { bareParse } from './bare-parse.ts'
import { measureCapture } from './capture.ts'
import type { Bench } from './index.ts'
import { isClean, type Repeated, repeatFiles, repeatLines, rowsOf } from './repeat.ts'
import { conclude, engineVersion, machineOf, printTable } from './report.ts'

type Cost = { readonly wall: number; readonly cpu: number }
export type Line = {
  readonly format: string
  /** Variant (text), or what the bytes were given as. */
  readonly way: string
  readonly bytes: number
  readonly rows: number
  readonly expected: number
  readonly product: Cost
  readonly bare: (Cost & { readonly means: string }) | null
}

/** Processor time of this process and its children (the engine is one), s. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  let ticks = 0
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (Number(fields[1]) === process.pid) ticks += Number(fields[11]) + Number(fields[12])
    } catch {
      // it has ended
    }
  }
  return ticks / 100 + (user + system) / 1e6
}

async function cost(work: () => Promise<unknown>): Promise<Cost> {
  const [wall, cpu] = [performance.now(), cpuTime()]
  await work()
  return { wall: (performance.now() - wall) / 1000, cpu: cpuTime() - cpu }
}

const options = { now: frozenNow, device: null, signal: new AbortController().signal }

async function ingest(engine: Engine, path: string, format: Format): Promise<Ingested[]> {
  // as a scan into a temporary store does; the store is emptied after each measurement
  const ledger = openLedger(engine, new Map(), true)
  const done: Ingested[] = []
  for await (const found of findSources(path, defaultLimits))
    if (found.kind === 'source') done.push(await ingestSource(engine, found.source, { ...options, format, ledger }))
  await ledger.flush()
  return done
}

const rowsStored = (ingested: readonly Ingested[]): number =>
  ingested.reduce((sum, { stored }) => sum + Object.values(stored.rows).reduce((all, count) => all + count, 0), 0)

/** The spelling of a fixture, as the product takes it. */
const variantOf = (format: SqlFormat, fixture: Fixture): SqlVariant | undefined =>
  format.variants.find((variant) => variant.accepts(fixtureBytes(fixture).subarray(0, 65_536), basename(fixture.input)))

/** The fixture with most rows of each spelling. */
function chosen(format: SqlFormat): { variant: SqlVariant; fixture: Fixture }[] {
  const all = fixturesOf(format.id)
    .filter((fixture) => rowsOf(fixture) > 0)
    .flatMap((fixture) => {
      const variant = variantOf(format, fixture)
      return variant ? [{ variant, fixture }] : []
    })
  return [...Map.groupBy(all, ({ variant }) => variant.id).values()].map(
    (list) => list.toSorted((a, b) => rowsOf(b.fixture) - rowsOf(a.fixture))[0]!,
  )
}

async function bareCost(engine: Engine, file: string, variant: SqlVariant, given: Repeated): Promise<Line['bare']> {
  const lines = await engine.lines(file)
  try {
    const bare = bareParse(variant, given, lines.relation)
    for (const statement of bare.statements) await engine.run(statement)
    const spent = await cost(() => engine.run(bare.insert))
    await engine.run('DROP TABLE bare')
    return { ...spent, means: bare.means }
  } finally {
    await lines.release()
  }
}

async function measureText(engine: Engine, folder: string, format: SqlFormat, size: number): Promise<Line[]> {
  const lines: Line[] = []
  for (const { variant, fixture } of chosen(format)) {
    const file = join(folder, basename(fixture.input))
    const given = repeatLines(fixture, size)
    // queries are compiled and functions loaded with the first few lines
    writeFileSync(file, repeatLines(fixture, 10_000).bytes)
    await ingest(engine, file, format)
    await bareCost(engine, file, variant, given)
    await forget(engine)
    writeFileSync(file, given.bytes)
    const bare = await bareCost(engine, file, variant, given)
    let done: Ingested[] = []
    let way = variant.id
    const product = await cost(async () => {
      try {
        done = await ingest(engine, file, format)
      } catch (error) {
        // it stands in the table as wrong, and the others are measured
        way = `${variant.id}: ${plainMessage(error).slice(0, 60)}`
      }
    })
    lines.push({
      format: format.id,
      way,
      bytes: given.bytes.length,
      rows: rowsStored(done),
      expected: given.rows,
      product,
      bare,
    })
    await forget(engine)
    rmSync(file)
  }
  return lines
}

/** Files at most: what a file costs is another bench's question (`many`). */
const mostFiles = 60

/** Copies of a fixture as files in a folder, through the product's way. */
async function measureFiles(
  engine: Engine,
  folder: string,
  format: CodeFormat,
  fixture: Fixture,
  size: number,
  most: number,
): Promise<Line> {
  const given = repeatFiles(fixture, size, most)
  const inner = mkdtempSync(join(folder, 'files-'))
  for (const [i, { bytes, name }] of given.files.entries()) writeFileSync(join(inner, `${i}-${name}`), bytes)
  let done: Ingested[] = []
  const product = await cost(async () => {
    done = await ingest(engine, inner, format)
  })
  await forget(engine)
  rmSync(inner, { recursive: true })
  return {
    format: format.id,
    way: `${given.files.length} files`,
    bytes: given.files.reduce((sum, { bytes }) => sum + bytes.length, 0),
    rows: rowsStored(done),
    expected: given.rows,
    product,
    bare: null,
  }
}

async function measureCode(engine: Engine, folder: string, format: CodeFormat, size: number): Promise<Line[]> {
  const clean = fixturesOf(format.id).filter(isClean)
  // the largest text: files lie apart in time as those of a folder do, else they would be compared row by row
  const text = clean
    .filter((fixture) => !fixtureBytes(fixture).includes(0))
    .toSorted((a, b) => fixtureBytes(b).length - fixtureBytes(a).length)[0]
  const lines: Line[] = []
  if (text) {
    // times within base64 or without a digit cannot be moved: copies would be known, and folding them is another question
    const few = await measureFiles(engine, folder, format, text, size, 3)
    if (few.rows === few.expected) lines.push(await measureFiles(engine, folder, format, text, size, mostFiles))
  }
  if (clean.length > 0) lines.push(await parserAlone(format, clean, size))
  return lines
}

/** The parser with nothing behind it, over its fixtures in turn, for a third of the bytes. */
async function parserAlone(format: CodeFormat, fixtures: readonly Fixture[], size: number): Promise<Line> {
  const inputs = fixtures.map((fixture) => ({
    bytes: fixtureBytes(fixture),
    name: basename(fixture.input),
    rows: rowsOf(fixture),
  }))
  let [bytes, rows, expected] = [0, 0, 0]
  const out = { row: () => void rows++, problem: () => {} }
  const product = await cost(async () => {
    for (let i = 0; bytes < size / 3; i++) {
      const input = inputs[i % inputs.length]!
      bytes += input.bytes.length
      expected += input.rows
      const one = (async function* () {
        yield input.bytes
      })()
      await format.parse(one, out, { name: input.name, notAfter: frozenNow, signal: options.signal })
    }
  })
  return { format: format.id, way: 'parser alone', bytes, rows, expected, product, bare: null }
}

const perSecond = (count: number, seconds: number): string =>
  Math.round(count / Math.max(seconds, 1e-3)).toLocaleString('en')
const megabytes = (bytes: number, seconds: number): string => (bytes / 1e6 / Math.max(seconds, 1e-3)).toFixed(1)

function tell(lines: readonly Line[]): void {
  printTable(
    ['format', 'way', 'MB', 'rows', 'rows/s', 'MB/s', 'CPU s', 'bare CPU s', '÷ bare', 'wall ÷ bare', 'bare', 'right'],
    lines.map(({ format, way, bytes, rows, expected, product, bare }) => [
      format,
      way,
      (bytes / 1e6).toFixed(1),
      String(rows),
      perSecond(rows, product.wall),
      megabytes(bytes, product.wall),
      product.cpu.toFixed(2),
      bare ? bare.cpu.toFixed(2) : '',
      bare ? (product.cpu / bare.cpu).toFixed(2) : '',
      bare ? (product.wall / bare.wall).toFixed(2) : '',
      bare?.means ?? '',
      rows === expected ? 'yes' : `no: ${expected}`,
    ]),
  )
}

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

export const formatsBench: Bench = {
  id: 'formats',
  title: 'every format: rows and bytes a second, against the engine’s bare parse; a capture of N packets',
  options: { megabytes: 30, packets: 1_000_000 },
  async run(given) {
    const wanted = process.env.BENCH_FORMATS?.split(',')
    const engine = await openEngine({ store: null, version: 'bench' })
    const folder = mkdtempSync(join(tmpdir(), 'codling-bench-run-'))
    const lines: Line[] = []
    try {
      for (const format of formats.filter(({ id }) => !wanted || wanted.includes(id))) {
        process.stderr.write(`bench: ${format.id}\n`)
        const size = given.megabytes! * 1e6
        lines.push(
          ...(format.kind === 'sql'
            ? await measureText(engine, folder, format, size)
            : await measureCode(engine, folder, format, size)),
        )
      }
    } finally {
      await engine.close()
      rmSync(folder, { recursive: true, force: true })
    }
    tell(lines)
    const ratios = lines.flatMap(({ product, bare }) => (bare ? [product.cpu / bare.cpu] : []))
    const capture = !wanted || wanted.includes('pcap') ? await measureCapture(given.packets!) : null
    const right = lines.every(({ rows, expected }) => rows === expected) && (capture?.right ?? true)
    conclude(
      'formats',
      machineOf(engineVersion()),
      { megabytes: given.megabytes, lines, capture },
      `${given.megabytes} MB each: ${ratios.length} spellings at ${middle(ratios).toFixed(2)} × the bare parse (CPU, median), ${ratios.filter((ratio) => ratio <= 1.5).length} within 1.5 ×${capture ? `; ${capture.said}` : ''}`,
    )
    return right
  },
}
