// Markup is only ever made here: everything interpolated is escaped, and there is no way around it.
import { createHash } from 'node:crypto'
import { bounded } from './words.ts'

const markup = Symbol('markup')

/** Markup that `html` made. Cannot be forged elsewhere: the key never leaves this file. */
export type Html = { readonly [markup]: string }
type Child = Html | string | number | null | readonly Html[]

/** Longest text that one place of the report may hold, in characters; callers cut shorter where it reads better. */
const longest = 4_096

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeText = (text: string): string => text.replace(/[&<>"']/g, (c) => escapes[c]!)

function childMarkup(child: Child): string {
  if (child === null) return ''
  if (typeof child === 'number') return String(child)
  if (typeof child === 'string') return escapeText(bounded(child, longest))
  if (markup in child) return child[markup]
  return child.map((part) => part[markup]).join('')
}

/** Tagged template → markup. Strings are made visible (control, bidi), bounded and escaped; null is nothing. */
export function html(parts: TemplateStringsArray, ...children: readonly Child[]): Html {
  let made = parts[0]!
  children.forEach((child, i) => {
    made += childMarkup(child) + parts[i + 1]!
  })
  return { [markup]: made }
}

/**
 * A piece of markup as data: drawn here into the page and, by the page's script, into further rows. A number is the
 * field of that index as text; `['each', n, shape]` repeats `shape` for the rows in field n. `$n` in a class is field n.
 */
export type Shape = readonly [tag: string, attributes: Readonly<Record<string, string>>, ...children: ShapeChild[]]
type ShapeChild = Shape | string | number | readonly ['each', number, Shape]
/** Texts (already bounded and visible) and lists of rows. */
export type Fields = readonly (string | readonly Fields[])[]

const isEach = (child: Shape | readonly ['each', number, Shape]): child is readonly ['each', number, Shape] =>
  child[0] === 'each'

function drawChild(child: ShapeChild, fields: Fields): string {
  if (typeof child === 'string') return escapeText(child)
  if (typeof child === 'number') return escapeText(String(fields[child] ?? ''))
  if (!isEach(child)) return drawShape(child, fields)
  const rows = fields[child[1]]
  return typeof rows === 'object' ? rows.map((row) => drawShape(child[2], row)).join('') : ''
}

function drawShape([tag, attributes, ...children]: Shape, fields: Fields): string {
  const written = Object.entries(attributes).map(([name, value]) => {
    const filled = value.replace(/\$(\d+)/g, (_, n) => String(fields[Number(n)] ?? ''))
    return ` ${name}="${escapeText(filled)}"`
  })
  return `<${tag}${written.join('')}>${children.map((child) => drawChild(child, fields)).join('')}</${tag}>`
}

/** The markup of one row of a table that the page's script pages through. */
export const draw = (shape: Shape, fields: Fields): Html => ({ [markup]: drawShape(shape, fields) })

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** The whole document: `style` and `script` are constants of the program, `data` anything that JSON can hold. */
export function page(o: { title: string; style: string; script: string; data: unknown; body: Html }): string {
  const policy = `default-src 'none'; style-src ${hash(o.style)}; script-src ${hash(o.script)}; base-uri 'none'; form-action 'none'`
  // `<` never stands in the data, so neither `</script>` nor `<!--` can end or alter the block.
  const data = JSON.stringify(o.data).replace(/</g, '\\u003c')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${escapeText(bounded(o.title, 200))}</title>
<style>${o.style}</style>
</head>
<body>
${o.body[markup]}
<script type="application/json" id="data">${data}</script>
<script>${o.script}</script>
</body>
</html>
`
}
