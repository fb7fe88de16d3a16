// Addresses: leases that end and go to a neighbour, the pool of the VPN, and roads.
import type { Micros } from '../../../model/index.ts'
import { openRandom } from '../../random.ts'
import type { Address, FleetOptions } from '../../world.ts'
import { dayLength, hour } from './draw.ts'

/** Four devices share six leases, so that an address is another’s later: blocks can be made without the whole fleet. */
const blockDevices = 4
const blockLeases = 6

/** 10.20.16.10 onwards; .1 is the resolver of its network. */
function leaseAddress(n: number): string {
  const third = 16 + Math.floor(n / 240)
  return `10.${20 + Math.floor(third / 256)}.${third % 256}.${10 + (n % 240)}`
}

const slotAtFirst = (seed: number, index: number): number => {
  const shift = openRandom(seed, `block/${Math.floor(index / blockDevices)}`).whole(0, blockLeases - 1)
  return ((index % blockDevices) + shift) % blockLeases
}
const addressOfSlot = (index: number, slot: number): string =>
  leaseAddress(Math.floor(index / blockDevices) * blockLeases + slot)

export const firstAddress = (seed: number, index: number): string => addressOfSlot(index, slotAtFirst(seed, index))

type Stretch = { readonly from: Micros; readonly address: string }

/** The leases of one device: each to a slot of its block that has been free for an hour. */
function leasesOf(options: FleetOptions, index: number): Stretch[] {
  const { seed, start, days } = options
  const block = Math.floor(index / blockDevices)
  const random = openRandom(seed, `leases/${block}`)
  const slots = Array.from({ length: blockDevices }, (_, i) => slotAtFirst(seed, block * blockDevices + i))
  const freeSince = new Float64Array(blockLeases).fill(Number.NEGATIVE_INFINITY)
  const mine = index % blockDevices
  const list: Stretch[] = [{ from: start, address: addressOfSlot(index, slots[mine]!) }]
  const end = start + days * dayLength
  // a device gets another address every six days or so
  for (let t = start + random.exponential() * 1.5 * dayLength; t < end; t += random.exponential() * 1.5 * dayLength) {
    const who = random.whole(0, blockDevices - 1)
    const free = freeSince.findIndex((since, slot) => !slots.includes(slot) && since < t - hour)
    if (free < 0) continue
    freeSince[slots[who]!] = t
    slots[who] = free
    if (who === mine) list.push({ from: t, address: addressOfSlot(index, free) })
  }
  return list
}

/** While it lasts the device has an address of this pool: 64 the VPN’s other end, 72 from abroad. */
export type Away = { readonly from: Micros; readonly to: Micros; readonly pool: 64 | 72 }

const awayAddress = (index: number, pool: number): string =>
  `10.${pool + Math.floor(index / 60_000)}.${Math.floor((index % 60_000) / 240)}.${10 + (index % 240)}`

/** Every change of a device’s address, in order of time. */
export function addressesOf(options: FleetOptions, index: number, aways: readonly Away[]): Address[] {
  const leases = leasesOf(options, index)
  const addressAt = (ts: Micros): string => {
    const away = aways.find(({ from, to }) => from <= ts && ts < to)
    return away === undefined ? leases.findLast(({ from }) => from <= ts)!.address : awayAddress(index, away.pool)
  }
  const end = options.start + options.days * dayLength
  const moments = [...leases.slice(1).map(({ from }) => from), ...aways.flatMap(({ from, to }) => [from, to])]
  const changes: Address[] = []
  let last = leases[0]!.address
  for (const moment of moments.sort((a, b) => a - b)) {
    // the map of devices has milliseconds
    const ts = Math.ceil(moment / 1000) * 1000
    if (ts <= options.start || ts >= end) continue
    const address = addressAt(ts)
    if (address !== last) changes.push({ kind: 'address', ts, device: index, address })
    last = address
  }
  return changes
}
