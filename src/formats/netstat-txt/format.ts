// netstat.txt of a sysdiagnose: `netstat -A -a -l -n -v -W` among routes and counters, parsed by the engine. iOS 26 names
// the process (`process:pid`); netstat before that gives its number alone (`pid epid`), and no bytes without -b.
// Connections that go through Skywalk (most of the apps') stand in skywalk.txt instead.
import { defineFormat } from '../../model/index.ts'
import { headLines, onlyVariant } from '../text.ts'

const command = /^# \/usr\/sbin\/netstat -/
/** Columns of a list of sockets with their owners. */
const columns = /^(?:Socket +Flowhash +)?Proto Recv-Q Send-Q +Local Address +Foreign Address +\(state\) .*\brhiwat\b/

export const netstatTxt = defineFormat({
  kind: 'sql',
  id: 'netstat-txt',
  title: 'netstat.txt of an iOS sysdiagnose: sockets and their processes at one moment',
  version: 1,
  oneDevice: true,
  names: ['netstat.txt'],
  claims: {
    network: {
      time: {
        means:
          'when the sysdiagnose was taken, as far as names and times of the files tell: the text has no time; the connection began at some time before',
        precision: 'minute',
        zone: 'assumed_utc',
      },
      always: ['ts', 'kind', 'dst_ip', 'transport', 'attribution'],
      sometimes: ['process', 'src_ip', 'src_port', 'dst_port', 'status', 'bytes_in', 'bytes_out'],
      blind: [
        'connections that had ended, or began later: it is one moment',
        'names: only addresses are shown',
        'connections through Skywalk, which most apps use since iOS 12: see skywalk.txt',
        'process names beyond 16 characters, and all names where netstat gives only the process number',
      ],
      attack: [{ dataComponent: 'DC0078', logSource: 'NSM:Flow' }],
    },
    device_event: {
      time: {
        means: 'when the sysdiagnose was taken, as far as names and times of the files tell',
        precision: 'minute',
        zone: 'assumed_utc',
      },
      always: ['ts', 'kind', 'category', 'detail'],
      sometimes: ['process'],
      blind: ['sockets that were closed before, or opened later', 'since when a process listens'],
      attack: [{ dataComponent: 'DC0018', logSource: 'iOS:unifiedlog' }],
    },
  },
  sniff: (head) =>
    headLines(head, 400).some((text) => command.test(text) || columns.test(text.slice(0, 400))) ? 'yes' : 'no',
  variants: onlyVariant(
    import.meta.url,
    'lines',
    { network: 'connections.sql', device_event: 'sockets.sql' },
    (_head, { notAfter }) => ({ notAfter }),
  ),
})
