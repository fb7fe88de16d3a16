// BIND 9 query log, with responses, query errors and policy-zone (RPZ) rewrites; also as Infoblox writes it. Parsed by the engine.
// Source of the lines: BIND 9 ARM, logging categories queries, responses, query-errors and rpz; Infoblox NIOS 8 and 9 query/response log.
import { defineFormat } from '../../model/index.ts'
import { onlyVariant, plainLines } from '../text.ts'

const line =
  /client (?:@0x[0-9a-fA-F]+ )?[0-9A-Fa-f.:]+(?:%[^#\s]*)?#\d+(?:\/key \S+)?(?: \([^)]*\))?: (?:UDP: |TCP: )?(?:view \S+: )?(?:disabled )?(?:query: |answer: |response: |query failed |rpz )/

export const bindQuery = defineFormat({
  kind: 'sql',
  id: 'bind-query',
  title: 'BIND query log',
  version: 1,
  names: ['query.log', 'queries.log', 'named.log', 'rpz.log'],
  claims: {
    network: {
      time: {
        means: 'when the server logged the query, its answer or its rewriting',
        precision: 'millisecond',
        zone: 'assumed_year',
      },
      always: ['ts', 'kind', 'src_ip', 'src_port', 'service', 'domain'],
      sometimes: ['dst_ip', 'transport', 'domain_raw', 'qtype', 'status', 'action', 'answers'],
      blind: [
        'queries that do not pass this server (other resolvers, DoH, Private Relay)',
        'which app asked',
        'contacts that need no look-up',
        'answers, unless the server logs them',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff: (head) => (plainLines(head, 60).some((text) => line.test(text)) ? 'yes' : 'no'),
  variants: onlyVariant(import.meta.url, 'lines', { network: 'queries.sql' }, (_head, { notAfter }) => ({ notAfter })),
})
