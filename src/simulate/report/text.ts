// An evaluation for the terminal, and for docs/evaluation.md.
import type { Evaluation } from './document.ts'
import { type TextTable, tablesOf } from './tables.ts'

function aligned({ head, rows }: TextTable): string {
  const widths = head.map((title, i) => rows.reduce((most, row) => Math.max(most, row[i]!.length), title.length))
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const wide = 110

function wrapped(text: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= wide) {
      lines.push(line)
      line = ''
    }
    line += line === '' ? word : ` ${word}`
  }
  return [...lines, line].join('\n')
}

export const terminalText = (evaluation: Evaluation): string =>
  `${tablesOf(evaluation)
    .map((table) => `${table.title}\n${aligned(table)}\n${wrapped(table.note)}`)
    .join('\n\n')}\n\n${evaluation.notes.map(wrapped).join('\n')}\n`

/** With columns as wide as their cells, as the formatter of the repository has them. */
function markdownTable({ title, note, head, rows }: TextTable): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = head.map((_, i) => Math.max(3, ...cells.map((row) => row[i]!.length)))
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`
  const [first, ...rest] = cells
  return [`## ${title}`, [first!, widths.map((n) => '-'.repeat(n)), ...rest].map(line).join('\n'), note].join('\n\n')
}

/** docs/evaluation.md, whole. `command`: what to type for the same numbers. */
export function markdownText(evaluation: Evaluation, command: string): string {
  const { options, machine, codling, scorers, notes } = evaluation
  const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n')
  const rates = Object.entries(options.rates).map(([name, value]) => `${name}=${value}`)
  return `${[
    '# Evaluation',
    'Written by the command below; do not edit the numbers. The same command gives the same numbers, seconds apart.',
    `\`\`\`text\n${command}\n\`\`\``,
    `Codling ${codling.version}. Scoring seeds ${options.seeds.join(', ') || 'none'}: nothing may be tuned on them. Generators: ${options.generators.map(({ id, title }) => `${id} (${title})`).join(', ') || 'none'}. ${options.devices} devices and ${options.days} days in each fleet; rates ${rates.join(' ')}. Machine: ${machine.processors} processors, ${Math.round(machine.memory / 1e9)} GB of memory, shared with other work; this is why there are no more fleets, and why the intervals are as wide as they are.`,
    '## What the numbers mean',
    list(notes),
    list(scorers.map(({ title, means }) => `**${title}**: ${means}.`)),
    ...tablesOf(evaluation).map(markdownTable),
  ].join('\n\n')}\n`
}
