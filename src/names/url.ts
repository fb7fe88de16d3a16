// URLs in one canonical text.
import { splitAddress } from './authority.ts'
import { canonicalHost, STRUCTURAL } from './domain.ts'

const DEFAULT_PORT: Readonly<Record<string, number>> = { http: 80, https: 443, ws: 80, wss: 443, ftp: 21 }

/**
 * URL as telemetry or a feed writes it → refanged, scheme and host in lower case and canonical, without userinfo, default
 * port and fragment; the path as browsers would ask for it (dot segments resolved, blanks and non-ASCII escaped, never
 * empty). `host` is as in `canonicalName`, without brackets; `path` is path and query (`/a?b=1`), its case kept.
 * Without a scheme, `evil.com/a` is read as http; a bare host without a path is no URL: null. Never throws.
 */
export function canonicalUrl(raw: string): { url: string; host: string; path: string } | null {
  const parts = splitAddress(raw)
  if (parts.scheme === null && parts.rest === '') return null
  const host = canonicalHost(parts.host)
  // A host that holds signs of the address itself would be read otherwise the next time.
  if (host === null || (host.kind === 'domain' && STRUCTURAL.test(host.value))) return null
  const scheme = parts.scheme ?? 'http'
  const port = parts.port === '' ? undefined : Number(parts.port)
  if (port !== undefined && port > 65535) return null
  // A host of our own: only the path is the URL parser's business, since it would rewrite names such as 0x7f.1.
  const parsed = URL.parse(`http://h${parts.rest}`)
  if (parsed === null) return null
  const path = parsed.pathname + parsed.search
  const inUrl = host.value.includes(':') && host.kind === 'ip' ? `[${host.value}]` : host.value
  const shownPort = port === undefined || port === DEFAULT_PORT[scheme] ? '' : `:${port}`
  return { url: `${scheme}://${inUrl}${shownPort}${path}`, host: host.value, path }
}
