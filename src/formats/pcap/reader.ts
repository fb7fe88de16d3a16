// Bytes in pieces → frames. Holds back what is cut off by the end of a piece, and nothing else.
import { type Frame, newFrame, type Tell } from './frame.ts'
import { isPcap, openPcap } from './pcap.ts'
import { isPcapng, openPcapng } from './pcapng.ts'
import { newProcesses, type Processes } from './process.ts'

/** A file of some kind from its first byte on. */
export type Kind = {
  /**
   * Takes one record at `at` and returns where the next begins; `at` itself where more bytes are needed (then
   * `state.needed` counts them from `at`), -1 where the rest cannot be read.
   */
  step(b: Buffer, at: number): number
}

export type ReaderState = {
  readonly frame: Frame
  readonly processes: Processes
  /** Takes the frame; it is filled anew afterwards. */
  readonly take: (frame: Frame) => void
  readonly tell: Tell
  /** Position in the file of byte 0 of the present piece. */
  base: number
  needed: number
  /** Bytes to pass over before the next record. */
  skip: number
  record: number
}

export type Reader = {
  readonly processes: Processes
  feed(chunk: Buffer): void
  /** Tells what is left over. */
  end(): void
}

export function openReader(take: (frame: Frame) => void, tell: Tell): Reader {
  const processes = newProcesses()
  const state: ReaderState = { frame: newFrame(), processes, take, tell, base: 0, needed: 24, skip: 0, record: 0 }
  let kind: Kind | null = null
  let stopped = false
  let held: Buffer[] = []
  let heldBytes = 0

  /** Reads on in `b`; where it stopped. */
  const read = (b: Buffer): number => {
    let at = 0
    while (!stopped) {
      if (state.skip > 0) {
        const skipped = Math.min(state.skip, b.length - at)
        state.skip -= skipped
        at += skipped
        if (state.skip > 0) return at
      }
      if (at === b.length) return at
      if (kind === null) {
        if (b.length - at < 24) {
          state.needed = 24
          return at
        }
        kind = isPcap(b, at) ? openPcap(state) : isPcapng(b, at) ? openPcapng(state) : null
        if (kind === null) {
          tell('bad_record', 1, at, 'neither pcap nor pcapng: the file does not begin as one')
          stopped = true
          return b.length
        }
      }
      const next = kind.step(b, at)
      if (next === at) return at
      if (next < 0) stopped = true
      else at = next
    }
    return b.length
  }

  return {
    processes,
    feed(chunk) {
      for (let from = 0; from < chunk.length && !stopped; ) {
        // of the next piece only what completes the record is joined to the rest: joining all copied the file once more
        const missing = heldBytes === 0 ? chunk.length - from : Math.max(1, state.needed - heldBytes)
        const piece = from === 0 && missing >= chunk.length ? chunk : chunk.subarray(from, from + missing)
        from += piece.length
        held.push(piece)
        heldBytes += piece.length
        if (heldBytes < state.needed && piece.length < missing) return
        const b = held.length === 1 ? piece : Buffer.concat(held)
        state.needed = 1
        const at = read(b)
        state.base += at
        held = at === b.length ? [] : [b.subarray(at)]
        heldBytes = b.length - at
      }
    },
    end() {
      if (stopped) return
      const record = state.record + 1
      if (heldBytes > 0 || state.skip > 0)
        tell('truncated', record, state.base, `the capture ends inside record ${record}`)
      else if (kind === null) tell('bad_record', 1, 0, 'empty: no capture')
    },
  }
}
