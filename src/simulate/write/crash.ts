// Crash reports (309): the header line and the JSON body.
import type { Micros } from '../../model/index.ts'
import { openRandom, type Random } from '../random.ts'
import type { Crash, Device } from '../world.ts'
import { ipsTime } from './clock.ts'
import { type End, endOf } from './crash-class.ts'
import { uuidOf } from './identity.ts'
import { imageUuid, inside, type Memory, memoryOf, place, usedImages } from './images.ts'
import { wideNumber } from './json.ts'

/** Text of a report: the header on its line, then the body. */
export const reportText = (header: object, body: object): string =>
  `${JSON.stringify(header)}\n${JSON.stringify(body, null, 2)}\n`

/** `iPhone OS 18.6.2 (22G100)` → its parts; '' for a build that is not there. */
export function systemParts(os: string): { readonly train: string; readonly build: string } {
  const match = /^(.*?) \(([0-9A-Za-z]+)\)$/.exec(os)
  return { train: match?.[1] ?? os, build: match?.[2] ?? '' }
}

/** When the report was written: the reporter needs a moment after the crash. */
const written = (ts: Micros, random: Random): Micros => ts + random.whole(200, 2_500) * 1000

const frame = (memory: Memory, random: Random, image: number): object => {
  const { base } = memory.images[image]!
  return { imageOffset: Number(inside(memory.images[image]!, random) - base), imageIndex: image }
}

function faultingThread(end: End, memory: Memory, random: Random): object {
  const nowhere = memory.images.length
  const first = {
    imageOffset: wideNumber(end.image === null ? end.pc : end.pc - memory.images[end.image]!.base),
    ...(end.symbol === undefined ? {} : { symbol: end.symbol, symbolLocation: 8 }),
    imageIndex: end.image ?? nowhere,
  }
  const callers = Array.from({ length: random.whole(4, 14) }, () =>
    frame(memory, random, random.chance(0.5) ? place.framework : place.self),
  )
  const stack = 0x1_6b00_0000n + BigInt(random.whole(0, 0xfffff)) * 16n
  return {
    triggered: true,
    id: random.whole(4_000, 900_000),
    queue: random.chance(0.5) ? 'com.apple.main-thread' : 'com.apple.root.user-initiated-qos',
    threadState: {
      x: Array.from({ length: 29 }, (_, i) => ({
        value: wideNumber(i === 0 ? end.far : random.chance(0.3) ? memory.heap() : BigInt(random.whole(0, 0xffff))),
      })),
      flavor: 'ARM_THREAD_STATE64',
      lr: { value: wideNumber(inside(memory.images[place.framework]!, random)) },
      cpsr: { value: 0x6000_1000 },
      fp: { value: wideNumber(stack + 0x80n) },
      sp: { value: wideNumber(stack) },
      esr: end.esr,
      pc: { value: wideNumber(end.pc), matchesCrashFrame: 1 },
      far: { value: wideNumber(end.far) },
    },
    frames: [first, ...callers],
  }
}

const waitingThread = (memory: Memory, random: Random): object => ({
  id: random.whole(4_000, 900_000),
  frames: [
    { imageOffset: 0xb78, symbol: 'mach_msg2_trap', symbolLocation: 8, imageIndex: place.kernel },
    frame(memory, random, place.framework),
  ],
})

/** The report of a crash and when it was written. */
export function crashReport(crash: Crash, device: Device, seed: number, zone: number): { text: string; at: Micros } {
  const label = `crash/${device.name}/${crash.ts}/${crash.process}/${crash.class}`
  const random = openRandom(seed, label)
  const incident = uuidOf(seed, label)
  const memory = memoryOf(crash, device, seed, random)
  const end = endOf(crash, memory, random)
  const at = written(crash.ts, random)
  const { train, build } = systemParts(crash.os)
  const uptime = random.whole(600, 500_000)
  const faulting = random.whole(0, 3)
  const threads = Array.from({ length: random.whole(4, 9) }, (_, i) =>
    i === faulting ? faultingThread(end, memory, random) : waitingThread(memory, random),
  )
  const version = crash.appVersion
  const bundle = crash.app === '' ? {} : { bundleID: crash.app }
  const pid = random.whole(200, 9_000)
  const header = {
    app_name: crash.process,
    timestamp: ipsTime(at, zone, 2),
    app_version: version,
    slice_uuid: imageUuid(seed, `${crash.process}/${version || crash.os}`),
    build_version: version,
    platform: 2,
    ...bundle,
    share_with_app_devs: crash.firstParty ? 0 : 1,
    is_first_party: crash.firstParty ? 1 : 0,
    bug_type: '309',
    os_version: crash.os,
    roots_installed: 0,
    name: crash.process,
    incident_id: incident,
  }
  return {
    at,
    text: reportText(header, {
      uptime,
      procRole: crash.app === '' ? 'Background' : 'Foreground',
      version: 2,
      userID: 501,
      deployVersion: 210,
      modelCode: device.model,
      coalitionID: random.whole(100, 2_000),
      osVersion: { isEmbedded: true, train, releaseType: 'User', build },
      captureTime: ipsTime(crash.ts, zone, 4),
      codeSigningMonitor: 2,
      incident,
      pid,
      translated: false,
      cpuType: 'ARM-64',
      roots_installed: 0,
      bug_type: '309',
      procLaunch: ipsTime(crash.ts - Math.floor(uptime * random.next() * 1e6), zone, 4),
      procStartAbsTime: random.whole(10 ** 9, 10 ** 12),
      procName: crash.process,
      procPath: memory.path,
      ...(crash.app === ''
        ? {}
        : {
            bundleInfo: {
              CFBundleShortVersionString: version,
              CFBundleVersion: version,
              CFBundleIdentifier: crash.app,
            },
          }),
      ...(crash.firstParty
        ? {}
        : {
            storeInfo: {
              deviceIdentifierForVendor: uuidOf(seed, `vendor/${device.name}/${crash.app}`),
              thirdParty: true,
            },
          }),
      parentProc: 'launchd',
      parentPid: 1,
      coalitionName: crash.app || `com.apple.${crash.process}`,
      crashReporterKey: device.crashReporterKey,
      wasUnlockedSinceBoot: 1,
      isLocked: crash.locked ? 1 : 0,
      ...end.more,
      exception: end.exception,
      termination: end.termination,
      faultingThread: faulting,
      threads,
      usedImages: usedImages(memory, crash, seed, end.image === null),
      sharedCache: {
        base: wideNumber(memory.cache.base),
        size: wideNumber(memory.cache.size),
        uuid: imageUuid(seed, `cache/${crash.os}`),
      },
    }),
  }
}
