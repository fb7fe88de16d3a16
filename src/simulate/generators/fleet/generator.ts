// The first generator of fleets: each mechanism that makes traffic, crashes and answers has its own rhythm.
import { openRandom } from '../../random.ts'
import type { Device, FleetOptions, Generator, Truth, WorldEvent } from '../../world.ts'
import { background } from './background.ts'
import { makeCatalogue } from './catalogue.ts'
import { benignCrashes, benignRestarts } from './crashes.ts'
import { dayLength, iso } from './draw.ts'
import { foreground } from './foreground.ts'
import { addressesOf } from './leases.ts'
import { type Fleet, type Life, openLife } from './life.ts'
import { office } from './office.ts'
import { makeDays, makeDevice, makePerson } from './people.ts'
import { makePlans, type Plan, play } from './plan.ts'
import { answers, benignChanges } from './posture.ts'
import { questionsFor } from './resolve.ts'
import { service } from './services.ts'
import { awaysOf, bookOf, makeWaves, tripOf, wavesTruth } from './waves.ts'
import { openWire } from './wire.ts'

function openFleet(options: FleetOptions): Fleet {
  const catalogue = makeCatalogue(options.seed)
  return {
    options,
    catalogue,
    waves: makeWaves(options, catalogue),
    end: options.start + options.days * dayLength,
  }
}

/** Everything ordinary that a device does. */
function live(life: Life): void {
  const random = life.stream('traffic')
  for (const day of life.days) {
    background(life, day, random)
    foreground(life, day, random)
    office(life, day, random)
  }
  if (life.person.service !== null) service(life, life.person.service, life.stream('service-beats'))
}

function makeLife(fleet: Fleet, index: number): Life {
  const { options, waves, end } = fleet
  const person = makePerson(options, fleet.catalogue, index)
  const aways = awaysOf(options, waves, index)
  const random = openRandom(options.seed, `wire/${index}`)
  const wire = openWire(random, index, options.start, end, options.rates.failures, bookOf(waves))
  return openLife(fleet, person, makeDays(options, person, aways), wire, aways)
}

/** The events of one device in order of time, and what is true of them. */
function deviceEvents(made: Fleet, index: number, plans: readonly Plan[]): { events: WorldEvent[]; truth: Truth[] } {
  const life = makeLife(made, index)
  const played = plans.map((plan) => play(life, plan))
  live(life)
  benignCrashes(life, life.stream('crashes'))
  benignRestarts(life, life.stream('restarts'))
  benignChanges(life, life.stream('changes'))
  answers(life, life.stream('answers'))
  const inOrder = (a: WorldEvent, b: WorldEvent): number => a.ts - b.ts
  const events = [...life.wire.events, ...played.flatMap(({ events: own }) => own)].sort(inOrder)
  const questions = life.person.doh ? [] : questionsFor(life.stream('questions'), events, made.options.start)
  for (const question of questions) events.push(question)
  return { events: events.sort(inOrder), truth: played.map(({ truth }) => truth) }
}

function tripTruth(fleet: Fleet, device: Device, index: number): Truth[] {
  const trip = tripOf(fleet.options, index)
  if (trip === null) return []
  return [
    {
      id: `confounder-travel-${device.name}`,
      kind: 'confounder',
      scenario: 'travel',
      device: device.name,
      start: iso(trip.from),
      end: iso(Math.min(trip.to, fleet.end - 1)),
      effect: null,
      hosts: [],
      notes: {},
    },
  ]
}

export const fleet: Generator = {
  id: 'fleet',
  title: 'people, apps and a company by independent mechanisms, with attacks, decoys and waves',
  async generate(options, begin, out) {
    const made = openFleet(options)
    const devices = Array.from({ length: options.devices }, (_, index) => makeDevice(options.seed, index))
    await begin(devices)
    const plans = makePlans(made)
    const truth: Truth[] = []
    for (const [index, device] of devices.entries()) {
      // addresses first: whoever writes contacts needs to know them
      for (const event of addressesOf(options, index, awaysOf(options, made.waves, index))) await out(event)
      const { events, truth: own } = deviceEvents(made, index, plans.get(index) ?? [])
      for (const event of events) {
        const wait = out(event)
        if (wait !== undefined) await wait
      }
      truth.push(...own, ...tripTruth(made, device, index))
    }
    return [...truth, ...wavesTruth(made.waves, made.end)]
  },
}
