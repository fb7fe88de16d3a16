// What AN1700 is given: rows of query.sql, and facts that do not come from them.

/** A row of query.sql. Times are µs since 1970. */
export type Row = {
  readonly indicator: string
  /** '': it held; expired | revoked: how the indicator had ended. */
  readonly ended: string
  /** The device, or what stands for it: `device ID`, `label NAME`, `address …`, `user …`, `source …`. */
  readonly who: string
  /** End of the first contact while the indicator was valid; where it never was, of the first. */
  readonly judged_at: number
  readonly valid_rows: number
  readonly device_id: string
  readonly device_name: string
  readonly device_group: string
  readonly device_how: string
  readonly candidates: number
  readonly address: string
  readonly user: string
  readonly raw: string
  readonly observed: string
  readonly value: string
  /** Records of the very URL that is listed. */
  readonly url_rows: number
  readonly first: number
  readonly last: number
  readonly rows: number
  readonly contacts: number
  readonly kinds: Readonly<Record<string, number>>
  readonly apps: Readonly<Record<string, number>>
  readonly processes: Readonly<Record<string, number>>
  readonly attribution: string
  readonly blocked: number
  readonly user_hits: number
  readonly app_hits: number
  /** Records that stand for several contacts between a first and a last time. */
  readonly summaries: number
  readonly referrer: string
  readonly evidence: readonly (readonly [ts: string, source: string, record: number, raw: string])[]
}

/** What all feeds together say of an indicator, at the time of the first contact. */
export type IndicatorFacts = {
  readonly id: string
  readonly kind: string
  readonly value: string
  readonly url: string
  readonly families: readonly string[]
  readonly feeds: readonly string[]
  readonly targeted: boolean
  /** As the feeds state it, 0–100; null: none does. */
  readonly statedConfidence: number | null
  /** After decay, 0–100. */
  readonly confidence: number
  readonly state: string
  /** µs; 0: not stated. */
  readonly validFrom: number
  readonly validUntil: number
  /** valid_from, else when it was published; 0: not stated. */
  readonly since: number
  readonly aged: boolean
  /** No feed that names it holds it for more than a suspicion. */
  readonly doubtful: boolean
  readonly retroactive: boolean
}

export type Facts = {
  indicator(id: string, eventTime: number): IndicatorFacts | null
  /** Warning lists that a host stands on, or the URL ('' when none was seen) that was met there. */
  warnings(
    kind: 'domain' | 'ip',
    host: string,
    url: string,
  ): readonly { readonly name: string; readonly type: string }[]
  /** Devices (or addresses) with network telemetry. */
  readonly fleet: number
}
