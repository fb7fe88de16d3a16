// Parsers that do what none may: the watch must see each of them.
import type { Subject } from './subjects.ts'

const kept: Buffer[] = []

const faults: Readonly<Record<string, (bytes: Buffer, chunk: number) => unknown>> = {
  throws: (bytes) => {
    if (bytes.length % 3 === 0) throw new Error('as it should not')
  },
  hangs: (bytes) => {
    while (bytes.length % 3 === 0);
  },
  waits: (bytes) => (bytes.length % 3 === 0 ? new Promise(() => {}) : null),
  dies: (bytes) => {
    if (bytes.length % 3 === 0) process.exit(7)
  },
  grows: () => kept.push(Buffer.alloc(100_000, 1)),
  swallows: (bytes) => {
    if (bytes.length % 3 !== 0) return
    for (const held: number[][] = []; ; ) held.push(Array.from({ length: 100_000 }, (_, i) => i))
  },
  splits: (_, chunk) => chunk,
}

export const faulty: readonly Subject[] = Object.entries(faults).map(([id, fault]) => ({
  id: `faulty-${id}`,
  seeds: () => [{ name: 'a.txt', bytes: Buffer.from('a good line\n'.repeat(20)) }],
  async run({ bytes, chunk }) {
    return { rows: 0, problems: 0, told: await fault(bytes, chunk) }
  },
}))
