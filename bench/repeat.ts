// Fixtures of formats, repeated to a size: the header once, and each copy at another time with ids of its own, so that
// nothing is taken for a record that is known.
import { basename } from 'node:path'
import { type Fixture, fixtureBytes, readGolden } from '../tests/conformance/harness.ts'

export type Repeated = {
  readonly fixture: string
  readonly bytes: Buffer
  /** Rows that the engine must hold afterwards. */
  readonly rows: number
  /** A record as it stands in the text, and the columns that its rows fill, by the table that has most rows. */
  readonly record: string
  readonly table: string
  readonly columns: readonly string[]
}

type Golden = { readonly table: string; readonly record: number }

/** Seconds since 1970 in seconds, ms or µs, from 2020 to 2033; a time of day; the end of a UUID. */
const moving =
  /\b(1[6-9]\d{8})(\d{6}|\d{3})?(?!\d)|\b([01]\d|2[0-3]):([0-5]\d):([0-5]\d)\b|\b([0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{4})[0-9A-Fa-f]{8}\b/g

const two = (n: number): string => String(n).padStart(2, '0')

/** The text `by` seconds later. A time of day turns over at midnight, without the date. */
export const later = (text: string, by: number): string =>
  text.replaceAll(moving, (whole, epoch, fine = '', hour, minute, second, uuid) => {
    if (epoch) return `${Number(epoch) + by}${fine}`
    if (uuid) return `${uuid}${by.toString(16).padStart(8, '0')}`
    if (!hour) return whole
    const at = (Number(hour) * 3600 + Number(minute) * 60 + Number(second) + by) % 86_400
    return `${two(Math.floor(at / 3600))}:${two(Math.floor(at / 60) % 60)}:${two(at % 60)}`
  })

const goldenOf = (fixture: Fixture): Golden[] => readGolden(fixture).map((line) => JSON.parse(line) as Golden)

/** Rows that a fixture gives. */
export const rowsOf = (fixture: Fixture): number => goldenOf(fixture).filter(({ table }) => table !== 'problem').length

export const isClean = (fixture: Fixture): boolean =>
  rowsOf(fixture) > 0 && goldenOf(fixture).every(({ table }) => table !== 'problem')

/** A fixture whose records are lines, of which those that gave rows are repeated up to `size` bytes. */
export function repeatLines(fixture: Fixture, size: number): Repeated {
  const rows = goldenOf(fixture).filter(({ table }) => table !== 'problem')
  const lines = fixtureBytes(fixture)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split('\n')
  const records = [...new Set(rows.map(({ record }) => record))].sort((a, b) => a - b)
  const bad = new Set(goldenOf(fixture).flatMap(({ table, record }) => (table === 'problem' ? [record] : [])))
  const header = lines.slice(0, records[0]! - 1).filter((_, i) => !bad.has(i + 1))
  const body = `${records.map((record) => lines[record - 1]!).join('\n')}\n`
  const copies = Math.max(1, Math.round(size / Buffer.byteLength(body)))
  const table = [...Map.groupBy(rows, (row) => row.table)].sort((a, b) => b[1].length - a[1].length)[0]![0]
  const own = rows.filter((row) => row.table === table)
  return {
    fixture: fixture.name,
    bytes: Buffer.concat([
      Buffer.from(header.map((line) => `${line}\n`).join('')),
      ...Array.from({ length: copies }, (_, by) => Buffer.from(later(body, by))),
    ]),
    rows: copies * rows.length,
    record: lines[own[0]!.record - 1]!,
    table,
    columns: [...new Set(own.flatMap((row) => Object.keys(row)))].filter((key) => key !== 'table' && key !== 'record'),
  }
}

export type File = { readonly bytes: Buffer; readonly name: string }

/** A fixture of text as files, each at another time, until `size` bytes or `most` files are reached. */
export function repeatFiles(fixture: Fixture, size: number, most: number): { files: File[]; rows: number } {
  const text = fixtureBytes(fixture).toString('utf8')
  const count = Math.min(most, Math.max(1, Math.round(size / Buffer.byteLength(text))))
  const name = basename(fixture.input)
  const files = Array.from({ length: count }, (_, by) => ({ bytes: Buffer.from(later(text, by)), name }))
  return { files, rows: count * rowsOf(fixture) }
}
