import { expect, test } from 'vitest'
import { formats } from '../formats/index.ts'
import { sourceResult, spanOf } from './coverage.ts'
import type { Ingested } from './ingest.ts'

const day = 86_400e6
const at = Date.UTC(2026, 8, 20) * 1000
const from = (first: number, last: number): Ingested => ({
  id: 1,
  path: 'dns.log',
  format: formats.find(({ id }) => id === 'zeek-dns')!,
  status: 'ok',
  known: false,
  stored: { rows: { network: 1 }, problems: {}, samples: [], coverage: {}, first, last },
  bytes: 1,
})
const iso = (micros: number): string => new Date(micros / 1000).toISOString()

test('the span is that of all sources with times', () => {
  expect(spanOf([from(at, at + day), from(0, 0), from(at - day, at)])).toEqual({
    first: iso(at - day),
    last: iso(at + day),
  })
  expect(spanOf([from(0, 0)])).toEqual({ first: null, last: null })
  expect(spanOf([])).toEqual({ first: null, last: null })
})

test('a clock that was not set stretches no span, and is told; alone its times stand', () => {
  const boot = from(79e6, 90e6)
  expect(spanOf([boot, from(at, at + day)])).toEqual({ first: iso(at), last: iso(at + day) })
  expect(spanOf([boot])).toEqual({ first: iso(79e6), last: iso(90e6) })
  expect(sourceResult(boot, []).coverage.blind[0]).toMatch(/a clock was not set/)
  expect(sourceResult(from(at, at), []).coverage.blind.join()).not.toMatch(/clock/)
})
