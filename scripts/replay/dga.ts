// The labelled lists of generated names, and the Alexa names beside them.
import { join } from 'node:path'
import { chosenLabel, ordinaryLabels } from '../../src/analytics/an1756/lexical.ts'
import { filesBelow, labelled, linesOf } from './data.ts'

export type Lists = { readonly legit: readonly string[]; readonly families: ReadonlyMap<string, readonly string[]> }

/** Names that the model was made of are no test of it. */
const unseen = (names: readonly string[]): string[] => {
  const known = ordinaryLabels()
  return names.filter((name) => !known.has(chosenLabel(name)))
}

export function readChrmor(): Lists {
  const rows = linesOf(join(labelled, 'dga/chrmor_dga_domains_sample.csv')).map((line) => line.toLowerCase().split(','))
  const families = Map.groupBy(
    rows.filter(([label]) => label === 'dga'),
    ([, family]) => family!,
  )
  return {
    legit: unseen(rows.flatMap(([label, , name]) => (label === 'legit' ? [name!] : []))),
    families: new Map([...families].sort().map(([family, list]) => [family, list.map(([, , name]) => name!)])),
  }
}

const andrewaevaFamilies = [
  'conficker',
  'cryptolocker',
  'matsnu',
  'pushdo',
  'ramdo',
  'rovnix',
  'tinba',
  'zeus',
] as const

export function readAndrewaeva(): Lists {
  const read = (name: string): string[] =>
    linesOf(join(labelled, `dga/andrewaeva_1000/${name}_1000.txt`)).map((line) => line.trim().toLowerCase())
  return { legit: unseen(read('alexa')), families: new Map(andrewaevaFamilies.map((family) => [family, read(family)])) }
}

/** Output of re-written generators, one list a variant; there are no legitimate names with them. */
export function readBaderj(): ReadonlyMap<string, readonly string[]> {
  const folder = join(labelled, 'dga/baderj')
  return new Map(
    filesBelow(folder).map((file) => [
      file
        .replace(/__?(example_)?domains/, '')
        .replace(/\.txt$/, '')
        .replaceAll('__', ' '),
      // some lists have dates between the names
      linesOf(join(folder, file))
        .map((line) => line.trim().toLowerCase())
        .filter((line) => /^[a-z0-9.-]+\.[a-z]/.test(line)),
    ]),
  )
}
