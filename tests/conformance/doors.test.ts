// The door rule of docs/architecture.md, read off the imports of every file.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { floors, importsOf, refusal } from './imports.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const files = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => `src/${file.replaceAll('\\', '/')}`)
const imports = files.flatMap((file) => importsOf(file, readFileSync(root + file, 'utf8')))

describe('doors', () => {
  test('no import goes through a door that is not there', () => {
    const refused = imports.flatMap((one) => {
      const why = refusal(one)
      return why ? [`${one.from} → ${one.to}: ${why}`] : []
    })
    expect(refused).toEqual([])
  })

  test('imports were found at all, of every room that has files', () => {
    expect(imports.length).toBeGreaterThan(files.length)
    const rooms = new Set(files.map((file) => file.split('/')[1]!).filter((room) => !room.endsWith('.ts')))
    for (const room of rooms) expect(floors.flat()).toContain(room)
  })

  test('every import of a file in src leads to a file that exists', () => {
    const known = new Set(files)
    const lost = imports.filter(({ to }) => to.startsWith('src/') && to.endsWith('.ts') && !known.has(to))
    expect(lost).toEqual([])
  })
})

describe('the rule itself', () => {
  const why = (from: string, statement: string): string | null =>
    importsOf(from, statement)
      .map(refusal)
      .find((reason) => reason !== null) ?? null

  test.each([
    [
      'src/formats/zeek-dns/format.ts',
      "import { openEngine } from '../../engine/index.ts'",
      'formats and engine are siblings',
    ],
    [
      'src/formats/zeek-dns/format.ts',
      "import { x } from '../unbound/format.ts'",
      'formats/zeek-dns may not import its sibling unbound',
    ],
    [
      'src/analytics/an1700/judge.ts',
      "import type { Row } from '../an1756/row.ts'",
      'analytics/an1700 may not import its sibling an1756',
    ],
    ['src/names/domain.ts', "export * from '../pipeline/ingest.ts'", 'pipeline lies above names'],
    ['src/intel/read.ts', "const x = await import('../cli/main.ts')", 'cli lies above intel'],
    ['src/model/table.ts', "import '../names/index.ts'", 'model imports nothing'],
    [
      'src/pipeline/ingest.ts',
      "import { createClient } from '@clickhouse/client'",
      'only engine/ may import @clickhouse/client',
    ],
    ['src/sources/wal.ts', "import sqlite from 'node-sqlite3-wasm'", 'only sqlite/ may import node-sqlite3-wasm'],
    ['src/sqlite/read.ts', "import { refang } from '../names/index.ts'", 'sqlite and names are siblings'],
    ['src/cli/main.ts', "import {\n  a,\n  b,\n} from '../api/app.ts'", 'cli and api are siblings'],
    [
      'src/cli/main.ts',
      "import { formatsOf } from '../../tests/conformance/harness.ts'",
      'src may not import what only develops it',
    ],
    ['src/intel/read.ts', "import { readText } from './testing.ts'", 'product code may not import test code'],
    [
      'src/kitchen/sink.ts',
      "import { x } from '../model/index.ts'",
      'kitchen is no room: name it in tests/conformance/imports.ts',
    ],
  ])('%s: %s is refused', (from, statement, reason) => {
    expect(why(from, statement)).toBe(reason)
  })

  test.each([
    ['src/formats/zeek-dns/format.ts', "import { zeekLog } from '../zeek.ts'"],
    ['src/formats/index.ts', "import { zeekDns } from './zeek-dns/format.ts'"],
    ['src/formats/zeek-dns/format.ts', "import { canonicalIp } from '../../names/index.ts'"],
    ['src/pipeline/ingest.ts', "import { openEngine } from '../engine/index.ts'"],
    ['src/engine/client.ts', "import { createClient } from '@clickhouse/client'"],
    ['src/formats/tcc/format.ts', "import { readDatabase } from '../../sqlite/index.ts'"],
    ['src/sqlite/read.ts', "import type { Problem } from '../model/index.ts'"],
    ['src/cli/main.ts', "import { scan } from '../pipeline/scan.ts'"],
    ['src/intel/read.test.ts', "import { formats } from '../formats/index.ts'"],
    ['src/names/text.ts', "// import { x } from '../engine/index.ts'"],
  ])('%s: %s is allowed', (from, statement) => {
    expect(why(from, statement)).toBeNull()
  })
})
