// Files that belong to the repository, and their text.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Paths of tracked files, and of new ones that are not ignored. [] outside of a clone (an unpacked archive). */
export function tracked(): string[] {
  try {
    const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 ** 2,
    })
    return [...new Set(list.split('\0').filter(Boolean))].sort()
  } catch {
    return []
  }
}

/** The text of a file; null where it is gone or binary. */
export function textOf(file: string): string | null {
  try {
    const bytes = readFileSync(root + file)
    return bytes.includes(0) ? null : bytes.toString('utf8')
  } catch {
    return null
  }
}
