// Files that belong to the database beside them and are no sources of their own.
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { isDatabase } from '../sqlite/index.ts'
import { type Content, headOf, problemOf } from './content.ts'
import { belongTogether, besides, withLog } from './wal.ts'

/** Of `History.db-wal` the name `History.db`; null: no such name. */
export function mainOf(name: string): string | null {
  const end = besides.find((suffix) => name.endsWith(suffix) && name.length > suffix.length)
  return end === undefined ? null : name.slice(0, -end.length)
}

/** A rollback journal that was not given up: what it holds would be put back by SQLite. */
const hotJournal = Buffer.from('d9d505f920a163d7', 'hex')

/** What lies beside a database, as far as it is there; `log.file` stands on disk. */
export type Beside = {
  readonly log: (Content & { readonly file: string | Buffer }) | null
  readonly journal: Content | null
}

/** The content with what lies beside it; null: these files do not belong together. */
export async function joined(main: Content, { log, journal }: Beside, signal?: AbortSignal): Promise<Content | null> {
  if (log !== null && !(await belongTogether(main, log, signal))) return null
  if (log === null && !isDatabase(await headOf(main, 100, () => {}, signal))) return null
  const whole = log === null ? main : withLog(main, log)
  const hot = journal !== null && (await headOf(journal, hotJournal.length, () => {}, signal)).equals(hotJournal)
  if (!hot) return whole
  return {
    ...whole,
    async *bytes(tell, at, lent) {
      yield* whole.bytes(tell, at, lent)
      tell(
        problemOf('changed', 'a rollback journal lies beside it: a change that was not finished may be among its rows'),
      )
    },
  }
}

/** Names of a folder that have something beside them → which. Links and folders are none of it. */
export function besidesIn(folder: string | Buffer, names: readonly string[]): Map<string, ReadonlySet<string>> {
  const all = new Set(names)
  const found = new Map<string, Set<string>>()
  for (const name of names) {
    const main = mainOf(name)
    if (main === null || !all.has(main) || !isFile(folder, name) || !isFile(folder, main)) continue
    const set = found.get(main) ?? new Set()
    found.set(main, set.add(name.slice(main.length)))
  }
  return found
}

function isFile(folder: string | Buffer, name: string): boolean {
  try {
    return lstatSync(join(folder.toString(), name)).isFile()
  } catch {
    return false
  }
}
