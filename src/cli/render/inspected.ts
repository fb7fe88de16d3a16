// What `codling inspect` and `codling formats` print. Text from data is shown, never obeyed: it goes through `bounded`.
import pc from 'picocolors'
import type { FormatsResult, InspectedSource, InspectResult } from '../../pipeline/inspect-contract.ts'
import { problemWords } from './coverage.ts'
import { type Paint, wrapped } from './terminal-view.ts'
import { amount, bounded, bytes, counted, listed, percent, span, tail } from './words.ts'

type View = { readonly colour: boolean; readonly width: number }

/** Of an archive all members are listed by a line, and so many of the recognised ones shown in full. */
const inFull = 5
const listedMembers = 40

export function inspected(result: InspectResult, { colour, width }: View): string {
  const paint = pc.createColors(colour)
  const lines: string[] = []
  for (const { path, sources } of result.files) {
    if (sources.length !== 1 || sources[0]!.path !== path) lines.push(...members(path, sources, paint))
    const recognised = sources.filter(({ format }) => format !== null)
    const full = sources.length === 1 ? sources : recognised.slice(0, inFull)
    for (const source of full) lines.push(...sourceLines(source, paint, width))
    if (sources.length > 1 && recognised.length > full.length)
      lines.push('', `${counted(recognised.length - full.length, 'more member')} not shown in full; --json holds all.`)
    lines.push('')
  }
  return `${lines.join('\n').trimEnd()}\n`
}

const rowsOf = ({ rows }: InspectedSource): number => Object.values(rows).reduce((sum, n) => sum + n, 0)
const problemsOf = ({ problems }: InspectedSource): number => Object.values(problems).reduce((sum, n) => sum + n, 0)

function members(path: string, sources: readonly InspectedSource[], paint: Paint): string[] {
  const known = sources.filter(({ format }) => format !== null)
  const rest = sources.filter(({ format }) => format === null)
  const lines = [
    `${paint.bold(bounded(path))}  ${counted(sources.length, 'file')}, ${amount(known.length)} recognised`,
    ...known.slice(0, listedMembers).map((one) => memberLine(one, path)),
  ]
  if (known.length > listedMembers) lines.push(`  … and ${counted(known.length - listedMembers, 'more')}`)
  lines.push(...rest.slice(0, listedMembers).map((one) => paint.dim(memberLine(one, path))))
  if (rest.length > listedMembers) lines.push(paint.dim(`  … and ${counted(rest.length - listedMembers, 'more')}`))
  return lines
}

function memberLine(source: InspectedSource, path: string): string {
  const name = source.path.startsWith(path) ? source.path.slice(path.length).replace(/^[!/]/, '') : source.path
  const code = Object.keys(source.problems)[0]
  const why = source.looks ?? (code === undefined ? '' : problemWords(code))
  const what =
    source.format === null
      ? `not recognised${why === '' ? '' : `: ${bounded(why, 80)}`}`
      : `${source.format}, ${counted(rowsOf(source), 'row')}${problemsOf(source) > 0 ? `, ${counted(problemsOf(source), 'problem')}` : ''}`
  return `  ${bounded(tail(name, 100), 110)}  ${what}`
}

function sourceLines(source: InspectedSource, paint: Paint, width: number): string[] {
  const lines = ['', paint.bold(bounded(source.path)), ...wrapped(formatWords(source), width, '  ')]
  for (const words of whyWords(source)) lines.push(...wrapped(words, width, '  '))
  const counts = Object.entries(source.rows).map(([table, n]) => `${amount(n)} ${table}`)
  lines.push(
    ...wrapped(
      `${source.status}, ${bytes(source.bytes)}${counts.length > 0 ? `; rows: ${counts.join(', ')}` : '; no rows'}${source.first === null ? '' : `; ${span(source.first, source.last)} UTC`}`,
      width,
      '  ',
    ),
  )
  if (source.repeats) lines.push('  The same content came before in this file.')
  const shares = Object.entries(source.shares).map(([column, share]) => `${column} ${percent(share)}`)
  if (shares.length > 0) lines.push(...wrapped(`rows that hold: ${shares.join(', ')}`, width, '  '))
  for (const { table, rows } of source.tables) {
    lines.push(
      '',
      `  ${paint.bold(table)}${rows.length < (source.rows[table] ?? 0) ? ` (the first ${rows.length})` : ''}`,
    )
    for (const row of rows) lines.push(...rowLines(row, paint, width))
  }
  if (problemsOf(source) > 0) lines.push('', `  ${paint.bold('Problems')}`)
  for (const [code, n] of Object.entries(source.problems)) {
    lines.push(...wrapped(`${amount(n)} × ${problemWords(code)} (${code})`, width, '    '))
    for (const sample of source.samples.filter((one) => one.code === code).slice(0, 3))
      lines.push(
        ...wrapped(
          `record ${amount(sample.record)}${sample.byte >= 0 ? `, byte ${amount(sample.byte)}` : ''}: ${bounded(sample.detail, 200)}`,
          width,
          '      ',
        ),
        ...(sample.sample === ''
          ? []
          : wrapped(bounded(sample.sample, 160), width, '        ').map((l) => paint.dim(l))),
      )
  }
  if (source.blind.length > 0) {
    lines.push('', `  ${paint.bold('Cannot show')}`)
    for (const words of source.blind) lines.push(...wrapped(`- ${bounded(words)}`, width, '    '))
  }
  return lines
}

const formatWords = (source: InspectedSource): string =>
  source.format === null
    ? 'no format recognises it'
    : `${source.format} (version ${source.format_version}${source.variant === null ? '' : `, spelling ${source.variant}`}): ${source.title}`

function whyWords({ format, answers, asked, looks, map }: InspectedSource): string[] {
  if (asked === 0) return []
  const yes = answers.filter(({ answer }) => answer === 'yes').map((one) => one.format)
  const maybe = answers.filter(({ answer }) => answer === 'maybe').map((one) => one.format)
  const others = asked - answers.length
  if (format === null)
    return [
      `all ${amount(asked)} formats said no${looks === null ? '' : `; it looks like ${bounded(looks, 300)}`}`,
      ...(map ? ['codling map --suggest FILE proposes how to read it'] : []),
    ]
  const by = answers.some((one) => one.format === format)
    ? yes.includes(format)
      ? 'recognised by its structure'
      : 'taken by its name: the structure says maybe'
    : 'recognised inside the heads of syslog'
  const also = [...yes, ...maybe].filter((id) => id !== format)
  return [
    `${by}; ${also.length > 0 ? `also ${listed(also, 6)} (${yes.length > 1 ? 'yes' : 'maybe'}); ` : ''}${amount(others)} others said no`,
  ]
}

/** One row: record and time, then each column that is filled; the record itself last. */
function rowLines(row: Readonly<Record<string, unknown>>, paint: Paint, width: number): string[] {
  const { record, ts, raw, ...columns } = row
  const shown = Object.entries(columns).map(
    ([column, value]) => `${column}=${bounded(typeof value === 'object' ? JSON.stringify(value) : String(value), 160)}`,
  )
  return [
    ...wrapped(
      `${amount(Number(record))}.  ${ts === undefined ? 'always' : bounded(String(ts), 40)}  ${shown.join('  ')}`,
      width,
      '    ',
    ),
    ...wrapped(bounded(String(raw ?? ''), 240), width, '       ').map((line) => paint.dim(line)),
  ]
}

export function listedFormats(formats: FormatsResult['formats'], full: boolean, { colour, width }: View): string {
  const paint = pc.createColors(colour)
  const lines: string[] = []
  for (const format of formats) {
    lines.push(`${paint.bold(format.id)}  ${format.title}`)
    if (full)
      lines.push(
        ...wrapped(
          `version ${format.version}; parsed ${format.parsed_by === 'engine' ? `by the engine (${format.variants.join(', ')})` : 'in TypeScript'}; usual names: ${format.names.join(', ')}${format.one_device ? '; its folder may name the device' : ''}`,
          width,
          '  ',
        ),
      )
    for (const claim of format.claims) {
      lines.push(
        ...wrapped(
          `${claim.table}: always ${claim.always.join(', ')}${claim.sometimes.length > 0 ? `; sometimes ${claim.sometimes.join(', ')}` : ''}`,
          width,
          '  ',
        ),
      )
      if (full)
        lines.push(
          ...wrapped(
            `time: ${claim.time.means}; precision: ${claim.time.precision}; zone: ${claim.time.zone.replace('_', ' ')}`,
            width,
            '    ',
          ),
        )
      lines.push(...wrapped(`cannot show ${claim.blind.join('; ')}`, width, '    ').map((line) => paint.dim(line)))
      if (claim.attack.length > 0)
        lines.push(
          ...wrapped(
            `ATT&CK: ${claim.attack.map((one) => `${one.data_component} (${one.log_source})`).join(', ')}`,
            width,
            '    ',
          ),
        )
    }
    lines.push('')
  }
  lines.push(`${counted(formats.length, 'format')}.${full ? '' : ' codling formats ID shows one in full.'}`)
  return `${lines.join('\n')}\n`
}
