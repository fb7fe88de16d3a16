// Published causes of crash reports (the folder they lie in) against the class that AN1756 gives them.
import { join } from 'node:path'
import { classOf } from '../../src/analytics/an1756/effects.ts'
import type { EffectRow } from '../../src/analytics/an1756/row.ts'
import { data, type TextTable } from './data.ts'
import { scanned } from './store.ts'

/**
 * What the cause of a folder (or of a file that differs from its folder) should be called; traps count as aborts. null: there is no class for it, and none should be given. More than one: the
 * cause shows itself in either way.
 */
const wanted: Readonly<Record<string, { readonly cause: string; readonly classes: readonly (string | null)[] }>> = {
  adventure_pac_crash_ios: { cause: 'pointer authentication failed', classes: ['pointer_authentication'] },
  assert_crash_ios: { cause: 'assertion', classes: ['abort'] },
  beta_crash: { cause: 'unhandled exception', classes: ['abort'] },
  brain_cpu_ios: { cause: 'too much processor time', classes: ['resource'] },
  guard_crash_ios: { cause: 'guarded file descriptor closed', classes: ['guard'] },
  icdab_as_instr_ios: { cause: 'illegal instruction', classes: ['abort'] },
  icdab_sema_crash_ios: { cause: 'semaphore destroyed in use (trap)', classes: ['abort'] },
  icdab_wrap_ios: { cause: 'nil unwrapped (trap)', classes: ['abort'] },
  jetsam: { cause: 'memory limit', classes: ['jetsam'] },
  // bug_type 211: analytics lines that are merely named like a jetsam report
  'jetsam_per-process-limit.crash': { cause: 'analytics named like a jetsam report', classes: [null] },
  kiosk_startup_ios: { cause: 'too slow at launch (0x8badf00d)', classes: ['watchdog'] },
  nsdata_crash_ios: { cause: 'uncaught exception', classes: ['abort'] },
  security_violation_ios: { cause: 'privacy violation: ended by TCC', classes: ['abort'] },
  snapchat_wake_ios: { cause: 'too many wake-ups', classes: ['resource'] },
  train_thermal_crash_ios: { cause: 'ended for heat (header cut off, no time)', classes: ['abort'] },
  'exploit-panics': { cause: 'kernel panic of an exploit', classes: ['panic'] },
  'macos-negatives': { cause: 'macOS: must not count', classes: [null] },
  kscrash: { cause: 'third-party reporter: not read', classes: [null] },
}

export type Crash = {
  /** Below ios-crash/. */
  readonly file: string
  /** Key of `wanted`; '' where no cause is published. */
  readonly key: string
  /** Class of AN1756; null: none, or no row. */
  readonly class: string | null
  /** Why there is none, or ''. */
  readonly note: string
  /** null: the folder tells no cause. */
  readonly right: boolean | null
}

const sql = `SELECT path, kind, category, process, process_path, app, first_party, bug_type, exception_type,
  exception_subtype, signal, termination_namespace, termination_code, fault_address, pc_image, pc_known, platform
  FROM device_event AS e INNER JOIN (SELECT id, path FROM source_live) AS s ON s.id = e.source ORDER BY path, record`

export async function replayCrashes(): Promise<readonly Crash[]> {
  const folder = join(data, 'ios-crash')
  return scanned([folder], async (engine, scan) => {
    const rows = await engine.query<EffectRow & { path: string; platform: string }>(sql)
    return scan.sources
      .map((source) => ({ source, file: source.path.slice(folder.length + 1) }))
      .filter(({ file }) => !file.endsWith('.md'))
      .map(({ source, file }): Crash => {
        const key = file.split('/').findLast((part) => part in wanted) ?? ''
        const row = rows.find(({ path }) => path === source.path)
        const foreign = row !== undefined && row.platform !== 'ios' && row.platform !== ''
        const given = row === undefined || foreign ? null : classOf({ ...row, value: '', before: '' })
        const expected = wanted[key]
        return {
          file,
          key,
          class: given,
          note:
            row === undefined
              ? `no row (${Object.keys(source.problems).join(', ') || source.status})`
              : foreign
                ? `told apart: ${row.platform}`
                : row.kind,
          right: expected === undefined ? null : expected.classes.includes(given),
        }
      })
      .sort((a, b) => (a.file < b.file ? -1 : 1))
  })
}

/** Cause against class, with how many reports. */
export function crashesTable(crashes: readonly Crash[]): TextTable {
  const told = crashes.filter(({ right }) => right !== null)
  const rows = [...Map.groupBy(told, ({ key, class: given, note }) => `${key}\t${given ?? `none: ${note}`}`)].map(
    ([both, list]) => {
      const [key, given] = both.split('\t')
      const { cause, classes } = wanted[key!]!
      return [
        cause,
        classes.map((c) => c ?? 'none').join(' or '),
        given!,
        `${list.length}`,
        list[0]!.right ? 'yes' : 'no',
      ]
    },
  )
  return {
    title: `Crash reports with a published cause: ${told.filter(({ right }) => right).length} of ${told.length} classed as they should be`,
    head: ['cause', 'should be', 'AN1756 says', 'reports', 'right'],
    rows,
    notes: [
      `Without a published cause: ${crashes
        .filter(({ right }) => right === null)
        .map(({ class: given, note }) => given ?? `none (${note})`)
        .sort()
        .join(', ')}.`,
    ],
  }
}
