// Every public feed that lies beside the project, counted a second time by simpler means.
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createGunzip, gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type FeedIndicator, type FeedReport, loadWarninglist, matchName, readFeed } from '../../src/intel/index.ts'

const data = join(import.meta.dirname, '../../../shared/data')
const feeds = join(data, 'threat-intel')
const here = existsSync(feeds)
if (!here) console.warn('tests/real/intel: the folder of real feeds is missing; 6 tests left out')

const files = here
  ? readdirSync(feeds, { recursive: true, encoding: 'utf8' })
      .filter((f) => statSync(join(feeds, f)).isFile())
      .toSorted()
  : []
const textOf = (file: string): string => {
  const bytes = readFileSync(join(feeds, file))
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').replace(/^\ufeff/, '')
}

type Read = { readonly file: string; readonly report: FeedReport; readonly indicators: FeedIndicator[] }
async function read(file: string): Promise<Read> {
  const path = join(feeds, file)
  const indicators: FeedIndicator[] = []
  const report = await readFeed(
    {
      path,
      name: basename(file).replace(/\.gz$/, ''),
      now: Date.UTC(2026, 0, 1) * 1000,
      bytes: () => (file.endsWith('.gz') ? createReadStream(path).pipe(createGunzip()) : createReadStream(path)),
    },
    { add: (batch) => void indicators.push(...batch) },
  )
  return { file, report, indicators }
}
const readAll = async (): Promise<Read[]> => {
  const all: Read[] = []
  for (const file of files) all.push(await read(file))
  return all
}
const everything = here ? readAll() : Promise.resolve([])

describe.skipIf(!here)('real feeds', () => {
  test('every file is a feed, or none and not an error', async () => {
    const all = await everything
    const unclaimed = all.filter((r) => r.report.format === null)
    expect(unclaimed.every((r) => r.report.problems.length === 0 && r.indicators.length === 0)).toBe(true)
    // Prose, an index of feeds, detection rules, a resolver's test script, and a list whose every name has an empty label.
    const kinds = new Set(unclaimed.map((r) => basename(r.file)))
    expect([...kinds].toSorted()).toEqual([
      'README.md',
      'SOURCES.md',
      'feed.txt',
      'indicators.yaml',
      'rpz_qname.rpl',
      'suricata.rules',
    ])
    for (const r of all) expect(r.report.indicators, r.file).toBe(r.indicators.length)
    console.log(
      `${all.length - unclaimed.length} feeds, ${all.reduce((n, r) => n + r.report.indicators, 0)} indicators, ${all.reduce((n, r) => n + r.report.rejected, 0)} rejected`,
    )
  })

  test('STIX: as many as there are simple patterns', async () => {
    for (const r of (await everything).filter((f) => f.report.format === 'stix' && !f.file.startsWith('taxii'))) {
      const patterns = [...textOf(r.file).matchAll(/"pattern":\s*"\[[\w-]+:[\w.']+\s*=\s*'[^']+'\]"/g)]
      expect(r.report.indicators + r.report.rejected, r.file).toBe(patterns.length)
      // One name of Predator is a single label, in the list as in the bundle.
      expect(r.report.rejected, r.file).toBeLessThanOrEqual(1)
      expect(
        r.indicators.every((i) => i.targeted === 1),
        r.file,
      ).toBe(true)
      expect(
        r.indicators.every((i) => i.valid_from > 0),
        r.file,
      ).toBe(true)
    }
  })

  test('lists: as many as there are lines that say something', async () => {
    for (const r of (await everything).filter((f) => f.report.format === 'list')) {
      const lines = textOf(r.file)
        .split('\n')
        .filter((l) => /^[^#\s]/.test(l))
      expect(r.report.indicators + r.report.rejected, r.file).toBe(lines.length)
      expect(r.report.rejected, r.file).toBeLessThanOrEqual(1)
    }
  })

  test('the same indicators from the STIX bundle and from its plain lists', async () => {
    const all = await everything
    const names = (of: (r: Read) => boolean): string[] =>
      [
        ...new Set(all.filter(of).flatMap((r) => r.indicators.filter((i) => i.kind === 'domain').map((i) => i.value))),
      ].toSorted()
    for (const [bundle, list] of [
      ['pegasus.stix2.gz', '2021-07-18_nso/domains.txt'],
      ['predator.stix2', 'intellexa_predator/domains.txt'],
      ['kingspawn.stix2', '2023-04-11_quadream/domains.txt'],
      ['wintego_helios.stix2', '2024-05-02_wintego_helios/domains.txt'],
    ] as const) {
      const fromBundle = names((r) => r.file.endsWith(bundle))
      expect(fromBundle.length).toBeGreaterThan(100)
      expect(names((r) => r.file.endsWith(list))).toEqual(fromBundle)
    }
  })

  test('counts by other means for the rest', async () => {
    const all = await everything
    const one = (end: string): Read => all.find((r) => r.file.endsWith(end))!
    const json = (end: string): string => textOf(one(end).file)
    const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length

    expect(one('indicators-for-tinycheck.json').report.indicators).toBe(
      count(json('indicators-for-tinycheck.json'), /"value":/g),
    )
    expect(one('stalkerware/network.csv').report.indicators).toBe(json('network.csv').trim().split('\n').length - 1)
    expect(one('abusech_threatfox.ndjson').report.indicators).toBe(4)
    expect(one('abusech_urlhaus.ndjson').report.indicators).toBe(3)
    const otx = one('test_parser_otx.data')
    expect(otx.report.indicators + (otx.report.ignored.CVE ?? 0)).toBe(
      count(json('test_parser_otx.data'), /"indicator":/g),
    )
    const brazen = json('2024-11-15_BrazenBamboo/iocs.csv')
    expect(one('2024-11-15_BrazenBamboo/iocs.csv').report.indicators).toBe(count(brazen, /,(?:file|ipaddress),/g))
    const yaml = json('stalkerware/ioc.yaml')
    const address = /^ {4,}- (?:\d{1,3}\.){3}\d{1,3}\s*$/gm
    const ips = one('stalkerware/ioc.yaml').indicators.filter((i) => i.kind === 'ip' && i.confidence === -1)
    expect(ips.length).toBe(count(yaml, address))
    const certificates = one('stalkerware/ioc.yaml').indicators.filter((i) => i.kind === 'app_cert_sha1')
    expect(certificates.length).toBe(count(yaml, /^ +- ['"]?[0-9A-Fa-f]{40}['"]?\s*$/gm))
    const misp = one('misp/existing_event.json')
    // References between objects hold copies of attributes: an object where the event has lists.
    const marked = count(json('misp/existing_event.json'), /"to_ids": true/g)
    const copies = count(json('misp/existing_event.json').replace(/\s+/g, ''), /"Attribute":\{[^{}]*"to_ids":true/g)
    expect(misp.report.indicators).toBe(marked - copies)
  })

  test('warning lists: all load, and none blesses spyware but by substring or shared infrastructure', async () => {
    const folder = join(data, 'tuning/misp-warninglists')
    const lists = readdirSync(folder).map((f) => {
      const bytes = readFileSync(join(folder, f))
      return loadWarninglist(JSON.parse((f.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')))
    })
    expect(lists.every((l) => l !== null)).toBe(true)
    for (const l of lists) expect(l!.problems.length, l!.name).toBeLessThan(l!.entries / 100 + 2)
    const apple = lists.find((l) => l!.name.includes('Apple'))!
    expect(apple.has('17.253.144.10')).toBe(true)
    expect(apple.has('18.0.0.0')).toBe(false)
    const top = lists.find((l) => l!.type === 'hostname' && l!.has('www.wikipedia.org'))
    expect(top).toBeDefined()
    const pegasus = (await everything).find((r) => r.file.endsWith('pegasus.stix2.gz'))!
    const blessed = pegasus.indicators.filter(
      (i) => i.kind === 'domain' && lists.some((l) => l!.type === 'string' && l!.has(i.value)),
    )
    expect(blessed).toEqual([])
    expect(matchName(pegasus.indicators, `x.${pegasus.indicators[0]!.value}`)).toHaveLength(1)
  })
})
