// Bad bytes with a seed: random ones, and good ones damaged in the ways that parsers trip over.
import type { Random } from '../../src/simulate/random.ts'

export type Seed = { readonly name: string; readonly bytes: Buffer }

/** Pieces that parsers trip over. */
const nasty = [
  ...['\0', '\r', '\n', '\n\n', '\t', '"', '\\', '\\u0000', '\\ud800', '{', '}', '[', ']', ',', ':', '#', '//', '%00'],
  ...["'", ';', '<', '>', '&#0;', '<![CDATA[', '<!--', '-->', '=', '|', '--- ', '&a ', '*a '],
  ...['null', 'true', '-1', '1e999', '-0', '18446744073709551616', '9007199254740993', 'NaN', '0x7f.1', '::'],
  ...['255.255.255.256', '1970-01-01T00:00:00Z', '9999-12-31T23:59:59.999999Z', '0000-00-00', '253402300800'],
  ...['2026-02-30T25:61:61+99:99', '9'.repeat(400), '__proto__', 'constructor', 'toString'],
  ...['\u202e', '\ufeff', '\u00e4', '\ud83c\udf4e', 'xn--', 'xn--a', '..', '.', 'a'.repeat(300)],
].map((text) => Buffer.from(text))

/** Bytes that are no UTF-8, or only look like it: lone continuation, overlong slash, surrogate, beyond U+10FFFF, cut short. */
const badUtf8 = [[0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82], [0xff, 0xfe]].map(
  (bytes) => Buffer.from(bytes),
)

/** What opens a level of nesting somewhere. */
const openings = ['{"a":', '[', '(', '<dict><key>a</key>', '<array>', '<!--', '- ', '{a: ', '"\\"', '"""', '\ufeff']

/** Lengths, counts and offsets at the edge of what a field can hold. */
const edges = [0n, 1n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0xffffn, 0x7fffffffn, 0xffffffffn, 0xffffffffffffffffn]

/** An input is not made longer than this by doubling. Long ones are few: they would be all that the time is spent on. */
const most = 512 * 1024

const below = (random: Random, n: number): number => random.whole(0, Math.max(0, n - 1))

const splice = (bytes: Buffer, at: number, drop: number, put: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + drop)])

/** A piece with its place: mostly short, sometimes most of the input. */
function pieceOf(bytes: Buffer, random: Random): readonly [at: number, piece: Buffer] {
  const at = below(random, bytes.length)
  const longest = random.chance(0.2) ? bytes.length : 64
  return [at, bytes.subarray(at, at + 1 + below(random, longest))]
}

function lineOf(bytes: Buffer, random: Random): readonly [start: number, end: number] {
  const start = bytes.lastIndexOf(10, below(random, bytes.length)) + 1
  const end = bytes.indexOf(10, start)
  return [start, end < 0 ? bytes.length : end + 1]
}

export function randomBytes(length: number, random: Random): Buffer {
  const bytes = Buffer.alloc(length)
  for (let i = 0; i < length; i++) bytes[i] = random.whole(0, 255)
  return bytes
}

function edgeBytes(random: Random): Buffer {
  const size = random.pick([1, 2, 4, 8])
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(random.pick(edges))
  const field = Buffer.from(bytes.subarray(0, size))
  return random.chance(0.5) ? field : field.reverse()
}

type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer

const mutations: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const copy = Buffer.from(bytes)
    const at = below(random, copy.length)
    copy[at] = copy[at]! ^ (1 << random.whole(0, 7))
    return copy
  },
  (bytes, random) => splice(bytes, below(random, bytes.length), 1, Buffer.from([random.whole(0, 255)])),
  (bytes, random) => splice(bytes, below(random, bytes.length), random.pick([0, 0, 1, 8, 40]), random.pick(nasty)),
  (bytes, random) => splice(bytes, below(random, bytes.length), random.whole(0, 2), random.pick(badUtf8)),
  (bytes, random) => splice(bytes, below(random, bytes.length), random.whole(0, 200), Buffer.alloc(0)),
  (bytes, random) => splice(bytes, below(random, bytes.length), 0, randomBytes(random.whole(1, 64), random)),
  (bytes, random) => splice(bytes, below(random, bytes.length), random.whole(0, 64), Buffer.alloc(random.whole(1, 64))),
  function edgeOfField(bytes, random) {
    const field = edgeBytes(random)
    return splice(bytes, below(random, bytes.length), field.length, field)
  },
  // cut at the end, and at the start
  (bytes, random) => bytes.subarray(0, below(random, bytes.length)),
  (bytes, random) => bytes.subarray(below(random, bytes.length)),
  function pieceTwice(bytes, random) {
    const [at, piece] = pieceOf(bytes, random)
    return splice(bytes, at, 0, piece)
  },
  function pieceOften(bytes, random) {
    const [at, piece] = pieceOf(bytes, random)
    const times = Math.floor(
      Math.min(random.chance(0.1) ? 10_000 : random.pick([2, 5, 30, 200]), (most - bytes.length) / piece.length),
    )
    return times < 1 ? bytes : splice(bytes, at, 0, Buffer.concat(Array.from({ length: times }, () => piece)))
  },
  function piecesSwapped(bytes, random) {
    const [a, b, c, d] = Array.from({ length: 4 }, () => below(random, bytes.length)).sort((x, y) => x - y)
    const part = (from?: number, to?: number): Buffer => bytes.subarray(from, to)
    return Buffer.concat([part(0, a), part(c, d), part(b, c), part(a, b), part(d)])
  },
  function lineTwice(bytes, random) {
    const [start, end] = lineOf(bytes, random)
    return splice(bytes, end, 0, bytes.subarray(start, end))
  },
  function lineGone(bytes, random) {
    const [start, end] = lineOf(bytes, random)
    return splice(bytes, start, end - start, Buffer.alloc(0))
  },
  function lineFirst(bytes, random) {
    const [start, end] = lineOf(bytes, random)
    return Buffer.concat([bytes.subarray(start, end), bytes])
  },
  function pieceOfAnother(bytes, random, other) {
    if (other.length === 0) return bytes
    const [, piece] = pieceOf(other, random)
    return splice(bytes, below(random, bytes.length), random.chance(0.5) ? piece.length : 0, piece)
  },
  function nested(bytes, random) {
    const opening = random.pick(openings)
    const times = random.chance(0.1) ? 20_000 : random.pick([3, 60, 70, 260, 1000])
    return splice(bytes, below(random, bytes.length), 0, Buffer.from(opening.repeat(times)))
  },
  function numbersElsewhere(bytes, random) {
    const put = random.pick(['0', '-1', '99999999999999999999', '9007199254740993', '1e400', '', '4294967296', '1e3'])
    const one = random.chance(0.5)
    const text = bytes.toString('latin1')
    const chosen = random.next()
    return Buffer.from(
      text.replaceAll(/\d{2,40}/g, (digits, at: number) =>
        one ? (Math.abs(at / text.length - chosen) < 0.02 ? put : digits) : put,
      ),
      'latin1',
    )
  },
  function separatorElsewhere(bytes, random) {
    const [from, to] = [random.pick([',', '\t', ':', ' ', '"']), random.pick([';', '\t', ' ', ''])]
    return Buffer.from(bytes.toString('latin1').replaceAll(from, to), 'latin1')
  },
  function otherEncoding(bytes, random) {
    const text = bytes.toString(random.chance(0.5) ? 'utf8' : 'latin1')
    const wide = Buffer.from(random.chance(0.5) ? `\ufeff${text}` : text, 'utf16le')
    return random.pick([
      wide,
      Buffer.from(wide).swap16(),
      Buffer.from(text, 'utf8'),
      Buffer.from(`\ufeff${text}`),
      wide.subarray(0, wide.length - 1),
    ])
  },
  (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
]

/** One to six damages of `good`; `other`: bytes of which pieces may be taken. */
export function mutated(good: Buffer, random: Random, other: Buffer = good): Buffer {
  let bytes = good
  for (let n = random.whole(1, 6); n > 0 && bytes.length > 0; n--) bytes = random.pick(mutations)(bytes, random, other)
  return bytes
}

/** Random bytes: of all values, of the signs that text formats are made of, or behind the beginning of a good input. */
function nonsense(good: Buffer, random: Random): Buffer {
  const length = random.pick([0, 1, 7, 64, 500, 4096])
  const noise = randomBytes(length, random)
  const how = random.whole(0, 2)
  if (how === 0) return noise
  if (how === 1) return Buffer.concat([good.subarray(0, random.whole(1, 64)), noise])
  const signs = '{}[]":,\\\n\t <>/=?!-+.0123456789eE;#%abcnulltrue'
  return Buffer.from(noise.map((byte) => signs.charCodeAt(byte % signs.length)))
}

export type Input = Seed & {
  /** Bytes that a parser is given at a time. */
  readonly chunk: number
}

const chunks = [65_536, 65_536, 65_536, 4096, 61, 7, 1]

/** One input out of eight is random bytes, the others damaged seeds. The same `random`, the same input. */
export function inputOf(seeds: readonly Seed[], random: Random): Input {
  const seed = random.pick(seeds)
  const bytes = random.chance(1 / 8)
    ? nonsense(seed.bytes, random)
    : mutated(seed.bytes, random, random.pick(seeds).bytes)
  const chunk = random.pick(chunks)
  // a long input in single bytes would measure the handing over
  return { name: seed.name, bytes, chunk: Math.max(chunk, Math.ceil(bytes.length / 5000)) }
}
