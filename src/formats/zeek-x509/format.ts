// Zeek x509.log, NDJSON and TSV; parsed by the engine.
// Source of the fields: Zeek documentation, base/files/x509/main.zeek (X509::Info): `fingerprint` (SHA-256, or SHA-1 where a
// site sets it so) since Zeek 4.1, `id` (of the file, and no hash) in Zeek 4.0 and before.
import { defineFormat } from '../../model/index.ts'
import { sqlFile } from '../text.ts'
import { zeekLog } from '../zeek.ts'

export const zeekX509 = defineFormat({
  kind: 'sql',
  id: 'zeek-x509',
  title: 'Zeek x509.log',
  version: 1,
  names: ['x509.log', 'x509.*.log'],
  claims: {
    network: {
      time: {
        means: 'when the certificate was seen (Zeek logs a certificate anew once a day at most)',
        precision: 'microsecond',
        zone: 'stated',
      },
      always: ['ts', 'kind', 'service'],
      sometimes: ['cert_sha1', 'cert_sha256'],
      blind: [
        'who met the certificate, and where: ssl.log says so',
        'the name contacted: what a certificate calls its owner stands in the record only, for it may name a hundred others',
        'hashes of certificates, in logs of Zeek 4.0 and before',
        'certificates under TLS 1.3',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  ...zeekLog({
    path: 'x509',
    keys: ['certificate.serial', 'certificate.subject'],
    fields: ['ts', 'fingerprint', 'certificate.serial'],
    table: 'network',
    base: import.meta.url,
    ndjsonProblems: sqlFile(import.meta.url, 'ndjson-problems.sql'),
    tsvProblems: sqlFile(import.meta.url, 'tsv-problems.sql'),
  }),
})
