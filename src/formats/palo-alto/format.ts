// Palo Alto Networks firewalls: traffic, threat and URL logs as CSV (behind any syslog head) or as JSON of Strata Logging Service
// (Cortex Data Lake), there also decryption and DNS; GlobalProtect, User-ID and HIP match as statements of identity. Parsed by the engine.
// Source of the fields: PAN-OS 10.2 “Syslog Field Descriptions”; Strata Logging Service “Log Forwarding Schema Reference”.
import { defineFormat } from '../../model/index.ts'
import { headLines, headObjects, sqlFile } from '../text.ts'

const types =
  'TRAFFIC|THREAT|URL|DATA|WILDFIRE|TUNNEL|SYSTEM|CONFIG|GLOBALPROTECT|USERID|HIPMATCH|IPTAG|AUTH|DECRYPTION|CORRELATION|GTP|SCTP'

const csvLine = new RegExp(
  `^(?:[^,"]{0,300}[ :])?\\d{0,2},\\d{1,4}/\\d\\d?/\\d\\d? \\d\\d?:\\d\\d(?::\\d\\d)?,[0-9A-Za-z-]*,(?:${types}),`,
)

const isCsv = (head: Buffer): boolean => headLines(head, 40).some((line) => csvLine.test(line.slice(0, 600)))

const isJson = (head: Buffer): boolean =>
  headObjects(head).some(
    (object) =>
      typeof object.LogType === 'string' &&
      /^[A-Z_]+$/.test(object.LogType) &&
      ('DeviceSN' in object || 'LogSourceID' in object) &&
      ('TimeGenerated' in object || 'EventTime' in object),
  )

const part = (file: string) => sqlFile(import.meta.url, file)

export const paloAlto = defineFormat({
  kind: 'sql',
  id: 'palo-alto',
  title: 'Palo Alto Networks firewall logs (traffic, threat, URL, GlobalProtect, User-ID)',
  version: 2,
  names: ['*.log', '*.csv'],
  claims: {
    network: {
      time: {
        means: 'when the session began, where its end is logged; else when the firewall logged it',
        precision: 'second',
        zone: 'assumed_utc',
      },
      always: ['ts', 'kind', 'src_ip', 'dst_ip'],
      sometimes: [
        'ts_end',
        'user',
        'src_port',
        'dst_port',
        'transport',
        'service',
        'domain',
        'domain_raw',
        'url',
        'qtype',
        'status',
        'action',
        'answers',
        'bytes_out',
        'bytes_in',
        'duration',
        'hits',
        'referrer',
        'user_agent',
        'cert_sha256',
      ],
      blind: [
        'traffic that does not pass the firewall, or a rule that does not log',
        'names, but in URL, DNS and decryption logs',
        'which app connected (App-ID names the protocol, not the app)',
        'the zone of times in logs without the high-resolution time (PAN-OS 10.0 and before)',
        'decryption logs in CSV, which repeat the session of a traffic log',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
    identity_event: {
      time: {
        means:
          'when GlobalProtect gave or confirmed the address, or User-ID or a HIP match saw it in use; of a logout, when the session had begun',
        precision: 'second',
        zone: 'assumed_utc',
      },
      always: ['ts', 'kind', 'ip'],
      sometimes: ['ts_end', 'user', 'host', 'serial'],
      blind: [
        'addresses of devices that neither GlobalProtect nor User-ID knows',
        'when an address was given up, unless the logout is logged',
        'User-ID in JSON, whose fields no sample has shown',
      ],
      attack: [],
    },
  },
  sniff: (head) => (isCsv(head) || isJson(head) ? 'yes' : 'no'),
  variants: [
    {
      id: 'csv',
      accepts: isCsv,
      parts: [
        { table: 'network', sql: part('csv.sql') },
        { table: 'identity_event', sql: part('csv-logins.sql') },
      ],
      problems: part('csv-problems.sql'),
    },
    {
      id: 'json',
      accepts: () => true,
      parts: [
        { table: 'network', sql: part('json.sql') },
        { table: 'identity_event', sql: part('json-logins.sql') },
      ],
      problems: part('json-problems.sql'),
    },
  ],
})
