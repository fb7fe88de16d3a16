// A small world for tests: two devices, and one of each thing that can happen.
import type { Contact, Crash, CrashClass, Device, FleetOptions, Generator, Truth, WorldEvent } from '../world.ts'
import { defaultRates } from '../world.ts'

const hour = 3_600e6

export const worldOptions: FleetOptions = {
  devices: 2,
  days: 8,
  seed: 7,
  start: Date.UTC(2026, 5, 1) * 1000,
  rates: defaultRates,
}
/** A moment of the simulated time: day from 0, hour, microseconds. */
export const moment = (day: number, hours: number, us = 0): number =>
  worldOptions.start + (day * 24 + hours) * hour + us

/** Names that break careless writers: quotes, commas, markup, control characters, separators of paths, half a character. */
export const hostile = 'Zoë "O\'Hara", <b>&\\ \u2028 日本'
export const hostileHost = 'bad"name\\with,\u0007bell.example'

export const devices: readonly Device[] = [
  {
    name: 'sales-iphone-001',
    user: hostile,
    group: 'sales, "north"',
    address: '10.1.0.20',
    mac: '02:00:5e:00:00:01',
    serial: 'SIM000000001',
    udid: '00008120-000000000000A001',
    crashReporterKey: 'a'.repeat(40),
    model: 'iPhone15,2',
    privacyReport: true,
  },
  {
    name: 'lab-ipad-002',
    user: 'lab',
    group: 'lab',
    address: 'fd00:12::20',
    mac: '02:00:5e:00:00:02',
    serial: 'SIM000000002',
    udid: '00008120-000000000000A002',
    crashReporterKey: 'b'.repeat(40),
    model: 'iPad14,3',
    privacyReport: false,
  },
]

const contact: Contact = {
  kind: 'contact',
  ts: 0,
  device: 0,
  app: 'com.example.chat',
  host: 'api.example.com',
  address: '203.0.113.5',
  port: 443,
  transport: 'tcp',
  service: 'ssl',
  duration: 1_500_000,
  bytesOut: 1_200,
  bytesIn: 34_000,
  outcome: 'closed',
  byUser: false,
}
const crash: Crash = {
  kind: 'crash',
  ts: 0,
  device: 0,
  process: 'imagent',
  app: '',
  appVersion: '',
  firstParty: true,
  class: 'abort',
  os: 'iPhone OS 18.6.2 (22G100)',
  locked: true,
}

export const contacts: readonly Contact[] = [
  { ...contact, ts: moment(0, 9, 123_456), byUser: true, context: hostile },
  { ...contact, ts: moment(0, 10), outcome: 'open' },
  { ...contact, ts: moment(0, 11), outcome: 'unanswered', bytesOut: 0, bytesIn: 0, duration: 3_000_000 },
  { ...contact, ts: moment(0, 12), outcome: 'refused', bytesOut: 0, bytesIn: 0, duration: 20_000 },
  { ...contact, ts: moment(0, 13), outcome: 'reset' },
  { ...contact, ts: moment(0, 14), outcome: 'malformed' },
  { ...contact, ts: moment(0, 15), host: hostileHost, address: '2001:db8::5' },
  { ...contact, ts: moment(1, 9), service: 'quic', transport: 'udp', host: 'quic.example.com' },
  { ...contact, ts: moment(1, 10), service: 'http', port: 80, host: 'plain.example.com' },
  { ...contact, ts: moment(1, 11), service: 'smb', port: 445, host: '', address: '10.1.0.5', app: '' },
  { ...contact, ts: moment(1, 12), service: '', port: 5223, host: '', app: 'com.example.mail' },
  // the address of device 0 changes on day 2 at noon
  { ...contact, ts: moment(2, 11, 999_999) },
  { ...contact, ts: moment(2, 12) },
  { ...contact, ts: moment(7, 9), device: 1, host: 'late.example.com' },
]

export const crashClasses: readonly CrashClass[] = [
  'abort',
  'trap',
  'null',
  'wild',
  'protection',
  'pac',
  'outside',
  'mte',
  'guard',
  'watchdog',
]

/** Each class in a daemon and in an app whose name needs escapes. */
export const crashes: readonly Crash[] = crashClasses.flatMap((name, i) => [
  { ...crash, ts: moment(3, 1 + i, 432_100), class: name },
  {
    ...crash,
    ts: moment(4, 1 + i),
    class: name,
    device: 1,
    process: 'Chat "α"/β',
    app: 'com.example.chat',
    appVersion: '4.2',
    firstParty: false,
    locked: false,
  },
])

const os = 'iPhone OS 18.6.2 (22G100)'
export const events: readonly WorldEvent[] = [
  { kind: 'address', ts: moment(2, 12), device: 0, address: '10.1.0.77' },
  ...contacts,
  {
    kind: 'lookup',
    ts: moment(0, 9),
    device: 0,
    host: 'api.example.com',
    type: 'A',
    code: 'NOERROR',
    answers: ['203.0.113.5'],
  },
  {
    kind: 'lookup',
    ts: moment(0, 9, 1),
    device: 0,
    host: 'gone.example.com',
    type: 'AAAA',
    code: 'NXDOMAIN',
    answers: [],
  },
  {
    kind: 'lookup',
    ts: moment(0, 9, 2),
    device: 1,
    host: 'x.tunnel.example',
    type: 'TXT',
    code: 'NOERROR',
    answers: ['a "b" c'],
  },
  ...crashes,
  { kind: 'panic', ts: moment(5, 1, 250_000), device: 0, os, process: '', text: '"example" @Driver.cpp:12' },
  { kind: 'force_reset', ts: moment(5, 2), device: 0, os, process: '', text: 'btn_rst' },
  { kind: 'jetsam', ts: moment(5, 3), device: 0, os, process: 'Parley', text: '' },
  { kind: 'cpu', ts: moment(5, 4), device: 0, os, process: 'photoanalysisd', text: '' },
  { kind: 'disk_writes', ts: moment(5, 5), device: 0, os, process: 'Parley', text: '' },
  {
    kind: 'posture',
    ts: moment(6, 8),
    device: 0,
    osVersion: '18.6.2',
    osBuild: '22G100',
    passcode: true,
    lockdownMode: false,
    supervised: true,
    profiles: [
      {
        identifier: 'com.example.wifi',
        uuid: 'AAAAAAAA-0000-4000-8000-000000000001',
        name: hostile,
        organization: 'Example & Sons',
        managed: true,
        payloads: ['com.apple.wifi.managed', 'com.apple.security.root'],
      },
    ],
    certificates: [{ commonName: 'Example Root <CA>', identity: false, der: 'MIIBAAECAwQ=' }],
    apps: [
      { identifier: 'com.example.chat', name: 'Chat', version: '4.2', managed: false },
      { identifier: 'com.example.work', name: 'Work & Co', version: '1.0', managed: true },
    ],
  },
]

export const truth: readonly Truth[] = [
  {
    id: 'a-1',
    kind: 'attack',
    scenario: 'zero_click',
    device: 'sales-iphone-001',
    start: '2026-06-01T09:00:00.000Z',
    end: '2026-06-04T01:00:00.000Z',
    effect: '2026-06-04T01:00:00.000Z',
    hosts: ['api.example.com'],
    notes: { ordinary: true },
  },
]

/** Tells these events, in this order. */
export const generatorOf = (told: readonly WorldEvent[]): Generator => ({
  id: 'small',
  title: 'one of each',
  async generate(_, begin, out) {
    await begin(devices)
    for (const event of told) await out(event)
    return [...truth]
  },
})

/** The class that the columns of a crash say. */
export function classOf(row: Readonly<Record<string, unknown>>): string {
  const { exception_type: type, exception_subtype: subtype, termination_namespace: space } = row
  const address = BigInt((row.fault_address as string) || 0)
  if (row.termination_code === '0x8badf00d' && row.kind === 'watchdog') return 'watchdog'
  if (type === 'EXC_CRASH' && row.signal === 'SIGABRT' && row.termination_code === '0x6') return 'abort'
  if (type === 'EXC_BREAKPOINT' && row.signal === 'SIGTRAP' && row.pc_image) return 'trap'
  if (type === 'EXC_GUARD' && space === 'GUARD') return 'guard'
  if (type !== 'EXC_BAD_ACCESS') return `${type}?`
  if (space === 'MTE_FAIL' && /^EXC_ARM_MTE_TAGCHECK_FAIL at/.test(subtype as string)) return 'mte'
  if (row.pc_known === 1 && !row.pc_image && row.pc !== '0x0') return 'outside'
  if (/possible pointer authentication failure/.test(subtype as string)) return 'pac'
  if (/^KERN_PROTECTION_FAILURE/.test(subtype as string) && row.signal === 'SIGBUS') return 'protection'
  return address < 0x4000n ? 'null' : 'wild'
}
