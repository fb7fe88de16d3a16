// Times as devices write them: local, with the offset. Names of files carry no offset at all.
import type { Micros } from '../../model/index.ts'
import { openRandom } from '../random.ts'
import type { Device } from '../world.ts'

const minute = 60e6
const offsets = [-480, -300, -240, 0, 60, 120, 180, 330, 540] as const

/** Offset of a device’s clock from UTC in minutes. Most devices of a fleet share one. */
export function zoneOf(seed: number, device: Device): number {
  const own = openRandom(seed, `zone/${device.name}`)
  return own.chance(1 / 12) ? own.pick(offsets) : openRandom(seed, 'zone').pick(offsets)
}

const two = (n: number): string => String(n).padStart(2, '0')
const signed = (zone: number, between: string): string =>
  `${zone < 0 ? '-' : '+'}${two(Math.floor(Math.abs(zone) / 60))}${between}${two(Math.abs(zone) % 60)}`
const localText = (at: Micros, zone: number): string =>
  new Date(Math.floor((at + zone * minute) / 1000)).toISOString().replace('T', ' ').slice(0, 19)
const fraction = (at: Micros, digits: number): string =>
  String(Math.floor(((at % 1e6) + 1e6) % 1e6))
    .padStart(6, '0')
    .slice(0, digits)

/** `2022-09-18 15:28:37.3451 +0900`, with this many digits of the fraction. */
export const ipsTime = (at: Micros, zone: number, digits: number): string =>
  `${localText(at, zone)}.${fraction(at, digits)} ${signed(zone, '')}`

/** `2022-09-18-152837`, as in the names of reports. */
export const fileStamp = (at: Micros, zone: number): string => localText(at, zone).replace(' ', '-').replaceAll(':', '')

/** `2022-04-27T10:59:33.170-04:00`, as in the App Privacy Report. */
export const privacyTime = (at: Micros, zone: number): string =>
  `${localText(at, zone).replace(' ', 'T')}.${fraction(at, 3)}${zone === 0 ? 'Z' : signed(zone, ':')}`

/** `2022-04-27T10_59_33`, as in the name of an App Privacy Report. */
export const privacyStamp = (at: Micros, zone: number): string =>
  localText(at, zone).replace(' ', 'T').replaceAll(':', '_')

/** ISO 8601 UTC with milliseconds. */
export const utc = (at: Micros): string => new Date(Math.floor(at / 1000)).toISOString()

/** `2026-09-18`, the day in UTC. */
export const utcDay = (at: Micros): string => utc(at).slice(0, 10)
