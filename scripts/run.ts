// Running other programs from the scripts: always the project's own Node and tools, output kept until somebody needs it.
import { spawn } from 'node:child_process'
import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Root of the clone, with a slash at its end. */
export const root = fileURLToPath(new URL('../', import.meta.url))

export type Ran = { readonly code: number; readonly output: string; readonly seconds: number }

/** Tools of node_modules/.bin come first, its `node` among them. */
const environment = (extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${root}node_modules/.bin${delimiter}${process.env.PATH ?? ''}`,
  ...extra,
})

/**
 * Runs `command` in the root. `shown`: its output goes to the terminal as it comes; else it is returned, both streams
 * together. `code` is -1 where it was ended by a signal or could not be started.
 */
export function run(
  command: string,
  args: readonly string[],
  options: { shown?: boolean; env?: Readonly<Record<string, string>>; cwd?: string } = {},
): Promise<Ran> {
  const started = performance.now()
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: environment(options.env ?? {}),
    stdio: options.shown ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  })
  const chunks: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
  const done = (code: number, said = ''): Ran => ({
    code,
    output: Buffer.concat(chunks).toString() + said,
    seconds: (performance.now() - started) / 1000,
  })
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(done(-1, error.message)))
    child.once('close', (code) => resolve(done(code ?? -1)))
  })
}
