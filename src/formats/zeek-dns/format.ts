// Zeek dns.log, NDJSON and TSV; parsed by the engine.
// Source of the fields: Zeek documentation, base/protocols/dns/main.zeek (DNS::Info).
import { defineFormat } from '../../model/index.ts'
import { sqlFile } from '../text.ts'
import { isZeekJson, isZeekTsv, positions, zeekPath } from '../zeek.ts'

const fields = ['ts', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'proto', 'query', 'qtype_name', 'rcode_name', 'answers', 'rtt']

const isJson = (head: Buffer): boolean => isZeekJson(head, 'dns', 'query', 'trans_id')
const isTsv = (head: Buffer): boolean => isZeekTsv(head) && zeekPath(head) === 'dns'

export const zeekDns = defineFormat({
  kind: 'sql',
  id: 'zeek-dns',
  title: 'Zeek dns.log',
  version: 1,
  names: ['dns.log', 'dns.*.log'],
  claims: {
    network: {
      time: { means: 'first packet of the query as the sensor saw it', precision: 'microsecond', zone: 'stated' },
      always: ['ts', 'kind', 'src_ip', 'service'],
      sometimes: ['src_port', 'dst_ip', 'dst_port', 'transport', 'domain', 'domain_raw', 'qtype', 'status', 'answers', 'duration'],
      blind: ['encrypted DNS (DoH, DoT, Private Relay)', 'which app asked', 'contacts that need no look-up'],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff: (head) => (isJson(head) || isTsv(head) ? 'yes' : 'no'),
  variants: [
    {
      id: 'ndjson',
      accepts: isJson,
      parts: [{ table: 'network', sql: sqlFile(import.meta.url, 'ndjson.sql') }],
      problems: sqlFile(import.meta.url, '../zeek-ndjson-problems.sql'),
    },
    {
      id: 'tsv',
      accepts: isTsv,
      parts: [{ table: 'network', sql: sqlFile(import.meta.url, 'tsv.sql') }],
      problems: sqlFile(import.meta.url, '../zeek-tsv-problems.sql'),
      params: (head) => positions(head, fields),
    },
  ],
})
