import { describe, expect, test } from 'vitest'
import { type Hint, hintOf, kinds } from './kinds.ts'
import { normalise } from './normal.ts'

const norm = (hint: Hint, raw: string): string => {
  const n = normalise(hint, raw)
  return 'refused' in n
    ? `${n.refused}: ${n.why}`
    : `${n.kind}/${n.match} ${n.value}${n.url && ` ${n.url}`}${n.doubt && ` (${n.doubt})`}`
}
const md5 = 'd41d8cd98f00b204e9800998ecf8427e'
const sha1 = 'da39a3ee5e6b4b0d3255bfef95601890afd80709'
const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

test.each<[Hint, string, string]>([
  ['any', 'Evil.test', 'domain/domain evil.test'],
  ['any', '.evil.test', 'domain/domain evil.test'],
  ['any', 'evil.test:8443', 'domain/domain evil.test'],
  ['any', 'evil.test/path', 'url/domain evil.test http://evil.test/path'],
  ['any', 'hxxp://evil[.]test/Path?x=1#f', 'url/domain evil.test http://evil.test/Path?x=1'],
  ['any', 'https://evil.test/', 'domain/domain evil.test'],
  ['any', 'https://evil.test', 'domain/domain evil.test'],
  ['any', 'https://evil.test?x', 'url/domain evil.test https://evil.test/?x'],
  ['any', 'http://203.0.113.7', 'ip/ip 203.0.113.7'],
  ['any', 'http://203.0.113.7:8080/x', 'url/ip 203.0.113.7 http://203.0.113.7:8080/x'],
  ['any', '203.0.113.7:8080', 'ip/ip 203.0.113.7'],
  ['any', '203[.]0[.]113[.]7', 'ip/ip 203.0.113.7'],
  ['any', '[2001:db8::7]:443', 'ip/ip 2001:db8::7'],
  ['any', '203.0.113.9/24', 'cidr/cidr 203.0.113.0/24'],
  ['any', '203.0.113.9/32', 'ip/ip 203.0.113.9'],
  ['any', '2001:db8::9/128', 'ip/ip 2001:db8::9'],
  ['any', 'bad[at]evil[.]test', 'email/ bad@evil.test'],
  ['any', 'Bad@Evil.test', 'email/ bad@evil.test'],
  ['any', md5.toUpperCase(), `file_md5/ ${md5}`],
  ['any', sha1, `file_sha1/ ${sha1}`],
  ['any', sha256, `file_sha256/ ${sha256}`],
  ['any', sha256 + sha256, `file_sha512/ ${sha256}${sha256}`],
  ['any', '/gate.php', 'url_path/ /gate.php'],
  ['any', '/private/var/tmp/x', 'file_path/ /private/var/tmp/x'],
  ['any', 'localhost', 'bad_name: a single label, no full name'],
  ['any', 'a..test', 'bad_name: an empty label in a name'],
  ['any', 'two words.test', 'bad_name: blanks in a name'],
  ['any', '<b>.test', 'bad_name: not a name or address'],
  ['any', '', 'missing_field: no value'],
  ['any', ' \t', 'missing_field: no value'],
  ['any', 'a\u0000.test', 'bad_record: control characters in the value'],
  ['any', 'a\u001b[31m.test', 'bad_record: control characters in the value'],
  ['any', 'x'.repeat(8193), 'bad_record: value longer than 8192 characters'],
  ['any', `${`${'a'.repeat(63)}.`.repeat(4)}test`, 'bad_name: not a name or address'],
  ['domain', 'evil.test/path', 'bad_name: a path in a name'],
  ['domain', '203.0.113.7', 'ip/ip 203.0.113.7'],
  ['domain', 'https://evil.test/p', 'url/domain evil.test https://evil.test/p'],
  ['host', 'c2.evil.test', 'host/domain c2.evil.test'],
  ['host', 'evil.test', 'domain/domain evil.test'],
  ['host', '*.c2.evil.test', 'domain/domain c2.evil.test'],
  ['sni', 'c2.evil.test', 'sni/domain c2.evil.test'],
  ['url', 'evil.test/a', 'url/domain evil.test http://evil.test/a'],
  ['url', 'http://', 'bad_name: not a URL'],
  ['url', 'http://a..test/x', 'bad_name: an empty label in a name'],
  ['url', 'http://10.0.0.1/x', 'url/ip 10.0.0.1 http://10.0.0.1/x (private address)'],
  ['ip', '203.0.113.7', 'ip/ip 203.0.113.7'],
  ['ip', '203.0.113.0/24', 'cidr/cidr 203.0.113.0/24'],
  ['ip', 'evil.test', 'bad_name: not an address'],
  ['ip', '203.0.113.0/99', 'bad_name: not a network'],
  ['ip_port', '2001:db8:1::5:40669', 'ip/ip 2001:db8:1::5'],
  ['ip_port', '203.0.113.7:80', 'ip/ip 203.0.113.7'],
  ['ip_port', '[2001:db8::7]:80', 'ip/ip 2001:db8::7'],
  ['ip_port', '203.0.113.7', 'ip/ip 203.0.113.7'],
  ['ip', '2001:db8:1::5:40669', 'bad_name: not an address'],
  ['hash', `${md5}0`, 'bad_record: not a hash of a known length'],
  ['hash', 'g'.repeat(32), 'bad_record: not a hash of a known length'],
  ['cert', sha1.replace(/../g, '$&:').slice(0, -1).toUpperCase(), `cert_sha1/cert ${sha1}`],
  ['cert', sha256, `cert_sha256/cert ${sha256}`],
  ['cert', md5, 'bad_record: not a cert of a known length'],
  ['app_cert_sha1', sha1.toUpperCase(), `app_cert_sha1/ ${sha1}`],
  ['file_sha256', sha1, 'bad_record: not 64 hex digits'],
  ['file_md5', 'z'.repeat(32), 'bad_record: not 32 hex digits'],
  ['email', 'nobody', 'bad_record: not an e-mail address'],
  ['ja3', md5.toUpperCase(), `ja3/ja3 ${md5}`],
  ['ja3', sha1, 'bad_record: not a JA3 (32 hex digits)'],
  ['ja4', 't13d1516h2_8daaf6152771_e5627efa2ab1', 'ja4/ja4 t13d1516h2_8daaf6152771_e5627efa2ab1'],
  ['ja4', 'x13', 'bad_record: not a JA4'],
  ['app', 'com.Bad.App', 'app/app com.Bad.App'],
  ['app', 'com bad', 'bad_record: blanks in an app id'],
  ['package', 'com.bad.app', 'package/ com.bad.app'],
  ['process', ' badd ', 'process/process badd'],
  ['process', 'Bad Thing', 'process/process Bad Thing'],
  ['profile', '00AA-bb', 'profile/ 00AA-bb'],
  ['file_name', 'a.plist', 'file_name/ a.plist'],
])('%s %j', (hint, raw, expected) => {
  expect(norm(hint, raw)).toBe(expected)
})

describe('for a reviewer first', () => {
  test.each<[Hint, string, string]>([
    ['any', 'github.io', 'shared suffix'],
    ['any', 'https://co.uk/', 'shared suffix'],
    ['any', 'printer.local', 'internal name'],
    ['any', 'google.com', 'top site'],
    ['any', 'www.google.com', 'top site'],
    ['any', 'apple.com', 'Apple'],
    ['any', 'example.com', 'top site'],
    ['any', '8.8.8.8', 'public resolver'],
    ['any', '10.1.2.3', 'private address'],
    ['any', '192.168.1.1', 'private address'],
    ['any', '127.0.0.1', 'loopback address'],
    ['any', '224.0.0.1', 'multicast address'],
    ['any', '169.254.1.1', 'link-local address'],
    ['any', '100.64.0.1', 'carrier-grade NAT address'],
    ['any', '0.0.0.0', 'unspecified address'],
    ['any', '255.255.255.255', 'broadcast address'],
    ['any', 'fe80::1', 'link-local address'],
    ['any', 'fd00::1', 'private address'],
    ['any', '::1', 'loopback address'],
    ['any', '10.0.0.0/9', 'private network'],
    ['any', '0.0.0.0/0', 'wider than /8'],
    ['any', '44.0.0.0/7', 'wider than /8'],
    ['any', '2600::/31', 'wider than /32'],
    ['process', 'x', 'too short'],
    ['process', 'SpringBoard', 'an Apple process'],
  ])('%s %s: %s', (hint, raw, doubt) => {
    const n = normalise(hint, raw)
    expect('refused' in n ? n : n.doubt).toContain(doubt)
  })
  test.each<[Hint, string]>([
    ['any', 'evil.github.io'],
    ['any', 'c2.example.com'],
    ['any', 'evil.test'],
    ['any', '203.0.113.9'],
    ['any', '192.0.2.1'],
    ['any', '198.51.100.1'],
    ['any', '2001:db8::1'],
    ['any', '44.0.0.0/8'],
    ['any', '2600::/32'],
    ['any', '45.1.2.3'],
    ['process', 'bh'],
  ])('%s %s at once', (hint, raw) => {
    expect(normalise(hint, raw)).toMatchObject({ doubt: '' })
  })
  test.each(['https://github.com/a', 'https://bit.ly/x', 'https://evil.cloudfront.net/x', 'https://www.apple.com/x'])(
    'of %s the URL alone is compared, and needs no reviewer',
    (url) => {
      expect(normalise('any', url)).toMatchObject({ kind: 'url', match: '', url, doubt: '' })
    },
  )
})

test.each([
  ['IP-Address', 'ip'],
  ['ip-dst|port', 'ip_port'],
  ['ip:port', 'ip_port'],
  ['FileHash-SHA256', 'file_sha256'],
  ['hostname', 'host'],
  ['Domain Name', 'domain'],
  ['mobile-application-id', 'app'],
  ['x509-fingerprint-sha1', 'cert_sha1'],
  ['URI', 'url_path'],
  ['botnet_cc', null],
  ['constructor', null],
  ['', null],
])('a feed’s type %j is %s', (word, hint) => {
  expect(hintOf(word)).toBe(hint)
})

test('addresses and URLs are looked at again after 47 days, all else after 300', () => {
  const short = Object.entries(kinds).filter(([, k]) => k.lifetimeDays === 47)
  expect(short.map(([k]) => k).toSorted()).toEqual(['cidr', 'ip', 'url', 'url_path'])
  expect(short.every(([, k]) => k.decay === 0.55)).toBe(true)
  const long = Object.values(kinds).filter((k) => k.lifetimeDays !== 47)
  expect(long.every((k) => k.lifetimeDays === 300 && k.decay === 0.7)).toBe(true)
})
