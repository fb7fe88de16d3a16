import { describe, expect, it } from 'vitest'
import { canonicalUrl } from './index.ts'

describe('canonicalUrl', () => {
  it.each([
    ['http://evil.com', 'http://evil.com/', 'evil.com', '/'],
    ['HTTP://EVIL.com:80/A/b?C=d#frag', 'http://evil.com/A/b?C=d', 'evil.com', '/A/b?C=d'],
    ['https://evil.com:443/', 'https://evil.com/', 'evil.com', '/'],
    ['https://evil.com:80/', 'https://evil.com:80/', 'evil.com', '/'],
    ['http://evil.com:443/', 'http://evil.com:443/', 'evil.com', '/'],
    ['ws://evil.com:80/', 'ws://evil.com/', 'evil.com', '/'],
    ['wss://evil.com:443/', 'wss://evil.com/', 'evil.com', '/'],
    ['ftp://evil.com:21/a', 'ftp://evil.com/a', 'evil.com', '/a'],
    ['http://evil.com:00080/', 'http://evil.com/', 'evil.com', '/'],
    ['http://evil.com:/x', 'http://evil.com/x', 'evil.com', '/x'],
    ['http://evil.com:65535/', 'http://evil.com:65535/', 'evil.com', '/'],
    ['hxxps[:]//evil[.]com[:]8443/x', 'https://evil.com:8443/x', 'evil.com', '/x'],
    ['http://u:p@evil.com/x', 'http://evil.com/x', 'evil.com', '/x'],
    ['http://evil.com./x.', 'http://evil.com/x.', 'evil.com', '/x.'],
    ['http://evil.com/a/../b/./c', 'http://evil.com/b/c', 'evil.com', '/b/c'],
    ['http://evil.com/a b', 'http://evil.com/a%20b', 'evil.com', '/a%20b'],
    ['http://evil.com?q=ü', 'http://evil.com/?q=%C3%BC', 'evil.com', '/?q=%C3%BC'],
    ['http://evil.com\\x', 'http://evil.com/x', 'evil.com', '/x'],
    ['http://bücher.example/', 'http://xn--bcher-kva.example/', 'xn--bcher-kva.example', '/'],
    ['http://[2001:DB8::1]:8080/', 'http://[2001:db8::1]:8080/', '2001:db8::1', '/'],
    ['http://1.2.3.4/', 'http://1.2.3.4/', '1.2.3.4', '/'],
    ['http://0x7f.1/', 'http://0x7f.1/', '0x7f.1', '/'],
    ['http://x%41/', 'http://x%41/', 'x%41', '/'],
    ['custom://evil.com:80/x', 'custom://evil.com:80/x', 'evil.com', '/x'],
    ['evil.com/x', 'http://evil.com/x', 'evil.com', '/x'],
    ['evil.com:8080/x', 'http://evil.com:8080/x', 'evil.com', '/x'],
    ['//evil.com/x', 'http://evil.com/x', 'evil.com', '/x'],
    ['https://benign.org/?u=evil.com', 'https://benign.org/?u=evil.com', 'benign.org', '/?u=evil.com'],
  ])('%j', (raw, url, host, path) => {
    expect(canonicalUrl(raw)).toEqual({ url, host, path })
  })
  it.each([
    '',
    'evil.com',
    'evil.com:8080',
    'http://',
    'http:///',
    'http://evil.com:65536/',
    'http://a:b:c/',
    'http://[evil]/',
    'a/b.evil.com',
    '/etc/passwd',
    'mailto:a@b.com',
    'javascript:alert(1)',
  ])('%j is no URL', (raw) => {
    expect(canonicalUrl(raw)).toBeNull()
  })
})
