// Zeek quic.log (Zeek 6.1 and later), NDJSON and TSV; parsed by the engine.
// Source of the fields: Zeek documentation, base/protocols/quic/main.zeek (QUIC::Info).
import { defineFormat } from '../../model/index.ts'
import { zeekLog } from '../zeek.ts'

export const zeekQuic = defineFormat({
  kind: 'sql',
  id: 'zeek-quic',
  title: 'Zeek quic.log',
  version: 1,
  names: ['quic.log', 'quic.*.log'],
  claims: {
    network: {
      time: { means: 'when the QUIC handshake was first seen', precision: 'microsecond', zone: 'stated' },
      always: ['ts', 'kind', 'src_ip', 'transport', 'service'],
      sometimes: ['src_port', 'dst_ip', 'dst_port', 'domain', 'domain_raw'],
      blind: [
        'names hidden by Encrypted Client Hello',
        'connections resumed after a change of network',
        'which app connected',
        'how much was sent (see conn.log)',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  ...zeekLog({
    path: 'quic',
    keys: ['id.orig_h', 'client_initial_dcid'],
    fields: ['ts', 'id.orig_h', 'id.orig_p', 'id.resp_h', 'id.resp_p', 'server_name'],
    table: 'network',
    base: import.meta.url,
  }),
})
