// What the parts of the terminal output share: colours, limits, lines that fit.
import type pc from 'picocolors'
import type { Severity } from '../../model/index.ts'
import type { ScanResult } from '../../pipeline/contract.ts'
import { clip } from './width.ts'

// Together they keep a scan of any size near 100 lines; `verbose` lifts them.
export const folded = { sources: 8, feeds: 4, full: 6, brief: 12, leads: 4, blind: 6, hidden: 4, problems: 5 } as const
type Limits = { readonly [K in keyof typeof folded]: number }
export const unfolded = Object.fromEntries(Object.keys(folded).map((key) => [key, Number.POSITIVE_INFINITY])) as Limits

export type Paint = ReturnType<typeof pc.createColors>
export type View = {
  readonly scan: ScanResult
  readonly paint: Paint
  readonly width: number
  readonly limits: Limits
  readonly rest: string
}

export const severityColour = (paint: Paint, s: Severity): ((text: string) => string) =>
  ({
    critical: (t: string) => paint.bold(paint.red(t)),
    high: paint.red,
    medium: paint.yellow,
    low: paint.blue,
    info: paint.dim,
  })[s]

/** Cut on blanks at `width`, every line indented. */
export function wrapped(text: string, width: number, indent: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width - indent.length) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  if (line !== '') lines.push(line)
  return lines.map((l) => indent + clip(l, width - indent.length))
}

export const title = ({ paint, width }: View, text: string, more = ''): string[] => [
  '',
  paint.bold(text) + (more ? `  ${paint.dim(clip(more, width - text.length - 2))}` : ''),
]
