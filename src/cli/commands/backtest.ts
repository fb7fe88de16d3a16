// codling backtest: what another parameter, or a tuning file, would have done on the history that a store holds.
import { type Command, Option } from 'commander'
import { params } from '../../analytics/an1756/params.ts'
import { type Micros, UserError } from '../../model/index.ts'
import { progressLine } from '../render/progress.ts'
import { assertWritable, writeDocument } from '../write.ts'
import { moment, parametersOf, tuningOf } from './scan.ts'

type Options = {
  store?: string
  server?: string
  set: string[]
  tuning: string[]
  from?: Micros
  to?: Micros
  json?: string
}

const help = `
Parameters (AN1756; AN1700 has none, so nothing of it changes):
${Object.entries(params)
  .map(
    ([name, { unit, default: value, min, max, means }]) =>
      `  ${name}: ${value} ${unit} (${min} to ${max})\n      ${means}`,
  )
  .join('\n')}

Examples:
  codling backtest --store ./store --set TrafficDeviationThreshold=50
  codling backtest --store ./store --set AlertBudget=1 --set CrashCorrelationWindow=2 --from 2026-09-01
  codling backtest --store ./store --tuning services.json --json -

The history is judged twice: with the defaults and what ships, and as changed. Findings are kept, gained or lost; chance
says how many chains as odd as each come about by chance in this fleet. Findings in the store stay as they are.`

const collect = (value: string, before: string[]): string[] => [...before, value]

export function backtestCommand(program: Command, version: string): void {
  program
    .command('backtest')
    .description('show on the stored history what another parameter or a tuning file would have done')
    .option('--store <dir>', 'store that the scans were made with')
    .addOption(new Option('--server <url>', 'ClickHouse server that the scans were made with').conflicts('store'))
    .option('--set <name=value>', 'parameter to change (repeatable); they stand below', collect, [])
    .option(
      '--tuning <file>',
      'services that are known, with author, reason and expiry (JSON; repeatable)',
      collect,
      [],
    )
    .option('--from <time>', 'leave out effects before: 2026-09-14 or 2026-09-14T08:00:00Z', moment)
    .option('--to <time>', 'leave out effects after', moment)
    .option('--json <file>', 'write the result as JSON (schema codling.backtest/1); - is standard output')
    .addHelpText('after', help)
    .action((options: Options) => run(options, version))
}

async function run(options: Options, version: string): Promise<void> {
  if (options.store === undefined && options.server === undefined)
    throw new UserError(
      'No store was named.',
      'A history is kept where its scans kept it; a scan without --store keeps none.',
      'Name the store with --store DIR, or the server with --server URL.',
    )
  if (options.set.length === 0 && options.tuning.length === 0)
    throw new UserError(
      'Nothing is changed.',
      'A backtest compares the history as it is judged with how it would be judged.',
      'Give --set NAME=VALUE or --tuning FILE; codling backtest --help lists the parameters.',
    )
  assertWritable(options.json)
  const set = await parametersOf(options.set)
  const tuning = await tuningOf(options.tuning, false)
  const { backtest } = await import('../../pipeline/backtest.ts')
  const stop = new AbortController()
  const onSignal = (): void => stop.abort()
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  const progress = progressLine({ stream: process.stderr, quiet: false })
  try {
    const result = await backtest({
      version,
      store: options.store ?? null,
      server: options.server ?? null,
      set,
      tuning,
      tuningFiles: options.tuning,
      from: options.from ?? null,
      to: options.to ?? null,
      signal: stop.signal,
      progress: (phase) => progress.update({ phase, done: 0, total: 0, unit: 'items', note: '' }),
    })
    progress.stop()
    if (options.json !== undefined) {
      writeDocument(options.json, `${JSON.stringify(result, null, 1)}\n`)
      if (options.json === '-') return
    }
    const { backtested } = await import('../render/backtest.ts')
    process.stdout.write(
      backtested(result, {
        colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
        width: process.stdout.columns ?? 120,
      }),
    )
  } finally {
    progress.stop()
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}
