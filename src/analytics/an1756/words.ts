// What a chain says, in words: each link with its own number, what would make it harmless, what to collect next.
import type { Absence } from './absence.ts'
import type { Chain } from './chain.ts'
import type { Effect, EffectClass } from './effects.ts'
import type { Surprise } from './surprise.ts'

const crashNames: Partial<Record<EffectClass, string>> = {
  memory_tag: 'a memory-tagging fault',
  outside_image: 'a crash with the program counter outside every image',
  pointer_authentication: 'a possible pointer-authentication failure',
  protection: 'a memory-protection fault',
  wild_address: 'an access to a wild address',
  guard: 'a violated guard',
  null_pointer: 'a null-pointer access',
  abort: 'an abort',
  watchdog: 'a watchdog termination (0x8badf00d)',
  jetsam: 'a termination for memory (jetsam)',
  resource: 'a resource report',
  odd_path: 'a process that runs from a folder where none should',
}

const changeNames: Partial<Record<EffectClass, string>> = {
  panic: 'a kernel panic',
  force_reset: 'a forced restart',
  profile: 'a configuration profile installed outside management',
  certificate: 'a certificate added',
  passcode: 'the passcode removed',
  lockdown_mode: 'Lockdown Mode turned off',
  unenrolled: 'the device taken out of management',
  integrity: 'a sign of broken integrity',
  os_downgrade: 'an older OS than before',
}

export const effectName = (effect: Effect): string => {
  const change = changeNames[effect.class]
  if (change) return effect.row.value && effect.class === 'profile' ? `${change} (${effect.row.value})` : change
  return `${crashNames[effect.class] ?? effect.class}${effect.row.process ? ` in ${effect.row.process}` : ''}`
}

/** `once in 40 device-days`, `3 times a device-day`; device-years where that is easier to grasp. */
export function rateText(perDay: number): string {
  if (perDay >= 1) return `${perDay.toFixed(1)} times a device-day`
  const days = 1 / perDay
  return days < 730 ? `once in ${Math.round(days)} device-days` : `once in ${(days / 365).toFixed(1)} device-years`
}

const bytesText = (bytes: number): string =>
  bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : bytes >= 1e3 ? `${Math.round(bytes / 1e3)} kB` : `${bytes} bytes`

const n = (surprise: Surprise, name: string): number => Number(surprise.facts[name] ?? 0)

export function surpriseText(surprise: Surprise): string {
  const { destination } = surprise
  switch (surprise.kind) {
    case 'new_name': {
      const others = n(surprise, 'others_soon')
      const who = others === 0 ? 'no other device' : others === 1 ? 'one other device' : `${others} other devices`
      return `First contact with ${destination}, which ${who} began to meet within 48 hours; in its first day ${n(surprise, 'contacts')} contacts in ${n(surprise, 'hours')} active hours, ${bytesText(n(surprise, 'out'))} sent and ${bytesText(n(surprise, 'in'))} received`
    }
    case 'breadth':
      return `${n(surprise, 'services')} internal services on ${n(surprise, 'hosts')} hosts that the device had never met and hardly any other knows, within six hours; ${n(surprise, 'failed')} refused or unanswered (first: ${destination})`
    case 'tunnel':
      return `${n(surprise, 'names')} different names below ${destination} in a day, ${n(surprise, 'odd')} questions for types that carry data`
    case 'generated':
      return `${n(surprise, 'names')} names that do not exist and nobody else asked for, within six hours (first: ${destination})`
  }
}

export const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

/** Seconds → 45 s, 4 min 10 s, 2 h 1 min */
export function durationText(seconds: number): string {
  const s = Math.round(seconds)
  if (s < 60) return `${s} s`
  const [unit, large, small, rest] =
    s < 3600
      ? ['min', Math.floor(s / 60), 's', s % 60]
      : ['h', Math.floor(s / 3600), 'min', Math.floor((s % 3600) / 60)]
  return `${large} ${unit}${rest === 0 ? '' : ` ${rest} ${small}`}`
}

export function absenceText({ stream, from, to, missed, chance }: Absence): string {
  const [what, unit] =
    stream === 'network' ? ['Nothing of the device in the network', 'hour'] : ['No report of the device', 'day']
  const n = Math.max(1, Math.round(missed))
  const until = to === null ? 'to the end of what was read' : `for ${durationText(to - from)}`
  return `${what} ${until}, though it is usually heard then and its fleet was: about ${n} ${unit}${n === 1 ? '' : 's'} are missing. The like is seen ${rateText(chance)} on other devices.`
}

export const gapText = (gap: number): string => {
  const minutes = Math.round(Math.abs(gap) / 60)
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`
}

export function titleOf({ surprise, effect, gap, tolerance }: Chain): string {
  const contact =
    surprise.kind === 'breadth'
      ? 'New internal services'
      : surprise.kind === 'tunnel'
        ? 'Data in DNS'
        : surprise.kind === 'generated'
          ? 'Generated names'
          : 'New contact'
  const what = effectName(effect)
  return gap >= -tolerance ? `${contact}, then ${what}` : `${capital(what)}, then ${contact.toLowerCase()}`
}

/** What would have to be true for the chain to be harmless. */
export function harmlessIf({ surprise, effect }: Chain): string {
  const contact =
    surprise.kind === 'breadth'
      ? 'the user administers, prints or casts, or an app looks for devices around it'
      : surprise.kind === 'tunnel'
        ? 'a security product asks a reputation service by DNS'
        : `${surprise.destination} belongs to an app or service that the user began to use then`
  const crash =
    effect.class === 'profile' || effect.class === 'certificate' || effect.class === 'passcode'
      ? 'the user made the change on purpose, for example for a new network'
      : `the fault of ${effect.row.process || 'the system'} is a known bug of ${effect.row.os_build || 'that OS build'} or of the app`
  return `Harmless if ${contact}, and ${crash}.`
}

export const collectNext = ({ effect, surprise }: Chain): string =>
  [
    'Take a sysdiagnose now (unified logs reach back about 48 hours)',
    effect.row.kind === 'crash' ? `keep the full report of ${effect.row.process}` : 'ask the user about the change',
    surprise.app === '' ? 'switch on the App Privacy Report, which tells the app behind a name' : '',
    'do not resolve, probe or open the destination',
  ]
    .filter((part) => part !== '')
    .join('; ')
    .concat('.')
