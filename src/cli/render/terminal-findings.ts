// Findings and leads in the terminal: the most severe in full, the next in a line each, the rest counted.
import type { ScanFinding } from '../../pipeline/contract.ts'
import { severityColour, title, type View } from './terminal-view.ts'
import { clip } from './width.ts'
import {
  allEvidence,
  amount,
  appLabel,
  attributionWords,
  bounded,
  byWeight,
  counted,
  deviceLabel,
  listed,
  minute,
  percent,
  severitiesDown,
  severityOf,
  span,
  stateWords,
  where,
  withdrawal,
} from './words.ts'

const subject = (f: ScanFinding): string => {
  const user = f.user ? ` (${bounded(f.user, 40)})` : ''
  const to = f.destination ? ` → ${bounded(f.destination.value, 80)}` : ''
  return `${deviceLabel(f.device)}${user}${to}`
}

function full(view: View, f: ScanFinding): string[] {
  const { paint, width } = view
  const s = severityOf(f)
  const evidence = allEvidence(f)
  const first = evidence[0]
  const app = appLabel(f)
  const flags = [
    ...stateWords(f),
    ...(f.new ? ['new'] : []),
    ...(f.retroactive ? ['before the indicator was published'] : []),
  ]
  const detail = (text: string) => paint.dim(clip(`    ${text}`, width))
  const named =
    f.indicator === null
      ? null
      : `indicator ${bounded(f.indicator.value, 80)}: ${listed(f.indicator.families, 3, 40) || 'family not stated'} (${listed(f.indicator.feeds, 2, 50)})`
  return [
    `  ${severityColour(paint, s)(`● ${s}`)}  ${paint.bold(clip(subject(f), width - 22))}  ${percent(f.score)}`,
    clip(`    ${[bounded(f.title, 120), ...flags].join(', ')}`, width),
    detail(
      [
        app ? `${app}, ${attributionWords(f)}` : attributionWords(f),
        span(f.first_seen, f.last_seen),
        counted(f.count, 'contact'),
      ].join(' · '),
    ),
    ...(named === null ? [] : [detail(named)]),
    ...(f.links.length > 0
      ? [
          detail(
            `steps: ${listed(
              f.links.map((l) => l.text),
              3,
              90,
            )}`,
          ),
        ]
      : []),
    ...(f.caveats.length > 0
      ? [
          detail(
            `but: ${listed(
              f.caveats.map((c) => (c.text || c.code).replace(/\.$/, '')),
              3,
              90,
            )}`,
          ),
        ]
      : []),
    ...(first
      ? [detail(`${where(first, 90)}${evidence.length > 1 ? ` and ${amount(evidence.length - 1)} more` : ''}`)]
      : []),
  ]
}

export function findings(view: View): string[] {
  const { scan, paint, limits, width } = view
  const ordered = scan.findings.toSorted(byWeight)
  const counts = severitiesDown
    .map((s) => ({ s, n: ordered.filter((f) => severityOf(f) === s).length }))
    .filter(({ n }) => n > 0)
    .map(({ s, n }) => severityColour(paint, s)(`${amount(n)} ${s}`))
  const lines = title(view, 'Findings')
  lines[1] += `  ${counts.join(paint.dim(', ')) || paint.dim('none')}`
  const withdrawn = scan.history.filter((f) => withdrawal(f) !== null)
  const ended = scan.history.length - withdrawn.length
  const brief = ordered.slice(limits.full, limits.full + limits.brief)
  const left = ordered.length - limits.full - brief.length
  const devices = new Set(ordered.map((f) => deviceLabel(f.device))).size
  return [
    ...lines,
    ...ordered.slice(0, limits.full).flatMap((f) => full(view, f)),
    ...brief.map((f) => {
      const s = severityOf(f)
      const families = f.indicator ? `  ${listed(f.indicator.families, 2, 30)}` : ''
      return `  ${severityColour(paint, s)('●')} ${clip(`${s.padEnd(8)} ${minute(f.first_seen)}  ${subject(f)}${families}`, width - 5)}`
    }),
    ...(left > 0
      ? [paint.dim(`  and ${counted(left, 'more finding')}, ${counted(devices, 'device')} in all; ${view.rest}`)]
      : []),
    ...(ended > 0
      ? [
          '',
          `${paint.bold('History')}  ${paint.dim(`${counted(ended, 'contact')} with indicators that had ended by then; ${view.rest}`)}`,
        ]
      : []),
    ...withdrawals(view, withdrawn),
  ]
}

/** What an earlier scan told and this one does not: the latest, each with its reason. */
function withdrawals(view: View, withdrawn: readonly ScanFinding[]): string[] {
  const { paint, limits, width } = view
  if (withdrawn.length === 0) return []
  const shown = withdrawn.toSorted((a, b) => (a.last_seen < b.last_seen ? 1 : -1)).slice(0, limits.leads)
  return [
    '',
    `${paint.bold('Withdrawn')}  ${paint.dim(`${counted(withdrawn.length, 'finding')} of earlier scans`)}`,
    ...shown.flatMap((f) => [
      clip(`  ${minute(f.first_seen)}  ${subject(f)}  ${bounded(f.title, 80)}`, width),
      paint.dim(clip(`    ${bounded(withdrawal(f) ?? '', 400)}`, width)),
    ]),
    ...(withdrawn.length > shown.length
      ? [paint.dim(`  and ${amount(withdrawn.length - shown.length)} more; ${view.rest}`)]
      : []),
  ]
}

export function leads(view: View): string[] {
  const { scan, paint, limits, width } = view
  if (scan.leads.length === 0) return []
  return [
    ...title(view, 'Leads', `${amount(scan.leads.length)}, too little history to call them findings`),
    ...scan.leads
      .slice(0, limits.leads)
      .map((f) => clip(`  ${minute(f.first_seen)}  ${subject(f)}  ${bounded(f.title, 80)}`, width)),
    ...(scan.leads.length > limits.leads
      ? [paint.dim(`  and ${amount(scan.leads.length - limits.leads)} more; ${view.rest}`)]
      : []),
  ]
}
