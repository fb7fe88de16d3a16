// ISC DHCP server (dhcpd), also inside Infoblox NIOS, with its lease events (r-l-e); parsed by the engine. DNS lines that Infoblox
// writes into the same log are read by bind-query: a file that holds both is read as that.
// Source of the lines: ISC dhcp server/dhcp.c (DHCPACK messages); Infoblox NIOS administrator guide, “Lease events”.
import { defineFormat } from '../../model/index.ts'
import { onlyVariant, plainLines } from '../text.ts'

const lease = /(?:^|[ :])(?:DHCPACK (?:on|to) [0-9.]+ (?:to |\()[0-9A-Fa-f]{2}:|r-l-e:[0-9A-Fa-f.:]+,[A-Za-z]+,)/
/** Messages of the server that give no lease; logs of other programs hold them too. */
const message = /(?:^|[ :])DHCP(?:REQUEST for|DISCOVER from|OFFER on|ACK on|RELEASE of|INFORM from) [0-9A-Fa-f.:]+ /

const some = (head: Buffer, pattern: RegExp): boolean =>
  plainLines(head, 60).some((text) => pattern.test(text.slice(0, 1024)))

export const iscDhcpd = defineFormat({
  kind: 'sql',
  id: 'isc-dhcpd',
  title: 'ISC DHCP server and Infoblox DHCP log',
  version: 1,
  names: ['dhcpd.log', 'syslog', 'messages'],
  claims: {
    identity_event: {
      time: {
        means: 'when the lease was confirmed; of a lease event of Infoblox, when the lease began',
        precision: 'second',
        zone: 'assumed_year',
      },
      always: ['ts', 'kind', 'ip', 'mac'],
      sometimes: ['ts_end', 'host'],
      blind: [
        'devices with fixed addresses that ask no server',
        'IPv6 addresses by router advertisement',
        'when a lease ended, unless its length is logged',
        'the year of the log, which is taken from when it was read',
      ],
      attack: [],
    },
  },
  sniff: (head) => (some(head, lease) ? 'yes' : some(head, message) ? 'maybe' : 'no'),
  variants: onlyVariant(import.meta.url, 'lines', { identity_event: 'leases.sql' }, (_head, { notAfter }) => ({
    notAfter,
  })),
})
