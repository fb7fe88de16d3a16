// Tuning of AN1756 against public lists of the same facts, where they are there.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { placeOf } from '../../src/analytics/an1756/place.ts'
import { quietByClass } from '../../src/analytics/an1756/tuning/classes.ts'

const folder = fileURLToPath(new URL('../../../shared/data/tuning/', import.meta.url))
const fileOf = (name: string): string | null => {
  const path = `${folder}${name}`
  if (existsSync(path)) return readFileSync(path, 'utf8')
  console.info(`left out: ${name} is not there`)
  return null
}
const makesNone = (name: string): boolean => quietByClass.get(placeOf(name).class)?.has('new_name') === true
const listed = (text: string | null): string[] => (text === null ? [] : (JSON.parse(text) as { list: string[] }).list)
const v2fly = (text: string | null): string[] =>
  (text ?? '').split('\n').flatMap((line) => /^(?:full:)?([a-z0-9][a-z0-9.-]*\.[a-z]+)(?:\s|$)/.exec(line)?.[1] ?? [])

describe('names that public lists give to a subject make no surprise', () => {
  test('updates and relays', () => {
    const names = ['v2fly/apple-update', 'v2fly/icloudprivaterelay'].flatMap((file) => v2fly(fileOf(file)))
    expect(names.filter((name) => !makesNone(name))).toEqual([])
  })
  test('probes for captive portals: all but what is also a site, or a tenant of a cloud', () => {
    const names = listed(fileOf('misp-warninglists/captive-portals.json'))
    const shared = /google\.com$|^www\.gstatic\.com$|cloudfront\.net$|amazonaws\.com$|androidbak/
    expect(names.filter((name) => !makesNone(name) && !shared.test(name))).toEqual([])
  })
  test('what is Apple’s: most of its domains are sites that a phone has no reason to meet by itself', () => {
    const names = v2fly(fileOf('v2fly/apple'))
    const known = names.filter(makesNone).length
    if (names.length > 0) console.info(`${known} of ${names.length} names of v2fly/apple are of a quiet class`)
    for (const name of ['icloud.com', 'mzstatic.com', 'cdn-apple.com']) expect(makesNone(name)).toBe(true)
  })
})

test('the private ranges of RFC 1918 are inside, and no exit of Private Relay is taken for Apple’s', () => {
  for (const network of listed(fileOf('misp-warninglists/rfc1918.json')))
    expect(placeOf(network.split('/')[0]!).class).toBe('internal')
  const exits = listed(fileOf('misp-warninglists/icloud-private-relay.json')).slice(0, 2000)
  expect(exits.filter((network) => makesNone(network.split('/')[0]!))).toEqual([])
})
