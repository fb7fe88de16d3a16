// The first 100 bytes of a database (https://sqlite.org/fileformat2.html, 1.3).

export const magic = 'SQLite format 3\u0000'
export const headerLength = 100

export type Header = {
  /** 512 … 65,536. */
  readonly pageSize: number
  /** 2 where the database is kept with a write-ahead log, else 1. */
  readonly mode: number
  /** Pages as the header counts them; 0 where that count does not hold (written by SQLite before 3.7). */
  readonly pages: number
}

export const isDatabase = (head: Buffer): boolean => head.toString('latin1', 0, magic.length) === magic

/** null: no header, or one that no SQLite writes. */
export function headerOf(head: Buffer): Header | null {
  if (head.length < headerLength || !isDatabase(head)) return null
  const size = head.readUInt16BE(16)
  const pageSize = size === 1 ? 65_536 : size
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0) return null
  const counted = head.readUInt32BE(24) === head.readUInt32BE(92)
  return { pageSize, mode: Math.max(head[18]!, head[19]!), pages: counted ? head.readUInt32BE(28) : 0 }
}

/** Where the header says that it is kept with a write-ahead log: it would be looked for when the database is opened. */
export const modeBytes = { from: 18, to: 20, without: 1, with: 2 } as const
