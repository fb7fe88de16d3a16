// The example through the whole pipeline, against what its author says is in it (examples/incident/expected.json).
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { args } from '../../scripts/demo.ts'
import type { ScanFinding, ScanResult } from '../../src/pipeline/contract.ts'
import { scanPaths } from '../conformance/cases.ts'

const example = fileURLToPath(new URL('../../examples/incident/', import.meta.url))

type Place = { readonly source: string; readonly record: number }
type ExpectedFinding = {
  readonly id: string
  readonly analytic: string
  readonly severity: string
  readonly device: string | null
  readonly address: string | null
  readonly user: string | null
  readonly group: string | null
  readonly app: string | null
  readonly attribution: string | null
  readonly destination: string
  readonly indicator: string
  readonly families: readonly string[]
  readonly retroactive: boolean
  readonly caveats: readonly string[]
  readonly contacts: number
  readonly first_seen: string
  readonly last_seen: string
  readonly evidence: readonly (Place & { readonly kind: string; readonly also?: Place | readonly Place[] })[]
}
type ExpectedSource = {
  readonly path: string
  readonly format: string | null
  readonly status: string
  readonly rows: Readonly<Record<string, number>>
  readonly problems: Readonly<Record<string, number>>
}
type Expected = {
  readonly command: string
  readonly findings: readonly ExpectedFinding[]
  readonly history: readonly ExpectedFinding[]
  readonly quiet: readonly {
    readonly id: string
    readonly devices?: readonly string[]
    readonly destinations?: readonly string[]
  }[]
  readonly devices: { readonly named: readonly string[]; readonly addresses_without_device: readonly string[] }
  readonly intel: { readonly review: readonly unknown[]; readonly rejected: readonly unknown[] }
  readonly totals: {
    readonly rows: Readonly<Record<string, number>>
    readonly problems: Readonly<Record<string, number>>
  }
  readonly sources: readonly ExpectedSource[]
}

const expected = JSON.parse(readFileSync(`${example}expected.json`, 'utf8')) as Expected
const short = (path: string): string => path.replace(example, '')

let result: ScanResult
beforeAll(async () => {
  result = await scanPaths([`${example}data`], [`${example}intel`], `${example}devices.csv`)
}, 300_000)

/** What tells one finding from another. */
const nameOf = (device: string | null, indicator: string | undefined): string =>
  `${device ?? '?'} ↔ ${indicator ?? '?'}`
const expectedName = (finding: ExpectedFinding): string => nameOf(finding.device ?? finding.address, finding.indicator)
const foundName = (finding: ScanFinding): string =>
  nameOf(finding.device.name ?? finding.device.address, finding.indicator?.value)

const placesOf = (finding: ExpectedFinding): Set<string> =>
  new Set(
    finding.evidence
      .flatMap((evidence) => [evidence, ...[evidence.also ?? []].flat()])
      .map((place) => `${place.source}:${place.record}`),
  )

function compare(found: readonly ScanFinding[], wanted: readonly ExpectedFinding[]): void {
  expect(found.map(foundName).sort()).toEqual(wanted.map(expectedName).sort())
  for (const one of wanted) {
    const finding = found.find((candidate) => foundName(candidate) === expectedName(one))!
    expect
      .soft(
        {
          analytic: finding.analytic,
          severity: finding.severity,
          user: finding.user,
          group: finding.device.group,
          app: finding.app,
          attribution: finding.attribution,
          destination: finding.destination?.value,
          families: finding.indicator?.families,
          retroactive: finding.retroactive,
          contacts: finding.count,
          first_seen: finding.first_seen,
        },
        one.id,
      )
      .toEqual({
        analytic: one.analytic,
        severity: one.severity,
        user: one.user,
        group: one.group,
        app: one.app,
        attribution: one.attribution,
        destination: one.destination,
        families: one.families,
        retroactive: one.retroactive,
        contacts: one.contacts,
        first_seen: one.first_seen,
      })
    const codes = finding.caveats.map((caveat) => caveat.code)
    expect.soft(codes, one.id).toEqual(expect.arrayContaining([...one.caveats]))
    const places = finding.evidence.map((evidence) => `${short(evidence.source)}:${evidence.record}`)
    expect
      .soft(
        places.filter((place) => !placesOf(one).has(place)),
        `${one.id}: evidence that is none`,
      )
      .toEqual([])
    expect.soft(places.length, `${one.id}: evidence`).toBeGreaterThan(0)
  }
}

describe('the week of GLASSFERRY', () => {
  test('the demo runs the command of the example', () => {
    const said = expected.command.split(' ').slice(1)
    expect(args.slice(0, said.length)).toEqual(said)
  })

  test('every finding is found, and nothing else', () => compare(result.findings, expected.findings))

  test('history is history', () => compare(result.history, expected.history))

  test('what must stay quiet stays quiet', () => {
    const named = [...result.findings, ...result.history, ...result.leads].map(
      (finding) => `${finding.device.name ?? finding.device.address} ${finding.destination?.value}`,
    )
    const loud = expected.quiet.flatMap(({ devices = [], destinations = [] }) =>
      devices.flatMap((device) => destinations.map((destination) => `${device} ${destination}`)),
    )
    expect(loud.length).toBeGreaterThan(5)
    expect(named.filter((name) => loud.includes(name))).toEqual([])
  })

  test('every file is read as it should be', () => {
    const shown = (source: ExpectedSource) => ({
      path: source.path,
      format: source.format,
      status: source.status,
      rows: source.rows,
      problems: source.problems,
    })
    const found = result.sources
      .filter((source) => source.format !== 'device-map')
      .map((source) => shown({ ...source, path: short(source.path) }))
    const byPath = <T extends { path: string }>(list: readonly T[]): T[] =>
      [...list].sort((a, b) => (a.path < b.path ? -1 : 1))
    expect(byPath(found)).toEqual(byPath(expected.sources.map(shown)))
  })

  test('devices, addresses and feeds are counted', () => {
    expect(result.totals.devices).toBe(expected.devices.named.length)
    expect(result.totals.addresses).toBe(expected.devices.addresses_without_device.length)
    expect(result.totals.indicators.review).toBe(expected.intel.review.length)
    expect(result.totals.indicators.rejected).toBe(expected.intel.rejected.length)
  })
})
