// A finding that a store holds, by its id or the beginning of it.
import { openEngine } from '../engine/index.ts'
import { UserError } from '../model/index.ts'
import type { ScanFinding } from './contract.ts'

export type StoredOptions = {
  readonly version: string
  readonly store: string | null
  readonly server: string | null
  /** Whole, or so much of it that only one finding begins so. */
  readonly id: string
}

/** As last judged. Throws `UserError` when the id is none, or begins several. */
export async function storedFinding(options: StoredOptions): Promise<ScanFinding> {
  const engine = await openEngine(options)
  try {
    const rows = await engine.query<{ id: string; body: string }>(
      'SELECT id, argMax(body, judged) AS body FROM finding WHERE startsWith(id, {id:String}) GROUP BY id ORDER BY id LIMIT 20',
      { id: options.id },
    )
    if (rows.length === 0)
      throw new UserError(
        `No finding ${options.id} is in this store.`,
        'Ids stand in the document that codling scan --json writes, under findings.',
        'Give the id, or its beginning, and the store that the scan was made with.',
      )
    if (rows.length > 1)
      throw new UserError(
        `${rows.length === 20 ? '20 or more' : rows.length} findings begin with ${options.id}.`,
        rows.map(({ id }) => id).join(', '),
        'Give more of the id.',
      )
    return JSON.parse(rows[0]!.body) as ScanFinding
  } finally {
    await engine.close()
  }
}
