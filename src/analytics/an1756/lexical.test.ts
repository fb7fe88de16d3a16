import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chosenLabel, lexicalOddness, ordinaryLabels } from './lexical.ts'

describe('lexicalOddness', () => {
  test('letters drawn by lot are odder than words and brands', () => {
    const drawn = ['xqkvzjwpqh.com', 'kwtzqxvbnm.net', 'q9zx7kv3jw8p.org', 'vvzqkxhgjw.biz']
    const ordinary = ['weatherstation.com', 'mobilebanking.net', 'greentravel.org', 'photoservice.biz']
    const least = Math.min(...drawn.map(lexicalOddness))
    const most = Math.max(...ordinary.map(lexicalOddness))
    expect(least).toBeGreaterThan(most + 1)
  })

  test('the suffix does not count, the tenant below a shared one does', () => {
    expect(lexicalOddness('weather.com')).toBe(lexicalOddness('weather.co.uk'))
    expect(chosenLabel('xqkvzjwp.duckdns.org')).toBe('xqkvzjwp')
    expect(chosenLabel('a.b.weather.com')).toBe('weather')
    expect(lexicalOddness('xqkvzjwp.duckdns.org')).toBe(lexicalOddness('xqkvzjwp.com'))
  })

  test('upper case and which digit it is say nothing', () => {
    expect(lexicalOddness('WeaTher7.com')).toBe(lexicalOddness('weather3.com'))
  })

  test('names it was made of are a good deal likelier than their letters in another order', () => {
    const known = [...ordinaryLabels()].filter((label) => label.length >= 8)
    expect(known.length).toBeGreaterThan(100)
    const mean = (labels: readonly string[]): number =>
      labels.reduce((sum, label) => sum + lexicalOddness(`${label}.com`), 0) / labels.length
    const sorted = known.map((label) => [...label].sort().join(''))
    expect(mean(sorted) - mean(known)).toBeGreaterThan(1)
  })

  test('any text gives a finite number, none for none', () => {
    expect(lexicalOddness('')).toBe(0)
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        const bits = lexicalOddness(text)
        expect(Number.isFinite(bits) && bits >= 0).toBe(true)
      }),
    )
  })
})
