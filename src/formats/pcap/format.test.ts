import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { canonicalIp } from '../../names/index.ts'
import { addressAt } from './bytes.ts'
import { openCapture } from './capture.ts'
import { ja3Of, ja4Of } from './fingerprint.ts'
import { helloOfMessage, helloOfRecords } from './hello.ts'
import { hostOf, urlOf } from './http.ts'
import { isInitial, newQuic, takeDatagram } from './quic.ts'
import type { NetworkRow } from './rows.ts'
import { cases } from './testing/cases.ts'
import {
  join as bytes,
  crypto,
  ethernet,
  hello,
  initial,
  ip,
  pcapFile,
  records,
  type Timed,
  tcp,
  u32,
  udp,
} from './testing/packets.ts'

const folder = join(import.meta.dirname, 'fixtures')

describe('fixtures', () => {
  test.each(Object.entries(cases))('%s is what cases.ts says', (name, [file, made]) => {
    const path = join(folder, name, file)
    if (process.env.WRITE_FIXTURES) {
      mkdirSync(join(folder, name), { recursive: true })
      writeFileSync(path, made)
    }
    expect(
      existsSync(path) && readFileSync(path).equals(made),
      `${name}: WRITE_FIXTURES=1 vitest run src/formats/pcap`,
    ).toBe(true)
  })
})

type Taken = { readonly rows: NetworkRow[]; readonly problems: string[] }

function take(file: Buffer, limits?: { flows: number; streams: number }, chunk = file.length): Taken {
  const rows: NetworkRow[] = []
  const problems: string[] = []
  const capture = openCapture(
    { network: (_, row) => void rows.push(row), lease: () => {} },
    (code, _record, _byte, detail) => void problems.push(`${code}: ${detail}`),
    0,
    limits,
  )
  for (let at = 0; at < file.length; at += chunk) capture.feed(file.subarray(at, at + chunk))
  capture.end()
  return { rows, problems }
}

const flowsOf = (taken: Taken): NetworkRow[] => taken.rows.filter((row) => row.kind === 'flow')

describe('addresses', () => {
  test('are written as names/ writes them', () => {
    const list = [
      '::',
      '::1',
      '2001:db8::',
      '2001:db8::1:0:0:1',
      '2001:0:0:1::1',
      'fe80::1',
      '1:0:2:0:3:0:4:0',
      '::ffff:192.0.2.1',
      '::192.0.2.1',
    ]
    for (const text of list) {
      const words = new URL(`http://[${text}]/`).hostname.slice(1, -1)
      const [head = '', tail = ''] = words.split('::')
      const parts = (half: string): number[] =>
        half === '' ? [] : half.split(':').map((part) => Number.parseInt(part, 16))
      const all = words.includes('::')
        ? [...parts(head), ...new Array<number>(8 - parts(head).length - parts(tail).length).fill(0), ...parts(tail)]
        : parts(words)
      const raw = Buffer.alloc(16)
      for (const [i, word] of all.entries()) raw.writeUInt16BE(word, i * 2)
      expect(addressAt(raw, 0, 16)).toBe(canonicalIp(text))
    }
    expect(addressAt(Buffer.from([255, 0, 2, 1]), 0, 4)).toBe('255.0.2.1')
  })
})

describe('fingerprints', () => {
  const facts = helloOfMessage(
    hello({ name: 'a.example', alpn: ['h2'] }),
    0,
    hello({ name: 'a.example', alpn: ['h2'] }).length,
  )!

  test('leave GREASE out; JA4 sorts and leaves name and ALPN out of its hash', () => {
    expect(facts.name).toBe('a.example')
    // md5 of 771,4865-4866-49195,0-10-11-13-16-43,29-23,0 and halves of sha256, worked out with md5sum and sha256sum
    expect(ja3Of(facts)).toBe('11138d9933242c3a03b6aad35a296476')
    expect(ja4Of(facts, 't')).toBe('t13d0306h2_5559582ccdc4_fb71836bce29')
    expect(ja4Of({ ...facts, versions: [], extensions: [], alpn: ['\u00ffx'], signatures: [] }, 'q')).toMatch(
      /^q12i0300f8_[0-9a-f]{12}_0{12}$/,
    )
  })

  test('a hello in records of any size is the same hello', () => {
    const message = hello({ name: 'b.example' })
    for (const size of [1, 7, 50, 16_384]) {
      const stream = records(message, size)
      expect(helloOfRecords(stream, 0, stream.length)).toEqual(helloOfMessage(message, 0, message.length))
      for (const end of [0, 1, 4, 8, 20, stream.length - 1])
        expect(helloOfRecords(stream, 0, end), `${size}: ${end}`).toBe('more')
    }
    expect(helloOfRecords(Buffer.from('GET / HTTP/1.1'), 0, 14)).toBeNull()
  })
})

describe('QUIC', () => {
  const message = hello({ name: 'q.example', alpn: ['h3'] })

  test.each([1, 2] as const)('version %i is opened with keys that follow from the packet', (version) => {
    const packet = initial(version, 0, crypto(0, message))
    expect(isInitial(packet, 0, packet.length)).toBe(true)
    expect(takeDatagram(newQuic(), packet, 0, packet.length)?.name).toBe('q.example')
    for (const place of [7, 20, 400, packet.length - 1]) {
      const wrong = Buffer.from(packet)
      wrong[place]! ^= 1
      expect(takeDatagram(newQuic(), wrong, 0, wrong.length), `byte ${place}`).toBeNull()
    }
  })

  test('pieces are joined in any order, behind acknowledgements, in coalesced packets', () => {
    const [one, two, three] = [message.subarray(0, 60), message.subarray(60, 100), message.subarray(100)]
    const ack = Buffer.from([2, 0x40, 0x80, 5, 1, 0, 3, 4])
    const datagram = bytes(initial(1, 1, bytes(ack, crypto(100, three))), initial(1, 2, bytes([1], crypto(0, one))))
    const quic = newQuic()
    expect(takeDatagram(quic, datagram, 0, datagram.length)).toBeNull()
    const last = initial(1, 3, crypto(60, two))
    expect(takeDatagram(quic, last, 0, last.length)?.name).toBe('q.example')
  })

  test('offsets and lengths that lie cost nothing', () => {
    const quic = newQuic()
    const far = initial(1, 1, bytes([6], u32(0xbfffffff), [4, 1, 2, 3, 4]))
    expect(takeDatagram(quic, far, 0, far.length)).toBeNull()
    expect(quic.stream.length).toBe(0)
  })
})

describe('HTTP', () => {
  test('host and URL', () => {
    const of = (method: string, host: string, target: string) => {
      const request = { method, host, target }
      return [hostOf(request), urlOf(request, '2001:db8::1', 8080)]
    }
    expect(of('GET', 'a.example', '/x')).toEqual(['a.example', 'http://a.example:8080/x'])
    expect(of('GET', 'a.example:81', '/x')).toEqual(['a.example', 'http://a.example:81/x'])
    expect(of('GET', '', '/x')).toEqual(['', 'http://[2001:db8::1]:8080/x'])
    expect(of('GET', '[2001:db8::2]:90', '/')).toEqual(['2001:db8::2', 'http://[2001:db8::2]:90/'])
    expect(of('GET', '', 'http://u@b.example/y')).toEqual(['b.example', 'http://u@b.example/y'])
    expect(of('CONNECT', '', 'c.example:443')).toEqual(['c.example', ''])
  })
})

const me = '192.0.2.10'
const packet = (seconds: number, from: string, to: string, body: Buffer, protocol = 17): Timed => [
  seconds,
  ethernet(ip(from, to, protocol, body)),
]

describe('flows', () => {
  test('more than the limit are told early, and none is lost', () => {
    const list = Array.from({ length: 50 }, (_, i) =>
      packet(1e9 + i, me, `198.51.100.${i}`, udp(40_000, 9, Buffer.alloc(4))),
    )
    const taken = take(pcapFile(1, list), { flows: 10, streams: 1000 })
    expect(flowsOf(taken).length).toBe(50)
    expect(taken.problems).toEqual(['count_limit: 40 flows were told before their end: more than 10 at once'])
    expect(take(pcapFile(1, list.slice(0, 10)), { flows: 10, streams: 1000 }).problems).toEqual([])
  })

  test('silence of a minute (UDP) or five (TCP) parts them', () => {
    const parted = (protocol: number, body: Buffer, gap: number): number =>
      flowsOf(
        take(
          pcapFile(1, [
            packet(1e9, me, '198.51.100.1', body, protocol),
            packet(1e9 + gap, me, '198.51.100.1', body, protocol),
          ]),
        ),
      ).length
    expect([parted(17, udp(1, 2, Buffer.alloc(1)), 60), parted(17, udp(1, 2, Buffer.alloc(1)), 61)]).toEqual([1, 2])
    expect([parted(6, tcp(1, 2, 5, 'A'), 300), parted(6, tcp(1, 2, 5, 'A'), 301)]).toEqual([1, 2])
  })

  test.each([
    ['S0', ['>S', '>S']],
    ['REJ', ['>S', '<RA']],
    ['SF', ['>S', '<SA', '>A', '>FA', '<FA', '<R']],
    ['S1', ['>S', '<SA', '>A']],
    ['S2', ['>S', '<SA', '>FA']],
    ['S3', ['>S', '<SA', '<FA']],
    ['RSTO', ['>S', '<SA', '>A', '>R']],
    ['RSTR', ['>S', '<SA', '>A', '<R', '>R']],
    ['RSTOS0', ['>S', '>R']],
    ['SH', ['>S', '>FA']],
    ['SHR', ['<SA', '<FA']],
    ['RSTRH', ['<SA', '<R']],
    ['OTH', ['>A', '<A']],
  ])('state %s', (state, steps) => {
    const list = steps.map(
      (step, i): Timed =>
        step.startsWith('>')
          ? packet(1e9 + i, me, '198.51.100.1', tcp(50_000, 443, 7, step.slice(1)), 6)
          : packet(1e9 + i, '198.51.100.1', me, tcp(443, 50_000, 9, step.slice(1)), 6),
    )
    const flows = flowsOf(take(pcapFile(1, list)))
    expect(flows.map(({ status, src_ip }) => [status, src_ip])).toEqual([[state, me]])
  })
})

describe('streams', () => {
  const stream = records(hello({ name: 'order.example', alpn: ['h2'] }))
  const segment = (from: number, to: number): Buffer =>
    tcp(50_000, 443, (0xffffff80 + from) >>> 0, 'A', stream.subarray(from, to))
  const namesOf = (parts: readonly (readonly [number, number])[], limits?: { flows: number; streams: number }) => {
    const list = [
      packet(1e9, me, '198.51.100.1', tcp(50_000, 443, 0xffffff7f, 'S'), 6),
      ...parts.map(([from, to], i) => packet(1e9 + 1 + i, me, '198.51.100.1', segment(from, to), 6)),
    ]
    const { rows, problems } = take(pcapFile(1, list), limits)
    return [
      rows.filter((row) => row.kind === 'tls').map((row) => row.domain),
      problems.map((text) => text.split(':')[0]),
    ]
  }

  test('in any order, overlapping, and over the end of the sequence numbers', () => {
    const n = stream.length
    for (const parts of [
      [[0, n]],
      [
        [0, 50],
        [50, n],
      ],
      [
        [50, n],
        [0, 50],
      ],
      [
        [100, n],
        [40, 110],
        [0, 60],
      ],
      [
        [0, 3],
        [3, 4],
        [4, 9],
        [9, n],
      ],
      [
        [0, 50],
        [0, 50],
        [20, 90],
        [90, n],
      ],
    ] as const)
      expect(namesOf(parts), JSON.stringify(parts)).toEqual([['order.example'], []])
  })

  test('in the SYN itself (TCP Fast Open)', () => {
    const list = [
      packet(1e9, me, '198.51.100.1', tcp(50_000, 443, 99, 'S', stream.subarray(0, 70)), 6),
      packet(1e9 + 1, me, '198.51.100.1', tcp(50_000, 443, 170, 'A', stream.subarray(70)), 6),
    ]
    expect(take(pcapFile(1, list)).rows.flatMap((row) => (row.kind === 'tls' ? row.domain : []))).toEqual([
      'order.example',
    ])
  })

  test('what is missing, or does not fit into memory, is told', () => {
    expect(namesOf([[0, 50]])).toEqual([[], ['truncated']])
    expect(namesOf([[60, 100]])).toEqual([[], ['truncated']])
    expect(
      namesOf(
        [
          [0, 50],
          [50, stream.length],
        ],
        { flows: 10, streams: 100 },
      ),
    ).toEqual([[], ['size_limit']])
  })
})

test('a capture is the same in pieces of any size', () => {
  for (const [name, [, file]] of Object.entries(cases)) {
    const whole = take(file)
    for (const chunk of [1, 13, 1000]) expect(take(file, undefined, chunk), `${name}: ${chunk}`).toEqual(whole)
  }
})
