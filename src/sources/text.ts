// Text that is not plain UTF-8: byte-order marks and UTF-16.
import { problemOf, type Tell } from './content.ts'

export type Mark = { readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be'; readonly length: number }

/** The byte-order mark that `head` begins with; null: none. UTF-32 LE begins like UTF-16 LE and is left as it is. */
export function markOf(head: Buffer): Mark | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', length: 3 }
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', length: 2 }
  if (head[0] === 0xff && head[1] === 0xfe && !(head.length >= 4 && head[2] === 0 && head[3] === 0))
    return { encoding: 'utf-16le', length: 2 }
  return null
}

/** UTF-8 without the mark. Lone surrogates become U+FFFD. Told as `encoding` where more than the mark is changed. */
export async function* toUtf8(bytes: AsyncIterable<Buffer>, mark: Mark, tell: Tell): AsyncGenerator<Buffer> {
  if (mark.encoding === 'utf-8') {
    let skip = mark.length
    for await (const chunk of bytes) {
      const rest = chunk.subarray(Math.min(skip, chunk.length))
      skip -= chunk.length - rest.length
      if (rest.length > 0) yield rest
    }
    return
  }
  tell(problemOf('encoding', `converted from ${mark.encoding.toUpperCase()}`, 0))
  const decoder = new TextDecoder(mark.encoding) // drops the mark
  for await (const chunk of bytes) {
    const text = decoder.decode(chunk, { stream: true })
    if (text !== '') yield Buffer.from(text)
  }
  const rest = decoder.decode()
  if (rest !== '') yield Buffer.from(rest)
}
