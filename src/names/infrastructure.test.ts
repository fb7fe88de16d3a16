import { describe, expect, it } from 'vitest'
import { sharedSuffixes } from './data/shared-suffixes.ts'
import { canonicalCidr, canonicalName, infrastructureOf, infrastructureOfIp } from './index.ts'
import { knownNames, knownNetworks } from './infrastructure.ts'

describe('infrastructureOf', () => {
  it.each([
    ['d111.cloudfront.net', 'cdn', 'Amazon CloudFront'],
    ['cloudfront.net', 'cdn', 'Amazon CloudFront'],
    ['x.evil.github.io', 'shared_host', 'GitHub'],
    ['ec2-1-2-3-4.compute-1.amazonaws.com', 'cloud', 'Amazon Web Services'],
    ['graph.facebook.com', 'sdk', 'Meta'],
    ['www.facebook.com', 'top_site', 'Meta'],
    ['firebaseinstallations.googleapis.com', 'sdk', 'Google Firebase'],
    ['youtube.googleapis.com', 'top_site', 'Google'],
    ['evil.duckdns.org', 'dynamic_dns', 'Duck DNS'],
    ['bit.ly', 'shortener', 'Bitly'],
    ['is.gd', 'shortener', 'is.gd'],
    ['ns1.kryptoslogicsinkhole.com', 'sinkhole', 'Kryptos Logic'],
    ['ns1.sedoparking.com', 'parking', 'Sedo'],
    ['www.virustotal.com', 'scanner', 'VirusTotal'],
    ['dns.google', 'public_resolver', 'Google'],
    ['mask.icloud.com', 'relay', 'iCloud Private Relay'],
    ['p01-content.icloud.com', 'apple', 'Apple'],
    ['1-courier.push.apple.com', 'apple', 'Apple'],
    ['www.wikipedia.org', 'top_site', 'Wikimedia'],
  ])('%s is %s of %s', (name, kind, owner) => {
    expect(infrastructureOf(name)).toEqual({ kind, owner })
  })
  it.each([
    'evil.com',
    'dynamic-dns.net',
    'notcloudfront.net',
    'cloudfront.net.evil.com',
    'pple.com',
    'com',
    '',
    '.',
    'a..b',
  ])('%j is none', (name) => {
    expect(infrastructureOf(name)).toBeNull()
  })
})

describe('infrastructureOfIp', () => {
  it.each([
    ['8.8.8.8', 'public_resolver', 'Google'],
    ['1.1.1.1', 'public_resolver', 'Cloudflare'],
    ['1.1.1.3', 'public_resolver', 'Cloudflare'],
    ['2620:fe::fe', 'public_resolver', 'Quad9'],
    ['2001:4860:4860:0::8888', 'public_resolver', 'Google'],
    ['::ffff:9.9.9.9', 'public_resolver', 'Quad9'],
    ['17.57.144.10', 'apple', 'Apple'],
    ['17.255.255.255', 'apple', 'Apple'],
    ['2620:149:a44::1', 'apple', 'Apple'],
    ['146.112.61.104', 'sinkhole', 'Cisco OpenDNS'],
    ['146.112.61.111', 'sinkhole', 'Cisco OpenDNS'],
    ['148.81.111.127', 'sinkhole', 'CERT Polska'],
  ])('%s is %s of %s', (ip, kind, owner) => {
    expect(infrastructureOfIp(ip)).toEqual({ kind, owner })
  })
  it.each([
    '8.8.8.9',
    '18.0.0.0',
    '16.255.255.255',
    '1.1.1.4',
    '146.112.61.103',
    '148.81.111.128',
    '2620:148::1',
    '2620:150::1',
    '1100::1',
    '',
    'evil.com',
    '8.8.8',
  ])('%j is none', (ip) => {
    expect(infrastructureOfIp(ip)).toBeNull()
  })
})

describe('what is declared', () => {
  const names = knownNames.flatMap(({ of }) => of)
  const networks = knownNetworks.flatMap(({ of }) => of)

  it('has every name once, in canonical form, and finds it', () => {
    expect(names.length).toBeGreaterThan(700)
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
    expect(names.filter((name) => !canonicalName(name)?.valid || canonicalName(name)?.value !== name)).toEqual([])
    for (const { kind, owner, of } of knownNames)
      for (const name of of) expect(infrastructureOf(name)).toEqual({ kind, owner })
  })
  it('has every network once, in canonical form, no wider than /8, and finds it', () => {
    expect(networks.filter((cidr, i) => networks.indexOf(cidr) !== i)).toEqual([])
    for (const { kind, owner, of } of knownNetworks) {
      for (const cidr of of) {
        const canonical = canonicalCidr(cidr)!
        expect(canonical.text).toBe(cidr)
        expect(canonical.prefix).toBeGreaterThanOrEqual(8)
        expect(infrastructureOfIp(canonical.first)).toEqual({ kind, owner })
      }
    }
  })
  it('knows who owns each of our own shared suffixes', () => {
    expect(sharedSuffixes.filter((name) => infrastructureOf(name) === null)).toEqual([])
  })
})
