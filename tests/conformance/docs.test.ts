// Documents: what is generated is fresh, what is linked exists, what is cited in code is there.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { generated, stale } from '../../scripts/docs.ts'
import { functions } from '../../src/engine/index.ts'
import { parseMap } from '../../src/formats/mapped/map.ts'
import { specLines } from './spec.ts'
import { textOf, tracked } from './tracked.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const documents = tracked().filter((file) => file.endsWith('.md') && existsSync(root + file))

describe('generated documents', () => {
  const wanted = generated()

  test('are what the declarations say', () => {
    expect(stale(new URL('../../docs/generated/', import.meta.url), wanted), 'npm run docs').toEqual([])
  })

  test('a change would be noticed', () => {
    const changed = new Map(wanted).set('tables.md', 'something else').set('new.md', '')
    changed.delete('cli.md')
    expect(stale(new URL('../../docs/generated/', import.meta.url), changed).sort()).toEqual([
      'cli.md',
      'new.md',
      'tables.md',
    ])
  })
})

/** Targets of links and pictures that are files of this repository. */
const linksOf = (text: string): string[] =>
  [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/\]\(([^()\s]+)\)|(?:src|href)="([^"]+)"/g)]
    .map(([, link, attribute]) => (link ?? attribute)!.split('#')[0]!)
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))

/** Files that documents and comments name in words: `docs/…`, `src/…`, `scripts/…`, `tests/…` with an ending. */
const namedIn = (text: string): string[] =>
  [
    ...text.matchAll(
      /(?<![\w./-])((?:docs|src|scripts|tests|examples)\/[\w./-]+\.(?:md|ts|mjs|sql|json|csv))(?![\w*<{])/g,
    ),
  ].map(([, file]) => file!)

describe('links', () => {
  test('lead to files that exist', () => {
    const lost = documents.flatMap((file) =>
      linksOf(textOf(file)!)
        .filter((target) => !existsSync(join(root, dirname(file), target)))
        .map((target) => `${file} → ${target}`),
    )
    expect(lost).toEqual([])
    expect(documents.flatMap((file) => linksOf(textOf(file)!)).length, 'links that were looked at').toBeGreaterThan(5)
  })

  test('files that documents and comments name exist', () => {
    const texts = tracked().filter((file) => /\.(md|ts|mjs)$/.test(file) && !file.endsWith('.test.ts'))
    const lost = texts.flatMap((file) =>
      namedIn(textOf(file) ?? '')
        .filter((name) => !existsSync(root + name))
        .map((name) => `${file} → ${name}`),
    )
    expect(lost).toEqual([])
  })

  test('a link to nowhere would be found', () => {
    expect(linksOf('see [there](nowhere.md#x) and [site](https://example.org) ![](a.png)')).toEqual([
      'nowhere.md',
      'a.png',
    ])
    expect(namedIn('read docs/nothing.md first, then src/<id>/format.ts')).toEqual(['docs/nothing.md'])
  })
})

describe('examples', () => {
  test('the map in docs/howto/map.md is a map', () => {
    const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(textOf('docs/howto/map.md')!) ?? []
    expect(parseMap(text, 'docs/howto/map.md').fields.src_ip).toBe('source.ip')
  })

  test('the SQL functions named in docs/howto/add-a-format.md exist', () => {
    const [, list = ''] = /shared functions[^:]*: (.+)\(/.exec(textOf('docs/howto/add-a-format.md')!) ?? []
    const said = [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name!)
    expect(said.length).toBeGreaterThan(5)
    expect(said.filter((name) => !(name in functions))).toEqual([])
  })

  test('the options in documents exist', () => {
    const help = textOf('docs/generated/cli.md')!
    const said = ['README.md', 'docs/howto/collect.md', 'docs/howto/map.md'].flatMap((file) =>
      [...textOf(file)!.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([option]) => option),
    )
    expect(said.length).toBeGreaterThan(5)
    expect(said.filter((option) => !help.includes(option))).toEqual([])
  })
})

describe('specifications', () => {
  test.each(readdirSync(`${root}docs/spec`))('%s has numbered lines, none twice', (file) => {
    const text = readFileSync(`${root}docs/spec/${file}`, 'utf8')
    const ids = [...text.matchAll(/^[*-] \*\*([A-Z]+\d+)\*\*/gm)].map(([, id]) => id!)
    expect(ids.length).toBeGreaterThan(0)
    expect([...specLines(text).keys()]).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
