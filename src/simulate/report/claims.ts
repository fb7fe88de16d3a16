// What a scorer says of a fleet, and which of it is true.
import type { Scored } from '../measure/curves.ts'
import type { Truth } from '../world.ts'

/** "Something happened on this device": times in s since 1970, a greater score is more suspicious. */
export type Claim = {
  readonly device: string
  /** First and last moment of what it rests on. */
  readonly from: number
  readonly to: number
  readonly score: number
}

/** What is to be found. Times in s. */
export type Attack = {
  readonly id: string
  readonly scenario: string
  readonly device: string
  readonly start: number
  readonly end: number
}

const hour = 3600
/** How far before and after the attack, and of one another, findings still belong together. */
export const margin = 6 * hour

const seconds = (iso: string): number => Date.parse(iso) / 1000

export const attacksOf = (truth: readonly Truth[]): Attack[] =>
  truth
    .filter(({ kind }) => kind === 'attack')
    .map(({ id, scenario, device, start, end }) => ({ id, scenario, device, start: seconds(start), end: seconds(end) }))

/** The attack that a claim is about: its device, and all it rests on within six hours of the attack. Null: none. */
const attackOf = (claim: Claim, attacks: readonly Attack[]): Attack | null =>
  attacks.find(
    ({ device, start, end }) => device === claim.device && claim.from >= start - margin && claim.to <= end + margin,
  ) ?? null

/** Findings count by device and window: of claims on one device within six hours the most suspicious stays. */
export function apart(claims: readonly Claim[]): Claim[] {
  const kept: Claim[] = []
  for (const own of Map.groupBy(claims, ({ device }) => device).values()) {
    // windows that are taken, by their number: two claims within `margin` lie in one or in neighbours
    const taken = new Map<number, Claim[]>()
    for (const claim of [...own].sort((a, b) => b.score - a.score || a.to - b.to)) {
      const window = Math.floor(claim.to / margin)
      const near = [window - 1, window, window + 1].flatMap((n) => taken.get(n) ?? [])
      if (near.some((other) => Math.abs(other.to - claim.to) <= margin)) continue
      taken.set(window, [...(taken.get(window) ?? []), claim])
      kept.push(claim)
    }
  }
  return kept
}

export type Found = {
  readonly attack: Attack
  /** Greatest score of its claims; −∞: there is none. */
  readonly score: number
  /** Its claims: what time each needs from the start of the attack, s, and its score. */
  readonly claims: readonly { readonly seconds: number; readonly score: number }[]
}

export type Judged = { readonly attacks: readonly Found[]; readonly wrong: readonly number[] }

/** Each attack once, with its best claim; claims that are about no attack are wrong, further ones of an attack neither. */
export function judge(claims: readonly Claim[], attacks: readonly Attack[]): Judged {
  const by = new Map<Attack, Claim[]>(attacks.map((attack) => [attack, []]))
  const wrong: number[] = []
  for (const claim of claims) {
    const attack = attackOf(claim, attacks)
    if (attack === null) wrong.push(claim.score)
    else by.get(attack)!.push(claim)
  }
  return {
    attacks: [...by].map(([attack, own]) => ({
      attack,
      score: own.reduce((most, { score }) => Math.max(most, score), Number.NEGATIVE_INFINITY),
      claims: own.map(({ to, score }) => ({ seconds: Math.max(0, to - attack.start), score })),
    })),
    wrong,
  }
}

/** As items for curves; `seed` numbers the fleet. */
export const itemsOf = ({ attacks, wrong }: Judged, seed: number): Scored[] => [
  ...attacks.map(({ score }) => ({ score, truth: true, seed })),
  ...wrong.map((score) => ({ score, truth: false, seed })),
]

/** Seconds from the start of an attack to the first claim that scores so high. Null: there is none. */
export function detectedAfter({ claims }: Found, least: number): number | null {
  const times = claims.filter(({ score }) => score >= least).map(({ seconds }) => seconds)
  return times.length === 0 ? null : Math.min(...times)
}
