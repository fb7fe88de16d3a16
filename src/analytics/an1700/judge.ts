// Row → finding. Pure: what is said, how severe it is and how sure. Rules: detection.md sections 1.3 and 1.4 as carried
// over into docs/spec/an1700.md; every rule has a case in cases/.
import { createHash } from 'node:crypto'
import { type Caveat, type Evidence, type Finding, type Severity, severityRank } from '../../model/index.ts'
import { canonicalName, type Infrastructure, infrastructureOf, infrastructureOfIp, isBrowser, sameProcess } from '../../names/index.ts'
import { type CaveatCode, caveats } from './caveats.ts'
import type { Facts, IndicatorFacts, Row } from './row.ts'

export const version = 1

const iso = (micros: number): string => new Date(Math.floor(micros / 1000)).toISOString()
const isoOrNull = (micros: number): string | null => (micros > 0 ? iso(micros) : null)

/** Same id in every later scan: analytic, device (or what stands for it) and indicator. */
export const findingId = (who: string, indicator: string, history: boolean): string =>
  createHash('sha256').update(['AN1700', who, indicator, history ? 'history' : ''].join('\u0000')).digest('hex').slice(0, 24)

const fill = (code: CaveatCode, data: Readonly<Record<string, string | number>>): Caveat => ({
  code,
  text: caveats[code].replaceAll(/\{(\w+)\}/g, (_, key: string) => String(data[key] ?? '')),
})

/** The key with the largest value; of equals the first in the alphabet. */
const most = (counts: Readonly<Record<string, number>>): string | null =>
  Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0] ?? null

const sharedKinds = new Set(['cdn', 'shared_host', 'cloud', 'shortener'])

/** Steps of log-odds by what speaks for or against a true contact. Set by judgement, not yet fitted to labelled data. */
export const weights = {
  attributed: 0.7,
  several_kinds: 0.5,
  lookup_only: -0.4,
  url_exact: 0.5,
  url_host_only: -1.5,
  visit: -0.3,
  shared_infrastructure: -2,
  embedded_third_party: -1,
  known_service: -2,
  sinkhole: -0.5,
  parked: -1,
  scanner: -1.5,
  warning_list: -1.5,
  warning_substring: -0.3,
  prevalent: -1.5,
  process_name_only: -1,
  weak_fingerprint: -2,
  ja4_fingerprint: -1,
  retroactive: -0.2,
  identity_ambiguous: 0,
} as const

/** null: the telemetry shows that the indicator was not met after all (another URL on a shared host). */
export function judge(row: Row, facts: Facts): Finding | null {
  const indicator = facts.indicator(row.indicator, row.first)
  if (!indicator) return null
  const history = Boolean(row.history)
  const app = most(row.apps)
  const process = most(row.processes)
  const notes: Caveat[] = []
  let odds = logit(indicator.confidence / 100)
  const say = (code: CaveatCode, data: Readonly<Record<string, string | number>> = {}): void => void notes.push(fill(code, data))

  const attributed = app !== null || process !== null
  const canonical = canonicalName(row.value)
  const value = row.observed === 'domain' ? (canonical?.value ?? row.value) : row.value
  const isAddress = row.observed === 'ip' || canonical?.kind === 'ip'
  const place: Infrastructure | null = isAddress ? infrastructureOfIp(value) : row.observed === 'domain' ? infrastructureOf(value) : null
  const browsers = Object.keys(row.apps).length > 0 ? Object.keys(row.apps).every(isBrowser) : Object.keys(row.processes).length > 0 && Object.keys(row.processes).every(isBrowser)
  const visit = attributed && (browsers || (row.user_hits > 0 && row.app_hits === 0))

  // --- what was met: the URL itself, or only its host
  const exactHost = value === indicator.value
  let ceiling: Severity = 'critical'
  const atMost = (severity: Severity): void => {
    if (severityRank(severity) < severityRank(ceiling)) ceiling = severity
  }
  const shared = place !== null && sharedKinds.has(place.kind)
  if (indicator.kind === 'url' && row.url_rows === 0) {
    if (shared) return null
    if (row.rows_with_url === row.rows) return null
    say('url_host_only')
    odds += weights.url_host_only
    atMost('low')
  } else if (indicator.kind === 'url') odds += weights.url_exact
  else if (shared && (!exactHost || isBareService(value))) {
    say('shared_infrastructure', { owner: place.owner })
    odds += weights.shared_infrastructure
    atMost('low')
  }
  if (place && !shared) odds += infrastructure(place, say, atMost)

  // --- how it was seen
  const kinds = Object.keys(row.kinds)
  if (kinds.length > 1) odds += weights.several_kinds
  if (kinds.length === 1 && kinds[0] === 'dns' && row.observed === 'domain') {
    say('lookup_only')
    odds += weights.lookup_only
  }
  if (row.blocked > 0) say('blocked', { blocked: row.blocked, rows: row.rows })
  if (visit) {
    say('visit')
    odds += weights.visit
    atMost('medium')
  }
  if (attributed) odds += weights.attributed
  else say('app_unknown')
  if (Object.keys(row.apps).length > 1) say('several_apps', { apps: Object.keys(row.apps).sort().join(', ') })
  if (row.observed === 'process') {
    say('process_name_only')
    odds += weights.process_name_only
    if (row.value !== indicator.value && sameProcess(row.value, indicator.value)) say('process_name_cut')
    atMost('medium')
  }
  if (row.observed === 'ja3' || row.observed === 'ja4') {
    say('weak_fingerprint')
    odds += row.observed === 'ja3' ? weights.weak_fingerprint : weights.ja4_fingerprint
    atMost('low')
  }
  if (row.referrer !== '') say('redirected', { referrer: row.referrer.slice(0, 300) })
  if (row.kinds.app_domain) say('summary')

  // --- what the indicator was worth then
  const retroactive = !history && indicator.retroactive && row.valid_rows === 0
  if (retroactive) {
    say('retroactive', { since: iso(indicator.validFrom) })
    odds += weights.retroactive
    atMost('medium')
  }
  if (indicator.aged) {
    say('indicator_aged', { since: iso(indicator.since) })
    atMost('medium')
  }
  if (history) {
    if (row.some_phase === 'revoked') say('indicator_revoked')
    else if (row.some_phase === 'outside_lookback') say('outside_lookback')
    else say('indicator_expired', { until: isoOrNull(indicator.validUntil) ?? 'by a reviewer' })
    atMost('info')
  }
  for (const list of warningsOf(row, value, isAddress, facts)) {
    say('warning_list', { list: list.name, type: list.type })
    const weak = list.type === 'substring' || list.type === 'regex'
    odds += weak ? weights.warning_substring : weights.warning_list
    if (!weak) atMost('low')
  }
  identityCaveats(row, say)

  const base: Severity = indicator.targeted && attributed ? 'critical' : 'high'
  const severity = severityRank(base) > severityRank(ceiling) ? ceiling : base
  const evidence: Evidence[] = row.evidence.map(([ts, source, record, raw]) => ({ source, record: Number(record), ts: isoOfText(ts), raw }))
  return {
    id: findingId(row.who, row.indicator, history),
    analytic: 'AN1700',
    version,
    title: titleOf({ app, process, row, value, indicator, visit, history }),
    severity,
    score: round(expit(history ? Math.min(odds, 0) : odds)),
    new: false,
    device: {
      id: row.device_id || null,
      name: row.device_name || null,
      group: row.device_group || null,
      address: row.address || null,
      identified_by: row.device_how || null,
    },
    user: row.user || null,
    app,
    process,
    attribution: attributed ? row.attribution || null : null,
    destination: row.observed === 'app' || row.observed === 'process' ? null : { value: indicator.kind === 'url' && row.url_rows > 0 ? row.url : value, raw: row.raw, kind: destinationKind(row, indicator, isAddress) },
    first_seen: iso(row.first),
    last_seen: iso(row.last),
    count: row.contacts,
    indicator: {
      id: indicator.id,
      kind: indicator.kind,
      value: indicator.kind === 'url' ? indicator.url || indicator.value : indicator.value,
      families: indicator.families,
      feeds: indicator.feeds,
      state_at_event: history ? row.some_phase : indicator.state,
      valid_from: isoOrNull(indicator.validFrom),
      valid_until: isoOrNull(indicator.validUntil),
      confidence: indicator.statedConfidence,
    },
    retroactive,
    links: [],
    evidence,
    caveats: notes,
  }
}

/** The service's own name rather than a tenant's: `bit.ly`, `storage.example-cloud.com`. */
const isBareService = (value: string): boolean => {
  const parent = value.slice(value.indexOf('.') + 1)
  return infrastructureOf(parent) === null
}

type Say = (code: CaveatCode, data?: Readonly<Record<string, string | number>>) => void

/** What a known owner of the name means. Returns the step of log-odds. */
function infrastructure(place: Infrastructure, say: Say, atMost: (severity: Severity) => void): number {
  const data = { owner: place.owner }
  switch (place.kind) {
    case 'sdk':
      say('embedded_third_party', data)
      atMost('medium')
      return weights.embedded_third_party
    case 'dynamic_dns':
      say('dynamic_dns', data)
      return 0
    case 'sinkhole':
      say('sinkhole', data)
      atMost('low')
      return weights.sinkhole
    case 'parking':
      say('parked', data)
      atMost('low')
      return weights.parked
    case 'scanner':
      say('scanner', data)
      atMost('low')
      return weights.scanner
    case 'relay':
      say('relay', data)
      return 0
    case 'top_site':
    case 'apple':
    case 'public_resolver':
      say('known_service', data)
      atMost('low')
      return weights.known_service
    default:
      return 0
  }
}

function warningsOf(row: Row, value: string, isAddress: boolean, facts: Facts): readonly { readonly name: string; readonly type: string }[] {
  if (isAddress) return facts.warnings('ip', value)
  if (row.observed !== 'domain') return []
  const byName = facts.warnings('domain', value)
  return row.url_rows > 0 ? [...byName, ...facts.warnings('url', row.url).filter((list) => !byName.some((known) => known.name === list.name))] : byName
}

function identityCaveats(row: Row, say: Say): void {
  if (row.device_id === '') {
    if (row.candidates > 1) say('identity_ambiguous', { candidates: row.candidates })
    else if (row.device_name !== '') say('device_label_only')
    else say('identity_unknown')
  } else if (row.candidates > 1) say('identity_conflict', { candidates: row.candidates })
}

const destinationKind = (row: Row, indicator: IndicatorFacts, isAddress: boolean): string =>
  indicator.kind === 'url' && row.url_rows > 0 ? 'url' : isAddress ? 'ip' : row.observed

function titleOf(said: { app: string | null; process: string | null; row: Row; value: string; indicator: IndicatorFacts; visit: boolean; history: boolean }): string {
  const { app, process, row, value, indicator, visit, history } = said
  const device = row.device_name || row.device_id || row.address || row.user || 'an unnamed device'
  const who = app ?? process
  const families = indicator.families.length > 0 ? ` (${indicator.families.join(', ')})` : ''
  const listed = `listed by ${indicator.feeds.join(', ') || 'a feed'}${families}`
  const past = history ? ' — not valid at the time' : ''
  if (row.observed === 'process' || row.observed === 'app') return `${row.observed === 'app' ? 'App' : 'Process'} ${row.value} on ${device}, ${listed}${past}`
  if (visit) return `${device} visited ${value} in ${who ?? 'a browser'}, ${listed}${past}`
  if (who) return `${who} on ${device} contacted ${value}, ${listed}${past}`
  return `${device} ${Object.keys(row.kinds).every((kind) => kind === 'dns') ? 'looked up' : 'contacted'} ${value}, ${listed}${past}`
}

const logit = (p: number): number => {
  const bounded = Math.min(0.98, Math.max(0.02, p))
  return Math.log(bounded / (1 - bounded))
}
const expit = (x: number): number => 1 / (1 + Math.exp(-x))
const round = (x: number): number => Math.round(x * 1000) / 1000

/** `2026-09-20 10:26:40.123456` → ISO 8601 UTC. */
const isoOfText = (text: string): string => `${text.replace(' ', 'T').replace(/(\.\d{3})\d*$/, '$1')}Z`

// --- one indicator, a large part of the fleet

export const prevalence = { fleet: 30, devices: 10, share: 1 / 3, within: 3600e6 } as const

/**
 * Where at least 10 devices and a third of a fleet of at least 30 met an indicator within an hour of its first sighting,
 * its findings become one that lists all devices and asks why. Severity is kept: the most severe of them.
 */
export function joinPrevalent(findings: readonly Finding[], fleet: number): Finding[] {
  const joined: Finding[] = []
  for (const group of Map.groupBy(findings, (finding) => finding.indicator?.id ?? finding.id).values()) {
    const start = Math.min(...group.map((finding) => Date.parse(finding.first_seen)))
    const early = group.filter((finding) => (Date.parse(finding.first_seen) - start) * 1000 <= prevalence.within)
    const prevalent = fleet >= prevalence.fleet && early.length >= prevalence.devices && early.length >= fleet * prevalence.share
    if (!prevalent) joined.push(...group)
    else joined.push(joinOne(group, early.length, fleet))
  }
  return joined
}

function joinOne(group: readonly Finding[], met: number, fleet: number): Finding {
  const sorted = [...group].sort((a, b) => severityRank(b.severity) - severityRank(a.severity) || (a.first_seen < b.first_seen ? -1 : 1))
  const worst = sorted[0]!
  const names = group.map((finding) => finding.device.name ?? finding.device.id ?? finding.device.address ?? '?').sort()
  const first = group.map((finding) => finding.first_seen).sort()[0]!
  const last = group.map((finding) => finding.last_seen).sort().at(-1)!
  const caveat = fill('prevalent', { met, fleet, devices: names.join(', ') })
  const others = worst.caveats.filter((note) => !['identity_unknown', 'identity_ambiguous', 'device_label_only'].includes(note.code))
  return {
    ...worst,
    id: findingId('fleet', worst.indicator!.id, false),
    title: `${group.length} devices contacted ${worst.destination?.value ?? worst.indicator!.value}, listed by ${worst.indicator!.feeds.join(', ') || 'a feed'}`,
    device: { id: null, name: null, group: null, address: null, identified_by: null },
    user: null,
    score: round(expit(logit(worst.score) + weights.prevalent)),
    first_seen: first,
    last_seen: last,
    count: group.reduce((sum, finding) => sum + finding.count, 0),
    retroactive: group.every((finding) => finding.retroactive),
    evidence: sorted.flatMap((finding) => finding.evidence.slice(0, 1)).slice(0, 50),
    caveats: [caveat, ...others],
  }
}
