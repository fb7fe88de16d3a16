// Powerlog: CurrentPowerlog.PLSQL, and powerlog_2026-…_UUID.PLSQL.gz of each day (logs/powerlogs of a sysdiagnose, in
// /var/containers/Shared/SystemGroup/…/BatteryLife of a file system). 200 to 400 tables, named agent_type_name.
// Tables and columns as in a powerlog of iOS 15.0.2 (iPad); APOLLO and iLEAPP read the same ones from iOS 9 to 17.
import { type CodeFormat, defineFormat, type Micros, type ProblemCode } from '../../model/index.ts'
import { details } from '../apple.ts'
import {
  amountOf,
  type Emit,
  ownerOf,
  parseDatabase,
  type Reading,
  type Stored,
  sniffDatabase,
  unixTime,
} from '../database.ts'

const offsets = 'PLStorageOperator_EventForward_TimeOffset'
const usage = 'PLProcessNetworkAgent_EventInterval_UsageDiff'

type Offset = { readonly from: number; readonly seconds: number }
/** One a reboot or change of the clock; kept in memory. */
const maxOffsets = 100_000

/** The offset of the last entry that is not later; of what is earlier than all of them that of the first. */
function offsetAt(list: readonly Offset[], seconds: number): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (list[middle]!.from <= seconds) low = middle + 1
    else high = middle
  }
  return (list[Math.max(0, low - 1)] ?? { seconds: 0 }).seconds
}

function open(emit: Emit): Reading {
  const list: Offset[] = []
  let sorted = true
  let first: Stored | null = null
  /**
   * Powerlog counts seconds since 1970 on a clock of its own, which stands still for nobody who sets the clock; how far
   * the system's was from it is written down whenever that changes (6 to 11 minutes in the log of iOS 15).
   */
  const timeOf = (row: Stored, column: string): Micros | null => {
    const seconds = row.real(column)
    if (seconds === null) return null
    first ??= row
    if (!sorted) {
      list.sort((a, b) => a.from - b.from)
      sorted = true
    }
    return unixTime(seconds + offsetAt(list, seconds))
  }
  const timed =
    (take: (row: Stored, ts: Micros) => void | Promise<void>, column = 'timestamp') =>
    (row: Stored): void | Promise<void> => {
      const ts = timeOf(row, column)
      if (ts === null) return emit.flaw('bad_time' satisfies ProblemCode, row, `${column} is no time`)
      return take(row, ts)
    }
  const common = (row: Stored, ts: Micros) => ({ ts, app: row.text('BundleID') || row.text('AppBundleId') })
  return {
    tables: [
      {
        table: offsets,
        columns: ['timestamp', 'system'],
        take(row) {
          const [from, seconds] = [row.real('timestamp'), row.real('system')]
          if (from === null || seconds === null) emit.flaw('bad_time', row, 'an offset of the clock that is no number')
          else if (list.length >= maxOffsets)
            emit.flaw('count_limit', row, `more than ${maxOffsets} offsets of the clock`)
          else {
            list.push({ from, seconds })
            sorted = false
          }
        },
      },
      {
        table: usage,
        columns: ['timestamp', 'timestampEnd', 'ProcessName', 'BundleName', 'WifiIn', 'WifiOut', 'CellIn', 'CellOut'],
        take: timed((row, ts) => {
          const add = (...names: string[]): number => {
            const values = names.flatMap((name) => row.whole(name) ?? [])
            return values.length === 0 ? -1 : amountOf(values.reduce((total, value) => total + value, 0))
          }
          return emit.row('network', row, {
            ts,
            ts_end: Math.max(ts, timeOf(row, 'timestampEnd') ?? 0),
            kind: 'flow',
            ...ownerOf(row.text('ProcessName'), row.text('BundleName')),
            attribution: 'on_device_report',
            bytes_in: add('WifiIn', 'CellIn'),
            bytes_out: add('WifiOut', 'CellOut'),
          })
        }),
      },
      {
        table: 'PLConfigAgent_EventNone_Config',
        columns: ['timestamp', 'Build', 'Device', 'DeviceBootTime', 'DeviceBootReasons', 'BootArgs'],
        take: timed(async (row, ts) => {
          const os_build = row.text('Build')
          if (os_build !== '')
            await emit.row('device_event', row, {
              ts,
              kind: 'posture',
              category: 'os_build',
              os_build,
              detail: { value: os_build },
            })
          const boot = timeOf(row, 'DeviceBootTime')
          if (boot !== null)
            await emit.row('device_event', row, {
              ts: boot,
              kind: 'reboot',
              category: 'boot',
              os_build,
              detail: details({ reasons: row.text('DeviceBootReasons'), arguments: row.text('BootArgs') }),
              // it is written again with every log; offsets differ by parts of a second
              event_key: `boot ${Math.round(boot / 1e6)}`,
            })
        }),
      },
      {
        table: 'PLProcessMonitorAgent_EventForward_ProcessID',
        columns: ['timestamp', 'PID', 'ProcessName', 'BundleID'],
        take: timed((row, ts) =>
          emit.row('device_event', row, {
            ...common(row, ts),
            kind: 'other',
            category: 'process_start',
            process: row.text('ProcessName'),
            detail: details({ pid: row.text('PID') }),
          }),
        ),
      },
      {
        table: 'PLApplicationAgent_EventPoint_ApplicationExitReason',
        columns: ['timestamp', 'Identifier', 'Reason', 'Subcode', 'pid'],
        take: timed((row, ts) =>
          emit.row('device_event', row, {
            ts,
            kind: 'other',
            category: 'app_exit',
            app: row.text('Identifier'),
            detail: details({ reason: row.text('Reason'), subcode: row.text('Subcode'), pid: row.text('pid') }),
          }),
        ),
      },
      {
        table: 'PLApplicationAgent_EventNone_AllApps',
        columns: [
          'timestamp',
          'AppBundleId',
          'AppBundleVersion',
          'AppBuildVersion',
          'AppName',
          'AppExecutable',
          'AppDeletedDate',
          'AppIs3rdParty',
          'AppIsBeta',
        ],
        take: timed(async (row, ts) => {
          const app = {
            app: row.text('AppBundleId'),
            app_version: row.text('AppBundleVersion'),
            detail: details({
              name: row.text('AppName'),
              executable: row.text('AppExecutable'),
              build: row.text('AppBuildVersion'),
              third_party: row.text('AppIs3rdParty'),
              beta: row.text('AppIsBeta'),
            }),
          }
          await emit.row('device_event', row, { ts, kind: 'other', category: 'app_listed', ...app })
          // seconds since 1970 by the clock of the system; 0 or null: it is there
          const deleted = unixTime(row.real('AppDeletedDate'))
          if (deleted !== null)
            await emit.row('device_event', row, { ts: deleted, kind: 'app', category: 'uninstalled', ...app })
        }),
      },
      {
        table: 'PLApplicationAgent_EventForward_ApplicationDidUninstall',
        columns: ['timestamp', 'AppBundleId', 'AppName'],
        take: timed((row, ts) =>
          emit.row('device_event', row, {
            ...common(row, ts),
            kind: 'app',
            category: 'uninstalled',
            detail: details({ name: row.text('AppName') }),
          }),
        ),
      },
    ],
    finish() {
      if (first !== null && list.length === 0)
        emit.flaw('missing_field', first, 'no offsets of the clock: all times may be off by minutes')
    },
  }
}

export const powerlog: CodeFormat = defineFormat({
  id: 'powerlog',
  kind: 'code',
  title: 'Powerlog of iOS: network use, processes, apps and boots',
  version: 1,
  oneDevice: true,
  names: ['CurrentPowerlog.PLSQL', 'powerlog_*.PLSQL'],
  claims: {
    network: {
      time: {
        means:
          'the stretch over which the bytes were counted, begin and end, brought to the clock of the system by the offsets that the log notes',
        precision: 'microsecond',
        zone: 'stated',
      },
      always: ['ts_end', 'kind', 'attribution', 'raw'],
      sometimes: ['app', 'process', 'bytes_in', 'bytes_out'],
      blind: [
        'where a process connected to: there is no name and no address, only bytes of some minutes',
        'more than the last 3 days or so in the current log; a sysdiagnose holds up to a week of older ones',
        'which of Wi-Fi and mobile network it was, beyond what the record says',
      ],
      attack: [{ dataComponent: 'DC0078', logSource: 'iOS:unifiedlog' }],
    },
    device_event: {
      time: {
        means:
          'when it was noted, brought to the clock of the system; of a boot when the device started, of a list of apps when it was drawn up, of a removed app when it was removed',
        precision: 'microsecond',
        zone: 'stated',
      },
      always: ['kind', 'category', 'raw'],
      sometimes: ['app', 'app_version', 'process', 'os_build', 'detail', 'event_key'],
      blind: [
        'processes that were not running when the log looked, every quarter of an hour or so',
        'why a process ended, beyond a number',
        'when an app was installed: the list says only that it is there',
      ],
      attack: [
        { dataComponent: 'DC0032', logSource: 'iOS:unifiedlog' },
        { dataComponent: 'DC0018', logSource: 'iOS:unifiedlog' },
      ],
    },
  },
  // 200 tables and more: their declarations may stand behind the head
  sniff: (head, name) => sniffDatabase(head, name, [usage, offsets], /\.PLSQL$/i),
  parse: (bytes, out, context) => parseDatabase(bytes, out, context, open),
})
