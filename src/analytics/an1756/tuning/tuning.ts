// Tuning without code: what the data files and the operator's own say makes no surprise.
import { canonicalIp, parentsOf } from '../../../names/index.ts'
import { endpointOf } from '../place.ts'
import { quietByClass } from './classes.ts'
import type { QuietKind } from './kinds.ts'
import { type Network, openNetworks } from './networks.ts'

/** A service that the operator vouches for, ready to be asked for. */
export type Service = {
  /** Canonical names, with all below them. */
  readonly names: readonly string[]
  readonly networks: readonly Network<null>[]
  /** null: all. */
  readonly ports: ReadonlySet<string> | null
  readonly quiet: ReadonlySet<QuietKind>
  /** It holds for what was first met before, s since 1970. */
  readonly until: number
  readonly author: string
  readonly reason: string
}

/** What makes no surprise: classes (ours) and services (the operator's). */
export type Tuning = {
  quiet(kind: QuietKind, met: Met): boolean
  /** The services that make it quiet; none: a class does, or nothing. */
  vouched(kind: QuietKind, met: Met): readonly Service[]
}

/** A destination as in `place` and `visit`: of an internal service `host:port`. `at`: first met, s since 1970. */
export type Met = { readonly destination: string; readonly class: string; readonly at: number }

/** What ships, and what the operator adds. */
export function openTuning(services: readonly Service[] = []): Tuning {
  const vouched = openServices(services)
  return {
    vouched,
    quiet: (kind, met) => quietByClass.get(met.class)?.has(kind) === true || vouched(kind, met).length > 0,
  }
}

export const shipped: Tuning = openTuning()

function openServices(services: readonly Service[]): Tuning['vouched'] {
  if (services.length === 0) return () => []
  const byName = new Map<string, Service[]>()
  for (const service of services)
    for (const name of service.names) byName.set(name, [...(byName.get(name) ?? []), service])
  const byNetwork = openNetworks(
    services.flatMap((service) => service.networks.map((network) => ({ ...network, value: service }))),
  )
  const known = new Map<string, readonly Service[]>()
  const servicesOf = (host: string): readonly Service[] => {
    let found = known.get(host)
    if (found === undefined) {
      const ip = canonicalIp(host)
      found = ip === null ? parentsOf(host).flatMap((name) => byName.get(name) ?? []) : byNetwork(ip)
      known.set(host, found)
    }
    return found
  }
  return (kind, { destination, class: is, at }) => {
    const { host, port } = is === 'internal' ? endpointOf(destination) : { host: destination, port: '' }
    return servicesOf(host).filter(
      (service) => service.quiet.has(kind) && at < service.until && (service.ports === null || service.ports.has(port)),
    )
  }
}
