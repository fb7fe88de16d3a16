// What a device answers to its management server, about once a day, and what changes it.
import { openRandom } from '../../random.ts'
import type { Posture } from '../../world.ts'
import { versionOf } from './faults.ts'
import { certificate, ownProfile } from './fleet.ts'
import { isCalm, type Scene, type State, setPasscode } from './scene.ts'

const day = 86_400

/** Changes that owners and administrators make. */
function addHarmlessChanges(scene: Scene): void {
  const random = scene.random('changes')
  const { persona, happenings, end, org, activity } = scene
  const weeks = end / (7 * day)
  const moment = (): number => activity.at(random.next() * activity.total)
  // what might be taken for an effect keeps clear of decoys
  const rarely = (aWeek: number): number[] =>
    Array.from({ length: random.poisson(aWeek * weeks) }, moment).filter((s) => isCalm(scene, s))
  for (const s of rarely(0.02)) {
    const added = ownProfile(random)
    scene.changes.push({ s, apply: (state) => state.profiles.push(added) })
  }
  for (const s of rarely(0.006)) {
    const added = certificate(random, `${persona.device.user} test CA`, false)
    scene.changes.push({ s, apply: (state) => state.certificates.push(added) })
  }
  for (const s of rarely(0.006)) {
    scene.changes.push({ s, apply: (state) => setPasscode(state, false) })
    scene.changes.push({ s: s + day * random.next(), apply: (state) => setPasscode(state, true) })
  }
  // apps are updated all the time, mostly at night
  for (let n = random.poisson(4 * weeks); n > 0; n--) {
    const { bundle } = random.pick(persona.apps)
    const version = `${random.whole(1, 30)}.${random.whole(0, 20)}.${random.whole(0, 9)}`
    scene.changes.push({ s: random.next() * end, apply: (state) => setVersion(state, bundle, version) })
  }
  const { wave, rollout } = happenings
  scene.changes.push({
    s: wave.s + 0.2 * day * random.exponential(),
    apply: (state) => setVersion(state, wave.app.bundle, wave.version),
  })
  if (persona.managed) {
    const root = certificate(openRandom(scene.options.seed, 'rollout'), `${org.name} Baseline CA`, false)
    scene.changes.push({
      s: rollout.s + 0.3 * day * random.exponential(),
      apply: (state) => {
        state.profiles.push(rollout.profile)
        if (rollout.profile.payloads[0] === 'com.apple.security.root') state.certificates.push(root)
      },
    })
  }
  const updated = happenings.updatedAt(persona)
  if (Number.isFinite(updated)) {
    const { version, build } = persona.newest
    scene.changes.push({
      s: updated,
      apply: (state) => void Object.assign(state, { osVersion: version, osBuild: build }),
    })
  }
}

function setVersion(state: State, identifier: string, version: string): void {
  state.apps = state.apps.map((app) => (app.identifier === identifier ? { ...app, version } : app))
}

function firstState(scene: Scene): State {
  const random = scene.random('state')
  const { persona, org } = scene
  return {
    osVersion: persona.build.version,
    osBuild: persona.build.build,
    passcode: random.chance(0.995),
    lockdownMode: persona.lockdown,
    supervised: persona.supervised,
    profiles: [...org.baseline, ...(persona.own ? [persona.own] : [])],
    certificates: [org.root, certificate(random, persona.device.user, true)],
    apps: persona.apps.map((app, i) => ({
      identifier: app.bundle,
      name: app.name,
      version: versionOf(app.bundle),
      managed: i % 7 === 0,
    })),
  }
}

/** Writes the answers; call it last, when all changes are known. */
export function addPostures(scene: Scene): void {
  addHarmlessChanges(scene)
  const { persona, end } = scene
  if (!persona.managed) return
  const random = scene.random('postures')
  const times: number[] = []
  const hour = random.next() * day
  for (let k = 0; k * day < end; k++) if (random.chance(0.95)) times.push(k * day + hour + 5000 * random.normal())
  // declarative management reports the change of a profile or a passcode at once; apps wait for the daily question
  const changes = scene.changes.filter((change) => change.s < end).sort((a, b) => a.s - b.s)
  if (persona.prompt)
    for (const { s } of changes) if (random.chance(0.8)) times.push(s + 30 + 500 * random.exponential())
  let state = firstState(scene)
  let next = 0
  let last = -1
  for (const s of times.sort((a, b) => a - b)) {
    if (s < 0 || s >= end) continue
    const changed = next
    while (next < changes.length && changes[next]!.s <= s) {
      // lists are copied, so that earlier answers keep theirs
      state = { ...state, profiles: [...state.profiles], certificates: [...state.certificates], apps: [...state.apps] }
      changes[next++]!.apply(state)
    }
    // several changes within minutes give one report
    if (next === changed && s - last < 600) continue
    last = s
    const answer: Posture = { kind: 'posture', ts: scene.time(s), device: persona.index, ...state }
    scene.events.push(answer)
  }
}
