// AN1700 (ATT&CK Mobile, iOS): network traffic shows processes communicating with malicious domains.
import { defineAnalytic } from '../../model/index.ts'
import { sqlFile } from '../text.ts'
import { judge, version } from './judge.ts'
import type { Facts, Row } from './row.ts'

export const an1700 = defineAnalytic<Row, Facts>({
  id: 'AN1700',
  title: 'Contact with a malicious domain',
  version,
  attack: { analytic: 'AN1700', detectionStrategy: 'DET0629', technique: 'T1658' },
  needs: [
    {
      table: 'network',
      anyOf: ['domain', 'dst_ip', 'url'],
      blind: {
        reason: 'No network telemetry was read: contacts with malicious domains could not have been seen.',
        remedy:
          'Give DNS, proxy or sensor logs, or App Privacy Reports (on each device: Settings › Privacy & Security › App Privacy Report, then Save App Activity).',
      },
    },
    {
      table: 'indicator',
      blind: {
        reason: 'No approved indicators: there was nothing to compare contacts with.',
        remedy: 'Give feeds with --intel PATH (STIX 2.1, MISP, CSV, lists).',
      },
    },
  ],
  params: {},
  query: sqlFile(import.meta.url, 'query.sql'),
  judge,
})

export { joinPrevalent } from './prevalence.ts'

export const candidates = sqlFile(import.meta.url, 'candidates.sql')
export const assertions = sqlFile(import.meta.url, 'assertions.sql')
export const urls = sqlFile(import.meta.url, 'urls.sql')
