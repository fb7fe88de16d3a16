// One finding in full, for the terminal.
import pc from 'picocolors'
import type { ScanFinding } from '../../pipeline/contract.ts'
import { baselineWords } from './baseline.ts'
import { severityColour, wrapped } from './terminal-view.ts'
import { allEvidence, bounded, deviceLabel, percent, severityOf, span, stateWords, time, where } from './words.ts'

/** Text from data is shown, never obeyed: every field goes through `bounded`. */
export function explained(f: ScanFinding, { colour, width }: { colour: boolean; width: number }): string {
  const paint = pc.createColors(colour)
  const s = severityOf(f)
  const lines = [
    `${severityColour(paint, s)(s)}  ${paint.bold(bounded(f.title))}  ${[...stateWords(f), percent(f.score)].join(', ')}`,
    ...wrapped(
      `${f.analytic} · ${deviceLabel(f.device)}${f.user ? ` (${bounded(f.user, 80)})` : ''} · ${span(f.first_seen, f.last_seen)}`,
      width,
      '  ',
    ),
    ...(f.destination ? wrapped(`destination ${bounded(f.destination.value)}`, width, '  ') : []),
    ...(f.indicator
      ? wrapped(
          `indicator ${bounded(f.indicator.value)}: ${bounded(f.indicator.families.join(', ')) || 'family not stated'}`,
          width,
          '  ',
        )
      : []),
  ]
  for (const [index, link] of f.links.entries())
    lines.push('', paint.bold(`${index + 1}. ${time(link.ts)}`), ...wrapped(bounded(link.text, 2000), width, '   '))
  if (f.baseline) {
    lines.push('', paint.bold('Usual and seen'))
    for (const words of baselineWords(f.baseline)) lines.push(...wrapped(words, width, '   '))
  }
  if (f.caveats.length > 0) lines.push('', paint.bold('To bear in mind'))
  for (const caveat of f.caveats) lines.push(...wrapped(bounded(caveat.text, 2000), width, '   '))
  const evidence = allEvidence(f)
  if (evidence.length > 0) lines.push('', paint.bold('Records'))
  for (const one of evidence)
    lines.push(
      `   ${where(one)}  ${time(one.ts)}`,
      ...wrapped(bounded(one.raw, 400), width, '      ').map((l) => paint.dim(l)),
    )
  return `${lines.join('\n')}\n`
}
