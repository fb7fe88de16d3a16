// The five attacks. A message comes by Apple’s own push, so the crash is the first that is seen; of the others it is
// the contact, and the effect follows within six hours.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import { hour, logNormal, logUniform, minute, second } from './draw.ts'
import { attackCrash, type EffectKind, takeEffect } from './effects.ts'
import { callHome, makeMaster, moveInside, nameOf, sendHome, speak, tunnel, tunnelDomain } from './implant.ts'
import { appsAt, type Life, sessionAfter } from './life.ts'
import type { Plan, Scenario, Story } from './plan.ts'

type Attack = Plan & { readonly scenario: Scenario; readonly effect: EffectKind }

/** µs from the first contact to the effect: minutes to less than six hours. */
const gapOf = (random: Random): number => logUniform(random, 2 * minute, 5.8 * hour)

function zeroClick(life: Life, plan: Attack, at: Micros, random: Random): Story {
  const notes = takeEffect(life, plan.scenario, plan.effect, plan.ordinary, at, random)
  // a failed first attempt is tried again
  if (plan.effect === 'crash' && random.chance(0.3))
    attackCrash(life, plan.scenario, plan.ordinary, at + logUniform(random, 5 * second, 6 * minute), random)
  const gap = logUniform(random, 3 * minute, 5.5 * hour)
  const master = makeMaster(life, plan.hidden, random)
  const sent = sendHome(life, master, at + gap, '', random)
  return { effect: at, hosts: [nameOf(master)], notes: { ...notes, ...sent, gap: Math.round(gap / second) } }
}

function driveBy(life: Life, plan: Attack, at: Micros, random: Random): Story {
  const { from } = sessionAfter(life, at)
  const chats = appsAt(life, from).filter(({ style }) => style === 'chat')
  const app = random.chance(0.65) || chats.length === 0 ? 'com.apple.mobilesafari' : random.pick(chats).bundle
  const first = from + random.exponential() * minute
  const page = makeMaster(life, plan.hidden, random)
  const master = random.chance(0.5) ? page : makeMaster(life, plan.hidden, random)
  for (let i = random.whole(2, 5); i > 0; i--) {
    const { host, address, port } = page
    life.wire.talk({
      ts: i === 2 ? first : first + random.exponential() * 3 * second,
      app,
      host,
      ...(address === undefined ? {} : { address }),
      port,
      up: logNormal(random, 2_500, 0.5),
      down: logNormal(random, 140_000, 1),
      byUser: true,
    })
  }
  const gap = gapOf(random)
  const notes = takeEffect(life, plan.scenario, plan.effect, plan.ordinary, first + gap, random)
  const inside = random.chance(0.7) ? '' : app
  const sent = sendHome(life, master, first + logUniform(random, 20 * second, 40 * minute), inside, random)
  return {
    effect: first + gap,
    hosts: [...new Set([nameOf(page), nameOf(master)])],
    notes: { ...notes, ...sent, gap: Math.round(gap / second) },
  }
}

function slowChannel(life: Life, plan: Attack, at: Micros, random: Random): Story {
  const { from } = sessionAfter(life, at)
  const master = makeMaster(life, plan.hidden, random)
  const others = appsAt(life, from).filter(({ firstParty }) => !firstParty)
  const app = random.chance(0.7) ? '' : random.pick(others).bundle
  const called = callHome(life, master, from, app, random)
  const gap = gapOf(random)
  const notes = takeEffect(life, plan.scenario, plan.effect, plan.ordinary, from + gap, random)
  return { effect: from + gap, hosts: [nameOf(master)], notes: { ...notes, ...called, gap: Math.round(gap / second) } }
}

function lateral(life: Life, plan: Attack, at: Micros, random: Random): Story {
  const { from } = sessionAfter(life, at)
  const hosts: string[] = []
  let moves = from
  if (random.chance(0.6)) {
    const master = makeMaster(life, plan.hidden, random)
    hosts.push(nameOf(master))
    speak(life, master, from, 2_000, logUniform(random, 50_000, 5e6), '')
    for (let i = random.whole(2, 12); i > 0; i--)
      speak(life, master, from + random.next() * 8 * hour, logUniform(random, 1_000, 400_000), 3_000, '')
    moves = from + logUniform(random, 2, 40) * minute
  }
  const lasts = logUniform(random, 0.2, 12) * hour
  hosts.push(...moveInside(life, moves, plan.hidden, lasts, random))
  const gap = gapOf(random)
  const notes = takeEffect(life, plan.scenario, plan.effect, plan.ordinary, from + gap, random)
  return { effect: from + gap, hosts, notes: { ...notes, targets: hosts.length, gap: Math.round(gap / second) } }
}

function dnsTunnel(life: Life, plan: Attack, at: Micros, random: Random): Story {
  const domain = tunnelDomain(life, plan.hidden, random)
  const sent = tunnel(life, domain, at, random)
  const gap = gapOf(random)
  const notes = takeEffect(life, plan.scenario, plan.effect, plan.ordinary, at + gap, random)
  return { effect: at + gap, hosts: [domain], notes: { ...notes, ...sent, gap: Math.round(gap / second) } }
}

const players = {
  zero_click: zeroClick,
  drive_by: driveBy,
  slow_channel: slowChannel,
  lateral,
  dns_tunnel: dnsTunnel,
}

export const playScenario = (life: Life, plan: Attack, at: Micros, random: Random): Story =>
  players[plan.scenario](life, plan, Math.floor(at), random)
