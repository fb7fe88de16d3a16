#!/usr/bin/env node
// The command line. Commands are values in a list; this file only runs them and turns errors into exit codes.
import { readFileSync, realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command, CommanderError } from 'commander'
import { UserError } from '../model/index.ts'
import { commands } from './commands/index.ts'
import { errorText } from './render/error.ts'

export const version: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/** Exit codes: 0 done · 2 the operator can mend it · 3 a finding at or above --fail-on · 70 a bug of Codling. */
export const exitCodes = { done: 0, operator: 2, found: 3, bug: 70, interrupted: 130 } as const

export function buildProgram(): Command {
  const program = new Command('codling')
    .description(
      'Tells whether iPhones and iPads show signs of exploitation, from telemetry you already have, and what could not have been seen.',
    )
    .version(version, '-V, --version')
    .showHelpAfterError('(codling --help, or codling COMMAND --help, shows what can be given)')
    .exitOverride()
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 2 something you can mend (nothing could be read, wrong option …), 3 a finding at or above --fail-on, 70 a bug.',
    )
  for (const command of commands) command(program, version)
  return program
}

async function main(argv: readonly string[]): Promise<number> {
  const program = buildProgram()
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.done
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.operator
    if ((error as Error | null)?.name === 'AbortError') return exitCodes.interrupted
    process.stderr.write(errorText(error, process.stderr.isTTY === true))
    return error instanceof UserError ? exitCodes.operator : exitCodes.bug
  }
}

const run = process.argv[1]
if (run && realpathSync(run) === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2))
