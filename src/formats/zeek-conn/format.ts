// Zeek conn.log, also of open and long connections, NDJSON and TSV; parsed by the engine.
// Source of the fields: Zeek documentation, base/protocols/conn/main.zeek (Conn::Info), policy/protocols/conn/mac-logging.zeek.
import { defineFormat } from '../../model/index.ts'
import { zeekLog } from '../zeek.ts'

export const zeekConn = defineFormat({
  kind: 'sql',
  id: 'zeek-conn',
  title: 'Zeek conn.log',
  version: 1,
  names: ['conn.log', 'conn.*.log', 'open_conn.log', 'conn_long.log'],
  claims: {
    network: {
      time: { means: 'first packet of the connection as the sensor saw it', precision: 'microsecond', zone: 'stated' },
      always: ['ts', 'kind', 'src_ip'],
      sometimes: [
        'ts_end',
        'src_mac',
        'src_port',
        'dst_ip',
        'dst_port',
        'transport',
        'service',
        'status',
        'bytes_out',
        'bytes_in',
        'duration',
        'event_key',
      ],
      blind: [
        'names: a connection has addresses only',
        'which app connected',
        'traffic that does not pass the sensor (mobile data, another network)',
        'what lies behind a VPN, a proxy or Private Relay',
        'the MAC address of a device behind a router: the router’s stands in its place',
      ],
      attack: [
        { dataComponent: 'DC0085', logSource: 'NSM:Connections' },
        { dataComponent: 'DC0113', logSource: 'NSM:Connections' },
      ],
    },
  },
  ...zeekLog({
    path: 'conn',
    keys: ['id.orig_h', 'conn_state'],
    fields: [
      'ts',
      'uid',
      'id.orig_h',
      'id.orig_p',
      'id.resp_h',
      'id.resp_p',
      'proto',
      'service',
      'duration',
      'orig_bytes',
      'resp_bytes',
      'conn_state',
      'orig_l2_addr',
    ],
    table: 'network',
    base: import.meta.url,
  }),
})
