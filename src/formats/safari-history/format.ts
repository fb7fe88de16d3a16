// History.db of Safari (HomeDomain, Library/Safari): visits and the addresses that they went to, for a year. Each redirect
// is a visit of its own. The titles of pages are not read. Same tables since iOS 8; `origin` tells since iOS 9 whose visit it was.
import { type CodeFormat, defineFormat } from '../../model/index.ts'
import {
  appleSeconds,
  type Emit,
  jsonWithin,
  parseDatabase,
  type Reading,
  sniffDatabase,
  visited,
} from '../database.ts'

/** Kept in memory to say what a redirect came from; a year of heavy use has some 100,000. */
const most = 1_000_000

function open(emit: Emit): Reading {
  const urls = new Map<number, string>()
  const itemOf = new Map<number, number>()
  return {
    tables: [
      {
        table: 'history_items',
        columns: ['id', 'url'],
        take(row) {
          const id = row.whole('id')
          if (id === null) emit.flaw('bad_record', row, 'an address without a number')
          else if (urls.size >= most) emit.flaw('count_limit', row, `more than ${most} addresses`)
          else urls.set(id, row.text('url'))
        },
      },
      {
        table: 'history_visits',
        columns: [
          'id',
          'history_item',
          'visit_time',
          'load_successful',
          'http_non_get',
          'redirect_source',
          'redirect_destination',
          'origin',
        ],
        take(row) {
          const [id, item] = [row.whole('id'), row.whole('history_item')]
          if (id !== null && item !== null && itemOf.size < most) itemOf.set(id, item)
          const url = item === null ? undefined : urls.get(item)
          if (url === undefined) return emit.flaw('missing_field', row, 'its address is not there (any more)')
          const ts = appleSeconds(row.real('visit_time'))
          if (ts === null) return emit.flaw('bad_time', row, 'visit_time is no time')
          const where = visited(url)
          if (where === null) return
          const source = itemOf.get(row.whole('redirect_source') ?? -1)
          const synced = row.text('origin') === '1'
          const loaded = row.text('load_successful')
          return emit.row(
            'network',
            {
              record: row.record,
              raw: () => jsonWithin({ url, ...row.shown() }),
            },
            {
              ts,
              kind: 'http',
              app: 'com.apple.mobilesafari',
              ...(synced
                ? { context: 'synced from another device of the same account' }
                : { attribution: 'on_device_report' }),
              ...where,
              url,
              referrer: source === undefined ? '' : (urls.get(source) ?? ''),
              status: loaded === '' ? '' : loaded === '0' ? 'failed' : 'loaded',
            },
          )
        },
      },
    ],
  }
}

export const safariHistory: CodeFormat = defineFormat({
  id: 'safari-history',
  kind: 'code',
  title: 'Safari history (History.db)',
  version: 1,
  oneDevice: true,
  names: ['History.db'],
  claims: {
    network: {
      time: { means: 'when the page was visited', precision: 'microsecond', zone: 'stated' },
      always: ['kind', 'app', 'url', 'raw'],
      sometimes: ['domain', 'dst_ip', 'attribution', 'context', 'referrer', 'status'],
      blind: [
        'private windows, other browsers, and pages inside other apps',
        'what pages loaded besides themselves',
        'visits that the user deleted, or that are more than a year old',
        'whose visit it was where `context` says that it was synced: then this device did not make it',
        'addresses that are no contact (about:, data:, file:), which are passed over',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'iOS:unifiedlog' }],
    },
  },
  sniff: (head, name) => sniffDatabase(head, name, ['history_items', 'history_visits'], /^History\.db$/),
  parse: (bytes, out, context) => parseDatabase(bytes, out, context, open),
})
