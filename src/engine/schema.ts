// Opening a store: creates what is missing, adds columns that a newer Codling declares, refuses what is newer than itself.
import { tables, UserError } from '../model/index.ts'
import type { Client } from './client.ts'
import { addColumn, rawName, schemaStatements, viewStatements } from './ddl.ts'

/** Raised when stores of the version before need more than new tables or columns; a step for it goes into `steps`. */
export const schemaVersion = 1

/** Statements that take a store of version n-1 to n, for what adding tables and columns cannot do. */
const steps: Readonly<Record<number, readonly string[]>> = {}

export async function prepareSchema(client: Client, codlingVersion: string): Promise<void> {
  const present = await client.query<{ table: string; name: string }>(
    'SELECT table, name FROM system.columns WHERE database = currentDatabase()',
  )
  const has = new Set(present.map((column) => `${column.table}.${column.name}`))
  let version = 0
  if (has.has('migration.version')) {
    const [row] = await client.query<{ version: number; codling: string }>(
      'SELECT toUInt32(max(version)) AS version, argMax(codling, version) AS codling FROM migration',
    )
    version = row?.version ?? 0
    if (version > schemaVersion)
      throw new UserError(
        `The store was written by a newer Codling (${row!.codling}, store version ${version}).`,
        `This Codling knows store version ${schemaVersion}.`,
        'Update Codling, or name another store with --store DIR.',
      )
  }
  const complete =
    version === schemaVersion &&
    tables.every((table) => Object.keys(table.columns).every((column) => has.has(`${table.role === 'evidence' ? rawName(table.name) : table.name}.${column}`)))
  if (complete) return
  await Promise.all(schemaStatements().map((statement) => client.run(statement)))
  for (const table of tables) {
    const name = table.role === 'evidence' ? rawName(table.name) : table.name
    if (!has.has(`${name}.${table.order[0]}`)) continue
    for (const column of Object.keys(table.columns)) if (!has.has(`${name}.${column}`)) await client.run(addColumn(table, column))
  }
  for (let step = version + 1; step <= schemaVersion; step++) for (const statement of steps[step] ?? []) await client.run(statement)
  const [live, ...views] = viewStatements()
  await client.run(live!)
  await Promise.all(views.map((statement) => client.run(statement)))
  if (version < schemaVersion)
    await client.run(`INSERT INTO migration SELECT ${schemaVersion}, {codling:String}, now64(6)`, { codling: codlingVersion })
}
