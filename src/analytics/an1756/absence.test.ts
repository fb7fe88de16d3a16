import { describe, expect, test } from 'vitest'
import { type HeardRow, openAbsence } from './absence.ts'
import type { Chain } from './chain.ts'

const days = 10
const base = 20_000 * 24
const awake = [7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]
/** A device that is heard in each waking hour, but for those left out (hours from the start). */
const phone = (who: string, silent: (hour: number) => boolean = () => false): HeardRow => ({
  who,
  stream: 'network',
  slots: Array.from({ length: days }, (_, d) => awake.map((h) => d * 24 + h))
    .flat()
    .filter((hour) => !silent(hour))
    .map((hour) => base + hour),
})
const others = Array.from({ length: 20 }, (_, i) => phone(`device ${i}`))
const chain = (who: string, hour: number): Chain => ({ who, surprise: { at: (base + hour) * 3600 } }) as Chain
const deviceDays = 21 * days

describe('a silence after a contact', () => {
  const stops = 6 * 24 + 11
  const gone = (hour: number) => hour >= stops && hour < stops + 8

  test('is told with its times and how often the fleet has the like', () => {
    const found = openAbsence([...others, phone('device x', gone)], deviceDays, 10)(chain('device x', stops - 1))
    expect(found).toMatchObject({ stream: 'network', from: (base + stops) * 3600, to: (base + stops + 8) * 3600 })
    expect(found!.missed).toBeGreaterThan(6.5)
    expect(found!.chance).toBeCloseTo(0.5 / deviceDays)
  })

  test('nights, a fleet that is silent as well, and silences before the contact are none', () => {
    const all = others.map((_, i) => phone(`device ${i}`, gone))
    expect(openAbsence([...all, phone('device x', gone)], deviceDays, 10)(chain('device x', stops - 1))).toBeNull()
    expect(openAbsence([...others, phone('device x')], deviceDays, 10)(chain('device x', stops - 1))).toBeNull()
    expect(openAbsence([...others, phone('device x', gone)], deviceDays, 10)(chain('device x', stops + 9))).toBeNull()
    expect(openAbsence([...others, phone('device x', gone)], deviceDays, 10)(chain('device x', stops - 30))).toBeNull()
  })

  test('where many devices do the like it does not stand out', () => {
    const some = others.map((_, i) =>
      phone(`device ${i}`, (hour) => hour >= 24 + (i % 5) * 24 + 9 && hour % 24 < 19 && hour < 24 * (2 + (i % 5))),
    )
    const found = openAbsence([...some, phone('device x', gone)], deviceDays, 20)(chain('device x', stops - 1))
    expect(found).toBeNull()
  })

  test('a device that is not heard again is silent to the end of the telemetry', () => {
    const found = openAbsence(
      [...others, phone('device x', (hour) => hour >= stops)],
      deviceDays,
      10,
    )(chain('device x', stops - 1))
    expect(found).toMatchObject({ from: (base + stops) * 3600, to: null })
  })

  test('reports that came daily and stop, and came again; not those that may still come', () => {
    const daily = (who: string, left: readonly number[]): HeardRow => ({
      who,
      stream: 'reports',
      slots: Array.from({ length: days }, (_, d) => 20_000 + d).filter((d) => !left.includes(d - 20_000)),
    })
    const fleet = Array.from({ length: 20 }, (_, i) => daily(`device ${i}`, []))
    const at = chain('device x', 5 * 24 + 3)
    expect(openAbsence([...fleet, daily('device x', [6, 7])], deviceDays, 10)(at)).toMatchObject({
      stream: 'reports',
      from: 20_006 * 86_400,
      to: 20_008 * 86_400,
    })
    expect(openAbsence([...fleet, daily('device x', [6, 7, 8, 9])], deviceDays, 10)(at)).toBeNull()
  })

  test('few days are no habit', () => {
    const young = {
      ...phone('device x', gone),
      slots: phone('device x', gone).slots.filter((at) => at > base + 4 * 24),
    }
    expect(openAbsence([...others, young], deviceDays, 10)(chain('device x', stops - 1))).toBeNull()
  })
})
