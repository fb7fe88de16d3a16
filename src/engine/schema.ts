// Opening a store: creates what is missing, adds columns that a newer Codling declares, refuses what is newer than itself.
import { place, tables, UserError, visit } from '../model/index.ts'
import type { Client } from './client.ts'
import { addColumn, createTable, schemaStatements, storedName, viewStatements } from './ddl.ts'
import { declaration } from './declaration.ts'

/** Raised when stores of the version before need more than new tables or columns; a step for it goes into `steps`. */
export const schemaVersion = 2

/** Statements that take a store of version n-1 to n, for what adding tables and columns cannot do. */
const steps: Readonly<Record<number, readonly string[]>> = {
  // visits are kept by days: what was kept by source, or in memory, is worked out anew
  2: [
    'DROP VIEW IF EXISTS hourly',
    ...['hourly_raw', 'derived', 'place', 'visit'].map((name) => `DROP TABLE IF EXISTS ${name}`),
    createTable(place),
    createTable(visit),
  ],
}

type Migration = { readonly version: number; readonly codling: string; readonly declared: string }

/** Throws `UserError` for a store of a newer version. */
export async function prepareSchema(client: Client, codlingVersion: string): Promise<void> {
  const columns = await client.query<{ table: string; name: string }>(
    'SELECT table, name FROM system.columns WHERE database = currentDatabase()',
  )
  const has = new Set(columns.map((column) => `${column.table}.${column.name}`))
  const last = has.has('migration.version') ? await lastMigration(client, has) : null
  const version = last?.version ?? 0
  if (version > schemaVersion)
    throw new UserError(
      `The store was written by a newer Codling (${last!.codling}, store version ${version}).`,
      `This Codling knows store version ${schemaVersion}.`,
      'Update Codling, or name another store with --store DIR.',
    )
  const missing = tables.flatMap((table) =>
    Object.keys(table.columns)
      .filter((column) => !has.has(`${storedName(table)}.${column}`))
      .map((column) => ({ table, column })),
  )
  const declared = declaration()
  if (last?.declared === declared && version === schemaVersion && missing.length === 0) return
  const added = missing.filter(({ table }) => has.has(`${storedName(table)}.${table.order[0]}`))
  const taken = Array.from({ length: schemaVersion - version }, (_, i) => steps[version + 1 + i] ?? [])
  await client.script([
    ...schemaStatements(),
    ...(has.has('migration.declared') ? [] : ['ALTER TABLE migration ADD COLUMN IF NOT EXISTS declared String']),
    ...added.map(({ table, column }) => addColumn(table, column)),
    ...(version === 0 ? [] : taken.flat()),
    ...viewStatements(),
  ])
  await client.run('INSERT INTO migration SELECT {version:UInt32}, {codling:String}, now64(6), {declared:String}', {
    version: schemaVersion,
    codling: codlingVersion,
    declared,
  })
}

async function lastMigration(client: Client, has: ReadonlySet<string>): Promise<Migration | null> {
  const declared = has.has('migration.declared') ? 'declared' : "'' AS declared"
  const [row] = await client.query<Migration>(
    `SELECT version, codling, ${declared} FROM migration ORDER BY version DESC, applied DESC LIMIT 1`,
  )
  return row ?? null
}
