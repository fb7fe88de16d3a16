// Numbers of Pi-hole's database as words. Source: docs.pi-hole.net/database/query-database, FTL 5 to 6.

export const queryTypes: readonly string[] = [
  '',
  'A',
  'AAAA',
  'ANY',
  'SRV',
  'SOA',
  'PTR',
  'TXT',
  'NAPTR',
  'MX',
  'DS',
  'RRSIG',
  'DNSKEY',
  'NS',
  'OTHER',
  'SVCB',
  'HTTPS',
]

/** `blocked`: the client got no answer of the name. */
export const statuses: readonly (readonly [word: string, action: '' | 'allowed' | 'blocked'])[] = [
  ['UNKNOWN', ''],
  ['GRAVITY', 'blocked'],
  ['FORWARDED', 'allowed'],
  ['CACHE', 'allowed'],
  ['REGEX', 'blocked'],
  ['DENYLIST', 'blocked'],
  ['EXTERNAL_BLOCKED_IP', 'blocked'],
  ['EXTERNAL_BLOCKED_NULL', 'blocked'],
  ['EXTERNAL_BLOCKED_NXRA', 'blocked'],
  ['GRAVITY_CNAME', 'blocked'],
  ['REGEX_CNAME', 'blocked'],
  ['DENYLIST_CNAME', 'blocked'],
  ['RETRIED', 'allowed'],
  ['RETRIED_DNSSEC', 'allowed'],
  ['IN_PROGRESS', 'allowed'],
  ['DBBUSY', 'blocked'],
  ['SPECIAL_DOMAIN', 'blocked'],
  ['CACHE_STALE', 'allowed'],
  ['EXTERNAL_BLOCKED_EDE15', 'blocked'],
]
