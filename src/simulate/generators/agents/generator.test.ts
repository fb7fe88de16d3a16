// What the fleets of agents promise: repeatable, clean when asked, truth that the events bear out, and hard for toys.
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Contact, type Device, defaultRates, type Rates, type Truth, type WorldEvent } from '../../world.ts'
import { agents } from './generator.ts'

const start = Date.UTC(2025, 8, 1) * 1000
const day = 86_400_000_000
const micros = (text: string): number => Date.parse(text) * 1000

type Fleet = { devices: Device[]; events: WorldEvent[]; truth: Truth[]; end: number }

async function fleetOf(devices: number, days: number, seed: number, rates: Partial<Rates> = {}): Promise<Fleet> {
  const fleet: Fleet = { devices: [], events: [], truth: [], end: start + days * day }
  const options = { devices, days, seed, start, rates: { ...defaultRates, ...rates } }
  fleet.truth = await agents.generate(
    options,
    (list) => {
      fleet.devices = [...list]
    },
    (event) => {
      fleet.events.push(event)
    },
  )
  return fleet
}

const digest = (fleet: Fleet): string =>
  createHash('sha256')
    .update(JSON.stringify([fleet.devices, fleet.events, fleet.truth]))
    .digest('hex')

test('the same seed gives the same fleet, another seed another', async () => {
  const [a, b, c] = [await fleetOf(6, 5, 11), await fleetOf(6, 5, 11), await fleetOf(6, 5, 12)]
  expect(digest(a)).toBe(digest(b))
  expect(digest(a)).not.toBe(digest(c))
})

test('a clean fleet holds neither attacks nor decoys, but confounders, and traffic follows its rate', async () => {
  const clean = await fleetOf(25, 10, 3, { attacked: 0, decoys: 0, crashes: 2 })
  expect(clean.truth.filter((x) => x.kind !== 'confounder')).toEqual([])
  expect(clean.truth.length).toBeGreaterThan(0)
  const crashes = clean.events.filter((x) => x.kind === 'crash').length
  expect(crashes / ((25 * 10) / 7)).toBeGreaterThan(1.2)
  expect(crashes / ((25 * 10) / 7)).toBeLessThan(4)
  const count = (fleet: Fleet): number => fleet.events.filter((x) => x.kind === 'contact').length
  expect(count(clean) / 250).toBeGreaterThan(300)
  expect(count(clean) / 250).toBeLessThan(900)
  expect(count(await fleetOf(25, 10, 3, { traffic: 0.3 })) / count(clean)).toBeLessThan(0.65)
  const still = await fleetOf(6, 4, 3, { attacked: 0, decoys: 0, crashes: 0 })
  expect(still.events.filter((x) => x.kind === 'crash')).toEqual([])
})

test('events lie within the fleet and no two devices have one address at a time', async () => {
  const fleet = await fleetOf(40, 6, 5, { traffic: 0.3 })
  const moves = fleet.events.filter((x) => x.kind === 'address').sort((a, b) => a.ts - b.ts)
  const now = new Map(fleet.devices.map((device, n) => [n, device.address]))
  expect(new Set(now.values()).size).toBe(40)
  for (const [n, move] of moves.entries()) {
    now.set(move.device, move.address)
    if (moves[n + 1]?.ts !== move.ts) expect(new Set(now.values()).size).toBe(40)
  }
  for (const event of fleet.events)
    expect(event.ts >= start && event.ts < fleet.end && Number.isInteger(event.ts)).toBe(true)
  for (const event of fleet.events) {
    if (event.kind !== 'contact' || event.transport === 'udp') continue
    if (event.outcome === 'unanswered' || event.outcome === 'refused') expect(event.host).toBe('')
  }
  for (const key of ['name', 'mac', 'serial', 'udid', 'crashReporterKey'] as const)
    expect(new Set(fleet.devices.map((x) => x[key])).size).toBe(40)
})

test('truth agrees with the events, and every scenario appears', async () => {
  const seen = new Set<string>()
  let early = 0
  let attacks = 0
  for (const seed of [21, 22, 23]) {
    const fleet = await fleetOf(40, 14, seed, { attacked: 0.4, decoys: 0.1, traffic: 0.4 })
    expect(fleet.truth.filter((x) => x.kind === 'attack')).toHaveLength(16)
    expect(new Set(fleet.truth.filter((x) => x.kind !== 'confounder').map((x) => x.device)).size).toBe(32)
    for (const truth of fleet.truth) {
      seen.add(truth.scenario)
      expect(micros(truth.end)).toBeLessThanOrEqual(fleet.end)
      expect(micros(truth.start)).toBeLessThanOrEqual(micros(truth.end))
      if (truth.kind === 'confounder') continue
      const own = fleet.events.filter((x) => fleet.devices[x.device]!.name === truth.device)
      const met = new Set(
        own.flatMap((x) => (x.kind === 'contact' ? [x.host, x.address] : x.kind === 'lookup' ? [x.host] : [])),
      )
      for (const host of truth.hosts) expect(met.has(host), `${truth.id} ${host}`).toBe(true)
      const effects = (at: string, kinds: readonly string[]): boolean =>
        own.some((x) => kinds.includes(x.kind) && Math.abs(x.ts - micros(at)) < 1000)
      if (truth.kind === 'decoy') {
        if (truth.notes.crash) expect(effects(String(truth.notes.crash), ['crash'])).toBe(true)
        expect(truth.hosts.length > 0).toBe(truth.scenario !== 'crash_alone')
        continue
      }
      attacks++
      if (micros(truth.start) < start + 6.5 * day) early++
      expect(truth.hosts.length).toBeGreaterThan(0)
      const effect = String(truth.notes.effect)
      const kind =
        effect === 'crash' || effect === 'watchdog'
          ? 'crash'
          : effect === 'jetsam' || effect === 'force_reset'
            ? effect
            : 'posture'
      expect(effects(truth.effect!, [kind]), `${truth.id} ${effect}`).toBe(true)
      const hosts = new Set(truth.hosts)
      const odd = own.filter(
        (x) =>
          (x.kind === 'contact' && (hosts.has(x.host) || hosts.has(x.address))) ||
          (x.kind === 'lookup' && truth.hosts.some((h) => x.host.endsWith(h))),
      )
      expect(
        odd.some((x) => Math.abs(x.ts - micros(truth.effect!)) <= (6 / 24) * day + 60_000_000),
        truth.id,
      ).toBe(true)
    }
  }
  for (const name of [
    'zero_click',
    'drive_by',
    'slow_channel',
    'lateral',
    'dns_tunnel',
    'network_alone',
    'crash_alone',
    'wrong_order',
    'outside_window',
  ])
    expect(seen, name).toContain(name)
  for (const name of ['app_update_crashes', 'os_update', 'vpn_reroute', 'cdn_move', 'mdm_profile', 'travel'])
    expect(seen, name).toContain(name)
  expect(early / attacks).toBeLessThan(0.3)
})

test('all attacks look ordinary and hide when asked', async () => {
  const { truth } = await fleetOf(10, 14, 7, { attacked: 1, ordinary: 1, hidden: 1, decoys: 0, traffic: 0.3 })
  const attacks = truth.filter((x) => x.kind === 'attack')
  expect(attacks).toHaveLength(10)
  for (const attack of attacks)
    expect([attack.notes.ordinary, attack.notes.hidden]).toEqual([attack.notes.effect === 'crash', true])
})

test('two toys fail: a crash that looks like an exploit, and a name that one device alone has met', async () => {
  const fleet = await fleetOf(80, 14, 31)
  const attacked = new Set(fleet.truth.filter((x) => x.kind === 'attack').map((x) => x.device))
  const named = (n: number): string => fleet.devices[n]!.name
  const loud = new Set(['wild', 'protection', 'pac', 'outside', 'mte', 'guard'])
  const crashes = new Set(
    fleet.events.flatMap((x) => (x.kind === 'crash' && loud.has(x.class) ? [named(x.device)] : [])),
  )
  const owner = new Map<string, number>()
  for (const x of fleet.events.filter((x): x is Contact => x.kind === 'contact')) {
    const host = x.host || x.address
    owner.set(host, (owner.get(host) ?? x.device) === x.device ? x.device : -1)
  }
  const alone = new Set([...owner.values()].filter((x) => x >= 0).map(named))
  for (const flagged of [crashes, alone]) {
    const right = [...flagged].filter((x) => attacked.has(x)).length
    expect(flagged.size).toBeGreaterThan(10)
    expect(right / flagged.size).toBeLessThan(0.45)
  }
  // so many harmless names that one device alone meets, each day
  const days = [...owner.values()].filter((x) => x >= 0).length / (80 * 14)
  expect(days).toBeGreaterThan(3)
  expect(days).toBeLessThan(20)
})
