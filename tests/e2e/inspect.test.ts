// codling inspect and codling formats, as a person or a script meets them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { formats } from '../../src/formats/index.ts'
import { problemCodes, tables } from '../../src/model/index.ts'
import { looksLike } from '../../src/pipeline/inspect.ts'
import { formatsSchema, inspectSchema } from '../../src/pipeline/inspect-contract.ts'
import { tarOf } from '../../src/sources/testing.ts'
import { codling, folderOf, put, root, temporary, zeekDns, zeekDnsLine } from './harness.ts'

const escapes = /[\u001b\u0007\u202e]/
const fixture = (path: string): string => join(root, 'src/formats', path)

const inspectJson = async (...args: string[]) => {
  const run = await codling(['inspect', ...args, '--json'])
  return { run, result: inspectSchema.parse(JSON.parse(run.stdout)) }
}

describe('inspect', () => {
  test('a log: format, spelling and why, counts, times, first rows', async () => {
    const log = put(join(temporary(), 'dns.log'), zeekDns(0, 20))
    const { run, result } = await inspectJson(log, '--rows', '2')
    expect([run.code, run.stderr]).toEqual([0, ''])
    const [source, ...others] = result.files[0]!.sources
    expect(others).toEqual([])
    expect(source).toMatchObject({
      path: log,
      format: 'zeek-dns',
      variant: 'ndjson',
      status: 'ok',
      rows: { network: 20 },
      problems: {},
      answers: [{ format: 'zeek-dns', answer: 'yes' }],
      asked: formats.length,
      first: '2026-09-14T00:00:00.000Z',
      last: '2026-09-14T00:00:19.000Z',
      repeats: false,
    })
    expect(source!.tables).toHaveLength(1)
    expect(source!.tables[0]!.rows.map(({ record, domain }) => [record, domain])).toEqual([
      [1, 'host-0.example.org'],
      [2, 'host-1.example.org'],
    ])
    // the record as it stands, and no column that says nothing
    expect(source!.tables[0]!.rows[0]!.raw).toBe(zeekDnsLine(0))
    expect(Object.keys(source!.tables[0]!.rows[0]!)).not.toContain('app')

    const text = await codling(['inspect', log])
    expect([text.code, text.stderr]).toEqual([0, ''])
    expect(text.stdout).toMatch(/zeek-dns \(version \d+, spelling ndjson\): Zeek dns\.log/)
    expect(text.stdout).toMatch(/recognised by its structure; \d+ others said no/)
    expect(text.stdout).toMatch(/ok, .*rows: 20 network; 2026-09-14 00:00 UTC/)
    expect(text.stdout).toMatch(/network.* \(the first 3\)\n +1\. {2}2026-09-14 00:00:00/)
    expect(text.stdout).toContain('Cannot show')
  })

  test('problems are counted by code, with their place', async () => {
    const { run, result } = await inspectJson(fixture('lookout-mes/fixtures/dirty/input.ndjson'))
    const [source] = result.files[0]!.sources
    expect(run.code).toBe(0)
    expect(source!.status).toBe('partial')
    expect(source!.problems).toEqual({ bad_time: 1, unknown_kind: 2, missing_field: 1, truncated: 1, bad_record: 2 })
    expect(source!.samples.find(({ code }) => code === 'bad_time')).toMatchObject({ record: 1, byte: 0 })
    const text = await codling(['inspect', fixture('lookout-mes/fixtures/dirty/input.ndjson')])
    expect(text.stdout).toContain(`2 × ${problemCodes.unknown_kind} (unknown_kind)`)
  })

  test('text from data is shown, not obeyed', async () => {
    const bad = zeekDnsLine(1, '\u001b]0;owned\u0007\u202e.example')
    const folder = folderOf({ '\u001b[2Jdns.log': `${bad}\n`, 'note\u202e.txt': '\u001b[31mred\n' })
    const text = await codling(['inspect', folder])
    expect(text.code).toBe(0)
    expect(text.stdout).toContain('zeek-dns')
    expect(text.stdout).not.toMatch(escapes)
  })

  test('an archive lists its members, recognised or not, and what could not be read', async () => {
    const archive = put(
      join(temporary(), 'logs.tar.gz'),
      gzipSync(
        await tarOf(
          { name: 'zeek/dns.log', data: zeekDns(0, 5) },
          { name: 'zeek/again.log', data: zeekDns(0, 5) },
          { name: 'notes/letter.txt', data: 'Dear Ada,\nall is well.\n' },
          { name: '../out.log', data: zeekDns(0, 1) },
        ),
      ),
    )
    const { run, result } = await inspectJson(archive)
    expect(run.code).toBe(0)
    const seen = result.files[0]!.sources.map(({ path, format, status, repeats, looks, problems }) => [
      path.split('!')[1],
      format,
      status,
      repeats,
      looks,
      Object.keys(problems),
    ])
    expect(seen).toHaveLength(4)
    expect(seen).toEqual(
      expect.arrayContaining([
        ['zeek/dns.log', 'zeek-dns', 'ok', false, null, []],
        ['zeek/again.log', 'zeek-dns', 'ok', true, null, []],
        ['notes/letter.txt', null, 'unclaimed', false, 'text', []],
      ]),
    )
    expect(seen.find(([path]) => String(path).includes('out.log'))?.[5]).toEqual(['bad_path'])
    const text = await codling(['inspect', archive])
    expect(text.stdout).toMatch(/logs\.tar\.gz {2}4 files, 2 recognised/)
    expect(text.stdout).toMatch(/ {2}zeek\/dns\.log {2}zeek-dns, 5 rows/)
    expect(text.stdout).toMatch(/ {2}notes\/letter\.txt {2}not recognised: text/)
    expect(text.stdout).toContain('The same content came before in this file.')
  })

  test('what no format recognises: 2, what it looks like, and how to go on', async () => {
    const lines = Array.from({ length: 5 }, (_, i) =>
      JSON.stringify({ when: `2026-09-14T00:00:0${i}Z`, client: '192.0.2.7', host: `h${i}.example.org` }),
    ).join('\n')
    const log = put(join(temporary(), 'firewall.ndjson'), `${lines}\n`)
    const { run, result } = await inspectJson(log)
    expect(run.code).toBe(2)
    expect(result.files[0]!.sources[0]).toMatchObject({
      format: null,
      answers: [],
      looks: 'JSON with the keys when, client, host',
      map: true,
    })
    const text = await codling(['inspect', log])
    expect([text.code, text.stderr]).toEqual([2, ''])
    expect(text.stdout).toMatch(/all \d+ formats said no; it looks like JSON with the keys when, client, host/)
    expect(text.stdout).toContain('codling map --suggest')
    // with the map that is proposed it is read
    const proposed = await codling(['map', '--suggest', log])
    const map = put(join(temporary(), 'map.yaml'), proposed.stdout)
    const mapped = await inspectJson(log, '--map', map)
    expect(mapped.run.code).toBe(0)
    expect(mapped.result.files[0]!.sources[0]!.format).toMatch(/^mapped:/)
    expect(mapped.result.files[0]!.sources[0]!.rows).toEqual({ network: 5 })
  })

  test('several files, each by itself; standard input', async () => {
    const folder = folderOf({ 'a.log': zeekDns(0, 5), 'b.log': zeekDns(0, 5) })
    const { result } = await inspectJson(join(folder, 'a.log'), join(folder, 'b.log'))
    expect(result.files.map(({ sources }) => [sources[0]!.rows, sources[0]!.repeats])).toEqual([
      [{ network: 5 }, false],
      [{ network: 5 }, false],
    ])
    const piped = await codling(['inspect', '-', '--json'], { input: readFileSync(join(folder, 'a.log')) })
    expect(inspectSchema.parse(JSON.parse(piped.stdout)).files[0]!.sources[0]!.format).toBe('zeek-dns')
  })

  test('what the operator can mend', async () => {
    const missing = await codling(['inspect', '/nowhere/at/all.log'])
    expect([missing.code, missing.stdout]).toEqual([2, ''])
    expect(missing.stderr).toMatch(/no file or folder.*all\.log.*Why: .*Next: /s)
    const rows = await codling(['inspect', 'x', '--rows', 'many'])
    expect(rows.code).toBe(2)
    expect(rows.stderr).toMatch(/whole number from 0 to 1000/)
  })

  test('help gives examples', async () => {
    for (const command of ['inspect', 'formats']) {
      const run = await codling([command, '--help'])
      expect([run.code, run.stderr]).toEqual([0, ''])
      expect(run.stdout).toMatch(/Examples:\n +codling /)
    }
  })

  test.each([
    ['', 'empty'],
    ['SQLite format 3\0and more', 'an SQLite database'],
    ['\0\u0001\u0002binary', 'binary data'],
    ['<?xml version="1.0"?><a/>', 'XML or HTML'],
    ['a,b,c\n1,2,3\n4,5,6\n', 'CSV'],
    ['{"a":1,"b":{"c":2}}', 'JSON with the keys a, b, c'],
    ['plain words\nand more\n', 'text'],
  ])('%j looks like %s', (text, words) => {
    expect(looksLike(Buffer.from(text, 'latin1'))).toBe(words)
  })
})

describe('formats', () => {
  test('--json holds every format with what it claims', async () => {
    const run = await codling(['formats', '--json'])
    expect([run.code, run.stderr]).toEqual([0, ''])
    const result = formatsSchema.parse(JSON.parse(run.stdout))
    expect(result.formats.map(({ id }) => id)).toEqual(formats.map(({ id }) => id).sort())
    for (const format of result.formats) {
      const declared = formats.find(({ id }) => id === format.id)!
      expect(format.claims.map(({ table }) => table)).toEqual(Object.keys(declared.claims))
      for (const claim of format.claims) {
        const columns = Object.keys(tables.find(({ name }) => name === claim.table)!.columns)
        for (const column of [...claim.always, ...claim.sometimes]) expect(columns).toContain(column)
        expect(claim.blind.length).toBeGreaterThan(0)
        if (claim.table !== 'identity_event') expect(claim.attack.length).toBeGreaterThan(0)
      }
    }
  })

  test('the list names what each fills, cannot show and stands for; one format is told in full', async () => {
    const all = await codling(['formats'])
    expect(all.code).toBe(0)
    for (const { id, title } of formats) expect(all.stdout).toContain(`${id}  ${title}`)
    expect(all.stdout).toMatch(new RegExp(`^${formats.length} formats\\.`, 'm'))
    expect(all.stdout).not.toMatch(escapes)
    const one = await codling(['formats', 'zeek-dns'])
    expect(one.stdout).toMatch(/zeek-dns {2}Zeek dns\.log\n {2}version \d+; parsed by the engine \(.*ndjson.*\)/)
    expect(one.stdout).toMatch(/network: always .*kind.*; sometimes .*domain/s)
    expect(one.stdout).toMatch(/cannot show .*which app asked/s)
    expect(one.stdout).toMatch(/ATT&CK: DC\d{4} \(/)
    expect(one.stdout).toMatch(/\n1 format\.\n$/)
  })

  test('a format that does not exist', async () => {
    const run = await codling(['formats', 'no-such'])
    expect([run.code, run.stdout]).toEqual([2, ''])
    expect(run.stderr).toMatch(/No format is called no-such.*Why: .*Next: /s)
  })
})
