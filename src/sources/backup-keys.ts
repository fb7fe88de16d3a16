// The keys of an encrypted backup: password → key bag → class keys → keys of the manifest and of each file.
// Source: Apple Platform Security (keybags for Data Protection); the tags and the order of the derivations as in Bédrune and
// Sigwalt, "iPhone data protection in depth" (2011), and since iOS 10.2 with a first derivation by SHA-256 (DPSL, DPIC).
import { createDecipheriv, pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { dictAt, isDict, type PlistDict, readPlist } from '../plist/index.ts'

const derive = promisify(pbkdf2)

/** iOS 26 takes 10 million rounds: some 5 s. */
const mostRounds = 100_000_000
/** Integrity value of RFC 3394. */
const wrapStart = Buffer.from('a6a6a6a6a6a6a6a6', 'hex')
/** Bit of WRAP: the class key is wrapped by the key that comes from the password. */
const byPassword = 2

type Bag = {
  readonly values: ReadonlyMap<string, Buffer>
  readonly classes: readonly ReadonlyMap<string, Buffer>[]
}

/** Tags of four letters, lengths, values; each class key begins with its UUID. null: not a key bag. */
function bagOf(bytes: Buffer): Bag | null {
  const values = new Map<string, Buffer>()
  const classes: Map<string, Buffer>[] = []
  for (let at = 0; at + 8 <= bytes.length; ) {
    const tag = bytes.toString('latin1', at, at + 4)
    const end = at + 8 + bytes.readUInt32BE(at + 4)
    if (end > bytes.length) return null
    const value = bytes.subarray(at + 8, end)
    // the first UUID is that of the bag
    if (tag === 'UUID' && values.has('UUID')) classes.push(new Map())
    ;(classes.at(-1) ?? values).set(tag, value)
    at = end
  }
  return values.has('SALT') && values.has('ITER') ? { values, classes } : null
}

const numberAt = (values: ReadonlyMap<string, Buffer>, tag: string): number => {
  const value = values.get(tag)
  return value?.length === 4 ? value.readUInt32BE(0) : 0
}

/** null: another key, or damaged. */
function unwrap(key: Buffer, wrapped: Buffer): Buffer | null {
  try {
    const cipher = createDecipheriv('id-aes256-wrap', key, wrapStart)
    return Buffer.concat([cipher.update(wrapped), cipher.final()])
  } catch {
    return null
  }
}

/** Class → key. */
export type ClassKeys = ReadonlyMap<number, Buffer>
export type Unlocked = { readonly kind: 'keys'; readonly keys: ClassKeys } | { readonly kind: 'wrong' | 'damaged' }

/** Opens the key bag (`BackupKeyBag` of Manifest.plist). `wrong`: no key opens by this password. */
export async function unlock(bytes: Buffer, password: string): Promise<Unlocked> {
  const bag = bagOf(bytes)
  if (bag === null) return { kind: 'damaged' }
  const rounds = numberAt(bag.values, 'ITER')
  const firstRounds = numberAt(bag.values, 'DPIC')
  const firstSalt = bag.values.get('DPSL')
  if (rounds < 1 || rounds > mostRounds || firstRounds > mostRounds) return { kind: 'damaged' }
  let secret = Buffer.from(password)
  if (firstSalt && firstRounds > 0) secret = await derive(secret, firstSalt, firstRounds, 32, 'sha256')
  const key = await derive(secret, bag.values.get('SALT')!, rounds, 32, 'sha1')
  const keys = new Map<number, Buffer>()
  for (const one of bag.classes) {
    const wrapped = one.get('WPKY')
    if (!wrapped || (numberAt(one, 'WRAP') & byPassword) === 0) continue
    const opened = unwrap(key, wrapped)
    if (opened) keys.set(numberAt(one, 'CLAS'), opened)
  }
  return keys.size > 0 ? { kind: 'keys', keys } : { kind: 'wrong' }
}

/** A wrapped key behind the number of its class (4 bytes, little endian); null where no class key opens it. */
export function openKey(keys: ClassKeys, wrapped: Buffer): Buffer | null {
  if (wrapped.length < 4 + 24) return null
  const classKey = keys.get(wrapped.readUInt32LE(0))
  return classKey ? unwrap(classKey, wrapped.subarray(4)) : null
}

export type FileFacts = {
  /** With its class before it; null: the file is not encrypted (empty files are not). */
  readonly wrapped: Buffer | null
  /** Length of the file before it was encrypted. */
  readonly size: number
}

/** What the manifest says of a file: an MBFile as NSKeyedArchiver writes it. null: it cannot be read. */
export function fileFacts(blob: Uint8Array): FileFacts | null {
  const { value, stop } = readPlist(Buffer.from(blob.buffer, blob.byteOffset, blob.length))
  if (stop !== '' || !isDict(value)) return null
  const objects = value.entries.get('$objects')
  const root = dictAt(value, '$top')?.entries.get('root')
  if (!Array.isArray(objects) || typeof root !== 'string') return null
  const file = objects[Number(root)]
  if (!isDict(file)) return null
  const size = Number(file.entries.get('Size') ?? Number.NaN)
  const place = file.entries.get('EncryptionKey')
  const holder = typeof place === 'string' ? objects[Number(place)] : place
  const wrapped = isDict(holder) ? holder.entries.get('NS.data') : holder
  return {
    wrapped: Buffer.isBuffer(wrapped) ? wrapped : null,
    size: Number.isSafeInteger(size) && size >= 0 ? size : -1,
  }
}

/** Data at a key; null where there is none. */
export const dataAt = (dict: PlistDict, key: string): Buffer | null => {
  const value = dict.entries.get(key)
  return Buffer.isBuffer(value) ? value : null
}

/**
 * AES-256-CBC without an initial vector, as each file has a key of its own. At most `size` bytes come out; -1: all but the
 * padding. `cut` is told where the bytes are no whole blocks.
 */
export async function* decrypted(
  bytes: AsyncIterable<Buffer>,
  key: Buffer,
  size: number,
  cut: (byte: number) => void,
): AsyncGenerator<Buffer> {
  const cipher = createDecipheriv('aes-256-cbc', key, Buffer.alloc(16)).setAutoPadding(false)
  let given = 0
  // the last block is held back: its end may be padding
  let last: Buffer = Buffer.alloc(0)
  for await (const chunk of bytes) {
    const all = Buffer.concat([last, cipher.update(chunk)])
    const keep = size < 0 ? Math.max(0, all.length - 16) : all.length
    last = all.subarray(keep)
    const part = all.subarray(0, size < 0 ? keep : Math.min(keep, size - given))
    given += part.length
    if (part.length > 0) yield part
  }
  try {
    cipher.final()
  } catch {
    cut(given)
  }
  const padding = last.at(-1) ?? 0
  const real = padding >= 1 && padding <= 16 ? last.subarray(0, last.length - padding) : last
  if (size < 0 && real.length > 0) yield real
}
