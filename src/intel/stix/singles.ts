// A pattern as single indicators, where it means nothing but "any one of these was seen".
import type { Micros } from '../../model/index.ts'
import type { Hint } from '../kinds.ts'
import { timeOf } from '../time.ts'
import type { Comparison, Pattern, Test } from './pattern.ts'

/** `from`, `until`: bounds of START … STOP; 0: none. */
export type Single = { readonly hint: Hint; readonly value: string; readonly from: Micros; readonly until: Micros }
/** `refused`: why each alternative that is left out cannot become an indicator. */
export type Singles = { readonly singles: readonly Single[]; readonly refused: readonly string[] }

/** Object type and path → what the value is. List indexes are left out. */
const observables = new Map<string, Hint>(
  Object.entries({
    'domain-name:value': 'domain',
    'ipv4-addr:value': 'ip',
    'ipv6-addr:value': 'ip',
    'url:value': 'url',
    'email-addr:value': 'email',
    'email-message:from_ref.value': 'email',
    'email-message:sender_ref.value': 'email',
    'process:name': 'process',
    'file:name': 'file_name',
    'file:path': 'file_path',
    'directory:path': 'file_path',
    'app:id': 'app',
    'app:cert.sha1': 'app_cert_sha1',
    'app:cert.sha256': 'app_cert_sha256',
    'configuration-profile:id': 'profile',
    'network-traffic:dst_ref.value': 'any',
    'x509-certificate:hashes.sha1': 'cert_sha1',
    'x509-certificate:hashes.sha256': 'cert_sha256',
    'file:hashes.md5': 'file_md5',
    'file:hashes.sha1': 'file_sha1',
    'file:hashes.sha256': 'file_sha256',
    'file:hashes.sha512': 'file_sha512',
    'network-traffic:extensions.tlsext.ja3': 'ja3',
    'network-traffic:extensions.tlsext.ja4': 'ja4',
    'network-traffic:extensions.tlsext.sni': 'sni',
  } as const),
)

/** Comparisons that say no more than what the value beside them says: its type, or the port of an address. */
const besides = new Set(['network-traffic:dst_ref.type', 'network-traffic:dst_port', 'network-traffic:protocols'])

/**
 * Takes a pattern apart. An OR of equalities gives several; an AND (of more than an address and its port), FOLLOWEDBY,
 * NOT, REPEATS and wildcards cannot be told from one observation, and half of them would match too much: refused.
 * What stands beside it in an OR is still good.
 */
export function singlesOf(pattern: Pattern): Singles {
  switch (pattern.kind) {
    case 'observed':
      return ofTest(pattern.test)
    case 'or':
      return merged(pattern.parts.map(singlesOf))
    case 'and':
      return refuse('needs several observations (AND)')
    case 'followedby':
      return refuse('needs several observations in order (FOLLOWEDBY)')
    case 'qualified': {
      const q = pattern.qualifier
      if (q.kind === 'repeats' && q.times > 1) return refuse(`needs ${q.times} observations (REPEATS)`)
      const inner = singlesOf(pattern.of)
      if (q.kind !== 'startstop') return inner
      const [from, until] = [timeOf(q.start), timeOf(q.stop)]
      return {
        ...inner,
        singles: inner.singles.map((s) => ({ ...s, from: Math.max(s.from, from), until: earlier(s.until, until) })),
      }
    }
  }
}

/** The earlier of two ends; 0 is no end. */
export const earlier = (a: Micros, b: Micros): Micros => (a === 0 ? b : b === 0 ? a : Math.min(a, b))
const refuse = (why: string): Singles => ({ singles: [], refused: [why] })
const merged = (all: readonly Singles[]): Singles => ({
  singles: all.flatMap((s) => s.singles),
  refused: all.flatMap((s) => s.refused),
})

function ofTest(test: Test): Singles {
  if (test.kind === 'compare') return ofComparison(test)
  if (test.kind === 'or') return merged(test.parts.map(ofTest))
  const telling = test.parts.filter((p) => !(p.kind === 'compare' && isBesides(p)))
  const object = objectOf(test.parts[0]!)
  const sameObject = test.parts.every((p) => objectOf(p) === object)
  if (telling.length === 1 && sameObject) return ofTest(telling[0]!)
  return refuse('needs several properties at once (AND); one of them alone would match too much')
}

const objectOf = (test: Test): string => (test.kind === 'compare' ? test.object : objectOf(test.parts[0]!))
const isBesides = (c: Comparison): boolean => c.op === '=' && !c.negated && besides.has(nameOf(c))
/** `file:hashes.'SHA-256'`, `hashes.sha256` and `hashes.SHA256` are all in use: one name for them. */
const nameOf = (c: Comparison): string => {
  const path = c.path.filter((p) => !p.startsWith('['))
  return `${c.object}:${path
    .join('.')
    .toLowerCase()
    .replace(/[^a-z0-9._]/g, '')}`
}

function ofComparison(c: Comparison): Singles {
  const name = nameOf(c)
  const hint = observables.get(name)
  if (hint === undefined) return refuse(`unknown object or property ${name.slice(0, 80)}`)
  if (c.negated || c.op === '!=') return refuse(`negated comparison of ${name}`)
  const network = hint === 'ip' && c.op === 'ISSUBSET'
  const plainLike = c.op === 'LIKE' && c.values.every((v) => typeof v.value === 'string' && !/[%_]/.test(v.value))
  if (!(c.op === '=' || c.op === 'IN' || network || plainLike))
    return refuse(`${c.op} cannot become a single indicator (${name})`)
  return {
    singles: c.values.map((v) => ({ hint, value: String(v.value), from: 0, until: 0 })),
    refused: c.values.length === 0 ? [`nothing to compare ${name} with`] : [],
  }
}
