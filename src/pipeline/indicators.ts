// Feeds into the store, and warning lists. The same feed read twice adds nothing: it is a source like any other.
import { type Engine, openWriter, timeText } from '../engine/index.ts'
import {
  type FeedIndicator,
  type FeedReport,
  type FeedSink,
  loadWarninglist,
  readFeed,
  type Warninglist,
} from '../intel/index.ts'
import {
  defaultLimits,
  type Micros,
  type Problem,
  type Source,
  source as sourceTable,
  UserError,
} from '../model/index.ts'
import { findSources, measure } from '../sources/index.ts'

export type FeedResult = Pick<FeedReport, 'path' | 'format' | 'indicators' | 'rejected' | 'review'> & {
  readonly problems: readonly Problem[]
}

/** What differs from row to row of a list; the rest is said once for many. */
const own = ['value', 'raw', 'url'] as const
const shared = [
  'kind',
  'match',
  'feed',
  'families',
  'targeted',
  'confidence',
  'valid_from',
  'valid_until',
  'published',
  'state',
  'reason',
  'review',
] as const

const escaped = (text: string): string =>
  /[\\\t\n\r\0]/.test(text)
    ? text
        .replaceAll('\\', '\\\\')
        .replaceAll('\t', '\\t')
        .replaceAll('\n', '\\n')
        .replaceAll('\r', '\\r')
        .replaceAll('\0', '\\0')
    : text
const quoted = (text: string): string =>
  `'${text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll(/[\t\n\r\0]/g, ' ')}'`

/** Spelled out: asked of every indicator of a list of millions, where a loop over `shared` took 0.4 s. */
const sameShared = (a: FeedIndicator, b: FeedIndicator): boolean =>
  a.kind === b.kind &&
  a.match === b.match &&
  a.feed === b.feed &&
  (a.families === b.families || a.families.join('\0') === b.families.join('\0')) &&
  a.targeted === b.targeted &&
  a.confidence === b.confidence &&
  a.valid_from === b.valid_from &&
  a.valid_until === b.valid_until &&
  a.published === b.published &&
  a.state === b.state &&
  a.reason === b.reason &&
  a.review === b.review

const ownRow = (i: FeedIndicator): string =>
  `${escaped(i.value)}\t${i.raw === i.value ? '' : escaped(i.raw)}\t${escaped(i.url)}\n`

function wholeRow(i: FeedIndicator, added: Micros): string {
  const cells = [
    i.kind,
    i.match,
    i.feed,
    `[${i.families.map(quoted).join(',')}]`,
    i.targeted,
    i.confidence,
    timeText(i.valid_from),
    timeText(i.valid_until),
    timeText(i.published),
    i.state,
    i.reason,
    timeText(i.review),
  ]
  return `${cells.map((cell) => escaped(String(cell))).join('\t')}\t${escaped(i.value)}\t${escaped(i.raw)}\t${escaped(i.url)}\t${timeText(added)}\n`
}

/**
 * Stores a batch. Where all share everything but their value, only that is sent (measured for 1.5 M names on two cores:
 * 4.4 s of CPU with all columns in every row, 2.6 s so).
 */
async function storeBatch(engine: Engine, batch: readonly FeedIndicator[], added: Micros): Promise<void> {
  const first = batch[0]
  if (!first) return
  if (batch.every((indicator) => sameShared(indicator, first)))
    await storeLike(engine, first, batch.map(ownRow).join(''), added)
  else
    await engine.insert(
      'indicator',
      [...shared, ...own, 'added'],
      batch.map((indicator) => wholeRow(indicator, added)).join(''),
      'TabSeparated',
    )
}

/** `rows`: TabSeparated text of `own`; raw '' where it is the value. */
const storeLike = (engine: Engine, like: FeedIndicator, rows: string, added: Micros): Promise<void> =>
  engine.insertSelect(
    `INSERT INTO indicator (${shared.join(', ')}, value, raw, url, added)
SELECT {kind:String}, {match:String}, {feed:String}, {families:Array(String)}, {targeted:UInt8}, {confidence:Int64}, {valid_from:DateTime64(6, 'UTC')}, {valid_until:DateTime64(6, 'UTC')}, {published:DateTime64(6, 'UTC')}, {state:String}, {reason:String}, {review:DateTime64(6, 'UTC')},
  value, if(raw = '', value, raw), url, {added:DateTime64(6, 'UTC')}
FROM input('value String, raw String, url String') FORMAT TabSeparated`,
    rows,
    {
      ...like,
      valid_from: timeText(like.valid_from),
      valid_until: timeText(like.valid_until),
      published: timeText(like.published),
      review: timeText(like.review),
      added: timeText(added),
    },
  )

/** Indicators stored at once. */
const together = 150_000

/** Where a feed's indicators go: stored in large batches, one at a time, while the next is taken apart. */
function openStore(engine: Engine, added: Micros): FeedSink & { flush(): Promise<void> } {
  let batch: FeedIndicator[] = []
  let like: FeedIndicator | null = null
  let names: string[] = []
  let writing: Promise<void> = Promise.resolve()
  const write = async (store: () => Promise<void>): Promise<void> => {
    await writing
    writing = store()
    writing.catch(() => {})
  }
  const writeBatch = async (): Promise<void> => {
    const full = batch
    batch = []
    await write(() => storeBatch(engine, full, added))
  }
  const writeNames = async (): Promise<void> => {
    const [shared, full] = [like, names]
    names = []
    // a canonical name has nothing to escape
    if (shared !== null && full.length > 0)
      await write(() => storeLike(engine, shared, `${full.join('\t\t\n')}\t\t\n`, added))
  }
  return {
    async add(more) {
      batch = batch.length === 0 ? more : batch.concat(more)
      if (batch.length >= together) await writeBatch()
    },
    async names(of, more) {
      if (like === null || !sameShared(like, of)) {
        await writeNames()
        like = of
      }
      names = names.length === 0 ? [...more] : names.concat(more)
      if (names.length >= together) await writeNames()
    },
    async flush() {
      await writeNames()
      await writeBatch()
      await writing
    },
  }
}

/** Reads every feed at `paths` into `indicator`. Files that are no feeds are told, not refused. */
export async function loadFeeds(
  engine: Engine,
  paths: readonly string[],
  now: Micros,
  signal: AbortSignal,
  progress?: (bytes: number) => void,
): Promise<FeedResult[]> {
  const results: FeedResult[] = []
  for (const path of paths)
    for await (const found of findSources(path, defaultLimits, signal)) {
      if (found.kind === 'problem')
        results.push({
          path: found.path,
          format: null,
          indicators: 0,
          rejected: 0,
          review: 0,
          problems: [found.problem],
        })
      else results.push(await loadFeed(engine, found.source, now, signal, progress))
    }
  return results
}

async function loadFeed(
  engine: Engine,
  source: Source,
  now: Micros,
  signal: AbortSignal,
  progress?: (bytes: number) => void,
): Promise<FeedResult> {
  const problems: Problem[] = []
  const open = (): AsyncIterable<Buffer> => source.open((problem) => void problems.push(problem), signal)
  // a plain file can be read twice: what the store knows already is not taken apart again
  const identity = source.plainFile
    ? (await measure(open(), { maxLine: Number.MAX_SAFE_INTEGER, headBytes: 65_536 })).sha256
    : ''
  if (identity !== '') {
    const [known] = await engine.query<{
      format: string
      rows: Record<string, number>
      problems: Record<string, number>
    }>(
      "SELECT format, rows, problems FROM source WHERE sha256 = {sha:String} AND startsWith(format, 'intel:') ORDER BY committed DESC LIMIT 1",
      { sha: identity },
    )
    if (known) {
      const format = (known.format.slice('intel:'.length) || null) as FeedReport['format']
      return {
        path: source.path,
        format,
        indicators: known.rows.indicator ?? 0,
        rejected: known.rows.rejected ?? 0,
        review: known.rows.review ?? 0,
        problems: [],
      }
    }
  }
  const store = openStore(engine, now)
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
    store,
    signal,
  )
  await store.flush()
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
  return {
    path: source.path,
    format: report.format,
    indicators: report.indicators,
    rejected: report.rejected,
    review: report.review,
    problems: [...problems, ...report.problems],
  }
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
      throw new UserError(
        `No warning list was found in ${path}.`,
        'It must be JSON with name, type (hostname, string, cidr, substring or regex) and list.',
        'Give a file or folder of MISP warning lists with --warninglist PATH.',
      )
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
