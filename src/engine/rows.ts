// Rows of an answer as they come. The client’s own reader (1.23) loses an error whose trailer lies across two chunks.
import type { Readable } from 'node:stream'
import { parseError } from '@clickhouse/client'

const newline = 10
/** `{`: what every row of JSONEachRow begins with, and no line of a trailer. */
const opening = 123

/** Read ahead of whoever takes the rows. Bytes. */
const ahead = 8 * 1024 ** 2

/**
 * Chunks of a response as they come. A server that fails in the middle sends its error and resets the connection: what
 * Node has not handed over by then is lost, so it is taken at once.
 */
async function* chunksOf(stream: Readable): AsyncGenerator<Buffer> {
  const queue: Buffer[] = []
  let waiting = 0
  let ended: { readonly error: Error | null } | null = null
  let wake = (): void => {}
  const end = (error: Error | null) => () => {
    ended ??= { error }
    wake()
  }
  stream
    .on('data', (chunk: Buffer) => {
      queue.push(chunk)
      waiting += chunk.length
      if (waiting > ahead) stream.pause()
      wake()
    })
    .on('end', end(null))
    .on('close', end(new Error('The engine closed the connection in the middle of its answer.')))
    .on('error', (error: Error) => end(error)())
  try {
    for (;;) {
      const chunk = queue.shift()
      if (chunk) {
        waiting -= chunk.length
        if (waiting <= ahead) stream.resume()
        yield chunk
      } else if (ended) {
        const { error } = ended as { readonly error: Error | null }
        if (error) throw error
        return
      } else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    // half-read, its connection must not be used for the next query
    if (!ended) stream.destroy()
  }
}

/**
 * Lines of JSONEachRow → batches of rows, one a chunk. Throws the error that stands in the stream behind the rows
 * (`\r\n__exception__\r\nTAG\r\nmessage\n…`, since ClickHouse 25.11).
 */
export async function* rowsOf<T>(stream: Readable): AsyncGenerator<T[]> {
  let rest: Buffer = Buffer.alloc(0)
  /** What follows the last row. */
  let trailer: Buffer[] | null = null
  try {
    for await (const chunk of chunksOf(stream)) {
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
  } catch (error) {
    // the reset that follows a trailer says less than the trailer
    if (!trailer) throw error
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
