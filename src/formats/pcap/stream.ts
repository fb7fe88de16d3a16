// One direction of a TCP connection put in order, as long as somebody wants to read it.

/** What reads a stream: takes bytes from `from` on and says how many it is done with; -1: it wants no more. */
export type Taker = (b: Buffer, from: number, to: number) => number

export type Side = {
  /** Sequence number of the byte that comes next; -1: no packet yet. */
  next: number
  /** Bytes that came in order and were not yet taken. */
  kept: Buffer
  length: number
  /** Segments that came too early. */
  held: { readonly seq: number; readonly bytes: Buffer }[]
  done: boolean
  /** Packets with payload that were seen. */
  packets: number
}

/** Memory for streams of the whole capture: what is over it is read no further. */
export type Budget = { left: number; readonly refuse: () => void }

export const newSide = (next: number): Side => ({
  next,
  kept: nothing,
  length: 0,
  held: [],
  done: false,
  packets: 0,
})

const nothing = Buffer.alloc(0)
const mostHeld = 16
/** More than a message of DNS (64 KiB) or the heads that are read needs. */
const longestKept = 72 * 1024

export function close(side: Side, budget: Budget): void {
  budget.left += side.kept.length
  for (const { bytes } of side.held) budget.left += bytes.length
  side.kept = nothing
  side.length = 0
  side.held = []
  side.done = true
}

/**
 * Takes a segment whose first byte has the number `seq`. `cut`: its end was not captured. Segments come in any order, twice, and
 * overlapping; the bytes that came first count. Returns false where bytes are missing that `take` would have needed.
 */
export function takeSegment(
  side: Side,
  seq: number,
  b: Buffer,
  from: number,
  to: number,
  cut: boolean,
  take: Taker,
  budget: Budget,
): boolean {
  if (side.done) return true
  if (side.next < 0) side.next = seq
  side.packets++
  const ahead = (seq - side.next) | 0
  if (ahead > 0) {
    const held = hold(side, seq, b, from, to, budget)
    if (held) return true
    // what is missing will not come: go on with what is there
    const lost = side.length > 0
    budget.left += side.kept.length
    side.kept = nothing
    side.length = 0
    side.next = seq
    if (lost) {
      close(side, budget)
      return false
    }
  }
  const start = from + Math.max(0, -((seq - side.next) | 0))
  if (start < to) consume(side, b, start, to, take, budget)
  if (cut && !side.done) {
    close(side, budget)
    return false
  }
  if (side.held.length > 0) release(side, take, budget)
  return true
}

function hold(side: Side, seq: number, b: Buffer, from: number, to: number, budget: Budget): boolean {
  if (side.held.length >= mostHeld || budget.left < to - from) return false
  const far = (seq - side.next) | 0
  if (far > longestKept) return false
  budget.left -= to - from
  side.held.push({ seq, bytes: Buffer.from(b.subarray(from, to)) })
  return true
}

/** Takes the held segments whose turn has come. */
function release(side: Side, take: Taker, budget: Budget): void {
  for (let moved = true; moved && !side.done; ) {
    moved = false
    for (let i = 0; i < side.held.length && !side.done; i++) {
      const { seq, bytes } = side.held[i]!
      const behind = (side.next - seq) | 0
      if (behind < 0) continue
      side.held.splice(i--, 1)
      budget.left += bytes.length
      if (behind < bytes.length) consume(side, bytes, behind, bytes.length, take, budget)
      moved = true
    }
  }
}

function consume(side: Side, b: Buffer, from: number, to: number, take: Taker, budget: Budget): void {
  side.next = (side.next + to - from) >>> 0
  let bytes = b
  let start = from
  let end = to
  if (side.length > 0) {
    if (!append(side, b, from, to, budget)) {
      close(side, budget)
      return
    }
    bytes = side.kept
    start = 0
    end = side.length
  }
  const taken = take(bytes, start, end)
  if (taken < 0) {
    close(side, budget)
    return
  }
  const rest = end - start - taken
  if (bytes === side.kept) {
    if (taken > 0) side.kept.copyWithin(0, taken, end)
    side.length = rest
  } else if (rest > 0 && !append(side, b, start + taken, end, budget)) close(side, budget)
}

function append(side: Side, b: Buffer, from: number, to: number, budget: Budget): boolean {
  const length = side.length + to - from
  if (length > longestKept) return false
  if (length > side.kept.length) {
    const size = Math.max(2048, length, side.kept.length * 2)
    if (budget.left < size - side.kept.length) {
      budget.refuse()
      return false
    }
    budget.left -= size - side.kept.length
    const larger = Buffer.alloc(size)
    side.kept.copy(larger, 0, 0, side.length)
    side.kept = larger
  }
  b.copy(side.kept, side.length, from, to)
  side.length = length
  return true
}
