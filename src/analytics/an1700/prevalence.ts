// One indicator, a large part of the fleet: one finding that lists all devices. Rule: detection.md 1.3.
import { type Finding, severityRank } from '../../model/index.ts'
import { safeText } from '../../names/index.ts'
import { caveat } from './caveats.ts'
import { findingId } from './id.ts'
import { oddsOf, scoreOf, weights } from './score.ts'

/** `within` in ms. */
export const prevalence = { fleet: 30, devices: 10, share: 1 / 3, within: 3_600_000 } as const

/**
 * Where at least 10 devices and a third of a fleet of at least 30 met an indicator within an hour of its first sighting,
 * its findings become one that lists all devices and asks why. Severity is kept: the most severe of them.
 * `fleet`: devices (or addresses) with network telemetry.
 */
export function joinPrevalent(findings: readonly Finding[], fleet: number): Finding[] {
  return [...Map.groupBy(findings, (finding) => finding.indicator!.id).values()].flatMap((group) => {
    const start = Math.min(...group.map(firstSeen))
    const early = group.filter((finding) => firstSeen(finding) - start <= prevalence.within).length
    const prevalent = fleet >= prevalence.fleet && early >= prevalence.devices && early >= fleet * prevalence.share
    return prevalent ? [joinOne(group, early, fleet)] : group
  })
}

const firstSeen = (finding: Finding): number => Date.parse(finding.first_seen)

/** Caveats about one device, which say nothing of many. */
const ofOneDevice = new Set(['identity_unknown', 'identity_ambiguous', 'identity_conflict', 'device_label_only'])

const same = (values: readonly (string | null)[]): string | null => (new Set(values).size === 1 ? values[0]! : null)

function joinOne(group: readonly Finding[], met: number, fleet: number): Finding {
  const worstFirst = group.toSorted(
    (a, b) =>
      severityRank(b.severity) - severityRank(a.severity) || firstSeen(a) - firstSeen(b) || (a.id < b.id ? -1 : 1),
  )
  const worst = worstFirst[0]!
  const indicator = worst.indicator!
  const names = group.map(({ device }) => device.name ?? device.id ?? device.address ?? 'an unnamed device').sort()
  return {
    ...worst,
    id: findingId('fleet', indicator.id),
    title: `${group.length} devices met ${safeText(worst.destination?.value ?? indicator.value)}, listed by ${indicator.feeds.join(', ')}`,
    score: scoreOf(oddsOf(worst.score) + weights.prevalent),
    device: { id: null, name: null, group: null, address: null, identified_by: null },
    user: null,
    app: same(group.map((finding) => finding.app)),
    process: same(group.map((finding) => finding.process)),
    attribution: same(group.map((finding) => finding.attribution)),
    first_seen: group.map((finding) => finding.first_seen).sort()[0]!,
    last_seen: group
      .map((finding) => finding.last_seen)
      .sort()
      .at(-1)!,
    count: group.reduce((sum, finding) => sum + finding.count, 0),
    retroactive: group.every((finding) => finding.retroactive),
    evidence: worstFirst.flatMap((finding) => finding.evidence.slice(0, 1)).slice(0, 50),
    caveats: [
      caveat('prevalent', { met, fleet, devices: names.map((name) => safeText(name)).join(', ') }),
      ...worst.caveats.filter((note) => !ofOneDevice.has(note.code)),
    ],
  }
}
