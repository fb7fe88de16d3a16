// What an analytic is: a question in SQL and a pure judge. See docs/spec/analytic.md.
import type { Blind, Finding } from './finding.ts'
import type { EvidenceTable } from './tables.ts'

/** What must be in the store for the analytic to see anything. Unmet: `blind`, never "no findings". */
export type Need = {
  readonly table: EvidenceTable | 'indicator'
  /** At least one of these columns must be filled in some row; none named: any row will do. */
  readonly anyOf?: readonly string[]
  readonly blind: Omit<Blind, 'analytic'>
}

export type Param = {
  readonly means: string
  readonly unit: string
  readonly default: number
  readonly min: number
  readonly max: number
}

export type Analytic<Row, Facts> = {
  /** ATT&CK id: `AN1700`. */
  readonly id: string
  readonly title: string
  /** Raised when the same rows would be judged otherwise. */
  readonly version: number
  readonly attack: { readonly analytic: string; readonly detectionStrategy: string; readonly technique: string }
  readonly needs: readonly Need[]
  readonly params: Readonly<Record<string, Param>>
  /** Text of `query.sql`. */
  readonly query: string
  /** Pure: a row of the query and facts about the whole → what to say, or null. `new` is set by the pipeline. */
  judge(row: Row, facts: Facts): Finding | null
}

export const defineAnalytic = <Row, Facts>(analytic: Analytic<Row, Facts>): Analytic<Row, Facts> => analytic
