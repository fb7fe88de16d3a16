// What a name or address is part of: the destination that a baseline is kept for.
import {
  canonicalIp,
  infrastructureOf,
  infrastructureOfIp,
  registrableDomain,
  resolvedInside,
} from '../../names/index.ts'

export type Place = { readonly destination: string; readonly class: string; readonly owner: string }

const inside =
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/
/** Loopback, multicast, broadcast, unspecified: nobody in particular is met there. */
const nobody = /^(0\.|127\.|22[4-9]\.|23\d\.|255\.255\.255\.255$|::1?$|ff[0-9a-f]{2}:)/

/**
 * Registrable domain, full name under shared suffixes (each tenant of a cloud is somebody else), address where there is
 * no name. `class` nobody: no destination at all; internal: RFC 1918 and its kin, and names that only a network resolves.
 */
export function placeOf(value: string): Place {
  const ip = canonicalIp(value)
  if (ip !== null) {
    if (nobody.test(ip)) return { destination: ip, class: 'nobody', owner: '' }
    if (inside.test(ip)) return { destination: ip, class: 'internal', owner: '' }
    const known = infrastructureOfIp(ip)
    return { destination: ip, class: known ? classOf(known.kind) : 'address', owner: known?.owner ?? '' }
  }
  if (value.endsWith('.arpa')) return { destination: value, class: 'nobody', owner: '' }
  const last = value.slice(value.lastIndexOf('.') + 1)
  if (resolvedInside.has(last) || last === 'private' || last === value)
    return { destination: value, class: 'internal', owner: '' }
  const known = infrastructureOf(value)
  return {
    destination: registrableDomain(value) ?? value,
    class: known ? classOf(known.kind) : '',
    owner: known?.owner ?? '',
  }
}

const classOf = (kind: string): string => (kind === 'public_resolver' ? 'resolver' : kind)

/** Of an internal service, whose destination is `address:port` (visit.sql). */
export function endpointOf(destination: string): { readonly host: string; readonly port: string } {
  const colon = destination.lastIndexOf(':')
  return { host: destination.slice(0, colon), port: destination.slice(colon + 1) }
}
