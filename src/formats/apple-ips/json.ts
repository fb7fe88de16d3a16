// JSON as reports have it: nested deeply by malice, cut off by a full disk, with 64-bit addresses.

/** Why reading stopped before the value was complete; '' when it is whole. */
export type JsonStop = '' | 'truncated' | 'too_deep' | 'too_many' | 'malformed'

export type JsonRead = {
  /** The value, or what its intact beginning gives; undefined when not even that parses. Integers beyond 2^53 are decimal strings. */
  readonly value: unknown
  readonly stop: JsonStop
  /** Index just after the value, or where reading stopped. */
  readonly end: number
}

export type JsonObject = Readonly<Record<string, unknown>>

const maxDepth = 200
/** Commas and opening brackets. A stackshot of 10 MB has under a million; four million values parse to some 300 MB. */
const maxValues = 4_000_000
/** Integers kept as text: 3 million of them took 25 s and 1.3 GB. A panic has some thousand. */
const maxWide = 200_000

const quote = 0x22
const backslash = 0x5c

/**
 * Reads the first JSON object of `text` from `from` on. Of a broken one the part before the break is kept: open objects
 * and arrays are closed after their last complete member. Never throws.
 */
export function readJson(text: string, from = 0): JsonRead {
  const closers: number[] = []
  const wide: number[] = []
  let values = 0
  let stop: JsonStop = 'truncated'
  let safeEnd = from
  let at = from
  scan: for (; at < text.length; at++) {
    const c = text.charCodeAt(at)
    switch (c) {
      case quote: {
        const close = endOfString(text, at)
        if (close < 0) break scan
        at = close
        break
      }
      case 0x7b: // {
      case 0x5b: // [
        if (closers.length >= maxDepth) {
          stop = 'too_deep'
          break scan
        }
        if (++values > maxValues) {
          stop = 'too_many'
          break scan
        }
        closers.push(c + 2)
        safeEnd = at + 1
        break
      case 0x7d: // }
      case 0x5d: // ]
        if (closers.at(-1) !== c) {
          stop = 'malformed'
          break scan
        }
        closers.pop()
        safeEnd = at + 1
        if (closers.length === 0) {
          stop = ''
          at++
          break scan
        }
        break
      case 0x2c: // ,
        if (++values > maxValues) {
          stop = 'too_many'
          break scan
        }
        safeEnd = at
        break
      default:
        if (c >= 0x30 && c <= 0x39) {
          const end = endOfDigits(text, at)
          // 16 digits or more may exceed 2^53: kept as text. An integer only: neither part of a fraction nor of an exponent.
          if (end - at >= 16 && isPlainInteger(text, at, end)) wide.push(at, end)
          if (wide.length > 2 * maxWide) {
            stop = 'too_many'
            break scan
          }
          at = end - 1
        }
    }
  }
  const value = parseQuietly(quoteWide(text, from, safeEnd, wide) + closing(closers))
  if (value === undefined && stop === '') stop = 'malformed'
  return { value, stop, end: at }
}

/** Index of the closing quote, -1 when there is none. */
function endOfString(text: string, open: number): number {
  let close = text.indexOf('"', open + 1)
  while (close > 0) {
    let slashes = 0
    while (text.charCodeAt(close - 1 - slashes) === backslash) slashes++
    if (slashes % 2 === 0) return close
    close = text.indexOf('"', close + 1)
  }
  return -1
}

function endOfDigits(text: string, from: number): number {
  let end = from
  for (let c = text.charCodeAt(end); c >= 0x30 && c <= 0x39; c = text.charCodeAt(end)) end++
  return end
}

function isPlainInteger(text: string, start: number, end: number): boolean {
  return !'.+-eE'.includes(text[start - 1] ?? ' ') && !'.eE'.includes(text[end] ?? ' ')
}

function quoteWide(text: string, from: number, end: number, wide: readonly number[]): string {
  if (wide.length === 0) return text.slice(from, end)
  const parts: string[] = []
  let done = from
  for (let i = 0; i + 1 < wide.length; i += 2) {
    const start = wide[i]!
    const stop = wide[i + 1]!
    if (stop > end) break
    parts.push(text.slice(done, start), '"', text.slice(start, stop), '"')
    done = stop
  }
  parts.push(text.slice(done, end))
  return parts.join('')
}

function closing(closers: readonly number[]): string {
  return String.fromCharCode(...closers.toReversed())
}

function parseQuietly(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const pair =
  /"([A-Za-z_]{1,40})"\s{0,8}:\s{0,8}(?:"((?:[^"\\\n]|\\.){0,4000})"|(-?\d{1,20}|true|false)(?=\s{0,8}[,}\]]))/g
const flatObject = /"(exception|termination|bundleInfo|osVersion)"\s{0,8}:\s{0,8}(\{[^{}]{0,4000}\})/g
const salvageLength = 1024 ** 2

/**
 * Of JSON that does not parse: every `"key": scalar` of its first MiB, the first of a name winning, and the flat
 * objects that describe a crash. A guess, good enough to say which device and process a damaged report is about.
 */
export function salvagePairs(text: string): JsonObject {
  const head = text.length > salvageLength ? text.slice(0, salvageLength) : text
  const found: Record<string, unknown> = {}
  for (const [, key, body] of head.matchAll(flatObject)) {
    const value = parseQuietly(body!)
    if (value !== undefined) found[key!] ??= value
  }
  // The members of those objects (`type`, `code`, `build`) mean something else at the top.
  for (const [, key, string, bare] of head.replace(flatObject, '').matchAll(pair)) {
    found[key!] ??= string === undefined ? bare : (parseQuietly(`"${string}"`) ?? string)
  }
  return found
}

/** The value as an object; {} for anything else. */
export function object(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}

/** The value as an array; [] for anything else. */
export function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Text of a scalar; '' for anything else. */
export function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** A whole number from a number, decimal or hex text; null for anything else. */
export function whole(value: unknown): bigint | null {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : null
  if (typeof value !== 'string' || value.length > 40) return null
  return /^(?:-?\d+|0x[0-9a-f]+)$/i.test(value) ? BigInt(value) : null
}
