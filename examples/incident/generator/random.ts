// Random numbers that are the same everywhere: everything in the example comes from one seed.

/** FNV-1a, 32 bit. */
export function hash32(text: string): number {
  let h = 0x811c9dc5
  for (const byte of Buffer.from(text, 'utf8')) h = Math.imul(h ^ byte, 0x01000193) >>> 0
  return h
}

export type Random = {
  /** Uniform in [0, 1). */
  next(): number
  /** Whole number in [from, to]. */
  whole(from: number, to: number): number
  pick<T>(list: readonly T[]): T
  /** Early entries more often than late ones, as with names in real traffic. */
  pickEarly<T>(list: readonly T[]): T
  chance(p: number): boolean
  hex(digits: number): string
  word(alphabet: string, length: number): string
  uuid(): string
}

/** A stream of its own for every label, so that adding to one part of the story leaves the others as they are. */
export function random(seed: number, label: string): Random {
  let state = hash32(`${seed}/${label}`)
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  const word = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[whole(0, alphabet.length - 1)]).join('')
  const hex = (digits: number): string => word('0123456789abcdef', digits)
  return {
    next,
    whole,
    pick: (list) => list[whole(0, list.length - 1)]!,
    pickEarly: (list) => list[Math.floor(next() ** 2 * list.length)]!,
    chance: (p) => next() < p,
    hex,
    word,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`.toUpperCase(),
  }
}
