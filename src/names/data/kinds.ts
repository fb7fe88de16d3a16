/** What a known name or address is part of. `cdn`, `shared_host` and `cloud`: only an exact host or URL is evidence there. */
export type InfrastructureKind =
  | 'cdn'
  | 'shared_host'
  | 'cloud'
  | 'sdk'
  | 'dynamic_dns'
  | 'shortener'
  | 'sinkhole'
  | 'parking'
  | 'scanner'
  | 'public_resolver'
  | 'relay'
  | 'top_site'
  | 'apple'

export type Infrastructure = { readonly kind: InfrastructureKind; readonly owner: string }

/** One owner's names (each with all names below it) or networks of one kind. */
export type Owned = Infrastructure & { readonly of: readonly string[] }
