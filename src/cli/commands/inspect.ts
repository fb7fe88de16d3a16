// codling inspect: what Codling makes of a file, before it is scanned.
import { type Command, InvalidArgumentError } from 'commander'
import { passwordSource } from '../password.ts'
import { readMap } from './scan.ts'

type Options = { map: string[]; rows: number; backupPasswordFile?: string; json?: boolean }

export function inspectCommand(program: Command, version: string): void {
  program
    .command('inspect')
    .description('show what Codling makes of a file: its format and why, the first rows, the problems; nothing is kept')
    .argument('<file...>', 'files, archives (their members are listed), folders, or - for standard input')
    .option(
      '--map <file>',
      'how to read an NDJSON or CSV log that is not known; see codling map --suggest (repeatable)',
      (value: string, before: string[]) => [...before, value],
      [],
    )
    .option(
      '--backup-password-file <file>',
      'file whose first line is the password of an encrypted backup (default: asked for at a terminal)',
    )
    .option('--rows <n>', 'rows of each table that are shown (default: 3)', count, 3)
    .option('--json', 'print the result as JSON (schema codling.inspect/1)')
    .addHelpText(
      'after',
      '\nExamples:\n  codling inspect dns.log\n  codling inspect sysdiagnose_2026.tar.gz --rows 1\n  codling inspect firewall.ndjson --map firewall.map.yaml --json\n\nExit codes: 0 a format recognised at least one file or member, 2 none did.',
    )
    .action(async (paths: string[], options: Options) => {
      process.exitCode = await run(paths, options, version)
    })
}

async function run(paths: readonly string[], options: Options, version: string): Promise<number> {
  const stop = new AbortController()
  const onSignal = (): void => stop.abort()
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  try {
    const formats = await Promise.all(options.map.map(readMap))
    const { inspect } = await import('../../pipeline/inspect.ts')
    const result = await inspect({
      version,
      paths,
      formats,
      rows: options.rows,
      sourceOptions: passwordSource(options.backupPasswordFile, paths, stop.signal, () => {}),
      now: Date.now() * 1000,
      signal: stop.signal,
    })
    if (options.json) process.stdout.write(`${JSON.stringify(result, null, 1)}\n`)
    else {
      const { inspected } = await import('../render/inspected.ts')
      process.stdout.write(
        inspected(result, {
          colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
          width: process.stdout.columns ?? 120,
        }),
      )
    }
    return result.files.some(({ sources }) => sources.some(({ format }) => format !== null)) ? 0 : 2
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

function count(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || value > 1000)
    throw new InvalidArgumentError('It must be a whole number from 0 to 1000.')
  return value
}
