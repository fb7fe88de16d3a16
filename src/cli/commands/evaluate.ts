// codling evaluate: how much is found in fleets of which all is known, beside other ways of looking.
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { UserError } from '../../model/index.ts'
import { defaultRates, type Generator, type Rates } from '../../simulate/world.ts'
import { progressLine } from '../render/progress.ts'
import { assertWritable, makeFolder, writeDocument } from '../write.ts'
import { rate } from './simulate.ts'

type Options = {
  generator: string[]
  seeds: number[]
  devices: number
  days: number
  budget: number
  rate: Partial<Rates>
  fleets: boolean
  ablation: boolean
  regular?: number[] | true
  json?: string
  report?: string
  docs?: boolean
  work: string
  keep?: string
}

const help = `
Examples:
  codling evaluate --generator agents --seeds 101-102 --report evaluation.html
  codling evaluate --no-fleets --regular 1,7,30
  codling evaluate --seeds 101-104 --regular --docs > docs/evaluation.md
  codling evaluate --seeds 311-317 --devices 400 --keep judged --report evaluation.html

What it costs: a fleet of 100 devices and 14 days takes 55 to 80 seconds on two processors, 1.7 GB of memory and 1.5 GB
of disk, which is free again before the next; without --generator there are three generators, so four seeds are a
quarter of an hour; one of 400 devices takes 4 to 6 minutes and 4 GB of disk, which is what --keep is for. --regular
takes some three minutes, nearly all of them for 30 days.

Each fleet is simulated, read through the real formats, judged, and compared with the truth about it. The product stands
beside its halves (network only, crash only), two toys, RITA, Elastic, indicators only and a fixed window, all on the
same attacks. Intervals are drawn over fleets from six on, so 300 device-weeks without a false finding are no proof.`

export function evaluateCommand(program: Command, version: string): void {
  program
    .command('evaluate')
    .description('measure what is found in simulated fleets, beside other ways of looking')
    .option('--generator <id>', 'way of making fleets (repeatable; default: all)', collect, [])
    .addOption(
      new Option('--seeds <list>', 'a fleet for each, such as 101-104 or 7,9')
        .default([101], '101')
        .argParser(seedList),
    )
    .addOption(new Option('--devices <n>', 'devices in each fleet').default(100).argParser(number(1, 100_000, true)))
    .addOption(new Option('--days <n>', 'days in each fleet').default(14).argParser(number(1, 366, true)))
    .addOption(
      new Option('--budget <n>', 'findings by chance for 1,000 devices and week')
        .default(3.3)
        .argParser(number(0.01, 1000)),
    )
    .addOption(
      new Option('--rate <name=value>', 'how much of something; codling simulate --help shows them (repeatable)')
        .default({}, 'as in codling simulate')
        .argParser(rate),
    )
    .option('--no-fleets', 'leave the fleets out, for --regular alone')
    .option('--no-ablation', 'do not judge again with each part left out')
    .option('--regular [days]', 'also the grid of regular contact over so many days (default: 1,7,30)', dayList)
    .option('--json <file>', 'write the result as JSON (schema codling.evaluate/1); - is standard output')
    .option('--report <file>', 'write the result as one HTML file')
    .option('--docs', 'print it as docs/evaluation.md')
    .addOption(
      new Option('--work <dir>', 'folder for what is made and read').default(
        tmpdir(),
        'the system’s for temporary files',
      ),
    )
    .option('--keep <dir>', 'keep the result of each fleet there; the same command goes on where it was stopped')
    .addHelpText('after', help)
    .action((options: Options) => run(options, version))
}

async function run(options: Options, version: string): Promise<void> {
  assertWritable(join(options.work, 'fleet'), options.json, options.report)
  if (options.keep !== undefined) makeFolder(options.keep)
  // loaded when it is needed: no other command has a use for the generators
  const [{ generators }, { evaluate }, { observeFleet }, { documentOf }, { regularTable }, { keptIn }] =
    await Promise.all([
      import('../../simulate/generators/index.ts'),
      import('../../simulate/evaluate.ts'),
      import('../../pipeline/evaluate.ts'),
      import('../../simulate/report/document.ts'),
      import('../../simulate/report/contact.ts'),
      import('../../simulate/kept.ts'),
    ])
  const chosen = options.fleets ? chosenOf(generators, options.generator) : []
  const seeds = options.fleets ? options.seeds : []
  const stop = new AbortController()
  const onSignal = (): void => stop.abort()
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  const progress = progressLine({ stream: process.stderr, quiet: false })
  try {
    const { devices, days, budget, ablation, work } = options
    const rates = { ...defaultRates, ...options.rate }
    const given = { generators: chosen, seeds, devices, days, budget, rates }
    const start = Date.UTC(2026, 5, 1) * 1000
    const total = chosen.length * seeds.length
    const results = await evaluate(
      {
        ...given,
        start,
        ablation,
        work,
        kept: options.keep === undefined ? null : keptIn(options.keep, version, { ...given, start, ablation }),
        signal: stop.signal,
        progress: (phase, done, note) => progress.update({ phase, done, total, unit: 'items', note }),
      },
      (dir, tell) => observeFleet(dir, { version, now: Date.now() * 1000, signal: stop.signal, progress: tell }),
    )
    const spans = options.regular === undefined ? [] : options.regular === true ? [1, 7, 30] : options.regular
    const regular = []
    for (const [done, span] of spans.entries()) {
      progress.update({ phase: 'Regular contact', done, total: spans.length, unit: 'items', note: `${span} days` })
      // the line is drawn and signals are heard between two spans only: scoring them is one piece of arithmetic
      await new Promise((turn) => setImmediate(turn))
      stop.signal.throwIfAborted()
      regular.push(regularTable(span, regularSeed, 60, 40))
    }
    progress.stop()
    const document = documentOf(version, given, results, regular)
    if (options.json !== undefined) writeDocument(options.json, `${JSON.stringify(document, null, 1)}\n`)
    if (options.report !== undefined)
      writeDocument(options.report, (await import('../../simulate/report/page.ts')).pageHtml(document, results))
    if (options.json === '-') return
    const { markdownText, terminalText } = await import('../../simulate/report/text.ts')
    process.stdout.write(options.docs ? markdownText(document, commandOf(options)) : terminalText(document))
  } finally {
    progress.stop()
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

/** Of the channels and harmless pairs of the grid; not one that anything was tuned on. */
const regularSeed = 101

function chosenOf(generators: readonly Generator[], ids: readonly string[]): readonly Generator[] {
  if (ids.length === 0) return generators
  return [...new Set(ids)].map((id) => {
    const found = generators.find((generator) => generator.id === id)
    if (found === undefined)
      throw new UserError(
        `There is no generator ${id}.`,
        `These exist: ${generators.map((one) => `${one.id} (${one.title})`).join(', ')}.`,
        'Name one of them with --generator.',
      )
    return found
  })
}

/** What to type for the same numbers. */
function commandOf(o: Options): string {
  const parts = ['codling evaluate']
  if (!o.fleets) parts.push('--no-fleets')
  else {
    parts.push(...o.generator.map((id) => `--generator ${id}`), `--seeds ${o.seeds.join(',')}`)
    parts.push(`--devices ${o.devices} --days ${o.days} --budget ${o.budget}`)
    parts.push(...Object.entries(o.rate).map(([name, value]) => `--rate ${name}=${value}`))
    if (!o.ablation) parts.push('--no-ablation')
  }
  if (o.regular !== undefined) parts.push(o.regular === true ? '--regular' : `--regular ${o.regular.join(',')}`)
  return [...parts, '--docs > docs/evaluation.md'].join(' ')
}

const collect = (value: string, before: string[]): string[] => [...before, value]

const number =
  (from: number, to: number, whole = false) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d*\.?\d+$/.test(text) || value < from || value > to || (whole && !Number.isInteger(value)))
      throw new InvalidArgumentError(`It must be a ${whole ? 'whole ' : ''}number from ${from} to ${to}.`)
    return value
  }

const mostSeeds = 1000

/** `101-104,110` → five seeds. */
function seedList(text: string): number[] {
  const seeds = new Set<number>()
  for (const part of text.split(',')) {
    const [, first = '', last = first] = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part) ?? []
    if (first === '' || Number(last) < Number(first) || Number(last) - Number(first) >= mostSeeds)
      throw new InvalidArgumentError('It must be numbers and ranges such as 101-104,110.')
    for (let seed = Number(first); seed <= Number(last); seed++) seeds.add(seed)
  }
  return [...seeds]
}

function dayList(text: string): number[] {
  const days = text.split(',').map(Number)
  if (!days.every((n) => Number.isInteger(n) && n >= 1 && n <= 60))
    throw new InvalidArgumentError('It must be numbers of days such as 1,7,30, each at most 60.')
  return days
}
