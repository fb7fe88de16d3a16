// The main job: paths → rows → findings → one document. Wires the rooms together; knows nothing of terminals.
import { resolve } from 'node:path'
import type { Params } from '../analytics/an1756/params.ts'
import type { Tuning } from '../analytics/an1756/tuning/tuning.ts'
import { type Engine, EngineCrash, isQueryLimit, openEngine } from '../engine/index.ts'
import { deviceMap } from '../formats/device-map/format.ts'
import { defaultLimits, type Format, type Micros, type Source, type SourceOptions, UserError } from '../model/index.ts'
import { findSources } from '../sources/index.ts'
import { runAn1756 } from './an1756.ts'
import { bySeverity, runAn1700, storeFindings } from './analyse.ts'
import { clocksOf } from './clocks.ts'
import { sweep } from './commit.ts'
import type { ScanFinding, ScanResult } from './contract.ts'
import { findBlind, findGaps, isoMicros, sourceResult, spanOf } from './coverage.ts'
import { forever, rebuildIdentity } from './identity.ts'
import { loadFeeds, loadWarninglists } from './indicators.ts'
import { failedSource, type Ingested, ingestSource } from './ingest.ts'
import { type Ledger, type Lost, openLedger } from './ledger.ts'

export type ScanOptions = {
  readonly version: string
  /** The engine of `store` or `server`, where the caller began to open it; closed by the scan. */
  readonly opening?: Promise<Engine>
  readonly paths: readonly string[]
  readonly intel: readonly string[]
  readonly devices: string | null
  readonly device: string | null
  readonly warninglists: readonly string[]
  readonly formats: readonly Format[]
  readonly store: string | null
  readonly server: string | null
  readonly from: Micros
  readonly to: Micros
  readonly lookbackDays: number | null
  /** AN1756: findings by chance for each 1,000 device-weeks; null: the default. */
  readonly alertBudget?: number | null
  /** AN1756: parameters that are not as they ship; `alertBudget` goes before. */
  readonly params?: Partial<Params>
  /** AN1756: what makes no surprise; else what ships. */
  readonly tuning?: Tuning | undefined
  /** What only the operator can give: the password of an encrypted backup. */
  readonly sourceOptions?: SourceOptions
  readonly now: Micros
  readonly signal: AbortSignal
  progress?(phase: string, done: number, total: number, note: string): void
}

export const everything = { from: 0, to: forever } as const

/** Paths → rows → findings. Throws `UserError` for what the operator can mend, and the reason of `signal`. */
export async function scan(options: ScanOptions): Promise<ScanResult> {
  try {
    return await scanAll(options)
  } catch (error) {
    throw error instanceof EngineCrash ? crashed(options, error) : error
  }
}

async function scanAll(options: ScanOptions): Promise<ScanResult> {
  const started = options.now
  let engine = await (options.opening ?? openEngine(options))
  const lost: Lost = new Map()
  let ledger = openLedger(engine, lost, engine.fresh)
  try {
    // a temporary store is empty
    if (!engine.fresh) await sweep(engine)
    for (const path of [...options.intel, ...options.paths]) await mustExist(path, options.signal)
    // feeds are taken apart here while the engine is busy with telemetry: neither waits for the other
    let loading = null as Promise<Feeds> | null
    const load = (): Promise<Feeds> => {
      loading ??= loadFeeds(engine, options.intel, options.now, options.signal)
      loading.catch(() => {})
      return loading
    }
    const lists = await loadWarninglists(options.warninglists, options.signal)
    const items: Ingested[] = []
    if (options.devices) items.push(await ingestMap(engine, ledger, options, options.devices))
    const names = options.devices || !engine.fresh ? await deviceNames(engine) : new Set<string>()

    const total = await storedBytes(options)
    const progress = openProgress(options, total)
    for (const path of options.paths)
      for await (const found of findSources(path, defaultLimits, options.signal, options.sourceOptions)) {
        if (found.kind === 'problem') {
          items.push(unreadable(found.path, found.problem))
          continue
        }
        const { source } = found
        progress.enter(source)
        try {
          items.push(
            await ingestSource(engine, source, {
              now: options.now,
              device: deviceOf(source, options, names),
              signal: options.signal,
              extraFormats: options.formats,
              ledger,
              progress: progress.read,
              engineBusy: load,
            }),
          )
        } catch (error) {
          if (options.signal.aborted || (error instanceof UserError && !isQueryLimit(error))) throw error
          items.push(failedSource(source.path, error))
          if (error instanceof EngineCrash) {
            // what was to be committed together with it is lost as well
            await ledger.flush().catch(() => {})
            await loading?.catch(() => {})
            engine = await reopen(engine, options)
            ledger = openLedger(engine, lost)
            loading = null
          }
        }
      }
    await ledger.flush()
    for (const [index, item] of items.entries())
      if (item.id !== null && lost.has(item.id)) items[index] = failedSource(item.path, lost.get(item.id))

    options.progress?.('indicators', 0, 0, '')
    const feeds = await load()
    options.progress?.('judging', 0, 0, '')
    options.signal.throwIfAborted()
    const identifying = rebuildIdentity(engine)
    identifying.catch(() => {})
    const ids = [...new Set(items.flatMap((item) => (item.id === null ? [] : [item.id])))]
    const analysing = runAn1700(engine, {
      now: options.now,
      sources: ids,
      from: options.from,
      to: options.to,
      lookbackDays: options.lookbackDays,
      warninglists: lists,
      fleet: identifying.then(({ devices, addresses }) => devices + addresses),
    })
    const [census, analysed, gaps, approved] = await Promise.all([
      identifying,
      analysing,
      findGaps(
        engine,
        items.flatMap((item) => (item.id !== null && (item.stored.rows.network ?? 0) > 0 ? [item.id] : [])),
      ),
      engine.query<{ n: number }>("SELECT count() AS n FROM indicator WHERE state = 'approved' AND match != ''"),
    ])
    const sequenced = await runAn1756(engine, {
      params: { ...options.params, ...(options.alertBudget ? { AlertBudget: options.alertBudget } : {}) },
      tuning: options.tuning,
      indicated: analysed.findings,
      signal: options.signal,
    })
    const clocks = await clocksOf(
      engine,
      items.map(({ id, format, stored }) => ({
        id,
        format: format?.id ?? null,
        network: (stored.rows.network ?? 0) > 0,
        last: stored.last,
      })),
      sequenced.skews,
      options.now,
    )
    // what was read is committed; what was not judged is judged by the next scan
    options.signal.throwIfAborted()
    const findings = await storeFindings(engine, bySeverity([...analysed.findings, ...sequenced.findings]), options.now)
    const history = await storeFindings(engine, bySeverity([...analysed.history, ...sequenced.withdrawn]), options.now)
    return {
      schema: 'codling.scan/1',
      codling: { version: options.version },
      started: isoMicros(started),
      finished: new Date().toISOString(),
      sources: items.map((item) => {
        const told = sourceResult(item, gaps.get(item.id ?? -1) ?? [])
        return { ...told, coverage: { ...told.coverage, clock: clocks.get(item.id ?? -1) ?? null } }
      }),
      findings: findings as unknown as ScanFinding[],
      history: history as unknown as ScanFinding[],
      leads: sequenced.leads as unknown as ScanFinding[],
      blind: [...findBlind(items, approved[0]?.n ?? 0), ...sequenced.blind],
      totals: totalsOf(items, findings, feeds, census),
    }
  } finally {
    // a scan that is interrupted keeps what it had read
    await ledger.flush().catch(() => {})
    await engine.close()
  }
}

/** Progress in bytes as they are stored: of the file that is being read no more than its size, whatever it expands to. */
function openProgress(options: ScanOptions, total: number): { enter(source: Source): void; read(bytes: number): void } {
  let before = 0
  let outer = ''
  let size = 0
  let read = 0
  return {
    enter(source) {
      // members of an archive have its size, those of a backup their own
      const file = `${source.path.split('!')[0]} ${source.storedBytes}`
      if (file === outer) return
      before += size
      outer = file
      size = source.storedBytes
      read = 0
    },
    read(bytes) {
      read += bytes
      options.progress?.('reading', before + (total > 0 ? Math.min(read, size) : read), total, '')
    },
  }
}

/** A path that is mistyped is told before the work starts. */
async function mustExist(path: string, signal: AbortSignal): Promise<void> {
  if (path === '-') return
  const { stat } = await import('node:fs/promises')
  try {
    await stat(path)
  } catch {
    for await (const _ of findSources(path, defaultLimits, signal)) break
  }
}

/** Compressed size of what lies at the paths; 0 where it cannot be told (standard input). */
async function storedBytes(options: ScanOptions): Promise<number> {
  const { stat, readdir } = await import('node:fs/promises')
  let total = 0
  const add = async (path: string, depth: number): Promise<void> => {
    try {
      const facts = await stat(path)
      if (facts.isFile()) total += facts.size
      else if (facts.isDirectory() && depth < 32)
        for (const name of await readdir(path)) await add(`${path}/${name}`, depth + 1)
    } catch {
      // findSources tells what cannot be read
    }
  }
  for (const path of options.paths) {
    if (path === '-') return 0
    await add(path, 0)
  }
  return total
}

async function ingestMap(engine: Engine, ledger: Ledger, options: ScanOptions, path: string): Promise<Ingested> {
  for await (const found of findSources(path, defaultLimits, options.signal)) {
    if (found.kind === 'problem')
      throw new UserError(
        `The map of devices ${path} cannot be read.`,
        found.problem.detail,
        'Give a CSV file with --devices FILE.',
      )
    const item = await ingestSource(engine, found.source, {
      now: options.now,
      device: null,
      signal: options.signal,
      format: deviceMap,
      ledger,
    })
    await ledger.flush()
    if ((item.stored.rows.identity_event ?? 0) === 0)
      throw new UserError(
        `The map of devices ${path} names no device.`,
        item.stored.samples[0]?.detail ?? 'It is empty.',
        'It must be CSV whose first line names the columns: device, and any of user, group, ip, mac, hostname, serial, udid, crash_reporter_key, from, to.',
      )
    return item
  }
  throw new UserError(
    `The map of devices ${path} is empty.`,
    'It holds no file.',
    'Give a CSV file with --devices FILE.',
  )
}

/** Names of devices that a map or an inventory knows, in lower case. */
async function deviceNames(engine: Engine): Promise<ReadonlySet<string>> {
  const rows = await engine.query<{ device: string }>(
    "SELECT DISTINCT lower(device) AS device FROM identity_event WHERE device != ''",
  )
  return new Set(rows.map((row) => row.device))
}

/** Name of a sysdiagnose, folder or archive: all that lies in it is of one device, whatever its own folders are called. */
const sysdiagnose = /^sysdiagnose_20\d\d\./

/**
 * A device's own file belongs to the device that its folder is named after: a known one, else as a label the sysdiagnose it
 * is a part of, else the nearest folder.
 */
function deviceOf(
  source: Source,
  options: ScanOptions,
  names: ReadonlySet<string>,
): { name: string; from: 'option' | 'folder' } | null {
  if (options.device) return { name: options.device, from: 'option' }
  const folders = source.folders.filter((folder) => folder !== '')
  const known = folders.findLast((folder) => names.has(folder.toLowerCase()))
  const whole = folders.findLast((folder) => sysdiagnose.test(folder))?.replace(/\.(tar\.gz|tgz|tar)$/, '')
  const label = known ?? whole ?? folders.at(-1)
  return label ? { name: label, from: 'folder' } : null
}

function unreadable(path: string, problem: Ingested['stored']['samples'][number] & { code: string }): Ingested {
  const skipped = ['link', 'bad_path', 'count_limit', 'unknown_kind'].includes(problem.code)
  return {
    ...failedSource(path, ''),
    status: skipped ? 'skipped' : 'failed',
    stored: { rows: {}, problems: { [problem.code]: 1 }, samples: [{ ...problem }], coverage: {}, first: 0, last: 0 },
  }
}

/** A crash that the scan cannot go on after: outside of the sources, or of a store that is gone with it. */
const crashed = ({ store }: ScanOptions, cause: EngineCrash): UserError =>
  new UserError(
    store === null ? 'The engine crashed, and the temporary store with it.' : 'The engine crashed.',
    'Some source made ClickHouse fail, or the system ran out of memory or ended it.',
    store === null
      ? `Run the scan again with --store ${resolve('codling-store')}: what was read before is then kept, and the source that fails is named.`
      : 'Run the scan again: what was read before is kept.',
    { cause },
  )

/** After a crash of the engine: a temporary store is lost with it, a kept one is opened again. */
async function reopen(engine: Engine, options: ScanOptions): Promise<Engine> {
  await engine.close().catch(() => {})
  if (options.store === null) throw crashed(options, new EngineCrash('the temporary store is lost'))
  return openEngine(options)
}

const countBy = <T>(items: readonly T[], key: (item: T) => string): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1
  return counts
}

const addUp = (records: readonly Readonly<Record<string, number>>[]): Record<string, number> => {
  const sums: Record<string, number> = {}
  for (const record of records) for (const [key, value] of Object.entries(record)) sums[key] = (sums[key] ?? 0) + value
  return sums
}

type Feeds = Awaited<ReturnType<typeof loadFeeds>>

function totalsOf(
  items: readonly Ingested[],
  findings: readonly { severity: string; new: boolean }[],
  feeds: Feeds,
  census: { devices: number; addresses: number },
): ScanResult['totals'] {
  // the same bytes under two names are one source
  const once = [...new Map(items.map((item, index) => [item.id ?? `none ${index}`, item])).values()]
  return {
    sources: countBy(items, (item) => item.status),
    rows: addUp(once.map((item) => item.stored.rows)),
    problems: addUp(once.map((item) => item.stored.problems)),
    bytes: once.reduce((sum, item) => sum + item.bytes, 0),
    findings: countBy(findings, (finding) => finding.severity),
    new_findings: findings.filter((finding) => finding.new).length,
    ...census,
    indicators: {
      loaded: feeds.reduce((sum, feed) => sum + feed.indicators, 0),
      rejected: feeds.reduce((sum, feed) => sum + feed.rejected, 0),
      review: feeds.reduce((sum, feed) => sum + feed.review, 0),
      feeds: feeds.map((feed) => ({
        path: feed.path,
        format: feed.format,
        indicators: feed.indicators,
        rejected: feed.rejected,
        review: feed.review,
        problems: feed.problems
          .slice(0, 20)
          .map(({ record, code, detail, sample }) => ({ record, code, detail, sample })),
      })),
    },
    ...spanOf(items.filter((item) => item.format?.id !== deviceMap.id)),
  }
}
