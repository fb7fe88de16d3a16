// The embedded engine: starts the child that holds chdb, and keeps one process to a store.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { plainMessage, UserError } from '../model/index.ts'
import { copyEmpty } from './empty.ts'
import { explain } from './explain.ts'
import { alive, makeScratch, sweepScratch } from './leftovers.ts'

export type Embedded = {
  readonly socket: string
  /** The store is a copy of an empty one: its schema is there, and nothing else. */
  readonly empty: boolean
  readonly scratch: string
  readonly exited: Promise<number | null>
  stop(): Promise<void>
}

const childPath = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './child.ts' : './child.js', import.meta.url))

type Holder = { readonly pid: number; readonly since: string; readonly command: string }

/** The engine of a process that was killed ends by itself; until then it holds the lock of the store. */
const patience = 10_000

/** Starts the engine on `directory`, or on a temporary one that is removed at `stop`. Throws `UserError`. */
export async function startEmbedded(directory: string | null): Promise<Embedded> {
  void sweepScratch()
  let scratch: string
  try {
    scratch = makeScratch()
  } catch (error) {
    throw asUserError(
      explain(error),
      'The temporary folder cannot be written to.',
      'Set TMPDIR to a folder that you may write to.',
    )
  }
  const store = directory === null ? join(scratch, 'store') : resolve(directory)
  const discard = () => rmSync(scratch, { recursive: true, force: true })
  let empty = false
  try {
    prepareFolder(store)
    if (directory === null) empty = copyEmpty(join(store, 'data'))
  } catch (error) {
    discard()
    throw error
  }
  const holderFile = join(store, 'codling-holder.json')
  const socket = join(scratch, 'engine.sock')
  const start = (): { child: ChildProcess; exited: Promise<number | null> } => {
    const child = spawn(
      process.execPath,
      ['--no-warnings', childPath, join(store, 'data'), socket, directory === null ? 'temporary' : 'kept'],
      {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...process.env, UV_THREADPOOL_SIZE: '32' },
        detached: true, // Ctrl-C goes to the parent alone, which ends the child in good order
      },
    )
    child.stdin!.on('error', () => {}) // it died: `exited` tells
    return { child, exited: new Promise((done) => child.once('exit', (code) => done(code))) }
  }
  let running = start()
  for (const until = Date.now() + patience; ; running = start()) {
    try {
      await ready(running.child)
      break
    } catch (error) {
      running.child.kill('SIGKILL')
      const holder = readHolder(holderFile)
      const locked = /CANNOT_OPEN_FILE|Cannot lock file|code: 76|Another server instance/i.test(plainMessage(error))
      if (locked && !(holder && alive(holder.pid)) && Date.now() < until) {
        await sleep(250)
        continue
      }
      discard()
      throw locked ? inUse(store, holder) : startFailure(store, error)
    }
  }
  const { child, exited } = running
  const self: Holder = {
    pid: process.pid,
    since: new Date().toISOString(),
    command: process.argv.slice(2, 4).join(' '),
  }
  const cleanup = () => {
    if (directory !== null && readHolder(holderFile)?.pid === process.pid) rmSync(holderFile, { force: true })
    discard()
  }
  const onExit = () => {
    child.kill('SIGKILL')
    cleanup()
  }
  try {
    if (directory !== null) writeFileSync(holderFile, JSON.stringify(self), { mode: 0o600 })
  } catch (error) {
    onExit()
    throw startFailure(store, error)
  }
  process.once('exit', onExit)
  return {
    socket,
    empty,
    scratch,
    exited,
    async stop() {
      process.off('exit', onExit)
      // nobody will open it again: there is nothing to end in good order
      if (directory === null) child.kill('SIGKILL')
      else child.stdin!.end('goodbye\n')
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
      await exited
      clearTimeout(timer)
      cleanup()
    },
  }
}

const folderHint = 'Name a folder that you may write to with --store DIR.'

function prepareFolder(store: string): void {
  if (statSync(store, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new UserError(`The store ${store} cannot be used.`, 'It is a file, not a folder.', folderHint)
  try {
    mkdirSync(store, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw asUserError(explain(error), `The store ${store} cannot be used.`, folderHint)
  }
}

const asUserError = (error: unknown, what: string, next: string): UserError =>
  error instanceof UserError ? error : new UserError(what, plainMessage(error).slice(0, 400), next, { cause: error })

function startFailure(store: string, error: unknown): UserError {
  const message = plainMessage(error)
  if (
    /MODULE_NOT_FOUND|CHDB_PLATFORM|CHDB_BINARY|Cannot find (package|module)|no native binding|native binding/i.test(
      message,
    )
  )
    return new UserError(
      'The embedded engine (chdb) is not installed for this machine.',
      message,
      'Use Linux with glibc or macOS, or a ClickHouse server with --server http://user:password@host:8123/database.',
      { cause: error },
    )
  return asUserError(
    explain(error),
    `The store ${store} cannot be opened.`,
    'Check that the folder is a Codling store and may be written to, or name another with --store DIR.',
  )
}

/** Resolves when the child takes queries; rejects with what it said when it ends before. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((done, fail) => {
    let out = ''
    let errors = ''
    child.stderr!.on('data', (data: Buffer) => {
      errors = (errors + data.toString()).slice(-4000)
    })
    child.stdout!.on('data', (data: Buffer) => {
      out = (out + data.toString()).slice(-8000)
      if (out.includes('ready\n')) done()
    })
    child.once('error', fail)
    // chdb says on standard error why, and throws no more than that it could not connect
    child.once('close', (code, signal) => {
      const said = `${out.startsWith('failed ') ? out.slice(7) : ''}${errors}`.trim()
      fail(new Error(said || `the engine ended (${code ?? signal})`))
    })
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

const inUse = (store: string, holder: Holder | null): UserError =>
  new UserError(
    `The store ${store} is in use by another process${holder ? ` (process ${holder.pid}, codling ${holder.command}, since ${holder.since})` : ''}.`,
    'A store is open in one process at a time.',
    'Wait until that process has ended, stop it, or name another store with --store DIR.',
  )
