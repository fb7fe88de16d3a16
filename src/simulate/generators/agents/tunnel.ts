// A channel in DNS: questions whose labels carry data, answered by the attacker's own name server.
import type { Micros } from '../../../model/index.ts'
import { type Attacker, atDesk } from './attacker.ts'
import { hour, minute } from './clock.ts'
import { nextWake } from './phone.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz234567'

export function tunnel(
  a: Attacker,
  domain: string,
  from: Micros,
  until: Micros,
): { readonly questions: number; readonly type: string } {
  const { phone, random } = a
  const type = random.pick(['TXT', 'TXT', 'NULL', 'CNAME', 'A'] as const)
  const length = random.whole(18, 60)
  const deep = random.chance(0.4)
  const label = (n: number): string => Array.from({ length: n }, () => letters[random.whole(0, 31)]).join('')
  let questions = 0
  const ask = (at: Micros, body: string): void => {
    const ts = Math.round(at)
    const host = body === '' ? domain : `${body}.${domain}`
    const answer =
      type === 'A'
        ? `10.${random.whole(0, 255)}.${random.whole(0, 255)}.${random.whole(1, 254)}`
        : label(random.whole(8, 80))
    const fine = random.chance(0.96)
    const said = phone.wire.lookup(
      ts,
      host,
      body === '' ? 'A' : type,
      fine ? 'NOERROR' : 'SERVFAIL',
      fine ? [answer] : [],
    )
    if (!said) return
    questions++
    a.trace.push({ ts, host: domain })
  }
  const carry = (at: Micros, count: number, pause: Micros): void => {
    for (let n = 0, t = at; n < count; n++) {
      ask(t, deep ? `${label(length)}.${label(Math.ceil(length / 2))}.${n.toString(36)}` : `${label(length)}`)
      t += pause * (0.3 + 1.4 * random.next())
    }
  }
  const interval = random.whole(4, 45) * minute
  const thrift = random.pick([0.2, 1, 1, 4])
  let first = true
  for (let due = from; due < until; ) {
    const ts = nextWake(phone, due)
    if (!(ts < until)) break
    due = Math.max(due, ts) + interval * (0.6 + 0.8 * random.next())
    const before = questions
    if (first) ask(ts, '')
    if (questions > before) first = false
    carry(ts + 300_000, random.whole(1, 4), 900_000)
    if (atDesk(a, ts) && random.chance(0.15)) {
      carry(ts + 5_000_000, Math.round(random.whole(30, 260) / thrift), 400_000 * thrift)
      due += hour
    }
  }
  return { questions, type }
}
