// Stratosphere's behaviour letters: one string a 4-tuple, one letter a flow. Decoded as far as the published encoding
// goes, contacts rebuilt within it, and scored.

import { regularity } from '../../src/analytics/an1756/regular.ts'
import { aurocOf } from '../../src/simulate/measure/auroc.ts'
import { bootstrapInterval } from '../../src/simulate/measure/intervals.ts'
import { evaluateCells } from '../../src/simulate/measure/regular.ts'
import { openRandom } from '../../src/simulate/random.ts'
import { aurocText, ends, labelled, linesOf, type TextTable, two } from './data.ts'
import {
  furtherScorers,
  minutesOfTimes,
  type Pair,
  type PairScorer,
  pairScorers,
  regularityOrWakes,
  splitOf,
} from './pairs.ts'

/** One flow. `gap`: bounds of the time since the flow before, s; null for the first, or where the string has no sign. */
export type Flow = {
  /** 1 strong … 4 none: how far this gap is from the one before; null for the first two flows. */
  readonly periodicity: 1 | 2 | 3 | 4 | null
  /** 1 to 250 bytes, 2 to 1,100, 3 beyond. */
  readonly size: 1 | 2 | 3
  readonly gap: readonly [low: number, high: number] | null
}

// Source of the encoding: the README and symbol handler of stratosphereips/StratosphereLinuxIPS (thresholds of 5, 60, 300
// and 3,600 s; ratios of neighbouring gaps of 1.05, 1.3 and 5; sizes of 250 and 1,100 bytes). Facts; none of its code is here.
const alphabets: readonly (readonly [letters: string, periodicity: Flow['periodicity']])[] = [
  ['123456789', null],
  ['abcdefghi', 1],
  ['ABCDEFGHI', 2],
  ['rstuvwxyz', 3],
  ['RSTUVWXYZ', 4],
]
const ratios: Readonly<Record<1 | 2 | 3 | 4, readonly [number, number]>> = {
  1: [1, 1.05],
  2: [1.05, 1.3],
  3: [1.3, 5],
  4: [5, Number.POSITIVE_INFINITY],
}
/** Shorter than a fifth of a second is one contact to every scorer. */
const shortest = 0.2
const signs: Readonly<Record<string, readonly [number, number]>> = {
  '.': [shortest, 5],
  ',': [5, 60],
  '+': [60, 300],
  '*': [300, 3600],
}

/** Flows of a string; null when it has a sign that the encoding does not know. */
export function decode(text: string): Flow[] | null {
  const flows: { periodicity: Flow['periodicity']; size: Flow['size']; gap: Flow['gap'] }[] = []
  let hours = 0
  for (const sign of text) {
    if (sign === '0') {
      hours++
      continue
    }
    const gap = signs[sign]
    if (gap !== undefined) {
      const last = flows.at(-1)
      if (last !== undefined && last.gap === null) last.gap = gap
      continue
    }
    const found = alphabets.find(([letters]) => letters.includes(sign))
    if (found === undefined) return null
    const size = (Math.floor(found[0].indexOf(sign) / 3) + 1) as Flow['size']
    flows.push({ periodicity: found[1], size, gap: hours === 0 ? null : [3600 * hours, 3600 * (hours + 1)] })
    hours = 0
  }
  return flows
}

/** Of a size only its class is told: one value for each, which is the best case for whoever looks for even sizes. */
const bytesOf: Readonly<Record<Flow['size'], number>> = { 1: 150, 2: 600, 3: 3000 }

/** Beyond a sign that is missing: anything from a second to an hour. */
const unknownGap: readonly [number, number] = [1, 3600]

/**
 * Contacts that would be written with these letters: each gap drawn evenly on a logarithmic scale from what its sign and
 * its ratio to the gap before leave open; from the sign alone where the two exclude each other (rounding of earlier draws).
 */
export function rebuild(
  flows: readonly Flow[],
  number: number,
  draw: number,
): { readonly times: number[]; readonly bytes: number[] } {
  const random = openRandom(draw, `letters/${number}`)
  const between = (low: number, high: number): number => low * (high / low) ** random.next()
  const times = [0]
  let [now, before] = [0, 0]
  for (const { gap, periodicity } of flows.slice(1)) {
    const [low, high] = gap ?? unknownGap
    const spans: (readonly [number, number])[] = []
    if (periodicity !== null && before > 0) {
      const [least, most] = ratios[periodicity]
      for (const [from, to] of [
        [before * least, before * most],
        [before / most, before / least],
      ] as const)
        if (Math.max(from, low) < Math.min(to, high)) spans.push([Math.max(from, low), Math.min(to, high)])
    }
    const [from, to] = spans.length === 0 ? [low, high] : random.pick(spans)
    before = between(from, to)
    now += before
    times.push(now)
  }
  return { times, bytes: flows.map(({ size }) => bytesOf[size]) }
}

export type Tuple = {
  readonly number: number
  readonly label: string
  readonly source: string
  readonly flows: readonly Flow[]
}

/**
 * Labelled tuples of the file, each with its longest string: many stand there twice. `left`: rows without a label or with
 * a foreign sign.
 */
export function readTuples(path: string): { readonly tuples: Tuple[]; readonly left: number; readonly twice: number } {
  let left = 0
  const read = linesOf(path).flatMap((line, number) => {
    const parts = line.split('|').map((part) => part.trim())
    const found = /From-(?:Botnet|Malware|Normal)-\S*/.exec(line)
    const flows = decode(parts.at(-1) ?? '')
    const source = /(\d+\.\d+\.\d+\.\d+)-/.exec(parts.at(-2) ?? '')?.[1]
    if (found === null || flows === null || flows.length === 0 || source === undefined) {
      left++
      return []
    }
    return [{ number, label: found[0], source, flows, key: `${found[0]} ${parts.at(-2)}` }]
  })
  const tuples = [...Map.groupBy(read, ({ key }) => key).values()].map(
    (same) => same.toSorted((a, b) => b.flows.length - a.flows.length)[0]!,
  )
  return { tuples, left, twice: read.length - tuples.length }
}

const isNormal = (label: string): boolean => label.startsWith('From-Normal')
/** What a command channel is called in the labels. */
const isCommand = (label: string): boolean => /[-.](CC|C&C)|CC[.\d-]|njrat/i.test(label)

/** Odd, so that one is the median. */
export const draws = 5

type Question = {
  readonly title: string
  readonly counts: (tuple: Tuple) => boolean
  readonly malicious: (tuple: Tuple) => boolean
  /** Hours with a contact that a pair has at least. */
  readonly hours: number
}

const commandAgainstNormal = {
  counts: ({ label }: Tuple) => isNormal(label) || isCommand(label),
  malicious: ({ label }: Tuple) => !isNormal(label),
}

export const questions: readonly Question[] = [
  { title: 'command channels against normal', ...commandAgainstNormal, hours: 0 },
  // what the product asks for before it looks at regularity (surprise.ts)
  { title: 'the same, active in 4 hours or more', ...commandAgainstNormal, hours: 4 },
  {
    title: 'command channels against all else',
    counts: () => true,
    malicious: ({ label }) => isCommand(label),
    hours: 0,
  },
  { title: 'bots against normal', counts: () => true, malicious: ({ label }) => !isNormal(label), hours: 0 },
]

/** Flows that a tuple has at least. */
const leastFlows = 10

const hoursOf = ({ times }: Pair): number => new Set(times.map((time) => Math.floor(time / 3600))).size

/** The tuples of a question, rebuilt by the numbers of one draw. */
export const pairsOf = (tuples: readonly Tuple[], question: Question, draw: number): Pair[] =>
  tuples
    .filter((tuple) => tuple.flows.length >= leastFlows && question.counts(tuple))
    .map((tuple) => ({
      name: `${tuple.number}`,
      malicious: question.malicious(tuple),
      cluster: tuple.source,
      ...rebuild(tuple.flows, tuple.number, draw),
    }))
    .filter((pair) => hoursOf(pair) >= question.hours)

/** Interval of the AUROC when whole source hosts are drawn with replacement: what one host did is not independent. */
function bySource(pairs: readonly Pair[], of: PairScorer['of']): string {
  const rows = pairs.map((pair) => ({ malicious: pair.malicious, cluster: pair.cluster, score: of(pair) }))
  const interval = bootstrapInterval(
    [...Map.groupBy(rows, ({ cluster }) => cluster).values()],
    (drawn) => {
      const all = drawn.flat()
      return aurocOf({
        positives: all.flatMap(({ malicious, score }) => (malicious ? [score] : [])),
        negatives: all.flatMap(({ malicious, score }) => (malicious ? [] : [score])),
      })
    },
    { draws: 400 },
  )
  return interval === null ? '–' : ends(interval)
}

export type LettersResult = {
  readonly tuples: number
  readonly left: number
  readonly twice: number
  /** Malicious pairs and all of them, by question, in the first draw. */
  readonly sizes: Readonly<Record<string, readonly [malicious: number, all: number]>>
  /** Median AUROC over the draws, by question and scorer. */
  readonly auroc: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly table: TextTable
}

const scorers = [...pairScorers, ...furtherScorers]

/** Mean AUROC over the simulated grid of docs/evaluation.md, on the seed that regularity was tried on: what a candidate costs there. */
function gridMean(of: (times: readonly number[]) => number, days: number): string {
  const cells = evaluateCells((times) => of(times), { days, seed: 11, channels: 30, harmless: 20 })
  return two(cells.reduce((sum, { auroc }) => sum + auroc, 0) / cells.length)
}

const gridCost = (): string =>
  [1, 7]
    .map((days) => {
      const now = gridMean((times) => regularity(minutesOfTimes(times)), days)
      return `${now} to ${gridMean(regularityOrWakes, days)} over ${days} ${days === 1 ? 'day' : 'days'}`
    })
    .join(', ')

export function replayLetters(): LettersResult {
  const { tuples, left, twice } = readTuples(`${labelled}/slips/all_datasets_raw.tsv.gz`)
  const auroc: Record<string, Record<string, number>> = {}
  const sizes: Record<string, readonly [number, number]> = {}
  let widest = 0
  const columns = questions.map((question) => {
    const drawn = Array.from({ length: draws }, (_, draw) => pairsOf(tuples, question, draw))
    sizes[question.title] = [drawn[0]!.filter(({ malicious }) => malicious).length, drawn[0]!.length]
    auroc[question.title] = {}
    return scorers.map(({ title, of }) => {
      const values = drawn.map((pairs) => aurocOf(splitOf(pairs, of))!)
      const sorted = values.toSorted((a, b) => a - b)
      const middle = values.indexOf(sorted[draws >> 1]!)
      auroc[question.title]![title] = values[middle]!
      widest = Math.max(widest, sorted.at(-1)! - sorted[0]!)
      return `${aurocText(splitOf(drawn[middle]!, of))}; ${bySource(drawn[middle]!, of)}`
    })
  })
  return {
    tuples: tuples.length,
    left,
    twice,
    sizes,
    auroc,
    table: {
      title: 'Behaviour letters: AUROC of scorers of regular contact, bots in captures of Stratosphere',
      head: [
        'scorer',
        ...questions.map(({ title }) => `${title}: ${sizes[title]![0]} and ${sizes[title]![1] - sizes[title]![0]}`),
      ],
      rows: scorers.map(({ title }, i) => [title, ...columns.map((cells) => cells[i]!)]),
      notes: [
        `${tuples.length.toLocaleString('en-US')} labelled 4-tuples (${twice} more stand there twice, ${left} rows have no label); those of ${leastFlows} flows or more count. In brackets the interval after DeLong, as if pairs were independent; behind the semicolon the interval when whole source hosts are drawn, of which there are few. Median of ${draws} draws of what the letters leave open; the draws differ by ${two(widest)} at most.`,
        'A letter tells the class of size, duration and of the ratio of two gaps (1.05, 1.3, 5), a sign the class of the gap (5 s, 1 min, 5 min, 1 h, whole hours). Contacts are drawn from what these leave open; sizes are one number for each class, in favour of RITA and Elastic. Clock phase, time of day and the length of the capture are lost; strings end at some 500 flows.',
        `What the candidate costs on simulated channels: the mean AUROC over the cells of the grid goes from ${gridCost()} (tuning seed 11).`,
      ],
    },
  }
}
