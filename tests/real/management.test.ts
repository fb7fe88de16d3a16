// Management and threat defence against real events. `sekoia/<product>/` holds an event and what the intake of a SIEM made
// of it, which nobody of this project wrote: every value that both state is compared, and what differs is listed with its reason.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { pickFormat } from '../../src/formats/index.ts'
import type { CodeFormat, EvidenceTable } from '../../src/model/index.ts'

const data = join(import.meta.dirname, '../../../shared/data/mdm')
const here = existsSync(data)
if (!here) console.warn('tests/real/management: the folder of real samples is missing; 29 files left out')

type Row = Readonly<Record<string, unknown>> & { readonly table: EvidenceTable }
type Json = Readonly<Record<string, unknown>>
type Read = { readonly id: string | undefined; readonly rows: readonly Row[]; readonly problems: readonly string[] }

const notAfter = 1_790_000_000_000_000

async function read(bytes: Buffer, name: string): Promise<Read> {
  const rows: Row[] = []
  const problems: string[] = []
  const format = pickFormat(bytes.subarray(0, 65_536), name) as CodeFormat | null
  if (format === null) return { id: undefined, rows, problems }
  const out = {
    row: (table: EvidenceTable, _: number, row: object) => void rows.push({ table, ...row } as Row),
    problem: ({ code, detail }: { code: string; detail: string }) => void problems.push(`${code}: ${detail}`),
  }
  const chunks = (async function* () {
    yield bytes
  })()
  await format.parse(chunks, out, { name, notAfter, signal: new AbortController().signal })
  return { id: format.id, rows, problems }
}

const filesIn = (folder: string): string[] =>
  here ? readdirSync(join(data, folder)).map((name) => join(folder, name)) : []

function at(from: unknown, path: string): unknown {
  let value = from
  for (const key of path.split('.')) value = (value as Json | null | undefined)?.[key]
  return value
}

const micros = (written: unknown): number => {
  const text = String(written)
  const fraction = /\.(\d+)Z$/.exec(text)?.[1] ?? ''
  return Date.parse(text.replace(/\.\d+Z$/, 'Z')) * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}

/** What our rows say that could answer the intake’s field: any of these columns or details. */
const said = (rows: readonly Row[], ...columns: string[]): unknown[] =>
  rows.flatMap((row) => columns.map((column) => at(row, column))).filter((value) => value !== undefined && value !== '')

/** Path in the expected event → where our rows say it. Fields of the intake’s own bookkeeping are not compared. */
const fields: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'lookout-mes': {
    '@timestamp': ['ts', 'detail.written'],
    'device.id': ['device'],
    'event.outcome': ['detail.value'],
    'event.reason': ['detail.file', 'detail.version_type'],
    'host.os.version': ['os_version'],
    'device.manufacturer': ['detail.manufacturer'],
    'device.model.identifier': ['hardware'],
    'lookout.mes.event.type': ['detail.change'],
    'lookout.mes.threat.classifications': ['category'],
    'lookout.mes.threat.severity': ['detail.severity'],
    'lookout.mes.threat.type': ['detail.type'],
    'lookout.mes.threat.external_id': ['detail.threat'],
    'lookout.mes.minimum.os.version': ['detail.minimum_os_version'],
    'lookout.mes.android.profile.type': ['detail.profile'],
    'package.checksum': ['detail.sha1'],
    'package.path': ['detail.path'],
    'package.name': ['app', 'detail.file', 'detail.client_package'],
    'package.version': ['detail.client'],
    'url.full': ['detail.url'],
  },
  'checkpoint-harmony-mobile': {
    '@timestamp': ['ts', 'detail.written'],
    'event.reason': ['detail.details'],
    'checkpoint.harmony.attack_vector': ['detail.vector'],
    'checkpoint.harmony.device_name': ['device'],
    'checkpoint.harmony.threat_factors': ['category'],
    'device.model.name': ['hardware'],
    'log.level': ['detail.severity'],
    'user.email': ['user'],
  },
  'pradeo-mtd': {
    '@timestamp': ['ts', 'detail.written'],
    'event.action': ['detail.type'],
    'pradeo.application.name': ['detail.name'],
    'pradeo.application.package': ['app'],
    'pradeo.application.sha256': ['detail.sha256'],
    'pradeo.application.version': ['app_version'],
    'pradeo.detection.status': ['detail.value', 'category'],
    'pradeo.detection.value': ['detail.value'],
    'pradeo.device.declaredModel': ['hardware'],
    'pradeo.device.declaredOperatingSystem': ['platform'],
    'pradeo.device.declaredOperatingSystemVersion': ['os_version'],
    'pradeo.device.emm': ['detail.emm'],
    'pradeo.device.id': ['detail.pradeo_id', 'device'],
    'pradeo.device.imei': ['detail.imei'],
    'pradeo.device.mdmId': ['udid'],
    'pradeo.device.name': ['device'],
    'pradeo.metadata.category': ['detail.area'],
    'pradeo.metadata.source': ['detail.origin'],
  },
  'intune-events': {
    '@timestamp': ['ts', 'detail.written'],
    'action.name': ['category', 'detail.list'],
    'event.reason': ['detail.description'],
    'host.id': ['detail.intune_id'],
    'host.name': ['device', 'detail.host'],
    'host.os.version': ['os_version'],
    'host.type': ['hardware'],
    'microsoft.intune.target.object_ids': ['detail.target_id'],
    'network.application': ['detail.application'],
    'service.name': ['detail.managed_by'],
    'user.email': ['user'],
    'user.domain': ['user'],
    'user.name': ['user', 'detail.actor', 'detail.user_name'],
  },
}

/** Values that differ → why ours is another. Each must be met. */
const differs: readonly (readonly [file: RegExp, path: RegExp, why: string])[] = [
  [/pradeo-mtd\/device-(network|status)/, /^pradeo\.detection\.value$/, 'a switch of 0 or 1 is told as no or yes'],
]

/** Events that give no row → why. */
const rowless: readonly (readonly [RegExp, string])[] = [
  [/pradeo-mtd\/admin-initiator/, 'a message of an administrator: it is about no device'],
]

const folders: Readonly<Record<string, string>> = {
  checkpoint_harmony_mobile: 'checkpoint-harmony-mobile',
  'lookout-mes': 'lookout-mes',
  'microsoft-intune': 'intune-events',
  'pradeo-mtd': 'pradeo-mtd',
}

const tally = { compared: 0, same: 0, explained: 0, files: 0 }

const plain = (value: unknown): string => String(value).trim().toLowerCase()
const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])

function agrees(path: string, expected: unknown, ours: readonly unknown[]): boolean {
  // where the state is older than the record that tells it, ours is the time of the state; the other is kept beside it
  if (path === '@timestamp')
    return ours.some((time) => (typeof time === 'number' ? time : micros(time)) === micros(expected))
  if (path === 'user.domain') return ours.some((user) => plain(user).endsWith(`@${plain(expected)}`))
  const words = ours.map(plain)
  return asList(expected).every((value) => words.includes(plain(value)))
}

describe.runIf(here)('what the intakes of a SIEM made of the same events', () => {
  afterAll(() => {
    const { compared, same, explained, files } = tally
    const share = ((100 * same) / compared).toFixed(1)
    console.log(
      `management: ${files} events, ${same} of ${compared} values agree (${share} %), ${explained} differ for a reason, ${compared - same - explained} unexplained`,
    )
  })

  describe.each(Object.entries(folders))('%s', (folder, id) => {
    test.each(filesIn(join('sekoia', folder)))('%s', async (file) => {
      const sample = JSON.parse(readFileSync(join(data, file), 'utf8')) as {
        input: { message: string }
        expected: Json
      }
      const found = await read(Buffer.from(`${sample.input.message}\n`), 'event.ndjson')
      expect(found.id).toBe(id)
      tally.files++
      const silent = rowless.find(([pattern]) => pattern.test(file))
      if (silent) {
        expect([found.rows.length, found.problems.length], silent[1]).toEqual([0, 1])
        return
      }
      expect(found.problems.filter((problem) => !problem.startsWith('wrong_platform'))).toEqual([])
      expect(found.rows.length).toBeGreaterThan(0)
      const unexplained: string[] = []
      for (const [path, columns] of Object.entries(fields[id]!)) {
        const expected = at(sample.expected, path)
        if (expected === undefined) continue
        const ours = said(found.rows, ...columns)
        tally.compared++
        if (agrees(path, expected, ours)) tally.same++
        else if (differs.some(([where, what]) => where.test(file) && what.test(path))) tally.explained++
        else unexplained.push(`${path}: expected ${JSON.stringify(expected)}, ours ${JSON.stringify(ours.slice(0, 5))}`)
      }
      expect(unexplained).toEqual([])
    })
  })

  test('a reason is given only for what differs', () => {
    expect(tally.files).toBe(Object.keys(folders).flatMap((folder) => filesIn(join('sekoia', folder))).length)
    expect(tally.compared).toBeGreaterThan(150)
    expect(tally.same / tally.compared).toBeGreaterThan(0.98)
    expect(tally.explained).toBeGreaterThanOrEqual(differs.length)
  })
})

describe.runIf(here)('documents without an expectation beside them, counted by plain means', () => {
  const bytesOf = (file: string): Buffer => readFileSync(join(data, file))

  test.each(['jamf-pro/MobileDeviceCheckIn.json', 'jamf-pro/MobileDeviceEnrolled.json'])('%s', async (file) => {
    const given = JSON.parse(bytesOf(file).toString()) as { event: Json; webhook: Json }
    const { id, rows, problems } = await read(bytesOf(file), basename(file))
    expect([id, problems]).toEqual(['jamf-pro', []])
    const events = rows.filter((row) => row.table === 'device_event')
    for (const row of events)
      expect([row.ts, row.udid, row.serial, row.user, row.os_version]).toEqual([
        Number(given.webhook.event_timestamp) * 1000,
        given.event.udid,
        given.event.serial_number,
        given.event.username,
        given.event.os_version,
      ])
    expect(events.map((row) => row.category)).toEqual(
      expect.arrayContaining([given.webhook.webhook_event, 'os_version', 'os_build']),
    )
    expect(said(events, 'category').includes('mdm_enrolled')).toBe(file.includes('Enrolled'))
    expect(rows.filter((row) => row.table === 'identity_event')).toMatchObject([
      { device: given.event.device_name, mac: given.event.wifi_mac_address },
    ])
  })

  test('intune-graph/managedDevice.get.response.json', async () => {
    const file = 'intune-graph/managedDevice.get.response.json'
    const { value } = JSON.parse(bytesOf(file).toString()) as { value: Json }
    const { id, rows, problems } = await read(bytesOf(file), basename(file))
    expect([id, problems]).toEqual(['intune-graph', []])
    const states = rows.filter((row) => row.kind === 'posture')
    expect(Object.fromEntries(states.map((row) => [row.category, (row.detail as Json).value]))).toEqual({
      compliant: 'yes',
      os_version: value.osVersion,
      supervised: 'yes',
      encrypted: 'yes',
    })
    expect(new Set(states.map((row) => row.serial))).toEqual(new Set([value.serialNumber]))
  })

  test('zentral/status_report.json', async () => {
    const file = 'zentral/status_report.json'
    const text = bytesOf(file).toString()
    const { StatusItems: items } = JSON.parse(text) as { StatusItems: Json }
    const { id, rows, problems } = await read(bytesOf(file), basename(file))
    expect([id, problems]).toEqual(['ddm-status', ['wrong_platform: the message is from macos']])
    const stateOf = (category: string): unknown =>
      at(
        rows.find((row) => row.category === category),
        'detail.value',
      )
    expect(stateOf('os_version')).toBe(at(items, 'device.operating-system.version'))
    expect(stateOf('os_build')).toBe(at(items, 'device.operating-system.build-version'))
    const declared = at(items, 'management.declarations.configurations') as Json[]
    expect(String(stateOf('ddm_configurations')).split('\u001f')).toEqual(
      declared.map(({ identifier }) => String(identifier)).sort(),
    )
    expect(rows.every((row) => row.udid === at(items, 'device.identifier.udid'))).toBe(true)
  })

  test('answers of Apple’s enrolment service are about orders, not devices in use: no format takes them', async () => {
    for (const file of filesIn('micromdm'))
      expect([file, (await read(bytesOf(file), basename(file))).id]).toEqual([file, undefined])
  })
})
