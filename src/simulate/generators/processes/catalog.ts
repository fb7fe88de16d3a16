// What iPhones talk to: public names of Apple, of SDKs and of popular services, and the pattern of each.
import type { Contact } from '../../world.ts'

export type Endpoint = {
  /** '' where the protocol sends no name. */
  readonly host: string
  /** Of internal services; else derived from the name. */
  readonly address?: string
  readonly network?: string
  readonly port: number
  readonly transport: Contact['transport']
  readonly service: Contact['service']
  /** Medians of bytes. */
  readonly out: number
  readonly in: number
  /** Deviation of the logarithm of both. */
  readonly spread: number
}

export function endpoint(
  host: string,
  network: string,
  out: number,
  inward: number,
  extra: Partial<Endpoint> = {},
): Endpoint {
  return {
    host,
    network,
    port: 443,
    transport: extra.service === 'quic' ? 'udp' : 'tcp',
    service: 'ssl',
    out,
    in: inward,
    spread: 0.8,
    ...extra,
  }
}

/** How a service’s contacts come: see `traffic.ts`. */
export type Pattern = 'timer' | 'renewal' | 'use' | 'sync'
export type System = { readonly pattern: Pattern; readonly aDay: number; readonly endpoints: readonly Endpoint[] }

const apple = (host: string, out = 1800, inward = 5200): Endpoint => endpoint(host, 'apple', out, inward)
const system = (pattern: Pattern, aDay: number, ...endpoints: Endpoint[]): System => ({ pattern, aDay, endpoints })
const plain = { port: 80, service: 'http' } as const

/** Names from Apple’s “Use Apple products on enterprise networks” (support article 101555) and common captures. */
export function systemServices(partition: number): System[] {
  const p = `p${partition}`
  return [
    system('renewal', 14, ...courier(partition)),
    system('sync', 22, apple('gateway.icloud.com', 4200, 9000), apple(`${p}-keyvalueservice.icloud.com`)),
    system('sync', 12, apple(`${p}-caldav.icloud.com`), apple(`${p}-contacts.icloud.com`), apple('setup.icloud.com')),
    system('sync', 9, apple('metrics.icloud.com'), apple(`${p}-content.icloud.com`), content),
    system('timer', 8, apple(`${p}-fmip.icloud.com`), apple('gs-loc.apple.com', 900, 3400)),
    system(
      'use',
      18,
      apple('gspe1-ssl.ls.apple.com'),
      apple('gspe35-ssl.ls.apple.com', 1200, 24_000),
      apple('configuration.ls.apple.com'),
    ),
    system(
      'use',
      14,
      apple('api.smoot.apple.com', 1500, 7000),
      apple('guzzoni.apple.com', 6000, 4000),
      apple('cdn.smoot.apple.com'),
    ),
    system(
      'renewal',
      12,
      apple('bag.itunes.apple.com'),
      apple('init.itunes.apple.com'),
      apple('xp.apple.com', 7000, 900),
    ),
    system(
      'use',
      10,
      endpoint('is1-ssl.mzstatic.com', 'akamai', 1500, 42_000),
      apple('amp-api.apps.apple.com'),
      apple('pd.itunes.apple.com'),
    ),
    system('renewal', 5, apple('identity.ess.apple.com'), apple('query.ess.apple.com'), apple('init.ess.apple.com')),
    system('renewal', 4, apple('gsa.apple.com'), apple('mask.icloud.com'), apple('token.safebrowsing.apple')),
    system('timer', 4, apple('weatherkit.apple.com', 1100, 14_000), apple('stocks-data-service.apple.com')),
    system('timer', 2, apple('mesu.apple.com'), apple('gdmf.apple.com'), apple('configuration.apple.com')),
    system(
      'use',
      8,
      endpoint('ocsp2.apple.com', 'akamai', 420, 900, plain),
      endpoint('captive.apple.com', 'akamai', 240, 420, plain),
    ),
    system('renewal', 3, apple('iphone-ld.apple.com'), apple('humb.apple.com'), apple('smp-device-content.apple.com')),
    system('timer', 2, endpoint('', 'apple', 76, 76, { port: 123, transport: 'udp', service: 'ntp', spread: 0.01 })),
    system('use', 5, endpoint('news-edge.apple.com', 'akamai', 2000, 60_000), apple('bookkeeper.itunes.apple.com')),
  ]
}

/** Apple’s push service: few long sessions. */
export function courier(partition: number): Endpoint[] {
  return [endpoint(`${(partition % 50) + 1}-courier.push.apple.com`, 'apple', 5200, 8400, { port: 5223, spread: 0.6 })]
}

/** What an attachment of a message comes from. */
export const content: Endpoint = endpoint('cvws.icloud-content.com', 'apple', 1600, 180_000, { spread: 1.2 })
export const updates: Endpoint = endpoint('updates.cdn-apple.com', 'akamai', 40_000, 900_000_000, { spread: 0.4 })

const sdkLine = `app-measurement.com:google firebaseinstallations.googleapis.com:google firebaselogging-pa.googleapis.com:google
firebase-settings.crashlytics.com:google graph.facebook.com:meta app.adjust.com:hosting api2.branch.io:cloudfront
inapps.appsflyersdk.com:cloudfront api.mixpanel.com:google api2.amplitude.com:aws notify.bugsnag.com:google
api.onesignal.com:cloudflare sdk.iad-01.braze.com:fastly api.segment.io:aws config.uca.cloud.unity3d.com:google
ms.applovin.com:google mobile-collector.newrelic.com:cloudflare browser-intake-datadoghq.com:aws api.revenuecat.com:aws
clientstream.launchdarkly.com:aws sdk-api-v1.singular.net:cloudflare googleads.g.doubleclick.net:google
o48213.ingest.sentry.io:google in.appcenter.ms:azure dc.services.visualstudio.com:azure`

const thirdLine = `www.googletagmanager.com:google www.google-analytics.com:google fonts.gstatic.com:google fonts.googleapis.com:google
pagead2.googlesyndication.com:google securepubads.g.doubleclick.net:google connect.facebook.net:meta
cdn.jsdelivr.net:fastly cdnjs.cloudflare.com:cloudflare static.cloudflareinsights.com:cloudflare bat.bing.com:azure
c.clarity.ms:azure cdn.cookielaw.org:cloudflare cdn.taboola.com:fastly widgets.outbrain.com:akamai ib.adnxs.com:hosting
bidder.criteo.com:hosting analytics.tiktok.com:akamai script.hotjar.com:cloudfront js.stripe.com:fastly
use.typekit.net:akamai player.vimeo.com:fastly i.ytimg.com:google www.youtube.com:google platform.twitter.com:fastly
s.pinimg.com:fastly unpkg.com:cloudflare ads.pubmatic.com:akamai fastlane.rubiconproject.com:akamai
mb.moatads.com:akamai c.amazon-adsystem.com:cloudfront cdn.shopify.com:cloudflare consent.cookiebot.com:akamai
js.hs-scripts.com:cloudflare static.zdassets.com:cloudflare cdn.segment.com:cloudfront challenges.cloudflare.com:cloudflare
www.gstatic.com:google lh3.googleusercontent.com:google upload.wikimedia.org:hosting en.wikipedia.org:hosting
www.google.com:google www.bing.com:azure duckduckgo.com:azure www.amazon.com:cloudfront m.media-amazon.com:fastly
www.bbc.co.uk:fastly www.nytimes.com:fastly www.reddit.com:fastly i.redd.it:fastly`

const quicNetworks = new Set(['google', 'meta', 'cloudflare'])

function endpointsOf(line: string, out: number, inward: number): Endpoint[] {
  return line.split(/\s+/).map((entry) => {
    const [host = '', network = 'hosting'] = entry.split(':')
    return endpoint(host, network, out, inward, quicNetworks.has(network) ? { service: 'quic', transport: 'udp' } : {})
  })
}

export const sdks = endpointsOf(sdkLine, 2600, 1900)
/** What pages load from others, most frequent first. */
export const thirdParties = endpointsOf(thirdLine, 1700, 16_000)

export type App = {
  readonly bundle: string
  readonly name: string
  /** Executable, as a crash report names it. */
  readonly process: string
  readonly endpoints: readonly Endpoint[]
  readonly sdks: readonly Endpoint[]
  readonly firstParty: boolean
}

/** bundle|name|process|network|in (median bytes)|hosts; most widespread first. */
const knownApps = `net.whatsapp.WhatsApp|WhatsApp|WhatsApp|meta|9000|g.whatsapp.net:5222 mmg.whatsapp.net media.fra3-1.cdn.whatsapp.net
com.google.ios.youtube|YouTube|YouTube|google|400000|youtubei.googleapis.com i.ytimg.com rr3---sn-4g5e6nz7.googlevideo.com
com.microsoft.Office.Outlook|Outlook|Outlook-iOS|azure|12000|outlook.office365.com outlook.office.com login.microsoftonline.com
com.microsoft.skype.teams|Teams|Teams|azure|15000|teams.microsoft.com go.trouter.teams.microsoft.com graph.microsoft.com
com.burbn.instagram|Instagram|Instagram|meta|180000|i.instagram.com scontent.cdninstagram.com edge-chat.instagram.com
com.google.Maps|Google Maps|GoogleMaps|google|30000|clients4.google.com mobilemaps-pa-gz.googleapis.com
com.google.Gmail|Gmail|Gmail|google|12000|mail.google.com www.googleapis.com oauth2.googleapis.com
com.facebook.Facebook|Facebook|Facebook|meta|90000|b-graph.facebook.com edge-mqtt.facebook.com scontent.xx.fbcdn.net
com.spotify.client|Spotify|Spotify|google|300000|ap-gew1.spotify.com:4070 spclient.wg.spotify.com i.scdn.co audio-ak.spotifycdn.com
com.zhiliaoapp.musically|TikTok|TikTok|akamai|500000|api16-normal-useast5.tiktokv.us v19.tiktokcdn.com mon.tiktokv.com
com.linkedin.LinkedIn|LinkedIn|LinkedIn|azure|30000|www.linkedin.com media.licdn.com realtime.www.linkedin.com
ph.telegra.Telegraph|Telegram|Telegram|hosting|14000|api.telegram.org venus.web.telegram.org
com.hammerandchisel.discord|Discord|Discord|cloudflare|16000|discord.com gateway.discord.gg cdn.discordapp.com
com.getdropbox.Dropbox|Dropbox|Dropbox|hosting|14000|api.dropboxapi.com content.dropboxapi.com notify.dropboxapi.com
com.google.Drive|Google Drive|Drive|google|20000|drive.google.com docs.google.com www.googleapis.com
com.tinyspeck.chatlyio|Slack|Slack|cloudfront|14000|slack.com wss-primary.slack.com files.slack.com
com.github.stormbreaker.prod|GitHub|GitHub|hosting|14000|api.github.com raw.githubusercontent.com avatars.githubusercontent.com
com.netflix.Netflix|Netflix|Argo|aws|700000|ios.prod.http1.netflix.com occ-0-1490-1489.1.nflxso.net
com.amazon.Amazon|Amazon|Amazon|cloudfront|60000|www.amazon.com m.media-amazon.com unagi.amazon.com
com.atebits.Tweetie2|X|Twitter|cloudflare|70000|api.x.com pbs.twimg.com video.twimg.com
com.reddit.Reddit|Reddit|Reddit|fastly|60000|gql-fed.reddit.com oauth.reddit.com preview.redd.it
com.booking.BookingApp|Booking.com|Booking.com|cloudfront|30000|iphone-xml.booking.com cf.bstatic.com
com.ubercab.UberClient|Uber|Helix|hosting|14000|cn-geo1.uber.com events.uber.com
com.zoom.videomeetings|Zoom|zoom|hosting|60000|us04web.zoom.us zoom.us logfiles.zoom.us
org.whispersystems.signal|Signal|Signal|aws|8000|chat.signal.org cdn.signal.org storage.signal.org
com.duolingo.DuolingoMobile|Duolingo|Duolingo|aws|24000|ios-api-cf.duolingo.com excess.duolingo.com
com.microsoft.onenote|OneNote|OneNote|azure|14000|www.onenote.com hierarchyapi.onenote.com
com.paypal.PPClient|PayPal|PayPal|fastly|12000|api-m.paypal.com www.paypalobjects.com
notion.id|Notion|Notion|cloudflare|20000|www.notion.so msgstore.www.notion.so
com.openai.chat|ChatGPT|ChatGPT|cloudflare|20000|ios.chat.openai.com android.chat.openai.com`

/** Apps that everyone knows; backends that nobody shares are added by the fleet. */
export const publicApps: readonly App[] = knownApps.split('\n').map((line, i) => {
  const [bundle = '', name = '', process = '', network = '', inward = '', hosts = ''] = line.split('|')
  const endpoints = hosts.split(' ').map((entry) => {
    const [host = '', port] = entry.split(':')
    return endpoint(host, network, 2400, Number(inward), {
      spread: 1.1,
      ...(port ? { port: Number(port), service: '' } : {}),
    })
  })
  return { bundle, name, process, endpoints, sdks: i % 3 === 0 ? [] : [sdks[i % sdks.length]!], firstParty: false }
})

export const safari = 'com.apple.mobilesafari'

/** Daemons that crash now and then on healthy devices. */
export const daemons =
  `imagent IMTransferAgent MessagesBlastDoorService IMTranscoderAgent com.apple.WebKit.WebContent com.apple.WebKit.Networking com.apple.WebKit.GPU
mediaserverd SpringBoard nsurlsessiond homed apsd callservicesd searchpartyd bluetoothd wifid CommCenter assetsd photoanalysisd
backboardd locationd identityservicesd sharingd duetexpertd healthd accountsd mDNSResponder`.split(/\s+/)

/** Names that a fleet knows and that attackers use, too: dead drops and stores of large services. */
export const borrowed = [
  'api.telegram.org',
  'raw.githubusercontent.com',
  'content.dropboxapi.com',
  'www.googleapis.com',
  'docs.google.com',
  'discord.com',
  'graph.microsoft.com',
  'cdn.discordapp.com',
  'files.slack.com',
  'api.dropboxapi.com',
]
