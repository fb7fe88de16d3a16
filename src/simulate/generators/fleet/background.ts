// What a device does by itself: push, polling, sync, updates, and all of it at once when the network changes.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import { type App, appleServices } from './catalogue.ts'
import { between, dayLength, hashOf, hour, logNormal, logUniform, minute, second } from './draw.ts'
import { useApp } from './foreground.ts'
import { appsAt, type Life, osAt } from './life.ts'
import type { Day } from './people.ts'
import { isRerouted } from './waves.ts'

/** Moments of a rhythm on one day: as planned while awake; asleep some at the next moment the radio is on. */
function* beats(random: Random, day: Day, every: number, jitter: number, asleep: number): Generator<Micros> {
  let dark = 0
  for (
    let t = day.start + random.next() * every;
    t < day.start + dayLength;
    t += every * (1 + jitter * (random.next() - 0.5))
  ) {
    if (t >= day.wake && t < day.sleep) yield t
    else if (t < day.wake && random.chance(asleep)) {
      while (dark < day.dark.length && day.dark[dark]! < t) dark++
      if (dark < day.dark.length) yield day.dark[dark++]! + random.next() * 5 * second
    }
  }
}

/** Apple’s push stays open until the network, the night or a server ends it. */
function push(life: Life, day: Day, random: Random): void {
  const host = `${1 + (hashOf(life.person.device.udid) % 50)}-courier.push.apple.com`
  const one = { app: '', host, port: 5223, service: 'ssl' as const }
  for (let t = day.start + random.next() * hour; t < day.start + dayLength; ) {
    const lasts = logUniform(random, 12 * minute, 4 * hour)
    life.wire.talk({
      ...one,
      ts: t,
      up: 1_500 + lasts / (8 * second),
      down: 4_000 + (lasts / (4 * second)) * random.exponential(),
      duration: lasts,
    })
    t += lasts + random.exponential() * 20 * second
  }
}

/** An app that keeps its own line open and says so every so many minutes, to the second. */
function keepAlive(life: Life, day: Day, app: App, random: Random): void {
  const every = (5 + (hashOf(app.bundle) % 4) * 5) * minute
  for (const ts of beats(random, day, every, 0.004, 0.2))
    life.wire.talk({
      ts,
      app: app.bundle,
      host: app.hosts[0]!,
      port: hashOf(app.bundle) % 3 === 0 ? 5222 : 443,
      up: 420 + random.whole(0, 60),
      down: 380 + random.whole(0, 90),
      duration: between(random, 1, 20) * second,
    })
}

function fetchOnce(life: Life, app: App, ts: Micros, random: Random): void {
  life.wire.talk({
    ts,
    app: app.bundle,
    host: app.hosts[0]!,
    up: logNormal(random, 1_600, 0.6),
    down: logNormal(random, 7_000, 1.1),
  })
  if (random.chance(0.25) && app.hosts.length > 1)
    life.wire.talk({
      ts: ts + random.exponential() * second,
      app: app.bundle,
      host: random.pick(app.hosts),
      up: logNormal(random, 1_200, 0.5),
      down: logNormal(random, 30_000, 1.2),
    })
}

function polling(life: Life, day: Day, random: Random): void {
  const { traffic } = life.fleet.options.rates
  let lines = 0
  for (const app of appsAt(life, day.start)) {
    if (app.style === 'chat' && !app.firstParty && lines < 2) {
      lines++
      if (random.chance(Math.min(1, 0.4 * traffic))) keepAlive(life, day, app, random)
    }
    if (app.poll === 0) continue
    // the system lets few apps fetch as often as they wish
    for (const ts of beats(random, day, (app.poll * 4) / traffic, 0.5, 0.15)) fetchOnce(life, app, ts, random)
  }
}

function system(life: Life, day: Day, random: Random): void {
  const { wire } = life
  for (const ts of beats(random, day, (15 * minute) / life.fleet.options.rates.traffic, 1.6, 0.3))
    wire.talk({
      ts,
      app: '',
      host: appleServices[Math.floor(random.next() ** 1.6 * appleServices.length)]!,
      service: random.chance(0.15) ? 'quic' : 'ssl',
      up: logNormal(random, 2_200, 0.8),
      down: logNormal(random, 6_000, 1),
    })
  for (const ts of beats(random, day, 5 * hour, 1, 0.5))
    wire.talk({ ts, app: '', host: 'time.apple.com', port: 123, service: 'ntp', transport: 'udp', up: 48, down: 48 })
  // Photos, backups and files go up at night on the charger
  for (let i = random.poisson(5); i > 0; i--)
    wire.talk({
      ts: random.chance(0.6) && day.dark.length > 0 ? random.pick(day.dark) : between(random, day.wake, day.sleep),
      app: '',
      host: random.pick(['gateway.icloud.com', 'p57-content.icloud.com', 'cvws.icloud-content.com']),
      up: logUniform(random, 20_000, 40e6),
      down: logNormal(random, 20_000, 1),
    })
  if (life.person.hashLookups && !life.person.doh)
    for (let i = random.poisson(30); i > 0; i--)
      wire.ask(
        between(random, day.wake, day.sleep),
        `${random.hex(32)}.hash.lookup-shield.com`,
        random.chance(0.7) ? 'A' : 'TXT',
        random.chance(0.5) ? ['127.0.0.4'] : [],
        random.chance(0.4) ? 'NXDOMAIN' : 'NOERROR',
      )
  // the resolver of the network is asked for services, and for names with a typo
  for (let i = random.poisson(4); i > 0; i--)
    wire.ask(between(random, day.wake, day.sleep), 'lb._dns-sd._udp.0.16.20.10.in-addr.arpa', 'PTR', [], 'NXDOMAIN')
}

function updates(life: Life, day: Day, random: Random): void {
  for (let i = random.poisson(1.5); i > 0; i--)
    life.wire.talk({
      ts: day.dark.length > 0 ? random.pick(day.dark) : day.wake,
      app: '',
      host: 'iosapps.itunes.apple.com',
      up: 40_000,
      down: logUniform(random, 5e6, 250e6),
    })
  for (const { app, since } of life.person.apps) {
    if (since < day.start || since >= day.start + dayLength) continue
    const host = 'iosapps.itunes.apple.com'
    life.wire.talk({ ts: since, app: '', host, up: 20_000, down: logUniform(random, 5e6, 250e6) })
    for (let i = 0; i < 3; i++) useApp(life, app, since + (1 + i * random.exponential() * 20) * minute, random)
  }
  const at = osAt(life)
  if (at >= day.start && at < day.start + dayLength)
    for (let i = 0; i < 6; i++)
      life.wire.talk({
        ts: at - (6 - i) * 12 * minute,
        app: '',
        host: 'updates.cdn-apple.com',
        up: 200_000,
        down: logUniform(random, 60e6, 900e6),
      })
}

/** Wi-Fi to mobile and back: every line is opened anew, and some fail. */
function handOver(life: Life, ts: Micros, random: Random): void {
  for (const app of appsAt(life, ts).slice(0, 22)) {
    if (!random.chance(0.35)) continue
    const failed = random.chance(0.25)
    life.wire.talk({
      ts: ts + random.exponential() * 9 * second,
      app: app.bundle,
      host: random.pick(app.hosts),
      up: logNormal(random, 1_300, 0.5),
      down: logNormal(random, 4_000, 0.8),
      ...(failed ? { outcome: random.pick(['reset', 'unanswered', 'open'] as const) } : {}),
    })
  }
}

function handOvers(life: Life, day: Day, random: Random): void {
  const { traffic } = life.fleet.options.rates
  for (let i = random.poisson(2.2 * traffic); i > 0; i--) handOver(life, between(random, day.wake, day.sleep), random)
  for (const { from, to } of life.aways)
    for (const ts of [from, to]) if (ts >= day.start && ts < day.start + dayLength) handOver(life, ts, random)
  const { vpn } = life.fleet.waves
  if (vpn === null || !isRerouted(life.fleet.waves, life.person.index)) return
  for (
    let t = Math.max(vpn.from, day.start);
    t < Math.min(vpn.to, day.start + dayLength);
    t += logUniform(random, 0.3, 3) * hour
  )
    life.wire.talk({
      ts: t,
      app: '',
      host: vpn.gateway,
      up: logUniform(random, 1e4, 4e6),
      down: logUniform(random, 1e5, 3e7),
      duration: hour / 3,
    })
}

/** The company’s filter, once its profile is there. */
function filter(life: Life, day: Day, random: Random): void {
  const { profile } = life.fleet.waves
  if (profile === null || day.start + dayLength < profile.at) return
  for (const ts of beats(random, day, 2 * hour, 0.3, 0.2))
    if (ts >= profile.at)
      life.wire.talk({ ts, app: '', host: profile.host, up: logNormal(random, 4_000, 0.7), down: 9_000 })
}

export function background(life: Life, day: Day, random: Random): void {
  push(life, day, random)
  polling(life, day, random)
  system(life, day, random)
  updates(life, day, random)
  handOvers(life, day, random)
  filter(life, day, random)
}
