// Flow records as JSON lines with the names of IPFIX information elements or NetFlow v9 fields, flat or under `netflow`: as
// Logstash’s netflow codec, ipfixcol2, Vector and others write them; parsed by the engine.
// Source of the fields: IANA IPFIX information elements; RFC 3954 (NetFlow v9), section 8.
import { defineFormat } from '../../model/index.ts'
import { headObjects, onlyVariant } from '../text.ts'

/** `iana:sourceIPv4Address`, `IPV4_SRC_ADDR` and `ipv4_src_addr` are compared without marks: sourceipv4address, ipv4srcaddr. */
const plainKey = (key: string): string =>
  key
    .replace(/^iana:/, '')
    .replaceAll('_', '')
    .toLowerCase()

const isFlow = (object: Record<string, unknown>): boolean => {
  const inner = object.netflow
  const flow = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : object
  const keys = new Set(Object.keys(flow).map(plainKey))
  const has = (...spellings: string[]): boolean => spellings.some((key) => keys.has(key))
  return (
    has('sourceipv4address', 'sourceipv6address', 'ipv4srcaddr', 'ipv6srcaddr') &&
    has('destinationipv4address', 'destinationipv6address', 'ipv4dstaddr', 'ipv6dstaddr') &&
    has('protocolidentifier', 'protocol')
  )
}

export const ipfixJson = defineFormat({
  kind: 'sql',
  id: 'ipfix-json',
  title: 'IPFIX and NetFlow v9 records as JSON lines',
  version: 1,
  names: ['*.json', '*.ndjson'],
  claims: {
    network: {
      time: {
        means:
          'when the first packet of the flow was seen; where only uptimes are given, when the record was collected (@timestamp)',
        precision: 'millisecond',
        zone: 'stated',
      },
      always: ['ts', 'kind', 'src_ip', 'dst_ip', 'transport'],
      sometimes: ['ts_end', 'src_mac', 'src_port', 'dst_port', 'bytes_out', 'bytes_in', 'duration'],
      blind: [
        'the name contacted',
        'who began the connection, where flows are exported for each direction: told from the ports (below 1024 served)',
        'flows that sampling left out',
        'which app connected',
        'flows whose record gives the uptime of the exporter only: they have no time',
      ],
      attack: [{ dataComponent: 'DC0113', logSource: 'NSM:Flow' }],
    },
  },
  sniff: (head) => (headObjects(head).some(isFlow) ? 'yes' : 'no'),
  variants: onlyVariant(import.meta.url, 'ndjson', { network: 'flows.sql' }),
})
