// Cases of an analytic: a folder of telemetry and feeds, run through the whole pipeline, and what must come out.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ScanFinding, ScanResult } from '../../src/pipeline/contract.ts'
import { everything, scan } from '../../src/pipeline/scan.ts'
import { frozenNow, root } from './harness.ts'

/** Some fields of a finding; nested objects name some of theirs, `caveats` their codes. */
export type Expected = Readonly<Record<string, unknown>>
export type Case = {
  readonly name: string
  readonly folder: string
  readonly expected: {
    readonly why: string
    /** Lines of the analytic's own specification that the case holds. */
    readonly rules?: readonly string[]
    readonly findings: readonly Expected[]
    readonly history?: readonly Expected[]
  }
}

export const analyticFolder = (id: string): string => new URL(`src/analytics/${id.toLowerCase()}/`, root).pathname

export function casesOf(id: string): Case[] {
  const folder = join(analyticFolder(id), 'cases')
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({
      name,
      folder: join(folder, name),
      expected: JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8')) as Case['expected'],
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** What a case may ask for in `options.json`. */
type CaseOptions = { readonly lookbackDays?: number; readonly device?: string }

export function scanPaths(
  paths: readonly string[],
  intel: readonly string[],
  devices: string | null,
  more: CaseOptions & { readonly warninglists?: readonly string[] } = {},
): Promise<ScanResult> {
  return scan({
    version: 'test',
    paths,
    intel,
    devices,
    device: null,
    warninglists: [],
    formats: [],
    store: null,
    server: null,
    ...everything,
    lookbackDays: null,
    now: frozenNow,
    signal: new AbortController().signal,
    ...more,
  })
}

export function scanCase(one: Case): Promise<ScanResult> {
  const given = (name: string): string[] => (existsSync(join(one.folder, name)) ? [join(one.folder, name)] : [])
  const options = given('options.json').map((file) => JSON.parse(readFileSync(file, 'utf8')) as CaseOptions)[0]
  return scanPaths([join(one.folder, 'data')], given('intel'), given('devices.csv')[0] ?? null, {
    warninglists: given('warninglists'),
    ...options,
  })
}

/** The finding, cut down to the fields that `expected` names. */
export function shownAs(expected: Expected, finding: ScanFinding): Expected {
  const cut = (wanted: unknown, actual: unknown): unknown => {
    if (
      wanted === null ||
      typeof wanted !== 'object' ||
      Array.isArray(wanted) ||
      actual === null ||
      typeof actual !== 'object'
    )
      return actual
    return Object.fromEntries(
      Object.entries(wanted).map(([key, value]) => [key, cut(value, (actual as Record<string, unknown>)[key])]),
    )
  }
  const plain = { ...finding, caveats: finding.caveats.map((caveat) => caveat.code) }
  return cut(expected, plain) as Expected
}

/** Freezes values all the way down, so that a change throws. Functions stay as they are. */
export function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}
