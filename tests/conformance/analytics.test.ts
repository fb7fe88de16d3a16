// Holds every analytic in the list to every numbered line of docs/spec/analytic.md.
import { AsyncLocalStorage } from 'node:async_hooks'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, vi } from 'vitest'
import { analytics } from '../../src/analytics/index.ts'
import { type Engine, rawName } from '../../src/engine/index.ts'
import { type Finding, tables } from '../../src/model/index.ts'
import { findingSchema, type ScanResult, scanSchema } from '../../src/pipeline/contract.ts'
import { alone } from './alone.ts'
import { analyticFolder, type Case, casesOf, deepFreeze, scanCase, scanPaths, shownAs } from './cases.ts'
import { openTestEngine } from './harness.ts'
import { openSpec } from './spec.ts'

type Judge = (row: object, facts: object) => Finding | null
type Judged = { readonly row: object; readonly facts: object; readonly finding: Finding | null }
type Run = { readonly one: Case; readonly result: ScanResult; readonly judged: readonly Judged[] }

let engine: Engine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine?.close())

const { spec, close } = openSpec('analytic')

const rawTables = new RegExp(
  `\\b(${tables
    .filter((table) => table.role === 'evidence')
    .map((table) => rawName(table.name))
    .join('|')})\\b`,
)

/** Values of the right type for `{name:Type}`, to prepare a query with. */
const bindings = (sql: string): Record<string, unknown> =>
  Object.fromEntries(
    [...sql.matchAll(/\{(\w+):(\w+)/g)].map(([, name, type]) => [
      name,
      /Int|Float/.test(type!) ? 0 : /Date/.test(type!) ? '1970-01-01 00:00:00' : type === 'Array' ? [] : '',
    ]),
  )

/** Keys of `export type Row = {…}`: the type is the one declaration, and a type has no value to ask. */
const rowKeys = (text: string): string[] => {
  const body = /export type Row = \{\n([\s\S]*?)\n\}/.exec(text)?.[1] ?? ''
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, key]) => key!)
}

for (const analytic of analytics)
  describe(analytic.id, () => {
    const folder = analyticFolder(analytic.id)
    const sqlFiles = readdirSync(folder).filter((file) => file.endsWith('.sql'))
    const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8')
    const cases = casesOf(analytic.id)
    const runs: Run[] = []

    // most of a case is waiting for its engine to start: three at a time, each with the rows that were judged for it
    beforeAll(async () => {
      const judging = new AsyncLocalStorage<Judged[]>()
      const real = analytic.judge as Judge
      const spy = vi.spyOn(analytic as { judge: Judge }, 'judge').mockImplementation((row, facts) => {
        const finding = real(row, facts)
        judging.getStore()?.push({ row, facts, finding })
        return finding
      })
      const waiting = [...cases]
      const work = async (): Promise<void> => {
        for (let one = waiting.shift(); one; one = waiting.shift()) {
          const judged: Judged[] = []
          const result = await judging.run(judged, () => scanCase(one!))
          runs.push({ one, result, judged })
        }
      }
      try {
        await Promise.all([work(), work(), work()])
      } finally {
        spy.mockRestore()
      }
      runs.sort((a, b) => (a.one.name < b.one.name ? -1 : 1))
    }, 600_000)

    spec('A1', 'folder, id and list entry agree', () => {
      expect(analytic.id).toMatch(/^[A-Z]{2,}[A-Z0-9]*$/)
      expect(analytics.filter((other) => other.id === analytic.id)).toHaveLength(1)
      for (const file of ['analytic.ts', 'row.ts', 'query.sql', 'cases'])
        expect(existsSync(join(folder, file)), file).toBe(true)
      expect(analytic.query).toBe(textOf('query.sql'))
    })

    spec('A2', 'its SQL says what it asks, can be prepared, and gives the columns of Row', async () => {
      for (const file of sqlFiles) {
        const sql = textOf(file)
        expect(sql.split('\n')[0], file).toMatch(/^-- question: .+\?/)
        for (const part of ['params', 'returns']) expect(sql, file).toMatch(new RegExp(`^-- ${part}: +\\S`, 'm'))
        const bare = sql.replaceAll(/--.*/g, '')
        expect(bare, `${file}: clock, chance, files, other hosts`).not.toMatch(
          /\b(now|now64|today|yesterday|rand\w*|generateUUID\w*|file|url|s3|remote\w*)\s*\(/i,
        )
        expect(bare, `${file}: raw tables`).not.toMatch(rawTables)
        expect(bare.trim(), file).toMatch(/^(WITH|SELECT)\b/)
        // DESCRIBE cannot be streamed by chdb: a view has its columns in system.columns
        await engine.run(`CREATE OR REPLACE VIEW prepared AS\n${sql}`, bindings(sql))
        const columns = await engine.query<{ name: string }>(
          "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = 'prepared'",
        )
        await engine.run('DROP VIEW prepared')
        expect(columns.length, file).toBeGreaterThan(0)
        if (file === 'query.sql')
          expect(columns.map(({ name }) => name).sort()).toEqual(rowKeys(textOf('row.ts')).sort())
      }
    })

    spec('A3', 'every case gives what it expects', () => {
      expect(cases.filter(({ name }) => name.startsWith('fires-')).length, 'fires-*').toBeGreaterThan(0)
      expect(cases.filter(({ name }) => name.startsWith('quiet-')).length, 'quiet-*').toBeGreaterThan(0)
      for (const { one, result } of runs) {
        expect(one.name).toMatch(/^(fires|quiet)-/)
        expect(one.expected.why, one.name).toBeTruthy()
        expect(one.expected.findings.length > 0, one.name).toBe(one.name.startsWith('fires-'))
        expect(result.totals.sources.failed ?? 0, `${one.name}: sources that could not be read`).toBe(0)
        for (const key of ['findings', 'history'] as const) {
          const wanted = one.expected[key] ?? []
          const mine = result[key].filter((finding) => finding.analytic === analytic.id)
          expect(
            mine.map((finding, i) => shownAs(wanted[i] ?? { title: '' }, finding)),
            `${one.name}: ${key}`,
          ).toEqual(wanted)
        }
      }
    })

    spec('A4', 'judge is pure', async () => {
      expect(runs.flatMap(({ judged }) => judged).length, 'rows that were judged').toBeGreaterThan(0)
      for (const { one, judged } of runs)
        for (const { row, facts, finding } of judged) {
          const again = await alone(() =>
            (analytic.judge as Judge)(deepFreeze(structuredClone(row)), Object.freeze({ ...facts })),
          )
          expect(again, one.name).toEqual(finding)
        }
    })

    spec('A5', 'unmet needs are told as blindness', async () => {
      const empty = mkdtempSync(join(tmpdir(), 'conformance-'))
      try {
        writeFileSync(join(empty, 'nothing.txt'), 'nothing that anybody knows\n')
        const { blind, findings } = await scanPaths([empty], [], null)
        expect(findings).toEqual([])
        expect(analytic.needs.length).toBeGreaterThan(0)
        for (const need of analytic.needs) expect(blind).toContainEqual({ analytic: analytic.id, ...need.blind })
      } finally {
        rmSync(empty, { recursive: true, force: true })
      }
    })

    spec('A6', 'parameters say what they mean and keep their range', () => {
      for (const [name, param] of Object.entries(
        analytic.params as Record<string, { means: string; unit: string; default: number; min: number; max: number }>,
      )) {
        expect(param.means.length, name).toBeGreaterThan(5)
        expect(param.unit, name).not.toBe('')
        expect(param.min, name).toBeLessThanOrEqual(param.default)
        expect(param.default, name).toBeLessThanOrEqual(param.max)
      }
    })

    spec('A7', 'findings fit the document, point to records, and keep their ids', async () => {
      for (const { one, result } of runs) {
        scanSchema.parse(result)
        for (const finding of [...result.findings, ...result.history]) {
          findingSchema.strict().parse(finding)
          expect(finding.version).toBe(analytic.version)
          expect(finding.evidence.length, `${one.name}: evidence`).toBeGreaterThan(0)
          for (const evidence of finding.evidence)
            expect(result.sources.map((source) => source.path)).toContain(evidence.source)
        }
      }
      const first = runs.find(({ one }) => one.name.startsWith('fires-'))
      expect(first, 'a case that fires').toBeDefined()
      const again = await scanCase(first!.one)
      expect(again.findings).toEqual(first!.result.findings)
    })

    spec('A8', 'its place in ATT&CK is named', () => {
      expect(analytic.attack.analytic).toMatch(/^AN\d{4}$/)
      expect(analytic.attack.detectionStrategy).toMatch(/^DET\d{4}$/)
      expect(analytic.attack.technique).toMatch(/^T\d{4}(\.\d{3})?$/)
      expect(analytic.title.length).toBeGreaterThan(5)
    })
  })

describe('the list', close)
