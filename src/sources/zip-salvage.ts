// The members of a zip whose directory is missing or damaged, by the headers that stand before each of them.
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { getFileNameLowLevel } from 'yauzl'

/** What is known of a member before it is decompressed. */
export type PackedMember = {
  readonly name: string
  readonly method: number
  readonly encrypted: boolean
  readonly link: boolean
  /** Decompressed bytes and their CRC-32; null where only the lost directory knew. */
  readonly size: number | null
  readonly crc: number | null
  packed(): AsyncIterable<Buffer>
}

const localHeader = Buffer.from('PK\x03\x04')
const directoryHeader = Buffer.from('PK\x01\x02')
const headerSize = 30
/** Sizes that stand elsewhere (zip64). */
const elsewhere = 0xffffffff

/** In the order of the file, up to the directory if there is one. What cannot be read ends the walk. */
export async function* salvagedMembers(file: string | Buffer): AsyncGenerator<PackedMember> {
  const handle = await open(file, 'r').catch(() => null)
  if (handle === null) return
  try {
    const { size: fileSize } = await handle.stat()
    let at = await find(handle, localHeader, 0, fileSize)
    while (at < fileSize) {
      const head = await readAt(handle, at, headerSize)
      if (head.length < headerSize) return
      const flags = head.readUInt16LE(6)
      const nameLength = head.readUInt16LE(26)
      const start = at + headerSize + nameLength + head.readUInt16LE(28)
      if (start > fileSize) return
      const name = await readAt(handle, at + headerSize, nameLength)
      const packedSize = head.readUInt32LE(18)
      // Bit 3: sizes and checksum follow the data. Then the next header ends the data; deflate and zstd know their end,
      // and what looks like a header inside compressed data (once in 4 GiB) ends in a member that is told as damaged.
      const known = (flags & 8) === 0 && packedSize !== elsewhere
      const next = await find(handle, localHeader, known ? start + packedSize : start, fileSize)
      const end = known ? Math.min(fileSize, start + packedSize) : await find(handle, directoryHeader, start, next)
      yield {
        name: getFileNameLowLevel(flags, name, [], true),
        method: head.readUInt16LE(8),
        encrypted: (flags & 1) !== 0,
        link: false, // the directory alone knows
        size: known ? head.readUInt32LE(22) : null,
        crc: known ? head.readUInt32LE(14) : null,
        async *packed() {
          if (end > start) yield* createReadStream(file, { start, end: end - 1, highWaterMark: 256 * 1024 })
        },
      }
      at = next
    }
  } finally {
    await handle.close()
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await handle.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}

/** Offset of the first `mark` in [from, end), or `end`. */
async function find(handle: FileHandle, mark: Buffer, from: number, end: number): Promise<number> {
  const window = 256 * 1024
  for (let at = from; at < end; at += window) {
    const found = (await readAt(handle, at, window + mark.length - 1)).indexOf(mark)
    if (found !== -1) return Math.min(end, at + found)
  }
  return end
}
