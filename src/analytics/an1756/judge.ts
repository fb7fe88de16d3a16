// A chain → what to say of it. Pure.
import type { Caveat, Evidence, Link } from '../../model/index.ts'
import { findingDevice } from '../device.ts'
import type { Absence } from './absence.ts'
import type { Baseline } from './baseline.ts'
import type { Chain } from './chain.ts'
import type { State, Told } from './life.ts'
import type { Row } from './row.ts'
import { type SkewRow, skewText } from './skew.ts'
import {
  absenceText,
  capital,
  collectNext,
  effectName,
  gapText,
  harmlessIf,
  rateText,
  surpriseText,
  titleOf,
} from './words.ts'

export const version = 1

export type Facts = {
  /** Chain by the number that query.sql was asked with. */
  chain(number: number): Chain | null
  /** Its id: the one under which a store told it before, if any. */
  id(number: number): string
  /** null for a lead, which has no baseline. */
  baseline(number: number): Baseline | null
  /** A silence of the device that follows the contact; null: none stands out. */
  absence(number: number): Absence | null
  /** Clocks of a device that are known to differ by more than a minute. */
  skews(who: string): readonly SkewRow[]
  /** Device-weeks that were looked at, and the budget in findings per 1,000 of them. */
  readonly deviceWeeks: number
  readonly budget: number
  /** false: too few devices or days; the chain is a lead, outside the budget. */
  readonly sufficient: boolean
  /** Chains reported that are at least as odd, with this one. */
  rank(number: number): number
  /** Does an approved indicator say that the destination is malicious (a finding of AN1700 on that device)? */
  indicated(who: string, destination: string): boolean
}

/** Evidence of a contact may grow for a day. s */
const grows = 86_400

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString()
const evidenceOf = (shown: Row['contact']): Evidence[] =>
  shown
    .filter(([, source]) => source !== '')
    .map(([ts, source, record, raw]) => ({
      source,
      record,
      ts: new Date(`${ts.replace(' ', 'T')}Z`).toISOString(),
      raw,
    }))

const stateOf = ({ surprise }: Chain): State => (surprise.ended < surprise.at + grows ? 'provisional' : 'confirmed')

export function judge(row: Row, facts: Facts): Told | null {
  const chain = facts.chain(row.number)
  if (!chain) return null
  const { surprise, effect, gap, expected } = chain
  const indicated = facts.indicated(row.who, surprise.destination)
  const contact = evidenceOf(row.contact)
  const effects = evidenceOf(row.effect)
  const links: Link[] = [
    {
      kind: surprise.kind,
      ts: iso(surprise.at),
      text: `${surpriseText(surprise)}. The like is seen ${rateText(surprise.chance)} on other devices.`,
      probability: Math.min(1, surprise.chance),
      evidence: contact,
    },
    {
      kind: effect.class,
      ts: iso(effect.at),
      text: `${capital(effectName(effect))}: ${gapText(gap)} ${gap >= 0 ? 'after' : 'before'} the contact. This fleet sees it ${rateText(effect.rate)}, and something at least as telling ${rateText(effect.chance)}.`,
      probability: Math.min(1, effect.chance),
      evidence: effects,
    },
  ]
  const absence = facts.absence(row.number)
  if (absence)
    links.push({
      kind: 'absence',
      ts: iso(absence.from),
      text: absenceText(absence),
      probability: Math.min(1, absence.chance),
      evidence: [],
    })
  links.sort((a, b) => (a.ts < b.ts ? -1 : 1))
  // what chance brings among the chains that were reported with it: the false-discovery rate that is observed
  const falseShare = Math.min(1, expected / Math.max(1, facts.rank(row.number)))
  const baseline = facts.baseline(row.number)
  const severity = !facts.sufficient ? 'low' : indicated ? 'critical' : 'high'
  return {
    id: facts.id(row.number),
    analytic: 'AN1756',
    version,
    title: titleOf(chain),
    severity,
    score: facts.sufficient ? Math.round((1 - falseShare) * 1000) / 1000 : 0,
    new: true,
    device: findingDevice(row),
    user: row.user || null,
    app: surprise.app || row.app || effect.row.app || null,
    process: effect.row.process || row.process || null,
    attribution: row.attribution || null,
    destination:
      surprise.kind === 'breadth' || surprise.kind === 'generated'
        ? null
        : {
            value: surprise.destination,
            raw: row.raw || surprise.destination,
            kind: surprise.class === 'address' ? 'ip' : 'domain',
          },
    first_seen: iso(Math.min(surprise.at, effect.at)),
    last_seen: iso(Math.max(surprise.at, effect.at)),
    count: 1,
    indicator: null,
    retroactive: false,
    links,
    evidence: [...contact, ...effects],
    caveats: caveatsOf(chain, facts, indicated),
    ...(facts.sufficient ? { state: stateOf(chain) } : {}),
    ...(baseline ? { baseline } : {}),
  }
}

function caveatsOf(chain: Chain, facts: Facts, indicated: boolean): Caveat[] {
  const { effect, expected } = chain
  const caveats: Caveat[] = []
  if (facts.sufficient) {
    caveats.push({
      code: 'chance',
      text: `Chance brings ${expected < 0.01 ? 'fewer than 0.01' : expected.toFixed(2)} chains as unlikely as this to this fleet in this time (${facts.deviceWeeks.toFixed(0)} device-weeks; the budget is ${facts.budget} per 1,000). Harmless chains with a cause, such as a page that crashes the browser, come on top.`,
    })
    if (stateOf(chain) === 'provisional')
      caveats.push({
        code: 'provisional',
        text: 'Less than a day of telemetry follows the contact: what it grows into will confirm or withdraw this finding.',
      })
  } else
    caveats.push({
      code: 'insufficient_baseline',
      text: 'Too few devices or days for a baseline: this is a lead, ranked against what ships with Codling, not a finding.',
    })
  if (indicated) caveats.push({ code: 'indicated', text: 'An approved indicator names the destination.' })
  if (effect.row.since < effect.at)
    caveats.push({
      code: 'told_later',
      text: `It happened between ${iso(effect.row.since)} and ${iso(effect.at)}, when the device was asked.`,
    })
  for (const skew of facts.skews(chain.who)) caveats.push({ code: 'clock_skew', text: skewText(skew, chain.tolerance) })
  caveats.push({ code: 'harmless_if', text: harmlessIf(chain) }, { code: 'collect_next', text: collectNext(chain) })
  return caveats
}
