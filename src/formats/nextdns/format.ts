// NextDNS log download (CSV); parsed by the engine. The order of the columns is taken from the header.
// Source of the columns: the header of the download, as of 2024.
import { defineFormat } from '../../model/index.ts'
import { columnWord, csvHead, csvPositions } from '../csv.ts'
import { onlyVariant } from '../text.ts'

const wanted = [
  ['timestamp'],
  ['domain'],
  ['querytype'],
  ['protocol'],
  ['clientip'],
  ['status'],
  ['deviceid'],
  ['devicename'],
  ['devicelocalip'],
]

const header = (head: Buffer): string[] => csvHead(head, ',', 1)[0] ?? []

function isNextDns(head: Buffer): boolean {
  const words = new Set(header(head).map(columnWord))
  return (
    ['timestamp', 'domain', 'querytype', 'status'].every((word) => words.has(word)) &&
    (words.has('rootdomain') || words.has('deviceid'))
  )
}

export const nextdns = defineFormat({
  kind: 'sql',
  id: 'nextdns',
  title: 'NextDNS log',
  version: 1,
  names: ['*.csv'],
  claims: {
    network: {
      time: { means: 'when the resolver received the query', precision: 'millisecond', zone: 'stated' },
      always: ['ts', 'kind', 'service', 'domain'],
      sometimes: ['device', 'src_ip', 'transport', 'domain_raw', 'qtype', 'status', 'action'],
      blind: [
        'queries that do not pass NextDNS (other resolvers, Private Relay)',
        'which app asked',
        'contacts that need no look-up',
        'answers',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff: (head) => (isNextDns(head) ? 'yes' : 'no'),
  variants: onlyVariant(import.meta.url, 'csv', { network: 'csv.sql' }, (head) => csvPositions(header(head), wanted)),
})
