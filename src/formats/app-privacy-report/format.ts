// App Privacy Report of iOS 15.2 and later (App_Privacy_Report_v4_….ndjson), and the betas of iOS 15; parsed by the engine.
// Source of the fields: real exports of iOS 15; Apple documents what the report shows, not how it is written.
import { defineFormat } from '../../model/index.ts'
import { headObjects, sqlFile } from '../text.ts'

const isEntry = (object: Record<string, unknown>): boolean =>
  (object.type === 'networkActivity' && 'domain' in object && 'bundleID' in object) ||
  (object.type === 'access' && 'accessor' in object) ||
  (typeof object.stream === 'string' && object.stream.startsWith('com.apple.privacy.accounting.stream'))

const isReport = (head: Buffer): boolean => headObjects(head).some(isEntry)

export const appPrivacyReport = defineFormat({
  kind: 'sql',
  id: 'app-privacy-report',
  title: 'App Privacy Report (iOS)',
  version: 1,
  names: ['App_Privacy_Report_v4_*.ndjson'],
  oneDevice: true,
  claims: {
    network: {
      time: {
        means: 'first of the contacts that the row sums up; the end is the last of them',
        precision: 'millisecond',
        zone: 'stated',
      },
      always: ['ts', 'ts_end', 'kind', 'attribution', 'event_key'],
      sometimes: ['app', 'domain', 'domain_raw', 'dst_ip', 'hits', 'initiated', 'context', 'domain_owner'],
      blind: [
        'when each contact took place: a row is a sum from the first to the last',
        'daemons and anything outside an app, so also an implant outside an app',
        'more than the last 7 days, and the time before the user switched the report on',
        'how much was sent, to which port, whether it succeeded',
      ],
      attack: [{ dataComponent: 'DC0113', logSource: 'iOS:AppPrivacyReport' }],
    },
    device_event: {
      time: { means: 'when the app’s access began', precision: 'millisecond', zone: 'stated' },
      always: ['ts', 'kind', 'category'],
      sometimes: ['ts_end', 'app', 'process_path', 'detail', 'event_key'],
      blind: [
        'access by anything that does not ask the system for permission',
        'what was read',
        'more than the last 7 days, and the time before the user switched the report on',
      ],
      attack: [{ dataComponent: 'DC0018', logSource: 'iOS:AppPrivacyReport' }],
    },
  },
  sniff: (head) => (isReport(head) ? 'yes' : 'no'),
  variants: [
    {
      id: 'ndjson',
      accepts: () => true,
      parts: [
        { table: 'network', sql: sqlFile(import.meta.url, 'network.sql') },
        { table: 'device_event', sql: sqlFile(import.meta.url, 'access.sql') },
      ],
      problems: sqlFile(import.meta.url, 'problems.sql'),
    },
  ],
})
