import { createHash } from 'node:crypto'

/**
 * Same id in every later scan: analytic, device (or what stands for it) and indicator; history apart from what held.
 * `who`: column `who` of query.sql, or `fleet`.
 */
export const findingId = (who: string, indicator: string, history = false): string =>
  createHash('sha256')
    .update(['AN1700', who, indicator, history ? 'history' : ''].join('\u0000'))
    .digest('hex')
    .slice(0, 24)
