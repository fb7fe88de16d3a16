// The public suffix list, with its private part, and our own additions.
import { getDomain, getPublicSuffix } from 'tldts'
import { sharedSuffixes } from './data/shared-suffixes.ts'

/** Names come in canonical, so that tldts need not clean them; it must not judge them either (rejected names count too). */
const withPrivate = {
  allowPrivateDomains: true,
  extractHostname: false,
  validateHostname: false,
  detectIp: true,
} as const
const icannOnly = { ...withPrivate, allowPrivateDomains: false } as const

const additions: ReadonlySet<string> = new Set(sharedSuffixes)

/** null for what has an empty label where the owner's should be (`a..com`). */
const owned = (domain: string | null): string | null => (domain === null || domain.startsWith('.') ? null : domain)

/** The name directly below the longest of our own suffixes above `name`; null where there is none. */
function belowAddition(name: string): string | null {
  let start = 0
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    if (additions.has(name.slice(dot + 1))) return name.slice(start)
    start = dot + 1
  }
  return null
}

/**
 * The part of a canonical name that somebody registered or was given: by the public suffix list with its private part
 * (`a.b.evil.github.io` → `evil.github.io`) and `data/shared-suffixes.ts`. null: `name` is itself a suffix, or an address.
 * A top level that the list does not know counts as a suffix (the list's own rule `*`): `a.printer.local` → `printer.local`.
 */
export function registrableDomain(name: string): string | null {
  const listed = getDomain(name, withPrivate)
  if (listed === null || additions.has(name)) return null
  const added = belowAddition(name)
  return owned(added !== null && added.length > listed.length ? added : listed)
}

/** As `registrableDomain`, without the private part: `a.evil.github.io` → `github.io`. Who pays for the delegation. */
export function icannDomain(name: string): string | null {
  return owned(getDomain(name, icannOnly))
}

/**
 * Is the canonical name itself a suffix below which strangers live: ICANN (`co.uk`), private (`github.io`), ours, or any
 * single label (rule `*`)? As an indicator it would condemn them all.
 */
export function isSharedSuffix(name: string): boolean {
  return additions.has(name) || (name !== '' && getPublicSuffix(name, withPrivate) === name)
}

/** Last labels that are resolved inside a network only (RFC 6761, 6762, 8375, ICANN's `internal`, and what companies use). */
export const resolvedInside: ReadonlySet<string> = new Set([
  'local',
  'localhost',
  'lan',
  'internal',
  'intranet',
  'corp',
  'home',
  'localdomain',
])
