// The SQL of a mapped format. Only names of columns and numbers of parameters are written into it: field names, values,
// patterns and zones of the map are bound.
import type { SqlParams } from '../../model/index.ts'
import { network } from '../../model/index.ts'
import { type FieldMap, type MappedField, mappedFields, partsOf } from './field-map.ts'
import { timePattern } from './time.ts'

/** Expression of the text in a field, by the order in which the fields are asked for. */
export type Reader = {
  readonly read: readonly string[]
  readonly from: string
  readonly where: string
  readonly params: SqlParams
}

type Node = { readonly children: Map<string, Node> }
const leaf = (): Node => ({ children: new Map() })

/** A name inside the type that JSONExtract gets. */
const quoted = (name: string): string => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``

/** One JSONExtract for all fields: parsing a line once is what makes it as fast as a format of our own. */
export function jsonReader(paths: readonly (readonly string[])[]): Reader {
  const tree = leaf()
  const add = (parts: readonly string[]): void => {
    let node = tree
    for (const part of parts) {
      if (!node.children.has(part)) node.children.set(part, leaf())
      node = node.children.get(part)!
    }
  }
  // Elastic and others also write `{"dns.question.name": …}`
  const flat = (parts: readonly string[]): string[] => [parts.join('.')]
  for (const parts of paths) {
    add(parts)
    if (parts.length > 1 && !paths.some((other) => other[0] === parts.join('.'))) add(flat(parts))
  }
  const type = (node: Node): string =>
    node.children.size === 0
      ? 'String'
      : `Tuple(${[...node.children].map(([name, child]) => `${quoted(name)} ${type(child)}`).join(', ')})`
  const access = (parts: readonly string[]): string => {
    let node = tree
    return `j${parts
      .map((part) => {
        const at = [...node.children.keys()].indexOf(part) + 1
        node = node.children.get(part)!
        return `.${at}`
      })
      .join('')}`
  }
  return {
    read: paths.map((parts) =>
      parts.length > 1 && tree.children.get(parts.join('.'))?.children.size === 0
        ? `if(${access(parts)} = '', ${access(flat(parts))}, ${access(parts)})`
        : access(parts),
    ),
    from: 'SELECT record, line, JSONExtract(line, {shape:String}) AS j\n  FROM {lines:Identifier}',
    where: "match(line, '^\\\\s*[{]')", // JSONExtract fills a tuple from a list too, by position
    params: { shape: type(tree) },
  }
}

/** Fields by their position, which `params` works out from the header: `{f:Array(UInt32)}`. */
export function csvReader(count: number, delimiter: string): Reader {
  return {
    read: Array.from(
      { length: count },
      (_, index) => `trim(BOTH ' ' FROM if(f[${index + 1}] = 0, '', c[f[${index + 1}]]))`,
    ),
    from: 'SELECT record, line, {f:Array(UInt32)} AS f, csvFields(line, {delimiter:String}) AS c\n  FROM {lines:Identifier}',
    where: 'length(c) >= arrayMax(f)', // a line that is cut off must not give a value that is cut off
    params: { delimiter },
  }
}

/** Time of the text `x`, 1970 when it is none. */
function timeSql(map: FieldMap, x: string): { sql: string; params: SqlParams } {
  const { format, zone } = map.time
  const whole = (digits: number, divide: string): string =>
    `if(match(${x}, '^[0-9]{${digits},19}$'), fromUnixTimestamp64Micro(${divide}, 'UTC'), toDateTime64(0, 6, 'UTC'))`
  switch (format) {
    case 'epoch':
      return { sql: `anyTime(${x})`, params: {} }
    case 'epoch_s':
      return { sql: `epochTime(${x})`, params: {} }
    case 'epoch_ms':
      return {
        sql: `if(match(${x}, '^[0-9]{11,14}([.][0-9]+)?$'), fromUnixTimestamp64Micro(toInt64(round(toFloat64OrZero(${x}) * 1000)), 'UTC'), toDateTime64(0, 6, 'UTC'))`,
        params: {},
      }
    case 'epoch_us':
      return { sql: whole(14, `toInt64OrZero(${x})`), params: {} }
    case 'epoch_ns':
      return { sql: whole(17, `intDiv(toInt64OrZero(${x}), 1000)`), params: {} }
    case 'iso':
      return zone === undefined
        ? { sql: `isoTime(${x})`, params: {} }
        : {
            sql: `toTimeZone(if(toUnixTimestamp64Micro(isoTime(${x})) = 0, toDateTime64(0, 6, {zone:String}), parseDateTime64BestEffortOrZero(replaceOne(${x}, ',', '.'), 6, {zone:String})), 'UTC')`,
            params: { zone },
          }
  }
  // one digit where the pattern wants two: 3.4.2026 → 03.04.2026; not where fractions follow
  const text = format.includes('%f') ? x : `replaceRegexpAll(${x}, '\\\\b([0-9])\\\\b', '0\\\\1')`
  return {
    sql: `toTimeZone(toDateTime64(parseDateTime64OrZero(${text}, {pattern:String}, {zone:String}), 6), 'UTC')`,
    params: { pattern: timePattern(format)!, zone: zone ?? 'UTC' },
  }
}

/** Several values in one field come as a JSON list; single-valued columns take the first. */
const isList = (x: string): string => `startsWith(${x}, '[') AND isValidJSON(${x})`
const first = (x: string): string => `if(${isList(x)}, JSONExtractString(${x}, 1), ${x})`
const many = (x: string): string =>
  `if(${isList(x)}, JSONExtract(${x}, 'Array(String)'), if(${x} = '', emptyArrayString(), splitByRegexp(' *[,;] *', ${x})))`
/** `192.0.2.1:443` and `[2001:db8::1]` are met where an address is meant. */
const address = (x: string): string =>
  `addressOf(if(match(${x}, '^[0-9.]+:[0-9]+$|^[[]'), extract(${x}, '^[[]?([0-9A-Fa-f.:]+?)(?:]|:[0-9]+$)'), ${x}))`

/** The value of a column from the text of its field. */
function columnSql(field: MappedField, text: string, contact: FieldMap['contact']): string {
  const type = network.columns[field.column as keyof typeof network.columns].type as string
  const one = type === 'Array(String)' ? text : first(text)
  const number = `if(match(${one}, '^[0-9]+([.][0-9]+)?$'), ${field.scale === 1 ? `toInt64(toFloat64OrZero(${one}))` : `toInt64(round(toFloat64OrZero(${one}) * {s_${field.column}:Float64}))`}, -1)`
  switch (field.column) {
    case 'src_ip':
    case 'dst_ip':
      return address(one)
    case 'src_mac':
      return `lower(replaceAll(${one}, '-', ':'))`
    case 'domain':
      return `if(${address(one)} != '', '', nameOf(hostOf(${one})))`
    case 'action':
      return `if(lower(${one}) IN ('allowed', 'blocked'), lower(${one}), '')`
    case 'answers':
      return `arrayMap(x -> if(addressOf(x) != '', addressOf(x), nameOf(x)), ${many(one)})`
    case 'qtype':
      return `if(match(${one}, '^[0-9]{1,5}$'), qtypeName(toInt64OrZero(${one})), upper(${one}))`
    case 'status':
      return contact === 'dns' ? `if(match(${one}, '^[0-9]{1,5}$'), rcodeName(toInt64OrZero(${one})), ${one})` : one
    case 'transport':
      return `transform(lower(${one}), ['1', '6', '17', '58'], ['icmp', 'tcp', 'udp', 'icmp6'], lower(${one}))`
    case 'cert_sha1':
    case 'cert_sha256':
      return `lower(replaceAll(${one}, ':', ''))`
    case 'hits':
      return `greatest(1, toUInt32OrZero(${one}))`
  }
  if (type === 'UInt16') return `toUInt16OrZero(${one})`
  if (type === 'Int64') return number
  return one
}

export type MappedSql = {
  readonly sql: string
  readonly problems: string
  readonly params: SqlParams
  readonly columns: readonly string[]
}

/** Fields that the SQL reads, the time first: what the positions of a CSV are worked out for. */
export const fieldsRead = (map: FieldMap): string[][] => {
  const end = mappedFields(map)
  return [partsOf(map.time.field, map.kind), ...end.map((field) => field.parts)]
}

/** SELECT, problems and parameters of a map. `columns` are those that it fills, without record and raw. */
export function mappedSql(map: FieldMap): MappedSql {
  const fields = mappedFields(map)
  const reader = map.kind === 'ndjson' ? jsonReader(fieldsRead(map)) : csvReader(fields.length + 1, map.delimiter)
  const params: Record<string, SqlParams[string]> = { ...reader.params }
  const time = timeSql(map, 't')
  Object.assign(params, time.params)
  const lines = [`${time.sql} AS ts`, '{contact:String} AS kind']
  params.contact = map.contact
  const columns = ['ts', 'kind']
  const at = (column: string): string | null =>
    fields.some((field) => field.column === column) ? `v${fields.findIndex((field) => field.column === column)}` : null
  for (const [index, field] of fields.entries()) {
    const text = `v${index}`
    if (Object.keys(field.values).length > 0) {
      params[`k_${field.column}`] = Object.keys(field.values)
      params[`r_${field.column}`] = Object.values(field.values)
    }
    if (field.scale !== 1) params[`s_${field.column}`] = field.scale
    const name = at('domain')
    const value =
      field.column === 'dst_ip' && name !== null
        ? `if(${columnSql(field, text, map.contact)} != '', ${columnSql(field, text, map.contact)}, ${address(first(name))})`
        : field.column === 'ts_end'
          ? timeSql(map, text).sql
          : columnSql(field, text, map.contact)
    lines.push(`${value} AS ${field.column}`)
    columns.push(field.column)
  }
  for (const [column, value] of Object.entries(map.constants)) {
    if (columns.includes(column)) continue
    const type = network.columns[column as keyof typeof network.columns].type as string
    params[`c_${column}`] = String(value)
    const text = `{c_${column}:String}`
    lines.push(
      `${type === 'Array(String)' ? `[${text}]` : type === 'UInt16' || type === 'UInt32' ? `to${type}OrZero(${text})` : type === 'Int64' ? `toInt64OrZero(${text})` : text} AS ${column}`,
    )
    columns.push(column)
  }
  const written = at('domain')
  const url = at('url')
  if (written) {
    lines.push(`if(domain = '' OR domain = ${first(written)}, '', ${first(written)}) AS domain_raw`)
    columns.push('domain_raw')
    if (!columns.includes('dst_ip')) {
      lines.push(`${address(first(written))} AS dst_ip`)
      columns.push('dst_ip')
    }
  } else if (url && !columns.includes('domain')) {
    const host = `connectOrUrlHost('', ${first(url)})`
    lines.push(`if(addressOf(${host}) = '', ${host}, '') AS domain`)
    columns.push('domain')
    if (!columns.includes('dst_ip')) {
      lines.push(`addressOf(${host}) AS dst_ip`)
      columns.push('dst_ip')
    }
  }
  const texts = reader.read.map((expression, index) => {
    const field = fields[index - 1]
    const changed = field && Object.keys(field.values).length > 0
    return `${changed ? `transform(${expression}, {k_${field.column}:Array(String)}, {r_${field.column}:Array(String)}, ${expression})` : expression} AS ${index === 0 ? 't' : `v${index - 1}`}`
  })
  const from = `FROM\n(\n  ${reader.from}\n)`
  const sql = `-- question: which contacts does this log of the operator’s hold, read with their map?\nWITH\n  ${texts.join(',\n  ')}\nSELECT\n  record,\n  line AS raw,\n  ${lines.join(',\n  ')}\n${from}\nWHERE ${reader.where} AND toUnixTimestamp64Micro(ts) > 0`
  const bad = map.kind === 'ndjson' ? `NOT isValidJSON(line) OR NOT (${reader.where})` : `NOT (${reader.where})`
  const header = map.kind === 'csv' && map.header ? " AND replaceOne(t, '\\xEF\\xBB\\xBF', '') != {header:String}" : ''
  if (header) params.header = partsOf(map.time.field, map.kind)[0]!
  const problems = `SELECT record, multiIf(${bad}, 'bad_record', t = '', 'missing_field', 'bad_time') AS code, multiIf(code = 'bad_record', {bad:String}, code = 'missing_field', 'the field of the time is missing', 'the time cannot be read as the map says') AS detail, line\nFROM\n(\n  SELECT record, line, ${map.kind === 'csv' ? 'c, f, ' : ''}${reader.read[0]} AS t\n  ${from}\n)\nWHERE match(line, '[^\\\\s]')${header}`
  params.bad = map.kind === 'ndjson' ? 'not a JSON object' : 'fewer fields than expected, or a quote that is not closed'
  return { sql, problems, params, columns }
}
