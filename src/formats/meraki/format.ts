// Cisco Meraki MX and MR syslog: flows, firewall, URLs, security events; DHCP leases and VPN logins as statements of identity.
// Bare or behind any syslog head; parsed by the engine.
// Source of the lines: Meraki documentation, “Syslog Event Types and Log Samples”.
import { defineFormat } from '../../model/index.ts'
import { headLines, onlyVariant } from '../text.ts'

const line =
  /(?:^|[ >])\d{10}\.\d{1,9} \S+ (?:flows|urls|firewall|(?:vpn|cellular|bridge_anyconnect_client_vpn)_firewall|ip_flow_start|ip_flow_end|ids-alerts|security_event|airmarshal_events|events) /

export const meraki = defineFormat({
  kind: 'sql',
  id: 'meraki',
  title: 'Cisco Meraki syslog',
  version: 1,
  names: ['meraki*.log', '*.log'],
  claims: {
    network: {
      time: { means: 'when the appliance logged the flow, request or alert', precision: 'microsecond', zone: 'stated' },
      always: ['ts', 'kind', 'src_ip'],
      sometimes: [
        'src_mac',
        'src_port',
        'dst_ip',
        'dst_port',
        'transport',
        'service',
        'domain',
        'url',
        'status',
        'action',
        'user_agent',
      ],
      blind: [
        'traffic that does not pass the appliance',
        'which app connected',
        'how much was sent',
        'paths inside TLS: the URL ends with the host',
        'the verdict of a flow whose rule is only given by its number (`pattern: 0 …`)',
        'flows apart from their ends, where ip_flow_start and ip_flow_end are both logged: such a flow has two rows',
      ],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
    identity_event: {
      time: { means: 'when the lease was given or the VPN session began', precision: 'microsecond', zone: 'stated' },
      always: ['ts', 'kind', 'ip'],
      sometimes: ['mac', 'host', 'user'],
      blind: ['devices with fixed addresses', 'when a lease or session ended'],
      attack: [],
    },
  },
  sniff: (head) => (headLines(head, 60).some((text) => line.test(text.slice(0, 1024))) ? 'yes' : 'no'),
  variants: onlyVariant(import.meta.url, 'lines', { network: 'contacts.sql', identity_event: 'leases.sql' }),
})
