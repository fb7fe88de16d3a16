// What the name or address that was met is part of, and what that means for a finding. Rules: detection.md 1.3 and 1.4.
import type { Severity } from '../../model/index.ts'
import {
  icannDomain,
  infrastructureOf,
  infrastructureOfIp,
  isSharedSuffix,
  registrableDomain,
} from '../../names/index.ts'
import type { CaveatCode } from './caveats.ts'
import type { Weight } from './score.ts'

export type Effect = {
  readonly code: CaveatCode
  readonly weight: Weight | null
  readonly atMost: Severity | null
  readonly owner: string
}

/** Infrastructure where many tenants share a name: only the exact host or a URL is evidence there. */
const shared: ReadonlySet<string> = new Set(['cdn', 'shared_host', 'cloud', 'shortener'])

const effects: Readonly<Record<string, Omit<Effect, 'owner'>>> = {
  sdk: { code: 'embedded_third_party', weight: 'embedded_third_party', atMost: null },
  dynamic_dns: { code: 'dynamic_dns', weight: null, atMost: null },
  sinkhole: { code: 'sinkhole', weight: 'sinkhole', atMost: 'low' },
  parking: { code: 'parked', weight: 'parked', atMost: 'low' },
  scanner: { code: 'scanner', weight: 'scanner', atMost: 'low' },
  relay: { code: 'relay', weight: null, atMost: null },
  top_site: { code: 'known_service', weight: 'known_service', atMost: 'low' },
  apple: { code: 'known_service', weight: 'known_service', atMost: 'low' },
  public_resolver: { code: 'known_service', weight: 'known_service', atMost: 'low' },
}

/**
 * What the place of a contact says. `value`: canonical name or address; `listed`: value of the indicator; `exact`: the URL
 * itself was met. null: nothing is known of the place, or it is the tenant's own host.
 */
export function effectOf(value: string, isAddress: boolean, listed: string, exact: boolean): Effect | null {
  const place = isAddress ? infrastructureOfIp(value) : infrastructureOf(value)
  if (place === null) return null
  if (!shared.has(place.kind)) return { ...effects[place.kind]!, owner: place.owner }
  if (exact || (!isService(listed) && (isTenant(listed) || value === listed))) return null
  return { code: 'shared_infrastructure', weight: 'shared_infrastructure', atMost: 'low', owner: place.owner }
}

/** A name that its own tenant was given below a private suffix (`evil.github.io`): a host like any other. */
const isTenant = (name: string): boolean => {
  const own = registrableDomain(name)
  return own !== null && own !== icannDomain(name)
}

/** The service's own name (`bit.ly`, `firebasestorage.googleapis.com`), not one of its customers'. */
const isService = (name: string): boolean => {
  const place = infrastructureOf(name)
  const above = infrastructureOf(name.slice(name.indexOf('.') + 1))
  return isSharedSuffix(name) || above?.kind !== place?.kind || above?.owner !== place?.owner
}
