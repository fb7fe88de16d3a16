// The labelled samples replayed: what docs/evaluation.md says of them, as far as it can be held. Where a bound no longer
// fits because the product became better, the text of scripts/replay/section.ts has to say so too.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { replayBursts } from '../../scripts/replay/bursts.ts'
import { replayCrashes } from '../../scripts/replay/crashes.ts'
import { has, labelled, linesOf } from '../../scripts/replay/data.ts'
import { pairsOfFlows, readCapture, replayArgus, replayCapture, replayZeek } from '../../scripts/replay/flows.ts'
import { replayHosts, trackersOf } from '../../scripts/replay/hosts.ts'
import { decode, questions, rebuild, replayLetters } from '../../scripts/replay/letters.ts'
import { replayLexical } from '../../scripts/replay/lexical.ts'
import { activeHours, pairScorers, ranksOf } from '../../scripts/replay/pairs.ts'
import { heading, parts } from '../../scripts/replay/section.ts'

const slips = has('labelled/slips')
const dga = has('labelled/dga')
const apps = has('labelled/ios-app-traffic', 'tuning/disconnect')
const crashes = has('ios-crash')
const lacking = [slips, slips, slips, dga, dga, apps, crashes].filter((here) => !here).length
if (lacking > 0) console.warn(`tests/real/labelled: real samples are missing; ${lacking} tests left out`)

describe('behaviour letters', () => {
  test('decode: letters, signs before and behind them', () => {
    expect(decode('14,a+0Z')).toEqual([
      { periodicity: null, size: 1, gap: null },
      { periodicity: null, size: 2, gap: [5, 60] },
      { periodicity: 1, size: 1, gap: [60, 300] },
      { periodicity: 4, size: 3, gap: [3600, 7200] },
    ])
    expect(decode('11*00B')!.at(-1)).toEqual({ periodicity: 2, size: 1, gap: [7200, 10_800] })
    expect(decode('')).toEqual([])
    expect(decode('11?')).toBeNull()
  })

  test('rebuild: gaps keep to their signs and to the ratio of their letters', () => {
    const flows = decode(`11*${'a*'.repeat(60)}`)!
    const { times, bytes } = rebuild(flows, 3, 1)
    expect(rebuild(flows, 3, 1).times).toEqual(times)
    expect(rebuild(flows, 3, 2).times).not.toEqual(times)
    expect(bytes).toHaveLength(62)
    const gaps = times.slice(1).map((time, i) => time - times[i]!)
    expect(gaps.every((gap) => gap >= 300 && gap <= 3600)).toBe(true)
    for (let i = 1; i < gaps.length; i++)
      expect(Math.max(gaps[i]! / gaps[i - 1]!, gaps[i - 1]! / gaps[i]!)).toBeLessThan(1.0501)
  })
})

describe('pairs', () => {
  const pair = (name: string, malicious: boolean, times: number[]) => ({
    name,
    malicious,
    cluster: name,
    times,
    bytes: times.map(() => 100),
  })

  test('ranks: ties share their middle', () => {
    const pairs = [pair('a', true, [0, 1]), pair('b', false, [0, 1]), pair('c', false, [0, 1, 2])]
    expect(ranksOf(pairs, ({ times }) => times.length)).toEqual([2.5])
  })

  test('active hours: of the first day, at most nine', () => {
    const hours = (n: number, step: number): number[] => Array.from({ length: n }, (_, i) => i * step * 3600)
    expect(activeHours(pair('a', true, hours(4, 1)))).toBe(4)
    expect(activeHours(pair('a', true, hours(20, 1)))).toBe(9)
    expect(activeHours(pair('a', true, hours(20, 12)))).toBe(2)
  })

  test('a timer of ten minutes over two days ranks first for regularity, whoever talks more', () => {
    const timer = Array.from({ length: 288 }, (_, i) => i * 600)
    const bursts = Array.from({ length: 2000 }, (_, i) => Math.floor(i / 500) * 30_000 + (i % 500) * 0.7)
    const pairs = [pair('timer', true, timer), pair('bursts', false, bursts)]
    expect(ranksOf(pairs, pairScorers[0]!.of)).toEqual([1])
    expect(ranksOf(pairs, pairScorers.find(({ title }) => title.includes('number'))!.of)).toEqual([2])
  })
})

describe('the reader of captures', () => {
  /** Ethernet, IPv4 and TCP, as much as the reader looks at. */
  const packet = (flags: number, port: number, transport = 6): Buffer => {
    const bytes = Buffer.alloc(54)
    bytes.writeUInt16BE(0x0800, 12)
    bytes[14] = 0x45
    bytes.writeUInt16BE(40, 16)
    bytes[23] = transport
    bytes.set([192, 0, 2, 1, 198, 51, 100, 7], 26)
    bytes.writeUInt16BE(port, 36)
    bytes[47] = flags
    return bytes
  }
  const capture = (...packets: Buffer[]): Buffer => {
    const head = Buffer.alloc(24)
    head.writeUInt32LE(0xa1b2c3d4, 0)
    head.writeUInt32LE(1, 20)
    return Buffer.concat([
      head,
      ...packets.flatMap((bytes, i) => {
        const record = Buffer.alloc(16)
        record.writeUInt32LE(1000 + i, 0)
        record.writeUInt32LE(bytes.length, 8)
        return [record, bytes]
      }),
    ])
  }

  test('first packets of connections and questions to DNS count, answers and the rest do not', () => {
    const rows = readCapture(capture(packet(2, 443), packet(18, 443), packet(16, 443), packet(0, 53, 17)))
    expect(rows.map(({ src, dst, port, at }) => [src, dst, port, at])).toEqual([
      ['192.0.2.1', '198.51.100.7', 443, 1000],
      ['192.0.2.1', '198.51.100.7', 53, 1003],
    ])
    expect(pairsOfFlows(rows, ({ port }) => port === 443).map(({ malicious, times }) => [malicious, times])).toEqual([
      [true, [0]],
      [false, [3]],
    ])
  })

  test('cut off or foreign bytes give rows or none', () => {
    const whole = capture(packet(2, 443))
    for (let length = 0; length < whole.length; length += 7)
      expect(readCapture(whole.subarray(0, length)).length).toBeLessThanOrEqual(1)
    expect(readCapture(Buffer.from('no capture at all, but long enough'))).toEqual([])
  })
})

describe.runIf(slips)('Zeek, Argus, capture', () => {
  test('the labelled logs are claimed, a row for each line; one host and no crashes: blind, and nothing claimed', async () => {
    const { sources, findings, leads, blind, pairs, ranks } = await replayZeek()
    for (const [file, format] of [
      ['conn', 'zeek-conn'],
      ['dns', 'zeek-dns'],
      ['ssl', 'zeek-ssl'],
      ['quic', 'zeek-quic'],
      ['dhcp', 'zeek-dhcp'],
    ] as const) {
      const lines = linesOf(join(labelled, `slips/test18-ctu-sme-11/${file}.log.labeled`))
      expect(sources[`${file}.log.labeled`]).toEqual({
        format,
        status: 'ok',
        rows: lines.filter((line) => !line.startsWith('#')).length,
        problems: 0,
      })
    }
    expect([findings, leads]).toEqual([0, 0])
    expect(blind.some((reason) => reason.startsWith('AN1756'))).toBe(true)
    const bad = pairs.filter(({ malicious }) => malicious)
    expect(bad.map(({ times }) => times.length)).toEqual([719])
    expect(pairs.reduce((sum, { times }) => sum + times.length, 0)).toBe(766)
    expect(ranks['toy: number of contacts']).toEqual([1])
  }, 120_000)

  test('Argus flows are read with the map of the examples, and the capture as it is', async () => {
    const { sources, pairs } = await replayArgus()
    for (const file of ['test3-mixed.binetflow', 'test4-malicious.binetflow'])
      expect(sources[file]).toEqual({
        format: 'mapped:argus-binetflow',
        status: 'ok',
        rows: linesOf(join(labelled, 'slips', file)).length - 1,
        problems: 0,
      })
    expect(pairs.some(({ malicious }) => malicious)).toBe(true)
    expect(replayCapture().map(({ malicious, times }) => [malicious, times.length])).toEqual([
      [false, 247],
      [true, 22],
    ])
  }, 120_000)

  test('letters: regularity is not ahead of the peers, and active hours hold', () => {
    const { tuples, left, twice, sizes, auroc } = replayLetters()
    const lines = linesOf(join(labelled, 'slips/all_datasets_raw.tsv.gz')).length
    expect([tuples + left + twice, left]).toEqual([lines, 63])
    const [command, awake] = questions.map(({ title }) => title)
    expect(sizes[command!]![0]).toBeGreaterThan(40)
    const of = auroc[command!]!
    expect(of['regularity (Codling)']).toBeGreaterThan(0.35)
    expect(of['regularity (Codling)']).toBeLessThan(of['RITA v5, best day']!)
    expect(of['regularity (Codling)']).toBeLessThan(of['Elastic beaconing']!)
    expect(auroc[awake!]!['regularity (Codling)']).toBeLessThan(0.5)
    expect(of['active hours of the first day (Codling)']).toBeGreaterThan(0.7)
    expect(of['toy: time from first to last']).toBeGreaterThan(of['RITA v5, best day']!)
    expect(of['candidate: regularity of contacts or wakes']).toBeGreaterThan(of['regularity (Codling)']!)
  }, 120_000)
})

describe.runIf(dga)('generated names', () => {
  test('bursts are seen from five names on', async () => {
    const { rows, quiet } = await replayBursts()
    expect(rows.length).toBeGreaterThan(45)
    expect(quiet).toBe(0)
    for (const { list, family, counted, fires } of rows) {
      // a name counts or does not; the smallest burst that holds five of those that do is seen
      expect([list, family, fires === null]).toEqual([list, family, counted < 5])
      if (counted === 30) expect([list, family, fires]).toEqual([list, family, 5])
    }
    const unseen = rows.filter(({ list, fires }) => list === 'chrmor' && fires === null)
    expect(unseen.map(({ family }) => family)).toEqual([])
  }, 240_000)

  test('letters tell names drawn by lot, not those made of words', () => {
    const { rows } = replayLexical()
    const of = (list: string, family: string): number =>
      rows.find((row) => row.list === list && row.family === family)!.auroc
    for (const family of ['conficker', 'cryptolocker', 'ramdo', 'tinba'])
      for (const list of ['chrmor', 'andrewaeva']) expect(of(list, family), `${list} ${family}`).toBeGreaterThan(0.9)
    for (const list of ['chrmor', 'andrewaeva']) expect(of(list, 'matsnu')).toBeLessThan(0.5)
    expect(of('chrmor', 'all')).toBeGreaterThan(0.8)
  })
})

test.runIf(apps)('hosts of iOS apps: most contacts are of a known class', () => {
  const result = replayHosts()
  const rows = new Set(linesOf(join(labelled, 'ios-app-traffic/iosHosts.csv')).slice(1)).size
  expect(result.contacts).toBe(rows)
  const unknown = result.contactsByClass.get('')!
  expect(unknown / result.contacts).toBeLessThan(0.25)
  const { met, unknown: missed } = trackersOf(result)
  const meetings = (list: typeof met): number => list.reduce((sum, one) => sum + one.apps, 0)
  expect(met.length).toBeGreaterThan(200)
  expect(meetings(missed) / meetings(met)).toBeLessThan(0.1)
})

test.runIf(crashes)(
  'crash reports: the class fits the published cause wherever there is a header',
  async () => {
    const all = await replayCrashes()
    const wrong = all.filter(({ right }) => right === false)
    expect(all.filter(({ right }) => right).length).toBeGreaterThan(15)
    expect(wrong.map(({ key, class: given }) => [key, given])).toEqual([
      ...Array.from({ length: 5 }, () => ['exploit-panics', null]),
      ['train_thermal_crash_ios', null],
    ])
    expect(all.filter(({ key }) => key === 'macos-negatives').map(({ class: given }) => given)).toEqual([null])
  },
  120_000,
)

test('docs/evaluation.md holds the section, with a table for each part', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/evaluation.md'), 'utf8')
  const section = page.slice(page.indexOf(heading))
  expect(page).toContain(heading)
  expect(section.match(/^### /gm)).toHaveLength(Object.keys(parts).length)
})
