// DNS questions before connections. Answers are cached, so that most connections have none.
import type { Contact, Lookup } from '../../world.ts'
import { hashOf } from './points.ts'
import type { Scene } from './scene.ts'

/** Times to live, seconds, as popular zones set them. */
const lives = [60, 300, 900, 3600, 3600, 14_400]

/** Adds questions for contacts that are in order of time. */
export function addLookups(scene: Scene, contacts: readonly Contact[]): void {
  const random = scene.random('lookups')
  const { persona, events, insideNames, org, end, options } = scene
  const index = persona.index
  const known = new Map<string, number>()
  const push = (
    ts: number,
    host: string,
    type: Lookup['type'],
    code: Lookup['code'],
    answers: readonly string[],
  ): void => {
    events.push({ kind: 'lookup', ts, device: index, host, type, code, answers })
  }
  for (const contact of contacts) {
    const host = contact.host || scene.asked.get(contact) || insideNames.get(contact.address)
    if (!host) continue
    const ts = contact.ts - 4000 - Math.floor(90_000 * random.next())
    if (ts < (known.get(host) ?? 0) || ts < options.start) continue
    // applications and proxies keep answers longer than the zone says
    known.set(host, contact.ts + lives[hashOf(host) % lives.length]! * 1e6 * (2 + 10 * random.next()))
    // some questions go over other networks or an encrypted resolver, where the sensor does not see them
    if (random.chance(0.3)) continue
    const fails = random.chance(options.rates.failures * 0.3)
    push(ts, host, 'A', fails ? 'SERVFAIL' : 'NOERROR', fails ? [] : [contact.address])
    if (random.chance(0.12)) push(ts + 300, host, random.chance(0.6) ? 'HTTPS' : 'AAAA', 'NOERROR', [])
  }
  // services that are looked for and are not there
  for (let n = random.poisson((3 * options.rates.traffic * end) / 86_400); n > 0; n--) {
    const ts = scene.time(random.next() * end * 0.9999)
    const [host, type] = random.pick([
      [`lb._dns-sd._udp.${org.inside}`, 'PTR'],
      [`wpad.${org.inside}`, 'A'],
      [`_ldap._tcp.dc._msdcs.${org.inside}`, 'SRV'],
      [`_aaplcache._tcp.${org.inside}`, 'TXT'],
    ] as const)
    push(ts, host, type, 'NXDOMAIN', [])
  }
}
