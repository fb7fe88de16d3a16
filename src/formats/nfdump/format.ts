// Flows (NetFlow, IPFIX, sFlow) as nfdump prints them: `-o csv`, `-o csv-fast` or a csv format of one’s own with its header,
// and `-o ndjson` / `json-log` (one object a line); parsed by the engine. `-o json` is read by nfdump-json.
// Source of the fields: nfdump 1.6 and 1.7, output_csv.c, output_csv_fast.c, output_json.c, output_ndjson.c.
import { defineFormat } from '../../model/index.ts'
import { columnWord, csvHead, csvPositions } from '../csv.ts'
import { nfdumpClaims } from '../nfdump-claims.ts'
import { headObjects, sqlFile } from '../text.ts'

const wanted = [
  ['ts', 'firstseen', 'first'],
  ['te', 'lastseen', 'last'],
  ['td', 'duration'],
  ['sa', 'srcaddr'],
  ['da', 'dstaddr'],
  ['sp', 'srcport'],
  ['dp', 'dstport'],
  ['pr', 'proto'],
  ['ibyt', 'inbytes', 'byt', 'bytes'],
  ['obyt', 'outbytes'],
  ['ismc', 'insrcmac'],
  ['sni', 'sniname'],
]

const headerOf = (head: Buffer): string[] | null => {
  const first = csvHead(head, ',', 1)[0] ?? []
  const words = new Set(first.map(columnWord))
  const has = (...spellings: string[]): boolean => spellings.some((word) => words.has(word))
  return (
    (has('ts') && has('sa') && has('da') && has('pr') ? first : null) ??
    (has('firstseen') && has('srcaddr') && has('dstaddr') && has('proto') ? first : null)
  )
}

const isJson = (head: Buffer): boolean =>
  headObjects(head).some(
    (object) =>
      (object.type === 'FLOW' || object.type === 'EVENT') &&
      ('src4_addr' in object || 'src6_addr' in object) &&
      ('in_packets' in object || 't_first' in object || 'first' in object),
  )

export const nfdump = defineFormat({
  kind: 'sql',
  id: 'nfdump',
  title: 'nfdump flows (CSV and JSON lines)',
  version: 1,
  names: ['*.csv', '*.ndjson'],
  claims: { network: { ...nfdumpClaims, sometimes: [...nfdumpClaims.sometimes, 'domain', 'domain_raw'] } },
  sniff: (head) => (headerOf(head) !== null || isJson(head) ? 'yes' : 'no'),
  variants: [
    {
      id: 'ndjson',
      accepts: isJson,
      parts: [{ table: 'network', sql: sqlFile(import.meta.url, 'ndjson.sql') }],
      problems: sqlFile(import.meta.url, 'ndjson-problems.sql'),
    },
    {
      id: 'csv',
      accepts: () => true,
      parts: [{ table: 'network', sql: sqlFile(import.meta.url, 'csv.sql') }],
      problems: sqlFile(import.meta.url, 'csv-problems.sql'),
      params: (head) => csvPositions(headerOf(head) ?? [], wanted),
    },
  ],
})
