// The ordinary traffic of one device: a superposition of point processes.
import { openRandom, type Random } from '../../random.ts'
import { addressIn } from './addresses.ts'
import {
  type App,
  content,
  courier,
  type Endpoint,
  safari,
  sdks,
  systemServices,
  thirdParties,
  updates,
} from './catalog.ts'
import { cumulate, drawIndex, hawkes, logNormal, pareto, renewal, schedule, weibull } from './points.ts'
import { openRestaurant } from './restaurant.ts'
import { type Scene, siteOf } from './scene.ts'
import { domain, hostName } from './words.ts'

const day = 86_400

export function addTraffic(scene: Scene): void {
  const scale = scene.options.rates.traffic * scene.persona.traffic
  if (scale <= 0) return
  addSystem(scene, scale)
  addApps(scene, scale)
  addBrowsing(scene, scale)
  addHandovers(scene)
  addUpdates(scene)
  addReputation(scene, scale)
}

/** Daemons: timers, renewal processes, use-driven points and shot noise of syncs. */
function addSystem(scene: Scene, scale: number): void {
  const random = scene.random('system')
  const { activity, end } = scene
  for (const { pattern, aDay, endpoints } of systemServices(scene.persona.partition)) {
    const rate = aDay * scale
    const push = endpoints[0]!.port === 5223
    const one = (s: number, to = random.pick(endpoints)): void => {
      scene.meet(random, s, to, push ? { duration: Math.min(8 * 3600, weibull(random, 5000, 0.7)) } : {})
    }
    if (pattern === 'timer') {
      for (const s of schedule(random, random.next() * (day / rate), end, day / rate, 0.2, activity.awake)) one(s)
    } else if (pattern === 'renewal') {
      // heavy-tailed gaps; mean of Weibull(k = 0.6) is 1.5 × its scale
      for (const s of renewal(random, 0, end, () => weibull(random, day / rate / 1.5, 0.6))) {
        if (activity.state(s) > 0 || random.chance(0.5)) one(s)
      }
    } else if (pattern === 'use') {
      for (const u of hawkes(random, activity.total, rate / 1.4, 0.29, 0.002)) one(activity.at(u))
    } else {
      // a sync wakes several services within a minute; sizes of shots are geometric
      for (const u of hawkes(random, activity.total, rate / 3, 0, 0)) {
        let s = activity.at(u)
        for (const to of endpoints) {
          s += 6 * random.exponential()
          if (random.chance(0.9)) one(s, to)
        }
        while (random.chance(0.25)) {
          s += 20 * random.exponential()
          one(s)
        }
      }
    }
  }
}

/** Apps: Hawkes sessions in the time of use, and background refresh by renewal processes. */
function addApps(scene: Scene, scale: number): void {
  const random = scene.random('apps')
  const { activity, persona, end } = scene
  for (const u of hawkes(random, activity.total, 17 * scale, 0.45, 0.006)) {
    openApp(scene, random, activity.at(u), persona.apps[drawIndex(random, persona.taste)]!)
  }
  for (const app of persona.apps.slice(0, 9)) {
    const mean = logNormal(random, 5 * 3600, 0.7) / scale
    const to = random.pick(app.endpoints)
    for (const s of renewal(random, 0, end, () => logNormal(random, mean, 0.6))) {
      if (activity.awake(s)) scene.meet(random, s, to, { app: app.bundle })
      if (random.chance(0.15)) scene.meet(random, s + 2, random.pick(sdks), { app: app.bundle })
    }
  }
  // calls and games go from peer to peer: addresses without names, seldom twice
  for (const u of hawkes(random, activity.total, 0.8 * scale, 0.3, 0.01)) {
    const address = addressIn('hosting', random.hex(8), 0)
    const peer = {
      ...content,
      host: '',
      address,
      port: random.whole(1025, 65_000),
      transport: 'udp',
      service: '',
    } as const
    const seconds = logNormal(random, 240, 1.2)
    const bytes = { out: seconds * 6000, in: seconds * 7000 }
    scene.meet(random, activity.at(u), peer, {
      ...bytes,
      duration: seconds,
      app: persona.apps[0]!.bundle,
      byUser: true,
    })
  }
  const mail = scene.random('mail')
  if (mail.chance(0.4)) {
    const server = siteOf(mail.chance(0.25) ? `imap.${domain(mail)}` : mail.pick(mailServers))
    const imap: Endpoint = { ...server, port: 993, transport: 'tcp', service: 'ssl', out: 1500, in: 9000 }
    const period = mail.pick([900, 1800, 1800, 3600]) / scale
    for (const s of schedule(mail, 0, end, period, 0.1, activity.awake)) scene.meet(mail, s, imap)
  }
}

const mailServers = [
  'imap.gmail.com',
  'imap.mail.me.com',
  'outlook.office365.com',
  'imap.mail.yahoo.com',
  'imap.gmx.net',
]

/** One session of an app: a few points, thinning out within two minutes. */
export function openApp(scene: Scene, random: Random, from: number, app: App): void {
  let s = from
  const own = 1 + random.poisson(2.1)
  const { wave } = scene.happenings
  if (from > wave.s && app.bundle === wave.app.bundle) scene.meet(random, from + 1, wave.backend, { app: app.bundle })
  for (let i = 0; i < own; i++) {
    scene.meet(random, s, i === 0 ? app.endpoints[0]! : random.pick(app.endpoints), {
      app: app.bundle,
      byUser: true,
      ...(random.chance(0.03) ? { out: pareto(random, 60_000, 1.05) } : {}),
    })
    s += weibull(random, 14, 0.6)
  }
  for (const to of app.sdks)
    if (random.chance(0.55)) scene.meet(random, from + 4 * random.exponential(), to, { app: app.bundle })
}

const thirdWeights = cumulate(thirdParties.map((_, rank) => 1 / (rank + 1) ** 0.8))

/** Safari, web views and links in messages; names from the restaurant of the device. */
function addBrowsing(scene: Scene, scale: number): void {
  const random = scene.random('browsing')
  const { activity, persona, kitchen, happenings } = scene
  const visit = openRestaurant(random, kitchen.group(persona.device.group), 400)
  const trip = happenings.trip(persona.index)
  for (const u of hawkes(random, activity.total, 14 * scale, 0.5, 0.004)) {
    const s = activity.at(u)
    const way = random.next()
    const app = way < 0.62 ? safari : way < 0.8 ? 'com.apple.MobileSMS' : random.pick(persona.apps).bundle
    const abroad = trip && s >= trip.from && s < trip.to && random.chance(0.5)
    openPage(scene, random, s, abroad ? hostName(random, true) : visit(), app)
  }
}

/** A page: its site, hosts of its own, and third parties. */
export function openPage(scene: Scene, random: Random, from: number, host: string, app: string): void {
  const site = siteOf(host)
  let s = from
  const context = { app, byUser: true, context: host }
  for (let n = 1 + random.poisson(0.9); n > 0; n--) {
    scene.meet(random, s, site, random.chance(0.02) ? { ...context, out: pareto(random, 40_000, 1.1) } : context)
    s += 1.5 * random.exponential()
  }
  const h = site.in % 10
  if (h < 2)
    scene.meet(random, s, siteOf(`${['static', 'img', 'cdn'][site.out % 3]}.${host.replace(/^www\./, '')}`), {
      ...context,
      byUser: false,
    })
  for (let n = random.poisson(3.2); n > 0; n--) {
    const third = thirdParties[drawIndex(random, thirdWeights)]!
    scene.meet(random, s + 2 * random.exponential(), third, { ...context, byUser: false })
  }
}

/** Hand-over: push and whatever was open begin anew, on a bad link. */
function addHandovers(scene: Scene): void {
  const random = scene.random('handover')
  const { persona, link, activity } = scene
  const [push] = courier(persona.partition)
  for (const turn of link.turns) {
    if (activity.state(turn) === 0) continue
    scene.meet(random, turn + 2 * random.next(), push!, { duration: Math.min(8 * 3600, weibull(random, 5000, 0.7)) })
    for (let n = random.poisson(2.5); n > 0; n--) {
      const app = persona.apps[drawIndex(random, persona.taste)]!
      scene.meet(random, turn + 15 * random.next(), random.pick(app.endpoints), { app: app.bundle })
    }
  }
}

/** Attachments of messages, and the download of a new system. */
function addUpdates(scene: Scene): void {
  const random = scene.random('updates')
  const { activity, happenings, persona } = scene
  for (const u of hawkes(random, activity.total, 4 * scene.options.rates.traffic, 0.5, 0.01)) {
    scene.meet(random, activity.at(u), content)
  }
  const at = happenings.updatedAt(persona)
  for (let n = 4; Number.isFinite(at) && n > 0; n--) scene.meet(random, at - 3600 * n * random.next(), updates)
  const { detour, gateway } = happenings
  for (const s of renewal(random, detour.from, detour.to, () => weibull(random, 4 * 3600, 0.7))) {
    if (activity.awake(s)) scene.meet(random, s, gateway, { duration: 3600 * random.exponential() })
  }
}

/** A security product that asks the reputation of links by DNS: long labels, TXT answers, many names of one zone. */
function addReputation(scene: Scene, scale: number): void {
  if (!scene.persona.reputation) return
  const random = scene.random('reputation')
  const zone = `${['q', 'lookup', 'rep'][scene.options.seed % 3]}.${domain(openRandom(scene.options.seed, 'reputation'))}`
  for (const u of hawkes(random, scene.activity.total, 14 * scale, 0.7, 0.004)) {
    const ts = scene.time(scene.activity.at(u))
    if (ts >= scene.time(scene.end)) continue
    const text = random.chance(0.7)
    const host = `${random.hex(random.pick([16, 32, 40]))}.${random.whole(0, 9)}.${zone}`
    const answers = text ? [`"${random.hex(12)}"`] : [`127.0.0.${random.whole(1, 9)}`]
    scene.events.push({
      kind: 'lookup',
      ts,
      device: scene.persona.index,
      host,
      type: text ? 'TXT' : 'A',
      code: 'NOERROR',
      answers,
    })
  }
}
