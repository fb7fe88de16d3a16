// DHCP for IPv4: the name that a client gives itself, and leases. Source: RFC 2131, 2132, 4702.
import { addressAt, be32, hexOf } from './bytes.ts'

export type Dhcp = {
  readonly mac: string
  /** Name of the client, lower case; '' where it states none. */
  readonly host: string
  /** Address that the server confirms (ACK); '' in all other messages. */
  readonly leased: string
  /** Seconds; 0: not stated, or for ever. */
  readonly seconds: number
}

const option = { pad: 0, host: 12, lease: 51, type: 53, fqdn: 81, end: 255 }
const ack = 5

/** The message from `from` to `to`. null: none for an Ethernet address. */
export function readDhcp(b: Buffer, from: number, to: number): Dhcp | null {
  if (to - from < 240 || be32(b, from + 236) !== 0x63825363 || b[from + 2] !== 6) return null
  let type = 0
  let host = ''
  let seconds = 0
  for (let at = from + 240; at < to && b[at] !== option.end; ) {
    if (b[at] === option.pad) {
      at++
      continue
    }
    const data = at + 2
    const length = b[at + 1] ?? 0
    if (data + length > to) break
    if (b[at] === option.type && length === 1) type = b[data]!
    if (b[at] === option.host) host = nameOf(b, data, data + length)
    // flags and two codes before the name; written as labels where bit 2 of the flags is set
    if (b[at] === option.fqdn && length > 3 && host === '' && (b[data]! & 4) === 0)
      host = nameOf(b, data + 3, data + length)
    if (b[at] === option.lease && length === 4) seconds = be32(b, data)
    at = data + length
  }
  const given = addressAt(b, from + 16, 4)
  const held = addressAt(b, from + 12, 4)
  const ip = given !== '0.0.0.0' ? given : held
  return {
    mac: hexOf(b, from + 28, 6, ':'),
    host,
    leased: type === ack && ip !== '0.0.0.0' ? ip : '',
    seconds: seconds === 0xffffffff ? 0 : seconds,
  }
}

const nameOf = (b: Buffer, from: number, to: number): string =>
  b
    .toString('utf8', from, to)
    .replace(/[\x00-\x1f\x7f]/g, '')
    .toLowerCase()
