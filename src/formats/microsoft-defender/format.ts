// Alerts of Microsoft Defender: Microsoft Graph security alerts v2, and the alerts API of Defender for Endpoint (JSON).
// Source of the fields: Microsoft Graph v1.0, resource types security.alert and security.alertEvidence; Microsoft Defender
// for Endpoint, “List alerts API”.
import type { CodeFormat } from '../../model/index.ts'
import { details } from '../apple.ts'
import {
  contact,
  destinationOf,
  event,
  flaw,
  foreign,
  type Json,
  jsonFormat,
  listAt,
  objectAt,
  platformOf,
  postures,
  type Told,
  textAt,
  textsAt,
  threatAttack,
  threatBlind,
  timeAt,
} from '../json-events.ts'

const evidenceType = (evidence: Json): string =>
  textAt(evidence, '@odata.type')
    .replace(/^.*\./, '')
    .replace(/Evidence$/, '')
    .toLowerCase() || textAt(evidence, 'entityType').toLowerCase()

/** Roles of an address that are not what a device contacted: its own, or somebody else’s. */
const ownRoles = ['source', 'compromised', 'attacked', 'scanned', 'contextual']

type Device = {
  readonly name: string
  readonly id: string
  readonly platform: string
  readonly os_version: string
  readonly os_build: string
}

/** The devices of an alert: among its evidence in Graph, on the alert itself in the API of Defender for Endpoint. */
function devicesOf(alert: Json, evidence: readonly Json[]): Device[] {
  const found = evidence
    .filter((one) => evidenceType(one) === 'device')
    .map((one) => ({
      name: textAt(one, 'deviceDnsName', 'hostName'),
      id: textAt(one, 'mdeDeviceId', 'azureAdDeviceId'),
      platform: platformOf(textAt(one, 'osPlatform')),
      os_version: textAt(one, 'version'),
      os_build: textAt(one, 'osBuild') === '0' ? '' : textAt(one, 'osBuild'),
    }))
  if (found.length > 0) return found
  const own = { name: textAt(alert, 'computerDnsName'), id: textAt(alert, 'machineId') }
  const platform = platformOf(textAt(alert, 'osPlatform'))
  return [{ ...own, platform, os_version: '', os_build: '' }]
}

function userOf(alert: Json, evidence: readonly Json[]): string {
  const users = evidence.filter((one) => evidenceType(one) === 'user')
  const first = users.length === 1 ? users[0]! : {}
  return (
    textAt(first, 'userAccount.userPrincipalName', 'userPrincipalName', 'userAccount.accountName', 'accountName') ||
    textAt(objectAt(alert, 'relatedUser'), 'userPrincipalName', 'userName')
  )
}

function* take(alert: Json): Generator<Told> {
  const ts = timeAt(alert, 'firstActivityDateTime', 'firstEventTime', 'createdDateTime', 'alertCreationTime')
  if (ts === null) return yield flaw('bad_time', 'the alert has no readable time')
  const ts_end = timeAt(alert, 'lastActivityDateTime', 'lastEventTime') ?? 0
  const evidence = listAt(alert, 'evidence')
  const devices = devicesOf(alert, evidence)
  const user = userOf(alert, evidence)
  const status = textAt(alert, 'status')
  const title = textAt(alert, 'title')
  const key = `defender ${textAt(alert, 'id')} ${textAt(alert, 'lastUpdateDateTime', 'lastUpdateTime') || status}`
  for (const device of devices) {
    yield* foreign(device.platform)
    const who = {
      device: device.name || device.id,
      user,
      platform: device.platform,
      os_version: device.os_version,
      os_build: device.os_build,
    }
    yield event({
      ...who,
      ts,
      ...(ts_end > ts ? { ts_end } : {}),
      kind: 'other',
      category: textAt(alert, 'category'),
      detail: details({
        value: status,
        alert: 'defender',
        title,
        severity: textAt(alert, 'severity'),
        source: textAt(alert, 'serviceSource', 'detectionSource'),
        detection: textAt(alert, 'detectionSource'),
        threat: textAt(alert, 'threatDisplayName', 'threatFamilyName', 'threatName'),
        verdict: textAt(alert, 'determination'),
        techniques: textsAt(alert, 'mitreTechniques').join(' '),
        incident: textAt(alert, 'incidentId'),
        device_id: device.id,
      }),
      event_key: `${key} ${device.id || device.name}`,
    })
    if (/jailbr|rooted/i.test(title))
      yield* postures({ ts, key: `${key} ${device.id}`, who }, { jailbroken: /resolved/i.test(status) ? 'no' : 'yes' })
  }
  const only = devices.length === 1 ? devices[0]! : null
  for (const one of evidence) {
    const type = evidenceType(one)
    if (type !== 'url' && type !== 'ip') continue
    const destination = destinationOf(textAt(one, 'url', 'ipAddress'))
    if (destination === null || textsAt(one, 'roles').some((role) => ownRoles.includes(role))) continue
    yield contact({
      // evidence of several devices does not say which of them made the contact
      device: only === null ? '' : only.name || only.id,
      user,
      ts,
      kind: destination.url ? 'http' : 'flow',
      ...destination,
      status: textAt(alert, 'category'),
      action: /^(?:blocked|prevented)$/i.test(textAt(one, 'remediationStatus', 'detectionStatus')) ? 'blocked' : '',
      event_key: `${key} ${destination.url || destination.domain || destination.dst_ip}`,
    })
  }
}

const time = {
  means: 'the first activity that the alert is about, else when the alert was made',
  precision: 'microsecond',
  zone: 'stated',
} as const

export const microsoftDefender: CodeFormat = jsonFormat({
  id: 'microsoft-defender',
  title: 'Microsoft Defender alerts: Graph security alerts v2, Defender for Endpoint (JSON)',
  version: 1,
  names: ['alerts*.json', '*defender*.json', '*defender*.ndjson'],
  claims: {
    device_event: {
      time,
      always: ['kind', 'category', 'detail', 'event_key', 'raw'],
      sometimes: ['ts_end', 'device', 'user', 'platform', 'os_version', 'os_build'],
      blind: [
        ...threatBlind,
        'where a device went, unless a URL or address is among the evidence',
        'serial number and UDID: an alert names a device by its host name and by an id of Microsoft’s',
      ],
      attack: [...threatAttack],
    },
    network: {
      time,
      always: ['kind', 'event_key', 'raw'],
      sometimes: ['device', 'user', 'url', 'domain', 'domain_raw', 'dst_ip', 'status', 'action'],
      blind: [
        'contacts that raised no alert',
        'which app connected',
        'when within the alert the contact was made, and of several devices which one made it',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'VPN:MobileProxy' }],
    },
  },
  marks: ['severity', 'title', 'serviceSource|detectionSource', 'evidence|machineId'],
  pages: ['value'],
  is: (record) =>
    textAt(record, 'id') !== '' &&
    'severity' in record &&
    (/\.security\.alert$/.test(textAt(record, '@odata.type')) ||
      ('serviceSource' in record && 'createdDateTime' in record) ||
      ('machineId' in record && 'alertCreationTime' in record)),
  take,
})
