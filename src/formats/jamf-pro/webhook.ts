// A webhook of Jamf Pro. Its keys are written in camel case; some collectors turn them into snake case.
import { details } from '../apple.ts'
import {
  digestOf,
  event,
  flaw,
  foreign,
  type Json,
  named,
  objectAt,
  platformOf,
  postures,
  type Told,
  textAt,
  timeAt,
  whoOf,
} from '../json-events.ts'

/** Events that say whether the device is managed from then on. */
const enrolled: Readonly<Record<string, string>> = { MobileDeviceEnrolled: 'yes', MobileDeviceUnEnrolled: 'no' }

export function* takeWebhook(record: Json, given: Json): Generator<Told> {
  const hook = objectAt(record, 'webhook')
  const kind = textAt(hook, 'webhookEvent', 'webhook_event')
  const ts = timeAt(hook, 'eventTimestamp', 'event_timestamp')
  // in some events of Macs the device stands one level deeper
  const inner = objectAt(given, 'computer')
  const about = Object.keys(inner).length > 0 ? inner : given
  const serial = textAt(about, 'serialNumber', 'serial_number')
  const udid = textAt(about, 'udid')
  if (serial === '' && udid === '') return yield flaw('unknown_kind', `webhook ${kind.slice(0, 60)} is about no device`)
  if (ts === null) return yield flaw('bad_time', 'eventTimestamp cannot be read')
  const hardware = textAt(about, 'model')
  const platform = kind.startsWith('Computer')
    ? 'macos'
    : platformOf('', hardware) || platformOf('', textAt(about, 'modelDisplay', 'model_display'))
  const who = {
    ...whoOf({ udid, serial }),
    user: textAt(about, 'username'),
    hardware,
    os_version: textAt(about, 'osVersion', 'os_version'),
    os_build: textAt(about, 'osBuild', 'os_build'),
    platform,
  }
  const key = `jamf ${udid || serial} ${kind} ${ts}`
  yield* foreign(platform)
  yield* named({
    udid,
    serial,
    name: textAt(about, 'deviceName', 'device_name'),
    user: who.user,
    mac: textAt(about, 'wifiMacAddress', 'wifi_mac_address', 'macAddress'),
    labels: details({
      model: textAt(about, 'modelDisplay', 'model_display'),
      jamf_id: textAt(about, 'jssID', 'jss_id', 'jssId'),
    }),
  })
  const detail = details({
    ip: textAt(about, 'ipAddress', 'ip_address'),
    imei: textAt(about, 'imei'),
    room: textAt(about, 'room'),
    jamf_id: textAt(about, 'jssID', 'jss_id', 'jssId'),
    hook: textAt(hook, 'name'),
  })
  yield event({
    ...who,
    ts,
    kind: 'other',
    category: kind,
    detail: { value: kind, ...detail },
    event_key: `${key} ${digestOf(given)}`,
  })
  yield* postures(
    { ts, key, who },
    { mdm_enrolled: enrolled[kind] ?? '', os_version: who.os_version, os_build: who.os_build },
  )
}
