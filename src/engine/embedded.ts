// The embedded engine: starts the child that holds chdb, and keeps one process to a store.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { plainMessage, UserError } from '../model/index.ts'

export type Embedded = {
  readonly socket: string
  readonly scratch: string
  readonly exited: Promise<number | null>
  stop(): Promise<void>
}

const childPath = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './child.ts' : './child.js', import.meta.url))

type Holder = { pid: number; since: string; command: string }

/** Starts the engine on `directory`, or on a temporary one that is removed at `stop`. */
export async function startEmbedded(directory: string | null): Promise<Embedded> {
  const scratch = mkdtempSync(join(tmpdir(), `codling-${process.pid}-`))
  const store = directory === null ? join(scratch, 'store') : resolve(directory)
  const holderFile = join(store, 'codling-holder.json')
  try {
    mkdirSync(store, { recursive: true, mode: 0o700 })
    if (!statSync(store).isDirectory()) throw new Error('it is a file')
  } catch (error) {
    throw new UserError(`The store ${store} cannot be used.`, plainMessage(error), 'Name a folder that you may write to with --store DIR.', { cause: error })
  }
  const holder = readHolder(holderFile)
  if (holder && holder.pid !== process.pid && alive(holder.pid)) throw inUse(store, holder)

  const socket = join(scratch, 'engine.sock')
  const child = spawn(process.execPath, ['--no-warnings', childPath, join(store, 'data'), socket], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '32' },
    detached: true, // Ctrl-C goes to the parent alone, which ends the child in good order
  })
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)))
  try {
    await ready(child)
  } catch (error) {
    const message = plainMessage(error)
    rmSync(scratch, { recursive: true, force: true })
    if (/CANNOT_OPEN_FILE|Cannot lock file|code: 76|Another server instance/i.test(message)) throw inUse(store, readHolder(holderFile))
    if (/ERR_MODULE_NOT_FOUND|Cannot find (package|module)|prebuilt|libchdb/i.test(message))
      throw new UserError('The embedded engine (chdb) is not installed for this machine.', message, 'Use Linux with glibc or macOS, or a ClickHouse server with --server http://user:password@host:8123/database.')
    if (/No space left|NOT_ENOUGH_SPACE|ENOSPC/i.test(message)) throw new UserError('The disk is full.', message, 'Free some space, or name a store on another disk with --store DIR.')
    throw new UserError(`The store ${store} cannot be opened.`, message, 'Check that the folder is a Codling store and may be written to, or name another with --store DIR.')
  }
  const self: Holder = { pid: process.pid, since: new Date().toISOString(), command: process.argv.slice(2, 4).join(' ') }
  if (directory !== null) writeFileSync(holderFile, JSON.stringify(self))
  const cleanup = () => {
    if (directory !== null) rmSync(holderFile, { force: true })
    rmSync(scratch, { recursive: true, force: true })
  }
  const onExit = () => {
    child.kill('SIGKILL')
    cleanup()
  }
  process.once('exit', onExit)
  return {
    socket,
    scratch,
    exited,
    async stop() {
      process.off('exit', onExit)
      child.stdin!.end()
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
      await exited
      clearTimeout(timer)
      cleanup()
    },
  }
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((done, fail) => {
    let out = ''
    let errors = ''
    child.stderr!.on('data', (data: Buffer) => {
      errors = (errors + data.toString()).slice(-4000)
    })
    child.stdout!.on('data', (data: Buffer) => {
      out += data.toString()
      if (out.includes('ready\n')) done()
      else if (out.startsWith('failed ') && out.includes('\n')) fail(new Error(out.slice(7)))
    })
    child.once('error', fail)
    child.once('exit', (code, signal) => fail(new Error(out.startsWith('failed ') ? out.slice(7) : errors || `the engine ended (${code ?? signal})`)))
  })
}

function readHolder(file: string): Holder | null {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Holder
    return typeof holder.pid === 'number' ? holder : null
  } catch {
    return null
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !existsSync('/proc') || existsSync(`/proc/${pid}`)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const inUse = (store: string, holder: Holder | null): UserError =>
  new UserError(
    `The store ${store} is in use by another process${holder ? ` (process ${holder.pid}, codling ${holder.command}, since ${holder.since})` : ''}.`,
    'A store is open in one process at a time.',
    'Wait until that process has ended, stop it, or name another store with --store DIR.',
  )
