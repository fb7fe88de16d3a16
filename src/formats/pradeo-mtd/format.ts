// Events of Pradeo Security Mobile Threat Defense as its webhooks and SIEM export write them (JSON).
// Source of the fields: the events themselves, as intakes of SIEMs publish them (2024, 2025).
import type { CodeFormat, Micros } from '../../model/index.ts'
import { details } from '../apple.ts'
import {
  event,
  flaw,
  foreign,
  type Json,
  jsonFormat,
  named,
  objectAt,
  platformOf,
  postures,
  type Told,
  textAt,
  threatAttack,
  threatBlind,
  timeAt,
  udidOf,
  whoOf,
} from '../json-events.ts'

/** Who an event is about, from the device that it carries. */
function aboutOf(device: Json, app: Json) {
  // the key that a management server enrolled it by: of an iPhone its UDID
  const udid = udidOf(textAt(device, 'emmDeviceInfo.externalId')) || udidOf(textAt(device, 'singleEnrollmentKey'))
  const platform =
    platformOf(textAt(device, 'declaredOperatingSystem'), textAt(device, 'declaredModel')) ||
    platformOf(textAt(app, 'package.system')) ||
    (udid === '' ? '' : 'ios')
  const given = {
    udid,
    serial: textAt(device, 'serialNumber'),
    name: textAt(device, 'name'),
    id: textAt(device, 'id'),
    user: textAt(device, 'email'),
  }
  return {
    given,
    platform,
    who: {
      ...whoOf(given),
      user: given.user,
      hardware: textAt(device, 'declaredModel'),
      os_version: textAt(device, 'declaredOperatingSystemVersion'),
      platform,
    },
  }
}

const shared = (record: Json, device: Json): Record<string, string> => ({
  alert: 'pradeo',
  type: textAt(record, 'type'),
  origin: textAt(record, 'source'),
  pradeo_id: textAt(device, 'id'),
  imei: textAt(device, 'imei'),
  emm: textAt(device, 'emmDeviceInfo.emm'),
})

const wordOf = (written: string): string =>
  written
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, 60)
/** 0 and 1 as this service writes switches. */
const switchOf = (written: string): string => (written === '0' ? 'no' : written === '1' ? 'yes' : written)

function* take(record: Json): Generator<Told> {
  const written = timeAt(record, 'creationDate')
  if (written === null) return yield flaw('bad_time', 'creationDate cannot be read')
  const key = `pradeo ${textAt(record, 'id')}`
  const content = objectAt(record, 'content')
  const type = textAt(record, 'type')
  if (type === 'DeviceDetection') return yield* takeDetection(record, content, written, key)
  const body =
    ['deviceApplicationCompliance', 'deviceCompliance', 'deviceNetworkStatusRecord', 'event']
      .map((name) => objectAt(content, name))
      .find((one) => Object.keys(one).length > 0) ?? {}
  const app = objectAt(body, 'deviceApplication.application')
  const devices = [objectAt(body, 'device'), objectAt(body, 'deviceApplication.device'), objectAt(record, 'device')]
  const device = devices.find((one) => Object.keys(one).length > 0)
  if (device === undefined) return yield flaw('unknown_kind', `event ${type.slice(0, 60)} is about no device`)
  const { who, given, platform } = aboutOf(device, app)
  yield* foreign(platform)
  yield* named(given)
  const more = shared(record, device)
  if (type === 'DeviceApplicationComplianceUpdated') return yield* takeApp(body, app, { ts: written, key, who }, more)
  const ts = timeAt(body, 'eventDate') ?? written
  const state = textAt(body, 'deviceNetworkStatus.name', 'kind')
  const status = textAt(body, 'status')
  if (type === 'DeviceComplianceUpdated' && status !== '')
    return yield* postures(
      { ts, key, who },
      { mtd_compliance: status, os_version: platform === 'ios' ? who.os_version : '' },
      more,
    )
  if (state !== '')
    return yield* postures(
      { ts, key, who },
      { [wordOf(state)]: switchOf(textAt(body, 'value')) },
      {
        ...more,
        written: ts === written ? '' : textAt(record, 'creationDate'),
      },
    )
  yield flaw('unknown_kind', `event ${type.slice(0, 60)}`)
}

function* takeDetection(record: Json, content: Json, ts: Micros, key: string): Generator<Told> {
  const id = textAt(content, 'id')
  const platform = platformOf(/^([a-z]+):/i.exec(id)?.[1] ?? '')
  yield* foreign(platform)
  yield event({
    ...whoOf({ id }),
    user: textAt(content, 'email'),
    platform,
    ts,
    kind: 'other',
    category: textAt(content, 'metric') || textAt(content, 'type'),
    detail: details({
      value: textAt(content, 'status'),
      ...shared(record, {}),
      area: textAt(record, 'category'),
      title: textAt(content, 'type'),
    }),
    event_key: key,
  })
}

function* takeApp(
  body: Json,
  app: Json,
  { ts, key, who }: { ts: Micros; key: string; who: ReturnType<typeof aboutOf>['who'] },
  more: Record<string, string>,
): Generator<Told> {
  const removed = textAt(body, 'deviceApplication.uninstalledAt')
  yield event({
    ...who,
    ts,
    // an app that is gone is none of those that the device has
    kind: removed === '' ? 'app' : 'other',
    category: 'mtd_compliance',
    app: textAt(app, 'package.package'),
    app_version: textAt(app, 'version'),
    detail: details({
      value: textAt(body, 'status'),
      ...more,
      name: textAt(app, 'name'),
      sha256: textAt(app, 'sha256'),
      installed: textAt(body, 'deviceApplication.installedAt'),
      removed,
    }),
    event_key: key,
  })
}

export const pradeoMtd: CodeFormat = jsonFormat({
  id: 'pradeo-mtd',
  title: 'Pradeo Mobile Threat Defense events (JSON)',
  version: 1,
  names: ['*pradeo*.json', '*pradeo*.ndjson'],
  claims: {
    device_event: {
      time: {
        means: 'when a switch changed (eventDate), else when Pradeo wrote the event (creationDate)',
        precision: 'millisecond',
        zone: 'stated',
      },
      always: ['kind', 'category', 'detail', 'event_key', 'raw'],
      sometimes: ['device', 'user', 'serial', 'udid', 'hardware', 'os_version', 'platform', 'app', 'app_version'],
      blind: [...threatBlind, 'where a device went: no event of this service names a destination'],
      attack: [...threatAttack],
    },
    identity_event: {
      time: { means: 'always: name and user of a UDID or serial number', precision: 'second', zone: 'stated' },
      always: ['kind', 'device', 'event_key', 'raw'],
      sometimes: ['user', 'serial', 'udid'],
      blind: ['devices that were enrolled without a management server'],
      attack: [],
    },
  },
  marks: ['creationDate', 'content', 'source', 'type'],
  is: (record) =>
    'creationDate' in record &&
    ['system', 'admin'].includes(textAt(record, 'source')) &&
    /^[A-Z][A-Za-z]{3,60}$/.test(textAt(record, 'type')) &&
    Object.keys(objectAt(record, 'content')).length > 0,
  take,
})
