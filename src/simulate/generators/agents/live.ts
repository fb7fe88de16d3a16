// A phone lives through its stays: the person looks at it, the system wakes it for pushes and for what is due, and each
// wake gathers what can be done together. Rates come out of this; none is drawn.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import { daemonTasks, mediaOf } from './catalogue.ts'
import { hour, minute, second } from './clock.ts'
import { type Stay, stayAt } from './diary.ts'
import { officeErrand, signOn } from './office.ts'
import type { Owned, Phone } from './phone.ts'
import { chooseApp, useApp } from './sessions.ts'
import { deepSite, makeTastes, siteHost, type Tastes } from './web.ts'

/** Daemons that run at a wake, with how much they have to do. */
const daemons: readonly (readonly [string, number])[] = [
  ['imagent', 5],
  ['IMTransferAgent', 3],
  ['MessagesBlastDoorService', 4],
  ['mediaserverd', 5],
  ['identityservicesd', 4],
  ['apsd', 2],
  ['locationd', 4],
  ['bluetoothd', 4],
  ['nsurlsessiond', 3],
  ['photoanalysisd', 4],
  ['mediaanalysisd', 5],
  ['assistantd', 3],
  ['cloudd', 4],
  ['bird', 2],
  ['searchd', 2],
  ['suggestd', 3],
  ['rapportd', 2],
  ['sharingd', 4],
  ['SpringBoard', 5],
  ['healthd', 2],
  ['nehelper', 2],
  ['wifid', 3],
  ['accountsd', 2],
  ['maild', 4],
  ['callservicesd', 2],
  ['com.apple.WebKit.Networking', 5],
  ['com.apple.WebKit.GPU', 6],
  ['dasd', 2],
]

const appeal: Readonly<Record<Stay['place'], number>> = {
  home: 16,
  office: 21,
  transit: 8,
  out: 24,
  plane: 20,
  hotel: 14,
}

type Life = {
  readonly phone: Phone
  readonly random: Random
  readonly tastes: Tastes
  readonly due: Float64Array
  last: Micros
}

/** Minutes-to-microseconds gap until the person looks again: habit, and not much sooner. */
const lookGap = (life: Life, stay: Stay): Micros => {
  const { person, plan } = life.phone
  const pace = (appeal[stay.place] / person.restless) * (0.2 + 0.8 * life.random.exponential())
  return (pace * minute) / Math.max(0.01, plan.options.rates.traffic)
}

function daemonCrash(life: Life, ts: Micros): void {
  const { phone, random } = life
  const [process, weight] = random.pick(daemons)
  phone.chances.push({ ts, process, app: null, firstParty: true, weight: weight * 0.25 })
}

/** One wake in the background at which due work is done together. */
function wake(life: Life, ts: Micros, stay: Stay): void {
  const { phone, random, due } = life
  const { wire } = phone
  const pace = 1 / Math.max(0.01, phone.plan.options.rates.traffic)
  phone.wakes.push(Math.round(ts))
  daemonCrash(life, ts)
  if (stay.net === 'none' || stay.net === 'off') return
  let budget = stay.asleep ? 2 : 4
  let t = ts + random.whole(20, 400) * 1000
  for (let n = 0; n < daemonTasks.length && budget > 0; n++) {
    if (due[n]! > ts) continue
    const [hosts, interval, up, down] = daemonTasks[n]!
    const host = random.pick(hosts)
    if (host === 'time.apple.com')
      wire.call(t, host, { port: 123, service: 'ntp', transport: 'udp', up: 0, down: 0, seconds: 0.1 })
    else wire.call(t, host, { up, down })
    due[n] = ts + interval * minute * pace * (0.7 + 0.6 * random.next()) * (stay.asleep ? 1.6 : 1)
    t += random.whole(10, 1500) * 1000
    budget--
  }
  let refreshes = stay.asleep ? 1 : 2
  for (const owned of phone.apps) {
    if (refreshes === 0) break
    if (owned.due > ts || owned.since > ts || owned.app.refresh === 0) continue
    fetch(life, t, owned)
    owned.due = ts + ((16 * hour) / owned.app.refresh) * pace * (0.6 + 0.8 * random.next())
    t += random.whole(100, 3000) * 1000
    refreshes--
  }
}

/** An app fetches in the background. */
function fetch(life: Life, ts: Micros, owned: Owned): void {
  const { phone, random } = life
  const { app } = owned
  phone.wire.call(ts, random.pick(app.api.length > 0 ? app.api : ['gateway.icloud.com']), {
    app: app.bundle,
    up: 2500,
    down: 9000,
  })
  const media = random.chance(0.25) ? mediaOf(app, phone.plan.move, ts, random) : undefined
  if (media) phone.wire.call(ts + second, media, { app: app.bundle, down: 90_000 })
  if (app.sdk.length > 0 && random.chance(0.3))
    phone.wire.call(ts + 2 * second, random.pick(app.sdk), { app: app.bundle, up: 4000, down: 900 })
  // a newsletter with its pictures and the name that counts who opens it
  if (app.kind === 'mail' && random.chance(0.03))
    phone.wire.call(ts + 3 * second, siteHost(deepSite(random)), { app: app.bundle, down: 40_000 })
  phone.chances.push({ ts: ts + 2 * second, process: app.process, app, firstParty: app.firstParty, weight: 0.03 })
}

/** Messages of friends and colleagues since the last time: conversations, which pull the person to the phone. */
function pushes(life: Life, until: Micros, stay: Stay): boolean {
  const { phone, random } = life
  const span = (until - life.last) / (16 * hour)
  life.last = until
  if (stay.asleep && random.chance(0.85)) return false
  let heard = false
  for (const owned of phone.apps) {
    const expected = owned.app.push * span * phone.plan.options.rates.traffic * 0.22
    if (owned.since > until || expected <= 0 || !random.chance(1 - Math.exp(-expected))) continue
    let t = until
    for (let n = 1 + Math.floor(1.4 * random.exponential()); n > 0; n--) {
      fetch(life, t, owned)
      phone.wakes.push(Math.round(t))
      t -= random.whole(5, 90) * second
    }
    heard ||= owned.app.kind === 'chat' && random.chance(0.3)
  }
  return heard
}

/** A network is joined: Apple's tests and the push connection come first, then what was open before. */
function join(life: Life, ts: Micros, stay: Stay): void {
  const { phone, random } = life
  const { wire } = phone
  wire.call(ts + 300_000, 'captive.apple.com', { port: 80, service: 'http', up: 200, down: 300, seconds: 0.3 })
  const courier = `${random.whole(1, 50)}-courier.push.apple.com`
  wire.call(ts + 600_000, courier, {
    port: 5223,
    service: 'ssl',
    transport: 'tcp',
    up: 9000,
    down: 12_000,
    seconds: Math.max(1, (stay.to - ts) / second),
    outcome: 'open',
  })
  if (stay.net === 'hotel')
    wire.call(ts + 9 * second, `portal.${siteHost(50_000 + (phone.index % 500)).replace('www.', '')}`, {
      user: true,
      down: 60_000,
    })
  if (stay.net === 'office') signOn(phone, random, ts + 2 * second)
  for (let n = random.whole(1, 5); n > 0; n--)
    fetch(life, ts + random.whole(800, 12_000) * 1000, random.pick(phone.apps.filter((x) => x.since <= ts)))
}

/** At night on the charger: pictures go up, apps are updated. */
function nightWork(life: Life, stay: Stay): void {
  const { phone, random } = life
  const begin = stay.from + random.whole(40, 150) * minute
  if (begin > stay.to || stay.net === 'off') return
  const app = 'com.apple.mobileslideshow'
  for (let n = random.poisson(4); n > 0; n--)
    phone.wire.call(begin + n * random.whole(4, 40) * second, 'cvws.icloud-content.com', {
      app,
      up: 2.5e6,
      down: 3000,
      fresh: true,
    })
  for (const owned of phone.apps) {
    const due = owned.releases.some((x) => x.at > stay.from - 20 * hour && x.at <= begin)
    if (due)
      phone.wire.call(begin + random.whole(10, 60) * minute, 'iosapps.itunes.apple.com', {
        down: 9e7,
        fresh: true,
        seconds: 60,
      })
  }
}

/** The day on which a new system comes: download, restart, and everything calls home. */
function renew(life: Life, at: Micros): void {
  const { phone, random } = life
  const first = at - random.whole(30, 400) * minute
  phone.wire.call(first, 'gdmf.apple.com', { up: 1500, down: 90_000, fresh: true })
  for (let n = 0; n < 4; n++)
    phone.wire.call(first + n * 4 * minute, 'updates.cdn-apple.com', {
      up: 90_000,
      down: 1.6e9,
      seconds: 200,
      fresh: true,
    })
  phone.wire.call(at - minute, 'gs.apple.com', { up: 6000, down: 9000, fresh: true })
  for (const owned of phone.apps) if (random.chance(0.6)) fetch(life, at + random.whole(30, 900) * second, owned)
  for (let n = 0; n < 12; n++) daemonCrash(life, at + random.whole(1, 600) * minute)
}

export function live(phone: Phone): void {
  const random = phone.random('live')
  const { start, seed, rates } = phone.plan.options
  const due = Float64Array.from(daemonTasks, ([, interval]) => start + random.next() * interval * minute)
  const life: Life = { phone, random, tastes: makeTastes(phone.random('tastes'), seed), due, last: start }
  const systems = phone.systems.filter((x) => x.at > start && x.at < phone.plan.end)
  let look = start
  let nap = start
  let net = ''
  for (const stay of phone.stays) {
    if (stay.net === 'off') {
      look = nap = stay.to
      life.last = stay.to
      continue
    }
    if (stay.net !== net && stay.net !== 'none') join(life, stay.from, stay)
    net = stay.net
    if (stay.asleep) nightWork(life, stay)
    look = Math.max(look, stay.from)
    nap = Math.max(nap, stay.from)
    const deep = stay.asleep ? 34 : 20
    while (Math.min(look, nap) < stay.to) {
      if (!stay.asleep && look <= nap) {
        phone.wakes.push(Math.round(look))
        let t = look
        for (let n = 0; n < 3; n++) {
          t = useApp(phone, random, t, chooseApp(phone, random, t, stay), life.tastes)
          if (!random.chance(0.38)) break
        }
        officeErrand(phone, random, t, stay)
        pushes(life, t, stay)
        nap = Math.max(nap, t + (deep / Math.max(0.2, rates.traffic)) * minute * (0.3 + random.next()))
        look = t + lookGap(life, stay)
        continue
      }
      if (nap >= stay.to) break
      wake(life, nap, stay)
      if (pushes(life, nap, stay)) look = Math.min(look, nap + random.whole(20, 240) * second)
      // asleep, the system lengthens its naps the longer nothing happens
      nap += (deep * minute * (0.35 + 1.1 * random.next())) / Math.min(3, Math.max(0.2, rates.traffic))
    }
    if (look < stay.to) look = stay.to + random.whole(5, 90) * second
  }
  for (const { at } of systems) renew(life, at)
  const { reroute } = phone.plan
  if (!reroute || !phone.person.tunnel) return
  for (const at of [reroute.at, reroute.until]) {
    const stay = stayAt(phone.stays, at)
    if (at >= phone.plan.end || !stay.seen || stay.net === 'office') continue
    // everything that was open breaks and is opened again
    for (let n = 0; n < 3; n++) join(life, at + n * random.whole(3, 25) * second, stay)
  }
}
