// What the assertions about one indicator say at the time of an event. Pure: the clock is never read.
import type { IndicatorRow, Micros } from '../model/index.ts'
import { type Kind, kinds } from './kinds.ts'

const day = 86_400e6

/** Age lowers confidence to this at most (OpenCTI would revoke here; Codling only asks for a review). */
export const confidenceFloor = 20
/** Of an indicator whose feed states none: no public spyware feed does. */
export const defaultConfidence = 75

/**
 * MISP's decay: base · (1 − (t/τ)^(1/δ)). 0 when t ≥ τ; the base when t ≤ 0.
 * `age` and `lifetime` in one unit; `delta` is OpenCTI's pound: larger falls earlier.
 */
export function decayed(base: number, age: number, lifetime: number, delta: number): number {
  if (age <= 0) return base
  if (age >= lifetime) return 0
  return base * (1 - (age / lifetime) ** (1 / delta))
}

export type Assertion = Pick<IndicatorRow, 'state' | 'valid_from' | 'valid_until' | 'published' | 'confidence'> & {
  readonly kind: string
}

export type StateAtEvent = {
  /** The event counts as a contact. */
  readonly hit: boolean
  /** It came before `valid_from` of every assertion that makes it a hit. */
  readonly retroactive: boolean
  /** No assertion that makes it a hit has an end, and each is older than the lifetime of its kind. */
  readonly aged: boolean
  /** Not a hit, but it would be one had the feed (or a reviewer) not ended the indicator before: for `history`. */
  readonly expired: boolean
  /** valid | retroactive | aged | expired | revoked | proposed | rejected | outside_lookback | none */
  readonly state_at_event: string
  /** 0–100: of the assertion that is surest, after decay. 0 when it is no hit. */
  readonly confidence: number
}

type Verdict = { readonly state: string; readonly hit: boolean; readonly confidence: number }

/** Which of several verdicts is told: the first of these that any assertion has. */
const rank = ['valid', 'retroactive', 'aged', 'expired', 'revoked', 'outside_lookback', 'proposed', 'rejected']

/**
 * Judges an event by all assertions about one indicator (several feeds, several families): one that holds is enough.
 * Only `valid_until` (the feed's, or a reviewer's) and a revocation end a match, and the time of the event decides.
 * `lookbackDays` limits how long before `valid_from` a contact still counts; null: not at all.
 */
export function stateAtEvent(
  assertions: readonly Assertion[],
  eventTime: Micros,
  options: { readonly lookbackDays: number | null },
): StateAtEvent {
  const verdicts = assertions.map((a) => verdictOf(a, eventTime, options.lookbackDays))
  const hits = verdicts.filter((v) => v.hit)
  const told = rank.find((state) => (hits.length > 0 ? hits : verdicts).some((v) => v.state === state)) ?? 'none'
  return {
    hit: hits.length > 0,
    retroactive: hits.length > 0 && hits.every((v) => v.state === 'retroactive'),
    aged: hits.length > 0 && hits.every((v) => v.state === 'aged'),
    expired: hits.length === 0 && told === 'expired',
    state_at_event: told,
    confidence: hits.reduce((most, v) => Math.max(most, v.confidence), 0),
  }
}

function verdictOf(a: Assertion, event: Micros, lookbackDays: number | null): Verdict {
  const no = (state: string): Verdict => ({ state, hit: false, confidence: 0 })
  const base = a.confidence >= 0 ? a.confidence : defaultConfidence
  if (a.state === 'revoked' || a.state === 'proposed' || a.state === 'rejected') return no(a.state)
  // STIX 2.1: at `valid_until` itself the indicator is no longer valid. A reviewer's expiry without a time ended it always.
  if (a.valid_until > 0 ? event >= a.valid_until : a.state === 'expired') return no('expired')
  if (a.state !== 'approved' && a.state !== 'expired') return no('none')
  if (a.valid_from > 0 && event < a.valid_from) {
    if (lookbackDays !== null && a.valid_from - event > lookbackDays * day) return no('outside_lookback')
    return { state: 'retroactive', hit: true, confidence: base }
  }
  const facts = Object.hasOwn(kinds, a.kind) ? kinds[a.kind as Kind] : kinds.domain
  const lifetime = facts.lifetimeDays * day
  const since = a.valid_from > 0 ? a.valid_from : a.published
  if (a.valid_until > 0 || since <= 0 || event - since <= lifetime)
    return { state: 'valid', hit: true, confidence: base }
  // Confidence holds for one lifetime, and falls during a second one: no jump at the border where the caveat begins.
  const left = decayed(base, event - since - lifetime, lifetime, facts.decay)
  return { state: 'aged', hit: true, confidence: Math.max(Math.min(base, confidenceFloor), left) }
}
