// A parser by itself: no engine, no clock, no chance, no network.
import type { CodeFormat, EvidenceTable, Problem } from '../../src/model/index.ts'
import { alone } from './alone.ts'
import { frozenNow } from './harness.ts'

export type Parsed = {
  readonly rows: {
    readonly table: EvidenceTable
    readonly record: number
    readonly row: Readonly<Record<string, unknown>>
  }[]
  readonly problems: Problem[]
  /** Chunks that were asked for. */
  readonly chunks: number
}

/** What came out, without how it was asked for. */
export const told = ({ rows, problems }: Parsed): Omit<Parsed, 'chunks'> => ({ rows, problems })

/** Runs `parse` over bytes in chunks. After `abortAfter` chunks the signal is aborted, and the bytes end with its reason as sources do. */
export async function parseAlone(
  format: CodeFormat,
  bytes: Buffer,
  name: string,
  options: { chunk?: number; abortAfter?: number } = {},
): Promise<Parsed> {
  const { chunk = 65_536, abortAfter } = options
  const rows: Parsed['rows'] = []
  const problems: Problem[] = []
  const control = new AbortController()
  let chunks = 0
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunk) {
      chunks++
      if (abortAfter !== undefined && chunks > abortAfter) {
        control.abort(new Error('aborted'))
        control.signal.throwIfAborted()
      }
      yield bytes.subarray(at, at + chunk)
    }
  }
  const out = {
    row: (table: EvidenceTable, record: number, row: object) =>
      void rows.push({ table, record, row: row as Record<string, unknown> }),
    problem: (problem: Problem) => void problems.push(problem),
  }
  const done = alone(() => format.parse(pieces(), out, { name, notAfter: frozenNow, signal: control.signal }))
  if (abortAfter === undefined) await done
  else
    await done.catch((error: Error) => {
      if (error.message !== 'aborted') throw error
    })
  return { rows, problems, chunks }
}
