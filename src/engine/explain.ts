// What an operator can mend, told in a sentence.
import type { ClickHouseError } from '@clickhouse/client'
import { plainMessage, UserError } from '../model/index.ts'

const url = 'http://user:password@host:8123/database'

type Told = { readonly what: string; readonly why?: string; readonly next: string }

const signIn: Told = {
  what: 'The ClickHouse server refused the sign-in.',
  why: 'User name or password is wrong.',
  next: `Give them as --server ${url} (percent-encode special characters).`,
}
const diskFull: Told = {
  what: 'The disk is full.',
  next: 'Free some space, or name a store on another disk with --store DIR.',
}
const narrow = 'Narrow the scan with --from and --to, or use a ClickHouse server with --server.'
const unreachable: Told = {
  what: 'The ClickHouse server cannot be reached.',
  next: `Check host and port in --server ${url}, and that the server runs.`,
}

/** By ClickHouse's code (src/Common/ErrorCodes.cpp) or Node's. */
const byCode: Readonly<Record<string, Told>> = {
  192: signIn,
  194: signIn,
  516: signIn,
  497: {
    what: 'The ClickHouse user may not do this.',
    next: 'Grant it CREATE, INSERT, SELECT, ALTER, DROP TABLE, DROP VIEW, TRUNCATE and CREATE FUNCTION on the database.',
  },
  81: {
    what: 'The database does not exist on the server.',
    next: `Create it, or name another one in --server ${url}.`,
  },
  159: { what: 'A query took too long and was stopped.', next: narrow },
  241: { what: 'A query needed more memory than it may use.', next: narrow },
  164: { what: 'The store may not be written to.', next: 'Use a ClickHouse user that may write, or another store.' },
  243: diskFull,
  ENOSPC: diskFull,
  EDQUOT: diskFull,
  ECONNREFUSED: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ETIMEDOUT: unreachable,
}

/** A `UserError` for what the operator can mend; anything else as it is (a bug, or a broken connection). */
export function explain(error: unknown): unknown {
  if (error instanceof UserError) return error
  const code = String((error as ClickHouseError | NodeJS.ErrnoException | null)?.code ?? '')
  const message = plainMessage(error).slice(0, 400)
  const told = byCode[code] ?? (/No space left|NOT_ENOUGH_SPACE/i.test(message) ? diskFull : undefined)
  if (!told) return error
  // an error of several addresses (localhost) has a code and no message
  return new UserError(told.what, told.why ?? (message || code), told.next, { cause: error })
}

/** One query met its limit of time or memory: whatever it was about failed, and the next can go on. */
export function isQueryLimit(error: unknown): boolean {
  const cause = error instanceof UserError ? error.cause : error
  const code = (cause as ClickHouseError | null)?.code
  return cause instanceof Error && (code === '159' || code === '241')
}
