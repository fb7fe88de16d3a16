// A property list as it was read, from XML or binary.

/** Numbers and dates stay text: nothing is reckoned with them, and 64-bit integers do not fit into a number. */
export type PlistValue = string | boolean | Buffer | readonly PlistValue[] | PlistDict

/** `from`, `to`: where the dictionary stands in the XML text; 0, 0 in a binary property list. */
export type PlistDict = {
  readonly entries: ReadonlyMap<string, PlistValue>
  readonly from: number
  readonly to: number
}

/** Why reading stopped before the value was complete; '' when it is whole. */
export type PlistStop = '' | 'truncated' | 'malformed' | 'too_deep' | 'too_many'

export type PlistRead = {
  /** The value; of an XML text that breaks off the part before the break; null when there is none. */
  readonly value: PlistValue | null
  readonly stop: PlistStop
  /** Where reading stopped: characters in XML, bytes in binary. */
  readonly at: number
}

/** Deeper than anything that devices send (profiles: 8); few enough for a recursion. */
export const maxDepth = 64
/** A list of 2,000 apps has some 60,000 values. */
export const maxValues = 500_000
/** Names, versions and identifiers are far shorter. */
const maxText = 1000
const brief = (text: string): string => (text.length <= maxText ? text : `${text.slice(0, maxText - 1)}…`)

export function isDict(value: PlistValue | null | undefined): value is PlistDict {
  // arrays and buffers have a method of that name
  return typeof value === 'object' && value !== null && 'entries' in value && value.entries instanceof Map
}

/** Dictionary at a key; null where there is none. */
export function dictAt(dict: PlistDict, key: string): PlistDict | null {
  const value = dict.entries.get(key)
  return isDict(value) ? value : null
}

/** Dictionaries of the array at a key; null where there is no array. Members of another type are left out. */
export function dictsAt(dict: PlistDict, key: string): readonly PlistDict[] | null {
  const value = dict.entries.get(key)
  return Array.isArray(value) ? value.filter(isDict) : null
}

/** Text at a key, booleans as yes and no, at most 1,000 characters; '' where there is no scalar. */
export function textAt(dict: PlistDict, key: string): string {
  const value = dict.entries.get(key)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'string' ? brief(value.trim()) : ''
}

/** Text at a path of keys joined by dots, as `textAt`. */
export function textAtPath(dict: PlistDict, path: string): string {
  const keys = path.split('.')
  let holder: PlistDict | null = dict
  for (const key of keys.slice(0, -1)) holder = holder === null ? null : dictAt(holder, key)
  return holder === null ? '' : textAt(holder, keys.at(-1)!)
}
