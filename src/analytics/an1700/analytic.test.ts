// Every line of docs/spec/an1700.md is held by a case or a test, and none cites a line that does not exist.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { casesOf } from '../../../tests/conformance/cases.ts'
import { specLines } from '../../../tests/conformance/spec.ts'

const root = new URL('../../../', import.meta.url)
const lines = specLines(readFileSync(new URL('docs/spec/an1700.md', root), 'utf8'))
const cases = casesOf('AN1700')

/** Lines that the titles of the judge's tests name: `S1–S3 the ladder`, `S8, S11, M10 how it was seen`. */
const titled = [
  ...readFileSync(new URL('judge.test.ts', import.meta.url), 'utf8').matchAll(/describe\('([^']+)'/g),
].flatMap(([, title]) =>
  [...title!.matchAll(/\b([A-Z])(\d+)(?:–[A-Z](\d+))?/g)].flatMap(([, letter, from, to]) =>
    Array.from({ length: Number(to ?? from) - Number(from) + 1 }, (_, i) => `${letter}${Number(from) + i}`),
  ),
)

test('the specification has lines, each with its source', () => {
  expect(lines.size).toBeGreaterThan(25)
  for (const [id, text] of lines) expect(text, id).toMatch(/[*_][^*_]+[*_]$/)
})

test.each([...lines.keys()])('%s is held by a case or a test of the judge', (id) => {
  expect([...cases.flatMap((one) => one.expected.rules ?? []), ...titled]).toContain(id)
})

test.each(cases.map((one) => [one.name, one.expected.rules ?? []] as const))(
  '%s names lines that exist',
  (_, rules) => {
    expect(rules.length).toBeGreaterThan(0)
    expect(rules.filter((id) => !lines.has(id))).toEqual([])
  },
)

test('no test cites a line that does not exist, and every folder of cases is a case', () => {
  expect(titled.filter((id) => !lines.has(id))).toEqual([])
  expect(readdirSync(new URL('cases/', import.meta.url)).sort()).toEqual(cases.map((one) => one.name).sort())
})
