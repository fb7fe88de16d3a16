// What flows of nfdump say, in either spelling.
import type { Claim } from '../model/index.ts'

export const nfdumpClaims: Claim = {
  time: {
    means:
      'when the first packet of the flow was seen by the exporter; written in the local time of the machine that ran nfdump',
    precision: 'millisecond',
    zone: 'assumed_utc',
  },
  always: ['ts', 'ts_end', 'kind', 'src_ip', 'dst_ip', 'transport'],
  sometimes: ['src_mac', 'src_port', 'dst_port', 'bytes_out', 'bytes_in', 'duration'],
  blind: [
    'the name contacted',
    'who began the connection, where flows are exported for each direction: told from the ports (below 1024 served)',
    'flows that sampling left out',
    'which app connected',
  ],
  attack: [{ dataComponent: 'DC0113', logSource: 'NSM:Flow' }],
}
