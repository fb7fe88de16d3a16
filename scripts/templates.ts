// What `npm run new` writes: small, whole, and green under the conformance suites before anything is changed.

export type Names = {
  /** As given: `acme-dns`, `AN1756`, `compare`. */
  readonly id: string
  /** As an identifier: `acmeDns`, `an1756`, `compare`. */
  readonly name: string
}

/** Path from the root → text. */
export type Files = Readonly<Record<string, string>>

export const formatFiles = ({ id, name }: Names): Files => ({
  [`src/formats/${id}/format.ts`]: `// TODO one line: what writes this log, and where its fields are documented.
import { defineFormat } from '../../model/index.ts'
import { headLines, sqlFile } from '../text.ts'

/** The mark that no other format has. */
const isOurs = (head: Buffer): boolean => headLines(head, 1)[0] === '#${id} 1'

export const ${name} = defineFormat({
  kind: 'sql',
  id: '${id}',
  title: '${id}',
  version: 1,
  names: ['${id}.log'],
  claims: {
    network: {
      time: { means: 'when the resolver received the query', precision: 'millisecond', zone: 'stated' },
      always: ['ts', 'kind', 'src_ip', 'domain'],
      sometimes: ['domain_raw'],
      blind: ['queries that do not pass this resolver (DoH, Private Relay)', 'which app asked'],
      attack: [{ dataComponent: 'DC0085', logSource: 'NSM:Connections' }],
    },
  },
  sniff: (head) => (isOurs(head) ? 'yes' : 'no'),
  variants: [
    {
      id: 'lines',
      accepts: () => true,
      parts: [{ table: 'network', sql: sqlFile(import.meta.url, 'lines.sql') }],
      problems: sqlFile(import.meta.url, 'problems.sql'),
    },
  ],
})
`,
  [`src/formats/${id}/lines.sql`]: `-- question: which DNS queries does this log hold?
-- params:   lines Identifier (record, line)
-- returns:  record, raw, and the columns of \`network\` that the claim names
SELECT
  record,
  line AS raw,
  anyTime(f[1]) AS ts,
  'dns' AS kind,
  addressOf(f[2]) AS src_ip,
  nameOf(f[3]) AS domain,
  if(domain = f[3], '', f[3]) AS domain_raw
FROM (SELECT record, line, splitByChar(' ', trim(TRAILING '\\r' FROM line)) AS f FROM {lines:Identifier})
WHERE length(f) = 3 AND toUnixTimestamp64Micro(ts) > 0 AND src_ip != '' AND domain != ''
`,
  [`src/formats/${id}/problems.sql`]: `-- question: what is wrong with the lines that gave no row?
-- params:   lines Identifier (record, line): the lines left over
-- returns:  record, code, detail, line
-- passed over: blank lines and the header
SELECT
  record,
  if(length(f) = 3 AND toUnixTimestamp64Micro(anyTime(f[1])) <= 0, 'bad_time', 'bad_record') AS code,
  if(code = 'bad_time', 'no readable time at the head of the line', 'not three fields: time, address, name') AS detail,
  line
FROM (SELECT record, line, splitByChar(' ', line) AS f FROM {lines:Identifier})
WHERE match(line, '[^\\\\s]') AND NOT startsWith(line, '#')
`,
  [`src/formats/${id}/fixtures/plain/input.log`]: `#${id} 1
2026-09-20T10:26:40.123Z 192.0.2.21 Www.Example.com
2026-09-20T10:26:41.500Z 2001:db8::21 mail.example
yesterday 192.0.2.21 late.example
2026-09-20T10:26:43.000Z 192.0.2.22 last.example
`,
  [`src/formats/${id}/fixtures/plain/rows.jsonl`]: '',
})

export const analyticFiles = ({ id, name }: Names): Files => ({
  [`src/analytics/${name}/analytic.ts`]: `// TODO one line: what ${id} says in ATT&CK.
import { defineAnalytic } from '../../model/index.ts'
import { sqlFile } from '../text.ts'
import { judge, version } from './judge.ts'
import type { Facts, Row } from './row.ts'

export const ${name} = defineAnalytic<Row, Facts>({
  id: '${id}',
  title: 'A name that a device met unusually often',
  version,
  attack: { analytic: '${id}', detectionStrategy: 'DET0000', technique: 'T0000' },
  needs: [
    {
      table: 'network',
      anyOf: ['domain'],
      blind: { reason: 'No names were read.', remedy: 'Give DNS logs or App Privacy Reports.' },
    },
  ],
  params: {
    Least: { means: 'contacts from which on a name is named', unit: 'contacts', default: 1000, min: 1, max: 1_000_000 },
  },
  query: sqlFile(import.meta.url, 'query.sql'),
  judge,
})
`,
  [`src/analytics/${name}/row.ts`]: `/** A row of query.sql. Times are µs since 1970. */
export type Row = {
  readonly device: string
  readonly domain: string
  readonly first: number
  readonly last: number
  readonly contacts: number
  readonly evidence: readonly (readonly [ts: string, source: string, record: number, raw: string])[]
}

/** What does not come from the rows. */
export type Facts = { readonly least: number }
`,
  [`src/analytics/${name}/judge.ts`]: `// Row → finding. Pure.
import { createHash } from 'node:crypto'
import type { Finding } from '../../model/index.ts'
import type { Facts, Row } from './row.ts'

export const version = 1

const iso = (micros: number): string => new Date(Math.floor(micros / 1000)).toISOString()

/** Same id in every later scan: analytic, device and name. */
const findingId = (row: Row): string =>
  createHash('sha256').update(['${id}', row.device, row.domain].join('\\u0000')).digest('hex').slice(0, 24)

/** null: the name was met too seldom. */
export function judge(row: Row, facts: Facts): Finding | null {
  if (row.contacts < facts.least) return null
  return {
    id: findingId(row),
    analytic: '${id}',
    version,
    title: \`\${row.device} met \${row.domain} \${row.contacts} times\`,
    severity: 'low',
    score: 0.1,
    new: false,
    device: { id: row.device, name: row.device, group: null, address: null, identified_by: 'record' },
    user: null,
    app: null,
    process: null,
    attribution: null,
    destination: { value: row.domain, raw: row.domain, kind: 'domain' },
    first_seen: iso(row.first),
    last_seen: iso(row.last),
    count: row.contacts,
    indicator: null,
    retroactive: false,
    links: [],
    evidence: row.evidence.map(([ts, source, record, raw]) => ({ ts: \`\${ts.replace(' ', 'T')}Z\`, source, record, raw })),
    caveats: [],
  }
}
`,
  [`src/analytics/${name}/query.sql`]: `-- question: which names did each device meet, and how often?
-- params:   run UInt64 (sources of the run in \`scan_source\`)
-- returns:  device, domain, first, last (µs), contacts, evidence: see \`Row\` in row.ts
SELECT
  device,
  domain,
  toUnixTimestamp64Micro(min(ts)) AS first,
  toUnixTimestamp64Micro(max(ts)) AS last,
  sum(hits) AS contacts,
  groupArraySorted(3)((ts, path, record, substringUTF8(raw, 1, 4000))) AS evidence
FROM network AS n
INNER JOIN (SELECT id, path FROM source_live) AS s ON s.id = n.source
WHERE n.source IN (SELECT source FROM scan_source WHERE run = {run:UInt64}) AND domain != ''
GROUP BY device, domain
ORDER BY device, domain
`,
  ...caseFiles(
    `src/analytics/${name}/cases/fires-often`,
    'TODO why this must fire',
    '[{ "severity": "low", "destination": { "value": "often.example" } }]',
  ),
  ...caseFiles(`src/analytics/${name}/cases/quiet-once`, 'TODO why this must stay quiet', '[]'),
})

const caseFiles = (folder: string, why: string, findings: string): Files => ({
  [`${folder}/data/dns.log`]: `${JSON.stringify({ ts: 1789900000.5, uid: 'CAbc1', 'id.orig_h': '192.0.2.21', 'id.orig_p': 51234, 'id.resp_h': '192.0.2.1', 'id.resp_p': 53, proto: 'udp', trans_id: 1, query: folder.endsWith('often') ? 'often.example' : 'once.example', qtype_name: 'A', rcode_name: 'NOERROR' })}\n`,
  [`${folder}/expected.json`]: `{ "why": "${why}", "findings": ${findings} }\n`,
})

export const commandFiles = ({ id, name }: Names): Files => ({
  [`src/cli/commands/${id}.ts`]: `// codling ${id}: TODO one line.
import type { Command } from 'commander'

export function ${name}Command(program: Command, version: string): void {
  program
    .command('${id}')
    .description('TODO what it does for its user, in one sentence')
    .argument('[name]', 'TODO what is named', 'world')
    .addHelpText('after', '\\nExample:\\n  codling ${id} world')
    .action((name: string) => {
      process.stdout.write(\`\${name}, from codling \${version}\\n\`)
    })
}
`,
})
