// pihole-FTL.db: Pi-hole's long-term database of queries. Since FTL 5.17 `queries` is a view over `query_storage`, whose
// domains and clients stand in tables of their own; before, and in small old ones, `queries` is the table itself.
import { type CodeFormat, defineFormat } from '../../model/index.ts'
import { canonicalIp, canonicalName } from '../../names/index.ts'
import {
  type Emit,
  jsonWithin,
  parseDatabase,
  type Reading,
  type Stored,
  sniffDatabase,
  unixTime,
} from '../database.ts'
import { queryTypes, statuses } from './words.ts'

/** Distinct domains and clients that are kept in memory: a year of a large network has some 300,000. */
const most = 2_000_000

type Client = { readonly ip: string; readonly name: string }

function open(emit: Emit): Reading {
  const domains = new Map<number, string>()
  const clients = new Map<number, Client>()
  const keep = <T>(map: Map<number, T>, row: Stored, value: T): void => {
    const id = row.whole('id')
    if (id === null) emit.flaw('bad_record', row, 'an entry without a number')
    else if (map.size >= most) emit.flaw('count_limit', row, `more than ${most} entries`)
    else map.set(id, value)
  }
  /** Its number among the domains, or the text itself (very old rows of a storage, and all of the old table). */
  const lookUp = <T>(
    map: ReadonlyMap<number, T>,
    row: Stored,
    column: string,
    plain: (text: string) => T,
  ): T | undefined => {
    const id = row.whole(column)
    return id === null ? plain(row.text(column)) : map.get(id)
  }
  const take = (row: Stored): void | Promise<void> => {
    const ts = unixTime(row.real('timestamp'))
    if (ts === null) return emit.flaw('bad_time', row, 'timestamp is no time')
    const name = lookUp(domains, row, 'domain', (text) => text)
    const client = lookUp(clients, row, 'client', (text) => ({ ip: text, name: '' }))
    if (!name) return emit.flaw('missing_field', row, 'its domain is not there (any more)')
    const canonical = canonicalName(name)
    const type = row.whole('type')
    const [status, action] = statuses[row.whole('status') ?? 0] ?? [row.text('status'), '']
    const reply = row.real('reply_time')
    const ip = canonicalIp(client?.ip ?? '') ?? ''
    const raw = (): string => jsonWithin({ ...row.shown(), domain: name, client: client?.ip ?? '' })
    return emit.row(
      'network',
      { record: row.record, raw },
      {
        ts,
        kind: 'dns',
        src_ip: ip,
        src_host: (client?.name ?? '').toLowerCase(),
        domain: canonical?.value ?? name,
        domain_raw: canonical && canonical.value !== name ? name : '',
        service: 'dns',
        qtype: type === null ? '' : type >= 100 ? `TYPE${type - 100}` : (queryTypes[type] ?? ''),
        status,
        action,
        // seconds; 0: not measured
        duration: reply === null || reply <= 0 || reply > 1e6 ? -1 : Math.round(reply * 1e6),
      },
    )
  }
  const columns = ['id', 'timestamp', 'type', 'status', 'domain', 'client', 'reply_time']
  return {
    tables: [
      { table: 'domain_by_id', columns: ['id', 'domain'], take: (row) => keep(domains, row, row.text('domain')) },
      {
        table: 'client_by_id',
        columns: ['id', 'ip', 'name'],
        take: (row) => keep(clients, row, { ip: row.text('ip'), name: row.text('name') }),
      },
      { table: 'query_storage', columns, take },
      { table: 'queries', columns, view: true, take },
    ],
  }
}

export const piholeFtl: CodeFormat = defineFormat({
  id: 'pihole-ftl',
  kind: 'code',
  title: 'Pi-hole long-term database (pihole-FTL.db)',
  version: 1,
  names: ['pihole-FTL.db'],
  claims: {
    network: {
      time: { means: 'when the resolver received the query', precision: 'millisecond', zone: 'stated' },
      always: ['kind', 'domain', 'service', 'raw'],
      sometimes: ['src_ip', 'src_host', 'domain_raw', 'qtype', 'status', 'action', 'duration'],
      blind: [
        'queries that do not pass this resolver (other resolvers, DoH, Private Relay)',
        'which app asked, and from which port',
        'the answer',
        'clients behind a router that asks in their stead, and names that privacy levels hide',
        'queries older than the database keeps (MAXDBDAYS: a year, 91 days since FTL 6)',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff(head, name) {
    const named = /^pihole-FTL.*\.db$/i
    const stored = sniffDatabase(head, name, ['query_storage', 'domain_by_id'], named)
    return stored === 'yes' ? stored : sniffDatabase(head, name, ['queries', 'ftl'], named)
  },
  parse: (bytes, out, context) => parseDatabase(bytes, out, context, open),
})
