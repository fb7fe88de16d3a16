// Threats of Zimperium Mobile Threat Defense (zIPS): as its console pushes them to a SIEM (JSON, flat or nested), and as
// its API answers. Built from published field names; no sample was at hand.
// Source of the fields: the table ZimperiumThreatLog_CL of Microsoft Sentinel; the threat search of the API (5.24).
import type { CodeFormat, Micros } from '../../model/index.ts'
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

/** Log Analytics puts a sign of the type behind each key of an older table: `threat_name_s`. */
function plainKeys(record: Json): Json {
  if (!Object.keys(record).some((key) => /^(?:threat_name|event_id|device_id)_[sgd]$/.test(key))) return record
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key.replace(/_[sgdbt]$/, ''), value]))
}

const isFlat = (record: Json): boolean =>
  'threat_name' in record && ('zdevice_id' in record || 'device_os' in record || 'threat_vector' in record)
const isNested = (record: Json): boolean =>
  isObject(record.threat) && isObject(record.device_info) && 'event_id' in record
const isAnswer = (record: Json): boolean =>
  'threatTypeName' in record && ('vectorName' in record || 'zeventId' in record)

/** `03 02 2026 08:00:00 UTC` (month first) of the SIEM export; else ISO 8601 or milliseconds. null: none. */
function timeIn(...written: readonly string[]): Micros | null {
  for (const one of written) {
    const time = timeOf(one.replace(/^(\d\d)[ /](\d\d)[ /](\d{4}) (\d\d:\d\d:\d\d)(?: UTC)?$/, '$3-$1-$2T$4Z'))
    if (time !== null) return time
  }
  return null
}

/** API and nested export say the same as the flat one under other names. */
function* take(given: Json): Generator<Told> {
  const record = plainKeys(given)
  const of = (...paths: readonly string[]): string => textAt(record, ...paths)
  const ts = timeIn(
    of('device_time'),
    of('generalInfo.deviceTimestamp'),
    of('device_info.device_time'),
    of('event_timestamp', 'timestamp', 'eventtimestamp'),
  )
  if (ts === null) return yield flaw('bad_time', 'neither the time of the device nor that of the event can be read')
  const hardware = of('device_model', 'device.model', 'device_info.type')
  const platform = platformOf(of('device_os', 'os', 'device.os.name', 'device_info.os'), hardware)
  const mdm = of('mdm_id', 'device.mdmDeviceId', 'device_info.mdm_id')
  const about = {
    udid: udidOf(mdm),
    name: of('device_name', 'device_info.device_name'),
    id: of('zdevice_id', 'device.zdeviceId', 'device_info.zdid', 'device_id', 'deviceId'),
    user: of('device_owner_email', 'deviceOwner', 'user_info.user_email'),
  }
  const who = {
    ...whoOf(about),
    user: about.user,
    hardware,
    os_version: of('device_os_version', 'device.os.version', 'device_info.os_version'),
    platform,
  }
  const key = `zimperium ${of('event_id', 'zeventId', 'id', 'threat_uuid')}`
  const category = of('threat_name', 'threatTypeName', 'threat.name')
  const url = of('suspected_url', 'detected_url', 'suspiciousUrlInfo.url', 'threat.general.suspected_url')
  const attacker = of('attacker_ip', 'generalInfo.attackerIp', 'threat.general.attacker_ip')
  const jailbreak = of('jailbreak_reasons', 'generalInfo.jailbreakReasons', 'threat.general.jailbreak_reasons')
  yield* foreign(platform)
  yield* named(about)
  yield event({
    ...who,
    ts,
    kind: 'other',
    category,
    app: of('package_name', 'sideloaded_app_package', 'generalInfo.packageName'),
    process: of('process', 'generalInfo.process', 'threat.general.process'),
    detail: details({
      value: of('event_state', 'state') || { yes: 'mitigated', no: 'open' }[of('mitigated')] || '',
      alert: 'zimperium',
      vector: of('threat_vector', 'vectorName'),
      severity: of('severity_name', 'severityName', 'severity'),
      action: of('action_triggered', 'generalInfo.actionTriggered', 'threat.general.action_triggered'),
      text: of('threat_detail', 'threat.story'),
      jailbreak,
      profile: of('profile_name', 'profile_identifier'),
      profile_type: of('profile_type'),
      file: of('file_path', 'file_name'),
      sha256: of('file_hash'),
      malware: of('malware_family', 'malware_list'),
      network: of('network', 'generalInfo.ssid', 'threat.general.network'),
      bssid: of('network_bssid', 'attacker_bssid', 'generalInfo.bssid', 'threat.general.network_bssid'),
      attacker_ip: attacker,
      attacker_mac: of('attacker_mac'),
      gateway_ip: of('gateway_ip'),
      device_ip: of('device_ip', 'threat.general.device_ip'),
      external_ip: of('external_ip', 'threat.general.external_ip'),
      vulnerable_os_version: of('vulnerable_os_version', 'generalInfo.vulnerableOsVersion'),
      url,
      simulated: of('simulated') === 'yes' ? 'yes' : '',
    }),
    event_key: key,
  })
  yield* postures(
    { ts, key, who },
    {
      jailbroken:
        stateAt(record, 'device_jailbroken', 'device_info.jailbroken', 'device.isJailbroken') ||
        (jailbreak === '' ? '' : 'yes'),
      os_version: who.os_version,
    },
  )
  const destination = destinationOf(url)
  if (destination !== null)
    yield contact({
      ts,
      device: nameOf(about),
      user: about.user,
      process: of('process'),
      src_ip: canonicalIp(of('device_ip', 'threat.general.device_ip')) ?? '',
      kind: destination.url ? 'http' : 'flow',
      ...destination,
      status: category,
      action: /block|prevent/i.test(of('action_triggered', 'generalInfo.actionTriggered')) ? 'blocked' : '',
      event_key: key,
    })
}

const time = {
  means: 'when the device met the threat (device time), else when the console had the event',
  precision: 'second',
  zone: 'assumed_utc',
} as const

export const zimperium: CodeFormat = jsonFormat({
  id: 'zimperium',
  title: 'Zimperium Mobile Threat Defense threats (JSON)',
  version: 1,
  names: ['*zimperium*.json', '*zimperium*.ndjson', '*zips*.json'],
  claims: {
    device_event: {
      time,
      always: ['kind', 'category', 'detail', 'event_key', 'raw'],
      sometimes: ['device', 'user', 'udid', 'hardware', 'os_version', 'platform', 'app', 'process'],
      blind: [
        ...threatBlind,
        'where a device went, unless the threat is a URL; an attacker’s address on the local network is no destination and stands among the details',
      ],
      attack: [...threatAttack],
    },
    network: {
      time,
      always: ['kind', 'event_key', 'raw'],
      sometimes: ['device', 'user', 'src_ip', 'process', 'url', 'domain', 'domain_raw', 'dst_ip', 'status', 'action'],
      blind: ['contacts that raised no threat', 'which app connected'],
      attack: [{ dataComponent: 'DC0085', logSource: 'VPN:MobileProxy' }],
    },
    identity_event: {
      time: { means: 'always: name and user of a UDID', precision: 'second', zone: 'assumed_utc' },
      always: ['kind', 'device', 'udid', 'event_key', 'raw'],
      sometimes: ['user'],
      blind: ['devices whose id in the management server is not the UDID'],
      attack: [],
    },
  },
  marks: ['threat_name|threat_name_s|threatTypeName|device_info', 'event_id|event_id_s|event_id_g|zeventId'],
  pages: ['content'],
  is: (record) => {
    const plain = plainKeys(record)
    return isFlat(plain) || isNested(plain) || isAnswer(plain)
  },
  take,
})
