// The life of a finding: one id however its evidence grows, and a reason in words when it is withdrawn. Pure.
import { createHash } from 'node:crypto'
import type { Finding, FindingDevice } from '../../model/index.ts'
import type { Baseline } from './baseline.ts'
import { type Chain, leastEffect } from './chain.ts'
import { isNewApp } from './effects.ts'
import type { Sequence } from './sequence.ts'
import { quietKinds } from './tuning/kinds.ts'
import type { Tuning } from './tuning/tuning.ts'
import { rateText } from './words.ts'

/**
 * Provisional: what the contact grows into is not all seen yet. Confirmed: it is. Withdrawn: an earlier scan told it, and
 * with what is known now it is no finding.
 */
export type State = 'provisional' | 'confirmed' | 'withdrawn'

/** A finding with what AN1756 adds. */
export type Told = Finding & { readonly state?: State; readonly baseline?: Baseline }

/** Is `who` (visit.sql) this device? */
export const isAbout = (who: string, device: FindingDevice): boolean =>
  who === `device ${device.id}` || who === `label ${device.name}` || who === `address ${device.address}`

/** From analytic, device and the first effect’s own key: network evidence that grows leaves it as it is. */
export const findingId = ({ who, first }: Chain): string =>
  createHash('sha256')
    .update(['AN1756', who, first.row.event_key || `${first.class} ${first.row.process} ${first.at}`].join('\u0000'))
    .digest('hex')
    .slice(0, 24)

const seconds = (iso: string): number => Date.parse(iso) / 1000

/** Is the chain about what was told: the same contact, or an effect in the same window? `window`: s. */
function continues({ who, surprise, effect }: Chain, told: Told, window: number): boolean {
  if (!told.baseline || !isAbout(who, told.device)) return false
  return (
    Math.abs(effect.at - seconds(told.baseline.effect)) <= window ||
    (surprise.destination === told.destination?.value &&
      Math.abs(surprise.at - seconds(told.baseline.contact)) <= window)
  )
}

/**
 * Ids of chains, oddest first. A late crash report may make another effect the first of its window: what was told before
 * keeps the id under which it was told.
 */
export function idsOf(chains: readonly Chain[], told: readonly Told[], window: number): Map<Chain, string> {
  const own = new Map(chains.map((chain) => [chain, findingId(chain)]))
  const known = new Set(told.map(({ id }) => id))
  const taken = new Set([...own.values()].filter((id) => known.has(id)))
  for (const [chain, id] of own) {
    if (known.has(id)) continue
    const before = told.find((one) => !taken.has(one.id) && continues(chain, one, window))
    if (!before) continue
    own.set(chain, before.id)
    taken.add(before.id)
  }
  return own
}

/** What the store knows of a destination now. Times in s. */
export type Known = {
  readonly destination: string
  readonly who: string
  /** Devices that have met it. */
  readonly devices: number
  /** First contact of `who` with it. */
  readonly first: number
}

export type Present = {
  readonly sequence: Sequence
  readonly ids: ReadonlyMap<Chain, string>
  /** Chains that are told as findings. */
  readonly reported: readonly Chain[]
  readonly known: readonly Known[]
  /** s */
  readonly window: number
  readonly tuning?: Tuning | undefined
}

const several = (n: number, one: string): string => `${n} other ${one}${n === 1 ? '' : 's'}`
const times = (n: number): string => (n < 0.01 ? 'fewer than 0.01' : n < 10 ? n.toFixed(2) : n.toFixed(0))
const at = (time: number): string => `${new Date(time * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** Why what was told is no finding any more, in words; '' where the chain itself says nothing of it. */
function why(told: Told, { sequence, known, tuning }: Present): string {
  const mine = (who: string): boolean => isAbout(who, told.device)
  const link = told.links.find(({ ts }) => ts === told.baseline?.effect)
  const effect = sequence.effects.find(
    (one) => mine(one.who) && one.class === link?.kind && one.at === seconds(told.baseline?.effect ?? ''),
  )
  if (!effect) return 'The record of its effect is no longer in the store, or belongs to another device now.'
  if (effect.wave >= sequence.fleet.wave)
    return `The effect is part of a wave: ${several(effect.wave, 'device')} had the same within a day, as after an update.`
  if (isNewApp(effect.row)) return `The app is new on the device, since ${at(effect.row.app_since)}: its own trouble.`
  if (effect.chance * leastEffect > 1)
    return `Effects as telling as this are now seen ${rateText(effect.chance)}, too often for a chain.`
  const name = told.destination?.value
  if (name === undefined) return ''
  const met = { destination: name, class: '', at: seconds(told.baseline!.contact) }
  const service = quietKinds.flatMap((kind) => tuning?.vouched(kind, met) ?? [])[0]
  if (service) return `${service.author} vouches for ${name}: ${service.reason}.`
  const place = known.find((one) => one.destination === name && mine(one.who))
  if (!place) return `No record of a contact with ${name} on this device is in the store any more.`
  if (place.first < seconds(told.baseline!.contact) - 60)
    return `The device had met ${name} before: first on ${at(place.first)}.`
  return place.devices > 1 ? `The fleet knows ${name} now: ${several(place.devices - 1, 'device')} met it.` : ''
}

/** What an earlier scan told and this one does not: kept, with the reason. */
export function withdraw(told: Told, present: Present): Told {
  const { sequence, ids, reported, window } = present
  const { fleet } = sequence
  const reasons: string[] = []
  const other = reported.find((chain) => continues(chain, told, window))
  if (!fleet.sufficient) reasons.push('There are too few devices or days for a baseline now.')
  else if (other) reasons.push(`It is told together with another finding of this device, ${ids.get(other)}.`)
  else {
    reasons.push(why(told, present))
    const chain = sequence.chains.find((one) => ids.get(one) === told.id)
    const before = told.baseline
    if (chain && before) {
      if (before.allowed > fleet.allowed && chain.expected <= before.allowed)
        reasons.push(`The budget allows ${times(fleet.allowed)} chains now, and allowed ${times(before.allowed)}.`)
      reasons.push(
        `Chance brings ${times(chain.expected)} chains as unlikely as this to the fleet by now, where it brought ${times(before.expected)} when it was told; the budget allows ${times(fleet.allowed)}.`,
      )
    } else reasons.push('Contact and effect no longer make a chain.')
  }
  const text = reasons.filter((reason) => reason !== '').join(' ')
  return {
    ...told,
    severity: 'info',
    score: 0,
    state: 'withdrawn',
    caveats: [
      { code: 'withdrawn', text: `Withdrawn. ${text}` },
      ...told.caveats.filter(({ code }) => !['withdrawn', 'chance', 'provisional'].includes(code)),
    ],
  }
}
