// Damaged and rearranged copies of a fixture.
import { gzipSync } from 'node:zlib'

/** Deterministic bytes (xorshift32): a failure can be repeated. */
export function randomBytes(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length)
  let x = seed >>> 0 || 1
  for (let i = 0; i < length; i++) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    bytes[i] = x & 255
  }
  return bytes
}

export const linesOf = (bytes: Buffer): Buffer[] => {
  const lines: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at)
    lines.push(bytes.subarray(at, end < 0 ? bytes.length : end))
    at = end < 0 ? bytes.length : end + 1
  }
  return lines
}

export const joined = (lines: readonly Buffer[]): Buffer =>
  Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]))

/** Two parts of the file that overlap in the middle, each with the first `header` lines. */
export function halves(bytes: Buffer, header: number): [Buffer, Buffer] {
  const lines = linesOf(bytes)
  const records = lines.slice(header)
  const third = Math.floor(records.length / 3)
  const head = lines.slice(0, header)
  return [joined([...head, ...records.slice(0, records.length - third)]), joined([...head, ...records.slice(third)])]
}

const oneWrong = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes)
  const at = Math.floor(copy.length / 2)
  copy[at] = copy[at]! ^ 0xff
  return copy
}

const utf16 = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(bytes.toString('latin1'), 'utf16le')])

const crlf = (bytes: Buffer): Buffer => Buffer.concat(linesOf(bytes).flatMap((line) => [line, Buffer.from('\r\n')]))

const quarter = (bytes: Buffer, n: number): Buffer => bytes.subarray(0, Math.floor((bytes.length * n) / 4))

const longLine = (bytes: Buffer): Buffer =>
  Buffer.concat([
    bytes,
    Buffer.from('\n'),
    Buffer.alloc(1_000_000, 'x'),
    Buffer.from('\n'),
    linesOf(bytes).at(-1) ?? Buffer.alloc(0),
  ])

const nested = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.from(`\n${'{"a":['.repeat(5000)}\n${'(<'.repeat(5000)}\n`)])

const zeroes = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(5000)])

type Damage = Readonly<Record<string, (bytes: Buffer) => Buffer>>

/** F10: what a parser must survive, one by one. */
export const damages: Damage = {
  'cut at a quarter': (bytes) => quarter(bytes, 1),
  'cut in the middle': (bytes) => quarter(bytes, 2),
  'cut at three quarters': (bytes) => quarter(bytes, 3),
  'one byte wrong': oneWrong,
  'UTF-16': utf16,
  CRLF: crlf,
  'a line of 1 MB': longLine,
  'nested deeply': nested,
  nothing: () => Buffer.alloc(0),
  'zeroes after it': zeroes,
}

/** The same for text that the engine reads line by line: what damages single lines can be told apart in one reading. */
export const textDamages: Damage = {
  'cut in the middle': (bytes) => quarter(bytes, 2),
  'UTF-16': utf16,
  'all at once': (bytes) =>
    Buffer.concat([
      nested(longLine(crlf(oneWrong(bytes)))),
      quarter(bytes, 1),
      Buffer.from('\n'),
      quarter(bytes, 3),
      Buffer.from('\n'),
      zeroes(Buffer.alloc(0)),
    ]),
}

export const gzip = (bytes: Buffer): Buffer => gzipSync(bytes)
