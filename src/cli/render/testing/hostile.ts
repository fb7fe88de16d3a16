// Hostile documents: one text put into every string field that the schema of the scan document has.
import type { ScanResult } from '../../../pipeline/contract.ts'

/** Stands in every hostile text, so that a test finds where data went. */
export const sentinel = 'zqxdata'

export const hostileTexts: Readonly<Record<string, string>> = {
  script: `<script>${sentinel}=1</script>`,
  attribute: `"><img src=x onerror=${sentinel}()>`,
  singleQuote: `' onmouseover='${sentinel}()' x='`,
  endScript: `</script><svg onload=${sentinel}()>`,
  endStyle: `</style></title></textarea><iframe src=javascript:${sentinel}()>`,
  comment: `<!--${sentinel}--><!--><script>`,
  entity: `&lt;img src=x onerror=${sentinel}()&gt;&#x3c;b&#x3e;`,
  escapeCode: `\u001b[31m${sentinel}\u001b]0;owned\u0007\u009b2J`,
  bidi: `\u202e${sentinel}\u2066gpj.exe\u2069`,
  nul: `\u0000${sentinel}\u0000\r\n\u0008\u007f`,
  surrogate: `\ud800${sentinel}\udfff`,
  template: `\${${sentinel}} $0 $1 <%= ${sentinel} %>`,
  url: `javascript:${sentinel}()`,
  proto: '__proto__',
  long: `${sentinel}<b>`.repeat(100_000),
}

/** Every string of the document replaced, also keys of records; numbers, arrays and the shape stay. */
export function withText(scan: ScanResult, text: string, keepTimes: boolean): ScanResult {
  const isTime = (s: string) => /^\d{4}-\d\d-\d\dT/.test(s)
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return keepTimes && isTime(value) ? value : text
    if (Array.isArray(value)) return value.map(walk)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(
      Object.entries(value).map(([key, v]) => [openKeys(value) ? `${text}${key}` : key, walk(v)]),
    )
  }
  return walk(scan) as ScanResult
}

/** Records by status, code, table …: their keys are data too. All their values are numbers, and no declared object is so. */
const openKeys = (o: object): boolean =>
  Object.keys(o).length > 0 && Object.values(o).every((v) => typeof v === 'number') && !('loaded' in o)

export type Element = {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly text: string
}

/**
 * Elements of a page in order, each with the text up to the next tag. Follows the HTML tokenizer where it matters for
 * injection: raw text in script, style and title, quoted and unquoted attributes, comments.
 */
export function elementsOf(page: string): Element[] {
  const found: Element[] = []
  let i = 0
  while (i < page.length) {
    const open = page.indexOf('<', i)
    if (open < 0) break
    if (page.startsWith('<!--', open)) {
      found.push({ name: '#comment', attributes: {}, text: '' })
      i = page.indexOf('-->', open) + 3 || page.length
      continue
    }
    const tag = /^<(\/?)([a-zA-Z!][^\s/>]*)/.exec(page.slice(open, open + 200))
    if (tag === null) {
      i = open + 1
      continue
    }
    let at = open + tag[0].length
    const attributes: Record<string, string> = {}
    const attribute = /[\s/]*(?:([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?)/y
    for (;;) {
      attribute.lastIndex = at
      const m = attribute.exec(page)
      if (m === null) break
      attributes[m[1]!.toLowerCase()] = m[2] ?? m[3] ?? m[4] ?? ''
      at = attribute.lastIndex
    }
    const close = page.indexOf('>', at) + 1 || page.length
    const name = tag[2]!.toLowerCase()
    let end = page.indexOf('<', close)
    if (tag[1] === '' && ['script', 'style', 'title'].includes(name) && !('id' in attributes && name === 'title')) {
      const rest = page.slice(close).search(new RegExp(`</${name}[\\s/>]`, 'i'))
      end = rest < 0 ? page.length : close + rest
    }
    if (tag[1] === '') found.push({ name, attributes, text: page.slice(close, end < 0 ? page.length : end) })
    i = end < 0 ? page.length : end
  }
  return found
}
