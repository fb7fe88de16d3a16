// Which address a public name has. Every name belongs to a hoster; a hoster has so many edge addresses, and names share
// them, as on real CDNs. Prefixes are those that the companies announce (whois, 2025).
import type { Micros } from '../../../model/index.ts'
import { day, hash32 } from './clock.ts'

export type Hoster = keyof typeof pools

const pools = {
  apple: { prefixes: ['17.253', '17.248', '17.57', '17.36', '17.242'], edges: 180 },
  akamai: { prefixes: ['23.45', '23.72', '2.16', '95.101', '104.77'], edges: 120 },
  cloudflare: { prefixes: ['104.16', '104.18', '104.21', '172.67'], edges: 90 },
  fastly: { prefixes: ['151.101', '146.75', '199.232'], edges: 24 },
  cloudfront: { prefixes: ['13.224', '18.66', '52.84', '108.138'], edges: 150 },
  aws: { prefixes: ['3.120', '18.184', '34.243', '52.28', '54.93', '52.95'], edges: 2400 },
  azure: { prefixes: ['20.50', '20.105', '40.113', '13.69', '52.236'], edges: 1500 },
  gcp: { prefixes: ['34.107', '35.186', '34.120', '35.241'], edges: 900 },
  google: { prefixes: ['142.250', '172.217', '216.58'], edges: 110 },
  meta: { prefixes: ['157.240', '31.13', '185.60'], edges: 40 },
  microsoft: { prefixes: ['52.97', '40.101', '52.112', '13.107'], edges: 80 },
  hetzner: { prefixes: ['88.198', '95.216', '116.202', '138.201', '65.108'], edges: 60_000 },
  ovh: { prefixes: ['51.38', '51.68', '54.36', '145.239'], edges: 60_000 },
  digitalocean: { prefixes: ['134.122', '159.89', '165.227', '167.99'], edges: 60_000 },
  shared: { prefixes: ['217.160', '81.169', '185.53', '77.111', '194.9'], edges: 5000 },
  access: { prefixes: ['79.204', '84.137', '93.194', '91.12', '86.13'], edges: 200_000 },
} as const

const suffixes: readonly (readonly [string, Hoster])[] = (
  [
    ['apple', 'apple.com icloud.com icloud-content.com apple-cloudkit.com'],
    ['akamai', 'mzstatic.com cdn-apple.com ebaystatic.com spiegel.de bbc.co.uk'],
    ['google', 'google.com googleapis.com gstatic.com googlevideo.com youtube.com ytimg.com ggpht.com doubleclick.net'],
    ['google', 'googlesyndication.com googletagmanager.com google-analytics.com googleusercontent.com google.de'],
    ['google', 'googleadservices.com crashlytics.com app-measurement.com gvt1.com gvt2.com'],
    ['meta', 'facebook.com fbcdn.net instagram.com cdninstagram.com whatsapp.net whatsapp.com facebook.net'],
    ['microsoft', 'office.com office365.com microsoft.com skype.com microsoftonline.com live.com sharepoint.com'],
    ['microsoft', 'msn.com onedrive.com outlook.com bing.com'],
    ['azure', 'azurewebsites.net blob.core.windows.net azureedge.net azurefd.net azure-api.net'],
    ['aws', 'amazonaws.com slack.com signal.org adjust.com branch.io segment.io braze.eu'],
    ['cloudfront', 'cloudfront.net amazon.com amazon.de media-amazon.com ssl-images-amazon.com appsflyersdk.com'],
    ['fastly', 'reddit.com redd.it redditmedia.com githubusercontent.com nytimes.com theguardian.com pinimg.com'],
    ['fastly', 'spotify.com scdn.co pinterest.com booking.com bstatic.com github.com wikipedia.org wikimedia.org'],
    ['akamai', 'tiktokcdn.com tiktokv.com tiktok.com linkedin.com licdn.com ebay.com ebay.de paypal.com zoom.us'],
    ['cloudflare', 'workers.dev pages.dev r2.dev discord.com discordapp.com discord.gg medium.com duolingo.com'],
    ['cloudflare', 'cookielaw.org onetrust.com cloudflare.com jsdelivr.net unpkg.com onesignal.com'],
    ['gcp', 'web.app firebaseapp.com run.app appspot.com sentry.io revenuecat.com mixpanel.com unity3d.com'],
    ['aws', 'vercel.app netlify.app herokuapp.com applovin.com amplitude.com nflxso.net netflix.com nflxvideo.net'],
    ['access', 'duckdns.org synology.me myfritz.net ddns.net no-ip.org dyndns.org selfhost.eu'],
    ['aws', 'nabu.casa ts.net dropbox.com dropboxapi.com telegram.org'],
  ] as const
).flatMap(([hoster, names]) => names.split(' ').map((name) => [name, hoster] as const))

const bySuffix = new Map(suffixes)
const elsewhere: readonly Hoster[] = [
  ...Array<Hoster>(30).fill('cloudflare'),
  ...Array<Hoster>(14).fill('aws'),
  ...Array<Hoster>(8).fill('fastly'),
  ...Array<Hoster>(8).fill('cloudfront'),
  ...Array<Hoster>(6).fill('akamai'),
  ...Array<Hoster>(7).fill('gcp'),
  ...Array<Hoster>(6).fill('azure'),
  ...Array<Hoster>(8).fill('hetzner'),
  ...Array<Hoster>(6).fill('ovh'),
  ...Array<Hoster>(4).fill('digitalocean'),
  ...Array<Hoster>(13).fill('shared'),
]

export function hosterOf(host: string): Hoster {
  for (let at = 0; at >= 0; at = host.indexOf('.', at) + 1) {
    const found = bySuffix.get(at === 0 ? host : host.slice(at))
    if (found) return found
    if (host.indexOf('.', at) < 0) break
  }
  // the registered domain mostly decides: its last two labels are near enough here
  const tail = host.split('.').slice(-2).join('.')
  return elsewhere[hash32(`hoster/${tail}`) % elsewhere.length]!
}

function edge(hoster: Hoster, n: number): string {
  const pool = pools[hoster]
  const h = hash32(`edge/${hoster}/${n}`)
  return `${pool.prefixes[n % pool.prefixes.length]}.${(h >>> 8) % 256}.${1 + ((h >>> 16) % 254)}`
}

/** Some names of one hoster answer from another one after `at`. */
export type Move = { readonly at: Micros; readonly from: Hoster; readonly to: Hoster }

/** A name has two addresses, and days on which it gives the one or the other. */
export function addressOf(host: string, ts: Micros, move: Move | null, region: string): string {
  let hoster = hosterOf(host)
  const h = hash32(host)
  if (move && ts >= move.at && hoster === move.from && h % 10 < 7) hoster = move.to
  const pool = pools[hoster]
  const anycast = hoster === 'cloudflare' || pool.edges > 1000
  const slot = (h + Math.floor(ts / day)) % (pool.edges > 5000 ? 1 : 2)
  return edge(hoster, hash32(`${host}/${slot}${anycast ? '' : `/${region}`}`) % pool.edges)
}

export const isAddress = (text: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(text)

/** An address of a rented server that has no name. */
export const rentedAddress = (h: number): string =>
  edge((['hetzner', 'ovh', 'digitalocean'] as const)[h % 3]!, (h >>> 3) % 60_000)
