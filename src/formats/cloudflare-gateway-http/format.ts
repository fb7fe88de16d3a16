// Cloudflare Gateway HTTP logs as Logpush writes them (NDJSON); parsed by the engine.
// Source of the fields: Cloudflare Logpush, dataset gateway_http.
import { defineFormat } from '../../model/index.ts'
import { anyHas, headObjects, onlyVariant } from '../text.ts'

export const cloudflareGatewayHttp = defineFormat({
  kind: 'sql',
  id: 'cloudflare-gateway-http',
  title: 'Cloudflare Gateway HTTP logs',
  version: 1,
  names: ['gateway_http*.log', '*.log'],
  claims: {
    network: {
      time: { means: 'when Gateway received the request', precision: 'microsecond', zone: 'stated' },
      always: ['ts', 'kind', 'transport', 'service', 'domain'],
      sometimes: [
        'device',
        'user',
        'src_ip',
        'src_port',
        'dst_ip',
        'dst_port',
        'domain_raw',
        'url',
        'status',
        'action',
        'referrer',
        'user_agent',
      ],
      blind: [
        'traffic that does not pass Gateway, or that it is told not to inspect',
        'which app asked',
        'how much was sent',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff: (head) => (anyHas(headObjects(head), 'Datetime', 'HTTPHost', 'URL') ? 'yes' : 'no'),
  variants: onlyVariant(import.meta.url, 'ndjson', { network: 'requests.sql' }),
})
