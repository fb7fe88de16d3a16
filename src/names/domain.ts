// Domain names: the one canonical form, for telemetry and indicators alike.
import { domainToASCII, domainToUnicode } from 'node:url'
import { canonicalIp } from './address.ts'
import { splitAddress } from './authority.ts'
import { FORBIDDEN_IN_HOST, trimName } from './text.ts'

export type CanonicalName = { kind: 'domain' | 'ip'; value: string; valid: boolean }

const PLAIN = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/
/** A last label that URL parsers take for part of an IPv4 address (WHATWG URL, "ends in a number"). */
const NUMBER = /^(?:\d+|0x[\da-f]*)$/
/**
 * Signs that mean something to the parsing of an address or to refanging: a name with one of them is compared as it
 * stands, since writing other labels in ASCII could make an address of it.
 */
export const STRUCTURAL = /[/?#\\:@[\](){}]/
const NOT_ASCII = /[^\u0000-\u007f]/
/** UTS-46 takes all four for a label border. */
const LABEL_BORDER = /[.\u3002\uff0e\uff61]/
/** A name is at most 253 characters on the wire (RFC 1035); far longer text is not worth an IDNA pass. */
const IDNA_LIMIT = 1024

const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

function endsInNumber(name: string): boolean {
  const start = name.lastIndexOf('.') + 1
  const code = name.charCodeAt(start)
  // Only a label that begins with a digit can be a number; spares the regular expression for nearly all names.
  return code >= 0x30 && code <= 0x39 && NUMBER.test(name.slice(start))
}

const hasPunycode = (name: string): boolean => name.startsWith('xn--') || name.includes('.xn--')

/**
 * Does SQL's `lower` without the final dot already give the canonical name? True for lower-case letters, digits, `_` and
 * `-` in labels without gaps, whose last label is not a number (that might be an address) and none of which is Punycode.
 */
export function isPlainName(name: string): boolean {
  return PLAIN.test(name) && !endsInNumber(name) && !hasPunycode(name)
}

const fitsDns = (name: string): boolean =>
  name.length <= 63 || (name.length <= 253 && name.split('.').every((label) => label.length <= 63))

/** Are all Punycode labels what UTS-46 would write for the name they stand for? `domainToASCII` does not check them. */
function punycodeHolds(name: string): boolean {
  const unicode = domainToUnicode(name)
  return !hasPunycode(unicode) && domainToASCII(unicode) === name
}

function isValidAscii(name: string): boolean {
  return (
    !FORBIDDEN_IN_HOST.test(name) &&
    !name.includes('..') &&
    !endsInNumber(name) &&
    fitsDns(name) &&
    (!hasPunycode(name) || punycodeHolds(name))
  )
}

/**
 * UTS-46 form of `text`, or null where it has none made of plain labels. The `.a` behind it keeps `domainToASCII` from
 * reading an address out of a name such as `0x7f.1`; it percent-decodes as well, and cuts at `/`, so neither may come in.
 */
function toAscii(text: string): string | null {
  if (text.length > IDNA_LIMIT || FORBIDDEN_IN_HOST.test(text)) return null
  const ascii = domainToASCII(`${text}.a`)
  const name = ascii.slice(0, -2)
  return ascii.endsWith('.a') && PLAIN.test(name) ? name : null
}

/** UTS-46 rejects the whole: the labels that can be written in ASCII are, the others stay as lower-case bytes. */
function labelByLabel(text: string): string {
  return text
    .split(LABEL_BORDER)
    .map((label) => {
      const ascii = NOT_ASCII.test(label) ? toAscii(label) : null
      return ascii === null || ascii.includes('.') ? lowerAscii(label) : ascii
    })
    .join('.')
}

/**
 * Host as it stands in an address, without port and userinfo → canonical. Four decimal parts are an IPv4 address, and
 * nothing else that looks like numbers is. null: empty.
 */
export function canonicalHost(host: string): CanonicalName | null {
  const text = trimName(host)
  if (text === '') return null
  const ip = canonicalIp(text)
  if (ip !== null) return { kind: 'ip', value: ip, valid: true }
  if (!NOT_ASCII.test(text)) {
    const name = lowerAscii(text)
    return { kind: 'domain', value: name, valid: isValidAscii(name) }
  }
  if (STRUCTURAL.test(text) || text.length > IDNA_LIMIT)
    return { kind: 'domain', value: lowerAscii(text), valid: false }
  const ascii = toAscii(text)
  if (ascii === null) {
    // Signs such as `*` have no place in an IDN, yet are nothing that would be rejected in the ASCII name that came out.
    const name = labelByLabel(text)
    return { kind: 'domain', value: name, valid: !NOT_ASCII.test(name) && isValidAscii(name) }
  }
  // Full-width digits are digits to UTS-46, and so to browsers.
  const mapped = canonicalIp(ascii)
  if (mapped !== null) return { kind: 'ip', value: mapped, valid: true }
  return { kind: 'domain', value: ascii, valid: isValidAscii(ascii) }
}

/**
 * Name or address as telemetry or a feed writes it (URL, host:port, userinfo, `evil[.]com`, hxxp, dots and blanks at the
 * ends, IDN, IPv6 in brackets) → canonical: lower-case A-labels without final dot, or the address as `canonicalIp` has it.
 * null: nothing there. valid=false: UTS-46 (or DNS, by its lengths) rejects it; it is then kept as lower-case bytes label
 * by label, never rewritten to another name (`0x7f.1`, `x%41.com`), and still matches by suffix. Never throws; doing it
 * twice changes nothing more. Without `//` in front, text before a `/` is a host only if it is dotted or has a port:
 * `a/b.evil.com` is a name of DNS, `evil.com/b` a host with a path.
 */
export function canonicalName(raw: string): CanonicalName | null {
  if (isPlainName(raw)) return { kind: 'domain', value: raw, valid: fitsDns(raw) }
  // Upper case and the final dot are nearly all that telemetry adds: a tenth of the cost of taking an address apart.
  const lower = lowerAscii(raw.endsWith('.') ? raw.slice(0, -1) : raw)
  if (isPlainName(lower)) return { kind: 'domain', value: lower, valid: fitsDns(lower) }
  return canonicalHost(splitAddress(raw).host)
}

/** The name and every name above it: `a.b.evil.com` → [`a.b.evil.com`, `b.evil.com`, `evil.com`, `com`]. '' → []. */
export function parentsOf(name: string): string[] {
  if (name === '') return []
  const parents = [name]
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) parents.push(name.slice(dot + 1))
  return parents
}
