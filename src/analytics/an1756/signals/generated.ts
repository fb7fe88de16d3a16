// Names made by a formula: a program tries many, most of which nobody has registered, so that one device alone asks for
// several names that do not exist within hours. Their number tells them, not their letters: those of some families look
// ordinary (docs/evaluation.md, real labelled data: 53 of 54 lists are seen, from five names on).
import type { EpisodeRow } from '../row.ts'
import type { Fleet, Surprise } from '../surprise.ts'
import { ranked } from './ranked.ts'

/** s */
const window = 6 * 3600

/** A name that nobody else asks for and that does not exist. Below dynamic DNS anybody may make names: those count too. */
export const failing = (row: EpisodeRow): boolean =>
  row.others === 0 &&
  (row.class === '' || row.class === 'dynamic_dns') &&
  row.failed_day > 0 &&
  row.failed_day >= row.contacts_day

/** Many failing names at once: generated. */
export function generated(episodes: readonly EpisodeRow[], fleet: Fleet): Surprise[] {
  const found = [
    ...Map.groupBy(episodes.filter(failing), (row) => `${row.who} ${Math.floor(row.t0 / window)}`).values(),
  ].flatMap((rows) =>
    rows.length < 5
      ? []
      : [
          {
            who: rows[0]!.who,
            at: Math.min(...rows.map((row) => row.t0)),
            destination: rows[0]!.destination,
            class: '',
            app: '',
            ended: rows[0]!.ended,
            signals: { names: Math.log(rows.length) },
            facts: { names: rows.length },
          },
        ],
  )
  return ranked('generated', found, fleet)
}
