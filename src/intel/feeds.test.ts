import { describe, expect, test } from 'vitest'
import { at, bundle, day, now, readBytes, readFixture, readText, told } from './testing.ts'

const states = (read: Awaited<ReturnType<typeof readText>>): string[] =>
  read.indicators.map((i) => `${i.value} ${i.state}${i.reason && `: ${i.reason}`}`)

describe('STIX', () => {
  test('objects, relationships, reports, versions, revocation', async () => {
    const read = await readFixture('stix/bundle.stix2')
    expect(read.report).toMatchObject({ format: 'stix', feed: 'Lab of Tests', indicators: 4, review: 1, rejected: 2 })
    expect(read.report.ignored).toEqual({ malware: 1, tool: 1, relationship: 3, report: 1, identity: 1 })
    expect(read.report.problems.map((p) => [p.code, p.record, p.detail])).toEqual([
      ['unknown_kind', 7, 'pattern in yara, not STIX'],
      ['missing_field', 8, 'indicator without pattern'],
    ])
    expect(read.indicators[0]).toEqual({
      kind: 'domain',
      match: 'domain',
      value: 'c2.evil.test',
      raw: 'c2.evil.test',
      url: '',
      feed: 'Lab of Tests',
      families: ['Operation Triangulation', 'Otherkit'],
      targeted: 1,
      confidence: 85,
      valid_from: at('2025-03-01T10:00:00.123Z') + 456,
      valid_until: at('2025-12-31T00:00:00Z'),
      published: at('2025-03-01T10:00:00.123Z') + 456,
      state: 'approved',
      reason: '',
      review: now + 300 * day,
      record: 4,
    })
    expect(read.indicators[1]).toMatchObject({
      value: 'badd',
      families: [],
      targeted: 0,
      state: 'revoked',
      reason: 'revoked by the feed',
      review: 0,
    })
    expect(read.indicators[2]).toMatchObject({ state: 'proposed', reason: 'the feed calls it benign', review: now })
    expect(read.indicators[3]).toMatchObject({
      kind: 'url',
      families: ['Otherkit'],
      targeted: 0,
      confidence: -1,
      valid_from: at('2025-03-05T00:00:00Z'),
      valid_until: at('2025-06-01T00:00:00Z'),
      review: now + 47 * day,
    })
  })
  test('2.0, without pattern_type, and a TAXII envelope', async () => {
    const objects = [
      { type: 'indicator', id: 'indicator--1', labels: ['Pegasus'], pattern: "[domain-name:value = 'a.test']" },
    ]
    const read = await readText(JSON.stringify({ more: false, objects }), 'page.json')
    expect(read.report).toMatchObject({ format: 'stix', indicators: 1 })
    expect(read.indicators[0]).toMatchObject({ value: 'a.test', targeted: 1, families: [], valid_from: 0 })
  })
  test('the folder tells a targeted family', async () => {
    const read = await readText(bundle("[app:id='i']"), '/feeds/2021-07-18_nso/x.stix2')
    expect(read.indicators[0]).toMatchObject({ targeted: 1, feed: 'x.stix2' })
  })
  test('what may not be used at once', async () => {
    const read = await readText(bundle("[domain-name:value='github.io']", "[ipv4-addr:value='10.0.0.1']"), 'x.json')
    expect(states(read)).toEqual(['github.io proposed: shared suffix', '10.0.0.1 proposed: private address'])
    expect(read.report.review).toBe(2)
  })
})

test('MISP: attributes, objects, to_ids, deleted, tags, composites', async () => {
  const read = await readFixture('misp/event.json')
  expect(read.report).toMatchObject({ format: 'misp', feed: 'CERT Test', indicators: 10, review: 1, rejected: 1 })
  expect(read.report.ignored).toEqual({ link: 1, comment: 1, 'regkey|value': 1 })
  expect(told(read)).toEqual([
    'domain c2.shop.test',
    'host www.shop.test',
    'domain cart.test',
    'ip 203.0.113.20',
    'ip 203.0.113.21',
    'file_md5 d41d8cd98f00b204e9800998ecf8427e',
    'url shop.test',
    'app com.shop.bad',
    'domain obj.test',
    'ip 203.0.113.22',
  ])
  expect(read.indicators[0]).toMatchObject({
    families: ['Shopkit', 'Cartkit'],
    confidence: 75,
    valid_from: at('2025-04-01T00:00:00Z'),
    published: 1746000000e6,
    state: 'approved',
    record: 1,
  })
  expect(read.indicators[2]).toMatchObject({ published: 1746100000e6, valid_from: 0 })
  expect(read.indicators.map((i) => i.state)).toEqual([
    'approved',
    'proposed',
    'approved',
    'approved',
    'approved',
    'approved',
    'revoked',
    'approved',
    'approved',
    'revoked',
  ])
  expect(read.indicators[1]!.reason).toContain('to_ids')
  expect(read.indicators[6]!.reason).toBe('deleted in the feed')
  expect(read.indicators[7]).toMatchObject({ families: ['Shopkit', 'Cartkit', 'Ownkit'], confidence: 25, match: 'app' })
  expect(read.report.problems).toMatchObject([{ code: 'bad_name', record: 11, sample: 'not a name' }])
})

test('MISP without family tags: the title stands for the campaign, and tells targeted spyware', async () => {
  const event = { info: 'Candiru infrastructure', Attribute: [{ type: 'domain', value: 'a.test', to_ids: true }] }
  for (const document of [event, { Event: event }, [{ Event: event }], { response: [{ Event: event }] }]) {
    const read = await readText(JSON.stringify(document), 'event.json')
    expect(read.report.format).toBe('misp')
    expect(read.indicators).toMatchObject([{ families: ['Candiru infrastructure'], targeted: 1, confidence: -1 }])
  }
})

test('OTX: pulse as campaign, ended indicators, no CVE', async () => {
  const read = await readFixture('otx/pulses.json')
  expect(read.report).toMatchObject({ format: 'otx', feed: 'Tester', indicators: 3, ignored: { CVE: 1 } })
  expect(told(read)).toEqual(['url pulse.test', 'host deep.pulse.test', 'ip 203.0.113.40'])
  expect(read.indicators.every((i) => i.targeted === 1 && i.families[0] === 'Pegasus at the test office')).toBe(true)
  expect(read.indicators.map((i) => i.valid_until)).toEqual([0, at('2025-03-01T00:00:00Z'), 0])
  expect(read.indicators[0]!.published).toBe(at('2025-02-03T04:05:06Z'))
})

describe('JSON objects', () => {
  test('ThreatFox: IPv6 and port without brackets, bad lines told with their number', async () => {
    const read = await readFixture('objects/threatfox.ndjson')
    expect(read.report).toMatchObject({ format: 'objects', indicators: 3, rejected: 2 })
    expect(read.report.ignored).toEqual({ 'object without an indicator': 1 })
    expect(told(read)).toEqual(['ip 2001:db8:5::5', 'domain drop.test', 'ip 203.0.113.50'])
    expect(read.indicators[0]).toMatchObject({
      families: ['TestKit'],
      confidence: 100,
      valid_from: at('2025-08-05T11:40:15Z'),
      published: at('2025-08-05T11:40:15Z'),
      raw: '2001:db8:5::5:40669',
      record: 1,
    })
    expect(read.indicators[2]).toMatchObject({ confidence: -1, valid_from: 0, record: 7 })
    expect(read.report.problems.map((p) => [p.record, p.code])).toEqual([
      [4, 'truncated'],
      [6, 'bad_record'],
    ])
  })
  test('URLhaus: the URL, not the host beside it', async () => {
    const read = await readFixture('objects/urlhaus.ndjson')
    expect(read.indicators.map((i) => i.url)).toEqual(['http://203.0.113.60:34613/x.m', 'http://haus.test/bin.sh'])
    expect(read.indicators[0]!.published).toBe(at('2025-01-14T21:19:13Z'))
  })
  test('lists under any key', async () => {
    const read = await readFixture('objects/iocs.json')
    expect(told(read)).toEqual(['domain tiny.test', 'ip 203.0.113.61'])
    expect(read.report.ignored).toEqual({ 'object without an indicator': 1 })
  })
})

test('stalkerware: command servers, websites as visits, Android packages searchable', async () => {
  const read = await readFixture('stalkerware/ioc.yaml')
  expect(read.report).toMatchObject({ format: 'stalkerware', indicators: 9, rejected: 1 })
  expect(read.indicators.map((i) => [i.kind, i.match, i.value, i.confidence, i.targeted])).toEqual([
    ['ip', 'ip', '203.0.113.70', -1, 0],
    ['domain', 'domain', 'api.spy.test', -1, 0],
    ['package', '', 'com.spy.test', -1, 0],
    ['app', 'app', 'com.spy.ios', -1, 0],
    ['app_cert_sha1', '', 'da39a3ee5e6b4b0d3255bfef95601890afd80709', -1, 0],
    ['domain', 'domain', 'www.spy.test', 30, 0],
    ['domain', 'domain', 'dl.spy.test', 30, 0],
    ['domain', 'domain', 'two.spy.test', -1, 0],
    ['ip', 'ip', '203.0.113.71', -1, 0],
  ])
  expect(read.indicators[0]!.families).toEqual(['SpyTest', 'TestSpy'])
  expect(read.indicators[7]).toMatchObject({ families: ['NoName'], record: 2 })
  expect(read.indicators[5]!.reason).toContain('a visit')
  expect(read.indicators[0]!.reason).toBe('')
  expect(read.report.ignored).toEqual({ certificate_organizations: 1, 'c2.urls': 1 })
})

describe('CSV', () => {
  test('typed, with BOM, CR LF, quotes over two lines', async () => {
    const read = await readFixture('csv/typed.csv')
    expect(read.report).toMatchObject({ format: 'csv', indicators: 6, rejected: 1, ignored: { regkey: 1 } })
    expect(told(read)).toEqual([
      'domain evil.test',
      'host c2.evil.test',
      'ip 203.0.113.80',
      'file_md5 d41d8cd98f00b204e9800998ecf8427e',
      'file_sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709',
      'domain multi.test',
    ])
    expect(read.indicators.map((i) => i.record)).toEqual([2, 3, 4, 5, 5, 6])
    expect(read.indicators[0]).toMatchObject({ families: ['LightSpy'], targeted: 1 })
    expect(read.indicators[1]).toMatchObject({ families: [], targeted: 0 })
    expect(read.report.problems).toMatchObject([{ code: 'missing_field', record: 8 }])
  })
  test('validity, a sentence as value, digests in one cell', async () => {
    const read = await readFixture('csv/times.csv')
    expect(told(read)).toEqual([
      'ip 203.0.113.81',
      'file_md5 d41d8cd98f00b204e9800998ecf8427e',
      'file_sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709',
    ])
    expect(read.indicators[0]).toMatchObject({
      valid_from: at('2025-01-01T00:00:00Z'),
      valid_until: at('2049-01-01T00:00:00Z'),
    })
    expect(read.indicators[1]!.valid_until).toBe(0)
  })
  test('several columns of indicators', async () => {
    expect(told(await readFixture('csv/columns.csv'))).toEqual(['domain a.test', 'ip 203.0.113.82', 'domain b.test'])
  })
  test('no header: the first column', async () => {
    const read = await readFixture('csv/headless.txt')
    expect(read.report.format).toBe('csv')
    expect(told(read)).toEqual(['domain head.test', 'domain less.test'])
  })
  test('the header as last comment, blanks before quotes', async () => {
    const read = await readFixture('csv/commented.csv')
    expect(told(read)).toEqual(['domain dump.test', 'ip 203.0.113.83'])
    expect(read.indicators[0]).toMatchObject({ families: ['TestKit'], confidence: 75 })
  })
  test('other delimiters; to_ids', async () => {
    const read = await readFixture('csv/semicolon.csv')
    expect(read.indicators.map((i) => [i.value, i.state])).toEqual([
      ['semi.test', 'approved'],
      ['colon.test', 'proposed'],
    ])
  })
  test('a quote that is never closed costs its own record only', async () => {
    const read = await readFixture('csv/open-quote.csv')
    expect(told(read)).toEqual(['domain first.test', 'domain second.test', 'domain third.test'])
    expect(read.report.problems).toMatchObject([{ code: 'bad_record', record: 3, detail: 'a quote is never closed' }])
  })
  test('a quote that is never closed, with many lines behind it', async () => {
    const lines = Array.from({ length: 1000 }, (_, i) => `n${i}.test,domain`)
    const read = await readText(`value,type\n"open.test,domain\n${lines.join('\n')}\n`, 'x.csv')
    expect(read.report).toMatchObject({ indicators: 1000, rejected: 1 })
    expect(read.indicators.at(-1)!.record).toBe(1002)
  })
})

describe('lines', () => {
  test('hosts', async () => {
    const read = await readFixture('hosts/hosts')
    expect(read.report).toMatchObject({ format: 'hosts', rejected: 1, ignored: { 'own name': 3 } })
    expect(told(read)).toEqual(['a', 'b', 'c', 'd'].map((n) => `domain ${n}.hosts.test`))
    expect(read.indicators.map((i) => i.record)).toEqual([4, 5, 5, 6])
    expect(read.report.problems).toMatchObject([{ record: 7, sample: 'broken line' }])
  })
  test('RPZ', async () => {
    const read = await readFixture('rpz/policy.zone')
    expect(told(read)).toEqual([
      'domain a.evil.test',
      'domain a.evil.test',
      'domain a.evil.test',
      'domain b.evil.test',
      'cidr 203.0.113.0/24',
      'cidr 2001:db8:7::/48',
    ])
    expect(read.report).toMatchObject({
      format: 'rpz',
      rejected: 1,
      ignored: { $TTL: 1, SOA: 1, NS: 1, 'rpz-passthru': 1, 'rpz-nsdname': 1 },
    })
  })
  test('Maltrail: family from the file, ports, paths, comments', async () => {
    const read = await readFixture('list/android_testkit.txt')
    expect(told(read)).toEqual([
      'domain evil.test',
      'ip 203.0.113.90',
      'ip 203.0.113.91',
      'domain evil2.test',
      'url evil3.test',
      'url_path /only/a/path.php',
    ])
    expect(read.indicators[3]!.raw).toBe('EVIL2.test')
    expect(read.indicators.every((i) => i.families.join() === 'testkit' && i.feed === 'android_testkit.txt')).toBe(true)
    expect(read.indicators.map((i) => i.record)).toEqual([5, 6, 7, 8, 9, 10])
    expect(read.report.problems).toMatchObject([{ record: 11, code: 'bad_name' }])
  })
  test('Adblock domains', async () => {
    expect(told(await readFixture('list/filter.txt'))).toEqual([
      'domain ads.test',
      'domain more.test',
      'domain plain.test',
    ])
  })
  test('the file’s name tells what single words are', async () => {
    const read = await readText('badd\nworsed\n', '/feeds/2021_nso/processes.txt')
    expect(told(read)).toEqual(['process badd', 'process worsed'])
    expect(read.indicators[0]).toMatchObject({ feed: '2021_nso/processes.txt', families: ['Pegasus'], targeted: 1 })
    expect((await readText('badd\nworsed\n', 'words.txt')).report.format).toBe(null)
    expect(told(await readText('roleaccountd.plist\n', 'files.txt'))).toEqual(['file_name roleaccountd.plist'])
    expect(told(await readText('00AA0000-0000-4000-8000-000000000000\n', 'config_profiles.txt'))).toEqual([
      'profile 00AA0000-0000-4000-8000-000000000000',
    ])
  })
  test('not trusted: everything waits for a reviewer', async () => {
    const read = await readText('evil.test\n', 'list.txt', { trusted: false })
    expect(read.indicators[0]).toMatchObject({ state: 'proposed', review: now })
    expect(read.report.review).toBe(1)
  })
  test('batches of about 10,000, whatever the chunks; a line may lie across them', async () => {
    const text = Array.from({ length: 25_000 }, (_, i) => `n${i}.test\r\n`).join('')
    const bytes = Buffer.from(text)
    for (const size of [1000, 65_536, bytes.length]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      )
      const read = await readBytes(chunks, 'list.txt')
      expect(read.report).toMatchObject({ indicators: 25_000, rejected: 0, bytes: bytes.length })
      expect(read.indicators.map((i) => i.value)).toEqual(Array.from({ length: 25_000 }, (_, i) => `n${i}.test`))
      if (size === 1000) expect(read.batches.every((n) => n < 10_200)).toBe(true)
    }
  })
})

test.each(['README.md', 'LICENSE', 'warninglist.json', 'suricata.rules'])(
  '%s is no feed, and no error',
  async (name) => {
    const read = await readFixture(`none/${name}`)
    expect(read.report).toMatchObject({ format: null, indicators: 0, rejected: 0, problems: [] })
  },
)
