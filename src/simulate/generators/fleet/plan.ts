// Who is attacked, when and how; who has a decoy. Made for the whole fleet, so that rates hold for small fleets too.
import type { Micros } from '../../../model/index.ts'
import { openRandom, type Random } from '../../random.ts'
import type { Truth, WorldEvent } from '../../world.ts'
import { playDecoy } from './decoys.ts'
import { between, dayLength, iso, marks, shuffled, weighted } from './draw.ts'
import type { EffectKind } from './effects.ts'
import type { Fleet, Life } from './life.ts'
import { makePerson, type Person } from './people.ts'
import { playScenario } from './scenarios.ts'
import { openWire, plainBook } from './wire.ts'

const scenarios = ['zero_click', 'drive_by', 'slow_channel', 'lateral', 'dns_tunnel'] as const
export type Scenario = (typeof scenarios)[number]
const decoyKinds = ['network_alone', 'crash_alone', 'wrong_order', 'outside_window'] as const
export type DecoyKind = (typeof decoyKinds)[number]

export type Plan = {
  readonly id: string
  readonly index: number
  /** Not before it; what needs a person waits for one. */
  readonly at: Micros
  /** The crash looks like any other; of attacks without a crash false. */
  readonly ordinary: boolean
  /** The hosts are tenants of clouds, or names that the fleet knows. */
  readonly hidden: boolean
} & (
  | { readonly kind: 'attack'; readonly scenario: Scenario; readonly effect: EffectKind }
  | { readonly kind: 'decoy'; readonly scenario: DecoyKind }
)

export type Story = {
  readonly effect: Micros | null
  readonly hosts: readonly string[]
  readonly notes: Truth['notes']
}

const effects: Record<Scenario, readonly (readonly [EffectKind, number])[]> = {
  // what arrives by a message is seen by the crash of what reads it
  zero_click: [
    ['crash', 95],
    ['reset', 5],
  ],
  drive_by: [
    ['crash', 80],
    ['posture', 15],
    ['reset', 5],
  ],
  slow_channel: [
    ['crash', 70],
    ['posture', 20],
    ['reset', 10],
  ],
  lateral: [
    ['crash', 60],
    ['posture', 30],
    ['reset', 10],
  ],
  dns_tunnel: [
    ['crash', 60],
    ['posture', 28],
    ['reset', 12],
  ],
}

/** Fleets of fewer days than this have room for no history: everything happens in their first half. */
const leastDays = 6

/** One of ten before the seventh day, when there is no history yet; the others from the eighth to the last but two. */
function times(fleet: Fleet, random: Random, n: number): Micros[] {
  const { start, days } = fleet.options
  const last = days - 2
  const first = last > 8.5 ? 8 : days * 0.55
  return marks(random, n, 0.1).map((early) => {
    const day =
      days < leastDays
        ? between(random, 0.15, 0.5) * days
        : early
          ? between(random, 0.1, 0.6) * Math.min(days, 10)
          : between(random, first, Math.max(last, days * 0.6))
    return start + day * dayLength
  })
}

/** A page that goes through Apple’s relay is seen by nobody, nor is a question inside of HTTPS. */
const isSeen = (scenario: Scenario, person: Person): boolean =>
  scenario === 'drive_by' ? !person.relay : scenario === 'dns_tunnel' ? !person.doh : true

export function makePlans(fleet: Fleet): Map<number, Plan[]> {
  const { seed, devices, rates } = fleet.options
  const random = openRandom(seed, 'plans')
  const left = shuffled(
    random,
    Array.from({ length: devices }, (_, index) => index),
  )
  const take = (fits: (index: number) => boolean): number | undefined => {
    const place = left.findIndex(fits)
    return place < 0 ? left.pop() : left.splice(place, 1)[0]
  }
  const attacks = Math.min(devices, Math.round(devices * rates.attacked))
  const order = shuffled(random, scenarios)
  const kinds = Array.from({ length: attacks }, (_, i) => {
    const scenario = order[i % order.length]!
    return { scenario, effect: weighted(random, effects[scenario]) }
  })
  const hidden = marks(random, attacks, rates.hidden)
  const crashing = kinds.filter(({ effect }) => effect === 'crash').length
  const ordinary = marks(random, crashing, rates.ordinary)
  const at = times(fleet, random, attacks)
  const plans = kinds.flatMap(({ scenario, effect }, i): Plan[] => {
    const index = take((one) => isSeen(scenario, makePerson(fleet.options, fleet.catalogue, one)))
    if (index === undefined) return []
    const plain = effect === 'crash' && ordinary.pop() === true
    const id = `attack-${String(i + 1).padStart(3, '0')}`
    return [{ kind: 'attack', id, index, scenario, effect, at: at[i]!, ordinary: plain, hidden: hidden[i]! }]
  })
  const decoys = Math.min(left.length, Math.round(devices * rates.decoys))
  const when = times(fleet, random, decoys)
  const shift = random.whole(0, decoyKinds.length - 1)
  for (let i = 0; i < decoys; i++)
    plans.push({
      kind: 'decoy',
      id: `decoy-${String(i + 1).padStart(3, '0')}`,
      index: left[i]!,
      scenario: decoyKinds[(i + shift) % decoyKinds.length]!,
      at: when[i]!,
      ordinary: false,
      hidden: random.chance(rates.hidden),
    })
  const byDevice = new Map<number, Plan[]>()
  for (const plan of plans) byDevice.set(plan.index, [...(byDevice.get(plan.index) ?? []), plan])
  return byDevice
}

/** Plays one attack or decoy on its device: its events, and the line of truth about it. */
export function play(life: Life, plan: Plan): { events: WorldEvent[]; truth: Truth } {
  const { options, end } = life.fleet
  const random = openRandom(options.seed, `play/${plan.id}`)
  const sent = openRandom(options.seed, `play-wire/${plan.id}`)
  const wire = openWire(sent, plan.index, options.start, end, options.rates.failures, plainBook)
  const story =
    plan.kind === 'attack'
      ? playScenario({ ...life, wire }, plan, plan.at, random)
      : playDecoy({ ...life, wire }, plan, random)
  const moments = wire.events.map(({ ts }) => ts)
  if (story.effect !== null) moments.push(story.effect)
  const first = moments.reduce((a, b) => Math.min(a, b), moments[0] ?? plan.at)
  const last = moments.reduce((a, b) => Math.max(a, b), first)
  const attack = plan.kind === 'attack'
  return {
    events: wire.events,
    truth: {
      id: plan.id,
      kind: plan.kind,
      scenario: plan.scenario,
      device: life.person.device.name,
      start: iso(first),
      end: iso(last),
      effect: attack && story.effect !== null ? iso(story.effect) : null,
      hosts: story.hosts,
      notes: { ordinary: plan.ordinary, hidden: plan.hidden, ...story.notes },
    },
  }
}
