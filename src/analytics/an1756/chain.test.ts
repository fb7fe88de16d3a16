// Which effects make chains with which contacts, and in which order. Rules: docs/spec/an1756.md, S11 to S13.
import { describe, expect, test } from 'vitest'
import { findChains } from './chain.ts'
import type { Effect } from './effects.ts'
import type { EffectRow } from './row.ts'
import type { Surprise } from './surprise.ts'

const hour = 3600
const contact = (more: Partial<Surprise> = {}): Surprise => ({
  kind: 'new_name',
  who: 'device a',
  at: 100 * hour,
  destination: 'new.example',
  class: '',
  app: '',
  signals: {},
  strength: 1,
  ended: 200 * hour,
  chance: 0.001,
  facts: {},
  ...more,
})
type More = Partial<Omit<Effect, 'row'>> & { readonly row?: Partial<EffectRow> }
const effect = ({ row = {}, ...more }: More = {}): Effect => {
  const at = more.at ?? 101 * hour
  return {
    who: 'device a',
    at,
    class: 'wild_address',
    group: '',
    rate: 0.001,
    weight: 1,
    chance: 0.001,
    wave: 0,
    row: {
      who: 'device a',
      at,
      source: 1,
      record: 1,
      event_key: 'k',
      kind: 'crash',
      category: '',
      process: 'dasd',
      process_path: '',
      app: '',
      app_version: '',
      os_build: '',
      first_party: 'yes',
      bug_type: '309',
      exception_type: '',
      exception_subtype: '',
      signal: '',
      termination_namespace: '',
      termination_code: '',
      fault_address: '',
      pc_image: '',
      pc_known: 0,
      locked: '',
      value: '',
      before: '',
      since: at,
      app_devices: 0,
      app_since: 0,
      ...row,
    },
    ...more,
  }
}
const limits = { window: 6 * hour, deviation: 10 }
const chainOf = (surprise: Surprise, found: Effect) =>
  findChains([surprise], [found], ['device a', 'device b'], limits, new Set()).chains[0]

const third = { process: 'Game', app: 'com.example.game', first_party: 'no' } as const
const imagent = { group: 'messages', row: { process: 'imagent' } } as const

describe('order', () => {
  const before = { at: 99 * hour } as const
  test('fires: a crash of an Apple process an hour before the contact', () => {
    expect(chainOf(contact(), effect({ ...before, ...imagent }))).toMatchObject({ gap: -hour })
    expect(chainOf(contact(), effect(before))).toMatchObject({ gap: -hour })
  })
  test('quiet: a crash of a third-party app before the contact, be it the app’s own', () => {
    expect(chainOf(contact(), effect({ ...before, row: third }))).toBeUndefined()
    expect(chainOf(contact({ app: third.app }), effect({ ...before, row: third }))).toBeUndefined()
  })
  test('quiet: anything but a crash before the contact, and a crash beyond the window', () => {
    expect(chainOf(contact(), effect({ ...before, row: { kind: 'panic' } }))).toBeUndefined()
    expect(chainOf(contact(), effect({ at: 100 * hour - limits.window - 1 }))).toBeUndefined()
    expect(chainOf(contact(), effect({ at: 100 * hour + limits.window + 1 }))).toBeUndefined()
  })
  test('fires: two minutes before the contact are the clocks’', () => {
    expect(chainOf(contact(), effect({ at: 100 * hour - 120, row: third }))).toBeDefined()
    expect(chainOf(contact(), effect({ at: 100 * hour - 121, row: third }))).toBeUndefined()
  })
})

describe('kin: how unlikely it is together, in units of chance', () => {
  const oddness = (surprise: Surprise, found: Effect): number => chainOf(surprise, found)!.oddness
  const plain = oddness(contact(), effect())
  const times = (value: number): number => Math.exp(value - plain)
  test('a process that takes messages 0.7, a web process 0.7 for a name and 1 for internal services', () => {
    expect(times(oddness(contact(), effect(imagent)))).toBeCloseTo(0.7)
    const web = effect({ group: 'web', row: { process: 'com.apple.WebKit.GPU' } })
    expect(times(oddness(contact(), web))).toBeCloseTo(0.7)
    expect(times(oddness(contact({ kind: 'breadth' }), web))).toBeCloseTo(1)
  })
  test('the app that made the contact 0.5, another app 3', () => {
    expect(times(oddness(contact({ app: third.app }), effect({ row: third })))).toBeCloseTo(0.5)
    expect(times(oddness(contact(), effect({ row: third })))).toBeCloseTo(3)
  })
  test('an Apple process that takes nothing foreign and came first 2, one that does not', () => {
    const first = (more: More): number => oddness(contact(), effect({ at: 99 * hour, ...more }))
    expect(times(first({}))).toBeCloseTo(2)
    expect(times(first(imagent))).toBeCloseTo(0.7)
  })
  test('the rate of a contact weighs a fifth more than that of an effect', () => {
    const rarer = 0.0001
    expect(oddness(contact({ chance: rarer }), effect()) - plain).toBeCloseTo(-1.2 * Math.log(10))
    expect(oddness(contact(), effect({ chance: rarer })) - plain).toBeCloseTo(-Math.log(10))
  })
})

test('a new third-party app that crashes makes no chain; one that is known does', () => {
  const row = (since: number) => ({ ...third, app_devices: 3, app_since: since })
  expect(chainOf(contact(), effect({ row: row(100 * hour) }))).toBeUndefined()
  expect(chainOf(contact(), effect({ row: row(101 * hour - 8 * 86_400) }))).toBeDefined()
})

test('effects and contacts that are common make no chain', () => {
  expect(chainOf(contact({ chance: 0.11 }), effect())).toBeUndefined()
  expect(chainOf(contact({ chance: 0.1 }), effect())).toBeDefined()
  expect(chainOf(contact(), effect({ chance: 0.31 }))).toBeUndefined()
  expect(chainOf(contact(), effect({ chance: 0.3 }))).toBeDefined()
})
