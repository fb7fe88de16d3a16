// Events of Check Point Harmony Mobile as its dashboard’s API and SIEM export write them (JSON).
// Source of the fields: Check Point Harmony Mobile, events API (external API v1, alerts).
import type { CodeFormat, Micros } from '../../model/index.ts'
import { details } from '../apple.ts'
import {
  contact,
  destinationOf,
  event,
  flaw,
  foreign,
  type Json,
  jsonFormat,
  named,
  nameOf,
  platformOf,
  postures,
  stateAt,
  type Told,
  textAt,
  threatAttack,
  threatBlind,
  timeOf,
  udidOf,
  whoOf,
} from '../json-events.ts'

/** ISO 8601, or `02/22/2023 02:22:20` (month first, before 2025). null: none. */
function timeIn(record: Json, key: string): Micros | null {
  const written = textAt(record, key)
  return timeOf(written.replace(/^(\d\d)\/(\d\d)\/(\d{4}) /, '$3-$1-$2 '))
}

/** `Domain:evil[.]example`, `URL: hxxps://…`, `IP:192.0.2.1`: what was contacted, where the details say so. */
const destinationIn = (written: string) =>
  destinationOf(
    /(?:^|[\s,;])(?:Domain|URL|Link|IP|Host(?:name)?)\s{0,5}[:=]\s{0,5}([^\s,;"']{1,4096})/i.exec(written)?.[1] ?? '',
  )

function* take(record: Json): Generator<Told> {
  const ts = timeIn(record, 'event_timestamp') ?? timeIn(record, 'backend_last_updated')
  if (ts === null) return yield flaw('bad_time', 'neither event_timestamp nor backend_last_updated can be read')
  const model = textAt(record, 'device_model')
  const platform = platformOf(textAt(record, 'device_type', 'os_type'), model.replace(/^Apple \/ /, ''))
  const user = textAt(record, 'email')
  const name = textAt(record, 'name')
  const given = {
    udid: udidOf(textAt(record, 'mdm_uuid')),
    name,
    id: textAt(record, 'device_id'),
    user: user.includes('@') ? user : '',
  }
  const who = {
    ...whoOf(given),
    user: given.user,
    hardware: model,
    os_version: textAt(record, 'os_version'),
    platform,
  }
  const key = `harmony ${textAt(record, 'id')} ${textAt(record, 'event')} ${ts}`
  yield* foreign(platform)
  yield* named(given)
  const said = textAt(record, 'details')
  yield event({
    ...who,
    ts,
    kind: 'other',
    category: textAt(record, 'threat_factors') || textAt(record, 'attack_vector'),
    app: textAt(record, 'package_name', 'app_bundle_id'),
    detail: details({
      value: textAt(record, 'event'),
      alert: 'harmony',
      vector: textAt(record, 'attack_vector'),
      severity: textAt(record, 'severity'),
      details: said,
      policy: textAt(record, 'policy_name'),
      client: textAt(record, 'client_version'),
    }),
    event_key: key,
  })
  yield* postures(
    { ts, key, who },
    { jailbroken: stateAt(record, 'device_rooted'), os_version: textAt(record, 'os_version') },
  )
  const destination = /network|web|phish/i.test(
    `${textAt(record, 'attack_vector')} ${textAt(record, 'threat_factors')}`,
  )
    ? destinationIn(said)
    : null
  if (destination !== null)
    yield contact({
      ts,
      device: nameOf(given),
      user: who.user,
      kind: destination.url ? 'http' : 'flow',
      ...destination,
      status: textAt(record, 'threat_factors'),
      action: /block/i.test(textAt(record, 'event')) ? 'blocked' : '',
      event_key: key,
    })
}

const time = {
  means: 'when the device had the event (event_timestamp), else when the dashboard knew it (backend_last_updated)',
  precision: 'second',
  zone: 'assumed_utc',
} as const

export const checkpointHarmonyMobile: CodeFormat = jsonFormat({
  id: 'checkpoint-harmony-mobile',
  title: 'Check Point Harmony Mobile events (JSON)',
  version: 1,
  names: ['*harmony*.json', '*harmony*.ndjson'],
  claims: {
    device_event: {
      time,
      always: ['kind', 'category', 'detail', 'event_key', 'raw'],
      sometimes: ['device', 'user', 'udid', 'hardware', 'os_version', 'platform', 'app'],
      blind: [...threatBlind, 'where a device went, unless the details of the event name a domain, address or URL'],
      attack: [...threatAttack],
    },
    network: {
      time,
      always: ['kind', 'event_key', 'raw'],
      sometimes: ['device', 'user', 'url', 'domain', 'domain_raw', 'dst_ip', 'status', 'action'],
      blind: ['contacts that raised no event', 'which app connected'],
      attack: [{ dataComponent: 'DC0085', logSource: 'VPN:MobileProxy' }],
    },
    identity_event: {
      time: { means: 'always: name and user of a UDID', precision: 'second', zone: 'assumed_utc' },
      always: ['kind', 'device', 'udid', 'event_key', 'raw'],
      sometimes: ['user'],
      blind: ['devices whose mdm_uuid is not their UDID'],
      attack: [],
    },
  },
  marks: ['attack_vector', 'threat_factors', 'device_id'],
  pages: ['objects', 'events', 'alerts'],
  is: (record) =>
    'attack_vector' in record && 'threat_factors' in record && ('device_rooted' in record || 'mdm_uuid' in record),
  take,
})
