// Devices and apps that Microsoft Intune manages, as Microsoft Graph answers (JSON): managedDevices, detectedApps.
// Source of the fields: Microsoft Graph v1.0 and beta, resource types managedDevice and detectedApp.
import type { CodeFormat, Micros } from '../../model/index.ts'
import { details } from '../apple.ts'
import {
  event,
  flaw,
  foreign,
  type Json,
  jsonFormat,
  listAt,
  named,
  platformOf,
  postures,
  stateAt,
  type Told,
  textAt,
  timeAt,
  whoOf,
} from '../json-events.ts'

const isDevice = (record: Json): boolean =>
  /\.managedDevice$/i.test(textAt(record, '@odata.type')) ||
  ('lastSyncDateTime' in record &&
    ('complianceState' in record || 'managedDeviceOwnerType' in record || 'managementAgent' in record))

const isApp = (record: Json): boolean =>
  /\.detectedApp$/i.test(textAt(record, '@odata.type')) ||
  ('deviceCount' in record && 'displayName' in record && 'version' in record && 'sizeInByte' in record)

/** Compliant and noncompliant as yes and no; what lies between as written; '' where nobody knows. */
function compliance(word: string): string {
  if (/^compliant$/i.test(word)) return 'yes'
  if (/^noncompliant$/i.test(word)) return 'no'
  return /^unknown$/i.test(word) ? '' : word
}

function* take(record: Json, notAfter: Micros): Generator<Told> {
  if (isDevice(record)) return yield* takeDevice(record)
  yield event({
    ts: notAfter,
    kind: 'app',
    platform: platformOf(textAt(record, 'platform')),
    app_version: textAt(record, 'version'),
    category: 'detected_app',
    // the id is Microsoft’s, not the bundle id: the app is known by its name alone
    detail: appDetail(record),
    event_key: `graph app ${textAt(record, 'id') || textAt(record, 'displayName')} ${notAfter}`,
  })
}

const appDetail = (app: Json): Record<string, string> =>
  details({
    name: textAt(app, 'displayName'),
    publisher: textAt(app, 'publisher'),
    devices: textAt(app, 'deviceCount'),
    size: textAt(app, 'sizeInByte'),
    graph_id: textAt(app, 'id'),
  })

function* takeDevice(device: Json): Generator<Told> {
  const ts = timeAt(device, 'lastSyncDateTime')
  if (ts === null) return yield flaw('bad_time', 'lastSyncDateTime cannot be read')
  const platform = platformOf(textAt(device, 'operatingSystem'), textAt(device, 'model'))
  const given = {
    udid: textAt(device, 'udid'),
    serial: textAt(device, 'serialNumber'),
    name: textAt(device, 'deviceName'),
    id: textAt(device, 'id'),
    user: textAt(device, 'userPrincipalName', 'emailAddress'),
    mac: textAt(device, 'wiFiMacAddress').replace(/^([0-9a-f]{12})$/i, (all) => all.match(/../g)!.join(':')),
  }
  const who = {
    ...whoOf(given),
    user: given.user,
    hardware: textAt(device, 'model'),
    os_version: textAt(device, 'osVersion'),
    platform,
  }
  const key = `graph ${given.id || given.name} ${ts}`
  yield* foreign(platform)
  yield* named({
    ...given,
    labels: details({ intune_id: given.id, model: textAt(device, 'model'), imei: textAt(device, 'imei') }),
  })
  const state = textAt(device, 'managementState')
  const threat = textAt(device, 'partnerReportedThreatState')
  yield* postures(
    { ts, key, who },
    {
      compliant: compliance(textAt(device, 'complianceState')),
      os_version: who.os_version,
      jailbroken: stateAt(device, 'jailBroken'),
      supervised: stateAt(device, 'isSupervised'),
      encrypted: stateAt(device, 'isEncrypted'),
      lost_mode: stateAt(device, 'lostModeState'),
      mdm_enrolled: state === '' ? '' : /^(?:managed|.*Pending|discovered)$/i.test(state) ? 'yes' : 'no',
      mtd_threat_level: /^(?:unknown|activated|notApplicable)$/i.test(threat) ? '' : threat,
    },
    {
      ownership: textAt(device, 'managedDeviceOwnerType'),
      agent: textAt(device, 'managementAgent'),
      enrolled: textAt(device, 'enrolledDateTime'),
      management_state: state,
    },
  )
  for (const app of listAt(device, 'detectedApps'))
    yield event({
      ...who,
      ts,
      kind: 'app',
      category: 'detected_app',
      app_version: textAt(app, 'version'),
      detail: appDetail(app),
      event_key: `${key} app ${textAt(app, 'id') || textAt(app, 'displayName')}`,
    })
}

export const intuneGraph: CodeFormat = jsonFormat({
  id: 'intune-graph',
  title: 'Microsoft Intune devices and apps as Microsoft Graph answers (JSON)',
  version: 1,
  names: ['managedDevices*.json', 'detectedApps*.json'],
  claims: {
    device_event: {
      time: {
        means:
          'when the device was last in contact (lastSyncDateTime); an app without a device has no time: the end of the day that the file name states, else when the file was written',
        precision: 'microsecond',
        zone: 'stated',
      },
      always: ['kind', 'category', 'event_key', 'raw'],
      sometimes: ['device', 'user', 'serial', 'udid', 'hardware', 'os_version', 'platform', 'app_version', 'detail'],
      blind: [
        'what a device did between two contacts: a state that came and went is not seen',
        'bundle ids: an app is known by name and version only, and of an unsupervised device only managed apps are told',
        'jailbreaks that Intune does not look for: without its Company Portal it says Unknown, which is told as nothing',
      ],
      attack: [
        { dataComponent: 'DC0018', logSource: 'MDM:DeviceIntegrity' },
        { dataComponent: 'DC0118', logSource: 'iOS:MDMLog' },
      ],
    },
    identity_event: {
      time: { means: 'always: name, user and Wi-Fi address of a serial number', precision: 'second', zone: 'stated' },
      always: ['kind', 'device', 'event_key', 'raw'],
      sometimes: ['user', 'serial', 'udid', 'mac', 'labels'],
      blind: ['the private Wi-Fi address that a network sees since iOS 14', 'addresses: the answer holds none'],
      attack: [],
    },
  },
  marks: ['lastSyncDateTime|deviceCount|#microsoft.graph.detectedApp'],
  pages: ['value'],
  is: (record) => isDevice(record) || isApp(record),
  take,
})
