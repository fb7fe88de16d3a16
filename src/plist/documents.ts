// Property lists that stand one after another in a file, XML and binary alike.

import { binaryMagic, readBinary, trailerOf } from './binary.ts'
import type { PlistRead } from './plist.ts'
import { readXml } from './xml.ts'

/** `text`: of XML the document, of binary its bytes as UTF-8 would show them. `at`: byte in the file. */
export type Document = PlistRead & {
  readonly binary: boolean
  readonly text: string
  readonly start: number
  readonly byte: number
}

const starts = ['<?xml', '<plist', '<!DOCTYPE', binaryMagic] as const
const closing = '</plist>'
/** Places where a binary property list may end that are tried: strings in it may look like the next one. */
const maxEnds = 16
const blank = new Set([0x20, 0x09, 0x0a, 0x0d])

/** Reads a property list from bytes that hold one and nothing else. Never throws. */
export function readPlist(bytes: Buffer): Document {
  const binary = bytes.toString('latin1', 0, binaryMagic.length) === binaryMagic
  const text = bytes.toString('utf8')
  const read = binary ? readBinary(bytes) : readXml(text)
  const byte = binary ? read.at : Buffer.byteLength(text.slice(0, read.at))
  return { ...read, binary, text, start: 0, byte }
}

/** Every document of the bytes in order; what lies between them is given as malformed. */
export function* documentsOf(data: Buffer): Generator<Document> {
  const next = finder(data)
  let at = data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf ? 3 : 0
  for (;;) {
    while (at < data.length && blank.has(data[at]!)) at++
    if (at >= data.length) return
    const end = isStart(data, at) ? endOf(data, at, next) : nextStart(at, next)
    const document = readPlist(data.subarray(at, end))
    yield { ...document, start: at, byte: at + document.byte }
    at = end
  }
}

type Find = (text: string, from: number) => number

/** Next place of a text, data.length where there is none. Each byte is looked at once per text, as long as `from` grows. */
function finder(data: Buffer): Find {
  const known = new Map<string, { readonly from: number; readonly at: number }>()
  return (text, from) => {
    const last = known.get(text)
    if (last !== undefined && last.from <= from && from <= last.at) return last.at
    const found = data.indexOf(text, from, 'latin1')
    const at = found < 0 ? data.length : found
    known.set(text, { from, at })
    return at
  }
}

/** Where the next document may begin. */
const nextStart = (at: number, next: Find): number => Math.min(...starts.map((start) => next(start, at)))

const isStart = (data: Buffer, at: number): boolean =>
  starts.some((start) => data.toString('latin1', at, at + start.length) === start)

function endOf(data: Buffer, at: number, next: Find): number {
  if (data.toString('latin1', at, at + binaryMagic.length) === binaryMagic) return endOfBinary(data, at, next)
  const close = next(closing, at)
  const other = Math.min(next('<?xml', at + 5), next(binaryMagic, at))
  if (close >= data.length || other < close) return other
  return close + closing.length
}

/** Where the trailer fits; else where the next document begins. */
function endOfBinary(data: Buffer, at: number, next: Find): number {
  let first = data.length
  let end = at + binaryMagic.length
  for (let i = 0; i < maxEnds && end < data.length; i++) {
    end = nextStart(end, next)
    if (i === 0) first = end
    // a newline between documents is none of the document's
    for (const cut of [end, end - 1, end - 2])
      if (trailerOf(data.subarray(at, cut)) !== null && [...data.subarray(cut, end)].every((byte) => blank.has(byte)))
        return cut
    end += 5
  }
  return first
}
