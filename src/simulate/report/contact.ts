// The grid of regular contact: the product's regularity against its peers', cell by cell.
import { regularity } from '../../analytics/an1756/regular.ts'
import type { Interval } from '../measure/intervals.ts'
import { type CellResult, compareCells, evaluateCells, type Scorer } from '../measure/regular.ts'
import { elasticScore } from '../peers/elastic.ts'
import { ritaByDay, ritaOverall } from '../peers/rita.ts'

/** Minutes with a contact, as the store keeps them. */
export const ofMinutes: Scorer = (times) => {
  const minutes = new Set<number>()
  for (const time of times) minutes.add(Math.floor(time / 60))
  return regularity([...minutes])
}

const peers = {
  'RITA by day': ritaByDay,
  'RITA over all': ritaOverall,
  Elastic: elasticScore,
} as const satisfies Record<string, Scorer>

export type Contest = Interval & {
  readonly peer: string
  readonly auroc: number
  readonly push: number
  readonly difference: number
}

export type Row = Pick<CellResult, 'cell' | 'auroc' | 'low' | 'high' | 'against'> & {
  readonly contests: readonly Contest[]
}

export type RegularTable = {
  readonly days: number
  readonly seed: number
  readonly channels: number
  readonly harmless: number
  readonly rows: readonly Row[]
}

/** Asked twice for the same contacts (alone, and compared), Elastic's runs over 30 days take two minutes each time. */
function remembered(scorer: Scorer): Scorer {
  const known = new Map<string, number | null>()
  return (times, bytes, spanSeconds) => {
    // times are drawn to the microsecond and beyond: no two pairs of the grid share them
    const key = `${times.length} ${times[0]} ${times.at(-1)} ${bytes[0]}`
    const before = known.get(key)
    if (before !== undefined) return before
    const score = scorer(times, bytes, spanSeconds)
    known.set(key, score)
    return score
  }
}

/** `channels` in each cell, `harmless` pairs of each mechanism. The interval of a difference is DeLong's. */
export function regularTable(days: number, seed: number, channels: number, harmless: number): RegularTable {
  const options = { days, seed, channels, harmless }
  const ours = remembered(ofMinutes)
  const own = evaluateCells(ours, options)
  const contests = Object.entries(peers).map(([peer, formula]) => {
    const scorer = remembered(formula)
    const alone = evaluateCells(scorer, options)
    return compareCells(ours, scorer, options).map(({ b, difference, low, high }, i) => ({
      peer,
      auroc: b.auroc,
      push: alone[i]!.against.push,
      difference,
      low,
      high,
    }))
  })
  const rows = own.map(({ cell, auroc, low, high, against }, i) => ({
    cell,
    auroc,
    low,
    high,
    against,
    contests: contests.map((of) => of[i]!),
  }))
  return { days, seed, channels, harmless, rows }
}

/** Cells in which it is ahead of every peer, in which a peer is ahead, and in which the difference is beyond chance. */
export function tally({ rows }: RegularTable): {
  ahead: number
  surelyAhead: number
  behind: number
  surelyBehind: number
} {
  const count = (is: (row: Row) => boolean): number => rows.filter(is).length
  return {
    ahead: count(({ contests }) => contests.every(({ difference }) => difference >= 0)),
    surelyAhead: count(({ contests }) => contests.every(({ low }) => low > 0)),
    behind: count(({ contests }) => contests.some(({ difference }) => difference < 0)),
    surelyBehind: count(({ contests }) => contests.some(({ high }) => high < 0)),
  }
}
