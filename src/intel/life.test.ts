import { describe, expect, test } from 'vitest'
import { type Assertion, confidenceFloor, decayed, defaultConfidence, stateAtEvent } from './life.ts'
import { day } from './testing.ts'

const event = 1_750_000_000e6
const a = (over: Partial<Assertion> = {}): Assertion => ({
  kind: 'domain',
  state: 'approved',
  valid_from: 0,
  valid_until: 0,
  published: 0,
  confidence: -1,
  ...over,
})
const judge = (over: Partial<Assertion> | Assertion[], lookbackDays: number | null = null) =>
  stateAtEvent(Array.isArray(over) ? over : [a(over)], event, { lookbackDays })

describe('decay', () => {
  test.each([
    [0, 80],
    [-5, 80],
    [100, 0],
    [101, 0],
  ])('at age %d of 100: %d', (age, left) => {
    expect(decayed(80, age, 100, 0.7)).toBe(left)
  })
  test('base · (1 − (t/τ)^(1/δ))', () => {
    expect(decayed(80, 50, 100, 1)).toBe(40)
    expect(decayed(80, 50, 100, 0.5)).toBe(60)
    expect(decayed(100, 150, 300, 0.7)).toBeCloseTo(62.85, 2)
  })
})

describe('one assertion', () => {
  test('without any time: valid, never retroactive', () => {
    expect(judge({})).toEqual({
      hit: true,
      retroactive: false,
      aged: false,
      expired: false,
      state_at_event: 'valid',
      confidence: defaultConfidence,
    })
  })
  test('its own confidence, 0 too', () => {
    expect(judge({ confidence: 33 }).confidence).toBe(33)
    expect(judge({ confidence: 0 }).confidence).toBe(0)
  })
  test('the end is exclusive', () => {
    expect(judge({ valid_until: event }).expired).toBe(true)
    expect(judge({ valid_until: event + 1 }).hit).toBe(true)
  })
  test('valid_from is inclusive', () => {
    expect(judge({ valid_from: event })).toMatchObject({ hit: true, retroactive: false, state_at_event: 'valid' })
    expect(judge({ valid_from: event + 1 })).toMatchObject({ hit: true, retroactive: true })
  })
  test('look-back limits how far before valid_from a contact counts', () => {
    expect(judge({ valid_from: event + 90 * day }, 90)).toMatchObject({ hit: true, retroactive: true })
    expect(judge({ valid_from: event + 90 * day + 1 }, 90)).toMatchObject({
      hit: false,
      retroactive: false,
      expired: false,
      state_at_event: 'outside_lookback',
    })
    expect(judge({ valid_from: event + 4000 * day }).hit).toBe(true)
    expect(judge({ valid_from: event + 1 }, 0).hit).toBe(false)
    expect(judge({ valid_from: event - 4000 * day }, 0).hit).toBe(true)
  })
  test.each(['proposed', 'rejected', 'revoked'])('%s: no hit, whatever its times', (state) => {
    const s = judge({ state, valid_until: event - 1 })
    expect(s).toMatchObject({ hit: false, expired: false, state_at_event: state, confidence: 0 })
  })
  test('expired by a reviewer who gave no time: over', () => {
    expect(judge({ state: 'expired' })).toMatchObject({ hit: false, expired: true })
  })
  test('a state nobody knows is no hit', () => {
    expect(judge({ state: 'odd' })).toMatchObject({ hit: false, state_at_event: 'none' })
  })
  test('no assertion at all', () => {
    expect(judge([])).toMatchObject({ hit: false, state_at_event: 'none', confidence: 0 })
  })
})

describe('age', () => {
  test.each([
    ['domain', 300],
    ['ip', 47],
    ['url', 47],
    ['process', 300],
    ['unheard_of', 300],
  ])('%s is aged after %d days, counted from valid_from', (kind, days) => {
    expect(judge({ kind, valid_from: event - days * day })).toMatchObject({
      aged: false,
      confidence: defaultConfidence,
    })
    expect(judge({ kind, valid_from: event - days * day - 1 })).toMatchObject({ aged: true, hit: true })
  })
  test('counted from publication where there is no valid_from, and only there', () => {
    expect(judge({ published: event - 301 * day }).aged).toBe(true)
    expect(judge({ published: event - 301 * day, valid_from: event - day }).aged).toBe(false)
  })
  test('never where the feed gives an end', () => {
    expect(judge({ valid_from: event - 999 * day, valid_until: event + 1 }).aged).toBe(false)
  })
  test('confidence begins to fall there, and ends at the floor', () => {
    const aged = (days: number) => judge({ valid_from: event - days * day, confidence: 80 }).confidence
    expect(aged(301)).toBeGreaterThan(79)
    expect(aged(450)).toBeCloseTo(80 * (1 - 0.5 ** (1 / 0.7)), 5)
    expect(aged(600)).toBe(confidenceFloor)
    expect(aged(9000)).toBe(confidenceFloor)
    expect(judge({ valid_from: event - 9000 * day, confidence: 7 }).confidence).toBe(7)
    expect(judge({ kind: 'ip', valid_from: event - 70.5 * day, confidence: 80 }).confidence).toBeCloseTo(
      80 * (1 - 0.5 ** (1 / 0.55)),
      5,
    )
  })
})

describe('several assertions', () => {
  const old = a({ valid_from: event - 999 * day, confidence: 90 })
  const late = a({ valid_from: event + 1, confidence: 60 })
  const over = a({ valid_until: event - 1 })
  const good = a({ valid_from: event - 1, confidence: 50 })
  test('one that holds is enough', () => {
    expect(judge([over, a({ state: 'revoked' }), good])).toMatchObject({
      hit: true,
      expired: false,
      state_at_event: 'valid',
    })
  })
  test('retroactive and aged only when all that hit are', () => {
    expect(judge([late, good])).toMatchObject({ retroactive: false, state_at_event: 'valid', confidence: 60 })
    expect(judge([late, late])).toMatchObject({ retroactive: true })
    expect(judge([old, good])).toMatchObject({ aged: false })
    expect(judge([old, late])).toMatchObject({ aged: false, retroactive: false, state_at_event: 'retroactive' })
    expect(judge([old, over])).toMatchObject({ aged: true, state_at_event: 'aged' })
  })
  test('what ended is told before what was revoked or never approved', () => {
    expect(judge([a({ state: 'proposed' }), a({ state: 'revoked' }), over])).toMatchObject({ expired: true })
    expect(judge([a({ state: 'rejected' }), a({ state: 'proposed' })]).state_at_event).toBe('proposed')
  })
})
