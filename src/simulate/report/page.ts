// An evaluation as one page that loads nothing and needs no script.
import { createHash } from 'node:crypto'
import type { FleetResult } from '../evaluate.ts'
import { ratePer1000 } from '../measure/intervals.ts'
import { budgetPicture, detectPicture, precisionRecallPicture, type Ranked, rocPicture } from '../measure/pictures.ts'
import { detectedAfter, itemsOf, margin } from './claims.ts'
import type { Evaluation } from './document.ts'
import { scorers } from './scorers.ts'
import { type TextTable, tablesOf } from './tables.ts'

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeText = (text: string): string => text.replace(/[&<>"]/g, (c) => escapes[c]!)

const style = `
:root { color-scheme: light }
body { margin: 0 auto; max-width: 1240px; padding: 24px 40px 64px; color: #1b2430; background: #fff; font: 15px/1.55 system-ui, sans-serif }
h1 { font-size: 28px } h2 { font-size: 19px; margin: 44px 0 6px }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(480px, 1fr)); gap: 16px }
.pictures svg { width: 100%; height: auto; border: 1px solid #dfe4ea }
.wrap { overflow-x: auto } table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: 5px 16px 5px 0; border-bottom: 1px solid #dfe4ea; white-space: nowrap }
p, li { max-width: 90ch } .note { color: #566273; font-size: 13.5px }
`

const day = 86_400
/** Scores are drawn to two digits: a curve of ten thousand steps looks the same and weighs a megabyte. */
const coarse = (score: number): number => (Number.isFinite(score) ? Math.round(score * 100) / 100 : score)

/** Seven lines can be told apart; this one lies on the axis. */
const undrawn = new Set(['toy_name'])

/** Items of a scorer over all fleets; `quiet`: with the windows of devices that had no finding. */
function rankedOf(results: readonly FleetResult[], quiet: boolean): Ranked[] {
  return scorers
    .filter(({ id }) => !undrawn.has(id) && results.some(({ claims }) => claims[id]! > 0))
    .map(({ id, title }) => ({
      name: title,
      items: results.flatMap(({ judged, deviceDays }, i) => {
        const items = itemsOf(judged[id]!, i).map((one) => ({ ...one, score: coarse(one.score) }))
        const windows = quiet ? Math.max(0, Math.round((deviceDays * day) / margin) - judged[id]!.wrong.length) : 0
        const none = { score: Number.NEGATIVE_INFINITY, truth: false, seed: i }
        return [...items, ...Array.from({ length: windows }, () => none)]
      }),
    }))
}

const drawnBudgets = [1, 3.3, 10, 33, 100]

function pictures(results: readonly FleetResult[]): string[] {
  const weeks = (fleets: readonly FleetResult[]) => fleets.reduce((sum, { deviceDays }) => sum + deviceDays / 7, 0)
  const budgets = [...Map.groupBy(results, ({ generator }) => generator)].map(([name, fleets]) => ({
    name,
    points: drawnBudgets.flatMap((budget) => {
      const wrong = fleets.flatMap(({ judged }) => judged.codling!.wrong).filter((score) => score >= -Math.log(budget))
      const rate = ratePer1000(wrong.length, weeks(fleets))
      return rate === null ? [] : [{ ...rate, budget }]
    }),
  }))
  const timed = drawnBudgets.map((budget) => ({
    name: `budget ${budget}`,
    times: results.flatMap(({ judged }) => judged.codling!.attacks.map((one) => detectedAfter(one, -Math.log(budget)))),
  }))
  return [
    rocPicture(rankedOf(results, true), 'ROC over attacks and windows of six hours'),
    precisionRecallPicture(rankedOf(results, false)),
    detectPicture(timed, 'Time to detect, by budget'),
    budgetPicture(budgets),
  ]
}

const tableHtml = ({ id, title, note, head, rows }: TextTable): string => {
  const cells = (tag: string, row: readonly string[]) =>
    row.map((cell) => `<${tag}>${escapeText(cell)}</${tag}>`).join('')
  return `<h2 id="${escapeText(id)}">${escapeText(title)}</h2>
<div class="wrap"><table><thead><tr>${cells('th', head)}</tr></thead><tbody>
${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n')}
</tbody></table></div>
<p class="note">${escapeText(note)}</p>`
}

/** `results`: the fleets of the evaluation, for the curves. */
export function pageHtml(evaluation: Evaluation, results: readonly FleetResult[]): string {
  const { options, notes, codling } = evaluation
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`
  const about = `Codling ${codling.version}; generators ${options.generators.map(({ id }) => id).join(', ') || 'none'}; seeds ${options.seeds.join(', ') || 'none'}; ${options.devices} devices, ${options.days} days.`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Codling: evaluation</title>
<style>${style}</style>
</head>
<body>
<h1>What Codling finds in simulated fleets</h1>
<p>${escapeText(about)} Everything here is simulated.</p>
${results.length === 0 ? '' : `<div class="pictures">${pictures(results).join('\n')}</div>`}
${tablesOf(evaluation).map(tableHtml).join('\n')}
<h2>How it was counted</h2>
<ul>${notes.map((note) => `<li>${escapeText(note)}</li>`).join('')}</ul>
</body>
</html>
`
}
