// Reads a database that nobody vouches for: a private copy, opened in a worker that can be ended.
import { lstatSync, mkdtempSync, readdirSync, rmSync, type Stats } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type Problem, type ProblemCode, plainMessage } from '../model/index.ts'
import { headerLength, headerOf, isDatabase, modeBytes } from './header.ts'
import type { Answer, Request, Told, Wanted } from './messages.ts'

/** `byte`: -1 where it is not known. */
export type DatabaseProblem = { readonly kind: 'problem'; readonly table: string; readonly byte: number } & Pick<
  Problem,
  'code' | 'detail'
>
export type DatabaseTold = Exclude<Told, { kind: 'problem' }> | DatabaseProblem

export type DatabaseLimits = {
  /** Bytes that are copied. */
  readonly maxBytes: number
  /** Seconds without a batch of rows after which the worker is ended. */
  readonly silence: number
}
export const databaseLimits: DatabaseLimits = { maxBytes: 8 * 1024 ** 3, silence: 60 }

/**
 * The rows of `wanted`, table by table in this order; a table that is not there is passed over. Only ordinary tables and
 * stored columns are read: views, virtual tables and generated columns of that name are told. Damage, truncation and
 * encryption are told as problems, and rows behind a damaged page are looked for. Never throws but the reason of `signal`.
 */
export async function* readDatabase(
  bytes: AsyncIterable<Buffer>,
  wanted: readonly Wanted[],
  signal: AbortSignal,
  limits: DatabaseLimits = databaseLimits,
): AsyncGenerator<DatabaseTold> {
  const file = join(privateFolder(), `${++copies}.db`)
  try {
    const copy = await copyTo(file, bytes, limits.maxBytes, signal)
    yield* copy.problems
    // nothing but what is declared can be sent
    const asked = wanted.map(({ table, columns, longest }) => ({ table, columns, ...(longest ? { longest } : {}) }))
    if (copy.readable) yield* ask({ file, bytes: copy.size, wanted: asked }, signal, limits)
  } finally {
    await rm(file, { force: true })
    // the driver locks with a folder beside it
    await rm(`${file}.lock`, { force: true, recursive: true })
  }
}

let folder: string | null = null
let copies = 0

const prefix = 'codling-db-'

/** Mode 0700. Evidence must not stay behind: not where the process ends in the middle, and not for long where it was killed. */
function privateFolder(): string {
  if (folder === null) {
    const made = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
    process.once('exit', () => rmSync(made, { recursive: true, force: true }))
    sweep(lstatSync(made))
    folder = made
  }
  return folder
}

/** In another container the process may live though its number is not known here; its folder changes with each copy. */
const abandoned = 3600_000

/** Removes what processes that are no more left behind. */
function sweep(own: Stats): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN
    if (!(pid > 0) || isAlive(pid)) continue
    const facts = lstatSync(join(tmpdir(), name), { throwIfNoEntry: false })
    if (facts?.isDirectory() && facts.uid === own.uid && own.mtimeMs - facts.mtimeMs > abandoned)
      rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

type Copied = { readonly size: number; readonly readable: boolean; readonly problems: readonly DatabaseProblem[] }

const wholly = (code: ProblemCode, detail: string, byte: number): DatabaseProblem => ({
  kind: 'problem',
  table: '',
  code,
  detail,
  byte,
})

async function copyTo(
  file: string,
  bytes: AsyncIterable<Buffer>,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Copied> {
  let size = 0
  let head = Buffer.alloc(0)
  const problems: DatabaseProblem[] = []
  let handle: FileHandle | null = null
  try {
    for await (const chunk of bytes) {
      signal.throwIfAborted()
      if (head.length < headerLength) head = Buffer.concat([head, chunk.subarray(0, headerLength - head.length)])
      const part = chunk.subarray(0, maxBytes - size)
      handle ??= await open(file, 'wx', 0o600)
      for (let at = 0; at < part.length; )
        at += (await handle.write(part, at, part.length - at, size + at)).bytesWritten
      size += part.length
      if (part.length < chunk.length) {
        problems.push(wholly('size_limit', `longer than ${maxBytes} bytes; the rest was left out`, size))
        break
      }
    }
    const header = headerOf(head)
    if (size === 0) return { size, readable: false, problems }
    if (header === null) return { size, readable: false, problems: [...problems, notOne(head, size)] }
    const whole = header.pages * header.pageSize
    if (size < whole) {
      problems.push(wholly('truncated', `it ends after ${size} of ${whole} bytes`, size))
      // SQLite refuses a file that is shorter than its header says; what is missing then reads as damaged pages
      if (whole <= maxBytes) await handle!.truncate(whole)
    }
    // alone, without the log that it was kept with: SQLite would look for one, and cannot open it for reading only
    if (header.mode === modeBytes.with) await handle!.write(Buffer.alloc(2, modeBytes.without), 0, 2, modeBytes.from)
    return { size, readable: true, problems }
  } catch (error) {
    signal.throwIfAborted()
    return {
      size,
      readable: false,
      problems: [...problems, wholly('unreadable', `no private copy could be made: ${plainMessage(error)}`, 0)],
    }
  } finally {
    await handle?.close()
  }
}

/** SQLCipher and SQLite's own extension leave no plain byte, and whole pages. */
function notOne(head: Buffer, size: number): DatabaseProblem {
  if (isDatabase(head))
    return wholly(
      'bad_record',
      size < headerLength ? 'it ends within the header of the database' : 'its page size is none',
      0,
    )
  const scattered = new Set(head).size > 60
  if (scattered && size >= 1024 && size % 512 === 0)
    return wholly(
      'encrypted',
      'no SQLite header and no pattern: perhaps encrypted (SQLCipher); decrypt it and scan the result',
      0,
    )
  return wholly('bad_record', 'not a SQLite database: its header is missing', 0)
}

/** A worker is kept for the next database: to start one and to compile SQLite takes 60 ms. */
let idle: Worker | null = null
let uses = 0
/** WebAssembly never gives memory back. */
const maxUses = 500

function takeWorker(): Worker {
  const kept = idle
  idle = null
  if (kept) {
    kept.ref()
    return kept
  }
  uses = 0
  const at = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)
  const worker = new Worker(at, {
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
  })
  // also while nobody waits for it
  worker.on('error', () => {})
  worker.on('exit', () => {
    if (idle === worker) idle = null
  })
  return worker
}

function giveBack(worker: Worker): void {
  if (idle === null && ++uses < maxUses) {
    worker.unref()
    idle = worker
  } else void worker.terminate()
}

async function* ask(
  given: Omit<Request, 'taken'>,
  signal: AbortSignal,
  limits: DatabaseLimits,
): AsyncGenerator<DatabaseTold> {
  signal.throwIfAborted()
  const worker = takeWorker()
  const taken = new Int32Array(new SharedArrayBuffer(4))
  const queue: Answer[] = []
  let ended: string | null = null
  let wake = (): void => {}
  const onMessage = (answer: Answer): void => {
    queue.push(answer)
    wake()
  }
  const onEnd = (why: string) => (): void => {
    ended ??= why
    wake()
  }
  const onError = (error: Error): void => onEnd(`SQLite failed on it: ${plainMessage(error)}`)()
  const onExit = onEnd('SQLite ended on it')
  const onAbort = onEnd('aborted')
  worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  signal.addEventListener('abort', onAbort)
  let done = false
  try {
    worker.postMessage({ ...given, taken: taken.buffer } satisfies Request)
    while (!done) {
      const answer = queue.shift()
      if (answer === undefined) {
        signal.throwIfAborted()
        if (ended !== null) break
        const timer = setTimeout(onEnd(`no rows within ${limits.silence} s; it was given up`), limits.silence * 1000)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        clearTimeout(timer)
      } else if (answer.kind === 'done') done = true
      else {
        yield answer.kind === 'problem' ? { ...answer, byte: -1 } : answer
        if (answer.kind === 'rows') {
          Atomics.add(taken, 0, 1)
          Atomics.notify(taken, 0)
        }
      }
    }
    if (!done) yield wholly('unreadable', ended ?? '', -1)
  } finally {
    signal.removeEventListener('abort', onAbort)
    worker.off('message', onMessage).off('error', onError).off('exit', onExit)
    if (done && ended === null) giveBack(worker)
    else await worker.terminate()
  }
}
