// Where the host stands in a text that may be a URL, an authority (userinfo, port) or just a name.
import { canonicalIp } from './address.ts'
import { refang } from './refang.ts'
import { FORBIDDEN_IN_HOST, trimAddress, trimName } from './text.ts'

export type Split = {
  /** Lower case; null: none is written. */
  scheme: string | null
  /** Without userinfo and port; IPv6 perhaps in brackets. */
  host: string
  /** Digits; '' where none are written. */
  port: string
  /** From the first `/`, `?`, `#` (or `\`) on; '' where there is none. */
  rest: string
}

/** Browsers take any number of slashes, either way round, after these; after any other scheme it must be `//`. */
const SPECIAL = /^(https?|ftp|wss?):[/\\]+/i
const SCHEME = /^([a-z][a-z0-9+.-]{0,40}):\/\//i
const HOST_END = /[/?#\\]/
const PORT = /^(.*):(\d{0,5})$/s
const DOTTED = /[^.\u3002\uff0e\uff61][.\u3002\uff0e\uff61][^.\u3002\uff0e\uff61]/

function splitPort(text: string): { host: string; port: string } {
  if (text.startsWith('[')) {
    const close = text.indexOf(']')
    const port = PORT.exec(text.slice(close + 1))
    return close > 0 && port !== null && port[1] === ''
      ? { host: text.slice(0, close + 1), port: port[2]! }
      : { host: text, port: '' }
  }
  const match = PORT.exec(text)
  // With a second colon it is an IPv6 address without brackets, or no host at all: the digits are no port.
  if (match === null || match[1]!.includes(':')) return { host: text, port: '' }
  return { host: match[1]!, port: match[2]! }
}

function splitAuthority(authority: string): { host: string; port: string } {
  return splitPort(trimName(authority.slice(authority.lastIndexOf('@') + 1)))
}

function cutAtPath(text: string): { authority: string; rest: string } {
  const end = text.search(HOST_END)
  return end === -1 ? { authority: text, rest: '' } : { authority: text.slice(0, end), rest: text.slice(end) }
}

/** Can text before a `/` that has no scheme be a host? Names of DNS may hold a slash as well (RFC 2317, DNS-SD). */
function looksLikeHost({ host, port }: { host: string; port: string }): boolean {
  if (canonicalIp(host) !== null) return true
  return host !== '' && !FORBIDDEN_IN_HOST.test(host) && (port !== '' || DOTTED.test(host))
}

/** Without defanging and edges. In turns, since either can bring the other's work to light: `(dot)hxxp://…`. */
function plainText(raw: string): string {
  let text = trimAddress(raw)
  for (let next = trimAddress(refang(text)); next !== text; next = trimAddress(refang(text))) text = next
  return text
}

/** The parts of an address, refanged. Never throws; what is no address at all comes back whole as `host`. */
export function splitAddress(raw: string): Split {
  const text = plainText(raw)
  const scheme = SPECIAL.exec(text) ?? SCHEME.exec(text)
  if (scheme !== null) {
    const { authority, rest } = cutAtPath(text.slice(scheme[0].length))
    return { scheme: scheme[1]!.toLowerCase(), ...splitAuthority(authority), rest }
  }
  if (text.startsWith('//')) {
    const { authority, rest } = cutAtPath(text.slice(2))
    return { scheme: null, ...splitAuthority(authority), rest }
  }
  const { authority, rest } = cutAtPath(text)
  const parts = splitAuthority(authority)
  if (rest !== '' && !looksLikeHost(parts)) return { scheme: null, host: text, port: '', rest: '' }
  return { scheme: null, ...parts, rest }
}
