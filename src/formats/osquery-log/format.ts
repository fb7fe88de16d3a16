// Results of osquery as its loggers and Fleet write them (JSON lines): differences, snapshots and status lines.
// osquery runs on macOS, Linux and Windows, not on iOS: it shows the computers that iPhones are paired with.
// Source of the fields: osquery documentation, “Logging”; osquery schema, tables process_open_sockets and socket_events.
import type { CodeFormat, Micros } from '../../model/index.ts'
import { canonicalIp } from '../../names/index.ts'
import { details } from '../apple.ts'
import {
  contact,
  digestOf,
  event,
  flaw,
  isObject,
  type Json,
  jsonFormat,
  listAt,
  objectAt,
  type Told,
  textAt,
  timeAt,
} from '../json-events.ts'

/** IP protocol numbers of the socket tables. */
const transports: Readonly<Record<string, string>> = {
  '6': 'tcp',
  '17': 'udp',
  '1': 'icmp',
  '58': 'icmp',
  '132': 'sctp',
}

type About = {
  readonly ts: Micros
  readonly device: string
  readonly key: string
  readonly query: string
}

/** `Mon Mar  2 08:00:00 2026 UTC`; null where it is something else. */
function calendarTime(written: string): Micros | null {
  const time = /UTC$/.test(written) ? Date.parse(written) : Number.NaN
  return Number.isFinite(time) && time > 0 ? time * 1000 : null
}

const hostOf = (record: Json): string =>
  textAt(record, 'decorations.hostname', 'decorations.host_name', 'decorations.hardware_serial') ||
  textAt(record, 'hostIdentifier')

function* take(record: Json): Generator<Told> {
  const ts = timeAt(record, 'unixTime') ?? calendarTime(textAt(record, 'calendarTime'))
  if (ts === null) return yield flaw('bad_time', 'neither unixTime nor calendarTime can be read')
  const device = hostOf(record)
  if ('message' in record && !('name' in record)) {
    return yield event({
      ts,
      kind: 'other',
      device,
      category: 'osquery_status',
      detail: details({
        value: textAt(record, 'severity'),
        message: textAt(record, 'message'),
        file: textAt(record, 'filename'),
        version: textAt(record, 'version'),
      }),
      event_key: `osquery ${device} status ${ts} ${textAt(record, 'filename')}:${textAt(record, 'line')} ${textAt(record, 'message').slice(0, 80)}`,
    })
  }
  const query = textAt(record, 'name')
  const key = `osquery ${device} ${query} ${ts} ${textAt(record, 'counter')}`
  const about = { ts, device, key, query }
  const action = textAt(record, 'action')
  const snapshot = listAt(record, 'snapshot')
  if (action === 'snapshot' || 'snapshot' in record) {
    // a query that found nothing is an answer as well
    if (snapshot.length === 0)
      yield event({
        ts,
        kind: 'other',
        device,
        category: query,
        detail: { value: 'snapshot', rows: '0' },
        event_key: key,
      })
    for (const columns of snapshot) yield* takeRow(columns, 'snapshot', about)
    return
  }
  // batched format: several differences of one query
  const parts = objectAt(record, 'diffResults')
  if (Object.keys(parts).length > 0)
    for (const word of ['added', 'removed'] as const)
      for (const columns of listAt(parts, word)) yield* takeRow(columns, word, about)
  else if (isObject(record.columns)) yield* takeRow(record.columns, action, about)
  else yield flaw('missing_field', 'columns')
}

function* takeRow(columns: Json, action: string, { ts, device, key, query }: About): Generator<Told> {
  const shown = Object.fromEntries(
    Object.keys(columns)
      .slice(0, 100)
      .map((column) => [column, textAt(columns, column)]),
  )
  yield event({
    ts,
    kind: 'other',
    device,
    category: query,
    process: textAt(columns, 'process_name') || (query.includes('process') ? textAt(columns, 'name') : ''),
    process_path: textAt(columns, 'path').startsWith('/') && 'pid' in columns ? textAt(columns, 'path') : '',
    detail: details({ ...shown, value: action }),
    event_key: `${key} ${action} ${digestOf(columns)}`,
  })
  // a socket that was closed was told when it was opened
  const dst_ip = canonicalIp(textAt(columns, 'remote_address')) ?? ''
  if (action === 'removed' || dst_ip === '' || /^(?:0\.0\.0\.0|::|127\.0\.0\.1|::1)$/.test(dst_ip)) return
  const path = textAt(columns, 'path')
  const process = textAt(columns, 'process_name', 'name') || path.slice(path.lastIndexOf('/') + 1)
  yield contact({
    ts,
    kind: 'flow',
    device,
    src_ip: canonicalIp(textAt(columns, 'local_address')) ?? '',
    src_port: portOf(textAt(columns, 'local_port')),
    dst_ip,
    dst_port: portOf(textAt(columns, 'remote_port')),
    transport: transports[textAt(columns, 'protocol')] ?? '',
    process,
    ...(process === '' ? {} : { attribution: 'on_device_report' }),
    status: textAt(columns, 'state'),
    event_key: `${key} ${dst_ip} ${digestOf(columns)}`,
  })
}

const portOf = (written: string): number => (/^\d{1,5}$/.test(written) && Number(written) < 65536 ? Number(written) : 0)

const time = {
  means: 'when osquery ran the query or wrote the line (unixTime)',
  precision: 'second',
  zone: 'stated',
} as const

export const osqueryLog: CodeFormat = jsonFormat({
  id: 'osquery-log',
  title: 'osquery results and status lines, as osquery and Fleet log them (JSON lines)',
  version: 1,
  names: ['osqueryd.results.log', 'osqueryd.snapshots.log', 'osquery_result', '*osquery*.log'],
  claims: {
    device_event: {
      time,
      always: ['kind', 'category', 'detail', 'event_key', 'raw'],
      sometimes: ['device', 'process', 'process_path'],
      blind: [
        'iPhones and iPads: osquery does not run on them',
        'what came and went between two runs of a query',
        'what no query asks for',
      ],
      attack: [{ dataComponent: 'DC0034', logSource: 'MobileEDR:telemetry' }],
    },
    network: {
      time,
      always: ['kind', 'dst_ip', 'event_key', 'raw'],
      sometimes: ['device', 'src_ip', 'src_port', 'dst_port', 'transport', 'process', 'attribution', 'status'],
      blind: [
        'names: the socket tables hold addresses',
        'connections that came and went between two runs of the query',
      ],
      attack: [{ dataComponent: 'DC0082', logSource: 'Network Traffic' }],
    },
  },
  marks: ['hostIdentifier', 'calendarTime|unixTime'],
  is: (record) =>
    'hostIdentifier' in record &&
    ('unixTime' in record || 'calendarTime' in record) &&
    (('name' in record &&
      ('columns' in record || 'snapshot' in record || 'diffResults' in record || 'action' in record)) ||
      'message' in record),
  take,
})
