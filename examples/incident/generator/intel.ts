// The intelligence of the example. GLASSFERRY, PAPERLANTERN, PARCELBAIT and KinWatch are invented.
import { random } from './random.ts'
import { idn, listedUrl } from './telling.ts'

type StixIndicator = {
  readonly pattern: string
  readonly from?: string
  readonly until?: string
  readonly revoked?: true
  readonly name: string
}

const glassferryIndicators: readonly StixIndicator[] = [
  { pattern: "[domain-name:value='harbor-sync.example']", name: 'Delivery and control' },
  { pattern: "[domain-name:value='relay.quietledger.test']", name: 'Relay on a taken-over site: the sub-domain only' },
  {
    pattern: "[domain-name:value='tidewater-metrics.test']",
    from: '2026-09-21T05:00:00.000Z',
    name: 'Found on the morning after the week',
  },
  {
    pattern: "[domain-name:value='oldpier.invalid']",
    from: '2022-09-12T08:00:00.000Z',
    name: 'First wave, four years ago; no end stated',
  },
  { pattern: "[domain-name:value='lanternpost.example']", name: 'Also reported as PAPERLANTERN' },
  {
    pattern: "[domain-name:value='ferrydock.test' OR domain-name:value='ferrydock.invalid']",
    name: 'Two names in one pattern',
  },
  {
    pattern: "[domain-name:value='shortlease.test']",
    until: '2026-09-18T00:00:00.000Z',
    name: 'Seized during the week',
  },
  {
    pattern: "[domain-name:value='dryfountain.test']",
    until: '2026-08-31T00:00:00.000Z',
    name: 'Seized before the week',
  },
  { pattern: "[domain-name:value='fogbank.example']", revoked: true, name: 'Listed in error' },
  { pattern: "[ipv4-addr:value='198.51.100.64/28']", from: '2026-08-20T09:00:00.000Z', name: 'Rented range' },
  { pattern: "[process:name='mtlcached']", name: 'Process of the implant' },
  { pattern: "[email-addr:value='billing@harbor-sync.example']", name: 'Sender of the lure' },
  {
    pattern: "[file:hashes.'SHA-256'='2f0c6e0b8d1a4c5e9b7f3a1d6c8e0f2a4b6d8c0e1f3a5b7c9d0e2f4a6b8c0d1e']",
    name: 'Loader',
  },
  {
    pattern: "[domain-name:value='harbor-sync.example' AND network-traffic:dst_port=8443]",
    name: 'Needs two things at once: to be rejected clearly',
  },
]

export function stixBundle(seed: number): string {
  const r = random(seed, 'stix')
  const id = (type: string): string => `${type}--${r.uuid().toLowerCase()}`
  const made = '2026-06-02T09:00:00.000Z'
  const common = { spec_version: '2.1', created: made, modified: made }
  const malware = {
    type: 'malware',
    ...common,
    id: id('malware'),
    name: 'GLASSFERRY',
    description: 'Invented targeted (mercenary) spyware for iOS. Not real.',
    is_family: true,
    malware_types: ['spyware'],
    labels: ['targeted', 'mercenary-spyware'],
  }
  const objects = glassferryIndicators.flatMap((i) => {
    const from = i.from ?? made
    const indicator = {
      type: 'indicator',
      spec_version: '2.1',
      id: id('indicator'),
      created: from,
      modified: i.revoked ? '2026-09-10T09:00:00.000Z' : from,
      name: i.name,
      indicator_types: ['malicious-activity'],
      labels: ['targeted', 'mercenary-spyware'],
      pattern: i.pattern,
      pattern_type: 'stix',
      pattern_version: '2.1',
      valid_from: from,
      ...(i.until ? { valid_until: i.until } : {}),
      ...(i.revoked ? { revoked: true } : {}),
    }
    return [
      indicator,
      {
        type: 'relationship',
        ...common,
        id: id('relationship'),
        relationship_type: 'indicates',
        source_ref: indicator.id,
        target_ref: malware.id,
      },
    ]
  })
  return `${JSON.stringify({ type: 'bundle', id: id('bundle'), objects: [malware, ...objects] }, null, 2)}\n`
}

/** CSV with a byte-order mark, as spreadsheets write it. */
export const northwindCsv = `\ufeff${[
  'type,value,family,notes',
  'domain,LANTERNPOST[.]example,PAPERLANTERN,also seen with GLASSFERRY',
  'ip,203.0.113.9,PAPERLANTERN,control server',
  'domain, signin-parcelbox.example. ,PARCELBAIT,parcel phishing page',
  `domain,${idn.written},PARCELBAIT,bank phishing page`,
  `url,${listedUrl.replace('http', 'hxxp')},PARCELBAIT,profile on shared storage`,
  'domain,icloud.com,PARCELBAIT,added by mistake',
].join('\r\n')}\r\n`

export const blocklist = `${[
  '# Plain list kept by hand. One name or address a line.',
  'github.io',
  '9.9.9.9',
  '2001:DB8:5A:0:0::1',
  '',
  '# parked since spring, never contacted',
  'emberquay.test',
].join('\n')}\n`

export const stalkerwareYaml = `# Invented. Form of the public stalkerware indicator lists.
- name: KinWatch
  names:
    - KinWatch
  type: stalkerware
  packages:
    - example.kinwatch.agent
  certificates:
    - 0A1B2C3D4E5F60718293A4B5C6D7E8F901234567
  websites:
    - www.kinwatch.example
  c2:
    ips:
      - 192.0.2.201
    domains:
      - c2.kinwatch.example
`

/** What importing `intel/` must say. */
export const intelTruth = {
  review: [
    { value: 'github.io', reason: 'shared suffix' },
    { value: '9.9.9.9', reason: 'public resolver' },
    { value: 'icloud.com', reason: 'Apple’s own name' },
  ],
  rejected: [
    {
      value: "[domain-name:value='harbor-sync.example' AND network-traffic:dst_port=8443]",
      reason: 'AND: a part alone would match too much',
    },
  ],
  revoked: ['fogbank.example'],
  feeds: {
    'intel/glassferry.stix2': 14,
    'intel/northwind.csv': 6,
    'intel/blocklist.txt': 4,
    'intel/stalkerware/ioc.yaml': 5,
  },
} as const
