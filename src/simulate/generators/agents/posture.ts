// What a managed device answers its server about once a day, and the changes that people and administrators make.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import type { Certificate, Profile } from '../../world.ts'
import { day, hash32, hour } from './clock.ts'
import { buildAt, type Change, nextWake, type Phone, type State, stayOf, versionAt } from './phone.ts'
import { rollout } from './plan.ts'
import { domainOf } from './words.ts'

/** Base64 of something that begins as a DER sequence of 768 octets: the same for the same label. */
export function madeUpDer(label: string): string {
  const bytes = Buffer.alloc(772)
  for (let n = 0; n < bytes.length; n++) bytes[n] = hash32(`${label}/${n}`) & 255
  bytes.set([0x30, 0x82, 0x03, 0x00])
  return bytes.toString('base64')
}

export const certificate = (commonName: string, label: string, identity = false): Certificate => ({
  commonName,
  identity,
  der: madeUpDer(label),
})

export const addProfile = (at: Micros, profile: Profile): Change => ({
  at,
  apply: (state) => ({ ...state, profiles: [...state.profiles, profile] }),
})
export const addCertificate = (at: Micros, added: Certificate): Change => ({
  at,
  apply: (state) => ({ ...state, certificates: [...state.certificates, added] }),
})
export const setPasscode = (at: Micros, passcode: boolean): Change => ({
  at,
  apply: (state) => ({ ...state, passcode }),
})

/** When the device answers: about a day apart, at a wake, wherever it has a network. */
export function planCheckins(phone: Phone): void {
  if (!phone.managed) return
  const random = phone.random('checkins')
  const { start } = phone.plan.options
  const habit = 5 + 14 * random.next()
  for (let n = 0; n < phone.plan.options.days; n++) {
    if (random.chance(0.05)) continue
    const ts = nextWake(phone, start + n * day + (habit + 0.6 * random.normal()) * hour)
    const stay = Number.isFinite(ts) ? stayOf(phone, ts) : null
    if (!stay || ts >= phone.plan.end || stay.net === 'off' || stay.net === 'none') continue
    const at = Math.round(ts + random.whole(1, 50) * 100_000)
    if (at - (phone.checkins.at(-1) ?? 0) < 8 * hour) continue
    phone.checkins.push(at)
    const host = `mdm.${phone.plan.org}`
    phone.wire.call(at - 4_000_000, host, { up: 9000, down: 4000, service: 'ssl', fresh: true })
  }
}

/** Changes that people make on their own, seldom; and the profile that the company gives to all. */
function ordinaryChanges(phone: Phone, random: Random): Change[] {
  const { plan } = phone
  const { options } = plan
  const changes: Change[] = []
  const some = (): Micros => Math.round(options.start + random.next() * options.days * day)
  const own: readonly (readonly [string, string, readonly string[]])[] = [
    ['eduroam', 'University', ['com.apple.wifi.managed', 'com.apple.security.root']],
    ['Encrypted DNS', domainOf(hash32(options.seed + phone.device.udid)), ['com.apple.dnsSettings.managed']],
    ['iOS Beta', 'Apple Inc.', ['com.apple.seedings']],
    ['Mobile provider', 'Carrier', ['com.apple.apn.managed']],
  ]
  const [name, organization, payloads] = random.pick(own)
  const profile = {
    identifier: `profile.${name.toLowerCase().replace(' ', '-')}`,
    uuid: random.uuid(),
    name,
    organization,
    managed: false,
    payloads,
  }
  const likely = 0.015 * options.days
  // most were there before; a few come while we look
  const since = random.chance(0.06) ? 0 : random.chance(0.15 * likely) ? some() : null
  if (since !== null) changes.push(addProfile(since, profile))
  if (since !== null && payloads.includes('com.apple.security.root'))
    changes.push(addCertificate(since, certificate(`${organization} Root`, `${profile.uuid}/root`)))
  if (random.chance(0.1 * likely)) {
    const off = some()
    changes.push(setPasscode(off, false), setPasscode(off + random.whole(20, 60) * hour, true))
  }
  if (random.chance(0.04)) {
    const locked = random.chance(0.5) ? 0 : some()
    changes.push({ at: locked, apply: (state) => ({ ...state, lockdownMode: true }) })
  }
  if (plan.profile && plan.profile.at < plan.end) {
    const at = Math.round(rollout(random, plan.profile.at, 6))
    changes.push(
      addProfile(at, plan.profile.profile),
      addCertificate(at, certificate('Web Filter CA', `${plan.org}/filter`)),
    )
  }
  return changes
}

export function answer(phone: Phone): void {
  if (!phone.managed) return
  const random = phone.random('posture')
  const { plan } = phone
  const changes = [...ordinaryChanges(phone, random), ...phone.changes]
  const ca = plan.org.split('.')[0]!
  const base: Omit<State, 'osVersion' | 'osBuild' | 'apps'> = {
    passcode: true,
    lockdownMode: false,
    supervised: phone.supervised,
    profiles: plan.base,
    certificates: [
      certificate(`${ca} Root CA`, `${plan.org}/root`),
      certificate(phone.device.serial, `${phone.device.serial}/identity`, true),
    ],
  }
  for (const ts of phone.checkins) {
    const build = buildAt(phone, ts)
    const apps = phone.apps
      .filter((owned) => owned.since <= ts && !owned.app.firstParty)
      .map((owned) => ({
        identifier: owned.app.bundle,
        name: owned.app.name,
        version: versionAt(owned, ts),
        managed: owned.app.kind === 'work',
      }))
    let state: State = { ...base, osVersion: build.version, osBuild: build.build, apps }
    for (const change of changes.filter((x) => x.at <= ts).sort((a, b) => a.at - b.at)) state = change.apply(state)
    phone.events.push({ kind: 'posture', ts, device: phone.index, ...state })
  }
}
