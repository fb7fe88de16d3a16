// The finding: what an analytic says, and what the command line, the API and the console show.

export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof severities)[number]
export const severityRank = (s: Severity): number => severities.indexOf(s)

export type Caveat = { readonly code: string; readonly text: string }

export type Evidence = {
  /** Path of the source as the user gave it. */
  readonly source: string
  readonly record: number
  /** ISO 8601 UTC. */
  readonly ts: string
  readonly raw: string
}

export type FindingDevice = {
  readonly id: string | null
  readonly name: string | null
  readonly group: string | null
  readonly address: string | null
  /** How the device was known: record | folder | option | map:ip | lease:mac … ; null when it is not. */
  readonly identified_by: string | null
}

export type IndicatorRef = {
  readonly id: string
  readonly kind: string
  readonly value: string
  readonly families: readonly string[]
  readonly feeds: readonly string[]
  readonly state_at_event: string
  /** ISO 8601 UTC or null. */
  readonly valid_from: string | null
  readonly valid_until: string | null
  /** 0–100 as the feed states it, else null. */
  readonly confidence: number | null
}

/** A step of a sequence (AN1756). */
export type Link = {
  readonly kind: string
  readonly ts: string
  readonly text: string
  readonly probability: number | null
  readonly evidence: readonly Evidence[]
}

export type Finding = {
  readonly id: string
  readonly analytic: string
  readonly version: number
  readonly title: string
  readonly severity: Severity
  /** Calibrated probability that the finding is a true contact (AN1700) or not chance (AN1756). */
  readonly score: number
  /** First seen by this store in this scan. */
  readonly new: boolean
  readonly device: FindingDevice
  readonly user: string | null
  readonly app: string | null
  readonly process: string | null
  /** How app or process were known; null when neither is. */
  readonly attribution: string | null
  readonly destination: { readonly value: string; readonly raw: string; readonly kind: string } | null
  readonly first_seen: string
  readonly last_seen: string
  readonly count: number
  readonly indicator: IndicatorRef | null
  readonly retroactive: boolean
  readonly links: readonly Link[]
  readonly evidence: readonly Evidence[]
  readonly caveats: readonly Caveat[]
}

/** An analytic that could not run, or not fully, and what would let it. */
export type Blind = { readonly analytic: string; readonly reason: string; readonly remedy: string }
