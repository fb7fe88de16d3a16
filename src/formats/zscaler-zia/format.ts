// Zscaler Internet Access: NSS feeds web, firewall and DNS, as JSON (bare, or in the envelope of Splunk’s collector: sourcetype,
// event) or as tab-separated `key=value`; parsed by the engine.
// Source of the fields: Zscaler help, “NSS Feed Output Format” (web logs, firewall logs, DNS logs): the names of the templates.
import { defineFormat } from '../../model/index.ts'
import { headLines, headObjects, sqlFile } from '../text.ts'

const isFeed = (object: Record<string, unknown>): boolean =>
  (typeof object.sourcetype === 'string' && object.sourcetype.startsWith('zscalernss')) ||
  ('ClientIP' in object && 'urlsupercategory' in object) ||
  ('csip' in object && 'sdip' in object && 'nwsvc' in object) ||
  ('dns_req' in object && 'dns_reqtype' in object)

const isJson = (head: Buffer): boolean => headObjects(head).some(isFeed)

/** The web feed for Splunk; firewall and DNS feeds are told by their own keys. */
const pairs =
  /^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|[A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d \d{4})\t(?:reason=[^\t]*\tevent_id=|.*\tcsip=[^\t]*\t|.*\tdns_req=)/
const isPairs = (head: Buffer): boolean => headLines(head, 20).some((line) => pairs.test(line.slice(0, 8192)))

export const zscalerZia = defineFormat({
  kind: 'sql',
  id: 'zscaler-zia',
  title: 'Zscaler Internet Access: NSS web, firewall and DNS logs',
  version: 1,
  names: ['zscalernss-*.log', '*.log'],
  claims: {
    network: {
      time: {
        means: 'when the service logged the transaction, session or query',
        precision: 'second',
        zone: 'assumed_utc',
      },
      always: ['ts', 'kind', 'service'],
      sometimes: [
        'device',
        'user',
        'src_ip',
        'src_port',
        'dst_ip',
        'dst_port',
        'transport',
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
      ],
      blind: [
        'traffic that does not pass Zscaler',
        'which app asked',
        'paths inside TLS that is not inspected',
        'fields that the feed’s template leaves out',
        'sessions apart, where the firewall log is aggregated: one row stands for several',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff: (head) => (isJson(head) || isPairs(head) ? 'yes' : 'no'),
  variants: [
    {
      id: 'json',
      accepts: isJson,
      parts: [{ table: 'network', sql: sqlFile(import.meta.url, 'json.sql') }],
      problems: sqlFile(import.meta.url, 'json-problems.sql'),
    },
    {
      id: 'pairs',
      accepts: () => true,
      parts: [{ table: 'network', sql: sqlFile(import.meta.url, 'pairs.sql') }],
      problems: sqlFile(import.meta.url, 'pairs-problems.sql'),
    },
  ],
})
