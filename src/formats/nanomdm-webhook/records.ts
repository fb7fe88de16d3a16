// Webhook bodies in a file: one JSON object a line, or documents that stand one after another or in an array.

/** `text` null: longer than the limit; `start` has its beginning. `record`: line, or number of the document, from 1. */
export type WebhookRecord = {
  readonly text: string | null
  readonly start: string
  readonly record: number
  readonly byte: number
}

/** A list of 10,000 apps in base64 has some 8 MB. */
export const maxRecord = 16 * 1024 ** 2
const maxDocument = 64 * 1024 ** 2
const headLength = 64 * 1024

/** Are the bodies written over many lines, or in an array? Decided by the first characters. */
function isDocument(head: string): boolean {
  return /^[\s\ufeff]*(?:\[|\{[ \t]*\r?\n)/.test(head)
}

/** Bodies in order, blank lines left out. Memory is bounded by one body, or 64 MiB of documents. */
export async function* recordsOf(bytes: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<WebhookRecord> {
  const head: Buffer[] = []
  let length = 0
  const iterator = bytes[Symbol.asyncIterator]()
  let ended = false
  while (!ended && length < headLength) {
    signal.throwIfAborted()
    const { value, done } = await iterator.next()
    ended = done === true
    if (ended) break
    head.push(value)
    length += value.length
  }
  const first = Buffer.concat(head)
  async function* all(): AsyncGenerator<Buffer> {
    yield first
    while (!ended) {
      signal.throwIfAborted()
      const { value, done } = await iterator.next()
      if (done === true) return
      yield value
    }
  }
  // decided by whole bytes of the head, however they came in chunks
  if (isDocument(first.toString('utf8', 0, 1024))) yield* documents(all())
  else yield* lines(all())
}

async function* lines(bytes: AsyncIterable<Buffer>): AsyncGenerator<WebhookRecord> {
  let parts: Buffer[] = []
  let length = 0
  let line = 0
  let start = 0
  const take = (): WebhookRecord | null => {
    line++
    const long = length > maxRecord
    const text = Buffer.concat(parts).toString('utf8')
    const byte = start
    start += length + 1
    parts = []
    length = 0
    return text.trim() === '' ? null : { text: long ? null : text, start: text.slice(0, 200), record: line, byte }
  }
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; ) {
      const end = chunk.indexOf(10, at)
      const piece = chunk.subarray(at, end < 0 ? chunk.length : end)
      // of a line that is too long only the beginning is kept
      if (length <= maxRecord) parts.push(piece)
      length += piece.length
      if (end < 0) break
      at = end + 1
      const record = take()
      if (record !== null) yield record
    }
  }
  if (length > 0) {
    const record = take()
    if (record !== null) yield record
  }
}

async function* documents(bytes: AsyncIterable<Buffer>): AsyncGenerator<WebhookRecord> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of bytes) {
    chunks.push(chunk)
    length += chunk.length
    if (length > maxDocument) break
  }
  const text = Buffer.concat(chunks).subarray(0, maxDocument).toString('utf8')
  let record = 0
  let byte = 0
  let counted = 0
  for (const [from, to] of objectsOf(text)) {
    record++
    byte += Buffer.byteLength(text.slice(counted, from))
    counted = from
    const piece = text.slice(from, to)
    yield { text: piece.length > maxRecord ? null : piece, start: piece.slice(0, 200), record, byte }
  }
  if (length > maxDocument) yield { text: null, start: '', record: record + 1, byte: maxDocument }
}

/**
 * Objects that stand beside one another, in an array or not; and what stands between them. One that never ends is given up
 * to where the next begins at the left margin. One pass: no place is looked at twice.
 */
export function* objectsOf(text: string): Generator<readonly [number, number]> {
  const token = /["{}[\]]/g
  let at = 0
  let depth = 0
  let open = -1
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const c = match[0]
    // nothing inside a body begins there
    const margin = c === '{' && match.index > 0 && text[match.index - 1] === '\n'
    if (depth === 0 || margin) {
      if (c !== '{') continue
      if (depth > 0) yield [open, match.index]
      else yield* between(text, at, match.index)
      open = match.index
      depth = 1
    } else if (c === '"') token.lastIndex = endOfString(text, match.index)
    else {
      depth += c === '{' || c === '[' ? 1 : -1
      if (depth > 0) continue
      at = match.index + 1
      yield [open, at]
    }
  }
  if (depth > 0) yield [open, text.length]
  else yield* between(text, at, text.length)
}

/** What lies between two objects, without commas and the brackets of an array; nothing where that is all. */
function* between(text: string, from: number, to: number): Generator<readonly [number, number]> {
  const inner = text.slice(from, to).replace(/^[\s,[\]\ufeff]+/, '')
  if (inner !== '') yield [to - inner.length, to - inner.length + inner.trimEnd().length]
}

/** Index after the closing quote; of a text that breaks off, the end of its line: JSON has none that goes on. */
function endOfString(text: string, open: number): number {
  const stop = /["\\\n]/g
  stop.lastIndex = open + 1
  for (let match = stop.exec(text); match !== null; match = stop.exec(text)) {
    if (match[0] === '"') return match.index + 1
    if (match[0] === '\n') return match.index
    stop.lastIndex = match.index + 2
  }
  return text.length
}
