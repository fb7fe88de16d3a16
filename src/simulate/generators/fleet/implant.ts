// What an implant does once it is there: at a host of its master, inside of the company, or through DNS.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import type { Lookup } from '../../world.ts'
import { popularSites } from './catalogue.ts'
import { between, dayLength, hour, logNormal, logUniform, minute, second, weighted } from './draw.ts'
import { isAwake, type Life } from './life.ts'
import { addressOf, dynamicName, hostName, oddPorts, siteName, tenantName } from './names.ts'
import { uses } from './office.ts'

/** Where an implant speaks to. `host` is '' where it speaks to an address. */
type Master = { readonly host: string; readonly address?: string; readonly port: number }

export const nameOf = ({ host, address }: Master): string => host || address!

/** A name that several of the fleet have met: popular, yet not among the first. */
const knownName = (life: Life, random: Random): string =>
  life.fleet.catalogue.site(Math.min(popularSites - 1, Math.floor(logUniform(random, 25, 350))))

export function makeMaster(life: Life, hidden: boolean, random: Random): Master {
  const port = random.chance(0.87) ? 443 : random.pick(oddPorts)
  if (hidden) return { host: random.chance(0.6) ? tenantName(random) : knownName(life, random), port: 443 }
  if (random.chance(0.08)) return { host: '', address: addressOf(hostName(random)), port }
  return { host: random.chance(0.12) ? dynamicName(random) : hostName(random), port }
}

export function speak(life: Life, to: Master, ts: Micros, up: number, down: number, app: string): void {
  const { host, address, port } = to
  life.wire.talk({ ts, app, host, ...(address === undefined ? {} : { address }), port, up, down })
}

/** Sends what it found: between 100 kB and some 60 MB in several active hours, and asks in between. */
export function sendHome(life: Life, to: Master, from: Micros, app: string, random: Random): Record<string, number> {
  const total = logUniform(random, 150_000, 60e6)
  const hours = random.whole(3, 14)
  const span = logUniform(random, 4, 70) * hour
  const starts = Array.from({ length: hours }, (_, i) => (i === 0 ? 0 : random.next() * span))
  const chunks = random.whole(hours, hours * 4)
  speak(life, to, from, logNormal(random, 2_500, 0.6), logUniform(random, 20_000, 4e6), app)
  for (let i = 0; i < chunks; i++) {
    const ts = from + starts[i % hours]! + between(random, 0.3, 50) * minute
    speak(life, to, ts, (total / chunks) * logNormal(random, 1, 0.6), logNormal(random, 3_000, 0.8), app)
  }
  const every = logUniform(random, 5, 90) * minute
  for (let t = from + every; t < from + span; t += every * between(random, 0.5, 1.5))
    if (isAwake(life, t) || random.chance(0.3))
      speak(life, to, t, logNormal(random, 900, 0.4), logNormal(random, 1_500, 0.6), app)
  return { upload: Math.round(total), activeHours: hours }
}

/** Calls at intervals of a minute to a day, late or early by up to nine tenths, and not while the radio sleeps. */
export function callHome(life: Life, to: Master, from: Micros, app: string, random: Random): Record<string, number> {
  const every = logUniform(random, minute, 24 * hour)
  const jitter = random.next() * 0.9
  const missed = between(random, 0.2, 0.95)
  // rare calls go on for longer, or there would be none
  const lasts = Math.max(logUniform(random, 0.7, 12) * dayLength, every * 4)
  const until = Math.min(life.fleet.end, from + lasts)
  const tasks = random.chance(0.75) ? between(random, 0.03, 0.25) : 0
  speak(life, to, from, logNormal(random, 2_000, 0.5), logUniform(random, 20_000, 4e6), app)
  for (let t = from + every; t < until; t += every * (1 + jitter * 2 * (random.next() - 0.5))) {
    if (!isAwake(life, t) && random.chance(missed)) continue
    speak(life, to, t, logNormal(random, 1_100, 0.4), logNormal(random, 1_800, 0.6), app)
    if (random.chance(tasks))
      speak(life, to, t + random.exponential() * 40 * second, logUniform(random, 20_000, 5e6), 2_500, app)
  }
  return { interval: Math.round(every / second), jitter: Math.round(jitter * 100) / 100 }
}

const attackedPorts = [445, 22, 3389, 389, 5985, 8080, 135, 139, 443, 5900, 88]
const serviceOfPort: Readonly<Record<number, 'smb' | 'ssh' | 'rdp' | 'ldap' | 'krb' | 'ssl'>> = {
  445: 'smb',
  22: 'ssh',
  3389: 'rdp',
  389: 'ldap',
  88: 'krb',
  443: 'ssl',
}

/**
 * Moves inside: hosts and ports that the device never used, sessions that are refused. `hidden`: only servers that
 * others of the fleet use. Returns the addresses.
 */
export function moveInside(life: Life, from: Micros, hidden: boolean, lasts: number, random: Random): string[] {
  const others = life.fleet.catalogue.inside.filter((server) => server.service !== 'ipp' && !uses(life, server))
  const addresses = new Set<string>()
  const targets = Math.round(logUniform(random, 5, 40))
  const favoured = Array.from({ length: random.whole(2, 4) }, () => random.pick(attackedPorts))
  for (let i = 0; i < targets; i++) {
    const server = hidden || random.chance(0.3) ? random.pick(others) : null
    const address = server?.address ?? `10.20.${random.whole(0, 9)}.${random.whole(2, 250)}`
    const port = server?.port ?? random.pick(random.chance(0.7) ? favoured : attackedPorts)
    const begins = i === 0 ? from : from + random.next() ** 1.5 * lasts
    addresses.add(address)
    for (let k = random.whole(1, server === null ? 3 : 6); k > 0; k--) {
      const outcome = weighted(random, [
        ['closed', server === null ? 30 : 65],
        ['refused', 30],
        ['unanswered', server === null ? 25 : 5],
        ['reset', 12],
        ['malformed', 3],
      ] as const)
      life.wire.talk({
        ts: begins + (k - 1) * random.exponential() * minute,
        app: '',
        host: '',
        address,
        port,
        service: serviceOfPort[port] ?? '',
        up: logNormal(random, 3_000, 1.2),
        down: logNormal(random, server === null ? 5_000 : 150_000, 1.4),
        outcome,
      })
    }
  }
  return [...addresses]
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'
const coded = (random: Random, length: number): string => {
  let text = ''
  for (let i = 0; i < length; i++) text += alphabet[random.whole(0, 31)]
  return text
}
const tunnelTypes: readonly (readonly [Lookup['type'], number])[] = [
  ['TXT', 42],
  ['A', 24],
  ['CNAME', 18],
  ['NULL', 8],
  ['AAAA', 8],
]

/** The domain that a tunnel runs below: one of its own; hidden, a dynamic name or below one that the fleet knows. */
export const tunnelDomain = (life: Life, hidden: boolean, random: Random): string =>
  !hidden
    ? `${random.pick(['t', 'ns', 'd', 'q', 'x1'])}.${siteName(random)}`
    : random.chance(0.5)
      ? dynamicName(random)
      : `${random.pick(['img', 'e', 'd', 'a'])}.${knownName(life, random).replace(/^(www|m|api|my|shop|cdn|go)\./, '')}`

/** Data in the names of questions, in bursts of some minutes. */
export function tunnel(life: Life, domain: string, from: Micros, random: Random): Record<string, number> {
  const questions = Math.round(logUniform(random, 200, 4_000))
  const bursts = random.whole(2, 20)
  const span = logUniform(random, 1, 40) * hour
  const length = random.whole(18, 56)
  const type = random.chance(0.5) ? weighted(random, tunnelTypes) : null
  for (let b = 0; b < bursts; b++) {
    let t = from + (b === 0 ? 0 : random.next() * span)
    for (let i = 0; i < questions / bursts; i++) {
      const labels = Array.from({ length: random.whole(1, 3) }, () => coded(random, length))
      const kind = type ?? weighted(random, tunnelTypes)
      const lost = random.chance(0.03)
      const answer =
        kind === 'A'
          ? addressOf(labels[0]!)
          : kind === 'AAAA'
            ? '2001:db8::1'
            : kind === 'CNAME'
              ? `${coded(random, 30)}.${domain}`
              : coded(random, 90)
      life.wire.ask(t, `${labels.join('.')}.${domain}`, kind, lost ? [] : [answer], lost ? 'SERVFAIL' : 'NOERROR')
      t += logNormal(random, 700_000, 0.8)
    }
  }
  return { questions }
}
