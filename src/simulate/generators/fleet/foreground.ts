// What people do: they take the device up, use apps, and browse by Zipf’s law with a long tail.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import { zipfOf } from '../../random.ts'
import { type App, popularSites } from './catalogue.ts'
import { between, hour, logNormal, logUniform, minute, second } from './draw.ts'
import { appsAt, type Life, sessionAfter } from './life.ts'
import { addressOf, hostName, oddPorts, tenantName } from './names.ts'
import type { Day } from './people.ts'
import { movedName } from './waves.ts'

const safari = 'com.apple.mobilesafari'
const favourite = zipfOf(40, 0.8)
const liked = zipfOf(64, 0.75)

type Size = readonly [up: number, down: number]
const sizes: Record<App['style'], { readonly calls: number; readonly size: Size }> = {
  chat: { calls: 3, size: [2_500, 9_000] },
  feed: { calls: 6, size: [3_000, 120_000] },
  video: { calls: 4, size: [20_000, 2_500_000] },
  mail: { calls: 3, size: [3_000, 25_000] },
  game: { calls: 5, size: [4_000, 30_000] },
  tool: { calls: 3, size: [2_000, 15_000] },
  news: { calls: 6, size: [2_000, 60_000] },
  browser: { calls: 1, size: [1_500, 5_000] },
  work: { calls: 4, size: [6_000, 40_000] },
}

export function useApp(life: Life, app: App, from: Micros, random: Random): void {
  const { calls, size } = sizes[app.style]
  let ts = from
  for (let i = 1 + random.poisson(calls - 0.5); i > 0; i--) {
    const third = app.sdks.length > 0 && random.chance(0.3)
    const heavy = app.style === 'video' && random.chance(0.6)
    life.wire.talk({
      ts,
      app: app.bundle,
      // caches of video are named by place and machine: new names below an old one
      host: third
        ? movedName(life.fleet.waves, random.pick(app.sdks), ts)
        : heavy && app.hosts[1] !== undefined
          ? `r${random.whole(1, 9)}-sn${random.hex(2)}.${app.hosts[1]}`
          : random.pick(app.hosts),
      service: heavy ? 'quic' : 'ssl',
      up: logNormal(random, size[0], 0.9),
      down: logNormal(random, third ? 4_000 : size[1], 1.2),
      byUser: i % 2 === 0,
    })
    ts += random.exponential() * 7 * second
  }
  if ((app.style === 'chat' || app.style === 'game') && random.chance(0.06)) callPeer(life, app, ts, random)
  // pictures and files that people send
  if ((app.style === 'chat' || app.style === 'mail' || app.style === 'work') && random.chance(0.12))
    life.wire.talk({
      ts,
      app: app.bundle,
      host: app.hosts.at(-1)!,
      up: logUniform(random, 60_000, 12e6),
      down: logNormal(random, 5_000, 0.6),
      byUser: true,
    })
}

/** Calls and games speak to other people’s addresses, which have no name and are met once. */
function callPeer(life: Life, app: App, ts: Micros, random: Random): void {
  const duration = logNormal(random, 3 * minute, 1)
  const rate = logUniform(random, 4_000, 90_000)
  const one = { app: app.bundle, host: '', byUser: true, duration }
  const bytes = (duration / second) * rate
  const peer = { address: addressOf(random.hex(12)), up: bytes * between(random, 0.5, 1.3), down: bytes }
  if (random.chance(0.12)) life.wire.talk({ ...one, ...peer, ts, port: random.pick([443, ...oddPorts]) })
  else life.wire.talk({ ...one, ...peer, ts, port: random.whole(16_384, 60_000), transport: 'udp', service: '' })
}

/** A page with what it draws in. `rare`: a site that few know, which has parts of its own on some cloud. */
function visit(life: Life, host: string, from: Micros, app: string, rare: boolean, random: Random): void {
  const { wire, fleet, person } = life
  if (person.relay && app === safari) {
    for (let i = random.whole(2, 5); i > 0; i--)
      wire.talk({
        ts: from + random.exponential() * 3 * second,
        app,
        host: random.pick(['mask.icloud.com', 'mask-h2.icloud.com']),
        service: 'quic',
        up: logNormal(random, 9_000, 0.8),
        down: logNormal(random, 150_000, 1.1),
      })
    return
  }
  const one = { app, byUser: true }
  const main = (ts: Micros): void =>
    wire.talk({ ...one, ts, host, up: logNormal(random, 2_500, 0.6), down: logNormal(random, 45_000, 1.1) })
  main(from)
  let ts = from + 200_000
  const parts: string[] = Array.from({ length: random.whole(1, 9) }, () =>
    movedName(fleet.waves, fleet.catalogue.thirdParties[fleet.catalogue.drawThirdParty(random)]!, from),
  )
  const base = host.split('.').slice(-2).join('.')
  if (random.chance(0.35) && !/(amazonaws|cloudfront|windows)/.test(host)) parts.push(`static.${base}`)
  if (rare && random.chance(0.2)) parts.push(tenantName(random))
  for (const part of parts) {
    wire.talk({
      ...one,
      ts,
      host: part,
      service: random.chance(0.2) ? 'quic' : 'ssl',
      up: logNormal(random, 1_500, 0.6),
      down: logNormal(random, 20_000, 1.4),
      context: host,
    })
    ts += random.exponential() * second
  }
  // further pages of it
  for (let i = random.poisson(0.8); i > 0; i--) main(ts + random.exponential() * minute)
  // forms, photographs of damages, applications
  if (random.chance(rare ? 0.03 : 0.008))
    wire.talk({
      ...one,
      ts: ts + random.exponential() * 2 * minute,
      host,
      up: logUniform(random, 50_000, 30e6),
      down: logNormal(random, 5_000, 0.6),
    })
}

/** Comes back to a site that was rare: in the next hours, or for some days. */
function comeBack(life: Life, host: string, after: Micros, app: string, random: Random): void {
  const within = logUniform(random, 2 * hour, 90 * hour)
  const uploads = random.chance(0.25)
  for (let i = random.whole(1, 7); i > 0; i--) {
    const { from } = sessionAfter(life, after + random.next() * within)
    visit(life, host, from + random.next() * minute, app, false, random)
    if (uploads)
      life.wire.talk({
        ts: from + 2 * minute,
        app,
        host,
        up: logUniform(random, 50_000, 8e6),
        down: 6_000,
        byUser: true,
      })
  }
}

const abroadAt = (life: Life, ts: Micros): boolean =>
  life.aways.some(({ from, to, pool }) => pool === 72 && from <= ts && ts < to)

function browse(life: Life, from: Micros, app: string, random: Random): void {
  const { catalogue } = life.fleet
  // travellers look for things that nobody at home knows
  const where = random.next() * (abroadAt(life, from) ? 1.25 : 1)
  const { favourites } = life.person
  if (where < 0.38) {
    visit(life, favourites[favourite(random) % favourites.length]!, from, app, false, random)
  } else if (where < 0.87) {
    const rank = catalogue.drawSite(random)
    visit(life, catalogue.site(rank), from, app, rank > popularSites / 10, random)
  } else {
    const host = random.chance(0.2) ? tenantName(random) : hostName(random)
    visit(life, host, from, app, true, random)
    if (random.chance(0.1)) comeBack(life, host, from, app, random)
  }
}

/** Names that other systems use when they come through the phone. */
const tethered = [
  'settings-win.data.microsoft.com',
  'v10.events.data.microsoft.com',
  'download.windowsupdate.com',
  'clients2.google.com',
]

/** A laptop behind the phone: its traffic looks like the phone’s. */
function tether(life: Life, day: Day, random: Random): void {
  if (!life.person.tethers || !random.chance(0.15)) return
  const from = between(random, day.wake, day.sleep)
  const lasts = logUniform(random, 0.3, 3) * hour
  for (let i = random.whole(20, 70); i > 0; i--) {
    const ts = from + random.next() * lasts
    if (random.chance(0.35))
      visit(life, life.fleet.catalogue.site(life.fleet.catalogue.drawSite(random)), ts, '', true, random)
    else
      life.wire.talk({
        ts,
        app: '',
        host: random.pick(tethered),
        up: logUniform(random, 2_000, 300_000),
        down: logUniform(random, 4_000, 4e6),
      })
  }
}

/** Networks of hotels and cafés show their own page before they let anybody through. */
function portal(life: Life, day: Day, random: Random): void {
  if (!random.chance(abroadAt(life, day.wake) ? 0.8 : 0.03)) return
  const { from } = sessionAfter(life, between(random, day.wake, day.sleep))
  const app = 'com.apple.WebSheet'
  const host = hostName(random).replace(/^(www|m|shop|cdn)\./, 'portal.')
  const check = { ts: from, app, host: 'captive.apple.com', port: 80, service: 'http' as const, up: 180, down: 400 }
  life.wire.talk(check)
  for (let i = random.whole(2, 6); i > 0; i--)
    life.wire.talk({
      ts: from + random.exponential() * 20 * second,
      app,
      host,
      up: logNormal(random, 1_800, 0.6),
      down: logNormal(random, 40_000, 1),
      byUser: true,
    })
  life.wire.talk({ ...check, ts: from + minute })
}

export function foreground(life: Life, day: Day, random: Random): void {
  const { traffic } = life.fleet.options.rates
  const much = traffic * life.person.activity
  const apps = appsAt(life, day.wake)
  for (const { from, to } of day.sessions) {
    let ts = from
    for (let i = random.poisson(1.15 * much); i > 0; i--) {
      const app = apps[liked(random) % apps.length]!
      useApp(life, app, ts, random)
      // a page opened from a message or a feed is shown inside of the app
      if ((app.style === 'chat' || app.style === 'feed') && random.chance(0.09))
        browse(life, ts + 5 * second, app.bundle, random)
      ts += random.exponential() * (to - from) * 0.4
    }
    if (random.chance(Math.min(1, 0.22 * much)))
      for (let i = 1 + random.poisson(0.9); i > 0; i--) {
        browse(life, ts, safari, random)
        ts += random.exponential() * minute
      }
  }
  tether(life, day, random)
  portal(life, day, random)
}
