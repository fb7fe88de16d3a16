// The DNS questions before contacts: one for each name that the resolver of the device has forgotten.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import type { Lookup, WorldEvent } from '../../world.ts'
import { hashOf, minute, weighted } from './draw.ts'

const types: readonly (readonly [Lookup['type'], number])[] = [
  ['A', 66],
  ['HTTPS', 24],
  ['AAAA', 10],
]

/** µs for which a name is remembered: apps and the resolver keep answers for longer than most names ask. */
const lifeOf = (host: string): number => (75 + (hashOf(host) % 900)) * minute

/** Questions for the contacts of one device, which must be in order of time. None for names inside of the device’s cache. */
export function questionsFor(random: Random, events: readonly WorldEvent[], from: Micros): Lookup[] {
  const until = new Map<string, Micros>()
  const asked: Lookup[] = []
  for (const event of events) {
    if (event.kind !== 'contact' || event.host === '' || event.ts < (until.get(event.host) ?? 0)) continue
    until.set(event.host, event.ts + lifeOf(event.host))
    const ts = Math.floor(event.ts - (4_000 + random.exponential() * 25_000))
    const type = weighted(random, types)
    if (ts < from) continue
    const { device, host, address } = event
    asked.push({ kind: 'lookup', ts, device, host, type, code: 'NOERROR', answers: type === 'A' ? [address] : [] })
  }
  return asked
}
