// gzip, zstd and raw deflate, so that nothing that can be decompressed is lost to damage.
import zlib from 'node:zlib'
import { plainMessage } from '../model/index.ts'

export type Codec = 'gzip' | 'zstd' | 'deflate'

/** Compressed bytes given to the decoder at once; also how far a damaged stream is gone through byte by byte. */
const pieceSize = 16 * 1024
// With a mark of 1 the decoder makes one chunk and waits until it is taken. With the default it runs ahead, and what it
// has buffered when it meets damage is thrown away.
const engineOptions = { chunkSize: 64 * 1024, highWaterMark: 1 }

type Engine = zlib.Gunzip | zlib.InflateRaw | zlib.ZstdDecompress

const engines: Record<Codec, () => Engine> = {
  gzip: () => zlib.createGunzip(engineOptions),
  zstd: () => zlib.createZstdDecompress(engineOptions),
  deflate: () => zlib.createInflateRaw(engineOptions),
}

type Progress = {
  /** Compressed bytes read before the present piece. */
  before: number
  /** Compressed bytes read with the present piece. */
  read: number
  failure: NodeJS.ErrnoException | null
}

/**
 * Decompresses all members or frames, one after the other. `open` gives the compressed bytes from the start and is called
 * a second time where they are damaged. `damaged` gets the reason and the number of bytes that were given before it.
 * `taken` follows the compressed bytes read. Never throws on data.
 */
export async function* decompress(
  codec: Codec,
  open: (again: boolean) => AsyncIterable<Buffer>,
  damaged: (why: string, byte: number) => void,
  taken: (bytes: number) => void = () => {},
): AsyncGenerator<Buffer> {
  const first: Progress = { before: 0, read: 0, failure: null }
  let given = 0
  for await (const chunk of frames(codec, pieces(open(false), Number.POSITIVE_INFINITY), first)) {
    given += chunk.length
    taken(first.read)
    yield chunk
  }
  if (first.failure === null) return
  if (!endOfData(first.failure)) {
    // node:zlib drops what the failing call had already decompressed. The same again, but byte by byte from there on.
    const again: Progress = { before: 0, read: 0, failure: null }
    let skip = given
    for await (const chunk of frames(codec, pieces(open(true), first.before), again)) {
      const fresh = chunk.subarray(Math.min(skip, chunk.length))
      skip -= chunk.length - fresh.length
      given += fresh.length
      if (fresh.length > 0) yield fresh
    }
  }
  damaged(endOfData(first.failure) ? 'the data end too early' : plainMessage(first.failure), given)
}

const endOfData = (error: NodeJS.ErrnoException): boolean => error.code === 'Z_BUF_ERROR'

/** Pieces of `pieceSize` bytes, single bytes from offset `fine` on. */
async function* pieces(bytes: AsyncIterable<Buffer>, fine: number): AsyncGenerator<Buffer> {
  let offset = 0
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; ) {
      const left = fine - (offset + at)
      const end = Math.min(chunk.length, at + (left <= 0 ? 1 : Math.min(pieceSize, left)))
      yield chunk.subarray(at, end)
      at = end
    }
    offset += chunk.length
  }
}

async function* frames(codec: Codec, input: AsyncIterable<Buffer>, progress: Progress): AsyncGenerator<Buffer> {
  let engine: Engine | null = null
  let wake = () => {}
  let ended = false
  const start = (): Engine => {
    ended = false
    const made = engines[codec]()
    made.on('readable', () => wake())
    made.on('end', () => {
      ended = true
      wake()
    })
    made.on('error', (error) => {
      if (made === engine) progress.failure = error
      wake()
    })
    return made
  }
  /** Gives what the decoder makes of one call, until it wants more. */
  async function* drain(from: Engine, call: (done: () => void) => void): AsyncGenerator<Buffer> {
    let busy = true
    call(() => {
      busy = false
      wake()
    })
    for (;;) {
      const chunk: Buffer | null = from.read()
      if (chunk !== null) yield chunk
      else if (progress.failure || ended || !busy) return
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  }
  try {
    for await (const piece of input) {
      progress.before = progress.read
      progress.read += piece.length
      for (let rest = piece; rest.length > 0; ) {
        if (engine === null) {
          // gzip on tape and some writers pad with zeros
          const data = rest.findIndex((byte) => byte !== 0)
          if (data === -1) break
          rest = rest.subarray(data)
          engine = start()
        }
        const current: Engine = engine
        const before = current.bytesWritten
        const given = rest
        yield* drain(current, (done) => current.write(given, done))
        if (progress.failure) return
        if (!ended) break
        // A frame ended inside the piece. node:zlib (24) stops at the first zstd frame and at gzip padding.
        rest = rest.subarray(current.bytesWritten - before)
        current.destroy()
        engine = null
        if (codec === 'deflate') return
      }
    }
    if (engine !== null) {
      const last: Engine = engine
      yield* drain(last, () => last.end())
    }
  } finally {
    engine?.destroy()
  }
}
