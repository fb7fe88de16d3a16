import { describe, expect, it } from 'vitest'
import { canonicalName, isPlainName, parentsOf } from './index.ts'

/** Does a contact with `seen` meet the domain indicator `listed`? As intel does it. */
function hits(seen: string, listed: string): boolean {
  const contact = canonicalName(seen)
  const indicator = canonicalName(listed)
  if (contact === null || indicator === null || contact.kind !== indicator.kind) return false
  return contact.kind === 'ip' ? contact.value === indicator.value : parentsOf(contact.value).includes(indicator.value)
}

describe('what matches', () => {
  it.each([
    ['x.evil.com', 'evil.com', true],
    ['evil.com', 'evil.com', true],
    ['notevil.com', 'evil.com', false],
    ['evil.com.corp.example', 'evil.com', false],
    ['my-evil.com', 'evil.com', false],
    ['x.c2.evil.net', 'c2.evil.net', true],
    ['evil.net', 'c2.evil.net', false],
    ['other.evil.net', 'c2.evil.net', false],
    ['a.github.io', 'evil.github.io', false],
    ['a.evil.github.io', 'evil.github.io', true],
    ['EVIL.com.', 'evil.com', true],
    ['evil.com:8443', 'evil.com', true],
    ['http://u:p@evil.com/x', 'evil.com', true],
    ['https://apple.com@evil.com/', 'evil.com', true],
    ['https://apple.com@evil.com/', 'apple.com', false],
    ['https://benign.org/?u=evil.com', 'evil.com', false],
    ['https://benign.org/evil.com', 'evil.com', false],
    ['https://benign.org/@evil.com', 'evil.com', false],
    ['https://benign.org?@evil.com', 'evil.com', false],
    ['https://benign.org#@evil.com', 'evil.com', false],
    ['https://evil.com\\@benign.org/', 'evil.com', true],
    ['evil.co.uk', 'evil.co.uk', true],
    ['login.evil.co.uk', 'evil.co.uk', true],
    ['other.co.uk', 'evil.co.uk', false],
    ['_dmarc-c2.evil.com', '_dmarc-c2.evil.com', true],
    ['bücher.example', 'xn--bcher-kva.example', true],
    ['xn--bcher-kva.example', 'bücher.example', true],
    ['BÜCHER.example', 'XN--BCHER-KVA.example', true],
    ['www.evil.com', 'www.evil.com', true],
    ['a.www.evil.com', 'www.evil.com', true],
    ['ww.evil.com', 'www.evil.com', false],
    ['203.0.113.9', '203.0.113.9', true],
    ['203.0.113.99', '203.0.113.9', false],
    ['203.0.113.9', '203.0.113.99', false],
    ['4.203.0.113.9', '203.0.113.9', false],
    ['2001:DB8::1', '2001:db8:0:0::1', true],
    ['http://[2001:db8::1]:8080/x', '2001:DB8::1', true],
    ['<b>x</b>.evil.com', 'evil.com', true],
    ['a/b.evil.com', 'evil.com', true],
  ])('%s with indicator %s: %s', (seen, listed, expected) => {
    expect(hits(seen, listed)).toBe(expected)
  })

  it.each([
    'EVIL.COM',
    ' evil.com ',
    'evil.com.',
    'evil[.]com',
    'hxxps://evil[.]com',
    '\ufeffevil.com\r\n',
    '.evil.com',
  ])('a feed that writes %j means evil.com', (written) => {
    expect(canonicalName(written)).toEqual({ kind: 'domain', value: 'evil.com', valid: true })
  })
})

describe('canonicalName', () => {
  it.each([
    ['printer', 'printer'],
    ['r3---sn.example', 'r3---sn.example'],
    ['-evil.com', '-evil.com'],
    ['ex*mple.com', 'ex*mple.com'],
    ['faß.de', 'xn--fa-hia.de'],
    ['ＥＶＩＬ.com', 'evil.com'],
    ['evil。com', 'evil.com'],
    ['evil．com｡', 'evil.com'],
    ['evil\u00ad.com', 'evil.com'],
    ['evil.com\u200b', 'evil.com'],
    ['☃.net', 'xn--n3h.net'],
    ['xn--n3h.net', 'xn--n3h.net'],
    ['a.xn--n3h.net:53', 'a.xn--n3h.net'],
    ['evil.com..', 'evil.com'],
    ['evil.com.:443', 'evil.com'],
    ['evil.com:', 'evil.com'],
    ['evil.com :80', 'evil.com'],
    ['//evil.com/x', 'evil.com'],
    ['http:/evil.com', 'evil.com'],
    ['HTTPS:\\\\evil.com\\x', 'evil.com'],
    ['ftp:////evil.com', 'evil.com'],
    ['custom+app://Evil.com/x', 'evil.com'],
    ['evil.com/path', 'evil.com'],
    ['evil.com?x', 'evil.com'],
    ['bücher.example/path', 'xn--bcher-kva.example'],
    ['intranet:8080/path', 'intranet'],
    ['user@evil.com', 'evil.com'],
    ['http://a@b@evil.com', 'evil.com'],
    ['user:p:w@evil.com:80', 'evil.com'],
    ['http://evil.com', 'evil.com'],
    ['http://evil.com#x', 'evil.com'],
    ['9.evil.com', '9.evil.com'],
    ['evil.com9', 'evil.com9'],
    ['evil.9com', 'evil.9com'],
    ['evil.0y', 'evil.0y'],
    ['axn--b.com', 'axn--b.com'],
  ])('%j is the name %s', (raw, value) => {
    expect(canonicalName(raw)).toEqual({ kind: 'domain', value, valid: true })
  })

  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['1.2.3.4.', '1.2.3.4'],
    ['1.2.3[.]4', '1.2.3.4'],
    [' 1.2.3.4:80 ', '1.2.3.4'],
    ['http://1.2.3.4/x', '1.2.3.4'],
    ['1.2.3.4/x', '1.2.3.4'],
    ['１.２.３.４', '1.2.3.4'],
    ['[::ffff:1.2.3.4]', '1.2.3.4'],
    ['fe80::1%en0', 'fe80::1'],
    ['[fe80::1%en0]:80', 'fe80::1'],
    ['2001[:]db8[:][:]1', '2001:db8::1'],
    ['2001:db8::1/x', '2001:db8::1'],
    ['user@[::1]:80', '::1'],
  ])('%j is the address %s', (raw, value) => {
    expect(canonicalName(raw)).toEqual({ kind: 'ip', value, valid: true })
  })

  it.each([
    ['0x7f.1', '0x7f.1'],
    ['http://0x7f.1/', '0x7f.1'],
    ['http://0X7F.1/', '0x7f.1'],
    ['evil.0x', 'evil.0x'],
    ['x%41', 'x%41'],
    ['http://x%41.com/', 'x%41.com'],
    ['1.2.3', '1.2.3'],
    ['2130706433', '2130706433'],
    ['http://2130706433/', '2130706433'],
    ['256.1.1.1', '256.1.1.1'],
    ['010.0.0.1', '010.0.0.1'],
    ['1.2.3.4.5', '1.2.3.4.5'],
    ['foo.09', 'foo.09'],
    ['A B.Evil.com', 'a b.evil.com'],
    ['a\tb.com', 'a\tb.com'],
    ['A B.bücher.example', 'a b.xn--bcher-kva.example'],
    ['A B。bücher.example', 'a b.xn--bcher-kva.example'],
    ['a\u200db.Evil.com', 'a\u200db.evil.com'],
    ['É א.com', 'É א.com'],
    ['１א.bücher.com', '１א.xn--bcher-kva.com'],
    ['0ｘ7f.1', '0x7f.1'],
    ['a／b.com', 'a／b.com'],
    ['（.evil.com', '（.evil.com'],
    ['bü/x.bücher', 'bü/x.bücher'],
    ['evil..com', 'evil..com'],
    ['ä..com', 'xn--4ca..com'],
    ['xn--a.com', 'xn--a.com'],
    ['xn--.com', 'xn--.com'],
    ['xn--evil-.com', 'xn--evil-.com'],
    ['<B>x</B>.evil.com', '<b>x</b>.evil.com'],
    ['0/25.2.0.192.in-addr.arpa', '0/25.2.0.192.in-addr.arpa'],
    ['evil.com:80:80', 'evil.com:80:80'],
    ['evil.com:123456', 'evil.com:123456'],
    ['evil.com:port', 'evil.com:port'],
    ['[evil.com]', '[evil.com]'],
    ['[::1]x', '[::1]x'],
    ['[::1', '[::1'],
    ['\ud800.com', '\ud800.com'],
  ])('%j is rejected, and kept as %j', (raw, value) => {
    expect(canonicalName(raw)).toEqual({ kind: 'domain', value, valid: false })
  })

  it.each(['', ' ', '.', '...', '。', 'http://', 'https:///', ':80', 'user@', '//', '\u0000', '\ufeff'])(
    '%j is nothing',
    (raw) => {
      expect(canonicalName(raw)).toBeNull()
    },
  )

  it('holds names to the lengths of DNS: 63 a label, 253 in all', () => {
    const long = 'a'.repeat(63)
    const name = (last: number) => [long, long, long, 'b'.repeat(last)].join('.')
    expect(canonicalName(`${long}.com`)).toEqual({ kind: 'domain', value: `${long}.com`, valid: true })
    expect(canonicalName(long)?.valid).toBe(true)
    expect(canonicalName(`${long}a`)).toEqual({ kind: 'domain', value: `${long}a`, valid: false })
    expect(canonicalName(`${long}a.com`)?.valid).toBe(false)
    expect(canonicalName(`${long}A.com`)).toEqual({ kind: 'domain', value: `${long}a.com`, valid: false })
    expect(canonicalName(`http://${long}a.com`)?.valid).toBe(false)
    expect(canonicalName(name(61))?.valid).toBe(true)
    expect(canonicalName(name(62))?.valid).toBe(false)
  })

  it('writes no name in ASCII that is far too long for DNS', () => {
    expect(canonicalName(`${'ü'.repeat(1021)}.de`)?.value).toMatch(/^xn--/)
    const long = `${'ü'.repeat(1022)}.de`
    expect(canonicalName(long)).toEqual({ kind: 'domain', value: long, valid: false })
  })

  it.each([
    ['dots', '.'.repeat(200_000)],
    ['dots within', `a${'.'.repeat(200_000)}a`],
    ['blanks within', `a${' '.repeat(200_000)}a`],
    ['brackets', '['.repeat(200_000)],
    ['nested brackets', `${'['.repeat(100_000)}.${']'.repeat(100_000)}`],
    ['defanged dots', 'a[.]'.repeat(50_000)],
    ['open brackets and dots', '[ .a'.repeat(50_000)],
    ['ports', ':80'.repeat(60_000)],
    ['slashes', '/'.repeat(200_000)],
    ['scheme', `${'a'.repeat(200_000)}://`],
    ['colons', ':'.repeat(200_000)],
    ['at signs', '@'.repeat(200_000)],
    ['non-ASCII', 'ü'.repeat(200_000)],
    ['non-ASCII labels', 'ü.'.repeat(100_000)],
    ['Punycode', `xn--${'a'.repeat(200_000)}`],
    ['digits', '1.'.repeat(100_000)],
  ])('takes linear time on long %s', (_, raw) => {
    const start = performance.now()
    canonicalName(raw)
    // A quadratic walk over 200,000 characters takes tens of seconds.
    expect(performance.now() - start).toBeLessThan(1500)
  })
})

describe('isPlainName', () => {
  it.each(['evil.com', 'a', '_x.y-z.com', 'axn--b.com', '1.2.3.com', 'a.0xg', 'a.1b', 'r3---sn.com', 'a.b0x'])(
    '%s is',
    (name) => {
      expect(isPlainName(name)).toBe(true)
    },
  )
  it.each([
    '',
    'EVIL.com',
    'evil.com.',
    '.evil.com',
    'a..b',
    'a b',
    'bücher.de',
    '1.2.3.4',
    'a.1',
    'a.0x1f',
    'a.0x',
    '7',
    'xn--n3h.net',
    'a.xn--n3h.net',
    'a.xn--n3h',
    'evil.com:80',
    'evil.com\n',
    '*.evil.com',
  ])('%j is not', (name) => {
    expect(isPlainName(name)).toBe(false)
  })
})

describe('parentsOf', () => {
  it('gives the name and all above it, longest first', () => {
    expect(parentsOf('a.b.evil.com')).toEqual(['a.b.evil.com', 'b.evil.com', 'evil.com', 'com'])
    expect(parentsOf('com')).toEqual(['com'])
    expect(parentsOf('')).toEqual([])
    expect(parentsOf('a..com')).toEqual(['a..com', '.com', 'com'])
  })
})
