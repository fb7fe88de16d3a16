// Diagnostic reports of iOS: a header line and a JSON body. All of them ordinary.
import type { Device } from './fleet.ts'
import { type Random, random } from './random.ts'
import { at, ipsTime } from './time.ts'

export type Report = {
  readonly path: string
  readonly text: string
  readonly ts: number
  readonly device: string
  readonly kind: string
  readonly truncated: boolean
  readonly about: string
}

const os = 'iPhone OS 18.6.2 (22G100)'
const bases = { shared: 0x1_9a00_0000, app: 0x1_0240_0000 }

const image = (r: Random, path: string, base: number, size: number) => ({
  source: 'P',
  arch: 'arm64e',
  base,
  size,
  uuid: r.uuid().toLowerCase(),
  path,
  name: path.split('/').at(-1),
})
const report = (header: object, body: object): string => `${JSON.stringify(header)}\n${JSON.stringify(body, null, 2)}\n`

function crash(seed: number, d: Device, ts: number, app: { name: string; bundle: string; version: string }): string {
  const r = random(seed, `crash/${d.id}/${app.name}`)
  const incident = r.uuid()
  const folder = `/private/var/containers/Bundle/Application/${r.uuid()}/${app.name}.app`
  const usedImages = [
    image(r, '/usr/lib/swift/libswiftCore.dylib', bases.shared, 0x56_9000),
    image(r, `${folder}/${app.name}`, bases.app, 0x1a_4000),
    image(r, '/System/Library/PrivateFrameworks/UIKitCore.framework/UIKitCore', bases.shared + 0x200_0000, 0x17c_7000),
    image(r, '/usr/lib/system/libsystem_kernel.dylib', bases.shared + 0x600_0000, 0x3_b000),
  ]
  const offset = 0x3_8200 + r.whole(0, 64) * 4
  const pc = bases.shared + offset
  const frames = [
    { imageOffset: offset, symbol: '_assertionFailure(_:_:file:line:flags:)', symbolLocation: 312, imageIndex: 0 },
    { imageOffset: r.whole(0x1000, 0x18_0000), imageIndex: 1 },
    { imageOffset: r.whole(0x1000, 0x18_0000), imageIndex: 1 },
    { imageOffset: 0x8_1234, symbol: '-[UIApplication _run]', symbolLocation: 796, imageIndex: 2 },
  ]
  const idle = (id: number) => ({
    id,
    queue: 'com.apple.root.default-qos',
    frames: [{ imageOffset: 0x1d58, symbol: 'mach_msg2_trap', symbolLocation: 8, imageIndex: 3 }],
  })
  const codes = `0x0000000000000001, 0x${pc.toString(16).padStart(16, '0')}`
  return report(
    {
      app_name: app.name,
      timestamp: ipsTime(ts, 2),
      app_version: app.version,
      slice_uuid: usedImages[1]!.uuid,
      build_version: '412',
      platform: 2,
      bundleID: app.bundle,
      share_with_app_devs: 0,
      is_first_party: 0,
      bug_type: '309',
      os_version: os,
      roots_installed: 0,
      name: app.name,
      incident_id: incident,
    },
    {
      uptime: r.whole(9_000, 400_000),
      procRole: 'Foreground',
      version: 2,
      userID: 501,
      deployVersion: 210,
      modelCode: d.model,
      coalitionID: r.whole(300, 1_900),
      osVersion: { isEmbedded: true, train: 'iPhone OS 18.6.2', releaseType: 'User', build: '22G100' },
      captureTime: ipsTime(ts, 4),
      codeSigningMonitor: 2,
      incident,
      pid: r.whole(400, 9_000),
      cpuType: 'ARM-64',
      roots_installed: 0,
      bug_type: '309',
      procLaunch: ipsTime(ts - 61_000, 4),
      procName: app.name,
      procPath: `${folder}/${app.name}`,
      bundleInfo: { CFBundleShortVersionString: app.version, CFBundleVersion: '412', CFBundleIdentifier: app.bundle },
      storeInfo: { deviceIdentifierForVendor: r.uuid(), thirdParty: true },
      parentProc: 'launchd',
      parentPid: 1,
      coalitionName: app.bundle,
      crashReporterKey: d.crashReporterKey,
      wasUnlockedSinceBoot: 1,
      isLocked: 0,
      exception: { codes, rawCodes: [1, pc], type: 'EXC_BREAKPOINT', signal: 'SIGTRAP' },
      termination: {
        flags: 0,
        code: 5,
        namespace: 'SIGNAL',
        indicator: 'Trace/BPT trap: 5',
        byProc: 'exc handler',
        byPid: 0,
      },
      faultingThread: 0,
      threads: [
        {
          triggered: true,
          id: r.whole(4_000, 90_000),
          queue: 'com.apple.main-thread',
          frames,
          threadState: {
            flavor: 'ARM_THREAD_STATE64',
            x: Array.from({ length: 29 }, (_, i) => ({ value: i < 4 ? i : r.whole(0, 0x7fff_ffff) })),
            lr: { value: pc },
            cpsr: { value: 0x6000_1000 },
            fp: { value: 0x1_6dbe_e2d0 },
            sp: { value: 0x1_6dbe_e250 },
            esr: { value: 0xf200_0001, description: '(Breakpoint) brk 1' },
            pc: { value: pc, matchesCrashFrame: 1 },
            far: { value: bases.shared },
          },
        },
        idle(r.whole(4_000, 90_000)),
        idle(r.whole(4_000, 90_000)),
      ],
      usedImages,
      sharedCache: { base: bases.shared - 0x100_0000, size: 4_100_000_000, uuid: r.uuid().toLowerCase() },
      legacyInfo: { threadTriggered: { queue: 'com.apple.main-thread' } },
    },
  )
}

function jetsam(seed: number, d: Device, ts: number, killed: string): string {
  const r = random(seed, `jetsam/${d.id}`)
  const incident = r.uuid()
  const names = [
    'SpringBoard',
    'backboardd',
    'mediaserverd',
    'locationd',
    'imagent',
    'identityservicesd',
    'apsd',
    'mDNSResponder',
    'WiFi',
    'CommCenter',
    'photoanalysisd',
  ]
  const processes = [...names, killed].map((name) => {
    const rpages = name === killed ? 138_240 : r.whole(400, 9_000)
    return {
      uuid: r.uuid().toLowerCase(),
      states: name === killed ? ['frontmost'] : ['daemon', 'idle'],
      lifetimeMax: rpages + r.whole(0, 400),
      age: r.whole(10 ** 9, 10 ** 12),
      purgeable: 0,
      fds: r.whole(25, 400),
      coalition: r.whole(40, 900),
      rpages,
      pid: r.whole(30, 9_000),
      idleDelta: r.whole(0, 90_000),
      name,
      cpuTime: r.whole(100, 90_000) / 1000,
      ...(name === killed ? { reason: 'per-process-limit' } : {}),
    }
  })
  return report(
    { bug_type: '298', timestamp: ipsTime(ts, 2), os_version: os, roots_installed: 0, incident_id: incident },
    {
      crashReporterKey: d.crashReporterKey,
      kernel: 'Darwin Kernel Version 24.6.0: example build; root:xnu-0~1/RELEASE_ARM64_T8120',
      product: d.model,
      incident,
      date: ipsTime(ts, 2),
      build: os,
      timeDelta: 4,
      memoryStatus: {
        compressorSize: 61_200,
        compressions: 41_000_000,
        decompressions: 30_000_000,
        uncompressed: 180_400,
        pageSize: 16_384,
        memoryPages: {
          active: 74_000,
          throttled: 0,
          fileBacked: 30_100,
          wired: 51_200,
          anonymous: 98_000,
          purgeable: 12,
          inactive: 52_000,
          free: 3_900,
          speculative: 900,
        },
      },
      largestProcess: killed,
      genCounter: 3,
      processes,
    },
  )
}

function panic(seed: number, d: Device, ts: number): string {
  const r = random(seed, `panic/${d.id}`)
  const incident = r.uuid()
  const panicString = [
    'panic(cpu 3 caller 0xfffffff00a1b2c3d): "SMC PANIC - ASSERT: example thermal sensor did not answer" @AppleExampleThermal.cpp:212',
    'Debugger message: panic',
    'Memory ID: 0x6',
    'OS release type: User',
    'OS version: 22G100',
    'Kernel version: Darwin Kernel Version 24.6.0: example build',
    'Paniclog version: 14',
    `Kernel slide:      0x${r.hex(16)}`,
    'Panicked task 0xffffffe0deadbeef: 0 pages, 263 threads: pid 0: kernel_task',
    'Panicked thread: 0xffffffe0feedface, tid: 411',
    '',
  ].join('\n')
  return report(
    { bug_type: '210', timestamp: ipsTime(ts, 2), os_version: os, roots_installed: 0, incident_id: incident },
    {
      build: os,
      product: d.model,
      socId: '0x00008120',
      kernel: 'Darwin Kernel Version 24.6.0: example build',
      incident,
      crashReporterKey: d.crashReporterKey,
      date: ipsTime(ts, 2),
      panicString,
      processByPid: { 0: { pid: 0, procname: 'kernel_task' }, 1: { pid: 1, procname: 'launchd' } },
      binaryImages: [],
    },
  )
}

/** Two crashes, a crash of a look-alike process, two memory kills, a panic, and one report that the transfer cut off. */
export function diagnosticReports(seed: number, fleet: readonly Device[]): Report[] {
  const device = (id: string): Device => fleet.find((d) => d.id === id)!
  const stamp = (ts: number): string => ipsTime(ts, 2).slice(0, 19).replace(' ', '-').replaceAll(':', '')
  const of = (
    id: string,
    when: string,
    name: string,
    kind: string,
    about: string,
    make: (d: Device, ts: number) => string,
    options: { folder?: string; cut?: number } = {},
  ): Report => {
    const ts = at(when)
    const text = make(device(id), ts)
    return {
      path: `${options.folder ?? `devices/${id}`}/${name}-${stamp(ts)}.ips`,
      text: options.cut ? text.slice(0, options.cut) : text,
      ts,
      device: id,
      kind,
      truncated: options.cut !== undefined,
      about,
    }
  }
  const app = (name: string, bundle: string, version: string) => (d: Device, ts: number) =>
    crash(seed, d, ts, { name, bundle, version })
  return [
    of(
      'board-iphone-2',
      '15 07:14:12',
      'Tramline',
      'crash',
      'a failed Swift assertion in a ticket app',
      app('Tramline', 'example.tramline.tickets', '3.1'),
    ),
    of(
      'press-iphone-2',
      '16 15:40:02',
      'Parley',
      'crash',
      'a failed Swift assertion in a messenger',
      app('Parley', 'example.parley.messenger', '9.4'),
    ),
    of(
      'board-ipad-1',
      '18 11:02:33',
      'mtlcachedemo',
      'crash',
      'an app whose process name begins like the listed name mtlcached',
      app('mtlcachedemo', 'example.shaderschool.demo', '1.0'),
    ),
    of('press-iphone-2', '17 12:02:10', 'JetsamEvent', 'jetsam', 'the frontmost app passed its memory limit', (d, ts) =>
      jetsam(seed, d, ts, 'Parley'),
    ),
    of(
      'finance-iphone-5',
      '17 06:55:41',
      'JetsamEvent',
      'jetsam',
      'as above; the folder names no device, the crash-reporter key does',
      (d, ts) => jetsam(seed, d, ts, 'Ledgerly'),
      { folder: 'crash-inbox' },
    ),
    of('board-ipad-1', '16 04:15:03', 'panic-full', 'panic', 'a kernel panic of a thermal driver', (d, ts) =>
      panic(seed, d, ts),
    ),
    of(
      'board-iphone-2',
      '19 09:31:55',
      'Morningpost',
      'crash',
      'the transfer broke off: the header can be read, the body not',
      app('Morningpost', 'example.morningpost.reader', '12.0'),
      { cut: 2_711 },
    ),
  ]
}
