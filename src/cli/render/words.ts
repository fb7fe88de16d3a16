// How facts of the scan document are worded for people: the same in the report and in the terminal.
import { type Severity, severities, severityRank } from '../../model/index.ts'
import { safeText } from '../../names/index.ts'
import type { ScanFinding } from '../../pipeline/contract.ts'

// Bounds are set before, on what the data hold: making characters visible may lengthen a text eightfold.
const visible = (text: string): string => safeText(text, Number.POSITIVE_INFINITY)

/** Control and bidi characters made visible, at most `max` characters, saying how many were left out. */
export function bounded(text: string, max = 300): string {
  if (text.length <= max) return visible(text)
  return `${visible(text.slice(0, max))} … (${amount(text.length - max)} more characters)`
}

/** As `bounded`, keeping line breaks: for records of several lines. */
export const boundedLines = (text: string, max: number): string =>
  (text.length <= max ? text : `${text.slice(0, max)} … (${amount(text.length - max)} more characters)`)
    .split(/\r?\n/)
    .map(visible)
    .join('\n')

/** Made when first asked for: it takes 20 ms, and a quiet scan tells no numbers. */
let grouped: Intl.NumberFormat | null = null
/** 1204 → 1,204 */
export const amount = (n: number): string => {
  grouped ??= new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
  return grouped.format(n)
}
/** (1, 'device') → 1 device; (3, 'device') → 3 devices */
export const counted = (n: number, one: string, many = `${one}s`): string => `${amount(n)} ${n === 1 ? one : many}`
/** 0.973 → 97 %; never 100 % or 0 % unless exactly so. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return '–'
  const whole = Math.round(share * 100)
  if (share < 1 && whole === 100) return '>99 %'
  if (share > 0 && whole === 0) return '<1 %'
  return `${whole} %`
}

const byteUnits = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const
/** Decimal units: 12_400_000 → 12.4 MB */
export function bytes(n: number): string {
  let unit = 0
  let rest = n
  while (rest >= 1000 && unit < byteUnits.length - 1) {
    rest /= 1000
    unit++
  }
  return `${unit === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)} ${byteUnits[unit]!}`
}

/** Seconds → 45 s, 3 min 20 s, 5 h 12 min, 3 days 4 h */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds))
  if (s < 60) return `${s} s`
  if (s < 3600) return joined(Math.floor(s / 60), 'min', s % 60, 's')
  if (s < 86_400) return joined(Math.floor(s / 3600), 'h', Math.floor((s % 3600) / 60), 'min')
  const days = Math.floor(s / 86_400)
  return joined(days, days === 1 ? 'day' : 'days', Math.floor((s % 86_400) / 3600), 'h')
}
const joined = (a: number, unitA: string, b: number, unitB: string): string =>
  b === 0 ? `${amount(a)} ${unitA}` : `${amount(a)} ${unitA} ${b} ${unitB}`

/**
 * ISO 8601 → milliseconds; NaN for null and for text that is no time of the years 0000–9999. Looks at the form first:
 * the field may hold a megabyte, and years beyond cannot be written back.
 */
export const instant = (iso: string | null): number =>
  iso !== null && iso.length <= 40 && /^\d{4}-\d\d/.test(iso) ? Date.parse(iso) : Number.NaN

/** Seconds from one time to another; 0 when either is no time. */
export const secondsBetween = (from: string | null, to: string | null): number =>
  (instant(to) - instant(from)) / 1000 || 0

/** ISO 8601 → 2026-03-04 10:11:12 (UTC); text that is no time is shown as it is, null as a dash. */
export function time(iso: string | null): string {
  if (iso === null) return '–'
  const at = instant(iso)
  return Number.isNaN(at) ? bounded(iso, 40) : new Date(at).toISOString().slice(0, 19).replace('T', ' ')
}
export const minute = (iso: string | null): string => time(iso).replace(/^(\d{4}-\d\d-\d\d \d\d:\d\d):\d\d$/, '$1')
export const day = (iso: string | null): string => time(iso).replace(/^(\d{4}-\d\d-\d\d) [\d:]{8}$/, '$1')

/** From–to; the day is not said twice, and one moment is one time. */
export function span(first: string | null, last: string | null, form: (iso: string | null) => string = minute): string {
  const [a, b] = [form(first), form(last)]
  if (a === b) return a
  const sameDay = /^\d{4}-\d\d-\d\d /.test(a) && a.slice(0, 11) === b.slice(0, 11)
  return `${a} – ${sameDay ? b.slice(11) : b}`
}

/** First of many, then how many more: lists from data may hold thousands. */
export function listed(items: readonly string[], max = 4, each = 80): string {
  const shown = items.slice(0, max).map((item) => bounded(item, each))
  return items.length > max ? `${shown.join(', ')} and ${amount(items.length - max)} more` : shown.join(', ')
}

export const deviceLabel = (d: ScanFinding['device']): string =>
  bounded(d.name || d.id || d.address || 'device not known', 80)
/** Two findings with the same key are about the same device, as far as could be told. */
export const deviceKey = (d: ScanFinding['device']): string =>
  d.id ? `id ${d.id}` : d.name ? `name ${d.name}` : d.address ? `address ${d.address}` : ''
/** Neither name nor id: only an address, or nothing, is known. */
export const isNamed = (d: ScanFinding['device']): boolean => Boolean(d.id || d.name)

/** App, else process; null when neither is known. */
export function appLabel(f: ScanFinding): string | null {
  const [app, process] = [f.app && bounded(f.app, 120), f.process && bounded(f.process, 120)]
  if (app && process && app !== process) return `${app} (${process})`
  return app || process || null
}

const attributions: ReadonlyMap<string, string> = new Map([
  ['on_device_report', 'reported by the device'],
  ['packet_metadata', 'from packet metadata'],
  ['per_app_vpn', 'from the per-app VPN'],
])
/** How the app was known. */
export const attributionWords = (f: ScanFinding): string =>
  f.attribution === null ? 'app not known' : (attributions.get(f.attribution) ?? bounded(f.attribution, 40))

/** A word that is certainly one of ours, whatever the document says: it becomes a CSS class. */
export const severityOf = (f: ScanFinding): Severity => (severities.includes(f.severity) ? f.severity : 'info')

/** Where a sequence stands, for a list of remarks; nothing where it has no state. */
export const stateWords = (f: ScanFinding): string[] => (f.state === undefined ? [] : [bounded(f.state, 20)])

/** Why a sequence that was told is no finding any more; null where it is one, or never was. */
export const withdrawal = (f: ScanFinding): string | null =>
  f.state === 'withdrawn' ? (f.caveats.find(({ code }) => code === 'withdrawn')?.text ?? '') : null

/** Most severe first, then most certain, then most recent. */
export const byWeight = (a: ScanFinding, b: ScanFinding): number =>
  severityRank(severityOf(b)) - severityRank(severityOf(a)) ||
  b.score - a.score ||
  (a.last_seen < b.last_seen ? 1 : a.last_seen > b.last_seen ? -1 : 0)

export const severitiesDown: readonly Severity[] = severities.toReversed()

/** `dns.log:1204` */
export const where = (e: { source: string; record: number }, max = 160): string =>
  `${bounded(tail(e.source, max), max + 1)}:${e.record}`

/** The end of a path says more than its beginning. */
export const tail = (path: string, max: number): string => (path.length <= max ? path : `…${path.slice(-(max - 1))}`)

/** Every piece of evidence, of the finding itself and of its steps. */
export const allEvidence = (f: ScanFinding): ScanFinding['evidence'] =>
  f.evidence.length > 0 ? f.evidence : f.links.flatMap((link) => link.evidence)
