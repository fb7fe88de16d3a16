// Writes one incident into the story of its device, and its line of truth.
import type { Random } from '../../random.ts'
import type { Truth } from '../../world.ts'
import { content, courier } from './catalog.ts'
import { iso } from './confounders.ts'
import { addEffect } from './effects.ts'
import { behave, type Trace } from './implant.ts'
import type { Incident } from './incidents.ts'
import { logNormal } from './points.ts'
import type { Scene } from './scene.ts'

const day = 86_400

/** Seconds from cause to effect or from effect to first contact: minutes to hours, below six hours. */
function lagOf(random: Random): number {
  for (;;) {
    const lag = logNormal(random, 2400, 1.1)
    if (lag > 60 && lag < 5.9 * 3600) return lag
  }
}

export function enact(scene: Scene, incident: Incident): Truth {
  return incident.kind === 'attack' ? attack(scene, incident) : decoy(scene, incident)
}

function attack(scene: Scene, incident: Incident): Truth {
  const random = scene.random('attack')
  const lag = Math.min(lagOf(random), 0.4 * (scene.end - incident.s))
  const from = startOf(scene, incident)
  if (incident.effectFirst) {
    if (incident.scenario === 'zero_click') arrive(scene, random, from)
    const facts = addEffect(scene, random, incident, from)
    const trace = behave(scene, random, incident, from + lag)
    return told(scene, incident, Math.max(0, from - 300), from, trace, facts)
  }
  const trace = behave(scene, random, incident, from)
  // mostly after the first contact, at times after a later one
  const early = trace.times.filter((s) => s < Math.min(from + 2 * day, scene.end - lag - 60))
  const cause = incident.scenario === 'drive_by' || random.chance(0.7) || early.length === 0 ? from : random.pick(early)
  const effect = cause + lag
  return told(scene, incident, from, effect, trace, addEffect(scene, random, incident, effect))
}

/** A page is opened by a person: at the next time of use. The others come at any hour. */
function startOf(scene: Scene, { like, s }: Incident): number {
  if (like !== 'drive_by') return s
  for (let t = s; t < Math.min(s + 0.7 * day, 0.95 * scene.end); t += 300)
    if (scene.activity.state(t) === 2) return t + (s % 300)
  return s
}

/** The message with the exploit: push and content of Apple, as any other. */
function arrive(scene: Scene, random: Random, effect: number): void {
  for (let n = random.whole(1, 4); n > 0; n--) scene.meet(random, effect - 90 * random.exponential(), content)
  scene.meet(random, effect - 100, courier(scene.persona.partition)[0]!, { duration: 3600 })
}

function decoy(scene: Scene, incident: Incident): Truth {
  const random = scene.random('decoy')
  const s = startOf(scene, incident)
  switch (incident.scenario) {
    case 'crash_alone': {
      // no effect of chance beside it
      scene.quiet.push([s - day, s + day])
      return told(scene, incident, s, s, undefined, addEffect(scene, random, incident, s))
    }
    case 'wrong_order': {
      // the contact comes days later, and is over soon
      const room = Math.max(1.05 * day, scene.end - s - 3 * 3600)
      const at = Math.min(s + 1.1 * day + 2 * day * random.next(), s + room)
      scene.quiet.push([s - day, scene.end])
      const facts = addEffect(scene, random, incident, s)
      return told(scene, incident, s, s, behave(scene, random, incident, at, 3 * day), facts)
    }
    case 'outside_window': {
      const trace = behave(scene, random, incident, s, 2 * 3600)
      const effect = Math.min(trace.last + day * (1.05 + 1.5 * random.next()), scene.end - 60)
      scene.quiet.push([s - day, scene.end])
      // a fleet of few days has no room for the effect
      if (effect - trace.last < day) return told(scene, incident, s, s, trace, {}, false)
      return told(scene, incident, s, effect, trace, addEffect(scene, random, incident, effect))
    }
    default: {
      const trace = behave(scene, random, incident, s)
      scene.quiet.push([s - day, trace.last + day])
      return told(scene, incident, s, s, trace, {}, false)
    }
  }
}

/** One line of truth. Effect and trace are both within the fleet, or are left out. */
function told(
  scene: Scene,
  incident: Incident,
  from: number,
  effect: number,
  trace: Trace | undefined,
  facts: Record<string, string | number>,
  hasEffect = true,
): Truth {
  const { persona, options, end } = scene
  const last = Math.max(trace && trace.times.length > 0 ? trace.last : from, hasEffect ? effect : from)
  return {
    id: `${incident.kind}-${incident.scenario}-${persona.device.name}`,
    kind: incident.kind,
    scenario: incident.scenario,
    device: persona.device.name,
    start: iso(options, from),
    end: iso(options, Math.min(end - 1, last)),
    effect: hasEffect ? iso(options, effect) : null,
    hosts: trace ? [...trace.hosts] : [],
    notes: {
      ...(incident.kind === 'decoy' ? { like: incident.like } : {}),
      ...(hasEffect ? { effect: incident.effect, effectFirst: incident.effectFirst } : {}),
      ordinary: hasEffect && incident.effect === 'crash' && incident.ordinary,
      hidden: trace !== undefined && incident.hidden,
      managed: persona.managed,
      ...facts,
      ...trace?.notes,
    },
  }
}
