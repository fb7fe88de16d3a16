// What has one half of an attack, or both halves in an order or at a distance that no attack has.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import { hour, logNormal, logUniform, minute, second } from './draw.ts'
import { attackCrash, oddAppCrash, restart, securityChange } from './effects.ts'
import { callHome, makeMaster, moveInside, nameOf, sendHome, speak, tunnel, tunnelDomain } from './implant.ts'
import { type Life, sessionAfter } from './life.ts'
import type { DecoyKind, Plan, Story } from './plan.ts'

type Decoy = Plan & { readonly scenario: DecoyKind }

/** What an implant would do, of any sort. Returns the names. */
function behave(life: Life, plan: Decoy, from: Micros, random: Random): string[] {
  const way = random.next()
  if (way < 0.15) return moveInside(life, from, plan.hidden, logUniform(random, 0.2, 12) * hour, random)
  if (way < 0.3) {
    const domain = tunnelDomain(life, plan.hidden, random)
    tunnel(life, domain, from, random)
    return [domain]
  }
  const master = makeMaster(life, plan.hidden, random)
  if (way < 0.65) sendHome(life, master, from, '', random)
  else callHome(life, master, from, '', random)
  return [nameOf(master)]
}

/** An unremarkable day around it: nothing crashes or changes by chance. */
const keepQuiet = (life: Life, from: Micros, to: Micros): void => {
  life.quiet.push({ from: from - 7 * hour, to: to + 7 * hour })
}

const away = (from: Micros, to: Micros): Readonly<Record<string, number>> => ({ gap: Math.round((to - from) / second) })

const players: Record<DecoyKind, (life: Life, plan: Decoy, random: Random) => Story> = {
  network_alone(life, plan, random) {
    const { from } = sessionAfter(life, plan.at)
    keepQuiet(life, from, from + 24 * hour)
    return { effect: null, hosts: behave(life, plan, from, random), notes: {} }
  },
  crash_alone(life, plan, random) {
    const scenario = random.pick(['zero_click', 'zero_click', 'drive_by', 'slow_channel'] as const)
    // pages crash while somebody looks at them
    const ts = scenario === 'drive_by' ? sessionAfter(life, plan.at).from + minute : plan.at
    keepQuiet(life, ts, ts)
    return { effect: ts, hosts: [], notes: attackCrash(life, scenario, false, ts, random) }
  },
  // the effect is of a kind that does not bring the contact: no message was read there
  wrong_order(life, plan, random) {
    const { from } = sessionAfter(life, plan.at)
    const how = random.next()
    const notes =
      how < 0.6
        ? oddAppCrash(life, from, random)
        : how < 0.8
          ? restart(life, from, random)
          : securityChange(life, from, random)
    const contact = from + logUniform(random, 25 * minute, 5.5 * hour)
    keepQuiet(life, from, contact)
    return { effect: from, hosts: behave(life, plan, contact, random), notes: { ...notes, ...away(from, contact) } }
  },
  outside_window(life, plan, random) {
    const { from } = sessionAfter(life, plan.at)
    const master = makeMaster(life, plan.hidden, random)
    // all of it ends long before the effect
    const upload = logUniform(random, 150_000, 40e6)
    const parts = random.whole(3, 12)
    for (let i = 0; i < parts; i++)
      speak(
        life,
        master,
        from + (i === 0 ? 0 : random.next() * 50 * minute),
        (upload / parts) * logNormal(random, 1, 0.5),
        4_000,
        '',
      )
    const effect = from + logUniform(random, 7.5, 40) * hour
    keepQuiet(life, from, from + hour)
    const scenario = random.pick(['drive_by', 'slow_channel', 'slow_channel'] as const)
    const notes = attackCrash(life, scenario, false, effect, random)
    return { effect, hosts: [nameOf(master)], notes: { ...notes, ...away(from, effect) } }
  },
}

export const playDecoy = (life: Life, plan: Decoy, random: Random): Story => players[plan.scenario](life, plan, random)
