import { describe, expect, test } from 'vitest'
import type { Baseline } from './baseline.ts'
import type { Chain } from './chain.ts'
import type { Effect } from './effects.ts'
import { findingId, idsOf, type Known, type Present, type Told, withdraw } from './life.ts'
import type { EffectRow } from './row.ts'
import type { Surprise } from './surprise.ts'

const hour = 3600
const start = Date.parse('2026-05-10T10:00:00Z') / 1000
const iso = (at: number): string => new Date(at * 1000).toISOString()

const effectAt = (at: number, over: Partial<Effect> = {}, row: Partial<EffectRow> = {}): Effect =>
  ({
    row: { event_key: `incident ${at}`, at, since: at, app_since: 0, process: 'imagent', ...row },
    who: 'device a',
    at,
    class: 'protection',
    chance: 0.01,
    wave: 0,
    ...over,
  }) as Effect

const chainOf = (effect: Effect, over: Partial<Chain> = {}): Chain =>
  ({
    who: 'device a',
    surprise: { at: start, destination: 'relay.example', kind: 'new_name' } as Surprise,
    effect,
    first: effect,
    expected: 0.02,
    ...over,
  }) as Chain

const told = (effect: Effect, id: string, over: Partial<Told> = {}): Told =>
  ({
    id,
    device: { id: 'a', name: null, group: null, address: null, identified_by: null },
    destination: { value: 'relay.example', raw: 'relay.example', kind: 'domain' },
    severity: 'high',
    score: 0.97,
    links: [{ kind: effect.class, ts: iso(effect.at), text: '', probability: 0.01, evidence: [] }],
    caveats: [
      { code: 'chance', text: 'old' },
      { code: 'harmless_if', text: 'kept' },
    ],
    baseline: { contact: iso(start), effect: iso(effect.at), expected: 0.02, allowed: 0.5 } as Baseline,
    ...over,
  }) as Told

const fleet = { devices: 50, deviceDays: 500, days: 10, sufficient: true, allowed: 0.5, wave: 5 }
const present = (
  over: { effects?: Effect[]; chains?: Chain[]; ids?: Map<Chain, string>; known?: Known[] } & Partial<Present>,
): Present =>
  ({
    sequence: { effects: over.effects ?? [], chains: over.chains ?? [], fleet },
    ids: over.ids ?? new Map(),
    reported: over.reported ?? [],
    known: over.known ?? [],
    window: 6 * hour,
    ...(over.sequence ? { sequence: over.sequence } : {}),
  }) as Present

describe('one id', () => {
  test('comes from the first effect of the window: another that is odder does not change it', () => {
    const [early, late] = [effectAt(start + 600), effectAt(start + 2 * hour)]
    expect(findingId(chainOf(late, { first: early }))).toBe(findingId(chainOf(early)))
    expect(findingId(chainOf(late))).not.toBe(findingId(chainOf(early)))
    expect(findingId(chainOf(early, { who: 'device b' }))).not.toBe(findingId(chainOf(early)))
  })

  test('what was told keeps its id when an earlier effect arrives late', () => {
    const [early, late] = [effectAt(start + 600), effectAt(start + 2 * hour)]
    const id = findingId(chainOf(late))
    const now = chainOf(late, { first: early })
    expect(idsOf([now], [told(late, id)], 6 * hour).get(now)).toBe(id)
    // nothing was told: its own
    expect(idsOf([now], [], 6 * hour).get(now)).toBe(findingId(now))
    // another device, or another time
    expect(
      idsOf([now], [told(late, id, { device: { ...told(late, id).device, id: 'b' } })], 6 * hour).get(now),
    ).not.toBe(id)
    const other = told(effectAt(start + 90 * hour), 'x', { destination: null })
    expect(idsOf([now], [other], 6 * hour).get(now)).not.toBe('x')
  })

  test('two chains never share one', () => {
    const [one, two] = [effectAt(start + 600), effectAt(start + 5 * hour)]
    const chains = [chainOf(one), chainOf(two)]
    const ids = idsOf(chains, [told(effectAt(start + 2 * hour), 'old')], 6 * hour)
    expect(new Set(ids.values()).size).toBe(2)
    expect([...ids.values()]).toContain('old')
  })
})

describe('withdrawn, with the reason in words', () => {
  const effect = effectAt(start + 600)
  const reason = (now: Present, one = told(effect, 'f')): string => withdraw(one, now).caveats[0]!.text

  test('is info, scores nothing, and keeps what else was said', () => {
    const gone = withdraw(told(effect, 'f'), present({}))
    expect(gone).toMatchObject({ id: 'f', severity: 'info', score: 0, state: 'withdrawn' })
    expect(gone.caveats.map(({ code }) => code)).toEqual(['withdrawn', 'harmless_if'])
    // a second look does not pile up
    expect(withdraw(gone, present({})).caveats).toEqual(gone.caveats)
  })

  test('chance: from, to, and what is allowed', () => {
    const chain = chainOf(effect, { expected: 2.31 })
    const known = [{ destination: 'relay.example', who: 'device a', devices: 15, first: start }]
    expect(reason(present({ effects: [effect], chains: [chain], ids: new Map([[chain, 'f']]), known }))).toBe(
      'Withdrawn. The fleet knows relay.example now: 14 other devices met it. Chance brings 2.31 chains as unlikely as this to the fleet by now, where it brought 0.02 when it was told; the budget allows 0.50.',
    )
  })

  test.each<[string, Partial<Effect>, Partial<EffectRow>, RegExp]>([
    ['a wave', { wave: 5 }, {}, /part of a wave: 5 other devices/],
    ['a new app', {}, { app_since: start - 86_400 }, /The app is new on the device, since 2026-05-09 10:00 UTC/],
    ['a common effect', { chance: 0.5 }, {}, /now seen once in 2 device-days, too often/],
  ])('%s', (_, over, row, text) => {
    expect(reason(present({ effects: [effectAt(effect.at, over, row)] }))).toMatch(text)
  })

  test('four devices are no wave of five', () => {
    expect(reason(present({ effects: [effectAt(effect.at, { wave: 4 })] }))).not.toContain('wave')
  })

  test('a record that is gone, a contact that is gone, one that was earlier than known', () => {
    expect(reason(present({}))).toContain('The record of its effect is no longer in the store')
    expect(reason(present({ effects: [effect] }))).toContain('No record of a contact with relay.example')
    const known = [{ destination: 'relay.example', who: 'device a', devices: 1, first: start - 3 * 86_400 }]
    expect(reason(present({ effects: [effect], known }))).toContain(
      'had met relay.example before: first on 2026-05-07 10:00 UTC',
    )
  })

  test('told with another of the same time; and a store that became too small', () => {
    const chain = chainOf(effectAt(start + hour))
    expect(reason(present({ reported: [chain], ids: new Map([[chain, 'other']]) }))).toContain(
      'together with another finding of this device, other',
    )
    const small = { effects: [], chains: [], fleet: { ...fleet, sufficient: false } }
    expect(reason(present({ sequence: small as unknown as Present['sequence'] }))).toContain('too few devices or days')
  })
})
