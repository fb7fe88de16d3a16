// Private and harmless services that one person uses: a file server at home, pictures, cameras, a small cloud. They are
// called regularly, take uploads, are down at times, and some begin half-way.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import { rentedAddress } from './addresses.ts'
import { day, hour, minute, second } from './clock.ts'
import { lookAt, nextWake, type Phone, stayOf } from './phone.ts'
import { domainOf, plainWord, tenantOf } from './words.ts'

type Service = {
  readonly app: string
  readonly host: string
  readonly port: number
  /** Between polls. */
  readonly interval: Micros
  readonly jitter: number
  readonly from: Micros
  readonly to: Micros
  readonly uploads: 'night' | 'often' | 'each'
}

const hostKinds: readonly ((random: Random) => readonly [string, number])[] = [
  (r) => [`${plainWord(r)}.duckdns.org`, r.pick([443, 8443, 8123])],
  (r) => [`${plainWord(r)}.synology.me`, r.pick([5001, 443])],
  (r) => [`${r.hex(16)}.myfritz.net`, 443],
  (r) => [`${r.hex(32)}.ui.nabu.casa`, 443],
  (r) => [`cloud.${domainOf(2_100_000_000 + r.whole(0, 1e8))}`, 443],
  (r) => [`${r.pick(['photos', 'nas', 'api', 'sync', 'home'])}.${domainOf(2_100_000_000 + r.whole(0, 1e8))}`, 443],
  (r) => [tenantOf(2_100_000_000 + r.whole(0, 1e8)), 443],
  (r) => [tenantOf(2_100_000_000 + r.whole(0, 1e8)), 443],
  (r) => [rentedAddress(r.whole(0, 2 ** 30)), r.pick([443, 8443, 51820, 1194])],
]
const apps =
  'io.robbie.HomeAssistant com.nextcloud.nextcloud app.alextran.immich com.synology.SynoPhotos com.plexapp.plex io.syncthing.mobius com.owntracks.ios com.reolink.app ch.threema.private org.traccar.client'.split(
    ' ',
  )

function makeService(random: Random, phone: Phone): Service {
  const [host, port] = random.pick(hostKinds)(random)
  const { options, end } = phone.plan
  const late = random.chance(0.4)
  const from = late ? options.start + (0.2 + 0.7 * random.next()) * options.days * day : options.start
  const short = random.chance(0.2)
  return {
    app: random.pick(apps),
    host,
    port,
    interval: Math.exp(Math.log(3) + random.next() * Math.log(80)) * minute,
    jitter: 0.6 * random.next(),
    from,
    to: short ? Math.min(end, from + random.whole(6, 72) * hour) : end,
    uploads: random.pick(['night', 'often', 'each'] as const),
  }
}

function run(phone: Phone, random: Random, s: Service): void {
  const { wire, plan } = phone
  const quic = s.port === 51820 || s.port === 1194
  const call = (ts: Micros, up: number, down: number, fresh: boolean): void => {
    const ways = quic
      ? ({ transport: 'udp', service: '' } as const)
      : s.port === 443
        ? {}
        : ({ service: 'ssl' } as const)
    wire.call(ts, s.host, {
      app: s.app,
      port: s.port,
      up,
      down,
      fresh,
      user: lookAt(phone, ts)?.bundle === s.app,
      ...ways,
    })
  }
  // the machine at home is switched off now and then
  const down = random.chance(0.4) ? s.from + random.next() * (s.to - s.from) : plan.end
  const back = down + random.whole(1, 9) * hour
  let night = -1
  for (let due = s.from + random.next() * s.interval; due < s.to; ) {
    const ts = nextWake(phone, due)
    if (ts >= s.to) return
    const stay = stayOf(phone, ts)
    due = Math.max(ts, due) + s.interval * (1 + s.jitter * (2 * random.next() - 1)) * (stay.asleep ? 1.5 : 1)
    if (random.chance(0.06)) continue
    if (ts > down && ts < back) {
      const udp = quic ? ({ transport: 'udp' } as const) : {}
      wire.call(ts, s.host, {
        app: s.app,
        port: s.port,
        outcome: random.chance(0.5) ? 'unanswered' : 'refused',
        ...udp,
      })
      due += s.interval
      continue
    }
    call(ts + second, s.uploads === 'each' ? 30_000 * random.exponential() : 1500, 3000, true)
    const date = Math.floor((ts + phone.person.offset) / day)
    const now = s.uploads === 'night' ? stay.asleep && night !== date : s.uploads === 'often' && random.chance(0.05)
    if (!now) continue
    night = date
    for (let n = random.whole(2, 25), t = ts + 3 * second; n > 0; n--) {
      call(t, 1.8e6 * random.exponential(), 1500, true)
      t += random.whole(2, 40) * second
    }
  }
}

export function useServices(phone: Phone): void {
  const random = phone.random('services')
  if (!random.chance(phone.plan.options.rates.services)) return
  run(phone, random, makeService(random, phone))
  if (random.chance(0.2)) run(phone, random, makeService(random, phone))
}
