// codling backtest on the store of a small fleet, and --tuning: what would have been found, and a store that stays as it is.
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { backtested } from '../../src/cli/render/backtest.ts'
import { type BacktestOptions, backtest } from '../../src/pipeline/backtest.ts'
import { backtestSchema } from '../../src/pipeline/backtest-contract.ts'
import type { ScanResult } from '../../src/pipeline/contract.ts'
import { parameterOf, readTuning } from '../../src/pipeline/tuning.ts'
import { analyticFolder } from '../conformance/cases.ts'
import { codling, contentsOf, now, put, scanHere, temporary } from './harness.ts'

const folder = join(analyticFolder('AN1756'), 'cases', 'fires-contact-then-crash')
const devices = join(folder, 'devices.csv')
const vouched = { of: ['sync-relay.example'], author: 'ada@company.example', reason: 'file sync of the company' }

let store = ''
let scanned: ScanResult
beforeAll(async () => {
  store = temporary()
  scanned = await scanHere([join(folder, 'data')], { devices, store })
}, 60_000)

const run = (options: Partial<BacktestOptions>) =>
  backtest({
    version: 'test',
    store,
    server: null,
    set: {},
    tuning: null,
    tuningFiles: [],
    from: null,
    to: null,
    signal: new AbortController().signal,
    ...options,
  })

const tuningFile = (entry: object): string =>
  put(join(temporary(), 'services.json'), JSON.stringify({ entries: [{ ...vouched, ...entry }] }))

describe('what a change would have done', () => {
  test('as it is, the findings are those of the scan; a stricter budget loses what it would not have found', async () => {
    const id = scanned.findings[0]!.id
    const strict = await run({ set: { AlertBudget: 0.1 } })
    expect(strict.before).toMatchObject({ findings: 1, budget: 3.3, sufficient: true })
    expect(strict.after).toMatchObject({ findings: 0, budget: 0.1 })
    expect(strict.lost.map((finding) => [finding.id, finding.device, finding.destination])).toEqual([
      [id, 'phone-07', 'sync-relay.example'],
    ])
    // the chain is there as before, and chance brings more of the like than the smaller budget allows
    expect(strict.lost[0]!.after).toBeGreaterThan((0.1 * strict.fleet.device_weeks) / 1000)
    expect(strict.lost[0]!.title).toBe(scanned.findings[0]!.title)
    expect(strict.before.per_1000_device_weeks).toBeCloseTo(1000 / strict.fleet.device_weeks, 6)
    expect([...strict.kept, ...strict.gained]).toEqual([])
    const same = await scanHere([join(folder, 'data')], { devices, params: { AlertBudget: 0.1 } })
    expect(same.findings).toEqual([])
  }, 60_000)

  test('a wide budget keeps it and gains what chance brings', async () => {
    const wide = await run({ set: { AlertBudget: 1000, TrafficDeviationThreshold: 0.1 } })
    expect(wide.kept.map(({ id }) => id)).toEqual([scanned.findings[0]!.id])
    expect(wide.gained.length).toBe(wide.after.findings - 1)
    expect(wide.gained.length).toBeGreaterThan(0)
    expect(wide.after.by_chance).toBeGreaterThan(wide.before.by_chance)
    expect(wide.lost).toEqual([])
  }, 60_000)

  test('the contact no longer counts as odd: no chain is left', async () => {
    const { lost } = await run({ set: { CrashCorrelationWindow: 0.2 } })
    expect(lost.map(({ after }) => after)).toEqual([null])
  }, 60_000)

  test('a fleet that is declared too small has no findings, and it is said', async () => {
    const result = await run({ set: { MinimumFleet: 25 } })
    expect(result.after).toMatchObject({ sufficient: false, findings: 0 })
    expect(result.lost).toHaveLength(1)
    expect(backtested(result, { colour: false, width: 120 })).toContain('as changed: too few devices or days')
  }, 60_000)

  test('effects outside of --from and --to do not count', async () => {
    const at = Date.parse(scanned.findings[0]!.last_seen) * 1000
    const set = { AlertBudget: 0.1 }
    const before = await run({ set, to: at - 1 })
    const within = await run({ set, from: at, to: at })
    const after = await run({ set, from: at + 1 })
    expect([before, within, after].map(({ lost }) => lost.length)).toEqual([0, 1, 0])
    // 24 devices; the effect lies in the morning of the seventh day, which some of them begin later
    expect(before.fleet.device_weeks).toBeGreaterThan((24 * 6) / 7)
    expect(before.fleet.device_weeks).toBeLessThan((24 * 7) / 7)
    expect(within.fleet.device_weeks).toBeGreaterThan(0)
    expect(within.fleet.device_weeks).toBeLessThan(24 / 7)
    expect(before.fleet.devices).toBe(24)
  }, 90_000)
})

describe('--tuning', () => {
  test.each([
    ['quiet: a service that the operator vouches for', { expires: '2026-12-31' }, 1],
    ['fires: one that had run out before the contact', { expires: '2026-05-09' }, 0],
    ['fires: another service', { expires: '2026-12-31', of: ['sync.example'] }, 0],
  ])(
    '%s',
    async (_, entry, lost) => {
      const path = tuningFile(entry)
      const tuning = await readTuning([path], now)
      const result = await run({ tuning, tuningFiles: [path] })
      expect(result.lost).toHaveLength(lost)
      expect(result.kept).toHaveLength(1 - lost)
      expect(result.tuning).toEqual({ files: [path], entries: 1 })
      const rescanned = await scanHere([join(folder, 'data')], { devices, tuning: tuning?.tuning })
      expect(rescanned.findings).toHaveLength(1 - lost)
    },
    60_000,
  )

  test('what an earlier scan told is withdrawn, and says who vouches for it', async () => {
    const kept = temporary()
    const first = await scanHere([join(folder, 'data')], { devices, store: kept })
    const read = await readTuning([tuningFile({ expires: '2026-12-31' })], now)
    const second = await scanHere([join(folder, 'data')], { devices, store: kept, tuning: read?.tuning })
    const withdrawn = [...second.findings, ...second.history].find(({ id }) => id === first.findings[0]!.id)
    expect(second.findings.filter(({ state }) => state !== 'withdrawn')).toEqual([])
    expect(withdrawn).toMatchObject({ state: 'withdrawn', severity: 'info' })
    expect(withdrawn!.caveats[0]!.text).toContain(
      'ada@company.example vouches for sync-relay.example: file sync of the company.',
    )
  }, 60_000)

  test('an entry that has run out is told', async () => {
    const read = await readTuning([tuningFile({ expires: '2026-05-09' })], now)
    expect(read!.expired).toEqual([expect.stringMatching(/ran out on 2026-05-09: it holds for earlier contacts only/)])
    expect((await readTuning([tuningFile({ expires: '2026-12-31' })], now))!.expired).toEqual([])
  })

  test('a scan with a file that cannot be used reads nothing and says what is missing', async () => {
    const path = tuningFile({ expires: undefined })
    const scan = await codling(['scan', join(folder, 'data'), '--tuning', path])
    expect(scan.code).toBe(2)
    expect(scan.stderr).toMatch(/services\.json cannot be used[\s\S]*entries\.0\.expires[\s\S]*docs\/howto\/tune\.md/)
    const missing = await codling(['scan', join(folder, 'data'), '--tuning', 'not-there.json'])
    expect(missing.code).toBe(2)
    expect(missing.stderr).toContain('not-there.json cannot be read')
  })
})

describe('the command', () => {
  const command = (...args: string[]) => codling(['backtest', '--store', store, ...args])

  test('--json - is one document of the schema; the store stays as it is', async () => {
    const before = await contentsOf(store)
    const { code, stdout, stderr } = await command('--set', 'AlertBudget=0.1', '--json', '-')
    expect(stderr).not.toContain('bug')
    expect(code).toBe(0)
    const result = backtestSchema.parse(JSON.parse(stdout))
    expect(result.changes).toEqual([
      { name: 'AlertBudget', unit: 'findings per 1,000 device-weeks', before: 3.3, after: 0.1 },
    ])
    expect(result.lost).toHaveLength(1)
    expect(await contentsOf(store)).toEqual(before)
  }, 60_000)

  test('the table shows what is lost, and data as text', async () => {
    const { code, stdout } = await command('--set', 'AlertBudget=0.1', '--set', 'TrafficDeviationThreshold=5')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Lost: 1$/m)
    expect(stdout).toMatch(/findings\s+1\s+0/)
    expect(stdout).toContain('phone-07')
    expect(stdout).toContain('AlertBudget 0.1 instead of 3.3')
    const evil = await run({ set: { AlertBudget: 0.1 } })
    const [lost] = evil.lost
    const shown = backtested({ ...evil, lost: [{ ...lost!, device: 'x\u001b[31m' }] }, { colour: false, width: 120 })
    expect(shown).not.toContain('\u001b')
  }, 60_000)

  test.each([
    [['--set', 'Threshold=3'], /There is no parameter Threshold[\s\S]*TrafficDeviationThreshold/],
    [['--from', 'yesterday', '--set', 'AlertBudget=1'], /It must be a time/],
    [[], /Nothing is changed/],
  ])('%j is told and ends with 2', async (args, expected) => {
    const { code, stderr } = await command(...args)
    expect(code).toBe(2)
    expect(stderr).toMatch(expected)
  })

  test('without a store, and with one that holds no crash reports, it says what it needs', async () => {
    const none = await codling(['backtest', '--set', 'AlertBudget=1'])
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('No store was named')])
    const half = temporary()
    await scanHere([join(folder, 'data/conn.log.gz')], { devices, store: half })
    await expect(run({ store: half, set: { AlertBudget: 1 } })).rejects.toThrow('nothing that AN1756 could judge')
  }, 60_000)
})

test('each parameter is taken at both ends of its range, and not beyond', () => {
  expect(parameterOf('AlertBudget=0.01')).toEqual({ AlertBudget: 0.01 })
  expect(parameterOf(' MinimumFleet = 100000')).toEqual({ MinimumFleet: 100_000 })
  expect(() => parameterOf('MinimumFleet=100001')).toThrow('MinimumFleet cannot be 100001')
  expect(() => parameterOf('MinimumFleet=-5')).toThrow('cannot be -5')
  expect(() => parameterOf('AlertBudget=0')).toThrow('AlertBudget cannot be 0')
  expect(() => parameterOf('AlertBudget')).toThrow('AlertBudget cannot be (empty)')
  expect(() => parameterOf('AlertBudget=1e2')).toThrow('AlertBudget cannot be 1e2')
  expect(() => parameterOf('toString=3')).toThrow('There is no parameter toString')
})
