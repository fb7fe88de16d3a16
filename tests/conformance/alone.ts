// Code that must be pure runs here: no clock, no chance, no network.

const forbidden = (what: string) => () => {
  throw new Error(`this code may not use ${what}`)
}

/** Takes clock, chance and network away while `work` runs. */
export async function alone<T>(work: () => T | Promise<T>): Promise<T> {
  const { Date: RealDate, fetch } = globalThis
  const random = Math.random
  class NoClock extends RealDate {
    constructor(...given: unknown[]) {
      if (given.length === 0) forbidden('the clock')()
      super(...(given as [number]))
    }
    static override now = forbidden('the clock') as () => number
  }
  Object.assign(globalThis, { Date: NoClock, fetch: forbidden('the network') })
  Math.random = forbidden('chance')
  try {
    return await work()
  } finally {
    Object.assign(globalThis, { Date: RealDate, fetch })
    Math.random = random
  }
}
