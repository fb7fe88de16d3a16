// AdGuard DNS query log (JSON lines with short keys); parsed by the engine. AdGuard Home writes another one.
// Source of the fields: AdGuard DNS, doc/querylog.md.
import { defineFormat } from '../../model/index.ts'
import { headObjects, onlyVariant } from '../text.ts'

const isEntry = (object: Record<string, unknown>): boolean =>
  typeof object.n === 'string' &&
  typeof object.t === 'number' &&
  object.t > 1e12 &&
  ['e', 'q', 'f', 'p', 'r'].every((key) => typeof object[key] === 'number')

export const adguardDns = defineFormat({
  kind: 'sql',
  id: 'adguard-dns',
  title: 'AdGuard DNS query log',
  version: 1,
  names: ['querylog.jsonl'],
  claims: {
    network: {
      time: { means: 'when the service received the query', precision: 'millisecond', zone: 'stated' },
      always: ['ts', 'kind', 'service', 'domain'],
      sometimes: ['device', 'src_ip', 'transport', 'domain_raw', 'qtype', 'status', 'action', 'duration', 'event_key'],
      blind: [
        'queries that do not pass AdGuard DNS (other resolvers, Private Relay)',
        'which app asked',
        'answers',
        'the address of the client, unless the profile logs it',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff: (head) => (headObjects(head).some(isEntry) ? 'yes' : 'no'),
  variants: onlyVariant(import.meta.url, 'jsonl', { network: 'queries.sql' }),
})
