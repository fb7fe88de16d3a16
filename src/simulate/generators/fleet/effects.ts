// What an attack does to the device itself: a crash, a restart, a change of its security.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import type { CrashClass, Truth } from '../../world.ts'
import { addAppCrash, addDaemonCrash, addRestart, daemons, hasTagging, panicText } from './crashes.ts'
import { between, minute, weighted } from './draw.ts'
import { appsAt, type Life, type Security } from './life.ts'
import type { Scenario } from './plan.ts'
import { makeProfile } from './posture.ts'

export type EffectKind = 'crash' | 'posture' | 'reset'

/** Who reads what the attacker sent. */
const readers: Record<Scenario, readonly (readonly [string, number])[]> = {
  zero_click: [
    ['imagent', 20],
    ['IMTransferAgent', 18],
    ['MessagesBlastDoorService', 22],
    ['IMTranscoderAgent', 10],
    ['mediaserverd', 10],
    ['identityservicesd', 8],
    ['homed', 6],
    ['passd', 6],
  ],
  drive_by: [
    ['com.apple.WebKit.WebContent', 60],
    ['com.apple.WebKit.GPU', 20],
    ['com.apple.WebKit.Networking', 20],
  ],
  slow_channel: [
    ['nsurlsessiond', 20],
    ['SpringBoard', 15],
    ['backboardd', 12],
    ['locationd', 15],
    ['mediaserverd', 15],
    ['dasd', 12],
    ['bluetoothd', 11],
  ],
  lateral: [
    ['sharingd', 30],
    ['rapportd', 25],
    ['wifid', 15],
    ['mDNSResponder', 15],
    ['nsurlsessiond', 15],
  ],
  dns_tunnel: [
    ['mDNSResponder', 35],
    ['wifid', 20],
    ['nsurlsessiond', 25],
    ['locationd', 20],
  ],
}

const oddClass = (life: Life, random: Random): CrashClass =>
  weighted<CrashClass>(random, [
    ['wild', 30],
    ['protection', 24],
    ['pac', 22],
    ['outside', 14],
    ['mte', hasTagging(life) ? 40 : 0],
  ])

/** A crash of what the attack went through. One of three ordinary ones is of any daemon, as if by chance. */
export function attackCrash(
  life: Life,
  scenario: Scenario,
  ordinary: boolean,
  ts: Micros,
  random: Random,
): Truth['notes'] {
  const kind = ordinary
    ? weighted<CrashClass>(random, [
        ['abort', 62],
        ['null', 38],
      ])
    : oddClass(life, random)
  const process = weighted(random, ordinary && random.chance(0.3) ? daemons : readers[scenario])
  addDaemonCrash(life, ts, process, kind)
  return { effect: 'crash', class: kind, process }
}

export function oddAppCrash(life: Life, ts: Micros, random: Random): Truth['notes'] {
  const app = random.pick(appsAt(life, ts).filter(({ firstParty }) => !firstParty))
  const kind = oddClass(life, random)
  addAppCrash(life, ts, app, kind)
  return { effect: 'crash', class: kind, process: app.process }
}

export function restart(life: Life, ts: Micros, random: Random): Truth['notes'] {
  const kind = random.chance(0.55) ? 'force_reset' : 'panic'
  addRestart(life, kind, ts, '', kind === 'panic' ? panicText(random) : '')
  return { effect: kind }
}

/** A change that management did not make; the device tells of it within minutes. */
export function securityChange(life: Life, ts: Micros, random: Random): Truth['notes'] {
  const push = (apply: (s: Security) => Security): void => {
    life.changes.push({ ts, told: between(random, 1, 10) * minute, apply })
  }
  const how = random.pick(['profile', 'profile', 'certificate', 'passcode', 'lockdown'] as const)
  // what is not on cannot be switched off
  if (how === 'passcode' && life.person.passcode) {
    push((s) => ({ ...s, passcode: false }))
    return { effect: 'posture', change: how }
  }
  if (how === 'lockdown' && life.person.lockdown) {
    push((s) => ({ ...s, lockdown: false }))
    return { effect: 'posture', change: how }
  }
  const [name, payloads] = random.pick([
    ['Security Update', ['com.apple.security.root', 'com.apple.vpn.managed']],
    ['Network Settings', ['com.apple.proxy.http.global', 'com.apple.security.root']],
    ['Carrier Profile', ['com.apple.vpn.managed']],
    ['Device Services', ['com.apple.security.root']],
  ] as const)
  const profile = makeProfile(random, name, payloads)
  const root = how === 'certificate' || payloads.some((type) => type === 'com.apple.security.root')
  push((s) => ({
    ...s,
    profiles: how === 'certificate' ? s.profiles : [...s.profiles, profile],
    certificates: root ? [...s.certificates, `${profile.organization} CA`] : s.certificates,
  }))
  return { effect: 'posture', change: how === 'certificate' ? how : 'profile' }
}

export function takeEffect(
  life: Life,
  scenario: Scenario,
  kind: EffectKind,
  ordinary: boolean,
  ts: Micros,
  random: Random,
): Truth['notes'] {
  if (kind === 'crash') return attackCrash(life, scenario, ordinary, ts, random)
  return kind === 'reset' ? restart(life, ts, random) : securityChange(life, ts, random)
}
