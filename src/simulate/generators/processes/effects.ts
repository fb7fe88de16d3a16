// What an exploit leaves: a crash, a reset, a change of the security context.
import type { Random } from '../../random.ts'
import { daemons } from './catalog.ts'
import { addCrash, addRestart, drawExploited, drawOrdinary, panicText, versionOf } from './faults.ts'
import { certificate, profile } from './fleet.ts'
import type { Incident } from './incidents.ts'
import { drawIndex } from './points.ts'
import { type Scene, setPasscode } from './scene.ts'
import { label } from './words.ts'

/** Processes that take what comes over messages, by published cases (FORCEDENTRY, PWNYOURHOME, BLASTPASS). */
const messaging = [
  'imagent',
  'IMTransferAgent',
  'MessagesBlastDoorService',
  'IMTranscoderAgent',
  'homed',
  'callservicesd',
  'identityservicesd',
]
const web = [
  'com.apple.WebKit.WebContent',
  'com.apple.WebKit.WebContent',
  'com.apple.WebKit.GPU',
  'com.apple.WebKit.Networking',
]

/** Adds the effect at this second and says what it was. */
export function addEffect(
  scene: Scene,
  random: Random,
  incident: Incident,
  s: number,
): Record<string, string | number> {
  const { persona } = scene
  switch (incident.effect) {
    case 'crash': {
      const { like } = incident
      const inApp = like !== 'zero_click' && like !== 'drive_by' && random.chance(0.25)
      const app = persona.apps[drawIndex(random, persona.taste)]!
      const list =
        like === 'zero_click'
          ? messaging
          : like === 'drive_by'
            ? web
            : random.chance(0.5)
              ? daemons
              : [...messaging, ...web]
      const process = inApp ? app.process : random.pick(list)
      const draw = (): ReturnType<typeof drawOrdinary> =>
        incident.ordinary ? drawOrdinary(random) : drawExploited(random, persona.tagging)
      const kind = draw()
      const again = (t: number): boolean =>
        addCrash(scene, random, t, process, draw(), inApp ? app.bundle : '', inApp ? versionOf(app.bundle) : '')
      addCrash(scene, random, s, process, kind, inApp ? app.bundle : '', inApp ? versionOf(app.bundle) : '')
      // exploits fail and are tried again
      let tries = 1
      for (let t = s; random.chance(0.35) && tries < 5; tries++) {
        t += 20 + 500 * random.exponential()
        if (!again(t)) break
      }
      return { process, class: kind, tries }
    }
    case 'watchdog': {
      const app = persona.apps[drawIndex(random, persona.taste)]!
      addCrash(scene, random, s, app.process, 'watchdog', app.bundle, versionOf(app.bundle))
      return { process: app.process }
    }
    case 'jetsam': {
      const process = random.pick(daemons)
      addRestart(scene, s, 'jetsam', process, '')
      return { process }
    }
    case 'panic':
      addRestart(scene, s, 'panic', '', panicText(random))
      return {}
    case 'force_reset':
      addRestart(scene, s, 'force_reset', '', '')
      return {}
    case 'passcode':
      scene.changes.push({ s, apply: (state) => setPasscode(state, false) })
      return {}
    case 'certificate': {
      const added = certificate(random, `${label(random)} CA`, false)
      scene.changes.push({ s, apply: (state) => state.certificates.push(added) })
      return { commonName: added.commonName }
    }
    case 'profile': {
      const maker = label(random)
      const payload = random.pick([
        'com.apple.security.root',
        'com.apple.vpn.managed',
        'com.apple.dnsSettings.managed',
        'com.apple.mdm',
        'com.apple.proxy.http.global',
      ])
      const added = profile(
        random,
        `com.${maker.replace(/[^a-z0-9]/g, '')}.${random.hex(4)}`,
        random.pick(['Network Settings', 'Wi-Fi', 'Carrier Update', 'Security']),
        maker,
        false,
        [payload],
      )
      scene.changes.push({ s, apply: (state) => state.profiles.push(added) })
      return { profile: added.identifier }
    }
  }
}
