// What matches what: one test for each line of the table of matching semantics.
import { describe, expect, test } from 'vitest'
import { matchIp, matchName, matchUrl, mergeHits, stateAtEvent } from './index.ts'
import { at, bundle, day, now, readText, told } from './testing.ts'
import type { FeedIndicator } from './types.ts'

const feed = async (...lines: string[]): Promise<FeedIndicator[]> => (await readText(lines.join('\n'))).indicators
const hits = async (indicator: string, name: string): Promise<boolean> =>
  matchName(await feed(indicator), name).length > 0
const always = { lookbackDays: null }
const domain = (over: Partial<FeedIndicator>): FeedIndicator => ({
  kind: 'domain',
  match: 'domain',
  value: 'evil.com',
  raw: 'evil.com',
  url: '',
  feed: 'f',
  families: [],
  targeted: 0,
  confidence: -1,
  valid_from: 0,
  valid_until: 0,
  published: 0,
  state: 'approved',
  reason: '',
  review: 0,
  record: 1,
  ...over,
})

describe('names', () => {
  test('`x.evil.com` with indicator `evil.com`: hit', async () => {
    expect(await hits('evil.com', 'x.evil.com')).toBe(true)
    expect(await hits('evil.com', 'evil.com')).toBe(true)
  })
  test.each(['notevil.com', 'evil.com.corp.example', 'my-evil.com'])('`%s` with `evil.com`: no', async (name) => {
    expect(await hits('evil.com', name)).toBe(false)
  })
  test('`x.c2.evil.net` with `c2.evil.net`: hit', async () => {
    expect(await hits('c2.evil.net', 'x.c2.evil.net')).toBe(true)
  })
  test.each(['evil.net', 'other.evil.net'])('`%s` with `c2.evil.net`: no', async (name) => {
    expect(await hits('c2.evil.net', name)).toBe(false)
  })
  test('`a.github.io` with `evil.github.io`: no (private part of the public suffix list)', async () => {
    expect(await hits('evil.github.io', 'a.github.io')).toBe(false)
    expect(await hits('evil.github.io', 'x.evil.github.io')).toBe(true)
  })
  test.each(['github.io', 'co.uk', 'cloudfront.net', 'duckdns.org'])(
    'indicator `%s` itself: refused at import into review, with the reason "shared suffix"',
    async (suffix) => {
      const [i] = await feed(suffix)
      expect(i).toMatchObject({ value: suffix, state: 'proposed', reason: 'shared suffix', review: now })
      expect(matchName([i!], `a.${suffix}`)).toEqual([])
    },
  )
  test.each(['EVIL.com.', 'evil.com:8443', 'http://u:p@evil.com/x'])('`%s` with `evil.com`: hit', async (name) => {
    expect(await hits('evil.com', name)).toBe(true)
  })
  test.each(['EVIL.COM', ' evil.com ', 'evil.com.', 'evil[.]com', 'hxxps://evil[.]com', '\tevil.com\t', '*.evil.com'])(
    'feed writes `%s`: same as `evil.com`',
    async (raw) => {
      const [i] = await feed(raw)
      expect(i).toMatchObject({ kind: 'domain', match: 'domain', value: 'evil.com', url: '', raw: raw.trim() })
    },
  )
  test('`https://apple.com@evil.com/` / `https://benign.org/?u=evil.com` with `evil.com`: hit / no', async () => {
    expect(await hits('evil.com', 'https://apple.com@evil.com/')).toBe(true)
    expect(await hits('evil.com', 'https://benign.org/?u=evil.com')).toBe(false)
  })
  test('`evil.co.uk`, `login.evil.co.uk` / `other.co.uk` with `evil.co.uk`: hit / no', async () => {
    expect(await hits('evil.co.uk', 'evil.co.uk')).toBe(true)
    expect(await hits('evil.co.uk', 'login.evil.co.uk')).toBe(true)
    expect(await hits('evil.co.uk', 'other.co.uk')).toBe(false)
  })
  test('`_dmarc-c2.evil.com` with itself (underscore labels): hit', async () => {
    expect(await hits('_dmarc-c2.evil.com', '_dmarc-c2.evil.com')).toBe(true)
  })
  test('`bücher.example` and `xn--bcher-kva.example`: same name', async () => {
    expect(await hits('bücher.example', 'xn--bcher-kva.example')).toBe(true)
    expect(await hits('xn--bcher-kva.example', 'shop.BÜCHER.example')).toBe(true)
  })
  test('`www.evil.com` as indicator: matches `www.evil.com` and below; not `ww.evil.com`', async () => {
    expect(await hits('www.evil.com', 'www.evil.com')).toBe(true)
    expect(await hits('www.evil.com', 'a.www.evil.com')).toBe(true)
    expect(await hits('www.evil.com', 'ww.evil.com')).toBe(false)
    expect(await hits('www.evil.com', 'evil.com')).toBe(false)
  })
  test('a host name that the feed calls exact matches itself alone', async () => {
    const { indicators } = await readText('value,type\nc2.evil.test,hostname\nevil.test,hostname\n', 'iocs.csv')
    expect(indicators.map((i) => i.kind)).toEqual(['host', 'domain'])
    expect(matchName(indicators.slice(0, 1), 'c2.evil.test').map((h) => h.how)).toEqual(['host'])
    expect(matchName(indicators.slice(0, 1), 'x.c2.evil.test')).toEqual([])
  })
})

describe('addresses', () => {
  test('IP `203.0.113.9` and `203.0.113.99`: different; no prefix match', async () => {
    const i = await feed('203.0.113.9')
    expect(matchIp(i, '203.0.113.9').map((h) => h.how)).toEqual(['ip'])
    expect(matchIp(i, '203.0.113.99')).toEqual([])
    expect(matchName(i, '203.0.113.9:443')).toHaveLength(1)
  })
  test('`2001:DB8::1` and `2001:db8:0:0::1`: same; CIDR of both families work', async () => {
    expect(matchIp(await feed('2001:DB8::1'), '2001:db8:0:0::1')).toHaveLength(1)
    const v4 = await feed('198.51.100.64/26')
    expect(matchIp(v4, '198.51.100.64').map((h) => h.how)).toEqual(['cidr'])
    expect(matchIp(v4, '198.51.100.127')).toHaveLength(1)
    expect(matchIp(v4, '198.51.100.63')).toEqual([])
    expect(matchIp(v4, '198.51.100.128')).toEqual([])
    const v6 = await feed('2001:db8:7::/48')
    expect(matchIp(v6, '2001:db8:7:ffff::1')).toHaveLength(1)
    expect(matchIp(v6, '2001:db8:8::1')).toEqual([])
    expect(matchIp(v6, '198.51.100.64')).toEqual([])
  })
})

describe('URLs', () => {
  test('the whole URL, whatever its scheme; its host with less weight', async () => {
    const i = await feed('http://evil.test/a?b=1')
    expect(i[0]).toMatchObject({ kind: 'url', match: 'domain', value: 'evil.test', url: 'http://evil.test/a?b=1' })
    expect(matchUrl(i, 'https://EVIL.test/a?b=1#x').map((h) => h.how)).toEqual(['url'])
    expect(matchUrl(i, 'https://evil.test/other')).toEqual([])
    expect(matchName(i, 'evil.test').map((h) => h.how)).toEqual(['url_host'])
    expect(matchName(i, 'x.evil.test')).toEqual([])
  })
  test('on a shared host the URL alone counts', async () => {
    const i = await feed('https://github.com/evil/payload')
    expect(i[0]).toMatchObject({ kind: 'url', match: '', state: 'approved' })
    expect(matchName(i, 'github.com')).toEqual([])
    expect(matchUrl(i, 'https://github.com/evil/payload')).toHaveLength(1)
  })
  test('a domain indicator is met by a URL on or below it', async () => {
    expect(matchUrl(await feed('evil.test'), 'https://a.evil.test/x').map((h) => h.how)).toEqual(['domain'])
  })
})

describe('time', () => {
  const event = at('2025-06-15T12:00:00Z')
  test('the feed’s `valid_until` (or a reviewer’s expiry) lies before the event: no finding; kept in `history`', () => {
    for (const state of ['approved', 'expired']) {
      const s = stateAtEvent([domain({ valid_until: event - 1, state })], event, always)
      expect(s).toEqual({
        hit: false,
        retroactive: false,
        aged: false,
        expired: true,
        state_at_event: 'expired',
        confidence: 0,
      })
    }
  })
  test('indicator valid at the time of the event, expired when looked at: hit (event time decides)', () => {
    for (const state of ['approved', 'expired']) {
      const s = stateAtEvent([domain({ valid_until: event + 1, state })], event, always)
      expect(s).toMatchObject({ hit: true, expired: false, state_at_event: 'valid' })
    }
  })
  test('indicator without an end, published years ago: hit, with the caveat `indicator_aged` and lower confidence', () => {
    const s = stateAtEvent([domain({ published: at('2018-01-01T00:00:00Z'), confidence: 90 })], event, always)
    expect(s).toMatchObject({ hit: true, aged: true, state_at_event: 'aged', confidence: 20 })
  })
  test('indicator added (or `valid_from`) today, event 20 days ago inside the look-back: hit, marked retroactive', () => {
    const s = stateAtEvent([domain({ valid_from: event + 20 * day })], event, { lookbackDays: 90 })
    expect(s).toMatchObject({ hit: true, retroactive: true, state_at_event: 'retroactive' })
  })
  test('revoked: open findings are marked, none new', () => {
    const i = domain({ state: 'revoked' })
    expect(stateAtEvent([i], event, always)).toMatchObject({ hit: false, expired: false, state_at_event: 'revoked' })
    expect(matchName([i], 'evil.com')).toEqual([])
  })
})

test('the same domain in two families: one finding that names both', () => {
  const two = [domain({ families: ['A'], feed: 'one' }), domain({ families: ['B', 'A'], feed: 'two', targeted: 1 })]
  const merged = mergeHits(matchName([...two, domain({ value: 'x.evil.com' })], 'x.evil.com'))
  expect(merged.map((m) => [m.families, m.feeds, m.targeted, m.assertions.length])).toEqual([
    [['A', 'B'], ['one', 'two'], true, 2],
    [[], ['f'], false, 1],
  ])
})

test('STIX pattern with `OR`, `AND`, `=` in a URL, unknown object: whole pattern grammar or a clear rejection of that one indicator; the rest loads', async () => {
  const read = await readText(
    bundle(
      "[domain-name:value = 'a.test'] OR [domain-name:value = 'b.test' OR url:value = 'http://c.test/?x=1&y=[2]']",
      "[domain-name:value = 'd.test' AND ipv4-addr:value = '203.0.113.5']",
      "[windows-registry-key:key = 'HKLM']",
      "[domain-name:value = 'unclosed]",
      "[domain-name:value = 'e.test']",
    ),
    'mixed.stix2',
  )
  expect(told(read)).toEqual(['domain a.test', 'domain b.test', 'url c.test', 'domain e.test'])
  expect(read.indicators[2]!.url).toBe('http://c.test/?x=1&y=[2]')
  expect(read.report).toMatchObject({ format: 'stix', indicators: 4, rejected: 3, review: 0 })
  expect(read.report.problems.map((p) => [p.record, p.code])).toEqual([
    [2, 'unknown_kind'],
    [3, 'unknown_kind'],
    [4, 'bad_record'],
  ])
  expect(read.report.problems[0]!.detail).toContain('AND')
})
