// The fixtures, packet by packet: written to `fixtures/` by format.test.ts when WRITE_FIXTURES is set, and compared with them else.
import {
  a,
  aaaa,
  crypto,
  dns,
  ethernet,
  hello,
  https,
  initial,
  ip,
  join,
  mac,
  nameBytes,
  pcapFile,
  pcapngBlocks,
  phone,
  pktap,
  records,
  router,
  type Timed,
  tcp,
  u16,
  u32,
  udp,
} from './testing.ts'

const me = '192.0.2.10'
const me6 = '2001:db8::10'
const resolver = '192.0.2.1'
const server = '198.51.100.20'
const server6 = '2001:db8:1::20'
/** 2026-03-01T12:00:00Z */
const start = 1_772_366_400

const out = (protocol: number, body: Buffer, to = server): Buffer => ethernet(ip(me, to, protocol, body))
const back = (protocol: number, body: Buffer, from = server): Buffer =>
  ethernet(ip(from, me, protocol, body), router, phone)
const ask = (port: number, message: Buffer): Buffer => out(17, udp(port, 53, message), resolver)
const tell = (port: number, message: Buffer): Buffer => back(17, udp(53, port, message), resolver)

/** Frames 10 ms apart. */
const timed = (frames: readonly Buffer[], from = start): Timed[] => frames.map((frame, i) => [from + i / 100, frame])

const cname = (name: string) => ({ type: 5, data: nameBytes(name) })
const pointerName = u16(0xc00c)

const lookups = [
  // a look-up that is asked twice, answered twice
  ask(50_001, dns(1, 0x0100, 'WWW.Update.Example', 1)),
  ask(50_001, dns(1, 0x0100, 'WWW.Update.Example', 1)),
  tell(
    50_001,
    dns(1, 0x8180, 'WWW.Update.Example', 1, [
      cname('edge.cdn.example'),
      { ...a('198.51.100.20'), name: nameBytes('edge.cdn.example') },
    ]),
  ),
  tell(
    50_001,
    dns(1, 0x8180, 'WWW.Update.Example', 1, [
      cname('edge.cdn.example'),
      { ...a('198.51.100.20'), name: nameBytes('edge.cdn.example') },
    ]),
  ),
  ask(50_002, dns(2, 0x0100, 'www.update.example', 65)),
  tell(50_002, dns(2, 0x8180, 'www.update.example', 65, [https('198.51.100.21', '2001:db8:1::21')])),
  ask(50_003, dns(3, 0x0100, 'gone.example', 28)),
  tell(50_003, dns(3, 0x8183, 'gone.example', 28)),
  ask(50_004, dns(4, 0x0100, 'silent.example', 16)),
  // an answer whose question was not captured
  tell(50_005, dns(5, 0x8180, 'late.example', 28, [aaaa('2001:db8:1::20')])),
  // bytes that are no text, and a dot inside a label
  ask(
    50_006,
    join(
      u16(6),
      u16(0x0100),
      u16(1),
      u16(0),
      u32(0),
      [5, 0x61, 0x2e, 0xff, 0x01, 0x62, 7],
      Buffer.from('example'),
      [0],
      u16(10),
      u16(1),
    ),
  ),
  // a name that compression sends round in circles
  tell(50_006, join(u16(6), u16(0x8180), u16(1), u16(0), u32(0), [0xc0, 0x0c], u16(10), u16(1))),
  // an answer that points behind its record
  tell(
    50_007,
    dns(7, 0x8180, 'odd.example', 33, [
      { type: 33, data: join(u16(0), u16(0), u16(443), nameBytes('target.example')), name: pointerName },
    ]),
  ),
]

const multicast = '224.0.0.251'
const mdns = join(
  u16(0),
  u16(0x8400),
  u16(0),
  u16(1),
  u32(0),
  nameBytes('Anna’s iPad._companion._tcp.local'),
  u16(12),
  u16(1),
  u32(120),
  u16(7),
  [5],
  Buffer.from('ipad1'),
  [0],
)

const dhcp = (type: number, given: string, seconds: number): Buffer =>
  join(
    [type === 5 ? 2 : 1, 1, 6, 0],
    u32(0x12345678),
    u32(0),
    u32(0),
    Buffer.from(given.split('.').map(Number)),
    u32(0),
    u32(0),
    mac(phone),
    Buffer.alloc(10 + 192),
    u32(0x63825363),
    [53, 1, type, 12, 11],
    Buffer.from('Annas-Phone'),
    [51, 4],
    u32(seconds),
    [255],
  )

const greeting = records(hello({ name: 'Api.Update.Example', alpn: ['h2', 'http/1.1'] }))
const request =
  'POST /report?id=1 HTTP/1.1\r\nHost: upload.example:8080\r\nReferer: http://start.example/\r\nUser-Agent: Sample/1.0\r\nContent-Length: 5\r\n\r\nhello'
const second = 'GET /next HTTP/1.1\r\nHost: upload.example:8080\r\n\r\n'

const connection = [
  out(6, tcp(51_000, 443, 1000, 'S')),
  back(6, tcp(443, 51_000, 5000, 'SA')),
  out(6, tcp(51_000, 443, 1001, 'A')),
  // the hello in three segments: the last one first, and one of them twice
  out(6, tcp(51_000, 443, 1001 + 150, 'PA', greeting.subarray(150))),
  out(6, tcp(51_000, 443, 1001, 'A', greeting.subarray(0, 80))),
  out(6, tcp(51_000, 443, 1001, 'A', greeting.subarray(0, 100))),
  out(6, tcp(51_000, 443, 1101, 'A', greeting.subarray(100, 150))),
  back(6, tcp(443, 51_000, 5001, 'PA', Buffer.alloc(900, 23))),
  out(6, tcp(51_000, 443, 1001 + greeting.length, 'FA')),
  back(6, tcp(443, 51_000, 5901, 'FA')),
  // the same ports again, at once: another connection, which is refused
  out(6, tcp(51_000, 443, 90_000, 'S')),
  back(6, tcp(443, 51_000, 0, 'RA')),
]

const plain = [
  out(6, tcp(51_100, 8080, 10, 'S')),
  back(6, tcp(8080, 51_100, 70, 'SA')),
  out(6, tcp(51_100, 8080, 11, 'PA', Buffer.from(request.slice(0, 40)))),
  out(6, tcp(51_100, 8080, 51, 'PA', Buffer.from(request.slice(40) + second))),
  back(6, tcp(8080, 51_100, 71, 'PA', Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'))),
  back(6, tcp(8080, 51_100, 109, 'PA', Buffer.from('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'))),
  out(6, tcp(51_100, 8080, 500, 'RA')),
  // a proxy, and the hello behind it
  out(6, tcp(51_200, 3128, 10, 'S')),
  out(6, tcp(51_200, 3128, 11, 'PA', Buffer.from('CONNECT hidden.example:443 HTTP/1.1\r\n\r\n'))),
  out(6, tcp(51_200, 3128, 50, 'PA', records(hello({ name: 'hidden.example' }), 64))),
]

const long = hello({ name: 'video.example', alpn: ['h3'], more: [[51, Buffer.alloc(1400, 3)]] })
const quic = (version: 1 | 2, port: number): Buffer[] => [
  // the pieces of the hello in another order, over two datagrams
  ethernet(ip(me6, server6, 17, udp(port, 443, initial(version, 1, join(crypto(900, long.subarray(900)), [1]))))),
  ethernet(
    ip(
      me6,
      server6,
      17,
      udp(port, 443, initial(version, 2, join(crypto(400, long.subarray(400, 900)), crypto(0, long.subarray(0, 400))))),
    ),
  ),
  ethernet(ip(server6, me6, 17, udp(443, port, Buffer.alloc(1200, 0xe1))), router, phone),
]

const others = [
  out(1, Buffer.from([8, 0, 0, 0, 0, 1, 0, 1])),
  back(1, Buffer.from([0, 0, 0, 0, 0, 1, 0, 1])),
  // ARP, a VLAN tag, IEEE 802.3 with SNAP
  ethernet(Buffer.alloc(28), phone, 'ff:ff:ff:ff:ff:ff', 0x0806),
  ethernet(join(u16(5), u16(0x0800), ip(me, server, 17, udp(52_000, 3478, Buffer.alloc(20)))), phone, router, 0x8100),
  ethernet(
    join([0xaa, 0xaa, 3, 0, 0, 0], u16(0x0800), ip(me, server, 17, udp(52_001, 3478, Buffer.alloc(20)))),
    phone,
    router,
    48,
  ),
]

const tcpDns = dns(9, 0x0100, 'over-tcp.example', 1)
const tcpAnswer = dns(9, 0x8180, 'over-tcp.example', 1, [a('198.51.100.9')])
const overTcp = [
  out(6, tcp(53_000, 53, 1, 'S'), resolver),
  back(6, tcp(53, 53_000, 1, 'SA'), resolver),
  out(6, tcp(53_000, 53, 2, 'PA', u16(tcpDns.length)), resolver),
  out(6, tcp(53_000, 53, 4, 'PA', tcpDns), resolver),
  back(6, tcp(53, 53_000, 2, 'PA', join(u16(tcpAnswer.length), tcpAnswer)), resolver),
]

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
