// MISP events: attributes, objects, galaxies and tags.
import { type Collector, type Labels, noLabels } from '../collect.ts'
import { isObject, type Json, type JsonObject, objectsIn, textIn } from '../json.ts'
import { hintOf } from '../kinds.ts'
import { speaksOfTargeted } from '../targeted.ts'
import { timeOf } from '../time.ts'

/** The events of a document: one, a list of them, or a search's `response`; also without the wrapper `Event`. */
export function mispEvents(document: Json): JsonObject[] {
  const list = isObject(document) && Array.isArray(document.response) ? document.response : document
  return (Array.isArray(list) ? list : [list]).filter(isObject).flatMap((o) => {
    const event = isObject(o.Event) ? o.Event : o
    return Array.isArray(event.Attribute) || (Array.isArray(event.Object) && 'info' in event) ? [event] : []
  })
}

/** Galaxies and taxonomies whose values name malware or the group behind it. */
const familyTag =
  /^misp-galaxy:(?:malpedia|tool|ransomware|banker|rat|stealer|botnet|backdoor|android|exploit-kit|surveillance-vendor|stalkerware|threat-actor|(?:mitre-)?(?:enterprise-attack-|mobile-attack-)?(?:malware|tool|intrusion-set|campaign))="([^"]{1,200})"$/

/** MISP's own words for how sure it is, in percent (taxonomy misp:confidence-level). */
const confidenceLevels: Record<string, number> = {
  'completely-confident': 100,
  'usually-confident': 75,
  'fairly-confident': 50,
  'rarely-confident': 25,
  unconfident: 0,
}

export async function readMisp(events: readonly JsonObject[], out: Collector): Promise<void> {
  let record = 0
  for (const event of events) {
    const author = isObject(event.Orgc) ? textIn(event.Orgc.name) : ''
    if (events.length === 1) out.nameFeed(author)
    const labels = eventLabels(event)
    const attributes = [...objectsIn(event.Attribute), ...objectsIn(event.Object).flatMap(attributesOf)]
    for (const attribute of attributes) {
      record++
      takeAttribute(record, attribute, labels, out)
      if (out.full()) await out.flush()
    }
  }
}

/** An object's attributes are gone when the object is. */
const attributesOf = (object: JsonObject): JsonObject[] =>
  objectsIn(object.Attribute).map((a) => (object.deleted === true ? { ...a, deleted: true } : a))

function eventLabels(event: JsonObject): Labels {
  const tags = objectsIn(event.Tag).map((t) => textIn(t.name))
  const clusters = objectsIn(event.Galaxy).flatMap((g) => objectsIn(g.GalaxyCluster).map((c) => textIn(c.value)))
  const named = [...new Set([...familiesIn(tags), ...clusters])].filter((n) => n !== '')
  const info = textIn(event.info)
  return {
    ...noLabels,
    families: named.length > 0 ? named : info === '' ? [] : [info.slice(0, 200)],
    targeted: speaksOfTargeted([...named, ...tags, info]),
    confidence: confidenceIn(tags),
    published: timeOf(event.publish_timestamp) || timeOf(event.date),
  }
}

const familiesIn = (tags: readonly string[]): string[] => tags.flatMap((t) => familyTag.exec(t)?.[1] ?? [])

function confidenceIn(tags: readonly string[]): number {
  for (const tag of tags) {
    const level = /^misp:confidence-level="([a-z-]{1,40})"$/.exec(tag)?.[1]
    if (level !== undefined && Object.hasOwn(confidenceLevels, level)) return confidenceLevels[level]!
  }
  return -1
}

function takeAttribute(record: number, a: JsonObject, event: Labels, out: Collector): void {
  const type = textIn(a.type)
  // `filename|md5` means the hash, `ip-dst|port` the address, `domain|ip` both.
  const types = type.split('|')
  const parts = textIn(a.value).split('|')
  const meant = types.map((t, i) => ({
    hint: hintOf(t),
    value: types.length === 1 ? textIn(a.value) : (parts[i] ?? ''),
  }))
  const told = meant.filter((m) => m.hint !== null && m.hint !== 'any' && !(m.hint === 'file_name' && types.length > 1))
  // A link is where the event was read about, not what it is about.
  if (told.length === 0 || type === 'link') {
    out.ignore(type)
    return
  }

  const tags = objectsIn(a.Tag).map((t) => textIn(t.name))
  const own = familiesIn(tags)
  const confidence = confidenceIn(tags)
  const deleted = a.deleted === true || a.deleted === '1' || a.deleted === 1
  const forAlerts = a.to_ids === true || a.to_ids === 1 || a.to_ids === '1' || a.to_ids === 'true'
  const labels: Labels = {
    ...event,
    families: own.length > 0 ? [...new Set([...event.families, ...own])] : event.families,
    targeted: event.targeted || speaksOfTargeted([...own, ...tags]),
    confidence: confidence >= 0 ? confidence : event.confidence,
    validFrom: timeOf(a.first_seen),
    published: timeOf(a.timestamp) || event.published,
    state: deleted ? 'revoked' : forAlerts ? null : 'proposed',
    reason: deleted
      ? 'deleted in the feed'
      : forAlerts
        ? ''
        : 'the feed does not want it used for alerts (to_ids is false)',
  }
  for (const m of told) out.take(record, m.hint!, m.value, labels)
}
