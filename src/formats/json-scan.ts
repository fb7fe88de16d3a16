// Objects in JSON text by their place in it: whole ones, members of an answer that came in pages, and what is left of one
// that breaks off. The text itself is wanted, because the record is kept as it stands.
export { objectsOf } from './nanomdm-webhook/records.ts'

type Open = { readonly close: string; readonly below: Open } | null
type Slice = readonly [from: number, to: number]

/** Index after the string that opens at `open`; the length of the text where it never ends. */
function afterString(text: string, open: number): number {
  const stop = /["\\]/g
  stop.lastIndex = open + 1
  for (let match = stop.exec(text); match !== null; match = stop.exec(text)) {
    if (match[0] === '"') return match.index + 1
    stop.lastIndex = match.index + 2
  }
  return text.length
}

/**
 * Where the objects under the first of `keys` at the top of an object lie: the members of a list, or the one object that
 * stands there. null: the text has no such key. The last may break off. One pass.
 */
export function membersOf(text: string, keys: readonly string[]): Slice[] | null {
  const token = /["{}[\]]/g
  let depth = 0
  let found: Slice[] | null = null
  let base = 0
  let open = -1
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const c = match[0]
    if (c === '"') {
      const end = afterString(text, match.index)
      token.lastIndex = end
      if (depth !== 1 || found !== null) continue
      const value = /^\s{0,100}:\s{0,100}([[{])/.exec(text.slice(end, end + 210))
      if (value === null || !keys.includes(text.slice(match.index + 1, end - 1))) continue
      found = []
      base = value[1] === '[' ? 2 : 1
    } else if (c === '{' || c === '[') {
      if (found !== null && depth === base && c === '{') open = match.index
      depth++
    } else {
      depth--
      if (open >= 0 && depth === base) {
        found!.push([open, match.index + 1])
        open = -1
      }
      if (found !== null && depth < base) return found
      if (base === 1 && depth === 1 && found !== null && found.length > 0) return found
    }
  }
  if (open >= 0) found!.push([open, text.length])
  return found
}

/** JSON text that breaks off, cut back to its last whole value and closed. '' when there is none. */
export function mended(text: string): string {
  const token = /["{}[\],]/g
  // as a chain, so that remembering what is open costs nothing however deep it is
  let open: Open = null
  let safe: { readonly end: number; readonly open: Open } = { end: 0, open: null }
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const c = match[0]
    if (c === '"') {
      token.lastIndex = afterString(text, match.index)
      continue
    }
    if (c === '{' || c === '[') {
      open = { close: c === '{' ? '}' : ']', below: open }
      continue
    }
    // what stands before a comma is whole, and so is what was closed
    if (c !== ',') open = open === null ? null : open.below
    safe = { end: c === ',' ? match.index : match.index + 1, open }
    if (open === null) break
  }
  const ends: string[] = []
  for (let one = safe.open; one !== null; one = one.below) ends.push(one.close)
  return safe.end === 0 ? '' : text.slice(0, safe.end) + ends.join('')
}
