// Documents that a command writes: where to, found out before the long work, and why not.
import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { plainMessage, UserError } from '../model/index.ts'

/**
 * Throws a `UserError` where none of these could be written; null and `-` (standard output) can. Leaves nothing behind: a
 * command that fails must not have made an empty report.
 */
export function assertWritable(...paths: readonly (string | undefined)[]): void {
  for (const path of paths) {
    if (path === undefined || path === '-') continue
    try {
      if (existsSync(path) && statSync(path).isDirectory()) throw new Error('it is a folder')
      accessSync(existsSync(path) ? path : dirname(path), constants.W_OK)
    } catch (error) {
      throw unwritable(path, error)
    }
  }
}

/** Makes a folder with those above it; one that is there may hold anything. Throws a `UserError` when it cannot be made. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw unwritable(path, error)
  }
}

/** `-`: standard output. Throws a `UserError` when the disk or the system refuses. */
export function writeDocument(path: string, text: string): void {
  if (path === '-') process.stdout.write(text)
  else
    try {
      writeFileSync(path, text)
    } catch (error) {
      throw unwritable(path, error)
    }
}

const unwritable = (path: string, cause: unknown): UserError =>
  new UserError(`${path} cannot be written.`, plainMessage(cause), 'Name another file, in a folder that exists.', {
    cause,
  })
