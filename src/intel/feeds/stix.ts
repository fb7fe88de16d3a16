// STIX 2.0 and 2.1: bundles, TAXII envelopes, and whatever else holds lists of STIX objects.
import type { ProblemCode } from '../../model/index.ts'
import type { Collector, Labels } from '../collect.ts'
import { isObject, type Json, type JsonObject, objectsIn, textIn, textsIn } from '../json.ts'
import { parsePattern } from '../stix/pattern.ts'
import { earlier, singlesOf } from '../stix/singles.ts'
import { isTargetedMalware, speaksOfTargeted } from '../targeted.ts'
import { timeOf } from '../time.ts'

/** A STIX object with its position among the objects of the feed, from 1. */
type Placed = { readonly record: number; readonly object: JsonObject }

const maxDepth = 8

/** The STIX objects of a document, wherever its lists `objects` stand (a TAXII server's dump nests them). */
export function stixObjects(document: Json): JsonObject[] {
  const found: JsonObject[] = []
  const look = (value: Json, depth: number): void => {
    if (depth > maxDepth) return
    if (Array.isArray(value)) for (const v of value) look(v, depth + 1)
    else if (isObject(value)) {
      const objects = objectsIn(value.objects).filter(
        (o) => /^[a-z0-9-]+--/.test(textIn(o.id)) && typeof o.type === 'string',
      )
      for (const o of objects) found.push(o)
      if (objects.length === 0) for (const v of Object.values(value)) look(v, depth + 1)
    }
  }
  look(document, 0)
  return found
}

/** Types that name what an indicator belongs to. */
const familyTypes = new Set(['malware', 'tool', 'campaign', 'threat-actor', 'intrusion-set'])

export async function readStix(document: Json, feedFolder: string, out: Collector): Promise<void> {
  const objects = newestOf(stixObjects(document))
  const byId = new Map([...objects].map(([id, placed]) => [id, placed.object]))
  const { families, titles, targeted } = belonging(byId)
  const author = [...byId.values()].filter((o) => o.type === 'identity')
  if (author.length === 1) out.nameFeed(textIn(author[0]!.name))

  for (const [id, { record, object }] of objects) {
    if (object.type !== 'indicator') {
      out.ignore(textIn(object.type))
      continue
    }
    const of = {
      families: [...(families.get(id) ?? [])],
      titles: [...(titles.get(id) ?? []), feedFolder],
      targeted: targeted.has(id),
    }
    takeIndicator(record, object, of, out)
    if (out.full()) await out.flush()
  }
}

/** One version of each object: the one modified last. Objects without id are left out; `stixObjects` gives none. */
function newestOf(objects: readonly JsonObject[]): Map<string, Placed> {
  const newest = new Map<string, Placed>()
  objects.forEach((object, i) => {
    const id = textIn(object.id)
    const known = newest.get(id)
    if (known === undefined || timeOf(object.modified) > timeOf(known.object.modified))
      newest.set(id, { record: i + 1, object })
  })
  return newest
}

/**
 * Families by relationship; where a feed has none, by the report that lists the indicator; titles of those reports; and
 * the indicators of malware that is labelled as targeted spyware.
 */
function belonging(byId: ReadonlyMap<string, JsonObject>) {
  const families = new Map<string, Set<string>>()
  const titles = new Map<string, Set<string>>()
  const targeted = new Set<string>()
  const add = (to: Map<string, Set<string>>, id: string, name: string): void => {
    if (name === '') return
    const known = to.get(id)
    if (known === undefined) to.set(id, new Set([name]))
    else known.add(name)
  }
  const familyName = (id: string): string => {
    const object = byId.get(id)
    return object !== undefined && familyTypes.has(textIn(object.type)) ? textIn(object.name) : ''
  }
  for (const o of byId.values()) {
    if (o.type !== 'relationship' || o.relationship_type !== 'indicates' || o.revoked === true) continue
    const target = byId.get(textIn(o.target_ref))
    add(families, textIn(o.source_ref), familyName(textIn(o.target_ref)))
    if (
      target !== undefined &&
      isTargetedMalware([textIn(target.name), ...textsIn(target.labels)], textsIn(target.malware_types))
    )
      targeted.add(textIn(o.source_ref))
  }
  for (const o of byId.values()) {
    if (o.type !== 'report' && o.type !== 'grouping') continue
    const refs = textsIn(o.object_refs)
    const named = new Set(refs.map(familyName).filter((n) => n !== ''))
    const related = new Map(refs.filter((r) => r.startsWith('indicator--')).map((r) => [r, families.has(r)]))
    for (const [ref, known] of related) {
      add(titles, ref, textIn(o.name))
      if (!known) for (const name of named) add(families, ref, name)
    }
  }
  return { families, titles, targeted }
}

type Belonging = { readonly families: string[]; readonly titles: string[]; readonly targeted: boolean }

function takeIndicator(record: number, o: JsonObject, of: Belonging, out: Collector): void {
  const pattern = textIn(o.pattern)
  const language = textIn(o.pattern_type)
  const reject = (code: ProblemCode, why: string): void =>
    out.reject(code, record, why.slice(0, 500), pattern || textIn(o.id))
  if (pattern === '') {
    reject('missing_field', 'indicator without pattern')
    return
  }
  if (language !== '' && language !== 'stix') {
    reject('unknown_kind', `pattern in ${language}, not STIX`)
    return
  }
  const tree = parsePattern(pattern)
  if ('error' in tree) {
    reject('bad_record', `pattern: ${tree.error}`)
    return
  }

  const labels = labelsOf(o, of)
  const { singles, refused } = singlesOf(tree)
  if (singles.length === 0) reject('unknown_kind', refused.join('; '))
  else for (const why of refused) out.problem('unknown_kind', record, `one alternative left out: ${why}`, pattern)
  for (const s of singles) {
    const validFrom = Math.max(labels.validFrom, s.from)
    out.take(record, s.hint, s.value, { ...labels, validFrom, validUntil: earlier(labels.validUntil, s.until) })
  }
}

function labelsOf(o: JsonObject, { families, titles, targeted }: Belonging): Labels {
  // 2.0 has `labels`, 2.1 `indicator_types` for the same words.
  const types = [...textsIn(o.labels), ...textsIn(o.indicator_types)]
  const benign = types.some((t) => t.toLowerCase() === 'benign')
  const confidence =
    typeof o.confidence === 'number' && o.confidence >= 0 && o.confidence <= 100 ? Math.round(o.confidence) : -1
  return {
    families,
    targeted: targeted || speaksOfTargeted([...families, ...titles, ...types]),
    confidence,
    validFrom: timeOf(o.valid_from),
    validUntil: timeOf(o.valid_until),
    published: timeOf(o.created),
    state: o.revoked === true ? 'revoked' : benign ? 'proposed' : null,
    reason: o.revoked === true ? 'revoked by the feed' : benign ? 'the feed calls it benign' : '',
  }
}
