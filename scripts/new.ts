// npm run new format|analytic|command ID: a folder or file with code that works, and its line in the list.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { root, run } from './run.ts'
import { analyticFiles, commandFiles, type Files, formatFiles, type Names } from './templates.ts'

type Kind = {
  readonly pattern: RegExp
  readonly example: string
  readonly files: (names: Names) => Files
  readonly list: {
    readonly file: string
    readonly array: RegExp
    readonly entry: (names: Names) => string
    readonly from: (names: Names) => string
  }
  readonly next: (names: Names) => string
}

const kinds: Readonly<Record<string, Kind>> = {
  format: {
    pattern: /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    example: 'acme-dns',
    files: formatFiles,
    list: {
      file: 'src/formats/index.ts',
      array: /export const formats[^=]*= \[([^\]]*)\]/,
      entry: ({ name }) => name,
      from: ({ id }) => `./${id}/format.ts`,
    },
    next: ({ id }) =>
      `Put real lines (invented ones) into src/formats/${id}/fixtures/, change the SQL, then: npm run golden ${id}, and read rows.jsonl.`,
  },
  analytic: {
    pattern: /^AN\d{4}$/,
    example: 'AN1756',
    files: analyticFiles,
    list: {
      file: 'src/analytics/index.ts',
      array: /export const analytics[^=]*= \[([^\]]*)\]/,
      entry: ({ name }) => name,
      from: ({ name }) => `./${name}/analytic.ts`,
    },
    next: ({ name }) =>
      `Say in src/pipeline/analyse.ts where its facts come from and run it; write cases in src/analytics/${name}/cases/ first.`,
  },
  command: {
    pattern: /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    example: 'compare',
    files: commandFiles,
    list: {
      file: 'src/cli/commands/index.ts',
      array: /export const commands[^=]*= \[([^\]]*)\]/,
      entry: ({ name }) => `${name}Command`,
      from: ({ id }) => `./${id}.ts`,
    },
    next: ({ id }) => `Try it: ./codling ${id}. Then: npm run docs.`,
  },
}

const identifier = (id: string): string =>
  id.toLowerCase().replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** The text of a list with one more entry and its import, which goes behind the last import. Throws where the list is not to be found. */
export function withEntry(text: string, array: RegExp, entry: string, from: string): string {
  const found = array.exec(text)
  if (!found) throw new Error('the list was not found')
  const entries = found[1]!
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
  const listed = found[0].replace(`[${found[1]}]`, `[${[...entries, entry].join(', ')}]`)
  const changed = text.replace(found[0], listed)
  const lastImport = [...changed.matchAll(/^import .*$/gm)].at(-1)
  const at = lastImport ? lastImport.index + lastImport[0].length : 0
  return `${changed.slice(0, at)}${at > 0 ? '\n' : ''}import { ${entry} } from '${from}'${at > 0 ? '' : '\n'}${changed.slice(at)}`
}

function fail(what: string): never {
  console.error(`new: ${what}\n  npm run new format acme-dns | analytic AN1756 | command compare`)
  process.exit(2)
}

if (import.meta.main) {
  const [kindName = '', id = ''] = process.argv.slice(2)
  const kind = kinds[kindName] ?? fail(`there is no kind ${JSON.stringify(kindName)}`)
  if (!kind.pattern.test(id))
    fail(`${JSON.stringify(id)} cannot be the id of a ${kindName}; it should look like ${kind.example}`)
  const names = { id, name: identifier(id) }
  const files = Object.entries(kind.files(names))
  const taken = files.find(([file]) => existsSync(root + file))
  if (taken) fail(`${taken[0]} exists already`)
  for (const [file, text] of files) {
    mkdirSync(root + dirname(file), { recursive: true })
    writeFileSync(root + file, text)
    console.log(`  ${file}`)
  }
  const { file, array, entry, from } = kind.list
  writeFileSync(root + file, withEntry(readFileSync(root + file, 'utf8'), array, entry(names), from(names)))
  console.log(`  ${file} (changed)`)
  await run('biome', ['check', '--write', file, ...files.map(([name]) => name).filter((name) => name.endsWith('.ts'))])
  if (kindName === 'format') {
    const golden = await run('node', ['--no-warnings', 'scripts/golden.ts', id])
    if (golden.code !== 0) console.error(`\nnpm run golden ${id} failed:\n${golden.output}`)
  }
  console.log(`\n${kind.next(names)}`)
}
