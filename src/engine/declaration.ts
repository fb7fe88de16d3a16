// What a store is declared to hold, as one hash: functions and views change without a new version.
import { createHash } from 'node:crypto'
import { schemaStatements, viewStatements } from './ddl.ts'

export const declaration = (): string =>
  createHash('sha256')
    .update([...schemaStatements(), ...viewStatements()].join('\0'))
    .digest('hex')
