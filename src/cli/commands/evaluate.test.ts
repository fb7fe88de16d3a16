// codling evaluate as its user meets it. Fleets are tiny: what is tested is the path, not what is found.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { codling, temporary } from '../../../tests/e2e/harness.ts'
import type { Evaluation } from '../../simulate/report/document.ts'

const tiny = ['--devices', '6', '--days', '9', '--rate', 'traffic=0.05', '--rate', 'attacked=0.4']

describe('a fleet', () => {
  test('goes the whole way; document and page are written, nothing is left behind', async () => {
    const folder = temporary()
    const work = temporary()
    const page = join(folder, 'page.html')
    const run = await codling([
      'evaluate',
      '--generator',
      'fleet',
      '--seeds',
      '7',
      ...tiny,
      '--json',
      '-',
      '--report',
      page,
      '--work',
      work,
    ])
    expect([run.code, run.stderr.replaceAll(/^\w.*%.*\n/gm, '')]).toEqual([0, ''])
    const document = JSON.parse(run.stdout) as Evaluation
    expect(document).toMatchObject({
      schema: 'codling.evaluate/1',
      options: { seeds: [7], devices: 6, days: 9, budget: 3.3 },
      fleets: [{ generator: 'fleet', seed: 7, devices: 6, deviceDays: 54, truth: { attack: 2 }, sufficient: false }],
    })
    const [group] = document.groups
    expect(group!.scorers.map(({ id }) => id).slice(0, 3)).toEqual(['codling', 'network', 'crash'])
    // both halves were seen, through the real formats
    expect(document.fleets[0]!.findingsPerDeviceDay.network).toBeGreaterThan(0.5)
    expect(document.fleets[0]!.findingsPerDeviceDay.crash).toBeGreaterThan(0)
    expect(group!.ablation.map(({ without }) => without)).toContain('kinship')
    expect(document.notes.at(-1)).toMatch(/too small/)
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/)
    expect(readdirSync(work)).toEqual([])
  })
})

describe('without fleets', () => {
  test('the grid of regular contact stands alone, as markdown', async () => {
    const run = await codling(['evaluate', '--no-fleets', '--regular', '1', '--docs'])
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(/^# Evaluation\n/)
    expect(run.stdout).toContain('codling evaluate --no-fleets --regular 1 --docs > docs/evaluation.md')
    expect(run.stdout).toMatch(/^\| 24\.0 h +\| 90 % +\| 50 % +\| .*\|$/m)
  })

  test('help says what it costs', async () => {
    const run = await codling(['evaluate', '--help'])
    expect(run.stdout).toMatch(/Examples:\n {2}codling evaluate --generator/)
    expect(run.stdout).toMatch(/What it costs: .*seconds/)
  })
})

describe('what the operator can mend: 2, in words, without a stack', () => {
  test.each<[string, string[], RegExp]>([
    ['a generator that is none', ['--generator', 'dice'], /no generator dice.*Why: .*agents.*Next: /s],
    ['seeds that are none', ['--seeds', '5-3'], /numbers and ranges/],
    ['too many seeds', ['--seeds', '1-100000'], /numbers and ranges/],
    ['half a device', ['--devices', '1.5'], /whole number from 1/],
    ['a budget of nothing', ['--budget', '0'], /number from 0\.01/],
    ['a rate that is none', ['--rate', 'toString=1'], /one of attacked, ordinary/],
    ['a share above one', ['--rate', 'hidden=2'], /hidden must be a number from 0 to 1/],
    ['days that are none', ['--regular', '0'], /numbers of days/],
    ['a folder that does not exist', ['--work', '/nowhere/at/all'], /cannot be written.*Why: .*Next: /s],
    ['a page in no folder', ['--report', '/nowhere/at/all.html'], /cannot be written.*Why: .*Next: /s],
  ])('%s', async (_, args, message) => {
    const run = await codling(['evaluate', ...args])
    expect(run.stderr).toMatch(message)
    expect([run.code, run.stdout]).toEqual([2, ''])
    expect(run.stderr).not.toMatch(/^\s+at /m)
  })
})
