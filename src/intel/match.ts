// What matches what, written down as plainly as possible. The engine's SQL does the same over millions of rows; this is
// what it is tested against, and what a single look-up uses.
import ipaddr from 'ipaddr.js'
import { canonicalIp, canonicalName, canonicalUrl } from '../names/index.ts'
import { indicatorId } from './collect.ts'
import type { FeedIndicator } from './types.ts'

/** `url_host`: only the host of a URL indicator was met; whether the URL itself was, the telemetry cannot tell. */
export type Hit = {
  readonly indicator: FeedIndicator
  readonly how: 'domain' | 'host' | 'url' | 'url_host' | 'ip' | 'cidr'
}

const usable = (i: FeedIndicator): boolean => i.state === 'approved' || i.state === 'expired'
const isHit = (hit: Hit | null): hit is Hit => hit !== null

/**
 * Indicators that a name (or address, URL, host:port) as telemetry writes it matches. A domain matches itself and every
 * name below, on label borders; a host or SNI itself alone. Time plays no part: see `stateAtEvent`.
 */
export function matchName(indicators: readonly FeedIndicator[], name: string): Hit[] {
  const contacted = canonicalName(name)
  if (contacted === null) return []
  if (contacted.kind === 'ip') return matchIp(indicators, contacted.value)
  return indicators
    .filter((i) => i.match === 'domain' && usable(i))
    .map((i) => hitByName(i, contacted.value))
    .filter(isHit)
}

function hitByName(indicator: FeedIndicator, name: string): Hit | null {
  const same = name === indicator.value
  if (indicator.kind === 'url') return same ? { indicator, how: 'url_host' } : null
  if (indicator.kind === 'domain')
    return same || name.endsWith(`.${indicator.value}`) ? { indicator, how: 'domain' } : null
  return same ? { indicator, how: 'host' } : null
}

/** Indicators that an address matches: itself, the networks it lies in, and URLs on it. */
export function matchIp(indicators: readonly FeedIndicator[], ip: string): Hit[] {
  const contacted = canonicalIp(ip)
  if (contacted === null) return []
  return indicators
    .filter(usable)
    .map((indicator): Hit | null => {
      if (indicator.match === 'ip' && indicator.value === contacted)
        return { indicator, how: indicator.kind === 'url' ? 'url_host' : 'ip' }
      return indicator.match === 'cidr' && isInside(contacted, indicator.value) ? { indicator, how: 'cidr' } : null
    })
    .filter(isHit)
}

function isInside(ip: string, network: string): boolean {
  const address = ipaddr.parse(ip)
  const [base, prefix] = ipaddr.parseCIDR(network)
  return address.kind() === base.kind() && address.match(base, prefix)
}

/** Indicators that a URL matches: the same URL (whatever its scheme), else what its host matches. */
export function matchUrl(indicators: readonly FeedIndicator[], url: string): Hit[] {
  const contacted = canonicalUrl(url)
  if (contacted === null) return []
  const wanted = withoutScheme(contacted.url)
  const exact = indicators.filter((i) => i.url !== '' && usable(i) && withoutScheme(i.url) === wanted)
  const byHost = matchName(indicators, contacted.host).filter((hit) => hit.how !== 'url_host')
  return [...exact.map((indicator): Hit => ({ indicator, how: 'url' })), ...byHost]
}

const withoutScheme = (url: string): string => url.slice(url.indexOf('://') + 3)

/** What several feeds and families say about one indicator, together: one finding names them all. */
export type Merged = {
  readonly id: string
  readonly how: Hit['how']
  readonly families: readonly string[]
  readonly feeds: readonly string[]
  readonly targeted: boolean
  /** For `stateAtEvent`. */
  readonly assertions: readonly FeedIndicator[]
}

/** Hits by indicator (kind, value and URL), in the order in which each was first met. */
export function mergeHits(hits: readonly Hit[]): Merged[] {
  const byId = Map.groupBy(hits, (hit) => indicatorId(hit.indicator))
  return [...byId].map(([id, same]) => {
    const assertions = same.map((hit) => hit.indicator)
    return {
      id,
      how: same[0]!.how,
      families: [...new Set(assertions.flatMap((a) => a.families))],
      feeds: [...new Set(assertions.map((a) => a.feed))],
      targeted: assertions.some((a) => a.targeted === 1),
      assertions,
    }
  })
}
