// dnsmasq and Pi-hole (FTL) query logs and DHCP leases, as written to a file or through syslog; parsed by the engine.
// Source of the lines: dnsmasq cache.c (log_query, `--log-queries` and `=extra`) and rfc2131.c (log_packet).
import { defineFormat } from '../../model/index.ts'
import { headLines, onlyVariant } from '../text.ts'

/** A time, perhaps a host, and the program. */
const line =
  /^(?:<\d{1,3}>)?(?:1 )?(?:[A-Z][a-z]{2} +\d{1,2} |\d{4}-\d\d-\d\d[T ])\d\d:\d\d:\d\d\S* (?:\S+ )?dnsmasq(?:-dhcp|-tftp)?(?:\[\d+\])?: /

const isDnsmasq = (head: Buffer): boolean => headLines(head, 60).some((text) => line.test(text))

export const dnsmasq = defineFormat({
  kind: 'sql',
  id: 'dnsmasq',
  title: 'dnsmasq and Pi-hole query log',
  version: 1,
  names: ['dnsmasq.log', 'pihole.log'],
  claims: {
    network: {
      time: { means: 'when the resolver received the query', precision: 'second', zone: 'assumed_year' },
      always: ['ts', 'kind', 'src_ip', 'service', 'qtype'],
      sometimes: ['src_port', 'domain', 'domain_raw', 'action'],
      blind: [
        'queries that do not pass this resolver (other resolvers, DoH, Private Relay)',
        'which app asked',
        'contacts that need no look-up',
        'the year of the log, which is taken from when it was read',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
    identity_event: {
      time: { means: 'when the lease was given or renewed', precision: 'second', zone: 'assumed_year' },
      always: ['ts', 'kind', 'ip', 'mac'],
      sometimes: ['host'],
      blind: ['devices with fixed addresses', 'IPv6 addresses', 'when a lease ended'],
      attack: [],
    },
  },
  sniff: (head) => (isDnsmasq(head) ? 'yes' : 'no'),
  variants: onlyVariant(
    import.meta.url,
    'lines',
    { network: 'queries.sql', identity_event: 'leases.sql' },
    (_head, { notAfter }) => ({ notAfter }),
  ),
})
