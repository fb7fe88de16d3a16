// Does a scorer of regular contact rank command channels above what is harmless and regular? One answer for each cell.
import { aurocOf, aurocWithInterval, type Comparison, compareAuroc, type Measured } from './auroc.ts'
import { type Cell, type Contacts, cells, channelOf, harmlessOf, type Mechanism, mechanisms } from './contacts.ts'

const day = 86_400

/**
 * `times` in seconds from 0, sorted, and bytes sent, one each; `spanSeconds` of the data. Greater is more suspicious.
 * Null: not scored, which ranks below every number.
 */
export type Scorer = (times: readonly number[], bytes: readonly number[], spanSeconds: number) => number | null

export type GridOptions = {
  /** 1, 7 and 30 are reported. */
  readonly days: number
  readonly seed: number
  /** Channels of each cell. */
  readonly channels?: number
  /** Harmless pairs of each mechanism; the same for every cell. */
  readonly harmless?: number
  readonly level?: number
  /** All 36 without. */
  readonly cells?: readonly Cell[]
}

export type CellResult = Measured & {
  readonly cell: Cell
  /** Share of the channels that got a score at all. */
  readonly scored: number
  /** AUROC against each mechanism alone. */
  readonly against: Readonly<Record<Mechanism, number>>
}

type Grid = {
  readonly cells: readonly Cell[]
  readonly spanSeconds: number
  readonly level: number
  readonly harmless: Readonly<Record<Mechanism, readonly Contacts[]>>
  readonly channelsOf: (cell: Cell) => Contacts[]
}

function gridOf(options: GridOptions): Grid {
  const { days, seed, channels = 100, harmless = 60, level = 0.95 } = options
  const spanSeconds = days * day
  const numbers = (n: number) => Array.from({ length: n }, (_, i) => i)
  const of = (mechanism: Mechanism) => numbers(harmless).map((i) => harmlessOf(seed, mechanism, i, spanSeconds))
  return {
    cells: options.cells ?? cells,
    spanSeconds,
    level,
    harmless: Object.fromEntries(mechanisms.map((m) => [m, of(m)])) as Record<Mechanism, Contacts[]>,
    channelsOf: (cell) => numbers(channels).map((i) => channelOf(seed, cell, i, spanSeconds)),
  }
}

const scoreAll = (scorer: Scorer, pairs: readonly Contacts[], spanSeconds: number): number[] =>
  pairs.map(({ times, bytes }) => scorer(times, bytes, spanSeconds) ?? Number.NEGATIVE_INFINITY)

/** AUROC of a scorer in each cell against all harmless mechanisms in equal parts, with its interval (DeLong). */
export function evaluateCells(scorer: Scorer, options: GridOptions): CellResult[] {
  const grid = gridOf(options)
  const harmless = mechanisms.map((m) => scoreAll(scorer, grid.harmless[m], grid.spanSeconds))
  return grid.cells.map((cell) => {
    const positives = scoreAll(scorer, grid.channelsOf(cell), grid.spanSeconds)
    const against = mechanisms.map((m, i) => [m, aurocOf({ positives, negatives: harmless[i]! })!])
    return {
      cell,
      ...aurocWithInterval({ positives, negatives: harmless.flat() }, grid.level)!,
      scored: positives.filter((score) => score !== Number.NEGATIVE_INFINITY).length / positives.length,
      against: Object.fromEntries(against) as Record<Mechanism, number>,
    }
  })
}

export type CellComparison = Comparison & { readonly cell: Cell }

/** AUROC of `a` minus that of `b` on the same pairs in each cell: `a` is better where `low` is above 0. */
export function compareCells(a: Scorer, b: Scorer, options: GridOptions): CellComparison[] {
  const grid = gridOf(options)
  const pairs = mechanisms.flatMap((m) => grid.harmless[m])
  const [negativesA, negativesB] = [scoreAll(a, pairs, grid.spanSeconds), scoreAll(b, pairs, grid.spanSeconds)]
  return grid.cells.map((cell) => {
    const channels = grid.channelsOf(cell)
    const ofA = { positives: scoreAll(a, channels, grid.spanSeconds), negatives: negativesA }
    const ofB = { positives: scoreAll(b, channels, grid.spanSeconds), negatives: negativesB }
    return { cell, ...compareAuroc(ofA, ofB, grid.level)! }
  })
}
