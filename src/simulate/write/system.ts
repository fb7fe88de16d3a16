// Reports about the device rather than one crash: jetsam (298), panic (210), forced reset (151), and the text reports of
// a process that used too much CPU (202) or wrote too much (145).
import type { Micros } from '../../model/index.ts'
import { openRandom, type Random } from '../random.ts'
import type { Device, Restart } from '../world.ts'
import { ipsTime } from './clock.ts'
import { reportText, systemParts } from './crash.ts'
import { uuidOf } from './identity.ts'

type Report = {
  readonly text: string
  /** When it was written; its name bears this time. */
  readonly at: Micros
  /** Beginning of its name. */
  readonly name: string
}

type Context = {
  readonly event: Restart
  readonly device: Device
  readonly random: Random
  readonly incident: string
  readonly zone: number
}

const residents = [
  'SpringBoard',
  'backboardd',
  'mediaserverd',
  'locationd',
  'imagent',
  'identityservicesd',
  'apsd',
  'mDNSResponder',
  'wifid',
  'CommCenter',
  'photoanalysisd',
  'nsurlsessiond',
]

const header = ({ event, incident, zone }: Context, bugType: string, at: Micros): object => ({
  bug_type: bugType,
  timestamp: ipsTime(at, zone, 2),
  os_version: event.os,
  roots_installed: 0,
  incident_id: incident,
})

const memoryStatus = (random: Random): object => ({
  compressorSize: random.whole(20_000, 90_000),
  compressions: random.whole(10 ** 6, 10 ** 8),
  decompressions: random.whole(10 ** 6, 10 ** 8),
  uncompressed: random.whole(50_000, 200_000),
  pageSize: 16_384,
  memoryPages: {
    active: random.whole(50_000, 90_000),
    throttled: 0,
    fileBacked: random.whole(20_000, 40_000),
    wired: random.whole(40_000, 60_000),
    anonymous: random.whole(70_000, 110_000),
    purgeable: random.whole(0, 400),
    inactive: random.whole(40_000, 70_000),
    free: random.whole(1_500, 6_000),
    speculative: random.whole(200, 2_000),
  },
})

function jetsam(context: Context): Report {
  const { event, device, random, incident, zone } = context
  const killed = event.process
  const processes = [...residents.filter((name) => name !== killed), killed].map((name) => {
    const victim = name === killed
    const rpages = victim ? random.whole(60_000, 190_000) : random.whole(400, 9_000)
    return {
      uuid: uuidOf(0, `jetsam/${name}`).toLowerCase(),
      states: victim ? ['frontmost'] : ['daemon', 'idle'],
      lifetimeMax: rpages + random.whole(0, 400),
      age: random.whole(10 ** 9, 10 ** 12),
      purgeable: 0,
      fds: random.whole(25, 400),
      coalition: random.whole(40, 900),
      rpages,
      ...(victim ? { reason: 'per-process-limit' } : {}),
      pid: random.whole(30, 9_000),
      idleDelta: random.whole(0, 90_000),
      name,
      cpuTime: random.whole(100, 90_000) / 1000,
    }
  })
  const date = ipsTime(event.ts, zone, 2)
  return {
    at: event.ts,
    name: 'JetsamEvent',
    text: reportText(header(context, '298', event.ts), {
      crashReporterKey: device.crashReporterKey,
      kernel: 'Darwin Kernel Version 24.6.0: simulated; root:xnu-0~1/RELEASE_ARM64_T8120',
      product: device.model,
      incident,
      date,
      build: event.os,
      timeDelta: random.whole(1, 60),
      memoryStatus: memoryStatus(random),
      largestProcess: killed,
      genCounter: random.whole(1, 30),
      processes,
    }),
  }
}

/** `Calendar: 0x… 0x…`: seconds and microseconds since 1970, which tell when it happened; `date` is after the restart. */
const epoch = (at: Micros): string =>
  `0x${Math.floor(at / 1e6)
    .toString(16)
    .padStart(8, '0')} 0x${Math.floor(at % 1e6)
    .toString(16)
    .padStart(8, '0')}`

function restart(context: Context): Report {
  const { event, device, random, incident, zone } = context
  const panic = event.kind === 'panic'
  const what =
    event.text || (panic ? 'userspace watchdog timeout: no successful checkins from thermalmonitord' : 'btn_rst')
  const at = event.ts + random.whole(35, 150) * 1e6
  const kernel = 'Darwin Kernel Version 24.6.0: simulated; root:xnu-0~1/RELEASE_ARM64_T8120'
  const text = [
    `panic(cpu ${random.whole(0, 5)} caller 0xfffffff0${random.hex(8)}): ${what}`,
    'Debugger message: panic',
    'Memory ID: 0x6',
    'OS release type: User',
    `OS version: ${systemParts(event.os).build}`,
    `Kernel version: ${kernel}`,
    'Epoch Time:        sec       usec',
    `  Boot    : ${epoch(event.ts - random.whole(1, 20) * 86_400e6)}`,
    '  Sleep   : 0x00000000 0x00000000',
    '  Wake    : 0x00000000 0x00000000',
    `  Calendar: ${epoch(event.ts)}`,
    '',
    `Panicked task 0xffffffe0${random.hex(8)}: 0 pages, ${random.whole(180, 420)} threads: pid 0: kernel_task`,
    `Panicked thread: 0xffffffe0${random.hex(8)}, backtrace: 0xffffffe0${random.hex(8)}, tid: ${random.whole(100, 900)}`,
    '',
  ].join('\n')
  return {
    at,
    name: panic ? 'panic-full' : 'forceReset-full',
    text: reportText(header(context, panic ? '210' : '151', at), {
      build: event.os,
      product: device.model,
      socId: '0x00008120',
      kernel,
      incident,
      crashReporterKey: device.crashReporterKey,
      date: ipsTime(at, zone, 2),
      [panic ? 'panicString' : 'string']: text,
      panicFlags: panic ? '0x2' : '0x902',
      bug_type: panic ? '210' : '151',
      memoryStatus: memoryStatus(random),
      processByPid: { 0: { pid: 0, procname: 'kernel_task' }, 1: { pid: 1, procname: 'launchd' } },
      binaryImages: [],
    }),
  }
}

/** `iPhone OS 18.6.2 (22G100)` as text reports write it. */
const textSystem = (os: string): string => os.replace(/ \(([0-9A-Za-z]+)\)$/, ' (Build $1)')

/** A line break inside a name would begin a field of its own. */
const oneLine = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]/g, '_')

function resource(context: Context): Report {
  const { event, device, random, incident, zone } = context
  const cpu = event.kind === 'cpu'
  const name = oneLine(event.process) || 'unknown'
  const length = cpu ? random.whole(60, 180) : random.whole(2_000, 40_000)
  const end = event.ts + length * 1e6
  const seconds = length.toFixed(2)
  const used = cpu
    ? [
        'Event:            cpu usage',
        'Action taken:     none',
        `CPU:              90 seconds cpu time over ${length} seconds (${Math.floor(9000 / length)}% cpu average), exceeding limit of 50% cpu over 180 seconds`,
        'CPU limit:        90s',
        'Limit duration:   180s',
      ]
    : [
        'Event:            disk writes',
        'Action taken:     none',
        `Writes:           1073.75 MB of file backed memory dirtied over ${length} seconds`,
        'Writes limit:     1073.74 MB',
      ]
  const body = [
    `Date/Time:        ${ipsTime(event.ts, zone, 3)}`,
    `End time:         ${ipsTime(end, zone, 3)}`,
    `OS Version:       ${textSystem(event.os)}`,
    'Architecture:     arm64e',
    'Report Version:   35',
    `Incident Identifier: ${incident}`,
    `CrashReporter Key:   ${device.crashReporterKey}`,
    '',
    'Data Source:      Microstackshots',
    `Command:          ${name}`,
    `Path:             /usr/libexec/${name}`,
    'Parent:           UNKNOWN [1]',
    `PID:              ${random.whole(200, 9_000)}`,
    '',
    ...used,
    `Duration:         ${seconds}s`,
    `Steps:            ${random.whole(10, 90)}`,
    '',
    `Hardware model:   ${device.model}`,
    'Active cpus:      6',
    '',
    'Heaviest stack for the target process:',
    `  ${random.whole(2, 40)}  ??? (dyld + ${random.whole(1_000, 90_000)})`,
    '',
  ].join('\n')
  const head = { ...header(context, cpu ? '202' : '145', end), app_name: name, name }
  return { at: end, name: `${name}.${cpu ? 'cpu' : 'diskwrites'}_resource`, text: `${JSON.stringify(head)}\n${body}` }
}

/** The report of a restart or a resource. */
export function systemReport(event: Restart, device: Device, seed: number, zone: number): Report {
  const label = `${event.kind}/${device.name}/${event.ts}/${event.process}`
  const context = { event, device, zone, random: openRandom(seed, label), incident: uuidOf(seed, label) }
  if (event.kind === 'jetsam') return jetsam(context)
  return event.kind === 'panic' || event.kind === 'force_reset' ? restart(context) : resource(context)
}
