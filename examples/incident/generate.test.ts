import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { defaultSeed, generate } from './generate.ts'
import { findings, history } from './generator/findings.ts'
import { traps } from './generator/traps.ts'

const here = import.meta.dirname
const files = generate(defaultSeed)
const committed = (folder: string): string[] =>
  readdirSync(join(here, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(here.length + 1)
        .replaceAll('\\', '/'),
    )

describe('the example as committed', () => {
  it('holds the generated files and no others', () => {
    const generated = [...files.keys()].filter((path) => /^(data|intel)\//.test(path))
    expect([...committed('data'), ...committed('intel')].toSorted()).toEqual(generated.toSorted())
  })

  it.each([...files.keys()])('%s equals the generator’s output byte by byte', (path) => {
    const stored = readFileSync(join(here, path))
    // Other processors and versions of zlib compress the same text to other bytes: there the content is compared.
    const bytes = path.endsWith('.gz') ? gunzipSync(stored) : stored
    expect(bytes.equals(Buffer.from(files.get(path)!))).toBe(true)
  })

  it('depends on the seed', () => {
    const other = generate(defaultSeed + 1)
    expect([...other.keys()].toSorted()).toEqual([...files.keys()].toSorted())
    expect(other.get('data/zeek/current/conn.log')).not.toBe(files.get('data/zeek/current/conn.log'))
  })
})

type Expected = {
  findings: {
    id: string
    device: string | null
    address: string | null
    evidence: { source: string; record: number; also?: { source: string; record: number } }[]
  }[]
  history: Expected['findings']
  quiet: { id: string }[]
  sources: {
    path: string
    rows: Record<string, number>
    repeated: Record<string, number>
    problems: Record<string, number>
    passed_over: number
  }[]
}
const expected = JSON.parse(files.get('expected.json')!) as Expected

// A second opinion, which knows nothing of the story: every name, address and URL in the text of the logs against the indicators.
const domains = [
  'harbor-sync.example',
  'relay.quietledger.test',
  'tidewater-metrics.test',
  'oldpier.invalid',
  'lanternpost.example',
  'ferrydock.test',
  'ferrydock.invalid',
  'shortlease.test',
  'dryfountain.test',
  'signin-parcelbox.example',
  'xn--bcherkonto-9db.example',
  'c2.kinwatch.example',
  'emberquay.test',
  'www.kinwatch.example',
]
const nameIn = [
  /"(?:query|server_name|host|domain|QH)":"([^"]+)"/,
  /query\[A\] (\S+) from/,
  /CONNECT ([^: ]+):/,
  /GET http:\/\/([^/ ]+)\//,
  /^\d{4}-\d\d-\d\dT[^,]+,([^,]+),A,/,
  /^\d+\.\d+\tC\w+\t(?:[^\t]+\t){7}([^\t]+)\t1\tC_INTERNET/,
]
const isListed = (line: string): boolean => {
  const name = nameIn.map((pattern) => pattern.exec(line)?.[1]).find((x) => x !== undefined)
  if (name !== undefined && domains.some((d) => name === d || name.endsWith(`.${d}`))) return true
  if (line.includes('"uri":"/sthree-parcelbait.example/update.mobileconfig"')) return true
  const address = /"id\.resp_h":"([^"]+)"/.exec(line)?.[1]
  const last = address?.startsWith('198.51.100.') ? Number(address.split('.')[3]) : 0
  return address === '203.0.113.9' || address === '2001:db8:5a::1' || (last >= 64 && last < 80)
}
const lines = [...files].flatMap(([path, text]) =>
  path.startsWith('data/') && !path.endsWith('.ips')
    ? text.split('\n').map((line, i) => ({ place: `${path}:${i + 1}`, line }))
    : [],
)

// Who had an address, worked out from dhcp.log and devices.csv alone.
const map = files
  .get('devices.csv')!
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((row) => row.split(','))
  .map(([device, , , ip, mac, , , , from, to]) => ({
    device: device!,
    ip,
    mac,
    from: from ? Date.parse(from) : 0,
    to: to ? Date.parse(to) : Number.POSITIVE_INFINITY,
  }))
const leases = [...files]
  .filter(([path]) => path.includes('/dhcp.log'))
  .flatMap(([, text]) => text.trimEnd().split('\n'))
  .map((line) => JSON.parse(line) as { ts: number; assigned_addr: string; mac: string; lease_time: number })
  .toSorted((a, b) => a.ts - b.ts)
const deviceAt = (ip: string, ts: number): string | null => {
  const lease = leases.findLast((l) => l.assigned_addr === ip && l.ts * 1000 <= ts && ts < (l.ts + l.lease_time) * 1000)
  const row = map.find((m) => (lease ? m.mac === lease.mac : m.ip === ip) && m.from <= ts && ts < m.to)
  return row?.device ?? null
}
const clientOf = (line: string): { ip: string; ts: number } | null => {
  const first = (...patterns: RegExp[]): string =>
    patterns.map((p) => p.exec(line)?.[1]).find((x) => x !== undefined) ?? ''
  const ip = first(
    /"id\.orig_h":"([^"]+)"/,
    /"IP":"([^"]+)"/,
    / from (\S+)$/,
    /^\d+\.\d+\tC\w+\t([^\t]+)/,
    /^\d+\.\d{3} +\d+ (\S+)/,
  )
  const seconds = first(/"ts":([\d.]+)/, /^(\d+\.\d+)/)
  const ts = seconds
    ? Number(seconds) * 1000
    : Date.parse(first(/"T":"([^"]+)"/) || line.replace(/^Sep (\d+) (\S+) .*$/, '2026-09-$1T$2Z'))
  return ip && Number.isFinite(ts) ? { ip, ts } : null
}

describe('expected.json', () => {
  it('names the device that leases and map give for every line of evidence', () => {
    let checked = 0
    for (const finding of [...expected.findings, ...expected.history]) {
      for (const { source, record } of finding.evidence) {
        const line = lines.find((l) => l.place === `${source}:${record}`)!.line
        const client = clientOf(line)
        if (client) {
          checked++
          expect([finding.id, deviceAt(client.ip, client.ts)]).toEqual([finding.id, finding.device])
          if (finding.device === null) expect(client.ip).toBe(finding.address)
        } else if (source.startsWith('data/devices/')) expect(source).toContain(`/${finding.device}/`)
        else expect(line).toContain(`,${finding.device},`)
      }
    }
    expect(checked).toBeGreaterThan(35)
  })

  it('names every line that meets an indicator as evidence, and no line that meets none', () => {
    const hits = new Set(lines.filter(({ line }) => isListed(line)).map(({ place }) => place))
    const evidence = [...expected.findings, ...expected.history]
      .flatMap((f) => f.evidence)
      .flatMap((e) => (e.also ? [e, e.also] : [e]))
      .map((e) => `${e.source}:${e.record}`)
    // Flows of a named contact, and the look-up of a shared host, are evidence by what they belong to.
    const byThemselves = evidence.filter((place) => isListed(lines.find((l) => l.place === place)!.line))
    expect(new Set(byThemselves)).toEqual(hits)
    expect(hits.size).toBeGreaterThan(30)
    const attached = evidence.filter((place) => !byThemselves.includes(place))
    expect(attached.every((place) => /\/(conn|dns)\.log/.test(place))).toBe(true)
  })

  it('accounts for every line of every log', () => {
    for (const source of expected.sources) {
      if (source.path.endsWith('.ips') || source.path.endsWith('notes.txt')) continue
      const total = [source.rows, source.repeated, source.problems]
        .flatMap((x) => Object.values(x))
        .reduce((a, b) => a + b, source.passed_over)
      expect([source.path, total]).toEqual([source.path, files.get(source.path)!.split('\n').length - 1])
    }
  })

  it('tells each scenario and trap once', () => {
    const ids = (list: readonly { id: string }[]): string[] => list.map((x) => x.id)
    expect(ids(expected.findings)).toEqual(ids(findings))
    expect(ids(expected.history)).toEqual(ids(history))
    expect(ids(expected.quiet)).toEqual(ids(traps))
    expect(expected.findings.every((f) => f.evidence.length > 0)).toBe(true)
  })

  it('states broken lines that are broken indeed', () => {
    const broken = files
      .get('data/zeek/2026-09-17/http.log')!
      .trimEnd()
      .split('\n')
      .filter((line) => {
        try {
          JSON.parse(line)
          return false
        } catch {
          return true
        }
      })
    const source = expected.sources.find((s) => s.path === 'data/zeek/2026-09-17/http.log')
    expect(source?.problems).toEqual({ bad_record: broken.length })
    expect(broken).toHaveLength(3)
  })
})
