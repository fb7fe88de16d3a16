// Bound values: the client sends ClickHouse's text of a value (as on the HTTP interface); chdb wants JavaScript values.

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', 0: '\0', a: '\x07', v: '\v' }
const unescaped = (text: string): string => text.replaceAll(/\\(.)/gs, (_, c: string) => escapes[c] ?? c)

const token = /'((?:[^'\\]|\\.)*)'|[^,[\]{}:\s]+/gs
const value = (match: RegExpMatchArray): string | number => (match[1] === undefined ? Number(match[0]) : unescaped(match[1]))

/** Values of `param_*` in `search`, typed by the placeholders `{name:Type}` of `sql`. Flat arrays and maps only. */
export function boundValues(sql: string, search: URLSearchParams): Record<string, unknown> {
  const params: Record<string, unknown> = {}
  for (const [key, text] of search) {
    if (!key.startsWith('param_')) continue
    const name = key.slice(6)
    const type = new RegExp(`\\{\\s*${name}\\s*:\\s*([A-Za-z0-9]+)`).exec(sql)?.[1]
    if (type === 'Array') params[name] = [...text.matchAll(token)].map(value)
    else if (type === 'Map') {
      const flat = [...text.matchAll(token)].map(value)
      const map: Record<string, unknown> = {}
      for (let i = 0; i + 1 < flat.length; i += 2) map[String(flat[i])] = flat[i + 1]
      params[name] = map
    } else params[name] = unescaped(text)
  }
  return params
}
