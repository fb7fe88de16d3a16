// Which of the files of configuration profiles a property list is; told by its keys, as names get lost.
import type { Sniff } from '../../model/index.ts'
import { binaryMagic } from '../../plist/binary.ts'
import { readPlist } from '../../plist/documents.ts'
import { isDict, type PlistDict, type PlistValue } from '../../plist/plist.ts'

export type StateKind = 'stub' | 'events' | 'settings' | 'manifest' | 'cloud' | 'mdm'

const limit = 64 * 1024
/** Dictionaries that are looked at for a setting with a time. */
const maxLooked = 200

/** null: none of them. Pure. */
export function documentKind(dict: PlistDict): StateKind | null {
  const has = (key: string): boolean => dict.entries.has(key)
  if (Array.isArray(dict.entries.get('ProfileEvents'))) return 'events'
  if (Array.isArray(dict.entries.get('OrderedProfiles'))) return 'manifest'
  // the profile itself (.mobileconfig) has no date of installation
  if (has('InstallDate') && has('PayloadIdentifier') && has('PayloadUUID')) return 'stub'
  if (has('CloudConfigurationUIComplete') || (has('ConfigurationSource') && has('IsSupervised'))) return 'cloud'
  if (has('ServerURL') && (has('Topic') || has('AccessRights'))) return 'mdm'
  return holdsSetting(dict) ? 'settings' : null
}

export const isSetting = (dict: PlistDict): boolean =>
  typeof dict.entries.get('timestamp') === 'string' && typeof dict.entries.get('event') === 'string'

/** Blocks of MCSettingsEvents.plist. */
const blocks = /^(?:Restrictions|EffectiveSettings|System[A-Z][A-Za-z]*|User[A-Z][A-Za-z]*)$/

function holdsSetting(dict: PlistDict): boolean {
  const queue: PlistValue[] = [...dict.entries].flatMap(([key, value]) => (blocks.test(key) ? [value] : []))
  for (let i = 0; i < queue.length && i < maxLooked; i++) {
    const value = queue[i]
    if (!isDict(value)) continue
    if (isSetting(value)) return true
    for (const inner of value.entries.values()) if (queue.length < maxLooked) queue.push(inner)
  }
  return false
}

/** Words of a binary property list that the head cuts off. */
const words: readonly (readonly string[])[] = [
  ['InstallDate', 'PayloadIdentifier', 'PayloadUUID'],
  ['ProfileEvents', 'Operation'],
]

/** `maybe`: a binary one that the head cuts off speaks its words. Pure; never throws. */
export function sniffState(bytes: Buffer): Sniff {
  const head = bytes.subarray(0, limit)
  const text = head.toString('latin1', 0, 200).trimStart()
  if (!text.startsWith(binaryMagic) && !/^(?:\u00ef\u00bb\u00bf)?<(?:\?xml|!DOCTYPE plist|plist)/.test(text))
    return 'no'
  const { value, stop, binary } = readPlist(head)
  if (isDict(value) && documentKind(value) !== null) return 'yes'
  if (!binary || stop === '') return 'no'
  const whole = head.toString('latin1')
  return words.some((list) => list.every((word) => whole.includes(word))) ? 'maybe' : 'no'
}
