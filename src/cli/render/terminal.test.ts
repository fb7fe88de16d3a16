import { describe, expect, test } from 'vitest'
import { renderTerminal } from './terminal.ts'
import { hostileTexts, sentinel, withText } from './testing/hostile.ts'
import { bigScan, finding, scanOf, smallScan } from './testing/sample.ts'

const plain = { colour: false, width: 120, reportPath: null, jsonPath: null }

describe('what a scan prints', () => {
  const text = renderTerminal(smallScan(), { ...plain, reportPath: 'out/report.html', jsonPath: 'out/scan.json' })
  test('what was read, and what could not be', () => {
    expect(text).toMatch(/exports\/old\/conn\.log\.gz +zeek-conn +failed/)
    expect(text).toMatch(/zeek-dns +ok +412,003 +2026-03-01 – 2026-03-08/)
    expect(text).toContain('1 × the compressed data are damaged')
  })
  test('findings with device, user, destination, time, count, indicator, caveats and source:line', () => {
    expect(text).toMatch(/● critical {2}iPhone Finance 03 \(m\.keller\) → cdn\.sync-node\.example {2}97 %/)
    expect(text).toContain(
      'com.example.notes (Notes), reported by the device · 2026-03-03 10:48 – 2026-03-05 03:36 · 14 contacts',
    )
    expect(text).toContain('indicator sync-node.example: Gloomfang (Mercenary spyware list)')
    expect(text).toContain('but: Seen in a browser: a visit is not an infection')
    expect(text).toContain('App_Privacy_Report_v4_2026-03-08.ndjson:1201 and 2 more')
    expect(text.indexOf('● critical')).toBeLessThan(text.indexOf('● high'))
  })
  test('history, leads, blindness with its remedy, and where the rest is', () => {
    expect(text).toContain('History  1 contact with indicators that had ended by then')
    expect(text).toContain('Leads  1')
    expect(text).toContain(
      'AN1756: only 2 of 214 devices sent crash reports\n    → collect crash and diagnostic reports',
    )
    expect(text).toContain('Report    out/report.html')
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^Yes\. 1 device shows/)
  })
  test('nothing found is not called safe', () => {
    const quiet = renderTerminal(scanOf({}), plain)
    expect(quiet).toContain('Findings  none')
    expect(quiet).toContain('does not prove that the devices are clean')
    expect(quiet).toContain('cannot see which app asked (1 source)')
  })
})

describe('a big scan', () => {
  const big = bigScan(10_000)
  test('is folded into 120 lines that fit, and says what was left out', () => {
    for (const width of [80, 120, 200]) {
      const lines = renderTerminal(big, { ...plain, width }).split('\n')
      expect(lines.length).toBeLessThan(120)
      expect(lines.filter((line) => line.length > width)).toEqual([])
      expect(lines.join('\n')).toContain('and 152 more, all ok')
      expect(lines.join('\n')).toContain('and 9,982 more findings')
    }
  })
  test('verbose folds nothing', () => {
    const text = renderTerminal(bigScan(300), { ...plain, verbose: true })
    expect(text.match(/● /g)).toHaveLength(300)
    expect(text).not.toMatch(/ more,| more;/)
  })
})

describe('colour and hostile text', () => {
  test('colour only where it is asked for', () => {
    expect(renderTerminal(smallScan(), plain)).not.toContain('\u001b')
    expect(renderTerminal(smallScan(), { ...plain, colour: true })).toContain('\u001b[31m')
  })
  for (const [name, text] of Object.entries(hostileTexts))
    for (const keepTimes of [true, false])
      test(`${name}${keepTimes ? '' : ', times too'}`, () => {
        const made = renderTerminal(withText(smallScan(), text, keepTimes), {
          ...plain,
          reportPath: text,
          jsonPath: text,
        })
        expect(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.exec(made)).toBeNull()
        expect(made.isWellFormed()).toBe(true)
        expect(made.length).toBeLessThan(40_000)
        if (text.includes(sentinel)) expect(made).toContain(sentinel)
      })
  test('with colour, the only escape codes are ours', () => {
    const made = renderTerminal(withText(smallScan(), hostileTexts.escapeCode!, true), { ...plain, colour: true })
    expect(made.replace(/\u001b\[\d{1,2}m/g, '')).not.toContain('\u001b')
    const cut = finding({ title: 'x'.repeat(5_000), user: 'y'.repeat(5_000) })
    const lines = renderTerminal(scanOf({ findings: [cut] }), { ...plain, colour: true }).split('\n')
    for (const line of lines) expect(line.replace(/\u001b\[\d{1,2}m/g, '').length).toBeLessThanOrEqual(120)
  })
})
