// Which names are met: a hierarchical Pitman–Yor process (Teh 2006) of three levels: fleet, group, device.
import { openRandom, type Random } from '../../random.ts'
import { beta, cumulate, drawIndex } from './points.ts'
import { hostName } from './words.ts'

/**
 * The two parameters of the long tail. `discount` (0 … 1) is the exponent of the growth of distinct names; the
 * smaller `strength`, the more visits go to few names. Chosen by measuring the fleet: some 3 to 4 names a
 * device-day that no other device meets.
 */
export const tail = { discount: 0.75, strength: 120 } as const

/** Sticks kept of the fleet’s and of a group’s measure: what is cut off becomes names that are met once. */
const fleetSticks = 16_000
const groupSticks = 4_000

/** Weights of a Pitman–Yor process by stick-breaking, cumulated, the remainder last. */
function sticks(random: Random, n: number, discount: number, strength: number): Float64Array {
  const weights: number[] = []
  let left = 1
  for (let k = 1; k <= n; k++) {
    const v = beta(random, 1 - discount, strength + k * discount)
    weights.push(left * v)
    left *= 1 - v
  }
  weights.push(left)
  return cumulate(weights)
}

/** A name: a number of the fleet’s measure, or a text of its own. */
type Dish = number | string

export type Kitchen = {
  /** Name of this rank of the fleet’s measure (not sorted, but early ranks are mostly the popular ones). */
  nameOf(rank: number): string
  /** The measure of a group of devices. */
  group(name: string): (random: Random) => string
}

/** The fleet’s measure and those of its groups; memory does not grow with devices or days. */
export function openKitchen(seed: number): Kitchen {
  const fleet = sticks(openRandom(seed, 'tail/fleet'), fleetSticks, tail.discount, tail.strength)
  const nameOf = (rank: number): string => hostName(openRandom(seed, `tail/name/${rank}`))
  const draw = (random: Random): Dish => {
    const rank = drawIndex(random, fleet)
    return rank < fleetSticks ? rank : hostName(random)
  }
  const groups = new Map<string, (random: Random) => string>()
  return {
    nameOf,
    group(name) {
      const known = groups.get(name)
      if (known) return known
      const random = openRandom(seed, `tail/group/${name}`)
      const weights = sticks(random, groupSticks, tail.discount, tail.strength * 2)
      const dishes = Array.from({ length: groupSticks }, () => draw(random))
      const made = (by: Random): string => {
        const k = drawIndex(by, weights)
        const dish = k < groupSticks ? dishes[k]! : draw(by)
        return typeof dish === 'string' ? dish : nameOf(dish)
      }
      groups.set(name, made)
      return made
    },
  }
}

export type Table = { readonly host: string; visits: number }

/**
 * The restaurant of one device: a visit goes to a name met before or to a new one of its group. Begins with
 * `before` visits that nobody saw, so that the first day is not all new.
 */
export function openRestaurant(random: Random, base: (random: Random) => string, before: number): () => string {
  const { discount } = tail
  // a device is far narrower than the fleet
  const strength = 120
  const seats: number[] = []
  const hosts: string[] = []
  const index = new Map<string, number>()
  let tables = 0
  const sit = (): string => {
    // with probability (n − d·T)/(θ + n) an old table: a uniform past visit, thinned by the discount
    const n = seats.length
    if (random.next() * (strength + n) < n - discount * tables) {
      const k = seats[random.whole(0, n - 1)]!
      seats.push(k)
      return hosts[k]!
    }
    tables++
    const host = base(random)
    let k = index.get(host)
    if (k === undefined) {
      k = hosts.push(host) - 1
      index.set(host, k)
    }
    seats.push(k)
    return host
  }
  for (let i = 0; i < before; i++) sit()
  return sit
}
