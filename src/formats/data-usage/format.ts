// DataUsage.sqlite (WirelessDomain, Library/Databases) and netusage.sqlite (networkd, in a file system): how many bytes each
// process moved, and when it was first and last seen with the network. Core Data; the tables are the same since iOS 8.
// MVT finds processes of spyware by name here, and looks for numbers that are missing: a record that was deleted.
import { type CodeFormat, defineFormat } from '../../model/index.ts'
import {
  amountOf,
  appleSeconds,
  type Emit,
  jsonWithin,
  ownerOf,
  parseDatabase,
  type Reading,
  type Stored,
  sniffDatabase,
} from '../database.ts'

/** A phone that was never erased has some 1,500 processes, and one or two counters for each. */
const most = 200_000

const counters = ['ZWIFIIN', 'ZWIFIOUT', 'ZWWANIN', 'ZWWANOUT'] as const
type Counter = (typeof counters)[number]
type Usage = {
  readonly record: number
  readonly time: number | null
  readonly counts: Readonly<Record<Counter, number | null>>
  readonly shown: Record<string, unknown>
}

const sum = (usages: readonly Usage[], ...names: readonly Counter[]): number => {
  const values = usages.flatMap(({ counts }) => names.flatMap((name) => counts[name] ?? []))
  return values.length === 0 ? -1 : amountOf(values.reduce((total, value) => total + value, 0))
}

function open(emit: Emit): Reading {
  const usages = new Map<number, Usage[]>()
  let kept = 0
  let before: number | null = null
  const takeUsage = (row: Stored): void => {
    if (kept++ >= most) {
      emit.flaw('count_limit', row, `more than ${most} counters; this one was left out`)
      return
    }
    const process = row.whole('ZHASPROCESS') ?? -1
    const counts = Object.fromEntries(counters.map((name) => [name, row.whole(name)])) as Record<Counter, number | null>
    const usage = { record: row.record, time: appleSeconds(row.real('ZTIMESTAMP')), counts, shown: row.shown() }
    const known = usages.get(process)
    if (known) known.push(usage)
    else usages.set(process, [usage])
  }
  const takeProcess = (row: Stored): void | Promise<void> => {
    const number = row.whole('Z_PK')
    const missing = number !== null && before !== null && number > before + 1 ? number - before - 1 : 0
    before = number ?? before
    const own = (number === null ? undefined : usages.get(number)) ?? []
    if (number !== null) usages.delete(number)
    const last = appleSeconds(row.real('ZTIMESTAMP'))
    const first = appleSeconds(row.real('ZFIRSTTIMESTAMP')) ?? last
    if (first === null) return emit.flaw('bad_time', row, 'neither ZFIRSTTIMESTAMP nor ZTIMESTAMP is a time')
    const owner = ownerOf(row.text('ZPROCNAME'), row.text('ZBUNDLENAME'))
    const raw = (): string =>
      jsonWithin({
        ...row.shown(),
        ...(missing > 0 ? { numbers_missing_before: missing } : {}),
        usage: own.slice(0, 10).map((usage) => usage.shown),
      })
    return emit.row(
      'network',
      { record: row.record, raw },
      {
        ts: first,
        ts_end: Math.max(first, last ?? 0),
        kind: 'flow',
        ...owner,
        attribution: 'on_device_report',
        bytes_in: sum(own, 'ZWIFIIN', 'ZWWANIN'),
        bytes_out: sum(own, 'ZWIFIOUT', 'ZWWANOUT'),
        // the same process in the next backup: its counters have grown
        event_key: `data-usage ${row.text('ZPROCNAME')} ${first}`,
      },
    )
  }
  return {
    tables: [
      { table: 'ZLIVEUSAGE', columns: ['Z_PK', 'ZHASPROCESS', 'ZTIMESTAMP', 'ZKIND', ...counters], take: takeUsage },
      {
        table: 'ZPROCESS',
        columns: ['Z_PK', 'ZFIRSTTIMESTAMP', 'ZTIMESTAMP', 'ZPROCNAME', 'ZBUNDLENAME'],
        take: takeProcess,
      },
    ],
    // counters whose process is no longer there: what it was called is lost, not what it moved
    async finish() {
      for (const usage of [...usages.values()].flat()) {
        const row = { record: usage.record, raw: () => jsonWithin(usage.shown) }
        if (usage.time === null) emit.flaw('bad_time', row, 'ZTIMESTAMP is no time, and its process is not there')
        else
          await emit.row('network', row, {
            ts: usage.time,
            kind: 'flow',
            attribution: 'on_device_report',
            bytes_in: sum([usage], 'ZWIFIIN', 'ZWWANIN'),
            bytes_out: sum([usage], 'ZWIFIOUT', 'ZWWANOUT'),
            event_key: `data-usage counter ${usage.time}`,
          })
      }
    },
  }
}

export const dataUsage: CodeFormat = defineFormat({
  id: 'data-usage',
  kind: 'code',
  title: 'Network use by process (DataUsage.sqlite, netusage.sqlite)',
  version: 1,
  oneDevice: true,
  names: ['DataUsage.sqlite', 'netusage.sqlite'],
  claims: {
    network: {
      time: {
        means:
          'when the process was first seen with the network, and as `ts_end` when last; of counters whose process is not there any more, when they were written',
        precision: 'microsecond',
        zone: 'stated',
      },
      always: ['kind', 'attribution', 'event_key', 'raw'],
      sometimes: ['ts_end', 'app', 'process', 'bytes_in', 'bytes_out'],
      blind: [
        'where a process connected to: there is no name and no address, only bytes',
        'what was between the first and the last time: the counters are sums',
        'processes whose record was deleted: a number that is missing (`numbers_missing_before` in the record) may be one, or one that the system removed itself',
        'process names beyond 16 characters',
      ],
      attack: [{ dataComponent: 'DC0078', logSource: 'iOS:unifiedlog' }],
    },
  },
  sniff: (head, name) => sniffDatabase(head, name, ['ZPROCESS', 'ZLIVEUSAGE'], /^(?:DataUsage|netusage)\.sqlite$/i),
  parse: (bytes, out, context) => parseDatabase(bytes, out, context, open),
})
