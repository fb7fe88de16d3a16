// The engine's bare parse of a text format: the same lines, cut into fields in the cheapest way that the engine has, put
// into a table of the columns that the format fills. Nothing is normalised, checked, hashed, counted or committed.
import { type Column, type ColumnType, type SqlVariant, type Table, tables } from '../src/model/index.ts'
import type { Repeated } from './repeat.ts'

/** An expression over the line, and its type. */
type Field = { readonly expression: string; readonly type: string; readonly timely: boolean }

const timely = /time|date|^ts$|^_time|stamp|^when$|^T$/i
const timeLike = /\d\d:\d\d:\d\d|^"?1[6-9]\d{8}/

/** `a String, b Tuple(c String, d UInt8)` → its parts. */
function partsOf(list: string): string[] {
  const parts: string[] = []
  let [depth, from] = [0, 0]
  for (let at = 0; at < list.length; at++) {
    if (list[at] === '(') depth++
    else if (list[at] === ')') depth--
    else if (list[at] === ',' && depth === 0) {
      parts.push(list.slice(from, at))
      from = at + 1
    }
  }
  return [...parts, list.slice(from)].map((part) => part.trim())
}

/** The fields that the format's own SQL takes out of an object: its tuple. */
function tupleOf(sql: string): string | null {
  const found = /'(Tuple\([^']+\))'/.exec(sql)
  return found ? found[1]!.replaceAll(/\s+/g, ' ') : null
}

/** Where the SQL states no tuple: the fields of a record, as many as it has. */
function tupleOfRecord(record: string): string {
  const fields = Object.entries(JSON.parse(record) as Record<string, unknown>)
  const typed = fields.map(([name, value]) => {
    const type =
      typeof value === 'number'
        ? 'Float64'
        : Array.isArray(value) && value.every((one) => typeof one === 'string')
          ? 'Array(String)'
          : 'String'
    return `\`${name}\` ${type}`
  })
  return `Tuple(${typed.join(', ')})`
}

export type Bare = { readonly means: string; readonly statements: readonly string[]; readonly insert: string }

function fieldsOf(variant: SqlVariant, table: string, record: string): { means: string; cut: string; fields: Field[] } {
  if (record.startsWith('{')) {
    const tuple = tupleOf(variant.parts.find((part) => part.table === table)!.sql) ?? tupleOfRecord(record)
    const fields = partsOf(tuple.slice('Tuple('.length, -1)).map((part, i): Field => {
      const [, name = '', type = ''] = /^(`[^`]+`|\S+) (.+)$/.exec(part) ?? []
      return { expression: `c.${i + 1}`, type, timely: timely.test(name.replaceAll('`', '')) }
    })
    return { means: 'JSONExtract', cut: `JSONExtract(line, '${tuple}')`, fields }
  }
  const separators = ['\t', '|', ',', ';', ' ']
  const separator = separators.toSorted((a, b) => record.split(b).length - record.split(a).length)[0]!
  const fields = record
    .split(separator)
    .map((text, i): Field => ({ expression: `c[${i + 1}]`, type: 'String', timely: timeLike.test(text) }))
  const shown = separator === '\t' ? '\\t' : separator
  return { means: `splitByChar('${shown}')`, cut: `splitByChar('${shown}', line)`, fields }
}

const isNumber = (type: string): boolean => /^(U?Int|Float)\d+$/.test(type)

/** `field` as a value of a column, by one cheap function. */
function columnValue(field: Field, type: ColumnType): string {
  const text = field.type === 'String' ? field.expression : `toString(${field.expression})`
  if (type === 'String' || type === 'LowCardinality(String)') return text
  if (type === 'Array(String)') return field.type === 'Array(String)' ? field.expression : `[${text}]`
  if (type === 'Map(String, String)') return `map('a', ${text})`
  if (type === 'Map(String, UInt64)') return `map('a', toUInt64OrZero(${text}))`
  if (type.startsWith('DateTime64'))
    return isNumber(field.type)
      ? `fromUnixTimestamp64Micro(toInt64(${field.expression} * 1e6), 'UTC')`
      : `parseDateTime64BestEffortOrZero(${text}, 6, 'UTC')`
  return isNumber(field.type) ? `accurateCastOrDefault(${field.expression}, '${type}')` : `to${type}OrZero(${text})`
}

/** A table `bare`, and the INSERT that fills it from the lines of `relation`. Fields go to columns in turn, times to times. */
export function bareParse(variant: SqlVariant, given: Repeated, relation: string): Bare {
  const { means, cut, fields } = fieldsOf(variant, given.table, given.record)
  const { columns } = tables.find(({ name }) => name === given.table) as Table
  const times = fields.filter((field) => field.timely)
  const taken = ['record', 'raw', ...given.columns.filter((name) => name !== 'raw')]
  const values = taken.map((name, i) => {
    if (name === 'record') return 'record'
    if (name === 'raw') return 'line'
    const { type } = columns[name] as Column
    const from = type.startsWith('DateTime64') && times.length > 0 ? times : fields
    return columnValue(from[i % from.length]!, type)
  })
  const declared = taken.map((name) => {
    const { type, codec } = columns[name] as Column
    return `\`${name}\` ${type}${codec ? ` CODEC(${codec})` : ''}`
  })
  return {
    means,
    statements: [
      'DROP TABLE IF EXISTS bare',
      `CREATE TABLE bare (${declared.join(', ')}) ENGINE = MergeTree ORDER BY record`,
    ],
    insert: `INSERT INTO bare SELECT ${values.join(', ')} FROM (SELECT record, line, ${cut} AS c FROM ${relation})`,
  }
}
