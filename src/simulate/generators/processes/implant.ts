// How an implant uses the network: marked point processes whose parameters are drawn for each attack.
import type { Random } from '../../random.ts'
import type { Lookup } from '../../world.ts'
import { borrowed, type Endpoint, endpoint, publicApps, safari } from './catalog.ts'
import { leaseOf } from './fleet.ts'
import type { AttackName, Incident } from './incidents.ts'
import { insideEndpoint, insideServices } from './inside.ts'
import { hawkes, logNormal, logUniform, pareto } from './points.ts'
import { privateHost } from './private.ts'
import type { Scene } from './scene.ts'
import { siteOf } from './scene.ts'
import { domain, label, siteName, tenant } from './words.ts'

const day = 86_400

export type Trace = {
  /** Names and addresses that were met. */
  readonly hosts: Set<string>
  /** Seconds of the last sign within the fleet. */
  last: number
  /** Seconds of the contacts that are odd. */
  readonly times: number[]
  readonly notes: Record<string, string | number>
  /** Bundle id that the connections are counted under; mostly a daemon’s. */
  readonly app: string
}

/** Where an implant calls: a host of its own, or one that hides among others. */
export function hostOf(scene: Scene, random: Random, hidden: boolean): Endpoint {
  const own = privateHost(random)
  if (!hidden) return { ...own, host: siteName(random) }
  const style = random.next()
  const out = logNormal(random, 1800, 0.6)
  const inward = logNormal(random, 3000, 0.9)
  if (style < 0.6) return endpoint(tenant(random), '', out, inward)
  if (style < 0.85) return borrowedEndpoint(random.pick(borrowed), out, inward)
  return endpoint(scene.kitchen.nameOf(random.whole(2, 80)), '', out, inward)
}

/** A name of the catalogue, at the address that all meet it at. */
function borrowedEndpoint(host: string, out: number, inward: number): Endpoint {
  const known = publicApps.flatMap((app) => app.endpoints).find((to) => to.host === host)
  return endpoint(host, known?.network ?? 'hosting', out, inward)
}

function note(scene: Scene, trace: Trace, s: number, to: Endpoint): void {
  if (s >= scene.end) return
  if (to.host && to.service !== '') trace.hosts.add(to.host)
  else trace.hosts.add(scene.addressOf(to, s))
  if (s > trace.last) trace.last = s
  trace.times.push(s)
}

function call(scene: Scene, random: Random, trace: Trace, s: number, to: Endpoint, out?: number): void {
  const first = trace.times.length === 0
  // the first contact counts as the cause: it is made until it works
  const options = {
    app: trace.app,
    ...(out === undefined ? {} : { out }),
    ...(first ? { outcome: 'closed' as const } : {}),
  }
  if (scene.meet(random, s, to, options)) note(scene, trace, s, to)
}

/** Begins the network behaviour of an attack at second `s`, for at most `most` seconds. */
export function behave(
  scene: Scene,
  random: Random,
  incident: Incident,
  s: number,
  most = Number.POSITIVE_INFINITY,
): Trace {
  const app = random.chance(0.3) ? random.pick([safari, 'com.apple.MobileSMS', scene.persona.apps[0]!.bundle]) : ''
  const trace: Trace = { hosts: new Set(), last: s, times: [], notes: {}, app }
  const to = hostOf(scene, random, incident.hidden)
  const lasting = Math.min(most, scene.end - s, 6 * 3600 + logNormal(random, 1.6 * day, 0.9))
  const kinds: Record<AttackName, () => void> = {
    zero_click: () => active(scene, random, trace, to, s, lasting),
    drive_by: () => {
      deliver(scene, random, trace, incident.hidden, s)
      active(scene, random, trace, to, s + Math.min(most * 0.2, logNormal(random, 900, 1)), lasting)
    },
    slow_channel: () => channel(scene, random, trace, to, s, most, logUniform(random, 60, day)),
    lateral: () => {
      call(scene, random, trace, s, to)
      moveInside(scene, random, trace, s + Math.min(most * 0.3, logNormal(random, 1800, 1)), lasting)
      for (let n = random.poisson(4); n > 0; n--) call(scene, random, trace, s + lasting * random.next(), to)
    },
    dns_tunnel: () => tunnel(scene, random, trace, incident.hidden, s, lasting),
  }
  kinds[incident.like]()
  return trace
}

/** A page that carries the exploit: a chain of one to three hosts, in Safari, a message or a web view. */
function deliver(scene: Scene, random: Random, trace: Trace, hidden: boolean, from: number): void {
  const app = random.pick([safari, safari, 'com.apple.MobileSMS', scene.persona.apps[0]!.bundle])
  let s = from
  for (let n = random.whole(1, 3); n > 0; n--) {
    const site = siteOf(hidden ? tenant(random) : siteName(random))
    for (let k = random.whole(1, 3); k > 0; k--) {
      const outcome = trace.times.length === 0 ? { outcome: 'closed' as const } : {}
      if (
        scene.meet(
          random,
          s,
          { ...site, in: k === 1 ? 300_000 : site.in },
          { app, byUser: true, context: site.host, ...outcome },
        )
      ) {
        note(scene, trace, s, site)
      }
      s += 2 * random.exponential()
    }
  }
}

/** Several active hours: polls, and now and then a theft. */
function active(scene: Scene, random: Random, trace: Trace, to: Endpoint, s: number, lasting: number): void {
  const manner = random.pick(['uploads', 'polling', 'hours'] as const)
  Object.assign(trace.notes, { manner })
  call(scene, random, trace, s, to)
  if (manner === 'polling') {
    channel(scene, random, trace, to, s + 30, lasting, logUniform(random, 60, 3 * 3600))
    return
  }
  // clusters in time: bursts of stealing in an otherwise still day
  const rate = manner === 'uploads' ? 5 : 3
  const lag = manner === 'uploads' ? 0.008 : 0.05
  let times = hawkes(random, lasting / day, rate, 0.75, lag)
  // an implant that never does anything is no implant
  while (times.length < 5) times = times.concat(hawkes(random, lasting / day, rate + day / lasting, 0.75, lag))
  for (const u of times) {
    const large = random.chance(manner === 'uploads' ? 0.6 : 0.15)
    call(scene, random, trace, s + 60 + u * day, to, large ? Math.min(2e9, pareto(random, 150_000, 0.8)) : undefined)
  }
}

/** Calls at an interval (seconds) with jitter of 0 … 90 %, thinned by sleep of the radio. */
function channel(
  scene: Scene,
  random: Random,
  trace: Trace,
  to: Endpoint,
  s: number,
  most: number,
  interval: number,
): void {
  const jitter = 0.9 * random.next()
  const missed = random.next() * 0.5
  const uploads = random.chance(0.6) ? 0.25 * random.next() ** 2 : 0
  // at least some calls; short intervals do not need weeks
  const lasting = Math.min(most, Math.max(6 * interval, logNormal(random, 1.8 * day, 0.8)))
  Object.assign(trace.notes, { interval: Math.round(interval), jitter: Math.round(100 * jitter) / 100 })
  call(scene, random, trace, s, to)
  for (let t = s; t < Math.min(scene.end, s + lasting); ) {
    t += interval * (1 + jitter * (2 * random.next() - 1))
    if (t > s + lasting) break
    if (random.chance(missed) && !scene.activity.awake(t)) continue
    call(scene, random, trace, t, to, random.chance(uploads) ? Math.min(5e8, pareto(random, 40_000, 0.9)) : undefined)
  }
}

/** Sweeps and sessions inside: addresses and ports the device never met, mostly refused. */
function moveInside(scene: Scene, random: Random, trace: Trace, from: number, lasting: number): void {
  const { options, org } = scene
  const services = [...insideServices(org).values()].flat()
  const ports = [22, 80, 88, 389, 443, 445, 548, 636, 1433, 2049, 3306, 3389, 5900, 5985, 8080, 8443]
  const targets = Math.min(250, Math.round(pareto(random, 6, 0.9)))
  const slow = random.chance(0.5)
  Object.assign(trace.notes, { targets, slow })
  for (let n = 0; n < targets; n++) {
    const s = from + (slow ? lasting * random.next() : logNormal(random, 600, 1.2))
    const kind = random.next()
    const to =
      kind < 0.3
        ? random.pick(services)
        : insideEndpoint(
            kind < 0.7
              ? `10.20.${random.whole(0, 7)}.${random.whole(1, 254)}`
              : leaseOf(random.whole(0, options.devices - 1)),
            random.pick(ports),
            '',
            '',
            800,
            900,
          )
    for (let k = random.chance(0.3) ? 2 : 1; k > 0; k--) {
      const outcome = random.pick([
        'refused',
        'refused',
        'refused',
        'refused',
        'unanswered',
        'unanswered',
        'unanswered',
        'reset',
        'closed',
        'closed',
        'closed',
      ] as const)
      if (
        scene.meet(random, s + k, to, {
          outcome,
          ...(outcome === 'closed' && random.chance(0.3) ? { in: pareto(random, 50_000, 0.9) } : {}),
        })
      ) {
        trace.hosts.add(scene.addressOf(to, s + k))
        trace.last = Math.max(trace.last, s + k)
        trace.times.push(s + k)
      }
    }
  }
}

/** Data in the labels of DNS questions of one zone, in sessions. */
function tunnel(scene: Scene, random: Random, trace: Trace, hidden: boolean, from: number, lasting: number): void {
  const zone = hidden
    ? `${label(random)}.${random.pick(['duckdns.org', 'ddns.net', scene.kitchen.nameOf(random.whole(2, 60)).replace(/^www\./, '')])}`
    : domain(random)
  const types: readonly Lookup['type'][] = random.pick([
    ['TXT'],
    ['NULL'],
    ['CNAME'],
    ['A', 'AAAA'],
    ['TXT', 'A'],
    ['MX', 'CNAME'],
  ] as const)
  const width = random.whole(12, 60)
  const alphabet = random.pick(['0123456789abcdef', 'abcdefghijklmnopqrstuvwxyz234567'])
  const sessions = 2 + random.poisson(5)
  let asked = 0
  for (let n = 0; n < sessions && asked < 30_000; n++) {
    let s = n === 0 ? from : from + lasting * random.next()
    const gap = logUniform(random, 0.5, 60)
    for (
      let k = Math.min(6000, Math.round(pareto(random, 12, 0.8)));
      k > 0 && s < Math.min(scene.end, from + lasting + 3600);
      k--
    ) {
      const labels = Array.from({ length: random.whole(1, width > 40 ? 3 : 1) }, () =>
        Array.from(
          { length: Math.max(6, width - random.whole(0, 6)) },
          () => alphabet[random.whole(0, alphabet.length - 1)],
        ).join(''),
      )
      const type = random.pick(types)
      const answers =
        type === 'A'
          ? [`10.${random.whole(0, 255)}.${random.whole(0, 255)}.1`]
          : type === 'AAAA'
            ? []
            : [`"${random.hex(width)}"`]
      const code = random.chance(0.08) ? 'NXDOMAIN' : 'NOERROR'
      scene.events.push({
        kind: 'lookup',
        ts: scene.time(s),
        device: scene.persona.index,
        host: `${labels.join('.')}.${zone}`,
        type,
        code,
        answers: code === 'NOERROR' ? answers : [],
      })
      trace.times.push(s)
      trace.last = Math.max(trace.last, s)
      asked++
      s += weibullGap(random, gap)
    }
  }
  trace.hosts.add(zone)
  Object.assign(trace.notes, { types: types.join(' '), questions: asked })
}

function weibullGap(random: Random, scale: number): number {
  return 0.05 + scale * random.exponential() ** 1.4
}
