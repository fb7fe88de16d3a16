// zip: the directory is read by yauzl; names, limits and decompression are ours.
import { crc32 } from 'node:zlib'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { type Limits, type Problem, plainMessage } from '../model/index.ts'
import { type Budget, meterOf, problemOf, reasonOf, type Tell } from './content.ts'
import { decompress } from './decompress.ts'

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
 * A directory that is damaged or missing is told as `compressed_damaged`.
 */
export async function* zipEntries(file: string | Buffer, limits: Limits, budget: Budget): AsyncGenerator<ZipEntry> {
  let zip: ZipFile
  try {
    // Raw names: yauzl gives up on the whole archive at the first bad one. Sizes are checked by us, after salvage.
    zip = await yauzl.openPromise(file as string, { decodeStrings: false, validateEntrySizes: false })
  } catch (error) {
    yield { kind: 'problem', name: '', problem: problemOf('compressed_damaged', plainMessage(error)) }
    return
  }
  try {
    for await (const entry of zip.eachEntry()) yield judge(zip, entry, limits, budget)
  } catch (error) {
    const code = plainMessage(error).includes('strong encryption') ? 'encrypted' : 'compressed_damaged'
    yield { kind: 'problem', name: '', problem: problemOf(code, plainMessage(error)) }
  } finally {
    zip.close()
  }
}

function judge(zip: ZipFile, entry: Entry, limits: Limits, budget: Budget): ZipEntry {
  const name = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true)
  const refuse = (problem: Problem): ZipEntry => ({ kind: 'problem', name, problem })
  const unixType = unixHosts.includes(entry.versionMadeBy >>> 8) ? (entry.externalFileAttributes >>> 28) & 0xf : 0
  if (unixType === 0xa) return refuse(problemOf('link', 'a symbolic link'))
  if (entry.uncompressedSize === 0 && name.endsWith('/')) return { kind: 'folder' }
  if (entry.isEncrypted()) return refuse(problemOf('encrypted', 'unpack it with its password and scan the folder'))
  const codec = codecs[entry.compressionMethod]
  if (!codec) return refuse(problemOf('unreadable', `compression method ${entry.compressionMethod} is not read`))

  const meter = meterOf(limits, budget)
  return {
    kind: 'file',
    name,
    async *bytes(tell, signal) {
      let damage = ''
      let sum = 0
      let size = 0
      let taken = 0
      const raw = (again: boolean) =>
        rawBytes(zip, entry, signal, (why) => {
          if (!again) damage ||= why
        })
      const plain =
        codec === 'stored'
          ? raw(false)
          : decompress(
              codec,
              raw,
              (why) => {
                damage ||= why
              },
              (bytes) => {
                taken = bytes
              },
            )
      let stopped = false
      const metered = meter(
        plain,
        () => (codec === 'stored' ? Number.POSITIVE_INFINITY : taken),
        (problem) => {
          stopped = true
          tell(problem)
        },
      )
      for await (const chunk of metered) {
        sum = crc32(chunk, sum)
        size += chunk.length
        yield chunk
      }
      if (stopped) return
      if (size !== entry.uncompressedSize) damage ||= `${size} bytes instead of ${entry.uncompressedSize}`
      else if (sum !== entry.crc32) damage ||= 'its checksum is wrong'
      if (damage) tell(problemOf('compressed_damaged', damage, size))
    },
  }
}

/** The bytes of a member as they stand in the archive. */
async function* rawBytes(
  zip: ZipFile,
  entry: Entry,
  signal: AbortSignal | undefined,
  damaged: (why: string) => void,
): AsyncGenerator<Buffer> {
  signal?.throwIfAborted()
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry, { decodeFileData: false })) {
      signal?.throwIfAborted()
      yield chunk as Buffer
    }
  } catch (error) {
    if (signal?.aborted) throw error
    damaged(reasonOf(error))
  }
}
