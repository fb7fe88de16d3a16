// Services inside the network: intranet, files, printers, directories; scans that are harmless; administrators.
import { openRandom, type Random } from '../../random.ts'
import { type Endpoint, endpoint } from './catalog.ts'
import { leaseOf, type Org } from './fleet.ts'
import { hawkes, logUniform, schedule, shuffled } from './points.ts'
import type { Scene } from './scene.ts'

type Kind = readonly [
  name: string,
  port: number,
  service: Endpoint['service'],
  out: number,
  inward: number,
  count: number,
]

const kinds: readonly Kind[] = [
  ['intranet', 443, 'ssl', 2200, 40_000, 1],
  ['wiki', 443, 'ssl', 2000, 50_000, 1],
  ['git', 443, 'ssl', 3000, 60_000, 2],
  ['tickets', 443, 'ssl', 2500, 30_000, 1],
  ['files', 445, 'smb', 5000, 200_000, 6],
  ['print', 631, 'ipp', 90_000, 2500, 8],
  ['dc', 88, 'krb', 1800, 1900, 2],
  ['ldap', 636, 'ldap', 1500, 4000, 2],
  ['time-clock', 80, 'http', 900, 6000, 1],
  ['build', 8443, 'ssl', 3000, 30_000, 2],
  ['bastion', 22, 'ssh', 9000, 30_000, 2],
  ['term', 3389, 'rdp', 200_000, 2_000_000, 3],
]

/** A service at an address inside. */
export function insideEndpoint(
  address: string,
  port: number,
  service: Endpoint['service'],
  name = '',
  out = 1500,
  inward = 2500,
): Endpoint {
  return { ...endpoint(name, '', out, inward, { port, service, spread: 0.9 }), address }
}

/** Servers of the organisation: 10.20.0.0/21. */
export function insideServices(org: Org): Map<string, Endpoint[]> {
  let n = 9
  return new Map(
    kinds.map(([name, port, service, out, inward, count]) => [
      name,
      Array.from({ length: count }, (_, i) => {
        n += 3
        const host = `${name}${count > 1 ? `0${i + 1}` : ''}.${org.inside}`
        return insideEndpoint(`10.20.${n % 5}.${n}`, port, service, host, out, inward)
      }),
    ]),
  )
}

/** Use of each a working day, by group: [service, sessions a day, share of the devices]. */
const habits: readonly (readonly [string, number, number])[] = [
  ['intranet', 3, 0.8],
  ['wiki', 2, 0.4],
  ['git', 4, 0.12],
  ['tickets', 3, 0.35],
  ['files', 3, 0.3],
  ['print', 0.5, 0.35],
  ['dc', 3, 0.5],
  ['ldap', 1.5, 0.4],
  ['time-clock', 2, 0.3],
  ['build', 2, 0.06],
  ['term', 0.6, 0.05],
]

export function addInside(scene: Scene): void {
  const random = scene.random('inside')
  const { activity, org, persona, end, options } = scene
  const services = insideServices(org)
  const scale = options.rates.traffic
  const trip = scene.happenings.trip(persona.index)
  const atWork = (s: number): boolean => {
    const hours = s / 3600 + org.zone
    // 1970-01-01 was a Thursday
    const weekday = (Math.floor(options.start / 86_400e6 + hours / 24) + 4) % 7
    return weekday > 0 && weekday < 6 && hours % 24 > 6 && hours % 24 < 20 && !(trip && s >= trip.from && s < trip.to)
  }
  for (const [name, aDay, share] of habits) {
    if (!random.chance(share)) continue
    // a device keeps to one or two of a kind, and seldom tries another
    const known = shuffled(random, services.get(name)!)
    for (const u of hawkes(random, activity.total, aDay * scale, 0.4, 0.01)) {
      const s = activity.at(u)
      if (!atWork(s)) continue
      const to = random.chance(0.93) ? known[Math.min(known.length - 1, random.whole(0, 1))]! : random.pick(known)
      scene.meet(random, s, to, { byUser: name !== 'dc' })
      if (name === 'files' && random.chance(0.5)) scene.meet(random, s - 1, services.get('dc')![0]!)
    }
  }
  if (persona.managed) {
    const mdm = insideEndpoint('10.20.0.5', 443, 'ssl', org.mdm, 6000, 8000)
    for (const s of schedule(random, random.next() * 86_400, end, 86_400 / (1 + random.next()), 0.3, activity.awake))
      scene.meet(random, s, mdm)
  }
  if (scale > 0) addScans(scene, atWork)
  if (persona.administrator) addAdministration(scene, services, atWork)
}

/** Casting and printing look for devices; a few owners look at all of the network. */
function addScans(scene: Scene, atWork: (s: number) => boolean): void {
  const random = scene.random('scans')
  const { activity } = scene
  if (random.chance(0.45)) {
    const [ports, net] = random.pick([
      [[8008, 8009], '10.20.6'],
      [[7000], '10.20.6'],
      [[631, 9100], '10.20.5'],
      [[1400], '10.20.6'],
    ] as const)
    for (const u of hawkes(random, activity.total, 0.5, 0.2, 0.01)) {
      const from = activity.at(u)
      for (let n = random.whole(2, 9); n > 0; n--)
        scan(scene, random, from + 4 * random.next(), `${net}.${random.whole(2, 60)}`, random.pick(ports))
    }
  }
  if (random.chance(0.03)) {
    const from = activity.at(random.next() * activity.total)
    for (let n = random.whole(20, 90); n > 0 && atWork(from); n--) {
      scan(
        scene,
        random,
        from + 60 * random.next(),
        leaseOf(random.whole(0, scene.options.devices - 1)),
        random.pick([22, 80, 443, 445, 548, 3389, 8080]),
      )
    }
  }
}

/** One probe: mostly nobody answers. */
export function scan(scene: Scene, random: Random, s: number, address: string, port: number): void {
  const outcome = random.pick(['refused', 'refused', 'unanswered', 'unanswered', 'closed'] as const)
  scene.meet(random, s, insideEndpoint(address, port, '', '', 300, 300), { outcome })
}

function addAdministration(scene: Scene, services: Map<string, Endpoint[]>, atWork: (s: number) => boolean): void {
  const random = scene.random('administration')
  const shared = openRandom(scene.options.seed, 'servers')
  const servers = Array.from({ length: 30 }, () => `10.20.${shared.whole(0, 7)}.${shared.whole(10, 240)}`)
  const rate = logUniform(random, 4, 20)
  for (const u of hawkes(random, scene.activity.total, rate, 0.6, 0.005)) {
    const s = scene.activity.at(u)
    if (!atWork(s)) continue
    const [port, service] = random.pick([
      [22, 'ssh'],
      [22, 'ssh'],
      [3389, 'rdp'],
      [445, 'smb'],
      [8443, 'ssl'],
      [5985, ''],
    ] as const)
    const to = random.chance(0.2)
      ? random.pick(services.get('bastion')!)
      : insideEndpoint(random.pick(servers), port, service, '', 9000, 30_000)
    scene.meet(random, s, to, { byUser: true, ...(random.chance(0.12) ? { outcome: 'refused' as const } : {}) })
  }
}
