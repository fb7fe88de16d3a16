// What identifies: digests that stand for random ids, so that one event has one id whatever else happens in its fleet.
import { createHash } from 'node:crypto'

/** A UUID in upper case. 128 bits of the label, unlike the 32 that a stream of random numbers begins with. */
export function uuidOf(seed: number, label: string): string {
  const hex = createHash('sha256').update(`${seed}/${label}`).digest('hex').toUpperCase()
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-A${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
