// What bytes are, by their first bytes: never by a name.
import { looksLikeTar } from './tar.ts'

export type Wrapping = 'gzip' | 'zstd' | 'tar' | 'zip'
export type Recognised =
  | { readonly kind: Wrapping | 'plain' }
  | { readonly kind: 'unsupported'; readonly title: string; readonly remedy: string }

const magics: readonly { readonly magic: readonly number[]; readonly kind: Wrapping }[] = [
  { magic: [0x1f, 0x8b, 0x08], kind: 'gzip' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], kind: 'zstd' },
  { magic: [0x50, 0x4b, 0x03, 0x04], kind: 'zip' },
  { magic: [0x50, 0x4b, 0x05, 0x06], kind: 'zip' }, // without members
  { magic: [0x50, 0x4b, 0x07, 0x08], kind: 'zip' }, // once split, or with a split marker
]

const unsupported: readonly { readonly magic: readonly number[]; readonly title: string; readonly remedy: string }[] = [
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], title: 'xz', remedy: 'xz -dc FILE | codling scan -' },
  { magic: [0x42, 0x5a, 0x68], title: 'bzip2', remedy: 'bzip2 -dc FILE | codling scan -' },
  { magic: [0x04, 0x22, 0x4d, 0x18], title: 'lz4', remedy: 'lz4 -dc FILE | codling scan -' },
  { magic: [0x1f, 0x9d], title: 'compress (.Z)', remedy: 'gzip -dc FILE | codling scan -' },
  { magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], title: '7-Zip', remedy: 'unpack it and scan the folder' },
  ...[0x82, 0x83].map((last) => ({
    magic: [0x37, 0x7f, 0x06, last],
    title: 'the write-ahead log (-wal) of a database without the database',
    remedy: 'put both into one folder',
  })),
  {
    magic: [0x18, 0xe2, 0x2d, 0x00, 0x00, 0x00, 0x00, 0x00],
    title: 'the index (-shm) of a write-ahead log without the database',
    remedy: 'put the database and its -wal into one folder',
  },
  { magic: [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07], title: 'RAR', remedy: 'unpack it and scan the folder' },
]

const starts = (head: Buffer, magic: readonly number[]): boolean =>
  head.length >= magic.length && magic.every((byte, i) => head[i] === byte)

/** The block signature that follows `BZh1`…`BZh9`: a text may well begin with `BZh`. */
const bzip2Block = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]

/** Needs the first 512 bytes. Everything that is no archive and not compressed is `plain`, also nothing at all. */
export function recognise(head: Buffer): Recognised {
  const known = magics.find(({ magic }) => starts(head, magic))
  if (known) return known
  // A zstd stream may begin with a skippable frame (pzstd does): 0x184D2A50 … 0x184D2A5F
  if (head.length >= 4 && (head.readUInt32LE(0) & 0xfffffff0) >>> 0 === 0x184d2a50) return { kind: 'zstd' }
  const other = unsupported.find(({ magic }) => starts(head, magic))
  if (other && (other.title !== 'bzip2' || starts(head.subarray(4), bzip2Block)))
    return { kind: 'unsupported', ...other }
  return { kind: looksLikeTar(head) ? 'tar' : 'plain' }
}
