// How unlike an ordinary name the letters of a name are. A candidate for the signal `generated`: measured on labelled lists
// (docs/evaluation.md), not used by the analytic.
import { knownNames } from '../../names/infrastructure.ts'
import { registrableDomain } from '../../names/suffix.ts'

/** Letters before the one that is predicted: with more, some 700 names say too little. */
const context = 2
const begin = '^'
const end = '$'
/** What a name can be made of, for a letter that was never seen anywhere: a–z, any digit, hyphen, the end. */
const alphabet = 29

type Seen = { total: number; readonly next: Map<string, number> }

/** All digits are one sign: which one it is says nothing. */
const signs = (label: string): string =>
  `${begin.repeat(context)}${label.toLowerCase().replaceAll(/[0-9]/g, '0')}${end}`

function train(labels: Iterable<string>): ReadonlyMap<string, Seen> {
  const model = new Map<string, Seen>()
  for (const label of labels) {
    const text = signs(label)
    for (let at = context; at < text.length; at++)
      for (let length = 0; length <= context; length++) {
        const before = text.slice(at - length, at)
        const seen = model.get(before) ?? { total: 0, next: new Map<string, number>() }
        seen.total++
        seen.next.set(text[at]!, (seen.next.get(text[at]!) ?? 0) + 1)
        model.set(before, seen)
      }
  }
  return model
}

/**
 * The label that somebody chose: the first of the registrable domain, or below a shared suffix the tenant's. The whole
 * name where it has neither.
 */
export const chosenLabel = (name: string): string => (registrableDomain(name) ?? name).split('.')[0]!

/** Labels that the model is made of: names that ship with the product, each once. */
export const ordinaryLabels = (): ReadonlySet<string> =>
  new Set(knownNames.flatMap(({ of }) => of.map((name) => chosenLabel(name).toLowerCase())))

let model: ReadonlyMap<string, Seen> | null = null

/** Witten–Bell: a context of which much can follow leaves more to the shorter one. */
function probability(trained: ReadonlyMap<string, Seen>, before: string, sign: string): number {
  let p = 1 / alphabet
  for (let length = 0; length <= context; length++) {
    const seen = trained.get(before.slice(before.length - length))
    if (seen === undefined) break
    p = ((seen.next.get(sign) ?? 0) + seen.next.size * p) / (seen.total + seen.next.size)
  }
  return p
}

/**
 * Bits a letter that a model of ordinary names needs for this one: 3.6 to 5.5 for eight of ten Alexa names, 6 to 7.5 for
 * letters drawn by lot (measured, docs/evaluation.md). `name`: canonical; its suffix does not count. 0 for an empty name.
 * Words strung together look ordinary, whoever strung them; names in languages of which the model has few look odd. The
 * model is worked out at the first call.
 */
export function lexicalOddness(name: string): number {
  model ??= train(ordinaryLabels())
  const text = signs(chosenLabel(name))
  if (text.length === context + 1) return 0
  let bits = 0
  for (let at = context; at < text.length; at++)
    bits -= Math.log2(probability(model, text.slice(at - context, at), text[at]!))
  return bits / (text.length - context)
}
