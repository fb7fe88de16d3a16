// May an indicator be used at once? What would drown an operator, or hit every device, goes to a reviewer first.
import ipaddr from 'ipaddr.js'
import { infrastructureOf, infrastructureOfIp, isSharedSuffix, resolvedInside } from '../names/index.ts'
import type { Kind } from './kinds.ts'

/** Owners whose names or addresses no indicator may be about as a whole, with the reason given to the reviewer. */
const everybodyUses: Record<string, string> = {
  top_site: 'top site',
  public_resolver: 'public resolver',
  apple: 'Apple’s own name',
}
/** Infrastructure where the host alone proves nothing: only the full URL counts. */
const manyTenants = new Set([
  'cdn',
  'shared_host',
  'cloud',
  'shortener',
  'top_site',
  'apple',
  'public_resolver',
  'relay',
])

/** Why a name must be looked at before it is used; '' when it need not. `name` is canonical. */
export function doubtsAboutName(name: string): string {
  if (isSharedSuffix(name)) return 'shared suffix'
  const last = name.slice(name.lastIndexOf('.') + 1)
  if (resolvedInside.has(last) || last === 'arpa') return 'internal name'
  const doubt = doubtsAboutOwner(infrastructureOf(name))
  return doubt !== '' && documentationNames.some((n) => name.endsWith(n)) ? '' : doubt
}
/** RFC 2606: feeds name them by mistake, but what lies below them is met by no device and so harms nobody. */
const documentationNames = ['.example.com', '.example.net', '.example.org']

/** true: a contact with the host of a URL says nothing, so that its URL alone is compared. `host` is canonical. */
export function isHostShared(host: string): boolean {
  if (isSharedSuffix(host)) return true
  const owner = infrastructureOf(host)
  return owner !== null && manyTenants.has(owner.kind)
}

/** Why an address must be looked at before it is used; '' when it need not. `ip` is canonical. */
export function doubtsAboutIp(ip: string): string {
  const range = specialRange(ip)
  if (range !== '') return `${range} address`
  return doubtsAboutOwner(infrastructureOfIp(ip))
}

/** Widest networks that may be used without a reviewer. */
const widest = { 4: 8, 6: 32 }

/** Why a network must be looked at before it is used; '' when it need not. */
export function doubtsAboutCidr(network: { family: 4 | 6; prefix: number; first: string }): string {
  if (network.prefix < widest[network.family]) return `wider than /${widest[network.family]}`
  const range = specialRange(network.first)
  return range === '' ? '' : `${range} network`
}

/** private, loopback, multicast …; '' for what is routed, and for documentation ranges, which no device ever meets. */
function specialRange(ip: string): string {
  if (!ipaddr.isValid(ip)) return ''
  const address = ipaddr.parse(ip)
  const range = address.range()
  if (range === 'unicast' || documentation.some((net) => address.kind() === net[0].kind() && address.match(net)))
    return ''
  return spoken[range] ?? range
}
const documentation = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32'].map((c) =>
  ipaddr.parseCIDR(c),
)
const spoken: Record<string, string> = {
  uniqueLocal: 'private',
  carrierGradeNat: 'carrier-grade NAT',
  linkLocal: 'link-local',
  unspecified: 'unspecified',
  ipv4Mapped: 'IPv4-mapped',
}

function doubtsAboutOwner(owner: { kind: string; owner: string } | null): string {
  if (owner === null) return ''
  const reason = everybodyUses[owner.kind]
  return reason === undefined ? '' : `${reason} (${owner.owner})`
}

/** Why a value of any other kind must be looked at; '' when it need not. */
export function doubtsAboutOther(kind: Kind, value: string): string {
  // One or two letters are a process name of Pegasus (`bh`), but also of half the system.
  if (kind === 'process' && value.length < 2) return 'too short to tell one process from another'
  if (kind === 'process' && applesOwn.has(value)) return 'an Apple process'
  return ''
}
/** Names that every device runs: an implant may borrow one, but then the name alone shows nothing. */
const applesOwn = new Set([
  'SpringBoard',
  'launchd',
  'kernel_task',
  'com.apple.WebKit.Networking',
  'com.apple.WebKit.WebContent',
  'MobileSafari',
])
