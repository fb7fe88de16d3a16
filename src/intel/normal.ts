// One value of a feed → what it is compared with. Pure; the same value gives the same answer in every feed.
import type { ProblemCode } from '../model/index.ts'
import {
  canonicalCidr,
  canonicalIp,
  canonicalName,
  canonicalUrl,
  isPlainName,
  refang,
  registrableDomain,
} from '../names/index.ts'
import { type Hint, type Kind, kinds, type Match } from './kinds.ts'
import { doubtsAboutCidr, doubtsAboutIp, doubtsAboutName, doubtsAboutOther, isHostShared } from './vet.ts'

/** `doubt`: why a reviewer must see it first; '' when none must. `url`: '' unless the kind is url. */
export type Normal = {
  readonly kind: Kind
  readonly match: Match
  readonly value: string
  readonly url: string
  readonly doubt: string
}
export type Refusal = { readonly refused: ProblemCode; readonly why: string }

const longestValue = 8192
const refuse = (refused: ProblemCode, why: string): Refusal => ({ refused, why })

const isPlainDomain = (hint: Hint, raw: string): boolean =>
  (hint === 'any' || hint === 'domain') && raw.length < 254 && isPlainName(raw) && raw.includes('.')

/** A domain in canonical form that no reviewer need see: `normalise` would give it as it stands, without a doubt. */
export const isGoodDomain = (hint: Hint, raw: string): boolean =>
  isPlainDomain(hint, raw) && doubtsAboutName(raw) === ''

/**
 * Normalises and vets a value. `hint` is what the feed says it is; `any` when it does not say.
 * Never throws; a value that is no indicator is refused with the reason.
 */
export function normalise(hint: Hint, raw: string): Normal | Refusal {
  if (isPlainDomain(hint, raw)) return nameOf('domain', raw)
  const value = raw.trim()
  if (value === '') return refuse('missing_field', 'no value')
  if (value.length > longestValue) return refuse('bad_record', `value longer than ${longestValue} characters`)
  if (/[\u0000-\u001f\u007f]/.test(value)) return refuse('bad_record', 'control characters in the value')
  return byHint(hint === 'any' ? guess(value) : hint, value)
}

function byHint(hint: Exclude<Hint, 'any'>, value: string): Normal | Refusal {
  switch (hint) {
    case 'domain':
    case 'host':
    case 'sni':
      return fromName(hint, value)
    case 'url':
      return fromUrl(value)
    case 'ip':
    case 'ip_port':
    case 'cidr':
      return fromAddress(hint, value)
    case 'hash':
    case 'cert':
      return fromHash(hint, value)
    case 'email':
      return email.test(value)
        ? other('email', refang(value).toLowerCase())
        : refuse('bad_record', 'not an e-mail address')
    case 'ja3':
      return /^[0-9a-f]{32}$/i.test(value)
        ? other('ja3', value.toLowerCase())
        : refuse('bad_record', 'not a JA3 (32 hex digits)')
    case 'ja4':
      return ja4.test(value) ? other('ja4', value.toLowerCase()) : refuse('bad_record', 'not a JA4')
    case 'app':
    case 'package':
      return /\s/.test(value) ? refuse('bad_record', 'blanks in an app id') : other(hint, value)
    case 'process':
    case 'profile':
    case 'url_path':
    case 'file_name':
    case 'file_path':
      return other(hint, value)
    default:
      return fromDigest(hint, value)
  }
}

const email = /^[^\s@/]{1,64}(?:@|\[at\]|\(at\))[^\s@/]+\.[^\s@/]+$/i
const ja4 = /^[tqd]\d\d[di]\d{4}[a-z0-9]{2}_[0-9a-f]{12}_[0-9a-f]{12}$/i
/** Where iOS, macOS and Android files lie; every other leading slash in a list is the path of a URL (Maltrail). */
const filePath =
  /^\/(?:private|var|tmp|data|system|sdcard|usr|bin|sbin|etc|dev|library|applications|users|developer|storage|mnt)\//i

/** What a value looks like when the feed does not say. */
function guess(value: string): Exclude<Hint, 'any'> {
  if (/^[a-z][a-z0-9+.-]{0,20}(?:\[:\]|:)(?:\/\/|\[\/\/\])/i.test(value)) return 'url'
  if (value.startsWith('/')) return filePath.test(value) ? 'file_path' : 'url_path'
  if (email.test(value)) return 'email'
  if (/^[0-9a-f]+$/i.test(value) && digests.some((d) => d.length === value.length)) return 'hash'
  if (value.includes('/')) return canonicalCidr(value) === null ? 'url' : 'cidr'
  return 'domain'
}

/** Characters that no host name has, also none that UTS-46 refuses: markup, blanks, quotes. */
const notInNames = /[\s<>"'`,;|\\(){}^%$!?=&#~+@/:[\]]/

function fromName(kind: 'domain' | 'host' | 'sni', value: string): Normal | Refusal {
  if (/\s/.test(value)) return refuse('bad_name', 'blanks in a name')
  const plain = refang(value)
  if (plain.includes('://')) return fromUrl(plain)
  if (plain.includes('/')) return refuse('bad_name', 'a path in a name')
  const below = plain.startsWith('*.') || plain.startsWith('.')
  const name = canonicalName(below ? plain.slice(plain.indexOf('.') + 1) : plain)
  if (name === null) return refuse('bad_name', 'not a name or address')
  if (name.kind === 'ip') return ipOf(name.value)
  if (name.value.length > 253 || notInNames.test(name.value)) return refuse('bad_name', 'not a name or address')
  if (name.value.split('.').includes('')) return refuse('bad_name', 'an empty label in a name')
  if (!name.value.includes('.')) return refuse('bad_name', 'a single label, no full name')
  // Volexity (2022) and OTX write registrable domains as `hostname`: those stand for everything below them too.
  const exact = kind !== 'domain' && !below && registrableDomain(name.value) !== name.value
  return nameOf(exact ? kind : 'domain', name.value)
}

const nameOf = (kind: 'domain' | 'host' | 'sni', value: string): Normal => ({
  kind,
  match: 'domain',
  value,
  url: '',
  doubt: doubtsAboutName(value),
})
const ipOf = (value: string): Normal => ({ kind: 'ip', match: 'ip', value, url: '', doubt: doubtsAboutIp(value) })
const other = (kind: Kind, value: string): Normal => ({
  kind,
  match: kinds[kind].match,
  value,
  url: '',
  doubt: doubtsAboutOther(kind, value),
})

function fromUrl(value: string): Normal | Refusal {
  const plain = refang(value)
  const parsed = canonicalUrl(plain.includes('://') ? plain : `http://${plain}`)
  if (parsed === null) return refuse('bad_name', 'not a URL')
  const host = byHint('domain', parsed.host)
  if ('refused' in host) return host
  if (/^[^:]+:\/\/[^/?]+\/?$/.test(parsed.url)) return host
  const shared = host.kind !== 'ip' && isHostShared(host.value)
  const doubt = shared ? '' : host.doubt
  return { kind: 'url', match: shared ? '' : host.match, value: host.value, url: parsed.url, doubt }
}

function fromAddress(hint: 'ip' | 'ip_port' | 'cidr', value: string): Normal | Refusal {
  const plain = refang(value)
  if (plain.includes('://')) return fromUrl(plain)
  if (plain.includes('/')) {
    const net = canonicalCidr(plain)
    if (net === null) return refuse('bad_name', 'not a network')
    if (net.prefix === (net.family === 4 ? 32 : 128)) return ipOf(net.first)
    return { kind: 'cidr', match: 'cidr', value: net.text, url: '', doubt: doubtsAboutCidr(net) }
  }
  // ThreatFox writes IPv6 with port and without brackets (`2001:db8::5:443`): only the type tells the port.
  const colon = plain.lastIndexOf(':')
  const beforePort = hint === 'ip_port' && colon > 0 && !plain.includes(']') ? canonicalIp(plain.slice(0, colon)) : null
  const ip = beforePort ?? canonicalIp(plain)
  if (ip !== null) return ipOf(ip)
  const name = canonicalName(plain)
  return name?.kind === 'ip' ? ipOf(name.value) : refuse('bad_name', 'not an address')
}

const digests = [
  { kind: 'file_md5', cert: null, length: 32 },
  { kind: 'file_sha1', cert: 'cert_sha1', length: 40 },
  { kind: 'file_sha256', cert: 'cert_sha256', length: 64 },
  { kind: 'file_sha512', cert: null, length: 128 },
] as const

/** A digest whose length tells which it is. */
function fromHash(hint: 'hash' | 'cert', value: string): Normal | Refusal {
  const hex = value.replaceAll(':', '').toLowerCase()
  const digest = /^[0-9a-f]+$/.test(hex) ? digests.find((d) => d.length === hex.length) : undefined
  const kind = hint === 'cert' ? digest?.cert : digest?.kind
  return kind === undefined || kind === null
    ? refuse('bad_record', `not a ${hint} of a known length`)
    : other(kind, hex)
}

const hexDigits = {
  file_md5: 32,
  file_sha1: 40,
  cert_sha1: 40,
  app_cert_sha1: 40,
  file_sha256: 64,
  cert_sha256: 64,
  app_cert_sha256: 64,
  file_sha512: 128,
}

function fromDigest(kind: keyof typeof hexDigits, value: string): Normal | Refusal {
  const hex = value.replaceAll(':', '').toLowerCase()
  const good = hex.length === hexDigits[kind] && /^[0-9a-f]+$/.test(hex)
  return good ? other(kind, hex) : refuse('bad_record', `not ${hexDigits[kind]} hex digits`)
}
