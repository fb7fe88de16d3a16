// AN1756 from files to findings: the budget, and what is said where half of the telemetry is missing.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { explained } from '../../src/cli/render/explained.ts'
import type { ScanResult } from '../../src/pipeline/contract.ts'
import { storedFinding } from '../../src/pipeline/stored.ts'
import { analyticFolder } from '../conformance/cases.ts'
import { scanHere, temporary } from './harness.ts'

const folder = join(analyticFolder('AN1756'), 'cases', 'fires-contact-then-crash')
const devices = join(folder, 'devices.csv')
const scanCase = (paths: readonly string[], alertBudget: number | null): Promise<ScanResult> =>
  scanHere(
    paths.map((path) => join(folder, path)),
    { devices, alertBudget },
  )

test('the budget decides: what chance brings more often is no finding', async () => {
  const [usual, strict] = await Promise.all([scanCase(['data'], null), scanCase(['data'], 0.1)])
  expect(usual.findings.map(({ analytic }) => analytic)).toEqual(['AN1756'])
  expect(usual.findings[0]!.links).toHaveLength(2)
  expect(usual.leads).toEqual([])
  expect(strict.findings).toEqual([])
}, 60_000)

test('without crash reports, and without the network, it is blind and says what to collect', async () => {
  const [network, crashes] = await Promise.all([
    scanCase(['data/conn.log.gz'], null),
    scanCase(['data/phone-07'], null),
  ])
  const told = (result: ScanResult) => result.blind.filter(({ analytic }) => analytic === 'AN1756')
  expect(told(network).map(({ reason }) => reason)).toEqual([expect.stringMatching(/^No crash reports/)])
  expect(told(crashes).map(({ reason }) => reason)).toEqual([expect.stringMatching(/^No network telemetry/)])
  for (const { remedy } of [...told(network), ...told(crashes)]) expect(remedy).not.toBe('')
  expect([...network.findings, ...crashes.findings, ...network.leads, ...crashes.leads]).toEqual([])
}, 60_000)

test('with too few devices chains are leads, outside the budget', async () => {
  // the map of one device names one: the others stay addresses, which cannot crash
  const result = await scanHere([join(folder, 'data')], { device: 'phone-07' })
  expect(result.findings).toEqual([])
  expect(result.leads.length).toBeGreaterThan(0)
  expect(result.leads[0]!.destination?.value).toBe('sync-relay.example')
  expect(result.leads.every(({ caveats }) => caveats.some(({ code }) => code === 'insufficient_baseline'))).toBe(true)
  expect(result.blind.some(({ reason }) => reason.startsWith('Insufficient baseline: 1 device'))).toBe(true)
}, 60_000)

test('a finding that a store holds is explained by the beginning of its id', async () => {
  const store = temporary()
  const result = await scanHere([join(folder, 'data')], { devices, store })
  const { id } = result.findings[0]!
  const found = await storedFinding({ version: 'test', store, server: null, id: id.slice(0, 6) })
  expect(found.id).toBe(id)
  const text = explained({ ...found, title: 'odd \u001b[31m title' }, { colour: false, width: 100 })
  expect(text).toContain('sync-relay.example')
  expect(text).toMatch(/^1\. 2026-05-10/m)
  expect(text).toMatch(/^2\. 2026-05-10/m)
  expect(text).not.toContain('\u001b')
  await expect(storedFinding({ version: 'test', store, server: null, id: 'zz' })).rejects.toThrow('No finding zz')
}, 60_000)
