// Which address a name has: stable for a name, shared where a CDN shares.
import { hashOf } from './points.ts'
import { clouds } from './words.ts'

type Network = {
  /** First two octets of its ranges (public allocations, as whois gives them). */
  readonly ranges: readonly string[]
  /** Edge addresses that all its names share; 0 where each name has its own. */
  readonly shared: number
}

const networks: Readonly<Record<string, Network>> = {
  apple: { ranges: ['17.248', '17.253', '17.57'], shared: 300 },
  akamai: { ranges: ['23.32', '23.55', '23.205'], shared: 400 },
  cloudflare: { ranges: ['104.16', '104.18', '172.67'], shared: 500 },
  fastly: { ranges: ['151.101', '199.232'], shared: 120 },
  cloudfront: { ranges: ['13.224', '18.164', '108.156'], shared: 600 },
  google: { ranges: ['142.250', '172.217', '216.58'], shared: 250 },
  meta: { ranges: ['157.240', '31.13'], shared: 60 },
  aws: { ranges: ['3.120', '18.184', '52.28', '54.93'], shared: 0 },
  azure: { ranges: ['13.107', '20.50', '40.90', '52.97'], shared: 200 },
  hosting: { ranges: ['5.9', '51.75', '65.108', '138.68', '188.166', '95.216'], shared: 0 },
}

/** Where names of no known network live, by weight. */
const common = [
  'cloudflare',
  'cloudflare',
  'cloudflare',
  'aws',
  'aws',
  'cloudfront',
  'fastly',
  'hosting',
  'hosting',
  'google',
]

const networkOfCloud = new Map(clouds.map(([suffix, network]) => [suffix, network]))

/** The network of a name: its cloud’s, else by its hash. */
export function networkOf(host: string): string {
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
    const network = networkOfCloud.get(host.slice(dot + 1))
    if (network) return network
  }
  return common[hashOf(host) % common.length]!
}

/** Address of a name in a network; `turn` picks among the two to four that a CDN’s name has. */
export function addressIn(network: string, host: string, turn: number): string {
  const { ranges, shared } = networks[network] ?? networks.hosting!
  const seed = hashOf(`${network}/${host}/${shared > 0 ? turn % (2 + (hashOf(host) % 3)) : 0}`)
  const range = ranges[seed % ranges.length]!
  const slot = shared > 0 ? seed % Math.ceil(shared / ranges.length) : (seed >>> 3) % 60_000
  return `${range}.${(slot >> 7) % 256}.${shared > 0 ? 1 + (slot & 127) : 1 + ((slot * 2 + (seed & 1)) % 254)}`
}
