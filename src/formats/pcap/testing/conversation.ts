// Packets of a phone that talks: what the fixtures are made of.
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
  phone,
  records,
  router,
  type Timed,
  tcp,
  u16,
  u32,
  udp,
} from './packets.ts'

export const me = '192.0.2.10'
export const me6 = '2001:db8::10'
export const resolver = '192.0.2.1'
export const server = '198.51.100.20'
const server6 = '2001:db8:1::20'
/** 2026-03-01T12:00:00Z */
export const start = 1_772_366_400

export const out = (protocol: number, body: Buffer, to = server): Buffer => ethernet(ip(me, to, protocol, body))
export const back = (protocol: number, body: Buffer, from = server): Buffer =>
  ethernet(ip(from, me, protocol, body), router, phone)
const ask = (port: number, message: Buffer): Buffer => out(17, udp(port, 53, message), resolver)
const tell = (port: number, message: Buffer): Buffer => back(17, udp(53, port, message), resolver)

/** Frames 10 ms apart. */
export const timed = (frames: readonly Buffer[], from = start): Timed[] =>
  frames.map((frame, i) => [from + i / 100, frame])

const cname = (name: string) => ({ type: 5, data: nameBytes(name) })
const pointerName = u16(0xc00c)

export const lookups = [
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

export const multicast = '224.0.0.251'
export const mdns = join(
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

export const dhcp = (type: number, given: string, seconds: number): Buffer =>
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

export const connection = [
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

export const plain = [
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
export const quic = (version: 1 | 2, port: number): Buffer[] => [
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

export const others = [
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
export const overTcp = [
  out(6, tcp(53_000, 53, 1, 'S'), resolver),
  back(6, tcp(53, 53_000, 1, 'SA'), resolver),
  out(6, tcp(53_000, 53, 2, 'PA', u16(tcpDns.length)), resolver),
  out(6, tcp(53_000, 53, 4, 'PA', tcpDns), resolver),
  back(6, tcp(53, 53_000, 2, 'PA', join(u16(tcpAnswer.length), tcpAnswer)), resolver),
]
