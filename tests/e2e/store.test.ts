// Stores in the real world: held by another process, on a full disk, behind a wrong password, killed in the middle.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { type Engine, EngineCrash, openEngine, openWriter, rawName, spool } from '../../src/engine/index.ts'
import { sweepScratch } from '../../src/engine/leftovers.ts'
import { network, source, UserError } from '../../src/model/index.ts'
import { sweep } from '../../src/pipeline/commit.ts'
import { startServer } from '../conformance/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'codling-test-store-'))
const disk = join(folder, 'small-disk')
afterAll(() => {
  if (mounted) execFileSync('umount', ['-l', disk], { stdio: 'pipe' })
  rmSync(folder, { recursive: true, force: true })
})

const leaveOut = (what: string, why: string): false => {
  console.warn(`\n  LEFT OUT: ${what}: ${why}\n`)
  return false
}
const onLinux = existsSync('/proc/self/status') || leaveOut('processes killed in the middle', 'there is no /proc')
const asRoot = process.getuid?.() === 0

/** The error of `work`, which must be one that an operator can read: what, why, next. */
async function refused(work: Promise<unknown>): Promise<UserError> {
  const error = await work.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof UserError)) throw error
  expect(error.message).toMatch(/^(--)?[A-Za-z][^\n]*\.$/)
  expect(error.why).toMatch(/^[^\n]+$/)
  expect(error.next).toMatch(/^[A-Z][^\n]*\.$/)
  return error
}

const openStore = (name: string): Promise<Engine> => openEngine({ store: join(folder, name), version: 'test' })

/** One committed source with `rows` rows. */
async function commitRows(engine: Engine, id: number, rows: number): Promise<void> {
  const writer = openWriter(engine, network, rawName('network'))
  for (let record = 1; record <= rows; record++)
    await writer.write({ source: id, record, ts: 1_789_900_000_000_000, kind: 'dns', domain: 'a.example', raw: 'x' })
  await writer.flush()
  const commits = openWriter(engine, source, 'source')
  await commits.write({
    id,
    sha256: String(id),
    path: 'a',
    format: 'f',
    status: 'ok',
    rows: { network: rows },
    committed: 1,
  })
  await commits.flush()
}

const countRows = async (engine: Engine): Promise<number> =>
  (await engine.query<{ n: number }>('SELECT count() AS n FROM network'))[0]!.n

/** Child processes of `pid`, as Linux tells. */
const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return new RegExp(`^PPid:\\s+${pid}$`, 'm').test(readFileSync(`/proc/${name}/status`, 'utf8'))
      } catch {
        return false
      }
    })
    .map(Number)

const engineOf = (pid: number): number => {
  const found = childrenOf(pid).filter((child) =>
    readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('engine/child'),
  )
  expect(found.length).toBe(1)
  return found[0]!
}

const runs = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function until(what: string, holds: () => boolean, seconds = 15): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !holds(); await sleep(50))
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`)
}

type Other = { readonly process: ChildProcess; readonly pid: number; readonly scratch: string }

/** A second process that opens the store `name`, and does `then` with it. */
async function openElsewhere(name: string, then = ''): Promise<Other> {
  const index = new URL('../../src/engine/index.ts', import.meta.url).href
  const script = `
    const { openEngine } = await import(${JSON.stringify(index)})
    const engine = await openEngine({ store: ${JSON.stringify(join(folder, name))}, version: 'test' })
    ${then}
    console.log('open ' + engine.scratch)
    setInterval(() => {}, 1000)`
  const other = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let errors = ''
  other.stdout.on('data', (data: Buffer) => {
    out += data.toString()
  })
  other.stderr.on('data', (data: Buffer) => {
    errors += data.toString()
  })
  await until(`open elsewhere ${errors}`, () => /open \S+\n/.test(out) || other.exitCode !== null, 40)
  const scratch = /open (\S+)\n/.exec(out)?.[1]
  if (!scratch) throw new Error(`the other process could not open the store: ${errors}`)
  return { process: other, pid: other.pid!, scratch }
}

async function end(other: Other, signal: NodeJS.Signals): Promise<void> {
  const gone = new Promise((resolve) => other.process.once('exit', resolve))
  other.process.kill(signal)
  await gone
}

describe.runIf(onLinux)('another process', () => {
  test('holds the store: it is named, and the store opens when it has ended', async () => {
    const other = await openElsewhere('held')
    try {
      const error = await refused(openStore('held'))
      expect(error.message).toContain(
        `The store ${join(folder, 'held')} is in use by another process (process ${other.pid},`,
      )
      expect(error.next).toContain('--store DIR')
    } finally {
      await end(other, 'SIGKILL')
    }
    const engine = await openStore('held')
    await engine.close()
    expect(existsSync(join(folder, 'held', 'codling-holder.json'))).toBe(false)
  })

  test('this process holds it', async () => {
    const first = await openStore('twice')
    const error = await refused(openStore('twice'))
    expect(error.message).toContain(`process ${process.pid},`)
    expect(await countRows(first)).toBe(0)
    await first.close()
  })

  test('a stale note of a holder whose number another process has now does not lock the store', async () => {
    mkdirSync(join(folder, 'stale'))
    writeFileSync(
      join(folder, 'stale', 'codling-holder.json'),
      JSON.stringify({ pid: process.ppid, since: '2026-01-01T00:00:00Z', command: 'scan' }),
    )
    await (await openStore('stale')).close()
  })

  test.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)(
    'ended by %s: its engine ends, nothing is left, rows are there',
    async (signal) => {
      const name = `ended-${signal}`
      const mine = await openStore(name)
      await commitRows(mine, 1, 100)
      await mine.close()
      const other = await openElsewhere(
        name,
        `engine.query('SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1').catch(() => {})
       await new Promise((resolve) => setTimeout(resolve, 300))`,
      )
      const child = engineOf(other.pid)
      await end(other, signal)
      // opened at once: the other's engine is waited for
      const engine = await openStore(name)
      expect(await countRows(engine)).toBe(100)
      await engine.close()
      await until('the engine ends', () => !runs(child))
      await until('its folder is gone', () => !existsSync(other.scratch))
    },
  )
})

describe.runIf(onLinux)('the engine is killed', () => {
  test.each(['SIGSEGV', 'SIGBUS', 'SIGABRT'] as const)('by itself (%s): a crash is known at once', async (signal) => {
    const engine = await openStore(`crashed-${signal}`)
    const work = engine.query('SELECT count() AS n FROM numbers(1000000000000) WHERE sipHash64(number) = 1').then(
      () => null,
      (error: unknown) => error,
    )
    await sleep(300)
    process.kill(engineOf(process.pid), signal)
    expect(await Promise.race([work, sleep(20_000, 'still waiting')])).toBeInstanceOf(EngineCrash)
    await engine.close()
  })

  test('in the middle of queries: all say so, this process lives, a new engine opens the store', async () => {
    const engine = await openStore('killed')
    await commitRows(engine, 1, 1000)
    const long = 'SELECT count() AS n FROM numbers(1000000000000) WHERE sipHash64(number) = 1'
    const streamed = async () => {
      for await (const batch of engine.stream('SELECT number AS n FROM numbers(1000000000000)'))
        if (batch.length === 0) break
    }
    const insert = `INSERT INTO ${rawName('network')} (source, record, ts, kind, raw) SELECT 99, number, now64(6), 'dns', repeat('y', 300) FROM numbers(1000000000000)`
    const works = [engine.query(long), streamed(), engine.run(insert)].map((work) =>
      work.then(
        () => null,
        (error: unknown) => error,
      ),
    )
    // blocks of the insert are in the store before it is killed
    const raw = `SELECT count() AS n FROM ${rawName('network')} WHERE source = 99`
    for (let n = 0; n === 0; ) {
      await sleep(200)
      n = (await engine.query<{ n: number }>(raw))[0]!.n
    }
    process.kill(engineOf(process.pid), 'SIGKILL')
    for (const error of await Promise.all(works)) expect(error).toBeInstanceOf(EngineCrash)
    await expect(engine.query('SELECT 1')).rejects.toBeInstanceOf(EngineCrash)
    await expect(engine.insert('indicator', ['id'], '{"id":"a"}')).rejects.toBeInstanceOf(EngineCrash)
    await engine.close()
    expect(existsSync(engine.scratch)).toBe(false)

    const next = await openStore('killed')
    expect((await next.query<{ n: number }>(raw))[0]!.n).toBeGreaterThan(0)
    expect(await countRows(next)).toBe(1000)
    await sweep(next)
    expect((await next.query<{ n: number }>(raw))[0]!.n).toBe(0)
    expect(await countRows(next)).toBe(1000)
    await next.close()
  })
})

test('a file that is cut while it is read does not kill the engine', async () => {
  const engine = await openEngine({ store: null, version: 'test' })
  const path = join(folder, 'cut.log')
  writeFileSync(path, `${'z'.repeat(999)}\n`.repeat(60_000))
  const lines = await engine.lines(path)
  // a nap a block: the reader is held back, and has most of the file before it when it is cut
  const count = engine
    .query<{ n: number }>(
      'SELECT count() AS n, max(sleep(0.05)) FROM {l:Identifier} SETTINGS max_block_size = 1000, max_threads = 1',
      { l: lines.relation },
    )
    .then(
      ([row]) => row!.n,
      (error: unknown) => error,
    )
  await sleep(600)
  truncateSync(path, 10)
  const outcome = await count
  expect(outcome).not.toBeInstanceOf(EngineCrash)
  expect(outcome).not.toBe(60_000)
  await lines.release()
  expect(await engine.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  await engine.close()
})

describe('folders of processes that are no more', () => {
  const make = (pid: number, suffix: string, hours: number): string => {
    const path = join(tmpdir(), `codling-${pid}-${suffix}`)
    mkdirSync(join(path, 'store'), { recursive: true })
    const then = Date.now() / 1000 - hours * 3600
    utimesSync(path, then, then)
    return path
  }
  const dead = (): number => {
    for (let pid = 3_999_999; ; pid--)
      try {
        process.kill(pid, 0)
      } catch {
        return pid
      }
  }

  test('are swept; those of living, new and answering ones stay', async () => {
    const old = make(dead(), 'aaaaaa', 2)
    const young = make(dead(), 'bbbbbb', 0)
    const living = make(process.pid, 'cccccc', 2)
    const otherName = make(dead(), 'not-ours', 2)
    const answering = make(dead(), 'dddddd', 2)
    const listener = createServer().listen(join(answering, 'engine.sock'))
    await new Promise((resolve) => listener.once('listening', resolve))
    const then = Date.now() / 1000 - 7200
    utimesSync(answering, then, then)
    try {
      expect(await sweepScratch()).toBeGreaterThanOrEqual(1)
      expect([old, young, living, otherName, answering].map((path) => existsSync(path))).toEqual([
        false,
        true,
        true,
        true,
        true,
      ])
      // and at the start of an engine
      make(dead(), 'aaaaaa', 2)
      const engine = await openEngine({ store: null, version: 'test' })
      await until('swept at the start', () => !existsSync(old), 5)
      await engine.close()
      expect(existsSync(engine.scratch)).toBe(false)
    } finally {
      listener.close()
      for (const path of [old, young, living, otherName, answering]) rmSync(path, { recursive: true, force: true })
    }
  })
})

describe('a folder that cannot be a store', () => {
  test('a file', async () => {
    const path = join(folder, 'a-file')
    writeFileSync(path, 'x')
    const error = await refused(openEngine({ store: path, version: 'test' }))
    expect(error.message).toBe(`The store ${path} cannot be used.`)
    expect(error.why).toBe('It is a file, not a folder.')
    const below = await refused(openEngine({ store: join(path, 'below'), version: 'test' }))
    expect(below.why).toMatch(/ENOTDIR|not a directory/)
  })

  test('the folder of something else', async () => {
    const path = join(folder, 'foreign')
    mkdirSync(path)
    writeFileSync(join(path, 'data'), 'not a folder')
    const error = await refused(openEngine({ store: path, version: 'test' }))
    expect(error.message).toBe(`The store ${path} cannot be opened.`)
  })

  const readOnly = !asRoot || leaveOut('a read-only folder', 'root may write everywhere')
  test.runIf(readOnly)('a read-only folder', async () => {
    const path = join(folder, 'read-only')
    mkdirSync(path, { mode: 0o500 })
    const error = await refused(openEngine({ store: path, version: 'test' }))
    expect(error.next).toContain('--store DIR')
    expect((await refused(openEngine({ store: join(path, 'below'), version: 'test' }))).why).toMatch(/EACCES/)
  })
})

const mounted = ((): boolean => {
  mkdirSync(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk], { stdio: 'pipe' })
    return true
  } catch {
    return leaveOut('a full disk', 'a small file system may not be mounted here')
  }
})()

describe.runIf(mounted)('a full disk', () => {
  test('is said in a sentence; what was committed stays', async () => {
    const engine = await openEngine({ store: join(disk, 'store'), version: 'test' })
    await commitRows(engine, 1, 500)
    const fill = async () => {
      for (let i = 0; i < 50; i++)
        await engine.run(
          `INSERT INTO ${rawName('network')} (source, record, ts, kind, raw) SELECT 99, number, now64(6), 'dns', randomString(400) FROM numbers(5000)`,
        )
    }
    const error = await refused(fill())
    expect(error.message).toBe('The disk is full.')
    expect(error.next).toContain('--store DIR')
    expect(await countRows(engine)).toBe(500)
    await engine.close()
  })

  test('when the store is made, and when a file is spooled', async () => {
    writeFileSync(join(disk, 'rest'), '')
    expect(() => {
      for (;;) writeFileSync(join(disk, 'rest'), Buffer.alloc(64 * 1024), { flag: 'a' })
    }).toThrow(/ENOSPC/)
    const error = await refused(openEngine({ store: join(disk, 'second'), version: 'test' }))
    expect(error.message).toBe('The disk is full.')

    const bytes = (async function* () {
      yield Buffer.alloc(1024 ** 2)
    })()
    const elsewhere = { scratch: disk } as Engine
    expect((await refused(spool(elsewhere, bytes, 'spooled'))).message).toBe('The disk is full.')
  })
})

test('chdb is not installed', async () => {
  const hook = join(folder, 'hook.mjs')
  writeFileSync(
    hook,
    `import { registerHooks } from 'node:module'
     registerHooks({ resolve(name, context, next) {
       if (name === 'chdb') throw Object.assign(new Error("Cannot find package 'chdb'"), { code: 'ERR_MODULE_NOT_FOUND' })
       return next(name, context)
     } })`,
  )
  const before = process.env.NODE_OPTIONS
  process.env.NODE_OPTIONS = `--import=${hook}`
  try {
    const error = await refused(openEngine({ store: null, version: 'test' }))
    expect(error.message).toBe('The embedded engine (chdb) is not installed for this machine.')
    expect(error.next).toContain('--server')
  } finally {
    if (before === undefined) delete process.env.NODE_OPTIONS
    else process.env.NODE_OPTIONS = before
  }
})

describe('a server', () => {
  const openServer = (server: string): Promise<Engine> => openEngine({ store: null, server, version: 'test' })

  test.each([
    '',
    'nonsense',
    'ftp://host/db',
    'localhost:8123',
    'http://host/a-b',
    'http://host/a/b',
    'http://us%zzer@host/db',
  ])('a URL that cannot be used: %s', async (url) => {
    const error = await refused(openServer(url))
    expect(error.message).toBe('--server is not a URL that can be used.')
    expect(error.next).toContain('http://user:password@host:8123/database')
  })

  test('that is not there', async () => {
    const probe = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => probe.once('listening', resolve))
    const { port } = probe.address() as { port: number }
    await new Promise((resolve) => probe.close(resolve))
    for (const host of ['127.0.0.1', 'localhost']) {
      const error = await refused(openServer(`http://${host}:${port}/codling`))
      expect(error.message).toBe('The ClickHouse server cannot be reached.')
      expect(error.why).toContain('ECONNREFUSED')
    }
    expect((await refused(openServer('http://host.invalid/codling'))).message).toBe(
      'The ClickHouse server cannot be reached.',
    )
  })

  test('that is something else', async () => {
    const web = createHttpServer((_, response) => {
      response.statusCode = 404
      response.end('<html>\n<b>no such page</b>')
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => web.once('listening', resolve))
    const { port } = web.address() as { port: number }
    const error = await refused(openServer(`http://127.0.0.1:${port}/codling`))
    expect(error.message).toBe('The ClickHouse server cannot be reached.')
    expect(error.why).toContain('no such page')
    web.close()
  })

  test('wrong password; a database that is missing is created', async () => {
    const server = await startServer()
    if (typeof server === 'string') {
      leaveOut('wrong password and missing database', server)
      return
    }
    try {
      for (const sign of [`${server.user}:wrong@`, 'nobody:x@', `${server.user}@`]) {
        const error = await refused(openServer(`http://${sign}127.0.0.1:${server.port}/codling`))
        expect(error.message).toBe('The ClickHouse server refused the sign-in.')
        expect(error.why).toBe('User name or password is wrong.')
      }
      const engine = await openServer(`${server.url}/made_by_the_test`)
      expect(await engine.query('SELECT currentDatabase() AS name')).toEqual([{ name: 'made_by_the_test' }])
      await server.stop()
      expect((await refused(engine.query('SELECT 1'))).message).toBe('The ClickHouse server cannot be reached.')
      await engine.close()
    } finally {
      await server.stop()
    }
  })
})
