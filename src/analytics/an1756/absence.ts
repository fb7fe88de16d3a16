// Absence: a device that is heard regularly falls silent while its fleet does not. Pure. A further link of a chain that is
// there already, never an effect: on four tuning fleets, which hold no attack that silences, chains that end in a silence
// earned nothing and cost up to 2 of 17 attacks at a budget of 1 (docs/spec/an1756.md, S19).
import type { Chain } from './chain.ts'
import { atLeast, sortedOf } from './tail.ts'

/** A row of heard.sql. */
export type HeardRow = {
  readonly who: string
  readonly stream: 'network' | 'reports'
  /** Hours (reports: days) since 1970 in which the device was heard, ascending. */
  readonly slots: readonly number[]
}

export type Silence = {
  readonly who: string
  readonly stream: HeardRow['stream']
  /** s; `to` is null where the device was not heard again. */
  readonly from: number
  readonly to: number | null
  /** Hours (days) in which it would have been heard, by its own habit and the fleet’s at that time. */
  readonly missed: number
}

const kinds = {
  network: { slot: 3600, phases: 24, least: 2 },
  reports: { slot: 86_400, phases: 1, least: 1.5 },
} as const

/** Days of history below which a device has no habit. */
const leastDays = 7
/** Slots of a silence that are looked at: beyond two weeks it says no more. */
const longest = { network: 14 * 24, reports: 14 } as const

function silencesOf(stream: HeardRow['stream'], rows: readonly HeardRow[]): Silence[] {
  const { slot, phases, least } = kinds[stream]
  const end = rows.reduce((last, { slots }) => Math.max(last, slots.at(-1) ?? 0), 0)
  const crowd = new Map<number, number>()
  for (const { slots } of rows) for (const at of slots) crowd.set(at, (crowd.get(at) ?? 0) + 1)
  // what is usual at a time of day, over the times at which anybody was heard
  const usual = Array.from({ length: phases }, () => ({ sum: 0, n: 0 }))
  for (const [at, n] of crowd) {
    const mean = usual[at % phases]!
    mean.sum += n
    mean.n++
  }
  const fleet = (at: number): number => {
    const { sum, n } = usual[at % phases]!
    return n === 0 ? 0 : Math.min(1, ((crowd.get(at) ?? 0) * n) / sum)
  }
  return rows.flatMap(({ who, slots }) => {
    const first = slots[0] ?? 0
    const days = Math.floor(((slots.at(-1) ?? 0) - first) / phases) + 1
    if (days < leastDays) return []
    const habit = new Float64Array(phases)
    for (const at of slots) habit[at % phases]! += 1 / days
    const silences: Silence[] = []
    const look = (from: number, to: number, again: boolean): void => {
      let missed = 0
      for (let at = from; at < Math.min(to, from + longest[stream]); at++)
        missed += Math.min(1, habit[at % phases]!) * fleet(at)
      if (missed >= least) silences.push({ who, stream, from: from * slot, to: again ? to * slot : null, missed })
    }
    for (let i = 1; i < slots.length; i++) if (slots[i]! > slots[i - 1]! + 1) look(slots[i - 1]! + 1, slots[i]!, true)
    // reports may still be on their way
    if (stream === 'network') look(slots.at(-1)! + 1, end + 1, false)
    return silences
  })
}

export type Absence = Silence & {
  /** Silences of this stream at least as long on other devices, a device-day: (n + ½) / device-days. */
  readonly chance: number
}

const day = 86_400

/**
 * The silence that follows the contact of a chain within a day, the least likely one; null: none stands out from once in
 * `deviation` device-days on.
 */
export function openAbsence(
  rows: readonly HeardRow[],
  deviceDays: number,
  deviation: number,
): (chain: Chain) => Absence | null {
  const silences = (['network', 'reports'] as const).flatMap((stream) =>
    silencesOf(
      stream,
      rows.filter((row) => row.stream === stream),
    ),
  )
  const rated = [...Map.groupBy(silences, ({ stream }) => stream).values()].flatMap((list): Absence[] => {
    const all = sortedOf(list.map(({ missed }) => missed))
    const own = new Map(
      [...Map.groupBy(list, ({ who }) => who)].map(([who, mine]) => [who, sortedOf(mine.map(({ missed }) => missed))]),
    )
    return list.map((one) => ({
      ...one,
      chance: (atLeast(all, one.missed) - atLeast(own.get(one.who)!, one.missed) + 0.5) / deviceDays,
    }))
  })
  return ({ who, surprise }) => {
    let best: Absence | null = null
    for (const one of rated) {
      if (one.who !== who || one.from + kinds[one.stream].slot < surprise.at || one.from > surprise.at + day) continue
      if (one.chance * deviation <= 1 && (best === null || one.chance < best.chance)) best = one
    }
    return best
  }
}
