// Suricata EVE JSON (eve.json), Suricata 3 to 8; parsed by the engine.
// Source of the fields: Suricata documentation, “EVE JSON Format” and the schema etc/schema.json of its source.
import { defineFormat } from '../../model/index.ts'
import { headObjects, sqlFile } from '../text.ts'

/** Every event has a type and a time of this spelling; all but statistics and engine events have a flow or addresses. */
const isEvent = (object: Record<string, unknown>): boolean =>
  typeof object.event_type === 'string' &&
  typeof object.timestamp === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d{4}$/.test(object.timestamp) &&
  (object.event_type in object || 'src_ip' in object || 'flow_id' in object)

/** Does the beginning hold an answer as Suricata 4.0 and before write it, a resource record at a time? */
const isVersion1 = (head: Buffer): boolean =>
  headObjects(head, 400).some(({ event_type, dns }) => {
    if (event_type !== 'dns' || typeof dns !== 'object' || dns === null) return false
    const { type, version } = dns as { readonly type?: unknown; readonly version?: unknown }
    return type === 'answer' && !(typeof version === 'number' && version >= 2)
  })

const isEve = (head: Buffer): boolean => headObjects(head).some(isEvent)

export const suricataEve = defineFormat({
  kind: 'sql',
  id: 'suricata-eve',
  title: 'Suricata EVE JSON',
  version: 1,
  names: ['eve.json', 'eve-*.json'],
  claims: {
    network: {
      time: {
        means:
          'of a flow its first packet; of a DNS look-up the answer, or the query where there is none; else when the event was seen',
        precision: 'microsecond',
        zone: 'stated',
      },
      always: ['ts', 'kind', 'src_ip'],
      sometimes: [
        'ts_end',
        'src_mac',
        'src_port',
        'dst_ip',
        'dst_port',
        'transport',
        'service',
        'url',
        'domain',
        'domain_raw',
        'qtype',
        'status',
        'action',
        'answers',
        'bytes_out',
        'bytes_in',
        'duration',
        'referrer',
        'user_agent',
        'ja3',
        'ja4',
        'cert_sha1',
        'event_key',
      ],
      blind: [
        'event types that the sensor is not set to log',
        'names hidden by Encrypted Client Hello, encrypted DNS or Private Relay',
        'which app connected',
        'traffic that does not pass the sensor (mobile data, another network)',
        'who began the connection, in alerts of Suricata 6 and before: told from the ports',
      ],
      attack: [
        { dataComponent: 'DC0085', logSource: 'NSM:Connections' },
        { dataComponent: 'DC0113', logSource: 'NSM:Connections' },
      ],
    },
  },
  sniff: (head) => (isEve(head) ? 'yes' : 'no'),
  variants: [
    {
      id: 'ndjson',
      accepts: () => true,
      parts: [
        { table: 'network', sql: sqlFile(import.meta.url, 'contacts.sql') },
        { table: 'network', sql: sqlFile(import.meta.url, 'dns.sql') },
      ],
      problems: sqlFile(import.meta.url, 'problems.sql'),
      params: (head) => ({ version1: isVersion1(head) ? 1 : 0 }),
    },
  ],
})
