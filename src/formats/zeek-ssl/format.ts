// Zeek ssl.log, NDJSON and TSV; parsed by the engine.
// Source of the fields: Zeek documentation, base/protocols/ssl/main.zeek (SSL::Info), base/files/x509/main.zeek
// (cert_chain_fps: SHA-256 since Zeek 4.1), the JA3 and JA4 packages.
import { defineFormat } from '../../model/index.ts'
import { zeekLog } from '../zeek.ts'

export const zeekSsl = defineFormat({
  kind: 'sql',
  id: 'zeek-ssl',
  title: 'Zeek ssl.log',
  version: 1,
  names: ['ssl.log', 'ssl.*.log', 'open_ssl.log'],
  claims: {
    network: {
      time: { means: 'when the TLS handshake was first seen', precision: 'microsecond', zone: 'stated' },
      always: ['ts', 'kind', 'src_ip', 'service'],
      sometimes: [
        'src_port',
        'dst_ip',
        'dst_port',
        'domain',
        'domain_raw',
        'status',
        'ja3',
        'ja4',
        'cert_sha1',
        'cert_sha256',
      ],
      blind: [
        'names hidden by Encrypted Client Hello',
        'certificates under TLS 1.3',
        'which app connected',
        'how much was sent (see conn.log)',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  ...zeekLog({
    path: 'ssl',
    keys: ['id.orig_h', 'established', 'resumed'],
    fields: [
      'ts',
      'id.orig_h',
      'id.orig_p',
      'id.resp_h',
      'id.resp_p',
      'server_name',
      'resumed',
      'established',
      'ja3',
      'ja4',
      'cert_chain_fps',
    ],
    table: 'network',
    base: import.meta.url,
  }),
})
