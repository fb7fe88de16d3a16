// What the data files say: of which class names and networks are, and which classes make no surprise.
import { parentsOf } from '../../../names/index.ts'
import type { QuietKind } from './kinds.ts'
import { networkOf, openNetworks } from './networks.ts'
import { subjects } from './subjects.ts'

const entries = Object.values(subjects).flatMap((subject) => subject.entries)
const given = entries.flatMap((entry) =>
  'of' in entry ? entry.of.map((name) => ({ name, class: entry.class, network: networkOf(name, entry.class) })) : [],
)
const classByName = new Map(given.flatMap((one): [string, string][] => (one.network ? [] : [[one.name, one.class]])))
const networksOf = openNetworks(given.flatMap(({ network }) => network ?? []))

/** Class that a data file gives a canonical address; null: none. */
export const classOfAddress = (ip: string): string | null => networksOf(ip)[0] ?? null

/** Class that a data file gives a canonical name, and the name that it gives it to: the most specific one. null: none. */
export function classOfName(name: string): { readonly class: string; readonly of: string } | null {
  for (const above of parentsOf(name)) {
    const found = classByName.get(above)
    if (found !== undefined) return { class: found, of: above }
  }
  return null
}

/** Kinds of surprise that nothing of a class makes. */
export const quietByClass: ReadonlyMap<string, ReadonlySet<QuietKind>> = kindsByClass()
function kindsByClass(): Map<string, Set<QuietKind>> {
  const kinds = new Map<string, Set<QuietKind>>()
  for (const entry of entries)
    if ('quiet' in entry)
      for (const kind of entry.quiet) kinds.set(entry.class, (kinds.get(entry.class) ?? new Set()).add(kind))
  return kinds
}

/** Hours after a change of the OS build that its reports are weighed by themselves. */
export const hoursAfterUpdate = entries.reduce(
  (most, entry) => ('after' in entry ? Math.max(most, entry.hours) : most),
  0,
)
