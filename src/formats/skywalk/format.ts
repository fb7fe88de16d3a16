// skywalk.txt of a sysdiagnose: `skywalkctl flow -n` among counters, parsed by the engine. Skywalk is the user-space
// network path of iOS: what Network.framework and URLSession open is a flow there, and no socket in netstat.txt.
// Columns as iOS 26.2 writes them: Proto, Local and Remote Address, InBytes, OutBytes, packets, SvC, NetIf, Port, Adv, Flags,
// Local and Remote State, Local and Remote RTT, Process.PID.
import { defineFormat } from '../../model/index.ts'
import { headLines, onlyVariant } from '../text.ts'

const command = /^# \/usr\/sbin\/skywalkctl [a-z]/

export const skywalk = defineFormat({
  kind: 'sql',
  id: 'skywalk',
  title: 'skywalk.txt of an iOS sysdiagnose: flows and their processes at one moment',
  version: 1,
  oneDevice: true,
  names: ['skywalk.txt'],
  claims: {
    network: {
      time: {
        means:
          'when the sysdiagnose was taken, as far as names and times of the files tell: the text has no time; the flow began at some time before',
        precision: 'minute',
        zone: 'assumed_utc',
      },
      always: ['ts', 'kind', 'process', 'dst_ip', 'transport', 'attribution', 'bytes_in', 'bytes_out'],
      sometimes: ['src_ip', 'src_port', 'dst_port', 'status'],
      blind: [
        'flows that had ended, or began later: it is one moment',
        'names: only addresses are shown',
        'connections through BSD sockets: see netstat.txt',
        'process names beyond 15 characters',
      ],
      attack: [{ dataComponent: 'DC0078', logSource: 'NSM:Flow' }],
    },
    device_event: {
      time: {
        means: 'when the sysdiagnose was taken, as far as names and times of the files tell',
        precision: 'minute',
        zone: 'assumed_utc',
      },
      always: ['ts', 'kind', 'category', 'process', 'detail'],
      sometimes: [],
      blind: ['flows that were closed before, or opened later', 'since when a process listens'],
      attack: [{ dataComponent: 'DC0018', logSource: 'iOS:unifiedlog' }],
    },
  },
  sniff: (head) => (headLines(head, 400).some((text) => command.test(text)) ? 'yes' : 'no'),
  variants: onlyVariant(
    import.meta.url,
    'lines',
    { network: 'flows.sql', device_event: 'unconnected.sql' },
    (_head, { notAfter }) => ({ notAfter }),
  ),
})
