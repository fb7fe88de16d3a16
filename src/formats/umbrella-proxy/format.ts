// Cisco Umbrella (and Secure Access) web proxy logs, CSV as delivered to S3, with or without a header; parsed by the engine.
// Source of the columns: Umbrella user guide, “Proxy Log Formats”: versions add columns at the end only.
import { defineFormat } from '../../model/index.ts'
import { columnWord, csvHead, csvPositions } from '../csv.ts'
import { onlyVariant } from '../text.ts'

const wanted = [
  ['timestamp', 'date'],
  ['policyidentitylabel', 'mostgranularidentity', 'policyidentity'],
  ['internalclientip', 'internalip', 'internalipaddress'],
  ['externalclientip', 'externalip', 'externalipaddress'],
  ['destinationip'],
  ['action', 'verdict'],
  ['url'],
  ['referer', 'referrer'],
  ['useragent'],
  ['statuscode'],
  ['requestsizebytes', 'requestsize'],
  ['responsesizebytes', 'responsesize'],
  ['policyidentitytype', 'mostgranularidentitytype'],
  ['identities'],
  ['identitytypes'],
]
/** Positions where the log has no header. */
const delivered = [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 22, 24, 25]

const rows = (head: Buffer): string[][] => csvHead(head, ',', 10)

const headerOf = (head: Buffer): string[] | null => {
  const first = rows(head)[0] ?? []
  const words = new Set(first.map(columnWord))
  return ['useragent', 'statuscode', 'destinationip', 'url', 'contenttype'].every((word) => words.has(word))
    ? first
    : null
}

const isAddress = (field: string | undefined): boolean => /^ *[0-9A-Fa-f.:]* *$/.test(field ?? '?')

const isRow = (c: readonly string[]): boolean =>
  c.length >= 16 &&
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(c[0]!.trim()) &&
  isAddress(c[2]) &&
  isAddress(c[3]) &&
  isAddress(c[4]) &&
  /^(allowed|blocked|proxied|isolated|warned)$/i.test(c[6]!.trim()) &&
  /^[a-z][a-z0-9+.-]{1,20}:\/\//i.test(c[7]!.trim())

export const umbrellaProxy = defineFormat({
  kind: 'sql',
  id: 'umbrella-proxy',
  title: 'Cisco Umbrella web proxy log',
  version: 1,
  names: ['*.csv', 'proxylogs/*/*.csv.gz'],
  claims: {
    network: {
      time: { means: 'when the proxy received the request', precision: 'second', zone: 'assumed_utc' },
      always: ['ts', 'kind', 'transport', 'service', 'domain', 'url'],
      sometimes: [
        'device',
        'user',
        'src_ip',
        'dst_ip',
        'dst_port',
        'status',
        'action',
        'bytes_out',
        'bytes_in',
        'referrer',
        'user_agent',
      ],
      blind: [
        'traffic that does not pass the proxy',
        'which app asked',
        'paths inside TLS, unless the proxy opens it',
        'the device, where the request came from a network and not from an Umbrella client: the address is then the network’s',
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
