// Cisco Umbrella IP-layer enforcement logs, CSV as delivered to S3, with or without a header; parsed by the engine.
// Source of the columns: Umbrella user guide, “IP Log Formats”.
import { defineFormat } from '../../model/index.ts'
import { columnWord, csvHead, csvPositions } from '../csv.ts'
import { onlyVariant } from '../text.ts'

const wanted = [
  ['timestamp', 'date'],
  ['identity', 'policyidentitylabel', 'mostgranularidentity'],
  ['sourceip'],
  ['sourceport'],
  ['destinationip'],
  ['destinationport'],
  ['identitytypes', 'identitytype', 'policyidentitytype'],
]
/** Positions where the log has no header; categories stand seventh. */
const delivered = [1, 2, 3, 4, 5, 6, 8]

const rows = (head: Buffer): string[][] => csvHead(head, ',', 10)

const headerOf = (head: Buffer): string[] | null => {
  const first = rows(head)[0] ?? []
  const words = new Set(first.map(columnWord))
  return ['sourceip', 'sourceport', 'destinationip', 'destinationport', 'categories'].every((word) =>
    words.has(word),
  ) &&
    (words.has('identity') || words.has('policyidentitylabel'))
    ? first
    : null
}

const isAddress = (field: string | undefined): boolean => /^ *[0-9A-Fa-f:]*[.:][0-9A-Fa-f.:]* *$/.test(field ?? '')
const isPort = (field: string | undefined): boolean => /^ *\d{1,5} *$/.test(field ?? '')

const isRow = (c: readonly string[]): boolean =>
  c.length >= 8 &&
  c.length <= 12 &&
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(c[0]!.trim()) &&
  isAddress(c[2]) &&
  isPort(c[3]) &&
  isAddress(c[4]) &&
  isPort(c[5]) &&
  /[a-z]/i.test(c[7]!)

export const umbrellaIp = defineFormat({
  kind: 'sql',
  id: 'umbrella-ip',
  title: 'Cisco Umbrella IP log',
  version: 1,
  names: ['*.csv', 'iplogs/*/*.csv.gz'],
  claims: {
    network: {
      time: { means: 'when the connection to the address was met', precision: 'second', zone: 'assumed_utc' },
      always: ['ts', 'kind', 'src_ip', 'dst_ip'],
      sometimes: ['device', 'user', 'src_port', 'dst_port'],
      blind: [
        'addresses that IP-layer enforcement has no category for: they are not logged',
        'the name contacted',
        'which app connected',
        'how much was sent, and whether the contact was let through',
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
