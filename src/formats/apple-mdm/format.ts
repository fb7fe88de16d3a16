// Answers and check-ins of devices managed by Apple's MDM protocol, as servers and tools save them: property lists, XML
// or binary, one or many in a file. Source of the keys: Apple's device-management schema (github.com/apple/device-management).
import {
  type Claim,
  type CodeFormat,
  defineFormat,
  type Micros,
  type Out,
  type ParseContext,
} from '../../model/index.ts'
import { type Document, documentsOf } from '../../plist/documents.ts'
import { isDict, type PlistDict, type PlistStop } from '../../plist/plist.ts'
import { takeWhole } from '../whole.ts'
import { type Envelope, takeMessage } from './message.ts'
import { sniffMessages } from './sniff.ts'

/** Messages of a day for some thousand devices; more comes as webhooks. */
const maxBytes = 64 * 1024 ** 2
const maxDocuments = 100_000
const rawLength = 4096

const flawOfStop = {
  truncated: { code: 'truncated', detail: 'the property list breaks off; nothing of it was taken' },
  malformed: { code: 'bad_record', detail: 'not a property list as Apple writes them' },
  too_deep: { code: 'too_deep', detail: 'nested deeper than 64' },
  too_many: { code: 'count_limit', detail: 'more than 500,000 values' },
} as const satisfies Record<Exclude<PlistStop, ''>, object>

/** Why a property list gives no rows; null: it is whole, and a dictionary. */
export function flawOf(document: Document) {
  if (document.stop !== '') return flawOfStop[document.stop]
  return isDict(document.value)
    ? null
    : ({ code: 'unknown_kind', detail: 'not a message of a managed device' } as const)
}

async function parse(bytes: AsyncIterable<Buffer>, out: Out, context: ParseContext): Promise<void> {
  const { data, whole } = await takeWhole(bytes, maxBytes, context.signal)
  const ts = timeOfName(context.name) ?? context.notAfter
  const tell = (problem: Omit<Parameters<Out['problem']>[0], 'sample'>, sample = '') =>
    out.problem({ ...problem, sample: sample.slice(0, 200) })
  if (!whole)
    tell({ code: 'size_limit', record: 0, byte: maxBytes, detail: 'longer than 64 MiB; the rest was left out' })
  let record = 0
  for (const document of documentsOf(data)) {
    context.signal.throwIfAborted()
    if (++record > maxDocuments) {
      tell({
        code: 'count_limit',
        record,
        byte: document.start,
        detail: 'more than 100,000 messages; the rest was left out',
      })
      break
    }
    const flaw = flawOf(document)
    if (flaw !== null) {
      const near = document.binary ? '' : document.text.slice(0, 200)
      tell({ ...flaw, record, byte: document.byte }, near)
      continue
    }
    const taken = takeMessage(document.value as PlistDict, envelopeOf(document, ts))
    for (const { code, detail } of taken.flaws) tell({ code, detail, record, byte: document.start }, document.text)
    for (const row of taken.statements) await out.row('identity_event', record, row)
    for (const row of taken.events) await out.row('device_event', record, row)
  }
}

function envelopeOf(document: Document, ts: Micros): Envelope {
  const whole = document.text.slice(0, rawLength)
  return {
    ts,
    raw: (member) =>
      member === null || document.binary
        ? whole
        : document.text.slice(member.from, Math.min(member.to, member.from + rawLength)),
    udid: '',
    enrollment: '',
    command: '',
    status: '',
  }
}

const namePattern = /^(20\d\d)-?(\d\d)-?(\d\d)[T_-](\d\d)[-:_]?(\d\d)[-:_]?(\d\d)(?:[-.](\d{3}))?Z/

/** The UTC time that a file name begins with: `20260301T120000Z-…`, `2026-03-01T12-00-00Z-…`, `2026-03-01-120000-000Z-…`. null: none. */
export function timeOfName(name: string): Micros | null {
  const match = namePattern.exec(name)
  if (match === null) return null
  const parts = match.slice(1).map((part) => Number(part ?? 0))
  const [year, month, day, hour, minute, second, milli] = parts as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const time = Date.UTC(year, month - 1, day, hour, minute, second)
  const back = new Date(time)
  const exact = back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  return exact ? (time + milli) * 1000 : null
}

const blind = [
  'what the device did between two answers: a state that came and went is not seen',
  'jailbreaks and running processes, and before iOS 27 Lockdown Mode: Apple’s MDM protocol does not state them',
  'profiles, certificates and apps that were not asked for: an answer to a query for managed ones only looks like a whole list',
  'what iOS hides from the server of a device that its user enrolled (UDID, serial number, personal apps)',
]

/** What a message shows, wherever it was found; `means`: what its time is. Shared with webhooks that carry the same messages. */
export function mdmClaims(time: Claim['time']): { device_event: Claim; identity_event: Claim } {
  return {
    device_event: {
      time,
      always: ['kind', 'raw', 'event_key'],
      sometimes: [
        'device',
        'user',
        'serial',
        'udid',
        'hardware',
        'os_version',
        'os_build',
        'platform',
        'detail',
        'category',
        'app',
        'app_version',
      ],
      blind,
      attack: [
        { dataComponent: 'DC0018', logSource: 'iOS:MDMLog' },
        { dataComponent: 'DC0115', logSource: 'iOS:MDMLog' },
      ],
    },
    identity_event: {
      time: { means: 'always: what the device was made with, and its name', precision: 'second', zone: 'stated' },
      always: ['kind', 'device', 'event_key', 'raw'],
      sometimes: ['serial', 'udid', 'mac', 'labels'],
      blind: ['the private Wi-Fi address that a network sees since iOS 14', 'names that the device had before'],
      attack: [],
    },
  }
}

export const appleMdm: CodeFormat = defineFormat({
  id: 'apple-mdm',
  kind: 'code',
  title: 'Answers and check-ins of Apple’s MDM protocol (property lists)',
  version: 1,
  names: ['*.plist', '*.xml'],
  claims: mdmClaims({
    means:
      'the UTC time that the file name begins with (20260301T120000Z-…), else the end of the day that it states, else when the file was last written: the message itself has no time',
    precision: 'second',
    zone: 'assumed_utc',
  }),
  sniff: (head) => sniffMessages(head),
  parse,
})
