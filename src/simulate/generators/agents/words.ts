// Made-up names: of sites, apps, people, tenants. A number gives always the same name, so that a web of any size needs no
// memory. Where a real site of that name should exist, it is by chance.
import type { Random } from '../../random.ts'
import { hash32 } from './clock.ts'

const first =
  'nord blue alt quick lumen terra vero sol mint oak river pixel cloud stone urban prime fox hazel kite lake moss nova opal pine quartz reed silver tall umber vale wild amber birch cedar dawn ember fern grove haus iris jade kern linden marl nest orb pearl rock sky tide union vista west young zen bright clear deep east fair gold high iron'
    .trim()
    .split(' ')
const second =
  'works market lab shop press journal kitchen garden travel studio clinic forum digest post reise sport club media data soft school parts auto bike haus theater verein bakery energy finance logistic music photo print radio recipes review store supply tech times tools toys trail village wine yoga health hotel jobs law living local'
    .trim()
    .split(' ')
const suffixes = [
  ...Array<string>(46).fill('com'),
  ...Array<string>(14).fill('de'),
  ...Array<string>(6).fill('co.uk'),
  ...Array<string>(6).fill('org'),
  ...Array<string>(6).fill('net'),
  ...'io fr nl at ch it es pl info app eu shop online se dk be cz us ca com.au blog'.split(' '),
]
const tenants: readonly ((a: string, h: number) => string)[] = [
  (a) => `${a}.azurewebsites.net`,
  (a) => `${a}.blob.core.windows.net`,
  (a) => `${a}.s3.eu-central-1.amazonaws.com`,
  (_, h) => `d${(h * 7919).toString(36).padEnd(8, 'k')}${(h % 46656).toString(36)}.cloudfront.net`,
  (a) => `${a}.workers.dev`,
  (a) => `${a}.pages.dev`,
  (a) => `${a}.web.app`,
  (a) => `${a}.vercel.app`,
  (a) => `${a}.netlify.app`,
  (a, h) => `${a}-${h.toString(16).slice(0, 6)}.herokuapp.com`,
  (_, h) => `pub-${h.toString(16).padStart(8, '0')}${(h ^ 0x5a5a5a5a).toString(16).replace('-', 'a')}.r2.dev`,
  (a, h) => `${a}-${h.toString(36).slice(0, 4)}-ew.a.run.app`,
]

/** Registered domain of the n-th site, such as `mossjournal.de`. */
export function domainOf(n: number): string {
  const h = hash32(`site/${n}`)
  const g = hash32(`suffix/${n}`)
  const a = first[h % first.length]!
  const b = second[(h >>> 7) % second.length]!
  const mark = n > 3000 ? (['-', '', '', 'und', 'the', 'my'] as const)[(h >>> 14) % 6]! : ''
  // the tail is long: a third word keeps the names apart
  const c = n > 3000 ? second[(g >>> 8) % second.length]! : ''
  const d = n > 60_000 ? first[(g >>> 15) % first.length]! : ''
  return `${a}${d}${mark}${b}${c}.${suffixes[g % suffixes.length]}`
}

/** A tenant of a shared cloud. */
export function tenantOf(n: number): string {
  const h = hash32(`tenant/${n}`)
  const name = `${first[h % first.length]}-${second[(h >>> 8) % second.length]}${n > 2000 ? `-${(h >>> 20).toString(36)}` : ''}`
  return tenants[hash32(`kind/${n}`) % tenants.length]!(name, h)
}

/** Title of a made-up app. */
export function titleOf(n: number): string {
  const h = hash32(`app/${n}`)
  const up = (w: string): string => w[0]!.toUpperCase() + w.slice(1)
  return `${up(first[h % first.length]!)}${up(second[(h >>> 9) % second.length]!)}`
}

const given =
  'anna ben clara david elif finn greta hannes ines jonas kira lars mara nils olga paul quinn rosa sven tara uwe vera willem xenia yusuf zoe amir bea carlo dora emil fatma'.split(
    ' ',
  )
const family =
  'albers brandt costa dietz ebert fuchs graf hahn ibsen jansen keller lorenz maier nagel otto peters quast richter sommer thiel ulrich voss weber xanthis yilmaz ziegler adler bauer conti dorn'.split(
    ' ',
  )

export const personName = (random: Random): readonly [string, string] => [random.pick(given), random.pick(family)]

/** A word for the name of a private server. */
export const plainWord = (random: Random): string => `${random.pick(first)}${random.pick(second)}`
