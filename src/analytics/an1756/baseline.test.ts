import { describe, expect, test } from 'vitest'
import { openBaseline } from './baseline.ts'
import type { Chain } from './chain.ts'
import type { EpisodeRow } from './row.ts'
import type { Observed, Sequence } from './sequence.ts'
import type { Surprise } from './surprise.ts'

const hour = 3600
const start = Date.parse('2026-05-10T10:20:00Z') / 1000
const floor = (at: number): number => Math.floor(at / hour) * hour

const surprise = (who: string, kind: Surprise['kind'], facts: Surprise['facts']): Surprise =>
  ({ who, kind, at: start, destination: 'relay.example', class: '', app: '', facts }) as Surprise
const chainOf = (one: Surprise, effect: number): Chain =>
  ({ who: one.who, surprise: one, effect: { at: effect }, expected: 0.02 }) as Chain
const sequence = (surprises: Surprise[], deviceDays: number): Sequence =>
  ({ surprises, fleet: { deviceDays, allowed: 0.5 } }) as unknown as Sequence
const episode = (over: Partial<EpisodeRow>): EpisodeRow =>
  ({
    who: 'a',
    destination: 'relay.example',
    class: '',
    t0: start,
    others: 0,
    failed_day: 0,
    hours: [],
    ...over,
  }) as EpisodeRow

describe('usual against seen', () => {
  test('of a new name: what half, 90 and 99 of 100 of the fleet’s new names stay within', () => {
    const fleet = Array.from({ length: 100 }, (_, i) =>
      surprise(`device ${i}`, 'new_name', { hours: i < 60 ? 1 : i < 95 ? 2 : 6, contacts: i + 1, out: 1000 * i }),
    )
    const mine = surprise('a', 'new_name', { hours: 9, contacts: 90, out: 8_100_000 })
    const observed = {
      episodes: [
        episode({
          hours: [
            [floor(start), 7, 0, 0],
            [floor(start) + 2 * hour, 4, 0, 0],
          ],
        }),
      ],
    }
    const found = openBaseline(
      observed as unknown as Observed,
      sequence([...fleet, mine], 700),
      3,
    )(chainOf(mine, start + 600))
    expect(found).toMatchObject({ expected: 0.02, allowed: 0.5, size: 101, contact: '2026-05-10T10:20:00.000Z' })
    expect(found.measures[0]).toMatchObject({ unit: 'hours', seen: 9, half: 1, ninety: 2, ninety_nine: 6, least: 0 })
    expect(found.measures[1]).toMatchObject({ seen: 90, half: 51, ninety: 90, ninety_nine: 99 })
    // an hour before, then the day that follows the contact
    expect(found.course.from).toBe('2026-05-10T09:00:00.000Z')
    expect(found.course.hours.slice(0, 5)).toEqual([0, 7, 0, 4, 0])
    expect(found.course.hours).toHaveLength(26)
  })

  test('of breadth: windows without a surprise count as fewer than the least', () => {
    const mine = surprise('a', 'breadth', { services: 40 })
    const others = [4, 5, 6, 7].map((services, i) => surprise(`device ${i}`, 'breadth', { services }))
    const rows = [0, 10, 20, 3700].map((later, i) =>
      episode({ class: 'internal', destination: `10.0.0.${i}:445`, t0: start + later }),
    )
    const observed = {
      episodes: [
        ...rows,
        episode({ who: 'b', class: 'internal' }),
        episode({ class: 'internal', t0: start + 7 * hour }),
      ],
    }
    const found = openBaseline(
      observed as unknown as Observed,
      sequence([...others, mine], 100),
      3,
    )(chainOf(mine, start - hour))
    // 400 windows, five of which hold three or more
    expect(found.measures).toEqual([
      expect.objectContaining({ unit: 'services', seen: 40, half: 0, ninety: 0, ninety_nine: 4, least: 3 }),
    ])
    expect(found.size).toBe(400)
    expect(found.course.from).toBe('2026-05-10T08:00:00.000Z')
    expect(found.course.hours.slice(0, 5)).toEqual([0, 0, 3, 1, 0])
  })

  test('an effect days away does not make the course endless', () => {
    const mine = surprise('a', 'new_name', { hours: 1, contacts: 1, out: 0 })
    const found = openBaseline(
      { episodes: [] } as unknown as Observed,
      sequence([mine], 10),
      3,
    )(chainOf(mine, start + 40 * 86_400))
    expect(found.course.hours).toHaveLength(120)
  })
})
