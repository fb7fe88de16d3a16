// gzip, zstd and raw deflate, so that nothing that can be decompressed is lost to damage.
import zlib from 'node:zlib'
import { plainMessage } from '../model/index.ts'

export type Codec = 'gzip' | 'zstd' | 'deflate'

/**
 * Compressed bytes given to the decoder at once. node:zlib drops what a failing call had already decompressed, so a
 * damaged stream is read again with smaller pieces from the failing one on: 300 calls instead of 65,536.
 */
const pieceSizes = [64 * 1024, 256, 1]
// With a mark of 1 the decoder makes one chunk and waits until it is taken. With the default it runs ahead, and what it
// has buffered when it meets damage is thrown away.
// A larger chunk is fewer trips to the thread pool: gzip gave 250 MB/s with 64 KiB and 550 with this (2 cores).
const engineOptions = { chunkSize: 512 * 1024, highWaterMark: 1 }

type Engine = zlib.Gunzip | zlib.InflateRaw | zlib.ZstdDecompress

const engines: Record<Codec, () => Engine> = {
  gzip: () => zlib.createGunzip(engineOptions),
  zstd: () => zlib.createZstdDecompress(engineOptions),
  deflate: () => zlib.createInflateRaw(engineOptions),
}

/** First byte of a further member or frame. */
const starts: Record<Codec, (byte: number) => boolean> = {
  gzip: (byte) => byte === 0x1f,
  zstd: (byte) => byte === 0x28 || (byte & 0xf0) === 0x50, // a frame, or one to be skipped
  deflate: () => false,
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
 * again where they are damaged. `damaged` gets the reason and the number of bytes that were given before it. `taken`
 * follows the compressed bytes read. Never throws on data.
 */
export async function* decompress(
  codec: Codec,
  open: (again: boolean) => AsyncIterable<Buffer>,
  damaged: (why: string, byte: number) => void,
  taken: (bytes: number) => void = () => {},
): AsyncGenerator<Buffer> {
  let given = 0
  let sound = 0
  for (const size of pieceSizes) {
    const progress: Progress = { before: 0, read: 0, failure: null }
    let skip = given
    for await (const chunk of frames(codec, pieces(open(size !== pieceSizes[0]), sound, size), progress)) {
      taken(progress.read)
      const fresh = chunk.subarray(Math.min(skip, chunk.length))
      skip -= chunk.length - fresh.length
      given += fresh.length
      if (fresh.length > 0) yield fresh
    }
    const { failure } = progress
    if (failure === null) return
    const early = failure.code === 'Z_BUF_ERROR'
    if (early || size === pieceSizes.at(-1)) {
      damaged(early ? 'the data end too early' : plainMessage(failure), given)
      return
    }
    sound = progress.before
  }
}

/** Pieces of the first size up to offset `sound`, then of `size` bytes. */
async function* pieces(bytes: AsyncIterable<Buffer>, sound: number, size: number): AsyncGenerator<Buffer> {
  let offset = 0
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; ) {
      const left = sound - (offset + at)
      const end = Math.min(chunk.length, at + (left > 0 ? Math.min(pieceSizes[0]!, left) : size))
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
  /** Members or frames that ended within a piece. */
  let complete = 0
  const start = (): Engine => {
    ended = false
    const made = engines[codec]()
    made.on('readable', () => wake())
    made.on('end', () => {
      if (made === engine) ended = true // one that was left can still speak up
      wake()
    })
    made.on('error', () => wake())
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
      else if (from.errored || ended || !busy) break
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
    // Set before the event `error` comes; the callback may come before the event.
    progress.failure = from.errored
  }
  try {
    for await (const piece of input) {
      progress.before = progress.read
      progress.read += piece.length
      for (let rest = piece; rest.length > 0; ) {
        if (engine === null) {
          if (complete > 0) {
            // gzip on tape and some writers pad with zeros
            const data = codec === 'gzip' ? rest.findIndex((byte) => byte !== 0) : 0
            if (data === -1) break
            rest = rest.subarray(data)
            if (!starts[codec](rest[0]!)) {
              progress.failure = new Error('other bytes follow the end')
              return
            }
          }
          engine = start()
        }
        const current: Engine = engine
        const before = current.bytesWritten
        const given = rest
        yield* drain(current, (done) => current.write(given, done))
        if (progress.failure) return
        if (before === 0 && current.bytesWritten === 0) {
          progress.failure = new Error('the decoder takes nothing')
          return
        }
        rest = rest.subarray(current.bytesWritten - before)
        if (rest.length === 0) break
        // A frame ended inside the piece. node:zlib (24) stops at the first zstd frame and at gzip padding. That it
        // left bytes untouched is the sure sign: `end` may come later than the callback of the write.
        current.destroy()
        engine = null
        complete++
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
