// Squid access logs: native, common and combined; parsed by the engine.
// Source of the fields: Squid `logformat` squid, common, combined (squid.conf.documented).
import { defineFormat } from '../../model/index.ts'
import { headLines, sqlFile } from '../text.ts'

const native = /(?:^|[ :])\d{9,10}\.\d{3} +-?\d+ \S+ [A-Z_]+\/\d{3} -?\d+ \S+ \S+ \S+ [A-Z_]+\/\S+ /
/** Web servers write the same formats: a proxy is told by whole URLs, CONNECT, or Squid’s result at the end. */
const common =
  /^\S+ \S+ \S+ \[\d\d\/(?:[A-Z][a-z]{2}|\d\d)\/\d{4}[: ][^\]]+\] "(?:CONNECT \S+:\d+ |[A-Z]+ [a-z]+:\/\/|.*" \d{3} .* (?:TCP|UDP|NONE)[A-Z_]*:[A-Z_]+\s*$)/

const some = (head: Buffer, line: RegExp): boolean =>
  headLines(head, 40).some((text) => line.test(`${text} `.slice(0, 4096)))

export const squid = defineFormat({
  kind: 'sql',
  id: 'squid',
  title: 'Squid access log',
  version: 1,
  names: ['access.log', 'access.log.*'],
  claims: {
    network: {
      time: {
        means:
          'when the request began: the time logged at its end less its duration (common and combined logs: the time logged)',
        precision: 'millisecond',
        zone: 'stated',
      },
      always: ['ts', 'ts_end', 'kind', 'transport', 'service', 'status'],
      sometimes: [
        'user',
        'src_ip',
        'src_host',
        'domain',
        'domain_raw',
        'url',
        'dst_ip',
        'dst_port',
        'action',
        'bytes_in',
        'duration',
        'referrer',
        'user_agent',
      ],
      blind: [
        'traffic that does not pass the proxy',
        'which app asked',
        'paths inside TLS (CONNECT), unless the proxy opens it',
        'bytes sent by the client',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff: (head) => (some(head, native) || some(head, common) ? 'yes' : 'no'),
  variants: [
    {
      id: 'native',
      accepts: (head) => some(head, native),
      parts: [{ table: 'network', sql: sqlFile(import.meta.url, 'native.sql') }],
      problems: sqlFile(import.meta.url, 'native-problems.sql'),
    },
    {
      id: 'common',
      accepts: (head) => some(head, common),
      parts: [{ table: 'network', sql: sqlFile(import.meta.url, 'common.sql') }],
      problems: sqlFile(import.meta.url, 'common-problems.sql'),
    },
  ],
})
