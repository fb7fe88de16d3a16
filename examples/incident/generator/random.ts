// Random numbers that are the same everywhere: everything in the example comes from one seed.
import { type Random as Basic, openRandom } from '../../../src/simulate/random.ts'

export { hash32 } from '../../../src/simulate/random.ts'

export type Random = Pick<Basic, 'next' | 'whole' | 'pick' | 'chance' | 'hex' | 'uuid'> & {
  /** Early entries more often than late ones, as with names in real traffic. */
  pickEarly<T>(list: readonly T[]): T
  word(alphabet: string, length: number): string
}

/** A stream of its own for every label, so that adding to one part of the story leaves the others as they are. */
export function random(seed: number, label: string): Random {
  const basic = openRandom(seed, label)
  return {
    ...basic,
    pickEarly: (list) => list[Math.floor(basic.next() ** 2 * list.length)]!,
    word: (alphabet, length) => Array.from({ length }, () => alphabet[basic.whole(0, alphabet.length - 1)]).join(''),
  }
}
