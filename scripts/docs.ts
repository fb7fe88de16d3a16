// npm run docs: writes docs/generated/ from the declarations in src/. `--check` only compares.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { z } from 'zod'
import type { Subject } from '../src/analytics/an1756/tuning/schema.ts'
import { subjects } from '../src/analytics/an1756/tuning/subjects.ts'
import { analytics } from '../src/analytics/index.ts'
import { buildProgram } from '../src/cli/main.ts'
import { formats } from '../src/formats/index.ts'
import {
  type Analytic,
  type Claim,
  type Column,
  type Format,
  problemCodes,
  type Table,
  tables,
} from '../src/model/index.ts'
import { backtestSchema } from '../src/pipeline/backtest-contract.ts'
import { scanSchema } from '../src/pipeline/contract.ts'
import { formatsSchema, inspectSchema } from '../src/pipeline/inspect-contract.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
const grid = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')
const code = (text: string): string => `\`${text}\``
const page = (title: string, from: string, parts: readonly string[]): string =>
  `${[`# ${title}`, `Written by \`npm run docs\` from ${from}; do not edit.`, ...parts].join('\n\n')}\n`

const tablePart = (table: Table): string =>
  [
    `## ${table.name}`,
    `${table.title}.`,
    `Role: ${table.role}. OCSF: ${table.ocsf}. Order: ${table.order.map(code).join(', ')}.`,
    grid(
      ['column', 'type', 'unit', 'means', 'when empty'],
      Object.entries(table.columns).map(([name, column]: [string, Column]) => [
        code(name),
        code(column.type),
        column.unit ?? '',
        column.means,
        column.empty,
      ]),
    ),
  ].join('\n\n')

const claimPart = (table: string, claim: Claim): string =>
  [
    `**${table}** — time: ${claim.time.means}; precision: ${claim.time.precision}; zone: ${claim.time.zone.replace('_', ' ')}.`,
    grid(
      ['', 'columns'],
      [
        ['always', claim.always.map(code).join(', ')],
        ['sometimes', claim.sometimes.map(code).join(', ')],
      ],
    ),
    `Cannot show: ${claim.blind.join('; ')}.`,
    ...(claim.attack.length > 0
      ? [`ATT&CK: ${claim.attack.map(({ dataComponent, logSource }) => `${dataComponent} (${logSource})`).join(', ')}.`]
      : []),
  ].join('\n\n')

const formatPart = (format: Format): string =>
  [
    `## ${format.id}`,
    `${format.title}. Usual names: ${format.names.map(code).join(', ')}. Version ${format.version}, parsed ${format.kind === 'sql' ? `by the engine (${format.variants.map((variant) => variant.id).join(', ')})` : 'in TypeScript'}.`,
    ...Object.entries(format.claims).map(([table, claim]) => claimPart(table, claim)),
  ].join('\n\n')

const byId = <T extends { readonly id: string }>(list: readonly T[]): T[] =>
  [...list].sort((a, b) => (a.id < b.id ? -1 : 1))

type Shown = Omit<Analytic<never, never>, 'judge'>

const analyticPart = (analytic: Shown): string =>
  [
    `## ${analytic.id}`,
    `${analytic.title}. Version ${analytic.version}. ATT&CK ${analytic.attack.analytic}, ${analytic.attack.detectionStrategy}, ${analytic.attack.technique}.`,
    grid(
      ['needs', 'when it is missing', 'what helps'],
      analytic.needs.map((need) => [
        need.anyOf ? `${need.table}: ${need.anyOf.join(' or ')}` : need.table,
        need.blind.reason,
        need.blind.remedy,
      ]),
    ),
    Object.keys(analytic.params).length === 0
      ? 'No parameters.'
      : grid(
          ['parameter', 'means', 'unit', 'default', 'range'],
          Object.entries(analytic.params).map(([name, param]) => [
            code(name),
            param.means,
            param.unit,
            String(param.default),
            `${param.min}–${param.max}`,
          ]),
        ),
  ].join('\n\n')

const subjectPart = (file: string, subject: Subject): string =>
  [
    `## ${subject.title}`,
    subject.why,
    `**What deals with it:** ${subject.handled_by}`,
    ...(subject.published.length > 0
      ? [
          grid(
            ['published for', 'names and networks', 'ports'],
            subject.published.map((one) => [one.for, one.of.map(code).join(', '), one.ports.join(', ')]),
          ),
        ]
      : []),
    ...subject.entries.map((entry) =>
      'of' in entry
        ? `Class ${code(entry.class)}: ${entry.of.map(code).join(', ')}.`
        : 'quiet' in entry
          ? `Class ${code(entry.class)} makes no ${entry.quiet.map(code).join(', ')}.`
          : `Weighed by themselves: reports up to ${entry.hours} hours after a change of ${code(entry.after)}.`,
    ),
    `Sources: ${subject.sources.map(({ title, url }) => (url ? `[${title}](${url})` : title)).join('; ')}. File: ${code(`${file}.json`)}.`,
  ].join('\n\n')

/** Help as the terminal shows it, with the text before and after. */
function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({
    writeOut: (piece) => {
      text += piece
    },
    getOutHelpWidth: () => 100,
    getOutHasColors: () => false,
  })
  command.outputHelp()
  return text.trimEnd()
}

const commandPart = (command: Command): string =>
  `## ${command.name() === 'codling' ? 'codling' : `codling ${command.name()}`}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\``

/** Every generated file by its name. The same declarations give the same bytes. */
export function generated(): Map<string, string> {
  const program = buildProgram()
  return new Map([
    [
      'tables.md',
      page('Tables', '`src/model/tables.ts`', [
        'Nothing is nullable: an empty value says what its column states.',
        ...tables.map(tablePart),
      ]),
    ],
    ['formats.md', page('Formats', 'the claims in `src/formats/`', byId(formats).map(formatPart))],
    ['analytics.md', page('Analytics', '`src/analytics/`', byId(analytics).map(analyticPart))],
    [
      'cli.md',
      page('Command line', 'the commands in `src/cli/commands/`', [program, ...program.commands].map(commandPart)),
    ],
    [
      'tuning.md',
      page('Tuning of AN1756', '`src/analytics/an1756/tuning/*.json`', [
        'What is known beforehand, by subject. Your own: [docs/howto/tune.md](../howto/tune.md).',
        ...Object.entries(subjects).map(([file, subject]) => subjectPart(file, subject)),
      ]),
    ],
    [
      'problems.md',
      page('Problems', '`problemCodes` in `src/model/errors.ts`', [
        grid(
          ['code', 'means'],
          Object.entries(problemCodes).map(([name, means]) => [code(name), means]),
        ),
      ]),
    ],
    ['scan.schema.json', `${JSON.stringify(z.toJSONSchema(scanSchema), null, 2)}\n`],
    ['backtest.schema.json', `${JSON.stringify(z.toJSONSchema(backtestSchema), null, 2)}\n`],
    ['inspect.schema.json', `${JSON.stringify(z.toJSONSchema(inspectSchema), null, 2)}\n`],
    ['formats.schema.json', `${JSON.stringify(z.toJSONSchema(formatsSchema), null, 2)}\n`],
  ])
}

/** Names of files in `folder` that differ from what is declared, are missing, or are not generated any more. */
export function stale(folder: URL, wanted: ReadonlyMap<string, string>): string[] {
  const present = new Set(readdirSync(folder))
  const differs = [...wanted].filter(
    ([name, text]) => !present.has(name) || readFileSync(new URL(name, folder), 'utf8') !== text,
  )
  return [...differs.map(([name]) => name), ...[...present].filter((name) => !wanted.has(name))]
}

if (import.meta.main) {
  const folder = new URL('../docs/generated/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const wanted = generated()
  const old = stale(folder, wanted)
  if (process.argv.includes('--check')) {
    for (const name of old) console.log(`docs/generated/${name} is not what the declarations say`)
    process.exitCode = old.length > 0 ? 1 : 0
  } else
    for (const name of old) {
      const text = wanted.get(name)
      if (text === undefined) rmSync(new URL(name, folder))
      else writeFileSync(new URL(name, folder), text)
      console.log(`docs/generated/${name} ${text === undefined ? 'removed' : 'written'}`)
    }
}
