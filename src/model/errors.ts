/** The operator can mend it: what happened, why, and what to do next. Shown without a stack; exit 2. */
export class UserError extends Error {
  override name = 'UserError'
  readonly why: string
  readonly next: string
  constructor(what: string, why: string, next: string, options?: { cause?: unknown }) {
    super(what, options)
    this.why = why
    this.next = next
  }
}

/** Bad data, with its position. Counted, sampled and stored; never thrown through a format. */
export type Problem = {
  /** Short code from `problemCodes`. */
  readonly code: ProblemCode
  /** Record (line) number from 1; 0 when the whole source is meant. */
  readonly record: number
  /** Byte offset in the decompressed source; -1 when unknown. */
  readonly byte: number
  readonly detail: string
  readonly sample: string
}

/** Every code with its meaning in a sentence. Shown in help, docs and reports. */
export const problemCodes = {
  bad_record: 'the record is not valid in its format',
  bad_time: 'the record has no readable time',
  bad_name: 'the name contacted cannot be a host name; it is kept and compared as bytes',
  missing_field: 'a field that the format always has is missing',
  unknown_field: 'the format was seen with a field that Codling does not know',
  unknown_kind: 'the record is of a kind that Codling does not know',
  truncated: 'the data end in the middle of a record',
  line_too_long: 'a line is longer than 16 MiB; the rest of it was left out',
  encoding: 'the text is not UTF-8; it was converted or bad bytes were replaced',
  too_deep: 'nested deeper than the limit',
  compressed_damaged: 'the compressed data are damaged; what could be decompressed was read',
  ratio_limit: 'decompresses to far more than it should (a bomb?); reading was stopped',
  size_limit: 'larger than the limit; the rest was left out',
  count_limit: 'more members than the limit; the rest was left out',
  bad_path: 'a member’s path leads out of the archive or is absolute; it was left out',
  link: 'a link inside an archive or folder; it was not followed',
  encrypted: 'encrypted; it cannot be read without its password',
  unreadable: 'it cannot be opened or read',
  changed: 'the file grew or changed while it was read; the part that stood at the start was read',
  engine: 'the engine failed on this source',
  wrong_platform: 'the report is not from iOS or iPadOS; it is kept and told apart',
} as const
export type ProblemCode = keyof typeof problemCodes

/** A message that is safe to show: no control characters, bounded. */
export function plainMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ').slice(0, 2000)
}
