// The fleet keeps its word: the same seed, the rates, and a truth that agrees with what happened.
import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Contact, Crash, Device, FleetOptions, Rates, Truth, WorldEvent } from '../../world.ts'
import { defaultRates } from '../../world.ts'
import { fleet } from './generator.ts'

const hour = 3_600e6
const start = Date.UTC(2026, 5, 1) * 1000
type Made = { readonly devices: readonly Device[]; readonly events: WorldEvent[]; readonly truth: Truth[] }

async function make(
  options: Partial<Omit<FleetOptions, 'rates'>> & { readonly rates?: Partial<Rates> },
): Promise<Made> {
  let devices: readonly Device[] = []
  const events: WorldEvent[] = []
  const truth = await fleet.generate(
    { devices: 12, days: 14, seed: 5, start, ...options, rates: { ...defaultRates, ...options.rates } },
    (made) => {
      devices = made
    },
    (event) => {
      events.push(event)
    },
  )
  return { devices, events, truth }
}

const micros = (iso: string): number => Date.parse(iso) * 1000
const isContact = (event: WorldEvent): event is Contact => event.kind === 'contact'
const isCrash = (event: WorldEvent): event is Crash => event.kind === 'crash'
const oddClasses = ['wild', 'protection', 'pac', 'outside', 'mte', 'guard']
const of = (truth: readonly Truth[], kind: Truth['kind']): Truth[] => truth.filter((one) => one.kind === kind)
const count = <T>(list: readonly T[], fits: (one: T) => boolean): number => list.filter(fits).length

/** What an attack left, if the effect is among the events. */
const effectOf = (made: Made, { device, effect, notes }: Truth): WorldEvent | undefined => {
  const ts = micros(effect!)
  return made.events.find(
    (event) =>
      made.devices[event.device]!.name === device &&
      (event.kind === 'posture'
        ? notes.effect === 'posture' && event.ts > ts && event.ts < ts + 11 * 60e6
        : Math.abs(event.ts - ts) < 1000 &&
          (event.kind === 'crash' ? event.class === notes.class : event.kind === notes.effect)),
  )
}

describe('a fleet with everything', () => {
  let made: Made
  beforeAll(async () => {
    made = await make({ devices: 60, rates: { attacked: 0.34, decoys: 0.2, traffic: 0.3 } })
  }, 60_000)

  it('tells of its devices first, each with marks of its own', () => {
    expect(made.devices).toHaveLength(60)
    for (const key of ['name', 'address', 'mac', 'serial', 'udid', 'crashReporterKey'] as const)
      expect(new Set(made.devices.map((device) => device[key])).size).toBe(60)
  })

  it('stays inside of the time, in whole microseconds', () => {
    for (const { ts } of made.events)
      if (!Number.isInteger(ts) || ts < start || ts >= start + 14 * 24 * hour) expect.fail(`${ts}`)
  })

  it('gives no address to two devices at once, and gives it to another later', () => {
    const has = made.devices.map(({ address }) => address)
    const owners = new Map<string, Set<number>>(has.map((address, index) => [address, new Set([index])]))
    const changes = made.events.filter((event) => event.kind === 'address').sort((a, b) => a.ts - b.ts)
    expect(changes.length).toBeGreaterThan(30)
    for (const { device, address } of changes) {
      expect(has.indexOf(address)).toBe(-1)
      has[device] = address
      owners.set(address, (owners.get(address) ?? new Set()).add(device))
    }
    expect(count([...owners.values()], ({ size }) => size > 1)).toBeGreaterThan(10)
  })

  it('attacks and deceives as many as it was told', () => {
    const attacks = of(made.truth, 'attack')
    const crashes = attacks.filter(({ notes }) => notes.effect === 'crash')
    expect(attacks).toHaveLength(20)
    expect(new Set(attacks.map(({ device }) => device)).size).toBe(20)
    for (const name of ['zero_click', 'drive_by', 'slow_channel', 'lateral', 'dns_tunnel'])
      expect(count(attacks, ({ scenario }) => scenario === name)).toBe(4)
    expect(count(attacks, ({ notes }) => notes.hidden === true)).toBe(6)
    expect(count(crashes, ({ notes }) => notes.ordinary === true)).toBe(Math.round(crashes.length * 0.3))
    expect(count(attacks, (one) => micros(one.start) < start + 7 * 24 * hour)).toBe(2)
    const decoys = of(made.truth, 'decoy')
    expect(decoys).toHaveLength(12)
    for (const name of ['network_alone', 'crash_alone', 'wrong_order', 'outside_window'])
      expect(count(decoys, ({ scenario }) => scenario === name)).toBe(3)
    expect(decoys.some(({ device }) => attacks.some((one) => one.device === device))).toBe(false)
  })

  it('names every wave', () => {
    const names = new Set(of(made.truth, 'confounder').map(({ scenario }) => scenario))
    expect([...names].sort()).toEqual(
      ['app_crash_wave', 'cdn_move', 'mdm_profile', 'os_update', 'travel', 'vpn_reroute'].sort(),
    )
  })

  it('shows every host of an attack on its device while it lasts', () => {
    for (const { id, device, hosts, start: from, end, kind } of made.truth) {
      if (kind === 'confounder') continue
      const index = made.devices.findIndex(({ name }) => name === device)
      const seen = new Set<string>()
      for (const event of made.events) {
        if (event.device !== index || event.ts < micros(from) || event.ts > micros(end) + 1000) continue
        if (event.kind === 'contact') seen.add(event.host || event.address)
        if (event.kind === 'lookup') seen.add(event.host.slice(event.host.indexOf('.') + 1)).add(event.host)
      }
      const all = [...seen]
      expect([id, hosts.filter((host) => !all.some((name) => name === host || name.endsWith(`.${host}`)))]).toEqual([
        id,
        [],
      ])
    }
  })

  it('lets the effect follow the contact, or precede it where a message was read, within six hours', () => {
    for (const one of of(made.truth, 'attack')) {
      expect([one.id, effectOf(made, one)]).toEqual([one.id, expect.anything()])
      const effect = micros(one.effect!)
      expect(one.notes.gap).toBeGreaterThan(60)
      expect(one.notes.gap).toBeLessThan(6 * 3600)
      if (one.scenario === 'zero_click') expect(effect).toBe(micros(one.start))
      else expect(effect).toBeGreaterThan(micros(one.start))
    }
  })

  it('hides hosts among tenants and names that others meet', () => {
    const tenant =
      /\.(amazonaws\.com|cloudfront\.net|azurewebsites\.net|windows\.net|web\.app|firebaseio\.com|herokuapp\.com|pages\.dev|workers\.dev|github\.io|netlify\.app|vercel\.app|duckdns\.org|ddns\.net|myfritz\.net|synology\.me)$/
    const contacts = made.events.filter(isContact)
    for (const one of of(made.truth, 'attack')) {
      if (one.notes.hidden !== true) continue
      const index = made.devices.findIndex(({ name }) => name === one.device)
      const open = one.hosts.filter((host) => {
        const base = host.split('.').slice(-2).join('.')
        return !(
          tenant.test(host) ||
          contacts.some((c) => c.device !== index && (c.address === host || c.host === host || c.host.endsWith(base)))
        )
      })
      // of the servers inside, some are used by a group that has nobody in a small fleet
      expect([one.id, open.length / one.hosts.length < 0.5]).toEqual([one.id, true])
    }
  })

  it('keeps decoys apart from what would make them attacks', () => {
    for (const one of of(made.truth, 'decoy')) {
      const index = made.devices.findIndex(({ name }) => name === one.device)
      const from = micros(one.start)
      const crashes = made.events.filter(isCrash).filter(({ device }) => device === index)
      const near = count(crashes, ({ ts }) => Math.abs(ts - from) < 6 * hour)
      if (one.scenario === 'network_alone') expect(near).toBe(0)
      if (one.scenario === 'crash_alone') expect([one.hosts, near]).toEqual([[], 1])
      if (one.scenario === 'outside_window') expect([near, Number(one.notes.gap) > 6 * 3600]).toEqual([0, true])
      if (one.scenario === 'wrong_order') expect(Number(one.notes.gap)).toBeGreaterThan(1200)
      expect(one.effect).toBeNull()
    }
  })
})

describe('an ordinary fleet', () => {
  const days = 7
  let made: Made
  let contacts: Contact[]
  beforeAll(async () => {
    made = await make({ devices: 40, days, rates: { attacked: 0, decoys: 0 } })
    contacts = made.events.filter(isContact)
  }, 60_000)

  it('is clean, but for what happens to all', () => {
    expect(made.truth.every(({ kind }) => kind === 'confounder')).toBe(true)
    expect(count(made.events, (event) => event.kind === 'crash' && event.class === 'guard')).toBe(0)
  })

  it('has as much traffic as phones have', () => {
    expect(contacts.length / 40 / days).toBeGreaterThan(400)
    expect(contacts.length / 40 / days).toBeLessThan(700)
    const lookups = count(made.events, ({ kind }) => kind === 'lookup')
    expect(lookups / contacts.length).toBeGreaterThan(0.25)
    expect(lookups / contacts.length).toBeLessThan(0.42)
    expect(count(contacts, ({ outcome }) => outcome !== 'closed') / contacts.length).toBeLessThan(0.06)
  })

  it('meets several names a device-day that nobody else meets', () => {
    const met = new Map<string, Set<number>>()
    for (const { host, device } of contacts) if (host !== '') met.set(host, (met.get(host) ?? new Set()).add(device))
    const alone = count([...met.values()], ({ size }) => size === 1) / 40 / days
    expect(alone).toBeGreaterThan(3)
    expect(alone).toBeLessThan(16)
  })

  it('answers to management about daily', () => {
    const answers = count(made.events, ({ kind }) => kind === 'posture') / 40 / days
    expect(answers).toBeGreaterThan(0.85)
    expect(answers).toBeLessThan(1.3)
  })
})

describe('rates', () => {
  const quiet = { attacked: 0, decoys: 0, traffic: 0.05, services: 0 }

  it('makes the crashes that were asked for, of all classes', async () => {
    const { events, truth } = await make({ devices: 150, rates: quiet })
    const wave = of(truth, 'confounder').find(({ scenario }) => scenario === 'app_crash_wave')!
    const crashes = events.filter(isCrash).filter(({ app }) => app !== wave.notes.app)
    expect(crashes.length / 300).toBeGreaterThan(0.45)
    expect(crashes.length / 300).toBeLessThan(0.8)
    expect(count(crashes, (crash) => crash.class === 'abort') / crashes.length).toBeCloseTo(0.55, 0.7)
    for (const name of ['abort', 'null', 'wild', 'protection', 'pac', 'outside'])
      expect(crashes.some((crash) => crash.class === name)).toBe(true)
    expect(new Set(crashes.filter(({ app }) => app === '').map(({ process }) => process)).size).toBeGreaterThan(15)
  }, 60_000)

  it('has none where none are wanted', async () => {
    const { events } = await make({ devices: 30, rates: { ...quiet, crashes: 0, failures: 0 } })
    expect(count(events, ({ kind }) => !['contact', 'lookup', 'posture', 'address'].includes(kind))).toBe(0)
    // what fails for a reason still does: a change of network, a search for printers, a scan
    expect(count(events, (event) => event.kind === 'contact' && event.outcome === 'malformed')).toBe(0)
  })

  it('has more of the ordinary when told so', async () => {
    const little = await make({ devices: 6, days: 4, rates: { ...quiet, traffic: 0.3 } })
    const much = await make({ devices: 6, days: 4, rates: { ...quiet, traffic: 2 } })
    expect(much.events.length / little.events.length).toBeGreaterThan(3)
  })

  it('gives private services to as many as it was told', async () => {
    // names that one device alone comes back to on most days
    const regular = async (services: number): Promise<number> => {
      const { events } = await make({ devices: 40, days: 5, rates: { ...quiet, services } })
      const met = new Map<string, { devices: Set<number>; days: Set<number> }>()
      for (const event of events) {
        if (!isContact(event) || event.host === '') continue
        const one = met.get(event.host) ?? { devices: new Set(), days: new Set() }
        one.devices.add(event.device)
        one.days.add(Math.floor(event.ts / 24 / hour))
        met.set(event.host, one)
      }
      return count([...met.values()], ({ devices, days }) => devices.size === 1 && days.size > 3)
    }
    const [none, some, all] = [await regular(0), await regular(0.5), await regular(1)]
    expect(some - none).toBeGreaterThan(5)
    expect(all - some).toBeGreaterThan(5)
  }, 30_000)
})

describe('the same seed', () => {
  const hash = async (seed: number): Promise<string> => {
    const { devices, events, truth } = await make({ devices: 8, days: 4, seed, rates: { attacked: 0.5, decoys: 0.4 } })
    return createHash('sha256')
      .update(JSON.stringify([devices, events, truth]))
      .digest('hex')
  }
  it('makes the same fleet, and another seed another', async () => {
    const first = await hash(11)
    expect(await hash(11)).toBe(first)
    expect(await hash(12)).not.toBe(first)
  })
})

describe('toys that must fail', () => {
  let made: Made
  beforeAll(async () => {
    made = await make({ devices: 70, seed: 21, rates: { traffic: 0.4 } })
  }, 60_000)

  it('a crash that looks like an exploit: mostly wrong', () => {
    const odd = made.events.filter(isCrash).filter((crash) => oddClasses.includes(crash.class))
    const right = of(made.truth, 'attack').flatMap((one) => effectOf(made, one) ?? [])
    expect(odd.length).toBeGreaterThan(8)
    expect(count(odd, (crash) => right.includes(crash)) / odd.length).toBeLessThan(0.5)
  })

  it('a name that one device alone has met: nearly always wrong', () => {
    const met = new Map<string, Set<number>>()
    for (const event of made.events)
      if (isContact(event) && event.host !== '')
        met.set(event.host, (met.get(event.host) ?? new Set()).add(event.device))
    const alone = [...met].filter(([, devices]) => devices.size === 1).map(([host]) => host)
    const hostile = new Set(of(made.truth, 'attack').flatMap(({ hosts }) => hosts))
    expect(count(alone, (host) => hostile.has(host)) / alone.length).toBeLessThan(0.01)
  })
})
