// A scan that is killed at any moment loses nothing: the next one ends as if nothing had happened, and clears up.
import type { ChildProcess } from 'node:child_process'
import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type Contents,
  codling,
  contentsOf,
  feed,
  folderOf,
  isAlive,
  namesIn,
  openRandom,
  put,
  type Run,
  temporary,
  treeOf,
  until,
  wait,
  zeekDns,
} from './harness.ts'

const seed = Number(process.env.KILL_SEED ?? 20_260_914)
const rounds = Number(process.env.KILL_ROUNDS ?? 3)
const killsInRound = 5

let logs: string
let intel: string
let undisturbed: Contents
let lasts: number

/** Rows, sources and findings; of the names only what they are, because the store may hold more than there are. */
const comparable = ({ name: _, findingRows: _rows, ...shown }: Contents): Contents => shown

async function asUndisturbed(store: string, when: string, but = ''): Promise<void> {
  const shown = comparable(await contentsOf(store))
  for (const table of Object.keys(undisturbed).filter((name) => name !== but)) {
    const [now, then] = [new Set(shown[table]), new Set(undisturbed[table])]
    expect([...now].filter((row) => !then.has(row)).slice(0, 3), `${table}: too much ${when}`).toEqual([])
    expect([...then].filter((row) => !now.has(row)).slice(0, 3), `${table}: missing ${when}`).toEqual([])
    expect(shown[table]!.length, `${table}: rows ${when}`).toBe(undisturbed[table]!.length)
  }
}

const args = (store: string): string[] => ['scan', logs, '--intel', intel, '--store', store, '--quiet']

/** Runs a scan and kills it after `ms`, or earlier when `at` says so; waits for its engine to end too. */
async function killed(
  store: string,
  how: { after: number; signal: NodeJS.Signals; env: Record<string, string> },
): Promise<Run & { left: number[]; endedIn: number }> {
  let tree: number[] = []
  let killedAt = 0
  const run = await codling(args(store), {
    env: how.env,
    started(child: ChildProcess) {
      setTimeout(() => {
        tree = treeOf(child.pid!)
        killedAt = Date.now()
        child.kill(how.signal)
      }, how.after)
    },
  })
  const endedIn = killedAt === 0 ? 0 : Date.now() - killedAt
  await until(() => !tree.some(isAlive), 15_000)
  return { ...run, left: tree.filter(isAlive), endedIn }
}

beforeAll(async () => {
  logs = folderOf({
    'a/dns.log': zeekDns(0, 60_000),
    'b/dns.log': zeekDns(40_000, 60_000),
    'c/dns.log': zeekDns(90_000, 500),
  })
  intel = put(join(temporary(), 'list.txt'), feed)
  const store = join(temporary(), 'store')
  const run = await codling(args(store))
  expect(run.stderr).toBe('')
  expect(run.code).toBe(0)
  lasts = run.ms
  undisturbed = comparable(await contentsOf(store))
}, 120_000)

describe('SIGKILL', () => {
  test('the undisturbed scan has something to lose', () => {
    expect(undisturbed.network).toHaveLength(100_000)
    expect(undisturbed.finding).toHaveLength(2)
  })

  test(`${rounds} × ${killsInRound} times at random moments (seed ${seed})`, { timeout: 600_000 }, async () => {
    const random = openRandom(seed)
    let interrupted = 0
    for (let round = 0; round < rounds; round++) {
      const store = join(temporary(), 'store')
      const scratch = temporary()
      const env = { TMPDIR: scratch }
      const moments: number[] = []
      for (let kill = 0; kill < killsInRound; kill++) {
        // the first of a round falls into the first start of the store, when its tables are made
        const after = kill === 0 ? 250 + 500 * random() : 200 + (lasts + 200) * random()
        moments.push(Math.round(after))
        const run = await killed(store, { after, signal: 'SIGKILL', env })
        if (run.signal === 'SIGKILL') interrupted++
        expect(run.left, `processes left after a kill at ${after} ms`).toEqual([])
      }
      // a younger folder might belong to another container, whose processes cannot be seen
      for (const name of namesIn(scratch)) utimesSync(join(scratch, name), 0, 0)
      const last = await codling(args(store), { env })
      expect(last, `after kills at ${moments.join(', ')} ms`).toMatchObject({ code: 0, stderr: '' })
      expect(namesIn(scratch), 'temporary folders after the next start').toEqual([])
      await asUndisturbed(store, `after kills at ${moments.join(', ')} ms`)
    }
    expect(interrupted, 'kills that met a running scan').toBeGreaterThan(rounds * 2)
  })
})

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  test('ends the scan soon with 130 and leaves nothing behind; the store is whole', { timeout: 200_000 }, async () => {
    const store = join(temporary(), 'store')
    const scratch = temporary()
    const run = await killed(store, { after: lasts * 0.45, signal, env: { TMPDIR: scratch } })
    expect([run.code, run.signal, run.stdout]).toEqual([130, null, ''])
    expect(run.endedIn, 'ms from the signal to the end').toBeLessThan(10_000)
    expect(run.stderr).not.toMatch(/\n\s+at /)
    expect(run.left).toEqual([])
    expect(namesIn(scratch)).toEqual([])
    expect(await codling(args(store))).toMatchObject({ code: 0, stderr: '' })
    await asUndisturbed(store, `after ${signal}`)
  })
})

test('an engine that is killed fails the scan with words, and the next scan goes on', {
  timeout: 200_000,
}, async () => {
  const store = join(temporary(), 'store')
  const run = await codling(args(store), {
    started(child) {
      setTimeout(() => {
        for (const pid of treeOf(child.pid!).slice(1)) process.kill(pid, 'SIGKILL')
      }, lasts * 0.6)
    },
  })
  expect(run.stderr).not.toMatch(/a bug/)
  expect([0, 2]).toContain(run.code)
  await wait(200)
  expect(await codling(args(store))).toMatchObject({ code: 0, stderr: '' })
  // the first scan may have gone on with the next file, which then owns what both hold
  await asUndisturbed(store, 'after the engine was killed', 'source')
})
