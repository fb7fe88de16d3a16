// Log Event Extended Format (IBM QRadar LEEF 1.0 and 2.0) of any product, bare or behind any syslog head: what names a contact.
// Parsed by the engine.
// Source of the keys: IBM QRadar, “LEEF event components” and “Predefined LEEF event attributes”.
import { defineFormat } from '../../model/index.ts'
import { onlyVariant, plainLines } from '../text.ts'

const line = /(?:^|[ :>])LEEF: ?[12](?:\.0)?\|[^|]{0,200}\|[^|]{0,200}\|[^|]{0,200}\|[^|]{0,200}\|/

export const leef = defineFormat({
  kind: 'sql',
  id: 'leef',
  title: 'Log Event Extended Format (LEEF) of any product',
  version: 2,
  names: ['*.leef', '*.log'],
  claims: {
    network: {
      time: {
        means: 'when the product says that it happened (devTime), else the time of the syslog head',
        precision: 'second',
        zone: 'assumed_year',
      },
      always: ['ts', 'kind'],
      sometimes: [
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
        'status',
        'action',
        'bytes_out',
        'bytes_in',
      ],
      blind: [
        'what the product does not log, or logs under keys of its own',
        'events without a destination (no dst, dstHost or url): they are no contacts',
        'which app connected',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff: (head) => (plainLines(head, 40).some((text) => line.test(text.slice(0, 2048))) ? 'yes' : 'no'),
  variants: onlyVariant(import.meta.url, 'lines', { network: 'events.sql' }, (_head, { notAfter }) => ({ notAfter })),
})
