// Batches of rows into raw tables.
import type { Table } from '../model/index.ts'
import type { Client } from './client.ts'

const batchBytes = 4 * 1024 ** 2

/** The last moment that DateTime64(6) can hold here: 2255. Later ones, and those before 1970, are moved to the edge. */
const lastMicros = 9_000_000_000_000_000

const twoDigits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'))

/** Start of the last day that was asked for, s since 1970, and its date: rows come by time, and dates are dear. */
let day = 0
let date = '1970-01-01'

/** Micros → `2026-09-20 10:26:40.123456`, which the engine reads into DateTime64(6) whatever its size. */
export function timeText(micros: number): string {
  const at = Number.isFinite(micros) ? Math.min(Math.max(Math.round(micros), 0), lastMicros) : 0
  const second = Math.floor(at / 1e6)
  const ofDay = second % 86_400
  if (second - ofDay !== day) {
    day = second - ofDay
    date = new Date(day * 1000).toISOString().slice(0, 10)
  }
  const clock = `${twoDigits[Math.floor(ofDay / 3600)]}:${twoDigits[Math.floor(ofDay / 60) % 60]}:${twoDigits[ofDay % 60]}`
  return `${date} ${clock}.${String(at - second * 1e6).padStart(6, '0')}`
}

export type Writer = {
  /** Resolves when another row may be written: one batch is stored while the next fills. Rejects for rows before, too. */
  write(row: Readonly<Record<string, unknown>>): void | Promise<void>
  /** Resolves when all rows are stored. */
  flush(): Promise<void>
}

/** Writer for `target` (the raw table) with the columns of `table`. Columns that a row does not give get their default. */
export function openWriter(client: Client, table: Table, target: string): Writer {
  const names = Object.keys(table.columns)
  const heads = new Map(names.map((name) => [name, `${JSON.stringify(name)}:`]))
  const times = new Set(names.filter((name) => table.columns[name]!.type.startsWith('DateTime64')))
  let lines: string[] = []
  let bytes = 0
  let storing: Promise<void> = Promise.resolve()
  /** Rejects once where the batch before was not stored; the writer goes on with what comes after. */
  const stored = (): Promise<void> => {
    const before = storing
    storing = Promise.resolve()
    return before
  }
  /** Begins to store what is there, once the batch before is stored. */
  const send = async (): Promise<void> => {
    const batch = lines.join('\n')
    lines = []
    bytes = 0
    await stored()
    storing = client.insert(target, names, batch)
    // whoever writes or flushes next hears of it
    storing.catch(() => {})
  }
  const flush = async (): Promise<void> => {
    if (lines.length > 0) await send()
    await stored()
  }
  return {
    write(row) {
      // joined by hand: an object of the columns that a row gives, made for JSON.stringify, cost five times as much
      let text = ''
      for (const name in row) {
        const head = heads.get(name)
        const value = row[name]
        if (head === undefined || value === undefined) continue
        const shown = times.has(name) ? `"${timeText(value as number)}"` : JSON.stringify(value)
        text += text === '' ? head + shown : `,${head}${shown}`
      }
      const line = wellFormed(`{${text}}`)
      lines.push(line)
      bytes += line.length
      if (bytes >= batchBytes) return send()
    },
    flush,
  }
}

/** JSON.stringify escapes lone surrogates as \udXXX (always in small letters), which the engine refuses: they become U+FFFD. */
const wellFormed = (json: string): string =>
  json.includes('\\ud')
    ? json.replaceAll(/\\\\|\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|\\ud[89a-f][0-9a-f]{2}/g, (match, high) =>
        match === '\\\\' || high ? match : '\\ufffd',
      )
    : json
