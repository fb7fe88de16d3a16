// A short run over every parser written in TypeScript (the long one: npm run fuzz), and faulty ones that it must see.
import { describe, expect, test } from 'vitest'
import { formats } from '../../src/formats/index.ts'
import { feedFormats } from '../../src/intel/types.ts'
import { openRandom } from '../../src/simulate/random.ts'
import { faulty } from './faulty.ts'
import { inputOf } from './mutate.ts'
import { subjects } from './subjects.ts'
import { bounds, type Report, watch } from './watch.ts'

/** Another for each day would be a test that fails for nobody's change; the long run takes any. */
const seed = 1
const inputs = 20

test('every format in TypeScript and every kind of feed is a subject', () => {
  const ids = subjects.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const format of formats) expect(ids.includes(format.id), format.id).toBe(format.kind === 'code')
  for (const kind of Object.keys(feedFormats)) expect(ids).toContain(`feed-${kind}`)
})

test('no crash, no hang, nothing that does not fit its table', async () => {
  const reports = await watch(subjects, { seed, from: 0, to: inputs })
  expect(reports.flatMap(({ failures }) => failures)).toEqual([])
  expect(reports.map((report) => report.inputs)).toEqual(subjects.map(() => inputs))
  // not vacuous: damaged inputs are read as well as refused
  const sum = (of: (report: Report) => number): number => reports.reduce((total, report) => total + of(report), 0)
  expect(sum(({ rows }) => rows)).toBeGreaterThan(subjects.length * inputs * 0.5)
  expect(sum(({ problems }) => problems)).toBeGreaterThan(subjects.length * inputs * 0.2)
})

describe('what none may do is seen', () => {
  const tight = { ...bounds, seconds: 2, heapMegabytes: 64, ends: 1 }
  const of = async (id: string): Promise<Report> => {
    const subject = faulty.find((one) => one.id === `faulty-${id}`)!
    return (await watch([subject], { seed, from: 0, to: 200 }, tight))[0]!
  }
  const reasons = ({ failures }: Report): string => failures.map(({ why }) => why).join('\n')

  test.each([
    ['throws', 'as it should not'],
    ['grows', 'it keeps what it read'],
    ['splits', 'in chunks of'],
    ['dies', 'the process ended (7)'],
    ['hangs', 'no answer for 2 s'],
    ['swallows', 'the process ended'],
    // nothing is left to wait for, so Node ends the process
    ['waits', 'the process ended (13)'],
  ])('%s', async (id, why) => {
    const report = await of(id)
    expect(reasons(report)).toContain(why)
    expect(reasons(report)).toContain(`again: npm run fuzz -- --format faulty-${id} --seed ${seed} --only `)
  })
})

test('the same seed and number make the same input, others another', async () => {
  const seeds = await subjects[0]!.seeds()
  const make = (number: number) => inputOf(seeds, openRandom(seed, `x/${number}`))
  const all = Array.from({ length: 50 }, (_, number) => make(number))
  expect(Array.from({ length: 50 }, (_, number) => make(number))).toEqual(all)
  expect(new Set(all.map(({ bytes }) => bytes.toString('hex'))).size).toBeGreaterThan(40)
})
