// Jamf Protect: threat events and network traffic of mobile devices (its streams, once Wandera’s), and alerts of Macs (JSON).
// Source of the fields: github.com/jamf/jamfprotect, json_samples_and_schemas; Jamf Learning Hub, “Data streams”.
import type { CodeFormat } from '../../model/index.ts'
import { canonicalIp } from '../../names/index.ts'
import { details } from '../apple.ts'
import {
  contact,
  destinationOf,
  event,
  flaw,
  foreign,
  isObject,
  type Json,
  jsonFormat,
  listAt,
  named,
  nameOf,
  objectAt,
  platformOf,
  postures,
  stateAt,
  type Told,
  textAt,
  textsAt,
  threatAttack,
  threatBlind,
  timeAt,
  udidOf,
  whoOf,
} from '../json-events.ts'

/** The streams put each event under a key of this name; some collectors take it off. */
const inner = (record: Json): Json =>
  isObject(record.event) && isObject(record.event.metadata) ? record.event : record

const isStream = (record: Json): boolean =>
  /^(?:Threat Events|Network Traffic) Stream/.test(textAt(inner(record), 'metadata.product'))
const isMacAlert = (record: Json): boolean =>
  /^GP[A-Z]|^auth-/.test(textAt(record, 'input.eventType')) && isObject(objectAt(record, 'input').match)

function aboutOf(record: Json) {
  const device = objectAt(record, 'device')
  const system = textAt(device, 'os', 'osType')
  const given = {
    // what the management server gave as id
    udid: udidOf(textAt(device, 'externalId')),
    name: textAt(device, 'userDeviceName', 'deviceName'),
    id: textAt(device, 'deviceId'),
    user: textAt(record, 'user.email', 'user.name'),
  }
  const platform = platformOf(system.replace(/^IOS\b/, 'iOS'), textAt(device, 'deviceName'))
  const who = {
    ...whoOf(given),
    user: given.user,
    os_version: / (\d[\d.]{0,20})$/.exec(system)?.[1] ?? '',
    platform,
  }
  return { given, platform, who }
}

function* takeThreat(record: Json): Generator<Told> {
  const ts = timeAt(record, 'timestamp')
  if (ts === null) return yield flaw('bad_time', 'timestamp cannot be read')
  const { given, platform, who } = aboutOf(record)
  const category = textAt(record, 'eventType.name', 'eventType.description')
  const key = `jamf-protect ${textAt(record, 'alertId')} ${category} ${ts}`
  const action = textAt(record, 'action')
  const app = textAt(record, 'app.id')
  yield* foreign(platform)
  yield* named(given)
  yield event({
    ...who,
    ts,
    kind: 'other',
    category,
    app,
    app_version: textAt(record, 'app.version'),
    detail: details({
      value: action,
      alert: 'jamf-protect',
      title: textAt(record, 'eventType.description'),
      severity: textAt(record, 'severity'),
      app_name: textAt(record, 'app.name'),
      sha256: textAt(record, 'app.sha256'),
      access_point: textAt(record, 'accessPoint'),
      bssid: textAt(record, 'accessPointBssid'),
      location: textAt(record, 'location'),
      external_id: textAt(record, 'device.externalId'),
    }),
    event_key: key,
  })
  if (/JAILBREAK|ROOTED/.test(category))
    yield* postures({ ts, key, who }, { jailbroken: /resolved/i.test(action) ? 'no' : 'yes' })
  // `name` and `ip` of a destination that is none are the words host and ip
  const name = destinationOf(textAt(record, 'destination.name'))
  const ip = canonicalIp(textAt(record, 'destination.ip')) ?? ''
  if (name === null && ip === '') return
  yield contact({
    ts,
    device: nameOf(given),
    user: given.user,
    app,
    src_ip: canonicalIp(textAt(record, 'source.ip')) ?? '',
    src_port: portOf(textAt(record, 'source.port')),
    kind: name?.url ? 'http' : 'flow',
    ...name,
    dst_ip: ip || (name?.dst_ip ?? ''),
    dst_port: portOf(textAt(record, 'destination.port')),
    status: category,
    action: /block/i.test(action) ? 'blocked' : '',
    event_key: key,
  })
}

/** 0 where it is none. */
const portOf = (written: string): number =>
  /^\d{1,5}$/.test(written) && Number(written) < 65_536 ? Number(written) : 0

function* takeTraffic(record: Json): Generator<Told> {
  const ts = timeAt(record, 'timestamp')
  if (ts === null) return yield flaw('bad_time', 'timestamp cannot be read')
  const written = textAt(record, 'hostName')
  const destination = destinationOf(written)
  if (destination === null) return yield flaw('missing_field', 'hostName')
  const { given } = aboutOf(record)
  const blocked = stateAt(record, 'blocked')
  const dns = Object.keys(objectAt(record, 'dns')).length > 0
  yield* named(given)
  yield contact({
    ts,
    device: nameOf(given),
    user: given.user,
    src_ip: canonicalIp(textAt(record, 'source.ip')) ?? '',
    kind: dns ? 'dns' : 'flow',
    ...destination,
    ...(dns ? { service: 'dns' } : {}),
    qtype: textAt(record, 'dns.recordType'),
    status: textAt(record, 'dns.responseStatus') || textsAt(record, 'threat.types').join(' '),
    action: blocked === 'yes' ? 'blocked' : blocked === 'no' ? 'allowed' : '',
    answers: textsAt(record, 'destination.ips').flatMap((ip) => canonicalIp(ip) ?? []),
    event_key: `jamf-protect ${given.id} ${written} ${textAt(record, 'dns.recordType')} ${ts}`,
  })
}

function* takeMac(record: Json): Generator<Told> {
  const match = objectAt(record, 'input.match')
  const host = objectAt(record, 'input.host')
  const ts = timeAt(match, 'event.timestamp', 'timestamp') ?? timeAt(record, 'timestamp')
  if (ts === null) return yield flaw('bad_time', 'the event has no readable time')
  const fact = listAt(match, 'facts')[0] ?? {}
  yield* foreign('macos')
  yield event({
    ...whoOf({ serial: textAt(host, 'serial'), name: textAt(host, 'hostname') }),
    ts,
    kind: 'other',
    platform: 'macos',
    os_version: /\d+(?:\.\d+)+/.exec(textAt(host, 'os'))?.[0] ?? '',
    category: textAt(fact, 'name') || textAt(record, 'input.eventType'),
    detail: details({
      value: textAt(match, 'actions') || textsAt(match, 'actions').join(' '),
      alert: 'jamf-protect',
      type: textAt(record, 'input.eventType'),
      title: textAt(fact, 'human'),
      severity: textAt(match, 'severity') || textAt(fact, 'severity'),
    }),
    event_key: `jamf-protect ${textAt(match, 'uuid') || `${textAt(host, 'serial')} ${ts}`}`,
  })
}

const time = {
  means: 'when the event or contact happened (timestamp)',
  precision: 'millisecond',
  zone: 'stated',
} as const

export const jamfProtect: CodeFormat = jsonFormat({
  id: 'jamf-protect',
  title: 'Jamf Protect: threat events and network traffic of mobile devices, alerts of Macs (JSON)',
  version: 1,
  names: ['*jamf*protect*.json', '*jamf*protect*.ndjson', '*wandera*.json'],
  claims: {
    device_event: {
      time,
      always: ['kind', 'category', 'detail', 'event_key', 'raw'],
      sometimes: ['device', 'user', 'serial', 'udid', 'os_version', 'platform', 'app', 'app_version'],
      blind: [
        ...threatBlind,
        'where a device went, in alerts about apps, profiles and the system: they name no destination',
      ],
      attack: [...threatAttack],
    },
    network: {
      time,
      always: ['kind', 'event_key', 'raw'],
      sometimes: [
        'device',
        'user',
        'app',
        'src_ip',
        'src_port',
        'domain',
        'domain_raw',
        'url',
        'dst_ip',
        'dst_port',
        'service',
        'qtype',
        'status',
        'action',
        'answers',
      ],
      blind: [
        'which app connected, in the stream of network traffic',
        'contacts while another VPN was active, and names hidden by encrypted DNS or Private Relay',
        'in an alert the address of the client: it is the one that the gateway saw',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'VPN:MobileProxy' }],
    },
    identity_event: {
      time: { means: 'always: name and user of a UDID', precision: 'second', zone: 'stated' },
      always: ['kind', 'device', 'udid', 'event_key', 'raw'],
      sometimes: ['user'],
      blind: ['devices whose id in the management server is not the UDID'],
      attack: [],
    },
  },
  marks: ['metadata|eventType', 'product|input'],
  is: (record) => isStream(record) || isMacAlert(record),
  take: (record) =>
    isMacAlert(record)
      ? takeMac(record)
      : textAt(inner(record), 'metadata.product').startsWith('Network')
        ? takeTraffic(inner(record))
        : takeThreat(inner(record)),
})
