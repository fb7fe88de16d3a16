// Rows of an answer as they come. The client’s own reader (1.23) loses an error whose trailer lies across two chunks.
import { parseError } from '@clickhouse/client'

const newline = 10
/** `{`: what every row of JSONEachRow begins with, and no line of a trailer. */
const opening = 123

/**
 * Lines of JSONEachRow → batches of rows, one a chunk. Throws the error that stands in the stream behind the rows
 * (`\r\n__exception__\r\nTAG\r\nmessage\n…`, since ClickHouse 25.11).
 */
export async function* rowsOf<T>(bytes: AsyncIterable<Buffer>): AsyncGenerator<T[]> {
  let rest: Buffer = Buffer.alloc(0)
  /** What follows the last row. */
  let trailer: Buffer[] | null = null
  for await (const chunk of bytes) {
    if (trailer) {
      trailer.push(chunk)
      continue
    }
    const whole: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    const batch: T[] = []
    let at = 0
    for (let end = whole.indexOf(newline); end !== -1; end = whole.indexOf(newline, at)) {
      if (whole[at] !== opening) break
      batch.push(JSON.parse(whole.toString('utf8', at, end)) as T)
      at = end + 1
    }
    rest = whole.subarray(at)
    if (rest.length > 0 && rest[0] !== opening) trailer = [rest]
    if (batch.length > 0) yield batch
  }
  if (trailer) throw failureOf(Buffer.concat(trailer).toString('utf8'))
  if (rest.length > 0) throw new Error('The answer of the engine breaks off in the middle of a row.')
}

function failureOf(trailer: string): Error {
  const lines = trailer.split(/\r?\n/)
  const marker = lines.indexOf('__exception__')
  const last = lines.lastIndexOf('__exception__')
  // marker, tag, message, its length and the tag, marker
  const message = marker !== -1 && last > marker ? lines.slice(marker + 2, last - 1).join('\n') : trailer.trim()
  const told = parseError(message.slice(0, 4000))
  return told instanceof Error ? told : new Error(String(told))
}
