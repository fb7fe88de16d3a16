// Indicators as rows with named fields: CSV with a header, ThreatFox, URLhaus, OTX, TinyCheck. One mapping for all.
import { type Collector, type Labels, noLabels } from '../collect.ts'
import { isObject, type Json, type JsonObject, objectsIn, textIn, textsIn } from '../json.ts'
import { type Hint, hintOf, squash } from '../kinds.ts'
import { speaksOfTargeted, targetedFamily } from '../targeted.ts'
import { timeOf } from '../time.ts'

/** Words of a heading; where a row has several of one field, the first of these counts. */
const fields = {
  value: 'ioc iocvalue indicator indicatorvalue value observable artifact artefact',
  type: 'type ioctype indicatortype entitytype attributetype observabletype kind category',
  family: 'malwareprintable malwarefamily malware family families app appname campaign threatactor actor signature',
  note: 'notes note description comment comments title tags tag threat reference',
  from: 'validfrom firstseen firstseenutc startdate',
  until: 'validuntil validto expires expiration expirationdate expiry',
  published: 'created dateadded date published added timestamp',
  confidence: 'confidence confidencelevel score',
  toIds: 'toids',
} as const
export type Field = keyof typeof fields
const fieldOf = new Map<string, Field>()
for (const [field, list] of Object.entries(fields))
  for (const word of list.split(' ')) fieldOf.set(word, field as Field)
const ranks = new Map([...fieldOf.keys()].map((word, i) => [word, i]))
/** ThreatFox has `malware` and `malware_printable` beside each other: the word that stands first above is taken. */
const rankOf = (word: string): number => ranks.get(word) ?? Infinity

/** What the columns of a table mean: fields by position, and columns that are values of one kind (`domain_name`, `ip_address`). */
export type Columns = {
  readonly fields: ReadonlyMap<Field, number>
  readonly values: readonly { readonly at: number; readonly hint: Hint }[]
}

/** Reads a header; null when no column can hold an indicator: then it is no header of a feed. */
export function columnsOf(names: readonly string[]): Columns | null {
  const found = new Map<Field, number>()
  const best = new Map<Field, number>()
  const typed: { at: number; hint: Hint }[] = []
  names.slice(0, 1000).forEach((name, at) => {
    const word = squash(name)
    const field = fieldOf.get(word)
    const hint = hintOf(word)
    if (field === undefined && hint !== null) typed.push({ at, hint })
    else if (field !== undefined && rankOf(word) < (best.get(field) ?? Infinity)) {
      found.set(field, at)
      best.set(field, rankOf(word))
    }
  })
  const value = found.get('value')
  if (value === undefined) return typed.length === 0 ? null : { fields: found, values: typed }
  // Beside a value column, `url` or `hash` are references and details.
  return { fields: found, values: [{ at: value, hint: 'any' }] }
}

/** Takes the indicators of one row. `cell` gives the text of a column, '' when it is not there. */
export function takeRow(
  record: number,
  columns: Columns,
  cell: (at: number) => string,
  base: Labels,
  out: Collector,
): void {
  const of = (field: Field): string => cell(columns.fields.get(field) ?? -1).trim()
  const type = of('type')
  const hint = hintOf(type)
  const labels = labelsOf(of, base)
  for (const column of columns.values) {
    const raw = cell(column.at)
    if (raw.trim() === '') {
      if (columns.values.length === 1) out.reject('missing_field', record, 'no value', '')
      continue
    }
    const meant = column.hint === 'any' ? hint : column.hint
    if (meant === null && type !== '' && columns.fields.has('type') && !isLooseType(type)) {
      out.ignore(type)
      continue
    }
    for (const value of valuesIn(raw, meant ?? 'any'))
      out.take(record, value.hint ?? meant ?? 'any', value.text, labels)
  }
}

/** Words in a type column that tell the role of a value and not its kind: the value is looked at. */
const isLooseType = (type: string): boolean =>
  /\b(?:c2|c&c|cnc|payload|malware|phishing|botnet|network|ioc|indicator|delivery|exfil\w*|activity)\b/i.test(type)

/** Several digests of one file in a cell (Sekoia `;`, Volexity `,`), and Sekoia's sentence for address and port (2025). */
function valuesIn(raw: string, hint: Hint): { text: string; hint: Hint | null }[] {
  const parts = raw.split(/[;,|\s]+/).filter((p) => p !== '')
  if (parts.length > 1 && parts.length <= 16 && parts.every((p) => /^[0-9a-f]{32,128}$/i.test(p)))
    return parts.map((text) => ({ text, hint: 'hash' }))
  const sentence = hint === 'any' ? /^network traffic to (\S{1,255}) on port \d{1,5}$/i.exec(raw.trim()) : null
  return sentence === null ? [{ text: raw, hint: null }] : [{ text: sentence[1]!, hint: null }]
}

function labelsOf(of: (field: Field) => string, base: Labels): Labels {
  const family = of('family')
  const known = targetedFamily(family) ?? targetedFamily(of('note'))
  const named = family !== '' ? family.slice(0, 200) : known
  const confidence = /^\d{1,3}$/.test(of('confidence')) ? Number(of('confidence')) : -1
  const notForAlerts = /^(?:0|false|no)$/i.test(of('toIds'))
  return {
    ...base,
    families: named === null ? base.families : [...new Set([...base.families, named])],
    targeted: base.targeted || speaksOfTargeted([family, of('note')]),
    confidence: confidence >= 0 && confidence <= 100 ? confidence : base.confidence,
    validFrom: timeOf(of('from')) || base.validFrom,
    validUntil: timeOf(of('until')) || base.validUntil,
    published: timeOf(of('published')) || timeOf(of('from')) || base.published,
    state: notForAlerts ? 'proposed' : base.state,
    reason: notForAlerts ? 'the feed does not want it used for alerts (to_ids is false)' : base.reason,
  }
}

/** Takes one JSON object as a row: its keys are the header. false: it holds no indicator. */
export function takeObject(record: number, object: JsonObject, base: Labels, out: Collector): boolean {
  const keys = Object.keys(object)
  const columns = columnsOf(keys)
  if (columns === null) return false
  const cell = (at: number): string => (at < 0 ? '' : textsIn(object[keys[at]!] ?? null).join(', '))
  // URLhaus has the URL and its host beside each other: the URL says more.
  const url = columns.values.find((v) => v.hint === 'url')
  takeRow(record, url === undefined ? columns : { ...columns, values: [url] }, cell, base, out)
  return true
}

/** Lists of objects in a document, under whatever key: `iocs`, `data`, `results`, ThreatFox's export by id. */
export function objectRows(document: Json): JsonObject[] {
  if (Array.isArray(document)) return objectsIn(document)
  if (!isObject(document)) return []
  const lists = Object.values(document).filter(Array.isArray).flatMap(objectsIn)
  return lists.length > 0 ? lists : [document]
}

/** OTX pulses of a document: a list, or a page of `results`. */
export function otxPulses(document: Json): JsonObject[] {
  const list = isObject(document) && Array.isArray(document.results) ? document.results : document
  return (Array.isArray(list) ? objectsIn(list) : isObject(list) ? [list] : []).filter(
    (p) => Array.isArray(p.indicators) && objectsIn(p.indicators).some((i) => 'indicator' in i),
  )
}

export async function readOtx(pulses: readonly JsonObject[], out: Collector): Promise<void> {
  let record = 0
  if (pulses.length === 1) out.nameFeed(textIn(pulses[0]!.author_name))
  for (const pulse of pulses) {
    const title = textIn(pulse.name)
    const malware = objectsIn(pulse.malware_families)
      .map((m) => textIn(m.display_name))
      .concat(textsIn(pulse.malware_families))
    const families = malware.filter((n) => n !== '')
    const base: Labels = {
      ...noLabels,
      families: families.length > 0 ? families : title === '' ? [] : [title.slice(0, 200)],
      targeted: speaksOfTargeted([...families, title, ...textsIn(pulse.tags)]),
      published: timeOf(pulse.created),
    }
    for (const indicator of objectsIn(pulse.indicators)) {
      record++
      const active = indicator.is_active !== 0 && indicator.is_active !== false
      const until = active ? timeOf(indicator.expiration) : timeOf(indicator.expiration) || timeOf(indicator.created)
      takeObject(record, indicator, { ...base, validUntil: until }, out)
      if (out.full()) await out.flush()
    }
  }
}

/** Objects one by one (NDJSON) or in a list. true: at least one held an indicator. */
export async function readObjects(
  rows: Iterable<{ record: number; object: JsonObject }>,
  base: Labels,
  out: Collector,
): Promise<boolean> {
  let any = false
  for (const { record, object } of rows) {
    if (takeObject(record, object, base, out)) any = true
    else out.ignore('object without an indicator')
    if (out.full()) await out.flush()
  }
  return any
}
