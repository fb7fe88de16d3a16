// Apple's reports against real ones. `icdab/<cause>/`: the folder's name is the cause that the book of that name published.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { appleIps } from '../../src/formats/apple-ips/format.ts'
import type { GivenRow, ProblemCode } from '../../src/model/index.ts'

const folder = new URL('../../../shared/data/ios-crash/', import.meta.url).pathname
const present = existsSync(folder)

type Event = GivenRow<'device_event'>
type Read = { readonly sniff: string; readonly rows: readonly Event[]; readonly problems: readonly ProblemCode[] }

async function read(path: string): Promise<Read> {
  const bytes = readFileSync(join(folder, path))
  const rows: Event[] = []
  const problems: ProblemCode[] = []
  const name = path.slice(path.lastIndexOf('/') + 1)
  const chunks = (async function* () {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
  })()
  const out = {
    row: (_: string, __: number, row: object) => void rows.push(row as Event),
    problem: (p: { code: ProblemCode }) => void problems.push(p.code),
  }
  await appleIps.parse(chunks, out, { name, notAfter: 0, signal: new AbortController().signal })
  return { sniff: appleIps.sniff(bytes.subarray(0, 65_536), name), rows, problems }
}

function filesBelow(path: string): string[] {
  return readdirSync(join(folder, path)).flatMap((name) => {
    const inner = join(path, name)
    return statSync(join(folder, inner)).isDirectory() ? filesBelow(inner) : [inner]
  })
}

/** Cause of the folder → what the report must say. */
const causes: Record<
  string,
  { readonly why: string; readonly says: Partial<Event>; readonly problems?: readonly ProblemCode[] }
> = {
  'icdab/adventure_pac_crash_ios': {
    why: 'a pointer whose authentication failed',
    says: {
      kind: 'crash',
      exception_type: 'EXC_BAD_ACCESS',
      signal: 'SIGSEGV',
      fault_address: '0x41fc821e000001b0',
      pc_image: 'libEmbeddedSystemAUs.dylib',
      pc_known: 1,
    },
  },
  'icdab/assert_crash_ios': {
    why: 'a failed assertion',
    says: { kind: 'crash', exception_type: 'EXC_CRASH', signal: 'SIGABRT', process: 'icdab_planets' },
  },
  'icdab/beta_crash': {
    why: 'an unhandled exception in a beta',
    says: { kind: 'crash', exception_type: 'EXC_CRASH', signal: 'SIGABRT' },
  },
  'icdab/brain_cpu_ios': {
    why: 'too much CPU',
    says: { kind: 'cpu', exception_type: 'EXC_RESOURCE', category: 'CPU', bug_type: '185' },
  },
  'icdab/guard_crash_ios': {
    why: 'a guarded file descriptor was closed',
    says: { kind: 'crash', exception_type: 'EXC_GUARD', os_version: '6.1.3', pc: '0x3a287294' },
  },
  'icdab/icdab_as_instr_ios': {
    why: 'an illegal instruction',
    says: {
      kind: 'crash',
      exception_type: 'EXC_BAD_INSTRUCTION',
      signal: 'SIGILL',
      termination_namespace: 'SIGNAL',
      termination_code: '0x4',
    },
  },
  'icdab/icdab_sema_crash_ios': {
    why: 'a semaphore freed while in use',
    says: { kind: 'crash', exception_type: 'EXC_BREAKPOINT', signal: 'SIGTRAP', pc_image: 'libdispatch.dylib' },
  },
  'icdab/icdab_wrap_ios': {
    why: 'an optional without a value',
    says: { kind: 'crash', exception_type: 'EXC_BREAKPOINT', signal: 'SIGTRAP', pc_image: 'libswiftCore.dylib' },
  },
  'icdab/kiosk_startup_ios': {
    why: 'killed by the watchdog, while it called null',
    says: {
      kind: 'watchdog',
      termination_namespace: 'SPRINGBOARD',
      termination_code: '0x8badf00d',
      fault_address: '0x0',
      pc: '0x0',
      pc_known: 1,
    },
  },
  'icdab/nsdata_crash_ios': {
    why: 'an unknown selector',
    says: { kind: 'crash', exception_type: 'EXC_CRASH', signal: 'SIGABRT' },
  },
  'icdab/security_violation_ios': {
    why: 'drew while the device was in secure mode',
    says: {
      kind: 'crash',
      exception_type: 'EXC_CRASH',
      signal: 'SIGKILL',
      termination_namespace: 'SPRINGBOARD',
      termination_code: '0x2bad45ec',
      first_party: 'yes',
    },
  },
  'icdab/snapchat_wake_ios': {
    why: 'too many wakeups',
    says: { kind: 'wakeups', exception_type: 'EXC_RESOURCE', category: 'WAKEUPS', bug_type: '185' },
  },
}

/** Files of another making: told apart, each with its reason. */
const strangers: Record<string, string> = {
  'SOURCES.md': 'the list of sources',
  'kscrash/': 'JSON of a third-party crash reporter',
  'exploit-panics/': 'excerpts of panics: neither header nor brace nor a time, so no row could come of them',
}

/** Reports of which no row can come. */
const timeless = 'icdab/train_thermal_crash_ios'

describe.skipIf(!present)('real reports (skipped where ../shared/data/ios-crash is missing)', () => {
  const files = present ? filesBelow('') : []

  test('every file is claimed, or a stranger with a reason', async () => {
    for (const file of files) {
      const stranger = Object.keys(strangers).some((start) => file.startsWith(start))
      expect((await read(file)).sniff, file).toBe(stranger ? 'no' : 'yes')
    }
  })

  test('every claimed file gives one row without problems, but for those known', async () => {
    for (const file of files) {
      const { sniff, rows, problems } = await read(file)
      if (sniff === 'no') continue
      const known = file.startsWith('macos-negatives/')
        ? ['wrong_platform']
        : file.startsWith(timeless)
          ? ['bad_time']
          : []
      expect([file, rows.length, problems]).toEqual([file, file.startsWith(timeless) ? 0 : 1, known])
      for (const row of rows) expect(row.platform, file).toBe(file.startsWith('macos-negatives/') ? 'macos' : 'ios')
    }
  })

  test.each(Object.entries(causes))('%s', async (cause, { says }) => {
    const below = filesBelow(cause)
    expect(below.length).toBeGreaterThan(0)
    for (const file of below) expect((await read(file)).rows[0], file).toMatchObject(says)
  })

  test('every published cause is judged', () => {
    const published = readdirSync(join(folder, 'icdab')).map((name) => `icdab/${name}`)
    expect(published.sort()).toEqual([...Object.keys(causes), timeless, 'icdab/jetsam'].sort())
  })

  test('jetsam: the victim, and an analytics file that only bears the name', async () => {
    expect((await read('icdab/jetsam/jetsam_highwater.crash')).rows).toMatchObject([
      { kind: 'jetsam', process: 'SpringBoard', category: 'highwater' },
    ])
    const [analytics] = (await read('icdab/jetsam/jetsam_per-process-limit.crash')).rows
    expect([analytics!.kind, analytics!.process]).toEqual(['analytics', undefined])
  })

  test('a forced reset is dated by the kernel’s clock, a minute before it was written down', async () => {
    const [reset] = (await read('kernel_mode_crash_report_ios16_forceReset-full.ips')).rows
    expect(reset).toMatchObject({
      kind: 'force_reset',
      bug_type: '151',
      process: 'kernel_task',
      hardware: 'iPhone11,8',
      ts: 1_671_882_122_806_010,
    })
    expect(reset!.detail?.panicString).toContain('btn_rst')
  })

  test('user faults without registers take the first frame, which lies in the shared cache', async () => {
    for (const file of files.filter((name) => name.startsWith('ExcUserFault_'))) {
      const says = {
        kind: 'user_fault',
        exception_type: 'EXC_GUARD',
        termination_namespace: 'WEBKIT',
        pc: '0x22db0e96c',
        pc_image: 'dyld_shared_cache',
        locked: 'no',
      }
      expect((await read(file)).rows[0], file).toMatchObject(says)
    }
  })

  test('the same crash as JSON and as text says the same', async () => {
    const [json] = (await read('ios-crash-in-ips-format.ips')).rows
    const [text] = (await read('ios-crash-with-json-header.crash')).rows
    const columns = [
      'ts',
      'kind',
      'process',
      'app',
      'app_version',
      'first_party',
      'os_build',
      'hardware',
      'crash_reporter_key',
      'event_key',
    ] as const
    const faults = [
      'exception_type',
      'exception_codes',
      'signal',
      'termination_namespace',
      'termination_code',
      'termination_reason',
      'pc',
      'pc_image',
      'pc_known',
    ] as const
    for (const column of [...columns, ...faults]) expect(text![column], column).toEqual(json![column])
  })
})
