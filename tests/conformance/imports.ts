// What a source file imports, and which doors it may use. Shared by the door test and nothing else.
import { dirname, join, normalize } from 'node:path'

export type Import = { readonly from: string; readonly to: string }

/** Floors of the house, lowest first. A room may import its own folder, rooms of lower floors, and no other. */
export const floors = [
  ['model', 'names', 'plist', 'sqlite'],
  ['sources', 'formats', 'intel', 'engine', 'analytics', 'attack'],
  ['pipeline', 'response', 'simulate'],
  ['api', 'cli'],
] as const

/** Rooms whose sub-folders are units of their own: they share the files beside them, never each other. */
const units = new Set(['formats', 'analytics'])

/** Packages that one room alone may import. */
export const packageDoors: Readonly<Record<string, string>> = {
  chdb: 'engine',
  '@clickhouse/client': 'engine',
  'node-sqlite3-wasm': 'sqlite',
}

const pattern =
  /(?:^|[\s;}])(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|[\s;}])import\s*['"]([^'"]+)['"]|\bimport\(\s*['"`]([^'"`]+)['"`]\s*\)/g

/** Paths that the text of `file` imports: relative ones from the root, packages as written. */
export function importsOf(file: string, text: string): Import[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')
  return [...code.matchAll(pattern)].map((found) => {
    const to = (found[1] ?? found[2] ?? found[3])!
    return { from: file, to: to.startsWith('.') ? normalize(join(dirname(file), to)) : to }
  })
}

const floorOf = (room: string): number => floors.findIndex((rooms) => (rooms as readonly string[]).includes(room))

/** Tests stand outside of the house: they may look into every room. */
const isTest = (file: string): boolean => /\.test\.ts$|\/testing(\.ts|\/)/.test(file)

/** Why this import is not allowed; null: it is. */
export function refusal({ from, to }: Import): string | null {
  const [top, room = '', unit = '', ...deeper] = from.split('/')
  if (top !== 'src' || isTest(from)) return null
  if (!to.startsWith('src/')) {
    if (/^(tests|scripts|bench|examples)\//.test(to)) return 'src may not import what only develops it'
    const owner = Object.entries(packageDoors).find(([name]) => to === name || to.startsWith(`${name}/`))?.[1]
    return owner && owner !== room ? `only ${owner}/ may import ${to}` : null
  }
  if (isTest(to)) return 'product code may not import test code'
  const [, target = '', targetUnit = '', ...targetDeeper] = to.split('/')
  if (floorOf(room) < 0) return `${room} is no room: name it in tests/conformance/imports.ts`
  if (target === room) {
    const inUnit = units.has(room) && deeper.length > 0
    const intoUnit = units.has(room) && targetDeeper.length > 0
    return inUnit && intoUnit && unit !== targetUnit ? `${room}/${unit} may not import its sibling ${targetUnit}` : null
  }
  if (room === 'model') return 'model imports nothing'
  if (floorOf(room) === 0 && target === 'model') return null
  if (floorOf(target) < 0) return `${target} is no room`
  if (floorOf(target) === floorOf(room)) return `${room} and ${target} are siblings`
  return floorOf(target) > floorOf(room) ? `${target} lies above ${room}` : null
}
