// Apps in front of a person as small state machines: open, go on by steps of their kind, post, follow a link, end.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import { adSdks, type Kind, mediaOf } from './catalogue.ts'
import { hash32, minute, second } from './clock.ts'
import type { Stay } from './diary.ts'
import type { Owned, Phone } from './phone.ts'
import { browse, deepSite, type Tastes } from './web.ts'

/** Steps (mean), seconds a step, chances of media, of a link, of an upload, of an advertisement. */
const manners: Readonly<Record<Kind, readonly [number, number, number, number, number, number]>> = {
  web: [0, 0, 0, 0, 0, 0],
  social: [7, 22, 0.6, 0.07, 0.05, 0.25],
  chat: [3, 14, 0.3, 0.04, 0.16, 0],
  mail: [2.5, 25, 0.2, 0.1, 0.08, 0],
  video: [4, 60, 0.9, 0.02, 0.02, 0.3],
  music: [2, 40, 0.6, 0, 0, 0.1],
  news: [4, 45, 0.5, 0.15, 0, 0.5],
  shop: [5, 18, 0.7, 0.05, 0.01, 0.15],
  game: [4, 50, 0.3, 0.02, 0.03, 0.8],
  bank: [2, 25, 0.1, 0.02, 0.03, 0],
  travel: [3, 20, 0.6, 0.04, 0.01, 0.1],
  work: [3, 35, 0.3, 0.06, 0.2, 0],
  tool: [2, 15, 0.3, 0.03, 0.06, 0.2],
}

/** How much an app is wanted at a place. */
function appeal(kind: Kind, stay: Stay): number {
  const working = stay.place === 'office'
  if (kind === 'work') return working ? 3 : 0.4
  if (kind === 'mail') return working ? 2 : 0.9
  if (kind === 'chat') return 2.4
  if (kind === 'web') return 3.2
  if (kind === 'music') return stay.place === 'transit' ? 3 : 0.5
  if (kind === 'travel') return stay.place === 'transit' || stay.region !== '' ? 2 : 0.2
  if (kind === 'video' || kind === 'game' || kind === 'social') return working ? 0.5 : 1.4
  return 0.5
}

export function chooseApp(phone: Phone, random: Random, ts: Micros, stay: Stay): Owned {
  let sum = 0
  for (const owned of phone.apps) if (owned.since <= ts) sum += owned.weight * appeal(owned.app.kind, stay)
  let wanted = random.next() * sum
  for (const owned of phone.apps) {
    if (owned.since > ts) continue
    wanted -= owned.weight * appeal(owned.app.kind, stay)
    if (wanted <= 0) return owned
  }
  return phone.apps[0]!
}

/** A person uses an app from `ts` on; gives when they leave it. */
export function useApp(phone: Phone, random: Random, ts: Micros, owned: Owned, tastes: Tastes): Micros {
  const { wire } = phone
  const { app } = owned
  const shaky =
    [0.4, 0.7, 1, 1.6, 2.6][hash32(app.bundle) % 5]! * (phone.plan.inhouse.some((x) => x.app === app) ? 22 : 1)
  let t = ts
  const call = (host: string | undefined, up: number, down: number, user = true, fresh = false): void => {
    if (host) wire.call(t, host, { app: app.bundle, up, down, user, fresh })
  }
  if (app.kind === 'web') {
    t = browse(phone, random, ts, app.bundle, tastes)
  } else {
    for (const host of app.api) if (host === app.api[0] || random.chance(0.6)) call(host, 2500, 12_000)
    const wave = phone.plan.wave
    if (wave?.app.bundle === app.bundle && (owned.releases[1]?.at ?? 0) <= ts) call(wave.newHost, 6000, 900, false)
    for (const host of app.sdk) if (random.chance(0.35)) call(host, 3000, 1500, false)
    const [mean, pace, media, link, upload, advertised] = manners[app.kind]
    const steps = 1 + Math.floor(mean * random.exponential())
    for (let n = 0; n < steps && n < 30; n++) {
      t += pace * (0.3 + random.exponential()) * second
      if (app.media.length > 0 && random.chance(media))
        call(mediaOf(app, phone.plan.move, t, random), 1500, app.kind === 'video' ? 6e6 : 400_000)
      else call(app.api[0], 1800, 8000)
      if (random.chance(upload))
        call(app.media[0] ?? app.api[0], 20_000 + 900_000 * random.exponential(), 2000, true, true)
      if (random.chance(advertised * 0.5)) call(random.pick(adSdks), 2500, 60_000, false)
      if (random.chance(link)) {
        const deep = random.chance(app.kind === 'chat' || app.kind === 'mail' ? 0.22 : 0.05)
        const inside =
          app.bundle === 'com.apple.MobileSMS' || app.kind === 'mail' ? 'com.apple.mobilesafari' : app.bundle
        t = browse(phone, random, t, inside, tastes, deep ? deepSite(random) : undefined)
      }
    }
  }
  t = Math.min(Math.max(t, ts + 8 * second), ts + 45 * minute)
  phone.looks.push({ from: Math.round(ts), to: Math.round(t), bundle: app.bundle })
  const when = ts + random.next() * (t - ts)
  phone.chances.push({ ts: when, process: app.process, app, firstParty: app.firstParty, weight: shaky })
  return t
}
