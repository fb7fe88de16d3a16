// Code that must be pure runs here: no clock, no chance, no network.
import { AsyncLocalStorage } from 'node:async_hooks'

/** Set within `work` and everything that it waits for: timers of others that fire meanwhile keep their clock. */
const pure = new AsyncLocalStorage<true>()

const forbidden = (what: string): never => {
  throw new Error(`this code may not use ${what}`)
}

/** Takes clock, chance and network away while `work` runs. */
export async function alone<T>(work: () => T | Promise<T>): Promise<T> {
  const { Date: RealDate, fetch: realFetch } = globalThis
  const { random } = Math
  class NoClock extends RealDate {
    constructor(...given: unknown[]) {
      if (given.length === 0 && pure.getStore()) forbidden('the clock')
      super(...(given as []))
    }
    static override now = () => (pure.getStore() ? forbidden('the clock') : RealDate.now())
  }
  const noFetch: typeof fetch = (...given) => (pure.getStore() ? forbidden('the network') : realFetch(...given))
  Object.assign(globalThis, { Date: NoClock, fetch: noFetch })
  Math.random = () => (pure.getStore() ? forbidden('chance') : random())
  try {
    return await pure.run(true, async () => work())
  } finally {
    Object.assign(globalThis, { Date: RealDate, fetch: realFetch })
    Math.random = random
  }
}
