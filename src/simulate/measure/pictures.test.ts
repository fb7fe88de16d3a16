import { describe, expect, it } from 'vitest'
import type { Scored } from './curves.ts'
import { ratePer1000 } from './intervals.ts'
import { budgetPicture, detectPicture, precisionRecallPicture, rocPicture } from './pictures.ts'

const items = (signs: string): Scored[] => [...signs].map((sign, i) => ({ score: -i, truth: sign === '+', seed: 1 }))
const two = [
  { name: 'ours', items: items('++-+--') },
  { name: 'crash only', items: items('-+-+-+') },
]
const budgets = [0.3, 1, 3.3, 10].map((budget, i) => ({ budget, ...ratePer1000(i, 2000)! }))

const pictures: readonly (readonly [string, string])[] = [
  ['roc', rocPicture(two)],
  ['precision and recall', precisionRecallPicture(two)],
  ['time to detect', detectPicture([{ name: 'ours', times: [30, 7200, null, 90_000] }])],
  ['budget', budgetPicture([{ name: 'ours', points: budgets }])],
]

describe.each(pictures)('%s', (_, svg) => {
  it('is one well-formed picture with a title, axes and a legend', () => {
    const open: string[] = []
    for (const [, close, name, self] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (close) expect(open.pop()).toBe(name)
      else if (!self) open.push(name!)
    }
    expect(open).toEqual([])
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 720 420" role="img"/)
    expect(svg).toMatch(/<title>[^<]+<\/title>/)
    expect(svg).toContain('>ours</text>')
    expect(svg).toContain('rotate(-90)')
  })

  it('draws numbers only, within its frame', () => {
    expect(svg).not.toMatch(/NaN|Infinity|undefined|null/)
    for (const [, x, y] of svg.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(64)
      expect(Number(x)).toBeLessThanOrEqual(560)
      expect(Number(y)).toBeGreaterThanOrEqual(40)
      expect(Number(y)).toBeLessThanOrEqual(366)
    }
  })
})

/** Path of the first series. */
const pathOf = (svg: string): string => svg.match(/<path d="([^"]+)"[^>]*stroke-width/)![1]!

describe('where points lie', () => {
  it('roc: origin below left, end above right, each step by its share', () => {
    // + −: (0, 0), (0, 1), (1, 1)
    expect(pathOf(rocPicture([{ name: 'a', items: items('+-') }]))).toBe('M64 360L64 40L500 40')
  })

  it('precision and recall: steps, not slopes', () => {
    // − +: precision 0 at recall 0, then ½ at 1
    expect(pathOf(precisionRecallPicture([{ name: 'a', items: items('-+') }]))).toBe('M64 360L64 360L64 200L500 200')
  })

  it('time to detect: never found is never drawn, and what takes less than a minute lies on the border', () => {
    expect(pathOf(detectPicture([{ name: 'a', times: [10, null] }]))).toBe('M64 360L64 360L64 200L500 200')
  })

  it('budget: a rate of 0 lies on the lower border, kept budgets on the diagonal', () => {
    const svg = budgetPicture([
      {
        name: 'a',
        points: [
          { budget: 1, rate: 0, low: 0, high: 1 },
          { budget: 1, rate: 1, low: 0.5, high: 2 },
        ],
      },
    ])
    // 0.1 … 10 on both axes: 1 lies in the middle
    expect(pathOf(svg)).toBe('M282 360L282 200')
  })

  it('series differ by colour and by dashes, names are escaped', () => {
    const svg = rocPicture([
      { name: 'a <b> & "c"', items: items('+-') },
      { name: 'd', items: items('-+') },
    ])
    expect(svg).toContain('a &lt;b&gt; &amp; &quot;c&quot;')
    const strokes = [...svg.matchAll(/<path [^>]*stroke="(#\w+)"[^>]*?(?:stroke-dasharray="([\d ]+)")?\/>/g)]
    expect(strokes.map(([, colour, dash]) => [colour, dash])).toEqual([
      ['#0072b2', undefined],
      ['#d55e00', '7 3'],
    ])
  })

  it('nothing to draw is an empty frame', () => {
    expect(rocPicture([{ name: 'a', items: [] }])).toContain('>a</text>')
    expect(budgetPicture([])).not.toMatch(/NaN|Infinity/)
  })
})
