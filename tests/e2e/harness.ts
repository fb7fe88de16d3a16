// The whole program as its user meets it: a scan in this process, or the command line as a child.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { type Engine, openEngine } from '../../src/engine/index.ts'
import type { ScanResult } from '../../src/pipeline/contract.ts'
import { everything, type ScanOptions, scan } from '../../src/pipeline/scan.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** 2026-11-01T00:00:00Z in µs: the clock of scans in this process. */
export const now = Date.UTC(2026, 10, 1) * 1000

const made: string[] = []
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder of its own, removed when the test file ends. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'e2e-'))
  made.push(folder)
  return folder
}

/** Writes files below a new folder and returns it. */
export function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = temporary()
  for (const [name, bytes] of Object.entries(files)) put(join(folder, name), bytes)
  return folder
}

export function put(path: string, bytes: string | Buffer): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
  return path
}

/** Scans in this process, with a frozen clock and a temporary store unless told otherwise. */
export const scanHere = (paths: readonly string[], options: Partial<ScanOptions> = {}): Promise<ScanResult> =>
  scan({
    version: 'test',
    paths,
    intel: [],
    devices: null,
    device: null,
    warninglists: [],
    formats: [],
    store: null,
    server: null,
    ...everything,
    lookbackDays: null,
    now,
    signal: new AbortController().signal,
    ...options,
  })

export type Contents = Readonly<Record<string, readonly string[]>>

/** What a store shows: rows without their source and place, findings without what differs by source; leftovers as `stray`. */
export async function contentsOf(store: string): Promise<Contents> {
  const engine = await openEngine({ store, version: 'test' })
  try {
    return { ...(await shownBy(engine)), stray: await strayOf(engine) }
  } finally {
    await engine.close()
  }
}

const lines = async (engine: Engine, sql: string): Promise<string[]> =>
  (await engine.query<Record<string, unknown>>(sql)).map((row) => JSON.stringify(row)).sort()

async function shownBy(engine: Engine): Promise<Contents> {
  const shown: Record<string, string[]> = {}
  for (const table of ['network', 'device_event', 'identity_event'])
    shown[table] = await lines(engine, `SELECT * EXCEPT (source, record) FROM ${table}`)
  shown.problem = await lines(engine, 'SELECT * EXCEPT (source) FROM problem')
  shown.source = await lines(engine, 'SELECT sha256, format, status, rows, problems, bytes, lines FROM source_live')
  shown.name = await lines(
    engine,
    'SELECT kind, value, any(canonical) AS canonical, min(first) AS f, max(last) AS l FROM name GROUP BY kind, value',
  )
  const bodies = await engine.query<{ body: string }>(
    'SELECT argMax(body, judged) AS body FROM finding GROUP BY id ORDER BY id',
  )
  shown.finding = bodies.map(({ body }) => findingText(JSON.parse(body) as ScanResult['findings'][number])).sort()
  shown.findingRows = await lines(engine, 'SELECT id, count() AS n FROM finding GROUP BY id')
  return shown
}

/** Rows that no committed source owns. Evidence is stored in `<table>_raw`, which only leftovers make one look at. */
async function strayOf(engine: Engine): Promise<string[]> {
  const stray: string[] = []
  for (const table of ['network', 'device_event', 'identity_event', 'problem', 'name']) {
    const [row] = await engine.query<{ n: number }>(
      `SELECT count() AS n FROM ${table}_raw WHERE source NOT IN (SELECT id FROM source)`,
    )
    if (row!.n > 0) stray.push(`${table}: ${row!.n} rows`)
  }
  return stray
}

type Told = ScanResult['findings'][number]

/** A finding as text, without whether it is new; its evidence is a sample, and may be taken from any of the sources. */
export const findingText = ({ new: _, evidence, ...finding }: Told): string =>
  JSON.stringify({ ...finding, samples: evidence.length })

export type Run = {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly ms: number
}

export type RunOptions = {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string | Buffer
  /** Ends the child after this long; the run then has the signal SIGKILL. */
  readonly limitMs?: number
  started?(child: ChildProcess): void
}

const main = join(root, 'src/cli/main.ts')

/** Runs `codling` to its end. */
export function codling(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const begun = Date.now()
  const child = spawn(process.execPath, [main, ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const out: Buffer[] = []
  const errors: Buffer[] = []
  child.stdout.on('data', (data: Buffer) => out.push(data))
  child.stderr.on('data', (data: Buffer) => errors.push(data))
  child.stdin.on('error', () => {}) // it may end without having read
  child.stdin.end(options.input ?? '')
  options.started?.(child)
  const timer = setTimeout(() => child.kill('SIGKILL'), options.limitMs ?? 100_000)
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      const [stdout, stderr] = [Buffer.concat(out).toString(), Buffer.concat(errors).toString()]
      done({ code, signal, stdout, stderr, ms: Date.now() - begun })
    })
  })
}

/** The processes under `pid`, itself included (Linux; elsewhere itself alone). */
export function treeOf(pid: number): number[] {
  let children: number[] = []
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    // it has ended, or there is no /proc
  }
  return [pid, ...children.flatMap(treeOf)]
}

/** Resident bytes of a process; 0 when it has ended. */
export function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

export const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/** Waits until `is` holds; false when it did not within the limit. */
export async function until(is: () => boolean, limitMs: number): Promise<boolean> {
  for (const end = Date.now() + limitMs; Date.now() < end; await wait(25)) if (is()) return true
  return is()
}

/** Names in a folder; none when it does not exist. */
export const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Deterministic numbers in 0 ≤ x < 1 (mulberry32): a failure can be repeated. */
export function openRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export function randomBytes(length: number, random: () => number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let i = 0; i < length; i++) bytes[i] = Math.floor(random() * 256)
  return bytes
}

/** A line of a Zeek dns.log: the n-th query of a synthetic house of 20 devices, one a second from 2026-09-14. */
export const zeekDnsLine = (n: number, query = `host-${n % 97}.example.org`): string =>
  JSON.stringify({
    ts: Date.UTC(2026, 8, 14) / 1000 + n,
    uid: `C${n.toString(36).padStart(8, '0')}`,
    'id.orig_h': `192.0.2.${10 + (n % 20)}`,
    'id.orig_p': 40_000 + (n % 20_000),
    'id.resp_h': '192.0.2.1',
    'id.resp_p': 53,
    proto: 'udp',
    trans_id: n % 65_536,
    query,
    qtype_name: 'A',
    rcode_name: 'NOERROR',
    answers: [`198.51.100.${n % 250}`],
  })

/** `count` queries from number `from`; every 50th asks for a name below evil.example. */
export const zeekDns = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => {
    const n = from + i
    return `${zeekDnsLine(n, n % 50 === 7 ? `c${n % 3}.evil.example` : undefined)}\n`
  }).join('')

/** A feed with the two names that the synthetic logs meet. */
export const feed = 'evil.example\nbad.test\n'
