// Pictures drawn as SVG by hand: lanes are simpler than a chart library's, need no script, and follow the page's colours.
import { type Severity, severityRank } from '../../model/index.ts'
import type { ScanFinding, ScanResult } from '../../pipeline/contract.ts'
import { type Html, html } from './html.ts'
import {
  amount,
  bounded,
  byWeight,
  deviceKey,
  deviceLabel,
  duration,
  instant,
  listed,
  severitiesDown,
  severityOf,
  tail,
  time,
} from './words.ts'

const width = 1160
const left = 210
const right = 24
const axisHeight = 28
const hour = 3_600_000
const steps = [1 / 60, 1 / 12, 1 / 4, 1, 3, 6, 12, 24, 48, 168, 336, 720, 2160, 4320, 8760].map((h) => h * hour)

type Scale = {
  readonly x: (ms: number) => number
  readonly ticks: readonly { readonly x: number; readonly text: string }[]
}

function scaleOf(from: number, to: number): Scale {
  const room = Math.max(to - from, 60_000)
  const [start, end] = [from - room * 0.02, from + room * 1.02]
  const x = (ms: number) => Math.round((left + ((ms - start) / (end - start)) * (width - left - right)) * 10) / 10
  const step = steps.find((s) => (end - start) / s <= 9) ?? (end - start) / 8
  const ticks = []
  for (let t = Math.ceil(start / step) * step; t <= end && ticks.length < 20; t += step) {
    const iso = new Date(t).toISOString()
    ticks.push({ x: x(t), text: step >= 24 * hour ? iso.slice(0, 10) : iso.slice(5, 16).replace('T', ' ') })
  }
  return { x, ticks }
}

const label = (text: string, max = 28): string =>
  text.length > max ? `${text.slice(0, max - 1).toWellFormed()}…` : text

const axis = (scale: Scale, height: number): Html =>
  html`${scale.ticks.map(
    (t) => html`<line class="grid" x1="${t.x}" x2="${t.x}" y1="${axisHeight}" y2="${height}"/>
<text class="tick" x="${t.x}" y="16" text-anchor="middle">${t.text}</text>`,
  )}`

/** Shape as well as colour tells the severity. `r` half the size. */
function mark(severity: Severity, x: number, y: number, about: string): Html {
  const c = `mark ${severity}`
  if (severity === 'critical')
    return html`<path class="${c}" d="M${x} ${y - 8}L${x + 8} ${y}L${x} ${y + 8}L${x - 8} ${y}Z"><title>${about}</title></path>`
  if (severity === 'high')
    return html`<rect class="${c}" x="${x - 5.5}" y="${y - 5.5}" width="11" height="11"><title>${about}</title></rect>`
  return html`<circle class="${c}" cx="${x}" cy="${y}" r="${severity === 'medium' ? 5.5 : severity === 'low' ? 4 : 3}"><title>${about}</title></circle>`
}

export type Lane = { readonly findings: readonly ScanFinding[]; readonly name: string }

/** Findings by device, the devices with the most severe ones first. */
export function lanesOf(findings: readonly ScanFinding[]): Lane[] {
  const by = new Map<string, ScanFinding[]>()
  for (const f of findings.toSorted(byWeight)) {
    const key = deviceKey(f.device)
    const lane = by.get(key)
    if (lane) lane.push(f)
    else by.set(key, [f])
  }
  return [...by.values()].map((all) => ({ findings: all, name: deviceLabel(all[0]!.device) }))
}

const mostTracks = 3
type Bar = { readonly from: number; readonly to: number; readonly finding: ScanFinding; readonly track: number }

/** Bars that overlap go onto tracks below each other; a lane of thousands keeps its most severe. */
function tracksOf(lane: Lane, scale: Scale): Bar[] {
  const ends: number[] = []
  const bars: Bar[] = []
  for (const finding of lane.findings) {
    const from = scale.x(instant(finding.first_seen))
    const to = scale.x(instant(finding.last_seen))
    if (!Number.isFinite(from) || !Number.isFinite(to) || bars.length >= 120) continue
    let track = ends.findIndex((_, i) => bars.every((b) => b.track !== i || to + 12 < b.from || b.to + 12 < from))
    if (track < 0) track = ends.length < mostTracks ? ends.length : mostTracks - 1
    ends[track] = to
    bars.push({ from, to: Math.max(to, from), finding, track })
  }
  return bars
}

/** The story of a device: a lane each, a bar from first to last contact, a mark at its beginning. Null: nothing to draw. */
export function timeline(findings: readonly ScanFinding[], most = 20): Html | null {
  const lanes = lanesOf(findings)
  const shown = lanes.slice(0, most)
  const times = shown
    .flatMap((lane) => lane.findings.flatMap((f) => [instant(f.first_seen), instant(f.last_seen)]))
    .filter(Number.isFinite)
  if (times.length === 0) return null
  const scale = scaleOf(
    times.reduce((a, b) => Math.min(a, b)),
    times.reduce((a, b) => Math.max(a, b)),
  )
  let y = axisHeight + 6
  const drawn = shown.map((lane) => {
    const bars = tracksOf(lane, scale)
    const tracks = bars.reduce((n, b) => Math.max(n, b.track + 1), 1)
    const height = 28 + 20 * tracks
    const top = y
    y += height
    const at = (b: Bar) => top + 23 + 20 * b.track
    // The most severe is drawn last, so that nothing covers it.
    const ordered = bars.toReversed()
    return html`<g><text class="lane" x="0" y="${top + 22}">${label(lane.name)}</text>
<text class="tick" x="0" y="${top + 38}">${amount(lane.findings.length)} ${lane.findings.length === 1 ? 'finding' : 'findings'}</text>
${ordered.map((b) => html`<rect class="bar ${severityOf(b.finding)}" x="${b.from}" y="${at(b) - 3}" width="${Math.round(Math.max(2, b.to - b.from) * 10) / 10}" height="6" rx="3"/>`)}
${ordered.flatMap((b) =>
  b.finding.links.slice(0, 12).flatMap((l) => {
    const x = scale.x(instant(l.ts))
    return Number.isFinite(x)
      ? [html`<circle class="step" cx="${x}" cy="${at(b)}" r="2.5"><title>${bounded(l.text, 160)}</title></circle>`]
      : []
  }),
)}
${ordered.map((b) => mark(severityOf(b.finding), b.from, at(b), about(b.finding)))}
<line class="rule" x1="0" x2="${width}" y1="${top + height}" y2="${top + height}"/></g>`
  })
  const height = y + 4
  const present = severitiesDown.filter((s) => shown.some((lane) => lane.findings.some((f) => severityOf(f) === s)))
  return html`<figure><svg class="picture" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="timeline-title"><title id="timeline-title">Findings of each device over time; the table below says the same</title>
${axis(scale, height)}${drawn}</svg>
<figcaption>${present.map((s) => html`<svg class="key" viewBox="0 0 20 20" aria-hidden="true">${mark(s, 10, 10, '')}</svg>${s} `)}<span class="sub">A mark is the first contact, its bar reaches to the last. Times are UTC.${
    lanes.length > most ? ` The ${most} devices with the most severe findings of ${amount(lanes.length)}.` : ''
  }</span></figcaption></figure>`
}

const about = (f: ScanFinding): string =>
  `${severityOf(f)}: ${bounded(f.title, 120)}${f.destination ? `, ${bounded(f.destination.value, 80)}` : ''}; ${time(f.first_seen)} to ${time(f.last_seen)}`

/** When each source held data, and when it fell silent. Null: no source has times. */
export function gapPicture(sources: ScanResult['sources'], most = 25): Html | null {
  const timed = sources
    .map((s) => ({ s, from: instant(s.first), to: instant(s.last) }))
    .filter(({ from, to }) => Number.isFinite(from) && Number.isFinite(to) && to >= from)
  if (timed.length === 0) return null
  const silent = ({ s }: (typeof timed)[number]) =>
    s.coverage.gaps.reduce((sum, g) => sum + Math.max(0, instant(g.to) - instant(g.from) || 0), 0)
  const shown = timed.toSorted((a, b) => silent(b) - silent(a) || b.to - b.from - (a.to - a.from)).slice(0, most)
  const scale = scaleOf(
    shown.reduce((a, b) => Math.min(a, b.from), Number.POSITIVE_INFINITY),
    shown.reduce((a, b) => Math.max(a, b.to), Number.NEGATIVE_INFINITY),
  )
  const row = 24
  const height = axisHeight + 6 + shown.length * row
  const extent = (from: number, to: number) => Math.round(Math.max(1.5, scale.x(to) - scale.x(from)) * 10) / 10
  return html`<figure><svg class="picture" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="gaps-title"><title id="gaps-title">Time covered by each source, with its silences</title>
${axis(scale, height)}${shown.map(({ s, from, to }, i) => {
  const y = axisHeight + 6 + i * row
  return html`<g><text class="lane small" x="0" y="${y + 15}">${bounded(tail(s.path, 30), 40)}</text>
<rect class="covered" x="${scale.x(from)}" y="${y + 7}" width="${extent(from, to)}" height="9" rx="2"><title>${time(s.first)} to ${time(s.last)}</title></rect>
${s.coverage.gaps
  .slice(0, 20)
  .map((g) => ({ a: instant(g.from), b: instant(g.to) }))
  .filter(({ a, b }) => a >= from && b <= to && b > a)
  .map(
    ({ a, b }) =>
      html`<rect class="gap" x="${scale.x(a)}" y="${y + 5}" width="${extent(a, b)}" height="13"><title>silent for ${duration((b - a) / 1000)}</title></rect>`,
  )}</g>`
})}</svg>
<figcaption><svg class="key" viewBox="0 0 20 20" aria-hidden="true"><rect class="covered" x="1" y="6" width="18" height="8" rx="2"/></svg>data <svg class="key" viewBox="0 0 20 20" aria-hidden="true"><rect class="gap" x="1" y="4" width="18" height="12"/></svg>silence that stands out <span class="sub">Times are UTC.${
    timed.length > shown.length
      ? ` The ${shown.length} sources with the longest silences of ${amount(timed.length)}.`
      : ''
  }</span></figcaption></figure>`
}

/** Worst severity of a lane: its first finding's, as lanes are ordered. */
export const worst = (lane: Lane): Severity => severityOf(lane.findings[0]!)
export const severityCounts = (findings: readonly ScanFinding[]): string =>
  listed(
    severitiesDown
      .map((s) => ({ s, n: findings.filter((f) => severityOf(f) === s).length }))
      .filter(({ n }) => n > 0)
      .map(({ s, n }) => `${amount(n)} ${s}`),
    severityRank('critical') + 1,
  )
