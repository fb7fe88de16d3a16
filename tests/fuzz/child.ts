// One process that feeds inputs to subjects, in turns with nobody. It writes what it is at as it goes, so that whoever
// watches it can tell which input made it hang or die. Arguments: a JSON `Task`. Started with --expose-gc.
import { writeSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { openRandom } from '../../src/simulate/random.ts'
import { inputOf } from './mutate.ts'
import type { Subject } from './subjects.ts'

export type Task = {
  readonly subject: string
  readonly seed: number
  readonly from: number
  readonly to: number
}

export type Growth = {
  /** Bytes on the heap and outside of it after a collection, from when the first fifth was read to the end. */
  readonly heap: number
  readonly rss: number
}

/** Lines that the child writes, as JSON. */
export type Told =
  | { readonly kind: 'ready' }
  | { readonly kind: 'at'; readonly input: number }
  | { readonly kind: 'failed'; readonly input: number; readonly why: string }
  | {
      readonly kind: 'done'
      readonly rows: number
      readonly problems: number
      readonly slowest: { readonly input: number; readonly ms: number }
      readonly growth: Growth
    }

const tell = (told: Told): void => {
  const line = Buffer.from(`${JSON.stringify(told)}\n`)
  // a full pipe answers EAGAIN; the reader is another process and will get to it
  for (let at = 0; at < line.length; )
    try {
      at += writeSync(3, line, at)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
}

const collect = (globalThis as { gc?: () => void }).gc!

async function settled(): Promise<Growth> {
  for (let i = 0; i < 3; i++) {
    collect()
    // finalizers and sockets that were closed run between turns
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heap: heapUsed + external, rss }
}

/** Every eighth input is parsed whole as well: chunks must not change what is told. */
async function runOne(subject: Subject, input: ReturnType<typeof inputOf>, twice: boolean) {
  const outcome = await subject.run(input)
  if (twice && outcome.told !== undefined && input.chunk < input.bytes.length) {
    const whole = await subject.run({ ...input, chunk: input.bytes.length })
    if (!isDeepStrictEqual(whole.told, outcome.told)) throw new Error(`in chunks of ${input.chunk} it is another`)
  }
  return outcome
}

async function work({ subject: id, seed, from, to }: Task): Promise<void> {
  // the faulty ones need no format, and loading them all takes longer than failing
  const list = id.startsWith('faulty-')
    ? (await import('./faulty.ts')).faulty
    : (await import('./subjects.ts')).subjects
  const subject = list.find((one) => one.id === id)!
  const seeds = await subject.seeds()
  const warm = from + Math.floor((to - from) / 5)
  let [rows, problems] = [0, 0]
  let slowest = { input: from, ms: 0 }
  let before: Growth | null = null
  tell({ kind: 'ready' })
  for (let input = from; input < to; input++) {
    if (input === warm) before = await settled()
    tell({ kind: 'at', input })
    const made = inputOf(seeds, openRandom(seed, `${id}/${input}`))
    const began = performance.now()
    try {
      const outcome = await runOne(subject, made, input % 8 === 3)
      rows += outcome.rows
      problems += outcome.problems
    } catch (error) {
      tell({ kind: 'failed', input, why: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
    const ms = performance.now() - began
    if (ms > slowest.ms) slowest = { input, ms }
  }
  const after = await settled()
  const growth = before ? { heap: after.heap - before.heap, rss: after.rss - before.rss } : { heap: 0, rss: 0 }
  tell({ kind: 'done', rows, problems, slowest, growth })
}

process.on('unhandledRejection', (error) => {
  throw error
})
for (const task of JSON.parse(process.argv[2]!) as Task[]) await work(task)
