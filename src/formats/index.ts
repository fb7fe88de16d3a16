// The list of formats. Order matters only where two could claim the same bytes: the first that says `yes` wins.
import type { Format } from '../model/index.ts'
import { zeekDns } from './zeek-dns/format.ts'

export const formats: readonly Format[] = [zeekDns]

/** The format of these bytes: the first `yes`, else the first `maybe`, else null. */
export function pickFormat(head: Buffer, name: string): Format | null {
  let maybe: Format | null = null
  for (const format of formats) {
    const answer = format.sniff(head, name)
    if (answer === 'yes') return format
    if (answer === 'maybe') maybe ??= format
  }
  return maybe
}
