// Zeek http.log, NDJSON and TSV; parsed by the engine.
// Source of the fields: Zeek documentation, base/protocols/http/main.zeek (HTTP::Info).
import { defineFormat } from '../../model/index.ts'
import { zeekLog } from '../zeek.ts'

export const zeekHttp = defineFormat({
  kind: 'sql',
  id: 'zeek-http',
  title: 'Zeek http.log',
  version: 1,
  names: ['http.log', 'http.*.log', 'open_http.log'],
  claims: {
    network: {
      time: { means: 'when the request was seen', precision: 'microsecond', zone: 'stated' },
      always: ['ts', 'kind', 'src_ip', 'service'],
      sometimes: [
        'user',
        'src_port',
        'dst_ip',
        'dst_port',
        'url',
        'domain',
        'domain_raw',
        'status',
        'bytes_out',
        'bytes_in',
        'referrer',
        'user_agent',
      ],
      blind: [
        'everything inside TLS, which is nearly all that an iPhone sends',
        'which app asked',
        'bytes besides the bodies of request and reply',
        'the server behind a proxy: the address contacted is the proxy’s',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  ...zeekLog({
    path: 'http',
    keys: ['id.orig_h', 'trans_depth', 'request_body_len'],
    fields: [
      'ts',
      'id.orig_h',
      'id.orig_p',
      'id.resp_h',
      'id.resp_p',
      'method',
      'host',
      'uri',
      'referrer',
      'user_agent',
      'username',
      'status_code',
      'request_body_len',
      'response_body_len',
    ],
    table: 'network',
    base: import.meta.url,
  }),
})
