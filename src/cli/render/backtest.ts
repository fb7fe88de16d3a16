// What a change would have done, for the terminal.
import pc from 'picocolors'
import type { Backtest, BacktestFinding } from '../../pipeline/backtest-contract.ts'
import { type Paint, wrapped } from './terminal-view.ts'
import { clip } from './width.ts'
import { amount, bounded, counted, minute } from './words.ts'

/** Each list is cut here; the JSON document holds all. */
const mostShown = 40

const number = (n: number): string =>
  n === 0 ? '0' : n < 0.01 ? '< 0.01' : n < 100 ? n.toFixed(2) : amount(Math.round(n))
const chance = (n: number | null): string => (n === null ? 'no chain' : number(n))

/** Columns as wide as their cells; the last one takes what is left. */
function aligned(rows: readonly (readonly string[])[], width: number): string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)))
  return rows.map((row) => clip(`  ${row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')}`.trimEnd(), width))
}

function list(title: string, findings: readonly BacktestFinding[], paint: Paint, width: number): string[] {
  if (findings.length === 0) return []
  const rows = findings
    .slice(0, mostShown)
    .map((finding) => [
      minute(finding.at),
      bounded(finding.device, 40),
      chance(finding.before),
      chance(finding.after),
      finding.id.slice(0, 8),
      bounded(finding.destination === null ? finding.title : `${finding.title} (${finding.destination})`, 160),
    ])
  const more = findings.length - rows.length
  return [
    '',
    paint.bold(`${title}: ${findings.length}`),
    ...aligned([['when (UTC)', 'device', 'chance before', 'after', 'id', 'finding'], ...rows], width),
    ...(more > 0 ? [`  and ${amount(more)} more; --json writes all`] : []),
  ]
}

/** Text from data is shown, never obeyed. */
export function backtested(result: Backtest, { colour, width }: { colour: boolean; width: number }): string {
  const paint = pc.createColors(colour)
  const { before, after, fleet, changes, tuning } = result
  const changed = [
    ...changes.map(({ name, before: was, after: is, unit }) => `${name} ${is} instead of ${was} ${unit}`),
    ...(tuning.files.length > 0
      ? [
          `${counted(tuning.entries, 'entry', 'entries')} of ${tuning.files.map((file) => bounded(file, 80)).join(', ')}`,
        ]
      : []),
  ]
  const span = `${result.from ? minute(result.from) : 'first'} to ${result.to ? minute(result.to) : 'last'}`
  const insufficient = [...(before.sufficient ? [] : ['as it is']), ...(after.sufficient ? [] : ['as changed'])]
  const sides = [
    ['', 'as it is', 'as changed'],
    ['findings', amount(before.findings), amount(after.findings)],
    ['per 1,000 device-weeks', number(before.per_1000_device_weeks), number(after.per_1000_device_weeks)],
    ['budget per 1,000 device-weeks', String(before.budget), String(after.budget)],
    ['as odd by chance, in this fleet and time', number(before.by_chance), number(after.by_chance)],
  ]
  return `${[
    paint.bold(
      `${result.analytic} over ${counted(fleet.devices, 'device')}, ${number(fleet.device_weeks)} device-weeks (${span})`,
    ),
    ...wrapped(`Changed: ${changed.join('; ')}.`, width, ''),
    '',
    ...aligned(sides, width),
    ...(insufficient.length > 0
      ? [
          '',
          ...wrapped(
            `${insufficient.join(' and ')}: too few devices or days for a baseline, so there are no findings.`,
            width,
            '',
          ),
        ]
      : []),
    ...list('Lost', result.lost, paint, width),
    ...list('Gained', result.gained, paint, width),
    ...list('Kept', result.kept, paint, width),
    ...(result.lost.length + result.gained.length + result.kept.length === 0
      ? ['', 'No findings on either side.']
      : []),
    '',
    ...wrapped(
      'Chance: chains as odd as this one that chance brings to this fleet in this time. Nothing was written to the store.',
      width,
      '',
    ),
  ].join('\n')}\n`
}
