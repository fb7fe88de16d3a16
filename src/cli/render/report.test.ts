import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { scanSchema } from '../../pipeline/contract.ts'
import { renderReport } from './report.ts'
import { elementsOf, hostileTexts, sentinel, withText } from './testing/hostile.ts'
import { bigScan, finding, scanOf, smallScan, source } from './testing/sample.ts'

const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
/** What a reader without scripts sees. */
const textOf = (page: string): string =>
  unescaped(
    elementsOf(page)
      .filter((e) => e.name !== 'script' && e.name !== 'style')
      .map((e) => e.text)
      .join('\n'),
  )
const dataOf = (page: string) => {
  const block = elementsOf(page).find((e) => e.attributes.type === 'application/json')
  return JSON.parse(block!.text) as { tables: { id: string; rows: unknown[] }[]; texts: string[] }
}

const elements = new Set(
  'html head meta title style script body header strong span main section nav a h1 h2 h3 p div dl dt dd small ol ul li figure figcaption svg g line rect circle path text table caption thead tbody tr th td details summary pre footer !doctype'.split(
    ' ',
  ),
)
const attributes = new Set(
  'html lang charset http-equiv content name class id href aria-label aria-labelledby aria-hidden role scope colspan type viewbox x x1 x2 y y1 y2 cx cy r rx d width height text-anchor'.split(
    ' ',
  ),
)

describe('the samples', () => {
  test('are scan documents', () => {
    for (const scan of [smallScan(), scanOf({}), bigScan(50)]) expect(scanSchema.safeParse(scan).error).toBeUndefined()
  })
})

describe('what the report says', () => {
  const page = renderReport(smallScan())
  const text = textOf(page)

  test('answers first, for someone who decides', () => {
    expect(text).toContain(
      'Yes. 1 device shows strong signs of targeted spyware or exploitation and needs action today.',
    )
    expect(text).toContain('Isolate iPhone Finance 03.')
    expect(text).toContain('Only 2 of 214 devices sent crash reports.')
    expect(text.indexOf('What to decide')).toBeLessThan(text.indexOf('Timeline'))
  })

  test('shows every finding with device, destination, source and line, also without scripts', () => {
    for (const f of smallScan().findings) {
      expect(text).toContain(f.title)
      if (f.destination) expect(text).toContain(f.destination.value)
      for (const c of f.caveats) expect(text).toContain(c.text)
      for (const e of [...f.evidence, ...f.links.flatMap((l) => l.evidence)]) {
        expect(text).toContain(`${e.source}:${e.record}`)
        expect(text).toContain(e.raw)
      }
    }
    expect(text).toContain('this process crashes so once in 9 device-years')
  })

  test('shows what could not be read, and what it is blind to', () => {
    expect(text).toContain('exports/old/conn.log.gz')
    expect(text).toContain('unexpected end of data')
    expect(text).toContain('unified logs are not read yet')
    expect(text).toContain('system processes: the report covers apps only')
    expect(text).toContain("[domain-name:value='")
  })

  test('does not call silence safety', () => {
    const quiet = textOf(renderReport(scanOf({})))
    expect(quiet).toContain('Nothing was found in what was read. That does not prove that the devices are clean.')
    expect(quiet).toContain('No crash or diagnostic reports were given')
    expect(quiet).not.toMatch(/\b(no threats?|is safe|are safe|all clear)\b/i)
    const nothing = textOf(renderReport(scanOf({ sources: [source({ status: 'failed', rows: {} })] })))
    expect(nothing).toContain('We cannot say.')
  })

  test('is the same for the same document', () => expect(renderReport(smallScan())).toBe(page))
})

describe('one file that needs nothing else', () => {
  const page = renderReport(smallScan())
  const all = elementsOf(page)

  test('loads and links nothing', () => {
    for (const e of all) {
      expect(e.attributes).not.toHaveProperty('src')
      if ('href' in e.attributes) expect(e.attributes.href).toMatch(/^#[a-z]+$/)
    }
    // the name that elements of a picture are made with is no address
    expect(page.replace("'http://www.w3.org/2000/svg'", '')).not.toMatch(/@import|url\(|https?:\/\//)
  })

  test('its policy allows its own style and script by hash, and nothing else', () => {
    const policy = unescaped(
      all.find((e) => e.attributes['http-equiv'] === 'Content-Security-Policy')!.attributes.content!,
    )
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    const script = all.find((e) => e.name === 'script' && !('type' in e.attributes))!
    expect(policy).toBe(
      `default-src 'none'; style-src ${hash(all.find((e) => e.name === 'style')!.text)}; script-src ${hash(script.text)}; base-uri 'none'; form-action 'none'`,
    )
  })

  test('headings step down one at a time, and every column head has a scope', () => {
    const levels = all.filter((e) => /^h\d$/.test(e.name)).map((e) => Number(e.name[1]))
    expect(levels[0]).toBe(1)
    expect(levels.slice(1).filter((level, i) => level - levels[i]! > 1)).toEqual([])
    expect(all.filter((e) => e.name === 'th' && !('scope' in e.attributes))).toEqual([])
    expect(all.filter((e) => e.name === 'table').length).toBe(all.filter((e) => e.name === 'caption').length)
    const ids = all.flatMap((e) => e.attributes.id ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    for (const e of all) if (e.attributes.href) expect(ids).toContain(e.attributes.href.slice(1))
  })
})

describe('hostile text in any field', () => {
  const shapes: [string, boolean][] = [
    ['times kept', true],
    ['times too', false],
  ]
  for (const [name, text] of Object.entries(hostileTexts))
    for (const [which, keepTimes] of shapes)
      test(`${name}, ${which}`, () => {
        const page = renderReport(withText(smallScan(), text, keepTimes))
        const all = elementsOf(page)
        expect(all.length).toBeGreaterThan(150)
        for (const e of all) {
          if (!elements.has(e.name)) throw new Error(`element <${e.name}> came from data`)
          for (const [attribute, value] of Object.entries(e.attributes)) {
            if (!attributes.has(attribute)) throw new Error(`attribute ${attribute} of <${e.name}> came from data`)
            if (value.includes(sentinel)) throw new Error(`data in attribute ${attribute} of <${e.name}>`)
          }
        }
        expect(all.filter((e) => e.name === 'script')).toHaveLength(2)
        expect(all.filter((e) => e.name === 'style')).toHaveLength(1)
        const invisible = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/
        expect(invisible.exec(textOf(page))).toBeNull()
        expect(dataOf(page).texts.filter((t) => invisible.test(t))).toEqual([])
        expect(page.isWellFormed()).toBe(true)
        if (text.includes(sentinel)) expect(textOf(page)).toContain(sentinel)
        expect(page.length).toBeLessThan(2_000_000)
      })

  test('thousands of families, caveats, steps, gaps and feeds stay bounded', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `entry ${i}`)
    const f = finding()
    const page = renderReport(
      scanOf({
        findings: [
          finding({
            indicator: { ...f.indicator!, families: many, feeds: many },
            caveats: many.map((text) => ({ code: text, text })),
            links: many.map((text) => ({
              kind: 'crash',
              ts: f.first_seen,
              text,
              probability: 0.1,
              evidence: f.evidence,
            })),
            evidence: many.map((raw, record) => ({ source: 'a.log', record, ts: f.first_seen, raw })),
          }),
        ],
        sources: [
          source({ samples: many.map((sample) => ({ code: 'bad_time', record: 1, byte: 1, detail: '', sample })) }),
        ],
      }),
    )
    expect(page.length).toBeLessThan(500_000)
    expect(textOf(page)).toContain('10 of 20,000 records are shown')
  })

  test('numbers and times that cannot be drawn do not throw', () => {
    const odd = finding({ score: Number.NaN, count: -1, first_seen: '+275760-09-13T00:00:00Z', last_seen: '' })
    expect(() => renderReport(scanOf({ findings: [odd, odd], history: [odd], leads: [odd] }))).not.toThrow()
    const same = finding({ first_seen: '2026-03-01T00:00:00Z', last_seen: '2026-03-01T00:00:00Z' })
    for (const e of elementsOf(renderReport(scanOf({ findings: [same] }))))
      if (e.name !== 'script') expect(JSON.stringify(e)).not.toContain('NaN')
  })
})

describe('10,000 findings', () => {
  const page = renderReport(bigScan())
  test('stay within 12 MB, with 500 rows for readers without scripts and all for the script', () => {
    expect(page.length).toBeLessThan(12_000_000)
    const data = dataOf(page)
    expect(data.tables.find((t) => t.id === 'findings')!.rows).toHaveLength(10_000)
    const all = elementsOf(page)
    const from = all.findIndex((e) => e.attributes.id === 'table-findings')
    const to = all.findIndex((e) => e.attributes.id === 'history')
    expect(all.slice(from, to).filter((e) => e.name === 'tbody')).toHaveLength(500)
    expect(textOf(page)).toContain('the first 500 of 10,000 are shown')
  })
})
