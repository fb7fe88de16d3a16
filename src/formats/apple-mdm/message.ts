// One message of a device to its MDM server: an answer to a command, or a check-in. Its facts become rows.
import type { GivenRow, Micros, ProblemCode } from '../../model/index.ts'
import { canonicalMac } from '../../names/index.ts'
import { dictAt, isDict, type PlistDict, textAt } from '../../plist/plist.ts'
import { details, platformOf } from '../apple.ts'
import { type FactSource, factsOf } from './facts.ts'
import { listKeys, listOf } from './lists.ts'
import { statusReportOf } from './status.ts'

type EventRow = GivenRow<'device_event'>
type StatementRow = GivenRow<'identity_event'>

/** What is known of a message besides what it says itself. */
export type Envelope = {
  readonly ts: Micros
  /** The record as it stands, or of a member of a list that member. */
  raw(member: PlistDict | null): string
  /** Where the message itself does not say: what the webhook says. */
  readonly udid: string
  readonly enrollment: string
  readonly command: string
  readonly status: string
}

export type Taken = {
  readonly events: readonly EventRow[]
  readonly statements: readonly StatementRow[]
  readonly flaws: readonly { readonly code: ProblemCode; readonly detail: string }[]
}

const statuses = ['Acknowledged', 'Error', 'CommandFormatError', 'Idle', 'NotNow']
/** Check-ins that say something of the device. `yes`: it is managed from then on. */
const enrolled: Readonly<Record<string, string>> = { Authenticate: 'yes', TokenUpdate: 'yes', CheckOut: 'no' }
/** Check-ins that carry keys and requests only. */
const silent = ['SetBootstrapToken', 'GetBootstrapToken', 'UserAuthenticate', 'GetToken', 'ReturnToService']
const checkins = [...Object.keys(enrolled), ...silent, 'DeclarativeManagement']
const partKeys = ['QueryResponses', 'SecurityInfo'] as const satisfies readonly FactSource[]
export const answerKeys: readonly string[] = [...partKeys, ...listKeys]
/** Keys of an answer that are about the message. */
const messageKeys = [
  'CommandUUID',
  'EnrollmentID',
  'EnrollmentUserID',
  'ErrorChain',
  'MessageResult',
  'NotOnConsole',
  'RequestType',
  'Status',
  'UDID',
  'UserID',
  'UserLongName',
  'UserShortName',
]

/** Is it a message of a device to its MDM server? Commands of the server, profiles and other property lists are not. */
export function isMessage(dict: PlistDict): boolean {
  const named = ['UDID', 'EnrollmentID', 'UserID', 'CommandUUID'].some((key) => textAt(dict, key) !== '')
  if (checkins.includes(textAt(dict, 'MessageType'))) return named || textAt(dict, 'Topic') !== ''
  return statuses.includes(textAt(dict, 'Status')) && named
}

/** Rows of a message. Answers that only say yes, later or idle give none, and no flaw. Never throws. */
export function takeMessage(dict: PlistDict, envelope: Envelope): Taken {
  const type = textAt(dict, 'MessageType')
  if (type !== '') return takeCheckin(dict, type, envelope)
  const status = textAt(dict, 'Status') || envelope.status
  if (status === 'Idle' || status === 'NotNow') return flawed()
  if (status !== 'Acknowledged') {
    const refused = status === 'Error' || status === 'CommandFormatError'
    return refused
      ? flawed('bad_record', `the device answered ${status}${reasonOf(dict)}: nothing is known of what was asked`)
      : flawed('unknown_kind', status === '' ? 'not a message of a managed device' : `status ${status.slice(0, 40)}`)
  }
  return takeAnswer(dict, envelope)
}

function flawed(code?: ProblemCode, detail = ''): Taken {
  return { events: [], statements: [], flaws: code === undefined ? [] : [{ code, detail }] }
}

function reasonOf(dict: PlistDict): string {
  const chain = dict.entries.get('ErrorChain')
  const first = Array.isArray(chain) ? chain[0] : undefined
  if (!isDict(first)) return ''
  const words = ['ErrorDomain', 'ErrorCode', 'USEnglishDescription'].map((key) => textAt(first, key))
  return ` (${words.filter(Boolean).join(' ').slice(0, 300)})`
}

function takeAnswer(dict: PlistDict, envelope: Envelope): Taken {
  const about = dictAt(dict, 'QueryResponses') ?? dict
  const { add, events } = openRows(columnsOf(dict, about, envelope), keyOf(dict, about, envelope), envelope)
  const flaws: { code: ProblemCode; detail: string }[] = []
  for (const source of partKeys) {
    const part = dictAt(dict, source)
    if (part === null) continue
    for (const { category, value } of factsOf(source, part)) add({ kind: 'posture', category, detail: { value } }, null)
  }
  for (const key of listKeys) {
    const answer = dict.entries.get(key)
    const list = answer === undefined ? null : listOf(key, answer)
    if (list === null) {
      if (answer !== undefined) flaws.push({ code: 'bad_record', detail: `${key} is not a list` })
      continue
    }
    const ids = [...new Set(list.members.map(({ id }) => id))].sort()
    const detail = { value: ids.join('\u001f'), count: String(list.members.length) }
    // a list that was cut short cannot show that something is missing
    if (list.whole) add({ kind: 'posture', category: list.category, detail }, null)
    else flaws.push({ code: 'count_limit', detail: `${key} has more members than are read` })
    for (const { columns, dict: member } of list.members) add(columns, member)
  }
  const others = [...dict.entries.keys()].filter((key) => !answerKeys.includes(key) && !messageKeys.includes(key))
  if (others.length > 0)
    flaws.push({ code: 'unknown_kind', detail: `answer with ${others.slice(0, 5).join(', ').slice(0, 200)}` })
  return { events, statements: statementOf(dict, about, envelope), flaws: [...flaws, ...platformFlaw(events)] }
}

function takeCheckin(dict: PlistDict, type: string, envelope: Envelope): Taken {
  if (silent.includes(type)) return flawed()
  if (type === 'DeclarativeManagement') return takeStatus(dict, envelope)
  const value = enrolled[type]
  if (value === undefined) return flawed('unknown_kind', `check-in ${type.slice(0, 60)}`)
  const { add, events } = openRows(columnsOf(dict, dict, envelope), keyOf(dict, dict, envelope), envelope)
  // on a shared device each user enrols as well, and leaves without the device leaving
  const ofUser = textAt(dict, 'UserID') !== '' || textAt(dict, 'EnrollmentUserID') !== ''
  const category = ofUser ? 'mdm_user_enrolled' : 'mdm_enrolled'
  add({ kind: 'posture', category, detail: { value, message: type } }, null)
  if (type === 'Authenticate')
    for (const fact of factsOf('Authenticate', dict))
      add({ kind: 'posture', category: fact.category, detail: { value: fact.value } }, null)
  return { events, statements: statementOf(dict, dict, envelope), flaws: platformFlaw(events) }
}

/** The other endpoints of declarative management ask for declarations. */
function takeStatus(dict: PlistDict, envelope: Envelope): Taken {
  if (textAt(dict, 'Endpoint') !== 'status') return flawed()
  const report = statusReportOf(dict.entries.get('Data'))
  if (report === null) return flawed('bad_record', 'the status report is not one')
  const { about, items } = report
  const { add, events } = openRows(columnsOf(dict, about, envelope), keyOf(dict, about, envelope), envelope)
  for (const { category, value } of factsOf('status', items))
    add({ kind: 'posture', category, detail: { value } }, null)
  return { events, statements: [], flaws: platformFlaw(events) }
}

type Columns = Partial<Omit<EventRow, 'ts' | 'raw' | 'event_key'>>

/** Rows of one message: the same device and time, each with a key of its own. */
function openRows(common: Columns, key: string, envelope: Envelope) {
  const events: EventRow[] = []
  const met = new Map<string, number>()
  const add = (columns: Columns, member: PlistDict | null): void => {
    const about = `${key} ${columns.kind} ${columns.category ?? columns.app ?? ''}`
    const again = (met.get(about) ?? 0) + 1
    met.set(about, again)
    const event_key = again === 1 ? about : `${about} #${again}`
    events.push({ ...common, ...columns, ts: envelope.ts, raw: envelope.raw(member), event_key })
  }
  return { events, add }
}

/** `about`: where the response states the device, the rest being about the message. */
function columnsOf(dict: PlistDict, about: PlistDict, envelope: Envelope): Columns {
  const udid = textAt(dict, 'UDID') || textAt(about, 'UDID') || envelope.udid
  const serial = textAt(about, 'SerialNumber')
  const hardware = textAt(about, 'ProductName')
  const columns = {
    // a device enrolled by its user shows no UDID: this id is all that it is known by
    device: udid === '' && serial === '' ? textAt(dict, 'EnrollmentID') || envelope.enrollment : '',
    user: textAt(dict, 'UserShortName'),
    udid,
    serial,
    hardware,
    os_version: textAt(about, 'OSVersion'),
    os_build: textAt(about, 'BuildVersion'),
    platform: platformOf('', hardware, ''),
  }
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== ''))
}

/** Device and command, or device, check-in and time: the same in whatever file the message lies. */
function keyOf(dict: PlistDict, about: PlistDict, envelope: Envelope): string {
  const { udid = '', serial = '', device = '' } = columnsOf(dict, about, envelope)
  const command = textAt(dict, 'CommandUUID') || envelope.command
  return `${udid || serial || device} ${command || `${textAt(dict, 'MessageType')}@${envelope.ts}`}`
}

function platformFlaw(events: readonly EventRow[]): Taken['flaws'] {
  const platform = events[0]?.platform ?? 'ios'
  return platform === 'ios' ? [] : [{ code: 'wrong_platform', detail: `the message is from ${platform}` }]
}

/** Name, serial number, UDID and the Wi-Fi address that the device was made with: they hold always. */
function statementOf(dict: PlistDict, about: PlistDict, envelope: Envelope): StatementRow[] {
  const device = textAt(about, 'DeviceName')
  const { udid = '', serial = '' } = columnsOf(dict, about, envelope)
  if (device === '' || (udid === '' && serial === '')) return []
  const written = canonicalMac(textAt(about, 'WiFiMAC')) ?? ''
  const mac = written === '00:00:00:00:00:00' ? '' : written
  const labels = details({ product: textAt(about, 'ProductName'), model: textAt(about, 'ModelName') })
  return [
    {
      kind: 'inventory',
      ts: 0,
      raw: envelope.raw(null),
      device,
      serial,
      udid,
      mac,
      labels,
      event_key: [udid, serial, device, mac].join(' '),
    },
  ]
}
