// The company’s own network: single sign-on, files, printing, casting, and administrators who scan.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import type { Inside } from './catalogue.ts'
import { between, hashOf, hour, logNormal, logUniform, minute, second } from './draw.ts'
import type { Life } from './life.ts'
import type { Day } from './people.ts'

/** Whether a group uses a server: each group has its own. */
export const uses = (life: Life, server: Inside): boolean =>
  server.service === 'ssl' ||
  server.service === 'ldap' ||
  server.service === 'krb' ||
  hashOf(`${life.person.device.group}/${server.address}/${server.port}`) % 100 < (server.service === 'ipp' ? 35 : 22)

export function reach(life: Life, server: Inside, ts: Micros, up: number, down: number, app = ''): void {
  life.wire.talk({
    ts,
    app,
    host: server.host,
    address: server.address,
    port: server.port,
    service: server.service,
    up,
    down,
  })
}

/** Looks for something that shows pictures or prints: one address after the other, most of which are silent. */
function lookAround(life: Life, ts: Micros, random: Random): void {
  const casting = random.chance(0.6)
  const ports = casting ? [8009, 8008, 7000] : [631, 9100]
  const subnet = `10.20.${random.whole(4, 12)}`
  let t = ts
  for (let i = random.whole(4, 22); i > 0; i--) {
    const answers = random.chance(0.3)
    life.wire.talk({
      ts: t,
      app: casting ? 'com.apple.Music' : '',
      host: '',
      address: `${subnet}.${random.whole(2, 250)}`,
      port: random.pick(ports),
      service: !casting && answers ? 'ipp' : '',
      up: answers ? logNormal(random, 900, 0.6) : 0,
      down: answers ? logNormal(random, 1_500, 0.6) : 0,
      outcome: answers ? 'closed' : random.pick(['unanswered', 'refused', 'refused'] as const),
    })
    t += random.exponential() * 0.4 * second
  }
  if (!casting && random.chance(0.7)) {
    const printer = random.pick(life.fleet.catalogue.inside.filter(({ service }) => service === 'ipp'))
    reach(life, printer, t + 20 * second, logUniform(random, 40_000, 9e6), 3_000)
  }
}

/** An administrator sees what is there. */
function scan(life: Life, ts: Micros, random: Random): void {
  const subnet = `10.20.${random.whole(0, 9)}`
  const ports = random.pick([[22], [443, 8443], [22, 3389], [445], [161, 22, 443]])
  let t = ts
  for (let i = random.whole(12, 60); i > 0; i--) {
    const port = random.pick(ports)
    const outcome = random.pick(['closed', 'refused', 'unanswered', 'unanswered'] as const)
    life.wire.talk({
      ts: t,
      app: 'net.lanlook.ios',
      host: '',
      address: `${subnet}.${random.whole(2, 250)}`,
      port,
      service: outcome === 'closed' && port === 22 ? 'ssh' : outcome === 'closed' && port === 445 ? 'smb' : '',
      up: outcome === 'closed' ? logNormal(random, 2_000, 1) : 0,
      down: outcome === 'closed' ? logNormal(random, 3_000, 1) : 0,
      outcome,
    })
    t += random.exponential() * 2 * second
  }
}

export function office(life: Life, day: Day, random: Random): void {
  const { traffic } = life.fleet.options.rates
  const { inside } = life.fleet.catalogue
  const travelling = life.aways.some(({ from, to, pool }) => pool === 72 && from < day.wake && day.wake < to)
  if (!travelling && random.chance(0.12 * traffic)) lookAround(life, between(random, day.wake, day.sleep), random)
  if (life.person.admin && !day.weekend)
    for (let i = random.poisson(0.7 * traffic); i > 0; i--) scan(life, day.wake + between(random, 2, 9) * hour, random)
  if (day.weekend && random.chance(0.8)) return
  const own = inside.filter((server) => uses(life, server) && server.service !== 'ipp')
  const from = day.wake + 2 * hour
  for (let i = random.poisson(16 * traffic); i > 0; i--) {
    const server = random.pick(own)
    const heavy = server.service === 'smb' || server.service === ''
    reach(
      life,
      server,
      from + random.next() * 8 * hour,
      heavy && random.chance(0.2) ? logUniform(random, 20_000, 20e6) : logNormal(random, 2_500, 0.8),
      logNormal(random, heavy ? 200_000 : 20_000, 1.3),
      server.service === 'ssl' && random.chance(0.7) ? 'com.apple.mobilesafari' : '',
    )
  }
  // now and then somebody opens a server of another group
  if (random.chance(0.07)) {
    const other = random.pick(inside)
    for (let i = random.whole(1, 4); i > 0; i--)
      reach(
        life,
        other,
        from + random.next() * 6 * hour + i * minute,
        logNormal(random, 4_000, 1),
        logNormal(random, 50_000, 1.2),
      )
  }
}
