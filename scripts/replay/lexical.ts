// What the letters of generated names tell: the candidate of analytics/an1756/lexical.ts against the lists.
import { chosenLabel, lexicalOddness, ordinaryLabels } from '../../src/analytics/an1756/lexical.ts'
import { aurocOf, type Split } from '../../src/simulate/measure/auroc.ts'
import { aurocText, type TextTable, two } from './data.ts'
import { readAndrewaeva, readChrmor } from './dga.ts'

/** Means of so many names after each other: what a burst shows. */
const together = 5

const inFives = (names: readonly string[]): number[] =>
  Array.from({ length: Math.floor(names.length / together) }, (_, i) => {
    const five = names.slice(i * together, (i + 1) * together)
    return five.reduce((sum, name) => sum + lexicalOddness(name), 0) / together
  })

const single = (legit: readonly string[], names: readonly string[]): Split => ({
  positives: names.map(lexicalOddness),
  negatives: legit.map(lexicalOddness),
})

export type LexicalRow = {
  readonly list: string
  readonly family: string
  readonly auroc: number
  readonly cells: readonly string[]
}

export function replayLexical(): { readonly rows: readonly LexicalRow[]; readonly table: TextTable } {
  const rows = [
    { list: 'chrmor', lists: readChrmor() },
    { list: 'andrewaeva', lists: readAndrewaeva() },
  ].flatMap(({ list, lists }) => {
    const { legit } = lists
    const legitFives = inFives(legit)
    const lengths = legit.map((name) => chosenLabel(name).length)
    const of = (family: string, names: readonly string[]): LexicalRow => {
      const split = single(legit, names)
      return {
        list,
        family,
        auroc: aurocOf(split)!,
        cells: [
          list,
          family,
          `${names.length}`,
          aurocText(split),
          aurocText({ positives: inFives(names), negatives: legitFives }),
          two(aurocOf({ positives: names.map((name) => chosenLabel(name).length), negatives: lengths })!),
        ],
      }
    }
    const each = [...lists.families].map(([family, names]) => of(family, names)).sort((a, b) => b.auroc - a.auroc)
    return [of('all', [...lists.families.values()].flat()), ...each]
  })
  return {
    rows,
    table: {
      title: 'Letters of generated names (candidate, not in the product): AUROC against Alexa names',
      head: ['list', 'family', 'names', 'one name', `mean of ${together} names`, 'toy: length'],
      rows: rows.map(({ cells }) => cells),
      notes: [
        `Bits a letter under a model of pairs and triples of letters, made of the ${ordinaryLabels().size} labels of \`src/names/data/\` that ship with the product; those are left out of the Alexa names. Nothing was fitted to the lists. Our references give no numbers of peers for them.`,
      ],
    },
  }
}
