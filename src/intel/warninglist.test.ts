import { describe, expect, test } from 'vitest'
import { loadWarninglist, matchWarninglists, type Warninglist } from './warninglist.ts'

const list = (type: string, entries: unknown[], attributes?: unknown): Warninglist => {
  const loaded = loadWarninglist({ name: `a ${type} list`, type, list: entries, matching_attributes: attributes })
  if (loaded === null) throw new Error('not loaded')
  return loaded
}
const has = (type: string, entries: unknown[], value: string): boolean => list(type, entries).has(value)

describe('each type with its own meaning', () => {
  test('hostname: the name and below, on label borders', () => {
    const entries = ['good.test', '.dyn.test', 'BÜCHER.example', '*.wild.test']
    for (const v of ['good.test', 'a.b.good.test', 'x.dyn.test', 'dyn.test', 'xn--bcher-kva.example', 'x.wild.test'])
      expect(has('hostname', entries, v), v).toBe(true)
    for (const v of ['notgood.test', 'good.test.evil.test', 'test', ''])
      expect(has('hostname', entries, v), v).toBe(false)
  })
  test('string: the whole value, without regard to case', () => {
    expect(has('string', ['Good.test'], 'gOOd.test')).toBe(true)
    for (const v of ['a.good.test', 'good.tes', 'ood.test']) expect(has('string', ['good.test'], v), v).toBe(false)
    expect(has('string', ['.good.test'], 'good.test')).toBe(false)
  })
  test('substring: anywhere, which is why its type is told', () => {
    expect(has('substring', ['McAfee.com'], 'howtoactivatemcafee.com')).toBe(true)
    expect(has('substring', ['mcafee.com'], 'mcafee.co')).toBe(false)
  })
  test('cidr: networks and addresses of both families', () => {
    const entries = [
      '203.0.113.64/26',
      '203.0.113.0/28',
      '203.0.113.4',
      '198.51.100.0/24',
      '2001:db8:7::/48',
      '2001:db8::1',
    ]
    for (const v of [
      '203.0.113.0',
      '203.0.113.15',
      '203.0.113.64',
      '203.0.113.127',
      '198.51.100.255',
      '2001:db8:7::',
      '2001:db8:7:ffff:ffff:ffff:ffff:ffff',
      '2001:db8::1',
    ])
      expect(has('cidr', entries, v), v).toBe(true)
    for (const v of [
      '203.0.113.16',
      '203.0.113.63',
      '203.0.113.128',
      '198.51.101.0',
      '2001:db8:8::',
      '2001:db8:6:ffff::',
      '2001:db8::2',
      'evil.test',
      '',
    ])
      expect(has('cidr', entries, v), v).toBe(false)
  })
  test('cidr: a network is on the list only as a whole', () => {
    expect(has('cidr', ['203.0.113.0/25', '203.0.113.192/26'], '203.0.113.0/26')).toBe(true)
    expect(has('cidr', ['203.0.113.0/25', '203.0.113.192/26'], '203.0.113.0/24')).toBe(false)
    expect(has('cidr', ['203.0.113.0/24', '203.0.113.0/28'], '203.0.113.200')).toBe(true)
  })
  test('regex: found anywhere, flags as MISP writes them', () => {
    expect(has('regex', ['/^WWW\\./i'], 'www.good.test')).toBe(true)
    expect(has('regex', ['/^WWW\\./'], 'www.good.test')).toBe(false)
    expect(has('regex', ['good\\.test$'], 'a.good.test')).toBe(true)
    expect(has('regex', ['good\\.test$'], 'good.test.evil')).toBe(false)
  })
})

test('entries that cannot be used are problems with their position; the rest counts', () => {
  const regex = list('regex', ['(', '/ok/', '(?<=x)y', '(a+)+$'])
  expect(regex.problems.map((p) => p.record)).toEqual([1, 3])
  expect(regex.has('is ok')).toBe(true)
  // Linear: a backtracking engine would take years here.
  expect(regex.has(`${'a'.repeat(5000)}!`)).toBe(false)
  const cidr = list('cidr', ['203.0.113.0/24', 'nonsense', '203.0.113.0/64', '', null, 7])
  expect(cidr.problems.map((p) => [p.record, p.detail])).toEqual([
    [4, 'no text'],
    [5, 'no text'],
    [2, 'not a network or address'],
    [3, 'not a network or address'],
    [6, 'not a network or address'],
  ])
  expect(cidr.has('203.0.113.1')).toBe(true)
  expect(list('hostname', ['good.test', '...']).problems).toMatchObject([{ record: 2, code: 'bad_record' }])
})

test.each([null, 1, 'x', [], {}, { type: 'hostname' }, { type: 'odd', list: [] }, { type: 'cidr', list: 'x' }])(
  '%j is no warning list',
  (json) => {
    expect(loadWarninglist(json)).toBe(null)
  },
)

describe('several lists', () => {
  const lists = [
    list('hostname', ['good.test'], ['domain', 'hostname', 'url']),
    list('string', ['203.0.113.9', 'https://good.test/a'], ['ip-dst', 'url']),
    list('substring', ['good']),
    list('cidr', ['203.0.113.0/24'], ['ip-src', 'ip-dst']),
  ]
  test.each([
    ['domain', 'x.good.test', ['hostname', 'substring']],
    ['host', 'x.good.test', ['hostname', 'substring']],
    ['ip', '203.0.113.9', ['string', 'cidr']],
    ['email', 'a@good.test', ['substring']],
    ['process', 'goodd', ['substring']],
    ['toString', 'goodd', ['substring']],
    ['domain', 'evil.test', []],
  ])('%s %s', (kind, value, types) => {
    expect(matchWarninglists(lists, { kind, value }).map((m) => m.type)).toEqual(types)
  })
  test('of a URL, the host or the whole of it', () => {
    const found = matchWarninglists(lists, { kind: 'url', value: 'good.test', url: 'https://good.test/a' })
    expect(found).toEqual([
      { name: 'a hostname list', type: 'hostname' },
      { name: 'a string list', type: 'string' },
      { name: 'a substring list', type: 'substring' },
    ])
  })
})
