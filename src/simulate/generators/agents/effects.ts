// What an attack leaves on the phone besides traffic: a crash near the way in, or a change of the security context.
import type { Micros } from '../../../model/index.ts'
import type { Random } from '../../random.ts'
import type { CrashClass } from '../../world.ts'
import { type App, catalogue } from './catalogue.ts'
import { hour, iso, minute, second } from './clock.ts'
import { putCrash, putRestart } from './crashes.ts'
import type { Phone } from './phone.ts'
import { addCertificate, addProfile, certificate, setPasscode } from './posture.ts'
import { domainOf } from './words.ts'

export type Way = 'messages' | 'web' | 'mail' | 'whatsapp' | 'call' | 'pictures'
export type Effect = 'crash' | 'watchdog' | 'jetsam' | 'force_reset' | 'profile' | 'certificate' | 'passcode'

const processes: Readonly<Record<Way, readonly string[]>> = {
  messages: ['imagent', 'IMTransferAgent', 'MessagesBlastDoorService', 'MobileSMS', 'IMDPersistenceAgent'],
  web: [
    'com.apple.WebKit.WebContent',
    'com.apple.WebKit.WebContent',
    'com.apple.WebKit.GPU',
    'com.apple.WebKit.Networking',
  ],
  mail: ['maild', 'MobileMail', 'com.apple.WebKit.WebContent'],
  whatsapp: ['WhatsApp', 'WhatsAppServiceExtension'],
  call: ['callservicesd', 'avconferenced', 'mediaserverd', 'identityservicesd'],
  pictures: ['mediaanalysisd', 'photoanalysisd', 'mediaserverd', 'assetsd'],
}

export const appOf: Readonly<Record<Way, string>> = {
  messages: 'com.apple.MobileSMS',
  web: 'com.apple.mobilesafari',
  mail: 'com.apple.mobilemail',
  whatsapp: 'net.whatsapp.WhatsApp',
  call: 'com.apple.facetime',
  pictures: 'com.apple.mobileslideshow',
}

/** From the contact to the crash, or back: minutes to hours, at most six. */
export const gap = (random: Random): Micros =>
  Math.round(Math.min(5.6 * hour, Math.max(90 * second, 38 * minute * Math.exp(1.1 * random.normal()))))

function exploitClass(random: Random, ordinary: boolean, newest: boolean): CrashClass {
  if (ordinary) return random.chance(0.62) ? 'abort' : 'null'
  const draw = random.next()
  if (newest && draw < 0.3) return 'mte'
  return draw < 0.38 ? 'wild' : draw < 0.62 ? 'protection' : draw < 0.84 ? 'pac' : 'outside'
}

/** The app whose process this is; null for a daemon or an extension of an app the phone lacks. */
const appOfProcess = (process: string): App | null => catalogue.find((app) => app.process === process) ?? null

export function crashOn(phone: Phone, random: Random, ts: Micros, way: Way, ordinary: boolean): string {
  const list =
    way === 'whatsapp' && !phone.apps.some((x) => x.app.bundle === appOf.whatsapp) ? processes.messages : processes[way]
  const process = random.pick(list)
  const app = appOfProcess(process)
  const kind = exploitClass(random, ordinary, phone.device.model.startsWith('iPhone18'))
  // exploits miss before they hit: the same process falls several times
  const times = random.chance(0.3) ? random.whole(2, 4) : 1
  for (let n = 0, t = ts; n < times && t < phone.plan.end; n++) {
    putCrash(phone, t, process, app, app ? app.firstParty : !process.startsWith('WhatsApp'), kind)
    t += random.whole(3, 240) * second
  }
  return process
}

const odd =
  'roleaccountd stagingd launchafd eventstorpd CommsCenterRootHelper netservcomd fmld bfrgbd sysdiagd confinstalld'.split(
    ' ',
  )
const quietOnes = 'imagent IMTransferAgent passd keybagd securityd trustd lockdownd identityservicesd misd'.split(' ')

/** Makes the effect about `ts`; gives the moment at which it is told, or null when it would be told too late. */
export function effectOn(
  phone: Phone,
  random: Random,
  ts: Micros,
  effect: Effect,
  way: Way,
  ordinary: boolean,
): { readonly at: Micros; readonly notes: Readonly<Record<string, string>> } | null {
  const at = Math.round(ts)
  if (at >= phone.plan.end) return null
  switch (effect) {
    case 'crash':
      return { at, notes: { process: crashOn(phone, random, at, way, ordinary) } }
    case 'watchdog': {
      const process = random.pick(['SpringBoard', 'backboardd', ...processes[way]])
      const app = appOfProcess(process)
      putCrash(phone, at, process, app, app ? app.firstParty : !process.startsWith('WhatsApp'), 'watchdog')
      return { at, notes: { process } }
    }
    case 'jetsam': {
      const process = random.chance(0.6) ? random.pick(odd) : random.pick(quietOnes)
      putRestart(phone, at, 'jetsam', process)
      return { at, notes: { process } }
    }
    case 'force_reset':
      putRestart(phone, at, 'force_reset', '')
      return { at, notes: {} }
    default: {
      // the server learns of it when the phone answers next
      const told = phone.checkins.find((x) => x > at)
      if (told === undefined) return null
      const domain = domainOf(2_400_000_000 + random.whole(0, 1e9))
      const name = random.pick(['Network Settings', 'Mobile Config', 'Secure Access', 'WiFi Assistant'])
      const certificateName = random.pick(['Secure Root CA', 'Device Trust CA', `${domain} CA`])
      const profile = {
        identifier: `${domain.split('.').reverse().join('.')}.config`,
        uuid: random.uuid(),
        name,
        organization: domain,
        managed: false,
        payloads: random.pick([
          ['com.apple.security.root'],
          ['com.apple.vpn.managed', 'com.apple.security.root'],
          ['com.apple.proxy.http.global'],
          ['com.apple.mdm'],
        ]),
      }
      if (effect === 'profile') phone.changes.push(addProfile(at, profile))
      if (effect !== 'passcode') phone.changes.push(addCertificate(at, certificate(certificateName, `${domain}/root`)))
      else phone.changes.push(setPasscode(at, false))
      return { at: told, notes: { changed: iso(at) } }
    }
  }
}
