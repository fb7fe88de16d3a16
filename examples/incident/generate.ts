// Writes the example: node examples/incident/generate.ts [--seed 20260921] [--out DIR]
// The same seed gives the same bytes. Everything in it is invented; see README.md.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { expectedOf, printJson } from './generator/expected.ts'
import { contentOf, gzip, makeData } from './generator/files.ts'
import { devicesCsv } from './generator/fleet.ts'
import { blocklist, northwindCsv, stalkerwareYaml, stixBundle } from './generator/intel.ts'

export const defaultSeed = 20260921

/** Every file of the example: path below `examples/incident` → text. Names that end in `.gz` are to be compressed. */
export function generate(seed: number): ReadonlyMap<string, string> {
  const made = makeData(seed)
  return new Map([
    ...made.files.map((file) => [`data/${file.path}`, contentOf(file)] as const),
    ['devices.csv', devicesCsv(made.fleet)],
    ['expected.json', `${printJson(expectedOf(made))}\n`],
    ['intel/blocklist.txt', blocklist],
    ['intel/glassferry.stix2', stixBundle(seed)],
    ['intel/northwind.csv', northwindCsv],
    ['intel/stalkerware/ioc.yaml', stalkerwareYaml],
  ])
}

/**
 * The same text is compressed to other bytes by other versions and processors (zlib-ng, SIMD): a file that already holds
 * the text is left as it is.
 */
function holds(path: string, text: string): boolean {
  try {
    return gunzipSync(readFileSync(path)).toString() === text
  } catch {
    return false
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: String(defaultSeed) },
      out: { type: 'string', default: import.meta.dirname },
    },
  })
  const seed = Number(values.seed)
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed must be a whole number, not ${values.seed}`)
  const files = [...generate(seed)].map(([path, text]) => ({ path: join(values.out, path), text }))
  const kept = new Set(files.filter((f) => f.path.endsWith('.gz') && holds(f.path, f.text)).map((f) => f.path))
  for (const { path, text } of files) {
    if (kept.has(path)) continue
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, path.endsWith('.gz') ? gzip(text) : text)
  }
  console.log(`${files.length} files, seed ${seed}`)
}
