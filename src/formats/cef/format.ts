// Common Event Format (ArcSight CEF 0 and 1) of any product, bare or behind any syslog head: what names a contact. Parsed by the engine.
// Source of the keys: ArcSight Common Event Format, implementation standard, “Extension dictionary”; of DNS queries in BloxOne Threat
// Defense (destinationDnsDomain, InfobloxDNSQType, InfobloxDNSRCode): Infoblox, “Data Connector: CEF”, which no sample has confirmed.
import { defineFormat } from '../../model/index.ts'
import { onlyVariant, plainLines } from '../text.ts'

const line = /(?:^|[ :>])CEF: ?\d+(?:\.\d+)?\|(?:[^|\\]|\\.){0,200}\|(?:[^|\\]|\\.){0,200}\|/

export const cef = defineFormat({
  kind: 'sql',
  id: 'cef',
  title: 'Common Event Format (CEF) of any product',
  version: 2,
  names: ['*.cef', '*.log'],
  claims: {
    network: {
      time: {
        means:
          'when the activity began (start), else when the product noticed it (rt), else the time of the syslog head',
        precision: 'second',
        zone: 'assumed_year',
      },
      always: ['ts', 'kind'],
      sometimes: [
        'ts_end',
        'user',
        'src_host',
        'src_mac',
        'src_ip',
        'src_port',
        'dst_ip',
        'dst_port',
        'transport',
        'service',
        'domain',
        'domain_raw',
        'url',
        'qtype',
        'status',
        'action',
        'bytes_out',
        'bytes_in',
        'hits',
        'referrer',
        'user_agent',
      ],
      blind: [
        'what the product does not log, or logs under keys of its own',
        'events without a destination (no dst, dhost or request): they are no contacts',
        'which app connected',
        'the direction of in and out, where a product swaps them: read as the standard says (in: from source to destination), but of Palo Alto Networks',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff: (head) => (plainLines(head, 40).some((text) => line.test(text.slice(0, 2048))) ? 'yes' : 'no'),
  variants: onlyVariant(import.meta.url, 'lines', { network: 'events.sql' }, (_head, { notAfter }) => ({ notAfter })),
})
