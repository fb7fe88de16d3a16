// Who is there: thirty managed iPhones and iPads of the invented company Kestrel & Lowe, and what the operator's map says of them.
import { type Random, random } from './random.ts'
import { at, days, hour } from './time.ts'

/** Where a device's traffic is seen: Zeek at headquarters, Squid there, Pi-hole in the branch, AdGuard Home in the press house, NextDNS on the road. */
export type Site = 'hq' | 'proxy' | 'branch' | 'press_house' | 'road'

export type Device = {
  readonly id: string
  readonly user: string
  readonly group: string
  readonly site: Site
  readonly model: string
  /** Private Wi-Fi address at headquarters; the second one is used from `rotated` on. */
  readonly macs: readonly [string, string]
  readonly rotated: number
  readonly serial: string
  readonly crashReporterKey: string
  readonly costCentre: string
}

const groups: Readonly<Record<string, readonly (readonly [string, Site, string])[]>> = {
  Board: [
    ['board-iphone-1', 'hq', 'Ingrid Salomonsen'],
    ['board-iphone-2', 'hq', 'Tomasz Wren'],
    ['board-iphone-3', 'hq', 'Adaeze Lindqvist'],
    ['board-iphone-4', 'hq', 'Pieter Amadi'],
    ['board-ipad-1', 'hq', 'Ingrid Salomonsen'],
  ],
  Press: [
    ['press-iphone-1', 'hq', 'Leila Brandt'],
    ['press-iphone-2', 'hq', 'Oskar Mbeki'],
    ['press-iphone-3', 'hq', 'Yuna Castell'],
    ['press-iphone-4', 'hq', 'Rafael Thorne'],
    ['press-iphone-5', 'press_house', 'Mirela Vance'],
    ['press-iphone-6', 'press_house', 'Jonas Adeyemi'],
    ['press-iphone-7', 'press_house', 'Sunniva Roth'],
    ['press-ipad-1', 'hq', 'Leila Brandt'],
  ],
  Finance: [
    ['finance-iphone-1', 'hq', 'Edvard Holm'],
    ['finance-iphone-2', 'hq', 'Noor Petrakis'],
    ['finance-iphone-3', 'hq', 'Clara Whitlow'],
    ['finance-iphone-4', 'hq', 'Davit Osei'],
    ['finance-iphone-5', 'hq', 'Hanne Morrow'],
    ['finance-iphone-6', 'branch', 'Bruno Sandoval'],
    ['finance-ipad-1', 'proxy', 'Edvard Holm'],
    ['finance-ipad-2', 'proxy', 'Clara Whitlow'],
  ],
  Field: [
    ['field-iphone-1', 'road', 'Katya Lindgren'],
    ['field-iphone-2', 'road', 'Samuel Ferro'],
    ['field-iphone-3', 'road', 'Imani Calloway'],
    ['field-iphone-4', 'road', 'Luca Brenner'],
    ['field-iphone-5', 'road', 'Freya Okonjo'],
    ['field-iphone-6', 'branch', 'Anton Reyes'],
    ['field-iphone-7', 'branch', 'Maja Cullen'],
    ['field-iphone-8', 'hq', 'Elias Navarro'],
    ['field-ipad-1', 'branch', 'Anton Reyes'],
  ],
}

/** At work on Saturday and Sunday; all others rest. */
const saturday = new Set([
  'press-iphone-1',
  'press-iphone-2',
  'board-iphone-2',
  'finance-iphone-2',
  'finance-iphone-3',
  'field-iphone-8',
  'press-iphone-5',
  'field-iphone-1',
  'field-iphone-6',
])
const sunday = new Set(['press-iphone-1', 'board-iphone-2', 'field-iphone-8', 'press-iphone-5', 'field-iphone-1'])
const atWork = (id: string, day: number): boolean =>
  day === 19 ? saturday.has(id) : day === 20 ? sunday.has(id) : true

/** The second hexadecimal digit of a private Wi-Fi address is 2, 6, a or e. */
const privateMac = (r: Random): string => {
  const digits = `${r.hex(1)}${r.pick(['2', '6', 'a', 'e'])}${r.hex(10)}`
  return digits.match(/../g)!.join(':')
}

export function makeFleet(seed: number): readonly Device[] {
  return Object.entries(groups).flatMap(([group, members], g) =>
    members.map(([id, site, user]) => {
      const r = random(seed, `device/${id}`)
      const mac = privateMac(r)
      // One phone in four rotates its private address on Wednesday night.
      const rotates = site === 'hq' && r.chance(0.25)
      return {
        id,
        user,
        group,
        site,
        model: id.includes('ipad')
          ? r.pick(['iPad14,3', 'iPad13,18'])
          : r.pick(['iPhone15,3', 'iPhone16,1', 'iPhone14,5', 'iPhone17,3']),
        macs: [mac, rotates ? privateMac(r) : mac] as const,
        rotated: at('16 22:00:00'),
        serial: r.word('CDFGHJKLMNPQRTVWXY0123456789', 10),
        crashReporterKey: r.hex(40),
        costCentre: `KL-${4100 + g * 10}`,
      }
    }),
  )
}

/** A client that the map does not know. */
export const strangers = {
  /** A phone at headquarters that nobody entered into the map. */
  phone: { address: '10.20.30.199', host: 'iPhone' },
  /** The guest access point: many guests behind one address. */
  guestNat: { address: '10.20.30.250', host: 'guest-ap' },
  /** A phone with a temporary IPv6 address; no neighbour table says whose. */
  ipv6: { address: 'fd20:30::8c5e:11ff:fe04:9a71', host: '' },
} as const

/** Branch and press house give fixed addresses. 192.168.40.21 changes hands on Thursday. */
const fixedAddresses: readonly { device: string; ip: string; from: number | null; to: number | null }[] = [
  { device: 'finance-iphone-6', ip: '192.168.40.21', from: null, to: at('17 00:00:00') },
  { device: 'field-ipad-1', ip: '192.168.40.21', from: at('17 00:00:00'), to: null },
  { device: 'finance-iphone-6', ip: '192.168.40.24', from: at('17 00:00:00'), to: null },
  { device: 'field-ipad-1', ip: '192.168.40.25', from: null, to: at('17 00:00:00') },
  { device: 'field-iphone-6', ip: '192.168.40.22', from: null, to: null },
  { device: 'field-iphone-7', ip: '192.168.40.23', from: null, to: null },
  { device: 'press-iphone-5', ip: '10.60.0.11', from: null, to: null },
  { device: 'press-iphone-6', ip: '10.60.0.12', from: null, to: null },
  { device: 'press-iphone-7', ip: '10.60.0.13', from: null, to: null },
]

export type Lease = {
  readonly from: number
  readonly until: number
  readonly device: string
  readonly ip: string
  readonly mac: string
  readonly host: string
}
const leaseLength = 12 * hour

/**
 * DHCP at headquarters: another address every day, renewed after six hours. On Saturday the address of press-iphone-2 (home at
 * noon) goes to finance-iphone-2 while the first lease still runs on paper.
 */
export function makeLeases(seed: number, fleet: readonly Device[]): readonly Lease[] {
  const local = fleet.filter((d) => d.site === 'hq' || d.site === 'proxy')
  const r = random(seed, 'leases')
  const leases: Lease[] = []
  const lease = (device: string, ip: string, mac: string, host: string, from: number): void => {
    for (const start of [from, from + leaseLength / 2])
      leases.push({ from: start, until: start + leaseLength, device, ip, mac, host })
  }
  for (const [k, day] of days.entries()) {
    for (const [i, d] of local.entries()) {
      if (!atWork(d.id, day)) continue
      const arrival = at(`${day} 05:20:00`) + r.whole(0, 35 * 60) * 1000
      const mac = d.macs[arrival < d.rotated ? 0 : 1]
      const host = d.id.includes('ipad') ? 'iPad' : 'iPhone'
      if (day === 19 && d.id === 'finance-iphone-2') continue
      const ip = `10.20.30.${20 + ((i * 5 + k * 9) % 83)}`
      if (day === 19 && d.id === 'press-iphone-2') {
        leases.push({ from: arrival, until: arrival + leaseLength, device: d.id, ip, mac, host })
        const heir = fleet.find((x) => x.id === 'finance-iphone-2')!
        lease(heir.id, ip, heir.macs[1], host, at('19 12:31:07'))
      } else lease(d.id, ip, mac, host, arrival)
    }
    for (const s of [strangers.phone, strangers.guestNat]) {
      lease(
        '',
        s.address,
        privateMac(random(seed, `stranger/${s.host}`)),
        s.host,
        at(`${day} 05:${s.host === 'iPhone' ? '47' : '02'}:11`),
      )
    }
  }
  return leases.toSorted((a, b) => a.from - b.from || (a.ip < b.ip ? -1 : 1))
}

/** When a device is where its traffic is seen. press-iphone-2 leaves at noon on Saturday, finance-iphone-2 comes then. */
export function present(id: string, ts: number, day: number): boolean {
  if (!atWork(id, day)) return false
  if (day === 19 && id === 'press-iphone-2') return ts < at('19 11:40:00')
  if (day === 19 && id === 'finance-iphone-2') return ts > at('19 12:32:00')
  return true
}

export type AddressOf = (device: string, ts: number) => string

/** Address of a device at a time. Throws where the story lets a device speak while it has none: a mistake in the story. */
export function addressBook(leases: readonly Lease[]): AddressOf {
  const byDevice = Map.groupBy(leases, (l) => l.device)
  return (device, ts) => {
    const fixed = fixedAddresses.find(
      (f) => f.device === device && (f.from ?? 0) <= ts && ts < (f.to ?? Number.POSITIVE_INFINITY),
    )
    if (fixed) return fixed.ip
    const lease = byDevice.get(device)?.findLast((l) => l.from <= ts && ts < l.until)
    if (!lease) throw new Error(`${device} has no address at ${new Date(ts).toISOString()}`)
    return lease.ip
  }
}

/** The operator's map. A row holds from `from` until `to`; empty means always. `cost_centre` is a column Codling does not know. */
export function devicesCsv(fleet: readonly Device[]): string {
  const stamp = (ts: number | null): string => (ts === null ? '' : new Date(ts).toISOString().replace('.000', ''))
  const rows = fleet.flatMap((d) => {
    const row = (ip: string, mac: string, from: number | null, to: number | null): string =>
      [
        d.id,
        d.user,
        d.group,
        ip,
        mac,
        d.id.includes('ipad') ? 'iPad' : 'iPhone',
        d.serial,
        d.crashReporterKey,
        stamp(from),
        stamp(to),
        d.costCentre,
      ].join(',')
    const fixed = fixedAddresses.filter((f) => f.device === d.id)
    if (fixed.length > 0) return fixed.map((f) => row(f.ip, '', f.from, f.to))
    if (d.site === 'road') return [row('', '', null, null)]
    const [first, second] = d.macs
    return first === second
      ? [row('', first, null, null)]
      : [row('', first, null, d.rotated), row('', second, d.rotated, null)]
  })
  return `device,user,group,ip,mac,hostname,serial,crash_reporter_key,from,to,cost_centre\n${rows.join('\n')}\n`
}
