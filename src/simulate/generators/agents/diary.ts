// A person and where the phone is at each moment: nights, commutes, offices, shifts, errands, journeys. From places come
// the networks, and from those what the sensor can see.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import { day, hour, minute, second, weekday } from './clock.ts'

export type Place = 'home' | 'office' | 'transit' | 'out' | 'plane' | 'hotel'
export type Net = 'office' | 'home' | 'cell' | 'hotel' | 'none' | 'off'

export type Person = {
  readonly kind: 'office' | 'hybrid' | 'shift' | 'field' | 'chief' | 'admin'
  /** Local time minus UTC. */
  readonly offset: Micros
  /** Local hours of the day. */
  readonly rise: number
  readonly bed: number
  /** Minutes one way. */
  readonly commute: number
  /** Above 1: looks at the phone more often. */
  readonly restless: number
  /** 0 … 1: share of new sites when browsing. */
  readonly curious: number
  readonly offAtNight: boolean
  /** All traffic goes through the company's tunnel, so that the sensor sees it from any network. */
  readonly tunnel: boolean
  readonly trip: {
    readonly first: number
    readonly last: number
    readonly shift: Micros
    readonly region: string
  } | null
}

export type Stay = {
  readonly from: Micros
  readonly to: Micros
  readonly place: Place
  readonly net: Net
  readonly asleep: boolean
  readonly seen: boolean
  readonly region: string
}

type Mark = { at: Micros; place: Place; asleep: boolean }

export function makePerson(random: Random, group: string, days: number, travels: boolean, offset: Micros): Person {
  const kind: Person['kind'] =
    group === 'it'
      ? random.chance(0.5)
        ? 'admin'
        : 'hybrid'
      : group === 'board'
        ? 'chief'
        : group === 'field'
          ? random.chance(0.6)
            ? 'field'
            : 'shift'
          : random.chance(0.45)
            ? 'hybrid'
            : 'office'
  const first = random.whole(2, Math.max(2, days - 4))
  const far = random.pick([
    [-6 * hour, 'us-east'],
    [-9 * hour, 'us-west'],
    [1 * hour, 'europe-east'],
    [7 * hour, 'asia'],
    [2 * hour, 'gulf'],
  ] as const)
  return {
    kind,
    offset,
    rise: 6.3 + 0.8 * random.normal() * 0.7,
    bed: 22.8 + 0.7 * random.normal(),
    commute: Math.round(12 + 22 * random.exponential()),
    restless: Math.exp(0.3 * random.normal()),
    curious: 0.25 + 0.5 * random.next(),
    offAtNight: random.chance(0.08),
    // who is hardly ever at the office has the tunnel
    tunnel: random.chance(0.73) || kind === 'field',
    trip: travels
      ? { first, last: Math.min(days - 1, first + random.whole(1, 4)), shift: far[0], region: far[1] }
      : null,
  }
}

/** Marks of one local day that begins at `midnight` (UTC). */
function planDay(random: Random, p: Person, midnight: Micros, n: number, put: (mark: Mark) => void): void {
  const at = (hours: number, place: Place, asleep = false): void => put({ at: midnight + hours * hour, place, asleep })
  const some = (mean: number): number => mean * (0.6 + 0.8 * random.next())
  const dow = weekday(midnight, p.offset)
  const rest = dow === 0 || dow === 6
  const abroad = p.trip && n >= p.trip.first && n <= p.trip.last
  const rise = p.rise + 0.3 * random.normal() + (rest ? 1.4 : 0)
  const bed = Math.max(rise + 12, p.bed + 0.5 * random.normal() + (dow === 5 || dow === 6 ? 1 : 0))
  const way = (p.commute / 60) * (0.85 + 0.4 * random.next())

  if (abroad) {
    const outward = n === p.trip!.first
    const back = n === p.trip!.last
    const start = outward ? rise : rise + 0.4
    at(start, outward ? 'home' : 'hotel')
    if (outward || back) {
      const leave = start + some(1.5)
      at(leave, 'transit')
      at(leave + 1, 'out')
      at(leave + 3, 'plane')
      const flight = Math.min(9.5, 1.4 + Math.abs(p.trip!.shift) / hour)
      at(leave + 3 + flight, 'transit')
      at(leave + 4 + flight, back ? 'home' : 'hotel')
      at(Math.max(bed, leave + 6 + flight), back ? 'home' : 'hotel', true)
      return
    }
    at(start + 1.3, 'transit')
    at(start + 1.8, 'out')
    at(start + 5 + some(4), 'transit')
    at(start + 11, 'hotel')
    at(bed, 'hotel', true)
    return
  }
  if (p.kind === 'shift' && !rest) {
    const turn = Math.floor((midnight + p.offset) / day / 7 + 4 / 7) % 3
    const begin = [6, 14, 22][turn]! - 0.1 * random.next()
    at(turn === 2 ? 14 + 0.4 * random.normal() : turn === 1 ? 9 : begin - way - 1, 'home')
    at(begin - way, 'transit')
    at(begin, 'office')
    at(begin + 8.1, 'transit')
    at(begin + 8.1 + way, 'home')
    at(turn === 0 ? 21.5 : begin + 9.6 + way, 'home', true)
    return
  }
  at(rise, 'home')
  const ownHours = p.kind === 'hybrid' && random.chance(0.4)
  if (rest || ownHours) {
    for (let t = rise + some(3); t < bed - 2; t += some(4)) {
      if (!random.chance(rest ? 0.6 : 0.35)) continue
      at(t, 'transit')
      at(t + some(0.4), 'out')
      const until = t + 0.6 + some(1.6)
      at(until, 'transit')
      at(until + 0.4, 'home')
      t = until + 0.5
    }
    at(bed, 'home', true)
    return
  }
  const leave = rise + some(1)
  at(leave, 'transit')
  let end = leave + way + some(9)
  if (p.kind === 'field' && !random.chance(0.25)) {
    for (let t = leave + way; t < end; t += some(2)) {
      at(t, 'out')
      at(t + some(1.2), 'transit')
    }
  } else {
    at(leave + way, 'office')
    if (random.chance(0.5)) {
      const lunch = 12 + 0.6 * random.next()
      if (lunch > leave + way + 0.5) {
        at(lunch, 'out')
        at(lunch + some(0.6), 'office')
      }
    }
    if (p.kind === 'chief') end += 0.8
  }
  at(end, 'transit')
  at(end + way, 'home')
  if (random.chance(0.25) && end + way + 1 < bed - 2) {
    at(end + way + 0.8, 'out')
    at(end + way + 0.8 + some(1.8), 'home')
  }
  at(bed, 'home', true)
}

/** All stays of the fleet's days, without gaps. */
export function keepDiary(random: Random, p: Person, start: Micros, days: number): Stay[] {
  const marks: Mark[] = []
  for (let n = -1; n <= days; n++) {
    const shift = p.trip && n > p.trip.first && n <= p.trip.last ? p.trip.shift : 0
    planDay(random, p, start + n * day - p.offset - shift, n, (mark) => marks.push(mark))
  }
  marks.sort((a, b) => a.at - b.at)
  const end = start + days * day
  const stays: Stay[] = []
  const put = (from: Micros, to: Micros, mark: Mark, net: Net, seen: boolean): void => {
    const a = Math.round(Math.max(from, start))
    const b = Math.round(Math.min(to, end))
    if (b <= a) return
    const n = Math.floor((a - start) / day)
    const away = p.trip && n >= p.trip.first && n <= p.trip.last && mark.place !== 'home'
    stays.push({
      from: a,
      to: b,
      place: mark.place,
      asleep: mark.asleep,
      net,
      seen,
      region: away ? p.trip!.region : '',
    })
  }
  for (const [i, mark] of marks.entries()) {
    const to = marks[i + 1]?.at ?? end
    if (mark.place === 'plane' || (mark.asleep && p.offAtNight)) {
      put(mark.at, to, mark, 'off', false)
      continue
    }
    if (mark.place === 'office') {
      put(mark.at, to, mark, 'office', true)
      continue
    }
    const net: Net = mark.place === 'home' ? 'home' : mark.place === 'hotel' ? 'hotel' : 'cell'
    let from = mark.at
    if (p.tunnel && random.chance(0.08)) {
      // the tunnel comes up late: nothing passes the sensor until then
      from = Math.min(to, mark.at + random.whole(2, 15) * minute)
      put(mark.at, from, mark, net, false)
    }
    if (net === 'cell') {
      // tunnels and cell borders
      for (let t = from + random.whole(4, 25) * minute; t < to - 3 * minute; t += random.whole(6, 40) * minute) {
        const gap = random.whole(20, 240) * second
        put(from, t, mark, net, p.tunnel)
        put(t, t + gap, mark, 'none', false)
        from = t + gap
      }
    }
    put(from, to, mark, net, p.tunnel)
  }
  return stays
}

/** The stay that holds `ts`; the last one after the end. */
export function stayAt(stays: readonly Stay[], ts: Micros): Stay {
  let low = 0
  let high = stays.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (stays[middle]!.from <= ts) low = middle
    else high = middle - 1
  }
  return stays[low]!
}
