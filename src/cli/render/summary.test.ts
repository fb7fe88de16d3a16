import { describe, expect, test } from 'vitest'
import { summarise } from './summary.ts'
import { bigScan, finding, scanOf, smallScan, source } from './testing/sample.ts'

const on = (n: number) => ({
  device: { id: `d${n}`, name: `Phone ${n}`, group: null, address: null, identified_by: 'folder' },
})
const what = (scan: Parameters<typeof summarise>[0]) => summarise(scan).decisions.map((d) => d.what)

describe('the answer', () => {
  test.each([
    ['act', 'Yes. 2 devices show strong signs', [finding(on(1)), finding(on(2)), finding(on(1))]],
    ['act', 'Yes. 1 device shows strong signs', [finding(on(1)), finding({ ...on(2), severity: 'high' })]],
    ['act', 'Possibly. 1 device shows strong signs', [finding({ ...on(1), score: 0.49 })]],
    ['act', 'Probably. 1 device had contact', [finding({ ...on(1), severity: 'high', score: 0.5 })]],
    ['review', 'Not that we can see. But 1 device had contacts', [finding({ ...on(1), severity: 'medium' })]],
    [
      'review',
      'Nothing urgent. 2 devices show weak signs',
      [finding({ ...on(1), severity: 'low' }), finding({ ...on(2), severity: 'info' })],
    ],
    ['quiet', 'Nothing was found in what was read. That does not prove', []],
  ] as const)('%s: %s', (verdict, beginning, findings) => {
    const summary = summarise(scanOf({ findings: [...findings] }))
    expect(summary.verdict).toBe(verdict)
    expect(summary.answer.startsWith(beginning)).toBe(true)
  })

  test('an address is not called a device', () => {
    const device = { id: null, name: null, group: null, address: '192.0.2.7', identified_by: null }
    const summary = summarise(scanOf({ findings: [finding({ device })] }))
    expect(summary.answer).toContain('1 address shows')
    expect(summary.decisions.map((d) => d.what)).toContain('Find out which device stands behind 1 address.')
  })

  test('nothing read, or nothing to compare with, is no answer', () => {
    const unread = summarise(scanOf({ sources: [source({ status: 'unclaimed', rows: {} })] }))
    expect(unread.verdict).toBe('unanswered')
    const base = scanOf({})
    const noFeeds = summarise({
      ...base,
      totals: { ...base.totals, indicators: { ...base.totals.indicators, loaded: 0 } },
    })
    expect(noFeeds.verdict).toBe('unanswered')
    expect(noFeeds.decisions[0]!.what).toBe('Provide a list of known malicious destinations.')
  })
})

describe('how sure', () => {
  const sure = (score: number, caveats = 0) =>
    summarise(
      scanOf({
        findings: [finding({ score, caveats: Array.from({ length: caveats }, () => ({ code: 'x', text: 'x' })) })],
      }),
    ).sure
  test('in words and per cent', () => {
    expect(sure(0.9)).toBe('The finding is very likely to be genuine (90 %).')
    expect(sure(0.89)).toBe('The finding is likely to be genuine (89 %).')
    expect(sure(0.4)).toBe('The finding is possibly genuine (40 %).')
    expect(sure(0.39)).toBe('The finding is uncertain (39 %).')
    expect(sure(0.999)).toContain('(>99 %)')
    expect(sure(0.95, 2)).toContain('It comes with a reservation.')
  })
})

describe('decisions and blind spots', () => {
  test('two to four, and none without a reason', () => {
    for (const scan of [
      scanOf({}),
      smallScan(),
      bigScan(40),
      scanOf({ sources: [] }),
      scanOf({ findings: [finding({ severity: 'low' })] }),
    ]) {
      const { decisions } = summarise(scan)
      expect(decisions.length).toBeGreaterThanOrEqual(2)
      expect(decisions.length).toBeLessThanOrEqual(4)
      for (const d of decisions) expect(d.why).not.toBe('')
    }
  })
  test('follow from the data', () => {
    expect(what(scanOf({ findings: [finding(on(1))] }))).toContain('Isolate Phone 1.')
    expect(what(scanOf({ findings: [finding({ ...on(1), severity: 'medium' })] }))).toContain(
      'Review 1 contact with the people concerned: Phone 1.',
    )
    expect(what(scanOf({ sources: [source({ rows: { device_event: 3 } })] }))).toContain(
      'Collect network telemetry: DNS or gateway logs, or the App Privacy Report.',
    )
    expect(what(scanOf({ sources: [source(), source({ status: 'failed', rows: {} })] }))).toContain(
      'Have 1 unreadable source collected again.',
    )
    expect(what(scanOf({ sources: [source(), source({ status: 'unclaimed', rows: {} })] })).join()).not.toContain(
      'collected again',
    )
  })
  test('what was not visible names missing telemetry, blind analytics, silences and limits', () => {
    const spots = summarise(smallScan()).blindSpots.map((s) => s.what)
    expect(spots).toContain('Only 2 of 214 devices sent crash reports.')
    expect(spots).toContain('2 sources could not be read, or only in part.')
    expect(spots).toContain('1 file is of no kind that Codling reads, and left out.')
    expect(spots.some((s) => s.includes('the longest for 12 h'))).toBe(true)
    expect(spots).toContain('Part of the telemetry cannot show which app asked.')
    expect(spots.some((s) => s.startsWith('No crash'))).toBe(false)
    expect(summarise(scanOf({})).blindSpots[0]!.what).toMatch(/^No crash or diagnostic reports were given/)
  })
})
