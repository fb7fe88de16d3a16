// Names that nobody has: sites, services, people. Attackers and shops draw from the same lists, so that no name tells.
import type { Random } from '../../random.ts'

const words =
  `river stone maple cedar north south east west blue green silver amber copper iron pine oak willow harbor bridge
market garden kitchen travel photo sport music cloud data pixel signal vector orbit lunar solar rapid bright quiet
open daily local urban fresh prime alpha delta nova metro atlas falcon otter heron badger lynx wolf raven finch tulip
clover saffron ginger pepper basil mint lemon cherry plum peach apple bread coffee tea cocoa sugar honey cotton linen
silk wool velvet paper pencil studio works labs media press journal forum club guild union health care clinic dental
fit yoga run ride cycle motor auto parts tools home house roof floor paint light lamp power energy water wind snow
storm cliff valley meadow forest island coast beach ocean wave sail anchor pilot rocket scout ranger craft forge mill
farm barn field orchard vine cellar table plate spoon recipe gift toy game play quest story book page letter`.split(
    /\s+/,
  )

const syllables =
  'ba be bo ca co da de di do fa fi ga go ha ka ki ko la le li lo ma me mi mo na ne ni no pa pe po ra re ri ro sa se so ta te ti to va ve vi vo wa xa za zo'.split(
    ' ',
  )

/** Public suffixes with weights, as in lists of popular sites. */
const suffixes: readonly (readonly [string, number])[] = [
  ['com', 52],
  ['net', 6],
  ['org', 7],
  ['io', 4],
  ['co', 2],
  ['app', 2],
  ['dev', 1],
  ['de', 5],
  ['co.uk', 4],
  ['fr', 2],
  ['nl', 2],
  ['it', 1],
  ['es', 1],
  ['ch', 1],
  ['se', 1],
  ['com.au', 1],
  ['ca', 1],
  ['com.br', 1],
  ['in', 1],
  ['info', 1],
  ['shop', 1],
  ['online', 1],
  ['xyz', 1],
  ['me', 1],
  ['tv', 1],
]

/** Clouds that give every customer a name of their own, with the network that serves it and a weight. */
export const clouds: readonly (readonly [string, string, number])[] = [
  ['cloudfront.net', 'cloudfront', 14],
  ['s3.amazonaws.com', 'aws', 6],
  ['s3.eu-west-1.amazonaws.com', 'aws', 4],
  ['execute-api.us-east-1.amazonaws.com', 'aws', 5],
  ['azurewebsites.net', 'azure', 5],
  ['blob.core.windows.net', 'azure', 5],
  ['azureedge.net', 'azure', 3],
  ['azurefd.net', 'azure', 3],
  ['web.app', 'google', 3],
  ['firebaseio.com', 'google', 4],
  ['appspot.com', 'google', 3],
  ['a.run.app', 'google', 3],
  ['pages.dev', 'cloudflare', 3],
  ['workers.dev', 'cloudflare', 4],
  ['r2.dev', 'cloudflare', 2],
  ['netlify.app', 'aws', 3],
  ['vercel.app', 'aws', 3],
  ['github.io', 'fastly', 3],
  ['herokuapp.com', 'aws', 3],
  ['b-cdn.net', 'hosting', 2],
  ['myshopify.com', 'cloudflare', 4],
  ['wordpress.com', 'hosting', 3],
  ['blogspot.com', 'google', 3],
  ['digitaloceanspaces.com', 'hosting', 2],
  ['ondigitalocean.app', 'cloudflare', 2],
  ['onrender.com', 'cloudflare', 2],
  ['fly.dev', 'hosting', 1],
  ['supabase.co', 'cloudflare', 2],
  ['duckdns.org', 'hosting', 2],
  ['ddns.net', 'hosting', 1],
  ['ngrok-free.app', 'aws', 1],
  ['backblazeb2.com', 'hosting', 1],
]

const fronts = ['www', 'api', 'cdn', 'static', 'img', 'm', 'media', 'assets', 'app', 'news', 'shop', 'blog', 'edge']
const foreign = ['com.sg', 'co.jp', 'com.mx', 'ae', 'com.tr', 'pl', 'pt', 'co.kr', 'com.hk', 'co.za', 'gr', 'fi']

function weighted<T extends readonly [...unknown[], number]>(random: Random, list: readonly T[]): T {
  let left = random.next() * list.reduce((sum, entry) => sum + (entry[entry.length - 1] as number), 0)
  for (const entry of list) {
    left -= entry[entry.length - 1] as number
    if (left < 0) return entry
  }
  return list[0]!
}

export function word(random: Random): string {
  return random.pick(words)
}

/** A label such as a company would register. */
export function label(random: Random): string {
  const style = random.next()
  if (style < 0.42) return random.pick(words) + random.pick(words)
  if (style < 0.55) return `${random.pick(words)}-${random.pick(words)}`
  const invented = Array.from({ length: random.whole(2, 4) }, () => random.pick(syllables)).join('')
  if (style < 0.8) return invented
  return style < 0.9 ? random.pick(words) + invented : `${random.pick(words)}${random.whole(1, 365)}`
}

/** A registrable name, without `www`. */
export function domain(random: Random, abroad = false): string {
  return `${label(random)}.${abroad ? random.pick(foreign) : weighted(random, suffixes)[0]}`
}

/** A customer’s name at a shared cloud. */
export function tenant(random: Random): string {
  const [cloud] = weighted(random, clouds)
  if (cloud === 'cloudfront.net') return `d${random.next().toString(36).slice(2, 15)}.cloudfront.net`
  if (cloud.startsWith('execute-api')) return `${random.next().toString(36).slice(2, 12)}.${cloud}`
  const style = random.next()
  const own =
    style < 0.45
      ? label(random)
      : style < 0.75
        ? `${random.pick(words)}-${random.pick(words)}-${random.hex(random.whole(4, 6))}`
        : `${label(random)}-${random.pick(['prod', 'app', 'api', 'web', 'cdn', 'files', 'site'])}`
  return `${own}.${cloud}`
}

/** A name as links lead to: mostly a site of its own, sometimes a cloud’s tenant. */
export function hostName(random: Random, abroad = false): string {
  return random.chance(0.16) ? tenant(random) : siteName(random, abroad)
}

/** A name of a site of its own. */
export function siteName(random: Random, abroad = false): string {
  const style = random.next()
  const own = domain(random, abroad)
  if (style < 0.46) return `www.${own}`
  return style < 0.7 ? own : `${random.pick(fronts)}.${own}`
}

const givens =
  'anna ben carla david emma felix greta hugo ines jonas karla leon mara nils olga paul rita sven tara uwe vera willi yara zoe amir bela chen dina eli farah'.split(
    ' ',
  )
const families =
  'weber keller braun vogt lang frank simon haas otto kraus silva rossi moreau jensen novak kowal murphy khan patel kim sato chen costa berg lund dahl'.split(
    ' ',
  )

export function person(random: Random): string {
  return `${random.pick(givens)}.${random.pick(families)}`
}
