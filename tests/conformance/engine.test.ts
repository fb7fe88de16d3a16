// What every engine must do, held against both: the embedded one, and a ClickHouse server started for the test.
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Engine, openEngine, openWriter, rawName, schemaVersion } from '../../src/engine/index.ts'
import { formats } from '../../src/formats/index.ts'
import { network, tables, UserError } from '../../src/model/index.ts'
import { canonicalIp, canonicalName } from '../../src/names/index.ts'
import { dropRows, sweep } from '../../src/pipeline/commit.ts'
import { fixtureBytes, fixturesOf, readBytes } from './harness.ts'
import { startServer } from './server.ts'

const server = await startServer()
if (typeof server === 'string') console.warn(`\n  LEFT OUT: the server leg of the engine suite: ${server}\n`)
const folder = await mkdtemp(join(tmpdir(), 'codling-test-engine-'))

afterAll(async () => {
  if (typeof server !== 'string') await server.stop()
  await rm(folder, { recursive: true, force: true })
})

type Leg = { readonly kind: Engine['kind']; open(name: string, version?: string): Promise<Engine> }

const legs: readonly Leg[] = [
  { kind: 'embedded', open: (name, version = 'test') => openEngine({ store: join(folder, name), version }) },
  ...(typeof server === 'string'
    ? []
    : [
        {
          kind: 'server' as const,
          open: (name: string, version = 'test') =>
            openEngine({ store: null, server: `${server.url}/${name}`, version }),
        },
      ]),
]

/** Every character class that has ever broken a quoting rule. */
const nasty: readonly string[] = [
  '',
  ' ',
  "it's",
  '"double" `back`',
  'back\\slash \\n \\\\',
  "'; DROP TABLE source; --",
  '{name:String} $x$ %s $tag$ /* */ -- #',
  'nul\0inside',
  'tab\t new\n carriage\r\n bell\x07 escape\x1b del\x7f',
  '\\N',
  'NULL',
  'emoji 👩‍👩‍👧 ü ß 漢字 \u202e \ufeff',
  '\u2028\u2029\u0085',
  'FORMAT TSV',
  'x'.repeat(1024 ** 2),
  `${"'\\".repeat(100_000)}\n`,
]

const lone = ['high \ud800 alone', 'low \udc00 alone', 'reversed \udc00\ud800', 'end \ud83d']

async function refused(work: Promise<unknown>): Promise<UserError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof UserError)) throw new Error(`not a UserError: ${error}`)
  expect(error.message).toMatch(/^[A-Z].*\.$/s)
  expect(error.why.length).toBeGreaterThan(0)
  expect(error.next).toMatch(/^[A-Z].*\.$/s)
  return error
}

describe.each(legs)('engine: $kind', ({ kind, open }) => {
  let engine: Engine
  beforeAll(async () => {
    engine = await open('main')
  })
  afterAll(() => engine?.close())

  const one = async <T>(sql: string, params?: Record<string, unknown>): Promise<T> =>
    (await engine.query<{ v: T }>(`SELECT ${sql} AS v`, params))[0]!.v

  describe('schema', () => {
    const columnsOf = (of: Engine) =>
      of.query<{ table: string; name: string; type: string }>(
        'SELECT table, name, type FROM system.columns WHERE database = currentDatabase() ORDER BY table, name',
      )

    test('holds every table and column that is declared, with its type', async () => {
      const has = new Map((await columnsOf(engine)).map((c) => [`${c.table}.${c.name}`, c.type]))
      for (const table of tables)
        for (const [column, { type }] of Object.entries(table.columns)) {
          const stored = table.role === 'evidence' ? rawName(table.name) : table.name
          expect([`${stored}.${column}`, has.get(`${stored}.${column}`)]).toEqual([`${stored}.${column}`, type])
          expect(has.has(`${table.name}.${column}`)).toBe(true)
        }
    })

    test('opened again: the same schema, and no second migration', async () => {
      const first = await open('again')
      const before = await columnsOf(first)
      await first.close()
      const second = await open('again')
      expect(await columnsOf(second)).toEqual(before)
      expect(await second.query('SELECT version, codling FROM migration')).toEqual([
        { version: schemaVersion, codling: 'test' },
      ])
      await second.close()
    })

    test('a missing column is added, a changed function and view are put right, rows stay', async () => {
      const old = await open('old')
      await old.insert('indicator', ['id', 'match', 'value'], '{"id":"a","match":"domain","value":"v.example"}')
      await old.run('ALTER TABLE indicator DROP COLUMN reason')
      await old.run(`ALTER TABLE ${rawName('network')} DROP COLUMN ja4`)
      await old.run('CREATE OR REPLACE VIEW network AS SELECT 1 AS nothing')
      await old.run('CREATE OR REPLACE FUNCTION nameOf AS (x) -> x')
      await old.close()
      // the columns are gone: the schema is prepared anew, and with it functions and views
      const mended = await open('old')
      expect(await mended.query('SELECT value, reason FROM indicator')).toEqual([{ value: 'v.example', reason: '' }])
      expect(await mended.query('SELECT ja4 FROM network')).toEqual([])
      expect(await mended.query("SELECT nameOf('A.') AS v")).toEqual([{ v: 'a' }])
      await mended.close()
    })

    test('a store prepared from another declaration is prepared anew', async () => {
      const old = await open('declared')
      await old.run('CREATE OR REPLACE FUNCTION hostOf AS (x) -> x')
      await old.run("ALTER TABLE migration UPDATE declared = 'other' WHERE 1")
      await old.close()
      const mended = await open('declared')
      expect(await mended.query("SELECT hostOf('http://A.example/') AS v")).toEqual([{ v: 'a.example' }])
      await mended.close()
    })

    test('a store of a newer version is refused, and says by whom it was written', async () => {
      const newer = await open('newer')
      await newer.run(
        `INSERT INTO migration (version, codling, applied) VALUES (${schemaVersion + 1}, '9.9.9', now64(6))`,
      )
      await newer.close()
      const error = await refused(open('newer'))
      expect(error.message).toBe(
        `The store was written by a newer Codling (9.9.9, store version ${schemaVersion + 1}).`,
      )
      expect(error.why).toContain(`version ${schemaVersion}`)
      expect(error.next).toContain('Update Codling')
    })
  })

  describe('bound values', () => {
    test.each(nasty.map((text) => [text.length > 60 ? `${text.length} characters` : JSON.stringify(text), text]))(
      'a string: %s',
      async (_, text) => {
        expect(await one('{p:String}', { p: text })).toBe(text)
        expect(await one('length({p:String})', { p: text })).toBe(Buffer.byteLength(text))
        // arrays bind as text of their own
        expect(await one('{p:Array(String)}', { p: [text, 'x', text] })).toEqual([text, 'x', text])
      },
    )

    test('lone surrogates become U+FFFD', async () => {
      for (const text of lone) expect(await one('{p:String}', { p: text })).toBe(text.toWellFormed())
    })

    test('numbers, times, arrays, maps, nothing', async () => {
      expect(await one('{p:UInt64}', { p: 2 ** 48 + 1 })).toBe(2 ** 48 + 1)
      expect(await one('toString({p:UInt64})', { p: 18446744073709551615n })).toBe('18446744073709551615')
      expect(await one('{p:Int64}', { p: -5 })).toBe(-5)
      expect(await one('{p:Float64}', { p: 1.5e-7 })).toBe(1.5e-7)
      expect(await one('{p:UInt8}', { p: true })).toBe(1)
      expect(await one("toString({p:DateTime64(6, 'UTC')})", { p: '2026-09-20 10:26:40.123456' })).toBe(
        '2026-09-20 10:26:40.123456',
      )
      expect(await one('{p:Array(UInt64)}', { p: [1, 2, 3] })).toEqual([1, 2, 3])
      expect(await one('{p:Array(String)}', { p: [] })).toEqual([])
      expect(await one('{p:Array(Array(String))}', { p: [["a'", 'b,]'], []] })).toEqual([["a'", 'b,]'], []])
      const map = { "k'": "v'", '{': '}', ü: '\\' }
      expect(await one('{p:Map(String, String)}', { p: map })).toEqual(map)
      expect(await one('{p:Map(String, UInt64)}', { p: { a: 1 } })).toEqual({ a: 1 })
      expect(await one('{p:Nullable(String)}', { p: null })).toBe(null)
    })

    test('placeholders in text, names and comments are no placeholders', async () => {
      const rows = await engine.query(
        `SELECT '{p:String}' AS a, 'it''s {p:String}' AS b, 'x\\'{p:String}' AS c, {p:String} AS \`{p:String}\`, -- {p:String} it's
        { p : String } AS d /* {p:String} ' */, map('a', 1) AS e`,
        { p: 'v' },
      )
      expect(rows).toEqual([
        { a: '{p:String}', b: "it's {p:String}", c: "x'{p:String}", '{p:String}': 'v', d: 'v', e: { a: 1 } },
      ])
    })

    test('as a name, in IN, LIMIT and lambdas; a bad name is refused', async () => {
      expect(
        await engine.query(
          'SELECT number AS n FROM (SELECT number FROM numbers(10)) WHERE number IN {some:Array(UInt64)} AND arrayExists(x -> x = number + {d:UInt8}, [4, 5]) LIMIT {most:UInt32}',
          { some: [3, 4, 9], d: 1, most: 1 },
        ),
      ).toEqual([{ n: 3 }])
      await engine.run('CREATE TABLE bound (x UInt8) ENGINE = MergeTree ORDER BY x')
      await engine.run('INSERT INTO {t:Identifier} SELECT {x:UInt8}', { t: 'bound', x: 7 })
      expect(await engine.query('SELECT x FROM {t:Identifier}', { t: 'bound' })).toEqual([{ x: 7 }])
      await expect(
        engine.query('SELECT * FROM {t:Identifier}', { t: 'bound` UNION ALL SELECT 1 --' }),
      ).rejects.toThrow()
      await engine.run('DROP TABLE bound')
    })

    test('many queries at once keep their own values', async () => {
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, i) =>
          one<string>('concat({a:String}, toString({n:UInt32}))', { a: `v${i}-`, n: i }),
        ),
      )
      expect(answers).toEqual(Array.from({ length: 60 }, (_, i) => `v${i}-${i}`))
    })
  })

  describe('inserts', () => {
    test('nasty strings, lone surrogates, times and empty values come back', async () => {
      const target = rawName('network')
      const texts = [...nasty, ...lone]
      const writer = openWriter(engine, network, target)
      const micros = 1_789_900_000_123_456
      for (const [i, raw] of texts.entries())
        await writer.write({
          source: 4711,
          record: i + 1,
          ts: micros + i,
          kind: 'dns',
          raw,
          domain: raw.slice(0, 50),
          answers: [raw.slice(0, 9)],
        })
      await writer.flush()
      const rows = await engine.query<{
        record: number
        ts: number
        raw: string
        domain: string
        answers: string[]
        hits: number
        bytes_in: number
      }>(
        `SELECT record, toUnixTimestamp64Micro(ts) AS ts, raw, domain, answers, hits, bytes_in FROM ${target} WHERE source = 4711 ORDER BY record`,
      )
      expect(rows.length).toBe(texts.length)
      for (const [i, row] of rows.entries()) {
        const raw = texts[i]!
        expect(row.raw === raw.toWellFormed()).toBe(true)
        expect(row.domain).toBe(raw.slice(0, 50).toWellFormed())
        expect(row.answers).toEqual([raw.slice(0, 9).toWellFormed()])
        expect([row.record, row.ts, row.hits, row.bytes_in]).toEqual([i + 1, micros + i, 1, -1])
      }
      await dropRows(engine, 4711)
    })

    test('a bad row is refused whole, and the engine goes on', async () => {
      await expect(
        engine.insert('indicator', ['id', 'targeted'], '{"id":"good","targeted":0}\n{"id":"bad","targeted":"many"}'),
      ).rejects.toThrow()
      expect(await engine.query("SELECT id FROM indicator WHERE id IN ('good', 'bad')")).toEqual([])
    })
  })

  describe('lines', () => {
    const place = async (name: string, content: string | Buffer): Promise<string> => {
      const path = join(folder, `lines-${kind}`)
      await mkdir(path, { recursive: true })
      await writeFile(join(path, name), content)
      return join(path, name)
    }
    const read = async (path: string): Promise<[number, string][]> => {
      const lines = await engine.lines(path)
      try {
        const rows = await engine.query<{ record: number; line: string }>(
          'SELECT record, line FROM {l:Identifier} ORDER BY record',
          { l: lines.relation },
        )
        return rows.map((row) => [row.record, row.line])
      } finally {
        await lines.release()
      }
    }

    test('final newline or not, CRLF, blank lines, no bytes', async () => {
      expect(await read(await place('a', 'one\ntwo\n'))).toEqual([
        [1, 'one'],
        [2, 'two'],
      ])
      expect(await read(await place('b', 'one\ntwo'))).toEqual([
        [1, 'one'],
        [2, 'two'],
      ])
      expect(await read(await place('c', 'one\r\ntwo\r\n'))).toEqual([
        [1, 'one\r'],
        [2, 'two\r'],
      ])
      expect(await read(await place('d', '\none\n\n\ntwo\n\n'))).toEqual([
        [1, ''],
        [2, 'one'],
        [3, ''],
        [4, ''],
        [5, 'two'],
        [6, ''],
      ])
      expect(await read(await place('e', ''))).toEqual([])
      expect(await read(await place('f', '\n'))).toEqual([[1, '']])
      expect(await read(await place('g', 'tab\there\\n "q" \'s\' \0 \u00fc\n{x:String}\n'))).toEqual([
        [1, 'tab\there\\n "q" \'s\' \0 \u00fc'],
        [2, '{x:String}'],
      ])
    })

    test('bytes that are not UTF-8 stay as they are', async () => {
      const lines = await engine.lines(await place('bytes', Buffer.from([0x61, 0xff, 0xfe, 0x0a, 0x80, 0x0a])))
      expect(
        await engine.query('SELECT record, hex(line) AS h FROM {l:Identifier} ORDER BY record', { l: lines.relation }),
      ).toEqual([
        { record: 1, h: '61FFFE' },
        { record: 2, h: '80' },
      ])
      await lines.release()
    })

    test('a name is a name: glob signs, quotes, endings, beside siblings', async () => {
      await place('sibling.log', 'sibling\n')
      for (const name of [
        '*.log',
        '?ibling.log',
        '{sibling,x}.log',
        '[s]ibling.log',
        "it's.log",
        'a"b`c\\.log',
        'x.csv',
        'x.json',
        'x.txt.gz',
        'new\nline',
        '{l:Identifier}',
        'ü 漢.log',
      ])
        expect([name, await read(await place(name, `only ${name.length}\n`))]).toEqual([
          name,
          [[1, `only ${name.length}`]],
        ])
    })

    test('a line of 16 MiB between short ones', async () => {
      const lines = await engine.lines(await place('long', `a\n${'y'.repeat(16 * 1024 ** 2)}\nb\n`))
      expect(
        await engine.query('SELECT record, length(line) AS n FROM {l:Identifier} ORDER BY record', {
          l: lines.relation,
        }),
      ).toEqual([
        { record: 1, n: 1 },
        { record: 2, n: 16 * 1024 ** 2 },
        { record: 3, n: 1 },
      ])
      await lines.release()
    })

    test('three million lines: every record number is the number in its line', async () => {
      const path = await place('many', '')
      const out = createWriteStream(path)
      for (let at = 1; at <= 3_000_000; at += 10_000) {
        let text = ''
        for (let i = at; i < at + 10_000; i++) text += `${i} ${'z'.repeat(i % 61)}\n`
        if (!out.write(text)) await once(out, 'drain')
      }
      out.end()
      await once(out, 'close')
      const lines = await engine.lines(path)
      expect(
        await engine.query(
          "SELECT count() AS n, max(record) AS last, uniqExact(record) AS distinct, countIf(toString(record) != splitByChar(' ', line)[1]) AS wrong FROM {l:Identifier}",
          { l: lines.relation },
        ),
      ).toEqual([{ n: 3_000_000, last: 3_000_000, distinct: 3_000_000, wrong: 0 }])
      await lines.release()
      expect(
        await engine.query('SELECT name FROM system.tables WHERE database = currentDatabase() AND name = {l:String}', {
          l: lines.relation,
        }),
      ).toEqual([])
      await rm(path)
    })

    test('relations of a killed process are removed at the next start', async () => {
      const first = await open('stray')
      await first.run(`CREATE VIEW lines_1 AS SELECT 1 AS record, '' AS line`)
      await first.close()
      const second = await open('stray')
      const left = await second.query(
        "SELECT name FROM system.tables WHERE database = currentDatabase() AND name = 'lines_1'",
      )
      // on a server another Codling may be using it: a day must pass
      expect(left.length).toBe(kind === 'embedded' ? 0 : 1)
      await second.close()
    })
  })

  describe('results', () => {
    test('a million rows come in batches, in order', async () => {
      let next = 0
      let batches = 0
      for await (const batch of engine.stream<{ n: number }>('SELECT number AS n FROM numbers(1000000)')) {
        batches++
        for (const row of batch) if (row.n !== next++) throw new Error(`row ${next} is ${row.n}`)
      }
      expect(next).toBe(1_000_000)
      expect(batches).toBeGreaterThan(5)
    })

    test('a reader that stops early frees its place', async () => {
      for (let i = 0; i < 12; i++)
        for await (const batch of engine.stream('SELECT number AS n FROM numbers(100000000)')) {
          expect(batch.length).toBeGreaterThan(0)
          break
        }
      expect(await one('1')).toBe(1)
    })

    test('an error after the first rows is an error, not an end', async () => {
      let rows = 0
      const work = async () => {
        for await (const batch of engine.stream(
          'SELECT number, throwIf(number = 500000) FROM numbers(900000) SETTINGS max_threads = 1',
        ))
          rows += batch.length
      }
      await expect(work()).rejects.toMatchObject({ code: '395' })
      expect(rows).toBeGreaterThan(0)
      expect(rows).toBeLessThan(900_000)
    })

    test('a wrong query says what is wrong', async () => {
      await expect(engine.query('SELECT * FROM nowhere')).rejects.toMatchObject({ code: '60' })
      await expect(engine.query('SELECT {missing:UInt8}')).rejects.toThrow(/missing/)
      expect(await one('2')).toBe(2)
    })
  })

  describe('limits', () => {
    const endless = 'SELECT count() AS n FROM numbers(1000000000000) WHERE sipHash64(number) = 1'

    test('time', async () => {
      const error = await refused(engine.query(endless, {}, { seconds: 1 }))
      expect(error.message).toBe('A query took too long and was stopped.')
      const late = await refused(
        (async () => {
          for await (const _ of engine.stream(
            'SELECT number, sipHash64(number) AS h FROM numbers(100000000000)',
            {},
            { seconds: 1 },
          ));
        })(),
      )
      expect(late.message).toBe('A query took too long and was stopped.')
    })

    test('memory', async () => {
      const error = await refused(
        engine.query('SELECT length(groupArray(number)) AS n FROM numbers(50000000)', {}, { memory: 50 * 1024 ** 2 }),
      )
      expect(error.message).toBe('A query needed more memory than it may use.')
      expect(await one('3')).toBe(3)
    })

    test('limits of one query do not stay for the next', async () => {
      await refused(engine.query(endless, {}, { seconds: 1 }))
      const seconds = await Promise.all(
        Array.from({ length: 8 }, () => one("toUInt32(getSetting('max_execution_time'))")),
      )
      expect(new Set(seconds)).toEqual(new Set([600]))
    })

    test('a long query and a long insert do not hold up a short one', async () => {
      await engine.run('CREATE TABLE busy (x UInt64) ENGINE = MergeTree ORDER BY x')
      const long = [
        refused(engine.query(`${endless} OR number = {n:UInt64}`, { n: 1 }, { seconds: 4 })),
        refused(engine.run(`INSERT INTO busy ${endless} OR number = {n:UInt64}`, { n: 1 }, { seconds: 4 })),
      ]
      await new Promise((resolve) => setTimeout(resolve, 300))
      const from = performance.now()
      expect(await one('{n:UInt8}', { n: 5 })).toBe(5)
      await engine.run('INSERT INTO busy SELECT {n:UInt64}', { n: 5 })
      expect(performance.now() - from).toBeLessThan(2000)
      await Promise.all(long)
      await engine.run('DROP TABLE busy')
    })
  })

  test('an insert that broke off leaves rows that nobody sees, and the next start sweeps them', async () => {
    const stopped = await open('swept')
    const target = rawName('network')
    const insert = `INSERT INTO ${target} (source, record, ts, kind, raw) SELECT 99, number + 1, now64(6), 'dns', 'x' FROM numbers(100000000000)`
    // long enough for a first block on a busy machine
    await refused(stopped.run(insert, {}, { seconds: 12, threads: 1 }))
    const raw = `SELECT count() > 0 AS some FROM ${target} WHERE source = 99`
    expect(await stopped.query(raw)).toEqual([{ some: 1 }])
    expect(await stopped.query('SELECT count() AS n FROM network')).toEqual([{ n: 0 }])
    await stopped.close()
    const next = await open('swept')
    await sweep(next)
    expect(await next.query(raw)).toEqual([{ some: 0 }])
    await next.close()
  })

  describe('functions', () => {
    const each = async (name: string, cases: readonly (readonly [given: string, wanted: string])[]) => {
      const rows = await engine.query<{ given: string; got: string }>(
        `SELECT arrayJoin({given:Array(String)}) AS given, ${name}(given) AS got`,
        { given: cases.map(([given]) => given) },
      )
      expect(rows.map((row) => [row.given, row.got])).toEqual(cases)
    }

    test('nameOf folds ASCII and drops the final dot', () =>
      each('nameOf', [
        ['EVIL.com.', 'evil.com'],
        [' evil.com ', 'evil.com'],
        ['_dmarc.Example.ORG', '_dmarc.example.org'],
        ['xn--Bcher-KVA.example', 'xn--bcher-kva.example'],
        ['.', ''],
        ['', ''],
        ['BÜCHER.example', 'bÜcher.example'],
      ]))

    test('hostOf takes the host of a plain URL and hands on what is odd', () =>
      each('hostOf', [
        ['http://A.Example:8080/x?y#z', 'a.example'],
        ['https://evil.com', 'evil.com'],
        ['https://evil.com.', 'evil.com'],
        ['https://evil.com?u=benign.org', 'evil.com'],
        ['https://apple.com@evil.com/', 'https://apple.com@evil.com/'],
        ['https://[2001:db8::1]/', 'https://[2001:db8::1]/'],
        ['evil.com', 'evil.com'],
        ['', ''],
      ]))

    test('addressOf writes addresses in one way', () =>
      each('addressOf', [
        ['203.0.113.9', '203.0.113.9'],
        ['2001:DB8:0:0::1', '2001:db8::1'],
        ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
        ['::ffff:1.2.3.4', '1.2.3.4'],
        ['::FFFF:102:304', '1.2.3.4'],
        ['::', '::'],
        ['0x7f.1', ''],
        ['1.2.3', ''],
        ['1.2.3.4.5', ''],
        ['example.org', ''],
        ['', ''],
      ]))

    test('urlKeyOf leaves scheme, sign-in and fragment out', () =>
      each('urlKeyOf', [
        ['http://A.example/Path?q=1#f', 'a.example/Path?q=1'],
        ['https://A.example/Path?q=1', 'a.example/Path?q=1'],
        ['http://user:pw@A.example/x', 'a.example/x'],
        ['http://a.example', 'a.example'],
        ['http://a.example?x=@b', 'a.example?x=@b'],
      ]))

    test('subjectOf joins what a record says, in this order', async () => {
      expect(await one("subjectOf('d', 'record', 'u', '10.0.0.1', 'aa:bb', 'h')")).toBe(
        ['d', 'record', 'u', '10.0.0.1', 'aa:bb', 'h'].join('\u001f'),
      )
    })

    test('nameOf agrees with names/ on plain names, addressOf on addresses', async () => {
      let seed = 42
      const next = (below: number): number => {
        seed = (seed * 1103515245 + 12345) % 2147483648
        return seed % below
      }
      const label = () => Array.from({ length: 1 + next(12) }, () => 'abcdefghijKLMNOPz0123456789'[next(27)]).join('')
      const names = Array.from(
        { length: 400 },
        () => `${Array.from({ length: 1 + next(4) }, label).join('.')}.com${next(2) ? '.' : ''}`,
      )
      await each(
        'nameOf',
        names.map((name) => [name, canonicalName(name)!.value] as const),
      )
      const hex = () => (next(3) === 0 ? '0' : next(65536).toString(16))
      const addresses = Array.from({ length: 400 }, () =>
        next(2) ? [1, 2, 3, 4].map(() => next(256)).join('.') : Array.from({ length: 8 }, hex).join(':'),
      )
      await each(
        'addressOf',
        addresses.map((address) => [address, canonicalIp(address)!] as const),
      )
    })
  })
})

describe.runIf(legs.length === 2)('both engines store the same rows of the same bytes', () => {
  let pair: Engine[] = []
  beforeAll(async () => {
    pair = await Promise.all(legs.map((leg) => leg.open('fixtures')))
  })
  afterAll(async () => {
    for (const engine of pair) await engine.close()
  })
  const withFixtures = formats.flatMap((format) => {
    try {
      return fixturesOf(format.id).map((fixture) => ({ format, fixture, title: `${format.id}/${fixture.name}` }))
    } catch {
      return [] // no fixtures yet: held to it by the suite of the formats
    }
  })

  test.each(withFixtures)('$title', async ({ format, fixture }) => {
    const bytes = fixtureBytes(fixture)
    const name = fixture.input.slice(fixture.folder.length + 1)
    const [embedded, served] = await Promise.all(pair.map((engine) => readBytes(engine, bytes, name, format)))
    expect(served!.lines).toEqual(embedded!.lines)
    expect(served!.ingested.stored).toEqual(embedded!.ingested.stored)
  })
})
