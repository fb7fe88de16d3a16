// Contacts of one device with one destination: channels of an implant, and the harmless mechanisms that look like one.
// Simpler than the fleets of generators/, so that a cell of the grid differs from its neighbour in one number only.
import { openRandom, type Random } from '../random.ts'

const minute = 60
const hour = 3600
const day = 24 * hour

/** `times` in seconds from 0, sorted; `bytes` sent, one each. */
export type Contacts = { readonly times: readonly number[]; readonly bytes: readonly number[] }

/** `interval` in seconds; `jitter` as a share of it, each gap being uniform in interval × (1 ± jitter). */
export type Cell = {
  readonly interval: number
  readonly jitter: number
  /** Share of the wakes that pass without a contact, each independently, as the radio sleeps. */
  readonly missed: number
}

export const intervals = [minute, 10 * minute, hour, 3 * hour, 6 * hour, day] as const

/** Every interval × jitter 0, 30, 90 % × missed wakes 0, 50 %. */
export const cells: readonly Cell[] = intervals.flatMap((interval) =>
  [0, 0.3, 0.9].flatMap((jitter) => [0, 0.5].map((missed) => ({ interval, jitter, missed }))),
)

const logNormal = (random: Random, median: number, sigma: number): number => median * Math.exp(sigma * random.normal())

type Point = { readonly t: number; readonly bytes: number }

const contactsOf = (points: readonly Point[], spanSeconds: number): Contacts => {
  const kept = points.filter(({ t }) => t >= 0 && t < spanSeconds).sort((a, b) => a.t - b.t)
  return { times: kept.map(({ t }) => t), bytes: kept.map(({ bytes }) => Math.max(1, Math.round(bytes))) }
}

/** A command channel: a phase of its own, small requests of a spread of its own, one in fifty carries something out. */
export function channel(random: Random, cell: Cell, spanSeconds: number): Contacts {
  const base = logNormal(random, 800, 0.7)
  const spread = 0.02 + 0.3 * random.next()
  const points: Point[] = []
  for (let t = random.next() * cell.interval; t < spanSeconds; ) {
    if (!random.chance(cell.missed)) {
      const task = random.chance(0.02) ? logNormal(random, 20, 1) : 1
      points.push({ t, bytes: logNormal(random, base, spread) * task })
    }
    t += Math.max(1, cell.interval * (1 + cell.jitter * (2 * random.next() - 1)))
  }
  return contactsOf(points, spanSeconds)
}

export const mechanisms = ['push', 'mail', 'analytics', 'sync', 'people'] as const
export type Mechanism = (typeof mechanisms)[number]

/** When a person sleeps: seconds of the day, drawn once. */
function sleepOf(random: Random): (t: number) => boolean {
  const from = 22.5 * hour + hour * random.normal()
  const lasting = 7.5 * hour + 0.7 * hour * random.normal()
  return (t) => (((t - from) % day) + day) % day < lasting
}

/** Beginnings of a person’s use of one app: some a day, more in the evening, none in their sleep. */
function sessions(random: Random, spanSeconds: number, perDay: number): number[] {
  const asleep = sleepOf(random)
  const starts: number[] = []
  for (let t = 0; t < spanSeconds; t += (random.exponential() * day) / (3 * perDay)) {
    const evening = 0.5 + 0.5 * Math.sin(((t % day) / day) * 2 * Math.PI - Math.PI * 1.1)
    if (!asleep(t) && random.chance(0.25 + 0.75 * evening)) starts.push(t)
  }
  return starts
}

/** Kept alive day and night at the carrier’s interval; a change of network opens it anew. */
function push(random: Random, spanSeconds: number): Point[] {
  const period = random.pick([600, 900, 900, 900, 1200, 1680])
  const base = logNormal(random, 150, 0.3)
  const points: Point[] = []
  let handover = (random.exponential() * day) / 5
  for (let t = random.next() * period; t < spanSeconds; ) {
    points.push({ t, bytes: logNormal(random, base, 0.03) })
    const next = t + period * (1 + 0.01 * random.normal())
    if (handover > t && handover < next) {
      t = handover
      points.push({ t: t + 1 + random.next(), bytes: logNormal(random, 5000, 0.2) })
      handover += (random.exponential() * day) / 5
      t += period
    } else t = next
  }
  return points
}

/** Fetched every 15, 30 or 60 minutes; at night one in five, when the system wakes for it. */
function mail(random: Random, spanSeconds: number): Point[] {
  const period = random.pick([900, 1800, 3600])
  const asleep = sleepOf(random)
  const points: Point[] = []
  for (let t = random.next() * period; t < spanSeconds; t += period * (1 + 0.02 * random.normal()))
    if (!asleep(t) || random.chance(0.2)) points.push({ t, bytes: logNormal(random, 1500, 0.9) })
  return points
}

/** Flushed every so many seconds while an app is open. */
function analytics(random: Random, spanSeconds: number): Point[] {
  const flush = random.pick([15, 30, 60, 120])
  const base = logNormal(random, 3000, 0.6)
  return sessions(random, spanSeconds, logNormal(random, 7, 0.7)).flatMap((start) => {
    const lasting = logNormal(random, 240, 1)
    const points: Point[] = []
    for (let t = start + 2 * random.next(); t < start + lasting; t += flush + 0.5 * random.next())
      points.push({ t, bytes: logNormal(random, base, 0.5) })
    return points
  })
}

/** When the system finds it convenient, and each night while charging, for some at the same time. */
function sync(random: Random, spanSeconds: number): Point[] {
  const points: Point[] = []
  const gap = logNormal(random, 2 * hour, 0.4)
  for (let t = random.next() * gap; t < spanSeconds; t += logNormal(random, gap, 0.7))
    points.push({ t, bytes: logNormal(random, 8000, 1.5) })
  const nightly = hour * (1 + 3 * random.next())
  const loose = random.chance(0.5) ? 15 * minute : 90 * minute
  for (let midnight = 0; midnight < spanSeconds; midnight += day) {
    let t = midnight + nightly + loose * random.normal()
    for (let n = 1 + random.poisson(3); n > 0; n--) {
      points.push({ t, bytes: logNormal(random, 400_000, 1.5) })
      t += 20 * random.exponential()
    }
  }
  return points
}

/** Somebody opens an app and taps. */
function people(random: Random, spanSeconds: number): Point[] {
  const points: Point[] = []
  for (const start of sessions(random, spanSeconds, logNormal(random, 6, 0.8))) {
    let t = start
    for (let n = 1 + random.poisson(logNormal(random, 5, 0.7)); n > 0; n--) {
      points.push({ t, bytes: logNormal(random, 2500, 1.3) })
      t += logNormal(random, 12, 1.3)
    }
  }
  return points
}

const pointsOf: Readonly<Record<Mechanism, (random: Random, spanSeconds: number) => Point[]>> = {
  push,
  mail,
  analytics,
  sync,
  people,
}

/** Contacts of a harmless mechanism, its period, hours and sizes drawn for this pair. Second 0 is a midnight. */
export const harmless = (random: Random, mechanism: Mechanism, spanSeconds: number): Contacts =>
  contactsOf(pointsOf[mechanism](random, spanSeconds), spanSeconds)

/** The same channel for the same seed, cell and number, whatever else is drawn. */
export const channelOf = (seed: number, cell: Cell, number: number, spanSeconds: number): Contacts =>
  channel(
    openRandom(seed, `channel/${cell.interval}/${cell.jitter}/${cell.missed}/${spanSeconds}/${number}`),
    cell,
    spanSeconds,
  )

export const harmlessOf = (seed: number, mechanism: Mechanism, number: number, spanSeconds: number): Contacts =>
  harmless(openRandom(seed, `harmless/${mechanism}/${spanSeconds}/${number}`), mechanism, spanSeconds)
