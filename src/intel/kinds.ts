// Kinds of indicator: what each is compared with, how long it lives, and the words that feeds have for it.

type KindFacts = {
  /** Column `match` of table `indicator`; '' is searchable only. */
  readonly match: 'domain' | 'ip' | 'cidr' | 'app' | 'process' | 'ja3' | 'ja4' | 'cert' | ''
  /** Days until somebody has to look again; after twice that, confidence is at its floor. Never ends a match. */
  readonly lifetimeDays: number
  /** δ of the MISP decay formula (OpenCTI calls it pound). */
  readonly decay: number
}

const name = { match: 'domain', lifetimeDays: 300, decay: 0.7 } as const
const address = { lifetimeDays: 47, decay: 0.55 } as const
const searchable = { match: '', lifetimeDays: 300, decay: 0.7 } as const

/**
 * `domain`: itself and every name below it. `host`, `sni`: that name alone. `url`: the whole URL, and with less weight
 * its host. A URL without path and query says no more than its host, and becomes a `domain` or an `ip`.
 */
export const kinds = {
  domain: name,
  host: name,
  sni: name,
  url: { ...address, match: 'domain' },
  url_path: { ...address, match: '' },
  ip: { ...address, match: 'ip' },
  cidr: { ...address, match: 'cidr' },
  cert_sha1: { ...searchable, match: 'cert' },
  cert_sha256: { ...searchable, match: 'cert' },
  /** Certificate that an app is signed with: never seen on the wire. */
  app_cert_sha1: searchable,
  app_cert_sha256: searchable,
  ja3: { ...searchable, match: 'ja3' },
  ja4: { ...searchable, match: 'ja4' },
  process: { ...searchable, match: 'process' },
  app: { ...searchable, match: 'app' },
  /** Android package: no iOS device has it. */
  package: searchable,
  file_name: searchable,
  file_path: searchable,
  file_md5: searchable,
  file_sha1: searchable,
  file_sha256: searchable,
  file_sha512: searchable,
  profile: searchable,
  email: searchable,
} as const satisfies Record<string, KindFacts>

export type Kind = keyof typeof kinds
export type Match = KindFacts['match']

/** What a feed may say instead of a kind: `any` = look at the value; `ip_port` = last colon starts the port; `hash` = by length. */
export type Hint = Kind | 'any' | 'ip_port' | 'hash' | 'cert'

const words: Record<Hint, string> = {
  any: 'indicator ioc value observable iocvalue indicatorvalue artifact artefact',
  domain: 'domain domains domainname domainnames domainnamevalue dns',
  host: 'hostname hostnames fqdn host hostnameport',
  sni: 'sni servername tlssni',
  url: 'url urls link urlvalue',
  url_path: 'uri urlpath uripath',
  ip: 'ip ips ipv4 ipv6 ip4 ip6 ipaddress ipaddr ip4addr ip6addr ipv4addr ipv6addr ipdst ipsrc ipv4address ipv6address dstip address',
  ip_port: 'ipport ipdstport ipsrcport ipv4port',
  cidr: 'cidr subnet network iprange netblock ipv4cidr',
  hash: 'hash hashes file filehash files',
  cert: 'cert certificate certificates certhash',
  cert_sha1: 'x509fingerprintsha1 certsha1 sslcertfingerprint sslfingerprint',
  cert_sha256: 'x509fingerprintsha256 certsha256',
  app_cert_sha1: 'appcertsha1',
  app_cert_sha256: 'appcertsha256',
  ja3: 'ja3 ja3fingerprintmd5 ja3hash ja3fingerprint',
  ja4: 'ja4 ja4fingerprint',
  process: 'process processes processname processnames',
  app: 'app appid appids bundleid bundleids bundle mobileapplicationid mobileappid iosbundle iosbundles',
  package: 'package packages packagename packagenames androidpackage',
  file_name: 'filename filenames',
  file_path: 'filepath filepaths path paths',
  file_md5: 'md5 filehashmd5 md5hash filemd5',
  file_sha1: 'sha1 filehashsha1 sha1hash filesha1',
  file_sha256: 'sha256 filehashsha256 sha256hash filesha256',
  file_sha512: 'sha512 filehashsha512 filesha512',
  profile: 'profile profileid configurationprofile configprofile configprofiles configurationprofileid',
  email: 'email emails emailsrc emaildst emailreplyto emailaddr emailaddress mail',
}
const hints = new Map<string, Hint>()
for (const [hint, list] of Object.entries(words)) for (const word of list.split(' ')) hints.set(word, hint as Hint)

/** Letters and digits of a heading or type, lower case: `IP-Address` → `ipaddress`. */
export const squash = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]+/g, '')

/** The kind that a feed's own word for a type stands for (`ip-dst`, `FileHash-SHA256`, `entity_type`'s `hostname`); null: none. */
export const hintOf = (word: string): Hint | null => hints.get(squash(word)) ?? null
