// What AN1756 is given: rows of its queries. Times in s since 1970.

/** A row of episodes.sql: one device and one destination. */
export type EpisodeRow = {
  readonly who: string
  readonly destination: string
  readonly class: string
  readonly app: string
  /** First and last contact of the device with anything. */
  readonly began: number
  readonly ended: number
  readonly t0: number
  readonly others: number
  /** Other devices whose own first contact lies within 48 h of this one. */
  readonly others_soon: number
  readonly hours_day: number
  readonly contacts_day: number
  readonly failed_day: number
  readonly out_day: number
  readonly in_day: number
  readonly names_day: number
  readonly longest_day: number
  readonly odd_day: number
  readonly hours_all: number
  /** Means over the other devices that know the destination; 0 where there is none. */
  readonly hours_others: number
  readonly out_others: number
  readonly days_all: number
  readonly hours: readonly (readonly [hour: number, contacts: number, low: number, high: number])[]
}

/** A row of effects.sql. */
export type EffectRow = {
  readonly who: string
  readonly at: number
  readonly source: number
  readonly record: number
  readonly event_key: string
  readonly kind: string
  readonly category: string
  readonly process: string
  readonly process_path: string
  readonly app: string
  readonly app_version: string
  readonly os_build: string
  readonly first_party: string
  readonly bug_type: string
  readonly exception_type: string
  readonly exception_subtype: string
  readonly signal: string
  readonly termination_namespace: string
  readonly termination_code: string
  readonly fault_address: string
  readonly pc_image: string
  readonly pc_known: number
  readonly locked: string
  readonly value: string
  readonly before: string
  /** Since when it may have happened: of a posture change the time when the old state was told last; else `at`. */
  readonly since: number
  /** Devices that have the app, by their app lists; 0: not known. */
  readonly app_devices: number
  /** When the app was first listed on this device, where earlier lists lack it; 0: not known, or it was always there. */
  readonly app_since: number
}

type Shown = readonly [ts: string, source: string, record: number, raw: string]

/** A row of query.sql: whose chain it is, and the records that show it. */
export type Row = {
  readonly number: number
  readonly who: string
  readonly device_id: string
  readonly device_name: string
  readonly device_group: string
  readonly user: string
  readonly device_how: string
  readonly address: string
  readonly app: string
  readonly process: string
  readonly attribution: string
  readonly raw: string
  readonly contact: readonly Shown[]
  readonly effect: readonly Shown[]
}
