// lockdownd.log of a sysdiagnose (logs/MobileLockdown/lockdownd.log): what computers asked of the device, parsed by the
// engine. Lines as iOS 15 and 16 write them: `10/13/21 07:57:42.865446 pid=69 handle_get_value: Client attempting to get
// [Key]`; dictionaries stand below their line.
import { defineFormat } from '../../model/index.ts'
import { headLines, onlyVariant } from '../text.ts'

const line = /^\d\d\/\d\d\/\d\d \d\d:\d\d:\d\d\.\d{6} pid=\d+ \S/

export const lockdownd = defineFormat({
  kind: 'sql',
  id: 'lockdownd',
  title: 'lockdownd.log of an iOS sysdiagnose: pairing, and services that computers started',
  version: 1,
  oneDevice: true,
  names: ['lockdownd.log', 'lockdownd.log.*'],
  claims: {
    device_event: {
      time: { means: 'when lockdownd wrote the line', precision: 'microsecond', zone: 'assumed_utc' },
      always: ['ts', 'kind', 'category'],
      sometimes: ['detail'],
      blind: [
        'the zone: the times are the device’s local time, taken as UTC',
        'who a client is: it gives its name itself (`detail.client`), and tools call themselves as they like',
        'what a service did once it was started, and services reached over RemoteXPC (iOS 17 and later)',
        'what came before the oldest line that iOS kept',
      ],
      attack: [{ dataComponent: 'DC0018', logSource: 'iOS:unifiedlog' }],
    },
  },
  sniff: (head) => (headLines(head, 40).some((text) => line.test(text.slice(0, 100))) ? 'yes' : 'no'),
  variants: onlyVariant(import.meta.url, 'lines', { device_event: 'events.sql' }),
})
