// What the tests of this room share: reading a feed out of a string.
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { readFeed } from './read.ts'
import type { FeedIndicator, FeedInput, FeedReport } from './types.ts'

/** 2026-01-02T00:00:00Z */
export const now = Date.UTC(2026, 0, 2) * 1000
export const day = 86_400e6
export const at = (iso: string): number => Date.parse(iso) * 1000

export type Read = { readonly report: FeedReport; readonly indicators: FeedIndicator[]; readonly batches: number[] }

/** Reads bytes or chunks of them as a feed called `path`. */
export async function readBytes(
  chunks: Iterable<Buffer>,
  path: string,
  options: Partial<FeedInput> = {},
): Promise<Read> {
  const indicators: FeedIndicator[] = []
  const batches: number[] = []
  const input: FeedInput = {
    path,
    name: basename(path),
    now,
    bytes: async function* () {
      yield* chunks
    },
    ...options,
  }
  const report = await readFeed(input, {
    add(batch) {
      batches.push(batch.length)
      for (const i of batch) indicators.push(i)
    },
  })
  return { report, indicators, batches }
}

export const readText = (text: string, path = 'list.txt', options: Partial<FeedInput> = {}): Promise<Read> =>
  readBytes([Buffer.from(text)], path, options)

export const fixture = (path: string): string => readFileSync(new URL(`./fixtures/${path}`, import.meta.url), 'utf8')
export const readFixture = (path: string): Promise<Read> => readText(fixture(path), path)

/** `kind value` of each, which is what most tests ask about. */
export const told = (read: Read): string[] => read.indicators.map((i) => `${i.kind} ${i.value}`)
export const bundle = (...patterns: (string | Record<string, unknown>)[]): string =>
  JSON.stringify({
    type: 'bundle',
    id: 'bundle--00000000-0000-4000-8000-000000000000',
    objects: patterns.map((p, i) => ({
      type: 'indicator',
      spec_version: '2.1',
      id: `indicator--00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      pattern_type: 'stix',
      valid_from: '2025-06-01T00:00:00Z',
      ...(typeof p === 'string' ? { pattern: p } : p),
    })),
  })
