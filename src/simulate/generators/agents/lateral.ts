// Looking around inside: an implant tries servers that its phone never called, and most of what it tries is closed.
import type { Micros } from '../../../model/index.ts'
import type { Outcome } from '../../world.ts'
import { type Attacker, atDesk, nextSeen, reachServer, takeAway } from './attacker.ts'
import { hour, minute, second } from './clock.ts'
import type { Server } from './plan.ts'

const doors = [445, 22, 3389, 389, 88, 80, 443, 8443, 5900, 5432, 139]

/** One round: a loud one takes seconds, a quiet one spreads over hours. Gives servers that answered. */
function round(a: Attacker, from: Micros, until: Micros, loud: boolean): Server[] {
  const { phone, random } = a
  const { servers } = phone.plan
  const open: Server[] = []
  const wanted = loud ? random.whole(12, 55) : random.whole(4, 14)
  const focus = random.pick([445, 22, 3389, 0, 0])
  let t = from
  for (let n = 0; n < wanted && t < until; n++) {
    const server = random.pick(servers.filter((x) => x.role !== 'screen'))
    // half of what it knows is a guess
    const port = random.chance(0.35) ? server.port : focus || random.pick(doors)
    const right = port === server.port
    const outcome: Outcome = right
      ? random.chance(0.75)
        ? 'closed'
        : 'reset'
      : random.chance(0.6)
        ? 'refused'
        : 'unanswered'
    const seen = nextSeen(phone, t, until)
    if (seen === null) return open
    const at = loud ? Math.max(t, seen) : seen
    if (reachServer(a, at, server, port, outcome, right ? 6000 : 0) && right && outcome === 'closed') open.push(server)
    t = at + (loud ? random.whole(200, 9000) * 1000 : (3 + 25 * random.exponential()) * minute)
  }
  return open
}

export function lookAround(a: Attacker, from: Micros, until: Micros): void {
  const { phone, random } = a
  const loud = random.chance(0.5)
  let found: Server[] = []
  for (let t = from, n = 0; t < until && n < 6; n++) {
    const start = nextSeen(phone, t, until)
    if (start === null) return
    if (n === 0 || atDesk(a, start)) found = [...found, ...round(a, start, until, loud && random.chance(0.7))]
    // stays with one or two that answered, and carries away what it reads there
    if (found.length > 0 && random.chance(0.7)) {
      const chosen = random.pick(found)
      const at = nextSeen(phone, start + random.whole(10, 90) * minute, until)
      if (at !== null) {
        for (let k = random.whole(2, 10); k > 0; k--)
          reachServer(
            a,
            at + k * random.whole(10, 60) * second,
            chosen,
            chosen.port,
            'closed',
            900_000 * random.exponential(),
          )
        takeAway(a, at + 12 * minute)
      }
    }
    t = start + (2 + 9 * random.next()) * hour
  }
}
