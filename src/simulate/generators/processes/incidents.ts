// Who is attacked or looks like it, when and how: drawn for the fleet before any device.
import { openRandom, type Random } from '../../random.ts'
import type { FleetOptions } from '../../world.ts'
import type { Persona } from './fleet.ts'
import { shuffled } from './points.ts'

const day = 86_400

export const attackNames = ['zero_click', 'drive_by', 'slow_channel', 'lateral', 'dns_tunnel'] as const
export const decoyNames = ['network_alone', 'crash_alone', 'wrong_order', 'outside_window'] as const
export type AttackName = (typeof attackNames)[number]
export type DecoyName = (typeof decoyNames)[number]

export const effects = [
  'crash',
  'profile',
  'certificate',
  'passcode',
  'force_reset',
  'panic',
  'jetsam',
  'watchdog',
] as const
export type Effect = (typeof effects)[number]

export type Incident = {
  readonly kind: 'attack' | 'decoy'
  readonly scenario: AttackName | DecoyName
  /** Where the scenario is a decoy: the attack whose network behaviour it borrows. */
  readonly like: AttackName
  readonly index: number
  /** Second at which it begins. */
  readonly s: number
  readonly ordinary: boolean
  readonly hidden: boolean
  readonly effect: Effect
  /** The effect comes before the first odd contact. */
  readonly effectFirst: boolean
}

/** `share` of `n` as a whole number; the rest by chance. */
function countOf(random: Random, n: number, share: number): number {
  const wanted = n * share
  return Math.min(n, Math.floor(wanted) + (random.chance(wanted % 1) ? 1 : 0))
}

/** True for `share` of n, in random order. */
function marks(random: Random, n: number, share: number): boolean[] {
  const yes = countOf(random, n, share)
  return shuffled(
    random,
    Array.from({ length: n }, (_, i) => i < yes),
  )
}

/**
 * Nine of ten begin on day 8 … D−2, that the first week may serve as a baseline; the rest within the first week.
 * Short fleets: in their second half.
 */
function beginning(random: Random, days: number): number {
  const late = days >= 11
  if (late && random.chance(0.1)) return day * (1 + 5.5 * random.next())
  const from = late ? 8 : days * 0.5
  const to = Math.max(from, Math.min(days - 2, days - 0.4), days * 0.6)
  return day * (from + (to - from) * random.next())
}

/** Decoys of two acts need three days more. */
function leavingRoom(s: number, scenario: DecoyName, days: number): number {
  const twoActs = scenario === 'wrong_order' || scenario === 'outside_window'
  return twoActs ? Math.max(0.2 * day, Math.min(s, (days - 3.3) * day)) : s
}

function effectOf(random: Random, scenario: AttackName, managed: boolean): Effect {
  const crash = { zero_click: 1, drive_by: 0.75, slow_channel: 0.5, lateral: 0.6, dns_tunnel: 0.6 }[scenario]
  if (random.chance(crash)) return 'crash'
  // a change of profiles is seen by the management server alone
  const shown: readonly Effect[] = managed ? effects.slice(1) : ['force_reset', 'panic', 'jetsam', 'watchdog']
  return random.pick(shown)
}

export function drawIncidents(options: FleetOptions, personas: readonly Persona[]): Map<number, Incident> {
  const { rates, devices, days, seed } = options
  const random = openRandom(seed, 'incidents')
  const order = shuffled(random, [...personas.keys()])
  const result = new Map<number, Incident>()
  const attacks = countOf(random, devices, rates.attacked)
  const ordinary = marks(random, attacks, rates.ordinary)
  const hidden = marks(random, attacks, rates.hidden)
  const turn = shuffled(random, attackNames)
  const take = (): number | undefined => order.pop()
  for (let i = 0; i < attacks; i++) {
    const index = take()
    if (index === undefined) break
    const scenario = turn[i % turn.length]!
    result.set(index, {
      kind: 'attack',
      scenario,
      like: scenario,
      index,
      s: beginning(random, days),
      ordinary: ordinary[i]!,
      hidden: hidden[i]!,
      effect: effectOf(random, scenario, personas[index]!.managed),
      effectFirst:
        scenario === 'zero_click' ||
        random.chance({ drive_by: 0, slow_channel: 0.3, lateral: 0.4, dns_tunnel: 0.4 }[scenario]),
    })
  }
  for (const scenario of decoyNames) {
    for (let n = countOf(random, devices, rates.decoys); n > 0; n--) {
      const index = take()
      if (index === undefined) break
      result.set(index, {
        kind: 'decoy',
        scenario,
        like: random.pick(attackNames),
        index,
        s: leavingRoom(beginning(random, days), scenario, days),
        ordinary: random.chance(0.3),
        hidden: random.chance(rates.hidden),
        effect:
          scenario === 'network_alone' || random.chance(0.75)
            ? 'crash'
            : effectOf(random, 'slow_channel', personas[index]!.managed),
        effectFirst: scenario === 'wrong_order',
      })
    }
  }
  return result
}
