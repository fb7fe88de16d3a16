// Many internal services that are new to a device within hours: whoever holds a phone and looks for the next machine asks
// hosts and ports that its owner never used. Printing and casting scans do so too, but on ports that half the fleet uses,
// and administrators do so again and again: both are known by that.
import { endpointOf } from '../place.ts'
import type { EpisodeRow } from '../row.ts'
import type { Fleet, Surprise } from '../surprise.ts'
import { type Found, ranked, settled } from './ranked.ts'

/** s */
const window = 6 * 3600

/** Internal services that are new to a device, in windows of six hours that begin with one; refusals weigh as much again. */
export function breadth(episodes: readonly EpisodeRow[], least: number, fleet: Fleet): Surprise[] {
  const internal = episodes.filter((row) => row.class === 'internal' && settled(row))
  const portOf = (row: EpisodeRow): string => endpointOf(row.destination).port
  // endpoints that hardly anybody else knows: printing and casting scans meet them all over the fleet, on their own ports
  const seldom = (row: EpisodeRow): boolean => row.others <= 2
  const users = new Map(
    [...Map.groupBy(internal.filter(seldom), portOf)].map(([port, rows]) => [
      port,
      new Set(rows.map((row) => row.who)).size,
    ]),
  )
  const rarity = (row: EpisodeRow): number => Math.log((fleet.size + 1) / (users.get(portOf(row))! + 1))
  const found = [...Map.groupBy(internal, (row) => row.who)].flatMap(([who, rows]) => {
    const out: Found[] = []
    const sorted = [...rows].sort((a, b) => a.t0 - b.t0)
    for (let i = 0; i < sorted.length; ) {
      const first = sorted[i]!
      let j = i
      while (j < sorted.length && sorted[j]!.t0 <= first.t0 + window) j++
      const inside = sorted.slice(i, j).filter(seldom)
      const hosts = new Set(inside.map((row) => endpointOf(row.destination).host))
      const failed = inside.filter((row) => row.failed_day > 0).length
      const odd = inside.reduce((sum, row) => sum + rarity(row), 0)
      if (inside.length >= least && odd > 0)
        out.push({
          who,
          at: inside[0]!.t0,
          destination: inside[0]!.destination,
          class: 'internal',
          app: '',
          ended: first.ended,
          // a sweep of hundreds says no more than one of thirty
          signals: {
            services: Math.log(Math.min(odd, 30 * Math.log(fleet.size))),
            failures: Math.log(1 + failed / inside.length),
          },
          facts: { services: inside.length, hosts: hosts.size, failed },
        })
      i = j
    }
    return out
  })
  return ranked('breadth', found, fleet)
}
