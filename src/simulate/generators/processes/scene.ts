// One device while its story is written: its clock, its link, its addresses, and what has happened so far.
import { openRandom, type Random } from '../../random.ts'
import type { Contact, FleetOptions, Outcome, Posture, WorldEvent } from '../../world.ts'
import { type Activity, type Link, openActivity, openLink } from './activity.ts'
import { addressIn, networkOf } from './addresses.ts'
import type { Endpoint } from './catalog.ts'
import type { Happenings } from './confounders.ts'
import type { Build, Org, Persona } from './fleet.ts'
import { hashOf, logNormal, pareto } from './points.ts'
import type { Kitchen } from './restaurant.ts'

/** The part of a posture that changes. */
export type State = {
  -readonly [K in Exclude<keyof Posture, 'kind' | 'ts' | 'device'>]: Posture[K] extends readonly (infer T)[]
    ? T[]
    : Posture[K]
}

/** A change of the state of a device at a second of the fleet. */
export type Change = { readonly s: number; apply(state: State): void }

/** Nothing may happen by chance at this second where that is false. */
export function isCalm(scene: Scene, s: number): boolean {
  return !scene.quiet.some(([from, to]) => s >= from && s < to)
}

export function setPasscode(state: State, passcode: boolean): void {
  state.passcode = passcode
}

export type Meeting = {
  readonly app?: string
  readonly byUser?: boolean
  readonly context?: string
  /** Bytes sent instead of the endpoint’s median. */
  readonly out?: number
  readonly in?: number
  /** Seconds. */
  readonly duration?: number
  readonly outcome?: Outcome
}

export type Scene = {
  readonly options: FleetOptions
  readonly org: Org
  readonly kitchen: Kitchen
  readonly happenings: Happenings
  readonly persona: Persona
  readonly activity: Activity
  readonly link: Link
  /** Seconds of the fleet; nothing happens from then on. */
  readonly end: number
  readonly events: WorldEvent[]
  readonly changes: Change[]
  /** Spans [from, to) in seconds in which nothing crashes by chance: a decoy needs them so. */
  readonly quiet: (readonly [number, number])[]
  /** Names of addresses inside, for lookups. */
  readonly insideNames: Map<string, string>
  /** Names of connections that carry none, for lookups. */
  readonly asked: Map<Contact, string>
  random(label: string): Random
  time(s: number): number
  /** Adds a connection at this second, with the failures of the link; true when it is within the fleet. */
  meet(random: Random, s: number, endpoint: Endpoint, meeting?: Meeting): boolean
  addressOf(endpoint: Endpoint, s: number): string
  osAt(s: number): string
}

export function osText(build: Build): string {
  return `iPhone OS ${build.version} (${build.build})`
}

const failed: readonly Outcome[] = [
  'unanswered',
  'unanswered',
  'unanswered',
  'unanswered',
  'reset',
  'reset',
  'reset',
  'open',
  'refused',
  'malformed',
]

/** Largest transfers of ordinary sessions, bytes. */
const cap = 4e9

export function openScene(
  options: FleetOptions,
  org: Org,
  kitchen: Kitchen,
  happenings: Happenings,
  persona: Persona,
): Scene {
  const { seed, start, days } = options
  const end = days * 86_400
  const { index } = persona
  const random = (label: string): Random => openRandom(seed, `device/${index}/${label}`)
  const activity = openActivity(random('activity'), days, (s) => happenings.zone(index, s) ?? org.zone)
  const link = openLink(random('link'), end, options.rates.failures)
  const events: WorldEvent[] = []
  const time = (s: number): number => start + Math.round(s * 1e6)

  const addressOf = (to: Endpoint, s: number): string => {
    if (to.address) return to.address
    const network = happenings.moved(to.host, s) ?? (to.network || networkOf(to.host))
    // a resolver gives a device the same edge for some hours
    return addressIn(network, to.host || to.service, hashOf(`${index}/${Math.floor(s / 21_600)}`) & 3)
  }

  const meet = (by: Random, s: number, at: Endpoint, meeting: Meeting = {}): boolean => {
    const host = happenings.renamed(at.host, s)
    const to = host === at.host ? at : { ...at, host }
    const fails = by.chance(link.failure(s))
    if (s < 0 || s >= end) return false
    const outcome: Outcome = meeting.outcome ?? (fails ? by.pick(failed) : 'closed')
    const whole = outcome === 'closed' || outcome === 'open'
    const heavy = by.chance(0.015) ? pareto(by, 3, 1.15) : 1
    const out = meeting.out ?? logNormal(by, to.out, to.spread) * heavy
    const inward = meeting.in ?? logNormal(by, to.in, to.spread) * heavy
    const cut = outcome === 'reset' || outcome === 'malformed' ? 0.2 * by.next() : 0
    const seconds = meeting.duration ?? logNormal(by, 1.4, 1.4) + inward / 4e6
    const named = to.service === 'ssl' || to.service === 'http' || to.service === 'quic'
    const contact: Contact = {
      kind: 'contact',
      ts: time(s),
      device: index,
      app: meeting.app ?? '',
      // a name needs a handshake
      host: named && outcome !== 'unanswered' && outcome !== 'refused' ? to.host : '',
      address: addressOf(to, s),
      port: to.port,
      transport: to.transport,
      service: outcome === 'unanswered' || outcome === 'refused' ? '' : to.service,
      duration: Math.round(1e6 * (whole ? seconds : Math.min(seconds, outcome === 'unanswered' ? 20 : 5))),
      bytesOut: Math.round(whole ? Math.min(cap, out) : out * cut + (outcome === 'unanswered' ? 256 : 64)),
      bytesIn: Math.round(whole ? Math.min(cap, inward) : inward * cut),
      outcome,
      byUser: meeting.byUser ?? false,
      ...(meeting.context ? { context: meeting.context } : {}),
    }
    events.push(contact)
    if (contact.host === '' && to.host && !to.address) scene.asked.set(contact, to.host)
    if (to.address && to.host) scene.insideNames.set(to.address, to.host)
    return true
  }

  const scene: Scene = {
    options,
    org,
    kitchen,
    happenings,
    persona,
    activity,
    link,
    end,
    events,
    changes: [],
    quiet: [],
    insideNames: new Map(),
    asked: new Map(),
    random,
    time,
    meet,
    addressOf,
    osAt: (s) => osText(s >= happenings.updatedAt(persona) ? persona.newest : persona.build),
  }
  return scene
}

/** An endpoint of a made-up public name; its manners follow from the name. */
export function siteOf(host: string): Endpoint {
  const h = hashOf(host)
  const quic = h % 100 < 22
  return {
    host,
    port: 443,
    transport: quic ? 'udp' : 'tcp',
    service: quic ? 'quic' : 'ssl',
    out: 1200 + (h % 2300),
    in: 4000 + ((h >>> 5) % 60_000),
    spread: 1,
  }
}
