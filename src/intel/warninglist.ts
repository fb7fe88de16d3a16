// MISP warning lists: what is probably harmless. Each is matched with the type that it declares, and with no other.
import ipaddr from 'ipaddr.js'
import { RE2JS } from 're2js'
import type { Problem } from '../model/index.ts'
import { canonicalCidr, canonicalIp, canonicalName, parentsOf } from '../names/index.ts'
import { isObject, textIn, textsIn } from './json.ts'

export const warninglistTypes = ['hostname', 'string', 'cidr', 'substring', 'regex'] as const
export type WarninglistType = (typeof warninglistTypes)[number]

export type Warninglist = {
  readonly name: string
  readonly type: WarninglistType
  /** MISP attribute types that it is meant for; empty: all. */
  readonly attributes: readonly string[]
  readonly entries: number
  /** Entries that could not be used. */
  readonly problems: readonly Problem[]
  /** Does a normalised value stand on it? */
  readonly has: (value: string) => boolean
}

/** The type says how much it is worth: a `substring` alone must never bless anything. */
export type WarninglistMatch = { readonly name: string; readonly type: WarninglistType }

/** Reads the JSON of a list. null: it is none. Never throws; entries that cannot be used are problems of the list. */
export function loadWarninglist(json: unknown): Warninglist | null {
  if (!isObject(json) || !Array.isArray(json.list)) return null
  const type = warninglistTypes.find((t) => t === json.type)
  if (type === undefined) return null
  const problems: Problem[] = []
  const texts = json.list.map((entry, i) => ({ place: i + 1, text: textIn(entry).trim() }))
  for (const { place, text } of texts) if (text === '') problems.push(problemOf(place, 'no text', ''))
  const usable = texts.filter((e) => e.text !== '')
  const values = usable.map((e) => e.text)
  const has = matchers[type](values, (i, why) => problems.push(problemOf(usable[i]!.place, why, values[i]!)))
  return {
    name: textIn(json.name),
    type,
    attributes: textsIn(json.matching_attributes ?? null),
    entries: values.length,
    problems,
    has,
  }
}

const problemOf = (record: number, detail: string, sample: string): Problem => ({
  code: 'bad_record',
  record,
  byte: -1,
  detail,
  sample: sample.slice(0, 200),
})

type Bad = (entry: number, why: string) => void
type Matcher = (entries: readonly string[], bad: Bad) => (value: string) => boolean

const matchers: Record<WarninglistType, Matcher> = {
  hostname(entries, bad) {
    const names = new Set<string>()
    entries.forEach((e, i) => {
      const name = canonicalName(e.replace(/^\*?\./, ''))
      if (name === null) bad(i, 'not a name')
      else names.add(name.value)
    })
    return (value) => parentsOf(value).some((n) => names.has(n))
  },
  string(entries) {
    const texts = new Set(entries.map((e) => e.toLowerCase()))
    return (value) => texts.has(value.toLowerCase())
  },
  cidr(entries, bad) {
    const ranges = { ipv4: [] as Range[], ipv6: [] as Range[] }
    entries.forEach((e, i) => {
      const range = rangeOf(e)
      if (range === null) bad(i, 'not a network or address')
      else ranges[range.family].push(range)
    })
    const sorted = { ipv4: joined(ranges.ipv4), ipv6: joined(ranges.ipv6) }
    return (value) => {
      const ip = rangeOf(value)
      return ip !== null && covers(sorted[ip.family], ip)
    }
  },
  substring(entries) {
    const texts = entries.map((e) => e.toLowerCase())
    return (value) => {
      const v = value.toLowerCase()
      return texts.some((t) => v.includes(t))
    }
  },
  regex(entries, bad) {
    const patterns: RE2JS[] = []
    entries.forEach((e, i) => {
      const [, body, flags] = /^\/(.*)\/([a-z]*)$/s.exec(e) ?? ['', e, '']
      try {
        patterns.push(RE2JS.compile(body!, flags!.includes('i') ? RE2JS.CASE_INSENSITIVE : 0))
      } catch (error) {
        bad(i, `not a regular expression: ${(error as Error).message.slice(0, 100)}`)
      }
    })
    return (value) => patterns.some((p) => p.matcher(value).find())
  },
}

/** First and last address of a network, as hex of fixed width, so that text order is address order. */
type Range = { readonly family: 'ipv4' | 'ipv6'; readonly first: string; readonly last: string }

function rangeOf(text: string): Range | null {
  const net = canonicalCidr(text)
  const ip = net === null ? canonicalIp(text) : net.first
  if (ip === null) return null
  const address = ipaddr.parse(ip)
  const bytes = address.toByteArray()
  const prefix = net?.prefix ?? bytes.length * 8
  const last = bytes.map((b, i) => b | (0xff >> Math.max(0, Math.min(8, prefix - i * 8))))
  return { family: address.kind(), first: hex(bytes), last: hex(last) }
}
const hex = (bytes: readonly number[]): string => bytes.map((b) => b.toString(16).padStart(2, '0')).join('')

/** Sorted, without overlaps: a look-up is one binary search, where a list of blocks would be walked (48 µs at 5,000). */
function joined(ranges: Range[]): Range[] {
  const out: Range[] = []
  for (const r of ranges.toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))) {
    const before = out.at(-1)
    if (before === undefined || r.first > before.last) out.push(r)
    else if (r.last > before.last) out[out.length - 1] = { ...before, last: r.last }
  }
  return out
}

function covers(ranges: readonly Range[], ip: Range): boolean {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ranges[middle]!.first <= ip.first) low = middle + 1
    else high = middle
  }
  const range = ranges[low - 1]
  return range !== undefined && ip.last <= range.last
}

/** MISP attribute types that a kind of indicator answers to. */
const attributesOf: Record<string, readonly string[]> = {
  domain: ['domain', 'hostname', 'domain|ip'],
  host: ['domain', 'hostname', 'domain|ip'],
  sni: ['domain', 'hostname', 'domain|ip'],
  ip: ['ip-dst', 'ip-src', 'domain|ip'],
  cidr: ['ip-dst', 'ip-src', 'domain|ip'],
  url: ['url', 'uri'],
  email: ['email-src', 'email-dst'],
  file_md5: ['md5'],
  file_sha1: ['sha1'],
  file_sha256: ['sha256'],
  file_sha512: ['sha512'],
}

/**
 * Lists on which a normalised value stands. Of a URL, `hostname` and `cidr` lists see the host.
 * A list that is not meant for this kind is not asked.
 */
export function matchWarninglists(
  lists: readonly Warninglist[],
  what: { readonly kind: string; readonly value: string; readonly url?: string },
): WarninglistMatch[] {
  const meant = Object.hasOwn(attributesOf, what.kind) ? attributesOf[what.kind]! : []
  return lists
    .filter((l) => l.attributes.length === 0 || l.attributes.some((a) => meant.includes(a)))
    .filter((l) => l.has(l.type === 'hostname' || l.type === 'cidr' ? what.value : (what.url ?? '') || what.value))
    .map(({ name, type }) => ({ name, type }))
}
