import { describe, expect, test } from 'vitest'
import { tolerance } from './chain.ts'
import { clockOf, clockOfSource, type SkewRow, skewsAt, skewText, tolerancesOf } from './skew.ts'

const row = (over: Partial<SkewRow> = {}): SkewRow => ({
  one: 'device',
  other: 'zeek',
  who: '',
  matches: 132,
  ahead: 250,
  low: 240,
  high: 265,
  ...over,
})

describe('clocks that tell of the same contacts', () => {
  test('logs of one sensor share a clock, a privacy report has the device’s', () => {
    expect(['zeek-dns', 'zeek-conn', 'app-privacy-report', 'dnsmasq'].map(clockOf)).toEqual([
      'zeek',
      'zeek',
      'device',
      'dnsmasq',
    ])
  })

  test('a difference counts from 20 matches that agree, beyond a minute', () => {
    expect(skewsAt([row()], 'device a')).toHaveLength(1)
    expect(skewsAt([row({ matches: 20 })], 'device a')).toHaveLength(1)
    expect(skewsAt([row({ matches: 19 })], 'device a')).toEqual([])
    expect(skewsAt([row({ ahead: 59, low: 58, high: 61 })], 'device a')).toEqual([])
    expect(skewsAt([row({ ahead: -61, low: -65, high: -58 })], 'device a')).toHaveLength(1)
    // half of them lie hours apart: these were different visits
    expect(skewsAt([row({ ahead: 1.3, low: -10_400, high: 9_700 })], 'device a')).toEqual([])
    expect(skewsAt([row({ low: 100, high: 300 })], 'device a')).toEqual([])
  })

  test('a device’s own estimate goes before that of all', () => {
    const rows = [row(), row({ who: 'device a', ahead: 900, low: 890, high: 910 })]
    expect(skewsAt(rows, 'device a').map(({ ahead }) => ahead)).toEqual([900])
    expect(skewsAt(rows, 'device b').map(({ ahead }) => ahead)).toEqual([250])
    // its own clock is right, whatever the others’ are
    expect(skewsAt([row(), row({ who: 'device a', ahead: 2, low: 1, high: 3 })], 'device a')).toEqual([])
  })

  test('order is held with as much more tolerance', () => {
    const own = row({ who: 'device a', ahead: -900, low: -910, high: -890 })
    expect(tolerancesOf([own], ['device a', 'device b'])).toEqual(new Map([['device a', tolerance + 900]]))
    expect(tolerancesOf([], ['device a'])).toEqual(new Map())
  })

  test('a source is ahead of what it is compared with, or behind', () => {
    expect(clockOfSource([row()], 'app-privacy-report', 'device a')).toEqual({
      against: 'zeek',
      ahead: 250,
      low: 240,
      high: 265,
      matches: 132,
    })
    expect(clockOfSource([row()], 'zeek-ssl', '')).toEqual({
      against: 'device',
      ahead: -250,
      low: -265,
      high: -240,
      matches: 132,
    })
    expect(clockOfSource([row()], 'dnsmasq', '')).toBeNull()
    expect(clockOfSource([row({ matches: 3 })], 'zeek-ssl', '')).toBeNull()
  })

  test('in words', () => {
    expect(skewText(row(), 370)).toBe(
      'The device’s own report is 4 min 10 s ahead of zeek (median of 132 contacts of the fleet that both tell; half of them from 4 min to 4 min 25 s). Contact and effect are put in order with a tolerance of 6 min 10 s.',
    )
    expect(skewText(row({ one: 'adguard-home', ahead: -7200, low: -7205, high: -7199, who: 'x' }), 7320)).toContain(
      'Zeek is 2 h ahead of adguard-home (median of 132 contacts that both tell; half of them from 1 h 59 min to 2 h)',
    )
  })
})
