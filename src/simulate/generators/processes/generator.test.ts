import { beforeAll, describe, expect, it } from 'vitest'
import { type Device, defaultRates, type FleetOptions, type Rates, type Truth, type WorldEvent } from '../../world.ts'
import { processes } from './generator.ts'
import { attackNames, decoyNames } from './incidents.ts'

type Fleet = { options: FleetOptions; devices: readonly Device[]; events: WorldEvent[]; truths: Truth[] }

const start = Date.UTC(2026, 4, 4) * 1000
const day = 86_400e6

async function fleetOf(seed: number, devices: number, days: number, rates: Partial<Rates> = {}): Promise<Fleet> {
  const options = { seed, devices, days, start, rates: { ...defaultRates, ...rates } }
  const events: WorldEvent[] = []
  let list: readonly Device[] = []
  const truths = await processes.generate(
    options,
    (begun) => {
      list = begun
    },
    (event) => {
      events.push(event)
    },
  )
  return { options, devices: list, events, truths }
}

const micros = (text: string): number => Date.parse(text) * 1000
const strange = new Set(['wild', 'protection', 'pac', 'outside', 'mte'])

describe('the same seed', () => {
  it('gives the same fleet, and another seed another', async () => {
    const [a, b, c] = [await fleetOf(3, 4, 3), await fleetOf(3, 4, 3), await fleetOf(4, 4, 3)]
    expect(JSON.stringify(a)).toBe(JSON.stringify(b))
    expect(JSON.stringify(a.events)).not.toBe(JSON.stringify(c.events))
  })

  it('gives a device the same traffic whatever the others are', async () => {
    const few = await fleetOf(3, 2, 2, { attacked: 0, decoys: 0 })
    const more = await fleetOf(3, 4, 2, { attacked: 0, decoys: 0 })
    const of = (fleet: Fleet): number => fleet.events.filter((e) => e.kind === 'contact' && e.device === 0).length
    expect(of(few)).toBe(of(more))
  })
})

describe('rates', () => {
  it('of nought give a clean fleet that still has its confounders', async () => {
    const { truths, events } = await fleetOf(5, 6, 4, { attacked: 0, decoys: 0, crashes: 0, failures: 0, services: 0 })
    expect(new Set(truths.map((t) => t.kind))).toEqual(new Set(['confounder']))
    expect(events.filter((e) => e.kind === 'crash' || e.kind === 'panic' || e.kind === 'jetsam')).toEqual([])
    // what fails without reason is gone; scans and administrators are refused all the same
    const failed = events.filter((e) => e.kind === 'contact' && e.outcome !== 'closed' && !e.address.startsWith('10.'))
    expect(failed).toEqual([])
  })

  it('of traffic scale the contacts; those of failures are met', async () => {
    const one = await fleetOf(6, 12, 4, { attacked: 0, decoys: 0, services: 0 })
    const half = await fleetOf(6, 12, 4, { attacked: 0, decoys: 0, services: 0, traffic: 0.5 })
    const contacts = (fleet: Fleet) => fleet.events.filter((e) => e.kind === 'contact')
    expect(contacts(half).length / contacts(one).length).toBeGreaterThan(0.4)
    expect(contacts(half).length / contacts(one).length).toBeLessThan(0.7)
    const outside = contacts(one).filter((e) => !e.address.startsWith('10.'))
    const share = outside.filter((e) => e.outcome !== 'closed').length / outside.length
    expect(share).toBeGreaterThan(0.02)
    expect(share).toBeLessThan(0.042)
  })

  it('of attacks and decoys are met, each device once', async () => {
    const { truths } = await fleetOf(7, 20, 3, { attacked: 0.25, decoys: 0.1, traffic: 0.05 })
    const named = truths.filter((t) => t.kind !== 'confounder')
    expect(truths.filter((t) => t.kind === 'attack').length).toBe(5)
    expect(new Set(named.map((t) => t.device)).size).toBe(named.length)
    for (const name of decoyNames) expect(truths.filter((t) => t.scenario === name).length).toBe(2)
  })
})

describe('truth', () => {
  let fleets: Fleet[] = []
  beforeAll(async () => {
    fleets = []
    for (const seed of [1, 2]) fleets.push(await fleetOf(seed, 40, 14, { attacked: 0.3, decoys: 0.1, traffic: 0.3 }))
  })

  it('names every scenario, decoy and confounder', () => {
    const seen = new Set(fleets.flatMap(({ truths }) => truths.map((t) => t.scenario)))
    const all = [
      ...attackNames,
      ...decoyNames,
      'app_update',
      'os_update',
      'vpn_reroute',
      'cdn_move',
      'mdm_profile',
      'travel',
      'private_app',
    ]
    expect(all.filter((name) => !seen.has(name))).toEqual([])
  })

  it('agrees with what happened', () => {
    for (const { options, devices, events, truths } of fleets) {
      const end = options.start + options.days * day
      const index = new Map(devices.map((device, i) => [device.name, i]))
      const met = devices.map(() => new Set<string>())
      const zones = devices.map(() => new Set<string>())
      for (const event of events) {
        expect(event.ts >= options.start && event.ts < end && Number.isInteger(event.ts)).toBe(true)
        if (event.kind === 'contact') met[event.device]!.add(event.host).add(event.address)
        if (event.kind === 'lookup') {
          const parts = event.host.split('.')
          for (let k = 1; k < parts.length; k++) zones[event.device]!.add(parts.slice(k).join('.'))
        }
      }
      for (const truth of truths) {
        if (truth.kind === 'confounder') continue
        const device = index.get(truth.device)!
        const tunnel = (truth.notes.like ?? truth.scenario) === 'dns_tunnel'
        for (const host of truth.hosts) expect((tunnel ? zones : met)[device], `${truth.id} ${host}`).toContain(host)
        expect(micros(truth.start)).toBeLessThanOrEqual(micros(truth.end))
        expect(micros(truth.end)).toBeLessThan(end)
        if (truth.effect) expect(effectSeen(events, device, truth), truth.id).toBe(true)
        if (truth.kind === 'attack') expect(truth.hosts.length, truth.id).toBeGreaterThan(0)
      }
    }
  })

  it('keeps decoys what they are', () => {
    const decoys = fleets.flatMap(({ truths }) => truths.filter((t) => t.kind === 'decoy'))
    for (const decoy of decoys.filter((t) => t.scenario === 'network_alone')) expect(decoy.effect).toBeNull()
    for (const decoy of decoys.filter((t) => t.scenario === 'crash_alone')) expect(decoy.hosts).toEqual([])
    for (const decoy of decoys.filter((t) => t.scenario === 'outside_window')) {
      expect(micros(decoy.effect!) - micros(decoy.start)).toBeGreaterThan(day)
    }
  })

  it('leaves the first week quiet for most attacks', () => {
    const attacks = fleets.flatMap(({ truths }) => truths.filter((t) => t.kind === 'attack'))
    const early = attacks.filter((t) => micros(t.start) < start + 7 * day)
    expect(early.length / attacks.length).toBeLessThan(0.35)
  })
})

function effectSeen(events: readonly WorldEvent[], device: number, truth: Truth): boolean {
  const at = micros(truth.effect!)
  const mine = events.filter((e) => e.device === device && Math.abs(e.ts - at) < 2000)
  const kind = truth.notes.effect
  if (kind === 'crash' || kind === 'watchdog')
    return mine.some((e) => e.kind === 'crash' && e.process === truth.notes.process)
  if (kind === 'panic' || kind === 'force_reset' || kind === 'jetsam') return mine.some((e) => e.kind === kind)
  // the next answer to the management server shows it, unless the fleet ends first
  const next = events.find((e) => e.kind === 'posture' && e.device === device && e.ts > at)
  if (next?.kind !== 'posture') return true
  if (kind === 'profile') return next.profiles.some((p) => !p.managed && p.identifier === truth.notes.profile)
  if (kind === 'certificate') return next.certificates.some((c) => c.commonName === truth.notes.commonName)
  return next.passcode === false
}

describe('toys', () => {
  it('fail: a crash that looks like an exploit, a name that one device alone has met', async () => {
    const { devices, events, truths } = await fleetOf(1, 60, 14)
    const attacked = new Set(truths.filter((t) => t.kind === 'attack').map((t) => t.device))
    const hosts = new Set(truths.filter((t) => t.kind === 'attack').flatMap((t) => t.hosts))
    const flagged = new Set<string>()
    const owners = new Map<string, Set<number>>()
    for (const event of events) {
      if (event.kind === 'crash' && strange.has(event.class)) flagged.add(devices[event.device]!.name)
      if (event.kind === 'contact' && event.host)
        owners.set(event.host, (owners.get(event.host) ?? new Set()).add(event.device))
    }
    const right = [...flagged].filter((name) => attacked.has(name)).length
    expect(right / flagged.size).toBeLessThan(0.5)
    const alone = [...owners].filter(([, met]) => met.size === 1)
    expect(alone.length / (60 * 14)).toBeGreaterThan(2)
    expect(alone.filter(([host]) => hosts.has(host)).length / alone.length).toBeLessThan(0.02)
  })
})
