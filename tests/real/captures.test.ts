// Captures that nobody of this project made, against what nDPI says of each (its published results lie beside them).
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pickFormat } from '../../src/formats/index.ts'
import type { CodeFormat, EvidenceTable, GivenRow, Problem } from '../../src/model/index.ts'

const folder = join(import.meta.dirname, '../../../shared/data/pcap')
const here = existsSync(folder)
const inFolder = (name: string, pattern: RegExp): string[] =>
  here
    ? readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' })
        .filter((file) => pattern.test(file))
        .sort()
        .map((file) => join(name, file))
    : []
const withOracle = inFolder('ndpi', /\.pcap(ng)?$/)
const others = [...inFolder('ja4', /\.pcap(ng)?$/), ...inFolder('dnstunnel', /\.pcap(ng)?$/)]
if (!here) console.warn('tests/real/captures: the folder of real samples is missing; 24 captures left out')

type Row = GivenRow<'network'>
type Read = { readonly rows: Row[]; readonly leases: GivenRow<'identity_event'>[]; readonly problems: Problem[] }

async function read(file: string): Promise<Read> {
  const bytes = readFileSync(join(folder, file))
  const format = pickFormat(bytes.subarray(0, 65_536), file.slice(file.lastIndexOf('/') + 1)) as CodeFormat
  expect(format?.id, file).toBe('pcap')
  const got: Read = { rows: [], leases: [], problems: [] }
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
  }
  const out = {
    row: (table: EvidenceTable, _: number, row: object) =>
      void (table === 'network' ? got.rows : got.leases).push(row as never),
    problem: (problem: Problem) => void got.problems.push(problem),
  }
  await format.parse(pieces(), out, { name: file, notAfter: 1.7e15, signal: new AbortController().signal })
  return got
}

type Oracle = {
  readonly protocol: string
  readonly transport: string
  readonly ends: string
  readonly host: string
  readonly ja3: string
  readonly ja4: string
  readonly packets: readonly [number, number]
  readonly bytes: readonly [number, number]
}

const flowLine = /^\t\d+\t(\w+) (\S+) <?->? (\S+) \[proto: [\d.]+\/([^\]]+)\]/
const volume = /\[(\d+) pkts\/(\d+) bytes <?-> (\d+) pkts\/(\d+) bytes\]/

/** Flows of a published result. Endpoints as nDPI writes them: the client first. */
function oracleOf(file: string): Oracle[] {
  return readFileSync(join(folder, `${file}.out`), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, transport, client, server, protocol] = flowLine.exec(line) ?? []
      if (transport === undefined) return []
      const [, a, b, c, d] = (volume.exec(line) ?? []).map(Number)
      const field = (name: string): string => line.split(`[${name}: `)[1]?.split(']')[0] ?? ''
      return {
        protocol: protocol!,
        transport: transport.toLowerCase(),
        ends: `${client} ${server}`,
        host: field('Hostname/SNI'),
        ja3: field('JA3C'),
        ja4: field('JA4'),
        packets: [a!, c!],
        bytes: [b!, d!],
      }
    })
}

const end = (ip: string, port: number | undefined): string => `${ip.includes(':') ? `[${ip}]` : ip}:${port ?? 0}`
const endsOf = (row: Row): string => `${end(row.src_ip!, row.src_port)} ${end(row.dst_ip!, row.dst_port)}`
const turned = (ends: string): string => ends.split(' ').reverse().join(' ')
const transportOf = (row: Row): string =>
  row.transport === 'quic' ? 'udp' : row.transport === 'icmp6' ? 'icmpv6' : row.transport!

/** Rows by transport and endpoints, in either direction. */
function byEnds(rows: readonly Row[]): Map<string, Row[]> {
  const map = new Map<string, Row[]>()
  for (const row of rows) {
    const key = `${transportOf(row)} ${endsOf(row)}`
    map.set(key, [...(map.get(key) ?? []), row])
  }
  return map
}
const found = (map: Map<string, Row[]>, flow: Oracle): Row[] =>
  map.get(`${flow.transport} ${flow.ends}`) ?? map.get(`${flow.transport} ${turned(flow.ends)}`) ?? []

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`
const unexplained = 'not explained'
const address = 'nDPI gives the address of the group, which stands in dst_ip'

/** Why a name differs; '' where it does not, after all. */
function explanation(flow: Oracle, names: readonly string[]): string {
  // nDPI 4.x keeps the last 79 characters of a name
  if (flow.host.length >= 78 && names.some((name) => name.endsWith(flow.host))) return ''
  if (flow.protocol === 'SSDP' && flow.ends.endsWith(` ${flow.host}`)) return address
  return `${flow.host}; ours: ${[...new Set(names)].join(' | ')}: ${unexplained}`
}

/**
 * JA4 without what nDPI of that time wrote otherwise than FoxIO’s definition: `d` also where there is no server name, and the
 * first two characters of the protocol instead of the first and the last.
 */
const common = (ja4: string): string => `${ja4.slice(0, 3)}${ja4.slice(4, 9)}${ja4.slice(10)}`

describe.skipIf(!here)('captures (skipped where ../shared/data/pcap is missing)', () => {
  test('host names are those of nDPI', async () => {
    let all = 0
    let agreed = 0
    const differing: string[] = []
    for (const file of withOracle) {
      const map = byEnds((await read(file)).rows)
      for (const flow of oracleOf(file)) {
        if (flow.host === '') continue
        all++
        const ours = found(map, flow)
        const names = ours.flatMap((row) => [row.domain ?? '', row.src_host ?? ''])
        const why = names.includes(flow.host.toLowerCase()) ? '' : explanation(flow, names)
        if (why === '') agreed++
        else differing.push(`${file}: ${flow.protocol} ${flow.ends}: ${why}`)
      }
    }
    console.log(`host names: ${agreed} of ${all} are those of nDPI (${percent(agreed, all)})\n${differing.join('\n')}`)
    expect(differing.filter((line) => line.includes(unexplained))).toEqual([])
    // an address that stands as Host field of SSDP is no name; all others count
    const addresses = differing.filter((line) => line.endsWith(address)).length
    expect(agreed / (all - addresses)).toBeGreaterThanOrEqual(0.99)
  })

  test('JA3 is that of nDPI, JA4 as well but for the two letters that nDPI writes otherwise', async () => {
    const sums = { ja3: [0, 0], ja4: [0, 0], plain: 0 }
    const differing: string[] = []
    for (const file of withOracle) {
      const map = byEnds((await read(file)).rows)
      for (const flow of oracleOf(file)) {
        const ours = found(map, flow).filter((row) => row.ja3)
        if (flow.ja3 !== '') {
          sums.ja3[1]!++
          if (ours.some((row) => row.ja3 === flow.ja3)) sums.ja3[0]!++
          else differing.push(`${file}: ${flow.ends} ${flow.ja3}`)
        }
        if (flow.ja4 === '') continue
        sums.ja4[1]!++
        if (ours.some((row) => row.ja4 === flow.ja4)) sums.plain++
        if (ours.some((row) => common(row.ja4!) === common(flow.ja4))) sums.ja4[0]!++
        else differing.push(`${file}: ${flow.ends} ${flow.ja4}; ours: ${ours.map((row) => row.ja4).join(' | ')}`)
      }
    }
    console.log(
      `JA3: ${sums.ja3.join(' of ')}; JA4: ${sums.ja4.join(' of ')} (letter for letter ${sums.plain}) are those of nDPI`,
    )
    expect(sums.ja3[1]).toBeGreaterThan(70)
    expect(differing).toEqual([])
  })

  test('flows, packets and bytes are those of nDPI', async () => {
    let all = 0
    const differing: string[] = []
    for (const file of withOracle) {
      const map = byEnds((await read(file)).rows.filter((row) => row.kind === 'flow'))
      for (const flow of oracleOf(file)) {
        all++
        const sum = [0, 0, 0, 0]
        for (const row of found(map, flow)) {
          const facts = JSON.parse(row.raw) as Record<string, number>
          const [a, b, c, d] = [facts.packets_out!, facts.packets_in!, facts.wire_out!, facts.wire_in!]
          for (const [i, n] of (endsOf(row) === flow.ends ? [a, b, c, d] : [b, a, d, c]).entries()) sum[i]! += n
        }
        const theirs = [...flow.packets, ...flow.bytes]
        if (JSON.stringify(sum) !== JSON.stringify(theirs))
          differing.push(`${file}: ${flow.transport} ${flow.ends} ${theirs}; ours: ${sum}`)
      }
    }
    console.log(`flows: ${all - differing.length} of ${all} have the packets and bytes of nDPI`)
    expect(all).toBeGreaterThan(200)
    expect(differing).toEqual([])
  })

  test('names, questions and fingerprints of the other captures are in the bytes, and nothing is told to be wrong', async () => {
    for (const file of [...withOracle, ...others]) {
      const { rows, problems } = await read(file)
      expect(problems, file).toEqual([])
      const bytes = readFileSync(join(folder, file)).toString('latin1').toLowerCase()
      for (const row of rows) {
        expect([row.ts > 0, row.src_ip, row.dst_ip], file).not.toContain('')
        // names of QUIC are encrypted, those of DNS stand in labels
        const plain = row.kind === 'dns' || row.transport === 'quic' || row.service === 'quic'
        if (!plain && row.domain && row.service !== 'mdns')
          expect(bytes.includes(row.domain), `${file}: ${row.kind}`).toBe(true)
      }
    }
  })

  test('FoxIO’s captures: every hello has its name and the fingerprint that FoxIO gives Chrome', async () => {
    const chrome = /^(t13d151[67]h[12]|t13d151400)_8daaf6152771_|^q13d0310h3_55b375c5d22e_cd85d2d88918$/
    const hellos = others.includes('ja4/tls-sni.pcapng')
      ? (await read('ja4/tls-sni.pcapng')).rows.filter((row) => row.kind === 'tls')
      : []
    const bytes = readFileSync(join(folder, 'ja4/tls-sni.pcapng')).toString('latin1')
    const heads = bytes.match(/\x16\x03\x01..\x01\x00/gs)!.length
    const ids = new Set(bytes.match(/(?<=[\xc0-\xcf]\x00\x00\x00\x01\x08).{8}/gs))
    expect(hellos.filter((row) => row.transport === 'tcp').length).toBe(heads)
    expect(hellos.filter((row) => row.transport === 'quic').length).toBe(ids.size)
    expect(hellos.filter((row) => !row.domain || !chrome.test(row.ja4!))).toEqual([])
  })

  test('tunnels in DNS: each question with its answer, by the number of packets', async () => {
    for (const file of others.filter((name) => name.startsWith('dnstunnel/'))) {
      const { rows } = await read(file)
      const asked = rows.filter((row) => row.kind === 'dns')
      const flows = rows.filter((row) => row.kind === 'flow' && row.service === 'dns')
      const sum = (name: string): number =>
        flows.reduce((total, row) => total + (JSON.parse(row.raw) as Record<string, number>)[name]!, 0)
      console.log(
        `${file}: ${asked.length} look-ups, ${asked.filter((row) => row.status).length} answered; ${sum('packets_out')} packets out, ${sum('packets_in')} in`,
      )
      expect(asked.length).toBeGreaterThan(100)
      // a question that is sent again is one look-up
      expect(asked.length).toBeLessThanOrEqual(sum('packets_out') + sum('packets_in'))
      expect(asked.filter((row) => row.status).length).toBeGreaterThan(0.9 * Math.min(asked.length, sum('packets_in')))
    }
  })
})

test.runIf(!here)('left out: every capture of ../shared/data/pcap, which is missing', () => {
  expect(here).toBe(false)
})
