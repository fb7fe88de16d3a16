// How each class of crash looks in a report: exception, termination, program counter, registers. Shapes as in reports of
// iOS 15 to 26; EXC_ARM_MTE_TAGCHECK_FAIL as on iPhone 17.
import type { Random } from '../random.ts'
import type { Crash, CrashClass } from '../world.ts'
import { inside, type Memory, place } from './images.ts'
import { wideNumber } from './json.ts'

export type End = {
  readonly exception: object
  readonly termination: object
  readonly pc: bigint
  /** Place of the image that holds `pc`; null: none does. */
  readonly image: number | null
  readonly far: bigint
  readonly esr: object
  readonly symbol?: string
  /** Keys that stand beside exception and termination. */
  readonly more: object
}

const hex16 = (value: bigint): string => `0x${value.toString(16).padStart(16, '0')}`
const codesOf = (a: bigint, b: bigint): { codes: string; rawCodes: unknown[] } => ({
  codes: `${hex16(a)}, ${hex16(b)}`,
  rawCodes: [wideNumber(a), wideNumber(b)],
})

const bySignal = (code: number, indicator: string): object => ({
  flags: 0,
  code,
  namespace: 'SIGNAL',
  indicator,
  byProc: 'exc handler',
  byPid: 0,
})
const segmentation = bySignal(11, 'Segmentation fault: 11')
const bus = bySignal(10, 'Bus error: 10')

const dataAbort = { value: 0x9200_0006, description: '(Data Abort) byte read Translation fault' }
const writeAbort = { value: 0x9200_004f, description: '(Data Abort) byte write Permission fault' }
const fetchAbort = { value: 0x8200_0006, description: '(Instruction Abort) Translation fault' }
const systemCall = { value: 0x5600_0080, description: ' Address size fault' }

const notMapped = (address: bigint): object => ({
  vmRegionInfo: `0x${address.toString(16)} is not in any region.`,
})

/** EXC_BAD_ACCESS with KERN_INVALID_ADDRESS (1) or KERN_PROTECTION_FAILURE (2). */
const access = (kernel: 1 | 2, address: bigint, note = ''): object => ({
  ...codesOf(BigInt(kernel), address),
  type: 'EXC_BAD_ACCESS',
  signal: kernel === 1 ? 'SIGSEGV' : 'SIGBUS',
  subtype: `${kernel === 1 ? 'KERN_INVALID_ADDRESS' : 'KERN_PROTECTION_FAILURE'} at ${hex16(address)}${note}`,
})

type Maker = (memory: Memory, random: Random, crash: Crash) => End

/** Bad accesses happen where foreign input is read: in the process itself or in a framework. */
const somewhere = (memory: Memory, random: Random): { pc: bigint; image: number } => {
  const image = random.chance(0.4) ? place.self : place.framework
  return { pc: inside(memory.images[image]!, random), image }
}

/** Above the heap and below 2^39: mapped in no process. */
const unmapped = (random: Random): bigint => 0x10_0000_0000n + BigInt(random.whole(0x1000, 0x3fff_ffff)) * 0x18n

const makers: Record<CrashClass, Maker> = {
  abort: (memory, random, crash) => ({
    exception: { ...codesOf(0n, 0n), type: 'EXC_CRASH', signal: 'SIGABRT' },
    termination: {
      flags: 0,
      code: 6,
      namespace: 'SIGNAL',
      indicator: 'Abort trap: 6',
      byProc: crash.process,
      byPid: random.whole(200, 9_000),
    },
    pc: memory.images[place.kernel]!.base + 0x741cn,
    image: place.kernel,
    far: 0n,
    esr: systemCall,
    symbol: '__pthread_kill',
    more: { asi: { 'libsystem_c.dylib': ['abort() called'] } },
  }),
  trap: (memory, random) => {
    const image = random.chance(0.5) ? place.swift : place.self
    const pc = inside(memory.images[image]!, random)
    return {
      exception: { ...codesOf(1n, pc), type: 'EXC_BREAKPOINT', signal: 'SIGTRAP' },
      termination: bySignal(5, 'Trace/BPT trap: 5'),
      pc,
      image,
      far: 0n,
      esr: { value: 0xf200_0001, description: '(Breakpoint) brk 1' },
      ...(image === place.swift ? { symbol: '_assertionFailure(_:_:file:line:flags:)' } : {}),
      more: {},
    }
  },
  null: (memory, random) => {
    const address = BigInt(random.whole(0, 0x1ff)) * 8n
    return {
      exception: access(1, address),
      termination: segmentation,
      ...somewhere(memory, random),
      far: address,
      esr: dataAbort,
      more: notMapped(address),
    }
  },
  wild: (memory, random) => {
    const address = unmapped(random)
    return {
      exception: access(1, address),
      termination: segmentation,
      ...somewhere(memory, random),
      far: address,
      esr: dataAbort,
      more: notMapped(address),
    }
  },
  protection: (memory, random) => {
    // written to where only reading is allowed: the constants of a library
    const address = inside(memory.images[place.swift]!, random)
    return {
      exception: access(2, address),
      termination: bus,
      ...somewhere(memory, random),
      far: address,
      esr: writeAbort,
      more: {
        vmRegionInfo: `0x${address.toString(16)} is in 0x${memory.cache.base.toString(16)}: __DATA_CONST r--/rw-`,
      },
    }
  },
  pac: (memory, random) => {
    const stripped = unmapped(random)
    // the failed check leaves a bit pattern in the upper bits, which no canonical address has
    const address = stripped | (BigInt(random.whole(0x20, 0x7f)) << 48n)
    return {
      exception: access(1, address, ` -> ${hex16(stripped)} (possible pointer authentication failure)`),
      termination: segmentation,
      ...somewhere(memory, random),
      far: address,
      esr: dataAbort,
      more: { vmRegionInfo: `0x${address.toString(16)} is not in any region.` },
    }
  },
  outside: (memory, random) => {
    const mapped = random.chance(0.5)
    const pc = (mapped ? memory.heap() : unmapped(random)) & ~3n
    return {
      exception: access(mapped ? 2 : 1, pc),
      termination: mapped ? bus : segmentation,
      pc,
      image: null,
      far: pc,
      esr: mapped ? { value: 0x8200_000f, description: '(Instruction Abort) Permission fault' } : fetchAbort,
      more: mapped ? { vmRegionInfo: `0x${pc.toString(16)} is in MALLOC_SMALL rw-/rwx` } : notMapped(pc),
    }
  },
  mte: (memory, random) => {
    const address = memory.heap() | (BigInt(random.whole(1, 15)) << 56n)
    return {
      exception: {
        ...codesOf(0x106n, address),
        type: 'EXC_BAD_ACCESS',
        signal: 'SIGKILL',
        subtype: `EXC_ARM_MTE_TAGCHECK_FAIL at ${hex16(address)}`,
      },
      termination: { flags: 0, code: 0x106, namespace: 'MTE_FAIL', indicator: 'tag check fault' },
      ...somewhere(memory, random),
      far: address,
      esr: { value: 0x9200_0011, description: '(Data Abort) byte read Synchronous Tag Check Fault' },
      more: {},
    }
  },
  guard: (memory, random) => {
    const port = random.whole(0x1003, 0xf_ffff)
    const code = 0x4000_0008_0000_0000n | BigInt(port)
    return {
      exception: {
        ...codesOf(code, 0n),
        type: 'EXC_GUARD',
        signal: 'SIGKILL',
        subtype: 'GUARD_TYPE_MACH_PORT',
        message: `INVALID_RIGHT on mach port name ${port} with guarded with 0x0000000000000000`,
      },
      termination: { flags: 2, code: wideNumber(code), namespace: 'GUARD' },
      pc: memory.images[place.kernel]!.base + 0xc48n,
      image: place.kernel,
      far: 0n,
      esr: systemCall,
      symbol: '_kernelrpc_mach_port_deallocate_trap',
      more: {},
    }
  },
  watchdog: (memory, random, crash) => ({
    exception: { ...codesOf(0n, 0n), type: 'EXC_CRASH', signal: 'SIGKILL' },
    termination: {
      flags: 6,
      code: 0x8bad_f00d,
      namespace: 'FRONTBOARD',
      reasons: [
        '<RBSTerminateContext| domain:10 code:0x8BADF00D explanation:scene-update watchdog transgression: ' +
          `${crash.app || crash.process} exhausted real (wall clock) time allowance of 10.00 seconds ` +
          `Elapsed total CPU time (seconds): ${random.whole(1, 90) / 10} reportType:CrashLog maxTerminationResistance:Interactive>`,
      ],
    },
    pc: memory.images[place.kernel]!.base + 0xb78n,
    image: place.kernel,
    far: 0n,
    esr: systemCall,
    symbol: 'mach_msg2_trap',
    more: {},
  }),
}

/** The end of a process, in the words of its report. */
export const endOf = (crash: Crash, memory: Memory, random: Random): End => makers[crash.class](memory, random, crash)
