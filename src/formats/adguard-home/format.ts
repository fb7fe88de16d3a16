// AdGuard Home querylog.json (NDJSON); parsed by the engine.
// Source of the fields: AdGuard Home internal/querylog (logEntry) and internal/filtering (Result, Reason).
import { defineFormat } from '../../model/index.ts'
import { anyHas, headObjects, onlyVariant } from '../text.ts'

const isQueryLog = (head: Buffer): boolean => anyHas(headObjects(head), 'T', 'QH', 'QT', 'QC')

export const adguardHome = defineFormat({
  kind: 'sql',
  id: 'adguard-home',
  title: 'AdGuard Home query log',
  version: 1,
  names: ['querylog.json', 'querylog.json.1'],
  claims: {
    network: {
      time: { means: 'when the resolver received the query', precision: 'microsecond', zone: 'stated' },
      always: ['ts', 'kind', 'service', 'qtype', 'action'],
      sometimes: ['device', 'src_ip', 'domain', 'domain_raw', 'status', 'answers', 'duration'],
      blind: [
        'queries that do not pass this resolver (other resolvers, other DoH, Private Relay)',
        'which app asked',
        'contacts that need no look-up',
        'client addresses, where the log is set to anonymise them',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff: (head) => (isQueryLog(head) ? 'yes' : 'no'),
  variants: onlyVariant(import.meta.url, 'ndjson', { network: 'ndjson.sql' }),
})
