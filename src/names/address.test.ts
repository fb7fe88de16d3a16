import { describe, expect, it } from 'vitest'
import { canonicalCidr, canonicalIp, canonicalMac, isPrivateMac } from './index.ts'

describe('canonicalIp', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    [' 1.2.3.4 ', '1.2.3.4'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['::', '::'],
    ['1::', '1::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:0:2:0:0:3:4', '1::2:0:0:3:4'],
    ['1:0:3:4:5:6:7:8', '1:0:3:4:5:6:7:8'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['fe80::1%en0', 'fe80::1'],
    ['[fe80::1%25en0]', 'fe80::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::FFFF:cb00:7109', '203.0.113.9'],
    ['::ffff:0:1', '0.0.0.1'],
    ['::1.2.3.4', '::102:304'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['1::ffff:1:2', '1::ffff:1:2'],
  ])('%j → %s', (raw, value) => {
    expect(canonicalIp(raw)).toBe(value)
  })
  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '0x7f.0.0.1',
    '0x7f.1',
    '2130706433',
    '1.2.3.4:80',
    '1.2.3.4%en0',
    '1.2.3.4/32',
    '[::1]:80',
    '[::1',
    '::1]',
    '%en0',
    ':',
    ':::',
    '1::2::3',
    '12345::',
    '1:2:3:4:5:6:7:8:9',
    '::ffff:256.1.1.1',
    '::ffff:01.2.3.4',
    '::ffff:0x1.2.3.4',
    '::g',
    'evil.com',
    'dead.beef',
    '::1/64',
    '::1@x',
    `::1%${'a'.repeat(200)}`,
  ])('%j is no address', (raw) => {
    expect(canonicalIp(raw)).toBeNull()
  })
  it('takes addresses in brackets as one address with its zone', () => {
    expect(canonicalIp('[1.2.3.4]')).toBe('1.2.3.4')
  })
})

describe('canonicalCidr', () => {
  it.each([
    ['10.1.2.3/8', 4, 8, '10.0.0.0'],
    ['203.0.113.77/25', 4, 25, '203.0.113.0'],
    ['203.0.113.177/25', 4, 25, '203.0.113.128'],
    ['1.2.3.4/32', 4, 32, '1.2.3.4'],
    ['1.2.3.4/0', 4, 0, '0.0.0.0'],
    [' 10[.]0[.]0[.]0/8 ', 4, 8, '10.0.0.0'],
    ['2001:DB8:ffff::1/32', 6, 32, '2001:db8::'],
    ['2001:db8::ffff/121', 6, 121, '2001:db8::ff80'],
    ['::1/128', 6, 128, '::1'],
    ['ffff::/0', 6, 0, '::'],
    ['[2001:db8::1]/64', 6, 64, '2001:db8::'],
    ['::ffff:10.1.2.3/104', 4, 8, '10.0.0.0'],
    ['::ffff:10.1.2.3/128', 4, 32, '10.1.2.3'],
    ['::ffff:10.1.2.3/96', 4, 0, '0.0.0.0'],
    ['::ffff:10.1.2.3/95', 6, 95, '::fffe:0:0'],
    ['::ffff:10.1.2.3/80', 6, 80, '::'],
    ['10.0.0.0/08', 4, 8, '10.0.0.0'],
  ] as const)('%j', (raw, family, prefix, first) => {
    expect(canonicalCidr(raw)).toEqual({ family, prefix, first, text: `${first}/${prefix}` })
  })
  it.each([
    '',
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '::/129',
    '::ffff:1.2.3.4/129',
    '10.0.0.0/x',
    '10.0.0.0/-1',
    '10.0.0.0/1000',
    '10.0.0.0/255.0.0.0',
    '10.0.0/8',
    'evil.com/8',
    '/8',
    `10.0.0.0/8${' '.repeat(200)}`,
  ])('%j is no network', (raw) => {
    expect(canonicalCidr(raw)).toBeNull()
  })
})

describe('canonicalMac', () => {
  it.each([
    'AA:BB:cc:0d:ee:0F',
    'aa-bb-cc-0d-ee-0f',
    'aabb.cc0d.ee0f',
    'aabbcc0dee0f',
    'aa:bb:cc:d:ee:f',
    ' AA:BB:CC:0D:EE:0F\n',
  ])('%j', (raw) => {
    expect(canonicalMac(raw)).toBe('aa:bb:cc:0d:ee:0f')
  })
  it.each([
    '',
    'aa:bb:cc:dd:ee',
    'aa:bb:cc:dd:ee:ff:00',
    'gg:bb:cc:dd:ee:ff',
    'aab:b:cc:dd:ee:ff',
    'aabbccddeef',
    'aabbccddeeff0',
    'aabb.ccdd.eef',
    'xaabbccddeeff',
    'aabb.ccdd.eeff.0',
    '0aabb.ccdd.eeff',
    'x:aa:bb:cc:dd:ee:ff',
    `aabbccddeeff${' '.repeat(100)}`,
  ])('%j is none', (raw) => {
    expect(canonicalMac(raw)).toBeNull()
  })
})

describe('isPrivateMac', () => {
  it.each([
    ['02:00:00:00:00:01', true],
    ['D6-00-00-00-00-01', true],
    ['da0000000001', true],
    ['fe:00:00:00:00:01', true],
    ['00:11:22:33:44:55', false],
    ['a4:83:e7:00:00:01', false],
    ['ff:ff:ff:ff:ff:ff', false],
    ['03:00:00:00:00:01', false],
    ['01:00:5e:00:00:01', false],
    ['no mac', false],
  ])('%s: %s', (mac, expected) => {
    expect(isPrivateMac(mac)).toBe(expected)
  })
})
