// Syslog around any text format: RFC 3164 (with and without priority), RFC 5424, octet counting (RFC 6587). The head is taken off
// before the format sees the line, so `raw` is the message: the same record from a file and through syslog is one.
import type { Format, SqlFormat, SqlVariant } from '../model/index.ts'
import { headLines, sqlFile } from './text.ts'

const time = '\\d{4}-\\d\\d-\\d\\dT[^ ]{8,32}'

/** Heads of lines, in the syntax that the engine’s regexes and JavaScript’s share. */
const heads = {
  /** Priority, version, time, host, program, process, message id, structured data, byte order mark. */
  rfc5424: `^<\\d{1,3}>[1-9]\\d? (?:-|${time}) [^ ]+ [^ ]+ [^ ]+ [^ ]+ (?:-|(?:\\[(?:[^\\]\\\\]|\\\\.)*\\])+) ?\ufeff?`,
  /** Perhaps priority; time; perhaps host; perhaps program with its process (it begins with no digit: a time may follow). */
  rfc3164: `^(?:<\\d{1,3}>)?(?:[A-Z][a-z]{2} [ \\d]\\d (?:\\d{4} )?\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?|${time}):? (?:[A-Za-z0-9._:/-]+ )?(?:[A-Za-z_./(][A-Za-z0-9_./()-]*(?:\\[\\d+\\])?: ?)?`,
} as const
const patterns = Object.values(heads).map((source) => new RegExp(source))

const withoutHead = (frame: string): string => {
  const pattern = patterns.find((candidate) => candidate.test(frame))
  return pattern ? frame.replace(pattern, '') : frame
}

/** Frames of a line: messages with their length before them, or the line itself. */
function framesOf(line: string): string[] {
  if (!/^[1-9]\d{0,5} <\d{1,3}>/.test(line)) return [line]
  const bytes = Buffer.from(line)
  const frames: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const count = /^([1-9]\d{0,5}) </.exec(bytes.toString('latin1', at, at + 12))?.[1]
    if (count === undefined) break
    const start = at + count.length + 1
    frames.push(bytes.toString('utf8', start, start + Number(count)))
    at = start + Number(count)
  }
  return frames
}

/** The head of the messages in `head`; null when no line bears a syslog head. */
export function unframedHead(head: Buffer): Buffer | null {
  const lines = headLines(head, 400).flatMap(framesOf)
  const bare = lines.map(withoutHead)
  return bare.some((line, i) => line !== lines[i]) ? Buffer.from(bare.map((line) => `${line}\n`).join('')) : null
}

const relation = '{lines:Identifier}'
const messages = `(\n${sqlFile(import.meta.url, 'framed-lines.sql')})`
const overMessages = (sql: string): string => sql.replaceAll(relation, messages)

/** The format over the messages of a syslog file: same id and version, for it gives the same rows. */
export const framed = (format: SqlFormat): SqlFormat => ({
  ...format,
  sniff: (head, name) => format.sniff(unframedHead(head) ?? head, name),
  variants: format.variants.map(
    (variant): SqlVariant => ({
      ...variant,
      accepts: (head, name) => variant.accepts(unframedHead(head) ?? head, name),
      parts: variant.parts.map((part) => ({ ...part, sql: overMessages(part.sql) })),
      problems: overMessages(variant.problems),
      params: (head, context) => ({ ...variant.params?.(unframedHead(head) ?? head, context), ...heads }),
    }),
  ),
})

/** The format of the messages in a syslog file that no format claims as it stands; null when none does. */
export function pickFramed(head: Buffer, name: string, formats: readonly Format[]): Format | null {
  const bare = unframedHead(head)
  if (bare === null) return null
  const inner = formats.find((format) => format.kind === 'sql' && format.sniff(bare, name) === 'yes')
  return inner?.kind === 'sql' ? framed(inner) : null
}
