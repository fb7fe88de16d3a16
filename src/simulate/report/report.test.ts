// Counting: what is a find, what is wrong, and the numbers made of it.
import { describe, expect, test } from 'vitest'
import type { FleetResult } from '../evaluate.ts'
import type { Truth } from '../world.ts'
import { areaOver } from './area.ts'
import { apart, attacksOf, type Claim, detectedAfter, itemsOf, type Judged, judge } from './claims.ts'
import { regularTable, tally } from './contact.ts'
import { documentOf } from './document.ts'
import { pageHtml } from './page.ts'
import { scorers } from './scorers.ts'
import { groupsOf } from './summary.ts'
import { span, tablesOf } from './tables.ts'
import { markdownText, terminalText } from './text.ts'

const hour = 3600
const start = Date.parse('2026-06-05T12:00:00Z') / 1000
const truth = (device: string, kind: Truth['kind'] = 'attack'): Truth => ({
  id: `${kind}-${device}`,
  kind,
  scenario: 'lateral',
  device,
  start: '2026-06-05T12:00:00Z',
  end: '2026-06-05T14:00:00Z',
  effect: null,
  hosts: [],
  notes: {},
})
const claim = (device: string, at: number, score: number, from = at): Claim => ({ device, from, to: at, score })
const attacks = attacksOf([truth('a'), truth('b'), truth('c', 'decoy')])

describe('what a claim is worth', () => {
  const six = 6 * hour
  test.each<[string, Claim, boolean]>([
    ['within the attack', claim('a', start, 1), true],
    ['six hours before', claim('a', start - six, 1), true],
    ['earlier', claim('a', start - six - 1, 1), false],
    ['six hours after its end', claim('a', start + 2 * hour + six, 1), true],
    ['later', claim('a', start + 2 * hour + six + 1, 1), false],
    ['one end within, the other not', claim('a', start, 1, start - six - 1), false],
    ['another device', claim('z', start, 1), false],
    ['a decoy', claim('c', start, 1), false],
  ])('%s', (_, one, isTrue) => {
    const judged = judge([one], attacks)
    expect(judged.wrong).toEqual(isTrue ? [] : [1])
    expect(judged.attacks.map(({ score }) => score)).toEqual([isTrue ? 1 : -Infinity, -Infinity])
  })

  test('an attack counts once, with its best; more claims of it are neither true nor false', () => {
    const judged = judge([claim('a', start, 1), claim('a', start + hour, 5), claim('c', start, 2)], attacks)
    expect(itemsOf(judged, 7)).toEqual([
      { score: 5, truth: true, seed: 7 },
      { score: -Infinity, truth: true, seed: 7 },
      { score: 2, truth: false, seed: 7 },
    ])
  })

  test('it is detected by the first claim that is high enough, and not before it began', () => {
    const [found] = judge([claim('a', start - hour, 1), claim('a', start + hour, 5)], attacks).attacks
    expect([1, 2, 6].map((least) => detectedAfter(found!, least))).toEqual([0, hour, null])
  })

  test('of claims within six hours on one device the most suspicious stays', () => {
    const claims = [claim('a', 0, 1), claim('a', six, 3), claim('a', 2 * six + 1, 2), claim('b', six, 1)]
    expect(apart(claims)).toEqual([claims[1], claims[2], claims[3]])
  })
})

const judgedOf = (found: readonly number[], wrong: readonly number[]): Judged => ({
  attacks: found.map((score, i) => ({
    attack: { ...attacks[0]!, id: String(i) },
    score,
    claims: score === -Infinity ? [] : [{ seconds: 600, score }],
  })),
  wrong,
})

/** A fleet of 100 device-weeks. */
const fleetOf = (generator: string, seed: number, codling: Judged, network: Judged): FleetResult => {
  const none = judgedOf(
    codling.attacks.map(() => -Infinity),
    [],
  )
  return {
    generator,
    seed,
    devices: 50,
    deviceDays: 700,
    truth: { attack: codling.attacks.length, decoy: 0, confounder: 0 },
    sufficient: true,
    seconds: 1,
    judged: { ...Object.fromEntries(scorers.map(({ id }) => [id, none])), codling, network },
    claims: { ...Object.fromEntries(scorers.map(({ id }) => [id, 0])), codling: 5, network: 70 },
    without: { breadth: network },
  }
}
/** Score of a finding that chance brings so often in 1,000 device-weeks. */
const at = (expected: number): number => -Math.log(expected)

describe('numbers', () => {
  const results = [
    fleetOf('one', 1, judgedOf([at(0.5), at(2), at(20), -Infinity], [at(5)]), judgedOf([at(9), 0, 0, 0], [at(1)])),
    fleetOf('two', 1, judgedOf([at(0.5), at(0.5)], []), judgedOf([at(9), at(9)], [at(1), at(20)])),
  ]
  const groups = groupsOf(results, 3.3)
  const ours = (name: string) => groups.find((group) => group.name === name)!.scorers[0]!

  test('each generator, and all together', () => {
    expect(groups.map(({ name, fleets, attacks, deviceWeeks }) => [name, fleets, attacks, deviceWeeks])).toEqual([
      ['one', 1, 4, 100],
      ['two', 1, 2, 100],
      ['all', 2, 6, 200],
    ])
  })

  test('recall, precision and false findings at a budget that was set', () => {
    const counts = ours('all').preset.map(({ budget, recall, precision, wrong }) => [
      budget,
      recall.count,
      recall.of,
      precision.count,
      precision.of,
      wrong!.count,
      wrong!.rate,
    ])
    expect(counts).toEqual([
      [1, 3, 6, 3, 3, 0, 0],
      [3.3, 4, 6, 4, 4, 0, 0],
      [10, 4, 6, 4, 5, 1, 5],
    ])
    // Garwood: nothing seen in 200 device-weeks leaves 3.689 / 0.2 possible
    expect(ours('all').preset[0]!.wrong!.high).toBeCloseTo(3.6889 / 0.2, 2)
  })

  test('recall at equal false findings', () => {
    expect(ours('all').equal.map(({ allowed, recall }) => [allowed, recall.count])).toEqual([
      [0, 4],
      [0, 4],
      [2, 5],
    ])
  })

  test('the product ranks above what finds less', () => {
    const [codling, network] = groups.at(-1)!.scorers
    expect(codling!.averagePrecision!.value).toBeGreaterThan(network!.averagePrecision!.value)
    // windows: 4 a day; one attack in six has no chain, which ranks with the quiet windows
    const windows = 2 * 2800
    expect(codling!.auroc!.value).toBeCloseTo((5 - 1 / windows + (windows - 1) / windows / 2) / 6, 9)
    expect(codling!.timeToDetect.map(({ seconds }) => seconds)).toEqual([600, null])
  })

  test('with six fleets intervals are drawn over fleets', () => {
    const many = Array.from({ length: 6 }, (_, i) =>
      fleetOf('one', i, judgedOf(i < 3 ? [at(0.5), at(0.5)] : [-Infinity, -Infinity], []), judgedOf([0, 0], [])),
    )
    const [codling] = groupsOf(many, 3.3)[0]!.scorers
    const { low, high } = codling!.preset[0]!.recall
    // fleets are all or nothing: wider than twelve independent attacks would be
    expect([low, high]).toEqual([expect.closeTo(1 / 6, 1), expect.closeTo(5 / 6, 1)])
    expect(codling!.averagePrecision!.low).not.toBeNull()
  })

  test('a window without a claim ranks last, and equal scores count half', () => {
    const area = (found: number[], wrong: number[], windows: number) =>
      areaOver([{ judged: judgedOf(found, wrong), windows }], 6)!.value
    expect(area([1], [], 10)).toBe(1)
    expect(area([-Infinity], [], 10)).toBe(0.5)
    expect(area([1], [2, 1], 10)).toBeCloseTo(0.85, 12)
    expect(areaOver([{ judged: judgedOf([], []), windows: 10 }], 6)).toBeNull()
  })
})

describe('what is shown', () => {
  const given = {
    generators: [{ id: 'one', title: 'The <first>', generate: async () => [] }],
    seeds: [1],
    devices: 50,
    days: 14,
    budget: 3.3,
    rates: { attacked: 0.1, ordinary: 0, hidden: 0, decoys: 0, crashes: 1, failures: 0, services: 0, traffic: 1 },
  }
  const results = [fleetOf('one', 1, judgedOf([at(0.5), -Infinity], [at(5)]), judgedOf([at(9), 0], [at(1)]))]
  const grid = regularTable(1, 3, 4, 2)
  const document = documentOf('1.2.3', given, results, [grid])

  test('the document is JSON, and an attack without a chain is null', () => {
    const read = JSON.parse(JSON.stringify(document)) as typeof document
    expect(read).toEqual(document)
    expect(read.schema).toBe('codling.evaluate/1')
    expect(read.attacks.map(({ expected }) => expected)).toEqual([expect.closeTo(0.5, 9), null])
    expect(read.fleets[0]!.findingsPerDeviceDay.network).toBeCloseTo(0.1, 9)
  })

  test('every table stands in terminal, markdown and page', () => {
    const tables = tablesOf(document)
    expect(tables.map(({ id }) => id)).toEqual([
      'budget',
      'ranking-one',
      'scenarios',
      'ablation',
      'fleets',
      'regular-1',
    ])
    for (const { head, rows } of tables) for (const row of rows) expect(row).toHaveLength(head.length)
    const [text, markdown, page] = [
      terminalText(document),
      markdownText(document, 'codling evaluate'),
      pageHtml(document, results),
    ]
    for (const { title } of tables) {
      expect(text).toContain(title)
      expect(markdown).toContain(`## ${title}`)
      expect(page).toContain(title)
    }
  })

  test('the page is one file that loads nothing', () => {
    const page = pageHtml(document, results)
    expect(page.match(/<svg /g)).toHaveLength(4)
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|src=/)
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:/)
    expect(pageHtml({ ...document, notes: ['<b>&'] }, [])).toContain('<li>&lt;b&gt;&amp;</li>')
  })

  test('cells of the grid are compared with every peer', () => {
    expect(grid.rows).toHaveLength(36)
    const { ahead, behind, surelyAhead, surelyBehind } = tally(grid)
    expect(ahead + behind).toBe(36)
    expect(surelyAhead).toBeLessThanOrEqual(ahead)
    expect(surelyBehind).toBeLessThanOrEqual(behind)
  })

  test.each([
    [null, 'never'],
    [20, 'at once'],
    [600, '10 min'],
    [5400, '1.5 h'],
    [3 * 86_400, '3.0 d'],
  ])('%s s is %s', (seconds, text) => {
    expect(span(seconds)).toBe(text)
  })
})
