// A mobile device as the APIs of Jamf Pro describe it. Three shapes say the same under other names.
import { brief, details } from '../apple.ts'
import {
  flaw,
  foreign,
  type Json,
  listAt,
  listed,
  named,
  platformOf,
  postures,
  stateAt,
  type Told,
  textAt,
  timeAt,
  whoOf,
} from '../json-events.ts'

/** State → where /v2/mobile-devices/detail, then /{id}/detail, then the Classic API have it. */
const states: Readonly<Record<string, readonly string[]>> = {
  supervised: ['general.supervised', 'ios.supervised', 'supervised'],
  mdm_enrolled: ['general.managed', 'managed', 'isManaged'],
  passcode_present: ['security.passcodePresent', 'ios.security.passcodePresent', 'security.passcode_present'],
  passcode_compliant: ['security.passcodeCompliant', 'ios.security.passcodeCompliant', 'security.passcode_compliant'],
  passcode_compliant_with_profiles: [
    'security.passcodeCompliantWithProfile',
    'ios.security.passcodeCompliantWithProfile',
    'security.passcode_compliant_with_profile',
  ],
  activation_lock: [
    'security.activationLockEnabled',
    'ios.security.activationLockEnabled',
    'security.activation_lock_enabled',
  ],
  lost_mode: ['security.lostModeEnabled', 'ios.security.lostModeEnabled', 'security.lost_mode_enabled'],
  device_locator: [
    'general.deviceLocatorServiceEnabled',
    'ios.deviceLocatorServiceEnabled',
    'general.device_locator_service_enabled',
  ],
  cloud_backup: ['general.cloudBackupEnabled', 'ios.cloudBackupEnabled', 'general.cloud_backup_enabled'],
}

/** The Classic API words it: Normal, or what was found. */
function jailbroken(record: Json): string {
  const paths = ['security.jailBreakDetected', 'ios.security.jailBreakDetected', 'security.jailbreak_detected'] as const
  const word = textAt(record, ...paths)
  if (/^(?:normal|none|not detected)$/i.test(word)) return 'no'
  return /^(?:jailbroken|compromised|detected)$/i.test(word) ? 'yes' : stateAt(record, ...paths)
}

export function* takeInventory(record: Json): Generator<Told> {
  const ts = timeAt(
    record,
    'general.lastInventoryUpdateDate',
    'lastInventoryUpdateTimestamp',
    'general.last_inventory_update_epoch',
    'general.last_inventory_update_utc',
  )
  if (ts === null) return yield flaw('bad_time', 'the inventory does not say when it was taken')
  const given = {
    udid: textAt(record, 'general.udid', 'udid'),
    serial: textAt(record, 'hardware.serialNumber', 'serialNumber', 'general.serial_number'),
    name: textAt(record, 'general.displayName', 'name', 'general.display_name', 'general.name'),
    id: textAt(record, 'mobileDeviceId', 'id', 'general.id'),
    user: textAt(
      record,
      'userAndLocation.username',
      'location.username',
      'userAndLocation.emailAddress',
      'location.emailAddress',
    ),
    mac: textAt(record, 'hardware.wifiMacAddress', 'wifiMacAddress', 'general.wifi_mac_address'),
  }
  const hardware = textAt(record, 'hardware.modelIdentifier', 'ios.modelIdentifier', 'general.model_identifier')
  const model = textAt(record, 'hardware.model', 'ios.model', 'general.model')
  const platform =
    platformOf('', hardware) || platformOf(textAt(record, 'deviceType', 'type', 'general.os_type'), model)
  const who = {
    ...whoOf(given),
    user: given.user,
    hardware,
    os_version: textAt(record, 'general.osVersion', 'osVersion', 'general.os_version'),
    os_build: textAt(record, 'general.osBuild', 'osBuild', 'general.os_build'),
    platform,
  }
  const about = { ts, key: `jamf ${given.udid || given.serial || given.id} inventory ${ts}`, who }
  yield* foreign(platform)
  yield* named({ ...given, labels: details({ model, jamf_id: given.id }) })
  const told = Object.entries(states).map(([category, paths]) => [category, stateAt(record, ...paths)])
  yield* postures(about, {
    os_version: who.os_version,
    os_build: who.os_build,
    os_version_extra: textAt(record, 'general.osRapidSecurityResponse', 'osRapidSecurityResponse'),
    ...Object.fromEntries(told),
    jailbroken: jailbroken(record),
    time_zone: textAt(record, 'general.timeZone', 'timeZone'),
  })
  yield* takeApps(record, about)
  yield* takeProfiles(record, about)
}

type About = Parameters<typeof listed>[0]

const firstList = (record: Json, ...paths: readonly string[]): readonly Json[] =>
  paths.map((path) => listAt(record, path)).find((list) => list.length > 0) ?? []

function* takeApps(record: Json, about: About): Generator<Told> {
  const apps = firstList(record, 'applications', 'ios.applications')
  if (apps.length === 0) return
  const members = apps.map((app) => ({
    app: brief(textAt(app, 'identifier'), 255),
    app_version: textAt(app, 'shortVersion', 'application_short_version', 'version', 'application_version'),
    category: 'installed',
    detail: details({
      name: textAt(app, 'name', 'application_name'),
      managed: textAt(app, 'managementStatus', 'application_status'),
      validated: textAt(app, 'validationStatus'),
      size: textAt(app, 'bundleSize', 'bundle_size'),
    }),
  }))
  yield* listed(about, 'app', members)
}

function* takeProfiles(record: Json, about: About): Generator<Told> {
  const profiles = firstList(record, 'profiles', 'ios.configurationProfiles', 'configuration_profiles')
  if (profiles.length === 0) return
  const members = profiles.map((profile) => ({
    category: brief(textAt(profile, 'identifier', 'uuid'), 255),
    detail: details({
      name: textAt(profile, 'displayName', 'display_name'),
      uuid: textAt(profile, 'uuid'),
      version: textAt(profile, 'version'),
      removable: textAt(profile, 'removable'),
      installed: textAt(profile, 'lastInstalled'),
    }),
  }))
  yield* listed(about, 'profile', members)
}
