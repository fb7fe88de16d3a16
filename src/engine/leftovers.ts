// Private folders in the temporary directory: `codling-<pid>-XXXXXX`. A killed process leaves its own behind.
import { existsSync, lstatSync, mkdtempSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Makes a private folder for this process. Throws the system's error when it cannot. */
export const makeScratch = (): string => mkdtempSync(join(tmpdir(), `codling-${process.pid}-`))

/** A folder younger than this may belong to a process of another container that is about to open its socket. */
const minimumAge = 60_000

/** Removes what processes that are no more left in the temporary directory. Never throws; returns how many folders. */
export async function sweepScratch(): Promise<number> {
  let swept = 0
  try {
    for (const name of readdirSync(tmpdir())) {
      const pid = Number(/^codling-(\d{1,10})-[A-Za-z0-9]{6}$/.exec(name)?.[1] ?? 0)
      const folder = join(tmpdir(), name)
      if (pid === 0 || alive(pid) || !(await abandoned(folder))) continue
      await rm(folder, { recursive: true, force: true })
      swept++
    }
  } catch {
    // the next start tries again
  }
  return swept
}

async function abandoned(folder: string): Promise<boolean> {
  const facts = lstatSync(folder, { throwIfNoEntry: false })
  if (!facts?.isDirectory() || facts.uid !== process.getuid?.() || Date.now() - facts.mtimeMs < minimumAge) return false
  // a process of another container is not seen by its pid, but its engine answers
  return new Promise((resolve) => {
    const socket = connect(join(folder, 'engine.sock'))
    socket.once('connect', () => {
      socket.destroy()
      resolve(false)
    })
    socket.once('error', () => resolve(true))
  })
}

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !existsSync('/proc') || existsSync(`/proc/${pid}`)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
