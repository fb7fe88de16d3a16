// Names of sites, services and tenants, all invented, and the addresses they have. Harmless and hostile names come from
// the same makers: what a name looks like must not tell what it is.
import type { Random } from '../../random.ts'
import { hashOf, weighted } from './draw.ts'

const onsets = ['b', 'br', 'c', 'cl', 'd', 'dr', 'f', 'fl', 'g', 'gr', 'h', 'j', 'k', 'l', 'm', 'n', 'p', 'pr', 'r']
const starts = [...onsets, 's', 'sh', 'sl', 'st', 't', 'th', 'tr', 'v', 'w', 'z', '']
const vowels = ['a', 'e', 'i', 'o', 'u', 'a', 'e', 'o', 'ai', 'ea', 'oo', 'ou']
const codas = ['', '', '', '', 'n', 'r', 'l', 's', 't', 'm', 'nd', 'ck', 'rt', 'x']

export function word(random: Random, syllables: number): string {
  let text = ''
  for (let i = 0; i < syllables; i++) text += random.pick(starts) + random.pick(vowels) + random.pick(codas)
  return text.length < 3 ? `${text}ra` : text
}

const trades =
  'dental forum bakery kennels club shop blog garage tours press school parish clinic motors homes recipes chess rowing yoga camping news radio maps tickets parts garden vets hostel books studio tax legal loans crm cloud sync status update media files photo portal help go track mail'.split(
    ' ',
  )
const endings: readonly (readonly [string, number])[] = [
  ['com', 46],
  ['net', 9],
  ['org', 9],
  ['io', 5],
  ['de', 8],
  ['co.uk', 6],
  ['fr', 4],
  ['info', 3],
  ['app', 3],
  ['me', 2],
  ['eu', 3],
  ['xyz', 2],
]
const hostForms: readonly (readonly [string, number])[] = [
  ['www.', 48],
  ['', 26],
  ['m.', 4],
  ['api.', 8],
  ['my.', 3],
  ['shop.', 3],
  ['cdn.', 4],
  ['go.', 4],
]

/** A registrable name, such as `bradow-kennels.co.uk`. */
export function siteName(random: Random): string {
  const ending = weighted(random, endings)
  const form = random.next()
  if (form < 0.35) return `${word(random, random.whole(2, 3))}.${ending}`
  if (form < 0.6) return `${word(random, 2)}-${random.pick(trades)}.${ending}`
  if (form < 0.8) return `${word(random, random.whole(1, 2))}${random.pick(trades)}.${ending}`
  if (form < 0.93) return `${word(random, 1)}${word(random, 2)}.${ending}`
  return `${random.pick(trades)}-${word(random, 2)}${random.whole(1, 99)}.${ending}`
}

/** A host below a new registrable name. */
export const hostName = (random: Random): string => weighted(random, hostForms) + siteName(random)

const regions = ['us-east-1', 'eu-central-1', 'eu-west-1', 'us-west-2']
const label = (random: Random): string =>
  random.chance(0.5)
    ? `${word(random, 2)}-${random.pick(trades)}`
    : random.chance(0.6)
      ? `${word(random, 2)}${random.whole(1, 999)}`
      : `${word(random, 1)}-${random.hex(6)}`

const tenants: readonly (readonly [(random: Random) => string, number])[] = [
  [(r) => `${label(r)}.s3.amazonaws.com`, 14],
  [(r) => `${label(r)}.s3.${r.pick(regions)}.amazonaws.com`, 12],
  [(r) => `d${r.hex(13)}.cloudfront.net`, 16],
  [(r) => `${r.hex(10)}.execute-api.${r.pick(regions)}.amazonaws.com`, 6],
  [(r) => `${label(r)}.azurewebsites.net`, 8],
  [(r) => `${label(r).replaceAll('-', '')}.blob.core.windows.net`, 7],
  [(r) => `${label(r)}.web.app`, 6],
  [(r) => `${label(r)}.firebaseio.com`, 5],
  [(r) => `${label(r)}.herokuapp.com`, 5],
  [(r) => `${label(r)}.pages.dev`, 6],
  [(r) => `${label(r)}.workers.dev`, 5],
  [(r) => `${label(r)}.github.io`, 5],
  [(r) => `${label(r)}.netlify.app`, 5],
  [(r) => `${label(r)}.vercel.app`, 5],
]

/** A customer’s name below a cloud’s own. */
export const tenantName = (random: Random): string => weighted(random, tenants)(random)

/** Names of dynamic DNS: home servers, and those who hide among them. */
export const dynamicName = (random: Random): string =>
  `${word(random, 2)}${random.chance(0.4) ? random.whole(1, 99) : ''}.${random.pick(['duckdns.org', 'ddns.net', 'myfritz.net', 'synology.me'])}`

/** Where servers that are no web sites listen; 443 mostly. */
export const oddPorts = [8443, 4443, 2083, 8080, 8123, 5001] as const

const owned: readonly (readonly [string, string])[] = [
  ['apple.com', '17'],
  ['icloud.com', '17'],
  ['mzstatic.com', '17'],
  ['amazonaws.com', '52'],
  ['cloudfront.net', '13'],
  ['windows.net', '20'],
  ['azurewebsites.net', '20'],
  ['web.app', '199'],
  ['pages.dev', '104'],
  ['workers.dev', '104'],
]
const hosting = [
  '5',
  '23',
  '34',
  '35',
  '45',
  '46',
  '51',
  '62',
  '78',
  '81',
  '88',
  '93',
  '95',
  '104',
  '138',
  '142',
  '151',
]

/** The address of a name; `move` gives it another, as when a CDN is changed. */
export function addressOf(host: string, move = 0): string {
  const h = hashOf(move === 0 ? host : `${host}/${move}`)
  const owner = owned.find(([suffix]) => host.endsWith(suffix))
  const first = owner?.[1] ?? hosting[h % hosting.length]!
  return `${first}.${(h >>> 8) % 224}.${(h >>> 16) & 255}.${1 + ((h >>> 24) % 254)}`
}
