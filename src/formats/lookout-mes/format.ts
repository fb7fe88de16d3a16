// Events of Lookout Mobile Endpoint Security as its Mobile Risk API streams them (JSON): devices, threats, smishing alerts.
// Source of the fields: Lookout Mobile Risk API v2, events of type DEVICE, THREAT and SMISHING_ALERT.
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
  named,
  objectAt,
  platformOf,
  postures,
  type Told,
  textAt,
  textsAt,
  threatAttack,
  threatBlind,
  timeAt,
  udidOf,
  whoOf,
} from '../json-events.ts'

const types = ['THREAT', 'DEVICE', 'SMISHING_ALERT', 'AUDIT']

/** The device that did it; an administrator’s action names the device as its object. */
function guidOf(record: Json): string {
  if (textAt(record, 'actor.type') === 'DEVICE') return textAt(record, 'actor.guid')
  return (
    textAt(record, 'device.guid') || (textAt(record, 'target.type') === 'DEVICE' ? textAt(record, 'target.guid') : '')
  )
}

function* take(record: Json): Generator<Told> {
  const ts = timeAt(record, 'created_time')
  if (ts === null) return yield flaw('bad_time', 'created_time cannot be read')
  const key = `lookout ${textAt(record, 'id')}`
  const change = textAt(record, 'change_type')
  switch (textAt(record, 'type')) {
    case 'THREAT':
      return yield* takeThreat(record, ts, key, change)
    case 'DEVICE':
      return yield* takeDevice(record, ts, key, change)
    case 'SMISHING_ALERT':
      return yield* takeSmishing(record, ts, key, change)
    default:
      return yield flaw('unknown_kind', `event of type ${textAt(record, 'type').slice(0, 60)}`)
  }
}

function* takeThreat(record: Json, ts: number, key: string, change: string): Generator<Told> {
  const threat = objectAt(record, 'threat')
  const facts = objectAt(threat, 'details')
  const who = whoOf({ id: guidOf(record) })
  const status = textAt(threat, 'status')
  const app = textAt(facts, 'package_name')
  const classes = textsAt(threat, 'classifications')
  const url = textAt(facts, 'url')
  for (const category of classes.length > 0 ? new Set(classes) : [textAt(threat, 'type')]) {
    yield event({
      ...who,
      ts,
      kind: 'other',
      category,
      app,
      detail: details({
        value: status,
        alert: 'lookout',
        change,
        threat: textAt(threat, 'guid'),
        type: textAt(threat, 'type'),
        severity: textAt(threat, 'severity'),
        action: textAt(threat, 'action'),
        app_name: textAt(facts, 'application_name'),
        sha1: textAt(facts, 'package_sha'),
        path: textAt(facts, 'path'),
        file: textAt(facts, 'file_name'),
        network: textAt(facts, 'network_ssid'),
        minimum_os_version: textAt(facts, 'minimum_os_version'),
        version_type: textAt(facts, 'version_type'),
        url,
      }),
      event_key: `${key} ${category}`,
    })
    // a state as well, so that its change can be told beside those of the management server
    if (/JAILBREAK|^ROOT(?:ED|_)/.test(category) && status !== '')
      yield* postures({ ts, key, who }, { jailbroken: status === 'OPEN' ? 'yes' : 'no' })
  }
  const destination = destinationOf(url)
  // of an app its page in a store may be named: nothing was contacted
  if (destination !== null && textAt(threat, 'type') !== 'APPLICATION')
    yield contact({
      ts,
      device: who.device,
      kind: destination.url === '' ? 'flow' : 'http',
      ...destination,
      status: classes[0] ?? '',
      action: /BLOCK/i.test(textAt(threat, 'action')) ? 'blocked' : '',
      event_key: key,
    })
}

function* takeDevice(record: Json, ts: number, key: string, change: string): Generator<Told> {
  const device = objectAt(record, 'device')
  const id = guidOf(record)
  const platform = platformOf(textAt(device, 'platform'))
  // Lookout learns this id from the management server; of iPhones it is often the UDID
  const udid = udidOf(textAt(device, 'info.external_id'))
  const who = {
    ...whoOf({ udid, id }),
    hardware: textAt(device, 'hardware.model'),
    os_version: textAt(device, 'software.os_version'),
    platform,
  }
  yield* foreign(platform)
  yield* named({ udid, name: id })
  yield* postures(
    { ts, key, who },
    {
      mtd_security: textAt(device, 'status.security_status'),
      mtd_protection: textAt(device, 'status.protection_status'),
      mtd_activation: textAt(device, 'status.activation_status'),
      os_version: textAt(device, 'software.os_version'),
    },
    {
      change,
      manufacturer: textAt(device, 'hardware.manufacturer'),
      security_patch: textAt(device, 'software.security_patch_level'),
      client: textAt(device, 'client.package_version'),
      client_package: textAt(device, 'client.package_name'),
      profile: textAt(device, 'profile_type'),
    },
  )
}

function* takeSmishing(record: Json, ts: number, key: string, change: string): Generator<Told> {
  const who = whoOf({ id: guidOf(record) })
  const detections = listAt(record, 'smishing_alert.detections')
  if (detections.length === 0) return yield flaw('missing_field', 'smishing_alert.detections')
  for (const detection of detections) {
    const category = textAt(detection, 'category')
    yield event({
      ...who,
      ts,
      kind: 'other',
      category,
      detail: details({
        value: textAt(detection, 'alert_type'),
        alert: 'lookout',
        change,
        threat: textAt(record, 'smishing_alert.guid'),
        type: 'SMISHING',
        url: textAt(detection, 'original_url'),
        impersonated: textAt(detection, 'impersonated_employee'),
      }),
      event_key: `${key} ${category}`,
    })
  }
}

const time = { means: 'when Lookout wrote the event (created_time)', precision: 'millisecond', zone: 'stated' } as const

export const lookoutMes: CodeFormat = jsonFormat({
  id: 'lookout-mes',
  title: 'Lookout Mobile Endpoint Security events (JSON)',
  version: 1,
  names: ['*lookout*.json', '*lookout*.ndjson'],
  claims: {
    device_event: {
      time,
      always: ['kind', 'category', 'detail', 'event_key', 'raw'],
      sometimes: ['device', 'udid', 'hardware', 'os_version', 'platform', 'app'],
      blind: [
        ...threatBlind,
        'where a device went: most threats name no destination; the link of a smishing alert came in a message, and whether it was opened is not told',
        'which device it is in words of others: events name Lookout’s id, and a UDID only where the management server gave it',
      ],
      attack: [...threatAttack],
    },
    network: {
      time,
      always: ['kind', 'event_key', 'raw'],
      sometimes: ['device', 'url', 'domain', 'domain_raw', 'dst_ip', 'status', 'action'],
      blind: [
        'contacts that Lookout found nothing wrong with: only pages that it judged are told',
        'which app connected',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'VPN:MobileProxy' }],
    },
    identity_event: {
      time: {
        means: 'always: the UDID that the management server gave Lookout for its id',
        precision: 'second',
        zone: 'stated',
      },
      always: ['kind', 'device', 'udid', 'event_key', 'raw'],
      sometimes: [],
      blind: ['devices whose id in the management server is not the UDID'],
      attack: [],
    },
  },
  marks: ['enterprise_guid', 'created_time', 'type'],
  pages: ['events'],
  is: (record) =>
    types.includes(textAt(record, 'type')) && textAt(record, 'enterprise_guid') !== '' && 'created_time' in record,
  take,
})
