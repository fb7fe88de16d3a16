// What leaves a phone, as far as the sensor sees it: connections with their DNS question, kept-alive sessions that are used
// again, failures of every day, and bursts of them when the network changes.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import type { Contact, Lookup, Outcome, WorldEvent } from '../../world.ts'
import { addressOf, hosterOf, isAddress, type Move } from './addresses.ts'
import { hash32, minute, second } from './clock.ts'
import { type Stay, stayAt } from './diary.ts'

export type Call = {
  readonly app?: string
  /** Bytes. */
  readonly up?: number
  readonly down?: number
  /** Duration in seconds. */
  readonly seconds?: number
  readonly user?: boolean
  readonly context?: string
  readonly port?: number
  readonly service?: Contact['service']
  readonly transport?: Contact['transport']
  /** A session of its own, though one may be open. */
  readonly fresh?: boolean
  readonly address?: string
  readonly outcome?: Outcome
  /** Type of the DNS question. */
  readonly ask?: Lookup['type']
}

export type Wire = {
  /** Connects to a name or an address. 'unseen' when the sensor cannot see it; 'reused' when a session was open. */
  call(ts: Micros, host: string, call?: Call): Outcome | 'unseen' | 'reused'
  lookup(ts: Micros, host: string, type: Lookup['type'], code: Lookup['code'], answers: readonly string[]): boolean
  seen(ts: Micros): boolean
}

type Surroundings = {
  readonly device: number
  readonly stays: readonly Stay[]
  readonly failures: number
  readonly move: Move | null
  /** Private addresses of the company's names. */
  readonly inside: ReadonlyMap<string, string>
  readonly end: Micros
  /** Moments at which the tunnel is torn down under everybody. */
  readonly jolts: readonly Micros[]
  readonly events: WorldEvent[]
}

const overQuic = new Set(['google', 'meta', 'cloudflare'])

export function openWire(random: Random, w: Surroundings): Wire {
  const cached = new Map<string, readonly [Micros, Micros, string]>()
  const open = new Map<string, Micros>()
  let stay: Stay = w.stays[0]!
  const where = (ts: Micros): Stay => {
    if (ts < stay.from || ts >= stay.to) stay = stayAt(w.stays, ts)
    return stay
  }
  const seen = (ts: Micros): boolean => ts < w.end && where(ts).seen && ts >= stay.from

  const lookup: Wire['lookup'] = (ts, host, type, code, answers) => {
    if (!seen(ts)) return false
    w.events.push({ kind: 'lookup', ts: Math.round(ts), device: w.device, host, type, code, answers })
    return true
  }

  /** Address of a name; asks for it when no answer is at hand. */
  const resolve = (ts: Micros, host: string, call: Call, here: Stay): string => {
    const known = cached.get(host)
    if (known && ts >= known[0] && ts < known[1]) return known[2]
    const address = w.inside.get(host) ?? addressOf(host, ts, w.move, here.region)
    const h = hash32(host)
    // short lives on CDNs (a minute, which the system stretches), long ones elsewhere
    const life = ([60, 180, 600, 1400] as const)[h % 4]! * minute * (0.5 + random.next())
    cached.set(host, [ts, ts + life, address])
    const asked = ts - random.whole(8, 120) * 1000
    // some apps ask resolvers of their own, over HTTPS
    if (!call.fresh && random.chance(0.3)) return address
    lookup(asked, host, call.ask ?? 'A', 'NOERROR', [address])
    if (random.chance(0.12)) lookup(asked + 300, host, random.chance(0.6) ? 'HTTPS' : 'AAAA', 'NOERROR', [])
    return address
  }

  const call: Wire['call'] = (at, host, c = {}) => {
    // what an app asks for together leaves within half a second
    const ts = Math.round(at) + (c.fresh ? 0 : random.whole(0, 450_000))
    if (!seen(ts)) return 'unseen'
    const here = stay
    const port = c.port ?? 443
    const key = `${host}:${port}:${c.app ?? ''}`
    if (!c.fresh && !c.outcome && (open.get(key) ?? 0) > ts) return 'reused'
    const bare = isAddress(host)
    const address = c.address ?? (bare ? host : resolve(ts, host, c, here))
    // a new network: sessions break and what follows at once fails often
    const torn = here.net !== 'office' && w.jolts.some((at) => ts >= at && ts < at + 90 * second)
    const handover = torn || (ts - here.from < 25 * second && here.net !== 'office') ? 0.22 : 0
    const failed = c.outcome === undefined && random.chance(Math.min(1, w.failures + (w.failures > 0 ? handover : 0)))
    const draw = random.next()
    const outcome: Outcome =
      c.outcome ??
      (!failed ? 'closed' : draw < 0.45 ? 'unanswered' : draw < 0.8 ? 'reset' : draw < 0.95 ? 'refused' : 'malformed')
    const good = outcome === 'closed' || outcome === 'open'
    const partial = outcome === 'reset' || outcome === 'malformed'
    const quic = !bare && port === 443 && c.service === undefined && overQuic.has(hosterOf(host)) && random.chance(0.45)
    const spread = 0.4 + 1.2 * random.next()
    const up = Math.round(
      good ? 500 + (c.up ?? 1800) * spread : partial ? 200 + 400 * spread : outcome === 'refused' ? 0 : 64,
    )
    const down = Math.round(good ? 3200 + (c.down ?? 20_000) * spread : partial ? 3000 * random.next() : 0)
    const duration = good
      ? Math.round((c.seconds ?? 4 + 40 * random.exponential()) * second)
      : random.whole(30, outcome === 'unanswered' ? 9000 : 1500) * 1000
    const transport = c.transport ?? (quic ? 'udp' : 'tcp')
    // without a handshake of TCP no name is sent; QUIC sends it in its first packet
    const silent = transport === 'tcp' && (outcome === 'unanswered' || outcome === 'refused')
    w.events.push({
      kind: 'contact',
      ts,
      device: w.device,
      app: c.app ?? '',
      host: bare || silent ? '' : host,
      address,
      port,
      transport,
      service: silent ? '' : (c.service ?? (quic ? 'quic' : bare && port !== 443 ? '' : 'ssl')),
      duration,
      bytesOut: up,
      bytesIn: down,
      outcome,
      byUser: c.user ?? false,
      ...(c.context === undefined ? {} : { context: c.context }),
    })
    if (good) open.set(key, ts + Math.max(duration, 180 * second))
    if (open.size > 3000) open.clear()
    if (failed && !bare && random.chance(0.06))
      lookup(ts + 2000, host, 'A', random.chance(0.5) ? 'SERVFAIL' : 'NXDOMAIN', [])
    // what fails for no reason is tried again a moment later
    if (failed && random.chance(0.6))
      call(ts + random.whole(800, 4000) * 1000, host, { ...c, outcome: 'closed', fresh: true })
    return outcome
  }
  return { call, lookup, seen }
}
