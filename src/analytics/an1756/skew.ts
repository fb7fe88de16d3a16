// How far clocks differ, as far as the store can tell: contacts that two of them tell of. Pure.
import { tolerance } from './chain.ts'
import { capital, durationText } from './words.ts'

/** A row of skew.sql. s */
export type SkewRow = {
  readonly one: string
  readonly other: string
  /** '' over all devices. */
  readonly who: string
  readonly matches: number
  readonly ahead: number
  readonly low: number
  readonly high: number
}

/** Matched contacts below which nothing is said. */
export const leastMatches = 20
/** Beyond this a difference is stated, and order is held with more tolerance. s */
const stated = 60

/** The clock that the devices’ own reports, and their crash reports, are told by. */
export const deviceClock = 'device'

/** Whose clock a format tells by: logs of one sensor share one. */
export const clockOf = (format: string): string =>
  format === 'app-privacy-report' ? deviceClock : format.startsWith('zeek-') ? 'zeek' : format

/** Half of the matches must agree on it within a minute, or within half of what it comes to: else it is no clock. */
const agrees = ({ ahead, low, high }: SkewRow): boolean => high - low <= Math.max(stated, Math.abs(ahead) / 2)

const estimated = (row: SkewRow): boolean => row.matches >= leastMatches && agrees(row)

/** Estimates that concern a device: its own where there is one, else those over all devices, of each pair of clocks. */
export function skewsAt(rows: readonly SkewRow[], who: string): SkewRow[] {
  const sound = rows.filter(estimated)
  const own = sound.filter((row) => row.who === who)
  return [
    ...own,
    ...sound.filter((row) => row.who === '' && !own.some(({ one, other }) => one === row.one && other === row.other)),
  ].filter(({ ahead }) => Math.abs(ahead) > stated)
}

/** Tolerances of order by device, s: the usual one, and what its clocks are known to differ by. */
export function tolerancesOf(rows: readonly SkewRow[], devices: readonly string[]): Map<string, number> {
  const tolerances = new Map<string, number>()
  for (const who of devices) {
    const most = skewsAt(rows, who).reduce((sum, { ahead }) => Math.max(sum, Math.abs(ahead)), 0)
    if (most > 0) tolerances.set(who, tolerance + Math.round(most))
  }
  return tolerances
}

export type Clock = {
  /** Clock that it was compared with. */
  readonly against: string
  /** s: how far the source is ahead; negative: behind. Median and quartiles. */
  readonly ahead: number
  readonly low: number
  readonly high: number
  readonly matches: number
}

/** How far a source’s clock is ahead, by the pair with most matches; null: not estimated. `who`: the device it is about, '' for all. */
export function clockOfSource(rows: readonly SkewRow[], format: string, who: string): Clock | null {
  const clock = clockOf(format)
  const mine = rows.filter((row) => estimated(row) && (row.one === clock || row.other === clock))
  const own = mine.filter((row) => row.who === who)
  const [best] = (own.length > 0 ? own : mine.filter((row) => row.who === '')).sort((a, b) => b.matches - a.matches)
  if (!best) return null
  const { one, other, ahead, low, high, matches } = best
  return one === clock
    ? { against: other, ahead, low, high, matches }
    : { against: one, ahead: -ahead, low: -high, high: -low, matches }
}

const nameOf = (clock: string): string => (clock === deviceClock ? 'the device’s own report' : clock)

/** In words, for a caveat. */
export function skewText({ one, other, who, ahead, low, high, matches }: SkewRow, held: number): string {
  const [front, back] = ahead >= 0 ? [one, other] : [other, one]
  const ends = [Math.abs(low), Math.abs(high)].sort((a, b) => a - b)
  return `${capital(nameOf(front))} is ${durationText(Math.abs(ahead))} ahead of ${nameOf(back)} (median of ${matches} contacts ${who === '' ? 'of the fleet ' : ''}that both tell; half of them from ${durationText(ends[0]!)} to ${durationText(ends[1]!)}). Contact and effect are put in order with a tolerance of ${durationText(held)}.`
}
