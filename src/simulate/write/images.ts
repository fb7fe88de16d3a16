// Where code lies in a process that crashed: images, their addresses and frames. All of it follows from the seed.
import { openRandom, type Random } from '../random.ts'
import type { Crash, Device } from '../world.ts'
import { uuidOf } from './identity.ts'
import { wideNumber } from './json.ts'

export type Image = { readonly path: string; readonly name: string; readonly base: bigint; readonly size: bigint }
export type Frame = { readonly image: number; readonly offset: bigint; readonly symbol?: string }

export type Memory = {
  /** The process itself, the kernel’s library, a framework that parses, the C library, Swift’s, dyld. */
  readonly images: readonly Image[]
  readonly cache: { readonly base: bigint; readonly size: bigint }
  /** An address of the heap: in no image. */
  heap(): bigint
  /** Whether the process is loaded at an address that a thread may be in: an image or the shared cache. */
  readonly path: string
}
/** Places in `images`. */
export const place = { self: 0, kernel: 1, framework: 2, c: 3, swift: 4, dyld: 5 } as const

const page = 0x4000n
/** 4.1 GB: what reports of iOS 17 and 18 state. */
const cacheSize = 0xf460_0000n

const frameworks = [
  '/System/Library/Frameworks/ImageIO.framework/ImageIO',
  '/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation',
  '/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics',
  '/System/Library/PrivateFrameworks/IMSharedUtilities.framework/IMSharedUtilities',
  '/System/Library/Frameworks/AVFAudio.framework/AVFAudio',
  '/usr/lib/libobjc.A.dylib',
]
const webFrameworks = [
  '/System/Library/Frameworks/JavaScriptCore.framework/JavaScriptCore',
  '/System/Library/Frameworks/WebKit.framework/WebKit',
  '/System/Library/PrivateFrameworks/WebCore.framework/WebCore',
]

/** Path of the executable, as iOS would have it for such a process. */
function executable(crash: Crash, device: Device, seed: number): string {
  const name = crash.process
  if (!crash.firstParty) {
    const container = uuidOf(seed, `container/${device.name}/${crash.app || name}`)
    return `/private/var/containers/Bundle/Application/${container}/${name}.app/${name}`
  }
  if (name.startsWith('com.apple.WebKit.'))
    return `/System/Library/Frameworks/WebKit.framework/XPCServices/${name}.xpc/${name}`
  if (name.endsWith('Service'))
    return `/System/Library/PrivateFrameworks/${name.slice(0, -7)}Support.framework/XPCServices/${name}.xpc/${name}`
  return crash.app === '' ? `/usr/libexec/${name}` : `/Applications/${name}.app/${name}`
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
const pages = (random: Random, from: number, to: number): bigint => BigInt(random.whole(from, to)) * page

/** Memory of the process that ended. The cache slides with each start of the device, the process with its own. */
export function memoryOf(crash: Crash, device: Device, seed: number, random: Random): Memory {
  const boot = openRandom(seed, `boot/${device.name}/${Math.floor(crash.ts / (3 * 86_400e6))}`)
  const cache = { base: 0x1_8000_0000n + pages(boot, 0, 0x1fff), size: cacheSize }
  const path = executable(crash, device, seed)
  const web = crash.process.startsWith('com.apple.WebKit') || crash.process.includes('Safari')
  let next = cache.base + 0x10_0000n
  const shared = (libPath: string, size: bigint): Image => {
    const base = next + pages(openRandom(seed, `layout/${crash.os}/${libPath}`), 16, 0x3000)
    next = base + size
    return { path: libPath, name: baseName(libPath), base, size }
  }
  const images = [
    { path, name: crash.process, base: 0x1_0000_0000n + pages(random, 0x40, 0x1fff), size: pages(random, 12, 900) },
    shared('/usr/lib/system/libsystem_kernel.dylib', 0x3_c000n),
    shared(random.pick(web ? webFrameworks : frameworks), 0x9f_4000n),
    shared('/usr/lib/system/libsystem_c.dylib', 0x8_0000n),
    shared('/usr/lib/swift/libswiftCore.dylib', 0x57_c000n),
    { path: '/usr/lib/dyld', name: 'dyld', base: 0x2_f000_0000n + pages(random, 0, 0x1ff), size: 0x8_8000n },
  ]
  return { images, cache, path, heap: () => 0x3_0000_0000n + BigInt(random.whole(0x100, 0x3f_ffff)) * 0x100n }
}

/** An address inside an image, on an instruction. */
export const inside = (image: Image, random: Random): bigint =>
  image.base + BigInt(random.whole(0x400, Number(image.size / 4n) - 0x400)) * 4n

/** `usedImages` of a report. `nowhere`: with the empty image that stands for addresses outside all. */
export function usedImages(memory: Memory, crash: Crash, seed: number, nowhere: boolean): object[] {
  const listed = memory.images.map((image, i) => ({
    source: 'P',
    arch: 'arm64e',
    base: wideNumber(image.base),
    size: wideNumber(image.size),
    uuid: imageUuid(
      seed,
      i === place.self ? `${crash.process}/${crash.appVersion || crash.os}` : `${image.path}/${crash.os}`,
    ),
    path: image.path,
    name: image.name,
  }))
  const empty = { size: 0, source: 'A', base: 0, uuid: '00000000-0000-0000-0000-000000000000' }
  return nowhere ? [...listed, empty] : listed
}

/** The same build has the same UUID on each device. */
export const imageUuid = (seed: number, label: string): string => uuidOf(seed, `image/${label}`).toLowerCase()
