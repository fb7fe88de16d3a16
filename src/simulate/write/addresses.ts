// Which address a device had when, and the map of devices that says so.
import type { Micros } from '../../model/index.ts'
import type { Address, Device } from '../world.ts'
import { utc } from './clock.ts'

type Stretch = { readonly from: Micros; readonly address: string }

export type Addresses = {
  readonly devices: readonly Device[]
  /** Address of a device at a time. */
  at(device: number, ts: Micros): string
  learn(event: Address): void
  /** A change was learnt after `at` had answered for a later time: those answers were wrong. */
  readonly late: boolean
}

/** The map of devices writes milliseconds, so changes fall on whole ones. */
const whole = (ts: Micros): Micros => Math.floor(ts / 1000) * 1000

export function openAddresses(devices: readonly Device[]): Addresses & { readonly changes: readonly Stretch[][] } {
  const changes: Stretch[][] = devices.map(() => [])
  const asked = new Float64Array(devices.length).fill(Number.NEGATIVE_INFINITY)
  let late = false
  return {
    devices,
    changes,
    get late() {
      return late
    },
    at(device, ts) {
      if (ts > asked[device]!) asked[device] = ts
      const list = changes[device]!
      for (let i = list.length - 1; i >= 0; i--) if (list[i]!.from <= ts) return list[i]!.address
      return devices[device]!.address
    },
    learn({ device, ts, address }) {
      const list = changes[device]!
      const from = whole(ts)
      const before = list.findIndex((stretch) => stretch.from > from)
      list.splice(before < 0 ? list.length : before, 0, { from, address })
      if (asked[device]! >= from) late = true
    },
  }
}

const cell = (text: string): string => (/[",;\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** The map for `--devices`: a row for each device and stretch of time in which it had one address. */
export function deviceMapText({ devices, changes }: ReturnType<typeof openAddresses>): string {
  const rows = devices.flatMap((d, index) => {
    const stretches: Stretch[] = [{ from: 0, address: d.address }, ...changes[index]!]
    return stretches.flatMap(({ from, address }, i) => {
      const to = stretches[i + 1]?.from
      if (to === from) return []
      const times = [from === 0 ? '' : utc(from), to === undefined ? '' : utc(to)]
      return [[d.name, d.user, d.group, address, d.mac, d.serial, d.udid, d.crashReporterKey, ...times]]
    })
  })
  return `${[['device', 'user', 'group', 'ip', 'mac', 'serial', 'udid', 'crash_reporter_key', 'from', 'to'], ...rows]
    .map((cells) => cells.map((text) => cell(text.toWellFormed())).join(','))
    .join('\n')}\n`
}
