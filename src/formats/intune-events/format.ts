// Diagnostic logs of Microsoft Intune as Azure Monitor hands them out (Event Hub, storage account, SIEM; JSON): what
// administrators did, devices out of compliance, enrolments, and the daily lists of devices and their compliance.
// Source of the fields: Microsoft Learn, “Send log data to storage, Event Hubs, or Log Analytics in Intune”.
import type { CodeFormat, Micros } from '../../model/index.ts'
import { details } from '../apple.ts'
import {
  digestOf,
  event,
  flaw,
  foreign,
  type Json,
  jsonFormat,
  named,
  objectAt,
  platformOf,
  postures,
  stateAt,
  type Told,
  textAt,
  textsAt,
  timeAt,
  udidOf,
  whoOf,
} from '../json-events.ts'

const categories = ['AuditLogs', 'OperationalLogs', 'DeviceComplianceOrg', 'Devices']

/** yes, no, or what Intune says between them (in grace period, conflict …); '' where nobody knows. */
export function compliance(word: string): string {
  const plain = word.toLowerCase().replaceAll(/[^a-z]/g, '')
  if (plain === 'compliant') return 'yes'
  if (plain === 'noncompliant' || plain === 'notcompliant') return 'no'
  return plain === 'unknown' || plain === 'notevaluated' || plain === 'notapplicable' ? '' : word
}

function* take(record: Json): Generator<Told> {
  const written = timeAt(record, 'time')
  if (written === null) return yield flaw('bad_time', 'time cannot be read')
  const facts = objectAt(record, 'properties')
  switch (textAt(record, 'category')) {
    case 'AuditLogs':
      return yield takeAudit(record, facts, written)
    case 'OperationalLogs':
      return yield* takeOperation(record, facts, written)
    case 'DeviceComplianceOrg':
    case 'Devices':
      return yield* takeDevice(record, facts, written)
    default:
      return yield flaw('unknown_kind', `category ${textAt(record, 'category').slice(0, 60)}`)
  }
}

/** The administrator is no user of the device: he stands among the details. */
function takeAudit(record: Json, facts: Json, ts: Micros): Told {
  const operation = textAt(record, 'operationName')
  const target = textsAt(facts, 'TargetDisplayNames').find((name) => name !== '<null>') ?? ''
  const id = textsAt(facts, 'TargetObjectIds')[0] ?? ''
  return event({
    device: /\bManagedDevice\b/.test(operation) ? target || id : '',
    ts,
    kind: 'other',
    category: operation,
    detail: details({
      value: textAt(record, 'resultType'),
      actor: textAt(record, 'identity') || textAt(facts, 'Actor.UPN', 'Actor.ApplicationName'),
      application: textAt(facts, 'Actor.ApplicationName'),
      target,
      target_id: id,
    }),
    event_key: `intune audit ${textAt(facts, 'AuditEventId') || textAt(record, 'correlationId') || ts} ${operation}`,
  })
}

function aboutOf(facts: Json) {
  const domain = textAt(facts, 'UPNSuffix')
  const name = textAt(facts, 'UserName')
  const joined = domain !== '' && !name.includes('@') && name !== '' ? `${name}@${domain}` : name
  const given = {
    udid: udidOf(textAt(facts, 'UDID', 'Udid')),
    serial: textAt(facts, 'SerialNumber'),
    name: textAt(facts, 'DeviceName') || textAt(facts, 'DeviceHostName'),
    id: textAt(facts, 'IntuneDeviceId', 'DeviceId'),
    user: textAt(facts, 'UPN', 'UserEmail') || joined,
    mac: textAt(facts, 'WifiMacAddress'),
  }
  const system = textAt(facts, 'DeviceOperatingSystem', 'OSDescription', 'OS', 'Os')
  const platform = platformOf(system, textAt(facts, 'Model'))
  const os_version = textAt(facts, 'OSVersion', 'OsVersion') || (/ ([0-9][0-9.]*)/.exec(system)?.[1] ?? '')
  const who = { ...whoOf(given), user: given.user, hardware: textAt(facts, 'Model'), os_version, platform }
  return { given, platform, who }
}

function* takeOperation(record: Json, facts: Json, written: Micros): Generator<Told> {
  const operation = textAt(record, 'operationName')
  const { given, platform, who } = aboutOf(facts)
  const ts = timeAt(facts, 'StartTimeUtc', 'EnrollmentTimeUTC') ?? written
  const key = `intune ${operation} ${given.id || given.name} ${ts}`
  yield* foreign(platform)
  yield* named(given)
  const detail = details({
    value: textAt(facts, 'AlertType') || textAt(record, 'resultType'),
    title: textAt(facts, 'AlertDisplayName'),
    description: textAt(facts, 'Description', 'FailureReason'),
    scenario: textAt(facts, 'ScenarioName'),
    host: textAt(facts, 'DeviceHostName'),
    user_name: textAt(facts, 'UserName'),
    intune_id: given.id,
  })
  // a device may break several rules at the same time
  yield event({ ...who, ts, kind: 'other', category: operation, detail, event_key: `${key} ${digestOf(facts)}` })
  const type = textAt(facts, 'AlertType')
  if (/compliant/i.test(type)) yield* postures({ ts, key, who }, { compliant: /\bnot\b/i.test(type) ? 'no' : 'yes' })
  if (operation === 'Enrollment' && /^success/i.test(textAt(record, 'resultType')))
    yield* postures({ ts, key, who }, { mdm_enrolled: 'yes' })
}

const enrolledStates = /^(?:Managed|RetirePending|WipePending|LockPending)$/i
const goneStates = /^(?:Retire(?:Issued|Complete|d)?|Wipe(?:Issued|Complete|d)?|Delete(?:Pending|d)?|Unenrolled)$/i

/** The lists are written each day, also of devices that were last in contact long ago: what they say was true then. */
function* takeDevice(record: Json, facts: Json, written: Micros): Generator<Told> {
  const { given, platform, who } = aboutOf(facts)
  const ts = timeAt(facts, 'LastContact') ?? written
  const key = `intune ${given.id || given.name} ${ts}`
  const state = textAt(facts, 'DeviceState')
  yield* foreign(platform)
  yield* named({ ...given, labels: details({ intune_id: given.id, model: textAt(facts, 'Model') }) })
  yield* postures(
    { ts, key, who },
    {
      compliant: compliance(textAt(facts, 'CompliantState', 'ComplianceState_loc')),
      os_version: who.os_version,
      // Unknown is no state
      jailbroken: stateAt(facts, 'JailBroken'),
      supervised: stateAt(facts, 'SupervisedStatusString'),
      encrypted: stateAt(facts, 'EncryptionStatusString'),
      mdm_enrolled: enrolledStates.test(state) ? 'yes' : goneStates.test(state) ? 'no' : '',
      mtd_threat_level: /unknown/i.test(textAt(facts, 'DeviceHealthThreatLevel_loc'))
        ? ''
        : textAt(facts, 'DeviceHealthThreatLevel_loc'),
    },
    {
      intune_id: given.id,
      list: textAt(record, 'operationName'),
      written: textAt(record, 'time'),
      user_name: textAt(facts, 'UserName'),
      ownership: textAt(facts, 'Ownership', 'OwnerType_loc'),
      managed_by: textAt(facts, 'ManagedBy', 'ManagementAgents_loc'),
      grace_until: textAt(facts, 'InGracePeriodUntil').startsWith('9999') ? '' : textAt(facts, 'InGracePeriodUntil'),
    },
  )
}

export const intuneEvents: CodeFormat = jsonFormat({
  id: 'intune-events',
  title: 'Microsoft Intune diagnostic logs: audit, operations, compliance, devices (JSON)',
  version: 1,
  names: ['*intune*.json', 'PT1H.json', '*.ndjson'],
  claims: {
    device_event: {
      time: {
        means:
          'in the lists of devices and compliance when the device was last in contact; of an audit event or an operation when it happened',
        precision: 'microsecond',
        zone: 'stated',
      },
      always: ['kind', 'category', 'detail', 'event_key', 'raw'],
      sometimes: ['device', 'user', 'serial', 'udid', 'hardware', 'os_version', 'platform'],
      blind: [
        'what a device did between two contacts: a state that came and went is not seen',
        'apps, profiles and certificates of a device: these logs do not list them',
        'jailbreaks that Intune does not look for: without its Company Portal it says Unknown, which is told as nothing',
      ],
      attack: [
        { dataComponent: 'DC0018', logSource: 'MDM:DeviceIntegrity' },
        { dataComponent: 'DC0118', logSource: 'iOS:MDMLog' },
        { dataComponent: 'DC0002', logSource: 'saas:MDM' },
      ],
    },
    identity_event: {
      time: { means: 'always: name, user and Wi-Fi address of a serial number', precision: 'second', zone: 'stated' },
      always: ['kind', 'device', 'event_key', 'raw'],
      sometimes: ['user', 'serial', 'udid', 'mac', 'labels'],
      blind: ['the private Wi-Fi address that a network sees since iOS 14', 'addresses: these logs hold none'],
      attack: [],
    },
  },
  marks: ['tenantId', 'operationName', 'properties', 'category'],
  pages: ['records'],
  is: (record) => categories.includes(textAt(record, 'category')) && 'operationName' in record && 'tenantId' in record,
  take,
})
