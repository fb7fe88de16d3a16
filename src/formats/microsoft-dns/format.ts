// Microsoft DNS Server debug log (dns.log, Windows Server 2008 to 2025): packets in short form; with details the lines after each
// packet are passed over. Parsed by the engine.
// Source of the fields: the key at the head of the log (“Message logging key”).
import { defineFormat, type ParseContext, type SqlParams } from '../../model/index.ts'
import { headLines, onlyVariant } from '../text.ts'

const packet =
  /^(\d{1,4})[/.-]?(\d{1,2})[/.-]?(\d{1,4}) \d{1,2}:\d\d:\d\d( [AP]M)? [0-9A-F]{1,8} PACKET +[0-9A-F]{8,16} (?:UDP|TCP) (?:Rcv|Snd) \S+ +[0-9a-f]{4} [ R] . \[/

/** The day is written as the server’s locale writes it. */
type Order = 'ymd' | 'mdy' | 'dmy'

const dateOf = (order: Order, [a = 0, b = 0, c = 0]: readonly number[]): number =>
  order === 'ymd' ? Date.UTC(a, b - 1, c) : order === 'mdy' ? Date.UTC(c, a - 1, b) : Date.UTC(c, b - 1, a)

/** What the order must be; where the days of the head fit both, the one whose newest day is nearest before `notAfter` (µs). */
function orderOf(head: Buffer, notAfter: number): Order {
  const found = headLines(head, 400).flatMap((line) => {
    const match = packet.exec(line.slice(0, 300))
    return match ? [match] : []
  })
  const days = found.map((match) => [Number(match[1]), Number(match[2]), Number(match[3])])
  if (days.some(([a]) => a! > 31)) return 'ymd'
  if (found.some((match) => match[4] !== undefined || Number(match[2]) > 12)) return 'mdy'
  if (days.some(([a]) => a! > 12) || found.some((match) => match[0].charAt(match[1]!.length) === '.')) return 'dmy'
  const age = (order: Order): number => {
    const newest = Math.max(0, ...days.map((day) => dateOf(order, day)))
    const past = notAfter / 1000 + 86_400_000 - newest
    return past < 0 ? Number.POSITIVE_INFINITY : past
  }
  return age('mdy') <= age('dmy') ? 'mdy' : 'dmy'
}

const paramsOf = (head: Buffer, { notAfter }: Pick<ParseContext, 'notAfter'>): SqlParams => ({
  order: orderOf(head, notAfter),
})

export const microsoftDns = defineFormat({
  kind: 'sql',
  id: 'microsoft-dns',
  title: 'Microsoft DNS Server debug log',
  version: 1,
  names: ['dns.log', 'dns*.log'],
  claims: {
    network: {
      time: {
        means: 'when the server received the query, in the server’s local time',
        precision: 'second',
        zone: 'assumed_utc',
      },
      always: ['ts', 'kind', 'src_ip', 'transport', 'service', 'domain'],
      sometimes: ['domain_raw', 'qtype', 'status'],
      blind: [
        'queries that do not pass this server (other resolvers, DoH, Private Relay)',
        'which app asked',
        'answers',
        'the zone of the times, and their order of day and month where all days are below 13',
        'packets that the log’s settings leave out; status is known where the answer is logged too',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff: (head) =>
    headLines(head, 200).some((line) => packet.test(line.slice(0, 300))) ||
    headLines(head, 40).some((line) => line.startsWith('Message logging key (for packets'))
      ? 'yes'
      : 'no',
  variants: onlyVariant(import.meta.url, 'lines', { network: 'queries.sql' }, paramsOf),
})
