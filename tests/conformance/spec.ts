// Numbered lines of docs/spec/*.md, and the tests that hold to them: each line has a test, and no test cites another.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const line = /^[*-] \*\*([A-Z]+\d+)\*\* (.+)$/gm

/** Lines of a specification by their id, as in `- **F1** Folder name …`. */
export const specLines = (text: string): Map<string, string> =>
  new Map([...text.matchAll(line)].map(([, id, says]) => [id!, says!]))

const specFile = (name: string): string => readFileSync(new URL(`../../docs/spec/${name}.md`, import.meta.url), 'utf8')

/**
 * Opens docs/spec/<name>.md: `spec(id, title, check)` is a test that cites a line. `close` adds the test that
 * every line was cited at least once, and nothing else.
 */
export function openSpec(name: string): {
  spec(id: string, title: string, check: () => void | Promise<void>): void
  close(): void
} {
  const lines = specLines(specFile(name))
  const cited = new Set<string>()
  return {
    spec(id, title, check) {
      cited.add(id)
      test(`${id} ${title}`, check)
    },
    close() {
      test(`every line of docs/spec/${name}.md has a test, and every test a line`, () => {
        expect(lines.size).toBeGreaterThan(0)
        expect([...cited].sort()).toEqual([...lines.keys()].sort())
      })
    },
  }
}
