// Fleets by superposed stochastic point processes: nobody acts, rates do.
import type { Contact, FleetOptions, Generator, Truth, WorldOut } from '../../world.ts'
import { iso, openHappenings } from './confounders.ts'
import { enact } from './enact.ts'
import { addFaults } from './faults.ts'
import { openApps, openOrg, openPersona } from './fleet.ts'
import { drawIncidents } from './incidents.ts'
import { addInside } from './inside.ts'
import { addLookups } from './lookups.ts'
import { addPostures } from './posture.ts'
import { addNewApp, addPrivateServices } from './private.ts'
import { openKitchen } from './restaurant.ts'
import { openScene, type Scene } from './scene.ts'
import { addTraffic } from './traffic.ts'

function tripOf(scene: Scene, options: FleetOptions): Truth[] {
  const { device, index } = scene.persona
  const trip = scene.happenings.trip(index)
  if (!trip) return []
  return [
    {
      id: `confounder-travel-${device.name}`,
      kind: 'confounder',
      scenario: 'travel',
      device: device.name,
      start: iso(options, trip.from),
      end: iso(options, trip.to),
      effect: null,
      hosts: [],
      notes: { zone: trip.zone },
    },
  ]
}

async function generate(
  options: FleetOptions,
  begin: Parameters<Generator['generate']>[1],
  out: WorldOut,
): Promise<Truth[]> {
  const { seed, devices } = options
  const org = openOrg(seed)
  const apps = openApps(seed)
  const kitchen = openKitchen(seed)
  const happenings = openHappenings(options, org, apps)
  const personas = Array.from({ length: devices }, (_, index) => openPersona(options, apps, index))
  await begin(personas.map((persona) => persona.device))
  const incidents = drawIncidents(options, personas)
  const truths: Truth[] = [...happenings.truths]
  for (const persona of personas) {
    const scene = openScene(options, org, kitchen, happenings, persona)
    truths.push(...tripOf(scene, options))
    const incident = incidents.get(persona.index)
    // first: a decoy says when nothing else may crash
    if (incident) truths.push(enact(scene, incident))
    addTraffic(scene)
    addInside(scene)
    addPrivateServices(scene)
    truths.push(...addNewApp(scene))
    addFaults(scene)
    addPostures(scene)
    const contacts = scene.events.filter((event): event is Contact => event.kind === 'contact')
    addLookups(
      scene,
      contacts.sort((a, b) => a.ts - b.ts),
    )
    for (const { s, address } of happenings.addresses(persona.index)) {
      scene.events.push({ kind: 'address', ts: scene.time(s), device: persona.index, address })
    }
    for (const event of scene.events.sort((a, b) => a.ts - b.ts)) {
      const waiting = out(event)
      if (waiting) await waiting
    }
  }
  return truths
}

export const processes: Generator = {
  id: 'processes',
  title: 'Superposed point processes: renewal, Hawkes, Markov-modulated, Pitman–Yor names',
  generate,
}
