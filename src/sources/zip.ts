// zip: the directory is read by yauzl; names, limits and decompression are ours.
import { crc32 } from 'node:zlib'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { type Limits, type Problem, plainMessage } from '../model/index.ts'
import { type Budget, meterOf, problemOf, reasonOf, type Tell } from './content.ts'
import { decompress } from './decompress.ts'
import { type PackedMember, salvagedMembers } from './zip-salvage.ts'

export type ZipEntry =
  | {
      readonly kind: 'file'
      readonly name: string
      bytes(tell: Tell, signal?: AbortSignal): AsyncIterable<Buffer>
    }
  | { readonly kind: 'folder' }
  | { readonly kind: 'problem'; readonly name: string; readonly problem: Problem }

/** Compression methods of APPNOTE 6.3.10 that are read. */
const codecs: Readonly<Record<number, 'stored' | 'deflate' | 'zstd'>> = {
  0: 'stored',
  8: 'deflate',
  93: 'zstd',
  20: 'zstd',
}

/** Systems that put a Unix mode into the external attributes: Unix and macOS. */
const unixHosts = [3, 19]

/**
 * The members in the order of the directory. Their bytes can be read as long as the next member has not been asked for.
 * A directory that is damaged or missing is told as `compressed_damaged`, and the members are looked for without it.
 */
export async function* zipEntries(file: string | Buffer, limits: Limits, budget: Budget): AsyncGenerator<ZipEntry> {
  const trouble = (error: unknown): ZipEntry => {
    const why = plainMessage(error)
    const code = why.includes('strong encryption') ? 'encrypted' : 'compressed_damaged'
    return { kind: 'problem', name: '', problem: problemOf(code, why) }
  }
  let zip: ZipFile | null = null
  let seen = 0
  try {
    // Raw names: yauzl gives up on the whole archive at the first bad one. Sizes are checked by us, after salvage.
    zip = await yauzl.openPromise(file as string, { decodeStrings: false, validateEntrySizes: false })
    for await (const entry of zip.eachEntry()) {
      seen++
      yield judge(fromDirectory(zip, entry), limits, budget)
    }
    return
  } catch (error) {
    yield trouble(error)
  } finally {
    zip?.close()
  }
  // Those that the directory gave before it broke off come first in the file too, or nearly.
  let position = 0
  for await (const member of salvagedMembers(file)) if (++position > seen) yield judge(member, limits, budget)
}

function fromDirectory(zip: ZipFile, entry: Entry): PackedMember {
  const unix = unixHosts.includes(entry.versionMadeBy >>> 8)
  return {
    name: yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true),
    method: entry.compressionMethod,
    encrypted: entry.isEncrypted(),
    link: unix && entry.externalFileAttributes >>> 28 === 0xa,
    size: entry.uncompressedSize,
    crc: entry.crc32,
    async *packed() {
      yield* await zip.openReadStreamPromise(entry, { decodeFileData: false })
    },
  }
}

function judge(member: PackedMember, limits: Limits, budget: Budget): ZipEntry {
  const { name } = member
  const refuse = (problem: Problem): ZipEntry => ({ kind: 'problem', name, problem })
  if (member.link) return refuse(problemOf('link', 'a symbolic link'))
  if (!member.size && name.endsWith('/')) return { kind: 'folder' }
  if (member.encrypted) return refuse(problemOf('encrypted', 'unpack it with its password and scan the folder'))
  const codec = codecs[member.method]
  if (!codec) return refuse(problemOf('unreadable', `compression method ${member.method} is not read`))

  const meter = meterOf(limits, budget)
  return {
    kind: 'file',
    name,
    async *bytes(tell, signal) {
      let damage = ''
      let stopped = false
      let taken = codec === 'stored' ? Number.POSITIVE_INFINITY : 0
      const spoil = (why: string) => {
        damage ||= why
      }
      const raw = () => sound(member.packed(), signal, spoil)
      const follow = (bytes: number) => {
        taken = bytes
      }
      const plain = codec === 'stored' ? raw() : decompress(codec, raw, spoil, follow)
      const bounded = meter(
        plain,
        () => taken,
        (problem) => {
          stopped = true
          tell(problem)
        },
      )
      let sum = 0
      let size = 0
      for await (const chunk of bounded) {
        sum = crc32(chunk, sum)
        size += chunk.length
        yield chunk
      }
      if (stopped) return
      if (member.size !== null && size !== member.size) spoil(`${size} bytes instead of ${member.size}`)
      else if (member.crc !== null && sum !== member.crc) spoil('its checksum is wrong')
      if (damage) tell(problemOf('compressed_damaged', damage, size))
    },
  }
}

/** The bytes of a member as they stand in the archive; an error of reading ends them. */
async function* sound(
  packed: AsyncIterable<Buffer>,
  signal: AbortSignal | undefined,
  spoil: (why: string) => void,
): AsyncGenerator<Buffer> {
  signal?.throwIfAborted()
  try {
    for await (const chunk of packed) {
      signal?.throwIfAborted()
      yield chunk
    }
  } catch (error) {
    if (signal?.aborted) throw error
    spoil(reasonOf(error))
  }
}
