// storeSystem.db of the App Store's daemon (appstored, a full file system): updates of apps that were installed or offered.
// Tables as in iOS 17; most of it stands in the write-ahead log.
import { type CodeFormat, defineFormat } from '../../model/index.ts'
import { details } from '../apple.ts'
import { appleSeconds, type Emit, parseDatabase, type Reading, sniffDatabase } from '../database.ts'

const open = (emit: Emit): Reading => ({
  tables: [
    {
      table: 'app_updates',
      columns: [
        'bundle_id',
        'timestamp',
        'install_date',
        'release_date',
        'update_state',
        'store_item_id',
        'store_software_version_id',
        'is_background',
        'is_offloaded',
        'is_b2b_custom_app',
        'is_profile_validated',
      ],
      take(row) {
        const installed = appleSeconds(row.real('install_date'))
        const ts = installed ?? appleSeconds(row.real('timestamp'))
        if (ts === null) return emit.flaw('bad_time', row, 'neither install_date nor timestamp is a time')
        const yes = (column: string): string => (row.text(column) === '1' ? 'yes' : '')
        return emit.row('device_event', row, {
          ts,
          kind: installed === null ? 'other' : 'app',
          category: installed === null ? 'update_offered' : 'updated',
          app: row.text('bundle_id'),
          detail: details({
            store_item: row.text('store_item_id') === '0' ? '' : row.text('store_item_id'),
            store_version: row.text('store_software_version_id'),
            background: yes('is_background'),
            offloaded: yes('is_offloaded'),
            custom: yes('is_b2b_custom_app'),
            by_profile: yes('is_profile_validated'),
          }),
        })
      },
    },
  ],
})

export const storeSystem: CodeFormat = defineFormat({
  id: 'store-system',
  kind: 'code',
  title: 'Updates of apps (storeSystem.db of the App Store)',
  version: 1,
  oneDevice: true,
  names: ['storeSystem.db'],
  claims: {
    device_event: {
      time: {
        means: 'when the update was installed; of one that was not, when it was noted',
        precision: 'microsecond',
        zone: 'stated',
      },
      always: ['kind', 'category', 'app', 'raw'],
      sometimes: ['detail'],
      blind: [
        'apps that did not come from the App Store, and first installations, whose rows are removed when they are done',
        'updates before the last one of each app',
      ],
      attack: [{ dataComponent: 'DC0018', logSource: 'iOS:unifiedlog' }],
    },
  },
  sniff: (head, name) => sniffDatabase(head, name, ['app_updates', 'odr_asset_pack'], /^storeSystem\.db$/),
  parse: (bytes, out, context) => parseDatabase(bytes, out, context, open),
})
