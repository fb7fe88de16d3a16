// Findings as rows of a table, each with its evidence folded in beneath.
import type { ScanFinding } from '../../pipeline/contract.ts'
import { pictureFields, pictureShape } from './baseline.ts'
import type { Fields, Shape } from './html.ts'
import type { PagedTable } from './table.ts'
import {
  allEvidence,
  amount,
  appLabel,
  attributionWords,
  bounded,
  boundedLines,
  byWeight,
  deviceLabel,
  listed,
  percent,
  severityOf,
  stateWords,
  time,
  where,
} from './words.ts'

/** Rows that one table of the report may hold: beyond it the file would no longer open quickly. */
const mostRows = 10_000

type Room = { readonly pieces: number; readonly characters: number }
/** How much raw evidence a finding may show, so that 10,000 findings stay near 10 MB. */
function roomFor(findings: number): Room {
  if (findings <= 200) return { pieces: 10, characters: 2_000 }
  if (findings <= 2_000) return { pieces: 4, characters: 600 }
  return { pieces: 1, characters: 480 }
}

const field = {
  severity: 0,
  score: 1,
  device: 2,
  deviceMore: 3,
  app: 4,
  attribution: 5,
  destination: 6,
  destinationRaw: 7,
  first: 8,
  last: 9,
  count: 10,
  indicator: 11,
  families: 12,
  feeds: 13,
  title: 14,
  caveats: 15,
  where: 16,
  summary: 17,
  facts: 18,
  links: 19,
  evidence: 20,
  note: 21,
  picture: 22,
} as const

const evidenceShape: Shape = [
  'div',
  { class: 'piece' },
  ['div', { class: 'sub' }, ['span', { class: 'mono' }, 0], ' ', 1],
  ['pre', {}, 2],
]

const shape: Shape = [
  'tbody',
  {},
  [
    'tr',
    { class: 'main' },
    ['td', { class: 'narrow' }, ['span', { class: 'sev $0' }, field.severity], ['div', { class: 'sub' }, field.score]],
    ['th', { scope: 'row' }, field.device, ['div', { class: 'sub' }, field.deviceMore]],
    ['td', {}, field.app, ['div', { class: 'sub' }, field.attribution]],
    ['td', { class: 'mono' }, field.destination, ['div', { class: 'sub' }, field.destinationRaw]],
    ['td', { class: 'when' }, ['div', {}, field.first], ['div', {}, field.last]],
    ['td', { class: 'number' }, field.count],
    [
      'td',
      {},
      ['div', { class: 'strong' }, field.families],
      ['div', { class: 'mono' }, field.indicator],
      ['div', { class: 'sub' }, field.feeds],
    ],
  ],
  [
    'tr',
    { class: 'more' },
    ['td', {}],
    [
      'td',
      { colspan: '6' },
      ['div', { class: 'said' }, field.title],
      ['ul', { class: 'caveats' }, ['each', field.caveats, ['li', {}, 0]]],
      ['each', field.picture, pictureShape],
      [
        'details',
        {},
        ['summary', {}, field.summary, ' ', ['span', { class: 'mono sub' }, field.where]],
        ['dl', {}, ['each', field.facts, ['div', {}, ['dt', {}, 0], ['dd', {}, 1]]]],
        [
          'ol',
          { class: 'links' },
          [
            'each',
            field.links,
            [
              'li',
              {},
              ['div', { class: 'sub' }, 0],
              ['div', {}, 1],
              ['div', { class: 'sub' }, 2],
              ['each', 3, evidenceShape],
            ],
          ],
        ],
        ['each', field.evidence, evidenceShape],
        ['p', { class: 'note' }, field.note],
      ],
    ],
  ],
]

const columns: PagedTable['columns'] = [
  { title: 'Severity', field: field.severity, order: 'severity', narrow: true },
  { title: 'Device', field: field.device, order: 'text' },
  { title: 'App or process', field: field.app, order: 'text' },
  { title: 'Destination', field: field.destination, order: 'text' },
  { title: 'First and last seen', field: field.first, order: 'text' },
  { title: 'Contacts', field: field.count, order: 'number' },
  { title: 'Indicator', field: field.families, order: 'text' },
]

const pieces = (evidence: ScanFinding['evidence'], room: Room): Fields[] =>
  evidence.slice(0, room.pieces).map((e) => [where(e), time(e.ts), boundedLines(e.raw, room.characters)])

function facts(f: ScanFinding): Fields[] {
  const all: [string, string | null][] = [
    ['Finding', `${bounded(f.id, 80)} (${bounded(f.analytic, 40)}, version ${f.version})`],
    ['Device id', f.device.id && bounded(f.device.id, 120)],
    ['Address', f.device.address && bounded(f.device.address, 80)],
    ['Indicator id', f.indicator && bounded(f.indicator.id, 80)],
    ['State at the event', f.indicator && bounded(f.indicator.state_at_event, 40)],
    [
      'Valid',
      f.indicator && (f.indicator.valid_from || f.indicator.valid_until)
        ? `${f.indicator.valid_from ? `from ${time(f.indicator.valid_from)}` : ''}${f.indicator.valid_until ? ` until ${time(f.indicator.valid_until)}` : ''}`.trim()
        : null,
    ],
    ['Feed confidence', f.indicator?.confidence == null ? null : `${f.indicator.confidence} of 100`],
  ]
  return all.filter((fact): fact is [string, string] => Boolean(fact[1]))
}

function destination(f: ScanFinding): [string, string] {
  if (f.destination === null) return [f.links.length > 0 ? 'see steps' : '–', '']
  const { value, raw, kind } = f.destination
  const written = raw !== value && raw !== '' ? `written ${bounded(raw, 120)}` : ''
  return [bounded(value, 200), kind === 'domain' ? written : [bounded(kind, 30), written].filter(Boolean).join(', ')]
}

function rowOf(f: ScanFinding, room: Room): Fields {
  const evidence = allEvidence(f)
  const own = pieces(f.evidence, room)
  const [value, raw] = destination(f)
  const first = evidence[0]
  const flags = [
    ...stateWords(f),
    ...(f.new ? ['new'] : []),
    ...(f.retroactive ? ['before the indicator was published'] : []),
  ]
  const user = f.user ? `user ${bounded(f.user, 80)}` : ''
  const group = f.device.group ? bounded(f.device.group, 60) : ''
  const known = f.device.identified_by ? `known by ${bounded(f.device.identified_by, 40)}` : ''
  return [
    severityOf(f),
    percent(f.score),
    deviceLabel(f.device),
    [user, group, known].filter(Boolean).join(' · '),
    appLabel(f) ?? '–',
    attributionWords(f),
    value,
    raw,
    time(f.first_seen),
    f.last_seen === f.first_seen ? '' : time(f.last_seen),
    amount(f.count),
    f.indicator && f.indicator.value !== f.destination?.value ? bounded(f.indicator.value, 160) : '',
    f.indicator ? listed(f.indicator.families) || 'family not stated' : '–',
    f.indicator ? listed(f.indicator.feeds) : '',
    [bounded(f.title, 240), ...flags].join(' · '),
    f.caveats.slice(0, 12).map((c) => [bounded(c.text || c.code, 240)]),
    first ? where(first, 80) + (evidence.length > 1 ? ` and ${amount(evidence.length - 1)} more` : '') : '',
    f.links.length > 0 ? 'Steps and evidence' : 'Evidence',
    facts(f),
    f.links
      .slice(0, 20)
      .map((link) => [
        `${time(link.ts)} · ${bounded(link.kind, 60)}`,
        bounded(link.text, 400),
        link.probability === null ? '' : `probability ${link.probability.toPrecision(2)}`,
        pieces(link.evidence, { ...room, pieces: Math.min(2, room.pieces) }),
      ]),
    own,
    f.evidence.length > own.length
      ? `${amount(own.length)} of ${amount(f.evidence.length)} records are shown; the JSON document holds all.`
      : '',
    pictureFields(f),
  ]
}

/** The table of findings, history or leads, most severe first. */
export function findingTable(
  id: string,
  title: string,
  findings: readonly ScanFinding[],
  inReport: number,
): PagedTable {
  const room = roomFor(inReport)
  const rows = findings
    .toSorted(byWeight)
    .slice(0, mostRows)
    .map((f) => rowOf(f, room))
  return { id, title, columns, shape, rows, pageSize: 100, choice: field.severity, total: findings.length }
}
