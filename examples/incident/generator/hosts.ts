// Harmless destinations. Well-known names of Apple and of a few public services are real; all others are invented, under .example.
import { hash32, type Random } from './random.ts'

export type App = { readonly bundle: string; readonly hosts: readonly string[]; readonly tracker?: string }

/** Daemons: seen on the network, never in an App Privacy Report. */
export const daemonHosts = [
  '1-courier.push.apple.com',
  'gateway.icloud.com',
  'gspe35-ssl.ls.apple.com',
  'configuration.apple.com',
  'init.itunes.apple.com',
  'mesu.apple.com',
  'xp.apple.com',
  'gsa.apple.com',
  'p52-caldav.icloud.com',
  'bag.itunes.apple.com',
  'ocsp2.apple.com',
]

const browsing = [
  'www.apple.com',
  'en.wikipedia.org',
  'upload.wikimedia.org',
  'www.kestrel-lowe.example',
  'news.morningpost.example',
  'cdn.jsdelivr.net',
  'fonts.gstatic.com',
  'www.openstreetmap.org',
  'tile.openstreetmap.org',
  'octocat.github.io',
  'weather.skyline.example',
  'shop.greenleaf.example',
  'www.transit-city.example',
  'static.morningpost.example',
  'recipes.hearthside.example',
  'maps.transit-city.example',
  'www.rail-times.example',
  'status.greenferry-tours.example',
  'ajax.googleapis.com',
  'www.w3.org',
  's3.amazonaws.com',
  'sport.goalpost.example',
]

export const apps: readonly App[] = [
  { bundle: 'com.apple.mobilesafari', hosts: browsing },
  {
    bundle: 'com.apple.mobilemail',
    hosts: ['imap.mail.kestrel-lowe.example', 'smtp.mail.kestrel-lowe.example', 'img.newsletter.example'],
  },
  {
    bundle: 'example.kestrel-lowe.intranet',
    hosts: ['intranet.kestrel-lowe.example', 'sso.kestrel-lowe.example', 'files.kestrel-lowe.example'],
  },
  {
    bundle: 'example.morningpost.reader',
    hosts: ['api.morningpost.example', 'static.morningpost.example', 'images.morningpost.example'],
    tracker: 'collect.adgauge.example',
  },
  { bundle: 'com.apple.weather', hosts: ['weather-data.apple.com', 'weatherkit.apple.com'] },
  {
    bundle: 'example.tramline.tickets',
    hosts: ['api.tramline.example', 'cdn.tramline.example'],
    tracker: 'sdk.adgauge.example',
  },
  { bundle: 'com.apple.Maps', hosts: ['gspe19-ssl.ls.apple.com', 'gsp64-ssl.ls.apple.com'] },
  { bundle: 'example.parley.messenger', hosts: ['chat.parley.example', 'media.parley.example', 'push.parley.example'] },
  {
    bundle: 'com.apple.podcasts',
    hosts: ['podcasts.apple.com', 'amp-api.podcasts.apple.com', 'audio.hearthside.example'],
  },
  { bundle: 'example.ledgerly.expenses', hosts: ['api.ledgerly.example', 'uploads.ledgerly.example'] },
]

const first = [
  'amber',
  'birch',
  'cedar',
  'delta',
  'ember',
  'fern',
  'granite',
  'hazel',
  'iris',
  'juniper',
  'kelp',
  'linden',
  'maple',
  'nutmeg',
  'olive',
  'poplar',
  'quartz',
  'rowan',
  'saffron',
  'thistle',
]
const second = [
  'bakery',
  'cycle',
  'diary',
  'estate',
  'forum',
  'garden',
  'hotel',
  'journal',
  'kitchen',
  'library',
  'museum',
  'news',
  'optics',
  'pottery',
  'radio',
  'school',
  'theatre',
  'travel',
  'village',
  'yoga',
]

/** A name of the long tail, which perhaps nobody else in the fleet ever meets. */
export const rareHost = (r: Random): string =>
  `${r.pick(['www', 'm', 'cdn', 'api'])}.${r.pick(first)}-${r.pick(second)}.example`

/** An address for a harmless name: Apple's own net for Apple, the benchmark net 198.18.0.0/15 (RFC 2544) for all others. */
export function addressFor(host: string): string {
  // Shares its first characters with the listed address 203.0.113.9.
  if (host === 'status.greenferry-tours.example') return '203.0.113.99'
  const h = hash32(host)
  const [b, c, d] = [(h >>> 16) & 255, (h >>> 8) & 255, 1 + ((h & 255) % 254)]
  return /(^|\.)(apple|icloud)\.com$/.test(host) ? `17.${b}.${c}.${d}` : `198.${18 + (b & 1)}.${c}.${d}`
}
