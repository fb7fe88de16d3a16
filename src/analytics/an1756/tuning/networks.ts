// Networks, and what is said of each: the narrowest one that holds an address counts.
import { BlockList } from 'node:net'
import { canonicalCidr, canonicalIp } from '../../../names/index.ts'

export type Network<T> = {
  readonly family: 'ipv4' | 'ipv6'
  /** First address of it. */
  readonly first: string
  readonly prefix: number
  readonly value: T
}

const familyOf = (ip: string): 'ipv4' | 'ipv6' => (ip.includes(':') ? 'ipv6' : 'ipv4')

/** A network in CIDR notation, or a lone address; null: neither. */
export function networkOf<T>(written: string, value: T): Network<T> | null {
  const ip = canonicalIp(written)
  if (ip !== null) return { family: familyOf(ip), first: ip, prefix: ip.includes(':') ? 128 : 32, value }
  const network = canonicalCidr(written)
  return network && { family: familyOf(network.first), first: network.first, prefix: network.prefix, value }
}

/** Of a canonical address the values of all networks that hold it, narrowest first. */
export function openNetworks<T>(networks: readonly Network<T>[]): (ip: string) => T[] {
  const listOf = (some: readonly Network<T>[]): BlockList => {
    const list = new BlockList()
    for (const { first, prefix, family } of some) list.addSubnet(first, prefix, family)
    return list
  }
  const each = [...networks]
    .sort((a, b) => b.prefix - a.prefix)
    .map((one) => ({ list: listOf([one]), value: one.value }))
  // most addresses lie in none: one question instead of one for each
  const all = listOf(networks)
  return (ip) => {
    const family = familyOf(ip)
    return all.check(ip, family) ? each.flatMap(({ list, value }) => (list.check(ip, family) ? [value] : [])) : []
  }
}
