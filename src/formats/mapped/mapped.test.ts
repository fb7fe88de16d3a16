import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forget, frozenNow, goldenLines, openTestEngine, sourceOf } from '../../../tests/conformance/harness.ts'
import type { Engine } from '../../engine/index.ts'
import { ingestSource } from '../../pipeline/ingest.ts'
import { mappedFormat, mapText, parseMap } from './map.ts'
import { suggestMap } from './suggest.ts'
import { timePattern } from './time.ts'

const folder = new URL('fixtures/', import.meta.url)
const cases = readdirSync(folder).sort()
const inputOf = (name: string): { file: string; bytes: Buffer } => {
  const file = readdirSync(new URL(`${name}/`, folder)).find((entry) => entry.startsWith('input.'))!
  return { file, bytes: readFileSync(new URL(`${name}/${file}`, folder)) }
}
const mapOf = (name: string) => parseMap(readFileSync(new URL(`${name}/map.yaml`, folder), 'utf8'), `${name}/map.yaml`)

let engine: Engine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine.close())

async function read(name: string, map = mapOf(name)): Promise<string[]> {
  const { file, bytes } = inputOf(name)
  const source = await sourceOf(bytes, file)
  try {
    const extraFormats = [mappedFormat(map)]
    const ingested = await ingestSource(engine, source, {
      now: frozenNow,
      device: null,
      signal: new AbortController().signal,
      extraFormats,
    })
    expect(ingested.format?.id).toBe(`mapped:${map.name}`)
    const lines = await goldenLines(engine, ingested.id!)
    await forget(engine)
    return lines
  } finally {
    await source.remove()
  }
}

describe('fixtures', () => {
  test.each(cases)('%s gives its rows', async (name) => {
    const golden = new URL(`${name}/rows.jsonl`, folder)
    const lines = await read(name)
    if (process.env.CODLING_GOLDEN === 'write') writeFileSync(golden, lines.map((line) => `${line}\n`).join(''))
    expect(lines).toEqual(readFileSync(golden, 'utf8').split('\n').filter(Boolean))
  })

  test.each(cases)('%s: every line is a row, a problem, blank or the header', async (name) => {
    const map = mapOf(name)
    const text = inputOf(name).bytes.toString('utf8')
    const lines =
      text.split('\n').filter((line) => line.trim() !== '').length - (map.kind === 'csv' && map.header ? 1 : 0)
    expect((await read(name)).length).toBe(lines)
  })

  test.each(cases)('%s: rows fill only claimed columns, and always those that are claimed so', async (name) => {
    const claim = mappedFormat(mapOf(name)).claims.network!
    const rows = (await read(name))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((row) => row.table === 'network')
    for (const row of rows) {
      const filled = Object.keys(row).filter((column) => column !== 'table' && column !== 'record')
      expect([...claim.always, ...claim.sometimes]).toEqual(expect.arrayContaining(filled))
      expect(filled).toEqual(expect.arrayContaining([...claim.always]))
    }
  })
})

describe('recognition', () => {
  test('a map takes only files that have its fields', () => {
    for (const name of cases)
      for (const other of cases) {
        const { file, bytes } = inputOf(other)
        if (name === 'no-header' && other !== name) continue // it goes by file names alone
        expect(mappedFormat(mapOf(name)).sniff(bytes, file)).toBe(name === other ? 'yes' : 'no')
      }
  })

  test('names of files', () => {
    const sniff = mappedFormat(mapOf('no-header')).sniff
    const { bytes } = inputOf('no-header')
    expect(
      ['flows-1.txt', 'FLOWS-2.TXT', 'flows-12.txt', 'xflows-1.txt', 'flows-1.txt.bak', 'flows-.txt'].map((name) =>
        sniff(bytes, name),
      ),
    ).toEqual(['yes', 'yes', 'no', 'no', 'no', 'no'])
    const stars = mappedFormat({ ...mapOf('no-header'), match: { files: ['a*b*c', '*.log'], fields: [] } }).sniff
    expect(
      ['abc', 'aXbYc', 'ac', 'abcd', 'aab', 'abbc', 'x.log', '.log', 'log', 'a.log.gz'].map((name) =>
        stars(bytes, name),
      ),
    ).toEqual(['yes', 'yes', 'no', 'no', 'no', 'yes', 'yes', 'yes', 'no', 'no'])
    const slow = mappedFormat({ ...mapOf('no-header'), match: { files: [`${'*a'.repeat(60)}b`], fields: [] } }).sniff
    expect(slow(bytes, 'a'.repeat(4000))).toBe('no')
  })

  test('empty, random and foreign bytes', () => {
    for (const name of cases)
      for (const bytes of [Buffer.alloc(0), Buffer.from([0, 255, 1, 254]), Buffer.from('{"a":1}\n')])
        expect(mappedFormat(mapOf(name)).sniff(bytes, 'x')).toBe('no')
  })
})

describe('parseMap', () => {
  const good = {
    name: 'x',
    match: { fields: ['a'] },
    kind: 'ndjson',
    contact: 'dns',
    time: { field: 't', format: 'iso' },
    fields: { domain: 'a' },
  }
  const said = (change: object): string => {
    try {
      parseMap(JSON.stringify({ ...good, ...change }), 'm.yaml')
      return 'accepted'
    } catch (error) {
      const { name, why } = error as { name: string; why: string }
      return `${name}: ${why}`
    }
  }
  test.each([
    [{}, /^accepted$/],
    [{ name: 'No Blanks' }, /UserError: name: must be lower-case/],
    [{ match: {} }, /UserError: match: needs files or fields/],
    [{ match: undefined }, /UserError: match: /],
    [{ kind: 'xml' }, /UserError: kind: /],
    [{ kind: 'csv', header: false }, /UserError: columns: a CSV without header/],
    [{ time: { field: 't', format: 'dd.mm' } }, /UserError: time.format: must be iso/],
    [{ time: { field: 't', format: '%Q' } }, /UserError: time.format: must be iso/],
    [{ time: { field: 't', format: 'iso', zone: 'Mars/Olympus' } }, /UserError: time.zone: is not a time zone/],
    [{ fields: { domian: 'a' } }, /UserError: fields: unknown “domian”/],
    [{ fields: { raw: 'a' } }, /UserError: fields: unknown “raw”/],
    [{ feilds: {} }, /UserError: the map: unknown “feilds”/],
    [{ fields: { domain: 'a', url: 'a.b' } }, /UserError: a is used as a value, and a.b takes it for an object/],
  ])('%j', (change, expected) => {
    expect(said(change)).toMatch(expected)
  })
  test('text that is not YAML names the file and a next step', () => {
    expect(() => parseMap('a: [', 'm.yaml')).toThrow(/m\.yaml is not YAML or JSON/)
    expect(() => parseMap('', 'm.yaml')).toThrow(/m\.yaml cannot be used/)
  })
  test.each(cases)('%s reads back from its own text', (name) => {
    expect(parseMap(mapText(mapOf(name)), name)).toEqual(mapOf(name))
  })
})

test('patterns of times become the engine’s', () => {
  expect(timePattern('%d.%m.%Y %H:%M:%S')).toBe('%d.%m.%Y %H:%i:%s')
  expect(timePattern('%b %e %Y %I:%M %p %z')).toBe('%b %d %Y %h:%i %p %z')
  expect([timePattern('%H:%M'), timePattern('%d.%m.%Y'), timePattern('%Y-%m-%d %H %K'), timePattern('%')]).toEqual([
    null,
    null,
    null,
    null,
  ])
})

describe('suggestMap', () => {
  test('ECS', () => {
    const { map, why, yaml } = suggestMap(inputOf('ecs').bytes, 'input.ndjson') ?? expect.fail('nothing suggested')
    expect(map.contact).toBe('dns')
    expect(map.fields).toMatchObject({ src_port: 'source.port', dst_ip: 'destination.ip', user: 'user.name' })
    expect(why.join('\n')).toMatch(/@timestamp is the time/)
    expect(parseMap(yaml, 'suggested')).toEqual(map)
  })

  const lines = (...rows: object[]): Buffer => Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))

  test('Sysmon in a shipper’s wrapping', () => {
    const head = lines({
      '@timestamp': '2026-05-09T20:04:25.000Z',
      winlog: {
        event_id: 22,
        event_data: {
          UtcTime: '2026-05-09 20:04:24.999',
          Image: 'C:\\a.exe',
          QueryName: 'www.example.org',
          QueryStatus: '0',
          QueryResults: '203.0.113.1;',
        },
      },
    })
    const { map } = suggestMap(head, 'sysmon.json') ?? expect.fail('nothing suggested')
    expect(map).toMatchObject({
      name: 'sysmon',
      kind: 'ndjson',
      contact: 'dns',
      fields: {
        domain: 'winlog.event_data.QueryName',
        process: 'winlog.event_data.Image',
        status: 'winlog.event_data.QueryStatus',
      },
    })
  })

  test('OCSF', () => {
    const head = lines({
      time: 1778357065123,
      class_uid: 4003,
      query: { hostname: 'c2.example.net', type: 'AAAA' },
      src_endpoint: { ip: '192.0.2.1', port: 5 },
      rcode: 'NoError',
      disposition: 'Blocked',
    })
    const { map } = suggestMap(head, 'ocsf.json') ?? expect.fail('nothing suggested')
    expect(map).toMatchObject({
      contact: 'dns',
      time: { field: 'time', format: 'epoch_ms' },
      fields: {
        domain: 'query.hostname',
        src_ip: 'src_endpoint.ip',
        action: { field: 'disposition', values: { Blocked: 'blocked' } },
      },
    })
  })

  test('a semicolon CSV with German times and names', () => {
    const { map, why } =
      suggestMap(
        Buffer.from(
          'Zeit;Quelle;Benutzer;Ziel;Port\n09.05.2026 22:04:25;192.0.2.5;Müller;www.example.org;443\n10.05.2026 2:04:25;192.0.2.6;;x.example.net;443\n',
        ),
        'Proxy Log.csv',
      ) ?? expect.fail('nothing suggested')
    expect(map).toMatchObject({
      name: 'proxy-log',
      kind: 'csv',
      delimiter: ';',
      time: { field: 'Zeit', format: '%d.%m.%Y %H:%M:%S', zone: 'UTC' },
      fields: { src_ip: 'Quelle', domain: 'Ziel', user: 'Benutzer' },
    })
    expect(why.join('\n')).toMatch(/states no zone/)
  })

  test('values alone, without a header', () => {
    const { map } =
      suggestMap(
        Buffer.from('2026-05-09T20:04:25Z,192.0.2.1,203.0.113.9,77\n2026-05-09T20:04:26Z,192.0.2.1,203.0.113.8,78\n'),
        'x',
      ) ?? expect.fail('nothing suggested')
    expect(map).toMatchObject({
      header: false,
      columns: ['column1', 'column2', 'column3', 'column4'],
      contact: 'flow',
      fields: { src_ip: 'column2', dst_ip: 'column3' },
    })
  })

  test('a suggestion reads the file that it was made for', async () => {
    const { map } =
      suggestMap(inputOf('german-csv').bytes.subarray(0, 200), 'input.csv') ?? expect.fail('nothing suggested')
    const rows = (await read('german-csv', map)).map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(rows[0]).toMatchObject({
      table: 'network',
      ts: '2026-05-09 22:04:25.000000',
      domain: 'www.example.org',
      src_ip: '192.0.2.5',
      user: 'Müller',
      action: 'allowed',
    })
  })

  test.each([
    ['nothing', ''],
    ['no time', '{"src_ip":"192.0.2.1","domain":"a.example"}\n'],
    ['nothing contacted', '{"time":"2026-05-09T20:04:25Z","level":"info"}\n'],
    ['a counter is no time', '{"bytes":1778357065,"domain":"a.example"}\n'],
    ['prose', 'It was a dark and stormy night.\nThe rain fell in torrents.\n'],
    ['deep nesting', `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}\n`],
  ])('%s: no suggestion', (_, text) => {
    expect(suggestMap(Buffer.from(text), 'x.json')).toBeNull()
  })
})
