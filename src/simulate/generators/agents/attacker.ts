// An attacker as an agent: hosts of its own or on clouds, an operator with working hours, and an implant that can only act
// when the phone is awake, backs off when it fails, and leaves what the sensor sees of it.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import type { Contact, Outcome } from '../../world.ts'
import { rentedAddress } from './addresses.ts'
import { day, hour, minute, second, weekday } from './clock.ts'
import { nextWake, type Phone, stayOf } from './phone.ts'
import type { Campaign, Server } from './plan.ts'
import { deepSite, siteHost } from './web.ts'
import { domainOf, tenantOf } from './words.ts'

export type Host = {
  readonly name: string
  readonly port: number
  readonly service: Contact['service'] | null
  readonly transport: 'tcp' | 'udp' | null
}

/** Names that every fleet meets and that take what anybody sends. */
const knownNames =
  'graph.microsoft.com content.dropboxapi.com api.telegram.org raw.githubusercontent.com www.googleapis.com api.github.com firebasestorage.googleapis.com discord.com storage.live.com slack.com'.split(
    ' ',
  )
const stems = 'cdn api sync static update edge telemetry metrics media push gw'.split(' ')

function makeHost(random: Random, hidden: boolean): Host {
  const web = { port: 443, service: null, transport: null } as const
  if (hidden) {
    return {
      name: random.chance(0.45) ? random.pick(knownNames) : tenantOf(2_200_000_000 + random.whole(0, 1e9)),
      ...web,
    }
  }
  const draw = random.next()
  if (draw < 0.16) {
    const port = random.pick([443, 443, 8443, 4443, 8080])
    const service = port === 8080 ? ('' as const) : ('ssl' as const)
    return { name: rentedAddress(random.whole(0, 2 ** 30)), port, service, transport: 'tcp' }
  }
  const domain = domainOf(2_300_000_000 + random.whole(0, 1e9))
  if (draw < 0.5) return { name: `${random.pick(stems)}.${domain}`, ...web }
  if (draw < 0.62) return { name: domain, port: random.pick([8443, 4443, 2083]), service: 'ssl', transport: 'tcp' }
  return { name: draw < 0.8 ? domain : siteHost(deepSite(random)), ...web }
}

export type Attacker = {
  readonly phone: Phone
  readonly random: Random
  readonly campaign: Campaign
  /** Hosts by their part: what is fetched first, where orders come from, where loot goes. */
  readonly stage: Host
  readonly control: Host
  readonly loot: Host
  /** Of the operator: local time minus UTC, first and last hour, and whether weekends are free. */
  readonly desk: { readonly offset: Micros; readonly from: number; readonly to: number; readonly restful: boolean }
  /** What was seen: moments and hosts. */
  readonly trace: { readonly ts: Micros; readonly host: string }[]
}

export function makeAttacker(phone: Phone, random: Random, campaign: Campaign): Attacker {
  const { hidden } = campaign
  const control = makeHost(random, hidden)
  const from = random.whole(7, 10)
  return {
    phone,
    random,
    campaign,
    // the first load often lies with a cloud, even when the rest does not
    stage: random.chance(0.5) ? control : makeHost(random, hidden),
    control,
    loot: random.chance(0.6) ? control : makeHost(random, hidden),
    desk: { offset: random.whole(-5, 9) * hour, from, to: from + random.whole(8, 11), restful: random.chance(0.7) },
    trace: [],
  }
}

export function atDesk(a: Attacker, ts: Micros): boolean {
  const { desk } = a
  const dow = weekday(ts, desk.offset)
  if (desk.restful && (dow === 0 || dow === 6)) return false
  const local = (((ts + desk.offset) % day) + day) % day
  return local >= desk.from * hour && local < desk.to * hour
}

type Said = {
  up?: number
  down?: number
  seconds?: number
  app?: string
  user?: boolean
  outcome?: Outcome
  context?: string
}

/** Talks to one of its hosts; what the sensor saw goes into the trace. */
export function reach(a: Attacker, at: Micros, host: Host, said: Said = {}): Outcome | 'unseen' | 'reused' {
  const ts = Math.round(at)
  const { port, service, transport } = host
  const got = a.phone.wire.call(ts, host.name, {
    ...said,
    port,
    fresh: true,
    ...(service === null ? {} : { service }),
    ...(transport === null ? {} : { transport }),
  })
  // where no handshake came about the sensor has no name of it
  if (got !== 'unseen' && got !== 'unanswered' && got !== 'refused') a.trace.push({ ts, host: host.name })
  return got
}

export function reachServer(
  a: Attacker,
  at: Micros,
  server: Server,
  port: number,
  outcome: Outcome,
  down: number,
): boolean {
  const ts = Math.round(at)
  const service =
    port === server.port ? server.service : port === 445 ? 'smb' : port === 22 ? 'ssh' : port === 3389 ? 'rdp' : ''
  const failed = outcome !== 'closed'
  const call = { port, transport: 'tcp' as const, service: failed ? ('' as const) : service, outcome, fresh: true }
  const got = a.phone.wire.call(ts, server.address, {
    ...call,
    up: failed ? 120 : 4000,
    down,
    seconds: failed ? 1 : 12,
  })
  if (got !== 'unseen') a.trace.push({ ts, host: server.address })
  return got !== 'unseen'
}

/** First moment from `ts` on at which the phone is awake and the sensor sees its network; null when none before `until`. */
export function nextSeen(phone: Phone, ts: Micros, until: Micros): Micros | null {
  for (let t = ts; t < until; ) {
    const wake = nextWake(phone, t)
    if (!(wake < until)) return null
    const stay = stayOf(phone, wake)
    if (stay.seen) return Math.round(wake)
    t = stay.to
  }
  return null
}

/** Takes something away: one large piece, or several in a row. */
export function takeAway(a: Attacker, ts: Micros): Micros {
  const { random } = a
  let t = ts
  const pieces = random.chance(0.4) ? 1 : random.whole(2, 14)
  const size = Math.exp(Math.log(40_000) + random.next() * Math.log(60))
  for (let n = 0; n < pieces; n++) {
    const got = reach(a, t, a.loot, {
      up: size * (0.3 + random.exponential()),
      down: 900,
      seconds: 2 + 12 * random.exponential(),
    })
    // back off when it does not get through
    t += (got === 'unanswered' || got === 'refused' ? 600 : 1) * random.whole(2, 50) * second
  }
  return t
}

export type Habits = {
  readonly interval: Micros
  /** 0 … 0.9 of the interval, both ways. */
  readonly jitter: number
  /** Chance that a poll is followed by loot while the operator works. */
  readonly greed: number
}

/** Polls until `until`; the interval stretches after failures and with sleep. */
export function poll(a: Attacker, from: Micros, until: Micros, habits: Habits): void {
  const { phone, random } = a
  let patience = 1
  for (let due = from; due < until; ) {
    const ts = nextWake(phone, due)
    if (!(ts < until)) return
    const pause = habits.interval * patience * (1 + habits.jitter * (2 * random.next() - 1))
    // drifts with the wake, or keeps to its plan
    due = Math.max(due + Math.max(20 * second, pause), ts + 15 * second)
    // the system does not let it run at each wake
    if (random.chance(0.07)) continue
    const got = reach(a, ts + random.whole(1, 20) * second, a.control, {
      up: 700 + 900 * random.next(),
      down: 1200,
      seconds: 1 + 3 * random.exponential(),
    })
    patience = got === 'unanswered' || got === 'refused' || got === 'reset' ? Math.min(8, patience * 2) : 1
    if (atDesk(a, ts) && random.chance(habits.greed)) takeAway(a, ts + random.whole(5, 90) * second)
  }
}

/** How an implant lives at its host for hours to days. */
export function reside(a: Attacker, from: Micros, until: Micros): void {
  const { random } = a
  const style = random.next()
  if (style < 0.4) {
    // polls, with loot now and then
    const interval = Math.exp(Math.log(4) + random.next() * Math.log(15)) * minute
    poll(a, from, until, { interval, jitter: 0.1 + 0.5 * random.next(), greed: 0.12 })
    return
  }
  // active hours, with silence between them
  for (let t = from, hours = 0; t < until; hours++) {
    const busy = (0.4 + 1.6 * random.next()) * hour
    if (hours === 0 || atDesk(a, t)) {
      const interval = random.whole(2, 9) * minute
      poll(a, t, Math.min(until, t + busy), { interval, jitter: 0.7, greed: style < 0.75 ? 0.35 : 0.06 })
    } else if (random.chance(0.3)) {
      const ts = nextWake(a.phone, t)
      if (ts < until) reach(a, ts, a.control, { up: 800, down: 1100 })
    }
    t += busy + (1 + 3 * random.exponential()) * hour
  }
}

export const hostsOf = (a: Attacker): string[] => [...new Set(a.trace.map((x) => x.host))]
