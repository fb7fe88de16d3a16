// What `sources/` hands to the rest: bytes with a name, and nothing about formats.
import type { Problem } from './errors.ts'

/** One stream of decompressed bytes: a file, a member of an archive, standard input. */
export type Source = {
  /** Path as the user gave it; members as `archive.tar!dir/member`. */
  readonly path: string
  /** Last part of the path without `.gz` and the like: what a format may look at. */
  readonly name: string
  /** Names of the folders above, outermost first (also inside archives). For identity, never for formats. */
  readonly folders: readonly string[]
  /** Compressed size of the outermost file, for progress. */
  readonly storedBytes: number
  /** Absolute path of a plain file that the engine may read in place (through a link); null for all else. */
  readonly plainFile: string | null
  /** First `n` (≤ 64 KiB) decompressed bytes; fewer at the end of the data. Can be called before and after `open`. */
  head(n: number): Promise<Buffer>
  /**
   * The decompressed bytes, once. Limits are enforced inside: what they cut off, damage and encryption are told to
   * `problem` and end the stream in good order; it does not throw on bad data, only on `signal`. `lent`: a chunk may be
   * overwritten once the next is asked for.
   */
  open(problem: (p: Problem) => void, signal?: AbortSignal, lent?: boolean): AsyncIterable<Buffer>
}

/** What walking a path yields: a source, or the reason why there is none. */
export type Found =
  | { readonly kind: 'source'; readonly source: Source }
  | { readonly kind: 'problem'; readonly path: string; readonly storedBytes: number; readonly problem: Problem }

/** Bounds on hostile input. `maxRatio` counts only above `ratioFloor` decompressed bytes. */
export type Limits = {
  readonly maxDepth: number
  readonly maxMembers: number
  readonly maxBytes: number
  readonly maxRatio: number
  readonly ratioFloor: number
  readonly maxName: number
  readonly maxLine: number
}
export const defaultLimits: Limits = {
  maxDepth: 6,
  maxMembers: 1_000_000,
  maxBytes: 1024 ** 4,
  maxRatio: 300,
  ratioFloor: 64 * 1024 ** 2,
  maxName: 4096,
  maxLine: 16 * 1024 ** 2,
}

/** What only the operator can give. */
export type SourceOptions = {
  /**
   * The password of the encrypted backup at `path`, asked for when one is met; null: there is none to be had, and the
   * backup is told as encrypted.
   */
  readonly backupPassword?: (path: string) => Promise<string | null>
}
