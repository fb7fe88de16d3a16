// codling simulate: a made-up fleet with known attacks, as the files that real sensors and devices write.
import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Micros, UserError } from '../../model/index.ts'
import { defaultRates, type Rates } from '../../simulate/world.ts'
import { progressLine } from '../render/progress.ts'
import { amount, bytes } from '../render/words.ts'

type Options = {
  devices: number
  days: number
  seed: number
  out: string
  generator?: string
  start: Micros
  rate: Partial<Rates>
  mdm: 'webhook' | 'plist'
  json?: boolean
}

/** What each rate means, and its largest value. */
const rates: { readonly [Name in keyof Rates]: { readonly means: string; readonly most: number } } = {
  attacked: { means: 'share of the devices that are attacked, each once', most: 1 },
  ordinary: { means: 'share of the attacks whose crash looks ordinary', most: 1 },
  hidden: { means: 'share of the attacks whose hosts are cloud tenants or known names', most: 1 },
  decoys: { means: 'share of the devices with each decoy', most: 1 },
  crashes: { means: 'benign crashes a device and week', most: 100 },
  failures: { means: 'share of the sessions that fail for no reason', most: 1 },
  services: { means: 'share of the devices that use a private service, with uploads', most: 1 },
  traffic: { means: 'multiplies the ordinary traffic', most: 100 },
}

const isRate = (name: string): name is keyof Rates => Object.hasOwn(rates, name)

const help = `
Example:
  codling simulate --devices 50 --days 14 --seed 1 --out fleet
  codling scan fleet/zeek fleet/devices fleet/mdm --devices fleet/devices.csv

Rates, with their defaults:
${Object.entries(rates)
  .map(([name, { means, most }]) => {
    const value = String(defaultRates[name as keyof Rates])
    return `  ${name.padEnd(9)} ${value.padEnd(5)} ${means}, 0 to ${most}`
  })
  .join('\n')}

What is written: Zeek logs (NDJSON) by day, App Privacy Reports, .ips reports, answers to device management, the map of
devices, and truth.jsonl, which says what is to be found. The same options give the same files.`

export function simulateCommand(program: Command): void {
  program
    .command('simulate')
    .description('make up a fleet with known attacks, and write what its sensors and devices would have written')
    .addOption(new Option('--devices <n>', 'how many devices').default(50).argParser(whole(1, 1_000_000)))
    .addOption(new Option('--days <n>', 'how many days').default(14).argParser(whole(1, 3660)))
    .addOption(
      new Option('--seed <n>', 'everything that happens comes from it').default(1).argParser(whole(0, 2 ** 53 - 1)),
    )
    .requiredOption('--out <dir>', 'folder to write into; it must be empty or not exist')
    .option(
      '--generator <id>',
      'way of making fleets; an unknown one shows which there are (default: the first of them)',
    )
    .addOption(
      new Option('--start <date>', 'first day, UTC').default(Date.UTC(2026, 5, 1) * 1000, '2026-06-01').argParser(day),
    )
    .addOption(
      new Option('--rate <name=value>', 'how much of something; see the table below (repeatable)')
        .default({}, 'see below')
        .argParser(rate),
    )
    .addOption(
      new Option('--mdm <form>', 'answers to device management as NanoMDM webhooks, or as property lists')
        .default('webhook')
        .choices(['webhook', 'plist']),
    )
    .option('--json', 'print what was written as JSON')
    .addHelpText('after', help)
    .action(run)
}

async function run(options: Options): Promise<void> {
  // loaded when it is needed: no other command has a use for the generators
  const [{ generators }, { simulate }] = await Promise.all([
    import('../../simulate/generators/index.ts'),
    import('../../simulate/simulate.ts'),
  ])
  const generator = options.generator ? generators.find(({ id }) => id === options.generator) : generators[0]
  if (generator === undefined)
    throw new UserError(
      `There is no generator ${options.generator ?? ''}.`,
      `These exist: ${generators.map(({ id, title }) => `${id} (${title})`).join(', ') || 'none'}.`,
      'Name one of them with --generator.',
    )
  const stop = new AbortController()
  const onSignal = (): void => stop.abort()
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  const progress = progressLine({ stream: process.stderr, quiet: false })
  const { devices, days, seed, start } = options
  try {
    const made = await simulate(
      generator,
      { devices, days, seed, start, rates: { ...defaultRates, ...options.rate } },
      options.out,
      (done, total, events) =>
        progress.update({ phase: 'Simulating', done, total, unit: 'items', note: `${amount(events)} events` }),
      { mdm: options.mdm, signal: stop.signal },
    )
    progress.stop()
    const told = { schema: 'codling.simulate/1', generator: generator.id, out: options.out, ...made }
    process.stdout.write(options.json ? `${JSON.stringify(told, null, 1)}\n` : summary(options, made))
  } finally {
    progress.stop()
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

function summary(options: Options, made: import('../../simulate/simulate.ts').Simulated): string {
  const { events, truth } = made
  const reports = events.crash + events.jetsam + events.panic + events.force_reset + events.cpu + events.disk_writes
  return [
    `${amount(made.devices)} devices, ${options.days} days: ${amount(events.contact)} contacts, ${amount(events.lookup)} look-ups, ${amount(reports)} reports, ${amount(events.posture)} postures.`,
    `${truth.attack} attacks, ${truth.decoy} decoys and ${truth.confounder} confounders are told in truth.jsonl.`,
    `${amount(made.files)} files, ${bytes(made.bytes)}, in ${options.out}.`,
    '',
  ].join('\n')
}

const whole =
  (from: number, to: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < from || value > to)
      throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`)
    return value
  }

function day(text: string): Micros {
  const time = Date.parse(`${text}T00:00:00Z`)
  // Date takes the 30th of February for the 2nd of March
  if (!(time > 0) || new Date(time).toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('It must be a day such as 2026-06-01.')
  return time * 1000
}

/** `name=value` of --rate, added to those before. */
export function rate(text: string, before: Partial<Rates>): Partial<Rates> {
  const [name = '', value = ''] = text.split('=')
  if (!isRate(name))
    throw new InvalidArgumentError(`It must be one of ${Object.keys(rates).join(', ')}, then = and a number.`)
  const number = Number(value)
  if (!/^\d*\.?\d+$/.test(value) || number > rates[name].most)
    throw new InvalidArgumentError(`${name} must be a number from 0 to ${rates[name].most}.`)
  return { ...before, [name]: number }
}
