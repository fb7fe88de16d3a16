// Fleets made of agents: people with diaries, phones that sleep and wake, apps, a company, and attackers with habits.
// Nothing here knows what detects.
import type { Generator, Truth } from '../../world.ts'
import { attack } from './attacks.ts'
import { day, iso } from './clock.ts'
import { crashByChance } from './crashes.ts'
import { decoy } from './decoys.ts'
import { live } from './live.ts'
import { makeDevice, makePhone, settle, tellAddresses } from './phone.ts'
import { makePlan } from './plan.ts'
import { answer, planCheckins } from './posture.ts'
import { useServices } from './services.ts'

export const agents: Generator = {
  id: 'agents',
  title: 'Agents: people with diaries, phones that sleep and wake, attackers with habits',
  async generate(options, begin, out) {
    const plan = makePlan(options)
    const truth: Truth[] = [...plan.truth]
    const devices = Array.from({ length: options.devices }, (_, index) => makeDevice(plan, index))
    await begin(devices)
    for (const [index, device] of devices.entries()) {
      const phone = makePhone(plan, index, device)
      tellAddresses(phone)
      live(phone)
      settle(phone)
      useServices(phone)
      planCheckins(phone)
      const campaign = plan.campaigns.get(index)
      const told = !campaign
        ? null
        : campaign.id.startsWith('agents-attack')
          ? attack(phone, campaign)
          : decoy(phone, campaign)
      if (told) truth.push(told)
      const { trip } = phone.person
      if (trip) {
        const start = options.start + trip.first * day
        const end = Math.min(plan.end, options.start + (trip.last + 1) * day)
        truth.push({
          id: `agents-travel-${index + 1}`,
          kind: 'confounder',
          scenario: 'travel',
          device: device.name,
          start: iso(start),
          end: iso(end),
          effect: null,
          hosts: [],
          notes: { region: trip.region },
        })
      }
      crashByChance(phone)
      answer(phone)
      phone.events.sort((a, b) => a.ts - b.ts)
      for (const event of phone.events) {
        if (event.ts < options.start || event.ts >= plan.end) continue
        const wait = out(event)
        if (wait) await wait
      }
    }
    return truth
  },
}
