// What a device sends, as the sensor sees it: durations and failures.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import type { Contact, Lookup, Outcome, WorldEvent } from '../../world.ts'
import { logNormal, second, weighted } from './draw.ts'
import { addressOf } from './names.ts'

type Talk = {
  readonly ts: Micros
  /** Bundle id; '' for a daemon. */
  readonly app: string
  /** '' with an address: no name is sent. */
  readonly host: string
  readonly up: number
  readonly down: number
  readonly address?: string
  readonly port?: number
  readonly service?: Contact['service']
  readonly transport?: Contact['transport']
  /** µs */
  readonly duration?: number
  readonly outcome?: Outcome
  readonly byUser?: boolean
  readonly context?: string
}

export type Wire = {
  readonly events: WorldEvent[]
  talk(talk: Talk): void
  ask(ts: Micros, host: string, type: Lookup['type'], answers: readonly string[], code?: Lookup['code']): void
  add(event: WorldEvent): void
}

const failures: readonly (readonly [Outcome, number])[] = [
  ['reset', 42],
  ['unanswered', 36],
  ['refused', 15],
  ['malformed', 7],
]
/** Which address a host has at a time; CDNs move. */
export type AddressBook = (host: string, ts: Micros) => string

export const plainBook: AddressBook = (host) => addressOf(host)

/** Collects the events of one device. What lies outside of [from, to) is dropped. */
export function openWire(
  random: Random,
  device: number,
  from: Micros,
  to: Micros,
  failureRate: number,
  book: AddressBook,
): Wire {
  const events: WorldEvent[] = []
  const add = (event: WorldEvent): void => {
    if (event.ts >= from && event.ts < to) events.push(event)
  }
  const ask: Wire['ask'] = (ts, host, type, answers, code = 'NOERROR') =>
    add({ kind: 'lookup', ts: Math.floor(ts), device, host, type, code, answers })

  const record = (t: Talk, ts: Micros, outcome: Outcome, address: string): void => {
    const silent = outcome === 'unanswered' || outcome === 'refused'
    const part = outcome === 'reset' || outcome === 'malformed' ? random.next() * 0.6 : 1
    const up = silent ? 0 : Math.round(t.up * part)
    const down = silent ? 0 : Math.round(t.down * part)
    const asked =
      t.duration ?? (80_000 + random.exponential() * 4 * second + (t.up + t.down) / logNormal(random, 2, 0.8)) * 1
    add({
      kind: 'contact',
      ts: Math.floor(ts),
      device,
      app: t.app,
      host: t.host,
      address,
      port: t.port ?? 443,
      transport: t.transport ?? (t.service === 'quic' ? 'udp' : 'tcp'),
      service: t.service ?? 'ssl',
      duration: Math.floor(
        outcome === 'unanswered' ? 3 * second : outcome === 'refused' ? 8_000 + random.next() * 60_000 : asked * part,
      ),
      bytesOut: up,
      bytesIn: down,
      outcome,
      byUser: t.byUser ?? false,
      ...(t.context === undefined ? {} : { context: t.context }),
    })
  }

  return {
    events,
    add,
    ask,
    talk(t) {
      const address = t.address ?? book(t.host, t.ts)
      const outcome = t.outcome ?? (random.chance(failureRate) ? weighted(random, failures) : 'closed')
      record(t, t.ts, outcome, address)
      // who did not get through tries again
      if (t.outcome === undefined && outcome !== 'closed' && random.chance(0.6))
        record(t, t.ts + (1 + random.exponential() * 6) * second, 'closed', address)
    },
  }
}
