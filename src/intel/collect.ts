// Where every feed parser puts what it finds: values become vetted indicators in batches, the rest is counted.
import { hash } from 'node:crypto'
import type { Micros, Problem, ProblemCode } from '../model/index.ts'
import { type Hint, kinds } from './kinds.ts'
import { isGoodDomain, type Normal, normalise } from './normal.ts'
import type { FeedFormat, FeedIndicator, FeedInput, FeedReport, FeedSink } from './types.ts'

const batchSize = 10_000
const samplesPerCode = 20
/** Distinct types that are counted by name: a hostile feed could make up millions. */
const typesCounted = 200
const day = 86_400e6

/** What a feed says about a value besides the value; shared by many. Times 0, confidence -1: not stated. */
export type Labels = {
  readonly families: readonly string[]
  readonly targeted: boolean
  readonly confidence: number
  readonly validFrom: Micros
  readonly validUntil: Micros
  readonly published: Micros
  /** `revoked`, or `proposed` when the feed itself does not want it used for alerts. */
  readonly state: 'revoked' | 'proposed' | null
  readonly reason: string
}
export const noLabels: Labels = {
  families: [],
  targeted: false,
  confidence: -1,
  validFrom: 0,
  validUntil: 0,
  published: 0,
  state: null,
  reason: '',
}

/** Domains in a row that share all but themselves. */
type Run = {
  readonly labels: Labels
  readonly like: FeedIndicator
  readonly names: string[]
  readonly records: number[]
}
/** Fewer are not worth an insert of their own: feeds that say something else of every name come one by one. */
const worthwhile = 1000

export type Collector = ReturnType<typeof collector>

/** One for each feed. `take` is synchronous; callers await `flush` when `full`. */
export function collector(input: FeedInput, sink: FeedSink) {
  let batch: FeedIndicator[] = []
  let run: Run | null = null
  let runs: Run[] = []
  let feed = input.name
  const count = { indicators: 0, review: 0, rejected: 0, bytes: 0 }
  const ignored = new Map<string, number>()
  const problemCounts: Record<string, number> = {}
  const problems: Problem[] = []
  const trusted = input.trusted ?? true

  function problem(code: ProblemCode, record: number, detail: string, sample = ''): void {
    const n = (problemCounts[code] ?? 0) + 1
    problemCounts[code] = n
    if (n <= samplesPerCode) problems.push({ code, record, byte: -1, detail, sample: sample.slice(0, 200) })
  }

  /** An indicator of the feed that cannot become one. */
  function reject(code: ProblemCode, record: number, detail: string, sample: string): void {
    count.rejected++
    problem(code, record, detail, sample)
  }

  const indicatorOf = (record: number, { kind, match, value, url, doubt }: Normal, raw: string, labels: Labels) => {
    const state = labels.state ?? (doubt !== '' || !trusted ? 'proposed' : 'approved')
    return {
      kind,
      match,
      value,
      raw,
      url,
      feed,
      families: labels.families,
      targeted: labels.targeted ? 1 : 0,
      confidence: labels.confidence,
      valid_from: labels.validFrom,
      valid_until: labels.validUntil,
      published: labels.published,
      state,
      reason: doubt === '' ? labels.reason : labels.reason === '' ? doubt : `${labels.reason}; ${doubt}`,
      review: state === 'approved' ? input.now + kinds[kind].lifetimeDays * day : state === 'proposed' ? input.now : 0,
      record,
    } satisfies FeedIndicator
  }

  /** One more of the same: no object is made for it. */
  function takeName(record: number, name: string, labels: Labels): void {
    if (run === null || run.labels !== labels || run.like.feed !== feed) {
      closeRun()
      const like = indicatorOf(
        record,
        { kind: 'domain', match: 'domain', value: name, url: '', doubt: '' },
        name,
        labels,
      )
      run = { labels, like, names: [], records: [] }
    }
    run.names.push(name)
    run.records.push(record)
    count.indicators++
  }
  function closeRun(): void {
    const ended = run
    run = null
    if (ended === null) return
    if (ended.names.length >= worthwhile) runs.push(ended)
    else
      for (const [i, name] of ended.names.entries())
        batch.push({ ...ended.like, value: name, raw: name, record: ended.records[i]! })
  }

  /** true: it became an indicator (perhaps one for review); false: it was rejected, as a problem. */
  function take(record: number, hint: Hint, raw: string, labels: Labels): boolean {
    if (sink.names && trusted && labels.state === null && isGoodDomain(hint, raw)) {
      takeName(record, raw, labels)
      return true
    }
    const normal = normalise(hint, raw)
    if ('refused' in normal) {
      reject(normal.refused, record, normal.why, raw)
      return false
    }
    const indicator = indicatorOf(record, normal, raw, labels)
    if (indicator.state === 'proposed') count.review++
    count.indicators++
    batch.push(indicator)
    return true
  }

  return {
    problem,
    reject,
    take,
    full: (): boolean =>
      batch.length >= batchSize || runs.length > 0 || (run !== null && run.names.length >= batchSize),
    async flush(): Promise<void> {
      closeRun()
      const [out, named] = [batch, runs]
      batch = []
      runs = []
      if (out.length > 0) await sink.add(out)
      for (const { like, names } of named) await sink.names!(like, names)
    },
    ignore(type: string): void {
      const known = ignored.has(type) || ignored.size < typesCounted ? type.slice(0, 64) : 'other'
      ignored.set(known, (ignored.get(known) ?? 0) + 1)
    },
    /** The name that the feed gives itself. */
    nameFeed(name: string): void {
      if (name.trim() !== '') feed = name.trim().slice(0, 200)
    },
    addBytes(n: number): void {
      count.bytes += n
    },
    report: (format: FeedFormat | null): FeedReport => ({
      path: input.path,
      format,
      feed,
      ...count,
      ignored: Object.fromEntries(ignored),
      problemCounts,
      problems,
    }),
  }
}

/**
 * Id of an indicator: the same in every feed, 32 hex digits. A URL counts with its path and query, and so does
 * everything else that two feeds can say differently about one host.
 */
export const indicatorId = (i: Pick<FeedIndicator, 'kind' | 'value' | 'url'>): string =>
  hash('sha256', `${i.kind}\u0000${i.value}\u0000${i.url}`, 'hex').slice(0, 32)
