// An ordinary week: sessions of apps, push keep-alives, system services, and now and then a name that nobody else meets.
import type { Contact } from './contact.ts'
import { type Device, present, strangers } from './fleet.ts'
import { addressFor, apps, daemonHosts, rareHost } from './hosts.ts'
import { type Random, random } from './random.ts'
import { at, days } from './time.ts'

const sessionsADay = 14

const encrypted = (r: Random): Contact['seen'] => (r.chance(0.6) ? ['dns', 'tls', 'flow'] : ['tls', 'flow'])

function base(d: Pick<Device, 'id' | 'site'>, ts: number, host: string, r: Random): Contact {
  return {
    ts,
    site: d.site,
    device: d.id,
    host,
    ip: addressFor(host),
    port: 443,
    seen: encrypted(r),
    app: '',
    initiated: 'AppInitiated',
    bytesOut: r.whole(600, 6_000),
    bytesIn: r.whole(1_500, 90_000),
  }
}

function session(d: Device, start: number, r: Random): Contact[] {
  const app = r.pickEarly(apps)
  const browser = app.bundle === 'com.apple.mobilesafari'
  const contacts: Contact[] = []
  let ts = start
  for (let n = r.whole(1, 4); n > 0; n--) {
    const host = browser && r.chance(0.06) ? rareHost(r) : r.pickEarly(app.hosts)
    contacts.push({
      ...base(d, ts, host, r),
      app: app.bundle,
      initiated: browser ? 'NonAppInitiated' : 'AppInitiated',
      ...(browser ? { page: host } : {}),
    })
    ts += r.whole(300, 25_000)
  }
  if (app.tracker && r.chance(0.5)) contacts.push({ ...base(d, ts, app.tracker, r), app: app.bundle })
  return contacts
}

/** Unencrypted: captive-portal checks, and a few old web pages. */
const plain = (d: Device, ts: number, r: Random): Contact => {
  const [host, path] = r.pick([
    ['captive.apple.com', '/hotspot-detect.html'],
    ['captive.apple.com', '/hotspot-detect.html'],
    ['ocsp.digicert.com', '/status'],
    ['s3.amazonaws.com', '/sthree-hearthside.example/lunch-menu.pdf'],
  ] as const)
  const userAgent =
    host === 'captive.apple.com'
      ? 'CaptiveNetworkSupport-481.0.1 wispr'
      : 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1'
  return {
    ...base(d, ts, host, r),
    port: 80,
    path,
    userAgent,
    seen: ['dns', 'http', 'flow'],
    bytesIn: r.whole(300, 4_000),
  }
}

export function ordinaryWeek(seed: number, fleet: readonly Device[]): Contact[] {
  const contacts: Contact[] = []
  for (const d of fleet) {
    const r = random(seed, `week/${d.id}`)
    for (const day of days) {
      const from = at(`${day} 06:00:00`)
      const anyTime = (): number => from + r.whole(0, 11 * 3600 * 1000)
      for (let n = sessionsADay + r.whole(-4, 4); n > 0; n--) contacts.push(...session(d, anyTime(), r))
      for (let n = r.whole(6, 10); n > 0; n--) contacts.push(base(d, anyTime(), r.pickEarly(daemonHosts), r))
      // Push keep-alive about every half hour.
      for (
        let ts = from + r.whole(0, 1_800_000);
        ts < from + 11 * 3_600_000;
        ts += 1_800_000 + r.whole(-20_000, 20_000)
      ) {
        contacts.push({
          ...base(d, ts, '1-courier.push.apple.com', r),
          seen: ['flow'],
          port: 5223,
          bytesOut: r.whole(120, 400),
          bytesIn: r.whole(120, 500),
        })
      }
      for (let n = r.whole(0, 2); n > 0; n--) contacts.push(plain(d, anyTime(), r))
    }
  }
  for (const day of days) {
    for (const [s, perDay] of [
      [strangers.phone, 20],
      [strangers.guestNat, 60],
      [strangers.ipv6, 6],
    ] as const) {
      const r = random(seed, `stranger/${s.address}/${day}`)
      for (let n = perDay; n > 0; n--) {
        const c = base(
          { id: '', site: 'hq' },
          at(`${day} 06:00:00`) + r.whole(0, 39_000_000),
          r.pickEarly(r.pick(apps).hosts),
          r,
        )
        contacts.push({
          ...c,
          address: s.address,
          ...(s === strangers.ipv6 ? { seen: ['tls', 'flow'] as const, ip: `2001:db8:cafe::${r.hex(3)}` } : {}),
        })
      }
    }
  }
  return contacts.filter((c) => c.device === '' || present(c.device, c.ts, new Date(c.ts).getUTCDate()))
}
