// Apps and their names, SDKs, third parties of pages, and Apple's own services. Names are public ones: Apple's from
// support.apple.com/101555 ("Use Apple products on enterprise networks"), others as seen in App Privacy Reports.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import { hosterOf, type Move } from './addresses.ts'
import { hash32 } from './clock.ts'
import { domainOf, tenantOf, titleOf } from './words.ts'

export type Kind =
  | 'web'
  | 'social'
  | 'chat'
  | 'mail'
  | 'video'
  | 'music'
  | 'news'
  | 'shop'
  | 'game'
  | 'bank'
  | 'travel'
  | 'work'
  | 'tool'

export type App = {
  readonly bundle: string
  readonly name: string
  readonly process: string
  readonly kind: Kind
  readonly firstParty: boolean
  /** Share of the people that have it. */
  readonly liked: number
  readonly api: readonly string[]
  readonly media: readonly string[]
  readonly sdk: readonly string[]
  /** Wished refreshes in the background a day. */
  readonly refresh: number
  /** Pushes a day that make it fetch. */
  readonly push: number
  readonly version: string
}

const table = `
com.apple.mobilesafari|Safari|web|1|||0|0
com.apple.MobileSMS|MobileSMS|chat|1|query.ess.apple.com|cvws.icloud-content.com|0|0
com.apple.mobilemail|MobileMail|mail|.8|outlook.office365.com|p61-mailws.icloud.com|14|10
com.apple.weather|Weather|tool|.9|weatherkit.apple.com|weather-data.apple.com|10|1
com.apple.Maps|Maps|travel|.8|gsp-ssl.ls.apple.com gspe35-ssl.ls.apple.com|gspe1-ssl.ls.apple.com|3|0
com.apple.AppStore|AppStore|shop|1|amp-api-edge.apps.apple.com bag.itunes.apple.com|is1-ssl.mzstatic.com iosapps.itunes.apple.com|4|0
com.apple.Music|Music|music|.4|amp-api.music.apple.com play.itunes.apple.com|aod-ssl.itunes.apple.com|3|0
com.apple.news|News|news|.3|news-edge.apple.com|c.apple.news|6|3
com.apple.podcasts|Podcasts|music|.35|amp-api.podcasts.apple.com|podcasts.mzstatic.com|5|1
com.apple.mobileslideshow|MobileSlideShow|tool|1|p61-ckdatabase.icloud.com|cvws.icloud-content.com|6|0
net.whatsapp.WhatsApp|WhatsApp|chat|.88|g.whatsapp.net e1.whatsapp.net|media-fra5-1.cdn.whatsapp.net mmg.whatsapp.net|12|22
com.burbn.instagram|Instagram|social|.62|i.instagram.com graph.instagram.com|scontent-fra5-1.cdninstagram.com|8|6
com.facebook.Facebook|Facebook|social|.42|graph.facebook.com b-graph.facebook.com|scontent.xx.fbcdn.net|8|5
com.zhiliaoapp.musically|TikTok|video|.32|api16-normal.tiktokv.com log.tiktokv.com|v16m.tiktokcdn.com p16.tiktokcdn.com|7|5
com.google.ios.youtube|YouTube|video|.7|youtubei.googleapis.com|rr3.googlevideo.com i.ytimg.com|5|3
com.google.Maps|GoogleMaps|travel|.6|clients4.google.com mobilemaps.googleapis.com|mt.google.com lh3.googleusercontent.com|4|1
com.google.Gmail|Gmail|mail|.45|mail.google.com inbox.google.com|ci3.googleusercontent.com|12|8
com.google.chrome.ios|Chrome|web|.2|clients4.google.com update.googleapis.com||2|0
com.microsoft.Office.Outlook|Outlook|mail|.7|outlook.office365.com prod.outlook.com|res.cdn.office.com attachments.office.com|16|18
com.microsoft.skype.teams|Teams|work|.75|teams.microsoft.com go.skype.com|statics.teams.microsoft.com|14|16
com.microsoft.skydrive|OneDrive|work|.4|graph.microsoft.com api.onedrive.com|storage.live.com|5|1
com.tinyspeck.chatlyio|Slack|work|.25|slack.com wss-primary.slack.com edgeapi.slack.com|files.slack.com|8|14
us.zoom.videomeetings|Zoom|work|.4|us04web.zoom.us zoom.us|zoomfrn99mmr.fra.zoom.us|2|2
com.spotify.client|Spotify|music|.5|apresolve.spotify.com spclient.wg.spotify.com|audio-fa.scdn.co i.scdn.co|3|1
com.netflix.Netflix|Netflix|video|.35|ios.prod.ftl.netflix.com|ipv4-c001-fra001.nflxvideo.net occ-0.nflxso.net|1|0
com.linkedin.LinkedIn|LinkedIn|social|.45|www.linkedin.com px.ads.linkedin.com|media.licdn.com|6|4
com.reddit.Reddit|Reddit|social|.25|gql.reddit.com oauth.reddit.com|i.redd.it preview.redd.it|5|3
com.amazon.Amazon|Amazon|shop|.55|www.amazon.de arcus-uswest.amazon.com|m.media-amazon.com images-eu.ssl-images-amazon.com|4|2
com.ebay.iphone|eBay|shop|.3|api.ebay.com mobinit.ebay.com|i.ebaystatic.com|3|2
com.yourcompany.PPClient|PayPal|bank|.5|api-m.paypal.com www.paypal.com|www.paypalobjects.com|2|1
com.booking.BookingApp|Booking|travel|.3|iphone-xml.booking.com mobile-apps.booking.com|cf.bstatic.com|2|1
ph.telegra.Telegraph|Telegram|chat|.3|api.telegram.org venus.web.telegram.org|cdn4.telegram.org|8|9
org.whispersystems.signal|Signal|chat|.3|chat.signal.org storage.signal.org|cdn2.signal.org|5|6
com.hammerandchisel.discord|Discord|chat|.18|gateway.discord.gg discord.com|media.discordapp.net cdn.discordapp.com|5|7
com.getdropbox.Dropbox|Dropbox|work|.2|api.dropboxapi.com bolt.dropbox.com|content.dropboxapi.com|4|1
pinterest|Pinterest|social|.2|api.pinterest.com|i.pinimg.com|3|2
com.duolingo.DuolingoMobile|Duolingo|game|.15|ios-api-cf.duolingo.com|d2pur3iezf4d1j.cloudfront.net|2|2
com.github.stormbreaker.prod|GitHub|work|.12|api.github.com github.com|raw.githubusercontent.com avatars.githubusercontent.com|3|3
uk.co.guardian.iphone2|Guardian|news|.15|mobile.guardianapis.com|i.guim.co.uk|5|4
de.spiegel.spiegelonline|Spiegel|news|.22|www.spiegel.de|cdn.prod.www.spiegel.de|6|5
com.nytimes.NYTimes|NYTimes|news|.12|samizdat-graphql.nytimes.com|static01.nytimes.com|5|4
`

export const sdks =
  'app-measurement.com firebaselogging-pa.googleapis.com firebase-settings.crashlytics.com graph.facebook.com app.adjust.com conversions.appsflyersdk.com api2.branch.io api2.amplitude.com api.mixpanel.com o4504.ingest.sentry.io api.revenuecat.com sdk.iad-01.braze.eu api.onesignal.com cdp.segment.io googleads.g.doubleclick.net ms.applovin.com config.uca.cloud.unity3d.com device-provisioning.googleapis.com fcmtoken.googleapis.com firebaseinstallations.googleapis.com'.split(
    ' ',
  )
export const adSdks =
  'ms.applovin.com a.applovin.com googleads.g.doubleclick.net config.uca.cloud.unity3d.com publisher-config.unity3d.com pagead2.googlesyndication.com'.split(
    ' ',
  )

/** What pages embed, the most frequent first. */
export const thirdParties =
  'www.googletagmanager.com fonts.gstatic.com www.google-analytics.com region1.google-analytics.com securepubads.g.doubleclick.net fonts.googleapis.com connect.facebook.net www.google.com cdn.cookielaw.org pagead2.googlesyndication.com cdn.jsdelivr.net www.gstatic.com static.cloudflareinsights.com ajax.googleapis.com tpc.googlesyndication.com stats.g.doubleclick.net i.ytimg.com www.youtube.com cdnjs.cloudflare.com px.ads.linkedin.com bat.bing.com www.clarity.ms c.amazon-adsystem.com static.hotjar.com script.hotjar.com geolocation.onetrust.com platform.twitter.com unpkg.com js.stripe.com m.stripe.network s.pinimg.com widget.trustpilot.com cdn.consentmanager.net delivery.consentmanager.net ib.adnxs.com id5-sync.com bidder.criteo.com gum.criteo.com eus.rubiconproject.com ads.pubmatic.com sync.outbrain.com cdn.taboola.com trc.taboola.com secure.quantserve.com sb.scorecardresearch.com match.adsrvr.org cm.g.doubleclick.net hb.yellowblue.io prebid.smilewanted.com ssp.theadex.com script.ioam.de data-ef4.ioam.de'.split(
    ' ',
  )

/** Work of daemons: name, interval (minutes), bytes up, bytes down. */
export const daemonTasks: readonly (readonly [readonly string[], number, number, number])[] = [
  [['gateway.icloud.com', 'p61-ckdatabase.icloud.com'], 45, 4000, 9000],
  [['gsp64-ssl.ls.apple.com', 'gs-loc.apple.com'], 55, 1500, 9000],
  [['configuration.ls.apple.com'], 400, 900, 12_000],
  [['weatherkit.apple.com'], 70, 1200, 16_000],
  [['xp.apple.com'], 150, 14_000, 900],
  [['init.itunes.apple.com', 'bag.itunes.apple.com'], 260, 900, 30_000],
  [['p61-fmip.icloud.com', 'fmip.icloud.com'], 300, 2400, 1500],
  [['identity.ess.apple.com', 'query.ess.apple.com'], 220, 3000, 2500],
  [['api-glb-euc1b.smoot.apple.com', 'api.smoot.apple.com'], 90, 2000, 12_000],
  [['mesu.apple.com', 'gdmf.apple.com'], 500, 900, 70_000],
  [['ocsp2.apple.com', 'valid.apple.com'], 240, 800, 3000],
  [['p61-contacts.icloud.com', 'p61-caldav.icloud.com'], 130, 3500, 5000],
  [['cf.iadsdk.apple.com', 'iadsdk.apple.com'], 320, 2200, 4000],
  [['p61-keyvalueservice.icloud.com', 'setup.icloud.com'], 200, 3000, 4000],
  [['guzzoni.apple.com'], 420, 3000, 6000],
  [['time.apple.com'], 420, 76, 76],
  [['metrics.icloud.com', 'iphone-ld.apple.com'], 600, 20_000, 800],
]

export const catalogue: readonly App[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const [bundle, name, kind, liked, api, media, refresh, push] = line.split('|') as [
      string,
      string,
      Kind,
      ...string[],
    ]
    const firstParty = bundle.startsWith('com.apple.')
    const h = hash32(bundle)
    const names = (text: string | undefined): string[] => (text ?? '').split(' ').filter((x) => x !== '')
    return {
      bundle,
      name,
      process: name,
      kind,
      firstParty,
      liked: Number(liked),
      api: names(api),
      media: names(media),
      sdk: firstParty || kind === 'web' ? [] : [sdks[h % sdks.length]!, sdks[(h >>> 8) % sdks.length]!],
      refresh: Number(refresh),
      push: Number(push),
      version: `${2 + (h % 40)}.${(h >>> 6) % 30}.${(h >>> 12) % 6}`,
    }
  })

const kinds: readonly Kind[] = ['game', 'game', 'tool', 'tool', 'shop', 'travel', 'news', 'bank', 'social', 'video']

/** The n-th app of the long tail: names of its own, mostly on clouds, and a few SDKs. */
export function smallApp(n: number): App {
  const h = hash32(`small/${n}`)
  const name = titleOf(n)
  const domain = h % 4 === 0 ? `${name.toLowerCase()}.app` : domainOf(20_000 + n)
  const kind = kinds[(h >>> 4) % kinds.length]!
  const stem = domain.split('.')[0]!
  return {
    bundle: `com.${stem.replace(/-/g, '')}.${kind === 'game' ? 'game' : 'ios'}`,
    name,
    process: name,
    kind,
    firstParty: false,
    liked: 0,
    api: h % 5 === 0 ? [tenantOf(n + 500)] : [`api.${domain}`],
    media: h % 3 === 0 ? [tenantOf(n + 1000)] : h % 3 === 1 ? [`cdn.${domain}`, `img.${domain}`] : [],
    sdk: [sdks[(h >>> 5) % sdks.length]!, sdks[(h >>> 11) % sdks.length]!, sdks[(h >>> 17) % sdks.length]!],
    refresh: (h >>> 9) % 4,
    push: (h >>> 13) % 3,
    version: `${1 + (h % 9)}.${(h >>> 6) % 20}.${(h >>> 12) % 8}`,
  }
}

/** Where an app’s media lie: under a new name once their CDN has moved, the same for everybody. */
export function mediaOf(app: App, move: Move | null, ts: Micros, random: Random): string | undefined {
  if (app.media.length === 0) return undefined
  const host = random.pick(app.media)
  return move && ts >= move.at && !app.firstParty && hosterOf(host) === move.from ? movedName(app, move) : host
}

export const movedName = (app: App, move: Move): string =>
  move.to === 'cloudfront'
    ? `d${hash32(`moved/${app.bundle}`).toString(36)}x1k.cloudfront.net`
    : `${app.name.toLowerCase()}-media.edge-${move.to}.net`

export function nextVersion(version: string, random: Random): string {
  const [a, b] = version.split('.')
  return `${a}.${Number(b) + 1}.${random.whole(0, 2)}`
}
