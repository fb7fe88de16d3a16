// What devices answer to management about once a day, and what changes in it for harmless reasons.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import type { Profile } from '../../world.ts'
import { between, hour, logUniform, minute } from './draw.ts'
import { buildAt, installedApps, isQuiet, type Life, type Security } from './life.ts'
import { word } from './names.ts'
import { builds } from './people.ts'

export const makeProfile = (random: Random, name: string, payloads: readonly string[]): Profile => ({
  identifier: `${random.pick(['com', 'org', 'net'])}.${word(random, 2)}.${name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`,
  uuid: random.uuid(),
  name,
  organization: word(random, 2).replace(/^./, (first) => first.toUpperCase()),
  managed: false,
  payloads,
})

function atFirst(life: Life): Security {
  const { company } = life.fleet.catalogue
  const random = life.stream('posture-first')
  const managed = (name: string, payloads: readonly string[]): Profile => ({
    ...makeProfile(random, name, payloads),
    identifier: `com.${company}.${name}`,
    organization: company,
    managed: true,
  })
  return {
    passcode: life.person.passcode,
    lockdown: life.person.lockdown,
    profiles: [
      managed('mdm', ['com.apple.mdm', 'com.apple.security.scep']),
      managed('wifi', ['com.apple.wifi.managed', 'com.apple.security.root']),
      managed('restrictions', ['com.apple.applicationaccess', 'com.apple.mobiledevice.passwordpolicy']),
      ...(random.chance(0.06)
        ? [makeProfile(random, 'eduroam', ['com.apple.wifi.managed', 'com.apple.security.root'])]
        : []),
    ],
    certificates: [`${company} Root CA`, `${life.person.device.serial} identity`],
  }
}

/** Harmless changes that people make, at rates a device-day. */
export function benignChanges(life: Life, random: Random): void {
  const { options, end, waves } = life.fleet
  const often = (rate: number, make: (ts: Micros) => void): void => {
    for (let i = random.poisson(rate * options.days); i > 0; i--) {
      const ts = between(random, options.start, end)
      if (!isQuiet(life, ts)) make(ts)
    }
  }
  const told = (): number | null => (random.chance(0.5) ? logUniform(random, minute, 15 * minute) : null)
  often(0.0025, (ts) => {
    const [name, payloads] = random.pick([
      ['eduroam', ['com.apple.wifi.managed', 'com.apple.security.root']],
      ['School VPN', ['com.apple.vpn.managed']],
      ['Ad Blocker', ['com.apple.dnsSettings.managed']],
      ['Beta Software', ['com.apple.seeding']],
      ['Mail', ['com.apple.mail.managed', 'com.apple.security.pkcs12']],
    ] as const)
    const profile = makeProfile(random, name, payloads)
    const apply = (s: Security): Security => ({ ...s, profiles: [...s.profiles, profile] })
    life.changes.push({ ts, told: told(), apply })
  })
  often(0.001, (ts) => {
    life.changes.push({ ts, told: told(), apply: (s) => ({ ...s, passcode: false }) })
    life.changes.push({
      ts: ts + logUniform(random, 1, 72) * hour,
      told: null,
      apply: (s) => ({ ...s, passcode: true }),
    })
  })
  often(0.0006, (ts) => life.changes.push({ ts, told: told(), apply: (s) => ({ ...s, lockdown: !s.lockdown }) }))
  if (waves.profile === null) return
  const { company } = life.fleet.catalogue
  const { identifier } = waves.profile
  const profile: Profile = {
    ...makeProfile(random, 'filter', ['com.apple.webcontent-filter', 'com.apple.security.root']),
    identifier,
    organization: company,
    managed: true,
  }
  life.changes.push({
    ts: waves.profile.at + random.exponential() * 2 * hour,
    told: minute,
    apply: (s) => ({
      ...s,
      profiles: [...s.profiles, profile],
      certificates: [...s.certificates, `${company} Filter CA`],
    }),
  })
}

/** All answers of a device, after everything that changes it is known. */
export function answers(life: Life, random: Random): void {
  const { person, changes } = life
  const asked = life.days
    .filter(() => random.chance(0.93))
    .map(({ wake, sleep }) => between(random, wake, Math.min(sleep, wake + 6 * hour)))
  const moments = [...asked, ...changes.flatMap(({ ts, told }) => (told === null ? [] : [ts + told]))]
  const inOrder = changes.toSorted((a, b) => a.ts - b.ts)
  let state = atFirst(life)
  let done = 0
  for (const ts of moments.sort((a, b) => a - b)) {
    while (done < inOrder.length && inOrder[done]!.ts <= ts) state = inOrder[done++]!.apply(state)
    const { version, build } = builds[buildAt(life, ts)]!
    life.wire.add({
      kind: 'posture',
      ts: Math.floor(ts),
      device: person.index,
      osVersion: version,
      osBuild: build,
      passcode: state.passcode,
      lockdownMode: state.lockdown,
      supervised: person.supervised,
      profiles: state.profiles,
      certificates: state.certificates.map((commonName) => ({
        commonName,
        identity: commonName.endsWith('identity'),
        der: Buffer.from(`simulated certificate of ${commonName}`).toString('base64'),
      })),
      apps: installedApps(life, ts),
    })
  }
}
