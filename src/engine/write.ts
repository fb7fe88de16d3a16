// Batches of rows into raw tables.
import type { Table } from '../model/index.ts'
import type { Client } from './client.ts'

const batchBytes = 4 * 1024 ** 2

/** The last moment that DateTime64(6) can hold here: 2255. Later ones, and those before 1970, are moved to the edge. */
const lastMicros = 9_000_000_000_000_000

/** Micros → `2026-09-20 10:26:40.123456`, which the engine reads into DateTime64(6) whatever its size. */
export function timeText(micros: number): string {
  const at = Number.isFinite(micros) ? Math.min(Math.max(Math.round(micros), 0), lastMicros) : 0
  const second = Math.floor(at / 1e6)
  return `${new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' ')}.${String(at - second * 1e6).padStart(6, '0')}`
}

export type Writer = {
  /** Resolves when another row may be written (a full batch has been stored). */
  write(row: Readonly<Record<string, unknown>>): void | Promise<void>
  flush(): Promise<void>
}

/** Writer for `target` (the raw table) with the columns of `table`. Columns that a row does not give get their default. */
export function openWriter(client: Client, table: Table, target: string): Writer {
  const names = Object.keys(table.columns)
  const times = new Set(names.filter((name) => table.columns[name]!.type.startsWith('DateTime64')))
  let lines: string[] = []
  let bytes = 0
  const flush = async (): Promise<void> => {
    if (lines.length === 0) return
    const batch = lines.join('\n')
    lines = []
    bytes = 0
    await client.insert(target, names, batch)
  }
  return {
    write(row) {
      const out: Record<string, unknown> = {}
      for (const name of names) {
        const value = row[name]
        if (value === undefined) continue
        out[name] = times.has(name) ? timeText(value as number) : value
      }
      const line = wellFormed(JSON.stringify(out))
      lines.push(line)
      bytes += line.length
      if (bytes >= batchBytes) return flush()
    },
    flush,
  }
}

/** JSON.stringify escapes lone surrogates as \udXXX, which the engine refuses: they become U+FFFD. */
const wellFormed = (json: string): string =>
  /\\ud[89a-f]/i.test(json)
    ? json.replaceAll(/\\\\|\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|\\ud[89a-f][0-9a-f]{2}/gi, (match, high) =>
        match === '\\\\' || high ? match : '\\ufffd',
      )
    : json
