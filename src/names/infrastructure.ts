// What a name or address is part of, where that is generally known.
import { addressBytes, canonicalIp } from './address.ts'
import { appleNames, appleNetworks } from './data/apple.ts'
import { hostingNames } from './data/hosting.ts'
import type { Infrastructure, Owned } from './data/kinds.ts'
import { resolverAddresses, resolverNames } from './data/resolvers.ts'
import { sdkNames } from './data/sdks.ts'
import { sinkholeNetworks, webNames } from './data/web.ts'

export type { Infrastructure, InfrastructureKind } from './data/kinds.ts'

export const knownNames: readonly Owned[] = [...appleNames, ...resolverNames, ...hostingNames, ...sdkNames, ...webNames]
export const knownNetworks: readonly Owned[] = [...appleNetworks, ...resolverAddresses, ...sinkholeNetworks]

const byName: ReadonlyMap<string, Infrastructure> = new Map(
  knownNames.flatMap(({ kind, owner, of }) => {
    const infrastructure = Object.freeze({ kind, owner })
    return of.map((name): [string, Infrastructure] => [name, infrastructure])
  }),
)

/** Bits as text, so that a network is a prefix of its addresses. */
const bitsOf = (bytes: readonly number[]): string => bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('')

/** Family and first byte: no known network is wider than /8, and most addresses share their first byte with none. */
const groupOf = (bytes: readonly number[]): string => `${bytes.length}:${bytes[0]}`

type Network = { readonly prefix: string; readonly infrastructure: Infrastructure }

function groupNetworks(owned: readonly Owned[]): ReadonlyMap<string, readonly Network[]> {
  const groups = new Map<string, Network[]>()
  for (const { kind, owner, of } of owned) {
    const infrastructure = Object.freeze({ kind, owner })
    for (const cidr of of) {
      const [first, length] = cidr.split('/')
      const bytes = addressBytes(first!)
      const group = groups.get(groupOf(bytes)) ?? []
      group.push({ prefix: bitsOf(bytes).slice(0, Number(length)), infrastructure })
      groups.set(groupOf(bytes), group)
    }
  }
  for (const group of groups.values()) group.sort((a, b) => b.prefix.length - a.prefix.length)
  return groups
}

const byFirstByte = groupNetworks(knownNetworks)

/**
 * What a canonical name is known to be part of: the most specific entry on or above it (`graph.facebook.com` is an SDK,
 * `facebook.com` a top site). null: not known, which says nothing. Source: `data/*.ts`.
 */
export function infrastructureOf(name: string): Infrastructure | null {
  for (let start = 0; ; ) {
    const known = byName.get(start === 0 ? name : name.slice(start))
    if (known !== undefined) return known
    const dot = name.indexOf('.', start)
    if (dot === -1) return null
    start = dot + 1
  }
}

/** What a canonical address is known to be part of (public resolvers, Apple, sinkholes): the smallest network. null: not known. */
export function infrastructureOfIp(ip: string): Infrastructure | null {
  const address = canonicalIp(ip)
  if (address === null) return null
  const bytes = addressBytes(address)
  const group = byFirstByte.get(groupOf(bytes))
  if (group === undefined) return null
  const bits = bitsOf(bytes)
  return group.find(({ prefix }) => bits.startsWith(prefix))?.infrastructure ?? null
}
