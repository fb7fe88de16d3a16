// The five ways in. Each is a story told by the attacker's agent at moments that the phone's own life allows; when the
// sensor could have seen nothing of it, or the effect falls too far from it, the agent tries another day.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import type { Truth } from '../../world.ts'
import { type Attacker, hostsOf, makeAttacker, nextSeen, poll, reach, reside, takeAway } from './attacker.ts'
import { day, hour, iso, minute, second } from './clock.ts'
import { appOf, type Effect, effectOn, gap, type Way } from './effects.ts'
import { lookAround } from './lateral.ts'
import { nextWake, type Phone, stayOf } from './phone.ts'
import type { Campaign, Scenario } from './plan.ts'
import { tunnel } from './tunnel.ts'
import { deepSite, siteHost } from './web.ts'
import { domainOf } from './words.ts'

type Notes = { order?: string; inside?: number; [name: string]: string | number | boolean }
type Story = { readonly effectAt: Micros; readonly begin: Micros; readonly notes: Notes }

const shares: Readonly<Record<Scenario, readonly (readonly [Effect, number])[]>> = {
  zero_click: [
    ['crash', 0.85],
    ['jetsam', 0.05],
    ['force_reset', 0.05],
    ['watchdog', 0.05],
  ],
  drive_by: [
    ['crash', 0.78],
    ['profile', 0.1],
    ['certificate', 0.05],
    ['jetsam', 0.07],
  ],
  slow_channel: [
    ['crash', 0.62],
    ['profile', 0.08],
    ['certificate', 0.06],
    ['passcode', 0.06],
    ['jetsam', 0.06],
    ['force_reset', 0.06],
    ['watchdog', 0.06],
  ],
  lateral: [
    ['crash', 0.66],
    ['certificate', 0.1],
    ['profile', 0.06],
    ['passcode', 0.06],
    ['jetsam', 0.06],
    ['watchdog', 0.06],
  ],
  dns_tunnel: [
    ['crash', 0.7],
    ['jetsam', 0.08],
    ['force_reset', 0.08],
    ['profile', 0.07],
    ['watchdog', 0.07],
  ],
}

function chooseEffect(phone: Phone, random: Random, scenario: Scenario, tries: number): Effect {
  let draw = random.next()
  for (const [effect, share] of shares[scenario]) {
    draw -= share
    if (draw >= 0) continue
    const posture = effect === 'profile' || effect === 'certificate' || effect === 'passcode'
    return posture && (!phone.managed || tries > 12) ? 'crash' : effect
  }
  return 'crash'
}

const wayIn = (random: Random, scenario: Scenario): Way =>
  scenario === 'drive_by'
    ? 'web'
    : scenario === 'zero_click'
      ? random.pick(['messages', 'messages', 'messages', 'messages', 'whatsapp', 'call', 'pictures'])
      : random.pick(['messages', 'messages', 'web', 'web', 'mail', 'whatsapp', 'pictures'])

/** A message arrives the way all do: over Apple's push connection, with what it carries on iCloud. */
function deliver(phone: Phone, random: Random, ts: Micros, way: Way): void {
  const { wire } = phone
  if (way === 'whatsapp') {
    wire.call(ts, 'mmg.whatsapp.net', { app: appOf.whatsapp, up: 1200, down: 300_000 * random.exponential() })
    return
  }
  if (way === 'messages')
    wire.call(ts, 'cvws.icloud-content.com', { app: appOf.messages, up: 1500, down: 200_000 * random.exponential() })
  if (way === 'pictures')
    wire.call(ts, 'p61-sharedstreams.icloud.com', {
      app: appOf.pictures,
      up: 1500,
      down: 900_000 * random.exponential(),
    })
  wire.call(ts + second, 'identity.ess.apple.com', { up: 2500, down: 3000 })
}

/** The person opens a page that hands over to another: in the browser, or in the web view of any app. */
function lure(a: Attacker, ts: Micros, anywhere: boolean): Micros | null {
  const { phone, random } = a
  const look = phone.looks.find(
    (x) =>
      x.from >= ts &&
      x.from < ts + 14 * hour &&
      (x.bundle === 'com.apple.mobilesafari' || anywhere) &&
      x.to - x.from > 20 * second &&
      stayOf(phone, x.from).seen,
  )
  if (!look) return null
  const app = look.bundle
  const page = siteHost(a.campaign.hidden ? random.whole(0, 400) : deepSite(random))
  const at = look.from + random.next() * (look.to - look.from)
  const context = page
  phone.wire.call(at, page, { app, user: true, context, down: 60_000 })
  if (random.chance(0.5)) {
    const hop = domainOf(2_500_000_000 + random.whole(0, 1e9))
    reach(
      a,
      at + 700_000,
      { name: hop, port: 443, service: null, transport: null },
      { app, context, down: 2000, seconds: 1 },
    )
  }
  const got = reach(a, at + 2 * second, a.stage, {
    app,
    context,
    up: 4000,
    down: 250_000 + 2e6 * random.next(),
    seconds: 9,
  })
  return got === 'unseen' ? null : Math.round(at + 2 * second)
}

/** An effect tied to something seen: at the beginning, or later while the implant is at work. */
function anchor(a: Attacker, first: Micros, early: number): Micros {
  const { random, trace } = a
  if (random.chance(early)) return first + gap(random)
  const near = trace.filter((x) => x.ts < first + 3 * day)
  return (near.length > 0 ? random.pick(near).ts : first) + gap(random)
}

function tell(a: Attacker, scenario: Scenario, about: Micros, tries: number): Story | null {
  const { phone, random, campaign } = a
  const { end } = phone.plan
  const way = wayIn(random, scenario)
  const effect = chooseEffect(phone, random, scenario, tries)
  const notes: Notes = { effect, way, ordinary: effect === 'crash' && campaign.ordinary, hidden: campaign.hidden }
  const make = (at: Micros): Micros | null => {
    const made = effectOn(phone, random, at, effect, way, campaign.ordinary)
    if (made) Object.assign(notes, made.notes)
    return made?.at ?? null
  }
  const stays = (mean: number): Micros => Math.min(end, Math.max(3 * hour, mean * hour * random.exponential()))
  const begin = nextWake(phone, about)
  if (!(begin < end - 6 * hour)) return null
  const crashFirst =
    effect === 'crash' && random.chance(scenario === 'zero_click' ? 0.75 : scenario === 'drive_by' ? 0 : 0.3)
  notes.order = crashFirst ? 'crash_first' : 'contact_first'

  // the way in, and the first thing seen
  let first: Micros | null
  let effectAt: Micros | null = null
  if (scenario === 'drive_by') {
    first = lure(a, begin, tries > 50)
    if (first === null) return null
    effectAt = make(
      random.chance(0.45) && effect === 'crash' ? first + random.whole(2, 80) * second : first + gap(random),
    )
  } else {
    deliver(phone, random, begin, way)
    if (crashFirst) {
      effectAt = make(begin + random.whole(4, 90) * second)
      if (effectAt === null) return null
      first = nextSeen(phone, effectAt + gap(random), effectAt + 5.9 * hour)
    } else first = nextSeen(phone, begin + random.whole(5, 600) * second, begin + 12 * hour)
    if (first === null) return null
    const fetches = scenario === 'zero_click' || scenario === 'lateral' || random.chance(0.4)
    if (fetches) reach(a, first, a.stage, { up: 1500, down: 300_000 + 4e6 * random.next(), seconds: 10 })
    if (scenario === 'zero_click' && effectAt === null) effectAt = make(first + gap(random))
  }

  // the life of the implant
  const from = first + random.whole(1, 40) * minute
  if (scenario === 'zero_click' || scenario === 'drive_by') {
    reside(a, from, Math.min(end, from + stays(30)))
  } else if (scenario === 'slow_channel') {
    const interval = Math.exp(random.next() * Math.log(1440)) * minute
    const jitter = 0.9 * random.next()
    const until = Math.min(end, first + Math.min(6 * day, Math.max(12 * hour, interval * random.whole(8, 40))))
    poll(a, first, until, {
      interval,
      jitter,
      greed: Math.min(0.5, (0.1 + 0.3 * random.next()) * Math.max(0.2, interval / (30 * minute))),
    })
    Object.assign(notes, { interval_minutes: Math.round(interval / minute), jitter: Math.round(100 * jitter) / 100 })
  } else if (scenario === 'lateral') {
    const until = Math.min(end, first + stays(26) + 6 * hour)
    poll(a, from, until, { interval: random.whole(15, 90) * minute, jitter: 0.4, greed: 0.08 })
    const before = a.trace.length
    lookAround(a, from + random.next() * 4 * hour, until)
    notes.inside = a.trace.length - before
    if (a.trace.length - before < 4) return null
  } else {
    const domain = campaign.hidden
      ? `${random.hex(6)}.${domainOf(random.whole(0, 1500))}`
      : domainOf(2_600_000_000 + random.whole(0, 1e9))
    const said = tunnel(a, domain, first, Math.min(end, first + stays(22) + 3 * hour))
    Object.assign(notes, said)
    if (said.questions < 20) return null
    if (random.chance(0.25)) takeAway(a, nextSeen(phone, from + hour, end) ?? from)
  }
  if (effectAt === null) effectAt = make(anchor(a, first, 0.6))
  return effectAt === null ? null : { effectAt, begin: scenario === 'drive_by' ? first : begin, notes }
}

/** Forgets what a story that came to nothing has put on the phone. */
export function unwind(phone: Phone): () => void {
  const { events, changes, quiet } = phone
  const kept = [events.length, changes.length, quiet.length] as const
  return () => {
    events.length = kept[0]
    changes.length = kept[1]
    quiet.length = kept[2]
  }
}

/** Moments at which a campaign is tried, from its own time outwards. */
export function* moments(phone: Phone, random: Random, about: Micros): Generator<Micros> {
  const { start, days } = phone.plan.options
  const band = start + Math.min(7, 0.5 * days) * day
  const late = phone.plan.end - Math.min(1.6 * day, 0.2 * days * day)
  for (let n = 0; n < 160; n++) {
    // what was to come after the quiet week stays there, unless the phone is hardly ever seen
    const early = about >= band && n < 100 ? band : start + 0.1 * days * day
    const spread = n < 6 ? 10 * hour * random.next() : n < 30 ? (random.next() - 0.5) * n * 4 * hour : null
    const at = spread === null ? early + random.next() * (late - early) : about + spread
    yield Math.min(late, Math.max(early, at))
  }
}

export function attack(phone: Phone, campaign: Campaign): Truth | null {
  const random = phone.random('attack')
  let tries = 0
  for (const about of moments(phone, random, campaign.about)) {
    const undo = unwind(phone)
    const a = makeAttacker(phone, random, campaign)
    const story = tell(a, campaign.scenario as Scenario, about, tries++)
    const times = a.trace.map((x) => x.ts).filter((ts) => ts < phone.plan.end)
    // the window from a contact to the effect, or from a crash to the first contact: six hours
    const near = story && times.some((ts) => Math.abs(ts - story.effectAt) <= 6 * hour)
    // an implant that is seen twice before its phone leaves the sensor’s sight shows nothing; be content with it late only
    const few = campaign.scenario === 'slow_channel' ? 4 : 9
    const meagre = tries < 40 && times.length < few
    if (!story || !near || meagre || story.effectAt >= phone.plan.end) {
      undo()
      continue
    }
    const begin = Math.min(story.begin, story.effectAt, ...times)
    return {
      id: campaign.id,
      kind: 'attack',
      scenario: campaign.scenario,
      device: phone.device.name,
      start: iso(begin),
      end: iso(times.reduce((x, y) => Math.max(x, y), story.effectAt)),
      effect: iso(story.effectAt),
      hosts: hostsOf(a),
      notes: { ...story.notes, contacts: times.length },
    }
  }
  return null
}
