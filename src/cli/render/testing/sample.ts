// Synthetic scan documents for the tests of this folder. Every name is made up and lies under .example.
import type { ScanFinding, ScanResult, SourceResult } from '../../../pipeline/contract.ts'

const day = 86_400_000
const start = Date.parse('2026-03-01T06:00:00Z')
const iso = (ms: number): string => new Date(ms).toISOString()

/** Deterministic numbers in [0, 1): the same seed gives the same document. */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
const pick = <T>(items: readonly T[], n: number): T => items[Math.floor(n * items.length)]!

const severities = ['critical', 'high', 'medium', 'low', 'info'] as const
const apps = ['com.example.notes', 'com.example.mail', 'com.example.chat', 'com.apple.mobilesafari', null] as const

export function finding(over: Partial<ScanFinding> = {}): ScanFinding {
  return {
    id: 'f-0001',
    analytic: 'AN1700',
    version: 1,
    title: 'Contact with a known malicious destination',
    severity: 'critical',
    score: 0.97,
    new: true,
    device: {
      id: 'dev-1',
      name: 'iPhone Finance 03',
      group: 'Finance',
      address: '10.20.4.17',
      identified_by: 'lease:mac',
    },
    user: 'm.keller',
    app: 'com.example.notes',
    process: 'Notes',
    attribution: 'on_device_report',
    destination: { value: 'cdn.sync-node.example', raw: 'CDN.sync-node.example.', kind: 'domain' },
    first_seen: iso(start + 2.2 * day),
    last_seen: iso(start + 3.9 * day),
    count: 14,
    indicator: {
      id: 'i-77',
      kind: 'domain',
      value: 'sync-node.example',
      families: ['Gloomfang'],
      feeds: ['Mercenary spyware list'],
      state_at_event: 'approved',
      valid_from: iso(start - 40 * day),
      valid_until: null,
      confidence: 90,
    },
    retroactive: false,
    links: [],
    evidence: [1, 2, 3].map((n) => ({
      source: 'exports/iphone-finance-03/App_Privacy_Report_v4_2026-03-08.ndjson',
      record: 1200 + n,
      ts: iso(start + 2.2 * day + n * 3_600_000),
      raw: `{"type":"networkActivity","bundleID":"com.example.notes","domain":"cdn.sync-node.example","hits":${n},"timeStamp":"${iso(start + n)}"}`,
    })),
    caveats: [],
    ...over,
  }
}

export function source(over: Partial<SourceResult> = {}): SourceResult {
  return {
    path: 'exports/gateway/dns.2026-03-01.log.gz',
    format: 'zeek-dns',
    status: 'ok',
    known: false,
    rows: { network: 412_003 },
    problems: {},
    samples: [],
    first: iso(start),
    last: iso(start + 7 * day),
    bytes: 118_400_213,
    coverage: {
      shares: { device: 0.94, user: 0, app: 0, domain: 1 },
      gaps: [{ from: iso(start + 4.1 * day), to: iso(start + 4.6 * day) }],
      blind: ['which app asked', 'names that were resolved over encrypted DNS'],
    },
    ...over,
  }
}

/** Totals that agree with sources and findings. */
export function scanOf(parts: Partial<ScanResult> & { devices?: number }): ScanResult {
  const { devices = 214, ...over } = parts
  const sources = over.sources ?? [source()]
  const findings = over.findings ?? []
  const add = (all: Record<string, number>, more: Readonly<Record<string, number>>) => {
    for (const [key, n] of Object.entries(more)) all[key] = (all[key] ?? 0) + n
    return all
  }
  const times = sources.flatMap((s) => (s.first && s.last ? [s.first, s.last] : [])).sort()
  return {
    schema: 'codling.scan/1',
    codling: { version: '0.1.0' },
    started: '2026-03-09T08:12:00.000Z',
    finished: '2026-03-09T08:12:41.000Z',
    sources,
    findings,
    history: [],
    leads: [],
    blind: [],
    totals: {
      sources: sources.reduce((all, s) => add(all, { [s.status]: 1 }), {}),
      rows: sources.reduce((all, s) => add(all, s.rows), {}),
      problems: sources.reduce((all, s) => add(all, s.problems), {}),
      bytes: sources.reduce((sum, s) => sum + s.bytes, 0),
      findings: findings.reduce((all, f) => add(all, { [f.severity]: 1 }), {}),
      new_findings: findings.filter((f) => f.new).length,
      devices,
      addresses: 12,
      indicators: {
        loaded: 5_713,
        rejected: 3,
        review: 12,
        feeds: [
          {
            path: 'feeds/mercenary.stix2',
            format: 'stix',
            indicators: 1_492,
            rejected: 3,
            review: 0,
            problems: [
              { record: 44, code: 'bad_record', detail: 'pattern is not valid', sample: "[domain-name:value='" },
            ],
          },
          { path: 'feeds/hosts.txt', format: 'list', indicators: 4_221, rejected: 0, review: 12, problems: [] },
        ],
      },
      first: times[0] ?? null,
      last: times.at(-1) ?? null,
    },
    ...over,
  }
}

/** Six findings of every kind, with history, leads, blind spots and troubled sources. */
export function smallScan(): ScanResult {
  const phone = (n: number, name: string, user: string | null) => ({
    device: { id: `dev-${n}`, name, group: 'Field', address: `10.20.4.${n}`, identified_by: 'folder' },
    user,
  })
  const line = (record: number, at: number, raw: string) => ({
    source: 'exports/gateway/dns.2026-03-01.log.gz',
    record,
    ts: iso(at),
    raw,
  })
  const findings = [
    finding(),
    finding({
      id: 'f-0002',
      analytic: 'AN1756',
      title: 'New contact after a crash that fits an exploit',
      severity: 'high',
      score: 0.88,
      ...phone(22, 'iPhone Legal 11', 'a.ortiz'),
      app: null,
      process: 'imagent',
      attribution: 'packet_metadata',
      destination: { value: 'relay-7.quietport.example', raw: 'relay-7.quietport.example', kind: 'domain' },
      indicator: null,
      count: 61,
      first_seen: iso(start + 5.02 * day),
      last_seen: iso(start + 6.4 * day),
      links: [
        {
          kind: 'crash',
          ts: iso(start + 5.0 * day),
          text: 'imagent ended with a bad memory access; this process crashes so once in 9 device-years in this fleet',
          probability: 0.0003,
          evidence: [
            {
              source: 'exports/iphone-legal-11/imagent-2026-03-06.ips',
              record: 1,
              ts: iso(start + 5 * day),
              raw: '{"bug_type":"309","name":"imagent"}\n{"procName":"imagent"}',
            },
          ],
        },
        {
          kind: 'first contact',
          ts: iso(start + 5.02 * day),
          text: 'relay-7.quietport.example was met by no other device in 48 hours and took 14 MB in 9 active hours',
          probability: 0.002,
          evidence: [
            line(
              90_412,
              start + 5.02 * day,
              '{"ts":1772877000.2,"id.orig_h":"10.20.4.22","query":"relay-7.quietport.example"}',
            ),
          ],
        },
      ],
      evidence: [],
      caveats: [{ code: 'short_baseline', text: 'Only 9 days of history stand behind the comparison.' }],
      state: 'provisional',
      baseline: {
        expected: 0.02,
        allowed: 0.6,
        contact: iso(start + 5.02 * day),
        effect: iso(start + 5.0 * day),
        compared: 'names that were new to a device',
        size: 48_112,
        measures: [
          {
            name: 'active hours in the first day',
            unit: 'hours',
            seen: 9,
            half: 1,
            ninety: 2,
            ninety_nine: 5,
            least: 0,
          },
          {
            name: 'contacts in the first day',
            unit: 'contacts',
            seen: 61,
            half: 2,
            ninety: 9,
            ninety_nine: 41,
            least: 3,
          },
          {
            name: 'sent in the first day',
            unit: 'bytes',
            seen: 14_200_000,
            half: 4_100,
            ninety: 61_000,
            ninety_nine: 912_000,
            least: 0,
          },
        ],
        course: {
          what: 'contacts an hour',
          from: iso(start + 5 * day - 3_600_000),
          hours: [0, 4, 7, 7, 6, 0, 7, 8, 8, 7, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        },
      },
    }),
    finding({
      id: 'f-0003',
      title: 'Visit to a known malicious destination in a browser',
      severity: 'medium',
      score: 0.62,
      new: false,
      ...phone(31, 'iPad Reception', null),
      app: 'com.apple.mobilesafari',
      process: null,
      destination: { value: 'login.parcel-note.example', raw: 'login.parcel-note.example', kind: 'domain' },
      retroactive: true,
      count: 1,
      first_seen: iso(start + 1.4 * day),
      last_seen: iso(start + 1.4 * day),
      caveats: [
        { code: 'browser_visit', text: 'Seen in a browser: a visit is not an infection.' },
        { code: 'indicator_aged', text: 'The indicator was published 410 days before the contact.' },
      ],
    }),
    finding({
      id: 'f-0004',
      title: 'Contact with a known malicious destination',
      severity: 'medium',
      score: 0.55,
      device: { id: null, name: null, group: null, address: '10.20.9.201', identified_by: null },
      user: null,
      app: null,
      process: null,
      attribution: null,
      count: 3,
      first_seen: iso(start + 3 * day),
      last_seen: iso(start + 3.5 * day),
    }),
    finding({
      id: 'f-0005',
      title: 'Contact with a parked name',
      severity: 'low',
      score: 0.3,
      ...phone(40, 'iPhone Sales 02', 'j.smith'),
      count: 2,
      first_seen: iso(start + 0.4 * day),
      last_seen: iso(start + 6.1 * day),
    }),
    finding({
      id: 'f-0006',
      title: 'Contact with a shared host',
      severity: 'low',
      score: 0.22,
      count: 5,
      first_seen: iso(start + 2.9 * day),
      last_seen: iso(start + 3 * day),
    }),
  ]
  return scanOf({
    sources: [
      source(),
      source({
        path: 'exports/iphone-finance-03/App_Privacy_Report_v4_2026-03-08.ndjson',
        format: 'ios-app-privacy-report',
        rows: { network: 3_204, device_event: 811 },
        bytes: 2_100_400,
        problems: { bad_record: 2 },
        status: 'partial',
        samples: [
          {
            code: 'bad_record',
            record: 3_990,
            byte: 2_099_871,
            detail: 'the line ends in the middle of an object',
            sample: '{"type":"networkAc',
          },
        ],
        coverage: {
          shares: { device: 1, app: 1, domain: 1 },
          gaps: [],
          blind: ['system processes: the report covers apps only'],
        },
      }),
      source({
        path: 'exports/backup.zip!Manifest.db',
        format: null,
        status: 'unclaimed',
        rows: {},
        first: null,
        last: null,
        bytes: 90_112,
        coverage: { shares: {}, gaps: [], blind: [] },
      }),
      source({
        path: 'exports/old/conn.log.gz',
        format: 'zeek-conn',
        status: 'failed',
        rows: {},
        problems: { compressed_damaged: 1 },
        first: null,
        last: null,
        bytes: 0,
        samples: [
          { code: 'compressed_damaged', record: 0, byte: 88_120, detail: 'unexpected end of data', sample: '' },
        ],
        coverage: { shares: {}, gaps: [], blind: [] },
      }),
    ],
    findings,
    history: [
      finding({
        id: 'h-1',
        severity: 'info',
        score: 0.1,
        title: 'Contact with an indicator that had ended',
        ...phone(51, 'iPhone Sales 07', null),
      }),
      finding({
        id: 'h-2',
        analytic: 'AN1756',
        severity: 'info',
        score: 0,
        new: false,
        title: 'New contact, then an abort in mediaserverd',
        ...phone(53, 'iPhone Sales 11', null),
        indicator: null,
        state: 'withdrawn',
        caveats: [{ code: 'withdrawn', text: 'Withdrawn. The fleet knows the name now: 14 other devices met it.' }],
      }),
    ],
    leads: [
      finding({
        id: 'l-1',
        severity: 'low',
        score: 0.2,
        title: 'Unusual new contact',
        ...phone(52, 'iPhone Sales 09', null),
        indicator: null,
      }),
    ],
    blind: [
      {
        analytic: 'AN1756',
        reason: 'only 2 of 214 devices sent crash reports',
        remedy: 'collect crash and diagnostic reports from all devices',
      },
      { analytic: 'AN1756', reason: 'unified logs are not read yet', remedy: '' },
    ],
  })
}

/** `n` findings over some 400 devices and 160 sources. */
export function bigScan(n = 10_000): ScanResult {
  const r = random(7)
  const findings = Array.from({ length: n }, (_, i) => {
    const at = start + r() * 28 * day
    const device = Math.floor(r() ** 2 * 400)
    const host = `n${Math.floor(r() * 4000)}.bad-${Math.floor(r() * 300)}.example`
    const app = pick(apps, r())
    return finding({
      id: `f-${i}`,
      severity: severities[r() < 0.002 ? 0 : r() < 0.02 ? 1 : r() < 0.3 ? 2 : 3]!,
      score: Math.round(r() * 1000) / 1000,
      new: r() < 0.2,
      device: {
        id: `dev-${device}`,
        name: `iPhone ${device}`,
        group: `Group ${device % 9}`,
        address: null,
        identified_by: 'folder',
      },
      user: `user${device}`,
      app,
      process: null,
      attribution: app === null ? null : 'on_device_report',
      destination: { value: host, raw: host, kind: 'domain' },
      first_seen: iso(at),
      last_seen: iso(at + r() * 2 * day),
      count: 1 + Math.floor(r() * 500),
      evidence: Array.from({ length: 5 }, (_, e) => ({
        source: `exports/gateway/dns.${i % 150}.log.gz`,
        record: Math.floor(r() * 1e6),
        ts: iso(at + e * 60_000),
        raw: JSON.stringify({
          ts: at / 1000 + e,
          uid: `C${i}x${e}`,
          'id.orig_h': `10.1.${device % 250}.7`,
          'id.resp_h': '10.0.0.53',
          query: host,
          qtype_name: 'A',
          rcode_name: 'NOERROR',
          answers: [`192.0.2.${e}`],
          TTLs: [60],
          rejected: false,
          pad: 'x'.repeat(60),
        }),
      })),
      caveats:
        r() < 0.3 ? [{ code: 'indicator_aged', text: 'The indicator was published long before the contact.' }] : [],
    })
  })
  const sources = Array.from({ length: 160 }, (_, i) =>
    source({
      path: `exports/gateway/dns.${i}.log.gz`,
      status: i % 53 === 1 ? 'partial' : i === 9 ? 'failed' : 'ok',
      problems: i % 53 === 1 ? { bad_time: 12 } : {},
      first: iso(start + (i % 28) * day),
      last: iso(start + ((i % 28) + 1) * day),
      coverage: { shares: { device: 0.9 }, gaps: [], blind: ['which app asked'] },
    }),
  )
  return scanOf({
    devices: 412,
    findings,
    sources,
    blind: Array.from({ length: 9 }, (_, i) => ({
      analytic: `AN${1000 + i}`,
      reason: `telemetry of kind ${i} is missing`,
      remedy: `collect telemetry of kind ${i}`,
    })),
  })
}
