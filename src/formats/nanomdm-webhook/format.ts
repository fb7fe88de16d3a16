// Webhooks of NanoMDM and MicroMDM, as a receiver writes them down: the envelope says when and of which device, and
// `raw_payload` holds the property list that the device sent. Source of the fields: service/webhook/event.json of NanoMDM.
import {
  type CodeFormat,
  defineFormat,
  type Micros,
  type Out,
  type ParseContext,
  type ProblemCode,
  type Sniff,
} from '../../model/index.ts'
import { readPlist } from '../../plist/documents.ts'
import type { PlistDict } from '../../plist/plist.ts'
import { appleTime } from '../apple.ts'
import { flawOf, mdmClaims, type Taken, takeMessage } from '../mdm.ts'
import { maxRecord, recordsOf, type WebhookRecord } from './records.ts'

/** Of a body longer than `rawLength` the first `briefLength` characters are kept: time, device and command stand there, and 300 apps would repeat it 300 times. */
const rawLength = 4096
const briefLength = 1024
/** Devices whose statements are kept to be told once. */
const maxStatements = 200_000

type Flaw = { readonly code: ProblemCode; readonly detail: string }

async function parse(bytes: AsyncIterable<Buffer>, out: Out, context: ParseContext): Promise<void> {
  const statements = new Map<string, { record: number; row: Taken['statements'][number] }>()
  for await (const record of recordsOf(bytes, context.signal)) {
    context.signal.throwIfAborted()
    const taken = takeRecord(record)
    for (const { code, detail } of taken.flaws)
      out.problem({ code, detail, record: record.record, byte: record.byte, sample: record.start })
    for (const row of taken.events) await out.row('device_event', record.record, row)
    for (const row of taken.statements) {
      const key = `${row.event_key} ${JSON.stringify(row.labels)}`
      if (!statements.has(key) && statements.size < maxStatements) statements.set(key, { record: record.record, row })
    }
  }
  // A device is asked for its inventory every day and says the same: told once.
  for (const { record, row } of statements.values()) await out.row('identity_event', record, row)
}

/** Rows of one webhook body. Never throws. */
function takeRecord({ text }: WebhookRecord): Taken {
  if (text === null) return flawed({ code: 'size_limit', detail: `a body longer than ${maxRecord / 1024 ** 2} MiB` })
  // an error of JSON.parse costs more than all else here
  if (!/^\s*\{/.test(text)) return flawed({ code: 'bad_record', detail: 'not a JSON object' })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return flawed({ code: /\}\s*$/.test(text.slice(-100)) ? 'bad_record' : 'truncated', detail: 'not JSON' })
  }
  const event = object(value)
  const topic = textOf(event, 'topic')
  const body = object(event.acknowledge_event ?? event.checkin_event)
  if (Object.keys(body).length === 0)
    return flawed({
      code: 'unknown_kind',
      detail: `no event of a device${topic === '' ? '' : `: topic ${topic.slice(0, 60)}`}`,
    })
  const payload = textOf(body, 'raw_payload')
  if (payload === '') return flawed({ code: 'missing_field', detail: 'raw_payload: the receiver left it out' })
  const bytes = Buffer.from(payload, 'base64')
  if (bytes.length === 0) return flawed({ code: 'bad_record', detail: 'raw_payload is not base64' })
  const document = readPlist(bytes)
  const flaw = flawOf(document)
  if (flaw !== null) return flawed({ ...flaw, detail: `raw_payload: ${flaw.detail}` })
  const ts = createdAt(event)
  const raw = text.replace(/\r$/, '')
  const kept = raw.length > rawLength ? raw.slice(0, briefLength) : raw
  const taken = takeMessage(document.value as PlistDict, {
    ts: ts ?? 0,
    raw: () => kept,
    udid: textOf(body, 'udid') || textOf(object(body.ids), 'id'),
    enrollment: textOf(body, 'enrollment_id'),
    command: textOf(body, 'command_uuid'),
    status: textOf(body, 'status'),
  })
  if (ts !== null || (taken.events.length === 0 && taken.statements.length === 0)) return taken
  return {
    events: [],
    statements: taken.statements,
    flaws: [{ code: 'bad_time', detail: 'created_at cannot be read' }],
  }
}

/** Go's zero time, `0001-01-01T00:00:00Z`, is none. */
function createdAt(event: Readonly<Record<string, unknown>>): Micros | null {
  return appleTime(textOf(event, 'created_at'))?.at ?? null
}

function flawed(flaw: Flaw): Taken {
  return { events: [], statements: [], flaws: [flaw] }
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function textOf(from: Readonly<Record<string, unknown>>, key: string): string {
  const value = Object.hasOwn(from, key) ? from[key] : ''
  return typeof value === 'string' ? value : ''
}

/** Keys of the envelope as Go writes them; a log that quotes a webhook escapes them. Keys may stand in any order, so the topic may lie beyond the head. */
function sniff(bytes: Buffer): Sniff {
  const head = bytes.toString('utf8', 0, Math.min(bytes.length, 64 * 1024))
  if (!/^[\s\ufeff]*[[{]/.test(head) || !/"(?:acknowledge|checkin)_event"\s{0,20}:\s{0,20}\{/.test(head)) return 'no'
  // base64 of `<?xml`, `<!DOC`, `<plist` and `bplist`
  const payload = /"raw_payload"\s{0,20}:\s{0,20}"(?:PD94|PCFE|PHBs|YnBs)/.test(head)
  return payload || /"topic"\s{0,20}:\s{0,20}"mdm\.[A-Za-z]{3,40}"/.test(head) ? 'yes' : 'no'
}

export const nanomdmWebhook: CodeFormat = defineFormat({
  id: 'nanomdm-webhook',
  kind: 'code',
  title: 'NanoMDM or MicroMDM webhooks (JSON)',
  version: 1,
  names: ['*webhook*.ndjson', '*webhook*.json', '*webhook*.jsonl'],
  claims: mdmClaims({
    means: 'when the server had the message from the device (created_at)',
    precision: 'second',
    zone: 'stated',
  }),
  sniff: (head) => sniff(head),
  parse,
})
