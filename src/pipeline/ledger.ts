// Sources that were read but not yet committed, and what is known of those before them. Many small sources are committed
// together: each statement costs the engine 5 ms or more, and a crash report of 10 kB took five (measured: bench many).
import { type Engine, openWriter, rawName, type Writer } from '../engine/index.ts'
import { type SourceRow, source as sourceTable, type Table } from '../model/index.ts'

/** What tells a source from others of its format. Times are micros; `last` 0: no row. */
export type Entry = Pick<SourceRow, 'id' | 'sha256' | 'bytes' | 'first' | 'last'>

export type Ledger = {
  /** Writer shared by all sources: its rows are stored with the next `flush`, or when a batch is full. */
  writer(table: Table): Writer
  /** Live sources of the format, committed or about to be, if all of them are known here; null: ask the store. */
  entries(format: string): Promise<readonly Entry[] | null>
  /** Takes the row of a source whose rows are all written; committed with the next `flush` at the latest. */
  commit(row: SourceRow): Promise<void>
  /** Stores the rows, then commits their sources. */
  flush(): Promise<void>
}

/** Sources that were told as read, but could not be committed after all: id → why. */
export type Lost = Map<number, unknown>

/** Sources committed at once. */
const together = 64
/** Sources of a format that are looked through here for each new one; beyond them the store is asked. */
const remembered = 10_000

/** `empty`: nothing was committed to the store before, nor will be but through this ledger. */
export function openLedger(engine: Engine, lost: Lost = new Map(), empty = false): Ledger {
  const writers = new Map<string, Writer>()
  const known = new Map<string, Entry[] | null>()
  let pending: SourceRow[] = []

  /** Rows that are not stored take the sources along that they may have belonged to. */
  const kept = async (work: () => void | Promise<void>): Promise<void> => {
    const batch = pending
    try {
      await work()
    } catch (error) {
      for (const row of batch) lost.set(row.id, error)
      pending = []
      throw error
    }
  }
  const flush = (): Promise<void> =>
    kept(async () => {
      for (const writer of writers.values()) await writer.flush()
      const sources = openWriter(engine, sourceTable, 'source')
      for (const row of pending) await sources.write(row)
      await sources.flush()
      pending = []
    })
  return {
    writer(table) {
      const shared = writers.get(table.name) ?? openWriter(engine, table, rawName(table.name))
      writers.set(table.name, shared)
      return {
        write(row) {
          const full = shared.write(row)
          if (full) return kept(() => full)
        },
        flush,
      }
    },
    async entries(format) {
      // others may write to a server meanwhile
      if (engine.kind === 'server') return null
      if (empty && !known.has(format)) known.set(format, [])
      if (!known.has(format)) {
        const rows = await engine.query<Entry>(
          `SELECT id, sha256, bytes, toUnixTimestamp64Micro(first) AS first, toUnixTimestamp64Micro(last) AS last FROM source_live WHERE format = {format:String} LIMIT ${remembered}`,
          { format },
        )
        known.set(format, rows.length < remembered ? rows : null)
      }
      return known.get(format) ?? null
    },
    async commit(row) {
      pending.push(row)
      const list = known.get(row.format)
      const room = list && list.length < remembered
      if (room) {
        const replaced = row.replaces === 0 ? -1 : list.findIndex((entry) => entry.id === row.replaces)
        if (replaced >= 0) list.splice(replaced, 1)
        list.push({ id: row.id, sha256: row.sha256, bytes: row.bytes, first: row.first, last: row.last })
      } else known.set(row.format, null)
      if (!room || pending.length >= together) await flush()
    },
    flush,
  }
}
