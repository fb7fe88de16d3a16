// AWS VPC flow logs: text as delivered to S3 (with a header that names the fields) or exported from CloudWatch (without, version 2),
// and JSON objects with the same fields; parsed by the engine.
// Source of the fields: Amazon VPC user guide, “Flow log records”.
import { defineFormat, type SqlParams } from '../../model/index.ts'
import { columnWord, csvPositions } from '../csv.ts'
import { headLines, headObjects, sqlFile } from '../text.ts'

const wanted = [
  ['srcaddr'],
  ['dstaddr'],
  ['srcport'],
  ['dstport'],
  ['protocol'],
  ['bytes'],
  ['start'],
  ['end'],
  ['action'],
  ['logstatus'],
  ['tcpflags'],
]
/** Positions of version 2 where the log has no header. */
const delivered = [4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 0]

/** Exports of CloudWatch put their own time before the record. */
const record =
  /^(?:\d{4}-\d\d-\d\dT\S+ )?2 (?:\d{12}|unknown) eni-[0-9a-z]+ (?:[0-9A-Fa-f.:]+ [0-9A-Fa-f.:]+ \d+ \d+ \d+|- - - - -) \S+ \S+ \d{9,10} \d{9,10} (?:ACCEPT|REJECT|-) (?:OK|NODATA|SKIPDATA)\s*$/

const headerOf = (head: Buffer): string[] | null => {
  const first = (headLines(head, 1)[0] ?? '')
    .replace(/^\ufeff/, '')
    .trim()
    .split(/\s+/)
  const words = new Set(first.map(columnWord))
  return ['srcaddr', 'dstaddr', 'start', 'end', 'logstatus'].every((word) => words.has(word)) ? first : null
}

const isText = (head: Buffer): boolean =>
  headerOf(head) !== null || headLines(head, 20).some((line) => record.test(line.slice(0, 1024)))

const isJson = (head: Buffer): boolean =>
  headObjects(head).some((object) => {
    const words = new Set(Object.keys(object).map(columnWord))
    return ['srcaddr', 'dstaddr', 'start', 'end', 'logstatus', 'interfaceid'].every((word) => words.has(word))
  })

function positions(head: Buffer): SqlParams {
  const header = headerOf(head)
  return header === null ? { f: delivered, n: 14 } : { ...csvPositions(header, wanted), n: header.length }
}

export const awsVpcFlow = defineFormat({
  kind: 'sql',
  id: 'aws-vpc-flow',
  title: 'AWS VPC flow logs',
  version: 1,
  names: ['*_vpcflowlogs_*.log.gz', '*.log'],
  claims: {
    network: {
      time: {
        means: 'when the first packet of the flow arrived in the aggregation interval (1 or 10 minutes)',
        precision: 'second',
        zone: 'stated',
      },
      always: ['ts', 'ts_end', 'kind', 'src_ip', 'dst_ip'],
      sometimes: ['src_port', 'dst_port', 'transport', 'action', 'bytes_out', 'bytes_in', 'duration'],
      blind: [
        'the name contacted',
        'who began the connection: each direction is logged for itself, and turned by TCP flags (version 3) or ports (below 1024 served)',
        'traffic to the resolver, the metadata service and the licence servers of AWS',
        'what an interval without capacity skipped (SKIPDATA)',
      ],
      attack: [{ dataComponent: 'DC0113', logSource: 'AWS:VPCFlowLogs' }],
    },
  },
  sniff: (head) => (isText(head) || isJson(head) ? 'yes' : 'no'),
  variants: [
    {
      id: 'json',
      accepts: isJson,
      parts: [{ table: 'network', sql: sqlFile(import.meta.url, 'json.sql') }],
      problems: sqlFile(import.meta.url, 'json-problems.sql'),
    },
    {
      id: 'text',
      accepts: () => true,
      parts: [{ table: 'network', sql: sqlFile(import.meta.url, 'text.sql') }],
      problems: sqlFile(import.meta.url, 'text-problems.sql'),
      params: positions,
    },
  ],
})
