// One report, from its text to the rows of `device_event`.
import type { GivenRow, Micros, ProblemCode } from '../../model/index.ts'
import { appleTime, kindOfBugType, platformOf, type ReportKind, systemOf } from './apple.ts'
import { bestTime, crashOfJson, yesNo } from './crash-json.ts'
import { crashOfText } from './crash-text.ts'
import { details, type Facts, joinFacts, type Piece } from './facts.ts'
import { type JsonObject, type JsonStop, text } from './json.ts'
import { type Layout, layoutOf } from './layout.ts'
import { jetsamOf, type Killed, maxKilled, panicOf, stackshotOf } from './system-json.ts'

type EventRow = GivenRow<'device_event'>
/** `at`: place in the text, -1 when the whole report is meant. */
export type Flaw = { readonly code: ProblemCode; readonly at: number; readonly detail: string }
export type Report = { readonly rows: readonly EventRow[]; readonly flaws: readonly Flaw[] }

const rawLength = 4096
/** A panic is written down when the device has started again: within days, or its clock was wrong. */
const maxPanicDelay = 7 * 86_400e6

const codeOfStop: Record<Exclude<JsonStop, ''>, ProblemCode> = {
  truncated: 'truncated',
  malformed: 'bad_record',
  too_deep: 'too_deep',
  too_many: 'size_limit',
}

/** Rows and flaws of a report. `whole`: the file was read to its end. Never throws on data. */
export function reportOf(file: string, whole: boolean): Report {
  const layout = layoutOf(file)
  const flaws: Flaw[] = layout.damage.map(({ part, stop, at }) => ({
    code: codeOfStop[stop || 'malformed'],
    at,
    detail: `${part} is damaged (${stop || 'malformed'}); what can be read is kept`,
  }))
  const header = headerOf(layout.header)
  const given = text(layout.header.bug_type) || text(layout.body?.bug_type)
  const bugType = given || guessBugType(layout)
  if (layout.headerLine !== '' && layout.bodyText === '')
    flaws.push({ code: 'truncated', at: -1, detail: 'the header has no body' })
  const kind = kindOfBugType[bugType]
  if (kind === undefined)
    flaws.push({ code: 'unknown_kind', at: -1, detail: `bug_type ${bugType.slice(0, 40) || 'not stated'}` })
  const complete = whole && layout.damage.length === 0
  const piece = pieceOf(kind ?? 'other', layout, complete)
  const facts = joinFacts(
    { kind: kind ?? 'other', bug_type: given },
    header.facts,
    piece.facts,
    headerWins(header.facts),
  )
  flaws.push(...platformFlaw(facts))
  if (piece.cut === 'truncated')
    flaws.push({ code: piece.cut, at: file.length, detail: 'the text ends before its list of images' })
  if (piece.cut === 'size_limit')
    flaws.push({ code: piece.cut, at: -1, detail: 'more lines than a report has; the rest was left out' })
  const ts = timeOf(piece, header.times)
  if (ts === null)
    return {
      rows: [],
      flaws: [...flaws, { code: 'bad_time', at: -1, detail: 'the report states no time that can be read' }],
    }
  if (!ts.zone) flaws.push({ code: 'bad_time', at: -1, detail: 'the time has no offset; taken as UTC' })
  if (piece.left > 0)
    flaws.push({ code: 'count_limit', at: -1, detail: `${piece.left} killed processes beyond ${maxKilled}` })
  const end = appleTime(piece.end ?? '')
  const common = { ts: ts.at, ...(end !== null && end.at > ts.at ? { ts_end: end.at } : {}), raw: rawOf(layout) }
  const incident = facts.incident_id ?? ''
  if (piece.killed.length === 0) return { rows: [{ ...facts, ...common, event_key: incident }], flaws }
  const rows = piece.killed.map((one) => ({
    ...joinFacts(facts, one.facts),
    ...common,
    event_key: incident === '' ? '' : `${incident}:${one.key}`,
  }))
  return { rows, flaws }
}

type Event = Piece & { readonly killed: readonly Killed[]; readonly left: number; readonly epoch: number | null }

function pieceOf(kind: ReportKind, layout: Layout, complete: boolean): Event {
  const none = { killed: [], left: 0, epoch: null }
  if (kind === 'analytics') return { facts: {}, times: [], ...none }
  if (layout.body === null) {
    const report = layout.bodyText === '' ? { facts: {}, times: [] } : crashOfText(layout.bodyText)
    const panic = layout.bodyText.indexOf('panic(cpu ')
    if (panic < 0 || (kind !== 'panic' && kind !== 'force_reset')) return { ...none, ...report }
    return { ...none, ...joinPieces(panicOf({ panicString: layout.bodyText.slice(panic) }), report) }
  }
  if (kind === 'jetsam') return { ...jetsamOf(layout.body), epoch: null }
  if (kind === 'panic' || kind === 'force_reset') return { ...none, ...panicOf(layout.body) }
  // A stackshot of one hung process (288) has the body of a crash.
  const shared = kind === 'stackshot' || !('procName' in layout.body || 'exception' in layout.body)
  return {
    ...joinPieces(shared ? stackshotOf(layout.body) : { facts: {}, times: [] }, crashOfJson(layout.body, complete)),
    ...none,
  }
}

const joinPieces = (a: Piece, b: Piece): Piece => ({
  facts: joinFacts(a.facts, b.facts),
  times: [...b.times, ...a.times],
})

function headerOf(header: JsonObject): Piece {
  const get = (key: string) => text(header[key])
  const os = systemOf(get('os_version'))
  const facts: Facts = {
    crash_reporter_key: get('crashreporter_key'),
    os_version: os.version,
    os_build: os.build,
    platform: platformOf(os.name, '', get('platform')),
    app: get('bundleID'),
    app_version: get('app_version'),
    // Reset counters are named `Reset count`, which is no process.
    process: get('app_name') || (get('bundleID') === '' ? '' : get('name')),
    first_party: yesNo(header.is_first_party),
    incident_id: get('incident_id'),
    detail: details({
      build_version: get('build_version'),
      slice_uuid: get('slice_uuid'),
      is_simulated: get('is_simulated'),
      roots_installed: get('roots_installed') === '0' ? '' : get('roots_installed'),
      adam_id: get('adam_id') === '0' ? '' : get('adam_id'),
    }),
  }
  return { facts, times: [get('timestamp')] }
}

/** What the header says better than a text body: text swaps version and build between releases of iOS. */
function headerWins(facts: Facts): Facts {
  return { app: facts.app ?? '', app_version: facts.app_version ?? '' }
}

function guessBugType(layout: Layout): string {
  const { body, bodyText } = layout
  if (body === null) {
    if (bodyText.startsWith('{"_marker":')) return '211'
    const head = bodyText.slice(0, 64 * 1024)
    if (/^\s{0,40}Reset count:/m.test(head)) return '115'
    if (/^\s{0,40}Event:\s{1,40}\S/m.test(head)) return '185'
    return /^\s{0,40}(?:Exception (?:Type|Codes)|Incident Identifier):/m.test(head) ? '109' : ''
  }
  if ('panicString' in body) return '210'
  if ('largestProcess' in body || ('memoryStatus' in body && 'processes' in body)) return '298'
  if (text(body.string).startsWith('panic(')) return '151'
  if ('exception' in body || 'faultingThread' in body) return '309'
  return 'processByPid' in body ? '288' : ''
}

function platformFlaw(facts: Facts): readonly Flaw[] {
  const platform = facts.platform ?? ''
  return platform === '' || platform === 'ios'
    ? []
    : [{ code: 'wrong_platform', at: -1, detail: `the report is from ${platform}` }]
}

/** The event's own time, else when the report was written. */
function timeOf(piece: Event, header: readonly string[]): { readonly at: Micros; readonly zone: boolean } | null {
  const written = bestTime([...piece.times, ...header])
  if (piece.epoch === null) return written
  const panic = Math.round(piece.epoch * 1e6)
  const delay = written === null ? 0 : written.at - panic
  return delay >= 0 && delay <= maxPanicDelay ? { at: panic, zone: true } : written
}

/** The header line and the first 4,096 characters of the body, as they stand. */
function rawOf(layout: Layout): string {
  const header = layout.headerLine.slice(0, rawLength)
  const body = layout.bodyText.slice(0, rawLength)
  return header === '' || body === '' ? header + body : `${header}\n${body}`
}
