// When the child dies (a native crash, the kernel's memory killer), say so instead of a broken socket.
import type { Client } from './client.ts'

/** The embedded engine died. The source that was being read failed; a new engine can go on with the next. */
export class EngineCrash extends Error {
  override name = 'EngineCrash'
}

/** The socket breaks a moment before the end of the process is known. */
const notice = 2000

/** `client` whose calls reject with `EngineCrash` once its process has ended. */
export function guard(client: Client, exited: Promise<number | null>): Client {
  const told = async (error: unknown): Promise<unknown> => {
    const code = (error as NodeJS.ErrnoException | null)?.code
    const broken = code === 'ECONNRESET' || code === 'EPIPE' || code === 'ENOENT' || code === 'ECONNREFUSED'
    const wait = new Promise<false>((resolve) => setTimeout(() => resolve(false), broken ? notice : 0).unref())
    const gone = await Promise.race([exited.then(() => true), wait])
    if (!gone) return error
    return new EngineCrash('The engine process ended unexpectedly (a crash, or the system ran out of memory).', {
      cause: error,
    })
  }
  const wrap =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      try {
        return await call(...args)
      } catch (error) {
        throw await told(error)
      }
    }
  return {
    query: wrap(client.query) as Client['query'],
    async *stream<T>(...args: Parameters<Client['stream']>) {
      try {
        yield* client.stream<T>(...args)
      } catch (error) {
        throw await told(error)
      }
    },
    run: wrap(client.run),
    script: wrap(client.script),
    insert: wrap(client.insert),
    insertStream: wrap(client.insertStream),
    insertSelect: wrap(client.insertSelect),
    close: client.close,
  }
}
