// codling scan: files in, findings out.
import { readFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Params } from '../../analytics/an1756/params.ts'
import {
  type Format,
  type Micros,
  plainMessage,
  type Severity,
  severities,
  severityRank,
  UserError,
} from '../../model/index.ts'
import type { TuningRead } from '../../pipeline/tuning.ts'
import { passwordSource } from '../password.ts'
import { progressLine } from '../render/progress.ts'
import { assertWritable, writeDocument } from '../write.ts'

type Options = {
  intel: string[]
  devices?: string
  device?: string
  warninglist: string[]
  map: string[]
  store?: string
  server?: string
  from?: Micros
  to?: Micros
  lookback?: number
  alertBudget?: number
  set: string[]
  tuning: string[]
  backupPasswordFile?: string
  json?: string
  report?: string
  failOn?: Severity
  quiet?: boolean
}

const collect = (value: string, before: string[]): string[] => [...before, value]

const examples = `
Examples:
  codling scan App_Privacy_Report_v4_2026-09-20T18_05_11.ndjson --device "Ada's iPhone" --intel indicators.stix2
  codling scan /var/log/zeek --intel feeds/ --devices devices.csv --report report.html
  codling scan logs.tar.gz --intel feeds/ --store ./store --json - --fail-on high
  zcat dns.log.gz | codling scan - --intel blocklist.txt
  codling scan ~/Backups/00008110-000A1D2E3F40801E --intel feeds/ --backup-password-file password.txt

What is read: App Privacy Reports, crash reports, sysdiagnoses, backups, captures, the logs of sensors, resolvers and
gateways, the answers of device management, the alerts of threat defence (codling formats lists them all), and any NDJSON
or CSV with --map. Each is recognised by itself, also inside .gz, .zst, .tar, .tgz and .zip. Indicators given by --intel
count as approved.

Exit codes: 0 at least one source was read, 2 none could be, 3 a finding at or above --fail-on.`

export function scanCommand(program: Command, version: string): void {
  program
    .command('scan')
    .description('read telemetry, compare it with indicators, and say what was found and what could not be seen')
    .argument('<path...>', 'files, folders, archives, or - for standard input')
    .option(
      '--intel <path>',
      'feed or folder of feeds: STIX 2.1, MISP, CSV, lists, hosts, Maltrail, ioc.yaml (repeatable)',
      collect,
      [],
    )
    .addOption(
      new Option('--devices <file>', 'CSV that tells which device has which address, MAC, host name or key').conflicts(
        'device',
      ),
    )
    .option('--device <name>', 'everything in this scan is about this one device')
    .option('--warninglist <path>', 'MISP warning list or folder of them (repeatable)', collect, [])
    .option(
      '--map <file>',
      'how to read an NDJSON or CSV log that is not known; see codling map --suggest (repeatable)',
      collect,
      [],
    )
    .option(
      '--backup-password-file <file>',
      'file whose first line is the password of an encrypted backup (default: asked for at a terminal)',
    )
    .option('--store <dir>', 'keep what was read in this folder (default: a temporary one)')
    .addOption(
      new Option('--server <url>', 'use a ClickHouse server: http://user:password@host:8123/database').conflicts(
        'store',
      ),
    )
    .option('--from <time>', 'leave out contacts before: 2026-09-14 or 2026-09-14T08:00:00Z', moment)
    .option('--to <time>', 'leave out contacts after', moment)
    .option(
      '--lookback <days>',
      'how long before an indicator’s valid_from a contact still counts (default: without limit)',
      days,
    )
    .option(
      '--alert-budget <n>',
      'findings of AN1756 that may come about by chance, for each 1,000 devices and week: 3.3 or 3.3/1000dw (default: 3.3)',
      budget,
    )
    .option(
      '--set <name=value>',
      'parameter of AN1756 (repeatable); codling backtest --help lists them and shows what a change would do',
      collect,
      [],
    )
    .option(
      '--tuning <file>',
      'services that are known, with author, reason and expiry (JSON; repeatable)',
      collect,
      [],
    )
    .option('--json <file>', 'write the result as JSON (schema codling.scan/1); - is standard output')
    .option('--report <file>', 'write the result as one HTML file')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 3 when a finding is at least this severe').choices(severities),
    )
    .option('-q, --quiet', 'print nothing but errors')
    .addHelpText('after', examples)
    .action(async (paths: string[], options: Options) => {
      process.exitCode = await run(paths, options, version)
    })
}

async function run(paths: readonly string[], options: Options, version: string): Promise<number> {
  assertWritable(options.json, options.report)
  const stop = new AbortController()
  const onSignal = (): void => stop.abort()
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  const progress = progressLine({ stream: process.stderr, quiet: options.quiet === true })
  try {
    const place = { store: options.store ?? null, server: options.server ?? null }
    const formats = await Promise.all(options.map.map(readMap))
    const params = await parametersOf(options.set)
    const tuned = await tuningOf(options.tuning, options.quiet === true)
    const sourceOptions = passwordSource(options.backupPasswordFile, paths, stop.signal, progress.stop)
    // the engine takes 0.3 s to start, the rest of the code 0.3 s to load: neither waits for the other
    const { startEmbedded } = await import('../../engine/embedded.ts')
    const starting = place.server === null ? startEmbedded(place.store) : null
    starting?.catch(() => {})
    const { openEngine } = await import('../../engine/index.ts')
    const opening = openEngine({ ...place, version, ...(starting ? { starting } : {}) })
    opening.catch(() => {})
    const { everything, scan } = await import('../../pipeline/scan.ts')
    const result = await scan({
      version,
      opening,
      paths,
      intel: options.intel,
      devices: options.devices ?? null,
      device: options.device ?? null,
      warninglists: options.warninglist,
      formats,
      ...place,
      from: options.from ?? everything.from,
      to: options.to ?? everything.to,
      lookbackDays: options.lookback ?? null,
      alertBudget: options.alertBudget ?? null,
      params,
      tuning: tuned?.tuning,
      sourceOptions,
      now: Date.now() * 1000,
      signal: stop.signal,
      progress: (phase, done, total, note) => progress.update({ phase, done, total, unit: 'bytes', note }),
    })
    progress.stop()
    if (options.json !== undefined) writeDocument(options.json, `${JSON.stringify(result, null, 1)}\n`)
    // loaded when they are needed: a mapping, a report and the terminal's tables take 0.2 s to load together
    if (options.report !== undefined)
      writeDocument(options.report, (await import('../render/report.ts')).renderReport(result))
    if (!options.quiet && options.json !== '-') {
      const { renderTerminal } = await import('../render/terminal.ts')
      process.stdout.write(
        renderTerminal(result, {
          colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
          width: process.stdout.columns ?? 120,
          reportPath: options.report ?? null,
          jsonPath: options.json ?? null,
        }),
      )
    }
    const read = result.sources.some((source) => source.status === 'ok' || source.status === 'partial')
    const evidence = result.sources.some(
      (source) => (source.status === 'ok' || source.status === 'partial') && source.format !== 'device-map',
    )
    if (!read || !evidence) {
      if (options.quiet || options.json === '-') process.stderr.write('codling: no source could be read.\n')
      return 2
    }
    const limit = options.failOn
    return limit && result.findings.some((finding) => severityRank(finding.severity) >= severityRank(limit)) ? 3 : 0
  } finally {
    progress.stop()
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

/** Throws a `UserError` for a name that is none and a value outside its range. */
export async function parametersOf(set: readonly string[]): Promise<Partial<Params>> {
  if (set.length === 0) return {}
  const { parameterOf } = await import('../../pipeline/tuning.ts')
  return Object.assign({}, ...set.map(parameterOf))
}

/** Entries that have run out are told: they are no error, and no longer what their author thinks. */
export async function tuningOf(paths: readonly string[], quiet: boolean): Promise<TuningRead | null> {
  if (paths.length === 0) return null
  const { readTuning } = await import('../../pipeline/tuning.ts')
  const read = await readTuning(paths, Date.now() * 1000)
  if (!quiet) for (const line of read?.expired ?? []) process.stderr.write(`codling: ${line}\n`)
  return read
}

export async function readMap(path: string): Promise<Format> {
  const { mappedFormat, parseMap } = await import('../../formats/mapped/map.ts')
  try {
    return mappedFormat(parseMap(await readFile(path, 'utf8'), path))
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(
      `The map ${path} cannot be read.`,
      plainMessage(error),
      'Propose one with codling map --suggest FILE, and give it with --map FILE.',
      { cause: error },
    )
  }
}

/** Argument of --from and --to. Throws where it is no time. */
export function moment(text: string): Micros {
  const zoned = /^\d{4}-\d{2}-\d{2}$/.test(text)
    ? `${text}T00:00:00Z`
    : /[zZ]|[+-]\d{2}:?\d{2}$/.test(text)
      ? text
      : `${text}Z`
  const time = Date.parse(zoned.replace(' ', 'T'))
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || !Number.isFinite(time))
    throw new InvalidArgumentError(
      'It must be a time such as 2026-09-14 or 2026-09-14T08:00:00Z (UTC where no zone is given).',
    )
  return time * 1000
}

function days(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError('It must be a number of days, 0 or more.')
  return value
}

function budget(text: string): number {
  const value = Number(text.replace(/\/1000dw$/, ''))
  if (!Number.isFinite(value) || value < 0.01 || value > 1000)
    throw new InvalidArgumentError('It must be a number from 0.01 to 1000, such as 3.3 or 3.3/1000dw.')
  return value
}
