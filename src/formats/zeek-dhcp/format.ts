// Zeek dhcp.log, NDJSON and TSV; parsed by the engine. A lease says which MAC address held an address, from when to when.
// Source of the fields: Zeek documentation, base/protocols/dhcp/main.zeek (DHCP::Info); `assigned_ip`: Zeek 2.5 and before.
import { defineFormat } from '../../model/index.ts'
import { sqlFile } from '../text.ts'
import { zeekLog } from '../zeek.ts'

export const zeekDhcp = defineFormat({
  kind: 'sql',
  id: 'zeek-dhcp',
  title: 'Zeek dhcp.log',
  version: 1,
  names: ['dhcp.log', 'dhcp.*.log'],
  claims: {
    identity_event: {
      time: {
        means: 'first message of the exchange that gave or confirmed the lease; the end is the time the lease runs out',
        precision: 'microsecond',
        zone: 'stated',
      },
      always: ['ts', 'kind', 'ip', 'mac'],
      sometimes: ['ts_end', 'host'],
      blind: [
        'addresses that no DHCP server gives: fixed ones, and IPv6 by router advertisement',
        'the device behind a private Wi-Fi address, which changes and comes with a general host name',
        'leases that were given back or ended early',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  ...zeekLog({
    path: 'dhcp',
    keys: ['uids', 'msg_types'],
    fields: [
      'ts',
      'client_addr',
      'assigned_addr',
      'assigned_ip',
      'mac',
      'host_name',
      'client_fqdn',
      'lease_time',
      'msg_types',
    ],
    table: 'identity_event',
    base: import.meta.url,
    ndjsonProblems: sqlFile(import.meta.url, 'ndjson-problems.sql'),
    tsvProblems: sqlFile(import.meta.url, 'tsv-problems.sql'),
  }),
})
