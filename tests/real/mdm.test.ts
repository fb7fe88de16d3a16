// Messages of managed devices against real ones. Counts are taken from the text by plain search, not by the parser.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formats, pickFormat } from '../../src/formats/index.ts'
import type { CodeFormat, EvidenceTable, GivenRow, ProblemCode } from '../../src/model/index.ts'

const data = new URL('../../../shared/data/', import.meta.url).pathname
const folder = join(data, 'mdm')
const present = existsSync(folder)
const notAfter = 1_700_000_000_000_000

type Event = GivenRow<'device_event'>
type Statement = GivenRow<'identity_event'>
type Read = { readonly events: Event[]; readonly statements: Statement[]; readonly problems: ProblemCode[] }

const headOf = (path: string): Buffer => readFileSync(path).subarray(0, 65_536)

async function read(path: string): Promise<Read> {
  const got: Read = { events: [], statements: [], problems: [] }
  const out = {
    row: (table: EvidenceTable, _: number, row: object) =>
      void (table === 'device_event' ? got.events : got.statements).push(row as never),
    problem: ({ code }: { code: ProblemCode }) => void got.problems.push(code),
  }
  const name = path.slice(path.lastIndexOf('/') + 1)
  async function* bytes() {
    yield readFileSync(path)
  }
  const format = pickFormat(headOf(path), name) as CodeFormat
  await format.parse(bytes(), out, { name, notAfter, signal: new AbortController().signal })
  return got
}

function filesBelow(path: string): string[] {
  return readdirSync(path).flatMap((name) => {
    const inner = join(path, name)
    return statSync(inner).isDirectory() ? filesBelow(inner) : [inner]
  })
}

/** Files of another making → reason. */
const strangers: readonly (readonly [RegExp, string])[] = [
  [/SOURCES\.md$/, 'the list of sources'],
  [/^apple-schema\//, 'Apple’s schema of the protocol'],
  [/^sekoia\//, 'events of other products'],
  [/^(jamf-pro|intune-graph)\//, 'another server’s own form'],
  [/^micromdm\//, 'answers of Apple’s enrolment service, not of a device'],
  [/^commandment\/dep\//, 'what a device sends to fetch its enrolment profile, before it is managed'],
  [/status_report\.json$/, 'a status report without the check-in that brings it: it names no message'],
]

/** Messages that give no row → what is told. */
const rowless: Readonly<Record<string, readonly ProblemCode[]>> = {
  'commandment/AvailableOSUpdates/iOS-11.3.1.xml': ['unknown_kind'],
  'commandment/DeviceLock/iOS-11.3.1.xml': [],
  'commandment/Errors/error_invalid_request_type.plist': ['bad_record'],
  'commandment/Errors/iOS-11.3.1-AvailableOSUpdatesFailure.xml': ['bad_record'],
  'commandment/Errors/iOS-11.3.1-CommandFormatError.xml': ['bad_record'],
  'commandment/Errors/iOS-11.3.1-RemoveProfile-Unmanaged.xml': ['bad_record'],
  'commandment/InstallApplication/iOS-11.3.1-alreadyprompting.xml': ['bad_record'],
  'commandment/NotNow/iOS-11.3.1.xml': [],
  // the only facts in them are a host name and the UDID
  'nanomdm/DeviceInformation.1.plist': [],
  'nanomdm/DeviceInformation.1.json': [],
}

/** Keys that stand once in each member of a list, and in nothing else of the answer. */
const memberKeys: Readonly<Record<string, readonly [kind: string, key: string]>> = {
  ProfileList: ['profile', 'PayloadRemovalDisallowed'],
  CertificateList: ['certificate', 'IsIdentity'],
  InstalledApplicationList: ['app', 'BundleSize'],
  ManagedApplicationList: ['app', 'ManagementFlags'],
}

/** Keys whose value is a fact. */
const factKeys = [
  'OSVersion',
  'BuildVersion',
  'IsSupervised',
  'IsActivationLockEnabled',
  'AwaitingConfiguration',
  'SystemIntegrityProtectionEnabled',
  'PasscodePresent',
  'PasscodeCompliant',
  'PasscodeCompliantWithProfiles',
  'PasscodeLockGracePeriod',
  'PasscodeLockGracePeriodEnforced',
  'HardwareEncryptionCaps',
  'IsUserEnrollment',
  'FDE_Enabled',
]

const count = (text: string, key: string): number => text.split(`<key>${key}</key>`).length - 1
const stringAt = (text: string, key: string): string =>
  new RegExp(`<key>${key}</key>\\s*<string>([^<]*)</string>`).exec(text)?.[1] ?? ''

describe.skipIf(!present)('messages of managed devices (skipped where ../shared/data/mdm is missing)', () => {
  const files = present ? filesBelow(folder).map((path) => path.slice(folder.length + 1)) : []
  const messages = files.filter((file) => !strangers.some(([pattern]) => pattern.test(file)))

  test('every file is claimed, or a stranger with a reason', () => {
    expect(messages.length).toBeGreaterThan(30)
    for (const file of files) {
      const id = pickFormat(headOf(join(folder, file)), file.slice(file.lastIndexOf('/') + 1))?.id
      const expected = !messages.includes(file) ? undefined : file.endsWith('.json') ? 'nanomdm-webhook' : 'apple-mdm'
      if (expected === undefined) expect(['apple-mdm', 'nanomdm-webhook'], file).not.toContain(id)
      else expect(id, file).toBe(expected)
    }
  })

  test('rows agree with what the text holds', async () => {
    for (const file of messages) {
      const { events, problems } = await read(join(folder, file))
      if (file in rowless) {
        expect([file, events.length, problems]).toEqual([file, 0, rowless[file]])
        continue
      }
      const text = readFileSync(join(folder, file), 'utf8')
      const list = Object.keys(memberKeys).find((key) => count(text, key) > 0)
      const [kind, key] = memberKeys[list ?? ''] ?? ['none', 'none']
      const facts =
        text.includes('<key>QueryResponses</key>') || text.includes('<key>SecurityInfo</key>')
          ? factKeys.reduce((sum, fact) => sum + count(text, fact), 0)
          : 0
      const checkin = count(text, 'MessageType')
      const ofAuthenticate = text.includes('>Authenticate<')
        ? count(text, 'OSVersion') + count(text, 'BuildVersion')
        : 0
      expect([file, events.filter((row) => row.kind === kind).length]).toEqual([file, count(text, key)])
      expect([file, events.filter((row) => row.kind === 'posture').length]).toEqual([
        file,
        facts + checkin + ofAuthenticate + (list === undefined ? 0 : 1),
      ])
      if (list !== undefined)
        expect(events.find((row) => row.kind === 'posture')!.detail!.count).toBe(String(count(text, key)))
      const mac = /Mac/.test(stringAt(text, 'ProductName')) ? ['wrong_platform'] : []
      expect([file, problems]).toEqual([file, mac])
    }
  })

  test('every row is tied to the UDID of its message, and lists of apps hold every identifier', async () => {
    for (const file of messages) {
      const text = readFileSync(join(folder, file), 'utf8')
      const { events } = await read(join(folder, file))
      for (const row of events) expect([file, row.udid, row.ts]).toEqual([file, stringAt(text, 'UDID'), notAfter])
      const ids = [...text.matchAll(/<key>Identifier<\/key>\s*<string>([^<]*)<\/string>/g)].map(([, id]) => id!)
      const list = events.find((row) => row.category === 'app_list')?.detail?.value?.split('\u001f') ?? []
      expect(
        ids.filter((id) => !list.includes(id)),
        file,
      ).toEqual([])
      for (const row of events) expect(text.includes(row.raw), `${file}: ${row.kind}`).toBe(true)
    }
  })

  test('devices that state their name are an inventory', async () => {
    const named: string[] = []
    for (const file of messages) {
      const text = readFileSync(join(folder, file), 'utf8')
      const { statements } = await read(join(folder, file))
      expect([file, statements.map(({ device }) => device)]).toEqual([
        file,
        count(text, 'DeviceName') === 1 ? [stringAt(text, 'DeviceName')] : [],
      ])
      for (const { serial, udid, mac } of statements) {
        expect([serial, udid]).toEqual([stringAt(text, 'SerialNumber'), stringAt(text, 'UDID')])
        // all of them were blanked to zeroes
        expect(mac).toBe('')
        named.push(file)
      }
    }
    expect(named.length).toBe(4)
  })
})

describe.skipIf(!present)('nothing else is taken for one (skipped where ../shared/data is missing)', () => {
  const ours = formats.filter(({ id }) => ['apple-mdm', 'nanomdm-webhook', 'shutdown-log'].includes(id))
  const topics = ['ios-app-privacy-report', 'ios-backup', 'ios-crash', 'ios-sysdiagnose', 'nsm-logs', 'threat-intel']

  test.each(topics)('%s', (topic) => {
    const files = existsSync(join(data, topic)) ? filesBelow(join(data, topic)) : []
    for (const file of files)
      for (const format of ours)
        expect(format.sniff(headOf(file), file.slice(file.lastIndexOf('/') + 1)), `${format.id}: ${file}`).toBe('no')
  })
})

test.runIf(!present)('left out: every file of ../shared/data/mdm, which is missing', () => {
  expect(present).toBe(false)
})
