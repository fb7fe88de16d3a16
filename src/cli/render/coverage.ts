// What was read and what was not: sources, devices and feeds as tables.
import { problemCodes } from '../../model/index.ts'
import type { ScanResult, SourceResult } from '../../pipeline/contract.ts'
import type { Fields, Shape } from './html.ts'
import { type Lane, severityCounts, worst } from './pictures.ts'
import type { PagedTable } from './table.ts'
import {
  amount,
  appLabel,
  bounded,
  bytes,
  counted,
  duration,
  listed,
  minute,
  percent,
  secondsBetween,
  span,
  tail,
  time,
} from './words.ts'

const mostSources = 5_000
const statuses = ['failed', 'partial', 'unclaimed', 'skipped', 'ok'] as const

/** A word that is certainly one of ours: it becomes a CSS class. */
export const statusOf = (s: SourceResult): SourceResult['status'] => (statuses.includes(s.status) ? s.status : 'failed')

/** What went wrong first, then the largest. */
export const byTrouble = (a: SourceResult, b: SourceResult): number =>
  statuses.indexOf(statusOf(a)) - statuses.indexOf(statusOf(b)) || rowsOf(b) - rowsOf(a)

export const rowsOf = (s: SourceResult): number => Object.values(s.rows).reduce((sum, n) => sum + n, 0)

export const problemWords = (code: string): string =>
  Object.hasOwn(problemCodes, code) ? problemCodes[code as keyof typeof problemCodes] : bounded(code, 40)

const sourceShape: Shape = [
  'tbody',
  {},
  [
    'tr',
    { class: 'main' },
    ['th', { scope: 'row', class: 'mono' }, 0, ['div', { class: 'sub' }, 1]],
    ['td', { class: 'narrow' }, ['span', { class: 'state $2' }, 2]],
    ['td', { class: 'number' }, 3, ['div', { class: 'sub' }, 4]],
    ['td', { class: 'when' }, ['div', {}, 5], ['div', {}, 9]],
    ['td', { class: 'shares' }, ['each', 6, ['div', {}, ['span', { class: 'share' }, 0], ' ', 1]]],
    ['td', {}, ['each', 7, ['div', {}, 0]]],
  ],
  [
    'tr',
    { class: 'more' },
    [
      'td',
      { colspan: '6' },
      [
        'each',
        8,
        [
          'details',
          {},
          ['summary', {}, 0],
          ['each', 1, ['div', { class: 'piece' }, ['div', { class: 'sub' }, 0], ['div', {}, 1], ['pre', {}, 2]]],
          ['ul', { class: 'plain' }, ['each', 2, ['li', {}, 0]]],
        ],
      ],
    ],
  ],
]

/** Beyond a minute a clock is worth a remark. */
const isAskew = ({ coverage: { clock } }: SourceResult): boolean => Math.abs(clock?.ahead ?? 0) > 60

function clockWords({ coverage: { clock } }: SourceResult): string {
  if (!clock) return 'Clock: not estimated'
  const way = `${duration(Math.abs(clock.ahead))} ${clock.ahead < 0 ? 'behind' : 'ahead of'}`
  const rests =
    clock.matches > 0
      ? ` (median of ${counted(clock.matches, 'contact')} that both tell; half of them from ${amount(clock.low)} to ${amount(clock.high)} s)`
      : ''
  return `Clock: ${way} ${bounded(clock.against, 60)}${rests}`
}

function sourceRow(s: SourceResult): Fields {
  const problems = Object.entries(s.problems).sort((a, b) => b[1] - a[1])
  const notes = [
    ...s.coverage.gaps
      .slice(0, 20)
      .map((g) => [`Silent ${span(g.from, g.to)} (${duration(secondsBetween(g.from, g.to))})`]),
    [clockWords(s)],
    ...s.coverage.blind.slice(0, 20).map((text) => [`Cannot show ${bounded(text, 200)}`]),
  ]
  const samples = s.samples
    .slice(0, 10)
    .map((p) => [
      `record ${amount(p.record)}${p.byte >= 0 ? `, byte ${amount(p.byte)}` : ''}`,
      `${problemWords(p.code)}${p.detail ? `: ${bounded(p.detail, 200)}` : ''}`,
      bounded(p.sample, 240),
    ])
  const about = [
    ...(samples.length ? [counted(samples.length, 'sample of its problems', 'samples of its problems')] : []),
    ...(s.coverage.gaps.length ? [counted(s.coverage.gaps.length, 'silence')] : []),
    ...(isAskew(s) ? ['clock'] : []),
    ...(s.coverage.blind.length ? ['what it cannot show'] : []),
  ].join(', ')
  return [
    bounded(tail(s.path, 240), 260),
    `${s.format === null ? 'format not recognised' : bounded(s.format, 40)}${s.known ? ' · known from an earlier scan' : ''}`,
    statusOf(s),
    amount(rowsOf(s)),
    bytes(s.bytes),
    minute(s.first),
    Object.entries(s.coverage.shares)
      .slice(0, 8)
      .map(([name, share]) => [percent(share), bounded(name, 24)]),
    problems.slice(0, 6).map(([code, n]) => [`${amount(n)} × ${problemWords(code)}`]),
    about ? [[about, samples, notes]] : [],
    s.last === s.first ? '' : minute(s.last),
  ]
}

export function sourceTable(scan: ScanResult): PagedTable {
  return {
    id: 'sources',
    title: 'Sources',
    columns: [
      { title: 'Source', field: 0, order: 'text' },
      { title: 'Status', field: 2, order: 'status', narrow: true },
      { title: 'Records', field: 3, order: 'number' },
      { title: 'First and last', field: 5, order: 'text' },
      { title: 'Records that name', field: 1, order: 'text' },
      { title: 'Problems', field: 1, order: 'text' },
    ],
    shape: sourceShape,
    rows: scan.sources.toSorted(byTrouble).slice(0, mostSources).map(sourceRow),
    pageSize: 50,
    choice: 2,
    total: scan.sources.length,
  }
}

const deviceShape: Shape = [
  'tbody',
  {},
  [
    'tr',
    { class: 'main' },
    ['td', { class: 'narrow' }, ['span', { class: 'sev $0' }, 0]],
    ['th', { scope: 'row' }, 1, ['div', { class: 'sub' }, 2]],
    ['td', {}, 3],
    ['td', { class: 'when' }, ['div', {}, 4], ['div', {}, 5]],
    ['td', {}, 6],
  ],
]

/** Earliest and latest as written; ISO 8601 in UTC sorts as text. */
const edge = (times: readonly string[], later: boolean): string =>
  times.reduce((a, b) => (later === b > a ? b : a), times[0]!)

export function deviceTable(lanes: readonly Lane[]): PagedTable {
  return {
    id: 'devices',
    title: 'Devices with findings',
    columns: [
      { title: 'Worst', field: 0, order: 'severity', narrow: true },
      { title: 'Device', field: 1, order: 'text' },
      { title: 'Findings', field: 3, order: 'text' },
      { title: 'First and last contact', field: 4, order: 'text' },
      { title: 'Apps and processes', field: 6, order: 'text' },
    ],
    shape: deviceShape,
    rows: lanes.slice(0, mostSources).map((lane) => {
      const users = [...new Set(lane.findings.flatMap((f) => (f.user ? [f.user] : [])))]
      return [
        worst(lane),
        lane.name,
        users.length ? `user ${listed(users, 3)}` : '',
        severityCounts(lane.findings),
        time(
          edge(
            lane.findings.map((f) => f.first_seen),
            false,
          ),
        ),
        time(
          edge(
            lane.findings.map((f) => f.last_seen),
            true,
          ),
        ),
        listed([...new Set(lane.findings.flatMap((f) => appLabel(f) ?? []))], 4) || 'not known',
      ]
    }),
    pageSize: 20,
    choice: 0,
    total: lanes.length,
  }
}

const feedShape: Shape = [
  'tbody',
  {},
  [
    'tr',
    { class: 'main' },
    ['th', { scope: 'row', class: 'mono' }, 0, ['div', { class: 'sub' }, 1]],
    ['td', { class: 'number' }, 2],
    ['td', { class: 'number' }, 3],
    ['td', { class: 'number' }, 4],
    ['td', {}, ['each', 5, ['div', {}, ['div', {}, 0], ['div', { class: 'mono sub' }, 1]]]],
  ],
]

export function feedTable(scan: ScanResult): PagedTable {
  const { feeds } = scan.totals.indicators
  return {
    id: 'feeds',
    title: 'Lists of known malicious indicators',
    columns: [
      { title: 'List', field: 0, order: 'text' },
      { title: 'Indicators', field: 2, order: 'number' },
      { title: 'For review', field: 3, order: 'number' },
      { title: 'Rejected', field: 4, order: 'number' },
      { title: 'Problems', field: 1, order: 'text' },
    ],
    shape: feedShape,
    rows: feeds
      .slice(0, 1_000)
      .map((feed) => [
        bounded(tail(feed.path, 240), 260),
        feed.format === null ? 'format not recognised' : bounded(feed.format, 40),
        amount(feed.indicators),
        amount(feed.review),
        amount(feed.rejected),
        feed.problems
          .slice(0, 5)
          .map((p) => [
            `record ${amount(p.record)}: ${problemWords(p.code)}${p.detail ? `: ${bounded(p.detail, 160)}` : ''}`,
            bounded(p.sample, 160),
          ]),
      ]),
    pageSize: 50,
    choice: null,
    total: feeds.length,
  }
}
