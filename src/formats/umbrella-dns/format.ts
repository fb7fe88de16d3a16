// Cisco Umbrella (and Secure Access) DNS logs, CSV as delivered to S3, with or without a header; parsed by the engine.
// Source of the columns: Umbrella user guide, “DNS Log Formats”: versions 1 to 10 add columns at the end only.
import { defineFormat } from '../../model/index.ts'
import { columnWord, csvHead, csvPositions } from '../csv.ts'
import { onlyVariant } from '../text.ts'

const wanted = [
  ['timestamp', 'date'],
  ['mostgranularidentity', 'policyidentity'],
  ['identities'],
  ['internalip'],
  ['externalip'],
  ['action'],
  ['querytype'],
  ['responsecode'],
  ['domain'],
  ['mostgranularidentitytype', 'policyidentitytype'],
  ['identitytypes'],
]
/** Positions where the log has no header; categories stand tenth. */
const delivered = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12]

const rows = (head: Buffer): string[][] => csvHead(head, ',', 10)

const headerOf = (head: Buffer): string[] | null => {
  const first = rows(head)[0] ?? []
  const words = new Set(first.map(columnWord))
  return ['internalip', 'externalip', 'querytype', 'responsecode', 'domain'].every((word) => words.has(word))
    ? first
    : null
}

const isRow = (c: readonly string[]): boolean =>
  c.length >= 10 &&
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(c[0]!.trim()) &&
  /^(allowed|blocked|proxied)$/i.test(c[5]!.trim()) &&
  /^(\d+ \([^)]*\)|other|)$/i.test(c[6]!.trim()) &&
  /^[A-Z0-9_]*$/i.test(c[7]!.trim())

export const umbrellaDns = defineFormat({
  kind: 'sql',
  id: 'umbrella-dns',
  title: 'Cisco Umbrella DNS log',
  version: 1,
  names: ['*.csv', 'dnslogs/*/*.csv.gz'],
  claims: {
    network: {
      time: { means: 'when the resolver received the query', precision: 'second', zone: 'assumed_utc' },
      always: ['ts', 'kind', 'service', 'domain'],
      sometimes: ['device', 'user', 'src_ip', 'domain_raw', 'qtype', 'status', 'action'],
      blind: [
        'queries that do not pass Umbrella (other resolvers, DoH, Private Relay)',
        'which app asked',
        'contacts that need no look-up',
        'the device, where the query came from a network and not from an Umbrella client: the address is then the network’s',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff: (head) => (headerOf(head) !== null || rows(head).some(isRow) ? 'yes' : 'no'),
  variants: onlyVariant(import.meta.url, 'csv', { network: 'csv.sql' }, (head) => {
    const header = headerOf(head)
    return header === null ? { f: delivered } : csvPositions(header, wanted)
  }),
})
