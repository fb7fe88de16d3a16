// The labelled Zeek logs and the Argus flows through the product; the capture through a reader of its own.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ScanResult } from '../../src/pipeline/contract.ts'
import { labelled, linesOf, type TextTable, two } from './data.ts'
import { minutesOfTimes, type Pair, pairScorers, ranksOf } from './pairs.ts'
import { scanned } from './store.ts'

type FlowRow = {
  /** File, or what stands for it: pairs of one file begin with that file. */
  readonly source: number
  readonly src: string
  readonly dst: string
  readonly port: number
  /** s since 1970 */
  readonly at: number
  readonly bytes: number
}

const flowsSql = `SELECT source, src_ip AS src, dst_ip AS dst, dst_port AS port, toUnixTimestamp64Micro(ts) / 1e6 AS at,
  toFloat64(greatest(bytes_out, 0)) AS bytes FROM network WHERE kind = 'flow' ORDER BY at, record`

export const pairKey = (src: string, dst: string, port: number): string => `${src} ${dst} ${port}`

/** Contacts of each client with each endpoint, from the first of the whole file. */
export function pairsOfFlows(rows: readonly FlowRow[], malicious: (row: FlowRow) => boolean): Pair[] {
  return [...Map.groupBy(rows, ({ source }) => source).values()].flatMap((ofFile) => {
    const begin = ofFile.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY)
    return [...Map.groupBy(ofFile, ({ src, dst, port }) => pairKey(src, dst, port))].map(([name, list]) => ({
      name,
      malicious: list.some(malicious),
      cluster: list[0]!.src,
      times: list.map(({ at }) => at - begin),
      bytes: list.map(({ bytes }) => bytes),
    }))
  })
}

const zeekFolder = join(labelled, 'slips/test18-ctu-sme-11')

/** Label by client, server and port: the file's own last columns, read apart from the product. */
function zeekLabels(): Map<string, string> {
  const lines = linesOf(join(zeekFolder, 'conn.log.labeled'))
  const names = lines
    .find((line) => line.startsWith('#fields'))!
    .split('\t')
    .slice(1)
  const at = (name: string): number => names.indexOf(name)
  return new Map(
    lines
      .filter((line) => !line.startsWith('#'))
      .map((line) => line.split('\t'))
      .map((cells) => [
        pairKey(cells[at('id.orig_h')]!, cells[at('id.resp_h')]!, Number(cells[at('id.resp_p')])),
        cells[at('label')]!,
      ]),
  )
}

export type FlowsResult = {
  /** Sources by path below the folder: format or '', and rows of `network` and `identity_event`. */
  readonly sources: Readonly<
    Record<
      string,
      { readonly format: string; readonly status: string; readonly rows: number; readonly problems: number }
    >
  >
  readonly findings: number
  readonly leads: number
  readonly blind: readonly string[]
  readonly pairs: readonly Pair[]
  /** Rank of each malicious pair by scorer. */
  readonly ranks: Readonly<Record<string, readonly number[]>>
}

function resultOf(scan: ScanResult, folder: string, pairs: readonly Pair[]): FlowsResult {
  return {
    sources: Object.fromEntries(
      scan.sources.map((source) => [
        source.path.slice(folder.length + 1),
        {
          format: source.format ?? '',
          status: source.status,
          rows: Object.values(source.rows).reduce((sum, n) => sum + n, 0),
          problems: Object.values(source.problems).reduce((sum, n) => sum + n, 0),
        },
      ]),
    ),
    findings: scan.findings.length,
    leads: scan.leads.length,
    blind: scan.blind.map(({ analytic, reason }) => `${analytic}: ${reason}`),
    pairs,
    ranks: Object.fromEntries(pairScorers.map(({ title, of }) => [title, ranksOf(pairs, of)])),
  }
}

export const replayZeek = (): Promise<FlowsResult> =>
  scanned([zeekFolder], async (engine, scan) => {
    const labels = zeekLabels()
    const rows = await engine.query<FlowRow>(flowsSql)
    const pairs = pairsOfFlows(rows, ({ src, dst, port }) => labels.get(pairKey(src, dst, port)) === 'Malicious')
    return resultOf(scan, zeekFolder, pairs)
  })

/** The key that most of the rows have. */
const commonest = (keys: readonly string[]): string =>
  [...Map.groupBy(keys, (key) => key)].toSorted((a, b) => b[1].length - a[1].length)[0]?.[0] ?? ''

/**
 * Both files have an empty label column. The infected host of one is where nearly all flows come from; the mixed one holds
 * one endpoint that is tried again and again.
 */
function suspectsOf(rows: readonly FlowRow[]): (row: FlowRow) => boolean {
  const keyOf = ({ src, dst, port }: FlowRow): string => pairKey(src, dst, port)
  const infected = commonest(rows.map(({ src }) => src))
  const tried = commonest(rows.filter(({ src }) => src !== infected).map(keyOf))
  return (row) => (row.src === infected && row.port !== 53) || keyOf(row) === tried
}

export const replayArgus = (): Promise<FlowsResult> =>
  scanned(
    ['test3-mixed', 'test4-malicious'].map((name) => join(labelled, `slips/${name}.binetflow`)),
    async (engine, scan) => {
      const rows = await engine.query<FlowRow>(flowsSql)
      const pairs = pairsOfFlows(rows, suspectsOf(rows))
      return resultOf(scan, join(labelled, 'slips'), pairs)
    },
  )

/** Ethernet and IPv4 only: first packets of TCP connections and DNS questions of a little-endian pcap in µs. */
export function readCapture(bytes: Buffer): FlowRow[] {
  const rows: FlowRow[] = []
  if (bytes.length < 24 || bytes.readUInt32LE(0) !== 0xa1b2c3d4 || bytes.readUInt32LE(20) !== 1) return rows
  for (let at = 24; at + 16 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 8)
    const time = bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) / 1e6
    const packet = bytes.subarray(at + 16, at + 16 + length)
    at += 16 + length
    if (packet.length < 34 || packet.readUInt16BE(12) !== 0x0800) continue
    const ip = packet.subarray(14)
    const header = (ip[0]! & 15) * 4
    const transport = ip[9]!
    if ((transport !== 6 && transport !== 17) || ip.length < header + 14) continue
    const port = ip.readUInt16BE(header + 2)
    const opens = transport === 6 ? (ip[header + 13]! & 0x12) === 2 : port === 53
    if (!opens) continue
    rows.push({
      source: 0,
      src: ip.subarray(12, 16).join('.'),
      dst: ip.subarray(16, 20).join('.'),
      port,
      at: time,
      bytes: ip.readUInt16BE(2),
    })
  }
  return rows
}

export function replayCapture(): readonly Pair[] {
  const rows = readCapture(readFileSync(join(labelled, 'slips/test-cc-capture-2.pcap')))
  return pairsOfFlows(rows, ({ port }) => port !== 53)
}

const rowsOf = (title: string, pairs: readonly Pair[]): string[][] => {
  const bad = pairs.filter(({ malicious }) => malicious)
  const most = bad.toSorted((a, b) => b.times.length - a.times.length)[0]!
  return pairScorers.map((scorer) => {
    const ranks = ranksOf(pairs, scorer.of)
    const score = scorer.of(most)
    return [
      title,
      scorer.title,
      score === Number.NEGATIVE_INFINITY ? 'none' : two(score),
      `${ranks[bad.indexOf(most)]} of ${pairs.length}`,
    ]
  })
}

const minutes = (pair: Pair): number => minutesOfTimes(pair.times).length

export function flowsTable(zeek: FlowsResult, argus: FlowsResult, capture: readonly Pair[]): TextTable {
  const read = Object.values(zeek.sources).filter(({ format }) => format !== '')
  const bad = zeek.pairs.filter(({ malicious }) => malicious)
  const long = [...zeek.pairs, ...argus.pairs, ...capture].filter((pair) => minutes(pair) >= 4)
  return {
    title: 'Zeek, Argus and the capture: the malicious endpoint that was contacted most',
    head: ['data', 'scorer', 'its score', 'its rank among all pairs'],
    rows: [
      ...rowsOf('Zeek, RemcosRAT', zeek.pairs),
      ...rowsOf('Argus, SSH tried 12 times', argus.pairs),
      ...rowsOf('capture, command channel', capture),
    ],
    notes: [
      `Zeek: ${read.length} of ${Object.keys(zeek.sources).length} files are claimed (${read.reduce((n, { rows }) => n + rows, 0)} rows, ${read.reduce((n, { problems }) => n + problems, 0)} problems). One Windows host; ${bad.length} of ${zeek.pairs.length} pairs malicious, ${bad.map(({ times }) => `${times.length} contacts in ${Math.round((times.at(-1)! - times[0]!) / 60)} min`).join(', ')}. \`codling scan\`: ${zeek.findings} findings, ${zeek.leads} leads; blind: ${zeek.blind.map((reason) => `“${reason}”`).join(' ')}`,
      `Argus: ${Object.values(argus.sources).reduce((n, { rows }) => n + rows, 0)} flows by way of \`examples/maps/argus-binetflow.yaml\`, ${Object.values(argus.sources).reduce((n, { problems }) => n + problems, 0)} problems; the label column is empty, so that truth is the name of the file and what its authors say of it. ${argus.pairs.filter(({ malicious }) => malicious).length} of ${argus.pairs.length} pairs count as malicious, nearly all with one or two contacts, of a bot that scans; the one in the table are connections to one SSH port within two minutes, taken for guessing. Of all ${zeek.pairs.length + argus.pairs.length + capture.length} pairs in this table ${long.length} have contacts in four minutes or more, so that regularity has a say.`,
    ],
  }
}
