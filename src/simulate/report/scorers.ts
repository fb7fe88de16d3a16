// Everything that is compared: the product, each of its halves alone, toys, and peers, all on what one fleet showed.
import { minutesOf } from '../../analytics/an1756/regular.ts'
import type { EpisodeRow } from '../../analytics/an1756/row.ts'
import type { Observed, Sequence } from '../../analytics/an1756/sequence.ts'
import { elasticRun } from '../peers/elastic.ts'
import { ritaScore } from '../peers/rita.ts'
import type { Claim } from './claims.ts'

/** A fleet as it was observed and judged. `names`: name in the map of devices by `who`. */
export type Watched = {
  readonly observed: Observed
  readonly sequence: Sequence
  readonly names: ReadonlyMap<string, string>
}

export type Scorer = {
  readonly id: string
  readonly title: string
  readonly means: string
  /** Its score is −ln of the findings that chance brings in 1,000 device-weeks, so that a budget can be set beforehand. */
  readonly calibrated: boolean
  claims(watched: Watched): Claim[]
}

const day = 86_400
const minute = 60
const perThousand = 7 * 1000

const at = ({ names }: Watched, who: string, time: number, score: number): Claim => ({
  device: names.get(who) ?? who,
  from: time,
  to: time,
  score,
})

/** −ln of the findings in 1,000 device-weeks that come by chance. */
export function chainClaims(watched: Watched, sequence: Sequence = watched.sequence): Claim[] {
  const scale = perThousand / sequence.fleet.deviceDays
  return sequence.chains.map(({ who, surprise, effect, expected }) => ({
    device: watched.names.get(who) ?? who,
    from: Math.min(surprise.at, effect.at),
    to: Math.max(surprise.at, effect.at),
    score: -Math.log(expected * scale),
  }))
}

const exploitClasses = new Set(['outside_image', 'pointer_authentication', 'protection', 'wild_address', 'memory_tag'])

const fixedWindow = 300

/** A surprise and a crash within 300 s of each other, whatever they are. */
function withinWindow(watched: Watched): Claim[] {
  const { surprises, effects } = watched.sequence
  const times = new Map(
    [...Map.groupBy(surprises, ({ who }) => who)].map(([who, list]) => [who, list.map((one) => one.at)]),
  )
  return effects.flatMap(({ row, who, at: crashed }) => {
    if (row.kind !== 'crash') return []
    const near = (times.get(who) ?? []).filter((time) => Math.abs(time - crashed) <= fixedWindow)
    if (near.length === 0) return []
    const first = near.reduce((a, b) => Math.min(a, b))
    const last = near.reduce((a, b) => Math.max(a, b))
    return [
      {
        device: watched.names.get(who) ?? who,
        from: Math.min(first, crashed),
        to: Math.max(last, crashed),
        score: 1,
      },
    ]
  })
}

/** Pairs that a peer looks at: what leaves the network, and is not Apple's. Contacts by the minute, s, ascending. */
const pairsOf = ({ observed, names }: Watched): { row: EpisodeRow; times: number[]; bytes: number[] }[] =>
  observed.episodes
    .filter(({ who, class: kind }) => names.has(who) && kind !== 'apple' && kind !== 'internal')
    .map((row) => {
      const times = minutesOf(row.hours).map((m) => m * minute)
      // sizes of single contacts are not kept: the mean of the first day stands for each
      return { row, times, bytes: times.map(() => row.out_day / Math.max(1, row.contacts_day)) }
    })

/** RITA looks at a day at a time; the best day of a pair is its claim, made when that day's last contact is there. */
function ritaClaims(watched: Watched): Claim[] {
  return pairsOf(watched).flatMap(({ row, times, bytes }) => {
    let best: Claim | null = null
    for (const [number, own] of Map.groupBy(times, (time) => Math.floor(time / day))) {
      const found = ritaScore(own, bytes.slice(0, own.length), { from: number * day, to: (number + 1) * day })
      if (found !== null && (best === null || found.score > best.score))
        best = at(watched, row.who, own.at(-1)!, found.score)
    }
    return best === null ? [] : [best]
  })
}

const elasticWindow = 6 * 3600
const fewestMinutes = 7

/** Elastic's transform runs each hour over six; the best run of a pair is its claim. */
function elasticClaims(watched: Watched): Claim[] {
  return pairsOf(watched).flatMap(({ row, times, bytes }) => {
    let best: Claim | null = null
    let from = 0
    for (let to = fewestMinutes; to <= times.length; to++) {
      // a run is due once in an hour: that of the last contact before it
      const now = Math.ceil(times[to - 1]! / 3600) * 3600
      if (to < times.length && Math.ceil(times[to]! / 3600) * 3600 === now) continue
      while (times[from]! <= now - elasticWindow) from++
      if (to - from < fewestMinutes) continue
      const run = elasticRun(times.slice(from, to), bytes.slice(from, to), now)
      if (run !== null && (best === null || run.score > best.score)) best = at(watched, row.who, now, run.score)
    }
    return best === null ? [] : [best]
  })
}

export const scorers: readonly Scorer[] = [
  {
    id: 'codling',
    title: 'Codling AN1756',
    means: 'a surprise and an effect on one device within six hours, by how seldom chance brings the like',
    calibrated: true,
    claims: (watched) => chainClaims(watched),
  },
  {
    id: 'network',
    title: 'network only',
    means: 'each surprise alone, by how often other devices do the like',
    calibrated: true,
    claims: (watched) =>
      watched.sequence.surprises.map((one) => at(watched, one.who, one.at, -Math.log(one.chance * perThousand))),
  },
  {
    id: 'crash',
    title: 'crash only',
    means: 'each effect alone, by how often other devices have the like',
    calibrated: true,
    claims: (watched) =>
      watched.sequence.effects.map((one) => at(watched, one.who, one.at, -Math.log(one.chance * perThousand))),
  },
  {
    id: 'toy_crash',
    title: 'toy: odd crash',
    means: 'a crash that looks like an exploit (outside every image, pointer authentication, protection, wild, tag)',
    calibrated: false,
    claims: (watched) =>
      watched.sequence.effects
        .filter(({ class: kind }) => exploitClasses.has(kind))
        .map((one) => at(watched, one.who, one.at, 1)),
  },
  {
    id: 'toy_name',
    title: 'toy: lone name',
    means: 'a name that one device alone has met, after its first day',
    calibrated: false,
    claims: (watched) =>
      watched.observed.episodes
        .filter(
          (row) =>
            watched.names.has(row.who) &&
            row.others === 0 &&
            row.class !== 'internal' &&
            row.class !== 'apple' &&
            row.t0 >= row.began + day,
        )
        .map((row) => at(watched, row.who, row.t0, 1)),
  },
  {
    id: 'rita',
    title: 'RITA v5',
    means:
      'best day of each pair of device and outside destination that is not Apple’s; times by the minute, mean sizes',
    calibrated: false,
    claims: ritaClaims,
  },
  {
    id: 'elastic',
    title: 'Elastic beaconing',
    means: 'best of the hourly runs on the same pairs; times by the minute, mean sizes',
    calibrated: false,
    claims: elasticClaims,
  },
  {
    id: 'indicators',
    title: 'indicators only',
    means: 'no feed knows a made-up host, so that this is 0 by construction, as for any attack that is new',
    calibrated: false,
    claims: () => [],
  },
  {
    id: 'window',
    title: 'window of 300 s',
    means: 'any surprise and any crash within 300 seconds',
    calibrated: false,
    claims: withinWindow,
  },
]
