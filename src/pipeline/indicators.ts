// Feeds into the store, and warning lists. The same feed read twice adds nothing: it is a source like any other.
import { type Engine, openWriter, timeText } from '../engine/index.ts'
import { type FeedIndicator, type FeedReport, loadWarninglist, readFeed, type Warninglist } from '../intel/index.ts'
import { defaultLimits, type Micros, type Problem, source as sourceTable, type Source, UserError } from '../model/index.ts'
import { findSources, measure } from '../sources/index.ts'

export type FeedResult = Pick<FeedReport, 'path' | 'format' | 'indicators' | 'rejected' | 'review'> & { readonly problems: readonly Problem[] }

const columns = ['kind', 'match', 'value', 'raw', 'url', 'feed', 'families', 'targeted', 'confidence', 'valid_from', 'valid_until', 'published', 'state', 'reason', 'review', 'added'] as const

const escaped = (text: string): string => (/[\\\t\n\r\0]/.test(text) ? text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\0', '\\0') : text)
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll(/[\t\n\r\0]/g, ' ')}'`

/**
 * Indicators as tab-separated text. Runs of a list differ in value and raw alone, so the rest of the line is kept
 * (measured: JSON took 2.3 s for 1.5 M indicators, this 0.4 s).
 */
function openRows(added: Micros): (indicator: FeedIndicator) => string {
  let last: FeedIndicator | null = null
  let head = ''
  let tail = ''
  return (i) => {
    if (
      !last ||
      i.kind !== last.kind || i.match !== last.match || i.feed !== last.feed || i.families !== last.families || i.targeted !== last.targeted ||
      i.confidence !== last.confidence || i.valid_from !== last.valid_from || i.valid_until !== last.valid_until || i.published !== last.published ||
      i.state !== last.state || i.reason !== last.reason || i.review !== last.review
    ) {
      head = `${escaped(i.kind)}\t${escaped(i.match)}\t`
      const families = `[${i.families.map(quoted).join(',')}]`
      tail = `${escaped(i.feed)}\t${escaped(families)}\t${i.targeted}\t${i.confidence}\t${timeText(i.valid_from)}\t${timeText(i.valid_until)}\t${timeText(i.published)}\t${escaped(i.state)}\t${escaped(i.reason)}\t${timeText(i.review)}\t${timeText(added)}\n`
      last = i
    }
    return `${head}${escaped(i.value)}\t${escaped(i.raw)}\t${escaped(i.url)}\t${tail}`
  }
}

/** Reads every feed at `paths` into `indicator`. Files that are no feeds are told, not refused. */
export async function loadFeeds(engine: Engine, paths: readonly string[], now: Micros, signal: AbortSignal, progress?: (bytes: number) => void): Promise<FeedResult[]> {
  const results: FeedResult[] = []
  for (const path of paths)
    for await (const found of findSources(path, defaultLimits, signal)) {
      if (found.kind === 'problem') results.push({ path: found.path, format: null, indicators: 0, rejected: 0, review: 0, problems: [found.problem] })
      else results.push(await loadFeed(engine, found.source, now, signal, progress))
    }
  return results
}

async function loadFeed(engine: Engine, source: Source, now: Micros, signal: AbortSignal, progress?: (bytes: number) => void): Promise<FeedResult> {
  const problems: Problem[] = []
  const open = (): AsyncIterable<Buffer> => source.open((problem) => void problems.push(problem), signal)
  // a plain file can be read twice: what the store knows already is not taken apart again
  const identity = source.plainFile ? (await measure(open(), { maxLine: Number.MAX_SAFE_INTEGER, headBytes: 65_536 })).sha256 : ''
  if (identity !== '') {
    const [known] = await engine.query<{ format: string; rows: Record<string, number>; problems: Record<string, number> }>(
      "SELECT format, rows, problems FROM source WHERE sha256 = {sha:String} AND startsWith(format, 'intel:') ORDER BY committed DESC LIMIT 1",
      { sha: identity },
    )
    if (known) {
      const format = (known.format.slice('intel:'.length) || null) as FeedReport['format']
      return { path: source.path, format, indicators: known.rows.indicator ?? 0, rejected: known.rows.rejected ?? 0, review: known.rows.review ?? 0, problems: [] }
    }
  }
  const row = openRows(now)
  let lines: string[] = []
  let writing: Promise<void> = Promise.resolve()
  const flush = async (): Promise<void> => {
    if (lines.length === 0) return
    const text = lines.join('')
    lines = []
    await writing // one insert at a time, while the next batch is taken apart
    writing = engine.insert('indicator', columns, text, 'TabSeparated')
    writing.catch(() => {})
  }
  const report = await readFeed(
    {
      path: source.path,
      name: source.name,
      now,
      bytes: async function* () {
        for await (const chunk of open()) {
          progress?.(chunk.length)
          yield chunk
        }
      },
    },
    {
      async add(batch) {
        for (const indicator of batch) lines.push(row(indicator))
        if (lines.length >= 50_000) await flush()
      },
    },
    signal,
  )
  await flush()
  await writing
  if (identity !== '' && report.format !== null) {
    const writer = openWriter(engine, sourceTable, 'source')
    await writer.write({
      id: Math.floor(Math.random() * 2 ** 48) + 1,
      sha256: identity,
      path: source.path,
      format: `intel:${report.format}`,
      format_version: 1,
      status: 'ok',
      rows: { indicator: report.indicators, rejected: report.rejected, review: report.review },
      problems: report.problemCounts,
      bytes: report.bytes,
      committed: now,
    })
    await writer.flush()
  }
  return { path: source.path, format: report.format, indicators: report.indicators, rejected: report.rejected, review: report.review, problems: [...problems, ...report.problems] }
}

/** Warning lists from files and folders. A file that is none is an error of the operator. */
export async function loadWarninglists(paths: readonly string[], signal: AbortSignal): Promise<Warninglist[]> {
  const lists: Warninglist[] = []
  for (const path of paths) {
    let found = 0
    for await (const item of findSources(path, defaultLimits, signal)) {
      if (item.kind === 'problem') continue
      const list = await readWarninglist(item.source, signal)
      if (!list) continue
      found++
      lists.push(list)
    }
    if (found === 0)
      throw new UserError(`No warning list was found in ${path}.`, 'It must be JSON with name, type (hostname, string, cidr, substring or regex) and list.', 'Give a file or folder of MISP warning lists with --warninglist PATH.')
  }
  return lists
}

async function readWarninglist(source: Source, signal: AbortSignal): Promise<Warninglist | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of source.open(() => {}, signal)) {
    bytes += chunk.length
    if (bytes > 256 * 1024 ** 2) return null
    chunks.push(chunk)
  }
  try {
    return loadWarninglist(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  } catch {
    return null
  }
}
