// Bound values. They are written into the text of the query here, for both engines, because neither binds well itself:
// chdb 3.4 lets parameters of queries that run at the same time overwrite each other, so that its client runs such
// queries one by one (`runExclusiveParam`; `select {p:UInt8}` waited 51 s behind a long query), and a server refuses
// values above 128 KiB (http_max_field_value_size).

export type Params = Readonly<Record<string, unknown>>

/** A string literal of ClickHouse: only these two characters can end it or mean something in it. */
const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, (c) => `\\${c}`)}'`

function literal(value: unknown): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number' && !Number.isFinite(value))
    return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return `[${value.map(literal).join(',')}]`
  if (typeof value !== 'object') throw new TypeError(`a ${typeof value} cannot be bound`)
  return `map(${Object.entries(value)
    .map(([key, item]) => `${quoted(key)},${literal(item)}`)
    .join(',')})`
}

/**
 * Literals, quoted names and comments, which hold no placeholder; and placeholders. What is not closed reaches to the
 * end of the text, so that nothing is looked at twice.
 */
const tokens =
  /'[^'\\]*(?:(?:\\.|'')[^'\\]*)*(?:'|\\?$)|`[^`\\]*(?:\\.[^`\\]*)*(?:`|\\?$)|"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\{\s*([A-Za-z_]\w*)\s*:\s*([^{}]*)\}/gs

/**
 * `sql` with each `{name:Type}` that `params` has a value for replaced by a literal of that type. A placeholder without
 * a value stays as it is, and ClickHouse refuses it. Throws when an Identifier is no plain name.
 */
export function bind(sql: string, params: Params = {}): string {
  return sql.replaceAll(tokens, (all: string, name: string | undefined, given: string | undefined) => {
    const value = name !== undefined && Object.hasOwn(params, name) ? params[name] : undefined
    if (value === undefined) return all
    const type = given!.trim()
    if (type === 'String') return quoted(String(value))
    if (type !== 'Identifier') return `_CAST(${literal(value)}, ${quoted(type)})`
    if (!/^\w+(\.\w+)?$/.test(String(value))) throw new TypeError(`{${name}:Identifier}: not a plain name`)
    return String(value).replaceAll(/\w+/g, '`$&`')
  })
}
