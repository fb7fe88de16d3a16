// Binary and nested data: parsed here, in one pass over the bytes.
import { stat } from 'node:fs/promises'
import type { Engine } from '../engine/index.ts'
import type { CodeFormat, Format, Source } from '../model/index.ts'
import { measure } from '../sources/index.ts'
import { dropRows, findKnown, type KnownSource } from './commit.ts'
import {
  counted,
  finish,
  headBytes,
  type Ingested,
  type IngestOptions,
  meetAgain,
  newId,
  openProblems,
  sameBytes,
} from './ingested.ts'
import type { Ledger } from './ledger.ts'
import { newestTime } from './newest.ts'
import { type Collector, openCollector } from './rows.ts'

/** Reads one source with a parser in TypeScript. */
export async function ingestCode(
  engine: Engine,
  ledger: Ledger,
  source: Source,
  format: CodeFormat,
  options: IngestOptions,
): Promise<Ingested> {
  const known = await metBefore(engine, ledger, source, format, options)
  if (known) return await meetAgain(engine, source, format, known)
  const problems = openProblems()
  const id = newId()
  const collector: Collector = openCollector(ledger, id, format, options.device)
  const tap = tapped(counted(source.open(problems.add, options.signal), options))
  try {
    await format.parse(tap.bytes, collector.out, {
      name: source.name,
      notAfter: await newestTime(source, options.now),
      signal: options.signal,
    })
    const facts = await tap.finish()
    const same = sameBytes(
      await findKnown(engine, ledger, format, options, { sha256: facts.sha256 }),
      facts.sha256,
      format,
    )
    if (same.known) {
      await ledger.flush()
      await dropRows(engine, id)
      return await meetAgain(engine, source, format, same.known)
    }
    const stored = await collector.finish()
    return await finish(engine, ledger, source, format, id, stored, problems.list, facts, options, same.replaces)
  } catch (error) {
    await ledger.flush().catch(() => {})
    await dropRows(engine, id)
    throw error
  }
}

/**
 * The committed source of these bytes. They are read once more for it, but only where one of their format could be it: to
 * take back rows that were stored in vain costs a second (measured on 60 small sources met again: 14 s, 5 s so).
 */
async function metBefore(
  engine: Engine,
  ledger: Ledger,
  source: Source,
  format: Format,
  options: IngestOptions,
): Promise<KnownSource | null> {
  const size = source.plainFile === null ? null : (await stat(source.plainFile)).size
  const entries = await ledger.entries(format.id)
  // standard input is read once
  const possible = !entries || entries.some(({ bytes }) => size === null || bytes === size)
  if (!possible || source.path.split('!')[0] === '-') return null
  const facts = await measure(
    source.open(() => {}, options.signal, true),
    {
      maxLine: Number.MAX_SAFE_INTEGER,
      headBytes,
    },
  )
  return sameBytes(await findKnown(engine, ledger, format, options, { sha256: facts.sha256 }), facts.sha256, format)
    .known
}

/** Bytes on their way to a parser, measured in passing; `finish` reads on to the end what the parser left. */
function tapped(bytes: AsyncIterable<Buffer>): {
  bytes: AsyncIterable<Buffer>
  finish(): Promise<Awaited<ReturnType<typeof measure>>>
} {
  const queue: Buffer[] = []
  let wake: (() => void) | null = null
  let over = false
  const facts = measure(
    (async function* () {
      for (;;) {
        const next = queue.shift()
        if (next) yield next
        else if (over) return
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    })(),
    { maxLine: Number.MAX_SAFE_INTEGER, headBytes },
  )
  facts.catch(() => {})
  const iterator = bytes[Symbol.asyncIterator]()
  const next = async (): Promise<IteratorResult<Buffer>> => {
    const result = await iterator.next()
    if (result.done) over = true
    else queue.push(result.value)
    wake?.()
    return result
  }
  return {
    bytes: { [Symbol.asyncIterator]: () => ({ next }) },
    async finish() {
      while (!over) await next()
      return facts
    },
  }
}
