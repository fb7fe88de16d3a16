// The room of SQLite: reads databases that nobody vouches for. Knows no format.
export { headerLength, headerOf, isDatabase, modeBytes } from './header.ts'
export type { DatabaseRow, Value, Wanted } from './messages.ts'
export { type DatabaseLimits, type DatabaseTold, databaseLimits, readDatabase } from './read.ts'
