// What no file of the repository may hold: paths of the machine it was written on, hosts of a registry, odd bytes.
import { homedir } from 'node:os'
import { join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { textOf, tracked } from './tracked.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const files = tracked()
const texts = files.flatMap((file) => {
  const text = textOf(file)
  return text === null ? [] : [{ file, text }]
})

/** Folders of this machine that would give it away; `/app` or `/root` alone would be found in innocent words. */
const machinePaths = [root.slice(0, -1), normalize(join(root, '../shared')), homedir()].filter(
  (path) => path.split('/').length > 2,
)

const holds = (text: string, path: string): boolean => {
  for (let at = text.indexOf(path); at >= 0; at = text.indexOf(path, at + 1))
    if (!/[\w.-]/.test(text[at - 1] ?? ' ') && !/[\w-]/.test(text[at + path.length] ?? ' ')) return true
  return false
}

/** Control characters that no source has a use for: escapes are written as \u001b. Bidirectional overrides hide code. */
const odd = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069\ufeff]/

describe('the tree', () => {
  test('files were found', () => {
    // an unpacked archive has no git: then only CI, which always has, can tell
    if (files.length > 0) expect(texts.length).toBeGreaterThan(100)
  })

  test('no file names a path of this machine', () => {
    expect(machinePaths.length).toBeGreaterThan(0)
    expect(texts.filter(({ text }) => machinePaths.some((path) => holds(text, path))).map(({ file }) => file)).toEqual(
      [],
    )
  })

  test('the lock file and settings name no registry', () => {
    const lock = textOf('package-lock.json')!
    expect(lock).not.toMatch(/"resolved": "(?!https:\/\/registry\.npmjs\.org\/)/)
    expect(files.filter((file) => /(^|\/)\.(npmrc|yarnrc|yarnrc\.yml)$/.test(file))).toEqual([])
    const settings = texts.filter(
      ({ file }) => /\.(json|ya?ml|toml|mjs|ts|sh)$|^codling$|\.ci\//.test(file) && file !== 'package-lock.json',
    )
    expect(
      settings.filter(({ text }) => /npm_config_registry|--registry[= ]/.test(text)).map(({ file }) => file),
    ).toEqual(['tests/conformance/tree.test.ts'])
  })

  test('sources hold no control characters', () => {
    const sources = texts.filter(
      ({ file }) => /\.(ts|mjs|sql|json|md|sh)$|^codling$/.test(file) && !/\/(fixtures|cases|data)\//.test(file),
    )
    expect(sources.length).toBeGreaterThan(50)
    expect(sources.filter(({ text }) => odd.test(text)).map(({ file }) => file)).toEqual([])
  })

  test('what is looked for would be found', () => {
    const path = machinePaths[0]!
    expect(holds(`see ${path}/x`, path)).toBe(true)
    expect(holds(`"${path}"`, path)).toBe(true)
    expect(holds(`a${path}`, path)).toBe(false)
    expect(odd.test('a\u001b[31m')).toBe(true)
    expect(odd.test('a\tb\r\n')).toBe(false)
  })
})
