import { describe, expect, test } from 'vitest'
import { type Pattern, parsePattern } from './pattern.ts'
import { singlesOf } from './singles.ts'

const tree = (text: string): Pattern => {
  const p = parsePattern(text)
  if ('error' in p) throw new Error(`${p.error} at ${p.at}`)
  return p
}
const singles = (text: string): string[] => singlesOf(tree(text)).singles.map((s) => `${s.hint} ${s.value}`)
const refused = (text: string): readonly string[] => singlesOf(tree(text)).refused

describe('grammar', () => {
  test('a comparison with its path, operator and value', () => {
    expect(tree("[file:hashes.'SHA-256' = 'ab']")).toEqual({
      kind: 'observed',
      test: {
        kind: 'compare',
        object: 'file',
        path: ['hashes', 'SHA-256'],
        negated: false,
        op: '=',
        values: [{ type: 'string', value: 'ab' }],
      },
    })
  })
  test.each([
    ['[a:b = 1]', 'number', 1],
    ['[a:b = -2.5]', 'number', -2.5],
    ['[a:b = 1e3]', 'number', 1000],
    ['[a:b = true]', 'boolean', true],
    ['[a:b = false]', 'boolean', false],
    ["[a:b = h'ff']", 'hex', 'ff'],
    ["[a:b = b'AA==']", 'binary', 'AA=='],
    ["[a:b = t'2025-01-01T00:00:00Z']", 'timestamp', '2025-01-01T00:00:00Z'],
    ["[a:b = 'it\\'s \\\\']", 'string', "it's \\"],
    ["[a:b = '']", 'string', ''],
  ])('constant %s', (text, type, value) => {
    expect(tree(text)).toMatchObject({ test: { values: [{ type, value }] } })
  })
  test.each(['=', '!=', '<', '<=', '>', '>=', 'LIKE', 'MATCHES', 'ISSUBSET', 'ISSUPERSET'])('operator %s', (op) => {
    expect(tree(`[a:b ${op} 'x']`)).toMatchObject({ test: { op, negated: false } })
    expect(tree(`[a:b NOT ${op} 'x']`)).toMatchObject({ test: { op, negated: true } })
  })
  test('== and <> of the drafts, lower-case words, IN and EXISTS', () => {
    expect(tree("[a:b == 'x']")).toMatchObject({ test: { op: '=' } })
    expect(tree("[a:b <> 'x']")).toMatchObject({ test: { op: '!=' } })
    expect(tree("[a:b like 'x' or c:d = 'y']")).toMatchObject({ test: { kind: 'or' } })
    expect(tree("[a:b IN ('x', 2)]")).toMatchObject({ test: { op: 'IN', values: [{ value: 'x' }, { value: 2 }] } })
    expect(tree('[a:b IN ()]')).toMatchObject({ test: { op: 'IN', values: [] } })
    expect(tree('[EXISTS a:b.c]')).toMatchObject({ test: { op: 'EXISTS', path: ['b', 'c'], values: [] } })
  })
  test('list indexes', () => {
    expect(tree("[a:b[*].c[0] = 'x']")).toMatchObject({ test: { path: ['b', '[*]', 'c', '[0]'] } })
  })
  test('AND binds closer than OR, OR closer than FOLLOWEDBY', () => {
    const p = tree("[a:b='1'] OR [a:b='2'] AND [a:b='3'] FOLLOWEDBY [a:b='4']")
    expect(p).toMatchObject({
      kind: 'followedby',
      parts: [{ kind: 'or', parts: [{ kind: 'observed' }, { kind: 'and' }] }, { kind: 'observed' }],
    })
    expect(tree("[a:b='1' OR a:b='2' AND a:b='3']")).toMatchObject({
      test: { kind: 'or', parts: [{ op: '=' }, { kind: 'and' }] },
    })
    expect(tree("[(a:b='1' OR a:b='2') AND a:b='3']")).toMatchObject({ test: { kind: 'and' } })
  })
  test('qualifiers, several at once', () => {
    const p = tree("([a:b='1'] AND [a:b='2']) WITHIN 300 SECONDS REPEATS 5 TIMES START t'2025' STOP t'2026'")
    expect(p).toMatchObject({
      kind: 'qualified',
      qualifier: { kind: 'startstop', start: '2025', stop: '2026' },
      of: { qualifier: { kind: 'repeats', times: 5 }, of: { qualifier: { kind: 'within', seconds: 300 } } },
    })
  })
  test.each([
    '',
    '[',
    '[]',
    '[a]',
    '[a:b]',
    '[a:b=]',
    "[a:b='x'",
    "a:b='x'",
    "[a:b='x']]",
    "[a:b='x' AND]",
    "[a:b='x'] OR",
    "[a:b='x] ",
    '[a:b=x]',
    "[a:b IN 'x']",
    "[a:b IN ('x']",
    "[a:b='x'] WITHIN SECONDS",
    "[a:b='x'] WITHIN 5",
    "[a:b='x'] REPEATS 5",
    "[a:b='x'] START t'1'",
    "[a:b='x'] START 1 STOP 2",
    "[a:b[x]='y']",
    "[:b='x']",
    '[a:b=$]',
    "[a:b ~ 'x']",
  ])('not a pattern: %j', (text) => {
    expect(parsePattern(text)).toMatchObject({ error: expect.any(String) })
  })
  test('what is wrong, and where', () => {
    expect(parsePattern('[a:b = $]')).toEqual({ error: 'unexpected "$]"', at: 7 })
    expect(parsePattern("[a:b = 'x' c]")).toEqual({ error: '] should stand before "c"', at: 11 })
    expect(parsePattern('[a:b =')).toEqual({ error: 'ends where a value should stand', at: -1 })
  })
  test('depth and length are bounded', () => {
    const nested = (n: number): string => `${'('.repeat(n)}[a:b='x']${')'.repeat(n)}`
    expect(parsePattern(nested(63))).not.toHaveProperty('error')
    expect(parsePattern(nested(64))).toMatchObject({ error: 'nested deeper than 64' })
    expect(parsePattern(nested(100_000))).toMatchObject({ error: 'nested deeper than 64' })
    const long = (n: number): string => `[a:b='${'x'.repeat(n - 8)}']`
    expect(parsePattern(long(1024 ** 2))).not.toHaveProperty('error')
    expect(parsePattern(long(1024 ** 2 + 1))).toMatchObject({ error: expect.stringContaining('longer') })
  })
})

describe('single indicators', () => {
  test.each([
    ["[domain-name:value='a.test']", 'domain a.test'],
    ["[ipv4-addr:value='203.0.113.1']", 'ip 203.0.113.1'],
    ["[ipv6-addr:value='2001:db8::1']", 'ip 2001:db8::1'],
    ["[ipv4-addr:value ISSUBSET '203.0.113.0/24']", 'ip 203.0.113.0/24'],
    ["[url:value='http://a.test/?q=\\'1\\'']", "url http://a.test/?q='1'"],
    ["[process:name='bad d']", 'process bad d'],
    ["[file:name='x.plist']", 'file_name x.plist'],
    ["[file:path='/private/var/tmp/x']", 'file_path /private/var/tmp/x'],
    ["[file:hashes.'SHA-256'='ab']", 'file_sha256 ab'],
    ["[file:hashes.sha256='ab']", 'file_sha256 ab'],
    ["[file:hashes.MD5='ab']", 'file_md5 ab'],
    ["[file:hashes.'SHA-1'='ab']", 'file_sha1 ab'],
    ["[email-addr:value='a@b.test']", 'email a@b.test'],
    ["[configuration-profile:id='P']", 'profile P'],
    ["[app:id='com.bad.app']", 'app com.bad.app'],
    ["[app:cert.sha256='ab']", 'app_cert_sha256 ab'],
    ["[x509-certificate:hashes.'SHA-1'='ab']", 'cert_sha1 ab'],
    ["[network-traffic:dst_ref.value='203.0.113.1']", 'any 203.0.113.1'],
    ["[domain-name:value LIKE 'a.test']", 'domain a.test'],
    ["[domain-name:value='a.test'] WITHIN 5 SECONDS", 'domain a.test'],
    ["[domain-name:value='a.test'] REPEATS 1 TIMES", 'domain a.test'],
    [
      "[network-traffic:dst_ref.type='ipv4-addr' AND network-traffic:dst_ref.value='203.0.113.1' AND network-traffic:dst_port=443]",
      'any 203.0.113.1',
    ],
  ])('%s', (pattern, single) => {
    expect(singles(pattern)).toEqual([single])
    expect(refused(pattern)).toEqual([])
  })
  test('OR and IN give several', () => {
    expect(singles("[domain-name:value IN ('a.test','b.test')] OR [process:name='p' OR app:id='i']")).toEqual([
      'domain a.test',
      'domain b.test',
      'process p',
      'app i',
    ])
  })
  test.each([
    ["[domain-name:value='a'] AND [domain-name:value='b']", 'AND'],
    ["[domain-name:value='a'] FOLLOWEDBY [domain-name:value='b']", 'FOLLOWEDBY'],
    ["[domain-name:value='a'] REPEATS 2 TIMES", 'REPEATS'],
    ["[domain-name:value='a' AND domain-name:resolves_to_refs[*].value='203.0.113.1']", 'AND'],
    ["[ipv4-addr:value='203.0.113.1' AND network-traffic:dst_port=443]", 'AND'],
    ["[domain-name:value LIKE '%.a.test']", 'LIKE'],
    ["[domain-name:value LIKE 'a_b.test']", 'LIKE'],
    ["[domain-name:value MATCHES '^a']", 'MATCHES'],
    ["[domain-name:value > 'a']", '>'],
    ["[domain-name:value ISSUBSET 'a']", 'ISSUBSET'],
    ["[domain-name:value != 'a']", 'negated'],
    ["[domain-name:value NOT = 'a']", 'negated'],
    ['[EXISTS domain-name:value]', 'EXISTS'],
    ['[domain-name:value IN ()]', 'nothing to compare'],
    ["[mutex:name='a']", 'unknown object or property mutex:name'],
    ["[toString:constructor='a']", 'unknown'],
  ])('%s is refused', (pattern, why) => {
    expect(singles(pattern)).toEqual([])
    expect(refused(pattern)).toEqual([expect.stringContaining(why)])
  })
  test('a bad alternative leaves the good ones', () => {
    const p = "[domain-name:value='a.test'] OR [mutex:name='m']"
    expect(singles(p)).toEqual(['domain a.test'])
    expect(refused(p)).toHaveLength(1)
  })
  test('START and STOP bound it, the inner and the outer', () => {
    const [s] = singlesOf(
      tree(
        "([app:id='i'] START t'2025-01-01T00:00:00Z' STOP t'2025-06-01T00:00:00Z') START t'2024-01-01T00:00:00Z' STOP t'2025-03-01T00:00:00Z'",
      ),
    ).singles
    expect(s).toMatchObject({ from: Date.UTC(2025, 0, 1) * 1000, until: Date.UTC(2025, 2, 1) * 1000 })
    expect(singlesOf(tree("[app:id='i']")).singles[0]).toMatchObject({ from: 0, until: 0 })
  })
})
