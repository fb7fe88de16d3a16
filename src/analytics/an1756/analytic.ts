// AN1756 (ATT&CK Mobile, iOS): contacts that do not fit normal behaviour, followed by crashes, instability or a change of
// the security context. Never a network anomaly alone, never a crash alone.
import { defineAnalytic } from '../../model/index.ts'
import { sqlFile } from '../text.ts'
import { type Facts, judge, version } from './judge.ts'
import { params } from './params.ts'
import type { Row } from './row.ts'

export const an1756 = defineAnalytic<Row, Facts>({
  id: 'AN1756',
  title: 'Odd contact and an effect on the device, in sequence',
  version,
  attack: { analytic: 'AN1756', detectionStrategy: 'DET0663', technique: 'T1428' },
  needs: [
    {
      table: 'network',
      blind: {
        reason: 'No network telemetry was read: what came before or after a crash could not have been seen.',
        remedy: 'Give DNS, proxy or sensor logs, or App Privacy Reports of the same devices and days.',
      },
    },
    {
      table: 'device_event',
      blind: {
        reason: 'No crash reports or management answers were read: effects on devices could not have been seen.',
        remedy:
          'Collect diagnostic reports (on each device: Settings › Privacy & Security › Analytics & Improvements › Analytics Data; or a sysdiagnose) and the answers of the management server.',
      },
    },
  ],
  params,
  query: sqlFile(import.meta.url, 'query.sql'),
  judge,
})
