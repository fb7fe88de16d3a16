// The operator's own tuning file: services that are known, each with who says so, why, and until when.
import type { z } from 'zod'
import { plainMessage, UserError } from '../../../model/index.ts'
import { canonicalName, isSharedSuffix, registrableDomain, resolvedInside } from '../../../names/index.ts'
import { classOfAddress, classOfName } from './classes.ts'
import { networkOf } from './networks.ts'
import { type OperatorEntry, operatorSchema } from './schema.ts'
import type { Service } from './tuning.ts'

const mostShown = 10
/** Wider ones would make most of what is outside, or inside, known. */
const widest = { ipv4: 8, ipv6: 16 } as const

/** Services of a tuning file. `path` is for messages only. Throws a `UserError` that names every fault (at most ten). */
export function parseTuning(text: string, path: string): Service[] {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    throw new UserError(
      `The tuning file ${path} is not JSON.`,
      plainMessage(error),
      'Correct that place; docs/howto/tune.md shows an example.',
      { cause: error },
    )
  }
  const result = operatorSchema.safeParse(value)
  if (!result.success) throw unusable(path, result.error.issues.map(issueText))
  const faults = result.data.entries.flatMap((entry, index) =>
    entry.of.flatMap((name) => {
      const fault = faultOf(name, entry.ports !== undefined)
      return fault === null ? [] : [`entries.${index}: ${plainMessage(JSON.stringify(name)).slice(0, 100)} ${fault}`]
    }),
  )
  if (faults.length > 0) throw unusable(path, faults)
  return result.data.entries.map(serviceOf)
}

const unusable = (path: string, faults: readonly string[]): UserError =>
  new UserError(
    `The tuning file ${path} cannot be used.`,
    `${faults.slice(0, mostShown).join('; ')}${faults.length > mostShown ? `; and ${faults.length - mostShown} more` : ''}.`,
    'Correct it; nothing of it was applied. Each entry needs of, author, reason and expires: docs/howto/tune.md.',
  )

function issueText(issue: z.core.$ZodIssue): string {
  const where = issue.path.map(String).join('.') || 'the file'
  if (issue.code === 'unrecognized_keys') return `${where}: unknown ${issue.keys.map((key) => `“${key}”`).join(', ')}`
  return `${where}: ${plainMessage(issue.message)}`
}

const isInside = (name: string): boolean =>
  resolvedInside.has(lastLabel(name)) || classOfName(name)?.class === 'internal'
const lastLabel = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

/** Why it cannot be vouched for; null: it can. */
function faultOf(written: string, withPorts: boolean): string | null {
  const network = networkOf(written, null)
  if (network !== null) {
    if (network.prefix < widest[network.family]) return `is wider than /${widest[network.family]}`
    return withPorts && classOfAddress(network.first) !== 'internal' ? outside : null
  }
  const name = canonicalName(written)
  if (name === null || !name.valid || name.kind !== 'domain' || /[\s/:@]/.test(written))
    return 'is neither a name, nor an address, nor a network'
  if (isInside(name.value)) return null
  if (isSharedSuffix(name.value)) return 'is shared by strangers: name what is yours below it'
  const kept = registrableDomain(name.value)
  if (kept !== null && kept !== name.value) return `is a part of ${kept}, for which baselines are kept: name that`
  return withPorts ? outside : null
}

const outside = 'is outside, where baselines are kept by name and not by port: leave ports out'

/** Of an entry without faults. */
function serviceOf(entry: OperatorEntry): Service {
  const networks = entry.of.flatMap((name) => networkOf(name, null) ?? [])
  return {
    names: entry.of.flatMap((name) => (networkOf(name, null) ? [] : [canonicalName(name)!.value])),
    networks,
    ports: entry.ports ? new Set(entry.ports.map(String)) : null,
    quiet: new Set(entry.quiet),
    until: Date.parse(entry.expires) / 1000 + 86_400,
    author: entry.author,
    reason: entry.reason,
  }
}
