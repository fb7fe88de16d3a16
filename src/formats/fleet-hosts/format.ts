// Hosts of Fleet as its API answers (JSON). iPhones and iPads come to Fleet by MDM; osquery does not run on them.
// Source of the fields: Fleet documentation, REST API “List hosts”, “Get host”.
import type { CodeFormat } from '../../model/index.ts'
import { brief, details } from '../apple.ts'
import {
  flaw,
  foreign,
  type Json,
  jsonFormat,
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

function* take(host: Json): Generator<Told> {
  const ts = timeAt(host, 'detail_updated_at', 'last_mdm_checked_in_at', 'seen_time', 'updated_at')
  if (ts === null) return yield flaw('bad_time', 'the host does not say when it was last asked')
  const system = textAt(host, 'os_version')
  const platform =
    platformOf(
      textAt(host, 'platform')
        .replace(/^darwin$/, 'macOS')
        .replace(/^ipados$/i, 'iPadOS')
        .replace(/^ios$/i, 'iOS'),
    ) || platformOf(system)
  const mobile = platform === 'ios'
  const given = {
    // of Apple devices the UUID is the UDID
    udid: mobile || platform === 'macos' ? textAt(host, 'uuid') : '',
    serial: textAt(host, 'hardware_serial'),
    name: textAt(host, 'computer_name', 'display_name', 'hostname'),
    id: textAt(host, 'uuid', 'id'),
    user: textAt(listAt(host, 'end_users')[0] ?? listAt(host, 'device_mapping')[0] ?? {}, 'idp_username', 'email'),
    mac: textAt(host, 'primary_mac'),
  }
  const who = {
    ...whoOf(given),
    user: given.user,
    hardware: textAt(host, 'hardware_model'),
    os_version: /\d+(?:\.\d+)*/.exec(system)?.[0] ?? '',
    os_build: textAt(host, 'build'),
    platform,
  }
  const about = { ts, key: `fleet ${given.id} ${ts}`, who }
  yield* foreign(platform)
  yield* named({
    ...given,
    labels: details({
      fleet_id: textAt(host, 'id'),
      team: textAt(host, 'team_name', 'fleet_name'),
      model: who.hardware,
    }),
  })
  const enrollment = textAt(host, 'mdm.enrollment_status')
  yield* postures(
    about,
    {
      os_version: who.os_version,
      mdm_enrolled:
        enrollment === ''
          ? ''
          : /^(?:On|Enrolled)/i.test(enrollment)
            ? 'yes'
            : /^(?:Off|Unenrolled)/i.test(enrollment)
              ? 'no'
              : '',
      disk_encryption: stateAt(host, 'disk_encryption_enabled'),
      failing_policies: textAt(host, 'issues.failing_policies_count'),
      lost_mode: mobile ? deviceState(textAt(host, 'mdm.device_status')) : '',
    },
    { enrollment, server: textAt(host, 'mdm.server_url'), status: textAt(host, 'status') },
  )
  const software = listAt(host, 'software')
  if (software.length === 0) return
  const members = software.map((app) => ({
    app: brief(textAt(app, 'bundle_identifier'), 255),
    app_version: textAt(app, 'version'),
    category: 'installed',
    detail: details({
      name: textAt(app, 'name'),
      source: textAt(app, 'source'),
      last_opened: textAt(app, 'last_opened_at'),
    }),
  }))
  yield* listed(about, 'app', members)
}

const deviceState = (word: string): string => (word === 'locked' ? 'yes' : word === 'unlocked' ? 'no' : '')

export const fleetHosts: CodeFormat = jsonFormat({
  id: 'fleet-hosts',
  title: 'Fleet hosts as its API answers (JSON)',
  version: 1,
  names: ['hosts*.json', '*fleet*.json'],
  claims: {
    device_event: {
      time: {
        means: 'when Fleet last had the details of the host (detail_updated_at)',
        precision: 'second',
        zone: 'stated',
      },
      always: ['kind', 'category', 'detail', 'event_key', 'raw'],
      sometimes: [
        'device',
        'user',
        'serial',
        'udid',
        'hardware',
        'os_version',
        'os_build',
        'platform',
        'app',
        'app_version',
      ],
      blind: [
        'what a device did between two answers: a state that came and went is not seen',
        'processes and connections of iPhones and iPads: osquery does not run on them',
        'profiles and certificates: this answer does not list them',
      ],
      attack: [
        { dataComponent: 'DC0018', logSource: 'iOS:MDMLog' },
        { dataComponent: 'DC0118', logSource: 'iOS:MDMLog' },
      ],
    },
    identity_event: {
      time: { means: 'always: name, user and MAC address of a host', precision: 'second', zone: 'stated' },
      always: ['kind', 'device', 'event_key', 'raw'],
      sometimes: ['user', 'serial', 'udid', 'mac', 'labels'],
      blind: [
        'the private Wi-Fi address that a network sees since iOS 14',
        'which address it had when: the answer states the last one only, so nothing is tied to it',
      ],
      attack: [],
    },
  },
  marks: ['hardware_serial', 'platform', 'uuid'],
  pages: ['hosts', 'host'],
  is: (record) => 'hardware_serial' in record && 'platform' in record && 'uuid' in record,
  take,
})
