import { expect, test } from 'vitest'
import { microsoftDns } from './format.ts'

const order = (days: readonly string[], notAfter = Date.UTC(2026, 10, 1)): unknown => {
  const text = days
    .map(
      (day) =>
        `${day} 0E70 PACKET  00000000033397A0 UDP Rcv 10.1.0.101      5b47   Q [0001   D   NOERROR] A      (1)a(0)\n`,
    )
    .join('')
  const variant = microsoftDns.kind === 'sql' ? microsoftDns.variants[0]! : undefined
  return variant?.params?.(Buffer.from(text), { name: 'dns.log', notAfter: notAfter * 1000 }).order
}

test.each([
  [['9/20/2026 10:00:32 AM'], 'mdy'],
  [['9/20/2026 10:00:32'], 'mdy'],
  [['20/09/2026 10:00:32'], 'dmy'],
  [['05.06.2026 10:00:32'], 'dmy'],
  [['2026/09/20 10:00:32'], 'ymd'],
  [['2026-09-20 10:00:32'], 'ymd'],
  // both are days: the one nearest before the newest time that the log can hold
  [['10/11/2026 10:00:32'], 'mdy'],
  [['03/10/2026 10:00:32', '04/10/2026 10:00:32'], 'dmy'],
])('%s is read as %s', (days, expected) => {
  expect(order(days)).toBe(expected)
})
