// Each signal with what it fires at and what leaves it quiet, on both sides of its threshold.
import { describe, expect, test } from 'vitest'
import type { EpisodeRow } from '../row.ts'
import { findSurprises, type Surprise } from '../surprise.ts'
import { behaviour } from './behaviour.ts'
import { episode } from './testing.ts'

const day = 86_400
const hour = 3600
const devices = Array.from({ length: 40 }, (_, i) => `device ${i}`)
const fleet = { size: 40, deviceDays: 560, days: new Map(devices.map((who) => [who, 14])) }
/** What everybody does: a new name a device, read and left. */
const ordinary = devices.map((who, i) => episode({ who, destination: `page-${i}.example`, contacts_day: 2 + (i % 3) }))

const seen = (rows: readonly EpisodeRow[], kind: Surprise['kind'], least = 3): Surprise[] =>
  findSurprises([...ordinary, ...rows], fleet, least).filter((one) => one.kind === kind)

describe('new_name', () => {
  const odd = { who: 'device 7', destination: 'odd.example' } as const
  const of = (more: Partial<EpisodeRow>): Surprise =>
    seen([episode({ ...odd, ...more })], 'new_name').find(({ destination }) => destination === 'odd.example')!
  const plain = of({})
  /** Four contacts an hour on the same minute for ten hours. */
  const beat = Array.from({ length: 10 }, (_, i) => [Math.floor((5 * day) / hour) + i, 4, 0, 0x0001] as const)

  const cases: Record<string, { fires: Partial<EpisodeRow>; quiet: Partial<EpisodeRow> }> = {
    'active hours': { fires: { hours_day: 9 }, quiet: { hours_day: 1 } },
    contacts: { fires: { contacts_day: 300 }, quiet: { contacts_day: 2 } },
    regularity: { fires: { hours_all: 10, hours: beat }, quiet: { hours_all: 3, hours: beat.slice(0, 3) } },
    failures: { fires: { contacts_day: 4, failed_day: 3 }, quiet: { contacts_day: 4, failed_day: 2 } },
    'hours against others': {
      fires: { others: 9, others_soon: 9, hours_day: 9, hours_others: 1 },
      quiet: { others: 0, others_soon: 9, hours_day: 9 },
    },
    'upload against others': {
      fires: { others: 9, others_soon: 9, out_day: 5_000_000, out_others: 2000 },
      quiet: { others: 9, others_soon: 9, out_day: 99_999, out_others: 2000 },
    },
  }
  const everybody = devices
    .slice(10)
    .map((who) =>
      episode({ who, destination: 'known.example', others: 9, others_soon: 9, hours_others: 1, out_others: 1000 }),
    )
  test('every signal has its pair', () =>
    expect(Object.keys(cases).sort()).toEqual(behaviour.map(([name]) => name).sort()))
  test.each(Object.entries(cases))('%s: fires and stays quiet', (name, { fires, quiet }) => {
    const value = (more: Partial<EpisodeRow>): number =>
      seen([...everybody, episode({ ...odd, ...more })], 'new_name').find(
        ({ destination }) => destination === 'odd.example',
      )!.signals[name]!
    // of thirty or forty alike the odd one stands alone: at least ln 20 times the weight
    const weight = behaviour.find(([known]) => known === name)![1]
    expect(value(fires)).toBeGreaterThan(Math.log(20) * weight)
    expect(value(quiet)).toBeLessThan(Math.log(2) * weight)
  })
  test('fires: more of anything makes it rarer; quiet: what all do is seen every day', () => {
    expect(of({ hours_day: 9, contacts_day: 300 }).chance).toBeCloseTo(0.5 / 560)
    expect(plain.chance).toBeGreaterThan(10 / 560)
  })
  test('beyond nine hours nothing more is said', () =>
    expect(of({ hours_day: 24 }).strength).toBeCloseTo(of({ hours_day: 9 }).strength))
  test('quiet: on the first day of a device everything is new', () => {
    expect(of({ began: 5 * day })).toBeUndefined()
    expect(of({ began: 4 * day + day / 2 })).toBeDefined()
  })
})

describe('breadth', () => {
  const services = (n: number, more: Partial<EpisodeRow> = {}, port = 445): EpisodeRow[] =>
    Array.from({ length: n }, (_, i) =>
      episode({ destination: `10.0.0.${i + 1}:${port}`, class: 'internal', t0: 5 * day + i * 60, ...more }),
    )
  test('fires: as many new services as the threshold, within six hours', () => {
    expect(seen(services(3), 'breadth')).toMatchObject([{ facts: { services: 3, hosts: 3, failed: 0 } }])
    expect(seen(services(40), 'breadth')[0]!.strength).toBeGreaterThan(seen(services(4), 'breadth')[0]!.strength)
  })
  test('quiet: fewer, or spread over days', () => {
    expect(seen(services(2), 'breadth')).toEqual([])
    expect(seen(services(3), 'breadth', 4)).toEqual([])
    expect(
      seen(
        services(4).map((row, i) => ({ ...row, t0: (5 + i) * day })),
        'breadth',
      ),
    ).toEqual([])
  })
  test('quiet: endpoints that three others know; fires: two', () => {
    expect(seen(services(5, { others: 3 }), 'breadth')).toEqual([])
    expect(seen(services(5, { others: 2 }), 'breadth')).toHaveLength(1)
  })
  test('a port that the fleet uses says less: printing on 631', () => {
    const printers = devices.flatMap((who) => [
      episode({ who, destination: '10.1.0.1:631', class: 'internal', t0: 6 * day }),
    ])
    const strength = (port: number): number =>
      seen([...printers, ...services(5, { who: 'device 3' }, port)], 'breadth').find(({ who }) => who === 'device 3')
        ?.strength ?? 0
    expect(strength(445)).toBeGreaterThan(strength(631))
  })
  test('refusals count', () =>
    expect(seen(services(5, { failed_day: 1 }), 'breadth')[0]!.strength).toBeGreaterThan(
      seen(services(5), 'breadth')[0]!.strength,
    ))
})

describe('tunnel', () => {
  const many = (more: Partial<EpisodeRow>): Surprise[] =>
    seen([episode({ destination: 'far.example', ...more })], 'tunnel')
  test('fires: twenty names below one, or twenty questions for types that carry data', () => {
    expect(many({ names_day: 20 })).toHaveLength(1)
    expect(many({ odd_day: 20 })).toHaveLength(1)
  })
  test('quiet: nineteen of each; a name that a tenth of the fleet asks for; an internal one', () => {
    expect(many({ names_day: 19, odd_day: 19 })).toEqual([])
    expect(many({ names_day: 500, others: 5 })).toEqual([])
    expect(many({ names_day: 500, others: 4 })).toHaveLength(1)
    expect(many({ names_day: 500, class: 'internal' })).toEqual([])
  })
  test('longer names and rarer domains are odder', () => {
    const strength = (more: Partial<EpisodeRow>): number =>
      many({ names_day: 50, longest_day: 1000, ...more })[0]!.strength
    expect(strength({ longest_day: 3000 })).toBeGreaterThan(strength({}))
    expect(strength({ others: 0 })).toBeGreaterThan(strength({ others: 2 }))
    expect(strength({ others: 2 })).toBeGreaterThan(strength({ others: 3 }))
  })
})

describe('generated', () => {
  const tried = (n: number, more: Partial<EpisodeRow> = {}): EpisodeRow[] =>
    Array.from({ length: n }, (_, i) =>
      episode({ destination: `x${i}.example`, t0: 5 * day + i * 60, contacts_day: 1, failed_day: 1, ...more }),
    )
  test('fires: five names that do not exist, also below dynamic DNS', () => {
    expect(seen(tried(5), 'generated')).toMatchObject([{ facts: { names: 5 } }])
    expect(seen(tried(5, { class: 'dynamic_dns' }), 'generated')).toHaveLength(1)
    expect(seen(tried(50), 'generated')[0]!.strength).toBeGreaterThan(seen(tried(5), 'generated')[0]!.strength)
  })
  test('quiet: four; names that exist; that others ask for; of a known owner; over days', () => {
    expect(seen(tried(4), 'generated')).toEqual([])
    expect(seen(tried(9, { contacts_day: 2 }), 'generated')).toEqual([])
    expect(seen(tried(9, { failed_day: 0, contacts_day: 0 }), 'generated')).toEqual([])
    expect(seen(tried(9, { others: 1 }), 'generated')).toEqual([])
    expect(seen(tried(9, { class: 'cdn' }), 'generated')).toEqual([])
    expect(
      seen(
        tried(9).map((row, i) => ({ ...row, t0: (2 + i) * day })),
        'generated',
      ),
    ).toEqual([])
  })
})
