// Ordinary use of the company's own network: files, intranet, Git, printing, casting, single sign-on, administrators.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import { second } from './clock.ts'
import type { Stay } from './diary.ts'
import type { Phone } from './phone.ts'
import type { Server } from './plan.ts'

/** Calls a server by name, or by its address where no name is sent. */
export function callServer(
  phone: Phone,
  ts: Micros,
  server: Server,
  app: string,
  up: number,
  down: number,
  outcome?: 'refused' | 'unanswered' | 'reset',
): void {
  const named = server.service === 'ssl' || server.service === 'http'
  const given = outcome === undefined ? {} : { outcome }
  const { port, service } = server
  const transport = 'tcp' as const
  if (named) phone.wire.call(ts, server.name, { app, up, down, port, service, transport, user: app !== '', ...given })
  else
    phone.wire.call(ts, server.address, {
      app,
      up,
      down,
      port,
      service,
      transport,
      fresh: true,
      user: app !== '',
      ...given,
    })
}

const role = (phone: Phone, wanted: Server['role']): Server[] => phone.plan.servers.filter((x) => x.role === wanted)

/** Joining the company's network: tickets and the directory. */
export function signOn(phone: Phone, random: Random, ts: Micros): void {
  if (!phone.managed) return
  const directory = role(phone, 'directory')
  const dc = directory[random.chance(0.8) ? 0 : 2]!
  const { org } = phone.plan
  phone.wire.lookup(ts + 40_000, `_kerberos._tcp.${org}`, 'SRV', 'NOERROR', [`0 100 88 ${dc.name}`])
  if (random.chance(0.3)) phone.wire.lookup(ts + 60_000, `lb._dns-sd._udp.${org}`, 'PTR', 'NXDOMAIN', [])
  callServer(phone, ts + 90_000, dc, '', 1800, 2600)
  if (random.chance(0.4)) callServer(phone, ts + 400_000, dc, '', 1500, 1900)
  if (random.chance(0.25)) callServer(phone, ts + 2 * second, directory[1]!, '', 900, 6000)
}

/** Perhaps something of the company's while the person looks at the phone. */
export function officeErrand(phone: Phone, random: Random, ts: Micros, stay: Stay): void {
  if (!phone.managed || !stay.seen) return
  const { kind } = phone.person
  const here = stay.net === 'office'
  const own = phone.index
  const draw = random.next()
  if (draw < (here ? 0.035 : 0.006)) {
    // each person knows two or three shares
    const files = role(phone, 'files')
    const share = files[(own + random.whole(0, 1) * 3) % files.length]!
    callServer(phone, ts, share, 'com.apple.DocumentsApp', random.chance(0.15) ? 4e6 * random.exponential() : 9000, 3e5)
    return
  }
  if (draw < (here ? 0.1 : 0.03)) {
    const web = role(phone, 'web')
    callServer(
      phone,
      ts,
      web[random.chance(0.6) ? 0 : random.whole(0, web.length - 1)]!,
      'com.apple.mobilesafari',
      3000,
      80_000,
    )
    return
  }
  if (draw < 0.12 && (phone.device.group === 'engineering' || kind === 'admin')) {
    callServer(phone, ts, role(phone, 'git')[random.whole(0, 1)]!, 'com.apple.mobilesafari', 3000, 60_000)
    return
  }
  if (here && draw < 0.132) {
    // the print dialogue asks several printers what they can do
    const printers = role(phone, 'printer')
    const first = (own * 5) % printers.length
    for (let n = 0; n < random.whole(2, 6); n++) {
      const printer = printers[(first + n) % printers.length]!
      const gone = random.chance(0.15) ? 'unanswered' : undefined
      callServer(phone, ts + n * 120_000, printer, '', 1500, 6000, gone)
    }
    callServer(phone, ts + 14 * second, printers[first]!, '', 700_000 * random.exponential() + 90_000, 3000)
    return
  }
  if (here && draw < 0.142) {
    // looking for a screen to show something on: most do not answer
    const screens = role(phone, 'screen')
    const app = random.pick(['com.google.ios.youtube', 'com.spotify.client', 'us.zoom.videomeetings', ''])
    const first = random.whole(0, screens.length - 1)
    for (let n = 0; n < random.whole(4, 16); n++) {
      const screen = screens[(first + n) % screens.length]!
      const no = random.chance(0.6) ? (random.chance(0.5) ? 'unanswered' : 'refused') : undefined
      callServer(phone, ts + n * random.whole(20, 300) * 1000, screen, app, 1500, 2500, no)
    }
    return
  }
  if (kind === 'admin' && draw > 0.93) {
    const machines = role(phone, 'machine')
    if (random.chance(0.12)) {
      // a network tool walks through a range
      const net = random.whole(16, 20)
      for (let n = 0; n < random.whole(15, 70); n++) {
        const port = random.pick([22, 80, 443, 445, 3389])
        const no = random.chance(0.4)
          ? ('unanswered' as const)
          : random.chance(0.6)
            ? ('refused' as const)
            : ('closed' as const)
        const app = 'com.overlook.ios.fing'
        const call = {
          app,
          port,
          service: '' as const,
          outcome: no,
          fresh: true,
          user: true,
          up: 300,
          down: 300,
          seconds: 1,
        }
        phone.wire.call(ts + n * random.whole(30, 400) * 1000, `10.10.${net}.${1 + ((n * 7) % 90)}`, call)
      }
      return
    }
    for (let n = random.whole(1, 4); n > 0; n--) {
      const machine =
        machines[random.chance(0.7) ? (own * 11 + n) % machines.length : random.whole(0, machines.length - 1)]!
      callServer(
        phone,
        ts + n * 20 * second,
        machine,
        'com.termius.ios',
        9000,
        40_000,
        random.chance(0.08) ? 'refused' : undefined,
      )
    }
  }
}
