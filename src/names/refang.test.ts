import { describe, expect, it } from 'vitest'
import { refang } from './index.ts'

describe('refang', () => {
  it.each([
    ['evil[.]com', 'evil.com'],
    ['evil(.)com', 'evil.com'],
    ['evil{.}com', 'evil.com'],
    ['evil[dot]com', 'evil.com'],
    ['evil(DOT)com', 'evil.com'],
    ['evil [ . ] com', 'evil . com'],
    ['evil[ dot ]com', 'evil.com'],
    ['evil[.com', 'evil.com'],
    ['evil.]com', 'evil.com'],
    ['evil[[.]]com', 'evil.com'],
    ['a[.]b[.]evil[.]com', 'a.b.evil.com'],
    ['hxxp://evil.com', 'http://evil.com'],
    ['hXXps://evil.com', 'https://evil.com'],
    ['h**ps://evil.com', 'https://evil.com'],
    ['h__p://evil.com', 'http://evil.com'],
    ['htxp://evil.com', 'http://evil.com'],
    ['HTTP://evil.com', 'http://evil.com'],
    ['fxp://evil.com', 'ftp://evil.com'],
    ['ftp://evil.com', 'ftp://evil.com'],
    ['hxxps[:]//evil.com', 'https://evil.com'],
    ['hxxps[://]evil.com', 'https://evil.com'],
    ['hxxps[[:]//]evil.com', 'https://evil.com'],
    ['[[:][:]1]', '[::1]'],
    ['a[[[:]]]b', 'a:b'],
    ['a[@]evil.com', 'a@evil.com'],
    ['a[at]evil[dot]com', 'a@evil.com'],
    ['2001[:]db8[:][:]1', '2001:db8::1'],
  ])('%j → %j', (raw, expected) => {
    expect(refang(raw)).toBe(expected)
  })
  it.each([
    '',
    'evil.com',
    '[::1]:80',
    '[1::]',
    '[::]',
    '[2001:db8::1]',
    'hxxp',
    'hxxp.evil.com',
    'hxxp:80',
    'x.hxxp://evil.com',
    'antidote(x)',
    'dot',
    'dot)',
    '(dot',
    'at]',
    '[at',
    '[:',
    ':]',
    '[',
    'a[b]c',
  ])('%j stays as it is', (raw) => {
    expect(refang(raw)).toBe(raw)
  })
})
