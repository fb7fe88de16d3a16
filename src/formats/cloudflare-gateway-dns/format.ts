// Cloudflare Gateway DNS logs and DNS (firewall) logs as Logpush writes them (NDJSON); parsed by the engine.
// Source of the fields: Cloudflare Logpush, datasets gateway_dns, dns_logs and dns_firewall_logs.
import { defineFormat } from '../../model/index.ts'
import { anyHas, headObjects, sqlFile } from '../text.ts'

const isGateway = (head: Buffer): boolean => anyHas(headObjects(head), 'Datetime', 'QueryName', 'ResolverDecision')
const isFirewall = (head: Buffer): boolean => anyHas(headObjects(head), 'Timestamp', 'QueryName', 'QueryType')

export const cloudflareGatewayDns = defineFormat({
  kind: 'sql',
  id: 'cloudflare-gateway-dns',
  title: 'Cloudflare Gateway DNS and DNS Firewall logs',
  version: 1,
  names: ['gateway_dns*.log', '*.log'],
  claims: {
    network: {
      time: { means: 'when the resolver received the query', precision: 'microsecond', zone: 'stated' },
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
        'qtype',
        'status',
        'action',
        'answers',
      ],
      blind: [
        'queries that do not pass Gateway (other resolvers, Private Relay)',
        'which app asked',
        'contacts that need no look-up',
        'in DNS Firewall logs the device: the client is a resolver',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff: (head) => (isGateway(head) || isFirewall(head) ? 'yes' : 'no'),
  variants: [
    {
      id: 'gateway',
      accepts: isGateway,
      parts: [{ table: 'network', sql: sqlFile(import.meta.url, 'gateway.sql') }],
      problems: sqlFile(import.meta.url, 'problems.sql'),
    },
    {
      id: 'firewall',
      accepts: isFirewall,
      parts: [{ table: 'network', sql: sqlFile(import.meta.url, 'firewall.sql') }],
      problems: sqlFile(import.meta.url, 'problems.sql'),
    },
  ],
})
