// Logs that iOS daemons write themselves, as a sysdiagnose holds them: logs/MobileInstallation/mobile_installation.log.*
// (installd), logs/MobileContainerManager/containermanagerd.log.*, logs/MobileActivation/mobileactivationd.log.*; parsed by
// the engine. All share one line: `Thu Nov 22 21:07:35 2018 [47] <notice> (0x16bb5f000) -[MIInstaller …]: Install …`.
// Source of the messages: iOS 12 to 18 logs; format strings of installd (iOS 17.4 and 18); iLEAPP mobileInstall and
// mobileActivationLogs for reboots and upgrades.
import { defineFormat } from '../../model/index.ts'
import { headLines, sqlFile } from '../text.ts'

const line = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} \[\d+\] (?:<[a-z]+> )?\(0x[0-9a-f]+\) \S/

export const sysdiagnoseLog = defineFormat({
  kind: 'sql',
  id: 'sysdiagnose-log',
  title: 'Logs of installd, containermanagerd and mobileactivationd in a sysdiagnose',
  version: 1,
  oneDevice: true,
  names: ['mobile_installation.log.*', 'mobileactivationd.log.*', 'containermanagerd.log.*'],
  claims: {
    device_event: {
      time: {
        means: 'when the daemon wrote the line; a reboot and the OS build: when the daemon started and saw it',
        precision: 'second',
        zone: 'assumed_utc',
      },
      always: ['ts', 'kind', 'category'],
      sometimes: ['app', 'app_version', 'process', 'os_build', 'detail'],
      blind: [
        'the zone: the times are the device’s local time, taken as UTC',
        'apps that were installed and removed before the oldest line that iOS kept, or before the device was erased',
        'apps that get in without installd (TrollStore and the like show at most as a container that goes live)',
        'what an app does once it is installed',
      ],
      attack: [
        { dataComponent: 'DC0123', logSource: 'iOS:unifiedlog' },
        { dataComponent: 'DC0018', logSource: 'iOS:unifiedlog' },
      ],
    },
  },
  sniff: (head) => (headLines(head, 40).some((text) => line.test(text.slice(0, 200))) ? 'yes' : 'no'),
  variants: [
    {
      id: 'lines',
      accepts: () => true,
      // two questions: what costs is asked only of the lines that tell of an event (one for both took 1.2 GB for 20 MB)
      parts: [
        { table: 'device_event', sql: sqlFile(import.meta.url, 'events.sql') },
        { table: 'device_event', sql: sqlFile(import.meta.url, 'other.sql') },
      ],
      problems: sqlFile(import.meta.url, 'problems.sql'),
    },
  ],
})
