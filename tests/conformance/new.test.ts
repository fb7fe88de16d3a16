// npm run new, in a copy of the repository: what it writes compiles and stands the conformance suites.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withEntry } from '../../scripts/new.ts'
import { root, run } from '../../scripts/run.ts'

let copy: string
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'new-'))
  for (const name of ['src', 'scripts', 'docs', 'package.json', 'tsconfig.json', 'vitest.config.ts', 'biome.json'])
    cpSync(root + name, join(copy, name), { recursive: true })
  cpSync(`${root}tests/conformance`, join(copy, 'tests/conformance'), { recursive: true })
  symlinkSync(`${root}node_modules`, join(copy, 'node_modules'))
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const make = (kind: string, id: string) => run('node', ['--no-warnings', 'scripts/new.ts', kind, id], { cwd: copy })

describe('npm run new', () => {
  test('a format, an analytic and a command compile', async () => {
    for (const [kind, id] of [
      ['format', 'made-up-log'],
      ['analytic', 'AN9999'],
      ['command', 'made-up'],
    ] as const) {
      const made = await make(kind, id)
      expect(made.code, made.output).toBe(0)
    }
    const { output } = await run('tsc', ['-p', '.', '--pretty', 'false'], { cwd: copy })
    expect(
      output.split('\n').filter((line) => /made-up|an9999|(formats|analytics|commands)\/index/.test(line)),
    ).toEqual([])
    const lint = await run(
      'biome',
      ['ci', 'src/formats/made-up-log', 'src/analytics/an9999', 'src/cli/commands/made-up.ts'],
      { cwd: copy },
    )
    expect(lint.code, lint.output).toBe(0)
    const rows = readFileSync(join(copy, 'src/formats/made-up-log/fixtures/plain/rows.jsonl'), 'utf8')
    expect(rows.split('\n').filter(Boolean)).toHaveLength(4)
  })

  test('the format holds to every line of the specification', async () => {
    const done = await run('vitest', ['run', 'tests/conformance/formats.test.ts', '-t', '^made-up-log > '], {
      cwd: copy,
    })
    expect(done.output).toMatch(/10 passed/)
    expect(done.code, done.output).toBe(0)
  })

  test('the analytic can be prepared, and only waits to be run by the pipeline', async () => {
    const done = await run('vitest', ['run', 'tests/conformance/analytics.test.ts', '-t', '^AN9999 > A(1|2|6|8) '], {
      cwd: copy,
    })
    expect(done.output).toMatch(/4 passed/)
  })

  test('the command runs', async () => {
    const done = await run('node', ['--no-warnings', 'src/cli/main.ts', 'made-up', 'you'], { cwd: copy })
    expect(done.output).toMatch(/^you, from codling \d/)
  })

  test.each([
    ['recipe', 'soup', 'there is no kind "recipe"'],
    ['format', '../x', '"../x" cannot be the id of a format'],
    ['format', 'zeek-dns', 'src/formats/zeek-dns/format.ts exists already'],
  ])('%s %s is refused', async (kind, id, why) => {
    const made = await make(kind, id)
    expect(made.output).toContain(why)
    expect(made.code).toBe(2)
  })
})

test('a list gains its entry and its import', () => {
  const array = /export const things[^=]*= \[([^\]]*)\]/
  expect(withEntry("import { a } from './a.ts'\n\nexport const things: X[] = [\n  a,\n]\n", array, 'b', './b.ts')).toBe(
    "import { a } from './a.ts'\nimport { b } from './b.ts'\n\nexport const things: X[] = [a, b]\n",
  )
  expect(() => withEntry('nothing', array, 'b', './b.ts')).toThrow('not found')
})
