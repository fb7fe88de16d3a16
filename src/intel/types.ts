// What a feed becomes: rows of table `indicator`, and a report of what could not become one.
import type { IndicatorRow, Micros, Problem } from '../model/index.ts'

/**
 * One assertion of one feed about one indicator: a row of table `indicator` but for `id` (see `indicatorId`) and
 * `added` (see `FeedInput.now`), which the writer stamps, with the record of the feed that it stands in.
 */
export type FeedIndicator = Omit<IndicatorRow, 'id' | 'added'> & {
  /** Line (text) or position of the object (JSON, YAML) in the feed, from 1. */
  record: number
}

export type FeedInput = {
  /** Path as the user gave it: its last folder names the family where the file is called `domains.txt`. */
  readonly path: string
  /** Last part of the path. */
  readonly name: string
  /** The decompressed bytes; called once. */
  readonly bytes: () => AsyncIterable<Buffer>
  /** The time that review dates are counted from. */
  readonly now: Micros
  /** The feed's indicators are approved at once (files given to `scan`). Default true; false: all are proposed. */
  readonly trusted?: boolean
}

export type FeedSink = {
  /** About 10,000 indicators at a time. The array is the sink's to keep. */
  add(batch: FeedIndicator[]): void | Promise<void>
  /**
   * Domains that differ from `like` in nothing but `value`, which is also their `raw`, and `record`: nearly all of a list
   * of millions (measured for 1.5 M: a third of the processor time less than one object each). None: they come by `add`.
   */
  names?(like: FeedIndicator, names: readonly string[]): void | Promise<void>
}

export const feedFormats = {
  stix: 'STIX 2.0 or 2.1 bundle or TAXII envelope',
  misp: 'MISP event',
  otx: 'OTX pulses',
  objects: 'JSON objects, one indicator each (ThreatFox, URLhaus, TinyCheck)',
  stalkerware: 'stalkerware ioc.yaml',
  csv: 'CSV',
  hosts: 'hosts file',
  rpz: 'RPZ zone',
  list: 'list, one indicator a line (plain, Maltrail, Adblock domains)',
} as const
export type FeedFormat = keyof typeof feedFormats

export type FeedReport = {
  readonly path: string
  /** null: not a feed at all, or nothing in it. Not an error. */
  readonly format: FeedFormat | null
  /** Name in the file, else the file's. */
  readonly feed: string
  /** Indicators given to the sink, in whatever state. */
  readonly indicators: number
  /** Of those, the ones held back for a reviewer (state `proposed`). */
  readonly review: number
  /** Indicators of the feed that could not become one; each is a problem with its position. */
  readonly rejected: number
  /** Records that are no indicators, by type: comments of an event, links to reports … */
  readonly ignored: Readonly<Record<string, number>>
  readonly bytes: number
  /** Every problem counted, by code. */
  readonly problemCounts: Readonly<Record<string, number>>
  /** At most 20 of each code. */
  readonly problems: readonly Problem[]
}
