// The answer for someone who decides: worked out from the document, in plain words, for report and terminal alike.
import type { ScanFinding, ScanResult } from '../../pipeline/contract.ts'
import {
  amount,
  bounded,
  counted,
  deviceKey,
  deviceLabel,
  duration,
  isNamed,
  listed,
  percent,
  secondsBetween,
  severityOf,
} from './words.ts'

/** `act`: something burns. `review`: somebody should look. `quiet`: nothing found. `unanswered`: the question could not be put. */
export type Verdict = 'act' | 'review' | 'quiet' | 'unanswered'
export type Decision = { readonly what: string; readonly why: string }
export type BlindSpot = { readonly what: string; readonly remedy: string | null }
export type Summary = {
  readonly verdict: Verdict
  /** One sentence. */
  readonly answer: string
  /** How sure, and what the answer rests on. */
  readonly sure: string
  /** Names of the devices that the answer is about, most severe first. */
  readonly devices: readonly string[]
  /** What was looked at, in a sentence. */
  readonly looked: string
  readonly blindSpots: readonly BlindSpot[]
  readonly decisions: readonly Decision[]
}

type Facts = {
  readonly critical: readonly ScanFinding[]
  readonly high: readonly ScanFinding[]
  readonly medium: readonly ScanFinding[]
  readonly weak: readonly ScanFinding[]
  readonly network: number
  readonly deviceEvents: number
  /** Sources that could not be read, or only in part. */
  readonly unread: number
  /** Files of no kind that Codling reads. */
  readonly unknown: number
}

const sum = (numbers: Readonly<Record<string, number>>): number => Object.values(numbers).reduce((a, b) => a + b, 0)

function factsOf(scan: ScanResult): Facts {
  const of = (severity: string) => scan.findings.filter((f) => severityOf(f) === severity)
  const { failed = 0, partial = 0, unclaimed = 0 } = scan.totals.sources
  return {
    critical: of('critical'),
    high: of('high'),
    medium: of('medium'),
    weak: [...of('low'), ...of('info')],
    network: scan.totals.rows.network ?? 0,
    deviceEvents: scan.totals.rows.device_event ?? 0,
    unread: failed + partial,
    unknown: unclaimed,
  }
}

/** Distinct devices behind findings, in their order: one finding each. */
function distinct(findings: readonly ScanFinding[]): ScanFinding[] {
  const seen = new Map<string, ScanFinding>()
  for (const f of findings) if (!seen.has(deviceKey(f.device))) seen.set(deviceKey(f.device), f)
  return [...seen.values()]
}

/** `3 devices`, `2 devices and 1 address that no device is known for` */
function concerned(findings: readonly ScanFinding[]): string {
  const all = distinct(findings)
  const named = all.filter((f) => isNamed(f.device)).length
  const addresses = all.filter((f) => !isNamed(f.device) && f.device.address).length
  const parts = [
    ...(named ? [counted(named, 'device')] : []),
    ...(addresses ? [counted(addresses, 'address', 'addresses')] : []),
  ]
  return parts.length > 0 ? parts.join(' and ') : 'an unknown device'
}
const plural = (findings: readonly ScanFinding[]): boolean => distinct(findings).length > 1

/** The strongest finding decides how firmly the answer opens: below even odds it is no yes. */
const likely = (findings: readonly ScanFinding[], word: string): string =>
  findings.some((f) => f.score >= 0.5) ? word : 'Possibly'

/** A contact with what somebody listed, a sequence that nobody did, or both. */
function whatHappened(findings: readonly ScanFinding[]): string {
  const sequences = findings.filter((finding) => finding.links.length > 0).length
  const listed = 'had contact with a known malicious destination'
  const behaved = 'behaved like an exploited device'
  if (sequences === 0) return listed
  return sequences === findings.length ? behaved : `${listed} or ${behaved}`
}

function answerOf(scan: ScanResult, facts: Facts): Pick<Summary, 'verdict' | 'answer'> {
  const { critical, high, medium, weak } = facts
  const s = (findings: readonly ScanFinding[]) => (plural(findings) ? '' : 's')
  if (critical.length > 0)
    return {
      verdict: 'act',
      answer: `${likely(critical, 'Yes')}. ${concerned(critical)} show${s(critical)} strong signs of targeted spyware or exploitation and need${s(critical)} action today.`,
    }
  if (high.length > 0)
    return {
      verdict: 'act',
      answer: `${likely(high, 'Probably')}. ${concerned(high)} ${whatHappened(high)}.`,
    }
  if (medium.length > 0)
    return {
      verdict: 'review',
      answer: `Not that we can see. But ${concerned(medium)} had contacts that a person should review; a visit alone is not an infection.`,
    }
  if (weak.length > 0)
    return {
      verdict: 'review',
      answer: `Nothing urgent. ${concerned(weak)} show${s(weak)} weak signs that usually turn out harmless.`,
    }
  if (sum(scan.totals.rows) === 0)
    return {
      verdict: 'unanswered',
      answer: 'We cannot say. Nothing that was given could be read as telemetry of a device.',
    }
  if (scan.totals.indicators.loaded === 0)
    return {
      verdict: 'unanswered',
      answer:
        'We cannot say. Telemetry was read, but there was no list of known malicious destinations to compare it with.',
    }
  return {
    verdict: 'quiet',
    answer: 'Nothing was found in what was read. That does not prove that the devices are clean.',
  }
}

function chance(score: number): string {
  if (score >= 0.9) return 'very likely'
  if (score >= 0.7) return 'likely'
  return score >= 0.4 ? 'possible' : 'uncertain'
}

function sureOf(facts: Facts, verdict: Verdict): string {
  const top = [facts.critical, facts.high, facts.medium, facts.weak].find((group) => group.length > 0)
  if (!top) {
    return verdict === 'quiet'
      ? 'As sure as the telemetry allows: what it cannot show is listed below.'
      : 'No statement is possible until the gaps below are closed.'
  }
  const best = top.reduce((a, f) => Math.max(a, f.score), 0)
  const doubtful = top.filter((f) => f.caveats.length > 0).length
  const which = top.length === 1 ? 'The finding' : `The strongest of these ${amount(top.length)} findings`
  const doubt =
    doubtful === 0
      ? ''
      : top.length === 1
        ? ' It comes with a reservation.'
        : ` ${doubtful === top.length ? 'All' : amount(doubtful)} of them come with reservations.`
  return `${which} is ${chance(best)} to be genuine (${percent(best)}).${doubt}`
    .replace('is possible to be', 'is possibly')
    .replace('is uncertain to be genuine', 'is uncertain')
}

function lookedOf(scan: ScanResult): string {
  const { totals } = scan
  const seen = [
    ...(totals.devices ? [counted(totals.devices, 'device')] : []),
    ...(totals.addresses ? [`${counted(totals.addresses, 'address', 'addresses')} without a known device`] : []),
  ]
  return `${counted(sum(totals.rows), 'record')} from ${counted(scan.sources.length, 'source')}${
    seen.length ? `, about ${seen.join(' and ')}` : ''
  }, compared with ${counted(totals.indicators.loaded, 'known malicious indicator')}.`
}

/** The longest silences, told once for all sources. */
function silence(scan: ScanResult): BlindSpot | null {
  const withGaps = scan.sources.filter((s) => s.coverage.gaps.length > 0)
  const longest = withGaps
    .flatMap((s) => s.coverage.gaps.map((g) => secondsBetween(g.from, g.to)))
    .reduce((a, b) => Math.max(a, b), 0)
  if (longest <= 0) return null
  return {
    what: `${counted(withGaps.length, 'source')} fell silent for a time, the longest for ${duration(longest)}. Nothing can be said about those hours.`,
    remedy: null,
  }
}

function blindSpotsOf(scan: ScanResult, facts: Facts): BlindSpot[] {
  const spots: BlindSpot[] = []
  if (facts.network === 0)
    spots.push({ what: 'No network telemetry was given: contacts of the devices could not be seen.', remedy: null })
  if (facts.deviceEvents === 0)
    spots.push({
      what: 'No crash or diagnostic reports were given: exploitation that only shows as a crash could not be seen.',
      remedy: null,
    })
  for (const b of scan.blind)
    spots.push({ what: sentence(bounded(b.reason, 240)), remedy: sentence(bounded(b.remedy, 240)) })
  if (facts.unread > 0)
    spots.push({ what: `${counted(facts.unread, 'source')} could not be read, or only in part.`, remedy: null })
  if (facts.unknown > 0)
    spots.push({
      what: `${counted(facts.unknown, 'file')} ${facts.unknown === 1 ? 'is' : 'are'} of no kind that Codling reads, and left out.`,
      remedy: 'Logs in NDJSON or CSV can be read with --map.',
    })
  const gap = silence(scan)
  if (gap) spots.push(gap)
  for (const { text } of cannotShow(scan))
    spots.push({ what: `Part of the telemetry cannot show ${bounded(text, 200)}.`, remedy: null })
  return spots
}

/** What the sources read cannot show, the most common first. */
export function cannotShow(scan: ScanResult): { readonly text: string; readonly sources: readonly string[] }[] {
  const by = new Map<string, string[]>()
  for (const s of scan.sources)
    for (const text of s.coverage.blind) {
      const paths = by.get(text)
      if (paths) paths.push(s.path)
      else by.set(text, [s.path])
    }
  return [...by].map(([text, sources]) => ({ text, sources })).sort((a, b) => b.sources.length - a.sources.length)
}

const sentence = (text: string): string => {
  const trimmed = text.trim()
  if (trimmed === '') return ''
  const opened = trimmed[0]!.toUpperCase() + trimmed.slice(1)
  return /[.!?…)]$/.test(opened) ? opened : `${opened}.`
}

const names = (findings: readonly ScanFinding[]): string =>
  listed(
    distinct(findings).map((f) => deviceLabel(f.device)),
    3,
  )

function decisionsOf(scan: ScanResult, facts: Facts): Decision[] {
  const { critical, high, medium, weak } = facts
  const decisions: Decision[] = []
  const add = (when: boolean, what: string, why: string) => {
    if (when && decisions.length < 4) decisions.push({ what, why })
  }
  add(
    critical.length > 0,
    `Isolate ${names(critical)}.`,
    'Take them off every network, leave them switched on, and do not update or erase them: a restart can destroy the evidence.',
  )
  add(
    high.length > 0,
    `Have an analyst examine ${names(high)} within a day.`,
    `${counted(high.length, 'finding')} of high severity.`,
  )
  add(
    (critical.length > 0 || high.length > 0) && facts.deviceEvents === 0,
    'Collect crash and diagnostic reports from these devices.',
    'A contact alone does not show whether the device was exploited; crash reports can.',
  )
  add(
    medium.length > 0,
    `Review ${counted(medium.length, 'contact')} with the people concerned: ${names(medium)}.`,
    'Ask how the destination was reached. A visit is not an infection, but it may be the first step of one.',
  )
  const nameless = new Set(scan.findings.filter((f) => !isNamed(f.device)).map((f) => deviceKey(f.device))).size
  add(
    nameless > 0,
    `Find out which ${nameless === 1 ? 'device stands behind 1 address' : `devices stand behind ${amount(nameless)} addresses`}.`,
    'DHCP leases, a device list or VPN log-ins for the same days would name them.',
  )
  add(
    scan.totals.indicators.loaded === 0,
    'Provide a list of known malicious destinations.',
    'Without one, contact with known spyware cannot be recognised.',
  )
  add(
    facts.network === 0,
    'Collect network telemetry: DNS or gateway logs, or the App Privacy Report.',
    'Without it, no contact of a device can be seen.',
  )
  add(
    facts.deviceEvents === 0 && critical.length + high.length === 0,
    'Decide whether to collect crash reports as well.',
    'They are what shows an attack that left no known trace on the network.',
  )
  add(
    facts.unread > 0,
    `Have ${counted(facts.unread, 'unreadable source')} collected again.`,
    'What stands in them is not part of this answer.',
  )
  for (const b of scan.blind.slice(0, 2)) {
    const remedy = sentence(bounded(b.remedy, 160))
    add(remedy !== '' && decisions.length < 3, remedy, sentence(bounded(b.reason, 160)))
  }
  add(
    weak.length > 0 && decisions.length < 2,
    'Let the weak signs rest until they repeat.',
    `${counted(weak.length, 'finding')} of low severity; an analyst can look when there is time.`,
  )
  add(decisions.length < 2, 'Keep the telemetry.', 'Indicators published later are compared with contacts of the past.')
  add(
    decisions.length < 2,
    'Repeat the scan when new telemetry or new indicators arrive.',
    'The answer holds for the period that was read, and no longer.',
  )
  return decisions
}

/** Pure: the same document gives the same words. */
export function summarise(scan: ScanResult): Summary {
  const facts = factsOf(scan)
  const { verdict, answer } = answerOf(scan, facts)
  const subject = [facts.critical, facts.high, facts.medium, facts.weak].find((group) => group.length > 0) ?? []
  return {
    verdict,
    answer,
    sure: sureOf(facts, verdict),
    devices: distinct(subject).map((f) => deviceLabel(f.device)),
    looked: lookedOf(scan),
    blindSpots: blindSpotsOf(scan, facts),
    decisions: decisionsOf(scan, facts),
  }
}
