// JSON that somebody else wrote: checked for bombs before it is parsed.

const maxDepth = 256
/**
 * Values in one document. `[[],[],…` takes 3 bytes a value in the file and 16 to 56 in memory (V8 of Node 24), so that
 * 512 MB of it would kill the process. 20 million are a STIX bundle of about one million indicators.
 */
const maxValues = 20_000_000

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export type JsonFailure = {
  readonly failed: 'too_deep' | 'count_limit' | 'truncated' | 'bad_record'
  readonly why: string
}

/** Parses bounded JSON. Never throws. */
export function parseJson(text: string): { readonly value: Json } | JsonFailure {
  const shape = measure(text)
  if (shape.depth > maxDepth) return { failed: 'too_deep', why: `nested deeper than ${maxDepth}` }
  if (shape.values > maxValues) return { failed: 'count_limit', why: `more than ${maxValues} values` }
  try {
    return { value: JSON.parse(text) as Json }
  } catch (error) {
    const why = (error as Error).message.slice(0, 200)
    return shape.open ? { failed: 'truncated', why } : { failed: 'bad_record', why }
  }
}

/** Greatest depth, number of values, and whether the text ends inside something. One pass, no allocation. */
function measure(text: string): { depth: number; values: number; open: boolean } {
  let depth = 0
  let deepest = 0
  let values = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (inString) {
      if (c === 0x5c) i++
      else if (c === 0x22) inString = false
    } else if (c === 0x22) inString = true
    else if (c === 0x2c) values++
    else if (c === 0x7b || c === 0x5b) {
      values++
      if (++depth > deepest) deepest = depth
    } else if (c === 0x7d || c === 0x5d) depth--
  }
  return { depth: deepest, values, open: inString || depth > 0 }
}

export const isObject = (v: unknown): v is JsonObject => typeof v === 'object' && v !== null && !Array.isArray(v)
/** The objects in a list; nothing when it is no list. */
export const objectsIn = (v: unknown): JsonObject[] => (Array.isArray(v) ? v.filter(isObject) : [])
/** A string or number as text; '' for all else. */
export const textIn = (v: unknown): string => (typeof v === 'string' ? v : typeof v === 'number' ? String(v) : '')
/** The texts in a list, or a text alone as a list. */
export const textsIn = (v: unknown): string[] => (Array.isArray(v) ? v : [v]).map(textIn).filter((s) => s !== '')
