// The matcher that runs, in SQL, against the one written down in intel/match.ts and against one more naive than either;
// every row of the table of matching semantics through the engine; and what must not change a finding.
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bench, day, dnsLine, noon, openBench } from '../../src/analytics/an1700/testing.ts'
import { type FeedIndicator, matchIp, matchName, normalise, readFeed } from '../../src/intel/index.ts'
import type { Finding } from '../../src/model/index.ts'
import { canonicalIp, sameProcess } from '../../src/names/index.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench?.close())
beforeEach(() => bench.clear())

/** Indicators as a feed of that name would be read. */
async function read(text: string, name = 'list.txt'): Promise<FeedIndicator[]> {
  const all: FeedIndicator[] = []
  const bytes = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from(text)
  }
  await readFeed({ path: name, name, now: noon, bytes }, { add: (batch) => void all.push(...batch) })
  return all
}
const list = (lines: readonly string[]): Promise<FeedIndicator[]> => read(lines.join('\n'))

/** Indicators that each client met, by its address. */
const metBy = (findings: readonly Finding[], client: string): string[] =>
  findings
    .filter((finding) => finding.device.address === client)
    .map((finding) => finding.indicator!.value)
    .sort()

describe('the table of matching semantics, row by row, through the engine', () => {
  type Line = readonly [row: string, indicators: readonly string[], met: string, hits: readonly string[]]
  const refused = ['github.io', 'co.uk', 'cloudfront.net', 'duckdns.org']
  const lines: readonly Line[] = [
    ['`x.evil.com` with indicator `evil.com`: hit', ['evil.com'], 'x.evil.com', ['evil.com']],
    ['`notevil.com` with `evil.com`: no', ['evil.com'], 'notevil.com', []],
    ['`evil.com.corp.example` with `evil.com`: no', ['evil.com'], 'evil.com.corp.example', []],
    ['`my-evil.com` with `evil.com`: no', ['evil.com'], 'my-evil.com', []],
    ['`x.c2.evil.net` with `c2.evil.net`: hit', ['c2.evil.net'], 'x.c2.evil.net', ['c2.evil.net']],
    ['`evil.net` with `c2.evil.net`: no', ['c2.evil.net'], 'evil.net', []],
    ['`other.evil.net` with `c2.evil.net`: no', ['c2.evil.net'], 'other.evil.net', []],
    ['`a.github.io` with `evil.github.io`: no', ['evil.github.io'], 'a.github.io', []],
    ...refused.map((suffix): Line => [`indicator \`${suffix}\` itself: refused`, [suffix], `x.${suffix}`, []]),
    ['`EVIL.com.`: hit', ['evil.com'], 'EVIL.com.', ['evil.com']],
    ['`evil.com:8443`: hit', ['evil.com'], 'evil.com:8443', ['evil.com']],
    ['`http://u:p@evil.com/x`: hit', ['evil.com'], 'http://u:p@evil.com/x', ['evil.com']],
    ...['EVIL.COM', ' evil.com ', 'evil.com.', 'evil[.]com', 'hxxps://evil[.]com'].map(
      (written): Line => [`feed writes \`${written}\`: same as \`evil.com\``, [written], 'evil.com', ['evil.com']],
    ),
    ['`https://apple.com@evil.com/` with `evil.com`: hit', ['evil.com'], 'https://apple.com@evil.com/', ['evil.com']],
    ['`https://benign.org/?u=evil.com` with `evil.com`: no', ['evil.com'], 'https://benign.org/?u=evil.com', []],
    ['`evil.co.uk` with itself: hit', ['evil.co.uk'], 'evil.co.uk', ['evil.co.uk']],
    ['`login.evil.co.uk` with `evil.co.uk`: hit', ['evil.co.uk'], 'login.evil.co.uk', ['evil.co.uk']],
    ['`other.co.uk` with `evil.co.uk`: no', ['evil.co.uk'], 'other.co.uk', []],
    ['`_dmarc-c2.evil.com` with itself: hit', ['_dmarc-c2.evil.com'], '_dmarc-c2.evil.com', ['_dmarc-c2.evil.com']],
    [
      '`bücher.example` written either way: same name',
      ['bücher.example'],
      'xn--bcher-kva.example',
      ['xn--bcher-kva.example'],
    ],
    [
      '`xn--bcher-kva.example`, met in Unicode: same name',
      ['xn--bcher-kva.example'],
      'BÜCHER.example',
      ['xn--bcher-kva.example'],
    ],
    ['`www.evil.org` as indicator matches below', ['www.evil.org'], 'a.www.evil.org', ['www.evil.org']],
    ['`www.evil.org` as indicator, not `ww.evil.org`', ['www.evil.org'], 'ww.evil.org', []],
    ['`203.0.113.9` is not `203.0.113.99`', ['203.0.113.9'], '203.0.113.99', []],
    ['`203.0.113.9` is itself', ['203.0.113.9'], '203.0.113.9', ['203.0.113.9']],
    ['`2001:DB8::1` and `2001:db8:0:0::1`: same', ['2001:DB8::1'], '2001:db8:0:0::1', ['2001:db8::1']],
    ['CIDR of IPv4: inside', ['198.51.100.64/28'], '198.51.100.79', ['198.51.100.64/28']],
    ['CIDR of IPv4: outside', ['198.51.100.64/28'], '198.51.100.80', []],
    ['CIDR of IPv6: inside', ['2001:db8:5a::/48'], '2001:db8:5a:ffff::1', ['2001:db8:5a::/48']],
    ['CIDR of IPv6: outside', ['2001:db8:5a::/48'], '2001:db8:5b::', []],
  ]

  let findings: readonly Finding[] = []
  const clientOf = (i: number): string => `10.1.${Math.floor(i / 200)}.${(i % 200) + 1}`
  test.for(lines.map((line, i) => [line[0], i] as const))('%s', async ([, i]) => {
    if (findings.length === 0) {
      // each indicator once: what a row is told apart by is who met it and what
      const feeds = await Promise.all(lines.map(([, indicators], n) => read(indicators.join('\n'), `feed-${n}.txt`)))
      await bench.list(feeds.flat())
      const rows = lines.map(([, , met], n) => {
        const ip = canonicalIp(met)
        return {
          src_ip: clientOf(n),
          kind: 'tls',
          ...(ip === null ? { domain: met.toLowerCase().replace(/\.$/, '') } : { dst_ip: ip }),
        }
      })
      findings = (await bench.run([await bench.rows(rows)], { fleet: 1 })).findings
    }
    const [, indicators, , hits] = lines[i]!
    const own = new Set((await list(indicators)).map((indicator) => indicator.value))
    expect(metBy(findings, clientOf(i)).filter((value) => own.has(value))).toEqual(hits)
  })

  test('all spellings of one domain are one indicator that names their feeds', () => {
    const feeds = findings.find((finding) => finding.indicator!.value === 'evil.com')!.indicator!.feeds
    expect(feeds.length).toBeGreaterThan(10)
  })
})

describe('when an indicator counts', () => {
  const looked = async (at: number, over: Partial<FeedIndicator>, lookbackDays: number | null = null) => {
    await bench.list([over])
    const { findings, history } = await bench.run(
      await bench.read({ 'dns.log': dnsLine('10.0.0.1', 'x.evil.test', at) }),
      { lookbackDays },
    )
    return [
      findings.map((f) => [f.severity, f.retroactive, f.caveats.some((c) => c.code === 'indicator_aged')]),
      history.length,
    ]
  }
  const fresh = [[['high', false, false]], 0]
  const retroactive = [[['medium', true, false]], 0]
  const aged = [[['medium', false, true]], 0]
  const past = [[], 1]
  const nothing = [[], 0]
  test.each([
    [
      'the feed’s `valid_until` lies before the event: no finding; kept in history',
      { valid_until: noon - 1 },
      null,
      past,
    ],
    ['`valid_until` is the event’s own time: no finding', { valid_until: noon }, null, past],
    ['valid at the time of the event, expired when looked at: hit', { valid_until: noon + 1 }, null, fresh],
    ['a reviewer ended it without a time: history', { state: 'expired' }, null, past],
    ['`valid_from` is the event’s own time: not retroactive', { valid_from: noon }, null, fresh],
    ['`valid_from` a microsecond later: retroactive', { valid_from: noon + 1 }, null, retroactive],
    [
      'event 20 days before `valid_from`, inside the look-back: retroactive',
      { valid_from: noon + 20 * day },
      90,
      retroactive,
    ],
    ['exactly the look-back before: retroactive', { valid_from: noon + 90 * day }, 90, retroactive],
    ['longer before than the look-back: nothing', { valid_from: noon + 90 * day + 1 }, 90, nothing],
    ['years before, unlimited look-back: retroactive', { valid_from: noon + 900 * day }, null, retroactive],
    ['300 days old: fresh', { valid_from: noon - 300 * day }, null, fresh],
    ['older than 300 days: aged', { valid_from: noon - 300 * day - 1 }, null, aged],
    ['published years ago, without an end: aged', { published: noon - 900 * day }, null, aged],
    ['old, but with an end: not aged', { valid_from: noon - 900 * day, valid_until: noon + day }, null, fresh],
    ['revoked: none new', { state: 'revoked' }, null, nothing],
    ['proposed: none', { state: 'proposed' }, null, nothing],
    ['rejected: none', { state: 'rejected' }, null, nothing],
  ])('%s', async (_, over, lookbackDays, expected) => expect(await looked(noon, over, lookbackDays)).toEqual(expected))

  test('revoked: open findings are marked, none new', async () => {
    await bench.list([{}])
    const first = await bench.read({ 'a.log': dnsLine('10.0.0.1', 'evil.test') })
    const [open] = await bench.keep(first)
    await bench.list([{ state: 'revoked' }], noon + 1)
    const both = [...first, ...(await bench.read({ 'b.log': dnsLine('10.0.0.2', 'evil.test', noon + 5e6) }))]
    const later = await bench.keep(both)
    expect(later.map((f) => [f.id, f.severity, f.new, f.device.address])).toEqual([
      [open!.id, 'info', false, '10.0.0.1'],
    ])
    expect(later[0]!.caveats.map((note) => note.code)).toContain('indicator_revoked')
    expect(await bench.keep(both)).toEqual(later)
  })

  test('the same domain in two families: one finding that names both', async () => {
    await bench.list([
      { families: ['A'], feed: 'one' },
      { families: ['B', 'A'], feed: 'two' },
      { feed: 'three', state: 'revoked' },
    ])
    const { findings } = await bench.run(await bench.read({ 'dns.log': dnsLine('10.0.0.1', 'evil.test') }))
    expect(findings.map((f) => [f.indicator!.families, f.indicator!.feeds])).toEqual([
      [
        ['A', 'B'],
        ['one', 'three', 'two'],
      ],
    ])
  })

  test('of each feed what it said last counts', async () => {
    await bench.list([{ feed: 'one', valid_until: noon - 1 }])
    await bench.list([{ feed: 'one', families: ['B'] }], noon + 1)
    const { findings, history } = await bench.run(await bench.read({ 'dns.log': dnsLine('10.0.0.1', 'evil.test') }))
    expect([findings.map((f) => f.indicator!.families), history]).toEqual([[['B']], []])
  })
})

describe('columns other than names', () => {
  const cases = [
    ['process', 'implantd', 'process', ['implantd'], ['implantd2', 'Implantd', 'implant']],
    ['app', 'com.invented.bad', 'app', ['com.invented.bad'], ['com.invented.bad2']],
    ['ja3', 'a'.repeat(32), 'ja3', ['a'.repeat(32)], ['a'.repeat(31)]],
    ['cert_sha256', 'b'.repeat(64), 'cert', ['b'.repeat(64)], ['c'.repeat(64)]],
  ] as const
  test.each(cases)('%s', async (kind, value, match, hits, misses) => {
    await bench.list([{ kind, match, value }])
    const column = kind
    const source = await bench.rows(
      [...hits, ...misses].map((met, i) => ({ [column]: met, src_ip: `10.0.0.${i}`, dst_ip: '192.0.2.1' })),
    )
    const { findings } = await bench.run([source])
    expect(findings.map((f) => f.device.address)).toEqual(hits.map((_, i) => `10.0.0.${i}`))
  })

  test.each([14, 15, 16, 17])('a process name of %i characters against a longer one', async (length) => {
    const name = 'com.invented.implant.agent'
    const cut = name.slice(0, length)
    await bench.list([
      { kind: 'process', match: 'process', value: name },
      { kind: 'process', match: 'process', value: `x${cut.slice(1)}` },
    ])
    const met = await bench.matches([
      { kind: 'process', value: cut },
      { kind: 'process', value: `x${name.slice(1)}` },
    ])
    const hit = length === 15 || length === 16
    expect(met).toEqual(
      hit ? [`process ${cut} → process ${name} `, `process x${name.slice(1)} → process x${cut.slice(1)} `] : [],
    )
  })
})

describe('what must not change a finding', () => {
  const lines = [0, 1, 2, 3, 4, 5].map((i) =>
    dnsLine(`10.0.0.${i % 2}`, i % 3 ? 'x.evil.test' : 'evil.test', noon + i * 60e6),
  )
  const good = dnsLine('10.0.0.9', 'good.example', noon + 1)
  const wanted = async (): Promise<readonly Finding[]> => {
    await bench.clear()
    await bench.list([{}])
    return (await bench.run(await bench.read({ 'whole.log': [good, ...lines].join('') }))).findings
  }
  const plain = (findings: readonly Finding[]) =>
    findings.map(({ evidence, ...rest }) => ({ ...rest, evidence: evidence.map(({ ts, raw }) => [ts, raw]) }))
  const files = { one: lines.slice(0, 3).join(''), two: lines.slice(3).join(''), other: good }

  test('the order in which files are read', async () => {
    const expected = plain(await wanted())
    expect(expected).toHaveLength(2)
    for (const order of [
      ['one', 'two', 'other'],
      ['two', 'other', 'one'],
      ['other', 'two', 'one'],
    ] as const) {
      await bench.clear()
      await bench.list([{}])
      const sources = await bench.read(Object.fromEntries(order.map((name) => [`${name}.log`, files[name]])))
      expect(plain((await bench.run(sources)).findings)).toEqual(expected)
    }
  })

  test('overlapping files, and the same file again', async () => {
    const expected = plain(await wanted())
    await bench.clear()
    await bench.list([{}])
    const sources = await bench.read({
      'a.log': good + lines.slice(0, 4).join(''),
      'b.log': lines.slice(2).join(''),
      'c.log': good + lines.slice(0, 4).join(''),
    })
    expect(plain((await bench.run(sources)).findings)).toEqual(expected)
  })

  test('scanning twice: nothing new, nothing else', async () => {
    await bench.list([{}])
    const sources = await bench.read({ 'whole.log': lines.join('') })
    const first = await bench.keep(sources)
    const second = await bench.keep(sources)
    expect(first.map((f) => f.new)).toEqual([true, true])
    expect(second).toEqual(first.map((f) => ({ ...f, new: false })))
    const [row] = await bench.engine.query<{ n: number }>('SELECT count() AS n FROM finding')
    expect(row!.n).toBe(2)
  })

  test('nothing of a run is left behind', async () => {
    await bench.list([{}])
    await bench.run(await bench.read({ 'whole.log': lines.join('') }))
    const [row] = await bench.engine.query<{ n: number }>(
      'SELECT (SELECT count() FROM match) + (SELECT count() FROM scan_source) AS n',
    )
    expect(row!.n).toBe(0)
  })
})

describe('the matcher in SQL equals the naive ones', () => {
  const label = fc.constantFrom(
    'a',
    'b',
    'evil',
    'notevil',
    'x-evil',
    '_c2',
    'com',
    'www',
    'bücher',
    'xn--bcher-kva',
    'EVIL',
  )
  const end = fc.constantFrom('test', 'co.uk', 'github.io', 'example', 'evil.test', 's3.amazonaws.com')
  const name = fc
    .tuple(fc.array(label, { minLength: 1, maxLength: 5 }), end)
    .map(([labels, last]) => `${labels.join('.')}.${last}`)
  const deep = fc.tuple(fc.integer({ min: 100, max: 400 }), name).map(([n, last]) => `${'d.'.repeat(n)}${last}`)
  const part = fc.constantFrom(0, 1, 63, 64, 127, 128, 255)
  const v4 = fc.tuple(part, part).map(([a, b]) => `203.0.${a}.${b}`)
  const group = fc.constantFrom('0', '1', '8000', 'ffff', 'db8')
  const v6 = fc.array(group, { minLength: 6, maxLength: 6 }).map((groups) => `2001:db8:${groups.join(':')}`)
  const cidr = fc.oneof(
    fc.tuple(v4, fc.integer({ min: 8, max: 32 })).map(([ip, n]) => `${ip}/${n}`),
    fc.tuple(v6, fc.integer({ min: 32, max: 128 })).map(([ip, n]) => `${ip}/${n}`),
  )
  const dress = fc.constantFrom(
    (n: string) => n,
    (n: string) => `${n}.`,
    (n: string) => `http://u:p@${n}:8080/`,
    (n: string) => `${n}:443`,
    (n: string) => n.toUpperCase(),
  )
  const url = fc.tuple(name, fc.constantFrom('/x', '/x?y=1')).map(([host, path]) => `https://${host}${path}`)
  const dressed = fc.tuple(fc.oneof({ arbitrary: name, weight: 6 }, deep, v4), dress).map(([n, put]) => put(n))

  /** By labels from the end; by bits. Nothing of the product but its canonical forms. */
  const bitsOf = (ip: string): string => {
    if (!ip.includes(':'))
      return ip
        .split('.')
        .map((p) => Number(p).toString(2).padStart(8, '0'))
        .join('')
    const [head = '', tail = ''] = ip.split('::')
    const groups = (text: string): string[] => (text === '' ? [] : text.split(':'))
    const gap = ip.includes('::') ? 8 - groups(head).length - groups(tail).length : 0
    return [...groups(head), ...Array<string>(gap).fill('0'), ...groups(tail)]
      .map((g) => Number.parseInt(g, 16).toString(2).padStart(16, '0'))
      .join('')
  }
  const naive = (indicator: FeedIndicator, met: string, isAddress: boolean): boolean => {
    if (indicator.state !== 'approved' || indicator.match === '') return false
    if (indicator.match === 'cidr') {
      const [base, prefix] = indicator.value.split('/') as [string, string]
      return (
        isAddress &&
        base.includes(':') === met.includes(':') &&
        bitsOf(met).startsWith(bitsOf(base).slice(0, Number(prefix)))
      )
    }
    if (indicator.kind !== 'domain') return indicator.value === met
    const [wanted, got] = [indicator.value.split('.').reverse(), met.split('.').reverse()]
    return wanted.every((one, i) => one === got[i])
  }

  test('names, addresses, networks and hosts of URLs', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ arbitrary: name, weight: 4 }, v4, v6, cidr, url), { minLength: 1, maxLength: 150 }),
        fc.array(dressed, { minLength: 400, maxLength: 800 }),
        fc.array(fc.oneof(v4, v6), { minLength: 100, maxLength: 300 }),
        async (listed, names, addresses) => {
          await bench.clear()
          const indicators = (await list(listed)).filter((indicator) => indicator.state === 'approved')
          await bench.list(indicators)
          const domains = [...new Set(names.map((n) => n.toLowerCase().replace(/\.$/, '')))]
          const ips = [...new Set(addresses.map((ip) => canonicalIp(ip)!))]
          const found = (
            await bench.matches([
              ...domains.map((value) => ({ kind: 'domain', value })),
              ...ips.map((value) => ({ kind: 'ip', value })),
            ])
          ).filter(
            (line) =>
              !/→ url \S+ \S/.test(line) ||
              indicators.some((i) => i.kind === 'url' && i.match !== '' && line.endsWith(` ${i.url}`)),
          )
          const shown = (kind: string, value: string, i: FeedIndicator): string =>
            `${kind} ${value} → ${i.kind} ${i.value} ${i.url}`
          const byMatch = [
            ...domains.flatMap((value) =>
              matchName(indicators, value).map((hit) => shown('domain', value, hit.indicator)),
            ),
            ...ips.flatMap((value) => matchIp(indicators, value).map((hit) => shown('ip', value, hit.indicator))),
          ]
          expect(found).toEqual([...new Set(byMatch)].sort())
          const hosts = domains.map((value) => ({ value, plain: normalise('any', value) }))
          const byHand = [
            ...hosts.flatMap(({ value, plain }) =>
              'refused' in plain
                ? []
                : indicators
                    .filter((i) => naive(i, plain.value, plain.kind === 'ip'))
                    .map((i) => shown('domain', value, i)),
            ),
            ...ips.flatMap((value) =>
              indicators.filter((i) => naive(i, value, true)).map((i) => shown('ip', value, i)),
            ),
          ]
          const judgedByHand = new Set(hosts.flatMap(({ value, plain }) => ('refused' in plain ? [] : [value])))
          expect(
            found.filter((line) => line.startsWith('ip ') || judgedByHand.has(line.slice(7, line.indexOf(' → ')))),
          ).toEqual([...new Set(byHand)].sort())
        },
      ),
      { numRuns: 8 },
    )
  })

  test('process names', { timeout: 120_000 }, async () => {
    const process = fc
      .tuple(
        fc.constantFrom('com.invented.implant.agent', 'com.invented.implanted', 'bluetoothd', 'ünïcode-process-nàme'),
        fc.integer({ min: 1, max: 27 }),
      )
      .map(([n, cut]) => n.slice(0, cut))
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(process, { minLength: 1, maxLength: 30 }),
        fc.uniqueArray(process, { minLength: 1, maxLength: 30 }),
        async (listed, met) => {
          await bench.clear()
          await bench.list(listed.map((value) => ({ kind: 'process', match: 'process', value })))
          const expected = met.flatMap((value) =>
            listed.filter((name) => sameProcess(name, value)).map((name) => `process ${value} → process ${name} `),
          )
          expect(await bench.matches(met.map((value) => ({ kind: 'process', value })))).toEqual(expected.sort())
        },
      ),
      { numRuns: 10 },
    )
  })
})
