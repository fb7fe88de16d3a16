// observations.db of WebKit (WebsiteData/ResourceLoadStatistics of Safari and of every app with web views): the sites that
// pages were from and that they loaded from, for Intelligent Tracking Prevention. Since iOS 13; before, a property list.
// Source: ResourceLoadStatisticsStore.cpp of WebKit; times are rounded to 5 seconds there.
import { type CodeFormat, defineFormat } from '../../model/index.ts'
import { details } from '../apple.ts'
import { type Emit, parseDatabase, type Reading, sniffDatabase, unixTime } from '../database.ts'
import { destinationOf } from '../json-events.ts'

const open = (emit: Emit): Reading => ({
  tables: [
    {
      table: 'ObservedDomains',
      columns: [
        'domainID',
        'registrableDomain',
        'lastSeen',
        'hadUserInteraction',
        'mostRecentUserInteractionTime',
        'isPrevalent',
      ],
      take(row) {
        const written = row.text('registrableDomain')
        const where = destinationOf(written)
        if (where === null) return emit.flaw('bad_name', row, 'registrableDomain is no name')
        // -1: never
        const [seen, used] = [unixTime(row.real('lastSeen')), unixTime(row.real('mostRecentUserInteractionTime'))]
        const ts = seen ?? used
        if (ts === null)
          return emit.flaw('bad_time', row, 'neither lastSeen nor mostRecentUserInteractionTime is a time')
        const { url: _, ...name } = where
        return emit.row('network', row, {
          ts,
          kind: 'app_domain',
          attribution: 'on_device_report',
          ...name,
          initiated: row.text('hadUserInteraction') === '1' ? 'user' : '',
          context: Object.values(
            details({ prevalent: row.text('isPrevalent') === '1' ? 'loaded by many sites' : '' }),
          ).join(),
          event_key: `resource-load-statistics ${written} ${ts}`,
        })
      },
    },
  ],
})

export const resourceLoadStatistics: CodeFormat = defineFormat({
  id: 'resource-load-statistics',
  kind: 'code',
  title: 'Sites that web views met (WebKit, ResourceLoadStatistics/observations.db)',
  version: 1,
  oneDevice: true,
  names: ['observations.db'],
  claims: {
    network: {
      time: {
        means: 'when the site was last seen, as a page or as a part of one, rounded to 5 seconds',
        precision: 'second',
        zone: 'stated',
      },
      always: ['kind', 'attribution', 'event_key', 'raw'],
      sometimes: ['domain', 'domain_raw', 'dst_ip', 'initiated', 'context'],
      blind: [
        'the full name: only the registrable domain is kept',
        'contacts before the last one, and sites that were not seen for 30 days of use',
        'which app it was: the path of the file says that (AppDomain-…), the file does not',
        'anything that an app does outside of web views',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'iOS:unifiedlog' }],
    },
  },
  sniff: (head, name) => sniffDatabase(head, name, ['ObservedDomains'], /^observations\.db$/),
  parse: (bytes, out, context) => parseDatabase(bytes, out, context, open),
})
