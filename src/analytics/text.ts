import { readFileSync } from 'node:fs'

/** The text of an SQL file beside an analytic: `sqlFile(import.meta.url, 'query.sql')`. */
export const sqlFile = (base: string, name: string): string => readFileSync(new URL(name, base), 'utf8')
