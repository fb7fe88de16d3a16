// Cloudflare Gateway network logs as Logpush writes them (NDJSON); parsed by the engine.
// Source of the fields: Cloudflare Logpush, dataset gateway_network.
import { defineFormat } from '../../model/index.ts'
import { anyHas, headObjects, onlyVariant } from '../text.ts'

export const cloudflareGatewayNetwork = defineFormat({
  kind: 'sql',
  id: 'cloudflare-gateway-network',
  title: 'Cloudflare Gateway network logs',
  version: 1,
  names: ['gateway_network*.log', '*.log'],
  claims: {
    network: {
      time: { means: 'when the session began', precision: 'microsecond', zone: 'stated' },
      always: ['ts', 'kind', 'src_ip', 'transport'],
      sometimes: ['device', 'user', 'src_port', 'dst_ip', 'dst_port', 'service', 'domain', 'domain_raw', 'action'],
      blind: [
        'traffic that does not pass Gateway',
        'names hidden by Encrypted Client Hello, and those of traffic that is not TLS',
        'which app connected',
        'how much was sent',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff: (head) => (anyHas(headObjects(head), 'Datetime', 'SNI', 'DestinationIP') ? 'yes' : 'no'),
  variants: onlyVariant(import.meta.url, 'ndjson', { network: 'sessions.sql' }),
})
