// The password of an encrypted backup: from a file, or typed without an echo. Never from an argument or the environment,
// where other users of the machine and the history of the shell would see it.
import { readFileSync, statSync } from 'node:fs'
import type { ReadStream } from 'node:tty'
import { plainMessage, type SourceOptions, UserError } from '../model/index.ts'

type Terminal = Pick<ReadStream, 'isTTY' | 'setRawMode' | 'setEncoding' | 'on' | 'off' | 'resume' | 'pause'>

/** A password is a line. */
const mostBytes = 64 * 1024

/** First line of the file. Throws `UserError` where there is none. */
export function passwordFrom(file: string): string {
  const fail = (why: string, cause?: unknown): UserError =>
    new UserError(
      `The password file ${file} cannot be used.`,
      why,
      'Give a file that holds the password of the backup and nothing else with --backup-password-file FILE.',
      { cause },
    )
  let text: string
  try {
    if (statSync(file).size > mostBytes) throw new Error('it is far too long for a password')
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw fail(plainMessage(error), error)
  }
  const password = text.replace(/\r?\n[\s\S]*$/, '')
  if (password === '') throw fail('its first line is empty')
  return password
}

/**
 * How scan and inspect come by the password: `file`, else by asking where standard input is a terminal and not the data
 * itself, else not at all. `before` is called before it is asked for.
 */
export function passwordSource(
  file: string | undefined,
  paths: readonly string[],
  signal: AbortSignal,
  before: () => void,
): SourceOptions {
  if (file !== undefined) {
    const password = passwordFrom(file)
    return { backupPassword: async () => password }
  }
  if (!process.stdin.isTTY || !process.stderr.isTTY || paths.includes('-')) return {}
  return {
    backupPassword: (path) => {
      before()
      return askPassword(
        process.stdin,
        process.stderr,
        `Password of the encrypted backup ${path} (empty: leave it out): `,
        signal,
      )
    },
  }
}

/** Asks once. null: nothing was typed, or it was ended by Ctrl-D. Ctrl-C interrupts the program as ever. */
export function askPassword(
  input: Terminal,
  output: Pick<NodeJS.WritableStream, 'write'>,
  question: string,
  signal: AbortSignal,
): Promise<string | null> {
  output.write(question)
  input.setRawMode(true)
  input.setEncoding('utf8')
  input.resume()
  return new Promise((resolve) => {
    let typed = ''
    const end = (answer: string | null): void => {
      input.off('data', take)
      signal.removeEventListener('abort', stop)
      input.setRawMode(false)
      input.pause()
      output.write('\n')
      resolve(answer === '' ? null : answer)
    }
    const stop = (): void => end(null)
    const take = (chunk: string): void => {
      for (const key of chunk) {
        const ends = ['\r', '\n', '\u0003', '\u0004'].includes(key)
        if (ends) {
          end(key === '\r' || key === '\n' ? typed : null)
          if (key === '\u0003') process.kill(process.pid, 'SIGINT')
          return
        }
        if (key === '\u007f' || key === '\b') typed = [...typed].slice(0, -1).join('')
        else if (key >= ' ') typed += key
      }
    }
    input.on('data', take)
    signal.addEventListener('abort', stop, { once: true })
  })
}
