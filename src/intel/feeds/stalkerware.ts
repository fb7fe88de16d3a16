// `ioc.yaml` of the stalkerware indicators (AssoEchap) and its sister `watchware.yaml`.
import { type Collector, type Labels, noLabels } from '../collect.ts'
import { isObject, type Json, type JsonObject, objectsIn, textIn, textsIn } from '../json.ts'
import type { Hint } from '../kinds.ts'

/** The real file has 95 kB; the YAML library reads about 2 MB a second. */
export const maxYaml = 8 * 1024 ** 2
/** A website of the vendor is where one buys it: a visit, not an infection. */
const visitConfidence = 30

/** Never throws; aliases that multiply (a bomb) and deep nesting are problems. */
export async function readStalkerware(text: string, out: Collector): Promise<void> {
  const document = await parseYaml(text, out)
  if (document === null) return
  let record = 0
  for (const entry of objectsIn(document)) {
    record++
    takeEntry(record, entry, out)
    if (out.full()) await out.flush()
  }
}

/** Nothing of this kind nests deeper than five; the library's time grows with the square of the depth. */
const maxDepth = 200

async function parseYaml(text: string, out: Collector): Promise<Json> {
  // few feeds need it: it takes as long to load as all of intel/
  const { parseDocument } = await import('yaml')
  if (flowDepth(text) > maxDepth || /(?:[-?:] ){200}/.test(text)) {
    out.problem('too_deep', 0, `YAML nested deeper than ${maxDepth}`)
    return null
  }
  try {
    // The check for doubled keys compares each with all before it: a map of 100,000 keys took minutes.
    const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' })
    for (const e of document.errors.slice(0, 20))
      out.problem('bad_record', e.linePos?.[0].line ?? 0, `YAML: ${e.message.split('\n')[0]}`)
    return document.toJS({ maxAliasCount: 100 }) as Json
  } catch (error) {
    // Stack overflow by nesting (RangeError) or too many aliases (ReferenceError) in yaml 2.9.
    out.problem('too_deep', 0, `YAML: ${(error as Error).message.slice(0, 200)}`)
    return null
  }
}

/** Brackets open at once, at most; those in quotes count too. An entry at the margin begins anew. */
function flowDepth(text: string): number {
  let depth = 0
  let most = 0
  for (const [bracket] of text.matchAll(/[[{\]}]|\n-/g)) {
    depth = bracket === '\n-' ? 0 : Math.max(0, depth + (bracket === '[' || bracket === '{' ? 1 : -1))
    most = Math.max(most, depth)
  }
  return most
}

function takeEntry(record: number, entry: JsonObject, out: Collector): void {
  const name = textIn(entry.name)
  const c2 = isObject(entry.c2) ? entry.c2 : {}
  const labels: Labels = {
    ...noLabels,
    families: name === '' ? textsIn(entry.names ?? null) : [...new Set([name, ...textsIn(entry.names ?? null)])],
  }
  const visit: Labels = {
    ...labels,
    confidence: visitConfidence,
    reason: 'website of the vendor: a visit, not an infection',
  }
  const read = (holder: JsonObject, path: string): void => {
    for (const [key, values] of Object.entries(holder)) {
      const list = lists.get(path + key)
      if (list === undefined) {
        if (!described.has(path + key)) out.ignore(path + key)
        continue
      }
      for (const value of textsIn(values)) out.take(record, list.hint, value, list.visit ? visit : labels)
    }
  }
  read(c2, 'c2.')
  read(entry, '')
}

const described = new Set(['name', 'names', 'type', 'c2'])
const lists = new Map<string, { readonly hint: Hint; readonly visit?: true }>(
  Object.entries({
    'c2.domains': { hint: 'domain' },
    'c2.ips': { hint: 'ip' },
    // One entry of the real file says `ip` (commit a04c5c19).
    'c2.ip': { hint: 'ip' },
    'c2.domain': { hint: 'domain' },
    websites: { hint: 'domain', visit: true },
    distribution: { hint: 'domain', visit: true },
    packages: { hint: 'package' },
    ios_bundles: { hint: 'app' },
    certificates: { hint: 'app_cert_sha1' },
  }),
)
