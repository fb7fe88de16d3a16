// Packet captures: pcap and pcapng, of any interface, also as Apple’s tools and pymobiledevice3 write them. No payload is kept.
import { type CodeFormat, defineFormat, type GivenRow, type Out, type ParseContext } from '../../model/index.ts'
import { openCapture } from './capture.ts'
import { isPcap } from './pcap.ts'
import { isPcapng } from './pcapng.ts'

/** Bytes between two waits for the store: bounds the rows that wait. */
const stride = 1024 ** 2

type Given =
  | { readonly table: 'network'; readonly record: number; readonly row: GivenRow<'network'> }
  | { readonly table: 'identity_event'; readonly record: number; readonly row: GivenRow<'identity_event'> }

async function parse(bytes: AsyncIterable<Buffer>, out: Out, context: ParseContext): Promise<void> {
  let given: Given[] = []
  const capture = openCapture(
    {
      network: (record, row) => void given.push({ table: 'network', record, row }),
      lease: (record, row) => void given.push({ table: 'identity_event', record, row }),
    },
    (code, record, byte, detail) => out.problem({ code, record, byte, detail, sample: '' }),
    context.notAfter,
  )
  const store = async () => {
    const rows = given
    given = []
    for (const { table, record, row } of rows) {
      const stored = table === 'network' ? out.row(table, record, row) : out.row(table, record, row)
      if (stored) await stored
    }
  }
  for await (const chunk of bytes)
    for (let at = 0; at < chunk.length; at += stride) {
      context.signal.throwIfAborted()
      capture.feed(chunk.length <= stride ? chunk : chunk.subarray(at, at + stride))
      if (given.length > 0) await store()
    }
  capture.end()
  await store()
}

const attack = [
  { dataComponent: 'DC0085', logSource: 'NSM:Flow' },
  { dataComponent: 'DC0113', logSource: 'NSM:Flow' },
]

export const pcap: CodeFormat = defineFormat({
  id: 'pcap',
  kind: 'code',
  title: 'Packet capture (pcap, pcapng, Apple PKTAP)',
  version: 1,
  names: ['*.pcap', '*.pcapng', '*.cap'],
  claims: {
    network: {
      time: {
        means:
          'of a flow its first packet; of a look-up the question (the answer where the question was not captured); of a hello or request the packet that completed it',
        precision: 'microsecond',
        zone: 'stated',
      },
      always: ['ts', 'kind', 'src_ip', 'dst_ip', 'transport', 'event_key', 'raw'],
      sometimes: [
        'ts_end',
        'src_host',
        'src_mac',
        'src_port',
        'process',
        'attribution',
        'domain',
        'domain_raw',
        'url',
        'dst_port',
        'service',
        'qtype',
        'status',
        'answers',
        'bytes_out',
        'bytes_in',
        'duration',
        'referrer',
        'user_agent',
        'ja3',
        'ja4',
      ],
      blind: [
        'names hidden by Encrypted Client Hello, encrypted DNS, a VPN or Private Relay: the name of the cover or the relay stands there',
        'names in connections that had begun before the capture, and in packets that a snap length cut',
        'which process connected, except in captures of the device itself (rvictl, tcpdump -k, pymobiledevice3)',
        'certificates and what is inside encrypted connections; payloads are never kept',
        'traffic that does not pass the interface of the capture',
        'fragments of IP packets but the first, tunnels (GRE, IP in IP, VXLAN), encrypted Wi-Fi frames, Google QUIC before the standard',
        'retransmitted bytes are counted each time',
      ],
      attack,
    },
    identity_event: {
      time: {
        means: 'the DHCP server’s confirmation of the lease; the end is the time that the lease runs out',
        precision: 'microsecond',
        zone: 'stated',
      },
      always: ['ts', 'kind', 'ip', 'mac', 'event_key', 'raw'],
      sometimes: ['ts_end', 'host'],
      blind: [
        'addresses that no DHCP server gives: fixed ones, and IPv6 by router advertisement',
        'the device behind a private Wi-Fi address, which changes',
        'leases that were given back or ended early',
      ],
      attack,
    },
  },
  sniff: (head) => (isPcap(head, 0) || isPcapng(head, 0) ? 'yes' : 'no'),
  parse,
})
