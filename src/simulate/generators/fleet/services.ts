// Harmless services that one device alone uses and sends files to, regularly: a camera at home, a club’s cloud, a
// health log. Some begin half-way. Seen from the network they are what a slow channel is.
import type { Micros } from '../../../model/index.ts'
import { openRandom, type Random } from '../../random.ts'
import type { FleetOptions } from '../../world.ts'
import { type App, type Catalogue, makeApp } from './catalogue.ts'
import { between, dayLength, hour, logNormal, logUniform, minute, second } from './draw.ts'
import { isAwake, type Life } from './life.ts'
import { dynamicName, hostName, oddPorts, tenantName } from './names.ts'

export type Service = {
  readonly host: string
  /** The app that it came with; null: a daemon or an app that others have too. */
  readonly app: App | null
  readonly since: Micros
  readonly until: Micros
  /** µs */
  readonly every: number
  /** Share of `every` by which a beat may be late or early. */
  readonly jitter: number
  /** Share of the beats of a sleeping device that are left out. */
  readonly missed: number
  /** Median bytes of an upload, and the share of beats that have one. */
  readonly upload: number
  readonly uploads: number
  readonly port: number
}

export function makeService(options: FleetOptions, catalogue: Catalogue, index: number): Service | null {
  const random = openRandom(options.seed, `service/${index}`)
  if (!random.chance(options.rates.services)) return null
  const host = random.chance(0.3) ? tenantName(random) : random.chance(0.35) ? dynamicName(random) : hostName(random)
  const { start, days } = options
  const begins = random.chance(0.45)
  return {
    host,
    app: random.chance(0.55) ? makeApp(random, 'tool', random.chance(0.5) ? catalogue.sdks : [], [host]) : null,
    since: begins ? start + between(random, 1, Math.max(1.5, days - 1)) * dayLength : Number.NEGATIVE_INFINITY,
    until: random.chance(0.15) ? start + between(random, 0.5, 1) * days * dayLength : Number.POSITIVE_INFINITY,
    every: logUniform(random, 5 * minute, 24 * hour),
    jitter: random.next() * 0.6,
    missed: between(random, 0.2, 0.95),
    upload: logUniform(random, 8_000, 5e6),
    uploads: between(random, 0.15, 1),
    port: random.chance(0.85) ? 443 : random.pick(oddPorts),
  }
}

export function service(life: Life, own: Service, random: Random): void {
  const { options, end } = life.fleet
  const from = Math.max(own.since, options.start)
  for (
    let t = from + (from === own.since ? 0 : random.next() * own.every);
    t < Math.min(own.until, end);
    t += own.every * (1 + own.jitter * 2 * (random.next() - 0.5))
  ) {
    if (!isAwake(life, t) && random.chance(own.missed)) continue
    const heavy = random.chance(own.uploads)
    life.wire.talk({
      ts: t + random.exponential() * 2 * second,
      app: own.app?.bundle ?? '',
      host: own.host,
      port: own.port,
      up: heavy ? logNormal(random, own.upload, 0.9) : logNormal(random, 1_500, 0.5),
      down: logNormal(random, 4_000, 0.9),
    })
  }
}
