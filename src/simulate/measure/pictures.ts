// Pictures of an evaluation, as SVG that stands alone: no script, no font, no style sheet from elsewhere.
import type { Scored } from './curves.ts'
import { foundBy, precisionRecall, rocCurve } from './curves.ts'
import type { Rate } from './intervals.ts'

const width = 720
const height = 420
const plot = { left: 64, right: 500, top: 40, bottom: 360 }
/** Okabe and Ito 2008, without the yellow that white paper swallows; dashes tell series apart without colour. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000']
const dashes = ['', '7 3', '2 3', '9 3 2 3', '4 2', '12 4', '1 4']

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeText = (text: string): string => text.replace(/[&<>"]/g, (c) => escapes[c]!)
const at = (x: number): string => (Math.round(x * 10) / 10).toString()

export type Tick = { readonly at: number; readonly text: string }
type Axis = {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly ticks: readonly Tick[]
  /** Distances are ratios; values at or below `from` lie on its border. */
  readonly logarithmic?: boolean
}

type Point = { readonly x: number; readonly y: number; readonly low?: number; readonly high?: number }
type Series = { readonly name: string; readonly points: readonly Point[]; readonly marks?: boolean }

function scaleOf(axis: Axis, from: number, to: number): (value: number) => number {
  const place = axis.logarithmic ? (v: number) => Math.log(Math.max(v, axis.from)) : (v: number) => v
  const [first, last] = [place(axis.from), place(axis.to)]
  return (value) => from + (Math.min(1, Math.max(0, (place(value) - first) / (last - first))) || 0) * (to - from)
}

const text = (x: number, y: number, content: string, more = ''): string =>
  `<text x="${at(x)}" y="${at(y)}"${more}>${escapeText(content)}</text>`
const line = (x1: number, y1: number, x2: number, y2: number, more: string): string =>
  `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" ${more}/>`

function axes(x: Axis, y: Axis, toX: (v: number) => number, toY: (v: number) => number): string {
  const grid = 'stroke="#ddd"'
  return [
    ...x.ticks.flatMap((t) => [
      line(toX(t.at), plot.top, toX(t.at), plot.bottom, grid),
      text(toX(t.at), plot.bottom + 18, t.text, ' text-anchor="middle"'),
    ]),
    ...y.ticks.flatMap((t) => [
      line(plot.left, toY(t.at), plot.right, toY(t.at), grid),
      text(plot.left - 8, toY(t.at) + 4, t.text, ' text-anchor="end"'),
    ]),
    line(plot.left, plot.bottom, plot.right, plot.bottom, 'stroke="#333"'),
    line(plot.left, plot.top, plot.left, plot.bottom, 'stroke="#333"'),
    text((plot.left + plot.right) / 2, plot.bottom + 42, x.name, ' text-anchor="middle"'),
    text(0, 0, y.name, ` text-anchor="middle" transform="translate(16 ${(plot.top + plot.bottom) / 2}) rotate(-90)"`),
  ].join('\n')
}

/** Circle, square, triangle, diamond: shape tells as colour does. */
function mark(i: number, x: number, y: number, colour: string): string {
  const shapes = [
    `<circle cx="${at(x)}" cy="${at(y)}" r="4" fill="${colour}"/>`,
    `<rect x="${at(x - 3.5)}" y="${at(y - 3.5)}" width="7" height="7" fill="${colour}"/>`,
    `<path d="M${at(x)} ${at(y - 5)}L${at(x + 5)} ${at(y + 4)}L${at(x - 5)} ${at(y + 4)}Z" fill="${colour}"/>`,
    `<path d="M${at(x)} ${at(y - 5)}L${at(x + 5)} ${at(y)}L${at(x)} ${at(y + 5)}L${at(x - 5)} ${at(y)}Z" fill="${colour}"/>`,
  ]
  return shapes[i % shapes.length]!
}

function chart(title: string, x: Axis, y: Axis, series: readonly Series[], diagonal: boolean): string {
  const toX = scaleOf(x, plot.left, plot.right)
  const toY = scaleOf(y, plot.bottom, plot.top)
  const drawn = series.map((s, i) => {
    // whiskers of different series at the same place stand side by side
    const xOf = (p: Point) => toX(p.x) + (s.marks ? 5 * (i - (series.length - 1) / 2) : 0)
    const colour = colours[i % colours.length]!
    const dash = dashes[i % dashes.length]!
    const stroke = `stroke="${colour}" stroke-width="2" fill="none"${dash ? ` stroke-dasharray="${dash}"` : ''}`
    const path = s.points.map((p, n) => `${n === 0 ? 'M' : 'L'}${at(xOf(p))} ${at(toY(p.y))}`).join('')
    const whiskers = s.points.flatMap((p) =>
      p.low === undefined || p.high === undefined
        ? []
        : [line(xOf(p), toY(p.low), xOf(p), toY(p.high), `stroke="${colour}" stroke-opacity="0.6"`)],
    )
    const key = plot.top + 10 + 22 * i
    return [
      ...whiskers,
      path === '' ? '' : `<path d="${path}" ${stroke}/>`,
      ...(s.marks ? s.points.map((p) => mark(i, xOf(p), toY(p.y), colour)) : []),
      line(plot.right + 16, key, plot.right + 42, key, stroke),
      ...(s.marks ? [mark(i, plot.right + 29, key, colour)] : []),
      text(plot.right + 50, key + 4, s.name),
    ].join('\n')
  })
  const guide = diagonal
    ? `${line(toX(x.from), toY(Math.max(x.from, y.from)), toX(x.to), toY(Math.min(x.to, y.to)), 'stroke="#888" stroke-dasharray="3 3"')}\n`
    : ''
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="#222"><title>${escapeText(title)}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${text(plot.left, 22, title, ' font-size="14" font-weight="600"')}
${axes(x, y, toX, toY)}
${guide}${drawn.join('\n')}
</svg>
`
}

const shares: readonly Tick[] = [0, 0.2, 0.4, 0.6, 0.8, 1].map((v) => ({ at: v, text: v.toString() }))
const share = (name: string): Axis => ({ name, from: 0, to: 1, ticks: shares })

export type Ranked = { readonly name: string; readonly items: readonly Scored[] }

/** ROC curves of several scorers; the grey diagonal is chance. */
export function rocPicture(ranked: readonly Ranked[], title = 'ROC'): string {
  const series = ranked.map(({ name, items }) => ({
    name,
    points: rocCurve(items).map((p) => ({ x: p.falseShare, y: p.trueShare })),
  }))
  return chart(title, share('share of false items reported'), share('share of attacks reported'), series, true)
}

/** Precision over recall, in steps: between two thresholds nothing is interpolated. */
export function precisionRecallPicture(ranked: readonly Ranked[], title = 'Precision and recall'): string {
  const series = ranked.map(({ name, items }) => {
    const points = precisionRecall(items)
    return {
      name,
      points: points.flatMap((p, i) => [
        { x: points[i - 1]?.recall ?? 0, y: p.precision },
        { x: p.recall, y: p.precision },
      ]),
    }
  })
  return chart(title, share('recall'), share('precision'), series, false)
}

const day = 86_400
const spans: readonly Tick[] = [
  { at: 60, text: '1 min' },
  { at: 600, text: '10 min' },
  { at: 3600, text: '1 h' },
  { at: 6 * 3600, text: '6 h' },
  { at: day, text: '1 d' },
  { at: 7 * day, text: '7 d' },
  { at: 30 * day, text: '30 d' },
]

export type Timed = { readonly name: string; readonly times: readonly (number | null)[] }

/** Share of all attacks found by each time after the first contact (seconds; null: never found), on a log scale. */
export function detectPicture(timed: readonly Timed[], title = 'Time to detect'): string {
  const to = Math.max(30 * day, ...timed.flatMap(({ times }) => times.map((t) => t ?? 0)))
  const x: Axis = { name: 'time after the first contact', from: 60, to, ticks: spans, logarithmic: true }
  const series = timed.map(({ name, times }) => {
    const steps = foundBy(times)
    const points = steps.flatMap((p, i) => [
      { x: p.seconds, y: steps[i - 1]?.share ?? 0 },
      { x: p.seconds, y: p.share },
    ])
    return { name, points: [{ x: 60, y: 0 }, ...points, { x: to, y: steps.at(-1)?.share ?? 0 }] }
  })
  return chart(title, x, share('share of attacks found'), series, false)
}

export type Budgeted = { readonly name: string; readonly points: readonly (Rate & { readonly budget: number })[] }

/**
 * False findings that were seen against the budget that was set, both per 1,000 device-weeks and logarithmic, with
 * their exact intervals. On the grey diagonal the budget is kept to the letter, below it more than kept. A rate of 0
 * lies on the lower border.
 */
export function budgetPicture(budgeted: readonly Budgeted[], title = 'False findings against the budget'): string {
  const values = budgeted.flatMap(({ points }) => points.flatMap((p) => [p.budget, p.rate, p.high]))
  const top = Math.max(1, Math.ceil(Math.log10(Math.max(10, ...values))))
  const bottom = Math.min(-1, Math.floor(Math.log10(Math.min(0.1, ...values.filter((v) => v > 0)))))
  const ticks = Array.from({ length: top - bottom + 1 }, (_, i) => {
    const value = Number(`1e${bottom + i}`)
    return { at: value, text: value.toString() }
  })
  const axis = (name: string): Axis => ({ name, from: 10 ** bottom, to: 10 ** top, ticks, logarithmic: true })
  const series = budgeted.map(({ name, points }) => ({
    name,
    points: points.map((p) => ({ x: p.budget, y: p.rate, low: p.low, high: p.high })),
    marks: true,
  }))
  return chart(title, axis('budget per 1,000 device-weeks'), axis('false findings seen'), series, true)
}
