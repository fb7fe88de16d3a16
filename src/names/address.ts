// IP addresses, networks and MAC addresses in one canonical text each.
import ipaddr from 'ipaddr.js'
import { refang } from './refang.ts'

/** Asked first: ipaddr.js throws inside for other text and catches itself, 40 µs a name. */
const FOUR = /^\d{1,3}(?:\.\d{1,3}){3}$/
const SIX = /^[0-9a-f:.]{2,45}$/i
const MAPPED = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/

/** Address text without brackets and zone. */
function bare(raw: string): string {
  const text = raw.trim()
  const inner = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  const zone = inner.indexOf('%')
  return zone > 0 && inner.includes(':') ? inner.slice(0, zone) : inner
}

/**
 * IPv6 is read by Node's URL parser: ipaddr.js 2.5 reads `::1.2.3.4` as `::ffff:1.2.3.4`, and octal and hex in the tail.
 * The URL parser's text is that of RFC 5952, save for mapped addresses.
 */
function six(text: string): string | null {
  if (!SIX.test(text) || !text.includes(':')) return null
  const host = URL.parse(`http://[${text}]/`)?.hostname
  return host === undefined ? null : host.slice(1, -1)
}

/**
 * Canonical text of an address: dotted quad of four decimal parts, or RFC 5952. Brackets and zone are taken away and
 * IPv4-mapped IPv6 becomes IPv4. null: not an address (`1.2.3`, `0x7f.1`, `010.0.0.1`, host:port). Never throws.
 */
export function canonicalIp(raw: string): string | null {
  // The longest form with brackets and a zone is far shorter; keeps hostile text cheap.
  if (raw.length > 200) return null
  const text = bare(raw)
  if (!text.includes(':')) return FOUR.test(text) && ipaddr.IPv4.isValidFourPartDecimal(text) ? text : null
  const address = six(text)
  if (address === null) return null
  const mapped = MAPPED.exec(address)
  if (mapped === null) return address
  const high = Number.parseInt(mapped[1]!, 16)
  const low = Number.parseInt(mapped[2]!, 16)
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
}

/** `ip` (canonical) as bytes: 4 or 16. */
export function addressBytes(ip: string): number[] {
  return ipaddr.parse(ip).toByteArray()
}

function clearHostBits(bytes: number[], prefix: number): number[] {
  return bytes.map((byte, i) => {
    const kept = Math.min(8, Math.max(0, prefix - i * 8))
    return byte & (0xff << (8 - kept)) & 0xff
  })
}

const textOf = (bytes: number[]): string =>
  bytes.length === 4
    ? bytes.join('.')
    : six(Array.from({ length: 8 }, (_, i) => ((bytes[i * 2]! << 8) | bytes[i * 2 + 1]!).toString(16)).join(':'))!

const CIDR = /^(.{2,60})\/(\d{1,3})$/

/**
 * Network in CIDR notation with its host bits cleared: `10.1.2.3/8` → `10.0.0.0/8`. `first` is the network's first address,
 * `text` the whole. A network of IPv4-mapped addresses (`::ffff:10.0.0.0/104`) becomes that of IPv4, as `canonicalIp` does.
 * null: not a network (a lone address is none). Defanged text is understood. Never throws.
 */
export function canonicalCidr(raw: string): { family: 4 | 6; prefix: number; first: string; text: string } | null {
  if (raw.length > 200) return null
  const match = CIDR.exec(refang(raw.trim()))
  if (match === null) return null
  const written = match[1]!
  const ip = canonicalIp(written)
  if (ip === null) return null
  const bits = Number(match[2])
  const family = ip.includes(':') ? 6 : 4
  const wasMapped = family === 4 && written.includes(':')
  if (bits > (family === 6 || wasMapped ? 128 : 32)) return null
  // Shorter than /96 the network reaches beyond the mapped range: it stays IPv6, where its first address is `::`-like.
  if (wasMapped && bits < 96) {
    const mapped = [...new Array<number>(10).fill(0), 255, 255, ...addressBytes(ip)]
    const first = textOf(clearHostBits(mapped, bits))
    return { family: 6, prefix: bits, first, text: `${first}/${bits}` }
  }
  const prefix = wasMapped ? bits - 96 : bits
  const first = textOf(clearHostBits(addressBytes(ip), prefix))
  return { family, prefix, first, text: `${first}/${prefix}` }
}

const MAC_PARTS =
  /^([0-9a-f]{1,2})[:-]([0-9a-f]{1,2})[:-]([0-9a-f]{1,2})[:-]([0-9a-f]{1,2})[:-]([0-9a-f]{1,2})[:-]([0-9a-f]{1,2})$/
const MAC_SOLID = /^[0-9a-f]{12}$/
const MAC_DOTTED = /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/

/**
 * MAC address as `aa:bb:cc:dd:ee:ff`, from colons, hyphens, Cisco dots or none; parts without their leading zero (macOS
 * `arp`) are understood. null: not a MAC address.
 */
export function canonicalMac(raw: string): string | null {
  if (raw.length > 100) return null
  const text = raw.trim().toLowerCase()
  const parts = MAC_PARTS.exec(text)
  if (parts !== null)
    return parts
      .slice(1)
      .map((part) => part.padStart(2, '0'))
      .join(':')
  if (!MAC_SOLID.test(text) && !MAC_DOTTED.test(text)) return null
  return text.replaceAll('.', '').match(/../g)!.join(':')
}

/**
 * Is it a locally administered unicast address? iOS (14 and later) makes up such "private Wi-Fi addresses" and rotates
 * them: it is no identity. `mac` in any notation; false for what is no MAC address.
 */
export function isPrivateMac(mac: string): boolean {
  const canonical = canonicalMac(mac)
  return canonical !== null && (Number.parseInt(canonical.slice(0, 2), 16) & 0b11) === 0b10
}
