// Runs subjects in a process of their own and watches it: a hang is ended, a death is told, and the rest goes on.
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { openRandom } from '../../src/simulate/random.ts'
import type { Growth, Task, Told } from './child.ts'
import { inputOf } from './mutate.ts'
import type { Subject } from './subjects.ts'

export type Failure = {
  readonly subject: string
  readonly input: number
  /** What happened, how to make it again, and where the bytes lie. */
  readonly why: string
}

export type Report = {
  readonly subject: string
  readonly inputs: number
  readonly seconds: number
  readonly rows: number
  readonly problems: number
  readonly slowest: { readonly input: number; readonly ms: number }
  /** null where the process was ended before the end. */
  readonly growth: Growth | null
  readonly failures: readonly Failure[]
}

export type Bounds = {
  /** An input that takes longer hangs. */
  readonly seconds: number
  /** The heap of the process: what one input may make a parser keep. */
  readonly heapMegabytes: number
  /** What may be kept over four fifths of the inputs: caches that fill, code that is compiled. */
  readonly growthMegabytes: number
  /** The same for the whole process: what the allocator keeps for itself comes and goes by 110 MB. */
  readonly rssMegabytes: number
  /** Deaths and hangs after which a subject is given up: the reason will be the same. */
  readonly ends: number
}

export const bounds: Bounds = { seconds: 20, heapMegabytes: 512, growthMegabytes: 8, rssMegabytes: 256, ends: 3 }

const childPath = fileURLToPath(new URL('./child.ts', import.meta.url))

/** Of fewer inputs, what is kept is code that was loaded by one of them. */
const fewest = 100

type Ended = { readonly why: string; readonly at: number } | null

/** Runs one child over tasks. Resolves to where and why it ended early, or null. */
function runChild(tasks: readonly Task[], limits: Bounds, take: (task: Task, told: Told) => void): Promise<Ended> {
  const child = spawn(
    process.execPath,
    [
      '--no-warnings',
      '--expose-gc',
      `--max-old-space-size=${limits.heapMegabytes}`,
      '--stack-trace-limit=6',
      childPath,
      JSON.stringify(tasks),
    ],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
  )
  let errors = ''
  child.stderr!.on('data', (data: Buffer) => {
    errors = (errors + data.toString()).slice(-2000)
  })
  let index = 0
  let at = tasks[0]!.from
  let hung = false
  // loading the code is no input
  let timer: NodeJS.Timeout | null = null
  const arm = (): void => {
    if (timer) clearTimeout(timer)
    timer = setTimeout(() => {
      hung = true
      child.kill('SIGKILL')
    }, limits.seconds * 1000)
  }
  createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
    const told = JSON.parse(line) as Told
    arm()
    if (told.kind === 'ready') at = tasks[index]!.from
    else if (told.kind === 'at') at = told.input
    take(tasks[index]!, told)
    if (told.kind === 'done') index++
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (timer) clearTimeout(timer)
      if (index === tasks.length) resolve(null)
      else if (hung) resolve({ why: `no answer for ${limits.seconds} s`, at })
      else resolve({ why: `the process ended (${code ?? signal}): ${errors.trim()}`, at })
    })
  })
}

/** The bytes of a failure outlive the run, to become a fixture. */
async function tellFailure(subject: Subject, seed: number, input: number, why: string): Promise<Failure> {
  const { name, bytes } = inputOf(await subject.seeds(), openRandom(seed, `${subject.id}/${input}`))
  const folder = join(tmpdir(), 'codling-fuzz', `${subject.id}-${seed}-${input}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), bytes)
  const again = `npm run fuzz -- --format ${subject.id} --seed ${seed} --only ${input}`
  return { subject: subject.id, input, why: `${why}\n  again: ${again}\n  bytes: ${join(folder, name)}` }
}

/** Inputs `from` … `to` of each subject, one after the other in one process for as long as it lives. */
export async function watch(
  list: readonly Subject[],
  { seed, from, to }: { readonly seed: number; readonly from: number; readonly to: number },
  limits: Bounds = bounds,
): Promise<Report[]> {
  type Draft = { -readonly [K in keyof Report]: Report[K] } & { failures: Failure[] }
  const reports = new Map<string, Draft>(
    list.map(({ id }) => [
      id,
      {
        subject: id,
        inputs: 0,
        seconds: 0,
        rows: 0,
        problems: 0,
        slowest: { input: from, ms: 0 },
        growth: null,
        failures: [],
      },
    ]),
  )
  const failed: { subject: string; input: number; why: string }[] = []
  let left: Task[] = list.map(({ id }) => ({ subject: id, seed, from, to }))
  const ends = new Map<string, number>()
  let began = performance.now()
  while (left.length > 0) {
    const ended = await runChild(left, limits, ({ subject }, told) => {
      const report = reports.get(subject)!
      if (told.kind === 'at') report.inputs++
      else if (told.kind === 'failed') failed.push({ subject, input: told.input, why: told.why })
      else if (told.kind === 'done') {
        report.seconds += (performance.now() - began) / 1000
        began = performance.now()
        Object.assign(report, { rows: told.rows, problems: told.problems, slowest: told.slowest, growth: told.growth })
        const [heap, rss] = [told.growth.heap / 1024 ** 2, told.growth.rss / 1024 ** 2]
        if (to - from >= fewest && (heap > limits.growthMegabytes || rss > limits.rssMegabytes))
          failed.push({
            subject,
            input: to - 1,
            why: `it keeps what it read: heap ${heap.toFixed(1)} MB, process ${rss.toFixed(1)} MB more after ${to - from} inputs`,
          })
        left = left.slice(1)
      }
    })
    if (!ended) break
    const { subject } = left[0]!
    failed.push({ subject, input: ended.at, why: ended.why })
    const count = (ends.get(subject) ?? 0) + 1
    ends.set(subject, count)
    const next = { ...left[0]!, from: ended.at + 1 }
    left = count < limits.ends && next.from < to ? [next, ...left.slice(1)] : left.slice(1)
  }
  for (const { subject, input, why } of failed)
    reports.get(subject)!.failures.push(await tellFailure(list.find(({ id }) => id === subject)!, seed, input, why))
  return [...reports.values()]
}
