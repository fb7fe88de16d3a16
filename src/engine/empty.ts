// An empty store with its schema, made once for each schema and copied for every temporary store: creating its tables
// costs 0.3 s of processor time, attaching them a third of that.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { declaration } from './declaration.ts'

/** Of this user alone, kept between runs; `CODLING_CACHE` names another place. */
const cache = (): string =>
  process.env.CODLING_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'codling')

/** chdb may write another layout with its next version. */
const engineVersion = (): string =>
  (createRequire(import.meta.url)('chdb/package.json') as { readonly version: string }).version

const nameOf = (): string => `empty-${engineVersion()}-${declaration().slice(0, 16)}`

/** Copies the empty store to `data`; false where there is none yet, or it cannot be copied: then it is made anew. */
export function copyEmpty(data: string): boolean {
  try {
    const from = join(cache(), nameOf())
    if (!existsSync(from)) return false
    cpSync(from, data, { recursive: true, verbatimSymlinks: true })
    return true
  } catch {
    rmSync(data, { recursive: true, force: true })
    return false
  }
}

/** Makes the empty store for the next run: `make` fills a folder with one. Never throws: without it all works, only later. */
export async function keepEmpty(make: (store: string) => Promise<void>): Promise<void> {
  let building: string | null = null
  try {
    const folder = cache()
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const name = nameOf()
    if (existsSync(join(folder, name))) return
    building = mkdtempSync(join(folder, 'building-'))
    await make(building)
    renameSync(join(building, 'data'), join(folder, name))
    for (const old of readdirSync(folder))
      if (old.startsWith('empty-') && old !== name) rmSync(join(folder, old), { recursive: true, force: true })
  } catch {
    // another run made it at the same time, or nothing may be written there
  } finally {
    if (building !== null) rmSync(building, { recursive: true, force: true })
  }
}
