// What looks like a part of an attack and is none: odd traffic with nothing after it, a crash with nothing around it, both
// in the wrong order, and both too far apart.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import type { Truth } from '../../world.ts'
import { type Attacker, hostsOf, makeAttacker, nextSeen, poll, reach, reside } from './attacker.ts'
import { moments, unwind } from './attacks.ts'
import { day, hour, iso, minute } from './clock.ts'
import { crashOn } from './effects.ts'
import { lookAround } from './lateral.ts'
import { nextWake, type Phone } from './phone.ts'
import type { Campaign } from './plan.ts'
import { tunnel } from './tunnel.ts'
import { domainOf } from './words.ts'

/** Odd traffic of any kind; `hours` long. */
function oddTraffic(a: Attacker, from: Micros, hours: number): void {
  const { random, phone } = a
  const until = Math.min(phone.plan.end, from + hours * hour)
  const draw = random.next()
  if (random.chance(0.6)) reach(a, from, a.stage, { up: 1500, down: 2e6 * random.next() })
  if (draw < 0.58) reside(a, from, until)
  else if (draw < 0.78)
    poll(a, from, until, {
      interval: Math.exp(random.next() * Math.log(200)) * minute,
      jitter: 0.6 * random.next(),
      greed: 0.15,
    })
  else if (draw < 0.9) lookAround(a, from, until)
  else tunnel(a, domainOf(2_700_000_000 + random.whole(0, 1e9)), from, until)
}

const way = (random: Random) => random.pick(['messages', 'messages', 'web', 'web', 'mail', 'call', 'pictures'] as const)

function once(a: Attacker, about: Micros): { readonly crash: Micros | null } | null {
  const { phone, random, campaign } = a
  const { end, options } = phone.plan
  const hush = (from: Micros, to: Micros): void => {
    phone.quiet.push([from, to])
  }
  if (campaign.scenario === 'crash_alone') {
    const at = nextWake(phone, about)
    if (!(at < end)) return null
    crashOn(phone, random, at, way(random), false)
    return { crash: Math.round(at) }
  }
  const before = campaign.scenario === 'wrong_order' ? about - (26 + 60 * random.next()) * hour : null
  if (before !== null && before < options.start + hour) return null
  const first = nextSeen(phone, about, Math.min(end, about + 20 * hour))
  if (first === null) return null
  oddTraffic(a, first, campaign.scenario === 'network_alone' ? 6 + 40 * random.next() : 0.5 + 2.5 * random.next())
  if (a.trace.length < (campaign.scenario === 'network_alone' ? 6 : 1)) return null
  const last = a.trace.reduce((x, y) => Math.max(x, y.ts), first)
  hush(first - day, last + day)
  if (campaign.scenario === 'network_alone') return { crash: null }
  const crash = Math.round(before ?? last + (25 + 47 * random.next()) * hour)
  if (crash >= end - 10 * minute) return null
  crashOn(phone, random, crash, way(random), false)
  return { crash }
}

export function decoy(phone: Phone, campaign: Campaign): Truth | null {
  const random = phone.random('decoy')
  for (const about of moments(phone, random, campaign.about)) {
    const undo = unwind(phone)
    const a = makeAttacker(phone, random, campaign)
    const done = once(a, about)
    if (!done) {
      undo()
      continue
    }
    const times = [...a.trace.map((x) => x.ts), ...(done.crash === null ? [] : [done.crash])]
    return {
      id: campaign.id,
      kind: 'decoy',
      scenario: campaign.scenario,
      device: phone.device.name,
      start: iso(times.reduce((x, y) => Math.min(x, y))),
      end: iso(times.reduce((x, y) => Math.max(x, y))),
      effect: null,
      hosts: hostsOf(a),
      notes: { hidden: campaign.hidden, ...(done.crash === null ? {} : { crash: iso(done.crash) }) },
    }
  }
  return null
}
