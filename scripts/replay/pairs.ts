// Contacts of one device with one destination, scored by Codling's regularity, the peers and a mere count.
import { regularity } from '../../src/analytics/an1756/regular.ts'
import type { Split } from '../../src/simulate/measure/auroc.ts'
import { elasticScore } from '../../src/simulate/peers/elastic.ts'
import { ritaByDay, ritaOverall } from '../../src/simulate/peers/rita.ts'

/** `times` in s from 0, ascending, and bytes sent, one each. */
export type Pair = {
  readonly name: string
  readonly malicious: boolean
  /** What cannot count as independent: the capture or the host it comes from. */
  readonly cluster: string
  readonly times: readonly number[]
  readonly bytes: readonly number[]
}

const day = 86_400

/** Codling keeps minutes: distinct ones, ascending. */
export const minutesOfTimes = (times: readonly number[]): number[] => [
  ...new Set(times.map((time) => Math.floor(time / 60))),
]

/** From the first contact to the last, at least a day: RITA's and Elastic's data set. Its true length is not told. s */
const spanOf = ({ times }: Pair): number => Math.max(day, (times.at(-1) ?? 0) + 1)

/** Hours of the first day with a contact, at most nine: the first signal of AN1756's new names (surprise.ts). */
export const activeHours = ({ times }: Pair): number =>
  Math.min(9, new Set(times.filter((time) => time < times[0]! + day).map((time) => Math.floor(time / 3600))).size)

/** A stretch of contacts without a gap of more than ten minutes is one wake, at its beginning. */
const wakes = (minutes: readonly number[]): number[] =>
  minutes.filter((minute, i) => i === 0 || minute - minutes[i - 1]! > 10)

/** The greater of contacts' and wakes' regularity. A candidate, found on the letters. `times` in s, ascending. */
export function regularityOrWakes(times: readonly number[]): number {
  const minutes = minutesOfTimes(times)
  return Math.max(regularity(minutes), regularity(wakes(minutes)))
}

export type PairScorer = { readonly title: string; readonly of: (pair: Pair) => number }

/** −∞: not scored, which ranks last. */
export const pairScorers: readonly PairScorer[] = [
  { title: 'regularity (Codling)', of: ({ times }) => regularity(minutesOfTimes(times)) },
  {
    title: 'RITA v5, best day',
    of: (pair) => ritaByDay(pair.times, pair.bytes, spanOf(pair)) ?? Number.NEGATIVE_INFINITY,
  },
  {
    title: 'RITA v5, all at once',
    of: (pair) => ritaOverall(pair.times, pair.bytes, spanOf(pair)) ?? Number.NEGATIVE_INFINITY,
  },
  { title: 'Elastic beaconing', of: (pair) => elasticScore(pair.times, pair.bytes, spanOf(pair)) },
  { title: 'toy: number of contacts', of: ({ times }) => times.length },
  { title: 'toy: time from first to last', of: ({ times }) => (times.at(-1) ?? 0) - (times[0] ?? 0) },
]

/** Shown beside the scorers where contacts are many enough. */
export const furtherScorers: readonly PairScorer[] = [
  { title: 'active hours of the first day (Codling)', of: activeHours },
  { title: 'candidate: regularity of contacts or wakes', of: ({ times }) => regularityOrWakes(times) },
]

export const splitOf = (pairs: readonly Pair[], of: PairScorer['of']): Split => ({
  positives: pairs.filter(({ malicious }) => malicious).map(of),
  negatives: pairs.filter(({ malicious }) => !malicious).map(of),
})

/** Rank of each malicious pair from 1, ties in their middle, and of how many. */
export function ranksOf(pairs: readonly Pair[], of: PairScorer['of']): number[] {
  const scores = pairs.map(of)
  return pairs.flatMap(({ malicious }, i) => {
    if (!malicious) return []
    const above = scores.filter((score) => score > scores[i]!).length
    const same = scores.filter((score) => score === scores[i]!).length
    return [above + (same + 1) / 2]
  })
}
