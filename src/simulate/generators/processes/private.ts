// Harmless services that only one device or a few use: regular, with uploads; and new private apps that crash.
import { openRandom, type Random } from '../../random.ts'
import type { Truth } from '../../world.ts'
import { type Endpoint, endpoint } from './catalog.ts'
import { iso } from './confounders.ts'
import { addCrash, drawClass } from './faults.ts'
import { makeApp } from './fleet.ts'
import { hawkes, logNormal, logUniform, pareto, renewal, schedule } from './points.ts'
import type { Scene } from './scene.ts'
import { hostName, label, tenant } from './words.ts'

const day = 86_400

/** A host that is one’s own: at a provider, at a cloud, or at home behind dynamic DNS. */
export function privateHost(random: Random): Endpoint {
  const style = random.next()
  const host = style < 0.4 ? tenant(random) : style < 0.5 ? `${label(random)}.duckdns.org` : hostName(random)
  const manner = random.next()
  const out = logNormal(random, 1800, 0.7)
  const inward = logNormal(random, 2500, 0.9)
  const spread = 0.2 + 0.9 * random.next()
  if (manner < 0.8) return endpoint(host, '', out, inward, { spread })
  if (manner < 0.86) return endpoint(host, '', out, inward, { spread, service: 'quic', transport: 'udp' })
  if (manner < 0.92) return endpoint(host, '', out, inward, { spread, port: random.pick([8443, 4443, 8883, 5001]) })
  if (manner < 0.96) return endpoint(host, '', out, inward, { spread, port: 80, service: 'http' })
  // no name in the handshake, a port of its own
  return endpoint(host, '', out, inward, { spread, port: random.whole(1025, 65_000), service: '' })
}

export function addPrivateServices(scene: Scene): void {
  const random = scene.random('private')
  if (!random.chance(scene.options.rates.services)) return
  const { activity, end, options, persona } = scene
  for (let n = 1 + random.poisson(0.6), k = 0; k < n; k++) {
    // a quarter is shared by the neighbours in the list: a family, a team
    const by = random.chance(0.25) ? openRandom(options.seed, `private/${persona.index >> 3}`) : random
    const to = privateHost(by)
    const app = random.chance(0.5) ? '' : random.pick(persona.apps).bundle
    const from = random.chance(0.5) ? 0 : random.next() * end
    const uploads = random.chance(0.7) ? 0.02 + 0.2 * random.next() : 0
    const manner = random.next()
    const times =
      manner < 0.55
        ? schedule(random, from, end, logUniform(random, 300, 43_200), 0.9 * random.next(), activity.awake)
        : manner < 0.8
          ? renewal(random, from, end, () => logNormal(random, 7000, 1.1)).filter(activity.awake)
          : hawkes(random, activity.total, 2 + 6 * random.next(), 0.7, 0.01)
              .map(activity.at)
              .filter((s) => s >= from)
    for (const s of times) {
      scene.meet(random, s, to, {
        app,
        ...(random.chance(uploads) ? { out: Math.min(5e8, pareto(random, 80_000, 0.9)) } : {}),
      })
    }
  }
}

/** A new app of a small circle: installed, opened, a host nobody else meets, and crashes soon after. */
export function addNewApp(scene: Scene): Truth[] {
  const random = scene.random('new-app')
  const { rates } = scene.options
  // a decoy must stay the only thing that happens
  if (!random.chance(0.35 * rates.services) || scene.options.days < 2 || scene.quiet.length > 0) return []
  const { activity, end, persona } = scene
  const made = makeApp(random)
  const app = { ...made, endpoints: [...made.endpoints, privateHost(random)] }
  const from = activity.at(random.next() * activity.total * 0.9)
  const version = `0.${random.whole(1, 9)}`
  scene.changes.push({
    s: from - 120,
    apply: (state) => state.apps.push({ identifier: app.bundle, name: app.name, version, managed: random.chance(0.3) }),
  })
  for (const s of hawkes(random, activity.total, 5, 0.6, 0.006).map(activity.at)) {
    if (s < from) continue
    for (const to of app.endpoints)
      if (random.chance(0.6)) scene.meet(random, s + 3 * random.exponential(), to, { app: app.bundle, byUser: true })
  }
  scene.meet(random, from, app.endpoints[0]!, { app: app.bundle, byUser: true })
  let crashes = 0
  if (rates.crashes > 0) {
    for (let n = 1 + random.poisson(1); n > 0; n--) {
      const s = from + logNormal(random, 3000, 1.4)
      if (addCrash(scene, random, s, app.process, drawClass(random, persona.tagging), app.bundle, version)) crashes++
    }
  }
  return [
    {
      id: `confounder-private_app-${persona.device.name}`,
      kind: 'confounder',
      scenario: 'private_app',
      device: persona.device.name,
      start: iso(scene.options, Math.max(0, from)),
      end: iso(scene.options, Math.min(end, from + day)),
      effect: null,
      hosts: app.endpoints.map((to) => to.host),
      notes: { app: app.bundle, crashes },
    },
  ]
}
