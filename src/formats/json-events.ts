// Events, alerts and inventories that services of device management and threat defence hand out as JSON: one a line, one
// after another, in an array, or as the members of an answer that came in pages. What they share is here; each format says
// what one record of its service means.
import { createHash } from 'node:crypto'
import type { CodeFormat, EvidenceRow, Micros, Out, ParseContext, ProblemCode, Sniff, Stamped } from '../model/index.ts'
import { canonicalMac, canonicalName, canonicalUrl, refang } from '../names/index.ts'
import { platformOf as applePlatform, appleTime, details } from './apple.ts'
import { membersOf, mended, objectsOf } from './json-scan.ts'
import { maxRecord, recordsOf } from './nanomdm-webhook/records.ts'

export type Json = Readonly<Record<string, unknown>>

type Draft<T extends keyof EvidenceRow> = Partial<Omit<EvidenceRow[T], Stamped | 'raw' | 'ts' | 'event_key'>> & {
  readonly ts: Micros
  readonly event_key: string
}
export type EventDraft = Draft<'device_event'>
export type ContactDraft = Draft<'network'>
export type StatementDraft = Draft<'identity_event'>

/** What a record says: rows without their text, and what is wrong with it. Empty texts are left out of the row. */
export type Told =
  | { readonly table: 'device_event'; readonly row: EventDraft }
  | { readonly table: 'network'; readonly row: ContactDraft }
  | { readonly table: 'identity_event'; readonly row: StatementDraft }
  | { readonly table: 'problem'; readonly code: ProblemCode; readonly detail: string }

/** An alert that says nothing of its kind has one all the same: it is what alerts are told apart by. */
export const event = (row: EventDraft): Told => ({
  table: 'device_event',
  row: row.kind === 'other' && !row.category ? { ...row, category: 'uncategorized' } : row,
})
export const contact = (row: ContactDraft): Told => ({ table: 'network', row })
export const statement = (row: StatementDraft): Told => ({ table: 'identity_event', row })
export const flaw = (code: ProblemCode, detail: string): Told => ({ table: 'problem', code, detail })

export type JsonFormat = Omit<CodeFormat, 'kind' | 'sniff' | 'parse'> & {
  /** Keys that a record always has (`a|b`: one of them): a file without is not looked at closer. */
  readonly marks: readonly string[]
  /** Keys of an answer under which its records stand, as `value` in Microsoft’s. */
  readonly pages?: readonly string[]
  /** Is it a record of this service? Of a record that the head cuts off only the first members are there. */
  is(record: Json): boolean
  /** Rows of a record. Never throws. `notAfter`: newest time it can have, where it states none. */
  take(record: Json, notAfter: Micros): Iterable<Told>
}

/** Of a record longer than `rawLength` the first `briefLength` characters are kept: 300 apps would repeat it 300 times. */
const rawLength = 4096
const briefLength = 1024
const maxStatements = 200_000
const headLength = 64 * 1024

/** A format whose records are JSON objects. */
export function jsonFormat({ marks, pages = [], is, take, ...shape }: JsonFormat): CodeFormat {
  const wrapper = pages.length === 0 ? null : new RegExp(`"(?:${pages.join('|')})"\\s{0,100}:\\s{0,100}[[{]`)
  const slicesOf = (text: string): readonly (readonly [number, number])[] =>
    (wrapper?.test(text) ? membersOf(text, pages) : null) ?? [[0, text.length]]

  function sniff(bytes: Buffer): Sniff {
    const head = bytes.subarray(0, headLength)
    if (!marks.every((mark) => mark.split('|').some((one) => head.includes(`"${one}"`)))) return 'no'
    const text = head.toString('utf8')
    if (!/^[\s\ufeff]*[[{]/.test(text)) return 'no'
    let looked = 0
    for (const [from, to] of objectsOf(text)) {
      const piece = text.slice(from, to)
      for (const [start, end] of slicesOf(piece).slice(0, 5)) {
        const record = objectOf(piece.slice(start, end)) ?? objectOf(mended(piece.slice(start, end)))
        if (record !== null && is(record)) return 'yes'
      }
      if (++looked === 5) break
    }
    return 'no'
  }

  async function parse(bytes: AsyncIterable<Buffer>, out: Out, context: ParseContext): Promise<void> {
    const statements = new Map<string, { record: number; row: StatementDraft & { raw: string } }>()
    let record = 0
    const page = { at: 0, byte: 0 }
    const { stream, added } = await asDocument(bytes)
    for await (const body of recordsOf(stream, context.signal)) {
      const place = { record: body.record, byte: body.byte - added, sample: body.start }
      if (body.text === null) {
        out.problem({ ...place, code: 'size_limit', detail: `a record longer than ${maxRecord / 1024 ** 2} MiB` })
        continue
      }
      const text = body.text.replace(/\r$/, '')
      const slices = slicesOf(text)
      // members of an answer are counted through; a line is its own number
      const counted = slices.length !== 1 || slices[0]![0] > 0
      page.at = 0
      page.byte = place.byte
      for (const [from, to] of slices) {
        context.signal.throwIfAborted()
        record = counted ? record + 1 : Math.max(record, body.record)
        page.byte += Buffer.byteLength(text.slice(page.at, from))
        page.at = from
        const own = text.slice(from, to)
        const where = { record: counted ? record : body.record, byte: page.byte, sample: own.slice(0, 200) }
        for (const told of takeText(own, context.notAfter)) {
          if (told.table === 'problem') out.problem({ ...where, code: told.code, detail: told.detail })
          else {
            const raw = own.length > rawLength ? own.slice(0, briefLength) : own
            const row = { ...filled(told.row), raw }
            if (told.table !== 'identity_event') await out.row(told.table, where.record, row)
            else if (statements.size < maxStatements && !statements.has(told.row.event_key))
              statements.set(told.row.event_key, { record: where.record, row: row as never })
          }
        }
      }
    }
    // A device is told of every day and stays the same: its statement is told once.
    for (const { record: at, row } of statements.values()) await out.row('identity_event', at, row)
  }

  function takeText(text: string, notAfter: Micros): Iterable<Told> {
    // an error of JSON.parse costs more than all else here
    if (!/^[\s\ufeff]*\{/.test(text)) return [flaw('bad_record', 'not a JSON object')]
    const record = objectOf(text.replace(/^\ufeff/, ''))
    if (record !== null) return is(record) ? numbered(take(record, notAfter)) : [flaw('unknown_kind', kindOf(record))]
    return [flaw(/\}\s*$/.test(text.slice(-100)) ? 'bad_record' : 'truncated', 'not JSON')]
  }

  return { ...shape, kind: 'code', sniff: (head) => sniff(head), parse }
}

/**
 * An object whose first line breaks off behind a bracket or comma goes on in the next ones (Tailscale: `{"logs": [{`): it is read as
 * documents are, behind a bracket that is `added` (bytes).
 */
async function asDocument(bytes: AsyncIterable<Buffer>): Promise<{ stream: AsyncIterable<Buffer>; added: number }> {
  const iterator = bytes[Symbol.asyncIterator]()
  const head: Buffer[] = []
  let length = 0
  while (length < 1024) {
    const { value, done } = await iterator.next()
    if (done === true) break
    head.push(value)
    length += value.length
  }
  const first = Buffer.concat(head)
  const broken = /^[\s\ufeff]*\{[^\n]{1,500}[[{,][ \t]*\r?\n/.test(first.toString('utf8', 0, 1024))
  async function* all(): AsyncGenerator<Buffer> {
    if (broken) yield Buffer.from('[')
    yield first
    for (;;) {
      const { value, done } = await iterator.next()
      if (done === true) return
      yield value
    }
  }
  return { stream: all(), added: broken ? 1 : 0 }
}

const kindOf = (record: Json): string =>
  `not a record of this service; its keys: ${Object.keys(record).slice(0, 8).join(', ').slice(0, 200)}`

/** Rows of one record each have a key of their own; a record that tells nothing is told of. */
function* numbered(told: Iterable<Told>): Generator<Told> {
  const met = new Map<string, number>()
  let silent = true
  for (const one of told) {
    silent = false
    if (one.table === 'problem') {
      yield one
      continue
    }
    const about = `${one.table} ${one.row.event_key}`
    const again = (met.get(about) ?? 0) + 1
    met.set(about, again)
    if (again === 1) yield one
    else yield { ...one, row: { ...one.row, event_key: `${one.row.event_key} #${again}` } } as Told
  }
  if (silent) yield flaw('missing_field', 'it states nothing that could be told')
}

/** Without what says nothing. */
function filled<R extends object>(row: R): R {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== '' && value !== undefined)) as R
}

function objectOf(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What stands at a path of keys (`a.b`); undefined where nothing does. A key with a dot in it is looked for first. */
function at(from: unknown, path: string): unknown {
  if (!isObject(from)) return undefined
  if (Object.hasOwn(from, path)) return from[path]
  let value: unknown = from
  for (const key of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined
    value = value[key]
  }
  return value
}

/** Text at the first path that states any; numbers as written, booleans as yes and no; '' where nothing is. */
export function textAt(from: unknown, ...paths: readonly string[]): string {
  for (const path of paths) {
    const value = at(from, path)
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
    if (typeof value === 'number' && Number.isFinite(value)) return String(value)
    if (typeof value === 'boolean') return value ? 'yes' : 'no'
  }
  return ''
}

export const objectAt = (from: unknown, path: string): Json => {
  const value = at(from, path)
  return isObject(value) ? value : {}
}

/** Objects of a list; [] where there is none. At most 10,000, as many as a device can have apps. */
export const listAt = (from: unknown, path: string): readonly Json[] => {
  const value = at(from, path)
  return Array.isArray(value) ? value.slice(0, 10_000).filter(isObject) : []
}

/** Texts of a list, or the one text that stands there. */
export const textsAt = (from: unknown, path: string): readonly string[] => {
  const value = at(from, path)
  const list = Array.isArray(value) ? value.slice(0, 1000) : [value]
  return list.filter((one): one is string => typeof one === 'string' && one.trim() !== '').map((one) => one.trim())
}

/** 1 for a state that holds, 0 for one that does not: as written by a service that says `True`, `1`, `enabled`. '' for what says neither (Unknown, NotAvailable): a state nobody knows is no change. */
export function stateAt(from: unknown, ...paths: readonly string[]): '' | 'yes' | 'no' {
  const word = textAt(from, ...paths).toLowerCase()
  if (['yes', 'true', '1', 'enabled', 'on'].includes(word)) return 'yes'
  return ['no', 'false', '0', 'disabled', 'off'].includes(word) ? 'no' : ''
}

/** Time at the first path that states one: ISO 8601, or seconds, milli- or microseconds since 1970. null: none. */
export function timeAt(from: unknown, ...paths: readonly string[]): Micros | null {
  for (const path of paths) {
    const time = timeOf(textAt(from, path))
    if (time !== null) return time
  }
  return null
}

/** A time as these services write it; null: none. No zone: UTC. Before 2000 none of them existed (Microsoft writes the year 1 for never). */
export function timeOf(written: string): Micros | null {
  if (/^\d{9,10}(?:\.\d{1,9})?$/.test(written)) return inRange(Math.round(Number(written) * 1e6))
  if (/^\d{12,13}$/.test(written)) return inRange(Number(written) * 1000)
  if (/^\d{15,16}$/.test(written)) return inRange(Number(written))
  // seconds may be left out, and the offset may stand without minutes
  return inRange(appleTime(written.replace(/([+-]\d\d)$/, '$100'))?.at ?? null)
}

/** Short hash of what a record says: part of the key of records that their service gives no id. */
export const digestOf = (said: unknown): string =>
  createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 16)

const since2000 = 946_684_800_000_000
const inRange = (time: Micros | null): Micros | null => (time !== null && time >= since2000 ? time : null)

const otherSystems: readonly (readonly [RegExp, string])[] = [
  [/\bandroid/i, 'android'],
  [/\bwindows/i, 'windows'],
  [/\b(?:chrome ?os|chromebook)/i, 'chromeos'],
  [/\b(?:linux|ubuntu|debian|rhel|centos|fedora)/i, 'linux'],
]

/** ios, macos … or android, windows, linux, chromeos, by what the service calls the system, then the model; '' where nothing tells. */
export function platformOf(system: string, model = ''): string {
  const known = (word: string): string =>
    applePlatform(word, '', '') || (otherSystems.find(([pattern]) => pattern.test(word))?.[1] ?? '')
  return (
    known(system) ||
    applePlatform('', model.replaceAll(' ', ''), '') ||
    (/\b(?:iPhone|iPad)/.test(model) ? 'ios' : known(model))
  )
}

/** Tells that a record is about another platform; its rows are kept and marked. */
export function* foreign(platform: string): Generator<Told> {
  if (platform !== '' && platform !== 'ios') yield flaw('wrong_platform', `the record is about ${platform}`)
}

const udidPattern = /^(?:[0-9a-f]{40}|[0-9A-F]{8}-[0-9A-F]{16})$/i

/** A UDID of an iPhone or iPad (40 hex digits, or 8-16 since the iPhone XS); '' for any other id. */
export const udidOf = (id: string): string => (udidPattern.test(id) ? id : '')

const noSerial = /^(?:0|unknown|none|n\/?a|null|undefined|not available)$/i

/** Who a record is about: UDID and serial number where it states them; else the name, else the id that the service gave. */
export function whoOf(given: { udid?: string; serial?: string; name?: string; id?: string }): {
  udid: string
  serial: string
  device: string
} {
  const udid = given.udid ?? ''
  const serial = noSerial.test(given.serial ?? '') ? '' : (given.serial ?? '')
  return { udid, serial, device: udid === '' && serial === '' ? given.name || given.id || '' : '' }
}

/** How a contact names its device, where one column is all there is: `network` knows neither UDID nor serial number. */
export const nameOf = (given: { udid?: string; serial?: string; name?: string; id?: string }): string =>
  given.name || given.udid || whoOf({ serial: given.serial ?? '' }).serial || given.id || ''

/** That a name belongs to a UDID or serial number: it holds always. Nothing where the record does not state both. */
export function* named(given: {
  udid?: string
  serial?: string
  name?: string
  user?: string
  mac?: string
  labels?: Record<string, string>
}): Generator<Told> {
  const { udid, serial } = whoOf(given)
  const device = given.name ?? ''
  if (device === '' || (udid === '' && serial === '')) return
  const written = canonicalMac(given.mac ?? '') ?? ''
  const mac = written === '00:00:00:00:00:00' ? '' : written
  const user = given.user ?? ''
  const labels = given.labels ?? {}
  yield statement({
    ts: 0,
    kind: 'inventory',
    device,
    user,
    serial,
    udid,
    mac,
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    event_key: [udid, serial, device, mac, user].join(' ').trim(),
  })
}

/** Columns that say where a contact went, from a URL, name or address as written (perhaps defanged); null where it is none of these. */
export function destinationOf(written: string): Pick<ContactDraft, 'url' | 'domain' | 'domain_raw' | 'dst_ip'> | null {
  const plain = refang(written.trim())
  if (plain === '' || plain.length > 8192 || /\s/.test(plain)) return null
  const parsed = /^[A-Za-z][A-Za-z0-9+.-]{0,30}:\/\/|\//.test(plain) ? canonicalUrl(plain) : null
  const host = canonicalName(parsed?.host ?? plain)
  if (host === null || (host.kind === 'domain' && !host.value.includes('.'))) return null
  const url = parsed === null ? '' : plain
  if (host.kind === 'ip') return { url, dst_ip: host.value }
  const shown = parsed === null ? written.trim() : ''
  return { url, domain: host.value, domain_raw: shown === host.value ? '' : shown }
}

type Who = Partial<Omit<EventDraft, 'ts' | 'event_key' | 'kind' | 'category' | 'detail'>>

/** One row for each state that the record tells; '' is not told. `more` stands beside the value. */
export function* postures(
  about: { readonly ts: Micros; readonly key: string; readonly who: Who },
  states: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): Generator<Told> {
  for (const [category, value] of Object.entries(states))
    if (value !== '')
      yield event({
        ...about.who,
        ts: about.ts,
        kind: 'posture',
        category,
        detail: details({ value, ...more }),
        // an inventory that is read again before the device was in contact may hold another verdict on it
        event_key: `${about.key} posture ${category}=${value.slice(0, 80)}`,
      })
}

type Member = Pick<EventDraft, 'app' | 'app_version' | 'category'> & { readonly detail: Record<string, string> }

/** A list that an inventory states whole: one row that stands for it, with the ids of all, and one for each member. */
export function* listed(
  about: { readonly ts: Micros; readonly key: string; readonly who: Who },
  kind: 'app' | 'profile',
  members: readonly Member[],
): Generator<Told> {
  const idOf = ({ app, category, detail }: Member): string => (kind === 'app' ? app || detail.name : category) ?? ''
  const ids = [...new Set(members.map(idOf).filter((id) => id !== ''))].sort()
  const detail = { value: ids.join('\u001f'), count: String(members.length) }
  const category = `${kind}_list`
  yield event({ ...about.who, ts: about.ts, kind: 'posture', category, detail, event_key: `${about.key} ${category}` })
  for (const member of members)
    yield event({
      ...about.who,
      ...member,
      ts: about.ts,
      kind,
      event_key: `${about.key} ${kind} ${idOf(member)}`,
    })
}

/** What threat-defence services have in common, as far as their alerts tell. */
export const threatBlind = [
  'what the product did not judge to be a threat',
  'processes, memory and system files: the product is an app in a sandbox like any other',
  'devices on which its app was removed, lost its permissions, or gave up its VPN to another',
] as const

export const threatAttack = [
  { dataComponent: 'DC0123', logSource: 'MobileEDR:telemetry' },
  { dataComponent: 'DC0018', logSource: 'MDM:DeviceIntegrity' },
] as const
