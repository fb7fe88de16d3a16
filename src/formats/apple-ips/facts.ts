// What the parts of a report say of its event: columns of `device_event`, filled piece by piece.
import type { DeviceEventRow, Stamped } from '../../model/index.ts'
import { brief } from './apple.ts'

/** Columns without time, raw text and key, which belong to the report as a whole. */
export type Facts = Partial<Omit<DeviceEventRow, Stamped | 'ts' | 'raw' | 'event_key' | 'detail'>> & {
  detail?: Record<string, string>
}

/** `times`: when it happened, as the report writes it, best first. `end`: when it ended, where it has a length. */
export type Piece = {
  readonly facts: Facts
  readonly times: readonly string[]
  readonly end?: string
  /** The text breaks off before the part that every report ends with, or has more lines than are read. */
  readonly cut?: 'truncated' | 'size_limit' | ''
}

/** Later facts stand over earlier ones where they say anything; details are joined. */
export function joinFacts(...pieces: readonly Facts[]): Facts {
  const all: Record<string, unknown> = {}
  const detail: Record<string, string> = {}
  for (const { detail: more, ...columns } of pieces) {
    for (const [column, value] of Object.entries(columns)) if (value !== '' && value !== 0) all[column] = value
    Object.assign(detail, more)
  }
  return { ...all, detail }
}

/** Details with a value, each cut to a length that suits a table cell. */
export function details(given: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [key, value] of Object.entries(given)) if (value.trim() !== '') kept[key] = brief(value.trim(), 1000)
  return kept
}
