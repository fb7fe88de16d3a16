import { getPublicSuffix } from 'tldts'
import { describe, expect, it } from 'vitest'
import { sharedSuffixes } from './data/shared-suffixes.ts'
import { canonicalName, icannDomain, isSharedSuffix, registrableDomain } from './index.ts'

describe('isSharedSuffix', () => {
  it.each([
    'github.io',
    'co.uk',
    'cloudfront.net',
    'duckdns.org',
    'com',
    's3.amazonaws.com',
    'eu-west-1.compute.amazonaws.com',
    'xn--55qx5d.cn',
    'foo.ck',
    'kawasaki.jp',
    'weebly.com',
    'mooo.com',
    'local',
    'onion',
  ])('%s is', (name) => {
    expect(isSharedSuffix(name)).toBe(true)
  })
  it.each([
    'evil.github.io',
    'evil.co.uk',
    'evil.com',
    'amazonaws.com',
    'a.b.c.d.e.f',
    'www.ck',
    'city.kawasaki.jp',
    'x.weebly.com',
    'printer.local',
    '',
    '1.2.3.4',
  ])('%j is not', (name) => {
    expect(isSharedSuffix(name)).toBe(false)
  })
})

describe('registrableDomain', () => {
  it.each([
    ['evil.com', 'evil.com'],
    ['a.b.evil.com', 'evil.com'],
    ['login.evil.co.uk', 'evil.co.uk'],
    ['a.evil.github.io', 'evil.github.io'],
    ['bucket.s3.amazonaws.com', 'bucket.s3.amazonaws.com'],
    ['x.weebly.com', 'x.weebly.com'],
    ['a.b.weebly.com', 'b.weebly.com'],
    ['a.tenant.cloudapp.azure.com', 'tenant.cloudapp.azure.com'],
    ['a.id.lambda-url.us-east-1.on.aws', 'id.lambda-url.us-east-1.on.aws'],
    ['a.printer.local', 'printer.local'],
    ['_x.a b.evil.com', 'evil.com'],
  ])('%s → %s', (name, expected) => {
    expect(registrableDomain(name)).toBe(expected)
  })
  it.each([
    'github.io',
    'com',
    'co.uk',
    'weebly.com',
    'lambda-url.us-east-1.on.aws',
    'localhost',
    '1.2.3.4',
    '2001:db8::1',
    '',
    'a..com',
    '.weebly.com',
    'a..weebly.com',
  ])('%j has none', (name) => {
    expect(registrableDomain(name)).toBeNull()
  })
})

describe('icannDomain', () => {
  it.each([
    ['a.evil.github.io', 'github.io'],
    ['github.io', 'github.io'],
    ['a.evil.co.uk', 'evil.co.uk'],
    ['x.weebly.com', 'weebly.com'],
    ['co.uk', null],
    ['1.2.3.4', null],
    ['a..com', null],
  ])('%s → %s', (name, expected) => {
    expect(icannDomain(name)).toBe(expected)
  })
})

describe('our own suffixes', () => {
  it('are none that the public suffix list has', () => {
    expect(sharedSuffixes.filter((name) => getPublicSuffix(name, { allowPrivateDomains: true }) === name)).toEqual([])
  })
  it('are canonical, and each stands there once', () => {
    expect(sharedSuffixes.filter((name) => canonicalName(name)?.value !== name)).toEqual([])
    expect(new Set(sharedSuffixes).size).toBe(sharedSuffixes.length)
  })
})
