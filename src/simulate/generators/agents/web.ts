// Browsing as a walk over sites: favourites, searches, links, and the third parties that pages embed. A third of what a
// person meets in the tail nobody else of the fleet meets.
import type { Micros } from '../../../model/index.ts'
import { type Random, zipfOf } from '../../random.ts'
import { thirdParties } from './catalogue.ts'
import { day, hash32, minute, second } from './clock.ts'
import type { Phone } from './phone.ts'
import { domainOf, tenantOf } from './words.ts'

const known = 40_000
const byRank = zipfOf(known, 1.05)
const parts = 'cdn static img assets media cdn static api push edge metrics telemetry sync gw update'.split(' ')
const partyByRank = zipfOf(thirdParties.length, 0.85)

/** Host of the n-th site: one in eleven is a tenant of a cloud. */
export function siteHost(n: number): string {
  if (n % 11 === 7) return tenantOf(n)
  const h = hash32(`www/${n}`)
  const domain = domainOf(n)
  return h % 10 < 6 ? `www.${domain}` : h % 10 < 8 ? domain : `${['m', 'blog', 'shop', 'de'][h % 4]}.${domain}`
}

/** A site of the deep tail: hardly ever met twice. */
export const deepSite = (random: Random): number => known + random.whole(0, 1_900_000_000)

export type Tastes = { readonly favourites: readonly number[]; readonly shield: string | null }

export function makeTastes(random: Random, seed: number): Tastes {
  const favourites = Array.from({ length: random.whole(8, 25) }, () => byRank(random))
  for (let n = random.whole(0, 4); n > 0; n--) favourites.push(deepSite(random))
  // a filter that asks for the standing of names by DNS, as several virus scanners do
  return { favourites, shield: random.chance(0.07) ? `rep.${domainOf(hash32(`${seed}/shield`) % 2000)}` : null }
}

const chooseSite = (random: Random, phone: Phone, tastes: Tastes, ts: Micros): number => {
  const { trip } = phone.person
  const n = (ts - phone.plan.options.start) / day
  // abroad, people look at what is there
  if (trip && n >= trip.first && n <= trip.last + 1 && random.chance(0.4))
    return 5000 + (hash32(trip.region) % 20_000) + (byRank(random) % 4000)
  const draw = random.next()
  if (draw < 0.42) return random.pick(tastes.favourites)
  return random.chance(0.11 * phone.person.curious) ? deepSite(random) : byRank(random)
}

/** Loads one page; the calls that its parts make. Gives the number of calls tried. */
export function loadPage(phone: Phone, random: Random, ts: Micros, site: number, app: string, tastes: Tastes): void {
  const { wire } = phone
  const host = siteHost(site)
  const context = host
  const h = hash32(`page/${site}`)
  wire.call(ts, host, { app, user: true, context, up: 2200, down: 60_000 })
  const tenant = site % 11 === 7
  let t = ts + random.whole(80, 500) * 1000
  const part = (name: string, up: number, down: number): void => {
    wire.call(t, name, { app, context, up, down, seconds: 3 + 30 * random.exponential() })
    t += random.whole(5, 250) * 1000
  }
  const domain = tenant ? host : domainOf(site)
  if (!tenant && h % 3 > 0) part(`${parts[h % parts.length]}.${domain}`, 1500, 250_000)
  if (h % 7 === 2) part(tenantOf(3000 + (h % 2500)), 1400, 180_000)
  const many = Math.min(tenant ? 1 : 6, Math.floor((site < 3000 ? 2.4 : 0.8) + (h % 5) * random.next()))
  for (let n = 0; n < many; n++) {
    const party = thirdParties[(partyByRank(random) + (random.chance(0.5) ? h : 0)) % thirdParties.length]!
    part(party, 1800, 25_000)
  }
  // forms, comments, pictures
  if (random.chance(0.015)) wire.call(t + 20 * second, host, { app, user: true, context, up: 300_000, fresh: true })
  if (tastes.shield) {
    const label = hash32(host).toString(36) + hash32(`${host}/${phone.index}`).toString(36)
    const name = `${label}${random.hex(12)}.${random.hex(4)}.${tastes.shield}`
    const type = random.chance(0.5) ? 'TXT' : 'A'
    const none = random.chance(0.3)
    const said = type === 'A' ? `127.0.${random.whole(0, 9)}.${random.whole(2, 9)}` : `v=1;s=${random.hex(24)}`
    wire.lookup(ts - 50_000, name, type, none ? 'NXDOMAIN' : 'NOERROR', none ? [] : [said])
  }
  const crashes = { ts: ts + random.whole(1, 40) * second, process: 'com.apple.WebKit.WebContent', app: null }
  phone.chances.push({ ...crashes, firstParty: true, weight: 0.13 })
}

/** One sitting in the browser or a web view; gives its end. */
export function browse(phone: Phone, random: Random, ts: Micros, app: string, tastes: Tastes, from?: number): Micros {
  let t = ts
  let site = from ?? chooseSite(random, phone, tastes, ts)
  if (from === undefined && random.chance(0.45)) {
    const engine = phone.index % 9 === 0 ? 'duckduckgo.com' : 'www.google.com'
    phone.wire.call(t, engine, { app, user: true, context: engine, up: 2500, down: 90_000 })
    t += (6 + 20 * random.exponential()) * second
    site = random.chance(0.14 * phone.person.curious) ? deepSite(random) : byRank(random)
  }
  const patience = 1 + Math.floor(random.exponential() * (from === undefined ? 2.6 : 1))
  for (let n = 0; n < patience && n < 14; n++) {
    loadPage(phone, random, t, site, app, tastes)
    t += (15 + 70 * random.exponential()) * second
    // most links stay on the site; some go to its neighbours, few far away
    const draw = random.next()
    if (draw < 0.55) continue
    site =
      draw < 0.8
        ? hash32(`link/${site}/${random.whole(0, 7)}`) % 6000
        : random.chance(0.07 * phone.person.curious)
          ? deepSite(random)
          : byRank(random)
  }
  return Math.min(t, ts + 40 * minute)
}
