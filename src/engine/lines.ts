// Text offered to SQL as a relation (record UInt64, line String): a view over a file, or on a server a table.
import { createReadStream, symlinkSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Client } from './client.ts'

/** `record` counts lines from 1. A carriage return stays at the end of `line`. */
export type Lines = { readonly relation: string; release(): Promise<void> }

/** Relations that a killed process left. On a server others may be at work: only what is a day old is removed. */
export async function sweepLines(client: Client, kind: 'embedded' | 'server'): Promise<void> {
  const old = kind === 'embedded' ? '' : ' AND metadata_modification_time < now() - INTERVAL 1 DAY'
  const left = await client.query<{ name: string; view: 0 | 1 }>(
    `SELECT name, engine = 'View' AS view FROM system.tables WHERE database = currentDatabase() AND match(name, '^lines_[0-9a-z_]+$')${old}`,
  )
  if (left.length > 0)
    await client.script(left.map(({ name, view }) => `DROP ${view ? 'VIEW' : 'TABLE'} IF EXISTS ${name}`))
}

/** `file()` takes a name for a glob and tells the format from it: it gets a link with a name of our own in `scratch`. */
export function openFileLines(client: Client, scratch: string): (file: string) => Promise<Lines> {
  let count = 0
  return async (file) => {
    const relation = `lines_${++count}`
    const link = join(scratch, `${relation}.txt`)
    symlinkSync(resolve(file), link)
    await client.run(
      `CREATE OR REPLACE VIEW ${relation} AS SELECT _row_number + 1 AS record, line FROM file({link:String}, 'LineAsString', 'line String')`,
      { link },
    )
    return {
      relation,
      async release() {
        await client.run(`DROP VIEW IF EXISTS ${relation}`)
        await rm(link, { force: true })
      },
    }
  }
}

/** One stream read by one thread: row numbers are line numbers. */
export function openStreamedLines(client: Client): (file: string) => Promise<Lines> {
  let count = 0
  return async (file) => {
    const relation = `lines_${process.pid}_${Date.now().toString(36)}_${++count}`
    const release = () => client.run(`DROP TABLE IF EXISTS ${relation}`)
    await client.run(`CREATE TABLE ${relation} (record UInt64, line String) ENGINE = MergeTree ORDER BY record`)
    try {
      await client.insertStream(
        `INSERT INTO ${relation} SELECT rowNumberInAllBlocks() + 1, line FROM input('line String') FORMAT LineAsString`,
        createReadStream(file, { highWaterMark: 1024 ** 2 }),
      )
    } catch (error) {
      await release().catch(() => {})
      throw error
    }
    return { relation, release }
  }
}
