// Text: the engine parses it from a plain file, in SQL.
import { createReadStream } from 'node:fs'
import { open, rm, stat } from 'node:fs/promises'
import { type Engine, rawName, spool } from '../engine/index.ts'
import { defaultLimits, type Limits, type Problem, type Source, type SqlFormat } from '../model/index.ts'
import { boundLines, measure } from '../sources/index.ts'
import { dropRows, findKnown } from './commit.ts'
import {
  counted,
  type Facts,
  finish,
  headBytes,
  type Ingested,
  type IngestOptions,
  meetAgain,
  newId,
  none,
  openProblems,
  sameBytes,
} from './ingested.ts'
import type { Ledger } from './ledger.ts'
import { storeNames } from './names.ts'
import { newestTime } from './newest.ts'
import { filledBy, readBack, type Stored, storeProblems } from './rows.ts'

/** Below this a source is measured before it is parsed, and parsed by one thread. */
const smallBytes = 4 * 1024 ** 2

/** Text that the engine parses from a plain file (its own, or a spool file of ours). */
export async function ingestText(
  engine: Engine,
  ledger: Ledger,
  source: Source,
  format: SqlFormat,
  head: Buffer,
  options: IngestOptions,
): Promise<Ingested> {
  const limits = options.limits ?? defaultLimits
  const problems = openProblems()
  const id = newId()
  const spooled: string[] = []
  const plain = source.plainFile
  const file =
    plain ?? (await spool(engine, counted(source.open(problems.add, options.signal), options), `spool-${id}`))
  if (!plain) spooled.push(file)
  try {
    const size = (await stat(file)).size
    const candidates = await findKnown(engine, ledger, format, options, { bytes: size })
    // A first meeting is parsed and hashed at the same time; what may be known is hashed first.
    // through `open`, because that is where damage of a spooled member and growth are told
    const measured = measure(
      plain ? counted(source.open(problems.add, options.signal, true), options) : readFile(file, size),
      { maxLine: limits.maxLine, headBytes },
    )
    measured.catch(() => {})
    const same = candidates.length > 0 ? sameBytes(candidates, (await measured).sha256, format) : none
    if (same.known) return await meetAgain(engine, source, format, same.known)
    let text = file
    const first = candidates.length > 0 || size < smallBytes || (await mayHoldLongLine(file, size, limits.maxLine))
    const early = first ? await measured : null
    if (early && early.longestLine > limits.maxLine)
      text = await bounded(engine, file, size, limits, problems.add, id, spooled)
    // cut lines are lines as well, so what was measured holds for the bounded text too
    let stored = await storeText(engine, format, text, early, measured, head, id, source, options)
    const facts = await measured
    if (facts.longestLine > limits.maxLine && text === file) {
      await dropRows(engine, id)
      text = await bounded(engine, file, size, limits, problems.add, id, spooled)
      stored = await storeText(engine, format, text, null, null, head, id, source, options)
    }
    if (plain && (await stat(file)).size !== facts.bytes) {
      // it grew while it was read: keep what stood there at the start, in one piece
      if (!problems.list.some((problem) => problem.code === 'changed'))
        problems.add({
          code: 'changed',
          record: 0,
          byte: facts.bytes,
          detail: 'the file changed while it was read',
          sample: '',
        })
      await dropRows(engine, id)
      text = await bounded(engine, file, facts.bytes, limits, problems.add, id, spooled)
      stored = await storeText(engine, format, text, null, null, head, id, source, options)
    }
    return await finish(engine, ledger, source, format, id, stored, problems.list, facts, options, same.replaces)
  } finally {
    await Promise.all(spooled.map((name) => rm(name, { force: true })))
  }
}

const probe = 64 * 1024

/**
 * A line over `maxLine` covers one of these probes whole, so few reads (1 % of the bytes) tell that there is none. The
 * engine must not meet it: over a line of 100 MB it took 1.2 GB and then failed.
 */
async function mayHoldLongLine(file: string, size: number, maxLine: number): Promise<boolean> {
  const step = Math.floor(maxLine / 2)
  if (step < probe) return size > maxLine
  const handle = await open(file)
  try {
    const bytes = Buffer.alloc(probe)
    for (let at = step; at + probe <= size; at += step) {
      const { bytesRead } = await handle.read(bytes, 0, probe, at)
      if (!bytes.subarray(0, bytesRead).includes(10)) return true
    }
    return false
  } finally {
    await handle.close()
  }
}

const readFile = (file: string, size: number): AsyncIterable<Buffer> =>
  size === 0 ? empty() : createReadStream(file, { end: size - 1, highWaterMark: 1024 ** 2 })

async function* empty(): AsyncGenerator<Buffer> {}

async function bounded(
  engine: Engine,
  file: string,
  size: number,
  limits: Limits,
  problem: (p: Problem) => void,
  id: number,
  spooled: string[],
): Promise<string> {
  const name = await spool(
    engine,
    boundLines(readFile(file, size), limits.maxLine, problem),
    `bounded-${id}-${spooled.length}`,
  )
  spooled.push(name)
  return name
}

/** Runs the SQL of the variant that fits, and tells the lines that it did not take. */
async function storeText(
  engine: Engine,
  format: SqlFormat,
  file: string,
  facts: Facts | null,
  measured: Promise<Facts> | null,
  head: Buffer,
  id: number,
  source: Source,
  options: IngestOptions,
): Promise<Stored> {
  const variant = format.variants.find((candidate) => candidate.accepts(head, source.name)) ?? format.variants[0]!
  const context = { name: source.name, notAfter: await newestTime(source, options.now) }
  const params = { ...(variant.params?.(head, context) ?? {}), source: id, device: options.device?.name ?? '' }
  // a small source costs more in threads than in work
  const limits = facts && facts.bytes < smallBytes ? { seconds: 600, threads: 1 } : { seconds: 6 * 3600 }
  const lines = await engine.lines(file)
  try {
    for (const part of variant.parts) {
      const claim = format.claims[part.table]!
      const columns = [...new Set([...claim.always, ...claim.sometimes])]
      const chosen = columns.map((column) => `r.\`${column}\``)
      if (columns.includes('device')) chosen[columns.indexOf('device')] = "if(r.device = '', {device:String}, r.device)"
      else {
        columns.push('device')
        chosen.push('{device:String}')
      }
      const storing = engine.run(
        `INSERT INTO ${rawName(part.table)} (source, record, raw, ${columns.map((column) => `\`${column}\``).join(', ')})\nSELECT {source:UInt64}, r.record, r.raw, ${chosen.join(', ')}\nFROM (\n${part.sql}\n) AS r`,
        { ...params, lines: lines.relation },
        limits,
      )
      if (!facts) setImmediate(() => options.engineBusy?.())
      await storing
    }
    const tables = [...new Set(variant.parts.map((part) => part.table))]
    const filled = new Map(tables.map((table) => [table, filledBy(format.claims, table, params.device !== '')]))
    const naming = storeNames(engine, id, filled, options.device?.from ?? 'record', limits)
    naming.catch(() => {})
    const stored = await readBack(engine, id, format.claims, tables, limits)
    // where every line gave a row, nothing is left to tell (measured: 0.3 s of CPU for 1 M lines)
    const whole = stored.lines !== undefined && measured !== null && (await measured).lines === stored.lines
    if (!whole) await storeProblems(engine, id, tables, lines.relation, variant.problems, params, stored)
    await naming
    return stored
  } finally {
    await lines.release()
  }
}
