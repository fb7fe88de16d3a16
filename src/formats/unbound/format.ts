// Unbound’s log of queries, replies and local actions, from its own file or through syslog; parsed by the engine.
// Source of the lines: unbound.conf(5) log-queries, log-replies, log-tag-queryreply, log-local-actions, rpz-log.
import { defineFormat } from '../../model/index.ts'
import { onlyVariant, plainLines } from '../text.ts'

const line =
  /(?:^\[\d+(?:\.\d+)?\] |\d\d:\d\d:\d\d\S* (?:\S+ )?)unbound\[[\d:a-f]+\]:? (?:\[[\d:a-f]+\] )?(?:info|query|reply|notice|error|warning|debug): /

export const unbound = defineFormat({
  kind: 'sql',
  id: 'unbound',
  title: 'Unbound log',
  version: 1,
  names: ['unbound.log'],
  claims: {
    network: {
      time: { means: 'when the resolver logged the query or its reply', precision: 'second', zone: 'assumed_year' },
      always: ['ts', 'kind', 'src_ip', 'service', 'qtype'],
      sometimes: ['src_port', 'domain', 'domain_raw', 'status', 'action', 'duration'],
      blind: [
        'queries that do not pass this resolver (other resolvers, DoH, Private Relay)',
        'which app asked',
        'contacts that need no look-up',
        'answers',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff: (head) => (plainLines(head, 60).some((text) => line.test(text)) ? 'yes' : 'no'),
  variants: onlyVariant(import.meta.url, 'lines', { network: 'queries.sql' }, (_head, { notAfter }) => ({ notAfter })),
})
