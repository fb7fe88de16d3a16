// Data in DNS questions: whoever cannot get out otherwise asks for many long names below one of their own, or for types
// that carry data back (TXT, NULL). A delivery network also has many names, but the whole fleet asks for them.
import type { EpisodeRow } from '../row.ts'
import type { Fleet, Surprise } from '../surprise.ts'
import { ranked } from './ranked.ts'

/** Many names below one that few know, or questions for types that carry data: a tunnel. */
export function tunnels(episodes: readonly EpisodeRow[], fleet: Fleet): Surprise[] {
  const found = episodes
    .filter(
      (row) => row.class !== 'internal' && row.others <= fleet.size * 0.1 && (row.names_day >= 20 || row.odd_day >= 20),
    )
    .map((row) => ({
      who: row.who,
      at: row.t0,
      destination: row.destination,
      class: row.class,
      app: row.app,
      ended: row.ended,
      signals: {
        names: Math.log(1 + row.names_day),
        length: Math.log(1 + row.longest_day / Math.max(1, row.names_day)),
        types: Math.log(1 + row.odd_day),
        rarity: row.others === 0 ? 2 : row.others <= 2 ? 1 : 0,
      },
      facts: { names: row.names_day, odd: row.odd_day, others: row.others },
    }))
  return ranked('tunnel', found, fleet)
}
