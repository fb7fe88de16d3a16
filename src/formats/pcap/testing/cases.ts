// The fixtures, packet by packet: written to `fixtures/` by format.test.ts when WRITE_FIXTURES is set, and compared with them else.
import {
  back,
  connection,
  dhcp,
  lookups,
  mdns,
  me,
  me6,
  multicast,
  others,
  out,
  overTcp,
  plain,
  quic,
  resolver,
  server,
  start,
  timed,
} from './conversation.ts'
import {
  a,
  aaaa,
  dns,
  ethernet,
  hello,
  initial,
  ip,
  join,
  mac,
  pcapFile,
  pcapngBlocks,
  phone,
  pktap,
  records,
  router,
  tcp,
  u16,
  u32,
  udp,
} from './packets.ts'

const apple = pcapngBlocks()
const numbered = (value: number): Buffer => apple.word(value)
const app = udp(54_000, 53, dns(11, 0x0100, 'beacon.example', 1))
const answered = udp(53, 54_000, dns(11, 0x8180, 'beacon.example', 1, [a('203.0.113.5')]))

const big = pcapngBlocks(true)
const shortLookup = (id: number): Buffer =>
  ip(me, resolver, 17, udp(55_000 + id, 53, dns(id, 0x0100, `link-${id}.example`, 1)))
const cooked = (family: number): Buffer => join(u16(4), u16(1), u16(6), mac(phone), u16(0), u16(family))
const wifi = join(
  [0x88, 1],
  u16(0),
  mac(router),
  mac(phone),
  mac(router),
  u16(0),
  u16(0),
  [0xaa, 0xaa, 3, 0, 0, 0],
  u16(0x0800),
)

const links: readonly (readonly [link: number, frame: Buffer])[] = [
  [0, join([2, 0, 0, 0], shortLookup(1))],
  [9, join([0xff, 3], u16(0x21), shortLookup(2))],
  [12, shortLookup(3)],
  [101, shortLookup(4)],
  [108, join(u32(2), shortLookup(5))],
  [113, join(cooked(0x0800), shortLookup(6))],
  [276, join(u16(0x0800), u16(0), u32(3), u16(1), [4, 6], mac(phone), u16(0), shortLookup(7))],
  [127, join([0, 0, 8, 0], u32(0), wifi, shortLookup(8))],
  [105, join(wifi, shortLookup(9))],
  [149, pktap(1, ethernet(shortLookup(10)), 311, 'mDNSResponder', 402, 'Courier')],
  [258, pktap(12, join([2, 0, 0, 0], shortLookup(11)), 402, 'Courier')],
  // a number of anybody’s, and one that is not read
  [149, Buffer.from('something else altogether')],
  [192, Buffer.from('per packet information')],
]

export const cases: Readonly<Record<string, readonly [file: string, bytes: Buffer]>> = {
  ethernet: [
    'capture.pcap',
    pcapFile(
      1,
      timed([
        ...lookups,
        ethernet(ip(me, multicast, 17, udp(5353, 5353, mdns))),
        ethernet(ip(me, multicast, 17, udp(5353, 5353, dns(0, 0, '_companion._tcp.local', 12)))),
        ethernet(ip('0.0.0.0', '255.255.255.255', 17, udp(68, 67, dhcp(3, '0.0.0.0', 0)))),
        ethernet(ip(resolver, me, 17, udp(67, 68, dhcp(5, me, 3600))), router, phone),
        ...connection,
        ...plain,
        ...quic(1, 56_000),
        ...quic(2, 56_001),
        ...others,
        ...overTcp,
        // the ports of one of them, a minute and more later
      ]).concat([[start + 100, out(17, udp(52_000, 3478, Buffer.alloc(20)))]]),
    ),
  ],
  'nanoseconds-big-endian': [
    'ring.cap',
    pcapFile(
      101,
      [
        [start + 0.123456, ip(me6, '2001:db8::1', 17, udp(57_000, 53, dns(1, 0x0100, 'six.example', 28)))],
        [
          start + 0.223457,
          ip('2001:db8::1', me6, 17, udp(53, 57_000, dns(1, 0x8180, 'six.example', 28, [aaaa('2001:db8:1::20')]))),
        ],
      ],
      { big: true, nano: true },
    ),
  ],
  // what rvictl and `tcpdump -k` write: process blocks, and options that name them by number
  'apple-process-blocks': [
    'iphone.pcapng',
    join(
      apple.section(),
      apple.face(1, [
        [2, Buffer.from('en0')],
        [9, Buffer.from([9])],
      ]),
      apple.process(311, 'mDNSResponder'),
      apple.process(402, 'Courier'),
      apple.packet(0, start, 1e9, out(17, app, resolver), [
        [0x8001, numbered(0)],
        [0x8003, numbered(1)],
      ]),
      apple.packet(0, start + 0.25, 1e9, back(17, answered, resolver), [[0x8001, numbered(0)]]),
      apple.packet(0, start + 1, 1e9, out(6, tcp(54_001, 443, 1, 'S')), [[0x8001, numbered(1)]]),
    ),
  ],
  // pymobiledevice3 until 2023 gave its packets no time
  'pymobiledevice3-comments': [
    'capture-20260301.pcapng',
    join(
      apple.section(),
      apple.face(1, [[3, Buffer.from('iOS Packet Capture')]]),
      apple.packet(0, 0, 1e6, out(17, app, resolver), [
        [1, Buffer.from('PID: 311, ProcName: mDNSResponder, EPID: 402, EProcName: Courier, SVC: 0')],
      ]),
      apple.packet(0, 0, 1e6, back(17, answered, resolver), [
        [1, Buffer.from('PID: 311, ProcName: mDNSResponder, EPID: 402, EProcName: Courier, SVC: 0')],
      ]),
      apple.packet(0, 0, 1e6, out(6, tcp(54_001, 443, 1, 'S')), [
        [1, Buffer.from('PID: 500, ProcName: trustd, EPID: -1, EProcName: , SVC: 0')],
      ]),
    ),
  ],
  'link-types': [
    'links.pcapng',
    join(
      big.section(),
      ...links.map(([link]) => big.face(link)),
      ...links.map(([, frame], i) => big.packet(i, start + i, 1e6, frame)),
      // a second section in the other byte order, with a clock of its own and packets of the older kinds
      apple.section(),
      apple.face(
        101,
        [
          [9, Buffer.from([0x8a])],
          [14, join(apple.word(start), apple.word(0))],
        ],
        60,
      ),
      apple.face(101),
      apple.packet(0, 2, 1024, shortLookup(21)),
      apple.simple(shortLookup(22)),
      apple.old(1, (start + 5) * 1e6, shortLookup(23)),
      // blocks that are nobody’s business, and an interface that there is none of
      apple.block(0xbad, Buffer.alloc(8)),
      apple.packet(7, start, 1e6, shortLookup(24)),
    ),
  ],
  dirty: [
    'damaged.pcap',
    pcapFile(1, [
      [0, out(17, udp(58_000, 53, dns(1, 0x0100, 'timeless.example', 1)), resolver)],
      [start, out(6, tcp(58_001, 443, 1, 'A', records(hello({ name: 'cut.example' })))).subarray(0, 96), 300],
      [start + 1, out(17, udp(58_002, 53, Buffer.alloc(40))).subarray(0, 30), 90],
      [start + 2, ethernet(join([0x41, 0], Buffer.alloc(30)))],
      [start + 3, ethernet(ip(me, server, 17, Buffer.alloc(64), 3))],
      [start + 4, ethernet(Buffer.from([0x45]))],
      // a hello whose second half never comes, and a head without end
      [start + 5, out(6, tcp(58_003, 443, 1, 'A', records(hello({ name: 'half.example' })).subarray(0, 60)))],
      [start + 6, out(6, tcp(58_004, 80, 1, 'A', Buffer.from('GET /never HTTP/1.1\r\nHost: never.example\r\n')))],
      [start + 7, out(17, udp(58_005, 443, initial(1, 1, Buffer.alloc(20)).fill(7, 40, 60)))],
    ]),
  ],
  'ends-inside-a-packet': ['cut.pcap', pcapFile(1, timed(lookups.slice(0, 3))).subarray(0, -7)],
  'joined-files': [
    'both.pcap',
    join(
      pcapFile(101, [[start, shortLookup(31)]]),
      pcapFile(1, [[start + 1, ethernet(shortLookup(32))]], { big: true }),
    ),
  ],
  'length-that-cannot-be': [
    'length.pcap',
    join(
      pcapFile(101, [[start, shortLookup(41)]]),
      u32(start).reverse(),
      u32(0),
      u32(0x7fffffff),
      u32(60),
      shortLookup(42),
    ),
  ],
  'lengths-that-differ': [
    'lengths.pcapng',
    join(
      apple.section(),
      apple.face(101),
      apple.packet(0, start, 1e6, shortLookup(51)),
      apple.packet(0, start, 1e6, shortLookup(52)).subarray(0, -4),
      apple.word(999),
    ),
  ],
}
