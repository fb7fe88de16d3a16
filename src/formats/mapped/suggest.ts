// Proposes a map for a file that no format knows: what the values look like, and what their fields are called.
import { csvHead, type Delimiter } from '../csv.ts'
import { headObjects } from '../text.ts'
import { type FieldMap, type FieldPath, mapText, parseMap } from './field-map.ts'
import { hints, type Kind, shapeOf, timeWords } from './hints.ts'

type Sampled = { readonly path: string[]; readonly label: string; readonly word: string; readonly values: string[] }

/** Most, not all: one odd value in a head is common. */
const most = (values: readonly string[], test: (value: string) => boolean): boolean =>
  values.length > 0 && values.filter(test).length >= 0.7 * values.length
const mostAre = (field: Sampled, ...kinds: Kind[]): boolean =>
  most(field.values, (value) => kinds.includes(shapeOf(value)))

/** How times are written, the surest first. Epochs must lie between 2001 and 2100, or any counter would do. */
const timeShapes: readonly (readonly [FieldMap['time']['format'], (value: string) => boolean])[] = [
  ['iso', (v) => /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)? ?(Z|UTC|[+-]\d\d(:?\d\d)?)?$/.test(v)],
  ['epoch_ns', (v) => /^[1-4]\d{18}$/.test(v)],
  ['epoch_us', (v) => /^[1-4]\d{15}$/.test(v)],
  ['epoch_ms', (v) => /^[1-4]\d{12}$/.test(v)],
  ['epoch_s', (v) => /^[1-4]\d{9}(\.\d+)?$/.test(v)],
  ['%d.%m.%Y %H:%M:%S', (v) => /^\d{1,2}\.\d{1,2}\.\d{4} \d{1,2}:\d\d:\d\d$/.test(v)],
  ['%d.%m.%Y %H:%M:%S.%f', (v) => /^\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d\.\d+$/.test(v)],
  ['%d.%m.%Y %H:%M', (v) => /^\d{1,2}\.\d{1,2}\.\d{4} \d{1,2}:\d\d$/.test(v)],
  ['%d/%b/%Y:%H:%M:%S %z', (v) => /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}$/.test(v)],
  ['%Y/%m/%d %H:%M:%S', (v) => /^\d{4}\/\d{1,2}\/\d{1,2} \d{1,2}:\d\d:\d\d$/.test(v)],
  ['%m/%d/%Y %H:%M:%S', (v) => /^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d:\d\d$/.test(v)],
  ['%d/%m/%Y %H:%M:%S', (v) => /^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d:\d\d$/.test(v)],
]

/** Letters and digits; `@` and what shippers put around a record (`winlog.event_data.`, `fields.`) left out. */
const wordOf = (path: readonly string[]): string =>
  path
    .join('.')
    .replace(/^(?:winlog\.event_data|data|fields|record|event_data|_source)\./i, '')
    .toLowerCase()
    .replaceAll(/[äöüß]/g, (c) => ({ ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' })[c]!)
    .replace(/[^a-z0-9]/g, '')

const mostFields = 400

function jsonFields(head: Buffer): Sampled[] {
  const found = new Map<string, Sampled>()
  const walk = (value: unknown, path: string[]): void => {
    if (path.length > 6 || found.size >= mostFields) return
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) if (key !== '' && key.length <= 200) walk(inner, [...path, key])
      return
    }
    if (path.length === 0 || value === null || value === '') return
    const key = JSON.stringify(path)
    if (!found.has(key)) found.set(key, { path, label: path.join('.'), word: wordOf(path), values: [] })
    const text = Array.isArray(value)
      ? value.length > 0 && value.every((item) => typeof item !== 'object')
        ? JSON.stringify(value)
        : null
      : String(value)
    if (text !== null) found.get(key)!.values.push(text)
  }
  for (const object of headObjects(head, 20)) walk(object, [])
  return [...found.values()].filter((field) => field.values.length > 0)
}

type Csv = {
  readonly delimiter: Delimiter
  readonly header: boolean
  readonly columns: string[]
  readonly fields: Sampled[]
}

function csvFields(head: Buffer): Csv | null {
  for (const delimiter of [';', '\t', '|', ','] as const) {
    const rows = csvHead(head, delimiter, 20)
    const width = rows[0]?.length ?? 0
    if (width < 3 || width > mostFields || rows.length < 2 || !rows.every((row) => row.length === width)) continue
    const isName = (cell: string): boolean =>
      cell.trim() !== '' && ['text', 'name'].includes(shapeOf(cell.trim())) && timeOf([cell.trim()]) === null
    const header = rows[0]!.every(isName) && new Set(rows[0]).size === width
    const columns = header ? rows[0]! : rows[0]!.map((_, index) => `column${index + 1}`)
    const body = header ? rows.slice(1) : rows
    const fields = columns.map((name, index) => ({
      path: [name],
      label: name,
      word: wordOf([name]),
      values: body.map((row) => row[index]!.trim()).filter((value) => value !== '' && value !== '-'),
    }))
    return { delimiter, header, columns, fields: fields.filter((field) => field.values.length > 0) }
  }
  return null
}

const timeOf = (values: readonly string[]): FieldMap['time']['format'] | null => {
  const found = timeShapes.find(
    ([format, test]) =>
      most(values, test) && (!format.startsWith('%m/%d') || values.every((value) => Number(value.split('/')[0]) <= 12)),
  )
  return found?.[0] ?? null
}

/** `source.ip` reads back as these parts; names with dots of their own are given as a list. */
const pathFor = (field: Sampled, kind: FieldMap['kind']): FieldPath =>
  kind === 'csv'
    ? field.path[0]!
    : field.path.some((part) => part.includes('.')) && field.path.length > 1
      ? field.path
      : field.path.join('.')

/**
 * A map for the text that begins with `head`, with reasons and as YAML; null when no time, or nothing that was
 * contacted, can be told. Pure; to be looked at by the operator before it is used.
 */
export function suggestMap(head: Buffer, name: string): { map: FieldMap; why: string[]; yaml: string } | null {
  const objects = jsonFields(head)
  const kind = objects.length > 0 ? 'ndjson' : 'csv'
  const csv = kind === 'csv' ? csvFields(head) : null
  const fields = kind === 'ndjson' ? objects : (csv?.fields ?? [])
  const why: string[] = []

  const times = fields.flatMap((field) => {
    const format = timeOf(field.values)
    return format === null ? [] : [{ field, format }]
  })
  // a number is taken for a time only where the name says so
  const named = times.filter(({ field }) => timeWords.test(field.word))
  const time = named[0] ?? times.find(({ format }) => !format.startsWith('epoch'))
  if (!time) return null
  why.push(`${time.field.label} is the time: ${time.format}, as in “${time.field.values[0]!.slice(0, 40)}”`)
  if (time.format.includes('%m/%d')) why.push('month and day of the time may be the other way round: %d/%m/%Y')

  const columns = new Map<string, Sampled>()
  const used = new Set<Sampled>([time.field])
  const take = (column: string, field: Sampled | undefined, reason: string): void => {
    if (!field || columns.has(column) || used.has(field)) return
    columns.set(column, field)
    used.add(field)
    why.push(`${field.label} → ${column}: ${reason}, as in “${field.values[0]!.slice(0, 60)}”`)
  }
  for (const hint of hints) {
    const fits = fields.filter(
      (field) =>
        !used.has(field) && hint.words.test(field.word) && (!hint.kinds || mostAre(field, ...hint.kinds, 'list')),
    )
    const order = (field: Sampled): number =>
      hint.words.source.split('|').findIndex((word) => word.replace(/[^a-z0-9]/g, '') === field.word)
    take(hint.column, fits.sort((a, b) => order(a) - order(b))[0], 'by its name')
  }
  // what the names do not tell, the values may
  const unused = (...kinds: Kind[]): Sampled[] => fields.filter((field) => !used.has(field) && mostAre(field, ...kinds))
  if (!columns.has('url')) take('url', unused('url')[0], 'its values are URLs')
  if (!columns.has('domain') && !columns.has('url')) take('domain', unused('name')[0], 'its values are host names')
  const addresses = unused('ip')
  if (!columns.has('src_ip')) take('src_ip', addresses[0], 'its values are addresses (the first such field)')
  if (!columns.has('dst_ip'))
    take(
      'dst_ip',
      addresses.find((field) => !used.has(field)),
      'its values are addresses (the second such field)',
    )
  if (!columns.has('src_mac')) take('src_mac', unused('mac')[0], 'its values are MAC addresses')
  if (!['domain', 'url', 'dst_ip'].some((column) => columns.has(column))) return null

  const has = (...names: string[]): boolean => names.some((column) => columns.has(column))
  const domainWord = columns.get('domain')?.word ?? ''
  const contact: FieldMap['contact'] =
    has('qtype', 'answers') || /quer|^qname|dnsquestion/.test(domainWord)
      ? 'dns'
      : has('url', 'user_agent', 'referrer')
        ? 'http'
        : has('ja3', 'ja4', 'cert_sha1', 'cert_sha256') || /sni|servername/.test(domainWord)
          ? 'tls'
          : 'flow'
  why.push(`taken for ${contact}`)

  const entries = [...columns].map(([column, field]) => {
    const at = pathFor(field, kind)
    const values = column === 'action' ? verdicts(field.values) : null
    return [column, values === null ? at : { field: at, values }] as const
  })
  const stem = name
    .toLowerCase()
    .replace(/\.[a-z]+$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
  const must = ['domain', 'url', 'src_ip', 'dst_ip'].flatMap((column) => columns.get(column) ?? []).slice(0, 2)
  const draft = {
    name: stem || 'suggested',
    match: { fields: must.map((field) => pathFor(field, kind)) },
    kind,
    ...(csv ? { delimiter: csv.delimiter, header: csv.header, ...(csv.header ? {} : { columns: csv.columns }) } : {}),
    contact,
    time: {
      field: pathFor(time.field, kind),
      format: time.format,
      ...(needsZone(time.format, time.field.values) ? { zone: 'UTC' } : {}),
    },
    fields: Object.fromEntries(entries),
  }
  if ('zone' in draft.time)
    why.push('the time states no zone: UTC is assumed, correct it where the log is in local time')
  const map = parseMap(JSON.stringify(draft), name)
  return { map, why, yaml: mapText(map) }
}

const needsZone = (format: string, values: readonly string[]): boolean =>
  format === 'iso'
    ? !values.every((value) => /(Z|UTC|[+-]\d\d(:?\d\d)?)$/.test(value.slice(10)))
    : !format.startsWith('epoch') && !format.includes('%z')

/** Words for a verdict, in the two that the table knows. */
function verdicts(values: readonly string[]): Record<string, string> | null {
  const known = [...new Set(values)].slice(0, 50).flatMap((value): [string, string][] => {
    if (
      /^(den(y|ied)|block(ed)?|drop(ped)?|reject(ed)?|reset|verboten|geblockt|abgelehnt|nxdomain|sinkhole[d]?)$/i.test(
        value,
      )
    )
      return [[value, 'blocked']]
    return /^(allow(ed)?|accept(ed)?|pass(ed)?|permit(ted)?|erlaubt|zugelassen)$/i.test(value)
      ? [[value, 'allowed']]
      : []
  })
  return known.length > 0 ? Object.fromEntries(known) : null
}
