// First contact with a destination, judged by what the device then does there. Rarity alone is worth little: real phones
// meet several names a day that no other device of the fleet ever meets, cloud tenants among them. What an implant cannot
// avoid is to come back: its contacts fill more hours, more often, more regularly than those of a page that was read.
import type { EpisodeRow } from '../row.ts'
import type { Fleet, Surprise } from '../surprise.ts'
import { oddness, sortedOf } from '../tail.ts'
import { behaviour } from './behaviour.ts'
import { ranked, settled } from './ranked.ts'

/** How well a destination is known: what is odd at a name that nobody else meets is not odd at one that all do. */
const knownness = (row: EpisodeRow, fleet: number): string =>
  row.class === 'internal'
    ? 'internal'
    : row.others_soon === 0
      ? 'alone'
      : row.others_soon <= Math.max(2, fleet * 0.02)
        ? 'few'
        : 'many'

export function newNames(episodes: readonly EpisodeRow[], fleet: Fleet, without: ReadonlySet<string>): Surprise[] {
  const counted = behaviour.filter(([name]) => !without.has(name))
  const settledRows = episodes.filter((row) => settled(row) && row.class !== 'internal')
  const groups = Map.groupBy(settledRows, (row) => knownness(row, fleet.size))
  const found = [...groups].flatMap(([known, rows]) => {
    const values = counted.map(([, , of]) => rows.map(of))
    const tails = values.map(sortedOf)
    const rarity = -Math.log(rows.length / Math.max(rows.length, settledRows.length))
    return rows.map((row, n) => {
      const signals: Record<string, number> = { rarity: 0.3 * rarity }
      counted.forEach(([name, weight], i) => {
        signals[name] = weight * oddness(tails[i]!, values[i]![n]!)
      })
      return {
        who: row.who,
        at: row.t0,
        destination: row.destination,
        class: row.class,
        app: row.app,
        ended: row.ended,
        signals,
        facts: {
          known,
          others_soon: row.others_soon,
          hours: row.hours_day,
          out: row.out_day,
          in: row.in_day,
          contacts: row.contacts_day,
        },
      }
    })
  })
  return ranked('new_name', found, fleet)
}
