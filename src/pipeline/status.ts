// What became of a source, in a word.

export type Status = 'ok' | 'partial' | 'failed' | 'skipped' | 'unclaimed'

/** Problems that say something about a row, not that something is missing. */
const harmless = new Set(['wrong_platform', 'bad_name', 'unknown_field', 'encoding'])

/** `failed`: bytes but no row, and problems. `partial`: rows and problems. */
export function statusOf(rows: number, problems: Readonly<Record<string, number>>, bytes: number): Status {
  const bad = Object.entries(problems).some(([code, count]) => count > 0 && !harmless.has(code))
  if (!bad) return 'ok'
  return rows === 0 && bytes > 0 ? 'failed' : 'partial'
}
