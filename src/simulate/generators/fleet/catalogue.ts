// What everybody in a fleet may use: apps with their hosts and SDKs, popular sites, Apple’s services, the company.
import { openRandom, type Random, zipfOf } from '../../random.ts'
import { weighted } from './draw.ts'
import { hostName, siteName, tenantName, word } from './names.ts'

type Style = 'chat' | 'feed' | 'video' | 'mail' | 'game' | 'tool' | 'news' | 'browser' | 'work'
export type App = {
  readonly bundle: string
  readonly name: string
  readonly process: string
  readonly firstParty: boolean
  readonly managed: boolean
  readonly style: Style
  /** Its own hosts; the first is its API. */
  readonly hosts: readonly string[]
  readonly sdks: readonly string[]
  /** µs between background fetches; 0: it has none. */
  readonly poll: number
  readonly major: number
}

/** A server of the company’s own network. */
export type Inside = {
  readonly host: string
  readonly address: string
  readonly port: number
  readonly service: 'ssl' | 'smb' | 'ldap' | 'krb' | 'ipp' | 'ssh' | 'rdp' | 'http' | ''
}

export type Catalogue = {
  readonly apple: readonly App[]
  readonly apps: readonly App[]
  readonly managed: readonly App[]
  readonly sdks: readonly string[]
  readonly thirdParties: readonly string[]
  /** Host of a popular site by its rank from 0. */
  site(rank: number): string
  readonly drawSite: (random: Random) => number
  readonly drawThirdParty: (random: Random) => number
  readonly company: string
  readonly domain: string
  readonly inside: readonly Inside[]
}

/** Apple, “Use Apple products on enterprise networks” (support article 101555). */
export const appleServices = [
  'gateway.icloud.com',
  'gsp-ssl.ls.apple.com',
  'gspe35-ssl.ls.apple.com',
  'configuration.ls.apple.com',
  'configuration.apple.com',
  'xp.apple.com',
  'init.itunes.apple.com',
  'bag.itunes.apple.com',
  'gsa.apple.com',
  'setup.icloud.com',
  'identity.ess.apple.com',
  'query.ess.apple.com',
  'weather-data.apple.com',
  'api.smoot.apple.com',
  'metrics.icloud.com',
  'mesu.apple.com',
  'ocsp2.apple.com',
  'doh.dns.apple.com',
  'bookkeeper.itunes.apple.com',
  'news-edge.apple.com',
]

const minutes = 60e6
const appleApp = (bundle: string, process: string, style: Style, hosts: readonly string[], poll = 0): App => ({
  bundle: `com.apple.${bundle}`,
  name: process.replace(/^Mobile/, ''),
  process,
  firstParty: true,
  managed: false,
  style,
  hosts,
  sdks: [],
  poll: poll * minutes,
  major: 18,
})
const appleApps: readonly App[] = [
  appleApp('mobilesafari', 'MobileSafari', 'browser', ['api.smoot.apple.com']),
  appleApp('MobileSMS', 'MobileSMS', 'chat', ['query.ess.apple.com', 'p57-content.icloud.com']),
  appleApp('mobilemail', 'MobileMail', 'mail', ['p42-imap.mail.me.com', 'mail-attachment.icloud.com'], 30),
  appleApp('mobileslideshow', 'MobileSlideShow', 'feed', ['p57-sharedstreams.icloud.com', 'cvws.icloud-content.com']),
  appleApp('Maps', 'Maps', 'tool', ['gspe19-ssl.ls.apple.com', 'gspe85-ssl.ls.apple.com']),
  appleApp('AppStore', 'AppStore', 'feed', ['amp-api-edge.apps.apple.com', 'is1-ssl.mzstatic.com']),
  appleApp('Music', 'Music', 'video', ['amp-api.music.apple.com', 'aod-ssl.itunes.apple.com']),
  appleApp('weather', 'Weather', 'tool', ['weather-data.apple.com'], 90),
  appleApp('mobilecal', 'MobileCal', 'tool', ['p42-caldav.icloud.com'], 60),
]

const styles: readonly (readonly [Style, number])[] = [
  ['chat', 10],
  ['feed', 16],
  ['video', 8],
  ['mail', 4],
  ['game', 20],
  ['tool', 30],
  ['news', 12],
]
const polls: Record<Style, readonly [number, number, number]> = {
  // share that fetches in the background, and how often at the least and at the most, in minutes
  chat: [0.9, 12, 60],
  feed: [0.6, 30, 180],
  video: [0.2, 120, 360],
  mail: [1, 15, 60],
  game: [0.15, 240, 720],
  tool: [0.35, 60, 480],
  news: [0.7, 30, 120],
  browser: [0, 0, 0],
  work: [0.8, 20, 90],
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** An app that anybody could have written, with hosts of its own. */
export function makeApp(random: Random, style: Style, sdks: readonly string[], hosts?: readonly string[]): App {
  const maker = word(random, 2)
  const product = word(random, random.whole(1, 2))
  const domain = siteName(random)
  const [share, least, most] = polls[style]
  const own = [
    `api.${domain}`,
    ...['cdn', 'img', 'config', 'media', 'events'].filter(() => random.chance(0.4)).map((name) => `${name}.${domain}`),
    ...(random.chance(0.35) ? [tenantName(random)] : []),
  ]
  const every = random.whole(least, most) * minutes
  return {
    bundle: `com.${maker}.${product}`,
    name: capital(product),
    process: capital(product),
    firstParty: false,
    managed: style === 'work',
    style,
    hosts: hosts ?? own,
    sdks:
      sdks.length === 0
        ? []
        : Array.from({ length: random.whole(1, style === 'game' ? 8 : 4) }, () => random.pick(sdks)),
    poll: random.chance(share) ? every : 0,
    major: random.whole(1, 30),
  }
}

/** Servers inside: addresses 10.20.0.0/21. Devices are above it, in 10.20.16.0/20 and beyond. */
function makeInside(random: Random, domain: string): Inside[] {
  const list: Inside[] = []
  const add = (name: string, port: number, service: Inside['service'], address?: string): void => {
    const at = address ?? `10.20.${random.whole(0, 7)}.${20 + list.length}`
    list.push({ host: service === 'ssl' ? `${name}.${domain}` : '', address: at, port, service })
  }
  for (const name of ['intranet', 'wiki', 'sso', 'mail', 'crm', 'expenses', 'git', 'tickets', 'booking'])
    add(name, 443, 'ssl')
  for (const name of ['dc1', 'dc2']) {
    const address = `10.20.0.${name === 'dc1' ? 4 : 5}`
    add(name, 389, 'ldap', address)
    add(name, 88, 'krb', address)
  }
  for (let i = 0; i < 5; i++) add(`files${i}`, 445, 'smb')
  for (let i = 0; i < 10; i++) add(`printer${i}`, 631, 'ipp')
  for (let i = 0; i < 6; i++) add(`app${i}`, random.pick([8080, 8443, 5432, 3000]), '')
  for (let i = 0; i < 4; i++) add(`jump${i}`, 22, 'ssh')
  for (let i = 0; i < 3; i++) add(`term${i}`, 3389, 'rdp')
  return list
}

export const popularSites = 30_000

export function makeCatalogue(seed: number): Catalogue {
  const random = openRandom(seed, 'catalogue')
  const company = word(random, 2)
  const domain = `${company}-group.com`
  const sdks = Array.from({ length: 45 }, () => hostName(random).replace(/^(www|m|shop|my|go)\./, 'sdk.'))
  const work = ['crm', 'approve', 'travel', 'learn'].map((name) => ({
    ...makeApp(random, 'work', sdks.slice(0, 3), [`${name}.${company}apps.com`, `${name}-static.${company}apps.com`]),
    bundle: `com.${company}.${name}`,
    name: `${capital(company)} ${name}`,
    process: capital(name),
  }))
  const known = new Map<number, string>()
  return {
    apple: appleApps,
    apps: Array.from({ length: 110 }, () => makeApp(random, weighted(random, styles), sdks)),
    managed: work,
    sdks,
    thirdParties: Array.from({ length: 420 }, () => (random.chance(0.12) ? tenantName(random) : hostName(random))),
    site(rank) {
      let host = known.get(rank)
      if (host === undefined) {
        host = hostName(openRandom(seed, `site/${rank}`))
        known.set(rank, host)
      }
      return host
    },
    drawSite: zipfOf(popularSites, 0.95),
    drawThirdParty: zipfOf(420, 1),
    company,
    domain,
    inside: makeInside(random, domain),
  }
}
