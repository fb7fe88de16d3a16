// Holds every format in the list to every numbered line of docs/spec/format.md.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { formats, pickFormat } from '../../src/formats/index.ts'
import { type Claim, type EvidenceTable, type Format, problemCodes, type Table, tables } from '../../src/model/index.ts'
import { damages, gzip, halves, joined, linesOf, randomBytes, textDamages } from './bytes.ts'
import { type Fixture, fixtureBytes, fixturesOf, readGolden, root } from './harness.ts'
import { parseAlone, told } from './parse.ts'
import { type Golden, openReader, type Reader, type Reading, tablesOf } from './reading.ts'
import { openSpec } from './spec.ts'

let reader: Reader
beforeAll(async () => {
  reader = await openReader()
})
afterAll(() => reader?.close())

const { spec, close } = openSpec('format')
const limit = 64 * 1024
const folderOf = (format: Format): string => new URL(`src/formats/${format.id}/`, root).pathname
const nameOf = (fixture: Fixture): string => basename(fixture.input)
const headOf = (fixture: Fixture): Buffer => fixtureBytes(fixture).subarray(0, limit)
const tableNamed = (name: string): Table => tables.find((table) => table.name === name) as Table
const golden = (fixture: Fixture): Golden[] => readGolden(fixture).map((line) => JSON.parse(line) as Golden)

/** The engine is slow to be asked: what it parses is damaged and cut in two once for each variant, code for a few fixtures. */
function chosen(format: Format, cases: readonly Fixture[]): Fixture[] {
  if (format.kind === 'code') return cases.slice(0, 6)
  const taken = (fixture: Fixture) =>
    format.variants.find((variant) => variant.accepts(headOf(fixture), nameOf(fixture)))
  return [...new Map(cases.toReversed().map((fixture) => [taken(fixture), fixture])).values()]
}

/** Lines at the head of a text that gave neither row nor problem: its header. */
const headerOf = (reading: Reading): number =>
  Math.min(...[...reading.rows, ...reading.problems].map((row) => row.record), Number.MAX_SAFE_INTEGER) - 1

/** Is every record a line? Such files can be cut in two. */
const isLinewise = (format: Format, reading: Reading, text: string): boolean =>
  format.kind === 'sql' ||
  (reading.rows.length > 1 && reading.raws.every(({ record, raw }) => text.split('\n')[record - 1] === raw))

/** Is `raw` a piece of the text, or the header line and the beginning of the rest (reports are kept up to 4,096 characters)? */
function holds(text: string, raw: string): boolean {
  const plain = (piece: string): string => piece.replaceAll(/[\r\ufeff]/g, '')
  const [first = '', ...rest] = plain(raw).split('\n')
  return plain(text).includes(plain(raw)) || (plain(text).includes(first) && plain(text).includes(rest.join('\n')))
}

for (const format of formats)
  describe(format.id, () => {
    const cases = fixturesOf(format.id)
    // what recognises nothing by itself is read because the operator says so
    const onItsWord = cases.every((fixture) => format.sniff(headOf(fixture), nameOf(fixture)) === 'no')
    const given = onItsWord ? format : undefined
    const read = (fixture: Fixture): Promise<Reading> => reader.fixture(fixture, given)

    spec('F1', 'folder, id and list entry agree, and fixtures have their golden rows', () => {
      expect(format.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      expect(formats.filter((other) => other.id === format.id)).toHaveLength(1)
      expect(existsSync(join(folderOf(format), 'format.ts'))).toBe(true)
      expect(format.names.length, 'names').toBeGreaterThan(0)
      for (const fixture of cases) {
        expect(readdirSync(fixture.folder), fixture.name).toHaveLength(2)
        expect(existsSync(join(fixture.folder, 'rows.jsonl')), `${fixture.name}/rows.jsonl`).toBe(true)
      }
      expect(cases.flatMap(golden).filter((row) => row.table !== 'problem').length, 'golden rows').toBeGreaterThan(0)
    })

    spec('F2', 'sniff is pure, answers anything, and looks at 64 KiB', () => {
      const noise = [1, 2, 3, 4].map((seed) => randomBytes(4096, seed))
      for (const head of [
        Buffer.alloc(0),
        ...['\n', '{}', '[]\n', 'null', '#', ',,,\n'].map((text) => Buffer.from(text)),
        Buffer.alloc(4096),
        ...noise,
      ]) {
        const before = Buffer.from(head)
        for (const name of ['', 'a.bin', nameOf(cases[0]!)])
          expect(format.sniff(head, name), head.subarray(0, 20).toString('hex')).not.toBe('yes')
        expect(head).toEqual(before)
      }
      for (const fixture of cases) {
        const bytes = fixtureBytes(fixture)
        for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 16))
          expect(['yes', 'maybe', 'no']).toContain(format.sniff(bytes.subarray(0, at), nameOf(fixture)))
        const long = Buffer.concat([bytes, Buffer.from('\n'), Buffer.alloc(limit, '#')])
        const answer = format.sniff(long.subarray(0, limit), nameOf(fixture))
        expect(format.sniff(long, nameOf(fixture)), `${fixture.name}: bytes beyond 64 KiB`).toBe(answer)
        expect(format.sniff(long.subarray(0, limit), nameOf(fixture))).toBe(answer)
      }
    })

    spec('F3', 'bad records become problems with their position, and none is dropped in silence', async () => {
      for (const fixture of cases) {
        const { lines, problems } = await read(fixture)
        expect(lines, `${fixture.name}: npm run golden ${format.id}, then read the difference`).toEqual(
          readGolden(fixture),
        )
        for (const problem of problems) {
          expect(Object.keys(problemCodes)).toContain(problem.code)
          expect(
            problem.record + Number(problem.byte ?? 0),
            `${fixture.name}: position of ${problem.code}`,
          ).toBeGreaterThan(0)
        }
      }
      if (format.kind === 'code') {
        const { rows, problems } = await parseAlone(format, randomBytes(2000, 7), 'nonsense.bin')
        expect(rows).toEqual([])
        expect(problems.length, 'problems of nonsense').toBeGreaterThan(0)
        return
      }
      const saysWhatItPasses = format.variants.every((variant) => /^-- passed over:/m.test(variant.problems))
      for (const fixture of cases) {
        const reading = await read(fixture)
        const met = new Set([...reading.rows, ...reading.problems].map((row) => row.record))
        const silent = linesOf(fixtureBytes(fixture)).flatMap((line, i) =>
          met.has(i + 1) || i < headerOf(reading) || /^\s*(#|;|$)/.test(line.toString()) ? [] : [i + 1],
        )
        if (!saysWhatItPasses)
          expect(
            silent,
            `${fixture.name}: lines that are neither row nor problem; say "-- passed over:" in the SQL of problems where that is meant`,
          ).toEqual([])
      }
      for (const fixture of chosen(format, cases)) {
        const reading = await read(fixture)
        const all = linesOf(fixtureBytes(fixture))
        const header = headerOf(reading)
        const bad = ['\u0001 nonsense', '}{ "', '<html>'].map((text) => Buffer.from(text))
        const mixed = joined([...all.slice(0, header + 1), ...bad, ...all.slice(header + 1)])
        const worse = await reader.files([[nameOf(fixture), mixed]], format)
        expect(
          worse.problems.map((problem) => problem.record),
          `${fixture.name}: lines of nonsense that were told`,
        ).toEqual(expect.arrayContaining(bad.map((_, i) => header + 2 + i)))
        expect(worse.rows.length, `${fixture.name}: rows beside nonsense`).toBe(reading.rows.length)
      }
    })

    spec('F4', 'whole, in overlapping halves and gzipped, it gives the same tables', async () => {
      for (const fixture of chosen(format, cases)) {
        const bytes = fixtureBytes(fixture)
        const name = nameOf(fixture)
        const whole = await read(fixture)
        const once = tablesOf(whole)
        const zipped: readonly [string, Buffer] = [`${name}.gz`, gzip(bytes)]
        if (isLinewise(format, whole, bytes.toString())) {
          const [first, second] = halves(bytes, headerOf(whole))
          const parts = await reader.files(
            [
              [name, first],
              [`b-${name}`, second],
            ],
            format,
          )
          expect(tablesOf(parts), `${fixture.name}: halves`).toEqual(once)
          const turned = await reader.files([[`b-${name}`, second], [name, first], zipped], format)
          expect(tablesOf(turned), `${fixture.name}: later half, earlier half, gzip`).toEqual(once)
        } else {
          const copies = await reader.files([[name, bytes], [`b-${name}`, bytes], zipped], format)
          expect(tablesOf(copies), `${fixture.name}: copies`).toEqual(once)
        }
        expect(tablesOf(await reader.files([zipped], given)), `${fixture.name}: gzip`).toEqual(once)
      }
    })

    spec('F5', 'rows fit their table, and fill what is claimed and nothing else', () => {
      const filled = new Set<string>()
      for (const fixture of cases)
        for (const { table, record, ...row } of golden(fixture)) {
          if (table === 'problem') continue
          const where = `${fixture.name}: ${table} ${record}`
          const claim = format.claims[table as EvidenceTable]
          expect(claim, `${where} is not claimed`).toBeDefined()
          for (const column of Object.keys(row)) {
            expect(Object.keys(tableNamed(table).columns), where).toContain(column)
            expect([...claim!.always, ...claim!.sometimes, 'ts'], where).toContain(column)
            filled.add(`${table}.${column}`)
          }
          for (const column of claim!.always) if (column !== 'raw') expect(Object.keys(row), where).toContain(column)
        }
      const idle = Object.entries(format.claims).flatMap(([table, claim]) =>
        claim.sometimes.map((column) => `${table}.${column}`),
      )
      expect(
        idle.filter((column) => !filled.has(column) && !column.endsWith('.raw')),
        'claimed, and shown by no fixture',
      ).toEqual([])
    })

    spec('F6', 'its fixtures are its own', () => {
      for (const fixture of cases) {
        for (const other of formats)
          if (other.id !== format.id)
            expect(other.sniff(headOf(fixture), nameOf(fixture)), `${other.id} on ${fixture.name}`).not.toBe('yes')
        if (!onItsWord) expect(pickFormat(headOf(fixture), nameOf(fixture))?.id, fixture.name).toBe(format.id)
      }
    })

    spec('F7', 'parsing is deterministic, and stops when it is aborted', async () => {
      for (const file of readdirSync(folderOf(format)).filter((name) => name.endsWith('.sql'))) {
        const text = readFileSync(join(folderOf(format), file), 'utf8').replaceAll(/--.*/g, '')
        expect(text, `${file}: clock, chance or other files`).not.toMatch(
          /\b(now|now64|today|yesterday|rand\w*|generateUUID\w*|file|url|s3|remote|hostName)\s*\(/i,
        )
      }
      if (format.kind === 'sql') return
      for (const fixture of chosen(format, cases)) {
        const bytes = fixtureBytes(fixture)
        const whole = told(await parseAlone(format, bytes, nameOf(fixture)))
        expect(
          told(await parseAlone(format, bytes, nameOf(fixture), { chunk: 7 })),
          `${fixture.name}: in small chunks`,
        ).toEqual(whole)
        const many = Buffer.concat(Array.from({ length: 500 }, () => bytes))
        const aborted = await parseAlone(format, many, nameOf(fixture), { chunk: bytes.length, abortAfter: 3 })
        expect(aborted.chunks, `${fixture.name}: chunks asked for`).toBeLessThanOrEqual(5)
      }
    })

    spec('F8', 'the record stands in raw exactly', async () => {
      for (const fixture of cases) {
        const bytes = fixtureBytes(fixture)
        const text = bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8')
        const all = text.split('\n')
        for (const { table, record, raw } of (await read(fixture)).raws) {
          const where = `${fixture.name}: ${table} ${record}`
          if (format.kind === 'sql') expect([raw, `${raw}\r`], where).toContain(all[record - 1])
          // what is not text has no piece that could be shown: a summary says what the row was made of
          else if (bytes.includes(0) && raw.startsWith('{'))
            expect(Object.keys(JSON.parse(raw) as object).length, where).toBeGreaterThan(0)
          else expect(holds(text, raw), `${where}: ${raw.slice(0, 200)}`).toBe(true)
        }
      }
    })

    spec('F9', 'claims say what times mean and what cannot be seen', () => {
      const claims = Object.entries(format.claims) as [EvidenceTable, Claim][]
      expect(claims.length).toBeGreaterThan(0)
      for (const [name, claim] of claims) {
        expect(claim.time.means.length).toBeGreaterThan(10)
        expect(claim.blind.length, `${name}: blind`).toBeGreaterThan(0)
        const named = [...claim.always, ...claim.sometimes]
        expect(
          named.filter((column, i) => named.indexOf(column) !== i),
          'named twice',
        ).toEqual([])
        for (const column of named) expect(Object.keys(tableNamed(name).columns)).toContain(column)
        for (const column of ['source', 'record']) expect(named, 'stamped by the pipeline').not.toContain(column)
        for (const { dataComponent, logSource } of claim.attack) {
          expect(dataComponent).toMatch(/^DC\d{4}$/)
          expect(logSource).not.toBe('')
        }
        if (name !== 'identity_event') expect(claim.attack.length, `${name}: attack`).toBeGreaterThan(0)
      }
    })

    spec('F10', 'damage ends in rows and problems', async () => {
      for (const fixture of format.kind === 'code' ? cases : chosen(format, cases))
        for (const [damage, apply] of Object.entries(format.kind === 'code' ? damages : textDamages)) {
          const bytes = apply(fixtureBytes(fixture))
          const started = performance.now()
          const { rows, problems } =
            format.kind === 'code'
              ? await parseAlone(format, bytes, nameOf(fixture))
              : await reader.files([[nameOf(fixture), bytes]], format)
          // what was cut may be whole in itself, or only a header
          if (!/cut|nothing/.test(damage))
            expect(rows.length + problems.length, `${fixture.name}: ${damage}`).toBeGreaterThan(0)
          expect(problems.filter((problem) => problem.code === 'engine')).toEqual([])
          expect(performance.now() - started, `${fixture.name}: ${damage}: ms`).toBeLessThan(20_000)
        }
    })
  })

describe('the list', close)
