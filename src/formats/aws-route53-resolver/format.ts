// AWS Route 53 Resolver query logs (JSON, one object a line); parsed by the engine.
// Source of the fields: Amazon Route 53 developer guide, “Values that appear in VPC Resolver query logs”.
import { defineFormat } from '../../model/index.ts'
import { anyHas, headObjects, onlyVariant } from '../text.ts'

export const awsRoute53Resolver = defineFormat({
  kind: 'sql',
  id: 'aws-route53-resolver',
  title: 'AWS Route 53 Resolver query log',
  version: 1,
  names: ['*_vpcdnsquerylogs_*.log.gz', '*.log'],
  claims: {
    network: {
      time: { means: 'when the query was submitted to the resolver', precision: 'second', zone: 'stated' },
      always: ['ts', 'kind', 'src_ip', 'service', 'domain'],
      sometimes: ['device', 'src_port', 'transport', 'domain_raw', 'qtype', 'status', 'action', 'answers'],
      blind: [
        'queries that do not pass the resolver of the VPC (other resolvers, DoH)',
        'queries answered from its cache: a name is logged once in the time to live of its answer',
        'which app asked',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff: (head) => (anyHas(headObjects(head), 'query_timestamp', 'query_name', 'srcaddr') ? 'yes' : 'no'),
  variants: onlyVariant(import.meta.url, 'ndjson', { network: 'queries.sql' }),
})
