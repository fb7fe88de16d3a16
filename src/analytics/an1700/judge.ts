// Row → finding. Pure: what is said, how severe it is and how sure. Rules: docs/spec/an1700.md; each has a case in cases/.
import { type Caveat, type Finding, type Severity, severityRank } from '../../model/index.ts'
import { canonicalName, canonicalUrl, isBrowser, safeText, sameProcess } from '../../names/index.ts'
import { findingDevice } from '../device.ts'
import { type CaveatCode, type CaveatData, caveat } from './caveats.ts'
import { findingId } from './id.ts'
import { effectOf } from './place.ts'
import type { Facts, IndicatorFacts, Row } from './row.ts'
import { oddsOf, scoreOf, type Weight, weights } from './score.ts'

export const version = 1

const iso = (micros: number): string => new Date(Math.floor(micros / 1000)).toISOString()
const isoOrNull = (micros: number): string | null => (micros > 0 ? iso(micros) : null)

/** `2026-09-20 10:26:40.123456` → ISO 8601 UTC. */
const isoOfText = (text: string): string => `${text.replace(' ', 'T').replace(/(\.\d{3})\d*$/, '$1')}Z`

/** The key with the largest value; of equals the first in the alphabet. */
const most = (counts: Readonly<Record<string, number>>): string | null =>
  Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0] ?? null

/** What a row turns out to be, before it is weighed. */
type Contact = {
  readonly row: Row
  readonly indicator: IndicatorFacts
  /** Canonical name, address or URL; of anything else the value as it was met. */
  readonly value: string
  /** Canonical name or address that was contacted; '' where the thing itself or a fingerprint is listed. */
  readonly host: string
  readonly isAddress: boolean
  readonly app: string | null
  readonly process: string | null
  readonly visit: boolean
  readonly retroactive: boolean
}

/** What speaks for and against it: caveats, steps of the score, and the highest severity that is left. */
type Case = {
  readonly caveats: Caveat[]
  say(code: CaveatCode, data?: CaveatData): void
  weigh(weight: Weight): void
  atMost(severity: Severity): void
}

/** null: no feed knows the indicator any more. `new` is set by the pipeline. */
export function judge(row: Row, facts: Facts): Finding | null {
  const indicator = facts.indicator(row.indicator, row.judged_at)
  if (indicator === null) return null
  const contact = contactOf(row, indicator)
  const { app, process, retroactive } = contact
  const attributed = app !== null || process !== null
  let odds = oddsOf(indicator.confidence / 100)
  let severity: Severity = indicator.targeted && attributed ? 'critical' : 'high'
  const notes: Caveat[] = []
  const found: Case = {
    caveats: notes,
    say(code, data) {
      notes.push(caveat(code, data))
    },
    weigh(weight) {
      odds += weights[weight]
    },
    atMost(ceiling) {
      if (severityRank(ceiling) < severityRank(severity)) severity = ceiling
    },
  }
  weighPlace(contact, found)
  weighSight(contact, found)
  weighAge(contact, found)
  weighWarnings(contact, facts, found)
  sayIdentity(row, found)
  return {
    id: findingId(row.who, row.indicator, row.ended === 'expired'),
    analytic: 'AN1700',
    version,
    title: titleOf(contact),
    severity,
    score: scoreOf(row.ended === '' ? odds : Math.min(odds, 0)),
    new: false,
    device: findingDevice(row),
    user: row.user || null,
    app,
    process,
    attribution: (attributed && row.attribution) || null,
    destination: destinationOf(contact),
    first_seen: iso(row.first),
    last_seen: iso(row.last),
    count: row.contacts,
    indicator: {
      id: indicator.id,
      kind: indicator.kind,
      value: indicator.url || indicator.value,
      families: indicator.families,
      feeds: indicator.feeds,
      state_at_event: row.ended || indicator.state,
      valid_from: isoOrNull(indicator.validFrom),
      valid_until: isoOrNull(indicator.validUntil),
      confidence: indicator.statedConfidence,
    },
    retroactive,
    links: [],
    evidence: row.evidence.map(([ts, source, record, raw]) => ({
      source,
      record: Number(record),
      ts: isoOfText(ts),
      raw,
    })),
    caveats: notes,
  }
}

/** The thing itself is listed, not what it contacted. */
const isSelf = (row: Row): boolean => row.observed === 'app' || row.observed === 'process'

function contactOf(row: Row, indicator: IndicatorFacts): Contact {
  const named =
    row.observed === 'domain' || row.observed === 'ip' ? row.value : row.observed === 'url' ? indicator.value : ''
  const canonical = canonicalName(named)
  const host = canonical?.value ?? named
  const who = [row.apps, row.processes].map((names) => Object.keys(names)).find((names) => names.length > 0) ?? []
  const asked = row.user_hits > 0 && row.app_hits === 0
  return {
    row,
    indicator,
    value: row.observed === 'url' ? (canonicalUrl(row.value)?.url ?? row.value) : host || row.value,
    host,
    isAddress: canonical?.kind === 'ip',
    app: most(row.apps),
    process: most(row.processes),
    visit: !isSelf(row) && who.length > 0 && (who.every(isBrowser) || asked),
    retroactive: row.ended === '' && indicator.retroactive,
  }
}

/** What was met: the URL itself or only its host, and where it lies. */
function weighPlace({ row, indicator, host, isAddress }: Contact, { say, weigh, atMost }: Case): void {
  const exact = row.url_rows > 0
  if (exact) weigh('url_exact')
  else if (indicator.kind === 'url') {
    say('url_host_only')
    weigh('url_host_only')
    atMost('low')
  }
  if (host === '') return
  const effect = effectOf(host, isAddress, indicator.value, exact)
  if (effect === null) return
  say(effect.code, { owner: effect.owner })
  if (effect.weight !== null) weigh(effect.weight)
  if (effect.atMost !== null) atMost(effect.atMost)
}

/** How it was seen, and by whom. */
function weighSight({ row, indicator, app, process, visit }: Contact, { say, weigh, atMost }: Case): void {
  const kinds = Object.keys(row.kinds)
  if (kinds.length > 1) weigh('several_kinds')
  if (isLookup(row)) {
    say('lookup_only')
    weigh('lookup_only')
  }
  if (row.blocked > 0) say('blocked', { blocked: row.blocked, rows: row.rows })
  if (visit) {
    say('visit')
    weigh('visit')
    atMost('medium')
  }
  if (app === null && process === null) say('app_unknown')
  else weigh('attributed')
  const apps = Object.keys(row.apps)
  if (apps.length > 1) say('several_apps', { apps: apps.sort().join(', ') })
  if (row.observed === 'process') {
    say('process_name_only')
    weigh('process_name_only')
    if (row.value !== indicator.value && sameProcess(row.value, indicator.value)) say('process_name_cut')
    atMost('medium')
  }
  if (row.observed === 'ja3' || row.observed === 'ja4') {
    say('weak_fingerprint')
    weigh(row.observed)
    atMost('low')
  }
  if (row.referrer !== '') say('redirected', { referrer: safeText(row.referrer, 300) })
  if (row.summaries > 0 && kinds.length === 1) say('summary')
}

/** Nothing but DNS, and the name itself: an address as destination of a DNS query is a resolver that was spoken to. */
const isLookup = (row: Row): boolean =>
  row.observed === 'domain' && Object.keys(row.kinds).every((kind) => kind === 'dns')

/** What the indicator was worth at the time of the contact. */
function weighAge({ row, indicator, retroactive }: Contact, { say, weigh, atMost }: Case): void {
  if (retroactive) {
    say('retroactive', { since: iso(indicator.validFrom) })
    weigh('retroactive')
    atMost('medium')
  }
  if (indicator.aged) {
    say('indicator_aged', { since: iso(indicator.since) })
    atMost('medium')
  }
  if (indicator.doubtful) {
    say('indicator_doubtful', { confidence: indicator.statedConfidence ?? 0 })
    atMost('low')
  }
  if (row.ended === 'expired') say('indicator_expired', { until: isoOrNull(indicator.validUntil) ?? 'by a reviewer' })
  if (row.ended === 'revoked') say('indicator_revoked')
  if (row.ended !== '') atMost('info')
}

/** A list that names the thing speaks for many of its kind; a pattern alone must never bless anything. */
function weighWarnings({ row, value, host, isAddress }: Contact, facts: Facts, { say, weigh, atMost }: Case): void {
  if (host === '') return
  for (const list of facts.warnings(isAddress ? 'ip' : 'domain', host, row.observed === 'url' ? value : '')) {
    say('warning_list', { list: list.name, type: list.type })
    if (list.type === 'substring' || list.type === 'regex') weigh('warning_pattern')
    else {
      weigh('warning_list')
      atMost('low')
    }
  }
}

function sayIdentity(row: Row, { say }: Case): void {
  if (row.candidates > 1)
    say(row.device_id === '' ? 'identity_ambiguous' : 'identity_conflict', { candidates: row.candidates })
  else if (row.device_id === '') say(row.device_name === '' ? 'identity_unknown' : 'device_label_only')
}

function destinationOf({ row, value, isAddress }: Contact): Finding['destination'] {
  if (isSelf(row)) return null
  return { value, raw: row.raw, kind: isAddress && row.observed !== 'url' ? 'ip' : row.observed }
}

function titleOf({ row, indicator, value, app, process, visit }: Contact): string {
  const device = safeText(row.device_name || row.device_id || row.address || row.user || 'an unnamed device')
  const who = app ?? process
  const what = safeText(value)
  const families = indicator.families.length > 0 ? ` (${indicator.families.join(', ')})` : ''
  const past = row.ended === '' ? '' : ' — not valid at the time'
  const listed = `listed by ${indicator.feeds.join(', ')}${families}${past}`
  if (isSelf(row)) return `${row.observed === 'app' ? 'App' : 'Process'} ${what} on ${device}, ${listed}`
  if (visit) return `${device} visited ${what} in ${safeText(who!)}, ${listed}`
  if (who !== null) return `${safeText(who)} on ${device} contacted ${what}, ${listed}`
  return `${device} ${isLookup(row) ? 'looked up' : 'contacted'} ${what}, ${listed}`
}
