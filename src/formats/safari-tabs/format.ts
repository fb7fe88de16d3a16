// BrowserState.db of Safari (HomeDomain, Library/Safari): the tabs that were open. Titles and the pages themselves
// (tab_sessions) are not read. iOS 9 to 14; SafariTabs.db took its place in iOS 15.
import { type CodeFormat, defineFormat } from '../../model/index.ts'
import { details } from '../apple.ts'
import { appleSeconds, type Emit, parseDatabase, type Reading, sniffDatabase, visited } from '../database.ts'

const open = (emit: Emit): Reading => ({
  tables: [
    {
      table: 'tabs',
      columns: ['uuid', 'url', 'user_visible_url', 'last_viewed_time', 'opened_from_link', 'private_browsing'],
      take(row) {
        const url = row.text('url')
        const where = visited(url)
        // an empty tab
        if (where === null) return
        const ts = appleSeconds(row.real('last_viewed_time'))
        if (ts === null) return emit.flaw('bad_time', row, 'last_viewed_time is no time')
        const facts = details({
          link: row.text('opened_from_link') === '1' ? 'opened from a link' : '',
          private: row.text('private_browsing') === '1' ? 'in a private window' : '',
        })
        return emit.row('network', row, {
          ts,
          kind: 'http',
          app: 'com.apple.mobilesafari',
          attribution: 'on_device_report',
          ...where,
          url,
          context: Object.values(facts).join(', '),
          event_key: `tab ${row.text('uuid')} ${url}`,
        })
      },
    },
  ],
})

export const safariTabs: CodeFormat = defineFormat({
  id: 'safari-tabs',
  kind: 'code',
  title: 'Open tabs of Safari (BrowserState.db)',
  version: 1,
  oneDevice: true,
  names: ['BrowserState.db'],
  claims: {
    network: {
      time: {
        means: 'when the tab was last looked at, which may be long after the page was loaded',
        precision: 'microsecond',
        zone: 'stated',
      },
      always: ['kind', 'app', 'attribution', 'url', 'event_key', 'raw'],
      sometimes: ['domain', 'dst_ip', 'context'],
      blind: [
        'tabs that were closed, and pages that were shown in a tab before',
        'when the page was loaded',
        'tabs since iOS 15, which are kept elsewhere',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'iOS:unifiedlog' }],
    },
  },
  sniff: (head, name) => sniffDatabase(head, name, ['browser_windows', 'tabs'], /^BrowserState\.db$/),
  parse: (bytes, out, context) => parseDatabase(bytes, out, context, open),
})
