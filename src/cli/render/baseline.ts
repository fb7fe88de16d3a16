// The baseline that a sequence broke: usual against seen, and its hours, in words and as a small picture.
import type { ScanFinding } from '../../pipeline/contract.ts'
import type { Fields, Shape } from './html.ts'
import { amount, bounded, bytes, duration, instant, minute, time } from './words.ts'

type Baseline = NonNullable<ScanFinding['baseline']>
type Measure = Baseline['measures'][number]

const plural = new Map([
  ['hours', 'hour'],
  ['contacts', 'contact'],
  ['services', 'service'],
  ['names', 'name'],
  ['questions', 'question'],
])

const quantity = (n: number, unit: Measure['unit']): string => {
  if (unit === 'bytes') return bytes(n)
  return `${amount(n)} ${n === 1 ? (plural.get(unit) ?? '') : bounded(unit, 20)}`
}
const usual = (n: number, { unit, least }: Measure): string =>
  n < least ? `fewer than ${quantity(least, unit)}` : quantity(n, unit)

const measureWords = (m: Measure): string =>
  `${bounded(m.name, 80)}: ${quantity(m.seen, m.unit)}; usual is ${usual(m.half, m)}, 90 of 100 stay within ${usual(m.ninety, m)}, 99 of 100 within ${usual(m.ninety_nine, m)}`

/** The same as the picture, a line each. */
export function baselineWords(b: Baseline): string[] {
  const shown = b.measures.slice(0, mostMeasures)
  const gap = (instant(b.effect) - instant(b.contact)) / 1000
  return [
    ...shown.map(measureWords),
    `compared with ${amount(b.size)} ${bounded(b.compared, 80)}`,
    ...(Number.isFinite(gap)
      ? [`contact ${time(b.contact)}, effect ${duration(Math.abs(gap))} ${gap < 0 ? 'before' : 'after'} it`]
      : []),
    ...courseWords(b),
  ]
}

function courseWords({ course }: Baseline): string[] {
  const hours = course.hours.slice(0, mostHours)
  const busy = hours.filter((n) => n > 0).length
  const most = Math.max(0, ...hours)
  const from = instant(course.from)
  if (busy === 0 || !Number.isFinite(from)) return []
  const last = new Date(from + (hours.findLastIndex((n) => n > 0) + 1) * hour).toISOString()
  return [
    `${bounded(course.what, 60)}: ${amount(busy)} such hours until ${minute(last)}, at most ${amount(most)} in one`,
  ]
}

const mostMeasures = 4
const mostHours = 240
const hour = 3_600_000

const width = 860
const left = 250
const right = 640
const rowHeight = 34
const top = 22
const courseHeight = 74

const round = (n: number): number => Math.round(n * 10) / 10

/** Position of a value on the scale of a measure: small values are told apart, large ones still fit. */
function scaleOf(m: Measure): (value: number) => number {
  const most = Math.max(1, m.seen, m.ninety_nine)
  return (value) => round(left + (Math.log1p(Math.max(0, value)) / Math.log1p(most)) * (right - left))
}

function measureFields(m: Measure, index: number): Fields {
  const x = scaleOf(m)
  const y = top + index * rowHeight
  const bar = y + 6
  const s = x(m.seen)
  return [
    bounded(m.name, 60),
    y + 14,
    bar,
    // to half, to 90, to 99 of 100
    Math.max(1, x(m.half) - left),
    Math.max(1, x(m.ninety) - left),
    Math.max(1, x(m.ninety_nine) - left),
    `M${s} ${y + 2}L${s + 8} ${y + 10}L${s} ${y + 18}L${s - 8} ${y + 10}Z`,
    quantity(m.seen, m.unit),
    `99 of 100: ${usual(m.ninety_nine, m)}`,
    measureWords(m),
    y + 26,
  ].map(String)
}

/** Fields of `pictureShape`: no row where there is nothing to draw. */
export function pictureFields(f: ScanFinding): Fields[] {
  const b = f.baseline
  if (!b) return []
  const measures = b.measures
    .filter((m) => [m.seen, m.half, m.ninety, m.ninety_nine].every(Number.isFinite))
    .slice(0, mostMeasures)
  const hours = b.course.hours.slice(0, mostHours)
  const from = instant(b.course.from)
  const courseTop = top + measures.length * rowHeight + 54
  const base = courseTop + courseHeight
  const to = from + Math.max(1, hours.length) * hour
  const x = (ms: number): number => round(((ms - from) / (to - from)) * width)
  const most = Math.max(1, ...hours)
  const drawn = Number.isFinite(from)
  const bars = drawn
    ? hours.flatMap((n, i) => {
        const tall = round((n / most) * (courseHeight - 16))
        return n > 0
          ? [[x(from + i * hour) + 0.5, base - tall, Math.max(1, width / hours.length - 1), tall].map(String)]
          : []
      })
    : []
  const marks = [
    { ms: instant(b.contact), what: 'contact', word: 'contact' },
    { ms: instant(b.effect), what: 'effect', word: 'effect' },
  ]
    .filter(({ ms }) => drawn && ms >= from && ms <= to)
    .sort((one, other) => one.ms - other.ms)
    // the earlier is told to its left, the later to its right: they may be minutes apart
    .map(({ ms, what, word }, i) => {
      const room = i === 0 ? x(ms) > 120 : x(ms) > width - 120
      return [
        x(ms),
        courseTop - 12,
        base,
        `${word} ${minute(new Date(ms).toISOString()).slice(5)}`,
        room ? x(ms) - 5 : x(ms) + 5,
        room ? 'end' : 'start',
        what,
        courseTop - 14 + (i === 1 && !room && x(ms) < 260 ? 12 : 0),
      ].map(String)
    })
  const step = [3, 6, 12, 24, 48].find((h) => hours.length / h <= 9) ?? 48
  const ticks: Fields[] = []
  if (drawn)
    for (let t = Math.ceil(from / (step * hour)) * step * hour; t <= to && ticks.length < 20; t += step * hour) {
      const text = new Date(t).toISOString().slice(5, 16).replace('T', ' ')
      if (x(t) > 44 && x(t) < width - 44) ticks.push([String(x(t)), text, String(base + 17)])
    }
  const height = base + 24
  return [
    [
      `0 0 ${width} ${height}`,
      `Usual and seen. ${baselineWords(b).join('. ')}`,
      measures.map(measureFields),
      bars,
      marks,
      ticks,
      `${bounded(b.course.what, 60)}, at most ${amount(most)}`,
      String(base),
      String(courseTop - 36),
      `usual among ${amount(b.size)} ${bounded(b.compared, 60)}: strong half of them, faint 99 of 100; ◆ this one`,
    ],
  ]
}

/** Numbers stand in attributes, texts in elements: all of it goes through the escaping of `html.ts`. */
export const pictureShape: Shape = [
  'svg',
  { class: 'sketch', viewBox: '$0', role: 'img' },
  ['title', {}, 1],
  ['text', { class: 'tick', x: '0', y: '12' }, 9],
  [
    'each',
    2,
    [
      'g',
      {},
      ['title', {}, 9],
      ['text', { class: 'small', x: '0', y: '$1' }, 0],
      ['rect', { class: 'usual ninety-nine', x: `${left}`, y: '$2', width: '$5', height: '8' }],
      ['rect', { class: 'usual ninety', x: `${left}`, y: '$2', width: '$4', height: '8' }],
      ['rect', { class: 'usual half', x: `${left}`, y: '$2', width: '$3', height: '8' }],
      ['path', { class: 'seen', d: '$6' }],
      ['text', { class: 'strong', x: `${right + 16}`, y: '$1' }, 7],
      ['text', { class: 'tick', x: `${left}`, y: '$10' }, 8],
    ],
  ],
  ['text', { class: 'small', x: '0', y: '$8' }, 6],
  ['each', 3, ['rect', { class: 'hour', x: '$0', y: '$1', width: '$2', height: '$3' }]],
  ['line', { class: 'grid', x1: '0', x2: `${width}`, y1: '$7', y2: '$7' }],
  [
    'each',
    4,
    [
      'g',
      {},
      ['line', { class: 'moment $6', x1: '$0', x2: '$0', y1: '$1', y2: '$2' }],
      ['text', { class: 'small', x: '$4', y: '$7', 'text-anchor': '$5' }, 3],
    ],
  ],
  ['each', 5, ['text', { class: 'tick', x: '$0', y: '$2', 'text-anchor': 'middle' }, 1]],
]
