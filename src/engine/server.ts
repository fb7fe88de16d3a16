// A ClickHouse server, named by a URL.
import { UserError } from '../model/index.ts'
import { type Client, openClient, type Where } from './client.ts'

const example = 'http://user:password@host:8123/database'

type Address = { readonly where: Where & { readonly url: string }; readonly database: string }

/** Throws `UserError` for what is no such URL. */
export function serverAddress(server: string): Address {
  const bad = (why: string, cause?: unknown): UserError =>
    new UserError(
      '--server is not a URL that can be used.',
      why,
      `Give it like ${example} (percent-encode special characters).`,
      { cause },
    )
  try {
    const url = new URL(server)
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw bad(`It begins with ${url.protocol}, not with http: or https:.`)
    const database = decodeURIComponent(url.pathname.replace(/^\/+|\/+$/g, '')) || 'codling'
    if (!/^\w{1,64}$/.test(database)) throw bad('The name of the database may hold letters, digits and _ only.')
    const username = decodeURIComponent(url.username)
    const password = decodeURIComponent(url.password)
    return {
      where: {
        url: `${url.protocol}//${url.host}`,
        ...(username ? { username } : {}),
        ...(password ? { password } : {}),
      },
      database,
    }
  } catch (error) {
    throw error instanceof UserError ? error : bad(`It must look like ${example}.`, error)
  }
}

/** How long a server may take to answer at all. */
const patience = 20_000

/** Connects, and creates the database where it is missing. Throws `UserError`. */
export async function connectServer({ where, database }: Address): Promise<Client> {
  const bare = openClient(where, undefined)
  try {
    await answered(bare, where.url)
    const [found] = await bare.query<{ n: number }>(
      'SELECT count() AS n FROM system.databases WHERE name = {database:String}',
      { database },
    )
    if (found!.n === 0) await bare.run('CREATE DATABASE IF NOT EXISTS {database:Identifier}', { database })
  } finally {
    await bare.close()
  }
  return openClient(where, database)
}

async function answered(client: Client, url: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(Object.assign(new Error(`no answer from ${url} within ${patience / 1000} s`), { code: 'ETIMEDOUT' })),
      patience,
    )
  })
  try {
    await Promise.race([client.query('SELECT 1 AS one'), late])
  } catch (error) {
    if (error instanceof UserError) throw error
    const why = error instanceof Error && error.message ? error.message : String(error)
    throw new UserError(
      'The ClickHouse server cannot be reached.',
      why.replaceAll(/\s+/g, ' ').slice(0, 300),
      `Check --server ${example}: protocol, host and port (the HTTP interface, 8123 or 8443), and that the server runs.`,
      { cause: error },
    )
  } finally {
    clearTimeout(timer)
  }
}
