// codling simulate as its user meets it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { codling, put, temporary } from '../../../tests/e2e/harness.ts'
import { generators } from '../../simulate/generators/index.ts'
import { defaultRates } from '../../simulate/world.ts'

type Told = {
  schema: string
  generator: string
  devices: number
  events: Record<string, number>
  truth: Record<string, number>
  files: number
  bytes: number
}

const small = ['--devices', '3', '--days', '2', '--rate', 'traffic=0.1']

describe('help', () => {
  test('shows an example and every rate with its default', async () => {
    const run = await codling(['simulate', '--help'])
    expect([run.code, run.stderr]).toEqual([0, ''])
    expect(run.stdout).toMatch(/Example:\n {2}codling simulate --devices/)
    for (const [name, value] of Object.entries(defaultRates))
      expect(run.stdout).toMatch(new RegExp(`^ {2}${name} +${value} +\\S`, 'm'))
  })
})

describe('a fleet', () => {
  test.each(generators.map(({ id }) => [id]))('of %s is written, and told in numbers', async (id) => {
    const out = join(temporary(), 'fleet')
    const run = await codling(['simulate', ...small, '--seed', '5', '--generator', id, '--out', out, '--json'])
    expect([run.code, run.stderr]).toEqual([0, ''])
    const told = JSON.parse(run.stdout) as Told
    expect(told).toMatchObject({ schema: 'codling.simulate/1', generator: id, devices: 3 })
    expect(told.events.contact).toBeGreaterThan(0)
    const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files).toHaveLength(told.files)
    const lines = readFileSync(join(out, 'truth.jsonl'), 'utf8').split('\n').filter(Boolean)
    expect(lines).toHaveLength(Object.values(told.truth).reduce((n, count) => n + count, 0))
    expect(readFileSync(join(out, 'README.txt'), 'utf8')).toMatch(/seed 5 .*traffic=0\.1/)
  })

  test('is told in words without --json', async () => {
    const out = join(temporary(), 'fleet')
    const run = await codling(['simulate', ...small, '--start', '2026-01-05', '--out', out])
    expect([run.code, run.stderr]).toEqual([0, ''])
    expect(run.stdout).toMatch(/^3 devices, 2 days: [\d,]+ contacts/)
    expect(readdirSync(join(out, 'zeek')).at(0)).toBe('2026-01-05')
  })
})

describe('what the operator can mend: 2, in words, without a stack', () => {
  const out = ['--out', '/nowhere/at/all']
  test.each<[string, string[], RegExp]>([
    ['no folder', [], /required option '--out <dir>'/],
    ['a folder that cannot be made', ['--out', '/dev/null/fleet'], /cannot be written.*Why: .*Next: /s],
    ['no device', [...out, '--devices', '0'], /whole number from 1 to/],
    ['days that are no number', [...out, '--days', '1e3'], /whole number from 1 to/],
    ['a seed below zero', [...out, '--seed', '-1'], /whole number from 0 to/],
    ['a day that is none', [...out, '--start', '2026-02-30'], /a day such as 2026-06-01/],
    ['a rate without a name', [...out, '--rate', '0.5'], /one of attacked, ordinary/],
    ['a rate that is none', [...out, '--rate', 'toString=1'], /one of attacked, ordinary/],
    ['a share above one', [...out, '--rate', 'attacked=1.5'], /attacked must be a number from 0 to 1/],
    ['a rate that is no number', [...out, '--rate', 'traffic=much'], /traffic must be a number from 0 to 100/],
    ['a form that is none', [...out, '--mdm', 'jamf'], /webhook, plist/],
    ['a generator that is none', [...out, '--generator', 'dice'], /no generator dice.*Why: .*agents.*Next: /s],
  ])('%s', async (_, args, message) => {
    const run = await codling(['simulate', ...args])
    expect(run.stderr).toMatch(message)
    expect([run.code, run.stdout]).toEqual([2, ''])
    expect(run.stderr).not.toMatch(/^\s+at /m)
    expect(existsSync('/nowhere')).toBe(false)
  })

  test('a folder that is not empty', async () => {
    const folder = temporary()
    put(join(folder, 'mine.txt'), 'mine')
    const run = await codling(['simulate', '--out', folder])
    expect(run.code).toBe(2)
    expect(run.stderr).toMatch(/is not empty.*Why: .*Next: /s)
    expect(readdirSync(folder)).toEqual(['mine.txt'])
  })
})
