// Zeek dns.log, NDJSON and TSV; parsed by the engine.
// Source of the fields: Zeek documentation, base/protocols/dns/main.zeek (DNS::Info).
import { defineFormat } from '../../model/index.ts'
import { zeekLog } from '../zeek.ts'

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
      sometimes: [
        'src_port',
        'dst_ip',
        'dst_port',
        'transport',
        'domain',
        'domain_raw',
        'qtype',
        'status',
        'answers',
        'duration',
      ],
      blind: ['encrypted DNS (DoH, DoT, Private Relay)', 'which app asked', 'contacts that need no look-up'],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  ...zeekLog({
    path: 'dns',
    keys: ['id.orig_h', 'trans_id'],
    fields: [
      'ts',
      'id.orig_h',
      'id.orig_p',
      'id.resp_h',
      'id.resp_p',
      'proto',
      'query',
      'qtype_name',
      'rcode_name',
      'answers',
      'rtt',
    ],
    table: 'network',
    base: import.meta.url,
  }),
})
