// DDL, worked out from the tables of model/. A raw table is named nowhere but here and in engine/ and the views below.
import { type Table, tables } from '../model/index.ts'

export const rawName = (table: string): string => `${table}_raw`

function columnLine(name: string, column: Table['columns'][string]): string {
  const fallback = column.fallback === undefined ? '' : ` DEFAULT ${column.fallback}`
  const codec = column.codec === undefined ? '' : ` CODEC(${column.codec})`
  return `\`${name}\` ${column.type}${fallback}${codec}`
}

export function createTable(table: Table): string {
  const name = table.role === 'evidence' ? rawName(table.name) : table.name
  const columns = Object.entries(table.columns).map(([column, declared]) => columnLine(column, declared))
  return `CREATE TABLE IF NOT EXISTS ${name} (\n  ${columns.join(',\n  ')}\n) ENGINE = MergeTree ORDER BY (${table.order.join(', ')})`
}

export function addColumn(table: Table, column: string): string {
  const name = table.role === 'evidence' ? rawName(table.name) : table.name
  return `ALTER TABLE ${name} ADD COLUMN IF NOT EXISTS ${columnLine(column, table.columns[column]!)}`
}

/** Sources whose rows count: committed, and not replaced by the same bytes read by a newer format version. */
const sourceLive = `CREATE OR REPLACE VIEW source_live AS
SELECT * FROM source WHERE id NOT IN (SELECT replaces FROM source WHERE replaces != 0)`

/** What everything but engine/ and the commit reads: rows of committed sources. */
const committedView = (table: Table): string =>
  `CREATE OR REPLACE VIEW ${table.name} AS\nSELECT * FROM ${rawName(table.name)} WHERE source IN (SELECT id FROM source_live)`

/** SQL functions that formats share, so that a name is cut and folded in one way. */
export const functions: Readonly<Record<string, string>> = {
  // ASCII lower case without the final dot; distinct names that need more (IDN, ports, userinfo) pass through names/ once.
  nameOf: "(x) -> lower(trim(TRAILING '.' FROM trim(BOTH ' ' FROM x)))",
  // Host of a URL. A URL with userinfo, brackets or anything unusual is handed on whole: names/ takes it apart.
  hostOf:
    "(x) -> if(match(x, '^[A-Za-z][A-Za-z0-9+.-]*://[A-Za-z0-9._-]+(:[0-9]*)?([/?#]|$)'), lower(trim(TRAILING '.' FROM extract(x, '^[A-Za-z][A-Za-z0-9+.-]*://([A-Za-z0-9._-]+)'))), x)",
  // Canonical text of an address (RFC 5952 for v6; v4 mapped into v6 as v4), '' when it is none.
  addressOf:
    "(x) -> multiIf(isIPv4String(x), x, isIPv6String(x), replaceRegexpOne(toString(toIPv6OrDefault(x)), '^::ffff:([0-9.]+)$', '\\\\1'), '')",
}

export function schemaStatements(): string[] {
  return [
    ...Object.entries(functions).map(([name, body]) => `CREATE OR REPLACE FUNCTION ${name} AS ${body}`),
    ...tables.map((table) => createTable(table)),
    'CREATE TABLE IF NOT EXISTS settled (source UInt64) ENGINE = MergeTree ORDER BY source',
    'CREATE TABLE IF NOT EXISTS migration (version UInt32, codling String, applied DateTime64(6)) ENGINE = MergeTree ORDER BY version',
  ]
}

export function viewStatements(): string[] {
  return [sourceLive, ...tables.filter((table) => table.role === 'evidence').map(committedView)]
}
