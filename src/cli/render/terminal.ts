// What `codling scan` prints: what was read, what was found, what could not have been seen, and where the rest is.
import Table from 'cli-table3'
import pc from 'picocolors'
import type { ScanResult, SourceResult } from '../../pipeline/contract.ts'
import { byTrouble, problemWords, rowsOf, statusOf } from './coverage.ts'
import { cannotShow, summarise } from './summary.ts'
import { findings, leads } from './terminal-findings.ts'
import { folded, type Paint, title, unfolded, type View, wrapped } from './terminal-view.ts'
import { clip } from './width.ts'
import { amount, bounded, bytes, counted, day, duration, minute, secondsBetween, span, tail } from './words.ts'

export type TerminalOptions = {
  readonly colour: boolean
  /** Columns; 80 at least. */
  readonly width: number
  readonly reportPath: string | null
  readonly jsonPath: string | null
  /** Nothing is folded. */
  readonly verbose?: boolean
}

/** The text that `codling scan` prints, ending in a line break. Every string of the document is made safe; never throws on data. */
export function renderTerminal(scan: ScanResult, options: TerminalOptions): string {
  const view: View = {
    scan,
    paint: pc.createColors(options.colour),
    width: Math.max(80, options.width),
    limits: options.verbose ? unfolded : folded,
    rest: restIn(options),
  }
  const lines = [
    ...head(view),
    ...sources(view),
    ...findings(view),
    ...leads(view),
    ...blind(view),
    ...closing(view, options),
  ]
  return `${lines.join('\n')}\n`
}

function restIn({ reportPath, jsonPath }: TerminalOptions): string {
  if (reportPath !== null) return 'see the report'
  return jsonPath !== null ? 'see the JSON document' : 'see --report or --verbose'
}

function head({ scan, paint }: View): string[] {
  const seconds = secondsBetween(scan.started, scan.finished)
  return [
    `${paint.bold(`Codling ${bounded(scan.codling.version, 40)}`)}  ${paint.dim(`scan of ${minute(scan.started)} UTC, ${duration(seconds)}`)}`,
  ]
}

/** Columns without borders; cells are cut to their column. */
function columns(
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  rightAligned: readonly number[],
): string[] {
  const none = Object.fromEntries(
    [
      'top',
      'top-mid',
      'top-left',
      'top-right',
      'bottom',
      'bottom-mid',
      'bottom-left',
      'bottom-right',
      'left',
      'left-mid',
      'mid',
      'mid-mid',
      'right',
      'right-mid',
      'middle',
    ].map((k) => [k, '']),
  )
  const table = new Table({
    chars: none,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    colWidths: [...widths],
    colAligns: widths.map((_, i) => (rightAligned.includes(i) ? 'right' : 'left')),
  })
  table.push(...rows.map((row) => row.map((cell, i) => clip(cell, widths[i]! - 2))))
  return table
    .toString()
    .split('\n')
    .map((line) => `  ${line.trimEnd()}`)
}

const notRecognised = 'not recognised'

function sources(view: View): string[] {
  const { scan, paint, limits } = view
  const total = Object.values(scan.totals.rows).reduce((a, b) => a + b, 0)
  const ordered = scan.sources.toSorted(byTrouble)
  const shown = ordered.slice(0, limits.sources)
  const format = Math.min(26, Math.max(...shown.map((s) => (s.format ?? notRecognised).length), 8) + 2)
  const fixed = [view.width < 100 ? Math.min(16, format) : format, 11, 14, 25]
  const widths = [view.width - 2 - fixed.reduce((a, b) => a + b, 0), ...fixed]
  const rows = shown.map((s) => [
    bounded(tail(s.path, widths[0]! - 3), 400),
    bounded(s.format ?? notRecognised, 40),
    statusOf(s),
    amount(rowsOf(s)),
    span(s.first, s.last, day),
  ])
  const painted =
    shown.length > 0 ? columns(rows, widths, [3]).map((line, i) => statusPaint(paint, shown[i], line)) : []
  const problems = Object.entries(scan.totals.problems).sort((a, b) => b[1] - a[1])
  const { indicators } = scan.totals
  return [
    ...title(
      view,
      'Read',
      `${counted(scan.sources.length, 'source')}, ${bytes(scan.totals.bytes)}, ${counted(total, 'record')}, ${span(scan.totals.first, scan.totals.last)}`,
    ),
    ...painted,
    ...foldedSources(view, ordered.slice(shown.length)),
    ...problems
      .slice(0, limits.problems)
      .map(([code, n]) => `  ${paint.yellow(amount(n))} × ${clip(problemWords(code), view.width - 20)}`),
    ...(problems.length > limits.problems
      ? [`  and ${counted(problems.length - limits.problems, 'other kind')} of problem; ${view.rest}`]
      : []),
    ...title(
      view,
      'Compared with',
      `${counted(indicators.loaded, 'indicator')}${indicators.review ? `, ${amount(indicators.review)} held back for review` : ''}${indicators.rejected ? `, ${amount(indicators.rejected)} rejected` : ''}`,
    ),
    ...indicators.feeds
      .slice(0, limits.feeds)
      .map((f) => `  ${amount(f.indicators).padStart(9)}  ${bounded(tail(f.path, view.width - 16), view.width)}`),
    ...(indicators.feeds.length > limits.feeds
      ? [`  and ${counted(indicators.feeds.length - limits.feeds, 'more list')}`]
      : []),
  ]
}

function statusPaint(paint: Paint, s: SourceResult | undefined, line: string): string {
  if (s === undefined || statusOf(s) === 'ok') return line
  return statusOf(s) === 'failed' ? paint.red(line) : paint.yellow(line)
}

function foldedSources(view: View, rest: readonly SourceResult[]): string[] {
  if (rest.length === 0) return []
  const by = new Map<string, number>()
  for (const s of rest) by.set(statusOf(s), (by.get(statusOf(s)) ?? 0) + 1)
  const all =
    by.size === 1 ? `all ${[...by.keys()][0]}` : [...by].map(([status, n]) => `${amount(n)} ${status}`).join(', ')
  return [view.paint.dim(`  and ${amount(rest.length)} more, ${all}`)]
}

function blind(view: View): string[] {
  const { scan, paint, limits, width } = view
  const hidden = cannotShow(scan)
  if (scan.blind.length === 0 && hidden.length === 0) return title(view, 'Blind to', 'nothing that the sources declare')
  return [
    ...title(view, 'Blind to'),
    ...scan.blind.slice(0, limits.blind).flatMap((b) => {
      const remedy = bounded(b.remedy, 160)
      return [
        ...wrapped(`${bounded(b.analytic, 40)}: ${bounded(b.reason, 160)}`, width, '  ').slice(0, 2),
        ...(remedy ? [paint.dim(clip(`    → ${remedy}`, width))] : []),
      ]
    }),
    ...(scan.blind.length > limits.blind
      ? [paint.dim(`  and ${amount(scan.blind.length - limits.blind)} more; ${view.rest}`)]
      : []),
    ...hidden
      .slice(0, limits.hidden)
      .map((h) => clip(`  cannot see ${bounded(h.text, 160)} (${counted(h.sources.length, 'source')})`, width)),
    ...(hidden.length > limits.hidden
      ? [paint.dim(`  and ${amount(hidden.length - limits.hidden)} more limits of the telemetry; ${view.rest}`)]
      : []),
  ]
}

function closing(view: View, options: TerminalOptions): string[] {
  const { paint, scan, width } = view
  const { answer, verdict } = summarise(scan)
  const colour = { act: paint.red, review: paint.yellow, quiet: paint.bold, unanswered: paint.yellow }[verdict]
  return [
    '',
    ...(options.reportPath === null ? [] : [`Report    ${bounded(options.reportPath, 1000)}`]),
    ...(options.jsonPath === null ? [] : [`Document  ${bounded(options.jsonPath, 1000)}`]),
    ...wrapped(answer, width, '').map((line) => colour(line)),
  ]
}
