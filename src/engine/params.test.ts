import { expect, test } from 'vitest'
import { bind } from './params.ts'

test('a value becomes a literal of the type that is asked for', () => {
  expect(bind('{a:String}', { a: "it's \\ {a:String}" })).toBe("'it\\'s \\\\ {a:String}'")
  expect(bind('{a:String}', { a: 5 })).toBe("'5'")
  expect(bind('{ a : UInt64 }', { a: 5 })).toBe("_CAST(5, 'UInt64')")
  expect(bind("{a:DateTime64(6, 'UTC')}", { a: '2026-01-01' })).toBe("_CAST('2026-01-01', 'DateTime64(6, \\'UTC\\')')")
  expect(bind('{a:Array(Array(String))}', { a: [["'"], []] })).toBe("_CAST([['\\''],[]], 'Array(Array(String))')")
  expect(bind('{a:Map(String, UInt64)}', { a: { "k'": 1n } })).toBe("_CAST(map('k\\'',1), 'Map(String, UInt64)')")
  expect(bind('{a:Nullable(String)}', { a: null })).toBe("_CAST(NULL, 'Nullable(String)')")
  expect(bind('{a:Float64},{b:Float64}', { a: Number.NaN, b: -Infinity })).toBe(
    "_CAST(nan, 'Float64'),_CAST(-inf, 'Float64')",
  )
})

test('text, quoted names and comments are left as they are', () => {
  const sql = `'{a:String}' "{a:String}" \`{a:String}\` '\\'{a:String}' 'x''{a:String}' -- {a:String}' \n/* {a:String} ' */ {'a':1}`
  expect(bind(sql, { a: 'v' })).toBe(sql)
  expect(bind(`-- it's\n{a:String}`, { a: 'v' })).toBe(`-- it's\n'v'`)
  expect(bind(`'a' {a:String} 'b'`, { a: 'v' })).toBe(`'a' 'v' 'b'`)
})

test('what has no value stays, for ClickHouse to refuse; inherited names are no values', () => {
  expect(bind('{a:String} {toString:String} {b:String}', { a: 'v', b: undefined })).toBe(
    `'v' {toString:String} {b:String}`,
  )
})

test('names are plain names', () => {
  expect(bind('SELECT * FROM {t:Identifier}', { t: 'db.lines_1' })).toBe('SELECT * FROM `db`.`lines_1`')
  for (const bad of ['', 'a b', 'a`', 'a.b.c', 'é', 'a;b'])
    expect(() => bind('{t:Identifier}', { t: bad })).toThrow('not a plain name')
  expect(() => bind('{t:String}{u:UInt8}', { t: 'a', u: () => 1 })).toThrow('cannot be bound')
})

test('a megabyte of quotes takes no more than a moment', () => {
  const from = performance.now()
  expect(bind('{a:String}', { a: "'\\".repeat(500_000) }).length).toBe(2_000_002)
  bind(`'${"\\'".repeat(500_000)}`, { a: 'v' })
  bind('{a:'.repeat(300_000), { a: 'v' })
  bind('/*'.repeat(3000), { a: 'v' })
  expect(performance.now() - from).toBeLessThan(3000)
})
