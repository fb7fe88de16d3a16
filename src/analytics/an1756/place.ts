// What a name or address is part of: the destination that a baseline is kept for.
import {
  canonicalIp,
  infrastructureOf,
  infrastructureOfIp,
  registrableDomain,
  resolvedInside,
} from '../../names/index.ts'
import { classOfAddress, classOfName } from './tuning/classes.ts'

export type Place = { readonly destination: string; readonly class: string; readonly owner: string }

/**
 * Registrable domain, full name under shared suffixes (each tenant of a cloud is somebody else), address where there is
 * no name. `class` nobody: no destination at all; internal: RFC 1918 and its kin, and names that only a network resolves;
 * others: what the data files in tuning/ say, else what names/ knows; '' nothing.
 */
export function placeOf(value: string): Place {
  const ip = canonicalIp(value)
  if (ip !== null) {
    const given = classOfAddress(ip)
    if (given !== null) return { destination: ip, class: given, owner: '' }
    const known = infrastructureOfIp(ip)
    return { destination: ip, class: known ? classOf(known.kind) : 'address', owner: known?.owner ?? '' }
  }
  const last = value.slice(value.lastIndexOf('.') + 1)
  if (resolvedInside.has(last) || last === value) return { destination: value, class: 'internal', owner: '' }
  const given = classOfName(value)
  if (given !== null)
    // who is asked inside, or about an address, is told by the whole name
    return given.class === 'internal' || given.class === 'nobody'
      ? { destination: value, class: given.class, owner: '' }
      : { destination: given.of, class: given.class, owner: infrastructureOf(given.of)?.owner ?? '' }
  const known = infrastructureOf(value)
  // a relay is told apart from the owner's other services; else one destination has one class
  if (known?.kind === 'relay') return { destination: value, class: known.kind, owner: known.owner }
  const destination = registrableDomain(value) ?? value
  const whole = infrastructureOf(destination) ?? known
  return { destination, class: whole ? classOf(whole.kind) : '', owner: whole?.owner ?? '' }
}

const classOf = (kind: string): string => (kind === 'public_resolver' ? 'resolver' : kind)

/** Of an internal service, whose destination is `address:port` (visit.sql). */
export function endpointOf(destination: string): { readonly host: string; readonly port: string } {
  const colon = destination.lastIndexOf(':')
  return { host: destination.slice(0, colon), port: destination.slice(colon + 1) }
}
