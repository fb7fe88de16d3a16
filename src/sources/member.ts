// Names inside archives: what is taken, and what is a trick.

export type MemberName =
  | { readonly kind: 'name'; readonly parts: readonly string[] }
  | { readonly kind: 'bad'; readonly shown: string; readonly why: string }

const bad = (name: string, why: string): MemberName => ({ kind: 'bad', shown: name.slice(0, 200), why })

/** `maxName` in bytes. A name is only ever shown and compared, never used on disk; a trick is refused all the same. */
export function judgeName(name: string, maxName: number): MemberName {
  if (Buffer.byteLength(name) > maxName) return bad(name, `its name is longer than ${maxName} bytes`)
  if (name.includes('\0')) return bad(name, 'its name has a NUL')
  if (name.includes('\\')) return bad(name, 'its name has a backslash')
  if (name.startsWith('/')) return bad(name, 'its path is absolute')
  if (/^[a-z]:/i.test(name)) return bad(name, 'its path has a drive letter')
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.includes('..')) return bad(name, 'its path leads upwards')
  if (parts.length === 0) return bad(name, 'it has no name')
  return { kind: 'name', parts }
}

/** A name without the endings of compression: what a format may look at. */
export const plainName = (name: string): string => name.replace(/(?<=.)\.(?:gz|gzip|zst|zstd)$/i, '')
