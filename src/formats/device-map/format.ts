// The operator's map of devices (`--devices FILE`): CSV with any of the columns below; others are kept as labels.
// Never recognised by itself: a table of devices in an evidence folder could be anything.
import { defineFormat, type GivenRow, type Out } from '../../model/index.ts'
import { canonicalIp, canonicalMac } from '../../names/index.ts'

/** A map of a million devices fits; more is a mistake. */
const maxBytes = 256 * 1024 ** 2

const known = [
  'device',
  'user',
  'group',
  'ip',
  'mac',
  'hostname',
  'serial',
  'udid',
  'crash_reporter_key',
  'from',
  'to',
] as const
type Column = (typeof known)[number]

export const deviceMap = defineFormat({
  kind: 'code',
  id: 'device-map',
  title: 'Map of devices (CSV)',
  version: 1,
  names: ['devices.csv'],
  claims: {
    identity_event: {
      time: {
        means: 'from when the statement holds (column from); 1970 where it always holds',
        precision: 'second',
        zone: 'assumed_utc',
      },
      always: ['kind', 'device'],
      sometimes: [
        'ts',
        'ts_end',
        'user',
        'group',
        'ip',
        'mac',
        'host',
        'serial',
        'udid',
        'crash_reporter_key',
        'labels',
      ],
      blind: ['addresses that changed since the map was written'],
      attack: [],
    },
  },
  sniff: () => 'no',
  parse: parseMap,
})

async function parseMap(bytes: AsyncIterable<Buffer>, out: Out): Promise<void> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of bytes) {
    size += chunk.length
    if (size > maxBytes) {
      out.problem({
        code: 'size_limit',
        record: 0,
        byte: maxBytes,
        detail: 'a map of devices may have 256 MiB',
        sample: '',
      })
      break
    }
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\ufeff/, '')
  const firstLine = text.slice(0, text.search(/\r?\n|$/))
  const delimiter = [',', ';', '\t'].sort((a, b) => firstLine.split(b).length - firstLine.split(a).length)[0]!
  const skipped: number[] = []
  // not every scan has a map: it is loaded with the first
  const { parse } = await import('csv-parse/sync')
  let rows: { readonly record: string[]; readonly raw: string; readonly info: { readonly lines: number } }[]
  try {
    rows = parse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
      raw: true,
      info: true,
      skip_records_with_error: true,
      on_skip: (error) => {
        skipped.push((error as { lines?: number } | undefined)?.lines ?? 0)
        return undefined
      },
    }) as unknown as typeof rows
  } catch (error) {
    out.problem({
      code: 'bad_record',
      record: 1,
      byte: -1,
      detail: `not CSV: ${(error as Error).message.slice(0, 200)}`,
      sample: firstLine.slice(0, 200),
    })
    return
  }
  for (const line of skipped) out.problem({ code: 'bad_record', record: line, byte: -1, detail: 'not CSV', sample: '' })
  const header = rows[0]?.record.map((name) => name.toLowerCase().replaceAll(/[\s-]+/g, '_')) ?? []
  if (!header.includes('device')) {
    if (rows.length > 0)
      out.problem({
        code: 'missing_field',
        record: 1,
        byte: -1,
        detail: `the first line must name the columns, and one of them must be device; found: ${header.join(', ')}`,
        sample: firstLine.slice(0, 200),
      })
    return
  }
  for (const { record: cells, raw, info } of rows.slice(1)) {
    const given = statement(header, cells, raw.replace(/\r?\n$/, ''), info.lines, out)
    if (given) await out.row('identity_event', info.lines, given)
  }
}

function statement(
  header: readonly string[],
  cells: readonly string[],
  raw: string,
  record: number,
  out: Out,
): GivenRow<'identity_event'> | null {
  const cell = (column: Column): string => cells[header.indexOf(column)] ?? ''
  const bad = (code: 'bad_record' | 'bad_time' | 'missing_field', detail: string): void =>
    out.problem({ code, record, byte: -1, detail, sample: raw.slice(0, 200) })
  if (cell('device') === '') {
    bad('missing_field', 'device is empty')
    return null
  }
  const ip = cell('ip') === '' ? '' : canonicalIp(cell('ip'))
  const mac = cell('mac') === '' ? '' : canonicalMac(cell('mac'))
  if (ip === null) bad('bad_record', `ip cannot be read: ${cell('ip').slice(0, 60)}`)
  if (mac === null) bad('bad_record', `mac cannot be read: ${cell('mac').slice(0, 60)}`)
  const from = cell('from') === '' ? 0 : moment(cell('from'))
  const to = cell('to') === '' ? 0 : moment(cell('to'))
  if (from === null || to === null) {
    bad('bad_time', 'from or to cannot be read: write 2026-09-14 or 2026-09-14T08:00:00Z')
    return null
  }
  const labels: Record<string, string> = {}
  for (const [index, name] of header.entries())
    if (name !== '' && !known.includes(name as Column) && cells[index]) labels[name] = cells[index]
  return {
    ts: from,
    ts_end: to,
    raw,
    kind: 'map',
    device: cell('device'),
    user: cell('user'),
    group: cell('group'),
    ip: ip ?? '',
    mac: mac ?? '',
    host: cell('hostname').toLowerCase().replace(/\.$/, ''),
    serial: cell('serial'),
    udid: cell('udid'),
    crash_reporter_key: cell('crash_reporter_key').toLowerCase(),
    labels,
  }
}

/** `2026-09-14`, `2026-09-14 08:00`, ISO 8601 with or without offset (none: UTC) → Micros; null: cannot be read. */
function moment(text: string): number | null {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i.exec(text)
  if (!match) return null
  const [, day, minute = '00:00', second = ':00', zone = 'Z'] = match
  const time = Date.parse(
    `${day}T${minute}${second.slice(0, 7)}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone}`,
  )
  return Number.isFinite(time) ? time * 1000 : null
}
